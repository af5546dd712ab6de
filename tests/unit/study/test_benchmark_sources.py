"""From scenario and files to the market's firms."""

import numpy as np
import pytest

from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.register_draw import POTENTIAL_BY_TIER
from tanshi.core import InputError
from tanshi.data.benchmark_table import load_benchmark_table
from tanshi.data.firm_register import load_firm_register
from tanshi.study import build_scenario
from tanshi.study.benchmark_sources import (
    build_register,
    industries_of_table,
    placed_in_scenario,
    processes_of,
    register_plan,
    starting_scale,
)

STEEL = {
    "name": "steel",
    "entities": 40,
    "emissions_tco2": 4e7,
    "benchmark_tco2_per_unit": 2.0,
    "reduction_potential": 0.06,
    "cap_cost_cny_per_tco2": 300.0,
    "processes": [
        {"name": "long", "share": 0.8, "relative_intensity": 1.1, "relative_benchmark": 1.1},
        {"name": "short", "share": 0.2, "relative_intensity": 0.6, "relative_benchmark": 0.6},
    ],
}


def section_of(**keys):
    return build_scenario({"benchmark": {"industries": [STEEL]} | keys}).benchmark


@pytest.fixture
def register_of(tmp_path):
    def load(section, *lines, header="firm,industry,process,region,output,intensity,tier"):
        path = tmp_path / "firms.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        table = load_firm_register(path, processes=processes_of(section))
        return build_register(section, table)

    return load


def test_counts_above_the_entities_are_proportions():
    section = section_of(firms={"region_counts": {"steel": {"Hebei": 90, "Shanxi": 10}}})
    register = build_register(section)
    names, counts = np.unique(register.region, return_counts=True)
    assert dict(zip(names.tolist(), counts.tolist(), strict=True)) == {"Hebei": 36, "Shanxi": 4}


def test_a_start_at_the_deficit_whatever_the_processes():
    section = section_of(initial_benchmark="deficit", firms={"initial_deficit": 0.03})
    register = build_register(section)
    scale = starting_scale(register, section)
    allocation = scale[0] * (register.benchmark_tco2_per_unit * register.output).sum()
    assert allocation / register.emissions_tco2.sum() == pytest.approx(0.97, rel=1e-12)
    assert starting_scale(register, section_of()) is None


def test_own_firms_get_what_the_file_does_not_say(register_of):
    section = build_scenario({}).benchmark
    register = register_of(
        section,
        "A,power,,Hebei,9,0.70,",
        "B,power,,Hebei,1,0.80,",
        "C,power,,Hebei,1,0.90,",
        "D,cement,,Shanxi,2,0.85,lagging",
    )
    assert [one.name for one in register.industries] == ["power", "cement"]
    assert register.tier.tolist() == [0, 1, 2, 2]
    assert register.large.tolist() == [True, False, False, True]
    power, cement = section.industries[0], section.industries[2]
    potential = np.array([power.reduction_potential] * 3 + [cement.reduction_potential])
    intensity = np.array([0.7, 0.8, 0.9, 0.85])
    cap = np.array(POTENTIAL_BY_TIER)[[0, 1, 2, 2]] * potential * intensity
    assert register.mac_cap_tco2_per_unit == pytest.approx(cap, rel=1e-12)
    cost = np.array([power.cap_cost_cny_per_tco2] * 3 + [cement.cap_cost_cny_per_tco2])
    assert register.mac_slope * cap == pytest.approx(cost, rel=1e-12)


def test_what_the_file_says_goes_before(register_of):
    header = "firm,industry,process,region,output,intensity,mac_slope,mac_cap"
    register = register_of(
        section_of(), "A,steel,long,Hebei,9,2,1234,0.3", "B,steel,short,X,9,1,,", header=header
    )
    assert (register.mac_slope[0], register.mac_cap_tco2_per_unit[0]) == (1234.0, 0.3)
    assert register.benchmark_tco2_per_unit == pytest.approx([2.2, 1.2])


def test_curves_of_the_file_go_before_the_mix_of_the_scenario(register_of):
    firms = {"curve": "power", "curves": {"steel/short": {"stepped": 1}}}
    lines = ("A,steel,long,X,9,2,log", "B,steel,short,X,9,1,", "C,steel,long,X,9,2,")
    header = "firm,industry,process,region,output,intensity,mac_curve"
    register = register_of(section_of(firms=firms), *lines, header=header)
    assert [CURVES[k] for k in register.mac_curve] == ["log", "stepped", "power"]
    drawn = build_register(section_of(firms=firms))
    short = np.asarray(drawn.process) == 1
    assert {CURVES[k] for k in np.asarray(drawn.mac_curve)[short]} == {"stepped"}
    assert {CURVES[k] for k in np.asarray(drawn.mac_curve)[~short]} == {"power"}


def test_a_mix_for_nobody_is_refused():
    with pytest.raises(InputError) as refused:
        section_of(firms={"curves": {"steel/shrt": {"log": 1}}})
    (fault,) = refused.value.faults
    assert fault.allowed.endswith("all, steel, steel/long, steel/short")


def test_cost_levels_from_the_last_year_of_a_file(tmp_path, register_of):
    path = tmp_path / "mac.csv"
    path.write_text(
        "unit,time,mac_cny_per_tco2\nHebei,2017,1\nHebei,2018,100\nShanxi,2018,400\n"
        "Tibet,2018,inf\nHainan,2018,0\n",
        encoding="utf-8",
    )
    firms = {"cost_level_file": str(path), "cost_level_by_region": {"Hainan": 3.0}}
    section = section_of(firms=firms)
    lines = [f"{name},steel,long,{name},1,2,medium" for name in ("Hebei", "Shanxi", "Hainan", "X")]
    register = register_of(section, *lines)
    level = register.mac_slope * register.mac_cap_tco2_per_unit / 300.0
    assert level == pytest.approx([0.5, 2.0, 3.0, 1.0], rel=1e-12)
    assert register_plan(section, {"Hebei": 2.0}).cost_level_by_region == {"Hebei": 2.0}


def test_a_file_without_a_usable_cost_is_refused(tmp_path):
    path = tmp_path / "mac.csv"
    path.write_text("unit,time,mac_cny_per_tco2\nHebei,2018,inf\n", encoding="utf-8")
    with pytest.raises(InputError, match="no cost to take levels from"):
        build_register(section_of(firms={"cost_level_file": str(path)}))


def test_faults_of_the_room_name_file_and_key():
    section = section_of(firms={"least_emissions_tco2": 1e9})
    with pytest.raises(InputError) as refused, placed_in_scenario("mine.toml"):
        build_register(section)
    (fault,) = refused.value.faults
    assert (fault.file, fault.column) == ("mine.toml", "benchmark.firms.least_emissions_tco2")


def test_industries_of_a_table(tmp_path):
    path = tmp_path / "table1.csv"
    path.write_text(
        "industry,entities,emissions_1e8_tco2,benchmark,benchmark_unit,reduction_potential_percent"
        "\nglass,12,0.5,0.7,tCO2/t glass,8\n",
        encoding="utf-8",
    )
    (one,) = industries_of_table(load_benchmark_table(path))
    assert (one.name, one.entities, one.emissions_tco2, one.unit) == ("glass", 12, 5e7, "t glass")
