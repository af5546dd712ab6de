"""Credits: exact integers, caps at their boundary, versions, accounts, refusals."""

import numpy as np
import polars as pl
import pytest

from tanshi.activity import (
    ActivityRecords,
    assess_activity,
    settle_kilograms,
    split_among_members,
)
from tanshi.core import InputError


def credits_of(records, rules):
    return assess_activity(records, rules).credits


def test_a_credit_is_the_difference_of_the_factors_and_names_rule_and_version(records_of, rules_of):
    row = credits_of(records_of(("2026-03-01", "a", "ride", 12.345)), rules_of({})).row(
        0, named=True
    )
    assert (row["rule"], row["version"], row["credit_g"]) == ("ride", "1", 740)  # 740.7 g
    assert row["baseline_kg"] == pytest.approx(1.2345, abs=1e-12)
    assert row["emissions_kg"] == pytest.approx(0.4938, abs=1e-12)
    assert (row["points"], row["withheld_by_cap_g"]) == (7, 0)


@pytest.mark.parametrize(
    ("km", "credit", "withheld"),
    [(16.666, 999, 0), (16.667, 1000, 0), (16.683, 1000, 0), (16.684, 1000, 1), (40, 1000, 1400)],
)
def test_a_cap_holds_exactly_at_its_boundary(records_of, rules_of, km, credit, withheld):
    row = credits_of(records_of(("2026-03-01", "a", "ride", km)), rules_of({})).row(0, named=True)
    assert (row["credit_g"], row["withheld_by_cap_g"]) == (credit, withheld)


def test_a_cap_is_of_each_account_rule_and_period(records_of, rules_of):
    days = ("2026-02-27", "2026-02-28", "2026-03-01")
    for period, expected in (("day", 3000), ("month", 2000), ("year", 1000)):
        rules = rules_of({"period": period}, {"rule": "walk", "period": period})
        rows = [(day, one, act, 20) for day in days for one in "ab" for act in ("ride", "walk")]
        table = credits_of(records_of(*rows), rules)
        sums = table.group_by("account", "rule").agg(pl.col("credit_g").sum())["credit_g"]
        assert sums.to_list() == [expected] * 4


def test_the_day_decides_which_version_holds(records_of, rules_of):
    rules = rules_of(
        {"valid_to": "valid_to = 2026-03-31"},
        {"version": "2", "valid_from": "2026-04-01", "actual": 0},
    )
    rows = [("2026-03-31", "a", "ride", 1), ("2026-04-01", "a", "ride", 1)]
    table = credits_of(records_of(*rows), rules)
    assert table.select("version", "credit_g").rows() == [("1", 60), ("2", 100)]


def test_two_versions_in_one_period_share_the_cap_the_earlier_first(records_of, rules_of):
    rules = rules_of(
        {"valid_to": "valid_to = 2026-03-15", "period": "month"},
        {"version": "2", "valid_from": "2026-03-16", "period": "month", "cap": 1500, "actual": 0},
    )
    rows = [("2026-03-20", "a", "ride", 20), ("2026-03-02", "a", "ride", 30)]
    table = credits_of(records_of(*rows), rules)
    assert table.select("version", "credit_g", "withheld_by_cap_g").rows() == [
        ("1", 1000, 800),
        ("2", 500, 1500),
    ]


def test_what_is_used_is_set_against_its_reference_over_the_period(records_of, shipped):
    rows = [
        ("2026-03-05", "h", "electricity", 100.0, 130.0),
        ("2026-03-25", "h", "electricity", 50.0, 40.0),
        ("2026-04-25", "h", "electricity", 50.0, 40.0),
    ]
    table = credits_of(records_of(*rows, kind="household"), shipped)
    assert table["credit_g"].to_list() == [10612, 0]  # 20 kWh at 530.6 g; then more than before
    assert table["avoided_kg"].to_list() == pytest.approx([10.612, -5.306])
    assert table["emissions_kg"].to_list() == pytest.approx([79.59, 26.53])


def test_order_and_splitting_of_records_change_nothing(records_of, shipped):
    rng = np.random.default_rng(5)
    rows = [
        (f"2026-03-{day:02d}", f"p{who}", act, round(float(km), 3))
        for day, who, act, km in zip(
            rng.integers(1, 5, 300),
            rng.integers(0, 7, 300),
            rng.choice(["metro", "bus", "cycling"], 300),
            rng.uniform(0, 30, 300),
            strict=True,
        )
    ]
    whole = credits_of(records_of(*rows), shipped)
    shuffled = [rows[place] for place in rng.permutation(len(rows))]
    assert credits_of(records_of(*shuffled), shipped).equals(whole)
    halves = [(*row[:3], 0.001) for row in rows] + [
        (*row[:3], round(row[3] - 0.001, 3)) for row in rows if row[3] > 0.001
    ]
    split = credits_of(records_of(*halves), shipped).drop("records")
    assert split.equals(whole.drop("records"))


def test_a_slow_plain_assessment_finds_the_same(records_of, shipped):
    """Fractions, one record after the other, against the vectorised integers."""
    from fractions import Fraction

    rng = np.random.default_rng(6)
    acts, sums = ["metro", "walking", "no plastic bag"], {}
    rows = [
        (f"2025-12-{day}", f"p{who}", acts[act], int(amount) / 1000)
        for day, who, act, amount in zip(
            rng.integers(28, 32, 200),
            rng.integers(0, 4, 200),
            rng.integers(0, 3, 200),
            rng.integers(0, 40_000, 200),
            strict=True,
        )
    ]
    for day, who, act, amount in rows:
        rule = shipped.find(act)
        gain = Fraction(rule.baseline_mg_per_unit - rule.actual_mg_per_unit, 1000)
        key = (who, rule.rule, day)
        sums[key] = sums.get(key, 0) + gain * Fraction(round(amount * 1000), 1000)
    plain = {
        key: min(int(value), shipped.find(key[1]).cap_g_per_period) for key, value in sums.items()
    }
    table = credits_of(records_of(*rows), shipped)
    found = {
        (row["account"], row["rule"], str(row["period_start"])): row["credit_g"]
        for row in table.iter_rows(named=True)
    }
    assert found == plain


def test_everything_that_no_rule_fits_is_told_at_once(records_of, shipped):
    rows = [
        ("2024-12-31", "a", "metro", 1),
        ("2026-03-01", "a", "metr", 1),
        ("2026-03-01", "a", "electricity", 1, 2),
        ("2026-03-01", "a", "bus", 1, 2),
    ]
    with pytest.raises(InputError) as raised:
        assess_activity(records_of(*rows), shipped)
    assert [(fault.row, fault.column) for fault in raised.value.faults] == [
        *((1, "day"), (2, "activity"), (3, "kind"), (4, "reference")),
    ]
    with pytest.raises(InputError, match="electricity needs a reference"):
        assess_activity(records_of(("2026-03-01", "h", "用电", 1), kind="household"), shipped)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"amount": [1.23456]}, "amount"),
        ({"amount": [-1]}, "amount"),
        ({"amount": [float("nan")]}, "amount"),
        ({"amount": [1e6]}, "amount"),
        ({"reference": [float("inf")]}, "reference"),
        ({"kind": ["firm"]}, "kind"),
        ({"account": [""]}, "account"),
        ({"day": ["NaT"]}, "day"),
    ],
)
def test_an_impossible_record_is_refused_with_its_column(change, column):
    given = {
        "day": ["2026-03-01"],
        "account": ["a"],
        "kind": ["person"],
        "activity": ["metro"],
        "amount": [1.0],
    }
    with pytest.raises(InputError) as raised:
        ActivityRecords(**(given | change))
    assert [(fault.row, fault.column) for fault in raised.value.faults] == [(1, column)]


def test_columns_of_different_lengths_and_accounts_of_two_kinds_are_refused():
    two = {"account": ["a", "a"], "kind": ["person", "household"], "activity": ["metro"] * 2}
    with pytest.raises(InputError, match="account of two kinds"):
        ActivityRecords(day=["2026-03-01"] * 2, amount=[1, 1], **two)
    with pytest.raises(InputError, match="not of one length"):
        ActivityRecords(day=["2026-03-01"], amount=[1, 1], **two)


def test_sums_that_would_not_be_exact_are_refused(rules_of):
    n = 5000
    records = ActivityRecords(
        day=["2026-03-01"] * n,
        account=["a"] * n,
        kind=["person"] * n,
        activity=["ride"] * n,
        amount=[999_999.0] * n,
    )
    with pytest.raises(InputError, match="too much to add up exactly"):
        assess_activity(records, rules_of({"baseline": 10**9}))


def test_households_are_split_to_the_gram(records_of, shipped):
    rows = [("2026-03-05", "h", "heating", 10.0, 10.001), ("2026-03-05", "k", "no bag", 5)]
    table = credits_of(records_of(*rows, kind="household"), shipped)
    shares = split_among_members(table, {"h": ["z", "a", "m"], "k": ["q"], "unused": ["x"]})
    assert shares.filter(household="h").select("account", "credit_g").rows() == [
        *(("a", 37), ("m", 37), ("z", 36)),
    ]
    sums = shares.group_by("household").agg(pl.col("credit_g", "points").sum()).sort("household")
    kept = table.select("account", "credit_g", "points").sort("account")
    assert sums.rows() == kept.rows()
    with pytest.raises(InputError, match="household without members"):
        split_among_members(table, {"h": ["a"]})
    with pytest.raises(InputError, match="a member twice"):
        split_among_members(table, {"h": ["a", "a"], "k": ["q"]})


def test_grams_become_whole_kilograms_and_the_rest_is_carried():
    carried, booked = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    for credit in ([999, 1], [1, 2000], [500, 999]):
        kilograms, carried = settle_kilograms(credit, carried)
        booked += kilograms
    assert booked.tolist() == [1, 3]
    assert carried.tolist() == [500, 0]
    for bad in ([-1], [5]):
        with pytest.raises(InputError):
            settle_kilograms(bad, 1000 if bad == [5] else 0)


def test_summary_and_tables_add_up(records_of, shipped):
    rows = [("2026-03-01", "a", "metro", 60), ("2026-03-01", "b", "cycling", 2)]
    found = assess_activity(records_of(*rows), shipped)
    assert found.totals()["credit_g"] == found.accounts()["credit_g"].sum() == 1900 + 201
    assert found.emissions()["credit_g"].sum() == 2101
    assert found.accounts()["credit_kg"].to_list() == [1, 0]
    assert "caps withhold 0.391 kg in 1 of 2 credits" in found.summary()
