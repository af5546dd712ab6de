"""The estimator's linear programme in dual form, on one warm basis.

Primal (Eq. 3 in free parameters): choose theta to minimise

    sum_i share * max(D_i, 0) + other * max(-D_i, 0),   D_i = b_i + f_i theta,
    subject to G theta <= h.

With multipliers a_i (observations) and mu_j (rows) the dual has only P rows:

    minimise b a + h mu   subject to   F' a - G' mu = share * F' 1,
                                       0 <= a <= upper,  mu >= 0,

where share = 1 - tau and upper = 1 give the quantile tau, and share = 1 with no upper
bound gives the deterministic frontier (min sum D, D >= 0). tau stands in the
right-hand side alone, so the optimal basis of one quantile is dual feasible for the
next and the simplex method goes on from there. A cut is one more column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from tanshi.core import InfeasibleError
from tanshi.frontier._highs import new_solver

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_MOST_ROUNDS = 500


@dataclass(frozen=True, eq=False)
class Vertex:
    """Where the simplex method stopped, as it reports it."""

    share: float
    theta: Array  # (P,)
    multipliers: Array  # (n + rows so far,)
    basic: NDArray[np.intp]  # (P,) column numbers; negative for the slack of an equation


@dataclass(frozen=True, eq=False)
class Solutions:
    """Optimal vertices, one a share, refined: parameters and multipliers."""

    share: Array  # (T,)
    theta: Array  # (T, P)
    observation_multiplier: Array  # a, (T, n)
    row_multiplier: Array  # mu, (T, m)
    full_rank: NDArray[np.bool_]  # (T,) whether the basis is made of P data columns


class DualProgramme:
    """One dual programme that takes new right-hand sides and new cuts.

    Parameters
    ----------
    features : (n, P) array
        F.
    offset : (n,) array
        b, mean-normalised emissions.
    rows, bounds : (m, P) and (m,) arrays
        G and h.
    upper : float
        Upper bound of every a_i; may be ``inf``.
    """

    def __init__(
        self, features: Array, offset: Array, rows: Array, bounds: Array, upper: float
    ) -> None:
        self.features = features
        self.offset = offset
        self.rows = rows
        self.bounds = bounds
        self.upper = upper
        self._column_sums = features.sum(axis=0)
        self._row_numbers = np.arange(features.shape[1], dtype=np.int32)
        self._solver = self._load()

    def _load(self) -> Any:
        n, p = self.features.shape
        columns = np.vstack([self.features, -self.rows])
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(columns), p
        model.col_cost_ = np.concatenate([self.offset, self.bounds])
        model.col_lower_ = np.zeros(len(columns))
        upper = np.full(len(columns), highspy.kHighsInf)
        upper[:n] = min(self.upper, highspy.kHighsInf)
        model.col_upper_ = upper
        model.row_lower_ = model.row_upper_ = np.zeros(p)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.num_col_, model.a_matrix_.num_row_ = len(columns), p
        model.a_matrix_.start_ = np.arange(0, columns.size + 1, p, dtype=np.int32)
        model.a_matrix_.index_ = np.tile(np.arange(p, dtype=np.int32), len(columns))
        model.a_matrix_.value_ = columns.ravel()
        solver = new_solver()
        solver.passModel(model)
        return solver

    def add_rows(self, rows: Array, bounds: Array) -> None:
        """Append primal rows G theta <= h, that is, dual columns at their lower bound."""
        p = rows.shape[1]
        count = len(rows)
        self._solver.addCols(
            count,
            np.ascontiguousarray(bounds),
            np.zeros(count),
            np.full(count, highspy.kHighsInf),
            rows.size,
            np.arange(0, rows.size, p, dtype=np.int32),
            np.tile(np.arange(p, dtype=np.int32), count),
            np.ascontiguousarray(-rows).ravel(),
        )
        self.rows = np.vstack([self.rows, rows])
        self.bounds = np.concatenate([self.bounds, bounds])

    def solve(self, share: float, cuts: Callable[[Array], int]) -> Vertex:
        """Solve for one share of observations above, from the basis that stands.

        Parameters
        ----------
        share : float
            1 - tau, or 1 for the deterministic frontier.
        cuts : callable
            Given theta, adds the rows that it violates and returns how many.

        Raises
        ------
        InfeasibleError
            The solver ends in anything but an optimum.
        """
        target = share * self._column_sums
        self._solver.changeRowsBounds(len(target), self._row_numbers, target, target)
        for _ in range(_MOST_ROUNDS):
            self._run(share)
            answer = self._solver.getSolution()
            theta = -np.array(answer.row_dual)
            if cuts(theta) == 0:
                basic = np.array(self._solver.getBasicVariables()[1])
                return Vertex(share, theta, np.array(answer.col_value), basic)
        message = (
            f"constraints still violated after {_MOST_ROUNDS} rounds of cuts (share {share:.6g}). "
            "Remedy: estimate without null-jointness and look at the coverage."
        )
        raise InfeasibleError(message)

    def _run(self, share: float) -> None:
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            name = self._solver.modelStatusToString(status)
            message = (
                f"the linear programme ended as '{name}', not 'Optimal' (share {share:.6g}, "
                f"{len(self.offset)} observations, {len(self.rows)} constraint rows). Remedy: "
                "look for inputs that are almost multiples of each other."
            )
            raise InfeasibleError(message)

    def refine(self, vertices: Sequence[Vertex]) -> Solutions:
        """Solve the optimal bases again in full precision, all at once.

        The simplex method updates a factorisation; one fresh solve of P equations puts
        the basic observations on the surface to rounding error, which the test for an
        observation exactly on a quantile relies on.
        """
        n = len(self.offset)
        columns = np.vstack([self.features, -self.rows])
        cost = np.concatenate([self.offset, self.bounds])
        theta = np.stack([vertex.theta for vertex in vertices])
        values = np.zeros((len(vertices), len(cost)))
        for one, vertex in zip(values, vertices, strict=True):
            one[: len(vertex.multipliers)] = vertex.multipliers
        # A slack of an equation is basic only where rows are redundant: leave those alone.
        full_rank = np.array([bool((vertex.basic >= 0).all()) for vertex in vertices])
        which = [i for i, whole in enumerate(full_rank) if whole]
        if which:
            basic = np.stack([vertices[i].basic for i in which])
            matrices = columns[basic]  # (t, P, P), a basic column a row
            theta[which] = np.linalg.solve(matrices, -cost[basic][..., None])[..., 0]
            # What is not basic stands at a bound: 0, or `upper` for an observation.
            resting = np.zeros_like(values[which])
            if np.isfinite(self.upper):
                resting[:, :n][values[which, :n] > 0.5 * self.upper] = self.upper
            np.put_along_axis(resting, basic, 0.0, axis=1)
            share = np.array([vertices[i].share for i in which])
            rest = np.outer(share, self._column_sums) - resting[:, :n] @ self.features
            transposed = matrices.transpose(0, 2, 1)
            solved = np.linalg.solve(transposed, rest[..., None])[..., 0]
            np.put_along_axis(resting, basic, solved, axis=1)
            values[which] = resting
        shares = np.array([vertex.share for vertex in vertices])
        return Solutions(shares, theta, values[:, :n], values[:, n:], full_rank)
