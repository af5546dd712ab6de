"""What an estimate holds of its surfaces: a quadratic's parameters, or hyperplanes.

Whatever the method, one surface a quantile says three things of a place (x, y, b): the
distance D, the output weight w = -dD/dy, and the range of w where it is not one number. The
translation property makes all of it a function of b and z = (x, s), s = y + b:

    D(x, y, b) = b + g(x, s),    w = -dg/ds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from tanshi.core import frozen
from tanshi.frontier.technology import (
    ALL,
    gradient_coefficients,
    gradient_features,
    null_joint_points,
    printed_parameters,
    quadratic_features,
    translation_points,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.frontier.inputs import FrontierInputs
    from tanshi.frontier.optimal_face import OptimalFace

    Array = NDArray[np.float64]

# A hyperplane this close to the surface touches it, in normalised units. One found that far
# beside an observation, to learn where the surface bends, still counts as touching there.
TOUCHES = 1e-8
_BLOCK_VALUES = 4_000_000  # observations times hyperplanes held at a time


@dataclass(frozen=True, eq=False)
class SurfaceValues:
    """What the surfaces say about some observations, one column a quantile.

    Parameters
    ----------
    distance : (m, T) array
        D(x, y, b; 1, -1), mean-normalised.
    output_weight : (m, T) array
        w = -dD/dy = 1 - dD/db, in [0, 1].
    output_weight_low, output_weight_high : (m, T) arrays
        Range of w; equal to w where there is only one.
    """

    distance: Array
    output_weight: Array
    output_weight_low: Array
    output_weight_high: Array


class Surfaces(Protocol):
    """One surface a quantile, of any form."""

    @property
    def form(self) -> str:
        """Return the form in words, for summaries."""

    @property
    def unique(self) -> tuple[bool, ...]:
        """Return whether the surface and its slopes are known to be the only ones."""

    def values(self, inputs: FrontierInputs, rows: slice = ALL) -> SurfaceValues:
        """Return what the surfaces say of some observations, in order."""

    def at_zero_emissions(self, inputs: FrontierInputs, rows: slice = ALL) -> Array:
        """Return D(x, y, 0), (m, T)."""

    def parameters(self, n_inputs: int) -> tuple[dict[str, float], ...]:
        """Return what defines each surface, by name."""


@dataclass(frozen=True, eq=False)
class QuadraticSurfaces:
    """D = b + Q(x, s), Q a full quadratic.

    Parameters
    ----------
    free_parameters : (T, P) array
        Coefficients of Q, mean-normalised data.
    faces : tuple of OptimalFace, length T
        All optimal parameters; a point where they are unique.
    """

    free_parameters: Array
    faces: tuple[OptimalFace, ...]
    form = "quadratic"

    @property
    def unique(self) -> tuple[bool, ...]:
        """Whether the optimal parameters are unique, by quantile."""
        return tuple(face.is_point for face in self.faces)

    def values(self, inputs: FrontierInputs, rows: slice = ALL) -> SurfaceValues:
        """Return distances and output weights, the range of these over the optimal face."""
        points = translation_points(inputs, rows)
        distance = quadratic_features(points) @ self.free_parameters.T
        distance += inputs.normalised_emissions[rows][:, None]
        last = points.shape[1] - 1
        constant, slope = gradient_coefficients(self.free_parameters, last + 1)
        weight = -(constant[:, last] + points @ slope[:, last].T)
        low, high = weight, weight
        if not all(self.unique):
            of_total = gradient_features(points, last)
            extremes = [face.functional(of_total) for face in self.faces]
            low = -np.column_stack([greatest for _, greatest in extremes])
            high = -np.column_stack([least for least, _ in extremes])
        return SurfaceValues(frozen(distance), frozen(weight), frozen(low), frozen(high))

    def at_zero_emissions(self, inputs: FrontierInputs, rows: slice = ALL) -> Array:
        """Return D(x, y, 0) = Q(x, y), (m, T)."""
        features = quadratic_features(null_joint_points(inputs, rows))
        return features @ self.free_parameters.T

    def parameters(self, n_inputs: int) -> tuple[dict[str, float], ...]:
        """Return the parameters of Eq. 3 by their printed names."""
        return tuple(printed_parameters(theta, n_inputs) for theta in self.free_parameters)


@dataclass(frozen=True, eq=False)
class PiecewiseLinearSurfaces:
    """D = b + min over h of (alpha_h + beta_h x - gamma_h s): concave and monotone.

    Parameters
    ----------
    hyperplanes : tuple of (H_t, K + 2) arrays, length T
        Columns beta_1 … beta_K, -gamma, alpha; beta >= 0 and 0 <= gamma <= 1.

    Notes
    -----
    Where several hyperplanes touch the surface (within 1e-8), every slope between theirs
    supports it. The output weight is then the middle of the range, which does not depend on
    the order in which hyperplanes were found.

    Examples
    --------
    Two hyperplanes that meet at s = 1, seen from there:

    >>> planes = np.array([[0.0, -0.2, 0.0], [0.0, -0.6, 0.4]])
    >>> low, high = _touching(planes, np.array([[1.0, 1.0]]))[1:]
    >>> float(low[0]), float(high[0])
    (0.2, 0.6)
    """

    hyperplanes: tuple[Array, ...]
    form = "convex piecewise linear"

    @property
    def unique(self) -> tuple[bool, ...]:
        """All False: at its corners such a surface has many slopes."""
        return (False,) * len(self.hyperplanes)

    def values(self, inputs: FrontierInputs, rows: slice = ALL) -> SurfaceValues:
        """Return distances and output weights, the range of these where hyperplanes meet."""
        points = translation_points(inputs, rows)
        found = [_touching(planes, points) for planes in self.hyperplanes]
        least, low, high = (np.column_stack([one[k] for one in found]) for k in range(3))
        distance = least + inputs.normalised_emissions[rows][:, None]
        middle = 0.5 * (low + high)
        return SurfaceValues(frozen(distance), frozen(middle), frozen(low), frozen(high))

    def at_zero_emissions(self, inputs: FrontierInputs, rows: slice = ALL) -> Array:
        """Return D(x, y, 0), (m, T)."""
        points = null_joint_points(inputs, rows)
        return np.column_stack([_touching(planes, points)[0] for planes in self.hyperplanes])

    def parameters(self, n_inputs: int) -> tuple[dict[str, float], ...]:
        """Return alpha_h, beta_h_k and gamma_h of every hyperplane."""
        names = [*(f"beta_{{}}_{k + 1}" for k in range(n_inputs)), "gamma_{}", "alpha_{}"]
        sign = np.array([*[1.0] * n_inputs, -1.0, 1.0])
        return tuple(
            {
                name.format(h + 1): float(value)
                for h, plane in enumerate(planes)
                for name, value in zip(names, plane * sign + 0.0, strict=True)
            }
            for planes in self.hyperplanes
        )


def _touching(planes: Array, points: Array) -> tuple[Array, Array, Array]:
    """Return the least of the hyperplanes, and the range of gamma over those that touch it."""
    least, low, high = (np.empty(len(points)) for _ in range(3))
    size = max(1, _BLOCK_VALUES // len(planes))
    gamma = -planes[:, -2]
    for start in range(0, len(points), size):
        block = slice(start, start + size)
        heights = points[block] @ planes[:, :-1].T + planes[:, -1]
        least[block] = heights.min(axis=1)
        touches = heights <= least[block, None] + TOUCHES
        low[block] = np.where(touches, gamma, np.inf).min(axis=1)
        high[block] = np.where(touches, gamma, -np.inf).max(axis=1)
    return least, low, high
