"""What trading data must be for a two-sided platform to be estimated from them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.personal._conditions import Condition, FloatArray, checked_columns
from tanshi.personal.results.estimation import SIDES

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 12  # observations of an equation with up to four coefficients
GREATEST = 1e6  # of money and service: beyond it columns cannot be told apart in 64 bits
CONDITIONS = {
    "n_d": Condition("0 <= n_d <= 1, a share of buyers", "write 45 % as 0.45", 0.0, 1.0),
    "n_s": Condition("0 <= n_s <= 1, a share of sellers", "write 45 % as 0.45", 0.0, 1.0),
    "fee_d": Condition(
        "-1e6 <= fee_d <= 1e6", "give it in units of fixed utility", -GREATEST, GREATEST
    ),
    "fee_s": Condition(
        "-1e6 <= fee_s <= 1e6", "give it in units of fixed utility", -GREATEST, GREATEST
    ),
    "allowance_price": Condition(
        "0 <= allowance_price c <= 1e6", "give what a buyer pays a seller", 0.0, GREATEST
    ),
    "service_level": Condition(
        "0 <= service_level q <= 1e6", "write 0 for no service", 0.0, GREATEST
    ),
    "cluster": Condition("a cluster for every observation", "number the clusters"),
    "instrument_d": Condition(
        "-1e6 <= instrument_d <= 1e6", "state it in larger units", -GREATEST, GREATEST
    ),
    "instrument_s": Condition(
        "-1e6 <= instrument_s <= 1e6", "state it in larger units", -GREATEST, GREATEST
    ),
}


@dataclass(frozen=True, eq=False, kw_only=True)
class EstimationInputs:
    """Observations, one a period or a market, in the order of time where there is one.

    Parameters
    ----------
    n_d, n_s : array_like, (n,)
        Participation of buyers and of sellers, shares.
    fee_d, fee_s : array_like, (n,)
        Registration fees, in units of the spread of fixed utility.
    allowance_price : array_like, (n,)
        c, in the same units.
    service_level : array_like, (n,), optional
        q; without it the products qβ_d and qβ_s are estimated.
    cluster : array_like, (n,), optional
        Number of the group within which shocks hang together.
    instrument_d, instrument_s : array_like, (n,), optional
        One more instrument of the buyers' and of the sellers' equation: something that moves
        the other side only.

    Raises
    ------
    InputError
        Every number that breaks its condition, by row and column; too few observations off the
        bounds; a fee or a service level that does not say anything since it never varies.
    """

    n_d: FloatArray
    n_s: FloatArray
    fee_d: FloatArray
    fee_s: FloatArray
    allowance_price: FloatArray
    service_level: FloatArray | None = None
    cluster: FloatArray | None = None
    instrument_d: FloatArray | None = None
    instrument_s: FloatArray | None = None

    def __post_init__(self) -> None:
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        given = {name: value for name, value in given.items() if value is not None}
        columns = checked_columns(given, {name: CONDITIONS[name] for name in given})
        faults = _sample_faults(columns)
        if faults:
            raise InputError(faults)
        for name, column in columns.items():
            object.__setattr__(self, name, column)


def off_bounds(participation: FloatArray) -> NDArray[np.bool_]:
    """Return where a participation is neither 0 nor 1."""
    return (participation > 0.0) & (participation < 1.0)


def _sample_faults(columns: dict[str, FloatArray]) -> list[Fault]:
    """List why the equations could not be estimated at all."""
    faults = []
    for side, name in SIDES.items():
        inside = off_bounds(columns[f"n_{side}"])
        if inside.sum() < FEWEST:
            found = f"{inside.sum()} with n_{side} between 0 and 1, of {len(inside)}"
            allowed, remedy = f"at least {FEWEST}", "add periods or markets"
            what = f"too few observations of {name}"
            faults.append(Fault(what, found, allowed, remedy, column=f"n_{side}"))
            continue
        for column in ("fee_s" if side == "d" else "fee_d", "service_level"):
            values = columns.get(column)
            if values is None:
                continue
            least = 1e-9 * max(1.0, float(np.abs(values).max()))
            if column == "service_level":
                silent = not values[inside].any()
            else:
                silent = float(np.ptp(values[inside])) <= least
            if silent:
                found = f"{values[inside][0]:g} in all observations off the bounds"
                remedy = (
                    "leave the column out: no service was rendered"
                    if column == "service_level"
                    else "add observations with other fees: it is the instrument"
                )
                what = f"{column} says nothing about {name}"
                allowed = "a service level above 0" if "service" in column else "a fee that varies"
                faults.append(Fault(what, found, allowed, remedy, column=column))
    return faults
