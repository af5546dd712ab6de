"""Reduction enterprises and learning: providers of abatement compete, firms improve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.benchmark import _adjustment
from tanshi.benchmark._schedules import CONTRACT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Array = NDArray[np.float64]

_lead_factors = numba.njit(cache=True)(_adjustment.lead_factors)


@numba.njit(cache=True)
def provider_shares(prices: Array, width: float) -> Array:
    """Return the shares of demand that providers get, by price (logit), (J,)."""
    weight = np.empty(len(prices))
    total = 0.0
    for j in range(len(prices)):
        weight[j] = math.exp((prices[0] - prices[j]) / width)
        total += weight[j]
    for j in range(len(prices)):
        weight[j] /= total
    return weight


@numba.njit(cache=True)
def serve(prices: Array, capacity: Array, cost: Array, market: Market) -> float:
    """Let providers of abatement share demand, then move prices and capacities.

    Parameters
    ----------
    prices, capacity, cost : (J,) arrays
        Margins asked, tCO2 a year, own cost; prices and capacity are written.
    market : Market

    Returns
    -------
    float
        Abatement contracted this year, tCO2.
    """
    state, numbers = market.state, market.numbers[0]
    demand = 0.0
    for i in range(len(state)):
        # By then firms have chosen their next strategy: what counts is this year's.
        if state[i].active > 0 and state[i].before == CONTRACT:
            demand += state[i].cut * state[i].produced
    if len(prices) == 0:
        return demand
    share = provider_shares(prices, numbers.services_choice_width)
    for j in range(len(prices)):
        pressure = min(max(share[j] * demand / capacity[j] - 1.0, -1.0), 1.0)
        prices[j] *= math.exp(numbers.services_price_speed * pressure)
        prices[j] = min(max(prices[j], cost[j]), numbers.price_ceiling)
        gain = min(prices[j] / cost[j] - 1.0, 1.0)
        growth = gain if pressure > 0.0 else 0.5 * pressure
        capacity[j] *= 1.0 + numbers.services_capacity_speed * growth
    return demand


@numba.njit(cache=True)
def mean_intensity(market: Market) -> Array:
    """Return the output-weighted mean intensity by industry, (S,)."""
    count = len(market.sectors)
    mean, output = np.zeros(count), np.zeros(count)
    for i in range(len(market.firms)):
        firm = market.firms[i]
        mean[firm.industry] += market.state[i].intensity * firm.output
        output[firm.industry] += firm.output
    for s in range(count):
        mean[s] /= max(output[s], 1e-300)
    return mean


@numba.njit(cache=True)
def improve(years: int, market: Market) -> Array:
    """Let intensity and potential of every firm learn.

    Parameters
    ----------
    years : int
        Since the start: the frontier improves as well.
    market : Market

    Returns
    -------
    (S,) array
        Fall of each industry's mean intensity, share.
    """
    numbers, sectors = market.numbers[0], market.sectors
    means = mean_intensity(market)
    before = np.empty(len(market.firms))
    for i in range(len(market.firms)):
        firm, one = market.firms[i], market.state[i]
        sector = sectors[firm.industry]
        before[i] = one.intensity
        improvement = sector.improvement
        kept = 0.0
        if one.active > 0:
            improvement += one.research
            kept = numbers.technology_permanent_cut * one.cut
        best = firm.frontier * (1.0 - sector.improvement) ** years
        behind = max(0.0, before[i] - best)
        one.intensity -= kept + improvement * before[i] + numbers.technology_diffusion * behind
        regained = numbers.technology_renewal * (firm.potential - one.potential)
        one.potential = max(one.potential + regained - kept / before[i], 0.0)
    improved = mean_intensity(market)
    for s in range(len(means)):
        improved[s] = 1.0 - improved[s] / max(means[s], 1e-300)
    if numbers.adjustment_firm_progress > 0.0:
        _follow_progress(before, improved, market)
    return improved


@numba.njit(cache=True)
def _follow_progress(before: Array, improved: Array, market: Market) -> None:
    """Lower the benchmarks of firms that lead their industry's progress; its mean stays."""
    n = len(before)
    progress, weight, industry = np.empty(n), np.empty(n), np.empty(n, np.int64)
    for i in range(n):
        firm, one = market.firms[i], market.state[i]
        industry[i] = firm.industry
        progress[i] = 1.0 - one.intensity / before[i]
        weight[i] = firm.output * one.relative
    moved = _lead_factors(
        progress, improved, weight, industry, market.numbers[0].adjustment_firm_progress
    )
    for i in range(n):
        market.state[i].relative *= moved[i]
