"""Everything that a search has tried, what of it is not dominated, and how points are ranked.

All objectives are made small. Points are ranked by the augmented Chebyshev distance to the
best value seen of each objective,

    max_i w_i d_i + rho sum_i d_i,   d_i = (f_i - ideal_i) / span_i,

the maximum over objectives that have weight. Its least value over all points is not
dominated, whatever the weights, also on parts of a front that a weighted sum misses (Steuer &
Choo, 1983, Mathematical Programming 26, 326-344). Ideal and span are those of the points not
dominated so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

AUGMENTATION = 0.01  # rho: a hundredth of an objective's span never buys all of another's
LEAST_SPAN = 1e-12
MISSED = 1e-6  # of emissions or deficit, share: a candidate that misses more is not comparable
OUT = 1e6  # distance of what is not comparable: behind everything that is


@dataclass(frozen=True, eq=False, kw_only=True)
class Trial:
    """One candidate that was tried.

    Parameters
    ----------
    point : (V,) array
        Logarithms of relative benchmarks.
    objectives : (k,) array
        Means over replicates, each to be made small.
    missed : float
        Largest gap to the emissions or the deficit to be met, share.
    scale : float
        Of all benchmarks, at which the first year is short by the deficit.
    """

    point: Array
    objectives: Array
    missed: float
    scale: float

    @property
    def comparable(self) -> bool:
        """Whether emissions and deficit were met."""
        return bool(self.missed <= MISSED and np.isfinite(self.objectives).all())


@dataclass(frozen=True, eq=False)
class Yardstick:
    """Ideal and span of each objective, (k,) each."""

    ideal: Array
    span: Array

    def distance(self, trial: Trial, weight: Array) -> float:
        """Return the augmented Chebyshev distance of a trial to the ideal."""
        if not trial.comparable:
            return OUT * (1.0 + min(trial.missed, 1.0))
        away = (trial.objectives - self.ideal) / self.span
        # An objective without weight must not hide that another is better than its ideal.
        told = (weight * away)[weight > 0.0]
        return float(told.max() + AUGMENTATION * away.sum())


@dataclass(eq=False)
class Archive:
    """All trials in the order in which they were made, with the name of the run of each."""

    trials: list[Trial] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)

    def add(self, trials: Sequence[Trial], run: str) -> None:
        """Keep trials of a run."""
        self.trials += trials
        self.runs += [run] * len(trials)

    def front(self) -> list[int]:
        """Return the places of comparable trials that no other one dominates."""
        there = [place for place, one in enumerate(self.trials) if one.comparable]
        if not there:
            return []
        kept = nondominated(np.stack([self.trials[place].objectives for place in there]))
        return [place for place, keep in zip(there, kept, strict=True) if keep]

    def yardstick(self) -> Yardstick:
        """Return ideal and span of what is not dominated; of all, where that is one value."""
        there = np.stack([one.objectives for one in self.trials if one.comparable])
        best = np.stack([self.trials[place].objectives for place in self.front()])
        span = best.max(axis=0) - best.min(axis=0)
        whole = there.max(axis=0) - there.min(axis=0)
        span = np.where(span > LEAST_SPAN, span, whole)
        return Yardstick(best.min(axis=0), np.where(span > LEAST_SPAN, span, 1.0))

    def best(self, weight: Array, yardstick: Yardstick) -> int:
        """Return the place of the trial next to the ideal; the first of several."""
        return int(np.argmin([yardstick.distance(one, weight) for one in self.trials]))

    def selection(self, weights: Array, most: int) -> list[int]:
        """Return places of the front, at most so many, spread over it.

        First the best of every weight, then always the one farthest from those chosen.
        """
        front, yardstick = self.front(), self.yardstick()
        if len(front) <= most:
            return front
        values = np.stack([self.trials[place].objectives for place in front])
        values = (values - yardstick.ideal) / yardstick.span
        best = (self.best(weight, yardstick) for weight in weights)
        chosen = [front.index(place) for place in dict.fromkeys(best) if place in front][:most]
        while len(chosen) < most:
            apart = np.abs(values[:, None] - values[chosen]).max(axis=2).min(axis=1)
            chosen.append(int(np.argmax(apart)))
        return [front[place] for place in sorted(chosen)]


def nondominated(values: Array) -> NDArray[np.bool_]:
    """Return which rows no other row is as good as in all columns and better in one.

    Parameters
    ----------
    values : (m, k) array
        Each column is to be small.

    Examples
    --------
    >>> nondominated(np.array([[0.0, 2.0], [1.0, 1.0], [1.0, 2.0]])).tolist()
    [True, True, False]
    """
    kept = np.ones(len(values), np.bool_)
    for place, row in enumerate(values):
        as_good = (values <= row).all(axis=1)
        kept[place] = not (as_good & (values < row).any(axis=1)).any()
    return kept


def simplex_lattice(objectives: int, divisions: int) -> Array:
    """Return weights that add to 1, in equal steps, those of a single objective first.

    Parameters
    ----------
    objectives : int, >= 1
    divisions : int, >= 1

    Returns
    -------
    (C(divisions + k - 1, k - 1), k) array

    Examples
    --------
    >>> simplex_lattice(2, 2).tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]
    """
    bars = combinations(range(divisions + objectives - 1), objectives - 1)
    ends = np.array([(-1, *bar, divisions + objectives - 1) for bar in bars])
    weights = (np.diff(ends, axis=1) - 1)[::-1] / divisions
    alone = weights.max(axis=1) == 1.0
    return np.concatenate([weights[alone], weights[~alone]])
