"""The outcomes that Liu prints in Table 2, beside ours, with what differs and why.

The paper's numbers come from a simulation that it does not give, so they are compared with,
never aimed at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanshi.benchmark.coefficients import PUBLISHED

if TYPE_CHECKING:
    from tanshi.benchmark.results import Interval, MarketAssessment

# Table 2: balance of supply and demand, reduction of cost, non-compliance, percent.
PUBLISHED_OUTCOMES = {
    "power": (98.7, 4.2, 0.8),
    "steel": (97.9, 5.3, 1.5),
    "cement": (98.2, 3.8, 1.2),
    "aluminium": (97.6, 4.8, 1.8),
}
WHY = {
    "balance_verified_percent": (
        "before trade, after abatement; how near it is to 100 follows from how much firms cut "
        "themselves, which the paper does not say"
    ),
    "balance_need_percent": (
        "before abatement; it follows from the deficit aimed at, an assumption of ours"
    ),
    "cost_change_percent": (
        "ours is at the same yearly emissions and counts research, fixed costs, support and output "
        "lost; the paper does not say what it counts or holds equal, and against a benchmark that "
        "is left alone the sign is arbitrary, because emissions differ"
    ),
    "noncompliant_firms_percent": (
        "not identified by anything in the paper: it moves with detection, fines and reputation"
    ),
    "advanced_over_medium": (
        "levels have fallen since the first year; the spread is what the rule sets, less what "
        "progress of firms has moved"
    ),
    "lagging_over_medium": (
        "levels have fallen since the first year; the spread is what the rule sets, less what "
        "progress of firms has moved"
    ),
}


def published_comparison(assessment: MarketAssessment) -> pl.DataFrame:
    """Return the figures of Table 2 beside ours.

    Parameters
    ----------
    assessment : MarketAssessment

    Returns
    -------
    polars.DataFrame
        industry, figure, published, ours, low, high, inside (whether the published figure
        lies in our interval), why; industries that Table 2 lacks are left out. A published
        saving of cost counts as a negative change.
    """
    rows = []
    for s, industry in enumerate(assessment.evolution.industries):
        if industry not in PUBLISHED_OUTCOMES:
            continue
        balance, saving, violations = PUBLISHED_OUTCOMES[industry]
        printed = {
            "balance_verified_percent": balance,
            "balance_need_percent": balance,
            "cost_change_percent": -saving,
            "noncompliant_firms_percent": violations,
        }
        for figure, value in printed.items():
            rows.append(_row(industry, figure, value, assessment.outcomes[figure][s]))
        means = {
            tier: assessment.outcomes[f"{tier}_benchmark_tco2_per_unit"][s].mean
            for tier in ("advanced", "medium", "lagging")
        }
        for tier, value in zip(("advanced", "lagging"), PUBLISHED[industry], strict=True):
            above, below = means[tier], means["medium"]
            ours = above / below if above is not None and below else None
            figure = f"{tier}_over_medium"
            rows.append(_line(industry, figure, value, (ours, None, None)))
    return pl.DataFrame(rows, schema=_SCHEMA)


_SCHEMA = {
    "industry": pl.String,
    "figure": pl.String,
    "published": pl.Float64,
    "ours": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "inside": pl.Boolean,
    "why": pl.String,
}


def _row(industry: str, figure: str, value: float, ours: Interval) -> dict[str, object]:
    return _line(industry, figure, value, (ours.mean, ours.low, ours.high))


def _line(
    industry: str,
    figure: str,
    value: float,
    ours: tuple[float | None, float | None, float | None],
) -> dict[str, object]:
    mean, low, high = ours
    inside = None if low is None or high is None else low <= value <= high
    return {
        "industry": industry,
        "figure": figure,
        "published": value,
        "ours": mean,
        "low": low,
        "high": high,
        "inside": inside,
        "why": WHY[figure],
    }
