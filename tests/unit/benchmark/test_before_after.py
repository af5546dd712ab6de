"""The market beside its baseline: paired changes, equal emissions, fairness before and after."""

import numpy as np
import polars as pl
import pytest
from tests.unit.benchmark.test_market_mechanisms import CALM

from tanshi.benchmark.before_after import WHOLE, compare_with_baseline
from tanshi.benchmark.fairness import judge_fairness
from tanshi.benchmark.intervals import interval_of
from tanshi.benchmark.outcomes import assess_market, cost_ratio, total_cost_cny


@pytest.fixture(scope="module")
def assessed():
    return assess_market(CALM, replicates=4, seed=2)


@pytest.fixture(scope="module")
def table(assessed):
    return compare_with_baseline(assessed.evolution, assessed.baseline, CALM.register)


def row_of(table, figure, group=WHOLE, by="industry"):
    return table.filter(by=by, group=group, figure=figure).row(0, named=True)


def test_a_change_is_after_less_before(table):
    shown = table.drop_nulls("before")
    difference = shown["after"] - shown["before"]
    assert shown["change"].to_numpy() == pytest.approx(difference.to_numpy(), abs=1e-9)
    for state in ("before", "after", "change"):
        ends = shown.drop_nulls(f"{state}_low")
        assert (ends[f"{state}_low"] <= ends[state] + 1e-12).all()
        assert (ends[state] <= ends[f"{state}_high"] + 1e-12).all()


def test_emissions_are_equal_in_total_and_only_in_total(table):
    whole = row_of(table, "emissions_1e8_tco2")
    assert abs(whole["change"]) < 1e-7 * whole["before"]
    parts = [row_of(table, "emissions_1e8_tco2", group)["change"] for group in ("power", "steel")]
    assert abs(parts[0]) > 1e-6 * whole["before"]
    assert sum(parts) == pytest.approx(whole["change"], abs=1e-9)


def test_the_interval_of_a_change_is_that_of_paired_replicates(assessed, table):
    """Replicates share their luck: the change is far surer than the two means apart."""
    ours, theirs = (total_cost_cny(one)[:, -1] for one in (assessed.evolution, assessed.baseline))
    years = CALM.years * 1e8
    row = row_of(table, "cost_1e8_cny")
    paired = interval_of((ours - theirs) / years)
    assert (row["change_low"], row["change_high"]) == pytest.approx((paired.low, paired.high))
    apart = row["after_high"] - row["after_low"] + row["before_high"] - row["before_low"]
    assert row["change_high"] - row["change_low"] < 0.5 * apart
    percent = row_of(table, "cost_change_percent")
    ratio = 100.0 * (cost_ratio(assessed.evolution, assessed.baseline)[:, -1] - 1.0)
    assert (percent["before"], percent["after"]) == pytest.approx((0.0, ratio.mean()))


def test_outcomes_and_fairness_are_those_of_the_assessment(assessed, table):
    outcome = assessed.outcome_table()
    for figure in ("balance_need_percent", "noncompliant_firms_percent"):
        found = [row_of(table, figure, name)["after"] for name in outcome["industry"]]
        assert found == outcome[figure].to_list()
    before = judge_fairness(assessed.baseline, CALM.register)
    assert row_of(table, "gini", by="firms")["before"] == before["firms"]["gini"].mean
    for region, one in before["region"]["burden_percent"].items():
        assert row_of(table, "burden_percent", region, by="region")["before"] == one.mean
    price = row_of(table, "price_cny_per_tco2", by="market")
    assert price["after"] == pytest.approx(assessed.evolution.price_cny_per_tco2[:, -5:].mean())


def test_a_market_against_itself_changes_nothing(assessed):
    same = compare_with_baseline(assessed.evolution, assessed.evolution, CALM.register)
    assert same["change"].drop_nulls().abs().max() == 0.0
    assert np.array_equal(
        same["before"].drop_nulls().to_numpy(), same["after"].drop_nulls().to_numpy()
    )
    assert same.filter(pl.col("figure") == "cost_change_percent")["after"].to_list() == [0.0] * 3
