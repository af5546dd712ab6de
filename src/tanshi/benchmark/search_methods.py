"""Two ways to look for candidates, both by ask and tell: CMA-ES over weights, and NSGA-III.

CMA-ES (Hansen, 2016, arXiv:1604.00772) adapts a normal distribution to one ranking of points;
it is run once a weight, from the best point that the shared archive has for it. NSGA-III (Deb &
Jain, 2014, IEEE Transactions on Evolutionary Computation 18, 577-601) keeps a population
spread over reference points, for more objectives than weights can cover. Neither is written
here: the libraries are `cma` and `optuna`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.benchmark.search_archive import OUT, simplex_lattice
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.search_archive import Archive, Trial, Yardstick
    from tanshi.benchmark.search_settings import SearchSettings

    Array = NDArray[np.float64]
    Try = Callable[[Sequence[Array]], list[Trial]]

CROSSOVER_INDEX, MUTATION_INDEX = 30.0, 20.0  # Deb & Jain (2014), table 2
FIRST_SPREAD = 3.0  # of the first population, in initial steps: wide, as NSGA-III has no step


def population_of(size: int) -> int:
    """Return how many points CMA-ES tries at a time (Hansen, 2016, eq. 48)."""
    return 4 + int(3 * np.log(size))


def check_effort(settings: SearchSettings, size: int) -> None:
    """Refuse a search that could not make one round.

    Parameters
    ----------
    settings : SearchSettings
    size : int
        Numbers of a candidate.

    Raises
    ------
    InputError
        Fewer evaluations than one round of every weight, or of the population.
    """
    weights = len(simplex_lattice(len(settings.objectives), settings.divisions))
    least = weights * population_of(size)
    if settings.method_used == "nsga3":
        least = nsga3_population(settings)
    if settings.evaluations < least:
        what, allowed = "too few for one round", f"{least} or more, for {weights} weights"
        remedy = "raise the evaluations or lower the divisions"
        found, column = str(settings.evaluations), "search.evaluations"
        raise InputError([Fault(what, found, allowed, remedy, column=column)])


def nsga3_population(settings: SearchSettings) -> int:
    """Return the size of a generation: a point for every reference direction."""
    return max(len(simplex_lattice(len(settings.objectives), settings.divisions)), 4)


def search_by_weights(
    attempt: Try, archive: Archive, settings: SearchSettings, streams: np.random.SeedSequence
) -> None:
    """Run CMA-ES once a weight, those of a single objective first, and keep every trial.

    Parameters
    ----------
    attempt : callable
        From points to trials, in the same order.
    archive : Archive
        Holds at least one comparable trial; gets all others.
    settings : SearchSettings
    streams : numpy.random.SeedSequence
    """
    weights = simplex_lattice(len(settings.objectives), settings.divisions)
    left = settings.evaluations
    for place, (weight, stream) in enumerate(
        zip(weights, streams.spawn(len(weights)), strict=True)
    ):
        yardstick = archive.yardstick()
        start = archive.trials[archive.best(weight, yardstick)].point
        shares = zip(settings.objectives, weight, strict=True)
        told = " + ".join(f"{share:.3g} {name}" for name, share in shares if share)
        left -= improve_one(
            attempt,
            archive,
            settings,
            start=start,
            rank=(weight, yardstick),
            budget=left // (len(weights) - place),
            rng=np.random.default_rng(stream),
            run=told,
        )


def improve_one(
    attempt: Try,
    archive: Archive,
    settings: SearchSettings,
    *,
    start: Array,
    rank: tuple[Array, Yardstick],
    budget: int,
    rng: np.random.Generator,
    run: str,
) -> int:
    """Run CMA-ES for one weight and return how many points were tried.

    Parameters
    ----------
    attempt, archive, settings
        As in `search_by_weights`.
    start : (V,) array
    rank : (k,) array and Yardstick
        Weight, and what distances are measured by while this runs.
    budget : int
        Most points; less than a round of them tries none.
    rng : numpy.random.Generator
        The only source of random numbers: the library's own stays untouched.
    run : str
        Name in the archive.
    """
    import cma

    weight, yardstick = rank
    population = population_of(len(start))
    strategy = cma.CMAEvolutionStrategy(
        np.clip(start, -settings.bound, settings.bound),
        settings.initial_step,
        {
            "bounds": [-settings.bound, settings.bound],
            "popsize": population,
            "randn": lambda *shape: rng.standard_normal(shape),
            "seed": np.nan,  # none of its own
            "verbose": -9,  # neither files nor text
        },
    )
    spent = 0
    while spent + population <= budget and not strategy.stop():
        points = strategy.ask()
        trials = attempt(points)
        archive.add(trials, run)
        strategy.tell(points, [yardstick.distance(one, weight) for one in trials])
        spent += population
    return spent


def search_by_population(
    attempt: Try, archive: Archive, settings: SearchSettings, streams: np.random.SeedSequence
) -> None:
    """Run NSGA-III from the archive's points and random ones around them; keep every trial.

    Parameters
    ----------
    attempt, archive, settings, streams
        As in `search_by_weights`.
    """
    import optuna

    population = nsga3_population(settings)
    rng = np.random.default_rng(streams)
    size = len(archive.trials[0].point)
    spread = FIRST_SPREAD * settings.initial_step
    known = [one.point for one in archive.trials][:population]
    others = spread * rng.standard_normal((population - len(known), size))
    names = [f"{place:03d}" for place in range(size)]
    study = _quiet_study(population, settings, seed=int(rng.integers(2**31)))
    for point in np.clip([*known, *others], -settings.bound, settings.bound):
        study.enqueue_trial(dict(zip(names, point.tolist(), strict=True)))
    limits = optuna.distributions.FloatDistribution(-settings.bound, settings.bound)
    for generation in range(settings.evaluations // population):
        asked = [study.ask(dict.fromkeys(names, limits)) for _ in range(population)]
        points = [np.array([one.params[name] for name in names]) for one in asked]
        trials = attempt(points)
        archive.add(trials, f"generation {generation + 1}")
        for one, trial in zip(asked, trials, strict=True):
            out = [OUT * (1.0 + min(trial.missed, 1.0))] * len(settings.objectives)
            study.tell(one, trial.objectives.tolist() if trial.comparable else out)


def _quiet_study(population: int, settings: SearchSettings, *, seed: int) -> Any:
    """Return a study in memory that says nothing."""
    from warnings import catch_warnings, simplefilter

    import optuna
    from optuna.samplers import nsgaii

    said = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with catch_warnings():
            simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            sampler = optuna.samplers.NSGAIIISampler(
                population_size=population,
                crossover=nsgaii.SBXCrossover(eta=CROSSOVER_INDEX),
                mutation=nsgaii.PolynomialMutation(eta=MUTATION_INDEX),
                dividing_parameter=settings.divisions,
                seed=seed,
            )
            small = optuna.study.StudyDirection.MINIMIZE
            return optuna.create_study(
                directions=[small] * len(settings.objectives), sampler=sampler
            )
    finally:
        optuna.logging.set_verbosity(said)
