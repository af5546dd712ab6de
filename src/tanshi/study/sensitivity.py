"""How far the floor moves when a choice that the paper leaves open is made otherwise.

One choice at a time, for every definition of output the pack offers, since that is the
choice that matters most: columns in the data, the start of the capital stock, the
floor's year, null-jointness, the rules of payment and position.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from tanshi.accounts import estimate_capital_stock
from tanshi.floor import set_price_floor
from tanshi.frontier import (
    PAYMENT_RULES,
    POSITION_RULES,
    estimate_abatement_costs,
    estimate_quantile_frontier,
)
from tanshi.study.sources import capital_inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from tanshi.frontier import FrontierEstimate, FrontierInputs
    from tanshi.study.engine import Engine
    from tanshi.study.scenario import Scenario
    from tanshi.study.sources import StudyData

    Array = NDArray[np.float64]
    StartRule = Literal["growth", "ratio"]
    GrowthMean = Literal["arithmetic", "geometric"]
    GrowthOf = Literal["constant", "current"]


@dataclass(frozen=True)
class CapitalRule:
    """One way to start the capital stock."""

    name: str
    first_year: int
    start: StartRule
    growth_years: int
    growth_mean: GrowthMean = "arithmetic"
    growth_of: GrowthOf = "constant"


@dataclass(frozen=True)
class _Choice:
    """One row: what differs from the scenario."""

    dimension: str
    option: str
    replaced: dict[str, str | Array]
    null_jointness: bool
    payment_rule: str
    position: str
    observed_period: int | None
    in_use: bool = False

    @property
    def estimate_key(self) -> tuple[str, str, bool]:
        """Choices with the same key share one estimate."""
        data = (self.dimension, self.option) if self.replaced else ("", "")
        return (*data, self.null_jointness)


def sensitivity_table(
    data: StudyData, scenario: Scenario, progress: Callable[[], None], *, engine: Engine
) -> pl.DataFrame:
    """Return the floor under every alternative.

    Parameters
    ----------
    data : StudyData
    scenario : Scenario
    progress : callable
        Called after each estimate.
    engine : Engine
        Entered; the result does not depend on it.

    Returns
    -------
    polars.DataFrame
        Columns dimension, option, in_use, output_column, floor_cny_per_tco2, set_by,
        observed_period, lowest_average_unit, lowest_average_cny_per_tco2,
        highest_average_unit, highest_average_cny_per_tco2, coverage_of_last_tau.
    """
    choices = list(_choices(data, scenario))
    by_estimate: dict[tuple[str, str, bool], list[int]] = {}
    for place, choice in enumerate(choices):
        by_estimate.setdefault(choice.estimate_key, []).append(place)
    outputs = (data.header("output"), *data.variants["output"])
    items = []
    for output, places in product(outputs, by_estimate.values()):
        shared = [choices[place] for place in places]
        inputs = data.frontier_inputs({**shared[0].replaced, "output": output})
        # What was replaced is in the inputs by now, and need not travel.
        items.append((inputs, output, [replace(choice, replaced={}) for choice in shared]))
    section = scenario.frontier
    found: list[list[dict[str, object]]] = []
    for rows in engine.results(_rows, (section.taus, section.payment_share), items):
        found.append(rows)
        progress()
    ordered: dict[int, dict[str, object]] = {}
    kinds = product(range(len(outputs)), by_estimate.values())
    for (number, places), rows in zip(kinds, found, strict=True):
        ordered |= {
            number * len(choices) + place: row for place, row in zip(places, rows, strict=True)
        }
    return pl.DataFrame([ordered[place] for place in sorted(ordered)])


def count_estimates(data: StudyData, scenario: Scenario) -> int:
    """Return how many estimates `sensitivity_table` makes, for a progress bar."""
    distinct = {choice.estimate_key for choice in _choices(data, scenario)}
    return len(distinct) * (1 + len(data.variants["output"]))


def capital_alternatives(data: StudyData, scenario: Scenario) -> dict[str, Array]:
    """Return the panel's capital rebuilt by perpetual inventory under several starts.

    Empty where the pack has no investment series that reaches the panel's years.
    """
    if data.accounts is None:
        return {}
    units = list(dict.fromkeys(data.panel.unit))
    panel_years = sorted(set(data.panel.time.tolist()))
    first, last = int(data.accounts.time.min()), int(data.accounts.time.max())
    if first > panel_years[0] or last < panel_years[-1]:
        return {}
    found = {}
    for rule in _capital_rules(scenario, first, panel_years):
        inputs, growth = capital_inputs(
            data.accounts, units, scenario.accounts, first_year=rule.first_year
        )
        stock = estimate_capital_stock(
            inputs,
            start=rule.start,
            growth_years=rule.growth_years,
            growth_mean=rule.growth_mean,
            growth_of=rule.growth_of,
            extend=growth,
        )
        row = {unit: i for i, unit in enumerate(stock.units)}
        column = {year: i for i, year in enumerate(stock.years)}
        places = zip(data.panel.unit, data.panel.time.tolist(), strict=True)
        values = np.array(
            [stock.capital_stock_1e8_cny[row[unit], column[year]] for unit, year in places]
        )
        if np.isfinite(values).all():
            found[rule.name] = values
    return found


def _capital_rules(scenario: Scenario, first: int, panel_years: list[int]) -> list[CapitalRule]:
    h = scenario.accounts.growth_years
    rules = [
        CapitalRule(f"inventory from {first}, mean growth of {h} years", first, "growth", h),
        CapitalRule(f"inventory from {first}, mean growth of 5 years", first, "growth", 5),
        CapitalRule(f"inventory from {first}, ten times investment", first, "ratio", h),
    ]
    later = panel_years[0] - 6
    if later > first:
        name = f"inventory from {later}, nominal growth of 5 years"
        rules.append(CapitalRule(name, later, "growth", 5, "geometric", "current"))
    # A growth window needs that many observed rates; the panel's last year may be
    # extrapolated. A window that the scenario asks for is kept, and refused where it is too
    # long; one that is only a default gives way.
    observed = panel_years[-1] - 1
    asked = "growth_years" in scenario.accounts.model_fields_set
    return [
        rule
        for rule in rules
        if rule.start == "ratio"
        or rule.first_year + rule.growth_years <= observed
        or (asked and rule.growth_years == h)
    ]


def _choices(data: StudyData, scenario: Scenario) -> Iterator[_Choice]:
    rules = scenario.frontier

    def choice(
        dimension: str,
        option: str,
        *,
        replaced: dict[str, str | Array] | None = None,
        null_jointness: bool = rules.null_jointness,
        payment_rule: str = rules.payment_rule,
        position: str = rules.position,
        observed_period: int | None = scenario.floor.observed_period,
        in_use: bool = False,
    ) -> _Choice:
        return _Choice(
            dimension,
            option,
            replaced or {},
            null_jointness,
            payment_rule,
            position,
            observed_period,
            in_use,
        )

    yield choice("as in the scenario", "", in_use=True)
    for role in ("emissions", "labour"):
        yield choice(role, data.header(role), in_use=True)
        for header in data.variants[role]:
            yield choice(role, header, replaced={role: header})
    yield choice("capital", data.header("capital"), in_use=True)
    for name, values in capital_alternatives(data, scenario).items():
        yield choice("capital", name, replaced={"capital": values})
    periods = sorted(set(data.panel.time.tolist()))
    chosen = scenario.floor.observed_period or periods[-1]
    for period in periods:
        used = period == chosen
        yield choice("floor year", str(period), observed_period=period, in_use=used)
    for switch in (True, False):
        used = switch == rules.null_jointness
        name = "imposed" if switch else "not imposed"
        yield choice("null-jointness", name, null_jointness=switch, in_use=used)
    for rule in PAYMENT_RULES:
        yield choice("payment rule", rule, payment_rule=rule, in_use=rule == rules.payment_rule)
    for rule in POSITION_RULES:
        yield choice("position rule", rule, position=rule, in_use=rule == rules.position)


def _rows(
    taus: Sequence[float], share: float, item: tuple[FrontierInputs, str, list[_Choice]]
) -> list[dict[str, object]]:
    """Return the rows of the choices that share one estimate."""
    inputs, output, choices = item
    estimate = estimate_quantile_frontier(
        inputs, taus=taus, null_jointness=choices[0].null_jointness
    )
    return [_row(choice, output, estimate, share) for choice in choices]


def _row(
    choice: _Choice, output: str, estimate: FrontierEstimate, share: float
) -> dict[str, object]:
    costs = estimate_abatement_costs(
        estimate,
        payment_rule=choice.payment_rule,
        payment_share=share,
        position=choice.position,
    )
    floor = set_price_floor(
        costs.unit,
        costs.period,
        costs.mac_cny_per_tco2,
        observed_period=choice.observed_period,
    )
    averages = costs.averages()
    return {
        "dimension": choice.dimension,
        "option": choice.option,
        "in_use": choice.in_use,
        "output_column": output,
        "floor_cny_per_tco2": floor.price_cny_per_tco2,
        "set_by": floor.set_by,
        "observed_period": floor.observed_period,
        "lowest_average_unit": averages["unit"][0],
        "lowest_average_cny_per_tco2": averages["mac_cny_per_tco2"][0],
        "highest_average_unit": averages["unit"][-1],
        "highest_average_cny_per_tco2": averages["mac_cny_per_tco2"][-1],
        "coverage_of_last_tau": float(estimate.coverage[-1]),
    }
