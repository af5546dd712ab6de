"""How firms revise their strategies: own, contracted, traded, concealed.

Each compares what the four would have cost *itself* at this year's price, per tonne:
imitating others' payoffs would copy their luck in allocation, not their choice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.benchmark._foresight import foreseen
from tanshi.benchmark._layout import Market
from tanshi.benchmark._schedules import (
    CONCEAL,
    CONTRACT,
    LAGGING,
    OWN,
    TRADE,
    cost_factor,
    free_allowances,
    respond,
    signal_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

COUNT = 4
LOGIT, REPLICATOR_MUTATOR, FERMI, SMITH = 0, 1, 2, 3
IMPOSSIBLE = 1e30  # cost of a strategy that is not open


@numba.njit(cache=True)
def own_fixed_cost(i: int, market: Market) -> float:
    """Return what abating by itself costs a firm before the first tonne, CNY."""
    numbers = market.numbers[0]
    cost: float = numbers.costs_own_fixed_cny
    if market.state[i].tier == LAGGING and numbers.adjustment_laggard_support > 0.0:
        cost *= numbers.adjustment_laggard_fixed_factor
    return cost


@numba.njit(cache=True)
def foregone_costs(i: int, price: float, found: Array, market: Market, out: Array) -> None:
    """Set what each strategy would have cost a firm, CNY per tonne it would emit.

    Parameters
    ----------
    i : int
    price : float
        The year's.
    found : (2,) array
        Chance of being found that small and large firms believe in.
    out : (4,) array
        Written.
    """
    firm, one, numbers = market.firms[i], market.state[i], market.numbers[0]
    output, emitted = one.demand, one.intensity * one.demand
    rate, fixed = free_allowances(i, market)
    prices = (price, signal_of(price, market))
    cap = one.potential * one.intensity
    for strategy in (OWN, CONTRACT, TRADE):
        margin = market.year[0].margin if strategy == CONTRACT else 0.0
        factor = cost_factor(i, strategy, market)
        within = cap if strategy != TRADE else 0.0
        terms = (firm.curve, firm.slope, factor, within, margin, one.intensity, rate)
        cut, unit_cost = respond(terms, prices, numbers.technology_reference_price)
        cost = unit_cost * output
        if strategy == OWN and cut > 0.0:
            cost += own_fixed_cost(i, market)
        traded = abs(rate * output + fixed - emitted + cut * output)
        if traded > 0.0:
            cost += numbers.costs_trade_fixed_cny + numbers.costs_fee_share * price * traded
        out[strategy] = cost / emitted
    if market.year[0].services == 0.0 or numbers.services_first_capacity_share == 0.0:
        out[CONTRACT] = IMPOSSIBLE
    out[CONCEAL] = IMPOSSIBLE
    if numbers.compliance_concealment > 0.0:
        stake = _stake(price, found[firm.large], numbers.compliance_hidden_share * emitted, market)
        out[CONCEAL] = out[TRADE] + stake / emitted


@numba.njit(cache=True)
def _stake(price: float, chance: float, hidden: float, market: Market) -> float:
    """Return what hiding emissions costs more than it saves, as expected, CNY."""
    numbers = market.numbers[0]
    saved = price * hidden
    fine = max(numbers.compliance_fine_multiple * saved, numbers.compliance_least_fine_cny)
    owed = numbers.compliance_deduction * numbers.banking_carry_discount * saved
    shame = numbers.compliance_reputation * saved
    # What an audit finds is surrendered at once: nothing is won, and the name suffers.
    slips = 1.0 - numbers.verification_audit_share * numbers.verification_audit_finds
    stake: float = slips * (chance * (fine + owed + shame) - saved) + (1.0 - slips) * shame
    return stake


@numba.njit(cache=True)
def _weigh_all(cost: Array, share: Array, market: Market, weight: Array) -> None:
    """Weigh every strategy by its cost (logit), and by its share (replicator–mutator)."""
    numbers = market.numbers[0]
    least = cost.min()
    for g in range(COUNT):
        weight[g] = 0.0
        if cost[g] < IMPOSSIBLE:
            weight[g] = math.exp(-min((cost[g] - least) / numbers.revision_noise, 700.0))
        if numbers.revision_protocol == REPLICATOR_MUTATOR:
            weight[g] *= share[g]


@numba.njit(cache=True)
def _weigh_a_peer(now: int, cost: Array, share: Array, market: Market, weight: Array) -> None:
    """Meet a peer and take its strategy over with Fermi's probability, else stay."""
    stays = 1.0
    for g in range(COUNT):
        gain = (cost[g] - cost[now]) / market.numbers[0].revision_noise
        weight[g] = 0.0
        if g != now and cost[g] < IMPOSSIBLE:
            weight[g] = share[g] / (1.0 + math.exp(max(min(gain, 700.0), -700.0)))
        stays -= weight[g]
    weight[now] = stays


@numba.njit(cache=True)
def _weigh_gains(now: int, cost: Array, market: Market, weight: Array) -> None:
    """Weigh strategies by what they save over the present one (Smith)."""
    for g in range(COUNT):
        weight[g] = max(0.0, min(cost[now], IMPOSSIBLE) - cost[g])
    weight[now] = market.numbers[0].revision_noise


@numba.njit(cache=True)
def revised(strategy: int, cost: Array, share: Array, draw: float, market: Market) -> int:
    """Return the strategy a firm turns to under the revision protocol.

    Parameters
    ----------
    strategy : int
        Now.
    cost : (4,) array
        Foregone costs, CNY per tonne.
    share : (4,) array
        Of its industry's firms, by strategy.
    draw : float in [0, 1)
    market : Market
    """
    weight = np.zeros(COUNT)
    protocol = market.numbers[0].revision_protocol
    if protocol == FERMI:
        _weigh_a_peer(strategy, cost, share, market, weight)
    elif protocol == SMITH:
        _weigh_gains(strategy, cost, market, weight)
    else:
        _weigh_all(cost, share, market, weight)
    below = draw * weight.sum()
    for g in range(COUNT):
        below -= weight[g]
        if below < 0.0 and weight[g] > 0.0:
            return g
    return strategy


@numba.njit(cache=True)
def revise_all(
    price: float, found: Array, market: Market, draws: tuple[Array, Array, Array]
) -> None:
    """Let a share of firms revise, and a few mutate.

    Parameters
    ----------
    price : float
    found : (2,) array
        Believed chance of being found, small and large.
    market : Market
    draws : three (n,) arrays in [0, 1)
        Whether to revise, what to choose, whether to mutate.
    """
    state, numbers = market.state, market.numbers[0]
    firms, known = market.firms, market.known
    # The choice is for next year: its costs are those of the rules that will hold by then.
    then = Market(firms, market.sectors, state, known, known, market.year)
    later = foreseen(price, market)
    turn, choice, mutate = draws
    count = len(market.sectors)
    share = np.zeros((count, COUNT))
    for i in range(len(firms)):
        if state[i].active > 0:
            share[firms[i].industry, state[i].strategy] += 1.0
    for s in range(count):
        share[s] /= max(share[s].sum(), 1.0)
    cost = np.empty(COUNT)
    for i in range(len(firms)):
        mutates = mutate[i] < numbers.revision_mutation
        revises = mutates or turn[i] < numbers.revision_share
        if state[i].active == 0 or not revises or firms[i].conceals > 0.0:
            continue
        foregone_costs(i, later, found, then, cost)
        if firms[i].conceals == 0.0:
            cost[CONCEAL] = IMPOSSIBLE
        if cost[state[i].strategy] >= IMPOSSIBLE:
            continue  # its strategy ends with the year: it begins the next with the cheapest
        if mutates:
            anything = int(choice[i] * COUNT)
            if cost[anything] < IMPOSSIBLE:
                state[i].strategy = anything
            continue
        state[i].strategy = revised(
            state[i].strategy, cost, share[firms[i].industry], choice[i], market
        )


@numba.njit(cache=True)
def choose_least_cost(i: int, price: float, found: Array, market: Market) -> None:
    """Let an honest firm begin with what costs it least at a price.

    A start with idle firms would put the first years at the ceiling.
    """
    cost = np.empty(COUNT)
    foregone_costs(i, price, found, market, cost)
    cost[CONCEAL] = IMPOSSIBLE
    market.state[i].strategy = np.argmin(cost)
    if market.firms[i].conceals > 0.0:
        market.state[i].strategy = CONCEAL
