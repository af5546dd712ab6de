"""What holds of every assessment, whatever was done."""

import datetime as dt

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tanshi.activity import ActivityRecords, assess_activity, load_default_rules

RULES = load_default_rules()
few = settings(max_examples=60, deadline=None, derandomize=True)
records = st.lists(
    st.tuples(
        st.dates(dt.date(2025, 12, 25), dt.date(2026, 1, 5)),
        st.sampled_from(["a", "b"]),
        st.sampled_from(["metro", "bus", "cycling", "walking", "no_plastic_bag"]),
        st.integers(0, 60_000),
    ),
    min_size=1,
    max_size=60,
)


def assessed(rows):
    day, account, activity, thousandths = zip(*rows, strict=True)
    return assess_activity(
        ActivityRecords(
            day=day,
            account=account,
            kind=["person"] * len(rows),
            activity=activity,
            amount=[one / 1000 for one in thousandths],
        ),
        RULES,
    ).credits


@few
@given(records)
def test_no_account_is_credited_above_the_cap_of_a_rule_in_a_period(rows):
    caps = {rule.rule: rule.cap_g_per_period for rule in RULES.rules}
    table = assessed(rows)
    sums = table.group_by("account", "rule", "period_start").agg(pl.col("credit_g").sum())
    assert all(credit <= caps[rule] for _, rule, _, credit in sums.iter_rows())
    assert table["credit_g"].min() >= 0
    assert table["records"].sum() == len(rows)


@few
@given(records, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert assessed(shuffled).equals(assessed(rows))


@few
@given(records, records)
def test_doing_more_never_lowers_a_credit(rows, more):
    keys = ["account", "rule", "version", "period_start"]
    before, after = assessed(rows), assessed(rows + more)
    joined = before.join(after, on=keys, how="left", suffix="_after")
    assert (joined["credit_g_after"] >= joined["credit_g"]).all()
