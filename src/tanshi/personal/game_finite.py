"""Finite populations that play the game: pairwise comparison with mutation on exact counts.

One person at a time looks at another of his population and copies the strategy with the logistic
probability of what it earns more (Szabó & Tőke 1998; Traulsen, Nowak & Pacheco 2006). With mutation
no state holds for ever: what matters is how often trade is on, and how long lock-in lasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.personal._game_kernels import compare_pairs
from tanshi.personal.game_claim import TRADE, traded_share
from tanshi.personal.results.game import FiniteCase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.personal.game import GameParameters


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
    state = np.random.SeedSequence(seed).generate_state(4, np.uint64).astype(np.uint64)
    record = compare_pairs(plan, parameters.as_array(), people, counts, state)
    return np.asarray(record)


def summarise_finite(
    parameters: GameParameters,
    records: Sequence[NDArray[np.int64]],
    *,
    sizes: Sequence[int],
    every: int,
    settings: Mapping[str, float],
) -> FiniteCase:
    """Return how often trade is on, and how long it takes to begin, over several runs.

    Parameters
    ----------
    parameters : GameParameters
    records : sequence of (t, 4) array
        Of `simulate_finite`, all of the same length, one for each seed.
    sizes : four int
    every : int
        Updates between two rows; times are known to so many updates.
    settings : mapping
        Columns that name the case.

    Notes
    -----
    Trade is on where a quarter of the potential volume or more is traded. Its frequency is taken
    over the second half of a run. The mean time to escape is the maximum-likelihood one for
    exponential waiting: time spent locked, in all runs, over escapes; its error is that mean
    over the root of escapes.
    """
    on = [traded_share(parameters, one / np.array(sizes)) >= TRADE for one in records]
    length = len(on[0])
    frequency = np.array([run[length // 2 :].mean() for run in on])
    first = [int(np.argmax(run)) if run.any() else length - 1 for run in on]
    escapes = sum(bool(run.any()) for run in on)
    waited = float(sum(first) * every)
    runs = len(on)
    return FiniteCase(
        settings=dict(settings),
        runs=runs,
        updates=(length - 1) * every,
        trade_frequency=float(frequency.mean()),
        frequency_error=float(frequency.std(ddof=1) / np.sqrt(runs)) if runs > 1 else None,
        escapes=escapes,
        escape_updates=waited / escapes if escapes else None,
        escape_error=waited / escapes**1.5 if escapes else None,
    )
