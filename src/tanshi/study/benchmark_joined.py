"""The market under benchmarks as a part of a study, bounded by the study's price floor.

With `take_floor` the floor of the last year of the floor path is the market's lower bound and
the reserve price of its primary auction. The years of the market are not those of the path:
its floor stays as it is from its first year to its last.

With `take_costs` the study's abatement costs of its last year, over their geometric mean, are the
levels of costs of the regions that are units of the study's panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.core import Fault, InputError
from tanshi.study.benchmark_plan import market_plan
from tanshi.study.benchmark_run import TakenCosts, TakenFloor, count_market, evolve_plan
from tanshi.study.benchmark_sources import levels_of

if TYPE_CHECKING:
    from tanshi.floor import FloorPath
    from tanshi.frontier import AbatementCosts
    from tanshi.study.benchmark_run import MarketRun
    from tanshi.study.benchmark_scenario import BenchmarkSection
    from tanshi.study.personal_credits import CreditSettlement
    from tanshi.study.run import Progress
    from tanshi.study.scenario import Scenario

SOURCE = "scenario"


def check_market(scenario: Scenario) -> int:
    """Refuse a market that cannot be run, before anything is estimated.

    Returns
    -------
    int
        How many steps the market will tell of.

    Raises
    ------
    InputError
        See `market_plan`.
    """
    section = scenario.benchmark
    market_plan(section.with_floor(section.price.floor).with_costs({}), source=SOURCE)
    return count_market(section, in_study=True)


def market_of_study(
    scenario: Scenario,
    path: FloorPath,
    *,
    progress: Progress,
    costs: AbatementCosts | None = None,
    workers: int | None = None,
    settlement: CreditSettlement | None = None,
) -> MarketRun:
    """Evolve the market of a study.

    Parameters
    ----------
    scenario : Scenario
    path : FloorPath
        Of the study.
    progress : Progress
        Told of each replicate, and of each mechanism that is left out.
    costs : AbatementCosts, optional
        Of the study; needed where the scenario takes them.
    workers : int, optional
        Threads; by default one a processor.
    settlement : CreditSettlement, optional
        What people sell to its firms.

    Raises
    ------
    InputError
        The study's floor is not below the market's ceiling, or no region of the market has an
        abatement cost in the study.
    """
    section, taken = bounded_section(scenario, path, costs)
    if settlement is not None:
        section = section.with_credits(settlement.sink_share)
    plan = market_plan(section, source=SOURCE)
    taken_costs = None
    if scenario.benchmark.take_costs and costs is not None:
        taken_costs = _taken_costs(costs, set(plan.register.region))
    return evolve_plan(
        plan,
        section,
        step=progress.step,
        workers=workers,
        taken_floor=taken,
        taken_costs=taken_costs,
        source=SOURCE,
        in_study=True,
    )


def bounded_section(
    scenario: Scenario, path: FloorPath, costs: AbatementCosts | None = None
) -> tuple[BenchmarkSection, TakenFloor | None]:
    """Return the section with the study's floor and costs, where it takes them, and that floor.

    Raises
    ------
    InputError
        The study's floor is not below the market's ceiling.
    """
    section = scenario.benchmark
    if section.take_costs and costs is not None:
        levels = levels_of(costs.unit, costs.period, costs.mac_cny_per_tco2)
        section = section.with_costs(levels)
    if not section.take_floor:
        return section, None
    taken = TakenFloor(
        year=path.years[-1],
        price_cny_per_tco2=path.price_cny_per_tco2[-1],
        instead_of_cny_per_tco2=section.price.floor,
    )
    section = section.with_floor(taken.price_cny_per_tco2)
    _check_ceilings(section, taken)
    return section, taken


def _taken_costs(costs: AbatementCosts, regions: set[str]) -> TakenCosts:
    """Return the levels that firms have; refuse a market of which no region has one."""
    levels = levels_of(costs.unit, costs.period, costs.mac_cny_per_tco2)
    known = {name: levels[name] for name in sorted(regions & set(levels))}
    if not known:
        what = "no region of the market has an abatement cost in the study"
        allowed = f"regions called as the study's units: {', '.join(sorted(levels)) or 'none'}"
        remedy = (
            "call regions in benchmark.firms.region_shares as the panel does, or remove take_costs"
        )
        found, column = ", ".join(sorted(regions)), "benchmark.take_costs"
        raise InputError([Fault(what, found, allowed, remedy, file=SOURCE, column=column)])
    without = tuple(sorted(regions - set(levels)))
    return TakenCosts(year=int(costs.period.max()), level=known, without=without)


def _check_ceilings(section: BenchmarkSection, taken: TakenFloor) -> None:
    """Refuse a floor at or above the ceiling, in the first year or after a policy."""
    bands = {"price": section.price} | {
        f"policy_changes.{year}.price": rules.price
        for year, rules in section.policy_changes.items()
    }
    faults = []
    for place, price in bands.items():
        if price.floor < price.ceiling:
            continue
        what = "the floor of the study is not below the market's ceiling"
        found = f"{price.floor:.2f} CNY per tonne in {taken.year}, ceiling {price.ceiling:g}"
        allowed = f"a ceiling above {price.floor:.2f}"
        remedy = f"raise benchmark.{place}.ceiling, or remove take_floor and give price.floor"
        column = f"benchmark.{place}.ceiling"
        faults.append(Fault(what, found, allowed, remedy, file=SOURCE, column=column))
    if faults:
        raise InputError(faults)
