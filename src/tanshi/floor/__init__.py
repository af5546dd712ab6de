"""The price floor: the least abatement cost of a year is the floor of the next."""

from tanshi.floor.results import PriceFloor
from tanshi.floor.rule import set_price_floor

__all__ = ["PriceFloor", "set_price_floor"]
