"""What every firm does at any price, in bare arrays: the search for a price reads nothing else.

The compiler keeps what it reads from a record in no register while another may be written,
so the dozen evaluations of a search on records cost five times as much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from tanshi.benchmark._cuts import cost_of, cut_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]

OWN, CONTRACT, TRADE, CONCEAL = 0, 1, 2, 3
ADVANCED, MEDIUM, LAGGING, TIERS = 0, 1, 2, 3
_LEAST_OUTPUT = 0.05  # of demand; a linear response must not run below it


class Schedules(NamedTuple):
    """The active firms, one entry each, and what they do at the last price that was tried."""

    firm: Places  # place in the register
    industry: Places
    curve: Places
    slope: Array  # of marginal abatement cost, of the firm's own curve
    factor: Array  # of what it faces, over that
    cap: Array  # tCO2 per unit; 0 for who does not abate
    margin: Array  # paid on top of abatement cost, CNY per tCO2
    intensity: Array
    rate: Array  # free allowances, tCO2 per unit
    fixed: Array  # free allowances whatever is produced, tCO2
    held: Array  # bank and what the primary auction gave, less debts, tCO2
    demand: Array  # units
    counted: Array  # verified over actual emissions
    weight: Array  # (S,) demand, units
    cut: Array
    unit_cost: Array
    produced: Array
    verified: Array


@numba.njit(cache=True)
def cost_factor(i: int, strategy: int, market: Market) -> float:
    """Return abatement costs that a firm faces with a strategy over those of its own curve."""
    numbers = market.numbers[0]
    factor: float = market.year[0].cost_level
    if market.state[i].tier == LAGGING and numbers.adjustment_laggard_support > 0.0:
        factor *= numbers.adjustment_laggard_cost_factor
    if strategy == CONTRACT:
        factor *= numbers.services_cost_factor
    return factor


@numba.njit(cache=True)
def free_allowances(i: int, market: Market) -> tuple[float, float]:
    """Return what a firm gets per unit of product, and whatever it makes, tCO2."""
    numbers, state = market.numbers[0], market.state[i]
    share = 1.0 - numbers.allocation_paid_share
    if numbers.allocation_absolute_cap > 0.0:
        return 0.0, share * state.benchmark * market.firms[i].grandfathered + state.returned
    return share * state.benchmark, state.returned


@numba.njit(cache=True)
def respond(
    terms: tuple[int, float, float, float, float, float, float],
    prices: tuple[float, float],
    reference: float,
) -> tuple[float, float]:
    """Return cut and unit cost (allowances included) of one firm.

    Parameters
    ----------
    terms : curve, slope, factor, cap, margin, intensity, rate
        As in `Schedules`.
    prices : (float, float)
        Today's, and the one that abatement is decided on.
    reference : float
        Price at which all shapes of cost curves agree.
    """
    curve, slope, factor, cap, margin, intensity, rate = terms
    if cap <= 0.0:
        return 0.0, prices[0] * (intensity - rate)
    # A factor scales marginal cost, whatever its shape: a smaller slope would do so only on a
    # straight line.
    cut = cut_at(curve, slope, cap, (prices[1] - margin) / factor, reference)
    cost = factor * cost_of(curve, slope, cap, cut, reference) + margin * cut
    # Allowances per unit of product make output cheaper; a cap in tonnes does not.
    return cut, prices[0] * (intensity - cut - rate) + cost


@numba.njit(cache=True)
def signal_of(price: float, market: Market) -> float:
    """Return the price that abatement is decided on: it outlives the year."""
    numbers = market.numbers[0]
    weight: float = numbers.price_permanent_share
    later: float = market.year[0].foreseen
    return weight * price + (1.0 - weight) * later


@numba.njit(cache=True)
def open_schedules(market: Market) -> Schedules:
    """Copy what does not depend on the price from the records of active firms."""
    firms, state = market.firms, market.state
    numbers, year = market.numbers[0], market.year[0]
    n = 0
    for i in range(len(firms)):
        n += state[i].active
    places = np.empty((3, n), np.int64)
    given = np.zeros((14, n))
    weight = np.zeros(len(market.sectors))
    k = 0
    for i in range(len(firms)):
        firm, one = firms[i], state[i]
        if one.active == 0:
            continue
        places[0, k], places[1, k], places[2, k] = i, firm.industry, firm.curve
        if one.strategy in (OWN, CONTRACT):
            given[0, k] = firm.slope
            given[1, k] = cost_factor(i, one.strategy, market)
            given[2, k] = one.potential * one.intensity
            given[3, k] = year.margin if one.strategy == CONTRACT else 0.0
        given[4, k] = one.intensity
        given[5, k], given[6, k] = free_allowances(i, market)
        given[7, k] = one.bought_first + one.bank - one.debt
        given[8, k] = one.demand
        hides = one.strategy == CONCEAL and one.caught == 0
        given[9, k] = one.error * (1.0 - numbers.compliance_hidden_share * hides)
        weight[firm.industry] += one.demand
        k += 1
    return Schedules(
        firm=places[0],
        industry=places[1],
        curve=places[2],
        slope=given[0],
        factor=given[1],
        cap=given[2],
        margin=given[3],
        intensity=given[4],
        rate=given[5],
        fixed=given[6],
        held=given[7],
        demand=given[8],
        counted=given[9],
        weight=weight,
        cut=given[10],
        unit_cost=given[11],
        produced=given[12],
        verified=given[13],
    )


@numba.njit(cache=True)
def decide(price: float, schedules: Schedules, market: Market) -> float:
    """Set cut, unit cost, output and verified emissions at a price; return what is verified."""
    sectors, numbers = market.sectors, market.numbers[0]
    signal, reference = signal_of(price, market), numbers.technology_reference_price
    (_, industry, curve, slope, factor, cap, margin, intensity, rate) = schedules[:9]
    demand, counted, weight = schedules.demand, schedules.counted, schedules.weight
    cut, unit_cost = schedules.cut, schedules.unit_cost
    cost = np.zeros(len(sectors))
    for k in range(len(demand)):
        terms = (curve[k], slope[k], factor[k], cap[k], margin[k], intensity[k], rate[k])
        cut[k], unit_cost[k] = respond(terms, (price, signal), reference)
        cost[industry[k]] += demand[k] * unit_cost[k]
    rise = np.zeros(len(sectors))
    reaction = np.zeros(len(sectors))
    for s in range(len(sectors)):
        sigma, eta = sectors[s].supply_elasticity, sectors[s].demand_elasticity
        if numbers.demand_responds > 0.0 and sigma > 0.0 and weight[s] > 0.0:
            # The product's market clears: what is made is demand at the price it rises to.
            rise[s] = sigma / (sigma + eta) * cost[s] / weight[s]
            reaction[s] = sigma / sectors[s].price
    total = 0.0
    for k in range(len(demand)):
        s = industry[k]
        change = 1.0 + reaction[s] * (rise[s] - unit_cost[k])
        made = demand[k] * max(change, _LEAST_OUTPUT)
        schedules.produced[k] = made
        schedules.verified[k] = (intensity[k] - cut[k]) * made * counted[k]
        total += schedules.verified[k]
    return total
