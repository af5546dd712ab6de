"""Whole numbers in proportion to shares, by largest remainders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def apportioned(shares: Sequence[float], n: int) -> NDArray[np.int64]:
    """Return n places in shares, as many of each as largest remainders give.

    Examples
    --------
    >>> apportioned([0.5, 0.3, 0.2], 4).tolist()
    [0, 0, 1, 2]
    """
    exact = np.asarray(shares) / sum(shares) * n
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: n - counts.sum()]] += 1
    return np.repeat(np.arange(len(shares)), counts)
