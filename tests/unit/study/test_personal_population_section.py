"""The section [personal.population]: keys of the room, its own checks, every fault at once."""

from pathlib import Path

import pytest

from tanshi.core import InputError
from tanshi.personal.quota_rules import EmissionCases
from tanshi.personal.traits import PopulationTraits
from tanshi.study import build_scenario, load_scenario
from tanshi.study.personal_population_section import CASES, CaseSection, NeedsSection

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
OWN_MEANS = {"amount_mean_tco2", "cost_mean_cny_per_tco2", "income_mean_cny", "income_deviation"}


def built(**section):
    return build_scenario({"personal": {"population": section}}).personal.population


def faults_of(**section):
    with pytest.raises(InputError) as refused:
        built(**section)
    return {
        fault.column.removeprefix("personal.population"): fault for fault in refused.value.faults
    }


def test_every_key_of_a_case_is_an_argument_of_the_room_with_its_default():
    assert CaseSection().traits() == PopulationTraits()
    arguments = set(PopulationTraits.__dataclass_fields__)
    assert set(CaseSection.model_fields) == arguments - OWN_MEANS
    assert NeedsSection().traits(amount_mean_tco2=3.0).amount_deviation == 0.7


def test_unknown_keys_and_what_the_room_refuses_come_out_together():
    faults = faults_of(
        peple=3,
        cases={"one": {"theta_c": 1.0}, "two": {"theta_a": -1.0, "cost_income": 1.0}},
        needs={"mean_need_tco2": 0.0},
        rules={"quota_cut": 1.0, "abatement_slope": 1.0, "pricing": "free"},
        emissions={"quota_cuts": [2.0], "ofset_ratio": 1.0},
    )
    assert faults[".peple"].remedy == "did you mean 'people'?"
    assert faults[".cases.one.theta_c"].remedy in {
        "did you mean 'theta_b'?",
        "did you mean 'theta_a'?",
    }
    assert faults[".emissions.ofset_ratio"].remedy == "did you mean 'offset_ratio'?"
    assert {
        ".cases.two.theta_a",
        ".cases.two.cost_income",
        ".needs.mean_need_tco2",
        ".rules.quota_cut",
        ".rules.pricing",
        ".emissions.quota_cuts",
    } <= set(faults)


@pytest.mark.parametrize(
    ("section", "columns"),
    [
        ({"people": 10}, {".people"}),
        ({"people": 10, "quota_people": 20, "seed": -1}, {".people", ".quota_people", ".seed"}),
        ({"income_groups": 0}, {".income_groups"}),
        ({"cases": {"paper": {}}}, {""}),
        (
            {"damage_cny_per_tco2": -1.0, "income_deviation": 4.0},
            {".damage_cny_per_tco2", ".income_deviation"},
        ),
    ],
)
def test_values_that_cannot_be_are_named_by_their_key(section, columns):
    assert set(faults_of(**section)) == columns


def test_the_china_scenario_names_the_defaults():
    section = load_scenario(SCENARIOS / "personal_china.toml").personal.population
    assert section.cases == CASES
    assert section.emissions == EmissionCases()
    default = built()
    for name in ("needs", "rules", "income_mean_cny", "income_deviation", "damage_cny_per_tco2"):
        assert getattr(section, name) == getattr(default, name)


def test_without_the_section_hashes_stay():
    plain = build_scenario({"personal": {}})
    counted = build_scenario({"personal": {"population": {"people": 5000}}})
    assert plain.sha256 != counted.sha256
    assert build_scenario({}).sha256 == build_scenario({"pack": {}}).sha256
