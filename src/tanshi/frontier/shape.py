"""What a quadratic function may look like: its features, and the signs it has to have.

Quantiles, the deterministic frontier and expectiles differ in their loss alone. Features,
monotonicity at the hull's vertices, and null-jointness by cuts are the same for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import NotIdentifiedError
from tanshi.frontier.technology import (
    NULL_JOINTNESS_MARGIN,
    gradient_coefficients,
    hull_vertices,
    monotonicity_rows,
    null_joint_points,
    quadratic_features,
    translation_points,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.frontier.inputs import FrontierInputs

    Array = NDArray[np.float64]

_CUT_TOLERANCE = 1e-10
_CUTS_PER_ROUND = 12
_BINDS = 1e-9
_CLEARLY_FULL_RANK = 1e-10


class QuadraticShape:
    """The constraints G theta <= h of one panel, checked at every observation.

    Parameters
    ----------
    inputs : FrontierInputs
    null_jointness : bool

    Attributes
    ----------
    features, emissions : (n, P) and (n,) arrays
        D = emissions + features @ theta.
    rows, bounds : (m, P) and (m,) arrays
        Monotonicity at the hull's vertices.
    kinds : tuple of str
        What each block of m / (K + 2) consecutive rows says.
    null_joint : (n, P) array or None
        Features of (x, y): null-jointness is null_joint @ theta <= -1e-6.

    Raises
    ------
    NotIdentifiedError
        The features are collinear.
    """

    def __init__(self, inputs: FrontierInputs, *, null_jointness: bool) -> None:
        self.points = translation_points(inputs)
        self.features = quadratic_features(self.points)
        _check_rank(self.features, inputs.input_names)
        self.emissions = np.asarray(inputs.normalised_emissions)
        self.rows, self.bounds, self.kinds = monotonicity_rows(
            self.points[hull_vertices(self.points)]
        )
        self.null_joint = quadratic_features(null_joint_points(inputs)) if null_jointness else None

    def cuts(self, theta: Array) -> tuple[Array, Array]:
        """Return the null-jointness constraints that theta violates most: rows and bounds."""
        if self.null_joint is None:
            return self.features[:0], np.empty(0)
        excess = self.null_joint @ theta + NULL_JOINTNESS_MARGIN
        if excess.max() <= _CUT_TOLERANCE:
            return self.features[:0], np.empty(0)
        worst = np.argsort(excess)[::-1][:_CUTS_PER_ROUND]
        worst = worst[excess[worst] > _CUT_TOLERANCE]
        return self.null_joint[worst], np.full(len(worst), -NULL_JOINTNESS_MARGIN)

    def violation(self, theta: Array) -> Array:
        """Return the largest violation at any observation, by row of theta (T, P)."""
        last = self.points.shape[1] - 1
        constant, slope = gradient_coefficients(theta, last + 1)
        excess = []
        for j in range(last + 1):
            # A surface a row: its observations lie side by side for the extremes.
            gradient = np.ascontiguousarray(slope[:, j]) @ self.points.T
            least = constant[:, j] + gradient.min(axis=1)
            if j < last:
                excess.append(-least)
            else:
                excess += [constant[:, j] + gradient.max(axis=1), -1.0 - least]
        if self.null_joint is not None:
            excess.append((theta @ self.null_joint.T).max(axis=1) + NULL_JOINTNESS_MARGIN)
        return np.asarray(np.max(excess, axis=0))

    def active(self, theta: Array, rows: Array, bounds: Array) -> tuple[dict[str, int], ...]:
        """Count the constraint rows that hold with equality, by kind, by row of theta.

        `rows` and `bounds` are those of the shape with whatever cuts were added behind them.
        """
        tight = np.abs(bounds - theta @ rows.T) <= _BINDS
        first = len(self.bounds)
        blocks = tight[:, :first].reshape(len(theta), len(self.kinds), -1)
        counts = np.column_stack([blocks.sum(axis=2), tight[:, first:].sum(axis=1)])
        kinds = (*self.kinds, "null_jointness")
        return tuple(dict(zip(kinds, row, strict=True)) for row in counts.tolist())


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
