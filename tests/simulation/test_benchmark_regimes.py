"""Regimes that such a market was seen in: floor, ceiling, oscillation, compliance."""

from dataclasses import replace

import numpy as np
import pytest

from tanshi.benchmark.coefficients import relative_benchmarks
from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.outcomes import COSTS, assess_market
from tanshi.benchmark.register_draw import RegisterPlan, draw_register
from tanshi.benchmark.rules import MarketRules
from tanshi.study.benchmark_scenario import TABLE_1

YEARS = 30
SEED = 1


def table_register(part):
    """A register of the scenario's industries with a part of their firms."""
    smaller = [
        replace(one, entities=one.entities // part, emissions_tco2=one.emissions_tco2 / part)
        for one in TABLE_1
    ]
    return draw_register(smaller, RegisterPlan(seed=1))


REGISTER = table_register(8)
PLAN = EvolutionPlan(
    register=REGISTER,
    rules=MarketRules(),
    relative=np.ones(REGISTER.n_firms),
    years=YEARS,
)


def evolved(rules, replicates=4, **changes):
    return evolve_market(replace(PLAN, rules=rules, **changes), replicates=replicates, seed=SEED)


def fixed_trend(trend):
    """Benchmarks that fall by the clock, whatever happens."""
    rules = MarketRules()
    for name in ("feedback", "opinions", "price response", "reduction targets"):
        rules = rules.without(name)
    return replace(rules, adjustment=replace(rules.adjustment, trend=trend))


@pytest.mark.parametrize("trend", [0.0, 0.005])
def test_slow_trends_sit_on_the_floor(trend):
    price = evolved(fixed_trend(trend)).price_cny_per_tco2
    assert (price[:, 5:] == 40.0).mean() > 0.8


def test_a_trend_of_one_and_a_half_percent_sits_on_the_ceiling():
    price = evolved(fixed_trend(0.015)).price_cny_per_tco2
    assert (price[:, -10:] == 200.0).mean() > 0.8


def test_feedback_keeps_the_price_between_them():
    price = evolved(MarketRules()).price_cny_per_tco2
    assert ((price > 40.0) & (price < 200.0)).mean() > 0.95


def test_feedback_on_verified_balance_tightens_for_ever():
    rules = MarketRules().without("opinions").without("price response")
    verified = replace(rules, adjustment=replace(rules.adjustment, on_verified=True))
    price = evolved(verified).price_cny_per_tco2
    assert (price[:, -10:] == 200.0).mean() > 0.8
    assert (evolved(rules).price_cny_per_tco2 < 200.0).all()


def test_twice_the_detection_more_than_halves_noncompliance():
    rules = MarketRules()
    duty = rules.compliance
    double = replace(
        rules,
        compliance=replace(
            duty,
            detection_small=2 * duty.detection_small,
            detection_large=2 * duty.detection_large,
        ),
    )
    shares = []
    for one in (rules, double):
        rows = evolved(one, years=20).by_industry[:, -5:]
        shares.append(rows["noncompliant_firms"].sum() / rows["firms"].sum())
    assert shares[1] < 0.5 * shares[0]


def test_without_expectations_and_banks_the_price_alternates():
    rules = MarketRules().without("banking")
    short = replace(rules, price=replace(rules.price, permanent_share=0.0, adaptation=1.0))
    moves = [
        np.abs(np.diff(evolved(one, years=15).price_cny_per_tco2[:, 3:], axis=1)).mean()
        for one in (short, MarketRules())
    ]
    assert moves[0] > 10.0 * moves[1]


def test_exhausted_potential_ends_at_the_ceiling():
    rules = MarketRules().without("renewal")
    price = evolved(rules).price_cny_per_tco2
    assert (price.max(axis=1) == 200.0).all()
    # Not at once, and never again: what there was is used up by the middle of the run.
    first = (price == 200.0).argmax(axis=1) + 1
    assert ((first >= 10) & (first <= 20)).all()
    assert (price[:, -10:] == 200.0).mean() > 0.8


def test_feedback_of_twice_the_gap_swings_and_of_less_does_not():
    moves, turns = [], []
    for phi in (1.5, 2.0):
        rules = MarketRules()
        rules = replace(rules, adjustment=replace(rules.adjustment, feedback=phi))
        steps = np.diff(evolved(rules).price_cny_per_tco2[:, 3:], axis=1)
        moves.append(np.abs(steps).mean())
        turns.append((steps[:, 1:] * steps[:, :-1] < 0).mean())
    assert moves[1] > 5.0 * moves[0]
    assert turns[1] > 0.9


def test_rationing_at_the_ceiling_makes_most_firms_noncompliant_unless_there_is_a_reserve():
    tight = fixed_trend(0.015)
    reserve = replace(tight, price=replace(tight.price, reserve_share=0.2))
    found = []
    for one in (tight, reserve):
        rows = evolved(one).by_industry[:, -5:]
        found.append(rows["noncompliant_firms"].sum() / rows["firms"].sum())
    assert found[0] > 0.6
    assert found[1] < 0.2


def test_need_settles_at_the_deficit_aimed_at_and_verified_balance_above():
    plan = replace(PLAN, relative=relative_benchmarks(REGISTER, "published_table"), years=20)
    outcomes = assess_market(plan, replicates=4, seed=SEED).outcomes
    for need, verified in zip(
        outcomes["balance_need_percent"], outcomes["balance_verified_percent"], strict=True
    ):
        assert abs(need.mean - 98.0) < 0.5
        assert verified.mean > need.mean


def test_at_equal_emissions_published_tiers_save_next_to_nothing():
    plan = replace(PLAN, relative=relative_benchmarks(REGISTER, "published_table"), years=20)
    uniform = replace(plan, relative=np.ones(REGISTER.n_firms))
    found = assess_market(plan, replicates=4, seed=SEED, baseline=uniform)
    assert np.abs(found.baseline.path_gap).max() < 1e-8
    assert abs(found.outcomes["cost_change_percent"][-1].mean) < 2.0


def test_without_frictions_one_benchmark_beats_both_directions_of_tiers():
    rules = MarketRules.frictionless()
    rules = replace(rules, demand=replace(rules.demand, responds=True))
    plan = replace(PLAN, rules=rules, years=1)
    uniform = evolve_market(plan, seed=SEED)

    def cost(result):
        return sum(result.by_industry[name].sum() for name in COSTS)

    for rule in ("published_table", "reversed"):
        tiers = replace(
            plan,
            relative=relative_benchmarks(REGISTER, rule),
            emission_path_tco2=uniform.emissions_tco2,
        )
        assert cost(evolve_market(tiers, seed=SEED)) > cost(uniform)
