"""A market that stops once it has settled is the beginning of one that does not."""

from dataclasses import replace

import numpy as np
from tests.unit.benchmark.test_market_mechanisms import CALM

from tanshi.benchmark.convergence import judge_convergence
from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.rules import MarketRules
from tanshi.benchmark.stopping import until_settled

SMOOTH = {"sector_deviation": 0.0, "common_deviation": 0.0, "firm_deviation": 0.0}


def settling_plan():
    """Few shocks and few who revise, so that a small market settles; policies that change."""
    rules = MarketRules()
    calm = replace(
        rules,
        demand=replace(rules.demand, **SMOOTH),
        revision=replace(rules.revision, share=0.03, mutation=0.0),
    )
    later = replace(calm, price=replace(calm.price, ceiling=500.0))
    return replace(
        CALM,
        rules=calm,
        years=40,
        supported_regions={},
        cost_level=np.ones(40),
        policy_changes={3: later, 39: rules},
    )


def test_it_stops_in_the_first_year_in_which_all_have_settled_and_not_before():
    plan = settling_plan()
    whole = evolve_market(plan, replicates=2, seed=3)
    year = judge_convergence(whole)["first_year"]
    assert year is not None
    assert 6 <= year < 39
    stopped = until_settled(plan, replicates=2, seed=3)
    assert stopped.years == year
    assert set(stopped.policy_changes) == {3}
    part = evolve_market(stopped, replicates=2, seed=3)
    assert judge_convergence(part)["converged"]
    for name in ("years", "by_industry", "by_region", "burden_cny"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[:, :year]), name
    following = whole.by_industry["benchmark_tco2_per_unit"][:, year]
    assert np.array_equal(part.next_benchmark, following)
    shorter = evolve_market(plan.first_years(year - 1), replicates=2, seed=3)
    assert not judge_convergence(shorter)["converged"]


def test_a_market_that_never_settles_runs_to_its_limit():
    plan = replace(settling_plan(), years=4, cost_level=np.ones(4), policy_changes={})
    assert until_settled(plan, replicates=2, seed=3) is plan
