"""Research: how much of it pays a firm that expects prices and tightening for years ahead.

A firm may lower its intensity for good by a share r of itself. Every tonne a year that this
saves is worth

    W = sum over k of E[p(t + k)] / (1 + i)^k,   E[p(t + k)] = p (1 + g)^k within the band,

for as many years as the firm counts: p is the price that abatement is decided on, and g what
firms expect it to rise, because benchmarks fall faster than intensities do. What the
government takes off the benchmark of a firm that leads in progress is lost again. Effort has
rising cost, so that

    r = pace x W / W0,   cost = 1/2 (W0 / pace) r^2 a tonne,   W0: W at the reference price,

and a laboratory costs something before the first idea: who gains less does no research.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.benchmark._schedules import signal_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Array = NDArray[np.float64]

LARGEST_STEP = 0.1  # of intensity, in a year


@numba.njit(cache=True)
def worth_of_a_tonne(price: float, growth: float, market: Market) -> float:
    """Return what a tonne a year less is worth over the years that firms count, CNY.

    Parameters
    ----------
    price : float
        This year's, CNY per tCO2.
    growth : float
        Expected rise a year, share.
    market : Market
    """
    numbers, known = market.numbers[0], market.known[0]
    worth, discount = 0.0, 1.0
    for _ in range(int(numbers.research_years)):
        price *= 1.0 + growth
        discount /= 1.0 + numbers.research_interest
        worth += discount * min(max(price, known.price_floor), known.price_ceiling)
    return worth


@numba.njit(cache=True)
def reference_worth(market: Market) -> float:
    """Return the same at the reference price, whatever the band, CNY."""
    numbers = market.numbers[0]
    worth, discount = 0.0, 1.0
    for _ in range(int(numbers.research_years)):
        discount /= 1.0 + numbers.research_interest
        worth += discount * numbers.technology_reference_price
    return worth


@numba.njit(cache=True)
def do_research(price: float, ahead: Array, market: Market) -> None:
    """Write into every firm's record what its research reaches, and what it costs.

    Parameters
    ----------
    price : float
        The year's.
    ahead : (S,) array
        By how much benchmarks are expected to fall faster than intensities, share a year.
    market : Market
    """
    state, numbers = market.state, market.numbers[0]
    for i in range(len(state)):
        state[i].research = state[i].research_cost = 0.0
    usual = reference_worth(market)
    if numbers.research_pace == 0.0 or usual == 0.0:
        return
    signal = signal_of(price, market)
    worth = np.empty(len(ahead))
    for s in range(len(ahead)):
        worth[s] = worth_of_a_tonne(signal, numbers.research_foresight * ahead[s], market)
    for i in range(len(state)):
        one = state[i]
        if one.active == 0 or one.produced <= 0.0:
            continue
        kept = 1.0 - numbers.adjustment_firm_progress * one.benchmark / one.intensity
        tonne = worth[market.firms[i].industry] * max(kept, 0.0)
        reached = min(numbers.research_pace * tonne / usual, LARGEST_STEP)
        emitted = one.intensity * one.produced
        cost = 0.5 * usual / numbers.research_pace * reached * reached * emitted
        cost += numbers.research_fixed_cny
        if reached * tonne * emitted > cost:
            one.research, one.research_cost = reached, cost
