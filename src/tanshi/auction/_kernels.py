"""The price and the fills of a call auction, compiled, and the same written plainly.

All numbers are 64-bit integers in units of one tick and one lot.

Demand less supply only falls as the price rises, by an order's quantity: at an ask's limit, and
just above a bid's. So it changes sign once. Left of that place volume is supply, which grows with
the price, right of it volume is demand, which shrinks: the price that the rule wants lies on one
of the two flat stretches that meet there. The place is found by halving, and each step drops the
orders that it has settled, so that a search reads the book about twice.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

ANY_PRICE = 2**62


class Book(NamedTuple):
    """Orders as bare arrays, writable ones, whose sums are known to fit.

    Parameters
    ----------
    is_bid : (n,) array of bool
    limit : (n,) array of int64
        In ticks; `ANY_PRICE` for a bid without a limit and -`ANY_PRICE` for such an ask.
    quantity : (n,) array of int64, >= 0
        In lots; each side together has at most `orders.MAX_QUANTITY`. An order of 0 is none.
    sequence : (n,) array of int64, absolute value up to 2**61
        Each number once; the lower goes first among equal remainders.
    """

    is_bid: Flags
    limit: Integers
    quantity: Integers
    sequence: Integers


class PriceRule(NamedTuple):
    """What decides on the price besides the book, in ticks.

    Parameters
    ----------
    reference : int
    lowest, highest : int
        Prices that are allowed, 0 <= lowest <= highest <= 2**61. Bids above count at the
        highest, asks below at the lowest.
    pressure : bool
        Whether equally good prices go to the side in excess, before the reference.
    """

    reference: int
    lowest: int
    highest: int
    pressure: bool


class Cleared(NamedTuple):
    """A price and the fills at it.

    Parameters
    ----------
    price : int
    first, last : int
        The equally good prices around it: same volume, same imbalance.
    demand, supply : int
        At the price. The smaller of the two is traded.
    fill : (n,) array of int64
    """

    price: int
    first: int
    last: int
    demand: int
    supply: int
    fill: Integers


@numba.njit(cache=True, nogil=True)
def clear_book(book: Book, rule: PriceRule) -> Cleared:
    """Clear a book; may be called from compiled code and from several threads.

    Parameters
    ----------
    book : Book
    rule : PriceRule

    Returns
    -------
    Cleared
    """
    n = len(book.limit)
    counted = np.empty(n, np.int64)
    for i in range(n):
        if book.is_bid[i]:
            counted[i] = min(book.limit[i], rule.highest) if book.quantity[i] else rule.lowest - 1
        else:
            counted[i] = max(book.limit[i], rule.lowest) if book.quantity[i] else rule.highest + 1
    crossing = _last_covered(book, counted, rule)
    price, first, last = _best_price(book, counted, rule, crossing)
    demand, supply = _wanted(book, counted, price)
    fill = _fills(book, counted, price, demand, supply)
    return Cleared(price, first, last, demand, supply, fill)


@numba.njit(cache=True, nogil=True)
def _last_covered(book: Book, counted: Integers, rule: PriceRule) -> int:
    """Return the highest price at which demand covers supply; lowest - 1 if there is none."""
    n = len(counted)
    where, fall = np.empty(n, np.int64), np.empty(n, np.int64)
    bids, fallen, left = 0, 0, 0
    first, last = rule.highest, rule.lowest
    for i in range(n):
        bids += book.quantity[i] * book.is_bid[i]
        place = counted[i] + book.is_bid[i]
        # Entries are written over until one counts, which takes no branch to mispredict.
        where[left], fall[left] = place, book.quantity[i]
        counts = place <= rule.highest  # beyond it nothing falls
        fallen += fall[left] * counts
        first, last = min(first, place), max(last, min(place, rule.highest))
        left += counts
    # Demand covers supply at a price where all falls up to it are at most all bids.
    if fallen <= bids:
        return rule.highest
    low, high, fallen = max(rule.lowest, first) - 1, max(rule.lowest, last), 0
    while high - low > 1:
        middle = low + (high - low) // 2
        so_far = fallen
        for i in range(left):
            so_far += fall[i] * (where[i] <= middle)
        covered = so_far <= bids
        if covered:
            low, fallen = middle, so_far
        else:
            high = middle
        kept = 0
        for i in range(left):
            where[kept], fall[kept] = where[i], fall[i]
            kept += (where[i] > middle) == covered
        left = kept
    return low


@numba.njit(cache=True, nogil=True)
def _best_price(
    book: Book, counted: Integers, rule: PriceRule, crossing: int
) -> tuple[int, int, int]:
    """Compare the stretch that ends at the crossing with the one that begins above it."""
    demand, supply = _wanted(book, counted, crossing)
    demand_above, supply_above = _wanted(book, counted, crossing + 1)
    # Volume is supply at the crossing and demand above it; more is better, then less imbalance.
    gain = supply - demand_above
    if gain == 0:
        gain = supply_above - demand_above - demand + supply
    if crossing < rule.lowest:
        gain = -1
    elif crossing == rule.highest:
        gain = 1
    first, last = _stretch(book, counted, rule, crossing if gain >= 0 else crossing + 1)
    if gain == 0:
        last = _stretch(book, counted, rule, crossing + 1)[1]
    price = min(max(rule.reference, first), last)
    if rule.pressure and gain < 0:
        price = first
    elif rule.pressure and gain > 0 and demand > supply:
        price = last
    return price, first, last


@numba.njit(cache=True, nogil=True)
def _wanted(book: Book, counted: Integers, price: int) -> tuple[int, int]:
    """Return demand and supply at a price."""
    demand, supply = 0, 0
    for i in range(len(counted)):
        bid = book.is_bid[i]
        demand += book.quantity[i] * (bid & (counted[i] >= price))
        supply += book.quantity[i] * ((not bid) & (counted[i] <= price))
    return demand, supply


@numba.njit(cache=True, nogil=True)
def _stretch(book: Book, counted: Integers, rule: PriceRule, price: int) -> tuple[int, int]:
    """Return the first and the last price at which the same orders take part."""
    first, last = rule.lowest, rule.highest
    for i in range(len(counted)):
        place = counted[i] + book.is_bid[i]  # from here on the order has changed its mind
        if place <= price:
            first = max(first, place)
        else:
            last = min(last, place - 1)
    return first, last


@numba.njit(cache=True, nogil=True)
def _fills(book: Book, counted: Integers, price: int, demand: int, supply: int) -> Integers:
    """Fill the short side, and the long side down to its last level, which shares the rest."""
    n = len(counted)
    fill, rows = np.zeros(n, np.int64), np.empty(n, np.int64)
    volume, bids_share = min(demand, supply), demand > supply
    if volume == 0:
        return fill
    # How far the price is from an order's limit; the nearest limits are the last level.
    nearest, at_level, level = ANY_PRICE, 0, 0
    for i in range(n):
        distance = counted[i] - price if book.is_bid[i] else price - counted[i]
        if distance < 0:
            continue
        fill[i] = book.quantity[i]
        if demand == supply or book.is_bid[i] != bids_share:
            continue
        if distance < nearest:
            nearest, at_level, level = distance, 0, 0
        if distance == nearest:
            at_level += book.quantity[i]
            rows[level] = i
            level += 1
    if level:
        available = volume - (max(demand, supply) - at_level)
        _share(book, rows[:level], available, at_level, fill)
    return fill


@numba.njit(cache=True, nogil=True)
def _share(book: Book, rows: Integers, available: int, wanted: int, fill: Integers) -> None:
    """Give some rows their shares of what is available, by largest remainder."""
    remainder = np.empty(len(rows), np.int64)
    rest = available
    for k in range(len(rows)):
        fill[rows[k]], remainder[k] = _part(book.quantity[rows[k]], available, wanted)
        rest -= fill[rows[k]]
    if rest == 0:
        return
    # The remainders add up to `rest` times `wanted`, so more than `rest` of them are not 0.
    least = _smallest(remainder, len(rows) - rest + 1)
    equals, kept = np.empty(len(rows), np.int64), 0
    for k in range(len(rows)):
        if remainder[k] > least:
            fill[rows[k]] += 1
            rest -= 1
        elif remainder[k] == least:
            equals[kept] = book.sequence[rows[k]]
            kept += 1
    latest = _smallest(equals[:kept], rest)
    for k in range(len(rows)):
        if remainder[k] == least and book.sequence[rows[k]] <= latest:
            fill[rows[k]] += 1


@numba.njit(cache=True, nogil=True)
def _smallest(values: Integers, count: int) -> int:
    """Return the value below or at which there are `count`, by halving as for the price."""
    open_ones, left, below = values.copy(), len(values), 0
    low, high = int(values[0]) - 1, int(values[0])
    for value in values:
        low, high = min(low, value - 1), max(high, value)
    while high - low > 1:
        middle = low + (high - low) // 2
        so_far = below
        for i in range(left):
            so_far += open_ones[i] <= middle
        enough = so_far >= count
        if enough:
            high = middle
        else:
            low, below = middle, so_far
        kept = 0
        for i in range(left):
            open_ones[kept] = open_ones[i]
            kept += (open_ones[i] <= middle) == enough
        left = kept
    return high


@numba.njit(cache=True, nogil=True)
def _part(quantity: int, available: int, wanted: int) -> tuple[int, int]:
    """Return quotient and remainder of quantity * available / wanted, available <= wanted.

    All are at most 2**50, so the quotient in floating point is off by 1 at most, and what it
    leaves lies within one `wanted` of a remainder. Modulo 2**64 that difference of two products
    is exact, although the products are not.
    """
    quotient = int(quantity * (available / wanted))
    product = np.uint64(quantity) * np.uint64(available)
    remainder = int(np.int64(product - np.uint64(quotient) * np.uint64(wanted)))
    if remainder < 0:
        return quotient - 1, remainder + wanted
    if remainder >= wanted:
        return quotient + 1, remainder - wanted
    return quotient, remainder


def clear_book_plain(book: Book, rule: PriceRule) -> Cleared:
    """Return what `clear_book` returns, price by price in unbounded integers."""
    lowest, highest, reference = rule.lowest, rule.highest, rule.reference
    is_bid: list[bool] = book.is_bid.tolist()
    limit: list[int] = book.limit.tolist()
    lots: list[int] = book.quantity.tolist()
    sequence: list[int] = book.sequence.tolist()
    there = [i for i, one in enumerate(lots) if one]
    counted = {i: min(limit[i], highest) if is_bid[i] else max(limit[i], lowest) for i in there}

    def takes(i: int, price: int) -> bool:
        return counted[i] >= price if is_bid[i] else counted[i] <= price

    def wanted(price: int) -> tuple[int, int]:
        taken = [i for i in there if takes(i, price)]
        bids = sum(lots[i] for i in taken if is_bid[i])
        return bids, sum(lots[i] for i in taken) - bids

    def goodness(price: int) -> tuple[int, int]:
        demand, supply = wanted(price)
        return min(demand, supply), -abs(demand - supply)

    # Between two neighbours of limits nothing changes, so an end or the reference is best.
    near = {one + step for one in counted.values() for step in (-1, 0, 1)} | {
        lowest,
        highest,
        reference,
    }
    candidates = [price for price in sorted(near) if lowest <= price <= highest]
    most = max(goodness(price) for price in candidates)
    best = [price for price in candidates if goodness(price) == most]
    excess = {demand - supply for demand, supply in map(wanted, best)}
    price = min(best, key=lambda one: (abs(one - reference), one))
    if rule.pressure and min(excess) > 0:
        price = best[-1]
    elif rule.pressure and max(excess) < 0:
        price = best[0]
    demand, supply = wanted(price)
    fill = np.zeros(len(lots), np.int64)
    for bids in (True, False):
        rows = [i for i in there if is_bid[i] == bids and takes(i, price)]
        rows.sort(key=lambda i: abs(counted[i] - price), reverse=True)
        rest = min(demand, supply)
        for _, level in groupby(rows, key=lambda i: counted[i]):
            shares = _shares_plain([(lots[i], sequence[i], i) for i in level], rest)
            for i, share in shares:
                fill[i] = share
                rest -= share
    return Cleared(price, best[0], best[-1], demand, supply, fill)


def _shares_plain(level: list[tuple[int, int, int]], rest: int) -> list[tuple[int, int]]:
    """Share what is left among orders (lots, sequence, row) of one level."""
    wanted = sum(lots for lots, _, _ in level)
    available = min(rest, wanted)
    share = {row: lots * available // wanted for lots, _, row in level}
    first = sorted(level, key=lambda one: (-(one[0] * available % wanted), one[1]))
    for _, _, row in first[: available - sum(share.values())]:
        share[row] += 1
    return [*share.items()]
