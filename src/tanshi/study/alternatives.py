"""The same panel by other methods: what a referee asks to see beside the study's estimate.

One row a method, each with the scenario's quantiles and its rules of payment and position.
Energy as a third input is there because Zhang & Chang (2025), Eq. 1-2, warn of it: where
emissions are computed from fuels, energy is emissions by another name, and holding it fixed
leaves little of them to abate. How far costs move is measured, against two inputs on the
same observations, and so is whether the estimate uses energy at all: at given emissions,
more energy would have to bring a unit nearer to the surface, which monotonicity forbids.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.accounts import InventoryInputs, estimate_emissions, load_default_factors
from tanshi.core import InputError
from tanshi.data import find_column, load_panel, read_table
from tanshi.floor import set_price_floor
from tanshi.frontier import (
    FrontierInputs,
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.convex import estimate_convex_frontier
from tanshi.frontier.expectile import estimate_expectile_frontier
from tanshi.study.sources import FUELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from tanshi.frontier import AbatementCosts, FrontierEstimate
    from tanshi.study.scenario import Scenario
    from tanshi.study.sources import StudyData

    Array = NDArray[np.float64]


def alternatives_table(
    data: StudyData, scenario: Scenario, progress: Callable[[], None]
) -> pl.DataFrame:
    """Return the floor and the costs by every method.

    Parameters
    ----------
    data : StudyData
    scenario : Scenario
    progress : callable
        Called after each estimate.

    Returns
    -------
    polars.DataFrame
        The scenario's own estimate comes first. Columns method, inputs, null_jointness,
        observations, floor_cny_per_tco2, set_by, observed_period,
        median_mac_cny_per_tco2, lowest_average_unit, lowest_average_cny_per_tco2,
        highest_average_unit, highest_average_cny_per_tco2, coverage_of_last_tau, crossings,
        null_joint_violations (most observations at which D(x, y, 0) <= -1e-6 fails, over
        the quantiles), rank_correlation_with_default (Spearman, of the costs of the same
        observations), largest_gap; and for energy as a third input
        energy_emissions_correlation, median_ratio_to_two_inputs, the median of its costs
        over those of two inputs on the same observations, and quantiles_without_energy, at
        which monotonicity leaves energy no coefficient but 0.
    """
    whole = data.frontier_inputs()
    switch = scenario.frontier.null_jointness
    estimates = _estimates(whole, scenario, progress)
    rules = _Rules(scenario)
    default = rules.costs(next(estimates))
    rows = [rules.row(default, default)]
    rows += [rules.row(rules.costs(estimate), default) for estimate in estimates]
    energy = _with_energy(data, whole)
    if energy is not None:
        grid = scenario.frontier.taus
        third = estimate_quantile_frontier(energy.three, taus=grid, null_jointness=switch)
        progress()
        found, two = rules.costs(third), default
        if energy.two.n_observations < whole.n_observations:
            same = estimate_quantile_frontier(energy.two, taus=grid, null_jointness=switch)
            progress()
            two = rules.costs(same)
        rows.append(rules.row(found, default) | energy.measured(found, two))
    return pl.DataFrame(rows, schema_overrides=_ENERGY_COLUMNS)


def count_alternatives(data: StudyData, scenario: Scenario) -> int:
    """Return how many estimates `alternatives_table` makes, for a progress bar."""
    whole = data.frontier_inputs()
    energy = _with_energy(data, whole)
    if energy is None:
        return len(_methods(whole, scenario))
    again = energy.two.n_observations < whole.n_observations
    return len(_methods(whole, scenario)) + 1 + again


_ENERGY_COLUMNS: dict[str, type[pl.DataType]] = {
    "energy_emissions_correlation": pl.Float64,
    "median_ratio_to_two_inputs": pl.Float64,
    "quantiles_without_energy": pl.Int64,
}
_ENERGY_PARAMETERS = r"^(a_3|a_[123]_3|d_3)$"  # of Eq. 3, energy being the third input
_ZERO = 1e-9


def _methods(
    inputs: FrontierInputs, scenario: Scenario
) -> tuple[Callable[[], FrontierEstimate], ...]:
    """Return the estimates to make of two inputs, the scenario's first."""
    taus, switch = scenario.frontier.taus, scenario.frontier.null_jointness
    return (
        lambda: estimate_quantile_frontier(inputs, taus=taus, null_jointness=switch),
        lambda: estimate_quantile_frontier(inputs, taus=taus, null_jointness=not switch),
        lambda: estimate_deterministic_frontier(inputs, null_jointness=switch),
        lambda: estimate_expectile_frontier(inputs, taus=taus, null_jointness=switch),
        lambda: estimate_convex_frontier(inputs, taus=taus, loss="quantile"),
        lambda: estimate_convex_frontier(inputs, taus=taus, loss="expectile"),
    )


def _estimates(
    inputs: FrontierInputs, scenario: Scenario, progress: Callable[[], None]
) -> Iterator[FrontierEstimate]:
    for method in _methods(inputs, scenario):
        estimate = method()
        progress()
        yield estimate


@dataclass(frozen=True, eq=False)
class _Found:
    estimate: FrontierEstimate
    costs: AbatementCosts


@dataclass(frozen=True)
class _Rules:
    """The scenario's rules, the same for every method."""

    scenario: Scenario

    def costs(self, estimate: FrontierEstimate) -> _Found:
        """Return an estimate with its costs."""
        rules = self.scenario.frontier
        costs = estimate_abatement_costs(
            estimate,
            payment_rule=rules.payment_rule,
            payment_share=rules.payment_share,
            position=rules.position,
        )
        return _Found(estimate, costs)

    def row(self, found: _Found, default: _Found) -> dict[str, object]:
        """Return one row of the table."""
        estimate, costs = found.estimate, found.costs
        mac, averages = costs.mac_cny_per_tco2, costs.averages()
        floor = set_price_floor(
            costs.unit, costs.period, mac, observed_period=self._observed_period(costs)
        )
        return {
            "method": estimate.method,
            "inputs": ", ".join(estimate.inputs.input_names),
            "null_jointness": estimate.null_jointness,
            "observations": estimate.inputs.n_observations,
            "floor_cny_per_tco2": floor.price_cny_per_tco2,
            "set_by": floor.set_by,
            "observed_period": floor.observed_period,
            "median_mac_cny_per_tco2": float(np.median(mac)),
            "lowest_average_unit": averages["unit"][0],
            "lowest_average_cny_per_tco2": averages["mac_cny_per_tco2"][0],
            "highest_average_unit": averages["unit"][-1],
            "highest_average_cny_per_tco2": averages["mac_cny_per_tco2"][-1],
            "coverage_of_last_tau": float(estimate.coverage[-1]),
            "crossings": estimate.crossings,
            "null_joint_violations": max(estimate.null_joint_violations),
            "rank_correlation_with_default": _rank_correlation(costs, default.costs),
            "largest_gap": max(one.gap for one in estimate.certificates),
        } | dict.fromkeys(_ENERGY_COLUMNS)

    def _observed_period(self, costs: AbatementCosts) -> int | None:
        """Return the scenario's period, or None for the last where energy ends before it."""
        period = self.scenario.floor.observed_period
        return period if period in costs.period.tolist() else None


def _rank_correlation(costs: AbatementCosts, default: AbatementCosts) -> float | None:
    """Return Spearman's rho of the observations in both, None where one does not vary."""
    columns = ("unit", "time", "mac_cny_per_tco2")
    ours, theirs = (one.table().select(columns) for one in (costs, default))
    both = ours.join(theirs, on=["unit", "time"], suffix="_default")
    pair = ("mac_cny_per_tco2", "mac_cny_per_tco2_default")
    if any(both[name].n_unique() == 1 for name in pair):
        return None
    return float(both.select(pl.corr(*pair, method="spearman")).item())


@dataclass(frozen=True, eq=False)
class _WithEnergy:
    """The observations whose energy is known, with and without it as an input."""

    three: FrontierInputs
    two: FrontierInputs

    def measured(self, three: _Found, two: _Found) -> dict[str, object]:
        """Return how close energy is to emissions, and what it does to costs."""
        energy = np.asarray(self.three.inputs)[:, -1]
        emissions = np.asarray(self.three.undesirable_output)
        before, after = two.costs.mac_cny_per_tco2, three.costs.mac_cny_per_tco2
        comparable = np.isfinite(before) & np.isfinite(after) & (before > 0.0)
        ratio = after[comparable] / before[comparable]
        of_energy = pl.col("parameter").str.contains(_ENERGY_PARAMETERS)
        largest = (
            three.estimate.parameters()
            .filter(of_energy)
            .group_by("tau")
            .agg(pl.col("value").abs().max())
        )
        return {
            "energy_emissions_correlation": float(np.corrcoef(energy, emissions)[0, 1]),
            "median_ratio_to_two_inputs": float(np.median(ratio)) if len(ratio) else None,
            "quantiles_without_energy": int((largest["value"] <= _ZERO).sum()),
        }


def _with_energy(data: StudyData, whole: FrontierInputs) -> _WithEnergy | None:
    """Return both panels; None where energy is not known of enough observations."""
    energy = _energy(data)
    if energy is None:
        return None
    by_period = energy.reshape(len(set(whole.unit)), -1)
    # A period in which one unit is missing would unbalance the panel.
    known = np.isfinite(by_period).all(axis=0) & (by_period > 0.0).all(axis=0)
    rows = np.flatnonzero(np.tile(known, len(by_period)))
    names = (*whole.input_names, "energy")
    if len(rows) < (len(names) + 2) * (len(names) + 3) // 2:
        return None
    two = replace(
        whole,
        inputs=np.asarray(whole.inputs)[rows],
        desirable_output=np.asarray(whole.desirable_output)[rows],
        undesirable_output=np.asarray(whole.undesirable_output)[rows],
        unit=tuple(whole.unit[row] for row in rows),
        period=np.asarray(whole.period)[rows],
    )
    columns = np.column_stack([np.asarray(two.inputs), energy[rows]])
    return _WithEnergy(replace(two, inputs=columns, input_names=names), two)


def _energy(data: StudyData) -> Array | None:
    """Return the panel's own energy column, or the heat in its fuels (GJ); NaN where unknown."""
    file = data.panel_file
    headers = read_table(file.location).headers
    try:
        header = find_column(headers, "energy", None, manifest=file.headers_for("energy"))
    except InputError:
        return _heat(data)
    roles = {"unit": None, "time": None, "energy": header}
    return load_panel(file.location, roles=roles, pack=data.pack).values["energy"]


def _heat(data: StudyData) -> Array | None:
    """Return heat by the net calorific values of Eq. 19, in the panel's order."""
    table = data.energy
    if table is None:
        return None
    # One tonne a GJ turns the inventory of emissions into one of heat.
    factors = tuple(
        replace(factor, co2_kg_per_gj=1e3, carbon_kg_per_gj=None, oxidation=1.0)
        for factor in load_default_factors()
    )
    years = tuple(int(year) for year in table.time)
    fuels = {fuel: table.values[fuel] for fuel in FUELS}
    heat = estimate_emissions(InventoryInputs(table.unit, years, fuels, factors)).emissions_tco2
    known = dict(zip(zip(table.unit, years, strict=True), heat.tolist(), strict=True))
    places = zip(data.panel.unit, data.panel.time.tolist(), strict=True)
    return np.array([known.get(place, np.nan) for place in places])
