"""Means over replicates with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from tanshi.benchmark.results import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

COVERAGE = 0.95


def interval_of(values: ArrayLike, within: tuple[float, float] | None = None) -> Interval:
    """Return mean and 95 % interval of a figure over replicates (Student's t).

    Parameters
    ----------
    values : (R,) array_like
        One a replicate; what is not finite is left out.
    within : (float, float), optional
        Values that the figure can have; the interval ends there.

    Examples
    --------
    Two replicates leave one degree of freedom, t = 12.706, standard error 1:

    >>> found = interval_of([4.0, 6.0])
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (5.0, -7.706, 17.706)
    """
    kept = np.asarray(values, dtype=np.float64)
    kept = kept[np.isfinite(kept)]
    if not len(kept):
        return Interval(mean=None, low=None, high=None)
    mean = float(kept.mean())
    if len(kept) == 1:
        return Interval(mean=mean, low=None, high=None)
    error = float(kept.std(ddof=1) / np.sqrt(len(kept)))
    half = float(stdtrit(len(kept) - 1, 0.5 + COVERAGE / 2.0)) * error
    least, most = within or (-np.inf, np.inf)
    return Interval(mean=mean, low=max(mean - half, least), high=min(mean + half, most))
