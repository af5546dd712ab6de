"""The least concave function above given heights, with slopes that D may have.

Every such function is a minimum of hyperplanes alpha + beta x - gamma s with beta >= 0 and
0 <= gamma <= 1. The least of those that lie on or above heights phi_k at the places
z_k = (x_k, s_k) is, at a place z, a linear programme with K + 2 rows:

    maximise    sum_k lambda_k phi_k - up
    subject to  sum_k lambda_k x_k + spare = x,   sum_k lambda_k s_k + up - down = s,
                sum_k lambda_k = 1,   everything >= 0;

`spare` and `down` are free disposal, `up` costs 1 because D may not fall faster than that.
Its dual solution is the hyperplane on top at z. One such programme for every observation
would be many, but they share all columns: the simplex method runs on all of them at once,
each step a few stacked 4 x 4 systems and one matrix product. What is basic stays feasible
when heights change, so that the next round starts where the last one ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import InfeasibleError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]

_BLOCK_VALUES = 2_000_000  # programmes times columns held at a time
_BETTER = 1e-11  # a column that gains no more than this gains nothing
_GOOD_ENOUGH = 1e-9  # rounding, where the steps have come to an end
_PIVOT = 1e-9
_TIE = 1e-14
_STEEPEST_STEPS = 100  # then by lowest number, which cannot cycle (Bland 1977)
_MOST_STEPS = 1_000


@dataclass(frozen=True, eq=False)
class Facets:
    """The hyperplane on top at each of m places, and the columns that carry it.

    Parameters
    ----------
    basic : (m, K + 2) array of int
        Column numbers: observations, then K of spare, up and down.
    weights : (m, K + 2) array
        lambda and the rest, >= 0, in the order of `basic`.
    planes : (m, K + 2) array
        beta_1 … beta_K, -gamma, alpha.
    heights : (m,) array
        The envelope at each place.
    """

    basic: Numbers
    weights: Array
    planes: Array
    heights: Array


class Envelope:
    """The programmes of one set of places.

    Parameters
    ----------
    points : (n, K + 1) array
        z = (x, s).
    """

    def __init__(self, points: Array) -> None:
        n, j = points.shape
        self.n_points: int = n
        self.n_inputs: int = j - 1
        beside = np.zeros((j + 1, j + 1))
        beside[: j - 1, : j - 1] = np.eye(j - 1)
        beside[j - 1 :, j - 1] = [1.0, -1.0]
        self.places = np.column_stack([points, np.ones(n)])
        self._columns = np.vstack([self.places, beside])
        self._costs = np.zeros(j + 1)
        self._costs[j - 1] = -1.0

    @property
    def up(self) -> int:
        """Column number of `up`."""
        return self.n_points + self.n_inputs

    def alone(self, *, falling: bool) -> Numbers:
        """Return a feasible start: each place carried by its own observation.

        `falling` makes `down` basic, which suits places at or below s; else `up`.
        """
        n, k = self.n_points, self.n_inputs
        beside = n + np.arange(k + 1)
        beside[k] += falling
        return np.column_stack([np.arange(n), np.tile(beside, (n, 1))])

    def facets(self, heights: Array, start: Numbers, places: Array | None = None) -> Facets:
        """Return the envelope of heights (n,) at places (m, K + 2), by default the points."""
        targets = self.places if places is None else places
        gains = np.concatenate([heights, self._costs])
        basic, planes = start.copy(), np.empty(targets.shape)
        weights = np.empty(targets.shape)
        size = max(1, _BLOCK_VALUES // len(self._columns))
        for first in range(0, len(targets), size):
            rows = slice(first, first + size)
            self._climb(gains, targets[rows], basic[rows], weights[rows], planes[rows])
        return Facets(basic, weights, planes, np.einsum("mj,mj->m", planes, targets))

    def _climb(
        self, gains: Array, targets: Array, basic: Numbers, weights: Array, planes: Array
    ) -> None:
        """Run the simplex method on some programmes, writing to the last three arguments."""
        live = np.arange(len(targets))
        columns = self._columns
        for step in range(_MOST_STEPS):
            matrices = columns[basic[live]]  # (m, K + 2, K + 2), a basic column a row
            planes[live] = np.linalg.solve(matrices, gains[basic[live]][..., None])[..., 0]
            transposed = matrices.transpose(0, 2, 1)
            weights[live] = np.linalg.solve(transposed, targets[live][..., None])[..., 0]
            gain = gains - planes[live] @ columns.T
            enters = (
                gain.argmax(axis=1) if step < _STEEPEST_STEPS else (gain > _BETTER).argmax(axis=1)
            )
            most = gain[np.arange(len(live)), enters]
            better = most > _BETTER
            if not better.any():
                return
            live, enters = live[better], enters[better]
            along = np.linalg.solve(transposed[better], columns[enters][..., None])[..., 0]
            leaves = _leaving(weights[live], along, basic[live], fixed=step >= _STEEPEST_STEPS)
            basic[live, leaves] = enters
        if gain.max() > _GOOD_ENOUGH:
            message = (
                f"the least concave function above {self.n_points} heights was not found in "
                f"{_MOST_STEPS} steps. Remedy: look for inputs that are almost multiples of each "
                "other, or observations that are almost the same."
            )
            raise InfeasibleError(message)


def _leaving(weights: Array, along: Array, basic: Numbers, *, fixed: bool) -> Numbers:
    """Return which basic column reaches 0 first, by row; of several the best conditioned."""
    falls = along > _PIVOT
    ratio = np.where(falls, np.maximum(weights, 0.0) / np.where(falls, along, 1.0), np.inf)
    first = ratio <= ratio.min(axis=1, keepdims=True) + _TIE
    if fixed:
        lowest: Numbers = np.where(first, -basic, -basic.max() - 1).argmax(axis=1)
        return lowest
    steepest: Numbers = np.where(first & falls, along, -1.0).argmax(axis=1)
    return steepest
