"""Let the market of a scenario evolve, of drawn firms or of a user's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanshi.benchmark.coefficients import relative_benchmarks
from tanshi.benchmark.evolution import EvolutionPlan
from tanshi.benchmark.outcomes import assess_market
from tanshi.data.firm_register import load_firm_register
from tanshi.study.benchmark_odd import describe_market
from tanshi.study.benchmark_sources import (
    build_register,
    placed_in_scenario,
    processes_of,
    starting_scale,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.data.firm_register import FirmTable
    from tanshi.study.benchmark_scenario import BenchmarkSection
    from tanshi.study.run import Progress
    from tanshi.study.scenario import Scenario


@dataclass(frozen=True, eq=False, kw_only=True)
class MarketRun:
    """A market's years, what came of them, and whether it settled.

    Parameters
    ----------
    years : polars.DataFrame
        Replicate, year, industry and every figure of market and industry.
    outcome : polars.DataFrame
        By industry, each figure with low and high.
    regions : polars.DataFrame
        Replicate, year, region and its figures.
    fairness : polars.DataFrame
        Burden over revenue: by firms, sizes and regions, each figure with low and high.
    convergence : dict
    summary : str
    description : str
        Of the model with the scenario's values, after the ODD protocol; Markdown.
    data_sha256 : dict of str to str
        File to hash.
    """

    years: pl.DataFrame
    outcome: pl.DataFrame
    regions: pl.DataFrame
    fairness: pl.DataFrame
    convergence: dict[str, Any]
    summary: str
    description: str
    data_sha256: dict[str, str]


def run_market(
    scenario: Scenario,
    *,
    progress: Progress,
    firms: Path | None = None,
    workers: int | None = None,
    source: str = "",
) -> MarketRun:
    """Evolve a scenario's market and say what came of it.

    Parameters
    ----------
    scenario : Scenario
    progress : Progress
        Told of each replicate.
    firms : path, optional
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
        Every fault of the register, or assumptions that do not fit together.
    CertificateError
        Allowances were not conserved, which would be a fault of ours.
    """
    section = scenario.benchmark
    own = None
    if firms is not None:
        own = load_firm_register(firms, processes=processes_of(section))
    plan = market_plan(section, own, source=source)
    progress.start(section.replicates)
    found = assess_market(
        plan,
        replicates=section.replicates,
        seed=section.seed,
        workers=workers,
        progress=progress.step,
    )
    return MarketRun(
        years=found.evolution.years_table(),
        outcome=found.outcome_table(),
        regions=found.evolution.regions_table(),
        convergence=found.convergence(),
        fairness=_fairness_table(found.fairness()),
        summary=f"{plan.register.n_firms:,} firms, rule {section.rule}\n{found.summary()}",
        description=describe_market(
            section, plan.register, source=source, own="" if own is None else own.source
        ),
        data_sha256={} if own is None else {own.source: own.sha256},
    )


def market_plan(
    section: BenchmarkSection, firms: FirmTable | None = None, *, source: str = ""
) -> EvolutionPlan:
    """Return what is evolved: a scenario's market, of the user's firms or of drawn ones.

    Parameters
    ----------
    section : BenchmarkSection
    firms : FirmTable, optional
        The user's register; without it one is drawn.
    source : str
        Name of the scenario, for messages.

    Raises
    ------
    InputError
        Assumptions that do not fit together, regions that no firm is in, an industry that
        the published table lacks.
    """
    with placed_in_scenario(source):
        register = build_register(section, firms)
        return EvolutionPlan(
            register=register,
            rules=section.market_rules(),
            relative=relative_benchmarks(
                register, section.rule, mean_preserving=section.mean_preserving
            ),
            years=section.years,
            supported_regions=frozenset(section.supported_regions),
            regional_targets=section.regional_targets,
            benchmark_scale=starting_scale(register, section),
            cost_level=None if section.cost_level is None else np.array(section.cost_level),
            policy_changes={
                year: rules.market_rules() for year, rules in section.policy_changes.items()
            },
            given_violations=section.given_violations,
        )


def _fairness_table(shares: dict[str, Any]) -> pl.DataFrame:
    rows = []
    for by, figures in shares.items():
        for figure, found in figures.items():
            groups = found if isinstance(found, dict) else {"": found}
            rows += [
                (by, group, figure, one.mean, one.low, one.high) for group, one in groups.items()
            ]
    floats = dict.fromkeys(("mean", "low", "high"), pl.Float64)
    schema = dict.fromkeys(("by", "group", "figure"), pl.String) | floats
    return pl.DataFrame(rows, schema=schema, orient="row")
