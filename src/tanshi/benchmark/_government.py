"""The government's part of a year: primary auction, next benchmarks, services and technology."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.benchmark._clearing import CONTRACT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Array = NDArray[np.float64]

_SMALLEST = 1e-12


@numba.njit(cache=True)
def sell_first(market: Market, bid_draws: Array) -> tuple[float, float, float]:
    """Hold the primary auction: uniform price, the floor as reserve.

    Every firm bids for what it expects to lack at the expected price. The price is the
    lowest accepted bid, or the reserve where everything is sold below it; who bids just
    that is served in proportion.

    Returns
    -------
    price, offered, sold : float
        CNY per tCO2 and tCO2.
    """
    firms, state, numbers, year = market.firms, market.state, market.numbers[0], market.year[0]
    n = len(firms)
    offered = 0.0
    bid = np.zeros(n)
    quantity = np.zeros(n)
    for i in range(n):
        state[i].bought_first = 0.0
        if state[i].active == 0 or numbers.paid_share == 0.0:
            continue
        basis = firms[i].cap if numbers.absolute_cap > 0.0 else state[i].benchmark * state[i].demand
        offered += numbers.paid_share * basis
        lacks = state[i].intensity * state[i].demand - (1.0 - numbers.paid_share) * basis
        quantity[i] = max(0.0, lacks + state[i].debt - state[i].bank)
        bid[i] = min(
            max(year.expected * (1.0 + numbers.bid_spread * bid_draws[i]), 0.0), numbers.ceiling
        )
    if offered == 0.0:
        return 0.0, 0.0, 0.0
    order = np.argsort(-bid)
    left = offered
    price = numbers.floor
    for place in order:
        if bid[place] < numbers.floor or left <= 0.0:
            break
        state[place].bought_first = min(quantity[place], left)
        left -= state[place].bought_first
        if state[place].bought_first > 0.0:
            price = bid[place] if left <= 0.0 else numbers.floor
    if numbers.return_unsold > 0.0 and left > 0.0:
        for i in range(n):
            if state[i].active > 0:
                basis = (
                    firms[i].cap
                    if numbers.absolute_cap > 0.0
                    else state[i].benchmark * state[i].demand
                )
                state[i].bought_first += left * numbers.paid_share * basis / offered
    return price, offered, offered - left


@numba.njit(cache=True)
def adjust_benchmarks(
    price: float,
    improved: Array,
    benchmark: Array,
    balance: tuple[Array, Array, Array],
    market: Market,
) -> Array:
    """Return the next benchmarks of the industries (section 4 of the paper).

    Parameters
    ----------
    price : float
        The year's.
    improved : (S,) array
        Yearly fall of mean intensity, share.
    benchmark : (S,) array
    balance : three (S,) arrays
        Allocation, need (unabated, or verified where the rules say so), and the share of
        output whose firms complain of a shortage.
    market : Market

    Returns
    -------
    (S,) array
    """
    numbers, sectors = market.numbers[0], market.sectors
    allocation, need, complaints = balance
    following = benchmark.copy()
    active = need > 0.0
    pace_of_all = improved[active].mean() if active.any() else 0.0
    for s in range(len(benchmark)):
        if not active[s]:
            continue
        trend = numbers.trend * sectors[s].pace
        if numbers.progress > 0.0 and abs(pace_of_all) > _SMALLEST:
            # Faster industries are led faster, by half of their lead, within bounds.
            trend *= min(max(0.5 + 0.5 * improved[s] / pace_of_all, 0.5), 1.5)
        correction = -numbers.feedback * (allocation[s] / need[s] - 1.0 + numbers.deficit)
        most = numbers.largest_correction
        correction += numbers.opinion_weight * most * (complaints[s] - 0.5)
        if price <= numbers.floor:
            correction -= numbers.price_response * most
        if price >= numbers.ceiling:
            correction += numbers.price_response * most
        following[s] *= 1.0 - trend + min(max(correction, -most), most)
    return following


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
    state, numbers, year = market.state, market.numbers[0], market.year[0]
    demand = 0.0
    for i in range(len(state)):
        if state[i].active > 0 and state[i].strategy == CONTRACT:
            demand += state[i].cut * state[i].produced
    if year.services == 0.0:
        return demand
    share = provider_shares(prices, numbers.choice_width)
    for j in range(len(prices)):
        pressure = min(max(share[j] * demand / capacity[j] - 1.0, -1.0), 1.0)
        prices[j] *= np.exp(numbers.price_speed * pressure)
        prices[j] = min(max(prices[j], cost[j]), numbers.ceiling)
        gain = min(prices[j] / cost[j] - 1.0, 1.0)
        capacity[j] *= 1.0 + numbers.capacity_speed * (gain if pressure > 0.0 else 0.5 * pressure)
    return demand


@numba.njit(cache=True)
def provider_shares(prices: Array, width: float) -> Array:
    """Return the shares of demand that providers get, by price (logit), (J,)."""
    weight: Array = np.exp(-(prices - prices.min()) / width)
    weight /= weight.sum()
    return weight


@numba.njit(cache=True)
def improve(fall: Array, years: int, market: Market) -> None:
    """Let intensity and potential of every firm learn.

    Parameters
    ----------
    fall : (S,) array
        Of benchmarks at the last update, share.
    years : int
        Since the start: the frontier improves as well.
    market : Market
    """
    firms, state, numbers = market.firms, market.state, market.numbers[0]
    sectors = market.sectors
    for i in range(len(firms)):
        s = firms[i].industry
        before = state[i].intensity
        improvement = sectors[s].improvement
        if state[i].active > 0:
            improvement += numbers.research_response * max(0.0, fall[s])
        best = firms[i].frontier * (1.0 - sectors[s].improvement) ** years
        kept = numbers.permanent_cut * state[i].cut if state[i].active > 0 else 0.0
        state[i].intensity -= (
            kept + improvement * before + numbers.diffusion * max(0.0, before - best)
        )
        state[i].potential += (
            numbers.renewal * (firms[i].potential - state[i].potential) - kept / before
        )
        state[i].potential = max(state[i].potential, 0.0)
