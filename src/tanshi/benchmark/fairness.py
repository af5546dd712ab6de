"""How evenly the market's burden falls: on firms, on sizes, on regions.

Burden is what a firm pays on balance: abatement, margins, fixed cost, fees, fines and
allowances bought, less allowances sold. It may be negative, so that a Gini coefficient of the
textbook (over the mean) may exceed 1 or flip its sign; the mean difference is therefore
divided by the mean *absolute* burden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.benchmark.convergence import WINDOW
from tanshi.benchmark.intervals import interval_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.results import EvolutionResult

    Array = NDArray[np.float64]

    Shares = Array | dict[str, Array]


def mean_difference(values: Array) -> float:
    """Return the mean absolute difference of two values drawn with replacement.

    Examples
    --------
    Two of four pairs differ, by 2.

    >>> mean_difference(np.array([1.0, 3.0]))
    1.0
    """
    n = len(values)
    rank = 2.0 * np.arange(1, n + 1) - n - 1.0
    return float(2.0 * (rank * np.sort(values)).sum() / n**2)


def gini(values: Array) -> float:
    """Return half the mean difference over the mean absolute value; 0 where all are 0.

    Examples
    --------
    One of four has everything:

    >>> gini(np.array([0.0, 0.0, 0.0, 8.0]))
    0.75
    """
    scale = float(np.abs(values).mean())
    return mean_difference(values) / (2.0 * scale) if scale > 0.0 else 0.0


def judge_fairness(result: EvolutionResult, register: FirmRegister) -> dict[str, Any]:
    """Return spread and inequality of burden over revenue, in the last years.

    Parameters
    ----------
    result : EvolutionResult
    register : FirmRegister
        Whose firms they are.

    Returns
    -------
    dict
        ``firms``: standard deviation and Gini over firms; ``size`` and ``region``: burden over
        revenue by group, its standard deviation over groups, and the mean difference between
        groups over the mean absolute burden. Each figure is an `Interval` over replicates.
    """
    return {
        by: {
            figure: interval_of(values)
            if isinstance(values, np.ndarray)
            else {group: interval_of(of_group) for group, of_group in values.items()}
            for figure, values in figures.items()
        }
        for by, figures in shares_of(result, register).items()
    }


def shares_of(result: EvolutionResult, register: FirmRegister) -> dict[str, dict[str, Shares]]:
    """Return the figures of `judge_fairness` by replicate, (R,), by group where they have any."""
    burden = result.burden_cny[:, -WINDOW:].sum(axis=1)
    revenue = result.revenue_cny[:, -WINDOW:].sum(axis=1)
    ratio = np.divide(burden, revenue, out=np.zeros_like(burden), where=revenue > 0)
    there = revenue > 0  # an industry that waits has no part in it
    kept = [ratio[r][there[r]] for r in range(len(ratio))]
    sizes = np.where(np.asarray(register.large), "large", "small")
    return {
        "firms": {
            "burden_percent": 100.0 * _safe(burden.sum(1), revenue.sum(1)),
            "deviation": np.array([row.std() for row in kept]),
            "gini": np.array([gini(row) for row in kept]),
        },
        "size": _between(sizes, burden, revenue),
        "region": _between(np.asarray(register.region), burden, revenue),
    }


def _between(group: NDArray[Any], burden: Array, revenue: Array) -> dict[str, Shares]:
    """Return burden over revenue by group, and how far groups are apart."""
    names, code = np.unique(group, return_inverse=True)
    ratio = np.stack(
        [
            _safe(np.bincount(code, paid, len(names)), np.bincount(code, earned, len(names)))
            for paid, earned in zip(burden, revenue, strict=True)
        ]
    )
    return {
        "burden_percent": {str(name): 100.0 * ratio[:, k] for k, name in enumerate(names)},
        "deviation": ratio.std(axis=1),
        "relative_difference": np.array([2.0 * gini(row) for row in ratio]),
    }


def _safe(above: NDArray[Any], below: NDArray[Any]) -> Array:
    return np.asarray(np.divide(above, below, out=np.zeros(len(above)), where=below > 0))
