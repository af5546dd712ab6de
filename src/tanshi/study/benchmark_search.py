"""Search a scenario's market for benchmark coefficients, and say what was found as a scenario."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.benchmark.search import count_markets, search_benchmarks
from tanshi.study.benchmark_plan import load_market, market_plan
from tanshi.study.benchmark_sources import placed_in_scenario
from tanshi.study.scenario import read_content, scenario_of
from tanshi.study.toml_lines import naming_lines

if TYPE_CHECKING:
    import polars as pl

    from tanshi.benchmark.search_results import SearchResult
    from tanshi.study.benchmark_scenario import BenchmarkSection
    from tanshi.study.run import Progress
    from tanshi.study.scenario import Scenario

SECTION = "benchmark"


@dataclass(frozen=True, eq=False, kw_only=True)
class SearchRun:
    """What a search found, in tables.

    Parameters
    ----------
    front, rules, points, history : polars.DataFrame
        As `tanshi.benchmark.search_results.SearchResult` has them.
    recommended : dict
    evolved : dict
        A scenario, as content of a TOML file: the market under the recommended rule.
    objectives : tuple of str
    scenario : Scenario
        With what the command line says instead.
    summary : str
    data_sha256 : dict of str to str
        File to hash.
    """

    front: pl.DataFrame
    rules: pl.DataFrame
    points: pl.DataFrame
    history: pl.DataFrame
    recommended: dict[str, Any]
    evolved: dict[str, Any]
    objectives: tuple[str, ...]
    scenario: Scenario
    summary: str
    data_sha256: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """The options of `tanshi benchmark search`, as given.

    Parameters
    ----------
    scenario : path
    firms : path or None
        The user's register.
    evaluations, seed, workers : int or None
    """

    scenario: Path
    firms: Path | None = None
    evaluations: int | None = None
    seed: int | None = None
    workers: int | None = None


def run_search(request: SearchRequest, *, progress: Progress) -> SearchRun:
    """Search the market of a scenario file.

    Parameters
    ----------
    request : SearchRequest
    progress : Progress
        Told of each market that was tried.

    Raises
    ------
    InputError
        Every fault of the scenario or the register, or too little to search with.
    InfeasibleError
        The uniform rule cannot meet the deficit.
    """
    _, own = load_market(request.scenario, request.firms)
    content = read_content(request.scenario)
    scenario = _with_options(scenario_of(content, request.scenario), request)
    section = scenario.benchmark
    with naming_lines(request.scenario):
        plan = market_plan(section, own, source=str(request.scenario))
    progress.start(count_markets(section.search))
    with placed_in_scenario(str(request.scenario)):
        found = search_benchmarks(
            plan,
            section.search,
            seed=section.seed,
            workers=request.workers,
            progress=progress.step,
            given=np.asarray(plan.relative) if section.rule == "given" else None,
        )
    return SearchRun(
        front=found.front_table(),
        rules=found.rules_table(),
        points=found.points_table(),
        history=found.history_table(),
        recommended=found.recommendation(),
        evolved=evolved_content(content, section, found),
        objectives=section.search.objectives,
        scenario=scenario,
        summary=f"{plan.register.n_firms:,} firms\n{found.summary()}",
        data_sha256={} if own is None else {own.source: own.sha256},
    )


def evolved_content(
    content: dict[str, Any], section: BenchmarkSection, found: SearchResult
) -> dict[str, Any]:
    """Return a scenario like the one searched, under the recommended rule.

    Parameters
    ----------
    content : dict
        Of the scenario file.
    section : BenchmarkSection
        Its section, with paths that are found from here.
    found : SearchResult
    """
    own = deepcopy(content.get(SECTION, {}))
    if section.firms.cost_level_file is not None:
        # The file written may lie elsewhere.
        own["firms"]["cost_level_file"] = str(Path(section.firms.cost_level_file).resolve())
    names = ("industry", "process", "tier", "scale")
    own |= {
        "rule": "given",
        "mean_preserving": False,  # the numbers keep the mean of every process already
        "common_scale": section.common_scale * found.recommended.judged.scale,
        "given": [
            {name: row[name] for name in names} | {"relative": row["relative_benchmark"]}
            for row in found.benchmarks().iter_rows(named=True)
        ],
    }
    return {SECTION: own}


def _with_options(scenario: Scenario, request: SearchRequest) -> Scenario:
    """Return the scenario with what the command line says instead."""
    section, search = scenario.benchmark, scenario.benchmark.search
    if request.evaluations is not None:
        search = replace(search, evaluations=request.evaluations)
    if request.seed is not None:
        search = replace(search, seed=request.seed)
    seed = section.seed if request.seed is None else request.seed
    update = section.model_copy(update={"search": search, "seed": seed})
    return scenario.model_copy(update={"benchmark": update})
