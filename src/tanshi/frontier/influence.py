"""What a single unit does to the floor: leave it out and estimate again.

The surfaces are estimated on the other units, and the costs of *all* observations, those of
the unit left out included, are read off them, so that two floors can be told apart: the
one that the remaining units would have, and the one that all units have on the surfaces of
the others. Means and direction stay those of the whole panel.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, NotIdentifiedError, frozen
from tanshi.frontier.results.inference import UnitInfluence

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tanshi.frontier.bootstrap import CostRules
    from tanshi.frontier.inputs import FrontierInputs
    from tanshi.frontier.results import AbatementCosts

    Array = NDArray[np.float64]


def leave_one_out(
    inputs: FrontierInputs, rules: CostRules, progress: Callable[[], None] | None = None
) -> UnitInfluence:
    """Estimate without each unit in turn.

    Parameters
    ----------
    inputs : FrontierInputs
        Of N >= 2 units.
    rules : CostRules
        A `BootstrapPlan` holds them too.
    progress : callable, optional
        Called after each unit.

    Returns
    -------
    UnitInfluence

    Raises
    ------
    InputError
        A single unit.
    NotIdentifiedError
        The parameters are not identified without some unit.

    Examples
    --------
    >>> from tanshi.frontier.bootstrap import CostRules
    >>> from tanshi.frontier.simulation import simulate_technology
    >>> panel = simulate_technology(12, 3, n_inputs=1, seed=1).inputs
    >>> found = leave_one_out(panel, CostRules(taus=(0.5,)))
    >>> found.table().height, found.observed_period
    (12, 3)
    """
    without = []
    for unit in units_to_leave_out(inputs):
        without.append(costs_without(inputs, rules, unit))
        if progress is not None:
            progress()
    return unit_influence(rules.costs(rules.estimate(inputs)), np.stack(without))


def units_to_leave_out(inputs: FrontierInputs) -> tuple[str, ...]:
    """Return the units in the order of the panel, two or more."""
    units = tuple(dict.fromkeys(inputs.unit))
    if len(units) < 2:
        what, remedy = "no unit can be left out", "give a panel of several units"
        raise InputError([Fault(what, f"the only unit, {units[0]}", "2 or more units", remedy)])
    return units


def costs_without(inputs: FrontierInputs, rules: CostRules, unit: str) -> Array:
    """Return the costs of all observations on the surfaces of all units but one.

    Parameters
    ----------
    inputs : FrontierInputs
    rules : CostRules
    unit : str
        The unit left out.

    Returns
    -------
    (n,) array
        CNY per tonne of CO2.

    Raises
    ------
    NotIdentifiedError
        The others do not identify the parameters.
    """
    others = np.flatnonzero(np.array([one != unit for one in inputs.unit]))
    try:
        estimate = rules.estimate(inputs.taken(others))
    except NotIdentifiedError as error:
        message = f"without {unit}: {error}"
        raise NotIdentifiedError(message) from None
    return rules.costs(replace(estimate, inputs=inputs)).mac_cny_per_tco2


def unit_influence(
    costs: AbatementCosts, without: Array, *, observed_period: int | None = None
) -> UnitInfluence:
    """Compare the costs without each unit with those of all.

    Parameters
    ----------
    costs : AbatementCosts
        With all units.
    without : (N, n) array
        As `costs_without` returns them, by unit in the order of the panel.
    observed_period : int, optional
        The floor's; by default the last.

    Returns
    -------
    UnitInfluence
    """
    units = tuple(dict.fromkeys(costs.unit))
    number = {name: i for i, name in enumerate(units)}
    owner = np.array([number[unit] for unit in costs.unit])
    mac = costs.mac_cny_per_tco2
    period = int(costs.period.max()) if observed_period is None else observed_period
    rows = np.flatnonzero(costs.period == period)
    remaining = np.where(owner[rows] == np.arange(len(units))[:, None], np.inf, without[:, rows])
    setters = rows[remaining.argmin(axis=1)]
    change = _relative_change(mac, without)
    most = change.argmax(axis=1)
    return UnitInfluence(
        unit=units,
        floor_cny_per_tco2=float(mac[rows].min()),
        set_by=costs.unit[rows[mac[rows].argmin()]],
        observed_period=period,
        remaining_floor_cny_per_tco2=frozen(remaining.min(axis=1)),
        remaining_set_by=tuple(costs.unit[row] for row in setters),
        floor_of_all_cny_per_tco2=frozen(without[:, rows].min(axis=1)),
        largest_relative_change=frozen(change.max(axis=1)),
        changed_unit=tuple(costs.unit[row] for row in most),
        changed_period=frozen(costs.period[most], np.int64),
    )


def _relative_change(mac: Array, without: Array) -> Array:
    """Return abs(without - mac) / mac; 0 where both are the same, ``inf`` next to 0 or inf."""
    change = np.full(without.shape, np.inf)
    comparable = np.isfinite(without) & np.isfinite(mac) & (mac > 0.0)
    base = np.broadcast_to(mac, without.shape)[comparable]
    change[comparable] = np.abs(without[comparable] - base) / base
    change[without == mac] = 0.0
    return change
