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

Few rows of G ever bind, so the solver starts with the tightest. With many observations
most of their multipliers are known beforehand as well: a_i = 0 well below the surface,
a_i = upper well above it. Then only columns near the last surface, moved to the new
quantile, are handed over (after Portnoy and Koenker 1997, Statistical Science 12,
279-300); with very many, a Newton step on all of them foresees where the surface will
run, and the band is narrower still. What was left out on the wrong side is brought in and
the solve goes on.
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
    Numbers = NDArray[np.intp]

_MOST_ROUNDS = 500
_ALL_AT_ONCE = 700  # observations up to which leaving some out costs more than it saves
_FORESEEN = 20_000  # observations from which a Newton step costs less than a wide band
_WRONG_SIDE = 1e-10
_BINDING = 1e-9
_MOST_AT_ONCE = 5_000  # observations brought in between two solves


@dataclass(frozen=True, eq=False)
class Vertex:
    """Where the simplex method stopped, as it reports it."""

    share: float
    theta: Array  # (P,)
    multipliers: Array  # (n + rows so far,)
    basic: Numbers  # (P,) column numbers; negative for the slack of an equation


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
        self._first_rows = len(bounds)
        self._leaves_out = len(offset) > _ALL_AT_ONCE and bool(np.isfinite(upper))
        self._resting = np.zeros(len(offset))  # a_i of the observations left out
        # Least squares: a first guess of where the surface runs.
        guess = np.linalg.lstsq(features.T @ features, -(features.T @ offset))[0]
        self._theta: Array = np.asarray(guess, dtype=np.float64)
        self._sample: DualProgramme | None = None  # for foreseeing with very many
        self._hold(np.arange(0 if self._leaves_out else len(offset)))

    def _columns(self, numbers: Numbers) -> tuple[Array, Array, Array]:
        """Return dual columns (each a row), costs and upper bounds by column number."""
        n = len(self.offset)
        of_observations, of_rows = numbers[numbers < n], numbers[numbers >= n] - n
        upper = np.full(len(numbers), highspy.kHighsInf)
        upper[: len(of_observations)] = min(self.upper, highspy.kHighsInf)
        columns = np.vstack([self.features[of_observations], -self.rows[of_rows]])
        cost = np.concatenate([self.offset[of_observations], self.bounds[of_rows]])
        return columns, cost, upper

    def _hold(self, observations: Numbers) -> None:
        """Start a solver with these observations, the tightest rows and every cut."""
        n, p = self.features.shape
        slack = self.bounds - self.rows @ self._theta
        tightest = np.sort(np.argsort(slack[: self._first_rows])[: 4 * p])
        cuts = np.arange(self._first_rows, len(slack))
        self._start(np.concatenate([observations, n + tightest, n + cuts]))

    def _start(self, numbers: Numbers) -> None:
        """Start a solver with these columns, in ascending order."""
        p = self.features.shape[1]
        self._solver = new_solver()
        nothing = np.zeros(0, dtype=np.int32)
        self._solver.addRows(p, np.zeros(p), np.zeros(p), 0, nothing, nothing, np.zeros(0))
        _append_columns(self._solver, *self._columns(numbers))
        self._held = numbers

    def add_rows(self, rows: Array, bounds: Array) -> None:
        """Append primal rows G theta <= h, that is, dual columns at their lower bound."""
        first = len(self.offset) + len(self.bounds)
        self.rows = np.vstack([self.rows, rows])
        self.bounds = np.concatenate([self.bounds, bounds])
        self._bring_in(np.arange(first, first + len(bounds)))

    def _bring_in(self, numbers: Numbers) -> None:
        _append_columns(self._solver, *self._columns(numbers))
        self._held = np.concatenate([self._held, numbers])

    def solve(self, share: float, cuts: Callable[[Array], int]) -> Vertex:
        """Solve for one share of observations above, from where the last solve ended.

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
        if self._leaves_out:
            self._hold_near(share)
        for _ in range(_MOST_ROUNDS):
            theta = self._run(share)
            if cuts(theta) + self._bring_in_wrong(theta) == 0:
                return self._vertex(share, theta)
        message = (
            f"constraints still violated after {_MOST_ROUNDS} rounds of cuts (share {share:.6g}). "
            "Remedy: estimate without null-jointness and look at the coverage."
        )
        raise InfeasibleError(message)

    def _hold_near(self, share: float) -> None:
        """Hold what is near the surface of this share, as far as it can be foreseen."""
        n, p = self.features.shape
        if n > _FORESEEN:
            self._theta = self._foreseen(share)
            distance = self.offset + self.features @ self._theta
            held = np.argpartition(np.abs(distance), 2 * (3 * p + int(n**0.5)))
            held = np.sort(held[: 2 * (3 * p + int(n**0.5))])
            self._resting = np.where(distance < 0.0, self.upper, 0.0)
            self._resting[held] = 0.0
            self._hold(held)
            return
        # Portnoy and Koenker's sample size: the surface moves by less, almost always.
        reach = 3 * p + int(0.4 * (p + 1) ** (1 / 3) * n ** (2 / 3))
        order = np.argsort(self.offset + self.features @ self._theta)
        above = round(share * n)
        first, last = max(above - reach, 0), above + reach
        self._resting[order[:first]] = self.upper
        self._resting[order[first:]] = 0.0
        self._hold(np.sort(order[first:last]))

    def _foreseen(self, share: float) -> Array:
        """Return where the surface will run: that of a subsample, then Newton steps on all."""
        from tanshi.frontier.prediction import newton_steps

        if self._sample is None:
            step = -(-len(self.offset) // _FORESEEN)
            self._sample = DualProgramme(
                np.ascontiguousarray(self.features[::step]),
                np.ascontiguousarray(self.offset[::step]),
                self.rows,
                self.bounds,
                self.upper,
            )
        start = self._sample.solve(share, lambda _: 0).theta
        binding = np.abs(self._sample.bounds - self._sample.rows @ start) <= _BINDING
        return newton_steps(
            self.features,
            self.offset,
            start,
            target=share * self._column_sums,
            fixed=self._sample.rows[binding],
        )

    def _bring_in_wrong(self, theta: Array) -> int:
        """Bring in what was left out on the wrong side of the surface; return how many."""
        n = len(self.offset)
        wrong = self.rows @ theta - self.bounds > _WRONG_SIDE
        wrong[self._held[self._held >= n] - n] = False
        numbers = n + np.flatnonzero(wrong)
        if self._leaves_out:
            distance = self.offset + self.features @ theta
            far = np.where(self._resting > 0.0, -distance, distance) < -_WRONG_SIDE
            far[self._held[self._held < n]] = False
            found = np.flatnonzero(far)
            if len(found) > _MOST_AT_ONCE:  # the surface will move back before it needs them all
                found = found[np.argpartition(-np.abs(distance[found]), _MOST_AT_ONCE)]
                found = np.sort(found[:_MOST_AT_ONCE])
            self._resting[found] = 0.0
            numbers = np.concatenate([found, numbers])
        if len(numbers):
            self._bring_in(numbers)
        return len(numbers)

    def _run(self, share: float) -> Array:
        """Run the solver on what it holds and return theta."""
        status = self._run_held(share)
        total = len(self.offset) + len(self.bounds)
        if status != highspy.HighsModelStatus.kOptimal and len(self._held) < total:
            self._resting[:] = 0.0
            self._start(np.arange(total))
            status = self._run_held(share)
        if status != highspy.HighsModelStatus.kOptimal:
            name = self._solver.modelStatusToString(status)
            message = (
                f"the linear programme ended as '{name}', not 'Optimal' (share {share:.6g}, "
                f"{len(self.offset)} observations, {len(self.rows)} constraint rows). Remedy: "
                "look for inputs that are almost multiples of each other."
            )
            raise InfeasibleError(message)
        return -np.array(self._solver.getSolution().row_dual)

    def _run_held(self, share: float) -> Any:
        target = share * self._column_sums - self._resting @ self.features
        self._solver.changeRowsBounds(len(target), self._row_numbers, target, target)
        self._solver.run()
        return self._solver.getModelStatus()

    def _vertex(self, share: float, theta: Array) -> Vertex:
        """Read where the solver stands, by the numbers of all columns."""
        self._theta = theta
        multipliers = np.concatenate([self._resting, np.zeros(len(self.bounds))])
        multipliers[self._held] = self._solver.getSolution().col_value
        held_basic = np.array(self._solver.getBasicVariables()[1])
        basic = np.where(held_basic >= 0, self._held[held_basic], -1)
        return Vertex(share, theta, multipliers, basic)

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
            each = np.arange(len(which))[:, None]
            resting[each, basic] = 0.0
            share = np.array([vertices[i].share for i in which])
            rest = np.outer(share, self._column_sums) - resting[:, :n] @ self.features
            transposed = matrices.transpose(0, 2, 1)
            solved = np.linalg.solve(transposed, rest[..., None])[..., 0]
            resting[each, basic] = solved
            values[which] = resting
        shares = np.array([vertex.share for vertex in vertices])
        return Solutions(shares, theta, values[:, :n], values[:, n:], full_rank)


def _append_columns(solver: Any, columns: Array, cost: Array, upper: Array) -> None:
    """Append dual columns, each a row of `columns`, with lower bound 0."""
    # Arrays go to the solver as they are; a HighsLp would turn each into a list first.
    count, p = columns.shape
    solver.addCols(
        count,
        np.ascontiguousarray(cost),
        np.zeros(count),
        upper,
        columns.size,
        np.arange(0, columns.size, p, dtype=np.int32),
        np.tile(np.arange(p, dtype=np.int32), count),
        np.ascontiguousarray(columns).ravel(),
    )
