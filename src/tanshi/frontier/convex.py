"""Estimate the directional output distance function without a functional form.

Convex regression: D is any function that is convex in (x, y, b), monotone, and has the
translation property. That leaves

    D(x, y, b) = b + g(x, s),   s = y + b,   g(x, s) = min_h alpha_h + beta_h x - gamma_h s,

g concave with beta_h >= 0 and 0 <= gamma_h <= 1: a concave regression of -b on (x, s), with
the loss of quantiles (Kuosmanen & Zhou 2021) or of expectiles (Kuosmanen, Zhou & Dai 2020).
The textbook programme has n (n - 1) inequalities; here those that a solution violates are
added until none is, and solution and center of what is known to be possible are averaged on
the way, which saves rounds (in-out separation, Ben-Ameur & Neto 2007).

The result is the least concave function through the fitted values, given by its
hyperplanes: it satisfies every inequality by construction. What it costs is compared with
the dual of the last relaxed programme, which no concave function can undercut.

Null-jointness, D(x, y, 0) < 0, bounds g(x, y) from above where no observation lies. That is
no linear constraint on the fitted values, and it is not imposed; the estimate counts the
observations at which it fails (`FrontierEstimate.null_joint_violations`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from tanshi.core import Fault, InfeasibleError, InputError, frozen
from tanshi.frontier._convex_programme import Cuts, ExpectileProgramme, QuantileProgramme
from tanshi.frontier._envelope import Envelope
from tanshi.frontier.certificate import checked
from tanshi.frontier.quantile import PAPER_TAUS, checked_taus
from tanshi.frontier.results import FrontierEstimate
from tanshi.frontier.surfaces import TOUCHES, PiecewiseLinearSurfaces
from tanshi.frontier.technology import quadratic_features, translation_points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tanshi.frontier._convex_programme import Programme, Relaxed
    from tanshi.frontier._envelope import Facets
    from tanshi.frontier.certificate import Certificate
    from tanshi.frontier.inputs import FrontierInputs

    Array = NDArray[np.float64]

Loss = Literal["quantile", "expectile"]
LOSSES = ("quantile", "expectile")

_MOST_ROUNDS = 500
_VIOLATED = 1e-10
_NEAR = 1e-4  # relative gap below which averaging with the center no longer helps
_DONE = 1e-10  # relative gap at which what is still violated is rounding
_TOWARDS = 0.5  # how far from the center towards the relaxed solution
_BESIDE = 0.5 * TOUCHES  # how far beside an observation its two slopes are read
_ACCURACY = 1e-3  # of a relaxed solution, as a share of the gap that is left
_SMALLEST = 1e-6  # usual distance; below it there is no noise to speak of
_SAME = 9  # decimals in which hyperplanes that are one agree


def estimate_convex_frontier(
    inputs: FrontierInputs,
    *,
    taus: Sequence[float] = PAPER_TAUS,
    loss: Loss = "quantile",
    progress: Callable[[], None] | None = None,
) -> FrontierEstimate:
    """Estimate convex quantile or expectile frontiers with the direction of the inputs.

    Parameters
    ----------
    inputs : FrontierInputs
        The panel.
    taus : sequence of float, strictly between 0 and 1, ascending
    loss : {"quantile", "expectile"}
    progress : callable, optional
        Called after each tau.

    Returns
    -------
    FrontierEstimate
        Its surfaces are piecewise linear; `output_weight` is the middle of the slopes that
        support the surface at an observation, and low and high are their range *at the
        fitted values found*: fitted quantiles themselves need not be unique, fitted
        expectiles are.

    Raises
    ------
    InputError
        `taus` empty, not ascending, or outside (0, 1), or an unknown loss.
    InfeasibleError, CertificateError
        A solver failed, or the answer failed its check.

    References
    ----------
    Kuosmanen, T., Zhou, X. (2021), European Journal of Operational Research 289, 666-675.
    Kuosmanen, T., Zhou, X., Dai, S. (2020), World Development 125. Kuosmanen, T. (2008),
    Econometrics Journal 11, 308-325. Ben-Ameur, W., Neto, J. (2007), Networks 49, 3-17.

    Examples
    --------
    >>> from tanshi.frontier.simulation import simulate_technology
    >>> panel = simulate_technology(30, 1, seed=1).inputs
    >>> estimate = estimate_convex_frontier(panel, taus=[0.5])
    >>> estimate.method, estimate.certificates[0].holds
    ('convex_quantile', True)
    """
    if loss not in LOSSES:
        fault = Fault("unknown loss", str(loss), ", ".join(LOSSES), "use one of them")
        raise InputError([fault])
    grid = checked_taus(taus)
    emissions = np.asarray(inputs.normalised_emissions)
    regression = _Regression(translation_points(inputs), emissions, loss)
    found = []
    for tau in grid:
        found.append(regression.solve(tau))
        if progress is not None:
            progress()
    planes = tuple(frozen(one) for one, _ in found)
    return FrontierEstimate(
        inputs=inputs,
        taus=grid,
        method=f"convex_{loss}",
        null_jointness=False,
        surfaces=PiecewiseLinearSurfaces(planes),
        certificates=tuple(certificate for _, certificate in found),
        active_constraints=tuple(_binding_signs(one) for one in planes),
    )


class _Regression:
    """One panel; the cuts found for one tau serve the next."""

    def __init__(self, points: Array, emissions: Array, loss: Loss) -> None:
        self.loss = loss
        self.points = points
        self.emissions = emissions
        self.envelope = Envelope(points)
        self.basic = self.envelope.alone(falling=True)
        features = quadratic_features(points)
        self.center: Array = features @ np.linalg.lstsq(features, -emissions)[0]
        size = float(np.sqrt(np.mean((emissions + self.center) ** 2)))
        self.programme: Programme = (
            QuantileProgramme(emissions)
            if loss == "quantile"
            else ExpectileProgramme(emissions, max(size, _SMALLEST))
        )

    def solve(self, tau: float) -> tuple[Array, Certificate]:
        """Return hyperplanes and proof for one tau."""
        facets, relaxed = self._converged(tau)
        planes = self._hyperplanes(facets)
        heights = (self.envelope.places @ planes.T).min(axis=1)
        return planes, checked(
            f"the convex {self.loss} tau = {tau:g}",
            objective=self.programme.loss(self.emissions + heights, tau),
            dual_objective=relaxed.bound,
            # Every observation's own hyperplane at itself against all hyperplanes there.
            primal_infeasibility=float(np.abs(facets.heights - heights).max()),
            dual_infeasibility=max(
                relaxed.infeasibility, self.programme.cuts.invalidity(self.points)
            ),
        )

    def _converged(self, tau: float) -> tuple[Facets, Relaxed]:
        """Add cuts until the relaxed solution is concave and monotone itself."""
        programme = self.programme
        best, accuracy = self._centred(tau), _NEAR
        relaxed = programme.solve(tau, accuracy)
        for number in range(_MOST_ROUNDS):
            gap = (best - relaxed.bound) / max(1.0, best)
            near = gap <= _NEAR
            step = 1.0 if near else _TOWARDS
            facets, violated = self._facets(self.center + step * (relaxed.heights - self.center))
            if len(violated) == 0 and step < 1.0:
                step = 1.0
                facets, violated = self._facets(relaxed.heights)
            objective = programme.loss(self.emissions + facets.heights, tau)
            solved = len(violated) == 0 and accuracy == 0.0
            if solved or objective - relaxed.bound <= _DONE * max(1.0, objective):
                self.center = facets.heights
                return facets, relaxed
            if objective < best:
                best, self.center = objective, facets.heights
            programme.add(Cuts.of(self.envelope, facets, violated))
            accuracy = 0.0 if near or len(violated) == 0 else _ACCURACY * gap
            relaxed = programme.solve(tau, accuracy)
            if number % 2 and not near:
                programme.let_go(relaxed.heights)
        message = (
            f"inequalities still violated after {_MOST_ROUNDS} rounds of cuts (convex "
            f"{self.loss}, tau = {tau:g}). Remedy: look for observations that are almost the same."
        )
        raise InfeasibleError(message)

    def _facets(self, heights: Array) -> tuple[Facets, NDArray[np.intp]]:
        """Return the envelope of heights, and the observations it passes above."""
        facets = self.envelope.facets(heights, self.basic)
        self.basic = facets.basic
        return facets, np.flatnonzero(facets.heights > heights + _VIOLATED)

    def _centred(self, tau: float) -> float:
        """Put the center where the solution is expected, and return its loss."""
        inside = float(np.quantile(self.emissions + self.center, 1.0 - tau))
        self.center = self._facets(self.center - inside)[0].heights
        return self.programme.loss(self.emissions + self.center, tau)

    def _hyperplanes(self, facets: Facets) -> Array:
        """Return what is on top at the observations and on both sides of them along s."""
        found = [facets.planes]
        for side in (-1.0, 1.0):
            places = self.envelope.places.copy()
            places[:, -2] += side * _BESIDE
            start = self.envelope.alone(falling=side < 0.0)
            found.append(self.envelope.facets(facets.heights, start, places).planes)
        planes = np.vstack(found)
        k = self.envelope.n_inputs
        planes[:, :k] = np.maximum(planes[:, :k], 0.0)
        planes[:, k] = np.clip(planes[:, k], -1.0, 0.0)
        _, first = np.unique(planes.round(_SAME), axis=0, return_index=True)
        return planes[np.sort(first)]


def _binding_signs(planes: Array) -> dict[str, int]:
    """Count the hyperplanes on which a sign binds, by kind."""
    k = planes.shape[1] - 2
    counts = {f"input_{i + 1}": int((planes[:, i] == 0.0).sum()) for i in range(k)}
    counts["desirable_output"] = int((planes[:, k] == 0.0).sum())
    counts["undesirable_output"] = int((planes[:, k] == -1.0).sum())
    return counts | {"null_jointness": 0}
