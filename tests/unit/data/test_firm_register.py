"""A user's firms: names, blanks that mean something, every fault at once."""

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.data.benchmark_columns import unused_note
from tanshi.data.firm_register import load_firm_register

PROCESSES = {"power": ("all",), "steel": ("long", "short")}
HEADER = "firm,industry,process,region,output,intensity_tco2_per_unit"


@pytest.fixture
def written(tmp_path):
    def write(*lines, header=HEADER, name="firms.csv"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def load(path, **options):
    return load_firm_register(path, processes=PROCESSES, **options)


def faults_of(path, **options):
    with pytest.raises(InputError) as refused:
        load(path, **options)
    return refused.value.faults


def test_firms_in_the_order_of_the_file(written):
    found = load(written("B,steel,short,Hebei,2e6,0.6", "A,power,,Shanxi,5000000,0.8"))
    assert found.firm == ("B", "A")
    assert (found.industry, found.process) == (("steel", "power"), ("short", "all"))
    assert found.output.tolist() == [2e6, 5e6]
    assert found.technology == ("", "")
    assert np.isnan(found.mac_slope).all()
    assert np.isnan(found.mac_cap_tco2_per_unit).all()
    assert not found.output.flags.writeable


def test_optional_columns_may_have_blanks(written):
    header = f"{HEADER},technology,mac_slope,mac_cap"
    path = written(
        "A,power,all,Hebei,1,0.8,落后,3000,0.07", "B,power,all,Hebei,1,0.8,,,", header=header
    )
    found = load(path)
    assert found.technology == ("lagging", "")
    assert found.mac_slope[0] == 3000.0
    assert found.mac_cap_tco2_per_unit[0] == 0.07
    assert np.isnan(found.mac_slope[1])


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_other_formats_with_chinese_headers(suffix, tmp_path):
    table = pl.DataFrame(
        {
            "企业名称": ["甲", "乙"],
            "行业": ["电力", "钢铁"],
            "工艺": ["all", "long"],
            "省份": ["河北", "山西"],
            "产量（万吨）": [100.0, 20.0],
            "碳排放强度": [0.8, 2.0],
        }
    )
    path = tmp_path / f"firms.{suffix}"
    (table.write_excel if suffix == "xlsx" else table.write_parquet)(path)
    found = load(path)
    assert found.industry == ("power", "steel")
    assert found.output.tolist() == [1e6, 2e5]
    assert found.region == ("河北", "山西")


def test_every_fault_with_its_row_and_column(written):
    path = written(
        "A,power,all,Hebei,1,0.8,advanced,1,0.1",
        "A,powr,all,Hebei,0,0.8,,,",
        "C,steel,,Hebei,1,2,,,",
        "D,steel,lng,,1,2,,,",
        "E,power,all,Hebei,1,-0.8,best,-1,",
        "F,power,all,Hebei,1,0.8,,,0.8",
        ",power,all,Hebei,x,0.8,,,",
        header=f"{HEADER},technology,mac_slope,mac_cap",
    )
    faults = faults_of(path)
    found = {(fault.row, fault.column, fault.what) for fault in faults}
    assert found == {
        (3, "firm", "duplicate firm"),
        (3, "industry", "unknown industry"),
        (3, "output", "value out of range"),
        (4, "process", "missing process"),
        (5, "process", "unknown process of steel"),
        (5, "region", "missing name"),
        (6, "intensity_tco2_per_unit", "value out of range"),
        (6, "technology", "unknown technology"),
        (6, "mac_slope", "value out of range"),
        (7, "mac_cap", "more can be cut than is emitted"),
        (8, "firm", "missing name"),
        (8, "output", "not a number"),
    }
    remedies = {(fault.row, fault.what): fault.remedy for fault in faults}
    assert remedies[3, "unknown industry"] == "did you mean 'power'?"
    assert remedies[5, "unknown process of steel"].startswith("did you mean 'long'?")


def test_curves_by_name_and_columns_that_are_not_used(written):
    header = f"{HEADER},减排成本曲线,phone,Remark"
    found = load(
        written(
            "A,power,all,Hebei,1,0.8,对数,1,x",
            "B,power,all,Hebei,1,0.8,stepped,2,",
            "C,power,all,Hebei,1,0.8,,3,",
            header=header,
        )
    )
    assert found.mac_curve == ("log", "stepped", "")
    assert found.unused == ("phone", "Remark")
    assert load(written("A,power,all,Hebei,1,0.8")).unused == ()
    assert unused_note("a.csv", found.unused) == "a.csv: columns not used: phone, Remark"
    path = written("A,power,all,Hebei,1,0.8,lgo", header=f"{HEADER},mac_curve")
    (fault,) = faults_of(path)
    assert (fault.row, fault.column, fault.what) == (2, "mac_curve", "unknown mac_curve")
    assert (fault.allowed, fault.remedy) == ("linear, power, log, stepped", "did you mean 'log'?")


def test_numbers_out_of_all_proportion_with_their_rows(written):
    header = f"{HEADER},mac_slope,mac_cap"
    faults = faults_of(
        written(
            "A,power,all,Hebei,1e290,0.8,,",
            "B,power,all,Hebei,1e-290,0.8,,",
            "C,power,all,Hebei,1,1e-290,,",
            "D,power,all,Hebei,1,0.8,1e200,1e-200",
            header=header,
        )
    )
    assert {(fault.row, fault.column) for fault in faults} == {
        (2, "output"),
        (3, "output"),
        (4, "intensity_tco2_per_unit"),
        (5, "mac_slope"),
        (5, "mac_cap"),
    }
    assert {fault.what for fault in faults} == {"out of all proportion"}


def test_an_intensity_far_from_the_benchmark_of_its_process(written):
    benchmarks = {("power", "all"): 0.823, ("steel", "long"): 2.2, ("steel", "short"): 0.66}
    path = written(
        "A,power,,Hebei,1,823",
        "B,power,,Hebei,1,0.000823",
        "C,power,,Hebei,1,8.3",
        "D,steel,short,Hebei,1,0.07",
        "E,steel,long,Hebei,1,0.23",
        "F,power,,Hebei,1,8.2",
    )
    faults = faults_of(path, benchmarks=benchmarks)
    assert [(fault.row, fault.what) for fault in faults] == [
        (2, "an intensity 1,000 times the benchmark"),
        (3, "an intensity 1/1,000 of the benchmark"),
        (4, "an intensity 10 times the benchmark"),
    ]
    assert faults[0].remedy.startswith("likely kilograms instead of tonnes")
    assert faults[0].allowed == "from 0.0823 to 8.23"
    assert faults[1].remedy.startswith("likely kilotonnes")
    assert faults[2].remedy.startswith("correct the number or its unit")
    assert load(path).firm[0] == "A"  # without benchmarks there is nothing to compare with


def test_a_remedy_that_goes_on_is_two_sentences(written):
    path = written("A,steel,coal,Hebei,1,2", "B,power,coal,Hebei,1,0.8")
    added = "Others are added to the scenario, as [[benchmark.industries.processes]]"
    assert {fault.remedy for fault in faults_of(path)} == {f"use one of these names. {added}"}


def test_a_unit_that_is_not_known_is_refused(written):
    header = HEADER.replace("output", "output (boxes)")
    (fault,) = faults_of(written("A,power,all,Hebei,1,0.8", header=header))
    assert (fault.what, fault.found) == ("unknown unit in a header", "boxes")


def test_all_missing_columns_at_once(written):
    faults = faults_of(written("A", header="firm"))
    assert [fault.what for fault in faults] == [
        "no column for industry",
        "no column for process",
        "no column for region",
        "no column for output",
        "no column for intensity_tco2_per_unit",
    ]
