"""What an auction allows: bounds, tick, lot; and the book in those units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.auction._kernels import ANY_PRICE
from tanshi.auction.orders import MAX_PRICE, MAX_QUANTITY
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.auction.orders import Orders

    Integers = NDArray[np.int64]

MOST_MILLI_FEN = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of one auction.

    Parameters
    ----------
    floor_price, ceiling_price : int or None
        Least and greatest price that is allowed; None for 0 and for no bound.
    tick, lot : int, >= 1
        Prices are multiples of the one, quantities of the other.
    """

    floor_price: int | None = None
    ceiling_price: int | None = None
    tick: int = 1
    lot: int = 1

    def faults(self, orders: Orders, *, floor_name: str = "floor_price") -> list[Fault]:
        """Return what is wrong with the terms or, if nothing is, with orders under them."""
        faults = [
            *_whole_faults("tick", self.tick, 1, MAX_PRICE),
            *_whole_faults("lot", self.lot, 1, MAX_QUANTITY),
        ]
        bounds = {floor_name: self.floor_price, "ceiling_price": self.ceiling_price}
        given = {name: price for name, price in bounds.items() if price is not None}
        for name, price in given.items():
            faults += price_faults(name, price)
        if faults:
            return faults
        for name, price in given.items():
            faults += _multiple_faults(name, price, self.tick, "tick")
        floor, ceiling = self.floor_price, self.ceiling_price
        if floor is not None and ceiling is not None and floor > ceiling:
            what, remedy = f"{floor_name} is above the ceiling", "lower it or lift the ceiling"
            allowed = f"at most {ceiling}"
            faults.append(Fault(what, str(floor), allowed, remedy, column=floor_name))
        return [*faults, *self._order_faults(orders)]

    def whole_lot_faults(self, name: str, quantity: int) -> list[Fault]:
        """Return the fault of a quantity that is not a whole number of lots."""
        faults = _whole_faults(name, quantity, 0, MAX_QUANTITY)
        if faults or _whole_faults("lot", self.lot, 1, MAX_QUANTITY):
            return faults
        return _multiple_faults(name, quantity, self.lot, "lot")

    @property
    def lowest(self) -> int:
        """Least price, in ticks."""
        return (self.floor_price or 0) // self.tick

    @property
    def highest(self) -> int:
        """Greatest price, in ticks; without a ceiling one tick above every limit."""
        if self.ceiling_price is None:
            return MAX_PRICE // self.tick + 1
        return self.ceiling_price // self.tick

    def in_ticks(self, price: int) -> int:
        """Return the number of ticks nearest to a price, the lower of two."""
        ticks, over = divmod(price, self.tick)
        return ticks + (2 * over > self.tick)

    def limits(self, orders: Orders) -> Integers:
        """Return limits in ticks, (n,); market orders stand beyond every price."""
        ticks = orders.limit_price // self.tick
        return np.where(orders.is_market, np.where(orders.is_bid, ANY_PRICE, -ANY_PRICE), ticks)

    def _order_faults(self, orders: Orders) -> list[Fault]:
        whole, limited = np.ones(orders.n_orders, np.bool_), ~orders.is_market
        return [
            fault
            for name, values, unit, unit_name, asked in (
                ("limit_price", orders.limit_price, self.tick, "tick", limited),
                ("quantity", orders.quantity, self.lot, "lot", whole),
            )
            if unit > 1
            for i in np.flatnonzero(asked & (values % unit != 0)).tolist()
            for fault in _multiple_faults(name, int(values[i]), unit, unit_name, row=i + 2)
        ]


def price_faults(name: str, price: int) -> list[Fault]:
    """Return the fault of a price that is no whole number from 0 to `MAX_PRICE`."""
    return _whole_faults(name, price, 0, MAX_PRICE)


def choice_faults(name: str, given: str, known: Sequence[str]) -> list[Fault]:
    """Return the fault of an option that is not one of those known."""
    if given in known:
        return []
    allowed = ", ".join(known)
    return [Fault(f"no such {name}", repr(given), allowed, "choose one", column=name)]


def check_turnover(volume: int, price: int) -> None:
    """Refuse a turnover that 64 bits cannot hold.

    Raises
    ------
    InputError
        Volume times price is above 2**63 - 1.
    """
    if volume * price > MOST_MILLI_FEN:
        found, allowed = f"{volume} at {price}", f"a product up to {MOST_MILLI_FEN}"
        remedy = "count quantities or prices in a larger unit"
        raise InputError([Fault("the turnover does not fit 64 bits", found, allowed, remedy)])


def _whole_faults(name: str, value: int, least: int, most: int) -> list[Fault]:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if whole and least <= value <= most:
        return []
    allowed, remedy = f"a whole number from {least} to {most}", "correct it"
    return [Fault(f"unfit {name}", str(value), allowed, remedy, column=name)]


def _multiple_faults(
    name: str, value: int, unit: int, unit_name: str, *, row: int | None = None
) -> list[Fault]:
    if value % unit == 0:
        return []
    what, remedy = f"{name} off the {unit_name}", f"round it to the {unit_name}"
    return [Fault(what, str(value), f"a multiple of {unit}", remedy, row=row, column=name)]
