"""Non-competitive input-output price model: cost push, indices, paths, intensities."""

from tanshi.leontief.cost_push import CoveredSector, estimate_cost_push
from tanshi.leontief.industries import resolve_sector
from tanshi.leontief.inputs import PriceModelInputs, split_imports
from tanshi.leontief.intensity import sector_intensities
from tanshi.leontief.paths import largest_paths
from tanshi.leontief.prices import PriceModel
from tanshi.leontief.results import CostPush, SupplyChainPath

__all__ = [
    "CostPush",
    "CoveredSector",
    "PriceModel",
    "PriceModelInputs",
    "SupplyChainPath",
    "estimate_cost_push",
    "largest_paths",
    "resolve_sector",
    "sector_intensities",
    "split_imports",
]
