"""Shares: of the primary auction, of what is traded at a price, of who serves demand."""

import math


def pay_as_lowest(bids, offered, band):
    """Return the primary auction's price and what each bidder gets.

    `bids` are (price, tonnes) by name. The highest are served first, equal ones in
    proportion; everyone pays the lowest price that was served, or the reserve price where
    something is left. Bids and bounds count in steps of 1e-9 CNY, bids at most at the ceiling.
    """
    reserve, ceiling = (round(bound, 9) for bound in band)
    got = dict.fromkeys(bids, 0.0)
    counted = {name: round(min(max(price, 0.0), ceiling), 9) for name, (price, _) in bids.items()}
    left, price = offered, 0.0
    for level in sorted({one for one in counted.values() if one >= reserve}, reverse=True):
        here = [name for name in bids if counted[name] == level]
        wanted = sum(bids[name][1] for name in here)
        if wanted <= 0.0 or left <= 0.0:
            continue
        served = min(wanted, left)
        for name in here:
            got[name] = bids[name][1] * served / wanted
        left -= served
        price = level
    if left > 0.0 and price > 0.0:
        price = reserve
    return price, got


def shared_out(bids, asks):
    """Return what bids and asks at one price get: the longer side in proportion."""
    volume = min(sum(bids), sum(asks))
    if volume <= 0.0:
        return [0.0] * len(bids), [0.0] * len(asks)
    return (
        [quantity * volume / sum(bids) for quantity in bids],
        [quantity * volume / sum(asks) for quantity in asks],
    )


def logit_shares(prices, width):
    weights = [math.exp(-(price - min(prices)) / width) for price in prices]
    return [weight / sum(weights) for weight in weights]
