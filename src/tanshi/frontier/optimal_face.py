"""The set of all optimal parameters, when the optimum is more than a point.

By complementary slackness with one optimal dual solution, theta is optimal exactly when
it satisfies every constraint and

    D_i = 0 where 0 < a_i < upper,  D_i >= 0 where a_i = 0,  D_i <= 0 where a_i = upper,
    G_j theta = h_j where mu_j > 0.

The equalities leave a subspace of dimension d = P - rank; d = 0 proves uniqueness. For
d > 0 the remaining inequalities are few-dimensional linear programmes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from tanshi.core import InfeasibleError
from tanshi.frontier._highs import new_solver

if TYPE_CHECKING:
    from tanshi.frontier._dual_lp import Array, DualProgramme, Solutions

_STRICT = 1e-9  # a multiplier within this of its bound counts as at the bound
_POINT = 1e-8  # parameters that move by less are one point
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class OptimalFace:
    """theta + directions z over rows z <= slack; a point when there is no direction.

    Parameters
    ----------
    theta : (P,) array
        An optimal vertex.
    directions : (P, d) array
        Orthonormal directions in which parameters can move without loss.
    rows, slack : (m, d) and (m,) arrays
        How far.
    """

    theta: Array
    directions: Array
    rows: Array
    slack: Array

    @classmethod
    def point(cls, theta: Array) -> OptimalFace:
        """Return the face that is one point."""
        return cls(theta, np.empty((len(theta), 0)), np.empty((0, 0)), np.empty(0))

    @property
    def is_point(self) -> bool:
        """Whether the optimal parameters are unique."""
        return len(self.directions.T) == 0

    def functional(self, features: Array) -> tuple[Array, Array]:
        """Return least and greatest ``features @ theta`` over the face, (n,) each."""
        centre = features @ self.theta
        if self.is_point:
            return centre, centre
        reduced = features @ self.directions
        # Rounding is no direction: a functional that is constant here stays constant.
        reduced[np.abs(reduced) <= _ROUNDING] = 0.0
        if self.directions.shape[1] == 1:
            low, high = _interval(self.rows[:, 0], self.slack)
            ends = np.outer(reduced[:, 0], [low, high])
            return centre + ends.min(axis=1), centre + ends.max(axis=1)
        solver = _load(self.rows, self.slack)
        least = np.array([_extreme(solver, row, sign=1.0) for row in reduced])
        greatest = np.array([_extreme(solver, row, sign=-1.0) for row in reduced])
        return centre + least, centre + greatest


def optimal_face(
    programme: DualProgramme, solutions: Solutions, which: int, further: tuple[Array, Array]
) -> OptimalFace:
    """Return the optimal face around one optimal vertex.

    Parameters
    ----------
    programme : DualProgramme
        Data and rows.
    solutions : Solutions
        Optimal vertices.
    which : int
        The vertex.
    further : pair of (c, P) and (c,) arrays
        Rows and bounds that hold at the vertex but never had to enter the programme: the
        null-jointness constraints that were not needed as cuts still limit the face.
    """
    a, mu = solutions.observation_multiplier[which], solutions.row_multiplier[which]
    features, theta = programme.features, solutions.theta[which]
    scale = 1.0 if np.isinf(programme.upper) else programme.upper
    inside = (a > _STRICT * scale) & (a < programme.upper - _STRICT * scale)
    binding = mu > _STRICT
    tight = int(inside.sum() + binding.sum())
    point = OptimalFace.point(theta)
    if tight == len(theta) and solutions.full_rank[which]:
        # Every basic multiplier is strictly inside its bounds, and the basis has full rank.
        return point
    directions = _null_space(np.vstack([features[inside], programme.rows[binding]]))
    if directions.shape[1] == 0:
        return point
    distance = programme.offset + features @ theta
    above, below = ~inside & (a <= _STRICT * scale), ~inside & (a > _STRICT * scale)
    further_rows, further_bounds = further
    rows = [-features[above], features[below], programme.rows[~binding], further_rows]
    slack = np.concatenate(
        [
            distance[above],
            -distance[below],
            (programme.bounds - programme.rows @ theta)[~binding],
            further_bounds - further_rows @ theta,
        ]
    )
    face = OptimalFace(theta, directions, np.vstack(rows) @ directions, np.maximum(slack, 0.0))
    low, high = face.functional(np.eye(len(theta)))
    return point if float((high - low).max()) <= _POINT else face


def _null_space(equalities: Array) -> Array:
    """Return orthonormal columns spanning the vectors that `equalities` maps to 0."""
    columns = equalities.shape[1]
    if len(equalities) == 0:
        return np.eye(columns)
    _, size, right = np.linalg.svd(equalities, full_matrices=True)
    rank = int((size > 1e-10 * size[0]).sum())
    return right[rank:].T


def _interval(slope: Array, slack: Array) -> tuple[float, float]:
    """Return the z with ``slope z <= slack`` for all rows."""
    up, down = slope > _POINT * 1e-3, slope < -_POINT * 1e-3
    high = float((slack[up] / slope[up]).min()) if up.any() else np.inf
    low = float((slack[down] / slope[down]).max()) if down.any() else -np.inf
    return low, high


def _load(rows: Array, slack: Array) -> Any:
    solver = new_solver()
    d = rows.shape[1]
    unbounded = np.full(d, highspy.kHighsInf)
    solver.addVars(d, -unbounded, unbounded)
    solver.addRows(
        len(rows),
        np.full(len(rows), -highspy.kHighsInf),
        slack,
        rows.size,
        np.arange(0, rows.size, d, dtype=np.int32),
        np.tile(np.arange(d, dtype=np.int32), len(rows)),
        np.ascontiguousarray(rows).ravel(),
    )
    return solver


def _extreme(solver: Any, objective: Array, *, sign: float) -> float:
    """Return the least (sign 1) or greatest (sign -1) value."""
    if not objective.any():
        return 0.0
    for column, cost in enumerate(objective):
        solver.changeColCost(column, float(sign * cost))
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        # Features of full rank leave no direction in which all deviations stay the same,
        # so the face is bounded and an extreme exists.
        name = solver.modelStatusToString(status)
        message = (
            f"the range over all optimal parameters ended as '{name}', not 'Optimal'. Remedy: "
            "look for inputs that are almost multiples of each other."
        )
        raise InfeasibleError(message)
    return sign * float(solver.getInfo().objective_function_value)
