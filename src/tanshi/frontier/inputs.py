"""What the estimator needs: a pooled panel of inputs, one good and one bad output.

The problem: how much of the good output has to be given up to emit one tonne less?
Source: Zhang & Chang (2025), Introducing a floor price in China's national carbon
market, Journal of Environmental Management, Eq. 3; Färe et al. (2005).
Assumptions: one desirable and one undesirable output, direction (1, -1), every unit
faces the same technology, observations are pooled over periods.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, NotIdentifiedError, frozen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False, kw_only=True)
class FrontierInputs:
    """A panel in the user's own units, checked.

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

    Raises
    ------
    InputError
        A wrong shape or length, or a value that is not finite and positive.
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
        put(self, "inputs", frozen(columns))
        put(self, "desirable_output", frozen(good))
        put(self, "undesirable_output", frozen(bad))
        put(self, "unit", tuple(self.unit))
        put(self, "period", frozen(self.period, np.int64))
        put(self, "input_names", tuple(self.input_names))
        put(self, "normalised_inputs", frozen(columns / columns.mean(axis=0)))
        put(self, "normalised_output", frozen(good / good.mean()))
        put(self, "normalised_emissions", frozen(bad / bad.mean()))
        # Shadow prices are ratios of mean-normalised derivatives: undo it, and the units.
        scale = good.mean() / bad.mean() * self.output_scale_cny / self.emissions_scale_t
        put(self, "price_scale_cny_per_tco2", float(scale))

    def taken(self, rows: NDArray[np.intp]) -> FrontierInputs:
        """Return some observations, repeated as often as named, on the same normalisation.

        Means, and with them direction and price scale, stay those of the whole panel.
        """
        part = object.__new__(FrontierInputs)
        put = object.__setattr__
        for name in (*_BY_OBSERVATION, *_OF_THE_PANEL):
            value = getattr(self, name)
            put(part, name, frozen(value[rows]) if name in _BY_OBSERVATION else value)
        put(part, "period", frozen(np.asarray(self.period)[rows], np.int64))
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
    "normalised_inputs",
    "normalised_output",
    "normalised_emissions",
)
_OF_THE_PANEL = (
    "input_names",
    "output_scale_cny",
    "emissions_scale_t",
    "price_scale_cny_per_tco2",
)


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
    return faults


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
