"""Compiled passes over all observations, and the same passes written plainly.

Each kernel reads the features once and keeps nothing of length n unless it must. Sums are
taken block by block and the blocks are added in order, so the result does not depend on how
many threads share the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BLOCK = 16_384


@numba.njit(parallel=True, cache=True)
def slope_sums(
    features: Array, offset: Array, theta: Array, half_width: float
) -> tuple[Array, Array, int]:
    """Sum what a Newton step on the quantile loss needs.

    Parameters
    ----------
    features : (n, P) array
    offset : (n,) array
    theta : (P,) array
    half_width : float
        Observations with abs(D) below it stand for the density at D = 0.

    Returns
    -------
    below : (P,) array
        Sum of the features where D < 0.
    gram : (P, P) array
        Sum of f f' where abs(D) < half_width.
    count : int
        How many those are.
    """
    n, p = features.shape
    blocks = (n + BLOCK - 1) // BLOCK
    sums = np.zeros((blocks, 1 + p, p))  # below, then gram
    count = np.zeros(blocks, np.int64)
    for block in numba.prange(blocks):
        rows = slice(block * BLOCK, min((block + 1) * BLOCK, n))
        count[block] = _add_block(features[rows], offset[rows], theta, half_width, sums[block])
    total = sums.sum(axis=0)
    return total[0], total[1:], count.sum()


@numba.njit(cache=True)
def _add_block(features: Array, offset: Array, theta: Array, half_width: float, sums: Array) -> int:
    """Add one block's observations to its sums; return how many are near."""
    n, p = features.shape
    near = 0
    for i in range(n):
        distance = offset[i]
        for j in range(p):
            distance += features[i, j] * theta[j]
        if distance < 0.0:
            for j in range(p):
                sums[0, j] += features[i, j]
        if abs(distance) < half_width:
            near += 1
            for j in range(p):
                for k in range(p):
                    sums[1 + j, k] += features[i, j] * features[i, k]
    return near


def slope_sums_plain(
    features: Array, offset: Array, theta: Array, half_width: float
) -> tuple[Array, Array, int]:
    """Return what `slope_sums` returns, in three lines."""
    distance = offset + features @ theta
    near = features[np.abs(distance) < half_width]
    return features[distance < 0.0].sum(axis=0), near.T @ near, len(near)
