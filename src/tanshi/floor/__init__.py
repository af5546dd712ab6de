"""The price floor: its rule, its path, its market, and who acts at it."""

from tanshi.floor.market import compare_market
from tanshi.floor.path import index_floor
from tanshi.floor.premium import green_premium_price
from tanshi.floor.results import AbatementSupply, FloorPath, MarketYear, PriceFloor, market_table
from tanshi.floor.rule import set_price_floor
from tanshi.floor.supply import abatement_supply

__all__ = [
    "AbatementSupply",
    "FloorPath",
    "MarketYear",
    "PriceFloor",
    "abatement_supply",
    "compare_market",
    "green_premium_price",
    "index_floor",
    "market_table",
    "set_price_floor",
]
