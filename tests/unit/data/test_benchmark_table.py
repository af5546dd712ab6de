"""Industries from a table: their numbers, other words for them, every fault at once."""

import pytest

from tanshi.core import InputError
from tanshi.data.benchmark_table import load_benchmark_table

HEADER = (
    "industry,entities,emissions_1e8_tco2,intensity_tco2_per_1e4_cny,benchmark,benchmark_unit,"
    "reduction_potential_percent"
)
POWER = "power,2100,51.2,0.82,0.823,tCO2/MWh,8.78"


@pytest.fixture
def written(tmp_path):
    def write(*lines, header=HEADER):
        path = tmp_path / "table1.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def faults_of(path):
    with pytest.raises(InputError) as refused:
        load_benchmark_table(path)
    return refused.value.faults


def test_a_row_in_the_units_of_the_model(written):
    (row,) = load_benchmark_table(written(POWER)).rows
    assert (row.industry, row.entities, row.unit) == ("power", 2100, "MWh")
    assert row.emissions_tco2 == pytest.approx(5.12e9, rel=1e-15)
    assert row.benchmark_tco2_per_unit == 0.823
    assert row.reduction_potential == pytest.approx(0.0878, rel=1e-15)


def test_chinese_headers_and_names(written):
    header = "行业,企业数量,emissions_1e8_tco2,基准值,减排潜力"
    table = load_benchmark_table(written("发电,10,1,0.8,9", "其他,5,1,2,3", header=header))
    assert [(row.industry, row.unit) for row in table.rows] == [("power", "unit"), ("其他", "unit")]


def test_every_fault_with_its_row_and_column(written):
    path = written(
        "power,2100,51.2,0.82,0.823,tCO2/MWh,8.78",
        "steel,800.5,18.5,2.15,-2,tCO2/t,120",
        ",650,,1.86,0.85,tCO2/t,4.9",
        "电力,320,6.8,1.92,n/a,tCO2/t,5.7",
    )
    found = {(fault.row, fault.column, fault.what) for fault in faults_of(path)}
    assert found == {
        (3, "entities", "not a number of firms"),
        (3, "benchmark", "value out of range"),
        (3, "reduction_potential_percent", "not a reduction potential"),
        (4, "industry", "missing name"),
        (4, "emissions_1e8_tco2", "missing value"),
        (5, "benchmark", "not a number"),
        (5, "industry", "duplicate industry"),
    }
    assert {fault.file for fault in faults_of(path)} == {str(path)}


def test_columns_that_are_not_there_are_named_with_what_would_do(written):
    faults = faults_of(written("power,1", header="industry,entities"))
    assert [fault.what for fault in faults] == [
        "no column for emissions_1e8_tco2",
        "no column for benchmark",
        "no column for reduction_potential_percent",
    ]
    assert "基准值" in faults[1].allowed


def test_two_columns_for_one_role(written):
    header = "industry,行业,entities,emissions_1e8_tco2,基准值,current benchmark,减排潜力"
    (fault,) = faults_of(written("power,电力,1,1,1,1,5", header=header))
    assert fault.what == "2 columns could be benchmark"
