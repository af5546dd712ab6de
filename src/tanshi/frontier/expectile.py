"""Estimate the quadratic directional output distance function at expectiles.

The loss of Zhang & Chang (2025), Eq. 3, with distances squared (Newey & Powell 1987):

    minimise   sum_i (1 - tau) max(D_i, 0)^2 + tau max(-D_i, 0)^2

under the same constraints. Expectiles use how far observations lie from the surface, not
only on which side, so that their optimum is unique; the share that they cover is a result
and not tau.

The objective is quadratic as long as no observation changes sides: one constrained least
squares problem after another, each with the sides of the last, ends when the sides stay.
The dual that certifies it: for any g and mu >= 0 with F'g + G'mu = 0,

    sum_i g_i b_i - g_i^2 / (4 w_i) - h mu,   w_i = 1 - tau where g_i > 0, tau elsewhere,

bounds the optimum from below; g_i = 2 w_i D_i attains it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import InfeasibleError, frozen
from tanshi.frontier._least_squares import constrained_minimum
from tanshi.frontier.certificate import asymmetric_squares, checked, expectile_dual
from tanshi.frontier.optimal_face import OptimalFace
from tanshi.frontier.quantile import PAPER_TAUS, checked_taus
from tanshi.frontier.results import FrontierEstimate
from tanshi.frontier.shape import QuadraticShape
from tanshi.frontier.surfaces import QuadraticSurfaces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tanshi.frontier.certificate import Certificate
    from tanshi.frontier.inputs import FrontierInputs

    Array = NDArray[np.float64]

_MOST_STEPS = 200
_MOST_ROUNDS = 500
_HALVINGS = 30
_ON_SURFACE = 1e-12


def estimate_expectile_frontier(
    inputs: FrontierInputs,
    *,
    taus: Sequence[float] = PAPER_TAUS,
    null_jointness: bool = True,
    progress: Callable[[], None] | None = None,
) -> FrontierEstimate:
    """Estimate the expectile directional distance function on a grid.

    Parameters
    ----------
    inputs : FrontierInputs
        The panel.
    taus : sequence of float, strictly between 0 and 1, ascending
        Expectiles; by default the paper's quantiles.
    null_jointness : bool, default True
        Impose D(x_i, y_i, 0) <= -1e-6 at every observation.
    progress : callable, optional
        Called after each expectile.

    Returns
    -------
    FrontierEstimate
        As of quantiles; ``method`` is "expectile", and every optimum is unique.

    Raises
    ------
    InputError
        `taus` empty, not ascending, or outside (0, 1).
    NotIdentifiedError
        The features of (x, s) are collinear.
    InfeasibleError, CertificateError
        No function satisfies the constraints, or the answer failed its check.

    References
    ----------
    Newey, W., Powell, J. (1987), Econometrica 55, 819-847. Kuosmanen, T., Zhou, X., Dai, S.
    (2020), World Development 125, on expectiles of abatement costs.

    Examples
    --------
    >>> from tanshi.frontier.simulation import simulate_technology
    >>> panel = simulate_technology(40, 2, seed=1).inputs
    >>> estimate = estimate_expectile_frontier(panel, taus=[0.5])
    >>> estimate.method, estimate.unique, estimate.certificates[0].holds
    ('expectile', (True,), True)
    """
    grid = checked_taus(taus)
    programme = _Programme(QuadraticShape(inputs, null_jointness=null_jointness))
    found, certificates = [], []
    for tau in grid:
        theta, multipliers = programme.solve(tau)
        found.append(theta)
        certificates.append(programme.certificate(theta, multipliers, tau))
        if progress is not None:
            progress()
    theta = np.vstack(found)
    return FrontierEstimate(
        inputs=inputs,
        taus=grid,
        method="expectile",
        null_jointness=null_jointness,
        surfaces=QuadraticSurfaces(
            free_parameters=frozen(theta), faces=tuple(OptimalFace.point(one) for one in theta)
        ),
        certificates=tuple(certificates),
        active_constraints=programme.active(theta),
    )


class _Programme:
    """The constrained least squares of one panel; cuts and last solution stay."""

    def __init__(self, shape: QuadraticShape) -> None:
        self.shape = shape
        self.rows, self.bounds = shape.rows, shape.bounds
        features = shape.features
        guess = np.linalg.lstsq(features.T @ features, -(features.T @ shape.emissions))[0]
        self.theta: Array = np.asarray(guess, dtype=np.float64)

    def solve(self, tau: float) -> tuple[Array, Array]:
        """Return parameters and multipliers, with null-jointness cuts until none is violated."""
        for _ in range(_MOST_ROUNDS):
            self.theta, multipliers = self._settled(tau)
            rows, bounds = self.shape.cuts(self.theta)
            if len(bounds) == 0:
                return self.theta, multipliers
            self.rows = np.vstack([self.rows, rows])
            self.bounds = np.concatenate([self.bounds, bounds])
        message = (
            f"constraints still violated after {_MOST_ROUNDS} rounds of cuts (tau = {tau:g}). "
            "Remedy: estimate without null-jointness and look at the coverage."
        )
        raise InfeasibleError(message)

    def _settled(self, tau: float) -> tuple[Array, Array]:
        """Solve with the sides of the last solution until they are those of its own."""
        inside = self._distance(self.theta) > 0.0
        target, multipliers = self._with_sides(inside, tau)
        theta = target
        for _ in range(_MOST_STEPS):
            distance = self._distance(theta)
            now = distance > 0.0
            # An observation on the surface to rounding has no side, and no weight either.
            if theta is target and not ((now != inside) & (np.abs(distance) > _ON_SURFACE)).any():
                return theta, multipliers
            inside = now
            target, multipliers = self._with_sides(inside, tau)
            theta = self._descent(theta, target, tau)
        message = (
            f"the sides of the expectile did not settle in {_MOST_STEPS} steps (tau = {tau:g}). "
            "Remedy: look for values of very different size within one column."
        )
        raise InfeasibleError(message)

    def _distance(self, theta: Array) -> Array:
        distance: Array = self.shape.emissions + self.shape.features @ theta
        return distance

    def _with_sides(self, inside: NDArray[np.bool_], tau: float) -> tuple[Array, Array]:
        root = np.sqrt(2.0 * np.where(inside, 1.0 - tau, tau))
        matrix = self.shape.features * root[:, None]
        return constrained_minimum(matrix, root * self.shape.emissions, self.rows, self.bounds)

    def _descent(self, start: Array, target: Array, tau: float) -> Array:
        """Return the target, or the first halving of the step that does not raise the loss."""
        # Both ends satisfy the constraints, and so does all between them.
        loss = asymmetric_squares(self._distance(start), tau)
        theta = target
        for _ in range(_HALVINGS):
            if asymmetric_squares(self._distance(theta), tau) <= loss:
                return theta
            theta = 0.5 * (start + theta)
        return target

    def certificate(self, theta: Array, multipliers: Array, tau: float) -> Certificate:
        """Prove one solution against the data."""
        distance = self._distance(theta)
        slope = 2.0 * np.where(distance > 0.0, 1.0 - tau, tau) * distance
        of_data = self.shape.features.T @ slope
        residual = np.abs(of_data + self.rows.T @ multipliers).max()
        size = max(1.0, float((np.abs(self.shape.features) * np.abs(slope)[:, None]).sum(0).max()))
        return checked(
            f"the expectile tau = {tau:g}",
            objective=asymmetric_squares(distance, tau),
            dual_objective=expectile_dual(slope, self.shape.emissions, tau)
            - float(self.bounds @ multipliers),
            primal_infeasibility=float(self.shape.violation(theta[None])[0]),
            dual_infeasibility=max(float(residual) / size, -float(multipliers.min())),
        )

    def active(self, theta: Array) -> tuple[dict[str, int], ...]:
        """Count the constraints that bind."""
        return self.shape.active(theta, self.rows, self.bounds)
