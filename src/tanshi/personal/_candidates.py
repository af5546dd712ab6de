"""The exact maximum of a quadratic on the unit square, concave or not.

A maximum lies inside, where the gradient is zero, or inside an edge, where the derivative along
it is, or at a corner: nine candidates, the best of which is the maximum. Where the quadratic is
degenerate and a whole line of points is best, the line reaches an edge and is found there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.personal._conditions import FloatArray

SNAP = 1e-12  # a participation this near to a bound is at it


@dataclass(frozen=True, eq=False)
class Square:
    """Quadratics a x + b y − (p x² + r y²)/2 + g x y, one a row; every field (n_rows,)."""

    a: FloatArray
    b: FloatArray
    p: FloatArray
    r: FloatArray
    g: FloatArray

    def value(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return the quadratic at points of shape (…, n_rows)."""
        curved = (self.p * x**2 + self.r * y**2) / 2.0
        return self.a * x + self.b * y - curved + self.g * x * y

    def stationary(self) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
        """Return where the gradient is zero, ignoring bounds, and where there is one such point."""
        determinant = self.p * self.r - self.g**2
        exists = np.abs(determinant) > SNAP * np.maximum(1.0, np.abs(self.p * self.r))
        divisor = np.where(exists, determinant, 1.0)
        x = (self.r * self.a + self.g * self.b) / divisor
        y = (self.p * self.b + self.g * self.a) / divisor
        # With one curvature, sum and difference lose nothing beside abs(g) = p.
        alike = exists & (self.p == self.r)
        total = (self.a + self.b) / np.where(alike, self.p - self.g, 1.0)
        apart = (self.a - self.b) / np.where(alike, self.p + self.g, 1.0)
        x = np.where(alike, (total + apart) / 2.0, x)
        return x, np.where(alike, (total - apart) / 2.0, y), exists


@dataclass(frozen=True, eq=False)
class Maximum:
    """The best point of each row, its value, and how many different points reach it."""

    x: FloatArray
    y: FloatArray
    value: FloatArray
    optima: NDArray[np.int64]


def maximise(square: Square) -> Maximum:
    """Return the maximum of each quadratic on the unit square."""
    xs, ys = candidates(square)
    values = square.value(xs, ys)
    values = np.where(np.isnan(values), -np.inf, values)
    top = values.max(axis=0)
    level = values >= top - SNAP * np.maximum(1.0, np.abs(top))
    best = level.argmax(axis=0)[None]  # of equals the first: inside before edges before corners
    x, y, value = (np.take_along_axis(one, best, axis=0)[0] for one in (xs, ys, values))
    return Maximum(x, y, value, _different(np.where(level, xs, np.nan), ys))


def candidates(square: Square) -> tuple[FloatArray, FloatArray]:
    """Return the nine candidates, x and y of shape (9, n_rows); NaN where one is outside."""
    x, y, exists = square.stationary()
    zero, one = np.zeros_like(x), np.ones_like(x)
    points = [(np.where(exists, x, np.nan), np.where(exists, y, np.nan))]
    for end in (one, zero):
        points.append((end, _level(square.b + square.g * end, square.r)))
        points.append((_level(square.a + square.g * end, square.p), end))
    points += [(one, one), (one, zero), (zero, one), (zero, zero)]
    xs = np.stack([_within(point[0]) for point in points])
    ys = np.stack([_within(point[1]) for point in points])
    outside = np.isnan(xs) | np.isnan(ys)
    return np.where(outside, np.nan, xs), np.where(outside, np.nan, ys)


def _level(slope: FloatArray, curvature: FloatArray) -> FloatArray:
    """Return where slope t − curvature t²/2 is level inside [0, 1]; NaN where it is not."""
    curved = np.abs(slope) <= 2.0 * np.abs(curvature)  # else level beyond 1, or on no curve
    curved &= curvature != 0.0
    return np.where(curved, slope / np.where(curved, curvature, 1.0), np.nan)


def _within(values: FloatArray) -> FloatArray:
    """Put what is at a bound, but for rounding, on it; NaN for what lies outside."""
    at_bound = np.where(
        np.abs(values) <= SNAP, 0.0, np.where(np.abs(values - 1.0) <= SNAP, 1.0, values)
    )
    return np.where((at_bound >= 0.0) & (at_bound <= 1.0), at_bound, np.nan)


def _different(xs: FloatArray, ys: FloatArray) -> NDArray[np.int64]:
    """Count the points of each row that differ from one another; x is NaN where there is none."""
    count = np.zeros(xs.shape[1], dtype=np.int64)
    for place, (x, y) in enumerate(zip(xs, ys, strict=True)):
        gap = np.maximum(np.abs(xs[:place] - x), np.abs(ys[:place] - y))
        count += ~np.isnan(x) & ~(gap <= 1e-9).any(axis=0)
    return count
