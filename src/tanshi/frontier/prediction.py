"""Foresee a quantile surface by Newton steps on all observations.

The optimality condition is G(theta) = sum over D < 0 of f = share * sum of f, where theta
moves G at the rate -(density of D at 0) f f'. One step from a surface nearby lands within
about n^(1/4) observations of the exact one, so that the exact programme is left with few.
Source: the one-step estimator of regression quantiles (Bickel 1975; Koenker 2005, 4.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.frontier._kernels import slope_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STEPS = 2
DENSITY_SHARE = 0.02  # of observations that stand for the density at the surface
SAMPLE = 20_000


def newton_steps(
    features: Array, offset: Array, theta: Array, *, target: Array, fixed: Array
) -> Array:
    """Return parameters whose observations above sum close to the target.

    Parameters
    ----------
    features : (n, P) array
    offset : (n,) array
    theta : (P,) array
        A surface nearby.
    target : (P,) array
        share * sum of all features.
    fixed : (k, P) array
        Rows of constraints that bind and are expected to go on binding.

    Returns
    -------
    (P,) array
        A prediction, not a solution: the exact programme decides.
    """
    step = -(-len(offset) // SAMPLE)
    k = len(fixed)
    for _ in range(STEPS):
        sample = np.abs(offset[::step] + features[::step] @ theta)
        half_width = float(np.quantile(sample, DENSITY_SHARE))
        below, gram, _count = slope_sums(features, offset, theta, half_width)
        system = np.block([[gram / (2.0 * half_width), fixed.T], [fixed, np.zeros((k, k))]])
        right = np.concatenate([below - target, np.zeros(k)])
        theta = theta + np.linalg.lstsq(system, right, rcond=None)[0][: len(theta)]
    return theta
