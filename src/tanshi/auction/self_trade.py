"""Nobody trades with himself: an owner's orders that could meet are cancelled against each other.

Rule: as long as an owner's best bid reaches his lowest ask, both lose the smaller of the two
quantities. The best bid has the highest limit, the lowest ask the lowest, both as they count
within floor and ceiling, and the lower sequence number where limits are equal. What is left of
an owner does not cross, so there is no price at which he both buys and sells. Bids and asks
lose the same quantity, and orders that do not cross keep theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.core import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.auction.orders import Orders

    Integers = NDArray[np.int64]


def net_own_orders(orders: Orders, limit: Integers, *, lowest: int, highest: int) -> Integers:
    """Return what every order loses against orders of its own owner.

    Parameters
    ----------
    orders : Orders
    limit : (n,) array of int64
        Limits, those of orders without a limit beyond every price.
    lowest, highest : int
        Within which limits count, in the same unit.

    Returns
    -------
    (n,) array of int64, read-only
        In the unit of quantities.

    Examples
    --------
    >>> from tanshi.auction import ASK, BID, Orders
    >>> own = Orders(side=[BID, ASK, ASK], limit_price=[60, 50, 70], quantity=[8, 5, 9],
    ...              owner=[1, 1, 1])
    >>> net_own_orders(own, own.limit_price, lowest=0, highest=100).tolist()
    [5, 5, 0]
    """
    netted = np.zeros(orders.n_orders, np.int64)
    is_bid = orders.is_bid
    both = np.isin(orders.owner, orders.owner[is_bid]) & np.isin(
        orders.owner, orders.owner[~is_bid]
    )
    rows = np.flatnonzero(both)
    if len(rows):
        bids = is_bid[rows]
        counted = np.where(bids, -np.minimum(limit[rows], highest), np.maximum(limit[rows], lowest))
        # By owner, his bids before his asks, each from the best limit on.
        order = np.lexsort((orders.sequence[rows], counted, ~bids, orders.owner[rows]))
        rows = rows[order]
        netted[rows] = _netted(
            orders.owner[rows], bids[order], counted[order], orders.quantity[rows]
        )
    return frozen(netted, np.int64)


@numba.njit(cache=True, nogil=True)
def _netted(
    owner: Integers, is_bid: NDArray[np.bool_], counted: Integers, quantity: Integers
) -> Integers:
    """Walk down each owner's bids and asks together; bids count with limits below 0."""
    n = len(owner)
    left = quantity.copy()
    start = 0
    while start < n:
        bid, ask = start, start
        while is_bid[ask]:
            ask += 1
        last_bid, end = ask, ask
        while end < n and owner[end] == owner[start]:
            end += 1
        while bid < last_bid and ask < end and -counted[bid] >= counted[ask]:
            met = min(left[bid], left[ask])
            left[bid] -= met
            left[ask] -= met
            bid += left[bid] == 0
            ask += left[ask] == 0
        start = end
    return quantity - left
