"""The price at which what firms want to buy is what others offer.

Demand for allowances falls with the price and supply rises with it, so excess demand is
monotone. Its root is looked for around last year's price; where it is not between floor and
ceiling, the bound is the price and the long side is rationed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba

from tanshi.benchmark._schedules import Schedules, decide

if TYPE_CHECKING:
    from tanshi.benchmark._layout import Market

_MOST_ROUNDS = 200
_BALANCED = 1e-13  # of need
_CLOSE = 1e-12  # of the price; supply may jump where a firm begins to sell


@numba.njit(cache=True)
def keeping(price: float, market: Market) -> float:
    """Return how much of what it may keep a firm keeps, for a higher price next year."""
    numbers = market.numbers[0]
    gain: float = numbers.banking_carry_discount * market.year[0].foreseen - price
    return 1.0 / (1.0 + math.exp(min(-gain / numbers.banking_indifference, 700.0)))


@numba.njit(cache=True)
def offer(surplus: float, price: float, keep: float, market: Market) -> float:
    """Return what a firm with a surplus sells at a price, tCO2."""
    numbers = market.numbers[0]
    if surplus <= 0.0 or price * surplus < numbers.costs_trade_fixed_cny:
        return 0.0
    if numbers.banking_allowed == 0.0:
        return surplus
    # Plan of 2023-24: keep at most a fixed amount and a multiple of net sales.
    beyond = (surplus - numbers.banking_fixed_t) / (1.0 + numbers.banking_net_sales_multiple)
    sold: float = surplus - keep * (surplus - max(0.0, beyond))
    return sold


@numba.njit(cache=True)
def duty_of(verified: float, free: float, market: Market) -> float:
    """Return what a firm must surrender: its emissions, up to the cap on its shortfall."""
    most: float = free + market.numbers[0].compliance_shortfall_cap * verified
    return min(verified, most)


@numba.njit(cache=True)
def sink_supply(price: float, verified: float, market: Market) -> float:
    """Return the credits that sinks sell, tCO2."""
    numbers = market.numbers[0]
    limit: float = numbers.services_offset_limit * verified
    if price <= 0.0 or limit == 0.0:
        return 0.0
    dearer = (price / numbers.technology_reference_price) ** numbers.services_sink_elasticity
    supply: float = market.year[0].sinks * dearer
    return min(supply, limit)


@numba.njit(cache=True)
def sink_price(price: float, verified: float, market: Market) -> float:
    """Return what a credit costs, CNY per tCO2.

    As much as an allowance, as long as sinks sell less than may be used. At that limit demand
    is scarce and sinks compete for it: the price falls to what the last of them asks.
    """
    numbers = market.numbers[0]
    limit: float = numbers.services_offset_limit * verified
    credit_base: float = market.year[0].sinks
    if price <= 0.0 or limit == 0.0 or credit_base == 0.0:
        return price
    elasticity: float = numbers.services_sink_elasticity
    reference: float = numbers.technology_reference_price
    if credit_base * (price / reference) ** elasticity <= limit:
        return price
    if elasticity == 0.0:
        return 0.0
    asked: float = reference * (limit / credit_base) ** (1.0 / elasticity)
    return min(asked, price)


@numba.njit(cache=True)
def lend(need: float, free: float, keep: float, market: Market) -> float:
    """Return what a firm that is short borrows from next year's allocation, tCO2.

    Who expects a lower price pays back in cheaper allowances: the mirror of banking.
    """
    most: float = market.numbers[0].banking_borrowing_share * free
    return (1.0 - keep) * min(need, most)


@numba.njit(cache=True)
def demand_and_supply(
    price: float, schedules: Schedules, market: Market
) -> tuple[float, float, float]:
    """Return need, supply and credits of sinks at a price, tCO2."""
    verified = decide(price, schedules, market)
    keep = keeping(price, market)
    need = supply = 0.0
    for k in range(len(schedules.firm)):
        free = schedules.rate[k] * schedules.produced[k] + schedules.fixed[k]
        position = free + schedules.held[k] - duty_of(schedules.verified[k], free, market)
        if position < 0.0:
            need -= position + lend(-position, free, keep, market)
        else:
            supply += offer(position, price, keep, market)
    return need, supply, sink_supply(price, verified, market)


@numba.njit(cache=True)
def _excess(price: float, schedules: Schedules, market: Market) -> tuple[float, float]:
    """Return need less what is offered, and need, tCO2."""
    need, supply, sinks = demand_and_supply(price, schedules, market)
    return need - supply - sinks, need


@numba.njit(cache=True)
def clearing_price(schedules: Schedules, market: Market, around: float, step: float) -> float:
    """Return the price; the schedules are left at it, with no buyer short inside the bounds.

    Parameters
    ----------
    schedules : Schedules
    market : Market
    around : float
        Where to look first, CNY per tCO2.
    step : float
        How far to look next, share of the price; ever further until the root is between.
    """
    floor: float = market.numbers[0].price_floor
    ceiling: float = market.numbers[0].price_ceiling
    low = high = price = min(max(around, floor), ceiling)
    found, need = _excess(price, schedules, market)
    at_low = at_high = found
    step = max(step * price, 1e-4 * (ceiling - floor))
    while found > 0.0 and price < ceiling:
        low, at_low = price, found
        price = min(price + step, ceiling)
        step *= 4.0
        found, need = _excess(price, schedules, market)
        high, at_high = price, found
    while found <= 0.0 and at_low <= 0.0 and price > floor:
        high, at_high = price, found
        price = max(price - step, floor)
        step *= 4.0
        found, need = _excess(price, schedules, market)
        low, at_low = price, found
    if at_low <= 0.0 or at_high > 0.0:
        return price  # a bound
    side = 0
    for _ in range(_MOST_ROUNDS):
        # Where nobody needs anything, any price would do: the lowest is looked for.
        balanced = need > 0.0 and abs(found) <= _BALANCED * need
        if balanced or high - low <= _CLOSE * high:
            break
        # Regula falsi that halves the weight of an end that stays (Illinois).
        price = (low * at_high - high * at_low) / (at_high - at_low)
        if not low < price < high or side in (-3, 3):
            price = 0.5 * (low + high)
        found, need = _excess(price, schedules, market)
        if found > 0.0:
            low, at_low = price, found
            at_high *= 0.5 if side > 0 else 1.0
            side = max(side, 0) + 1
        else:
            high, at_high = price, found
            at_low *= 0.5 if side < 0 else 1.0
            side = min(side, 0) - 1
    if found > _BALANCED * need:
        # Where supply jumps, sellers share the demand; no buyer goes short for a jump.
        price = high
        demand_and_supply(price, schedules, market)
    return price


@numba.njit(cache=True)
def take_positions(price: float, schedules: Schedules, market: Market) -> tuple[float, float]:
    """Write what firms do at a price into their records; return need and supply, tCO2."""
    keep = keeping(price, market)
    need = supply = 0.0
    for k in range(len(schedules.firm)):
        one = market.state[schedules.firm[k]]
        one.cut, one.unit_cost = schedules.cut[k], schedules.unit_cost[k]
        one.produced, one.verified = schedules.produced[k], schedules.verified[k]
        one.free = schedules.rate[k] * one.produced + schedules.fixed[k]
        one.duty = duty_of(one.verified, one.free, market)
        one.position = one.free + schedules.held[k] - one.duty
        one.wanted = one.offered = one.borrowed = 0.0
        if one.position < 0.0:
            one.borrowed = lend(-one.position, one.free, keep, market)
            one.wanted = -one.position - one.borrowed
        else:
            one.offered = offer(one.position, price, keep, market)
        need += one.wanted
        supply += one.offered
    return need, supply
