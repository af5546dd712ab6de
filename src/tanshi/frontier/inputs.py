"""What the estimator needs: a pooled panel of inputs, one good and one bad output.

The problem: how much of the good output has to be given up to emit one tonne less?
Source: Zhang & Chang (2025), Introducing a floor price in China's national carbon
market, Journal of Environmental Management, Eq. 3; Färe et al. (2005).
Assumptions: one desirable and one undesirable output, one direction for all, every unit
faces the same technology, observations are pooled over periods.

The direction (g_y, -g_b) is given for outputs divided by their means. Dividing them by
g_y and g_b as well turns it into (1, -1), for which all else is written:

    D(x, y + t, b - t) = D(x, y, b) - t    with y = Y / (mean(Y) g_y), b = B / (mean(B) g_b),

so the shadow price in CNY per tonne is -(dD/db) / (dD/dy) times mean(Y) g_y / (mean(B) g_b)
times the size of the units (Eq. 8). Multiplying both components by the same number divides D
by it and moves no price.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.core import Fault, InputError, NotIdentifiedError, frozen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False, kw_only=True)
class FrontierInputs:
    """A panel in the user's own units, checked.

    Arrays that nobody can write to are held as they are, others as copies.

    Parameters
    ----------
    inputs : (n, K) array_like, > 0
        Inputs such as labour and capital; K >= 1, any units.
    desirable_output : (n,) array_like, > 0
        Output, in `output_scale_cny` CNY.
    undesirable_output : (n,) array_like, > 0
        Emissions, in `emissions_scale_t` tonnes of CO2.
    unit : sequence of str, length n
        Whose observation it is.
    period : (n,) array_like of int
        When.
    input_names : sequence of str, length K
        Names used in messages and tables.
    output_scale_cny : float, default 1e8
        CNY in one unit of `desirable_output`.
    emissions_scale_t : float, default 1e4
        Tonnes in one unit of `undesirable_output`.
    direction : (g_y, g_b), both > 0, default (1, 1)
        How far output rises while emissions fall, each in its own mean. It stands in
        `normalised_output`, `normalised_emissions` and `price_scale_cny_per_tco2`.

    Raises
    ------
    InputError
        A wrong shape or length, a value that is not finite and positive, or a direction
        that leaves one of the outputs where it is.
    NotIdentifiedError
        Fewer observations than free parameters, (K + 2)(K + 3) / 2.
    """

    inputs: ArrayLike
    desirable_output: ArrayLike
    undesirable_output: ArrayLike
    unit: tuple[str, ...]
    period: ArrayLike
    input_names: tuple[str, ...]
    output_scale_cny: float = 1e8
    emissions_scale_t: float = 1e4
    direction: tuple[float, float] = (1.0, 1.0)
    normalised_inputs: NDArray[np.float64] = field(init=False, repr=False)
    normalised_output: NDArray[np.float64] = field(init=False, repr=False)
    normalised_emissions: NDArray[np.float64] = field(init=False, repr=False)
    price_scale_cny_per_tco2: float = field(init=False)

    def __post_init__(self) -> None:
        columns = np.asarray(self.inputs, dtype=np.float64)
        if columns.ndim == 1:
            columns = columns[:, None]
        good = np.asarray(self.desirable_output, dtype=np.float64)
        bad = np.asarray(self.undesirable_output, dtype=np.float64)
        faults = [*_shape_faults(self, columns, good, bad)]
        if not faults:
            named = [*zip(self.input_names, columns.T, strict=True)]
            named += [("desirable output", good), ("undesirable output", bad)]
            faults = [fault for pair in named for fault in _value_faults(self, *pair)]
            faults += _period_faults(self)
        if faults:
            raise InputError(faults)
        n, k = columns.shape
        free = (k + 2) * (k + 3) // 2
        if n < free:
            message = (
                f"{n} observations cannot identify the {free} free parameters that a quadratic "
                f"directional distance function of {k} inputs has. Allowed: at least {free} "
                "observations. Remedy: more units or periods, or fewer inputs."
            )
            raise NotIdentifiedError(message)
        put = object.__setattr__
        put(self, "inputs", _kept(columns))
        put(self, "desirable_output", _kept(good))
        put(self, "undesirable_output", _kept(bad))
        put(self, "unit", tuple(self.unit))
        put(self, "period", _kept(self.period, np.int64))
        put(self, "input_names", tuple(self.input_names))
        put(self, "normalised_inputs", _closed(columns / columns.mean(axis=0)))
        direction = tuple(float(g) for g in self.direction)
        step_y, step_b = good.mean() * direction[0], bad.mean() * direction[1]
        put(self, "direction", direction)
        put(self, "normalised_output", _closed(good / step_y))
        put(self, "normalised_emissions", _closed(bad / step_b))
        # Shadow prices are ratios of normalised derivatives: undo it, and the units.
        scale = step_y / step_b * self.output_scale_cny / self.emissions_scale_t
        put(self, "price_scale_cny_per_tco2", float(scale))

    def taken(self, rows: NDArray[np.intp]) -> FrontierInputs:
        """Return some observations, repeated as often as named, on the same normalisation.

        Means, and with them direction and price scale, stay those of the whole panel.
        """
        part = object.__new__(FrontierInputs)
        put = object.__setattr__
        for name in (*_BY_OBSERVATION, *_OF_THE_PANEL):
            value = getattr(self, name)
            put(part, name, _closed(value[rows]) if name in _BY_OBSERVATION else value)
        put(part, "unit", tuple(self.unit[row] for row in rows))
        return part

    @property
    def n_observations(self) -> int:
        """Number of unit-periods, n."""
        return len(self.unit)

    @property
    def n_inputs(self) -> int:
        """Number of inputs, K."""
        return len(self.input_names)


_BY_OBSERVATION = (
    "inputs",
    "desirable_output",
    "undesirable_output",
    "period",
    "normalised_inputs",
    "normalised_output",
    "normalised_emissions",
)
_OF_THE_PANEL = (
    "input_names",
    "output_scale_cny",
    "emissions_scale_t",
    "direction",
    "price_scale_cny_per_tco2",
)


def _kept(values: ArrayLike, dtype: Any = np.float64) -> NDArray[Any]:
    """Return an array that nobody can write to: the one given if it is such, else a copy."""
    array = np.asarray(values, dtype=dtype)
    owner: object = array
    while isinstance(owner, np.ndarray):
        if owner.flags.writeable:
            return frozen(array, dtype)
        owner = owner.base
    return array


def _closed(array: NDArray[Any]) -> NDArray[Any]:
    """Close a new array, which nobody else holds."""
    array.flags.writeable = False
    return array


def _shape_faults(
    given: FrontierInputs,
    columns: NDArray[np.float64],
    good: NDArray[np.float64],
    bad: NDArray[np.float64],
) -> list[Fault]:
    n = len(given.unit)
    wanted = {
        "inputs": (columns.shape, (n, len(given.input_names))),
        "desirable_output": (good.shape, (n,)),
        "undesirable_output": (bad.shape, (n,)),
        "period": (np.shape(given.period), (n,)),
    }
    faults = [
        Fault(f"wrong shape of {name}", str(found), str(allowed), "one row an observation")
        for name, (found, allowed) in wanted.items()
        if found != allowed
    ]
    if not given.input_names:
        faults.append(Fault("no input", "K = 0", "K >= 1", "name at least one input"))
    for name in ("output_scale_cny", "emissions_scale_t"):
        value = getattr(given, name)
        if not (np.isfinite(value) and value > 0):
            what = f"{name} is not a scale"
            faults.append(Fault(what, str(value), "finite and above 0", "give the unit's size"))
    return faults + direction_faults(given.direction)


def direction_faults(direction: tuple[float, ...], *, column: str = "direction") -> list[Fault]:
    """List what is wrong with a direction (g_y, g_b); `column` is what the user knows it by."""
    found = ", ".join(str(g) for g in direction)
    allowed = "two finite numbers above 0: output, emissions"
    if len(direction) != 2 or not all(np.isfinite(g) and g >= 0 for g in direction):
        what, remedy = "not a direction", "for example 1,1 or 1,0.5"
        return [Fault(what, found, allowed, remedy, column=column)]
    if min(direction) > 0:
        return []
    what = "direction leaves an output where it is"
    remedy = (
        "the translation property D(x, y + t g_y, b - t g_b) = D - t then no longer ties the "
        "other output to D, and with it their price ratio: give it a small number instead"
    )
    return [Fault(what, found, allowed, remedy, column=column)]


def _value_faults(given: FrontierInputs, name: str, column: NDArray[np.float64]) -> list[Fault]:
    wrong = np.flatnonzero(~(np.isfinite(column) & (column > 0)))
    return [
        _fault_at(
            given, int(i), f"{name} is not a positive number", column[i], "finite and above 0"
        )
        for i in wrong
    ]


def _period_faults(given: FrontierInputs) -> list[Fault]:
    period = np.asarray(given.period)
    if period.dtype.kind in "iu":
        return []
    if period.dtype.kind != "f":
        what, allowed = "periods are not numbers", "whole numbers such as 2018"
        return [Fault(what, str(period.dtype), allowed, "number the periods", column="period")]
    wrong = np.flatnonzero(~np.isfinite(period) | (period != np.rint(period)))
    return [
        _fault_at(given, int(i), "period is not a whole number", period[i], "such as 2018")
        for i in wrong
    ]


def _fault_at(given: FrontierInputs, i: int, what: str, found: float, allowed: str) -> Fault:
    # As a spreadsheet would count it: observation 0 stands below the header, in row 2.
    found_at = f"{found} ({given.unit[i]}, {np.asarray(given.period)[i]})"
    return Fault(what, found_at, allowed, "correct or drop the observation", row=i + 2)
