"""The year's orders through the call auction that a real exchange clears by.

The price at which schedules meet is known; every firm sends the order that its schedule has
there, and the integer auction fills the book: large orders in the block session first, the
rest, with sinks and the government's reserve, in the listing. Ticks of 1e-9 CNY and lots of a
gram (or the least that the auction can add up) are finer than an exchange's, so that rounding
leaves the model's price as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.auction import Book, PriceRule, clear_book

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

TICKS = 1e9  # in CNY
_LOTS = 1e6  # in a tonne
_MOST = 2.0**50  # lots on one side of a book, `tanshi.auction.orders.MAX_QUANTITY`


@numba.njit(cache=True)
def lots_for(total: float) -> float:
    """Return how many lots make a tonne where one side of a book has a total, tCO2."""
    lots = _LOTS
    while lots * total > 0.5 * _MOST:
        lots /= 10.0
    return lots


@numba.njit(cache=True)
def _cleared(is_bid: Flags, quantity: Integers, at: int, bounds: tuple[int, int]) -> Integers:
    """Return the fills of a book whose orders all name one price, lots."""
    n = len(quantity)
    book = Book(is_bid, np.full(n, at, np.int64), quantity, np.arange(n))
    rule = PriceRule(reference=at, lowest=bounds[0], highest=bounds[1], pressure=False)
    return clear_book(book, rule).fill


@numba.njit(cache=True)
def _in_blocks(
    is_bid: Flags, quantity: Integers, least: float, at: int, market: Market
) -> Integers:
    """Return what large orders trade with each other, within the block session's band, lots."""
    numbers, last = market.numbers[0], market.year[0].last
    large = np.zeros(len(quantity), np.int64)
    low, high = last * (1.0 - numbers.price_block_band), last * (1.0 + numbers.price_block_band)
    lowest = round(TICKS * max(low, numbers.price_floor))
    highest = round(TICKS * min(high, numbers.price_ceiling))
    if numbers.price_block_session == 0.0 or not lowest <= at <= highest:
        return large
    for i in range(len(quantity)):
        if quantity[i] >= least:
            large[i] = quantity[i]
    return _cleared(is_bid, large, at, (lowest, highest))


@numba.njit(cache=True)
def trade(price: float, sinks: float, market: Market) -> tuple[float, float, float, float]:
    """Fill all orders; what a firm traded is written into its record.

    Parameters
    ----------
    price : float
        CNY per tCO2, at which firms' orders stand in their records.
    sinks : float
        Credits offered, tCO2.
    market : Market

    Returns
    -------
    reserve, sinks, traded, blocks : float
        tCO2 of the government's reserve and of credits that were sold, the volume of both
        sessions, and of the block session alone.
    """
    state, numbers = market.state, market.numbers[0]
    n = len(state)
    is_bid, quantity = np.zeros(n + 2, np.bool_), np.zeros(n + 2, np.int64)
    demand = supply = verified = 0.0
    for i in range(n):
        demand += state[i].wanted
        supply += state[i].offered
        verified += state[i].active * state[i].verified
    lots = lots_for(max(demand, supply + sinks))
    for i in range(n):
        is_bid[i] = state[i].wanted > 0.0
        quantity[i] = round(lots * (state[i].wanted + state[i].offered))
    at = round(TICKS * price)
    blocks = _in_blocks(is_bid, quantity, lots * numbers.price_block_minimum_t, at, market)
    listed = quantity - blocks
    listed[n] = round(lots * sinks)
    if price >= numbers.price_ceiling:
        most = numbers.price_reserve_share * verified
        listed[n + 1] = round(lots * min(most, max(0.0, demand - supply - sinks)))
    bounds = (round(TICKS * numbers.price_floor), round(TICKS * numbers.price_ceiling))
    filled = _cleared(is_bid, listed, at, bounds)
    traded = large = 0.0
    for i in range(n):
        state[i].traded = state[i].blocks = 0.0
        if state[i].active > 0:
            volume = (filled[i] + blocks[i]) / lots
            state[i].traded = volume if is_bid[i] else -volume
            state[i].blocks = blocks[i] / lots
            traded += max(state[i].traded, 0.0)
            large += state[i].blocks if is_bid[i] else 0.0
    return filled[n + 1] / lots, filled[n] / lots, traded, large
