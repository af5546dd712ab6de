"""The market that evidence is gathered on, how much is simulated, and what tells a model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.place import PROJECT
from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.intervals import interval_of
from tanshi.benchmark.switches import SWITCHED_ON
from tanshi.study import load_scenario
from tanshi.study.benchmark_plan import market_plan

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.results import EvolutionResult, Interval
    from tanshi.benchmark.rules import MarketRules
    from tanshi.study.benchmark_scenario import BenchmarkSection

    Array = NDArray[np.float64]

SCENARIO = "scenarios/benchmark_china.toml"
TIGHT_SCENARIO = "scenarios/benchmark_tight.toml"
NUMBERED = ("price_cny_per_tco2", "surrendered_tco2", "banked_tco2")  # of a fingerprint


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Parameters
    ----------
    replicates : int
        Of a market.
    settling : int
        Of markets of which some settle.
    draws : int
        Of random parameters, where a share of them is the result.
    registers : int
        That are drawn anew, where there are no shocks to replicate.
    part : int
        The register has one firm for so many of the scenario's.
    years, later : int
        After which a market is looked at.
    seed : int
    """

    replicates: int
    settling: int
    draws: int
    registers: int
    part: int = 1
    years: int = 20
    later: int = 30
    seed: int = 1


def china(effort: Effort, *, register_seed: int | None = None) -> EvolutionPlan:
    """Return the market of China's scenario, or a smaller one of the same kind."""
    section = _section(effort.part)
    if register_seed is not None:
        firms = section.firms.model_copy(update={"seed": register_seed})
        section = section.model_copy(update={"firms": firms})
    nowhere = section.model_copy(update={"supported_regions": {}, "regional_targets": {}})
    plan = market_plan(nowhere, source=SCENARIO)
    # Of fewer firms, some regions have none.
    there = set(plan.register.region)
    supported = {
        kind: tuple(name for name in names if name in there)
        for kind, names in section.supported_regions.items()
    }
    targets = {name: one for name, one in section.regional_targets.items() if name in there}
    return replace(plan, years=effort.years, supported_regions=supported, regional_targets=targets)


@cache
def tight() -> EvolutionPlan:
    """Return the small market in which every mechanism has something to do."""
    section = load_scenario(PROJECT / TIGHT_SCENARIO).benchmark
    return market_plan(section, source=TIGHT_SCENARIO)


@cache
def _section(part: int) -> BenchmarkSection:
    section = load_scenario(PROJECT / SCENARIO).benchmark
    smaller = []
    for row in section.industries:
        entities = max(row.entities // part, 1)
        emitted = row.emissions_tco2 * entities / row.entities
        smaller.append(replace(row, entities=entities, emissions_tco2=emitted))
    return section.model_copy(update={"industries": tuple(smaller)})


def scale_for(register: FirmRegister, shortage: float) -> Array:
    """Return the scale of benchmarks at which every industry lacks a share of allowances, (S,)."""
    industry = np.asarray(register.industry)
    handed_out = register.benchmark_tco2_per_unit * np.asarray(register.output)
    emitted = np.bincount(industry, register.emissions_tco2)
    return np.asarray(emitted * (1.0 - shortage) / np.bincount(industry, handed_out))


def evolved(plan: EvolutionPlan, effort: Effort, **changes: Any) -> EvolutionResult:
    """Return the plan's years, as many replicates as the effort says."""
    return evolve_market(replace(plan, **changes), replicates=effort.replicates, seed=effort.seed)


def changed(rules: MarketRules, **groups: dict[str, Any]) -> MarketRules:
    """Return the rules with values of some groups changed.

    Examples
    --------
    >>> from tanshi.benchmark.rules import MarketRules
    >>> changed(MarketRules(), price={"floor": 10.0}).price.floor
    10.0
    """
    for name, values in groups.items():
        rules = replace(rules, **{name: replace(getattr(rules, name), **values)})
    return rules


def by_the_clock(rules: MarketRules, trend: float) -> MarketRules:
    """Return rules whose benchmarks fall by the clock, whatever happens."""
    for name in ("feedback", "opinions", "price response", "reduction targets"):
        rules = rules.without(name)
    return changed(rules, adjustment={"trend": trend})


def everything_on(rules: MarketRules) -> MarketRules:
    """Return rules with every mechanism that is off, but the absolute cap, switched on."""
    for name in SWITCHED_ON:
        rules = rules if name == "absolute cap" else rules.having(name)
    return rules


def fingerprint(plan: EvolutionPlan | None = None) -> list[float]:
    """Return numbers that change when the model, its scenario or its register does.

    Of a tenth of the scenario's firms, as it is and with everything on; to four digits,
    because another processor may round its last bits otherwise.
    """
    plan = plan or china(Effort(replicates=1, settling=1, draws=1, registers=1, part=10))
    numbers = []
    for rules in (plan.rules, everything_on(plan.rules)):
        years = evolve_market(replace(plan, rules=rules), seed=1).years
        numbers += [float(f"{years[name].mean():.4g}") for name in NUMBERED]
    return numbers


def as_record(one: Interval) -> dict[str, float | None]:
    """Return an interval as it is recorded."""
    return {"mean": one.mean, "low": one.low, "high": one.high}


def measured(
    values: ArrayLike, within: tuple[float, float] | None = None
) -> dict[str, float | None]:
    """Return mean and 95 % interval of one value a replicate, as they are recorded."""
    return as_record(interval_of(np.asarray(values, dtype=np.float64), within))
