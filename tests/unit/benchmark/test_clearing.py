"""The price where demand meets supply, and the auction that fills the orders."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.conftest import frictionless, small_register
from tests.unit.benchmark.test_market_mechanisms import CALM, PLAN

from tanshi.auction import Book, PriceRule
from tanshi.auction._kernels import clear_book_plain
from tanshi.benchmark._clearing import clearing_price, demand_and_supply, take_positions
from tanshi.benchmark._cuts import cost_of, cut_at
from tanshi.benchmark._recording import costs_of
from tanshi.benchmark._schedules import open_schedules, respond
from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._trading import TICKS, trade
from tanshi.benchmark._year import run_years
from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.firms import CURVES

PRICES = np.linspace(1.0, 300.0, 120)


def market_after(plan, years=3):
    """A market with banks, debts and strategies of its own, as the year after would find it."""
    run = prepared_run(shared_tables(replace(plan, years=years)), 7, 0, 0)
    run_years(run)
    return run.market


def excess_at(prices, market):
    schedules = open_schedules(market)
    found = [demand_and_supply(float(price), schedules, market) for price in prices]
    return np.array([need - supply - sinks for need, supply, sinks in found])


@pytest.mark.parametrize("curve", range(len(CURVES)))
@pytest.mark.parametrize("mechanism", ["borrowing", "primary auction", "absolute cap", ""])
def test_excess_demand_never_rises_with_the_price(curve, mechanism):
    register = replace(CALM.register, mac_curve=np.full(CALM.register.n_firms, curve))
    rules = CALM.rules.having(mechanism) if mechanism else CALM.rules
    market = market_after(replace(CALM, register=register, rules=rules, policy_changes={}))
    excess = excess_at(PRICES, market)
    scale = np.abs(excess).max()
    assert (np.diff(excess) <= 1e-12 * scale).all()
    assert excess[0] > excess[-1]


@pytest.mark.parametrize("around", [1.0, 40.0, 71.3, 199.0, 1000.0])
@pytest.mark.parametrize("step", [1e-6, 0.04, 10.0])
def test_price_does_not_depend_on_where_the_search_begins(around, step):
    market = market_after(CALM)
    schedules = open_schedules(market)
    price = clearing_price(schedules, market, around, step)
    assert price == pytest.approx(clearing_price(schedules, market, 60.0, 0.01), rel=1e-10)
    need, supply, sinks = demand_and_supply(price, schedules, market)
    assert need <= (supply + sinks) * (1 + 1e-12)


def test_bounds_are_prices_where_nothing_inside_clears():
    for floor, ceiling, expected in ((290.0, 300.0, 290.0), (1.0, 2.0, 2.0), (58.0, 58.0, 58.0)):
        rules = replace(CALM.rules, price=replace(CALM.rules.price, floor=floor, ceiling=ceiling))
        market = market_after(replace(CALM, rules=rules))
        assert clearing_price(open_schedules(market), market, 60.0, 0.04) == expected


@pytest.mark.parametrize("around", [10.0, 100.0, 900.0])
def test_the_lowest_price_is_taken_where_nobody_needs_or_offers(around):
    # Two firms, too small to sell: from the price on at which neither needs more, any would do.
    register = small_register(2)
    rules = frictionless(ceiling=1000.0, first_expected=around)
    rules = replace(rules, costs=replace(rules.costs, trade_fixed_cny=1e12))
    given = 0.98 * register.intensity_tco2_per_unit
    plan = EvolutionPlan(
        register=register, rules=rules, relative=given / register.benchmark_tco2_per_unit, years=1
    )
    found = evolve_market(plan, seed=1).price_cny_per_tco2[0, 0]
    wanted = (register.mac_slope * 0.02 * register.intensity_tco2_per_unit).max()
    assert found == pytest.approx(wanted, rel=1e-9)


def test_no_buyer_goes_short_inside_the_bounds_although_supply_jumps():
    # Few firms with a large fixed cost of trading: each seller that enters is a jump.
    rules = replace(
        CALM.rules.without("sinks"),
        costs=replace(CALM.rules.costs, trade_fixed_cny=3e7),
        price=replace(CALM.rules.price, floor=0.0, ceiling=1e4),
    )
    result = evolve_market(replace(CALM, rules=rules, years=10), replicates=4, seed=3)
    assert (result.price_cny_per_tco2 < 1e4).all()
    assert result.by_industry["missing_tco2"].max() == 0.0
    assert (result.years["supply_tco2"] > 1.0001 * result.years["need_tco2"]).any()


def orders(market):
    state = market.state
    bids = state["wanted"] > 0
    return bids, state["wanted"] + state["offered"]


@pytest.mark.parametrize(("floor", "ceiling"), [(40.0, 200.0), (40.0, 45.0), (90.0, 200.0)])
def test_fills_are_those_of_the_plain_auction(floor, ceiling):
    rules = replace(
        CALM.rules.without("block session"),
        price=replace(
            CALM.rules.price, floor=floor, ceiling=ceiling, reserve_share=0.001, block_session=False
        ),
    )
    market = market_after(replace(CALM, rules=rules))
    schedules = open_schedules(market)
    price = clearing_price(schedules, market, 60.0, 0.04)
    take_positions(price, schedules, market)
    bids, wanted = orders(market)
    reserve, sinks, traded, blocks = trade(price, 1e5, market)
    lots = 1e6
    at_ceiling = price == ceiling
    missing = wanted[bids].sum() - wanted[~bids].sum() - 1e5
    offered = min(max(missing, 0.0), 0.001 * market.state["verified"].sum()) if at_ceiling else 0.0
    quantity = np.rint(lots * np.append(wanted, [1e5, offered])).astype(np.int64)
    n = len(quantity)
    at = round(TICKS * price)
    book = Book(np.append(bids, [False, False]), np.full(n, at), quantity, np.arange(n))
    rule = PriceRule(at, round(TICKS * floor), round(TICKS * ceiling), pressure=False)
    plain = clear_book_plain(book, rule)
    assert plain.price == at
    signed = np.where(bids, 1, -1) * plain.fill[:-2] / lots
    assert np.array_equal(market.state["traded"], signed)
    assert blocks == 0.0
    assert (reserve, sinks) == (plain.fill[-1] / lots, plain.fill[-2] / lots)
    assert traded == pytest.approx(plain.fill[:-2][bids].sum() / lots)
    assert (reserve > 0) == at_ceiling


def test_blocks_are_traded_by_large_orders_and_only_within_their_band():
    market = market_after(PLAN)
    schedules = open_schedules(market)
    price = clearing_price(schedules, market, 60.0, 0.04)
    take_positions(price, schedules, market)
    trade(price, 0.0, market)
    large = market.state["blocks"] > 0
    assert large.any()
    _, quantity = orders(market)
    assert (quantity[large] >= PLAN.rules.price.block_minimum_t).all()
    assert (market.state["blocks"] <= np.abs(market.state["traded"]) + 1e-9).all()
    market.year["last"] = 2.0 * price  # further away than the band
    reserve_sinks_traded_blocks = trade(price, 0.0, market)
    assert reserve_sinks_traded_blocks[3] == 0.0
    assert reserve_sinks_traded_blocks[2] > 0.0


@pytest.mark.parametrize(("traded", "fixed"), [(1e-6, 0.0), (-1e-6, 0.0), (1.0, 1.0), (-2.0, 1.0)])
def test_who_trades_grams_has_not_gone_to_market(traded, fixed):
    market, costs = market_after(CALM), CALM.rules.costs
    market.state["traded"][0], market.state["blocks"][0] = traded, 0.0
    fees = costs_of(0, 60.0, market)[3]
    wanted = fixed * costs.trade_fixed_cny + 60.0 * costs.fee_share * abs(traded)
    assert fees == pytest.approx(wanted, rel=1e-12)


def test_output_response_lowers_the_price_a_little():
    register = small_register()
    rules = frictionless()
    plain, responding = (
        evolve_market(
            EvolutionPlan(
                register=register,
                rules=replace(rules, demand=replace(rules.demand, responds=responds)),
                relative=np.ones(register.n_firms),
                years=1,
            ),
            seed=1,
        ).price_cny_per_tco2[0, 0]
        for responds in (False, True)
    )
    assert 0.9 * plain < responding < plain


@pytest.mark.parametrize("curve", range(len(CURVES)))
def test_cost_is_the_integral_of_marginal_cost(curve):
    slope, cap, reference = 2000.0, 0.08, 60.0
    prices = np.linspace(0.0, 300.0, 200_001)
    cuts = np.array([cut_at(curve, slope, cap, float(price), reference) for price in prices])
    assert (np.diff(cuts) >= 0).all()
    assert cuts.max() <= cap
    # Marginal cost is the price at which a cut is made: cost is the integral of p da.
    integral = np.append(0.0, np.cumsum(0.5 * (prices[1:] + prices[:-1]) * np.diff(cuts)))
    for place in (40_000, 100_000, 160_000):
        cost = cost_of(curve, slope, cap, float(cuts[place]), reference)
        assert cost == pytest.approx(integral[place], rel=2e-3)


@pytest.mark.parametrize("curve", range(len(CURVES)))
def test_a_factor_on_costs_scales_the_cost_of_every_cut(curve):
    def at(factor, price):
        # Emissions cost nothing today: what is left of the unit cost is abatement.
        return respond((curve, 2000.0, factor, 0.08, 0.0, 1.0, 0.0), (0.0, price), 60.0)

    cut, cost = at(1.0, 75.0)
    assert cost > 0.0
    assert at(0.85, 0.85 * 75.0) == pytest.approx((cut, 0.85 * cost), rel=1e-12)


@pytest.mark.parametrize("curve", [CURVES.index(name) for name in ("linear", "power", "log")])
def test_smooth_curves_agree_at_the_reference_price(curve):
    assert cut_at(curve, 2000.0, 0.08, 60.0, 60.0) == pytest.approx(0.03, rel=1e-12)
