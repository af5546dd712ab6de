"""Least squares under linear inequalities, exactly: least distance programming.

    minimise  1/2 |A theta + t|^2   subject to   G theta <= h,   A = Q R.

With u = R theta + Q' t this is the point of a polyhedron nearest to the origin, and its dual
is a problem of non-negative least squares, which ends after finitely many exchanges (Lawson
& Hanson 1974, Solving Least Squares Problems, chapter 23, algorithm LDP). The constraints
that bind are then solved as equations, to rounding. A is never multiplied by itself, so that
columns that are nearly collinear keep their digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import nnls

from tanshi.core import InfeasibleError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_EMPTY = 1e-12  # residual below which no point satisfies the constraints
_ROUNDING = 1e-12


def constrained_minimum(
    matrix: Array, offset: Array, rows: Array, bounds: Array
) -> tuple[Array, Array]:
    """Return the least squares of ``matrix @ theta + offset`` under G theta <= h.

    Parameters
    ----------
    matrix : (n, P) array
        A, of full column rank.
    offset : (n,) array
        t.
    rows, bounds : (m, P) and (m,) arrays
        G and h.

    Returns
    -------
    theta : (P,) array
    multipliers : (m,) array, >= 0
        With A' (A theta + t) + G' mu = 0.

    Raises
    ------
    InfeasibleError
        No theta satisfies the constraints.

    Examples
    --------
    The point of x + y <= 1 nearest to (1, 1):

    >>> theta, mu = constrained_minimum(
    ...     np.eye(2), np.array([-1.0, -1.0]), np.array([[1.0, 1.0]]), np.array([1.0])
    ... )
    >>> theta.round(12).tolist(), mu.round(12).tolist()
    ([0.5, 0.5], [0.5])
    """
    orthogonal, factor = np.linalg.qr(matrix)
    free = -(orthogonal.T @ offset)
    sides = solve_triangular(factor, rows.T, trans="T").T  # G R^-1
    room = bounds - sides @ free
    size = np.maximum(np.linalg.norm(sides, axis=1), _ROUNDING)
    multipliers = np.zeros(len(bounds))
    if room.min() < 0.0:
        binding = _binding(sides / size[:, None], room / size)
        # v = -S' mu with S v = room on the constraints that bind.
        nearest = np.linalg.lstsq(sides[binding], room[binding])[0]
        found = np.linalg.lstsq(sides[binding].T, -nearest)[0]
        multipliers[binding] = np.maximum(found, 0.0)
    theta = solve_triangular(factor, free - sides.T @ multipliers)
    return theta, multipliers


def _binding(sides: Array, room: Array) -> NDArray[np.intp]:
    """Return which of ``sides v <= room`` bind at the v nearest to the origin."""
    matrix = -np.vstack([sides.T, room])
    target = np.zeros(len(matrix))
    target[-1] = 1.0
    try:
        weights, residual = nnls(matrix, target, maxiter=30 * matrix.shape[1])
    except RuntimeError as error:
        message = (
            f"non-negative least squares did not end ({error}). Remedy: look for inputs that are "
            "almost multiples of each other."
        )
        raise InfeasibleError(message) from None
    if residual <= _EMPTY:
        message = (
            "no quadratic function satisfies monotonicity and null-jointness on these data. "
            "Remedy: estimate without null-jointness and look at the coverage."
        )
        raise InfeasibleError(message)
    return np.flatnonzero(weights > 0.0)
