"""Search for relative benchmarks that cost less or burden more evenly than one for all.

Source: Liu, section 3.2 and its promise of coefficients "based on multi-agent evolution";
the paper gives neither objective nor method, so both are ours. Candidates set a benchmark by
industry, tier and scale (`search_cells`), start from a common scale solved for the same first
deficit (`search_scale`), are held to the emissions of the uniform rule in every year with
common random numbers (`search_comparison`), and are found by CMA-ES over weights or by
NSGA-III (`search_methods`). What is not dominated is judged anew on random streams that the
search has not seen, and only what stands there is reported.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.coefficients import RULES, coefficient_table, relative_benchmarks
from tanshi.benchmark.industries import SCALES, TIERS
from tanshi.benchmark.search_archive import Archive, Trial, simplex_lattice
from tanshi.benchmark.search_cells import CandidateSpace
from tanshi.benchmark.search_choice import Entry, choose
from tanshi.benchmark.search_comparison import Comparison
from tanshi.benchmark.search_methods import check_effort, search_by_population, search_by_weights
from tanshi.benchmark.search_results import EVOLVED, RuleRow, SearchResult
from tanshi.benchmark.search_settings import OBJECTIVES, SearchSettings
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.evolution import EvolutionPlan
    from tanshi.benchmark.search_comparison import Judged

    Array = NDArray[np.float64]

UNIFORM = "uniform"
_OPTIMISER = 1  # second part of the spawn key: no replicate has it
_MORE_RULES = 12  # rows of the table of rules, at most, for the progress bar


def search_benchmarks(
    plan: EvolutionPlan,
    settings: SearchSettings,
    *,
    seed: int,
    workers: int | None = None,
    progress: Callable[[], None] | None = None,
    given: Array | None = None,
) -> SearchResult:
    """Search for benchmark coefficients, and put what is found beside the named rules.

    Parameters
    ----------
    plan : EvolutionPlan
        The market; its own relative benchmarks do not matter.
    settings : SearchSettings
    seed : int
        Where the settings have none.
    workers : int, optional
        Threads; by default one a processor. The result does not depend on it.
    progress : callable, optional
        Called after each market that was tried, at most `count_markets` times.
    given : (n,) array, optional
        Relative benchmarks of a rule of the user, for the table of rules.

    Returns
    -------
    SearchResult

    Raises
    ------
    InputError
        More years than the plan has, too few evaluations for one round, or firms among which
        there is nothing to move.
    InfeasibleError
        The uniform rule cannot meet the deficit.
    """
    space = CandidateSpace.of(plan.register)
    _check(plan, settings, space)
    market = plan if settings.years is None else plan.first_years(settings.years)
    deficit = plan.rules.adjustment.deficit if settings.deficit is None else settings.deficit
    seed = seed if settings.seed is None else settings.seed
    fresh = range(settings.replicates, settings.replicates + settings.fresh_replicates)
    seen, unseen = (
        Comparison(market, replicates=streams, seed=seed, deficit=deficit, workers=workers)
        for streams in (range(settings.replicates), fresh)
    )
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:

        def judged(rules: Sequence[tuple[Callable[[Array], Judged], Array]]) -> list[Judged]:
            """Judge rules at the same time; they come back in their order."""

            def one(rule: tuple[Callable[[Array], Judged], Array]) -> Judged:
                found = rule[0](rule[1])
                if progress is not None:
                    progress()
                return found

            return list(pool.map(one, rules))

        def attempt(points: Sequence[Array]) -> list[Trial]:
            found = judged([(seen.judge, space.relative(point)) for point in points])
            return [_trial(*pair, settings) for pair in zip(points, found, strict=True)]

        named = _named_points(space)
        archive = Archive()
        archive.add([_trial(named[UNIFORM], seen.uniform, settings)], UNIFORM)
        for name in list(named)[1:]:
            archive.add(attempt([named[name]]), name)
        streams = np.random.SeedSequence(seed, spawn_key=(0, _OPTIMISER))
        way = search_by_weights if settings.method_used == "cma" else search_by_population
        way(attempt, archive, settings, streams)
        entries = _judge_anew(archive, list(named), space, settings, (unseen, judged))
        rules = _other_rules(space, given, (unseen, judged))
    return SearchResult(
        settings=settings,
        space=space,
        seed=seed,
        deficit=deficit,
        years=market.years,
        start=np.array([one.benchmark_tco2_per_unit for one in plan.register.industries])
        * (1.0 if plan.benchmark_scale is None else np.asarray(plan.benchmark_scale)),
        archive=archive,
        comparison=unseen,
        entries=entries,
        others=rules,
        choice=choose(entries, unseen, settings),
    )


def count_markets(settings: SearchSettings) -> int:
    """Return the most markets that a search tries."""
    return settings.evaluations + settings.front_points + 2 * len(RULES) + _MORE_RULES


def _check(plan: EvolutionPlan, settings: SearchSettings, space: CandidateSpace) -> None:
    if settings.years is not None and settings.years > plan.years:
        what, allowed = "more years than the market", f"at most {plan.years}"
        fault = Fault(what, str(settings.years), allowed, "lower them", column="search.years")
        raise InputError([fault])
    if space.size == len(np.unique(space.variables[:, 0])):
        what, found = "nothing to move allowances between", "one tier and scale in each industry"
        allowed, remedy = "an industry with several", "add firms"
        raise InputError([Fault(what, found, allowed, remedy, column="firms")])
    check_effort(settings, space.size)


def _named_points(space: CandidateSpace) -> dict[str, Array]:
    """Return the rules of the paper as candidates, uniform first; those that the firms allow."""
    industries = space.register.industries
    shape = (len(industries), len(TIERS), len(SCALES))
    points = {UNIFORM: np.zeros(space.size)}
    for name, made_of in (
        ("published_table", "published_table"),
        ("reversed", "published_table"),
        ("printed", "printed"),
    ):
        try:
            table = coefficient_table(industries, made_of)
        except InputError:
            continue  # the published table lacks an industry
        factors = table["mid"].to_numpy().reshape(shape)
        points[name] = space.point_of(factors[:, ::-1] if name == "reversed" else factors)
    return points


def _trial(point: Array, judged: Judged, settings: SearchSettings) -> Trial:
    figures = (OBJECTIVES[name] for name in settings.objectives)
    return Trial(
        point=np.array(point),
        objectives=np.array([judged.figures[figure].mean() for figure in figures]),
        missed=judged.missed,
        scale=judged.scale,
    )


def _judge_anew(
    archive: Archive,
    names: list[str],
    space: CandidateSpace,
    settings: SearchSettings,
    court: tuple[Comparison, Callable[..., list[Judged]]],
) -> tuple[Entry, ...]:
    """Judge the named rules and the archive's front on fresh streams."""
    comparison, judged = court
    weights = simplex_lattice(len(settings.objectives), settings.divisions)
    chosen = archive.selection(weights, settings.front_points)
    places = [*range(len(names)), *(place for place in chosen if place >= len(names))]
    relative = [space.relative(archive.trials[place].point) for place in places]
    found = [comparison.uniform]
    found += judged([(comparison.judge, one) for one in relative[1:]])
    return tuple(
        Entry(
            number=number,
            rule=names[number] if number < len(names) else EVOLVED,
            trial=archive.trials[place],
            judged=one,
        )
        for number, (place, one) in enumerate(zip(places, found, strict=True))
    )


def _other_rules(
    space: CandidateSpace,
    given: Array | None,
    court: tuple[Comparison, Callable[..., list[Judged]]],
) -> tuple[RuleRow, ...]:
    """Judge rules that do not keep the mean: as they stand, at equal emissions and alone."""
    comparison, judged = court
    raw = {}
    for name in ("published_table", "printed"):
        try:
            raw[name] = relative_benchmarks(space.register, name, mean_preserving=False)
        except InputError:
            continue  # the published table lacks an industry
    rows = [(name, equal) for equal in (True, False) for name in raw]
    jobs = [
        (comparison.judge if equal else comparison.judge_alone, raw[name]) for name, equal in rows
    ]
    if given is not None:
        rows.append(("given", True))
        jobs.append((comparison.judge, given))
    return tuple(
        RuleRow(rule=name, equal_emissions=equal, judged=one)
        for (name, equal), one in zip(rows, judged(jobs), strict=True)
    )
