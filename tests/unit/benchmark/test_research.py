"""Research is a decision at least cost: what moves it, what it costs, who does without."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from tests.unit.benchmark.test_clearing import market_after
from tests.unit.benchmark.test_market_mechanisms import CALM, PLAN

from tanshi.benchmark._research import do_research, reference_worth, worth_of_a_tonne
from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.outcomes import COSTS
from tanshi.benchmark.rules import MarketRules


def researching(price=60.0, ahead=0.0, **rules):
    """A year's market after research at a price, with rules of its own."""
    plan = replace(CALM, rules=replace(CALM.rules, research=replace(RESEARCH, **rules)))
    market = market_after(plan, years=5)
    market.year["foreseen"] = price
    do_research(price, np.full(2, ahead), market)
    return market


RESEARCH = replace(MarketRules().research, fixed_cny=0.0)


def test_worth_is_the_discounted_sum_within_the_band():
    market = market_after(CALM)
    by_hand = sum(min(max(60.0 * 1.2**k, 40.0), 200.0) / 1.08**k for k in range(1, 11))
    assert worth_of_a_tonne(60.0, 0.2, market) == pytest.approx(by_hand, rel=1e-12)
    annuity = (1 - 1.08**-10) / 0.08
    assert reference_worth(market) == pytest.approx(60.0 * annuity, rel=1e-12)


def test_effort_is_where_cost_less_worth_is_least():
    price, ahead = 75.0, 0.01
    market = researching(price, ahead)
    usual, worth = reference_worth(market), worth_of_a_tonne(price, ahead, market)
    for i in range(10):
        one = market.state[i]
        # Of a lead, the government takes a tenth off the firm's own benchmark.
        kept = 1.0 - 0.1 * one["benchmark"] / one["intensity"]

        def loss(pace, kept=kept):
            return 0.5 * usual / 0.001 * pace**2 - worth * kept * pace

        best = minimize_scalar(loss, bounds=(0.0, 0.05), options={"xatol": 1e-12})
        assert one["research"] == pytest.approx(best.x, rel=1e-4)
        emitted = one["intensity"] * one["produced"]
        assert one["research_cost"] == pytest.approx(
            0.5 * usual / 0.001 * one["research"] ** 2 * emitted, rel=1e-12
        )


def test_at_a_lasting_reference_price_it_is_the_pace():
    plan = replace(CALM, rules=CALM.rules.without("firm progress"))
    market = market_after(plan, years=5)
    market.year["foreseen"] = 60.0
    do_research(60.0, np.zeros(2), market)
    active = market.state["active"] > 0
    done = market.state["research"][active]
    assert set(np.round(done[done > 0], 12)) == {0.001}


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"price": 90.0}, {"price": 60.0}),
        ({"ahead": 0.02}, {"ahead": 0.0}),
        ({"years": 15}, {"years": 5, "pace": 0.001}),
    ],
)
def test_dearer_allowances_and_tightening_ahead_call_for_more(more, less):
    # A longer view is worth more, and is measured by a reference of the same length.
    found = [researching(**one).state["research_cost"].sum() for one in (more, less)]
    assert found[0] > found[1]


def test_without_foresight_tightening_alone_moves_nothing():
    blind = [researching(ahead=ahead, foresight=0.0) for ahead in (0.0, 0.02)]
    assert np.array_equal(blind[0].state["research"], blind[1].state["research"])


def test_small_firms_do_without_a_laboratory():
    market = researching(fixed_cny=2e6)
    emitted = market.state["intensity"] * market.state["produced"]
    works = market.state["research"] > 0
    active = market.state["active"] > 0
    assert 0 < works.sum() < active.sum()
    assert emitted[works].min() > emitted[active & ~works].max()
    assert (market.state["research_cost"][works] > 2e6).all()


def test_costs_of_research_are_borne_by_the_firms_and_counted():
    assert "research_cost_cny" in COSTS
    rules = replace(PLAN.rules, research=replace(PLAN.rules.research, fixed_cny=0.0))
    result = evolve_market(replace(PLAN, rules=rules), seed=5)
    rows, years = result.by_industry[0], result.years[0]
    assert (rows["research_cost_cny"][:, 0] > 0).all()
    assert (rows["research_firms"] == rows["firms"]).all()
    paid = sum(
        rows[f"{name}_cny"].sum(axis=1)
        for name in (
            "abatement_cost",
            "service_margin",
            "fixed_cost",
            "research_cost",
            "fees",
            "fines",
        )
    )
    outside = years["sink_credits_tco2"] + years["reserve_sold_tco2"]
    burden = result.burden_cny[0].sum(axis=1)
    expected = paid + years["price_cny_per_tco2"] * outside
    assert burden == pytest.approx(expected, rel=1e-9)


def test_a_tighter_trend_brings_more_research():
    costs = []
    for trend in (0.008, 0.014):
        rules = CALM.rules.without("feedback")
        rules = replace(rules, adjustment=replace(rules.adjustment, trend=trend))
        result = evolve_market(replace(CALM, rules=rules), replicates=3, seed=5)
        costs.append(result.by_industry["research_cost_cny"][:, -5:].sum())
    assert costs[1] > 1.2 * costs[0]
