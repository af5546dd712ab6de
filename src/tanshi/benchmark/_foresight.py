"""What firms know of next year's rules, and what they expect because of it.

A change of policy is announced a year ahead (`price.announced`). Firms then decide at least
cost with what is certain about it:

* a floor that rises or a ceiling that falls bounds the price that they expect for next year,
  and with it what they bank, cut and find out;
* a trend that changes moves the tightening that they expect, and with it their research;
* strategies are weighed under the rules under which they will be in force.

A bound that gives way leaves expectations where they are: how far the price will go then
nobody knows. Where no change is announced, next year's rules are this year's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Array = NDArray[np.float64]


@numba.njit(cache=True)
def foreseen(price: float, market: Market) -> float:
    """Return a price within those bounds that are announced to close in, CNY per tCO2."""
    numbers, known = market.numbers[0], market.known[0]
    if known.price_floor > numbers.price_floor:
        price = max(price, known.price_floor)
    if known.price_ceiling < numbers.price_ceiling:
        price = min(price, known.price_ceiling)
    return price


@numba.njit(cache=True)
def expect_tightening(ahead: Array, market: Market) -> None:
    """Add an announced change of the trend to how much faster benchmarks will fall, (S,)."""
    more = market.known[0].adjustment_trend - market.numbers[0].adjustment_trend
    for s in range(len(ahead)):
        pace = 1.0 + market.sectors[s].potential_pace + market.sectors[s].cost_pace
        ahead[s] += more * max(pace, 0.0)
