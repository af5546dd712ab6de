"""The call auction finds the solver's price where it is sent whole schedules.

In the market every order is one quantity at the price that was solved, so that the auction
cannot but clear there. Here firms send what they would buy or sell at every price instead, a
step an order, and the auction looks for the price itself.
"""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.conftest import small_register

from tanshi.auction import Book, PriceRule, clear_book
from tanshi.benchmark._clearing import (
    clearing_price,
    demand_and_supply,
    sink_supply,
    take_positions,
)
from tanshi.benchmark._government import sell_first
from tanshi.benchmark._schedules import open_schedules
from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._year import _open_year
from tanshi.benchmark.evolution import EvolutionPlan
from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.rules import MarketRules

TICK = 0.05  # CNY
LOTS = 100.0  # in a tonne
REGISTER = small_register(40)


def opened(rules, scale, curve):
    """Return a market whose first year has opened."""
    plan = EvolutionPlan(
        register=replace(REGISTER, mac_curve=np.full(40, curve)),
        rules=rules,
        relative=np.ones(40),
        years=1,
        benchmark_scale=np.full(2, scale),
    )
    run = prepared_run(shared_tables(plan), 4, 0, 0)
    year = run.market.year[0]
    year["expected"] = year["foreseen"] = year["last"] = run.beginning.expected
    year["cost_level"], year["services"], year["margin"] = 1.0, 1.0, 10.0
    regions = np.ones(len(run.beginning.supported))
    _open_year(0, run.beginning.benchmark.copy(), regions, np.full(2, 0.2), run)
    sell_first(run.market, run.draws.bid[0])
    return run.market


def whole_schedules(market, prices):
    """Return what every firm buys and sells, and sinks sell, by price, tCO2."""
    schedules = open_schedules(market)
    wanted, offered = (np.zeros((len(prices), len(market.state) + 1)) for _ in range(2))
    for j, price in enumerate(prices):
        demand_and_supply(price, schedules, market)
        take_positions(price, schedules, market)
        wanted[j, :-1] = market.state["wanted"]
        offered[j, :-1] = market.state["offered"]
        offered[j, -1] = sink_supply(price, schedules.verified.sum(), market)
    return wanted, offered


def orders(wanted, offered, ticks):
    """Return a book: a bid for every tonne that a higher price puts off, asks likewise."""
    bought = np.round(LOTS * wanted).astype(np.int64)
    sold = np.round(LOTS * offered).astype(np.int64)
    bids = bought - np.vstack([bought[1:], np.zeros_like(bought[:1])])
    asks = sold - np.vstack([np.zeros_like(sold[:1]), sold[:-1]])
    assert min(bids.min(), asks.min()) >= 0  # demand falls, supply rises, firm by firm
    sides = []
    for quantity, is_bid in ((bids, True), (asks, False)):
        j, k = np.nonzero(quantity)
        sides.append((np.full(len(j), is_bid), ticks[j], quantity[j, k]))
    side, limit, quantity = (np.concatenate(column) for column in zip(*sides, strict=True))
    return Book(side, limit, quantity, np.arange(len(side)))


def rules_of(**groups):
    rules = MarketRules()
    rules = replace(rules, demand=replace(rules.demand, responds=False))
    changed = {name: replace(getattr(rules, name), **values) for name, values in groups.items()}
    return replace(rules, **changed)


CASES = {
    "by default": rules_of(),
    "with borrowing and paid allowances": rules_of(
        banking={"borrowing_share": 0.05}, allocation={"paid_share": 0.05}
    ),
    "without banking": rules_of(banking={"allowed": False}),
}


@pytest.mark.parametrize("curve", range(len(CURVES)), ids=CURVES)
@pytest.mark.parametrize("scale", [0.96, 0.985, 1.0, 1.05])
@pytest.mark.parametrize("case", CASES)
def test_the_auction_finds_the_price_at_which_whole_schedules_meet(case, scale, curve):
    rules = CASES[case]
    market = opened(rules, scale, curve)
    schedules = open_schedules(market)
    solved = clearing_price(schedules, market, float(market.year[0]["last"]), 0.04)
    low, high = (round(bound / TICK) for bound in (rules.price.floor, rules.price.ceiling))
    ticks = np.arange(low, high + 1)
    book = orders(*whole_schedules(market, TICK * ticks), ticks)
    rule = PriceRule(round(rules.price.first_expected / TICK), low, high, pressure=True)
    cleared = clear_book(book, rule)
    assert abs(TICK * cleared.price - solved) <= TICK


def test_those_cases_have_prices_inside_the_band_and_at_both_bounds():
    prices = []
    for scale in (0.96, 0.985, 1.0, 1.05):
        market = opened(CASES["by default"], scale, 0)
        prices.append(clearing_price(open_schedules(market), market, 70.0, 0.04))
    assert prices[0] == MarketRules().price.ceiling
    assert prices[-1] == MarketRules().price.floor
    assert MarketRules().price.floor < prices[2] < prices[1] < MarketRules().price.ceiling
