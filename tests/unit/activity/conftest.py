"""Rules and records to assess."""

import pytest

from tanshi.activity import ActivityRecords, load_default_rules, parse_rules

RULE = """
[[rule]]
rule = "{rule}"
names = {names}
title = "A rule"
title_zh = "规则"
version = "{version}"
valid_from = {valid_from}
{valid_to}
applies_to = ["person", "household"]
unit = "km"
measure = "{measure}"
baseline_mg_per_unit = {baseline}
baseline_source = "a document"
actual_mg_per_unit = {actual}
actual_source = "a document"
cap_g_per_period = {cap}
period = "{period}"
points_per_kg = 10
assumption = "none"
"""
DEFAULTS = {
    "rule": "ride",
    "names": "[]",
    "version": "1",
    "valid_from": "2026-01-01",
    "valid_to": "",
    "measure": "instead",
    "baseline": 100_000,
    "actual": 40_000,
    "cap": 1000,
    "period": "day",
}


def text_of(*changes):
    blocks = [RULE.format(**(DEFAULTS | change)) for change in changes]
    return 'name = "test"\nversion = "1"\n' + "".join(blocks)


@pytest.fixture
def rules_of():
    """Rules from the default rule with changes, one mapping a version."""
    return lambda *changes: parse_rules(text_of(*changes))


@pytest.fixture(scope="session")
def shipped():
    return load_default_rules()


@pytest.fixture
def records_of():
    """Records from rows (day, account, activity, amount) or with reference; all of persons."""

    def make(*rows, kind="person"):
        columns = list(zip(*[(*row, float("nan"))[:5] for row in rows], strict=True))
        day, account, activity, amount, reference = columns
        return ActivityRecords(
            day=day,
            account=account,
            kind=[kind] * len(rows),
            activity=activity,
            amount=amount,
            reference=reference,
        )

    return make
