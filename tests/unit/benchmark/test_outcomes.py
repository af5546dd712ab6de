"""Outcomes against a baseline, convergence, fairness, ablation, and the published table."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.test_market_mechanisms import CALM

from tanshi.benchmark.ablation import FULL, ablate_market
from tanshi.benchmark.convergence import judge_convergence, stages_of
from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.fairness import gini, judge_fairness, mean_difference
from tanshi.benchmark.intervals import interval_of
from tanshi.benchmark.outcomes import assess_market, baseline_of, cost_ratio, outcomes_by_replicate
from tanshi.benchmark.published import PUBLISHED_OUTCOMES, published_comparison
from tanshi.benchmark.rules import MarketRules
from tanshi.core import InputError


@pytest.fixture(scope="module")
def assessed():
    return assess_market(CALM, replicates=4, seed=2)


def test_table_has_every_figure_with_its_interval(assessed):
    table = assessed.outcome_table()
    assert table["industry"].to_list() == ["power", "steel"]
    for name in assessed.outcomes:
        mean, low, high = (table[f"{name}{end}"] for end in ("", "_low", "_high"))
        assert (low <= mean).all()
        assert (mean <= high).all()
        assert low.null_count() == 0
    assert (table["lagging_benchmark_tco2_per_unit"] > 0).all()
    assert (table["balance_need_percent"] <= 100).all()


def test_baseline_meets_the_same_emissions_with_the_same_demand(assessed):
    assert np.abs(assessed.baseline.path_gap).max() < 1e-8
    ours, theirs = (one.by_industry for one in (assessed.evolution, assessed.baseline))
    assert np.array_equal(ours["demand_units"], theirs["demand_units"])
    emitted = ours["emissions_tco2"].sum(axis=2)
    assert np.allclose(theirs["emissions_tco2"].sum(axis=2), emitted, rtol=1e-8, atol=0)
    # Steel joins in year 4 with 3.2 % of 30 firms, which is one.
    assert set(theirs["conceal_firms"][:, 4:, 1].ravel()) == {1.0}


def test_baseline_is_what_it_is_called():
    plan = baseline_of(CALM)
    rules = plan.rules.adjustment
    assert (plan.relative == 1.0).all()
    assert (rules.trend, rules.feedback, rules.progress) == (0.005, 0.0, False)
    assert plan.given_violations == {"steel": 0.032}
    rows = evolve_market(plan, replicates=1, seed=1).by_industry
    falls = (
        1.0 - rows["benchmark_tco2_per_unit"][0, 1:, 0] / rows["benchmark_tco2_per_unit"][0, :-1, 0]
    )
    assert np.allclose(falls, 0.005, rtol=1e-9, atol=0)


def test_market_against_itself_costs_the_same():
    found = assess_market(CALM, replicates=2, seed=2, baseline=CALM, baseline_name="itself")
    assert cost_ratio(found.evolution, found.baseline) == pytest.approx(1.0, abs=1e-6)
    assert "baseline: itself" in found.summary()


def test_more_replicates_begin_with_the_same_ones_and_workers_do_not_matter(assessed):
    again = assess_market(CALM, replicates=[1, 3], seed=2, workers=1)
    assert np.array_equal(assessed.evolution.years[[1, 3]], again.evolution.years)
    assert np.array_equal(assessed.baseline.years[[1, 3]], again.baseline.years)


def test_a_longer_run_begins_with_the_shorter():
    short, long = (evolve_market(replace(CALM, years=t), seed=1) for t in (6, 11))
    assert np.array_equal(long.until(6).by_industry, short.by_industry)
    assert long.until(6).years_table().height == 12


def test_convergence_says_whether_when_and_why_not(assessed):
    found = assessed.convergence()
    assert json.loads(json.dumps(found)) == found
    assert found["converged_replicates"] == sum(one["converged"] for one in found["replicates"])
    stages = stages_of(assessed.evolution)
    for r, row in enumerate(found["replicates"]):
        assert row["stages"] == stages[r].tolist()
        assert row["converged"] == (not row["reasons"])
        assert row["first_year"] is None or 5 <= row["first_year"] <= CALM.years


def changed_years(result, **columns):
    years = result.years.copy()
    for name, values in columns.items():
        years[name] = values
    return replace(result, years=years)


def still(assessed):
    """A market at rest: every year as the last, on target and off its bounds."""
    result = assessed.evolution
    years = np.repeat(result.years[:, -1:], result.years.shape[1], axis=1)
    rows = np.repeat(result.by_industry[:, -1:], result.years.shape[1], axis=1)
    rows["allocation_tco2"] = 0.98 * rows["unabated_need_tco2"]
    result = replace(result, years=years, by_industry=rows)
    return changed_years(result, price_cny_per_tco2=70.0, reduction_share=1.0)


def test_each_criterion_alone_keeps_a_market_from_settling(assessed):
    rest = still(assessed)
    assert judge_convergence(rest)["converged"]
    assert judge_convergence(rest)["first_year"] == 6  # five years of moves need six
    stages = rest.years_table().filter(replicate=0, industry="power")["stage"].to_list()
    assert stages == ["initial"] + ["interacting"] * 4 + ["settled"] * (CALM.years - 5)
    jump = rest.price_cny_per_tco2.copy()
    jump[:, -3] *= 1.11
    rows = rest.by_industry.copy()
    rows["allocation_tco2"][:, :, 1] *= 1.011
    turned = rest.by_industry.copy()
    turned["own_firms"][:, -2] += 0.04 * turned["firms"][:, -2]
    regional = np.zeros_like(rest.regional_target)
    regional[:, 1] = rest.by_region["reduction_share"].max() + 0.01
    cases = {
        "the price still moves": changed_years(rest, price_cny_per_tco2=jump),
        "the price is at a bound": changed_years(rest, price_cny_per_tco2=40.0),
        "need is off the deficit aimed at": replace(rest, by_industry=rows),
        "strategies still change": replace(rest, by_industry=turned),
        "the reduction target is missed": changed_years(rest, reduction_share=0.0),
        "a regional target is missed": replace(rest, regional_target=regional),
    }
    for reason, result in cases.items():
        found = judge_convergence(result)
        assert not found["converged"]
        assert found["reasons"] == {reason: 4}


def test_bounds_and_deficit_are_those_in_force(assessed):
    """A ceiling or deficit that a policy sets is what later years are judged by."""
    rest = still(assessed)
    lowered = rest.ceiling.copy()
    lowered[-2:] = 70.0
    at_it = judge_convergence(replace(rest, ceiling=lowered))
    assert at_it["reasons"] == {"the price is at a bound": 4}
    moved = rest.deficit.copy()
    moved[-5:] = 0.05
    other = judge_convergence(replace(rest, deficit=moved))
    assert other["reasons"] == {"need is off the deficit aimed at": 4}
    assert other["criteria"]["deficit"] == 0.05
    policy = replace(CALM.rules, price=replace(CALM.rules.price, ceiling=65.0))
    plan = replace(CALM, years=3, policy_changes={2: policy})
    found = evolve_market(plan, seed=1)
    assert found.ceiling.tolist() == [CALM.rules.price.ceiling, 65.0, 65.0]
    assert found.until(2).ceiling.tolist() == found.ceiling[:2].tolist()


def test_a_target_of_a_region_counts_for_settling():
    """The region is judged by its own target, year by year, and by no other region's."""
    plan = replace(CALM, regional_targets={"south": 0.02}, years=3)
    found = evolve_market(plan, seed=1)
    assert found.regional_target == pytest.approx(
        np.array([[0, 0.02], [0, 1 - 0.98**2], [0, 1 - 0.98**3]])
    )
    assert found.until(2).regional_target.shape == (2, 2)


def test_tier_benchmarks_are_means_of_the_years_in_which_the_tier_has_firms(assessed):
    """An industry that entered within the last years, or a tier that lost its firms."""
    result = assessed.evolution
    rows = result.by_industry.copy()
    name = "advanced_benchmark_tco2_per_unit"
    rows[name][:, -5:-2, 0] = 0.0
    found = outcomes_by_replicate(replace(result, by_industry=rows), assessed.baseline)[name]
    assert found[:, 0] == pytest.approx(rows[name][:, -2:, 0].mean(axis=1), rel=1e-12)
    rows[name][:, :, 0] = 0.0
    found = outcomes_by_replicate(replace(result, by_industry=rows), assessed.baseline)[name]
    assert np.isnan(found[:, 0]).all()


def test_the_practice_takes_industries_by_what_they_say_not_by_their_name():
    industries = CALM.register.industries
    named = tuple(replace(one, name="电力", covered_before=True) for one in industries[:1])
    plan = replace(CALM, register=replace(CALM.register, industries=named + industries[1:]))
    assert set(baseline_of(plan).given_violations) == {one.name for one in industries[1:]}


def test_mean_difference_is_that_of_all_pairs():
    values = np.random.default_rng(1).normal(size=50)
    pairs = np.abs(values[:, None] - values[None, :]).mean()
    assert mean_difference(values) == pytest.approx(pairs, rel=1e-12)
    assert gini(values) == pytest.approx(pairs / 2 / np.abs(values).mean(), rel=1e-12)


def test_fairness_between_sizes_and_regions(assessed):
    found = assessed.fairness()
    assert set(found["size"]["burden_percent"]) == {"large", "small"}
    assert set(found["region"]["burden_percent"]) == {"north", "south"}
    result, register = assessed.evolution, CALM.register
    large = np.asarray(register.large)
    paid, earned = (
        getattr(result, name)[:, -5:, large].sum(axis=(1, 2))
        for name in ("burden_cny", "revenue_cny")
    )
    expected = 100.0 * (paid / earned).mean()
    assert found["size"]["burden_percent"]["large"].mean == pytest.approx(expected, rel=1e-12)
    table = assessed.fairness_table()
    large_row = table.filter((table["by"] == "size") & (table["group"] == "large"))
    assert large_row["mean"].item() == pytest.approx(expected, rel=1e-12)
    assert table["low"].null_count() == 0
    # Everybody bears the same share: nothing is uneven.
    even = judge_fairness(replace(result, burden_cny=0.01 * result.revenue_cny), register)
    assert even["firms"]["gini"].mean == pytest.approx(0.0, abs=1e-12)
    assert even["region"]["relative_difference"].mean == pytest.approx(0.0, abs=1e-12)


def test_intervals_need_two_replicates_and_leave_out_what_is_missing():
    one = interval_of([3.0])
    assert (one.mean, one.low, one.high) == (3.0, None, None)
    assert interval_of([np.nan]).mean is None
    assert interval_of([1.0, np.nan, 3.0]) == interval_of([1.0, 3.0])
    bounded = interval_of([0.0, 5.0], within=(0.0, 100.0))
    assert bounded.low == 0.0
    single = assess_market(replace(CALM, years=3), replicates=1, seed=1)
    assert single.outcome_table()["balance_need_percent_low"].null_count() == 2


def test_published_figures_stand_beside_ours(assessed):
    table = published_comparison(assessed)
    assert table.height == 2 * 6
    power = table.filter(table["industry"] == "power")
    printed = dict(power.select("figure", "published").iter_rows())
    assert printed["cost_change_percent"] == -PUBLISHED_OUTCOMES["power"][1]
    assert printed["noncompliant_firms_percent"] == 0.8
    assert table["why"].null_count() == 0
    ours = dict(power.select("figure", "ours").iter_rows())
    outcome = assessed.outcome_table()
    assert ours["cost_change_percent"] == outcome["cost_change_percent"][0]


def test_ablation_has_a_row_a_mechanism_and_the_full_market_costs_nothing_more():
    names = ["learning", "borrowing", "demand shocks", "block session"]
    table = ablate_market(CALM, replicates=2, seed=1, mechanisms=names)
    assert table["mechanism"].to_list() == [FULL, *names]
    assert table["switched"].to_list() == ["", "off", "on", "off", "off"]
    cost = dict(table.select("mechanism", "cost_change_percent").iter_rows())
    assert cost[FULL] == 0.0
    assert cost["learning"] > 1.0
    assert cost["demand shocks"] is None
    fees = dict(table.select("mechanism", "fees_change_percent").iter_rows())
    assert fees["block session"] > 1.0
    with pytest.raises(InputError, match="no such mechanism"):
        ablate_market(CALM, replicates=2, seed=1, mechanisms=["magic"])


def test_progress_is_told_once_a_replicate():
    told = []
    assess_market(
        replace(CALM, years=2, rules=MarketRules()),
        replicates=3,
        seed=1,
        progress=lambda: told.append(1),
    )
    assert len(told) == 3
