"""What the leontief room hands out; the only part of it that reports may import."""

from tanshi.leontief.results.cost_push import CostPush, SupplyChainPath
from tanshi.leontief.results.households import HouseholdBurden
from tanshi.leontief.results.intensity import SectorIntensities
from tanshi.leontief.results.intervals import CostPushIntervals, Spread

__all__ = [
    "CostPush",
    "CostPushIntervals",
    "HouseholdBurden",
    "SectorIntensities",
    "Spread",
    "SupplyChainPath",
]
