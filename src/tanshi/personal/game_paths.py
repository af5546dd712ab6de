"""Trajectories of the game, and where they end.

A start belongs to the basin of a rest point where its trajectory has come close to one that is a
sink by its eigenvalues; an end near anything else, or near nothing, is counted as unsettled.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit
from scipy.stats import qmc

from tanshi.core import Fault, InputError
from tanshi.core.arrays import frozen
from tanshi.core.errors import InfeasibleError
from tanshi.personal._game_kernels import follow_batch
from tanshi.personal.game_rest_points import KINDS, ON_FACES, find_rest_points
from tanshi.personal.results.game import Basins

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tanshi.personal.game import GameParameters
    from tanshi.personal.game_rest_points import Dynamics
    from tanshi.personal.results.game import RestPoints

    Array = NDArray[np.float64]

NEAR = 1e-3
MOST_STEPS = 1_000_000
LEAST_LANES = 64  # of a thread


def follow_game(
    parameters: GameParameters,
    starts: ArrayLike,
    times: ArrayLike,
    *,
    dynamics: Dynamics = "replicator",
    noise: float = 0.0,
    rtol: float = 1e-8,
    atol: float = 1e-9,
    workers: int | None = None,
) -> Array:
    """Follow trajectories from many starts.

    Parameters
    ----------
    parameters : GameParameters
    starts : (n, 4) array
        Shares; strictly inside (0, 1) under replicator and pairwise, which never leave a face.
    times : (t,) array
        Ascending from the time of the starts.
    dynamics, noise
        As for `velocity`.
    rtol, atol : float
        Of a step, on log-odds (replicator, pairwise) or shares.
    workers : int, optional
        Threads; by default one a processor.

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
    state = logit(start) if dynamics in ON_FACES else start
    rule = (KINDS[dynamics], noise, rtol, atol, MOST_STEPS)
    # Trajectories do not meet: any number of threads gives the same ones.
    threads = min(workers or os.cpu_count() or 1, max(1, len(state) // LEAST_LANES))
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(
            lambda some: follow_batch(rule, parameters.as_array(), some, moments),
            np.array_split(state, threads),
        )
        paths, steps = (np.concatenate(part) for part in zip(*parts, strict=True))
    if (steps < 0).any():
        lane = int(np.argmin(steps))
        message = f"the trajectory from {start[lane].tolist()} needs over {MOST_STEPS:,} steps"
        raise InfeasibleError(f"{message}. Remedy: a shorter time or a larger rtol.")
    if dynamics not in ON_FACES:
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
    inside = (start > 0) & (start < 1) if dynamics in ON_FACES else (start >= 0) & (start <= 1)
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
    points: RestPoints | None = None,
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
    points : RestPoints, optional
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
    sinks = points.sinks
    count = 1 << max(starts - 1, 1).bit_length()
    drawn = low + (high - low) * qmc.Sobol(4, rng=seed).random(count)
    drawn = np.clip(drawn, 1e-9, 1 - 1e-9)
    end = follow_game(parameters, drawn, [0.0, time], dynamics=dynamics, noise=noise)[:, -1]
    near = np.array([np.abs(end - point.shares).max(axis=1) < NEAR for point in sinks])
    share = near.mean(axis=1) if sinks else np.zeros(0)
    error = np.sqrt(share * (1 - share) / count)
    return Basins(
        dynamics=dynamics,
        noise=noise,
        low=low,
        high=high,
        attractors=sinks,
        share=frozen(share),
        standard_error=frozen(error),
        unsettled=float(1 - share.sum()),
        starts=count,
    )
