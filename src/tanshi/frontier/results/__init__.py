"""What the frontier room hands out; the only part of it that reports may import."""

from tanshi.frontier.results.costs import AbatementCosts
from tanshi.frontier.results.estimate import (
    ON_QUANTILE,
    FrontierEstimate,
    shadow_price,
)
from tanshi.frontier.results.inference import CostIntervals
from tanshi.frontier.surfaces import SurfaceValues

__all__ = [
    "ON_QUANTILE",
    "AbatementCosts",
    "CostIntervals",
    "FrontierEstimate",
    "SurfaceValues",
    "shadow_price",
]
