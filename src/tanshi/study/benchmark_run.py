"""Let the market of a scenario evolve, of drawn firms or of a user's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.benchmark.ablation import MECHANISMS, ablate_market
from tanshi.benchmark.before_after import compare_with_baseline
from tanshi.benchmark.outcomes import assess_market
from tanshi.benchmark.published import published_comparison
from tanshi.benchmark.stopping import until_settled
from tanshi.data.benchmark_columns import unused_note
from tanshi.study.benchmark_mechanisms import mechanisms_table
from tanshi.study.benchmark_odd import describe_market
from tanshi.study.benchmark_plan import market_plan
from tanshi.study.benchmark_regions import named_without_firms, regions_table
from tanshi.study.benchmark_sources import (
    files_read,
    is_table_1,
    placed_in_scenario,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from tanshi.benchmark.evolution import EvolutionPlan
    from tanshi.benchmark.results import EvolutionResult, MarketAssessment
    from tanshi.benchmark.search_results import SearchResult
    from tanshi.data.firm_register import FirmTable
    from tanshi.study.benchmark_scenario import BenchmarkSection
    from tanshi.study.run import Progress
    from tanshi.study.scenario import Scenario


@dataclass(frozen=True, kw_only=True)
class TakenFloor:
    """A study's floor that bounds the market.

    Parameters
    ----------
    year : int
        Of the floor path, its last.
    price_cny_per_tco2, instead_of_cny_per_tco2 : float
        That floor, and the scenario's.
    """

    year: int
    price_cny_per_tco2: float
    instead_of_cny_per_tco2: float


@dataclass(frozen=True, kw_only=True)
class TakenCosts:
    """A study's abatement costs that set the levels of regions.

    Parameters
    ----------
    year : int
        Of the costs, the last one.
    level : dict of region to float
        Over the geometric mean of all units of the study; of regions that have firms.
    without : tuple of str
        Regions with firms that the study has no finite cost above 0 for: their level is 1.
    """

    year: int
    level: dict[str, float]
    without: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class MarketRun:
    """A market's years, what came of them, and whether it settled.

    Parameters
    ----------
    section : BenchmarkSection
        As it was run.
    n_firms : int
    own_firms : bool
        Whether the firms are the user's and not drawn.
    is_paper : bool
        Whether they are drawn from Table 1 of Liu as it stands.
    units, initial : dict of str
        By industry: of the product, and the first benchmark, tCO2 per unit.
    band : tuple of (float, float)
        Floor and ceiling of every year, CNY per tCO2.
    assessment : MarketAssessment
    before_after : polars.DataFrame
        See `compare_with_baseline`.
    published : polars.DataFrame
        See `published_comparison`.
    mechanisms : polars.DataFrame
        See `mechanisms_table`.
    ablation : polars.DataFrame or None
        See `ablate_market`; None where it is not asked for.
    search : SearchResult or None
        Of a study that asks for it.
    regions : polars.DataFrame
        See `regions_table`.
    empty_regions : tuple of str
        Regions that the scenario names and that have no firm.
    taken_floor : TakenFloor or None
    taken_costs : TakenCosts or None
    description : str
        Of the model with the scenario's values, after the ODD protocol; Markdown.
    data_sha256 : dict of str to str
        File to hash.
    unused : dict of str to tuple of str
        Columns of the user's files that are not read.
    """

    section: BenchmarkSection
    n_firms: int
    own_firms: bool
    is_paper: bool
    units: dict[str, str]
    initial: dict[str, float]
    band: tuple[tuple[float, float], ...]
    assessment: MarketAssessment
    before_after: pl.DataFrame
    published: pl.DataFrame
    mechanisms: pl.DataFrame
    ablation: pl.DataFrame | None
    search: SearchResult | None
    regions: pl.DataFrame
    empty_regions: tuple[str, ...]
    taken_floor: TakenFloor | None
    taken_costs: TakenCosts | None
    description: str
    data_sha256: dict[str, str]
    unused: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def evolution(self) -> EvolutionResult:
        """Every year of every replicate."""
        return self.assessment.evolution

    @cached_property
    def years(self) -> pl.DataFrame:
        """Replicate, year, industry and every figure of market and industry."""
        return self.evolution.years_table()

    @cached_property
    def outcome(self) -> pl.DataFrame:
        """By industry, each figure with low and high."""
        return self.assessment.outcome_table()

    @cached_property
    def fairness(self) -> pl.DataFrame:
        """Burden over revenue: by firms, sizes and regions, each figure with low and high."""
        return self.assessment.fairness_table()

    @property
    def convergence(self) -> dict[str, Any]:
        """Whether, when and why not the market settled, and the years that were allowed."""
        return self.assessment.convergence() | {"limit_years": self.section.years}

    @property
    def summary(self) -> str:
        """A few lines for a terminal."""
        lines = [f"{self.n_firms:,} firms, rule {self.section.rule}"]
        if self.taken_floor is not None:
            taken = self.taken_floor
            lines.append(f"floor of the study, {taken.price_cny_per_tco2:.2f} CNY per tCO2")
        notes = [f"note: {unused_note(*one)}" for one in self.unused.items()]
        if self.taken_costs is not None:
            costs = self.taken_costs
            lines.append(f"costs of the study in {costs.year}: {len(costs.level)} regions")
        return "\n".join([*lines, self.assessment.summary(), *notes])

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table of the run, by file name without suffix."""
        found = {
            "years": self.years,
            "regions": self.regions,
            "outcome": self.outcome,
            "fairness": self.fairness,
            "before_after": self.before_after,
            "mechanisms": self.mechanisms,
        }
        if len(self.published):
            found["published"] = self.published
        if self.ablation is not None:
            found["ablation"] = self.ablation
        if self.search is not None:
            found["front"] = self.search.front_table()
            found["rules"] = self.search.rules_table()
            found["points"] = self.search.points_table()
        return found

    def headline(self) -> dict[str, Any]:
        """Return the few figures that a reader quotes."""
        whole = {
            row["figure"]: {
                name: value for name, value in row.items() if name not in ("by", "group", "figure")
            }
            for row in self.before_after.filter(group="all").iter_rows(named=True)
            if row["by"] in ("market", "industry")
        }
        taken = self.taken_floor
        return {
            "firms": self.n_firms,
            "years": self.evolution.years.shape[1],
            "replicates": len(self.evolution.replicates),
            "seed": self.section.seed,
            "rule": self.section.rule,
            "floor_cny_per_tco2": self.band[0][0],
            "ceiling_cny_per_tco2": self.band[0][1],
            "floor_of_study_year": None if taken is None else taken.year,
            "costs_of_study_year": None if self.taken_costs is None else self.taken_costs.year,
            "converged": self.convergence["converged"],
            "converged_replicates": self.convergence["converged_replicates"],
            "reasons": self.convergence["reasons"],
            "baseline": self.assessment.baseline_name,
            "market": whole,
            "outcome": self.outcome.to_dicts(),
            "recommended": None if self.search is None else self.search.recommendation(),
        }


def run_market(
    scenario: Scenario,
    *,
    progress: Progress,
    own: FirmTable | None = None,
    workers: int | None = None,
    source: str = "",
) -> MarketRun:
    """Evolve a scenario's market and say what came of it.

    Parameters
    ----------
    scenario : Scenario
    progress : Progress
        Told of each replicate, and of each mechanism that is left out.
    own : FirmTable, optional
        The user's register.
    workers : int, optional
        Threads; by default one a processor.
    source : str
        Name of the scenario, for messages.

    Returns
    -------
    MarketRun

    Raises
    ------
    InputError
        Assumptions that do not fit together.
    CertificateError
        Allowances were not conserved, which would be a fault of ours.
    """
    section = scenario.benchmark
    plan = market_plan(section, own, source=source)
    progress.start(count_market(section))
    return evolve_plan(plan, section, step=progress.step, own=own, workers=workers, source=source)


def count_market(section: BenchmarkSection, *, in_study: bool = False) -> int:
    """Return how many steps `evolve_plan` tells of."""
    count = section.replicates + (len(MECHANISMS) if section.ablation else 0)
    if in_study and section.search_in_study:
        from tanshi.benchmark.search import count_markets

        count += count_markets(section.search)
    return count


def evolve_plan(
    plan: EvolutionPlan,
    section: BenchmarkSection,
    *,
    step: Callable[[], None],
    own: FirmTable | None = None,
    workers: int | None = None,
    taken_floor: TakenFloor | None = None,
    taken_costs: TakenCosts | None = None,
    source: str = "",
    in_study: bool = False,
) -> MarketRun:
    """Evolve a plan and its baseline, and leave out its mechanisms where that is asked for.

    Parameters
    ----------
    plan : EvolutionPlan
        Of the section.
    section : BenchmarkSection
    step : callable
        Called `count_market` times.
    own : FirmTable, optional
        The user's register that the plan is of.
    workers : int, optional
        Threads; by default one a processor.
    taken_floor : TakenFloor, optional
        Where the floor comes from a study.
    source : str
        Name of the scenario, for the description.
    in_study : bool, default False
        Whether a search that the scenario asks for in a study is made.
    """
    count, seed = section.replicates, section.seed
    if section.stop == "settled":
        plan = until_settled(plan, replicates=count, seed=seed, workers=workers)
    found = assess_market(plan, replicates=count, seed=seed, workers=workers, progress=step)
    ablation = None
    if section.ablation:
        ablation = ablate_market(plan, replicates=count, seed=seed, workers=workers, progress=step)
    industries = plan.register.industries
    prices = [plan.rules_in(year).price for year in range(1, plan.years + 1)]
    return MarketRun(
        section=section,
        n_firms=plan.register.n_firms,
        own_firms=own is not None,
        is_paper=own is None and is_table_1(section),
        units={one.name: one.unit for one in industries},
        initial={one.name: one.benchmark_tco2_per_unit for one in industries},
        band=tuple((one.floor, one.ceiling) for one in prices),
        assessment=found,
        before_after=compare_with_baseline(found.evolution, found.baseline, plan.register),
        published=published_comparison(found),
        mechanisms=mechanisms_table(plan),
        ablation=ablation,
        search=_searched(plan, section, step, workers)
        if in_study and section.search_in_study
        else None,
        regions=regions_table(found.evolution, plan.register, section),
        empty_regions=() if own is not None else named_without_firms(section, plan.register),
        taken_floor=taken_floor,
        taken_costs=taken_costs,
        description=describe_market(
            section, plan.register, source=source, own="" if own is None else own.source
        ),
        data_sha256=files_read(section, own),
        unused={} if own is None or not own.unused else {own.source: own.unused},
    )


def _searched(
    plan: EvolutionPlan, section: BenchmarkSection, step: Callable[[], None], workers: int | None
) -> SearchResult:
    from tanshi.benchmark.search import search_benchmarks

    with placed_in_scenario(""):
        return search_benchmarks(
            plan,
            section.search,
            seed=section.seed,
            workers=workers,
            progress=step,
            given=np.asarray(plan.relative) if section.rule == "given" else None,
        )
