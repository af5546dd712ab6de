"""Every fault of a scenario and a register in one round, each with its place."""

import pytest

from tanshi.core import InputError
from tanshi.study import load_scenario
from tanshi.study.benchmark_plan import load_market, market_plan

SCENARIO = """
[benchmark]
years = 3
rule = "published_table"

[benchmark.price]
floor = 50.0
ceiling = 40.0
celing = 1.0

[[benchmark.industries]]
name = "glass"
entities = 12
emissions_tco2 = 2e6
benchmark_tco2_per_unit = 0.6
reduction_potential = 0.07

[benchmark.firms]
least_emissions_tco2 = 1e9
region_shares.glass = { "Hebei" = 0.5 }
region_shares.paper = { "Hebei" = 0.5 }

[benchmark.regional_targets]
"Atlantis" = 0.02
"Hebei" = 0.02

[benchmark.policy_changes.9.price]
floor = 20.0
"""
REGISTER = """firm,industry,process,region,output,intensity_tco2_per_unit
A,glass,,Hebei,100,600
B,glss,,Hebei,100,0.6
"""
OF_SCENARIO = {
    (8, "benchmark.price.ceiling"),
    (9, "benchmark.price.celing"),
    (21, "benchmark.firms.region_shares.paper"),
    (27, "benchmark.policy_changes.9"),
    (19, "benchmark.firms.least_emissions_tco2"),
}


@pytest.fixture
def written(tmp_path):
    def write(text, name):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def places(refused, path):
    return {(one.row, one.column) for one in refused.value.faults if one.file == str(path)}


def test_all_that_is_wrong_with_a_scenario_comes_out_in_one_round(written):
    path = written(SCENARIO, "mine.toml")
    with pytest.raises(InputError) as refused:
        load_market(path)
    # The drawn firms cannot be drawn, and yet where none can be is known; and the table of tiers
    # has no glass.
    rest = {(23, "benchmark.regional_targets"), (2, "benchmark")}
    assert places(refused, path) == OF_SCENARIO | rest
    (target,) = (one for one in refused.value.faults if one.column.endswith("targets"))
    assert (target.found, target.allowed) == ("Atlantis", "Hebei, not stated")


def test_scenario_and_register_are_refused_together(written, tmp_path):
    path, firms = written(SCENARIO, "mine.toml"), written(REGISTER, "firms.csv")
    with pytest.raises(InputError) as refused:
        load_market(path, firms)
    # Which regions it has is known, whatever else is wrong with the register.
    rest = {(2, "benchmark"), (23, "benchmark.regional_targets")}
    assert places(refused, path) == OF_SCENARIO | rest
    (target,) = (one for one in refused.value.faults if one.column.endswith("targets"))
    assert (target.found, target.allowed) == ("Atlantis", "Hebei")
    assert places(refused, firms) == {(3, "industry"), (2, "intensity_tco2_per_unit")}
    gone = tmp_path / "gone.csv"
    with pytest.raises(InputError) as refused:
        load_market(path, gone)
    assert places(refused, path) == OF_SCENARIO | {(2, "benchmark")}
    assert [one.file for one in refused.value.faults if one.file != str(path)] == [str(gone)]


def test_a_register_is_checked_beside_what_can_be_read_of_the_scenario(written):
    path = written(SCENARIO.replace('"glass"', '"power"', 1), "mine.toml")
    firms = written(REGISTER.replace("600", "0.6").replace("glss", "power"), "firms.csv")
    firms.write_text(firms.read_text("utf-8").replace("glass", "power"), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_market(path, firms)
    found = places(refused, path)
    assert places(refused, firms) == set()
    # A threshold is no matter of firms that are there; the target of another region is one.
    assert (19, "benchmark.firms.least_emissions_tco2") not in found
    assert (23, "benchmark.regional_targets") in found


def test_what_only_follows_from_a_key_left_out_is_not_said(written):
    text = SCENARIO.replace("ceiling = 40.0\n", 'ceiling = "high"\n').replace("50.0", "250.0")
    path = written(text, "mine.toml")
    with pytest.raises(InputError) as refused:
        load_market(path)
    price = [one for one in refused.value.faults if one.column == "benchmark.price.ceiling"]
    assert [one.found for one in price] == ["'high'"]


def test_a_row_without_a_key_it_needs_ends_the_round(written):
    path = written(SCENARIO.replace("entities = 12\n", ""), "mine.toml")
    with pytest.raises(InputError) as refused:
        load_market(path)
    assert (11, "benchmark.industries.0.entities") in places(refused, path)


def test_what_is_right_is_read(written):
    text = '[benchmark]\nyears = 2\nrule = "uniform"\n'
    path = written(text, "mine.toml")
    scenario, own = load_market(path)
    assert (scenario, own) == (load_scenario(path), None)
    firms = written(REGISTER.replace("glass", "cement").replace("600", "0.8"), "firms.csv")
    firms.write_text(firms.read_text("utf-8").replace("glss", "cement"), encoding="utf-8")
    scenario, own = load_market(path, firms)
    assert own.firm == ("A", "B")
    assert market_plan(scenario.benchmark, own).years == 2
