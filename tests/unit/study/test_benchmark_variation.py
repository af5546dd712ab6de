"""Single keys of a scenario: found by name or pattern, set in what the file says."""

import pytest

from tanshi.core import InputError
from tanshi.study.benchmark_scenario import BenchmarkSection
from tanshi.study.benchmark_variation import (
    BaseScenario,
    market_keys,
    matching_keys,
    value_at,
)

FILE = """
[benchmark]
years = 8
[benchmark.price]
floor = 30.0
[benchmark.policy_changes.4.price]
ceiling = 150.0
"""


@pytest.fixture
def base(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(FILE, encoding="utf-8")
    return BaseScenario.read(file, {"replicates": 3, "seed": None})


def test_every_number_word_and_switch_of_the_market_has_a_key():
    keys = market_keys(BenchmarkSection())
    groups = {key.partition(".")[0] for key in keys}
    lists = {"supported_regions", "cost_level", "given"}  # have no single value
    empty = {"regional_targets", "given_violations", "policy_changes"}  # have no entry yet
    run = {"replicates", "seed", "sensitivity", "search"}
    assert groups == set(BenchmarkSection.model_fields) - lists - empty - run
    assert keys["price.floor"] is float
    assert keys["services.providers"] is int
    assert keys["demand.responds"] is bool
    assert keys["revision.protocol"] is str
    assert keys["firms.cost_level_file"] is str
    assert keys["industries.steel.processes.all.share"] is float
    assert "industries.steel.name" not in keys


def test_a_pattern_stands_for_the_keys_of_all_rows():
    found, fault = matching_keys("industries.*.demand_elasticity", BenchmarkSection())
    assert fault is None
    assert len(found) == 4
    assert set(found.values()) == {float}


@pytest.mark.parametrize(
    "key", ["given_violations.steel", "policy_changes.5.price.floor", "regional_targets.Hebei"]
)
def test_a_table_of_names_takes_new_ones(key):
    assert matching_keys(key, BenchmarkSection()) == ({key: float}, None)


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("price.flor", "did you mean 'price.floor'?"),
        ("industries.steel.demand_elastic", "did you mean 'industries.steel.demand_elasticity'?"),
        ("policy_changes.x.price.ceiling", "did you mean 'price.ceiling'?"),
        ("seed", "use the option of the command, or another key"),
        ("price", "did you mean 'price.floor'?"),
        ("zzzzzzzzzz", "see the keys in docs/benchmark.md"),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest(key, remedy):
    found, fault = matching_keys(key, BenchmarkSection())
    assert found == {}
    assert fault.found == key
    assert fault.remedy == remedy


def test_changes_are_set_and_the_rest_stays(base):
    section = base.changed(
        {
            "price.floor": 35.0,
            "industries.power.processes.all.relative_benchmark": 1.1,
            "industries.steel.demand_elasticity": 0.7,
            "given_violations.steel": 0.1,
            "firms.curve": "power",
        }
    ).benchmark
    assert (section.years, section.replicates, section.price.floor) == (8, 3, 35.0)
    # Later rules of the file build on what was changed.
    assert section.policy_changes[4].price.floor == 35.0
    assert section.policy_changes[4].price.ceiling == 150.0
    assert value_at(section, "policy_changes.4.price.ceiling") == 150.0
    power, steel, cement, _ = section.industries
    assert power.processes[0].relative_benchmark == 1.1
    assert steel.demand_elasticity == value_at(section, "industries.steel.demand_elasticity") == 0.7
    assert cement == BenchmarkSection().industries[2]
    assert section.given_violations == {"steel": 0.1}
    assert section.firms.curve == "power"
    assert base.scenario.benchmark.price.floor == 30.0


def test_a_value_out_of_range_is_refused_with_its_key(base):
    with pytest.raises(InputError) as refused:
        base.changed({"price.ceiling": 10.0, "firms.curve": "cubic"})
    assert {fault.column for fault in refused.value.faults} == {
        "benchmark.price.ceiling",
        "benchmark.firms.curve",
    }


def test_a_value_that_is_not_there_is_none(base):
    assert value_at(base.scenario.benchmark, "given_violations.steel") is None
    assert value_at(base.scenario.benchmark, "industries.glass.entities") is None
