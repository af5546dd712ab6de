"""Announced changes of policy: what firms do a year ahead, and that nothing else moves."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.conftest import small_register

from tanshi.benchmark.ablation import switched_plan
from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.rules import MarketRules

CHANGE = 5  # the year in which a policy changes; it is known in the year before
RULES = MarketRules()
REGISTER = small_register()
PLAN = EvolutionPlan(
    register=REGISTER,
    rules=replace(
        RULES,
        price=replace(RULES.price, floor=20.0, ceiling=400.0),
        banking=replace(RULES.banking, fixed_t=1e6),
    ),
    relative=np.ones(REGISTER.n_firms),
    years=7,
    benchmark_scale=np.full(2, 1.01),
)


def with_values(rules, group, **values):
    return replace(rules, **{group: replace(getattr(rules, group), **values)})


def told_and_untold(group, plan=PLAN, **values):
    """Return the market in which a change is announced, and that in which it is not."""
    later = with_values(plan.rules, group, **values)
    plan = replace(plan, policy_changes={CHANGE: later})
    untold, switched = switched_plan(plan, "policy response")
    assert switched == "off"
    return [evolve_market(one, replicates=4, seed=2) for one in (plan, untold)]


def mean(result, table, name, year):
    return float(getattr(result, table)[name][:, year - 1].mean())


def before_is_the_same(told, untold, years=CHANGE - 2):
    for table in ("years", "by_industry", "by_region"):
        ours, theirs = getattr(told, table), getattr(untold, table)
        assert np.array_equal(ours[:, :years], theirs[:, :years])


def test_a_floor_that_will_rise_is_banked_for_and_cut_for_a_year_ahead():
    told, untold = told_and_untold("price", floor=150.0)
    before_is_the_same(told, untold)
    ahead = CHANGE - 1
    for table, name in (
        ("years", "price_cny_per_tco2"),
        ("years", "banked_tco2"),
        ("by_industry", "cut_tco2"),
        ("by_industry", "research_cost_cny"),
    ):
        assert mean(told, table, name, ahead) > mean(untold, table, name, ahead), name
    # The price expected afterwards keeps to the new floor, and before it to what it was.
    expected = told.years["expected_price_cny_per_tco2"]
    assert (expected[:, CHANGE - 1 :] >= 150.0).all()
    assert (expected[:, : CHANGE - 1] < 150.0).all()


def test_a_ceiling_that_will_fall_lets_firms_sell_and_wait():
    dear = replace(PLAN, benchmark_scale=np.full(2, 0.97))
    told, untold = told_and_untold("price", plan=dear, ceiling=30.0)
    before_is_the_same(told, untold)
    for table, name in (("years", "banked_tco2"), ("by_industry", "cut_tco2")):
        ahead = CHANGE - 1
        assert mean(told, table, name, ahead) < mean(untold, table, name, ahead), name


@pytest.mark.parametrize(("trend", "sign"), [(0.04, 1), (0.0, -1)])
def test_research_answers_a_trend_before_it_is_in_force(trend, sign):
    told, untold = told_and_untold("adjustment", trend=trend)
    before_is_the_same(told, untold)
    cost = [mean(one, "by_industry", "research_cost_cny", CHANGE - 1) for one in (told, untold)]
    assert sign * (cost[0] - cost[1]) > 0.0
    # Nothing else of that year: the market was held before.
    ahead = CHANGE - 2
    assert np.array_equal(told.price_cny_per_tco2[:, ahead], untold.price_cny_per_tco2[:, ahead])


def test_strategies_are_weighed_under_the_rules_under_which_they_will_be_in_force():
    lax = with_values(PLAN.rules, "compliance", detection_small=0.01, detection_large=0.01)
    lax = with_values(lax, "verification", audit_share=0.0)
    lax = with_values(lax, "revision", noise=1.0)
    told, untold = told_and_untold("verification", plan=replace(PLAN, rules=lax), audit_share=1.0)
    before_is_the_same(told, untold, CHANGE - 1)
    hiding = [mean(one, "by_industry", "conceal_firms", CHANGE) for one in (told, untold)]
    assert hiding[0] < 0.8 * hiding[1]


def test_who_follows_a_strategy_that_will_close_begins_with_the_cheapest():
    told, untold = told_and_untold("services", first_capacity_share=0.0)
    before_is_the_same(told, untold, CHANGE - 1)
    for one in (told, untold):
        assert mean(one, "by_industry", "contract_firms", CHANGE - 1) > 0.0
        assert one.by_industry["contract_firms"][:, CHANGE - 1 :].sum() == 0.0
    assert not np.array_equal(told.by_industry[:, CHANGE - 1], untold.by_industry[:, CHANGE - 1])


@pytest.mark.parametrize(
    ("group", "values"),
    [("price", {"floor": 10.0}), ("price", {"ceiling": 500.0}), ("adjustment", {"deficit": 0.05})],
)
def test_what_is_not_certain_is_not_foreseen(group, values):
    before_is_the_same(*told_and_untold(group, **values), CHANGE - 1)


def test_without_a_change_of_policy_an_announcement_says_nothing():
    quiet = replace(PLAN, rules=PLAN.rules.without("policy response"))
    ours, theirs = (evolve_market(one, replicates=2, seed=2) for one in (PLAN, quiet))
    before_is_the_same(ours, theirs, PLAN.years)
    same = replace(PLAN, policy_changes={CHANGE: PLAN.rules})
    before_is_the_same(ours, evolve_market(same, replicates=2, seed=2), PLAN.years)


def test_the_first_years_of_a_market_know_what_comes_after_them():
    later = with_values(PLAN.rules, "price", floor=150.0)
    plan = replace(PLAN, policy_changes={CHANGE: later})
    whole = evolve_market(plan, replicates=2, seed=2)
    first = evolve_market(plan.first_years(CHANGE - 1), replicates=2, seed=2)
    assert np.array_equal(first.years, whole.years[:, : CHANGE - 1])


def test_a_switch_holds_in_all_years_of_a_plan():
    later = with_values(PLAN.rules, "price", floor=150.0)
    plan = replace(PLAN, policy_changes={CHANGE: later})
    without, _ = switched_plan(plan, "banking")
    assert not without.rules.banking.allowed
    assert not without.policy_changes[CHANGE].banking.allowed
    assert without.policy_changes[CHANGE].price.floor == 150.0
    having, switched = switched_plan(plan, "borrowing")
    assert switched == "on"
    assert having.policy_changes[CHANGE].banking.borrowing_share > 0.0
