"""The section [benchmark]: keys of the room, its own checks, every fault at once."""

import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.industries import Industry, Process
from tanshi.benchmark.register_draw import RegisterPlan
from tanshi.benchmark.rules import MarketRules
from tanshi.core import InputError
from tanshi.study import Scenario, build_scenario, load_scenario
from tanshi.study.benchmark_plan import market_plan
from tanshi.study.benchmark_scenario import (
    GROUPS,
    TABLE_1,
    BenchmarkSection,
    FirmsSection,
)

PROJECT = Path(__file__).resolve().parents[3]
SCENARIOS = PROJECT / "scenarios"
ROW = {
    "name": "paper",
    "entities": 10,
    "emissions_tco2": 1e6,
    "benchmark_tco2_per_unit": 1.0,
    "reduction_potential": 0.1,
}


def built(**section):
    return build_scenario({"benchmark": section}).benchmark


def faults_of(**section):
    with pytest.raises(InputError) as refused:
        built(**section)
    return refused.value.faults


def test_every_key_is_an_argument_of_the_room_with_its_default():
    drawn = FirmsSection().model_dump(exclude={"region_counts", "cost_level_file"})
    assert RegisterPlan(**drawn) == RegisterPlan()
    assert BenchmarkSection().market_rules() == MarketRules()
    assert set(GROUPS) <= set(BenchmarkSection.model_fields)


def test_a_scenario_without_mutation_is_refused():
    (fault,) = faults_of(revision={"mutation": 0.0})
    assert fault.column == "benchmark.revision.mutation"
    assert "above 0" in fault.allowed
    (fault,) = faults_of(policy_changes={"2": {"revision": {"mutation": 0}}})
    assert fault.column == "benchmark.policy_changes.2.revision.mutation"
    # With other faults of the same table; an ablation may still set it.
    assert len(faults_of(revision={"mutation": 0.0, "pace": 1.0})) == 2
    assert built().market_rules().without("mutation").revision.mutation == 0.0


def test_the_default_industries_are_those_of_table_1():
    assert [(one.name, one.entities) for one in TABLE_1] == [
        ("power", 2100),
        ("steel", 800),
        ("cement", 650),
        ("aluminium", 320),
    ]
    assert Scenario().benchmark.industries == TABLE_1


def test_a_new_industry_is_a_row():
    _, row = built(industries=[ROW, ROW | {"name": "late", "first_year": 3}]).industries
    assert (row.first_year, row.processes) == (3, (Process(name="all"),))


def test_unknown_keys_are_answered_with_the_nearest_known_one():
    found = {
        fault.column: fault.remedy
        for fault in faults_of(
            year=3,
            price={"flor": 1},
            firms={"sed": 1},
            industries=[ROW | {"entitys": 3, "processes": [{"name": "a", "shar": 1}]}],
            policy_changes={"4": {"price": {"ceilng": 1}, "pric": {}}},
        )
    }
    assert found == {
        "benchmark.year": "did you mean 'years'?",
        "benchmark.price.flor": "did you mean 'floor'?",
        "benchmark.firms.sed": "did you mean 'seed'?",
        "benchmark.industries.0.entitys": "did you mean 'entities'?",
        "benchmark.industries.0.processes.0.shar": "did you mean 'share'?",
        "benchmark.policy_changes.4.price.ceilng": "did you mean 'ceiling'?",
        "benchmark.policy_changes.4.pric": "did you mean 'price'?",
    }


def test_what_the_room_refuses_comes_out_with_the_unknown_keys():
    faults = faults_of(
        price={"flor": 1, "ceiling": 30.0},
        revision={"protocol": "logitt"},
        compliance={"detection_small": 1.5},
        industries=[ROW | {"entities": 0, "reduction_potential": 2.0}],
        firms={"size_deviation": -1.0, "curve": "cubic"},
    )
    assert sorted(fault.column for fault in faults) == [
        "benchmark.compliance.detection_small",
        "benchmark.firms.curve",
        "benchmark.firms.size_deviation",
        "benchmark.industries.0.entities",
        "benchmark.industries.0.reduction_potential",
        "benchmark.price.ceiling",
        "benchmark.price.flor",
        "benchmark.revision.protocol",
    ]
    allowed = {fault.column: fault.allowed for fault in faults}
    assert allowed["benchmark.price.ceiling"] == "a ceiling at or above the floor"
    assert "replicator_mutator" in allowed["benchmark.revision.protocol"]


@pytest.mark.parametrize(
    ("section", "column", "allowed"),
    [
        ({"industries": []}, "benchmark.industries", "at least one industry"),
        ({"industries": [ROW, ROW]}, "benchmark.industries", "each with a name of its own"),
        (
            {"firms": {"output_units": {"glass": 1.0}}},
            "benchmark.firms.output_units.glass",
            "by the industries power, steel",
        ),
        (
            {"years": 3, "policy_changes": {9: {"price": {"floor": 1.0}}}},
            "benchmark.policy_changes.9",
            "from 1 to 3",
        ),
        ({"rule": "best"}, "benchmark.rule", "'uniform', 'printed'"),
        ({"years": 0}, "benchmark.years", "greater than or equal to 1"),
        (
            {"supported_regions": {"sunny": ["Hebei"]}},
            "benchmark.supported_regions.sunny.[key]",
            "renewable_rich, old_industrial, energy_security",
        ),
        ({"price": 3}, "benchmark.price", "a table of keys"),
        ({"cost_level": [1.0, 0.0]}, "benchmark.cost_level.1", "greater than 0"),
    ],
)
def test_other_values_that_are_not_allowed(section, column, allowed):
    (fault,) = faults_of(**section)
    assert fault.column == column
    assert allowed in fault.allowed


def test_changes_of_policy_come_on_top_of_each_other():
    section = built(
        price={"floor": 50.0},
        policy_changes={"9": {"price": {"ceiling": 150.0}}, "3": {"price": {"floor": 60.0}}},
    )
    found = {year: rules.price for year, rules in section.policy_changes.items()}
    assert [(year, price.floor, price.ceiling) for year, price in found.items()] == [
        (3, 60.0, 200.0),
        (9, 60.0, 150.0),
    ]


def test_a_file_of_costs_is_looked_for_beside_the_scenario(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[benchmark.firms]\ncost_level_file = "mac.csv"\n', encoding="utf-8")
    assert load_scenario(path).benchmark.firms.cost_level_file == str(tmp_path / "mac.csv")


def test_the_scenario_of_china_writes_out_every_rule_and_its_default():
    content = tomllib.loads((SCENARIOS / "benchmark_china.toml").read_text(encoding="utf-8"))
    section = load_scenario(SCENARIOS / "benchmark_china.toml").benchmark
    rules = section.market_rules()
    for group in GROUPS:
        names = {one.name for one in fields(getattr(rules, group))}
        assert set(content["benchmark"][group]) == names
    assert rules == MarketRules()
    for row, default in zip(section.industries, TABLE_1, strict=True):
        assert replace(row, processes=default.processes) == default


def test_processes_in_the_scenario_of_china_have_a_mean_of_1():
    for row in load_scenario(SCENARIOS / "benchmark_china.toml").benchmark.industries:
        means = [
            sum(one.share * getattr(one, f"relative_{what}") for one in row.processes)
            for what in ("intensity", "benchmark")
        ]
        assert means == pytest.approx([1.0, 1.0], abs=1e-4)


def shown(value):
    if isinstance(value, bool | str):
        return f"`{str(value).lower()}`"
    return f"{value:,.10g}".replace(",", " ") if value >= 1000 else f"{value:g}"


def test_every_key_and_the_default_of_every_rule_is_documented():
    page = (PROJECT / "docs" / "benchmark.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+\.\w+)` \| (\S+(?: \d+)*) \|", page, re.MULTILINE)
    rules = MarketRules()
    keys = [
        (f"{group}.{one.name}", shown(getattr(getattr(rules, group), one.name)))
        for group in GROUPS
        for one in fields(getattr(rules, group))
    ]
    assert rows == keys
    others = {one.name for room in (Industry, Process) for one in fields(room)} | set(
        FirmsSection.model_fields
    )
    others |= set(BenchmarkSection.model_fields) - {*GROUPS, "industries", "firms"}
    assert [key for key in sorted(others) if f"`{key}`" not in page] == []


def test_new_industries_are_rows_that_enter_in_their_year():
    section = load_scenario(SCENARIOS / "benchmark_expansion.toml").benchmark
    small = [
        replace(one, entities=max(one.entities // 20, 5), emissions_tco2=one.emissions_tco2 / 20)
        for one in section.industries
    ]
    changed = section.model_copy(update={"industries": tuple(small), "years": 6})
    found = evolve_market(market_plan(changed), replicates=2, seed=1)
    firms = found.by_industry["firms"].min(axis=0)
    entered = dict(zip(found.industries, (firms > 0).argmax(axis=0) + 1, strict=True))
    assert entered == {one.name: one.first_year for one in small}
    assert set(entered.values()) == {1, 3, 4}
    assert (found.by_industry["emissions_tco2"][:, -1] > 0).all()
