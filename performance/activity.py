"""A million records of activities, beside a loop in plain Python."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from performance.comparison import Comparison, one_row, rows_of
from performance.timing import Contender, say, side_by_side
from tanshi.activity import ActivityRecords, assess_activity, load_default_rules
from tanshi.study.personal_activity import assess_file

if TYPE_CHECKING:
    from tanshi.activity import RuleSet

N_RECORDS, N_ACCOUNTS = 1_000_000, 100_000
OURS, LOOP = "Tanshi", "plain Python loop"
TRAVEL = ("metro", "bus", "cycling", "walking", "no_plastic_bag")
HOME = ("electricity", "natural_gas", "heating")
FIRST, DAYS = dt.date(2025, 10, 1), 180

_TEXT = """\
A million records of 100,000 accounts over half a year, with a change of versions in it, assessed
under the rules that come with Tanshi: version by day, exact sums by account, rule and period, caps,
points. *Tanshi* is `ActivityRecords`, with its checks, and `assess_activity`. *Plain Python loop*
goes through the same records once, with a dictionary of whole numbers and without any check. Both
find the same credit, gram by gram, or the comparison stops."""


def million_activities(*, quick: bool) -> Comparison:
    """Time a million records; the loop must find the same credits."""
    n = N_RECORDS // 10 if quick else N_RECORDS
    say(f"{n:,} records of activities")
    rules, table = load_default_rules(), random_records(n)
    lists = {name: table[name].to_list() for name in table.columns}
    same = plain_credits(lists, rules) == our_credits(table, rules)
    if not same:
        message = "the loop and Tanshi credit different grams"
        raise RuntimeError(message)
    times = side_by_side(
        {
            OURS: Contender(partial(assessed, table, rules), 2),
            LOOP: Contender(partial(plain_credits, lists, rules)),
        },
        turns=2 if quick else 5,
    )
    task = f"{n:,} records"
    rows = rows_of(task, times, ours=OURS)
    with tempfile.TemporaryDirectory() as name:
        for kind, write in (("CSV", table.write_csv), ("Parquet", table.write_parquet)):
            file = Path(name) / f"records.{kind.lower()}"
            write(file)
            started = time.perf_counter()
            assess_file(file)
            rows.append(
                one_row(f"{task}, read from {kind} too", OURS, time.perf_counter() - started)
            )
    return Comparison("Activities, a million records", _TEXT, rows, [])


def random_records(n: int) -> pl.DataFrame:
    """Return records as a file has them, of persons and households."""
    rng = np.random.default_rng(1)
    account = rng.integers(0, N_ACCOUNTS, n)
    household = account % 5 == 0
    place = rng.integers(0, 1 << 30, n)
    activity = np.where(
        household, np.array(HOME)[place % len(HOME)], np.array(TRAVEL)[place % len(TRAVEL)]
    )
    amount = rng.integers(0, 20_000, n) / 1000
    reference = np.where(household, rng.integers(0, 25_000, n) / 1000, np.nan)
    return pl.DataFrame(
        {
            "day": np.datetime64(FIRST) + rng.integers(0, DAYS, n),
            "account": [f"account {one}" for one in account.tolist()],
            "kind": np.where(household, "household", "person"),
            "activity": activity,
            "amount": amount,
            "reference": reference,
        }
    ).with_columns(pl.col("reference").fill_nan(None))


def assessed(table: pl.DataFrame, rules: RuleSet) -> pl.DataFrame:
    records = ActivityRecords(
        day=table["day"].to_numpy(),
        account=table["account"],
        kind=table["kind"],
        activity=table["activity"],
        amount=table["amount"].to_numpy(),
        reference=table["reference"].to_numpy(),
    )
    return assess_activity(records, rules).credits


def our_credits(table: pl.DataFrame, rules: RuleSet) -> dict[tuple[str, str, str, dt.date], int]:
    names = ("account", "rule", "version", "period_start", "credit_g")
    rows = assessed(table, rules).select(names).iter_rows()
    return {
        (account, rule, version, start): credit for account, rule, version, start, credit in rows
    }


def plain_credits(lists: dict, rules: RuleSet) -> dict[tuple[str, str, str, dt.date], int]:
    """Assess record by record, as one would write it first."""
    versions: dict[str, list] = {}
    for rule in rules.rules:
        versions.setdefault(rule.rule, []).append(rule)
    sums: dict = {}
    for day, account, activity, amount, reference in zip(
        *(lists[name] for name in ("day", "account", "activity", "amount", "reference")),
        strict=True,
    ):
        for rule in versions[activity]:
            if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to):
                break
        used = round(amount * 1000)
        before = round(reference * 1000) if reference is not None else used
        gain = before * rule.baseline_mg_per_unit - used * rule.actual_mg_per_unit
        start = day if rule.period == "day" else day.replace(day=1)
        key = (account, rule.rule, start)
        by_version = sums.setdefault(key, {})
        by_version[rule.version] = by_version.get(rule.version, 0) + gain
    caps = {(rule.rule, rule.version): rule.cap_g_per_period for rule in rules.rules}
    credits_found = {}
    for (account, name, start), by_version in sums.items():
        left_over = 0
        for version in sorted(by_version):
            wanted = max(by_version[version] // 10**6, 0)
            credit = min(wanted, max(caps[name, version] - left_over, 0))
            left_over += credit
            credits_found[account, name, version, start] = credit
    return credits_found
