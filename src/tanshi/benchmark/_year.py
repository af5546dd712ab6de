"""The years of one replicate, in one compiled call.

A year: the rules in force → tiers, where they are due → shocks and benchmarks → primary
auction → audits → the secondary market's price and its auction → surrender, banking, debts,
fines → research → revision of strategies → services, expectations, technology → next year's
benchmarks. Replicates share nothing, so they run on threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from tanshi.benchmark._clearing import clearing_price, sink_supply, take_positions
from tanshi.benchmark._foresight import expect_tightening, foreseen
from tanshi.benchmark._government import adjust_benchmarks, sell_first, steer_regions
from tanshi.benchmark._reclassification import reclassify
from tanshi.benchmark._recording import record
from tanshi.benchmark._research import do_research
from tanshi.benchmark._schedules import CONCEAL, CONTRACT, open_schedules
from tanshi.benchmark._settlement import settle
from tanshi.benchmark._strategies import choose_least_cost, revise_all
from tanshi.benchmark._technology import improve, provider_shares, serve
from tanshi.benchmark._trading import trade

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market, Records, Run

    Array = NDArray[np.float64]

_LARGEST_SCALE = 1.25  # of all benchmarks in a year, either way, to meet a path of emissions
_SCALE_STEP = 0.01
_FIRST_STEP = 0.04  # of the price, around last year's
_WARM_STEP = 0.005  # around a price that was found for nearly the same benchmarks
_MATCHED = 1e-9  # relative
_CLOSE = 1e-12
_MOST_ROUNDS = 60
_CASES = 20.0  # as many count half: a handful of cases teaches little
_CARRY = 2  # place in `rules.UNSOLD`


@numba.njit(cache=True, nogil=True)
def run_years(run: Run) -> None:
    """Run all years of one replicate; its state and records are written."""
    market, beginning, draws, records = run.market, run.beginning, run.draws, run.records
    year, sectors = market.year[0], market.sectors
    benchmark = beginning.benchmark.copy()
    year.expected = year.last = beginning.expected
    numbers = beginning.policies[0]
    # Chance of being found that small and large firms believe in.
    found = np.array([numbers.compliance_detection_small, numbers.compliance_detection_large])
    margins, capacity = beginning.margins.copy(), beginning.capacity.copy()
    factor = np.ones(len(beginning.supported))  # of a region, on benchmarks
    before, improved = benchmark.copy(), np.zeros(len(sectors))
    ahead = np.zeros(len(sectors))  # how much faster benchmarks fall than intensities
    for t in range(len(records.years)):
        market.numbers[0], market.known[0] = beginning.policies[t], beginning.known[t]
        numbers = market.numbers[0]
        year.foreseen = foreseen(year.expected, market)
        offered = len(margins) > 0 and numbers.services_first_capacity_share > 0.0
        year.services, year.margin = (1.0 if offered else 0.0), 0.0
        if offered:
            shares = provider_shares(margins, numbers.services_choice_width)
            for j in range(len(margins)):
                year.margin += shares[j] * margins[j]
        year.cost_level = draws.cost_level[t]
        often = int(numbers.adjustment_reclassification)
        if often > 0 and t > 0 and t % often == 0:
            moved = reclassify(beginning.factors, market)
            for s in range(len(sectors)):
                records.industries[t, s].reclassified_firms = moved[s]
        _open_year(t, benchmark, factor, found, run)
        scale = _matched_scale(beginning.target[t], market, draws.bid[t])
        for s in range(len(sectors)):
            benchmark[s] *= scale
            faster = 1.0 - benchmark[s] / before[s] - improved[s]
            ahead[s] += numbers.price_adaptation * (faster - ahead[s])
            before[s] = benchmark[s]
        price, flows = _hold_market(market, draws.bid[t], draws.detect[t])
        expect_tightening(ahead, market)
        do_research(price, ahead, market)
        for i in range(len(market.state)):
            market.state[i].before = market.state[i].strategy
        record(t, price, flows, market, records)
        for s in range(len(sectors)):
            records.industries[t, s].benchmark_tco2_per_unit = benchmark[s]
        records.years[t].benchmark_scale = scale
        _measure_reduction(t, market, records)
        revise_all(price, found, market, (draws.turn[t], draws.choice[t], draws.mutate[t]))
        _learn_detection(found, market)
        records.years[t].contracted_tco2 = serve(margins, capacity, beginning.provider_cost, market)
        balance = _balance(market)  # of this year, before anyone improves
        improved = improve(t + 1, market)
        benchmark = adjust_benchmarks(price, improved, benchmark, balance, market)
        _steer(t, factor, beginning.supported, beginning.regional_target, run)
        year.expected += numbers.price_adaptation * (price - year.expected)
        year.expected = foreseen(year.expected, market)
        year.last = price
    records.last[:] = benchmark


@numba.njit(cache=True)
def _open_year(t: int, benchmark: Array, factor: Array, found: Array, run: Run) -> None:
    """Set what the year gives every firm; who enters chooses what costs it least."""
    market, draws = run.market, run.draws
    firms, sectors, state = market.firms, market.sectors, market.state
    numbers, year = market.numbers[0], market.year[0]
    covered = 0.0
    for i in range(len(firms)):
        firm, one = firms[i], state[i]
        waits = numbers.adjustment_phased > 0.0 and t + 1 < sectors[firm.industry].first_year
        enters = one.active == 0 and not waits
        # Who is in stays, also where a change of policy would have let it wait.
        one.active = 1 if enters else one.active
        one.demand = draws.demand[t, i]
        one.error = draws.error[t, i]
        one.benchmark = benchmark[firm.industry] * one.relative * factor[firm.region]
        # Nobody contracts with providers that are gone, or hides where that cannot be done.
        gone = one.strategy == CONTRACT and year.services == 0.0
        gone = gone or (one.strategy == CONCEAL and numbers.compliance_concealment == 0.0)
        if enters or (one.active > 0 and gone):
            choose_least_cost(i, year.expected, found, market)
        found_out = numbers.verification_audit_share * numbers.verification_audit_finds
        one.caught = 1 if draws.audit[t, i] < found_out and one.strategy == CONCEAL else 0
        covered += one.active * one.intensity * one.demand
    year.sinks = numbers.services_sink_share * covered


@numba.njit(cache=True)
def _hold_market(market: Market, bids: Array, detect: Array) -> tuple[float, Any]:
    """Hold both auctions and settle; return the price and the year's flows."""
    first = sell_first(market, bids)
    market.year[0].carried = 0.0
    if market.numbers[0].allocation_unsold == _CARRY:
        market.year[0].carried = first[1] - first[2]
    schedules = open_schedules(market)
    price = clearing_price(schedules, market, market.year[0].last, _FIRST_STEP)
    need, supply = take_positions(price, schedules, market)
    offered = sink_supply(price, schedules.verified.sum(), market)
    reserve, sinks, traded, blocks = trade(price, offered, market)
    second = (need, supply, sinks, reserve, traded, blocks)
    return price, (first, second, settle(price, detect, market))


@numba.njit(cache=True)
def _emissions_at(
    scale: float, market: Market, bids: Array, around: tuple[float, float]
) -> tuple[float, float]:
    """Return emissions (tCO2) and price with all benchmarks scaled, which stay as they were.

    The price is looked for around another, with a first step.
    """
    for i in range(len(market.state)):
        market.state[i].benchmark *= scale
    sell_first(market, bids)
    schedules = open_schedules(market)
    price = clearing_price(schedules, market, around[0], around[1])
    for i in range(len(market.state)):
        market.state[i].benchmark /= scale
    emitted = 0.0
    for k in range(len(schedules.cut)):
        emitted += (schedules.intensity[k] - schedules.cut[k]) * schedules.produced[k]
    return emitted, price


@numba.njit(cache=True)
def _matched_scale(target: float, market: Market, bids: Array) -> float:
    """Scale all benchmarks so that emissions meet a target; by 1 where there is none.

    At a bound of the price emissions hardly follow benchmarks; the scale then stays within
    its limits, and the record shows what emissions were.
    """
    if target <= 0.0:
        return 1.0
    scale = low = high = 1.0
    around = (market.year[0].last, _FIRST_STEP)
    emitted, price = _emissions_at(1.0, market, bids, around)
    gap = at_low = at_high = emitted / target - 1.0
    step = _SCALE_STEP
    rises = gap < 0.0  # more allowances, more emissions
    while gap * at_low > 0.0 and 1.0 / _LARGEST_SCALE < scale < _LARGEST_SCALE:
        low, at_low = scale, gap
        wanted = scale + step if rises else scale - step
        scale = min(max(wanted, 1.0 / _LARGEST_SCALE), _LARGEST_SCALE)
        step *= 2.0
        emitted, price = _emissions_at(scale, market, bids, (price, _FIRST_STEP))
        gap = emitted / target - 1.0
        high, at_high = scale, gap
    side = 0
    for _ in range(_MOST_ROUNDS):
        if abs(gap) <= _MATCHED or at_low * at_high > 0.0 or abs(high - low) <= _CLOSE:
            break
        scale = (low * at_high - high * at_low) / (at_high - at_low)
        if side in (-3, 3):
            scale = 0.5 * (low + high)
        emitted, price = _emissions_at(scale, market, bids, (price, _WARM_STEP))
        gap = emitted / target - 1.0
        if gap * at_low > 0.0:
            low, at_low = scale, gap
            at_high *= 0.5 if side > 0 else 1.0
            side = max(side, 0) + 1
        else:
            high, at_high = scale, gap
            at_low *= 0.5 if side < 0 else 1.0
            side = min(side, 0) - 1
    for i in range(len(market.state)):
        market.state[i].benchmark *= scale
    return scale


@numba.njit(cache=True)
def _measure_reduction(t: int, market: Market, records: Records) -> None:
    """Record the fall of emissions per output (of emissions, under a cap) since the start."""
    numbers = market.numbers[0]
    regions = records.regions[t]
    base = np.zeros(len(regions))
    for i in range(len(market.firms)):
        firm, one = market.firms[i], market.state[i]
        if one.active > 0:
            capped = numbers.allocation_absolute_cap > 0.0
            units = firm.output if capped else one.produced
            base[firm.region] += firm.first_intensity * units
    emitted = 0.0
    for r in range(len(regions)):
        emitted += regions[r].emissions_tco2
        if base[r] > 0.0:
            regions[r].reduction_share = 1.0 - regions[r].emissions_tco2 / base[r]
    reached = 1.0 - emitted / base.sum() if emitted > 0.0 else 0.0
    target = 1.0 - (1.0 - numbers.adjustment_reduction_target) ** (t + 1)
    records.years[t].reduction_share, records.years[t].target_share = reached, target
    market.year[0].lag = max(0.0, (1.0 - reached) / (1.0 - target) - 1.0)


@numba.njit(cache=True)
def _steer(t: int, factor: Array, supported: Array, yearly: Array, run: Run) -> None:
    """Record and move the regions' factors."""
    reached, target = np.zeros(len(factor)), np.zeros(len(factor))
    for r in range(len(factor)):
        region = run.records.regions[t, r]
        region.benchmark_factor, reached[r] = factor[r], region.reduction_share
        target[r] = 1.0 - (1.0 - yearly[r]) ** (t + 1)
    steer_regions(factor, (supported, reached, target), run.market)


@numba.njit(cache=True)
def _learn_detection(found: Array, market: Market) -> None:
    """Move the believed chance of being found towards what was seen this year."""
    hid, seen = np.zeros(2), np.zeros(2)
    for i in range(len(market.state)):
        if market.state[i].before == CONCEAL and market.state[i].caught != 1:
            size = market.firms[i].large
            hid[size] += market.state[i].active
            seen[size] += 1.0 if market.state[i].caught == 2 else 0.0
    for size in range(2):
        if hid[size] > 0.0:
            surprise = seen[size] / hid[size] - found[size]
            weight = hid[size] / (hid[size] + _CASES)
            found[size] += market.numbers[0].price_adaptation * weight * surprise


@numba.njit(cache=True)
def _balance(market: Market) -> tuple[Array, Array, Array]:
    """Return allocation, need and complaints by industry, for the feedback."""
    state, numbers = market.state, market.numbers[0]
    count = len(market.sectors)
    allocation, need = np.zeros(count), np.zeros(count)
    short, output = np.zeros(count), np.zeros(count)
    for i in range(len(state)):
        one = state[i]
        if one.active == 0:
            continue
        s = market.firms[i].industry
        capped = numbers.allocation_absolute_cap > 0.0
        basis = one.benchmark * (market.firms[i].grandfathered if capped else one.produced)
        unabated = one.intensity * one.produced
        allocation[s] += basis
        need[s] += one.verified if numbers.adjustment_on_verified > 0.0 else unabated
        output[s] += one.produced
        short[s] += one.produced if unabated > basis else 0.0
    for s in range(count):
        short[s] /= max(output[s], 1e-300)
    return allocation, need, short
