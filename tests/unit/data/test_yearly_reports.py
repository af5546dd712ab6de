"""Last year's reports and what the update before left: values, blanks, every fault at once."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.data.last_update import load_last_update
from tanshi.data.yearly_reports import load_yearly_reports

PROCESSES = {"power": ("all",), "steel": ("long", "short")}
HEADER = "firm,industry,process,output,emissions_tco2,allocation_tco2"


@pytest.fixture
def written(tmp_path):
    def write(*lines, header=HEADER, name="reports.csv"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def load(path, **options):
    return load_yearly_reports(path, processes=PROCESSES, **options)


def test_what_the_reports_do_not_say_is_none(written):
    found = load(written("A,power,,10,8,8.2", "B,steel,long,5,10,0"))
    assert found.process == ("all", "long")
    assert found.region == ("not stated", "not stated")
    assert found.allocation_tco2.tolist() == [8.2, 0.0]
    assert found.abated_tco2 is None
    assert found.intensity_before_tco2_per_unit is None
    assert found.intensity_first_tco2_per_unit is None
    assert found.complaint is None


def test_blanks_of_optional_columns(written):
    header = f"{HEADER},省份,abated_tco2,intensity_before_tco2_per_unit,意见"
    found = load(written("A,power,,10,8,8,Hebei,1,0.9,是", "B,power,,10,8,8,,,,", header=header))
    assert found.region == ("Hebei", "not stated")
    assert found.abated_tco2.tolist() == [1.0, 0.0]
    assert found.intensity_before_tco2_per_unit[0] == 0.9
    assert np.isnan(found.intensity_before_tco2_per_unit[1])
    assert found.complaint == (True, False)


def test_amounts_in_the_unit_of_their_header(written):
    header = "firm,industry,process,产量（万吨）,排放量（万吨）,配额（吨）"
    found = load(written("A,steel,long,5,10,9.8e4", header=header))
    assert found.output.tolist() == [5e4]
    assert found.emissions_tco2.tolist() == [1e5]
    assert found.allocation_tco2.tolist() == [9.8e4]


def test_emissions_out_of_proportion_to_output_and_benchmark(written):
    benchmarks = {("power", "all"): 0.823, ("steel", "long"): 2.2, ("steel", "short"): 0.66}
    header = f"{HEADER},abated_tco2,intensity_before_tco2_per_unit,phone"
    path = written(
        "A,power,,10,8000,8,,,1",
        "B,power,,10,0.1,8,8,0.8,1",  # has cut nearly all it emits
        "C,power,,10,8,8,,820,1",
        "D,steel,long,1e-9,2e-9,0,,,1",
        header=header,
    )
    with pytest.raises(InputError) as refused:
        load(path, benchmarks=benchmarks)
    found = {(fault.row, fault.column, fault.what) for fault in refused.value.faults}
    assert found == {
        (2, "emissions_tco2", "an intensity 972 times the benchmark"),
        (4, "intensity_before_tco2_per_unit", "an intensity 996 times the benchmark"),
        (5, "output", "out of all proportion"),
    }
    assert load(written("A,power,,10,8,8,,,1", header=header)).unused == ("phone",)


def test_every_fault_with_its_row_and_column(written):
    path = written(
        "A,power,,10,8,8,yes",
        "A,power,,0,8,-8,maybe",
        "C,paper,,10,,8,no",
        header=f"{HEADER},complaint",
    )
    with pytest.raises(InputError) as refused:
        load(path)
    assert {(fault.row, fault.column, fault.what) for fault in refused.value.faults} == {
        (3, "firm", "duplicate firm"),
        (3, "output", "value out of range"),
        (3, "allocation_tco2", "value out of range"),
        (3, "complaint", "unknown complaint"),
        (4, "industry", "unknown industry"),
        (4, "emissions_tco2", "missing value"),
    }


BENCHMARKS = "industry,next_benchmark_tco2_per_unit"


def test_the_update_before_needs_benchmarks_only(written, tmp_path):
    written("steel,1.9", "电力,0.8", header=BENCHMARKS, name="benchmarks.csv")
    found = load_last_update(tmp_path, industries=("power", "steel"))
    assert found.benchmark_tco2_per_unit == {"steel": 1.9, "power": 0.8}
    assert (found.region_factor, found.own_factor) == ({}, {})
    written("Hebei,1.01", header="region,next_factor", name="regions.csv")
    written("A,0.99", header="firm,next_own_factor", name="firms.csv")
    found = load_last_update(tmp_path, industries=("power", "steel"))
    assert (found.region_factor, found.own_factor) == ({"Hebei": 1.01}, {"A": 0.99})
    assert len(found.data_sha256) == 3


def test_every_fault_of_all_tables_of_the_update_before(written, tmp_path):
    written("steel,0", "steel,1.9", "glass,1", header=BENCHMARKS, name="benchmarks.csv")
    written("Hebei,1.01", header="region,factor", name="regions.csv")
    with pytest.raises(InputError) as refused:
        load_last_update(tmp_path, industries=("power", "steel"))
    assert [fault.what for fault in refused.value.faults] == [
        "unknown industry",
        "missing industry",
        "duplicate industry",
        "value out of range",
        "no column next_factor",
    ]


def test_a_folder_without_benchmarks_is_refused(tmp_path):
    with pytest.raises(InputError) as refused:
        load_last_update(tmp_path, industries=("power",))
    (fault,) = refused.value.faults
    assert fault.what == "file not found"
