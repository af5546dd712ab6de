"""A year's secondary market: what firms do at a price, and the price that clears.

Demand for allowances falls with the price and supply rises with it, so excess demand is
monotone and its root is bracketed by floor and ceiling; where it is not inside, the bound
is the price and the long side is rationed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.benchmark._cuts import cost_of, cut_at

if TYPE_CHECKING:
    from tanshi.benchmark._layout import Market

OWN, CONTRACT, TRADE, CONCEAL = 0, 1, 2, 3
ADVANCED, MEDIUM, LAGGING = 0, 1, 2
_MOST_ROUNDS = 200
_LEAST_OUTPUT = 0.05  # of demand; a linear response must not run below it
_BALANCED = 1e-13  # relative, of need and of the price


@numba.njit(cache=True)
def slope_of(i: int, strategy: int, market: Market) -> float:
    """Return the slope of marginal cost that a firm faces with a strategy."""
    firms, numbers, year = market.firms, market.numbers[0], market.year[0]
    slope: float = firms[i].slope * year.cost_level
    if firms[i].tier == LAGGING:
        slope *= numbers.support_cost
    return slope * numbers.cost_factor if strategy == CONTRACT else slope


@numba.njit(cache=True)
def respond(i: int, price: float, strategy: int, market: Market) -> tuple[float, float]:
    """Return cut and unit cost (allowances included) of one firm with a strategy."""
    firms, state, numbers, year = market.firms, market.state, market.numbers[0], market.year[0]
    cap = state[i].potential * state[i].intensity
    signal = numbers.permanent_share * price + (1.0 - numbers.permanent_share) * year.expected
    cut = 0.0
    cost = 0.0
    if strategy in (OWN, CONTRACT):
        margin = year.margin if strategy == CONTRACT else 0.0
        slope = slope_of(i, strategy, market)
        reference = numbers.reference_price
        cut = cut_at(firms[i].curve, slope, cap, signal - margin, reference)
        cost = cost_of(firms[i].curve, slope, cap, cut, reference) + margin * cut
    # Allowances per unit of product make output cheaper; a cap in tonnes does not.
    handed_out = (1.0 - numbers.absolute_cap) * (1.0 - numbers.paid_share) * state[i].benchmark
    return cut, price * (state[i].intensity - cut - handed_out) + cost


@numba.njit(cache=True)
def decide(price: float, market: Market) -> None:
    """Set cut, unit cost and output of every firm at a price."""
    firms, sectors, state = market.firms, market.sectors, market.state
    numbers = market.numbers[0]
    count = len(sectors)
    cost = np.zeros(count)
    weight = np.zeros(count)
    for i in range(len(firms)):
        if state[i].active == 0:
            continue
        s = firms[i].industry
        state[i].cut, state[i].unit_cost = respond(i, price, state[i].strategy, market)
        cost[s] += state[i].demand * state[i].unit_cost
        weight[s] += state[i].demand
    for i in range(len(firms)):
        if state[i].active == 0:
            continue
        state[i].produced = state[i].demand
        if numbers.responds > 0.0:
            s = firms[i].industry
            sigma, eta = sectors[s].supply_elasticity, sectors[s].demand_elasticity
            # The product's market clears: sum of q is demand at the price it rises to.
            rise = sigma / (sigma + eta) * cost[s] / weight[s] if sigma + eta > 0.0 else 0.0
            change = sigma / sectors[s].price * (rise - state[i].unit_cost)
            state[i].produced *= max(1.0 + change, _LEAST_OUTPUT)


@numba.njit(cache=True)
def set_positions(market: Market) -> None:
    """Set allocation, verified emissions and position of every firm from its decisions."""
    firms, state, numbers = market.firms, market.state, market.numbers[0]
    for i in range(len(firms)):
        if state[i].active == 0:
            state[i].position = 0.0
            continue
        emitted = (state[i].intensity - state[i].cut) * state[i].produced
        reported = emitted
        if state[i].strategy == CONCEAL and state[i].caught == 0:
            reported *= 1.0 - numbers.hidden_share
        state[i].verified = reported * state[i].error
        basis = (
            firms[i].cap if numbers.absolute_cap > 0.0 else (state[i].benchmark * state[i].produced)
        )
        state[i].free = (1.0 - numbers.paid_share) * basis
        held = state[i].free + state[i].bought_first + state[i].bank - state[i].debt
        state[i].position = held - state[i].verified


@numba.njit(cache=True)
def wanted(i: int, market: Market) -> float:
    """Return what a firm in need wants to buy, tCO2."""
    state = market.state
    most: float = market.numbers[0].shortfall_cap * state[i].verified
    need: float = -state[i].position
    return min(need, most)


@numba.njit(cache=True)
def offered(i: int, price: float, market: Market) -> float:
    """Return what a firm with a surplus sells at a price, tCO2."""
    numbers, year = market.numbers[0], market.year[0]
    surplus: float = market.state[i].position
    if surplus <= 0.0 or price * surplus < numbers.trade_fixed:
        return 0.0
    if numbers.banking == 0.0:
        return surplus
    # Plan of 2023-24: keep at most a fixed amount and a multiple of net sales.
    beyond = (surplus - numbers.bank_fixed) / (1.0 + numbers.bank_multiple)
    most_kept: float = surplus - max(0.0, beyond)
    gain = (numbers.carry_discount * year.expected - price) / numbers.indifference
    kept: float = most_kept / (1.0 + math.exp(-gain))
    return surplus - kept


@numba.njit(cache=True)
def sink_supply(price: float, covered: float, market: Market) -> float:
    """Return the credits of sinks that are sold, tCO2."""
    numbers, year = market.numbers[0], market.year[0]
    if price <= 0.0 or numbers.offset_limit == 0.0:
        return 0.0
    supply: float = year.sinks * (price / numbers.reference_price) ** numbers.sink_elasticity
    limit: float = numbers.offset_limit * covered
    return min(supply, limit)


@numba.njit(cache=True)
def demand_and_supply(price: float, market: Market) -> tuple[float, float, float]:
    """Return need, supply and credits of sinks at a price, tCO2."""
    state = market.state
    decide(price, market)
    set_positions(market)
    need = supply = covered = 0.0
    for i in range(len(state)):
        if state[i].active == 0:
            continue
        covered += state[i].verified
        if state[i].position < 0.0:
            need += wanted(i, market)
        else:
            supply += offered(i, price, market)
    return need, supply, sink_supply(price, covered, market)


@numba.njit(cache=True)
def clearing_price(market: Market) -> tuple[float, float, float, float]:
    """Return price, need, supply and credits at it; the state is left at that price."""
    low, high = market.numbers[0].floor, market.numbers[0].ceiling
    need, supply, sinks = demand_and_supply(low, market)
    at_low = need - supply - sinks
    if at_low <= 0.0:
        return low, need, supply, sinks
    need, supply, sinks = demand_and_supply(high, market)
    at_high = need - supply - sinks
    if at_high >= 0.0:
        return high, need, supply, sinks
    price = high
    # Regula falsi that halves the weight of an end that stays (Illinois), and bisects
    # where a jump of supply (firms that begin to sell) makes that slow.
    side = 0
    for step in range(_MOST_ROUNDS):
        if step % 4 == 3:
            price = 0.5 * (low + high)
        else:
            price = (low * at_high - high * at_low) / (at_high - at_low)
        need, supply, sinks = demand_and_supply(price, market)
        found = need - supply - sinks
        if abs(found) <= _BALANCED * need or high - low <= _BALANCED * high:
            break
        if found > 0.0:
            low, at_low = price, found
            if side == 1:
                at_high *= 0.5
            side = 1
        else:
            high, at_high = price, found
            if side == -1:
                at_low *= 0.5
            side = -1
    return price, need, supply, sinks
