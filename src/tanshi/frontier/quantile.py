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

from tanshi.core import Fault, InputError, frozen
from tanshi.frontier._dual_lp import DualProgramme
from tanshi.frontier.certificate import certify
from tanshi.frontier.optimal_face import OptimalFace, optimal_face
from tanshi.frontier.results import FrontierEstimate
from tanshi.frontier.shape import QuadraticShape
from tanshi.frontier.surfaces import QuadraticSurfaces
from tanshi.frontier.technology import NULL_JOINTNESS_MARGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tanshi.frontier._dual_lp import Array, Vertex
    from tanshi.frontier.certificate import Certificate
    from tanshi.frontier.inputs import FrontierInputs

PAPER_TAUS = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
MULTIPLIERS_HELD = 4_000_000  # observations times quantiles that are proven together


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
    grid = checked_taus(taus)
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
    return surface.estimate(grid, parts, "quantile")


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
    return surface.estimate((1.0,), [part], "deterministic")


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
        self.shape = QuadraticShape(inputs, null_jointness=null_jointness)
        self.programme = DualProgramme(
            self.shape.features, self.shape.emissions, self.shape.rows, self.shape.bounds, upper
        )

    def solve(self, share: float) -> Vertex:
        """Solve one share, adding null-jointness cuts until none is violated."""
        return self.programme.solve(share, self._add_cuts)

    def _add_cuts(self, theta: Array) -> int:
        rows, bounds = self.shape.cuts(theta)
        if len(bounds):
            self.programme.add_rows(rows, bounds)
        return len(bounds)

    def _active(self, theta: Array) -> tuple[dict[str, int], ...]:
        return self.shape.active(theta, self.programme.rows, self.programme.bounds)

    def proven(
        self, vertices: Sequence[Vertex], labels: Sequence[str], *, uniqueness: bool = True
    ) -> _Proven:
        """Refine and certify vertices and find their optimal faces."""
        solutions = self.programme.refine(vertices)
        certificates = certify(
            self.programme,
            solutions,
            violation=self.shape.violation(solutions.theta),
            labels=labels,
        )
        if not uniqueness:
            points = tuple(OptimalFace.point(theta) for theta in solutions.theta)
            active = self._active(solutions.theta)
            return _Proven(solutions.theta, certificates, points, active)
        null_joint = self.shape.null_joint
        everywhere = self.programme.features[:0] if null_joint is None else null_joint
        further = (everywhere, np.full(len(everywhere), -NULL_JOINTNESS_MARGIN))
        faces = tuple(
            optimal_face(self.programme, solutions, t, further) for t in range(len(vertices))
        )
        return _Proven(solutions.theta, certificates, faces, self._active(solutions.theta))

    def estimate(
        self, taus: Sequence[float], parts: Sequence[_Proven], method: str
    ) -> FrontierEstimate:
        """Put what is proven side by side as a result."""
        return FrontierEstimate(
            inputs=self.inputs,
            taus=tuple(float(tau) for tau in taus),
            method=method,
            null_jointness=self.shape.null_joint is not None,
            surfaces=QuadraticSurfaces(
                free_parameters=frozen(np.vstack([part.theta for part in parts])),
                faces=tuple(face for part in parts for face in part.faces),
            ),
            certificates=tuple(one for part in parts for one in part.certificates),
            active_constraints=tuple(one for part in parts for one in part.active),
        )


def checked_taus(taus: Sequence[float]) -> tuple[float, ...]:
    """Return the grid, or say what is wrong with it.

    Raises
    ------
    InputError
        `taus` empty, not ascending, or outside (0, 1).

    Examples
    --------
    >>> checked_taus([0.25, 0.75])
    (0.25, 0.75)
    """
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
