"""The primary auction: an issuer sells a quantity to the highest bids at one price.

Rule: bids at the reserve price or above are served from the highest down. Where they take all
that is offered, the price is that of the lowest bid that is served, even in part: the price at
which the volumes bid reach what is offered, as in the EU (Commission Delegated Regulation (EU)
2023/2830, before it Regulation (EU) 1031/2010, Art. 7). Where they do not, the rest stays unsold
and the price is the reserve, at which the issuer would have sold more; or, as an option, still
the lowest bid served, as in the UK (Greenhouse Gas Emissions Trading Scheme Auctioning
Regulations 2021, reg. 7). Bids at the price share the rest in proportion to quantity, by largest
remainder, equal remainders by sequence number.

It is the call auction with a single ask at the reserve and the highest price as reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.auction._kernels import Book, PriceRule, clear_book
from tanshi.auction._terms import Terms, check_turnover, choice_faults
from tanshi.auction.results import PrimaryAuctionResult
from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.auction.orders import Orders

    Integers = NDArray[np.int64]

UNDERSUBSCRIBED = ("reserve", "lowest_bid")


def clear_primary_auction(
    bids: Orders,
    *,
    offered: int,
    reserve_price: int,
    ceiling_price: int | None = None,
    owner_cap: int | None = None,
    tick: int = 1,
    lot: int = 1,
    undersubscribed: str = "reserve",
) -> PrimaryAuctionResult:
    """Sell a quantity to the highest bids.

    Parameters
    ----------
    bids : Orders
        No asks. Bids without a limit need a ceiling, at which they count.
    offered : int, >= 0
    reserve_price : int, >= 0
        Below it nothing is sold.
    ceiling_price : int, optional
        Bids above it count at it.
    owner_cap : int, optional
        The most that an owner may bid for; of his bids the best count, and equal ones by
        sequence number, until the cap is reached.
    tick, lot : int, default 1
    undersubscribed : {"reserve", "lowest_bid"}
        The price where less is bid for than offered.

    Returns
    -------
    PrimaryAuctionResult

    Raises
    ------
    InputError
        Every fault at once: an ask, a market bid without a ceiling, prices off the tick,
        quantities off the lot, a reserve above the ceiling, an unknown option, revenue beyond
        64 bits.

    Examples
    --------
    1000 kg are offered: the best bid takes 600, two equal ones share 400, and all pay 50 CNY.

    >>> from tanshi.auction import BID, Orders
    >>> bids = Orders(side=[BID] * 4, limit_price=[6000, 5000, 5000, 4000],
    ...               quantity=[600, 300, 500, 900], owner=[1, 2, 3, 4])
    >>> result = clear_primary_auction(bids, offered=1000, reserve_price=4000)
    >>> result.clearing_price, result.fill.tolist(), result.unsold
    (5000, [600, 150, 250, 0], 0)
    """
    terms = Terms(floor_price=reserve_price, ceiling_price=ceiling_price, tick=tick, lot=lot)
    faults = [
        *terms.faults(bids, floor_name="reserve_price"),
        *terms.whole_lot_faults("offered", offered),
        *([] if owner_cap is None else terms.whole_lot_faults("owner_cap", owner_cap)),
        *choice_faults("undersubscribed", undersubscribed, UNDERSUBSCRIBED),
        *_bid_faults(bids, ceiling_price),
    ]
    if faults:
        raise InputError(faults)
    limits = terms.limits(bids)
    cut = np.zeros(bids.n_orders, np.int64)
    if owner_cap is not None:
        cut = _cut(bids, np.minimum(limits, terms.highest), owner_cap)
    # Equally good prices end at the lowest bid that is served: the highest of them is the one
    # nearest to the highest price. Pressure turns to their other end where supply is in excess.
    book = Book(
        is_bid=np.append(bids.is_bid, np.False_),
        limit=np.append(limits, terms.lowest),
        quantity=np.append(bids.quantity - cut, offered) // lot,
        sequence=np.append(bids.sequence, -1),
    )
    rule = PriceRule(
        reference=terms.highest,
        lowest=terms.lowest,
        highest=terms.highest,
        pressure=undersubscribed == "reserve",
    )
    cleared = clear_book(book, rule)
    sold, price = int(cleared.fill[-1]) * lot, cleared.price * tick
    check_turnover(sold, price)
    at_reserve = limits >= terms.lowest
    return PrimaryAuctionResult(
        bids=bids,
        offered=int(offered),
        reserve_price=int(reserve_price),
        ceiling_price=ceiling_price,
        clearing_price=price if sold else None,
        demand=cleared.demand * lot if sold else int((bids.quantity - cut)[at_reserve].sum()),
        fill=frozen(cleared.fill[:-1] * lot, np.int64),
        cut=frozen(cut, np.int64),
    )


def _bid_faults(bids: Orders, ceiling_price: int | None) -> list[Fault]:
    faults = [
        Fault(
            "an ask among the bids of an issue",
            str(bids.side[i]),
            "bids only",
            "offer it in a call auction",
            row=i + 2,
            column="side",
        )
        for i in np.flatnonzero(~bids.is_bid).tolist()
    ]
    if ceiling_price is None:
        faults += [
            Fault(
                "a bid without a limit, and no ceiling",
                "True",
                "a limit, or a ceiling price",
                "give the most that it pays",
                row=i + 2,
                column="is_market",
            )
            for i in np.flatnonzero(bids.is_market).tolist()
        ]
    return faults


def _cut(bids: Orders, counted: Integers, owner_cap: int) -> Integers:
    """Return what every bid has beyond its owner's cap, the best limits counting first."""
    order = np.lexsort((bids.sequence, -counted, bids.owner))
    owner, quantity = bids.owner[order], bids.quantity[order]
    before = np.cumsum(quantity) - quantity
    first = np.searchsorted(owner, owner)  # of the bids of the same owner
    room = np.maximum(owner_cap - (before - before[first]), 0)
    cut = np.empty_like(quantity)
    cut[order] = np.maximum(quantity - room, 0)
    return cut
