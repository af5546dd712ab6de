"""The auctions against brute force: every price tried, every order looked at, one by one.

The oracle knows the rules from their text alone and shares no code with the room.
"""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanshi.auction import (
    ASK,
    BID,
    Book,
    Orders,
    PriceRule,
    clear_auction,
    clear_book,
    clear_primary_auction,
)

HIGHEST = 16  # of the limits, references and bounds below; prices are tried up to twice that
many = settings(max_examples=700, deadline=None, derandomize=True)
prices = st.integers(0, HIGHEST)
rows = st.tuples(
    st.booleans(),  # bids
    st.none() | prices,
    st.integers(1, 12),
    st.integers(1, 4),  # owner
)


def demand_and_supply(rows, price, bounds):
    """Count what is wanted; a row is (bids, limit or None, quantity, owner)."""
    demand = supply = 0
    for row in rows:
        if takes(row, price, bounds):
            if row[0]:
                demand += row[2]
            else:
                supply += row[2]
    return demand, supply


def level_of(row, bounds):
    """Return the limit at which an order counts."""
    bids, limit, _, _ = row
    floor, ceiling = bounds
    if bids:
        return ceiling if limit is None else min(limit, ceiling)
    return floor if limit is None else max(limit, floor)


def takes(row, price, bounds):
    return level_of(row, bounds) >= price if row[0] else level_of(row, bounds) <= price


def best_price(rows, reference, bounds, tick):
    best = None
    for price in range(2 * HIGHEST + 1):
        if price % tick or not bounds[0] <= price <= bounds[1]:
            continue
        demand, supply = demand_and_supply(rows, price, bounds)
        rank = (-min(demand, supply), abs(demand - supply), abs(price - reference), price)
        if best is None or rank < best:
            best = rank
    return best[3]


def pressed_price(rows, reference, bounds):
    ranks = {}
    for price in range(bounds[0], bounds[1] + 1):
        demand, supply = demand_and_supply(rows, price, bounds)
        rank = (-min(demand, supply), abs(demand - supply))
        ranks.setdefault(rank, {})[price] = demand - supply
    equal = ranks[min(ranks)]
    if all(excess > 0 for excess in equal.values()):
        return max(equal)
    if all(excess < 0 for excess in equal.values()):
        return min(equal)
    return min(equal, key=lambda price: (abs(price - reference), price))


def fills_at(rows, price, bounds, lot):
    """Serve level after level; share the last by quotas, then lot by lot."""
    volume = min(demand_and_supply(rows, price, bounds))
    fills = [0] * len(rows)
    for bids in (True, False):
        rest = volume
        there = [i for i, row in enumerate(rows) if row[0] == bids and takes(row, price, bounds)]
        levels = sorted({level_of(rows[i], bounds) for i in there}, reverse=bids)
        for level in levels:
            here = [i for i in there if level_of(rows[i], bounds) == level]
            wanted = sum(rows[i][2] for i in here)
            if wanted <= rest:
                for i in here:
                    fills[i] = rows[i][2]
                rest -= wanted
                continue
            quota = {i: Fraction(rows[i][2] * rest, wanted * lot) for i in here}
            for i in here:
                fills[i] = int(quota[i]) * lot
            left = rest - sum(fills[i] for i in here)
            for i in sorted(here, key=lambda i: (int(quota[i]) - quota[i], i))[: left // lot]:
                fills[i] += lot
            break
    return fills


def without_own(rows, bounds):
    """Cancel an owner's best bid against his lowest ask until they no longer cross."""
    rows = [list(row) for row in rows]
    while True:
        met = False
        for owner in {row[3] for row in rows}:
            own = [row for row in rows if row[3] == owner and row[2]]
            bids = [row for row in own if row[0]]
            asks = [row for row in own if not row[0]]
            if not bids or not asks:
                continue
            best = max(bids, key=lambda row: level_of(row, bounds))
            least = min(asks, key=lambda row: level_of(row, bounds))
            if level_of(best, bounds) >= level_of(least, bounds):
                quantity = min(best[2], least[2])
                best[2] -= quantity
                least[2] -= quantity
                met = True
        if not met:
            return [tuple(row) for row in rows]


def orders_of(rows, *, tick=1, lot=1):
    return Orders(
        side=[BID if row[0] else ASK for row in rows],
        limit_price=[tick * (row[1] or 0) for row in rows],
        quantity=[lot * row[2] for row in rows],
        owner=[row[3] for row in rows],
        is_market=np.array([row[1] is None for row in rows], dtype=bool),
    )


@many
@given(st.lists(rows, max_size=8), prices, st.none() | prices, st.none() | prices)
def test_call_auction(book, reference, floor, ceiling):
    if floor is not None and ceiling is not None:
        floor, ceiling = sorted((floor, ceiling))
    # Without a ceiling, an order without a limit is above every limit.
    bounds = (floor or 0, 2 * HIGHEST if ceiling is None else ceiling)
    result = clear_auction(
        orders_of(book), reference_price=reference, floor_price=floor, ceiling_price=ceiling
    )
    left = without_own(book, bounds)
    price = best_price(left, reference, bounds, 1)
    assert result.indicative_price == price
    assert (result.demand, result.supply) == demand_and_supply(left, price, bounds)
    assert result.netted.tolist() == [one[2] - two[2] for one, two in zip(book, left, strict=True)]
    assert result.fill.tolist() == fills_at(left, price, bounds, 1)


@many
@given(st.lists(rows, max_size=8), prices, st.tuples(prices, prices).map(sorted), st.integers(1, 4))
def test_call_auction_under_pressure_in_lots(book, reference, bounds, lot):
    result = clear_auction(
        orders_of(book, lot=lot),
        reference_price=reference,
        floor_price=bounds[0],
        ceiling_price=bounds[1],
        lot=lot,
        self_trade="allow",
        equal_prices="pressure",
    )
    price = pressed_price(book, reference, bounds)
    in_lots = [(bids, limit, lot * quantity, owner) for bids, limit, quantity, owner in book]
    assert result.indicative_price == price
    assert result.fill.tolist() == fills_at(in_lots, price, bounds, lot)


@many
@given(st.lists(rows, max_size=6), prices, st.integers(1, 5))
def test_call_auction_on_a_tick(book, reference, tick):
    """Limits are rounded to the tick first; the reference is not."""
    book = [
        (bids, None if limit is None else limit // tick * tick, quantity, owner)
        for bids, limit, quantity, owner in book
    ]
    result = clear_auction(
        orders_of(book), reference_price=reference, tick=tick, self_trade="allow"
    )
    bounds = (0, 2 * HIGHEST)
    price = best_price(book, reference, bounds, tick)
    assert result.indicative_price == price
    assert result.fill.tolist() == fills_at(book, price, bounds, 1)


@pytest.mark.parametrize("pressure", [False, True])
def test_every_book_of_two_bids_and_two_asks(pressure):
    """Three limits, quantities 1 and 2, every reference and some bounds."""
    kinds = list(itertools.product((1, 2, 3), (1, 2)))
    sides = list(itertools.combinations_with_replacement(kinds, 2))
    is_bid = np.array([True, True, False, False])
    checked = 0
    for bids, asks in itertools.product(sides, sides):
        four = [*bids, *asks]
        book = Book(
            is_bid,
            np.array([limit for limit, _ in four]),
            np.array([quantity for _, quantity in four]),
            np.arange(4),
        )
        plain = [(i < 2, limit, quantity, i) for i, (limit, quantity) in enumerate(four)]
        for bounds in ((0, 4), (2, 4), (0, 2), (2, 2)):
            for reference in range(bounds[0], bounds[1] + 1):
                cleared = clear_book(book, PriceRule(reference, *bounds, pressure))
                rule = pressed_price if pressure else lambda *given: best_price(*given, 1)
                assert cleared.price == rule(plain, reference, bounds)
                assert cleared.fill.tolist() == fills_at(plain, cleared.price, bounds, 1)
                checked += 1
    assert checked == 21 * 21 * (5 + 3 + 3 + 1)


@many
@given(
    st.lists(st.tuples(prices, st.integers(1, 12), st.integers(1, 3)), max_size=8),
    st.integers(0, 40),
    prices,
    st.none() | st.integers(0, 20),
    st.booleans(),
)
def test_primary_auction(bids, offered, reserve, cap, at_reserve):
    """Serve one unit after the other, the dearest bid first."""
    given = [(True, limit, quantity, owner) for limit, quantity, owner in bids]
    result = clear_primary_auction(
        orders_of(given),
        offered=offered,
        reserve_price=reserve,
        owner_cap=cap,
        undersubscribed="reserve" if at_reserve else "lowest_bid",
    )
    ranked = sorted(range(len(bids)), key=lambda i: (-bids[i][0], i))
    room = {owner: cap for _, _, owner in bids}
    units = []
    for i in ranked:
        limit, quantity, owner = bids[i]
        counted = quantity if cap is None else min(quantity, room[owner])
        if cap is not None:
            room[owner] -= counted
        assert result.cut[i] == quantity - counted
        units += [limit] * counted if limit >= reserve else []
    sold = units[:offered]
    assert (result.sold, result.unsold) == (len(sold), offered - len(sold))
    if not sold:
        assert result.clearing_price is None
    elif len(units) < offered and at_reserve:
        assert result.clearing_price == reserve
    else:
        assert result.clearing_price == sold[-1]
    for limit in set(units):
        bought = sum(result.fill[i] for i in range(len(bids)) if bids[i][0] == limit)
        assert bought == sold.count(limit)
