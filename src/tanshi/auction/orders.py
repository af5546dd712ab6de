"""What an auction is given: bids and asks in whole numbers.

Quantities, prices and their products are integers, so that nothing is ever rounded. In the
units of the exchange a quantity is in kg of CO2 and a price in fen per tonne; quantity times
price is then money in milli-fen (1e-5 CNY). The rules work in any other units as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

BID, ASK = 1, -1
MAX_PRICE = 2**40
MAX_SEQUENCE = 2**61
MAX_QUANTITY = 2**50  # of one side together; in kg, thirty times the world's yearly CO2
_BY_PLACE: Integers = frozen([], np.int64)
_ALL_LIMITED: NDArray[np.bool_] = frozen([], np.bool_)


@dataclass(frozen=True, eq=False, kw_only=True)
class Orders:
    """The book of one auction.

    Parameters
    ----------
    side : (n,) array_like of int
        `BID` (1) buys, `ASK` (-1) sells.
    limit_price : (n,) array_like of int, 0 to `MAX_PRICE`
        The most a bid pays and the least an ask takes, in fen per tonne.
    quantity : (n,) array_like of int, > 0
        In kg. Each side together has at most `MAX_QUANTITY`.
    owner : (n,) array_like of int
        Who stands behind an order; nobody trades with himself.
    sequence : (n,) array_like of int, 0 to `MAX_SEQUENCE`, optional
        Each number once; the lower goes first among equals. By default the place in the book.
    is_market : (n,) array_like of bool, optional
        Orders that take any price; their `limit_price` is not read. By default none.

    Raises
    ------
    InputError
        Every fault at once. Rows are counted as in a table below a header.

    Examples
    --------
    >>> orders = Orders(side=[BID, ASK], limit_price=[6000, 5500], quantity=[800, 1000],
    ...                 owner=[1, 2])
    >>> orders.n_orders, orders.sequence.tolist()
    (2, [0, 1])
    """

    side: Integers
    limit_price: Integers
    quantity: Integers
    owner: Integers
    sequence: Integers = field(default_factory=lambda: _BY_PLACE)
    is_market: NDArray[np.bool_] = field(default_factory=lambda: _ALL_LIMITED)

    def __post_init__(self) -> None:
        n = np.size(self.side)
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        if self.sequence is _BY_PLACE:
            given["sequence"] = np.arange(n)
        if self.is_market is _ALL_LIMITED:
            given["is_market"] = np.zeros(n, np.bool_)
        arrays = {name: np.asarray(values) for name, values in given.items()}
        faults = [fault for pair in arrays.items() for fault in _form_faults(*pair, n)]
        if not faults:
            for name, values in arrays.items():
                kind = np.bool_ if name == "is_market" else np.int64
                object.__setattr__(self, name, frozen(values, kind))
            faults = [*self._value_faults(), *self._total_faults()]
        if faults:
            raise InputError(faults)

    @property
    def n_orders(self) -> int:
        """Number of orders, n."""
        return len(self.side)

    @property
    def is_bid(self) -> NDArray[np.bool_]:
        """Which orders buy, (n,)."""
        bids: NDArray[np.bool_] = self.side == BID
        return bids

    def _value_faults(self) -> list[Fault]:
        side, limit, quantity = self.side, self.limit_price, self.quantity
        late = (self.sequence < 0) | (self.sequence > MAX_SEQUENCE)
        sides = f"{BID} (bid) or {ASK} (ask)"
        return [
            *_row_faults("side", side, (side != BID) & (side != ASK), sides, "name the side"),
            *_row_faults(
                "limit_price",
                limit,
                ~self.is_market & ((limit < 0) | (limit > MAX_PRICE)),
                f"0 to {MAX_PRICE}",
                "give the limit in fen per tonne",
            ),
            *_row_faults("quantity", quantity, quantity <= 0, "above 0", "leave the order out"),
            *_row_faults("sequence", self.sequence, late, f"0 to {MAX_SEQUENCE}", "count orders"),
            *_doubled(self.sequence),
        ]

    def _total_faults(self) -> list[Fault]:
        quantity, bids = np.maximum(self.quantity, 0), self.is_bid
        return [
            Fault(
                f"the {name} are more than an auction can add up",
                str(total),
                f"at most {MAX_QUANTITY}",
                "count in a larger unit",
                column="quantity",
            )
            for name, rows in (("bids", bids), ("asks", ~bids))
            if (total := exact_sum(quantity[rows])) > MAX_QUANTITY
        ]


def exact_sum(values: Integers) -> int:
    """Return the sum of non-negative integers, however large.

    Examples
    --------
    >>> exact_sum(np.array([2**62, 2**62, 2**62])) == 3 * 2**62
    True
    """
    # Halves of 31 and 32 bits: their sums overflow after two billion terms, not after two.
    high, low = values >> 32, values & (2**32 - 1)
    return (int(high.sum()) << 32) + int(low.sum())


def _form_faults(name: str, values: NDArray[np.generic], n: int) -> list[Fault]:
    """Check the shape and the kind of one field."""
    if values.shape != (n,):
        found, remedy = str(values.shape), "one entry an order"
        return [Fault(f"wrong shape of {name}", found, f"({n},)", remedy, column=name)]
    if name == "is_market":
        if values.dtype != np.bool_:
            found, remedy = str(values.dtype), "give True or False"
            return [Fault(f"{name} is not yes or no", found, "bool", remedy, column=name)]
        return []
    signed = np.can_cast(values.dtype, np.int64) and values.dtype != np.bool_
    if values.size and not signed:
        what, remedy = (
            f"{name} is not in whole numbers of 64 bits",
            "round them to the unit, as int64",
        )
        return [Fault(what, str(values.dtype), "signed integers", remedy, column=name)]
    return []


def _row_faults(
    name: str, values: Integers, wrong: NDArray[np.bool_], allowed: str, remedy: str
) -> list[Fault]:
    return [
        Fault(f"{name} out of range", str(values[i]), allowed, remedy, row=i + 2, column=name)
        for i in np.flatnonzero(wrong).tolist()
    ]


def _doubled(sequence: Integers) -> list[Fault]:
    """Find numbers that stand for more than one order."""
    if bool((np.diff(sequence) > 0).all()):
        return []
    order = np.argsort(sequence, kind="stable")
    again = order[1:][np.diff(sequence[order]) == 0]
    return [
        Fault(
            "a sequence number is there twice",
            str(sequence[i]),
            "each once",
            "number the orders as they came in",
            row=i + 2,
            column="sequence",
        )
        for i in np.sort(again).tolist()
    ]
