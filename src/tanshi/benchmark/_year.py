"""The years of one replicate, in one compiled call.

A year: shocks and benchmarks → primary auction → audits → the secondary market's price →
surrender, banking, debts, fines → revision of strategies → services, expectations,
technology → next year's benchmarks. Replicates share nothing, so they run on threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.benchmark._clearing import CONCEAL, clearing_price
from tanshi.benchmark._government import (
    adjust_benchmarks,
    improve,
    provider_shares,
    sell_first,
    serve,
)
from tanshi.benchmark._recording import record
from tanshi.benchmark._settlement import settle
from tanshi.benchmark._strategies import choose_least_cost, revise_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market, Run

    Array = NDArray[np.float64]

_SCALES = (0.5, 1.5)  # of benchmarks, between which a path of emissions is matched
_MATCHED = 1e-9


@numba.njit(cache=True, nogil=True)
def run_years(run: Run) -> None:
    """Run all years of one replicate; its state and records are written."""
    market, beginning, draws, records = run.market, run.beginning, run.draws, run.records
    state = market.state
    numbers, year = market.numbers[0], market.year[0]
    benchmark = beginning.benchmark.copy()
    expected = beginning.expected
    found = np.array([numbers.detection_small, numbers.detection_large])
    chances = found.copy()
    margins, capacity = beginning.margins.copy(), beginning.capacity.copy()
    served = len(margins) > 0
    year.services = 1.0 if served else 0.0
    year.cost_level = 1.0
    scale = 1.0
    region_factor = np.ones(records.regions.shape[1])
    n = len(state)
    fall = np.zeros(len(benchmark))
    for t in range(draws.demand.shape[0]):
        covered = _open_year(t, benchmark, region_factor, run)
        year.cost_level *= np.exp(draws.energy[t])
        year.margin = (
            (provider_shares(margins, numbers.choice_width) * margins).sum() if served else 0.0
        )
        year.expected = expected
        year.sinks = numbers.sink_share * covered
        if t == 0:
            choose_least_cost(expected, found, market)
        scale = _matched_scale(scale, beginning.target[t], market, draws.bid[t])
        first = sell_first(market, draws.bid[t])
        price, need, supply, sinks = clearing_price(market)
        reserve, filled, sinks = _fill(price, need, supply, sinks, market)
        accounts = settle(price, filled, chances, draws.detect[t], market)
        for i in range(n):
            state[i].before = state[i].strategy
        record(t, price, (first, (need, supply, sinks, reserve), accounts), market, records)
        for s in range(len(benchmark)):
            records.industries[t, s].benchmark_tco2_per_unit = benchmark[s] * scale
        revise_all(price, found, market, (draws.turn[t], draws.choice[t], draws.mutate[t]))
        _learn_detection(found, market)
        records.years[t].service_margin_cny_per_tco2 = year.margin
        if served:
            records.years[t].contracted_tco2 = serve(
                margins, capacity, beginning.provider_cost, market
            )
        expected += numbers.adaptation * (price - expected)
        means = _mean_intensity(market, len(benchmark))
        improve(fall, t + 1, market)
        improved = 1.0 - _mean_intensity(market, len(benchmark)) / means
        following = adjust_benchmarks(
            price, improved, benchmark, _balance(market, len(benchmark)), market
        )
        fall = 1.0 - following / benchmark
        benchmark = following
        for r in range(len(region_factor)):
            region_factor[r] *= (
                1.0 + numbers.regional_support * numbers.trend * (beginning.supported[r])
            )
    records.last[:] = benchmark


@numba.njit(cache=True)
def _open_year(t: int, benchmark: Array, region_factor: Array, run: Run) -> float:
    """Set what the year gives every firm; return emissions without abatement, tCO2."""
    firms, sectors, state = run.market.firms, run.market.sectors, run.market.state
    numbers, draws = run.market.numbers[0], run.draws
    covered = 0.0
    for i in range(len(firms)):
        s = firms[i].industry
        state[i].active = 1 if t + 1 >= sectors[s].first_year else 0
        state[i].demand = draws.demand[t, i]
        state[i].error = draws.error[t, i]
        state[i].benchmark = benchmark[s] * firms[i].relative * region_factor[firms[i].region]
        audited = draws.audit[t, i] < numbers.audit_share * numbers.audit_finds
        state[i].caught = 1 if audited and state[i].strategy == CONCEAL else 0
        covered += state[i].active * state[i].intensity * state[i].demand
    return covered


@numba.njit(cache=True)
def _matched_scale(scale: float, target: float, market: Market, no_bids: Array) -> float:
    """Scale all benchmarks so that emissions meet a target; by 1 where there is none."""
    if target <= 0.0:
        return 1.0
    state = market.state
    low, high = _SCALES
    applied = 1.0
    trial = scale
    for _ in range(60):
        for i in range(len(state)):
            state[i].benchmark *= trial / applied
        applied = trial
        sell_first(market, no_bids)
        clearing_price(market)
        emitted = 0.0
        for i in range(len(state)):
            emitted += state[i].active * (state[i].intensity - state[i].cut) * state[i].produced
        if abs(emitted - target) <= _MATCHED * target or high - low <= _MATCHED:
            break
        if emitted > target:
            high = trial
        else:
            low = trial
        trial = 0.5 * (low + high)
    return applied


@numba.njit(cache=True)
def _fill(
    price: float, need: float, supply: float, sinks: float, market: Market
) -> tuple[float, tuple[float, float], float]:
    """Return the government's reserve sold, shares filled on both sides, and sinks sold."""
    numbers = market.numbers[0]
    reserve = 0.0
    available = supply + sinks
    if need > available and price >= numbers.ceiling:
        for i in range(len(market.state)):
            reserve += numbers.reserve_share * market.state[i].active * market.state[i].verified
        reserve = min(need - available, reserve)
    bought = min(1.0, (available + reserve) / need) if need > 0.0 else 0.0
    sold = min(1.0, need / available) if available > 0.0 else 0.0
    return reserve, (bought, sold), sinks * sold


@numba.njit(cache=True)
def _learn_detection(found: Array, market: Market) -> None:
    """Move the believed chance of being found towards what was seen this year."""
    hid = np.zeros(2)
    seen = np.zeros(2)
    for i in range(len(market.state)):
        if market.state[i].before == CONCEAL and market.state[i].caught != 1:
            size = market.firms[i].large
            hid[size] += 1.0
            seen[size] += 1.0 if market.state[i].caught == 2 else 0.0
    for size in range(2):
        if hid[size] > 0.0:
            found[size] += market.numbers[0].adaptation * (seen[size] / hid[size] - found[size])


@numba.njit(cache=True)
def _mean_intensity(market: Market, count: int) -> Array:
    """Return the output-weighted mean intensity by industry, (S,)."""
    emitted = np.zeros(count)
    output = np.zeros(count)
    for i in range(len(market.firms)):
        s = market.firms[i].industry
        emitted[s] += market.state[i].intensity * market.firms[i].output
        output[s] += market.firms[i].output
    return emitted / output


@numba.njit(cache=True)
def _balance(market: Market, count: int) -> tuple[Array, Array, Array]:
    """Return allocation, need and complaints by industry, for the feedback."""
    state, numbers = market.state, market.numbers[0]
    allocation = np.zeros(count)
    need = np.zeros(count)
    short = np.zeros(count)
    output = np.zeros(count)
    for i in range(len(state)):
        if state[i].active == 0:
            continue
        s = market.firms[i].industry
        basis = state[i].free / max(1.0 - numbers.paid_share, 1e-12)
        allocation[s] += basis
        unabated = state[i].intensity * state[i].produced
        need[s] += state[i].verified if numbers.on_verified > 0.0 else unabated
        output[s] += state[i].produced
        short[s] += state[i].produced if unabated > basis else 0.0
    return allocation, need, short / np.maximum(output, 1e-300)
