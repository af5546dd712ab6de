"""Covered sectors of a study: industries, intensities, years."""

import pytest

from tanshi.core import InputError
from tanshi.data import load_sample_pack
from tanshi.data.input_output import load_input_output
from tanshi.study import build_scenario, run_study
from tanshi.study.price_effects import build_price_model, covered_sectors, estimate_price_effects
from tanshi.study.scenario import Covered


@pytest.fixture(scope="module")
def table():
    pack = load_sample_pack()
    return load_input_output(pack.file(role="input_output").location, pack=pack)


def test_an_industry_stands_for_its_sector(table):
    wanted = [Covered(sector="power", intensity_tco2_per_1e4_cny=5.0)]
    (sector,) = covered_sectors(build_price_model(table), wanted, None)
    assert (sector.code, sector.covered_share) == ("24", 1.0)


def test_a_part_of_a_sector_needs_its_share(table):
    wanted = [Covered(sector="steel", intensity_tco2_per_1e4_cny=2.0)]
    with pytest.raises(InputError, match="steel is a part of sector 14"):
        covered_sectors(build_price_model(table), wanted, None)


def test_an_industry_is_refused_for_another_classification(table):
    model = build_price_model(table)
    renamed = type(model.inputs)(
        **{
            name: getattr(model.inputs, name)
            for name in model.inputs.__dataclass_fields__
            if name != "codes"
        },
        codes=tuple(f"{int(code):03d}" for code in model.inputs.codes),
    )
    wanted = [Covered(sector="power", intensity_tco2_per_1e4_cny=5.0)]
    with pytest.raises(InputError, match="42-sector table only"):
        covered_sectors(type(model)(renamed), wanted, None)


def test_a_sector_without_intensity_is_refused(table):
    with pytest.raises(InputError, match="--inventory FILE"):
        covered_sectors(build_price_model(table), [Covered(sector="24")], None)


def test_two_parts_of_one_sector_are_listed_once(table):
    effects = estimate_price_effects(
        table,
        None,
        covered=[
            Covered(sector="steel", intensity_tco2_per_1e4_cny=2.0, covered_share=0.9),
            Covered(sector="aluminium", intensity_tco2_per_1e4_cny=2.0, covered_share=0.05),
        ],
        price_cny_per_tco2=50.0,
        paid_shares=(1.0,),
        paths=3,
    )
    assert effects.cost_push.covered_codes == ("14",)
    assert len(effects.paths) == 3


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"leontief": {"price_year": 2031}}, "no floor in the price year"),
        ({"leontief": {"inventory_year": 1999}}, "1999"),
        ({"floor": {"last_year": 2026}}, "consumer price index missing"),
    ],
)
def test_a_year_that_is_asked_for_and_not_there_is_refused(section, message, steps):
    scenario = build_scenario({"report": {"sensitivity": False}} | section)
    with pytest.raises(InputError, match=message):
        run_study(scenario, command="test", progress=steps)
