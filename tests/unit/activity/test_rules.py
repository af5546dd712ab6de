"""Rules: those that come with Tanshi, and what is refused in one's own."""

import re
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pytest

from tanshi.activity import Rule, default_rules_text, parse_rules
from tanshi.core import InputError
from tanshi.data.activity_records import HEADERS, KINDS

PROJECT = Path(__file__).resolve().parents[3]


def faults_of(text):
    with pytest.raises(InputError) as raised:
        parse_rules(text, source="own.toml")
    return raised.value.faults


def test_factors_of_the_shipped_rules_follow_from_the_numbers_that_their_sources_say(shipped):
    by_version = {(rule.rule, rule.version): rule for rule in shipped.rules}
    car = 0.16152 / 1.6
    grid = {"1": 0.5366, "2": 0.5306}
    metro_kwh = 0.01549 / 0.13096
    for version, kg_per_kwh in grid.items():
        metro = by_version["metro", version]
        assert metro.actual_mg_per_unit == round(metro_kwh * kg_per_kwh * 1e6)
        assert by_version["electricity", version].baseline_mg_per_unit == round(kg_per_kwh * 1e6)
        assert f"{kg_per_kwh}" in by_version["electricity", version].baseline_source
    for name in ("metro", "bus", "cycling", "walking"):
        assert by_version[name, "1"].baseline_mg_per_unit == round(car * 1e6)
        assert "0.16152" in by_version[name, "1"].baseline_source
        assert "1.6" in by_version[name, "1"].baseline_source
    assert by_version["bus", "1"].actual_mg_per_unit == round(0.06360 * 1e6)
    assert by_version["natural_gas", "1"].baseline_mg_per_unit == round(56.1 * 38.931 * 1e3)
    assert by_version["heating", "1"].baseline_mg_per_unit == round(0.11 * 1e9)
    assert by_version["no_plastic_bag", "1"].baseline_mg_per_unit == round(1.578 / 82.14 * 1e6)


def test_the_gas_factor_is_that_of_the_inventory(shipped):
    from tanshi.accounts import load_default_factors

    gas = next(one for one in load_default_factors() if one.fuel == "gas")
    kg_per_m3 = gas.tco2_per_quantity_unit * 1e3 / 1e8
    assert shipped.find("天然气").baseline_mg_per_unit == round(kg_per_m3 * 1e6)


def test_every_shipped_rule_names_sources_and_says_what_is_assumed(shipped):
    for rule in shipped.rules:
        assert len(rule.baseline_source) > 30
        assert len(rule.assumption) > 30
        assert "Cap" in rule.assumption
        assert re.search(r"\d", rule.baseline_source)


def test_versions_follow_each_other_without_a_gap(shipped):
    for before, after in pairwise(shipped.rules):
        if before.rule == after.rule:
            assert (after.valid_from - before.valid_to).days == 1


def test_words_in_two_languages_mean_a_rule(shipped):
    meant = {word: shipped.find(word).rule for word in ("Subway", "共享单车", "no-plastic bag")}
    assert meant == {
        "Subway": "metro",
        "共享单车": "cycling",
        "no-plastic bag": "no_plastic_bag",
    }
    assert shipped.find("flying") is None


def test_a_table_has_every_field_of_every_version(shipped):
    table = shipped.table()
    assert len(table) == len(shipped.rules)
    assert table["applies_to"].to_list()[-1] == "person; household"


def test_all_faults_of_a_file_are_told_at_once():
    text = default_rules_text()
    text = text.replace("cap_g_per_period = 1900", "cap_g_per_perod = 1900", 1)
    text = text.replace("baseline_mg_per_unit = 536600", "baseline_mg_per_unit = 536600.5", 1)
    text = text.replace('period = "month"', 'period = "week"', 1)
    text = text.replace('applies_to = ["household"]', 'applies_to = ["firm"]', 1)
    text = text.replace("valid_from = 2026-01-01", 'valid_from = "2026-01-01"', 1)
    found = faults_of(text)
    assert {fault.column for fault in found} == {
        *("cap_g_per_perod", "cap_g_per_period", "baseline_mg_per_unit"),
        *("period", "applies_to", "valid_from"),
    }
    assert "did you mean 'cap_g_per_period'?" in {fault.remedy for fault in found}
    assert {fault.file for fault in found} == {"own.toml"}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        (({}, {"version": "2", "valid_from": "2026-06-01"}), "versions of ride overlap"),
        (
            (
                {"valid_to": "valid_to = 2026-06-01"},
                {"version": "2", "valid_from": "2026-06-01"},
            ),
            "versions of ride overlap",
        ),
        (
            (
                {"valid_to": "valid_to = 2026-05-31"},
                {"version": "2", "valid_from": "2026-06-01", "period": "month"},
            ),
            "versions of ride differ in period",
        ),
        (
            ({"valid_to": "valid_to = 2026-05-31"}, {"valid_from": "2026-06-01"}),
            "a version twice",
        ),
        (({"valid_to": "valid_to = 2025-05-31"},), "rule 1 (ride) ends before it begins"),
        (({"actual": 100_000},), "factors of rule 1 (ride) do not fit its measure"),
        (({"measure": "below_reference"},), "factors of rule 1 (ride) do not fit its measure"),
        (({"names": '["Go"]'}, {"rule": "other", "names": '["go"]'}), "a word for two rules"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(rules_of, changes, what):
    with pytest.raises(InputError) as raised:
        rules_of(*changes)
    assert what in {fault.what for fault in raised.value.faults}


@pytest.mark.parametrize("text", ["name = ", "", 'name = "a"\nversion = "1"\nrule = 3'])
def test_what_is_no_set_of_rules_is_refused(text):
    assert faults_of(text)


def test_the_page_has_every_version_of_every_shipped_rule(shipped):
    page = (PROJECT / "docs" / "activity.md").read_text(encoding="utf-8")
    rows = [
        f"| `{one.rule}` | {one.version} | {one.valid_from} | {one.valid_to or ''} | "
        f"{', '.join(one.applies_to)} | {one.unit} | {one.baseline_mg_per_unit / 1000:g} | "
        f"{one.actual_mg_per_unit / 1000:g} | {one.cap_g_per_period:,} | {one.period} |"
        for one in shipped.rules
    ]
    listed = [line for line in page.splitlines() if re.match(r"\| `\w+` \| \d", line)]
    assert listed == rows
    assert f"`{shipped.name}`, version {shipped.version}" in page
    assert {one.points_per_kg for one in shipped.rules} == {10}
    keys = [one.name for one in fields(Rule)]
    assert [key for key in keys if f"`{key}`" not in page] == []
    assert "gives that for 13.5 km" in page
    metro = shipped.find("metro")
    assert 0.5155e6 / (metro.baseline_mg_per_unit - 62_760) == pytest.approx(13.5, abs=0.05)


def test_the_page_has_every_header_and_every_word_for_a_kind():
    page = (PROJECT / "docs" / "activity.md").read_text(encoding="utf-8")
    for role, words in HEADERS.items():
        assert f"| `{role}` | {', '.join(words)} |" in page
    for kind, words in KINDS.items():
        assert f"`{kind}` ({', '.join(words)})" in page
