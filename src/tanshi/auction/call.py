"""The call auction: one price for all, by the most that can be traded.

Rule, in this order: the price that (1) trades the largest volume, (2) leaves the smallest
imbalance |demand - supply|, (3) is nearest to the reference price, (4) is lowest. Every whole
tick is a candidate, not only the limits: where equally good prices form an interval, the one
nearest to the reference may be a price that nobody named.

Orders with better limits go first; the last level of the longer side shares what is left in
proportion to quantity, by largest remainder (the Hamilton method), equal remainders by sequence
number. A bid above the ceiling counts at the ceiling and an ask below the floor at the floor.

The principle of most executable volume, then least surplus, then the reference price is that of
the opening and closing auctions of stock exchanges. There the side in excess moves the price
before the reference does; `equal_prices="pressure"` is that variant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.auction._kernels import Book, PriceRule, clear_book
from tanshi.auction._terms import Terms, check_turnover, choice_faults, price_faults
from tanshi.auction.results import AuctionResult
from tanshi.auction.self_trade import net_own_orders
from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from tanshi.auction.orders import Orders

EQUAL_PRICES = ("reference", "pressure")
SELF_TRADE = ("net", "allow")


def clear_auction(
    orders: Orders,
    *,
    reference_price: int,
    floor_price: int | None = None,
    ceiling_price: int | None = None,
    tick: int = 1,
    lot: int = 1,
    self_trade: str = "net",
    equal_prices: str = "reference",
) -> AuctionResult:
    """Clear a book at one price.

    Parameters
    ----------
    orders : Orders
    reference_price : int, 0 to `MAX_PRICE`
        For example the last price; may lie outside floor and ceiling and off the tick.
    floor_price, ceiling_price : int, optional
        Between which the price lies; by default 0 and nothing.
    tick, lot : int, default 1
        Of which limits and quantities must be multiples, and price and fills are.
    self_trade : {"net", "allow"}
        Whether an owner's orders that could meet are cancelled against each other first.
    equal_prices : {"reference", "pressure"}
        How to choose among prices of equal volume and imbalance. ``"pressure"`` takes the
        highest where demand is in excess at all of them and the lowest where supply is, as
        scarcity would, and the reference otherwise; it needs floor and ceiling.

    Returns
    -------
    AuctionResult

    Raises
    ------
    InputError
        Every fault at once: prices or orders off the tick or lot, a floor above the ceiling,
        an unknown option, pressure without bounds, a turnover beyond 64 bits.

    Notes
    -----
    Exact, in O(n log P) for n orders and a range of P prices; about two readings of the book
    in practice. The result does not depend on the order in which the orders are listed.

    Examples
    --------
    Three bids and one ask. From 55 to 60 CNY both sides want 800 kg; 58 is nearest to 58.

    >>> from tanshi.auction import ASK, BID, Orders
    >>> orders = Orders(side=[BID, BID, BID, ASK], limit_price=[6200, 6000, 5000, 5500],
    ...                 quantity=[300, 500, 400, 800], owner=[1, 2, 3, 4])
    >>> result = clear_auction(orders, reference_price=5800)
    >>> result.clearing_price, result.volume, result.fill.tolist()
    (5800, 800, [300, 500, 0, 800])
    """
    terms = Terms(floor_price=floor_price, ceiling_price=ceiling_price, tick=tick, lot=lot)
    faults = [
        *terms.faults(orders),
        *price_faults("reference_price", reference_price),
        *choice_faults("self_trade", self_trade, SELF_TRADE),
        *choice_faults("equal_prices", equal_prices, EQUAL_PRICES),
    ]
    if equal_prices == "pressure" and (floor_price is None or ceiling_price is None):
        found = f"floor {floor_price}, ceiling {ceiling_price}"
        what, remedy = "pressure has no bound to stop at", "give both, or keep to the reference"
        faults.append(Fault(what, found, "floor and ceiling", remedy, column="equal_prices"))
    if faults:
        raise InputError(faults)
    limits = terms.limits(orders)
    bounds = {"lowest": terms.lowest, "highest": terms.highest}
    if self_trade == "net":
        netted = net_own_orders(orders, limits, **bounds)
    else:
        netted = frozen(np.zeros(orders.n_orders), np.int64)
    book = Book(
        is_bid=orders.is_bid,
        limit=limits,
        quantity=(orders.quantity - netted) // lot,
        sequence=orders.sequence.copy(),  # writable like the rest, as the kernel is compiled for
    )
    rule = PriceRule(
        reference=terms.in_ticks(reference_price),
        pressure=equal_prices == "pressure",
        **bounds,
    )
    cleared = clear_book(book, rule)
    check_turnover(min(cleared.demand, cleared.supply) * lot, cleared.price * tick)
    open_end = ceiling_price is None and cleared.last == terms.highest
    return AuctionResult(
        orders=orders,
        reference_price=int(reference_price),
        floor_price=terms.floor_price,
        ceiling_price=terms.ceiling_price,
        indicative_price=cleared.price * tick,
        equal_prices=(cleared.first * tick, None if open_end else cleared.last * tick),
        demand=cleared.demand * lot,
        supply=cleared.supply * lot,
        fill=frozen(cleared.fill * lot, np.int64),
        netted=netted,
    )
