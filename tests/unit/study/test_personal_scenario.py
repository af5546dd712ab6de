"""The section [personal]: its keys are the room's arguments, and the room checks their values."""

from dataclasses import fields
from pathlib import Path

import pytest

from tanshi.core import InputError
from tanshi.personal import SinglePlatformInputs, TwoSidedInputs
from tanshi.study import Scenario, build_scenario, load_scenario
from tanshi.study.personal_scenario import PersonalSection, SingleSection, TwoSidedSection

PROJECT = Path(__file__).resolve().parents[3]


def faults_of(section):
    with pytest.raises(InputError) as caught:
        build_scenario({"personal": section})
    return {fault.column: fault for fault in caught.value.faults}


def test_keys_are_the_arguments_of_the_room():
    assert list(SingleSection.model_fields) == [one.name for one in fields(SinglePlatformInputs)]
    own = {"value_range_cny_per_tco2", "payments"}
    assert set(TwoSidedSection.model_fields) - own == {one.name for one in fields(TwoSidedInputs)}


def test_a_study_has_a_personal_market_where_the_scenario_has_the_section():
    assert not Scenario().has_personal
    assert build_scenario({"personal": {}}).has_personal


def test_the_section_is_part_of_the_scenario_s_hash_only_where_it_is_there():
    bare = Scenario()
    rest = bare.personal.model_copy(update={"price_years": 9})
    unnamed = Scenario.model_construct(_fields_set=set(), **dict(bare) | {"personal": rest})
    assert unnamed.sha256 == bare.sha256
    assert build_scenario({"personal": {}}).sha256 != bare.sha256
    assert bare.sha256 == "b8eb03886be81773427fb501717a5a15173e885394ae7a9a1f4a7855215d388f"


def test_values_meet_the_conditions_of_the_room_and_come_out_with_unknown_keys():
    section = {
        "single": {"credit_cost": 0.0, "offset_ratio": 1.5, "fees": 1.0},
        "two_sided": {"matching": 0.0, "value_range_cny_per_tco2": 0.0, "payments": "open"},
        "take_price": "marke",
    }
    faults = faults_of(section)
    assert set(faults) == {
        "personal.single.credit_cost",
        "personal.single.offset_ratio",
        "personal.single.fees",
        "personal.two_sided.matching",
        "personal.two_sided.value_range_cny_per_tco2",
        "personal.two_sided.payments",
        "personal.take_price",
    }
    assert faults["personal.single.credit_cost"].allowed == "credit_cost e > 0"
    assert faults["personal.single.fees"].remedy == "did you mean 'fee'?"
    assert faults["personal.take_price"].allowed == "'scenario', 'floor' or 'benchmark'"


@pytest.mark.parametrize("price", [-1.0, float("nan"), float("inf")])
def test_a_price_that_is_none_is_refused(price):
    assert set(faults_of({"single": {"allowance_price": price}})) == {
        "personal.single.allowance_price"
    }
    assert set(faults_of({"two_sided": {"allowance_price": price}})) == {
        "personal.two_sided.allowance_price"
    }


def test_the_sellers_price_is_the_allowance_price_over_the_value_range():
    section = TwoSidedSection(value_range_cny_per_tco2=80.0)
    assert section.inputs(60.0).allowance_price.tolist() == [0.75]
    own = TwoSidedSection(allowance_price=0.9)
    assert own.inputs(60.0).allowance_price.tolist() == [0.9]
    single = SingleSection(allowance_price=60.0)
    assert single.inputs().allowance_price.tolist() == [60.0]
    assert single.inputs(55.0).allowance_price.tolist() == [55.0]


def test_the_scenario_of_china_writes_out_the_defaults():
    personal = load_scenario(PROJECT / "scenarios" / "personal_china.toml").personal
    default = PersonalSection()
    assert (personal.single, personal.two_sided) == (default.single, default.two_sided)
    assert (personal.take_price, personal.price_years) == ("scenario", 3)
    assert personal.single.model_fields_set == set(SingleSection.model_fields)
    left = set(TwoSidedSection.model_fields) - personal.two_sided.model_fields_set
    assert left == {"allowance_price"}
