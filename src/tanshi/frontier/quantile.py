"""Estimate the quantile and the deterministic directional output distance functions.

Zhang & Chang (2025), Eq. 3, corrected: weights 1 - tau on D > 0 and tau on D < 0 put
about a share tau of the observations at D > 0, so the frontier is tau -> 1 (the print
says tau = 0). The deterministic frontier, D >= 0 with least sum of D (Färe et al. 2005),
is a programme of its own. Null-jointness, D(x, y, 0) <= -delta, is quadratic in the data
and enters by cuts: the rows that a solution violates are added until none is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, NotIdentifiedError, frozen
from tanshi.frontier._dual_lp import DualProgramme
from tanshi.frontier.certificate import certify
from tanshi.frontier.optimal_face import OptimalFace, optimal_face
from tanshi.frontier.results import FrontierEstimate
from tanshi.frontier.technology import (
    gradient_coefficients,
    hull_vertices,
    monotonicity_rows,
    null_joint_points,
    quadratic_features,
    translation_points,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tanshi.frontier._dual_lp import Array, Vertex
    from tanshi.frontier.certificate import Certificate
    from tanshi.frontier.inputs import FrontierInputs

PAPER_TAUS = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
NULL_JOINTNESS_MARGIN = 1e-6
_CUT_TOLERANCE = 1e-10
_CUTS_PER_ROUND = 12
MULTIPLIERS_HELD = 4_000_000  # observations times quantiles that are proven together
_CLEARLY_FULL_RANK = 1e-10


def estimate_quantile_frontier(
    inputs: FrontierInputs,
    *,
    taus: Sequence[float] = PAPER_TAUS,
    null_jointness: bool = True,
    uniqueness: bool = True,
    progress: Callable[[], None] | None = None,
) -> FrontierEstimate:
    """Estimate the quantile directional distance function on a grid of quantiles.

    Parameters
    ----------
    inputs : FrontierInputs
        The panel.
    taus : sequence of float, strictly between 0 and 1, ascending
        Quantiles; by default the paper's 0.05, 0.15, …, 0.95.
    null_jointness : bool, default True
        Impose D(x_i, y_i, 0) <= -1e-6 at every observation. It moves results, so it is
        a switch, and the realised coverage is part of the result.
    uniqueness : bool, default True
        Look for other optima as well; a bootstrap does without, and then every optimum
        counts as the only one.
    progress : callable, optional
        Called after each quantile.

    Returns
    -------
    FrontierEstimate
        Parameters, distances, normalised shadow prices and certificates by tau.

    Raises
    ------
    InputError
        `taus` empty, not ascending, or outside (0, 1).
    NotIdentifiedError
        The features of (x, s) are collinear.
    InfeasibleError, CertificateError
        The solver failed, or its answer failed the check.

    Notes
    -----
    Each quantile is solved exactly, from the optimal basis of the one before. Where
    the optimum is not unique the result says so, with the range of shadow prices over
    the optimal face.

    References
    ----------
    Zhang, C., Chang, N. (2025), Eq. 3. Kuosmanen, T., Zhou, X. (2021), European Journal
    of Operational Research 289, 666-675.
    """
    grid = _checked_taus(taus)
    surface = _Surface(inputs, null_jointness=null_jointness, upper=1.0)
    group = max(1, MULTIPLIERS_HELD // inputs.n_observations)
    parts = []
    for start in range(0, len(grid), group):
        vertices = []
        for tau in grid[start : start + group]:
            vertices.append(surface.solve(1.0 - tau))
            if progress is not None:
                progress()
        labels = [f"tau = {tau:g}" for tau in grid[start : start + group]]
        parts.append(surface.proven(vertices, labels, uniqueness=uniqueness))
    return surface.estimate(grid, parts, deterministic=False)


def estimate_deterministic_frontier(
    inputs: FrontierInputs, *, null_jointness: bool = True
) -> FrontierEstimate:
    """Estimate the frontier that envelops every observation: D >= 0, least sum of D.

    Parameters
    ----------
    inputs : FrontierInputs
        The panel.
    null_jointness : bool, default True
        As in `estimate_quantile_frontier`.

    Returns
    -------
    FrontierEstimate
        With a single column, whose ``taus`` entry is 1.

    Raises
    ------
    NotIdentifiedError, InfeasibleError, CertificateError
        As in `estimate_quantile_frontier`.

    References
    ----------
    Färe, R., Grosskopf, S., Noh, D.W., Weber, W. (2005), Journal of Econometrics 126.
    """
    surface = _Surface(inputs, null_jointness=null_jointness, upper=np.inf)
    part = surface.proven([surface.solve(1.0)], ["the deterministic frontier"])
    return surface.estimate((1.0,), [part], deterministic=True)


@dataclass(frozen=True, eq=False)
class _Proven:
    """Some quantiles' parameters with all that is known about them."""

    theta: Array  # (t, P)
    certificates: tuple[Certificate, ...]
    faces: tuple[OptimalFace, ...]
    active: tuple[dict[str, int], ...]


class _Surface:
    """The programme of one panel, with the constraints checked at every observation."""

    def __init__(self, inputs: FrontierInputs, *, null_jointness: bool, upper: float) -> None:
        self.inputs = inputs
        points = translation_points(inputs)
        features = quadratic_features(points)
        _check_rank(features, inputs.input_names)
        rows, bounds, self.kinds = monotonicity_rows(points[hull_vertices(points)])
        self.hull_rows = len(bounds)
        self.null_joint = quadratic_features(null_joint_points(inputs)) if null_jointness else None
        self.points = points
        self.programme = DualProgramme(
            features, np.asarray(inputs.normalised_emissions), rows, bounds, upper
        )

    def solve(self, share: float) -> Vertex:
        """Solve one share, adding null-jointness cuts until none is violated."""
        return self.programme.solve(share, self._add_cuts)

    def _add_cuts(self, theta: Array) -> int:
        if self.null_joint is None:
            return 0
        excess = self.null_joint @ theta + NULL_JOINTNESS_MARGIN
        if excess.max() <= _CUT_TOLERANCE:
            return 0
        worst = np.argsort(excess)[::-1][:_CUTS_PER_ROUND]
        worst = worst[excess[worst] > _CUT_TOLERANCE]
        cuts = self.null_joint[worst]
        self.programme.add_rows(cuts, np.full(len(worst), -NULL_JOINTNESS_MARGIN))
        return len(worst)

    def _violation(self, theta: Array) -> Array:
        """Return the largest violation at any observation, by row of theta (T, P)."""
        last = self.points.shape[1] - 1
        constant, slope = gradient_coefficients(theta, last + 1)
        excess = []
        for j in range(last + 1):
            gradient = constant[:, j] + self.points @ slope[:, j].T
            if j < last:
                excess.append(-gradient.min(axis=0))
            else:
                excess += [gradient.max(axis=0), -1.0 - gradient.min(axis=0)]
        if self.null_joint is not None:
            excess.append((self.null_joint @ theta.T).max(axis=0) + NULL_JOINTNESS_MARGIN)
        return np.asarray(np.max(excess, axis=0))

    def _active(self, theta: Array) -> tuple[dict[str, int], ...]:
        """Count the constraint rows that hold with equality, by kind, by row of theta."""
        tight = np.abs(self.programme.bounds - theta @ self.programme.rows.T) <= 1e-9
        blocks = tight[:, : self.hull_rows].reshape(len(theta), len(self.kinds), -1)
        counts = np.column_stack([blocks.sum(axis=2), tight[:, self.hull_rows :].sum(axis=1)])
        kinds = (*self.kinds, "null_jointness")
        return tuple(dict(zip(kinds, row, strict=True)) for row in counts.tolist())

    def proven(
        self, vertices: Sequence[Vertex], labels: Sequence[str], *, uniqueness: bool = True
    ) -> _Proven:
        """Refine and certify vertices and find their optimal faces."""
        solutions = self.programme.refine(vertices)
        certificates = certify(
            self.programme, solutions, violation=self._violation(solutions.theta), labels=labels
        )
        if not uniqueness:
            points = tuple(OptimalFace.point(theta) for theta in solutions.theta)
            active = self._active(solutions.theta)
            return _Proven(solutions.theta, certificates, points, active)
        everywhere = self.programme.features[:0] if self.null_joint is None else self.null_joint
        further = (everywhere, np.full(len(everywhere), -NULL_JOINTNESS_MARGIN))
        faces = tuple(
            optimal_face(self.programme, solutions, t, further) for t in range(len(vertices))
        )
        return _Proven(solutions.theta, certificates, faces, self._active(solutions.theta))

    def estimate(
        self, taus: Sequence[float], parts: Sequence[_Proven], *, deterministic: bool
    ) -> FrontierEstimate:
        """Put what is proven side by side as a result."""
        return FrontierEstimate(
            inputs=self.inputs,
            taus=tuple(float(tau) for tau in taus),
            deterministic=deterministic,
            null_jointness=self.null_joint is not None,
            free_parameters=frozen(np.vstack([part.theta for part in parts])),
            faces=tuple(face for part in parts for face in part.faces),
            certificates=tuple(one for part in parts for one in part.certificates),
            active_constraints=tuple(one for part in parts for one in part.active),
        )


def _checked_taus(taus: Sequence[float]) -> tuple[float, ...]:
    grid = tuple(float(tau) for tau in taus)
    inside = all(0.0 < tau < 1.0 for tau in grid)
    ascending = all(low < high for low, high in pairwise(grid))
    if grid and inside and ascending:
        return grid
    raise InputError(
        [
            Fault(
                "not a grid of quantiles",
                ", ".join(f"{tau:g}" for tau in grid) or "nothing",
                "ascending numbers strictly between 0 and 1",
                "for example 0.05,0.15,0.25; the deterministic frontier is always added",
                column="taus",
            )
        ]
    )


def _check_rank(features: Array, input_names: tuple[str, ...]) -> None:
    scaled = features / np.linalg.norm(features, axis=0)
    # Squared singular values, good to rounding of the largest: enough to pass data that
    # are clearly of full rank without a decomposition of all rows.
    squares = np.linalg.eigvalsh(scaled.T @ scaled)
    if squares[0] > _CLEARLY_FULL_RANK * squares[-1]:
        return
    size = np.linalg.svd(scaled, compute_uv=False)
    least = size[-1] if len(size) == features.shape[1] else 0.0  # fewer rows than columns
    if least > 1e-10 * size[0]:
        return
    message = (
        f"the quadratic terms of {', '.join(input_names)} and output + emissions are collinear "
        f"(smallest singular value {least:.1e} of {size[0]:.1e}), so the parameters are not "
        "identified. Allowed: inputs that vary independently of each other and of output. "
        "Remedy: drop an input that is a multiple or a constant, or add observations."
    )
    raise NotIdentifiedError(message)
