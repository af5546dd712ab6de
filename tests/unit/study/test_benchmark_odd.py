"""The description of the market: every key, mechanism and variable of the model, and no other."""

import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from tanshi.benchmark import _layout, variables
from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.given_rule import GivenBenchmark
from tanshi.benchmark.industries import SCALES, TIERS, Industry, Process
from tanshi.benchmark.rules import MarketRules
from tanshi.benchmark.switches import SWITCHED_OFF, SWITCHED_ON
from tanshi.study import benchmark_keys, build_scenario, load_scenario
from tanshi.study.benchmark_odd import describe_market, section_keys
from tanshi.study.benchmark_odd_values import MECHANISMS, is_on, shown
from tanshi.study.benchmark_plan import market_plan
from tanshi.study.benchmark_scenario import GROUPS, BenchmarkSection, FirmsSection

PROJECT = Path(__file__).resolve().parents[3]
SAMPLE = PROJECT / "scenarios" / "benchmark_sample.toml"


@pytest.fixture(scope="module")
def section():
    return load_scenario(SAMPLE).benchmark


@pytest.fixture(scope="module")
def register(section):
    return market_plan(section).register


def with_rules(section, rules):
    return section.model_copy(update={name: getattr(rules, name) for name in GROUPS})


def everything_on(section):
    """The section with every mechanism at work."""
    rules = section.market_rules()
    for name in SWITCHED_ON:
        if name != "absolute cap":  # it takes the place of output-based allocation
            rules = rules.having(name)
    return with_rules(section, rules)


def prose(text):
    """The description without its tables."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("|"))


def rows_of(text, heading):
    below = text.split(f"\n{heading}")[1].split("\n## ")[0]
    lines = [line for line in below.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_key_of_the_section_stands_in_it_with_a_meaning(section, register):
    text = describe_market(section, register)
    rules = [
        f"{group}.{one.name}" for group in GROUPS for one in fields(getattr(MarketRules(), group))
    ]
    drawn = [f"firms.{name}" for name in FirmsSection.model_fields]
    others = [name for name in BenchmarkSection.model_fields if name not in GROUPS]
    rows = [one.name for room in (Industry, Process) for one in fields(room)]
    assert len(rules) > 70
    keys = [*rules, *drawn, *others, *rows]
    assert [key for key in keys if f"`{key}`" not in text] == []
    # Each in a submodel of its own, once, with what it means.
    listed = re.findall(r"^\| `([\w.]+)` \| [^|]* \| ([^|]*) \|$", text, re.MULTILINE)
    dotted = [name for name, _ in listed if "." in name]
    assert sorted(dotted) == sorted([*rules, *drawn])
    assert all(meaning.strip() for _, meaning in listed)
    assert "### Other keys" not in text
    assert set(section_keys(BenchmarkSection)) == {*rules, *drawn, *others}


def test_meanings_are_those_of_the_documentation_and_of_nothing_else():
    page = (PROJECT / "docs" / "benchmark.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+\.\w+)` \| \S+(?: \d+)* \| (.*) \|$", page, re.MULTILINE)
    assert dict(rows) == benchmark_keys.RULES
    assert set(benchmark_keys.FIRMS) == {f"firms.{name}" for name in FirmsSection.model_fields}
    assert set(benchmark_keys.INDUSTRY) == {one.name for one in fields(Industry)}
    assert set(benchmark_keys.PROCESS) == {one.name for one in fields(Process)}
    assert set(benchmark_keys.MARKET) == set(BenchmarkSection.model_fields) - set(GROUPS)


def test_state_variables_are_those_of_the_code(section, register):
    text = describe_market(section, register)
    for name in ("FIRM", "SECTOR", "STATE", "YEAR"):
        described = getattr(variables, name)
        assert [one.name for one in described] == list(getattr(_layout, name).names)
        for one in (*described, *variables.OTHERS):
            assert f"| `{one.name}` | {one.unit} | {one.meaning} |" in text
            assert one.unit
            assert one.meaning


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_mechanism_is_on_or_off_as_the_rules_are(mechanism, section, register):
    def state(rules):
        text = describe_market(with_rules(section, rules), register)
        rows = {row[0]: row for row in rows_of(text, "## 8. Mechanisms")}
        assert set(rows) == {*SWITCHED_OFF, *SWITCHED_ON}
        number, told = rows[mechanism][3], rows[mechanism][1]
        # It is described where the table says so.
        submodel = text.split(f"\n### {number} ")[1].split("\n### ")[0]
        assert f"{mechanism} ({told})" in submodel
        return told

    on, off = section.market_rules(), section.market_rules()
    if mechanism in SWITCHED_ON:
        on = on.having(mechanism)
    if mechanism in SWITCHED_OFF:
        off = off.without(mechanism)
    assert (state(on), state(off)) == ("on", "off")
    assert (is_on(mechanism, on), is_on(mechanism, off)) == (True, False)


def other(value, key):
    """Another value that the key may have."""
    words = {"allocation.unsold": "carry", "revision.protocol": "smith"}
    if key in words:
        return words[key]
    if isinstance(value, bool):
        return not value
    return value + 3 if isinstance(value, int) else 0.7654 * value + 0.0123


@pytest.mark.parametrize("group", GROUPS)
def test_a_changed_value_changes_the_table_and_what_is_said(group, section, register):
    whole = everything_on(section)
    before = describe_market(whole, register)
    rules = whole.market_rules()
    for one in fields(getattr(rules, group)):
        key = f"{group}.{one.name}"
        value = other(getattr(getattr(rules, group), one.name), key)
        changed = replace(rules, **{group: replace(getattr(rules, group), **{one.name: value})})
        after = describe_market(with_rules(whole, changed), register)
        assert f"| `{key}` | {shown(value)} | " in after
        assert prose(after) != prose(before), key


@pytest.mark.parametrize("curve", ["linear", "power", "log", "stepped"])
@pytest.mark.parametrize("protocol", ["logit", "replicator_mutator", "fermi", "smith"])
def test_curves_and_protocols_have_equations_of_their_own(curve, protocol, section, register):
    rules = section.market_rules()
    rules = replace(rules, revision=replace(rules.revision, protocol=protocol))
    code = np.full(register.n_firms, CURVES.index(curve))
    text = describe_market(with_rules(section, rules), replace(register, mac_curve=code))
    marks = {"linear": "P' / κ, ā)", "power": "a_R √", "log": "−P' / θ", "stepped": "whole part"}
    assert [name for name, mark in marks.items() if mark in text] == [curve]
    marks = {
        "logit": "∝ exp(−(C_g − least C) / τ)",
        "replicator_mutator": "∝ share_g exp",
        "fermi": "share_g / (1 + exp",
        "smith": "max(0, C_now − C_g)",
    }
    assert [name for name, mark in marks.items() if mark in text] == [protocol]


def test_firms_of_several_curves_are_counted(section, register):
    code = np.zeros(register.n_firms, int)
    code[:7] = CURVES.index("log")
    text = describe_market(section, replace(register, mac_curve=code))
    assert "In that order for firms with the curve `linear` (93), `log` (7)." in text
    assert "In that order for firms" not in describe_market(section, register)


def test_what_is_off_is_said_to_be_off(section, register):
    rules = section.market_rules()
    for name in SWITCHED_OFF:
        rules = rules.without(name)
    text = describe_market(with_rules(section, rules.having("absolute cap")), register)
    for said in (
        "Off: there is no contracted abatement",
        "Off: intensities fall by learning",
        "Off: firms make what is asked for",
        "Off: all allowances are handed out free",
        "Nobody conceals",
        "Sinks are off",
        "(banking is off)",
        "A cap in tonnes",
        "reclassification is off",
    ):
        assert said in text


def test_names_counts_and_later_rules_are_the_scenarios(register):
    content = {
        "supported_regions": {"old_industrial": ["north"], "energy_security": ["south"]},
        "cost_level": [1.0, 1.1, 1.2, 1.3, 1.4, 1.55],
        "given_violations": {"steel": 0.032},
        "regional_targets": {"south": 0.0123},
        "policy_changes": {"3": {"price": {"ceiling": 155.0}}, "5": {"demand": {"growth": 0.02}}},
    }
    file = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    changed = build_scenario({"benchmark": file["benchmark"] | content}).benchmark
    text = describe_market(changed, register, source="mine.toml", own="firms.csv")
    assert "Scenario: mine.toml, firms: firms.csv" in text
    assert "| 3 | `price.ceiling` = 155 |" in text
    assert "| 5 | `demand.growth` = 0.02 |" in text
    assert "by kind: old_industrial: north, energy_security: south" in text
    for said in ("steel: 0.032", "south: 0.0123", "1, 1.1, 1.2, 1.3, 1.4, 1.55"):
        assert said in text
    assert "**Firms**: 100 high-emission enterprises" in text
    assert "| power | 60 | 18 | 24 | 18 | 18 | 42 | 146.0 |" in text
    assert "2: north, south" in text
    assert "`adjustment.deficit` | 0.015 | 0.025 |" in text  # of a sensitivity
    assert "&" not in text  # nothing is escaped as in a page


def test_every_submodel_of_the_overview_is_there(section, register):
    text = describe_market(section, register)
    numbers = re.findall(r"^### (7\.\d+) ", text, re.MULTILINE)
    assert numbers == [f"7.{k}" for k in range(1, 15)]
    headings = re.findall(r"^## (\d)\. ", text, re.MULTILINE)
    assert headings == [str(k) for k in range(1, 10)]
    for concept in (
        *("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction"),
        *("Sensing", "Interaction", "Stochasticity", "Collectives", "Observation"),
    ):
        assert f"**{concept}.**" in text


def test_the_numbers_of_a_given_rule_are_listed(section, register):
    numbers = tuple(
        GivenBenchmark(industry=one.name, tier=tier, scale=scale, relative=1.25)
        for one in section.industries
        for tier in TIERS
        for scale in SCALES
    )
    update = {"rule": "given", "given": numbers, "common_scale": 0.9875}
    text = describe_market(section.model_copy(update=update), register)
    assert text.count("| 1.25 |") == len(numbers)
    assert "| power | all | advanced | large | 1.25 |" in text
    assert "times 0.9875" in text
    assert "| 1.25 |" not in describe_market(section, register)
