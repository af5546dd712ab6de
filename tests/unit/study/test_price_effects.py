"""Covered sectors of a study: industries, intensities, years."""

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.data import load_sample_pack
from tanshi.data.input_output import load_input_output
from tanshi.data.series import SectorInventory
from tanshi.leontief import PriceModel, PriceModelInputs
from tanshi.study import build_scenario, run_study
from tanshi.study.cost_push import PushRequest, covered_sectors, push_costs
from tanshi.study.price_effects import estimate_price_effects, pack_price_effects
from tanshi.study.price_table import build_price_model
from tanshi.study.price_uncertainty import Uncertainty
from tanshi.study.scenario import Covered

CODES = tuple(f"{number:02d}" for number in range(1, 43))
POWER = "Production and Supply of Electric Power, Steam and Hot Water"


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
    with pytest.raises(InputError, match="tables of 42 and 153 sectors only"):
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


def effects_of(pack, price_draws=None, **section):
    scenario = build_scenario({"leontief": {"paid_shares": [0.2, 1.0]} | section})
    return pack_price_effects(pack, scenario, 50.0, 2018, price_draws=price_draws)


def test_a_study_without_uncertainty_has_no_intervals():
    effects = effects_of(load_sample_pack())
    assert effects.intervals is None
    assert list(effects.tables()) == [
        "prices",
        "indices",
        "paths",
        "households",
        "household_products",
    ]


@pytest.mark.parametrize(
    ("draws", "section"), [([40.0, 50.0, 75.0], {}), (None, {"intensity_cv": 0.1})]
)
def test_draws_of_the_price_or_a_deviation_give_intervals(draws, section):
    effects = effects_of(load_sample_pack(), draws, draws=600, seed=4, **section)
    assert (effects.intervals.draws, effects.intervals.seed) == (600, 4)
    tables = effects.tables()
    items = ["CI"] * 2 + ["PI"] * 2 + [code for _ in range(2) for code in effects.table.codes]
    assert tables["intervals"]["item"].to_list() == items + ["rural"] * 2 + ["urban"] * 2
    points = tables["intervals"].filter(pl.col("item") == "CI")["point_percent"]
    assert points.to_list() == pytest.approx(effects.cost_push.consumer_index_percent, rel=1e-13)
    assert tables["revenue_intervals"]["paid_share"].to_list() == [0.2, 1.0]
    ends = tables["households"].select("burden_lower_percent", "burden_percent")
    assert (ends["burden_lower_percent"] < ends["burden_percent"]).all()


def test_draws_of_the_price_bound_the_index_in_proportion():
    """40 and 75 are the extremes of three equally likely prices around 50."""
    effects = effects_of(load_sample_pack(), [40.0, 50.0, 75.0], draws=600)
    spread, point = effects.intervals.consumer_index_percent, effects.cost_push
    low, high = spread.lower[:, 0], spread.upper[:, 0]
    assert low == pytest.approx(0.8 * point.consumer_index_percent, rel=1e-12)
    assert high == pytest.approx(1.5 * point.consumer_index_percent, rel=1e-12)


def test_emissions_of_a_sector_without_output_are_noted():
    output = np.ones(42)
    output[CODES.index("26")] = 0.0
    nothing = np.zeros((42, 42))
    model = PriceModel(
        PriceModelInputs(
            codes=CODES,
            names=CODES,
            domestic_flows=nothing,
            imported_flows=nothing,
            value_added=output,
            gross_output=output,
            domestic_consumption=output,
            imported_consumption=0.0 * output,
        )
    )
    inventory = SectorInventory(
        source="inventory.csv",
        sha256="",
        years=(2018,),
        year=2018,
        sectors=("Production and Supply of Tap Water", POWER),
        emissions_mt=np.array([2.0, 1.0]),
    )
    request = PushRequest(
        covered=(Covered(sector="24"),),
        inventory=inventory,
        price_cny_per_tco2=50.0,
        paid_shares=(1.0,),
        uncertainty=Uncertainty(),
    )
    (note,) = push_costs(model, request).notes
    assert note.startswith("2,000,000 t of the inventory are in no intensity")
