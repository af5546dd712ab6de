"""Trajectories of the game, where they end, and what finite populations do.

A start belongs to the basin of a rest point where its trajectory has come close to one that is a
sink by its eigenvalues; an end near anything else, or near nothing, is counted as unsettled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit
from scipy.stats import qmc

from tanshi.core import Fault, InputError
from tanshi.core.arrays import frozen
from tanshi.core.errors import InfeasibleError
from tanshi.personal._game_kernels import LOGIT, MUTATOR, REPLICATOR, compare_pairs, follow_batch
from tanshi.personal.game_rest_points import find_rest_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from tanshi.personal.game import GameParameters
    from tanshi.personal.game_rest_points import Dynamics, RestPoint

    Array = NDArray[np.float64]

KINDS = {"replicator": REPLICATOR, "replicator-mutator": MUTATOR, "logit": LOGIT}
NEAR = 1e-3
MOST_STEPS = 1_000_000


@dataclass(frozen=True, eq=False)
class Basins:
    """Shares of starts that end in each attractor.

    Parameters
    ----------
    attractors : tuple of RestPoint
    share, standard_error : (n_attractors,) array
        Of starts; the error is the binomial one, an upper guide for quasi-random starts.
    unsettled : float
        Share of starts that are near no attractor at the last time.
    starts : int
    """

    attractors: tuple[RestPoint, ...]
    share: Array
    standard_error: Array
    unsettled: float
    starts: int


def follow_game(
    parameters: GameParameters,
    starts: ArrayLike,
    times: ArrayLike,
    *,
    dynamics: Dynamics = "replicator",
    noise: float = 0.0,
    rtol: float = 1e-8,
    atol: float = 1e-9,
) -> Array:
    """Follow trajectories from many starts.

    Parameters
    ----------
    parameters : GameParameters
    starts : (n, 4) array
        Shares; strictly inside (0, 1) under the replicator, which never leaves a face.
    times : (t,) array
        Ascending from the time of the starts.
    dynamics, noise
        As for `velocity`.
    rtol, atol : float
        Of a step, on log-odds (replicator) or shares.

    Returns
    -------
    (n, t, 4) array
        Shares.

    Raises
    ------
    InputError
        Starts or times that cannot be used.
    InfeasibleError
        A trajectory needs more than a million steps.
    """
    start, moments = np.array(starts, dtype=np.float64), np.array(times, dtype=np.float64)
    _check(start, moments, dynamics, noise)
    state = logit(start) if dynamics == "replicator" else start
    rule = (KINDS[dynamics], noise, rtol, atol, MOST_STEPS)
    paths, steps = follow_batch(rule, parameters.as_array(), state, moments)
    if (steps < 0).any():
        lane = int(np.argmin(steps))
        message = f"the trajectory from {start[lane].tolist()} needs over {MOST_STEPS:,} steps"
        raise InfeasibleError(f"{message}. Remedy: a shorter time or a larger rtol.")
    if dynamics != "replicator":
        return np.asarray(paths)
    # Without overflow for log-odds of thousands.
    tail = np.exp(-np.abs(paths))
    return np.asarray(np.where(paths >= 0, 1 / (1 + tail), tail / (1 + tail)))


def _check(start: Array, times: Array, dynamics: str, noise: float) -> None:
    faults = []
    if start.ndim != 2 or start.shape[1] != 4:
        raise InputError([Fault("starts of a wrong shape", str(start.shape), "(n, 4)", "reshape")])
    if dynamics not in KINDS:
        allowed = ", ".join(KINDS)
        raise InputError([Fault("unknown dynamics", dynamics, allowed, "choose one of them")])
    inside = (start > 0) & (start < 1) if dynamics == "replicator" else (start >= 0) & (start <= 1)
    if not inside.all():
        found, allowed = str(start[~inside][0]), "shares inside (0, 1)"
        faults.append(Fault("a start outside", found, allowed, "move it inside"))
    if times.ndim != 1 or len(times) < 2 or not (np.diff(times) > 0).all():
        faults.append(Fault("times not ascending", str(times), "two or more", "sort them"))
    if dynamics != "replicator" and not noise > 0:
        faults.append(Fault("no noise", str(noise), "above 0", "give a rate or a scale"))
    if faults:
        raise InputError(faults)


def estimate_basins(
    parameters: GameParameters,
    *,
    low: float = 0.0,
    high: float = 1.0,
    starts: int = 1024,
    time: float = 400.0,
    dynamics: Dynamics = "replicator",
    noise: float = 0.0,
    seed: int = 0,
    points: Sequence[RestPoint] | None = None,
) -> Basins:
    """Estimate the basin of every attractor.

    Parameters
    ----------
    parameters : GameParameters
    low, high : float
        Starts are quasi-random in [low, high]⁴.
    starts : int
        Rounded up to a power of two.
    time : float
        When trajectories are looked at.
    dynamics, noise
        As for `velocity`.
    seed : int
    points : sequence of RestPoint, optional
        Of these dynamics; found anew when not given.

    Returns
    -------
    Basins
    """
    if not 0 <= low < high <= 1:
        found, allowed = f"{low} to {high}", "0 <= low < high <= 1"
        raise InputError([Fault("no domain of starts", found, allowed, "correct it")])
    if points is None:
        points = find_rest_points(parameters, dynamics=dynamics, noise=noise, seed=seed)
    sinks = tuple(point for point in points if point.kind == "sink")
    count = 1 << max(starts - 1, 1).bit_length()
    drawn = low + (high - low) * qmc.Sobol(4, rng=seed).random(count)
    drawn = np.clip(drawn, 1e-9, 1 - 1e-9)
    end = follow_game(parameters, drawn, [0.0, time], dynamics=dynamics, noise=noise)[:, -1]
    near = np.array([np.abs(end - point.shares).max(axis=1) < NEAR for point in sinks])
    share = near.mean(axis=1) if sinks else np.zeros(0)
    error = np.sqrt(share * (1 - share) / count)
    return Basins(sinks, frozen(share), frozen(error), float(1 - share.sum()), count)


def simulate_finite(
    parameters: GameParameters,
    *,
    sizes: Sequence[int] = (200, 200, 200, 200),
    start: Sequence[int] = (0, 0, 0, 0),
    selection: float = 0.5,
    mutation: float = 0.02,
    updates: int = 1_000_000,
    every: int = 1_000,
    seed: int = 0,
) -> NDArray[np.int64]:
    """Simulate pairwise comparison with mutation in four finite populations.

    Parameters
    ----------
    parameters : GameParameters
    sizes : four int, >= 2
        People of each population.
    start : four int
        Of them with the first strategy at the beginning.
    selection : float, >= 0
        Strength of selection, t per CNY: a model who earns d more is copied with probability
        1/(1 + exp(-selection d)).
    mutation : float, in [0, 1]
        Chance that an update is a strategy drawn at random instead.
    updates, every : int
        How many updates, one person each, and after how many the counts are kept.
    seed : int

    Returns
    -------
    (updates // every + 1, 4) array of int
        Exact counts, the start first.

    Raises
    ------
    InputError
        Sizes, counts or rates out of range.
    """
    faults = []
    if len(sizes) != 4 or min(sizes) < 2:
        faults.append(Fault("populations too small", str(sizes), "four, 2 or more", "enlarge"))
    if len(start) != 4 or any(not 0 <= a <= b for a, b in zip(start, sizes, strict=False)):
        faults.append(Fault("start outside", str(start), "four, 0 to their sizes", "correct it"))
    if not (0 <= mutation <= 1 and selection >= 0):
        found = f"{mutation} and {selection}"
        allowed = "a mutation in [0, 1], a selection of 0 or more"
        faults.append(Fault("rates out of range", found, allowed, "correct them"))
    if not 1 <= every <= updates:
        faults.append(Fault("no record", str(every), "1 to updates", "correct it", column="every"))
    if faults:
        raise InputError(faults)
    counts, people = np.array(start, dtype=np.int64), np.array(sizes, dtype=np.int64)
    plan = (float(selection), float(mutation), updates, every)
    rng = np.random.default_rng(seed)
    record = compare_pairs(plan, parameters.as_array(), people, counts, rng)
    return np.asarray(record)
