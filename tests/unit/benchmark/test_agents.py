"""No agent is idle: what each does shows, and without it the others fare otherwise.

Some mechanisms move a spread and not a mean; they are measured here one by one.
"""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.test_market_mechanisms import CALM, PLAN

from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.rules import MarketRules
from tanshi.benchmark.switches import SWITCHED_ON

# Agent: the figures that it makes, and by mechanism one of others that it moves.
AGENTS = {
    "government": (
        ("issued_tco2", "primary_sold_tco2", "fines_cny", "target_share", "reserve_sold_tco2"),
        {
            "trend": "abatement_cost_cny",
            "feedback": "abatement_cost_cny",
            "reduction targets": "abatement_cost_cny",
            "primary auction": "abatement_cost_cny",
            "audits": "abatement_cost_cny",
            "reserve": "missing_tco2",
        },
    ),
    "high-emission enterprises": (
        (
            "own_firms",
            "contract_firms",
            "trade_firms",
            "conceal_firms",
            "bought_tco2",
            "sold_tco2",
            "banked_tco2",
            "owed_tco2",
            "fixed_cost_cny",
            "research_cost_cny",
        ),
        dict.fromkeys(
            ("learning", "research", "banking", "borrowing", "concealment", "strategy revision"),
            "service_margin_cny",
        ),
    ),
    "reduction enterprises": (
        ("contracted_tco2", "service_margin_cny", "sink_credits_tco2"),
        {"services": "own_firms", "sinks": "missing_tco2"},
    ),
    "verifiers": (
        ("verified_tco2",),
        {"verification noise": "traded_tco2", "audits": "traded_tco2"},
    ),
    "associations": ((), {"opinions": "issued_tco2"}),
}
EACH = [(agent, name) for agent, (_, mechanisms) in AGENTS.items() for name in mechanisms]


def evolved(rules, plan=PLAN, **changes):
    return evolve_market(replace(plan, rules=rules, **changes), replicates=3, seed=5)


def figures(result, name):
    """Return a figure by replicate and year."""
    if name in (result.years.dtype.names or ()):
        return result.years[name]
    return result.by_industry[name].sum(axis=2)


def everything():
    """The busy market with what it has off switched on, and duties in full.

    A cap on shortfalls would leave so little to buy that the price stays on its floor.
    """
    rules = PLAN.rules
    for name in SWITCHED_ON:
        rules = rules if name in ("absolute cap", "shortfall cap") else rules.having(name)
    return replace(rules, price=replace(rules.price, floor=20.0))


@pytest.fixture(scope="module")
def busy():
    return evolved(everything())


@pytest.mark.parametrize("agent", AGENTS)
def test_every_agent_makes_its_figures(agent, busy):
    for name in AGENTS[agent][0]:
        assert figures(busy, name).sum() > 0.0, name


@pytest.mark.parametrize(("agent", "mechanism"), EACH)
def test_no_agent_is_idle(agent, mechanism, busy):
    """Without one mechanism alone, others fare otherwise."""
    of_others = AGENTS[agent][1][mechanism]
    without = evolved(everything().without(mechanism))
    moved = figures(busy, of_others) - figures(without, of_others)
    # In most years, for every replicate, and not just in the last digits.
    noticed = np.abs(moved) > 1e-6 * np.abs(figures(busy, of_others)).max()
    assert (noticed.mean(axis=1) > 0.5).all()


def margins_with(**services):
    """Return the mean margin of contracted abatement by year, CNY per tCO2."""
    rules = replace(CALM.rules, services=replace(CALM.rules.services, **services))
    result = evolve_market(replace(CALM, rules=rules), replicates=10, seed=5)
    return result.years["service_margin_cny_per_tco2"].mean(axis=0)


def test_providers_raise_their_price_where_demand_exceeds_capacity():
    scarce, plenty = (margins_with(first_capacity_share=share) for share in (0.0005, 0.02))
    assert (scarce[1:] > 1.5 * plenty[1:]).all()


def test_firms_turn_to_the_cheaper_of_many_providers():
    one, many = (margins_with(providers=count, cost_spread=1.0) for count in (1, 8))
    assert (many[5:] < 0.7 * one[5:]).all()


def credits_sold(price, **services):
    """Return credits of sinks over verified emissions at a price at which need is larger."""
    rules = replace(
        CALM.rules,
        services=replace(CALM.rules.services, **services),
        price=replace(CALM.rules.price, floor=price, ceiling=price),
    )
    result = evolved(rules, CALM, years=1, benchmark_scale=np.full(2, 0.95))
    assert (result.years["need_tco2"] > result.years["supply_tco2"]).all()
    return result.years["sink_credits_tco2"][:, 0] / result.by_industry["verified_tco2"][:, 0, 0]


def test_sinks_supply_more_at_a_higher_price_up_to_their_limit():
    low, high = credits_sold(20.0), credits_sold(30.0)
    # 0.2 % of covered emissions at the reference price of 60, with an elasticity of 1.
    assert high == pytest.approx(0.001, rel=0.03)
    assert high / low == pytest.approx(1.5, rel=0.02)
    assert credits_sold(30.0, offset_limit=0.0004) == pytest.approx(0.0004, rel=1e-6)


def test_opinions_ease_the_benchmark_of_who_complains_and_tighten_that_of_who_does_not():
    """A benchmark far too low has everybody complain, one far too high nobody."""
    moves = {}
    for scale in (0.9, 1.1):
        changes = {"years": 2, "benchmark_scale": np.full(2, scale)}
        with_it, without = (
            evolved(rules, CALM, **changes).by_industry["benchmark_tco2_per_unit"][:, 1, 0]
            for rules in (
                replace(CALM.rules, adjustment=replace(CALM.rules.adjustment, feedback=0.0)),
                replace(
                    CALM.rules, adjustment=replace(CALM.rules.adjustment, feedback=0.0)
                ).without("opinions"),
            )
        )
        moves[scale] = with_it - without
    assert (moves[0.9] > 0.0).all()
    assert (moves[1.1] < 0.0).all()


def test_verifiers_err_around_what_is_reported():
    rules = MarketRules().without("concealment")
    gaps = []
    for one in (rules, rules.without("verification noise")):
        rows = evolved(one, CALM).by_industry
        entered = rows["firms"] > 0
        gaps.append(
            np.abs(rows["verified_tco2"] / np.maximum(rows["emissions_tco2"], 1.0) - 1.0)[entered]
        )
    assert gaps[0].max() > 1e-4
    assert gaps[1].max() < 1e-12


@pytest.mark.parametrize(
    ("name", "field", "change"),
    [
        ("differentiation", "reduction_potential", 2.0),
        ("cost-benefit pace", "cap_cost_cny_per_tco2", 0.5),
    ],
)
def test_industries_with_more_to_cut_or_cheaper_cuts_are_led_faster(name, field, change):
    """Steel is given more potential, or cheaper cuts, on paper: firms stay as they are."""
    power, steel = (replace(one, first_year=1) for one in CALM.register.industries)
    steel = replace(steel, **{field: change * getattr(steel, field)})
    register = replace(CALM.register, industries=(power, steel))
    falls = []
    for rules in (CALM.rules, CALM.rules.without(name)):
        rows = evolved(rules, CALM, register=register, years=2).by_industry
        benchmark = rows["benchmark_tco2_per_unit"]
        falls.append(1.0 - benchmark[:, 1] / benchmark[:, 0])
    with_it, without = falls
    assert (with_it[:, 1] - with_it[:, 0] > without[:, 1] - without[:, 0] + 1e-5).all()


def test_prices_at_a_bound_move_benchmarks_away_from_it():
    for floor, ceiling, sign in ((150.0, 300.0, -1), (0.0, 20.0, 1)):
        band = replace(CALM.rules.price, floor=floor, ceiling=ceiling)
        rules = replace(CALM.rules, price=band)
        with_it, without = (
            evolved(one, CALM, years=2).by_industry["benchmark_tco2_per_unit"][:, 1, 0]
            for one in (rules, rules.without("price response"))
        )
        assert (sign * (with_it - without) > 0.0).all()


def test_shocks_make_replicates_differ_and_nothing_else_does():
    rules = MarketRules().without("demand shocks")
    steady = evolved(rules, CALM, years=2)
    shaken = evolved(MarketRules(), CALM, years=2)
    assert np.ptp(steady.by_industry["demand_units"], axis=0).max() == 0.0
    assert (np.ptp(shaken.by_industry["demand_units"][:, :, 0], axis=0) > 0.0).all()
    wide = replace(rules.price, floor=0.0, ceiling=1e4)
    frictionless = replace(MarketRules.frictionless(), price=wide)
    short = {"years": 3, "benchmark_scale": np.full(2, 0.97)}
    spread = [
        np.ptp(evolved(one, CALM, **short).price_cny_per_tco2, axis=0)
        for one in (frictionless, frictionless.having("energy shocks"))
    ]
    assert spread[0].max() < 1e-9
    assert (spread[1] > 0.1).all()


def test_strategies_stay_where_nobody_revises():
    rules = MarketRules().without("strategy revision")
    counts = evolved(rules, CALM).by_industry
    for name in ("own_firms", "contract_firms", "trade_firms", "conceal_firms"):
        after_entry = counts[name][:, 3:]
        assert (after_entry == after_entry[:, :1]).all()
