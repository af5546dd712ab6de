"""Make the accounts a market study starts from: capital, constant prices, CO2 inventory.

Reading order: `prices` (chain indices), `capital` (perpetual inventory, with the
starting stock in `_start`), `inventory` (CO2 from fuels), `results`.
"""

from tanshi.accounts.capital import CapitalInputs, estimate_capital_stock
from tanshi.accounts.inventory import (
    FuelFactor,
    InventoryInputs,
    estimate_emissions,
    load_default_factors,
)
from tanshi.accounts.prices import chain_index, constant_prices
from tanshi.accounts.results import CapitalStock, EmissionsInventory

__all__ = [
    "CapitalInputs",
    "CapitalStock",
    "EmissionsInventory",
    "FuelFactor",
    "InventoryInputs",
    "chain_index",
    "constant_prices",
    "estimate_capital_stock",
    "estimate_emissions",
    "load_default_factors",
]
