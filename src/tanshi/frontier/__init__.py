"""Quantile directional distance function, shadow prices, marginal abatement costs."""

from tanshi.frontier.abatement_cost import (
    PAYMENT_RULES,
    POSITION_RULES,
    estimate_abatement_costs,
)
from tanshi.frontier.inputs import FrontierInputs
from tanshi.frontier.quantile import (
    PAPER_TAUS,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.results import AbatementCosts, FrontierEstimate

__all__ = [
    "PAPER_TAUS",
    "PAYMENT_RULES",
    "POSITION_RULES",
    "AbatementCosts",
    "FrontierEstimate",
    "FrontierInputs",
    "estimate_abatement_costs",
    "estimate_deterministic_frontier",
    "estimate_quantile_frontier",
]
