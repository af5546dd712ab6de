"""The relaxed programmes of convex regression: fitted heights under the cuts found so far.

Fitted heights phi_i = g(x_i, s_i) belong to a concave, monotone g exactly when no weighted
mean of others passes above one of them (Afriat 1972; Kuosmanen 2008). Each such inequality,

    phi_j >= sum_k lambda_k phi_k - up,

holds for every g, so that any set of them relaxes the problem and its dual bounds the
optimum from below. With D_i = b_i + phi_i = inside_i - above_i, both >= 0, the loss is
linear (quantiles, HiGHS) or quadratic (expectiles, Clarabel) in 2 n variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import clarabel
import highspy
import numpy as np
import scipy.sparse as sp

from tanshi.core import InfeasibleError
from tanshi.frontier._highs import new_solver
from tanshi.frontier.certificate import asymmetric_squares, expectile_dual, pinball_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.frontier._envelope import Envelope, Facets

    Array = NDArray[np.float64]

_CUTS_HELD = 4  # times n, beyond which the slackest are let go
_LET_GO = 0.6  # share of them
# Whatever it calls them: heights and multipliers are judged by the certificate.
_SOLVED = ("Solved", "AlmostSolved", "InsufficientProgress")
_TIGHTEST = 1e-11
_FEASIBLE = 1e-10


@dataclass(frozen=True, eq=False)
class Cuts:
    """Inequalities matrix @ phi >= bounds.

    Parameters
    ----------
    matrix : sparse (m, n) array
        1 at j, -lambda at others.
    bounds : (m,) array
        -up.
    """

    matrix: Any
    bounds: Array

    @classmethod
    def of(cls, envelope: Envelope, facets: Facets, rows: NDArray[np.intp]) -> Cuts:
        """Return the inequality of each of some places: no lower than what carries it."""
        basic, weights = facets.basic[rows], facets.weights[rows]
        n, m = envelope.n_points, len(rows)
        carries = (basic < n) & (weights > 0.0)
        of_row = np.repeat(np.arange(m), carries.sum(axis=1))
        own = sp.csr_array((np.ones(m), (np.arange(m), rows)), shape=(m, n))
        others = sp.csr_array((weights[carries], (of_row, basic[carries])), shape=(m, n))
        up = np.where(basic == envelope.up, weights, 0.0).sum(axis=1)
        return cls((own - others).tocsr(), -up)

    @property
    def count(self) -> int:
        """How many."""
        return len(self.bounds)

    def kept(self, which: NDArray[np.bool_]) -> Cuts:
        """Return some of them."""
        return Cuts(self.matrix[np.flatnonzero(which)], self.bounds[which])

    def and_also(self, others: Cuts) -> Cuts:
        """Return both."""
        return Cuts(
            sp.vstack([self.matrix, others.matrix]).tocsr(),
            np.concatenate([self.bounds, others.bounds]),
        )

    def slack(self, heights: Array) -> Array:
        """Return by how much each holds."""
        return np.asarray(self.matrix @ heights - self.bounds)

    def invalidity(self, points: Array) -> float:
        """Return by how much one of them could fail for a concave, monotone function.

        Recomputed from the places: weights of others below 0 or not summing to 1, a mean of
        inputs above those at j, or a mean of s so low that `up` does not reach s_j.
        """
        if self.count == 0:
            return 0.0
        means = self.matrix @ np.column_stack([points, np.ones(len(points))])
        entries = self.matrix.tocoo()
        own = np.asarray(self.matrix.argmax(axis=1)).ravel()[entries.row]
        others = entries.data[entries.col != own]
        # The row holds z_j less the mean of the others: at least 0 in x, at most `up` in s.
        return max(
            float(others.max(initial=0.0)),
            float(np.abs(means[:, -1]).max()),
            float((-means[:, :-2]).max()),
            float((means[:, -2] + self.bounds).max()),
        )


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The optimum under the cuts held.

    Parameters
    ----------
    heights : (n,) array
        phi.
    bound : float
        The dual objective: no concave, monotone function does better.
    infeasibility : float
        Of the multipliers.
    """

    heights: Array
    bound: float
    infeasibility: float


class Programme(Protocol):
    """The relaxed programme of either loss."""

    cuts: Cuts

    def loss(self, distance: Array, tau: float) -> float:
        """Return the loss of distances (n,)."""

    def add(self, cuts: Cuts) -> None:
        """Append inequalities."""

    def let_go(self, heights: Array) -> None:
        """Drop the slackest inequalities where there are many; the optimum stays."""

    def solve(self, tau: float, accuracy: float = _TIGHTEST) -> Relaxed:
        """Solve to a relative gap that may be wide between rounds of cuts."""


class QuantileProgramme:
    """The linear programme; it goes on from its last basis."""

    def __init__(self, emissions: Array) -> None:
        n = len(emissions)
        self._emissions = emissions
        self._solver = new_solver()
        self._solver.addVars(2 * n, np.zeros(2 * n), np.full(2 * n, highspy.kHighsInf))
        self.cuts = Cuts(sp.csr_array((0, n)), np.empty(0))

    def loss(self, distance: Array, tau: float) -> float:
        """Return the loss of distances (n,)."""
        return float(pinball_loss(distance[None], np.array([tau]))[0])

    def add(self, cuts: Cuts) -> None:
        """Append inequalities."""
        self.cuts = self.cuts.and_also(cuts)
        rows = sp.hstack([cuts.matrix, -cuts.matrix]).tocsr()
        lower = cuts.bounds + cuts.matrix @ self._emissions
        self._solver.addRows(
            cuts.count,
            lower,
            np.full(cuts.count, highspy.kHighsInf),
            rows.nnz,
            rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data,
        )

    def let_go(self, heights: Array) -> None:
        """Drop the slackest inequalities where there are many; the optimum stays."""
        basis = self._solver.getBasis()
        loose = [status == highspy.HighsBasisStatus.kBasic for status in basis.row_status]
        drop = _slackest(self.cuts.slack(heights), np.array(loose), len(heights))
        if not drop.any():
            return
        statuses = [s for s, gone in zip(basis.row_status, drop, strict=True) if not gone]
        self._solver.deleteRows(int(drop.sum()), np.flatnonzero(drop).astype(np.int32))
        basis.row_status = statuses
        self._solver.setBasis(basis)
        self.cuts = self.cuts.kept(~drop)

    def solve(self, tau: float, accuracy: float = _TIGHTEST) -> Relaxed:
        """Solve for one quantile: a vertex, and so no less accurate than can be."""
        del accuracy
        n = len(self._emissions)
        costs = np.concatenate([np.full(n, 1.0 - tau), np.full(n, tau)])
        self._solver.changeColsCost(2 * n, np.arange(2 * n, dtype=np.int32), costs)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise InfeasibleError(_failed(self._solver.modelStatusToString(status), tau))
        solution = self._solver.getSolution()
        sides = np.array(solution.col_value)
        multipliers = np.maximum(np.array(solution.row_dual), 0.0)
        slope = self.cuts.matrix.T @ multipliers
        # Where -tau <= slope <= 1 - tau, loss(D) - slope D has its least value, 0, at D = 0.
        return Relaxed(
            sides[:n] - sides[n:] - self._emissions,
            float(slope @ self._emissions + multipliers @ self.cuts.bounds),
            max(float(slope.max()) - (1.0 - tau), -tau - float(slope.min()), 0.0),
        )


class ExpectileProgramme:
    """The quadratic programme; an interior point method starts anew each time.

    Parameters
    ----------
    emissions : (n,) array
    size : float, > 0
        Of a usual distance; the solver sees distances in units of it, that is, near 1.
    """

    def __init__(self, emissions: Array, size: float) -> None:
        self._emissions = emissions
        self._size = size
        self.cuts = Cuts(sp.csr_array((0, len(emissions))), np.empty(0))

    def loss(self, distance: Array, tau: float) -> float:
        """Return the loss of distances (n,)."""
        return asymmetric_squares(distance, tau)

    def add(self, cuts: Cuts) -> None:
        """Append inequalities."""
        self.cuts = self.cuts.and_also(cuts)

    def let_go(self, heights: Array) -> None:
        """Drop the slackest inequalities where there are many; the optimum stays."""
        slack = self.cuts.slack(heights)
        drop = _slackest(slack, slack > np.median(slack), len(heights))
        self.cuts = self.cuts.kept(~drop)

    def solve(self, tau: float, accuracy: float = _TIGHTEST) -> Relaxed:
        """Solve for one expectile, to a relative gap that may be wide between rounds of cuts."""
        n, m = len(self._emissions), self.cuts.count
        weights = np.concatenate([np.full(n, 2.0 * (1.0 - tau)), np.full(n, 2.0 * tau)])
        rows = sp.vstack([sp.hstack([-self.cuts.matrix, self.cuts.matrix]), -sp.eye_array(2 * n)])
        bounds = -(self.cuts.bounds + self.cuts.matrix @ self._emissions) / self._size
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        settings.max_threads = 1
        settings.tol_gap_abs = settings.tol_gap_rel = max(accuracy, _TIGHTEST)
        settings.tol_feas = max(accuracy, _FEASIBLE)
        solver = clarabel.DefaultSolver(
            sp.csc_matrix(sp.diags_array(weights)),
            np.zeros(2 * n),
            sp.csc_matrix(rows),
            np.concatenate([bounds, np.zeros(2 * n)]),
            [clarabel.NonnegativeConeT(m + 2 * n)],
            settings,
        )
        solution = solver.solve()
        if str(solution.status) not in _SOLVED:
            raise InfeasibleError(_failed(str(solution.status), tau))
        sides = self._size * np.array(solution.x)
        multipliers = self._size * np.maximum(np.array(solution.z)[:m], 0.0)
        slope = self.cuts.matrix.T @ multipliers
        bound = expectile_dual(slope, self._emissions, tau) + float(multipliers @ self.cuts.bounds)
        # Any multipliers >= 0 give a bound here: there is nothing for them to violate.
        return Relaxed(sides[:n] - sides[n:] - self._emissions, bound, 0.0)


def _slackest(slack: Array, loose: NDArray[np.bool_], n: int) -> NDArray[np.bool_]:
    if len(slack) <= _CUTS_HELD * n:
        return np.zeros(len(slack), dtype=bool)
    return loose & (slack > np.quantile(slack, 1.0 - _LET_GO))


def _failed(status: str, tau: float) -> str:
    return (
        f"the programme of the convex frontier at tau = {tau:g} ended as '{status}'. Remedy: look "
        "for values of very different size within one column."
    )
