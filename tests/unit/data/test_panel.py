"""Panels out of good files; their manifests; their order."""

import dataclasses
import gzip
import hashlib

import numpy as np
import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from tanshi.core import InputError
from tanshi.data import Note, load_pack, load_panel

ROLES = dict.fromkeys(("unit", "time", "output", "emissions"))
HEADERS = ["省份", "年份", "地区生产总值（亿元）", "二氧化碳排放量"]
ROWS = [
    ["福建", 2014, 210.25, 91.0],
    ["安徽", 2013, 1100.5, 50.5],
    ["福建", 2013, 200.0, 90.0],
    ["安徽", 2014, 1110.0, 51.0],
]
TEXT = "\n".join(",".join(map(str, row)) for row in (HEADERS, *ROWS))


def write_workbook(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADERS, *ROWS]):
            sheet.write_row(number, 0, row)


def frame():
    return pl.DataFrame(ROWS, schema=["省份", "年份", "产出", "排放"], orient="row")


WRITERS = {
    "utf8.csv": lambda path: path.write_text(TEXT, encoding="utf-8"),
    "bom.csv": lambda path: path.write_text(TEXT, encoding="utf-8-sig"),
    "gbk.csv": lambda path: path.write_text(TEXT, encoding="gbk"),
    "packed.csv.gz": lambda path: path.write_bytes(gzip.compress(TEXT.encode())),
    "semicolon.csv": lambda path: path.write_text(TEXT.replace(",", ";"), encoding="utf-8"),
    "years.csv": lambda path: path.write_text(TEXT.replace("2013,", "2013年,"), encoding="utf-8"),
    "grouped.csv": lambda path: path.write_text(
        TEXT.replace("1110.0", '"1,110.0"'), encoding="utf-8"
    ),
    "book.xlsx": write_workbook,
    "stata.dta": lambda path: pyreadstat.write_dta(frame(), path),
    "table.parquet": lambda path: frame().write_parquet(path),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_panel(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](path)
    panel = load_panel(path, roles=ROLES)
    assert panel.source == str(path)
    assert panel.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert panel.unit == ("安徽", "安徽", "福建", "福建")
    assert panel.time.tolist() == [2013, 2014, 2013, 2014]
    assert panel.time.dtype == np.int64
    assert panel.values["output"].tolist() == [1100.5, 1110.0, 200.0, 210.25]
    assert panel.values["emissions"].tolist() == [50.5, 51.0, 90.0, 91.0]
    assert panel.row_numbers.tolist() == [3, 5, 4, 2]
    assert list(panel.headers) == ["unit", "time", "output", "emissions"]
    assert (panel.notes, dict(panel.columns), panel.pack) == ((), {}, None)


def test_a_panel_cannot_be_changed(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text(TEXT, encoding="utf-8")
    panel = load_panel(path, roles=ROLES)
    with pytest.raises(ValueError, match="read-only"):
        panel.values["output"][0] = 1
    with pytest.raises(TypeError):
        panel.values["output"] = np.ones(4)
    with pytest.raises(dataclasses.FrozenInstanceError):
        panel.source = "other"


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    lines = [f"{unit},{year},{ord(unit) + year}" for unit in "ABCDE" for year in range(2000, 2010)]
    panels = []
    for seed in range(3):
        mixed = np.random.default_rng(seed).permutation(lines)
        path = tmp_path / f"{seed}.csv"
        path.write_text("\n".join(["unit,year,gdp", *mixed]))
        panels.append(load_panel(path, roles={"unit": None, "time": None, "output": None}))
    for panel in panels[1:]:
        assert panel.unit == panels[0].unit
        np.testing.assert_array_equal(panel.time, panels[0].time)
        np.testing.assert_array_equal(panel.values["output"], panels[0].values["output"])
    assert panels[0].row_numbers.tolist() != panels[1].row_numbers.tolist()


def test_switches_allow_gaps_blanks_zeros_and_jumps(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("unit,year,gdp\nA,2013,0\nA,2014,-5\nA,2015,1e9\nB,2013,1\nB,2014,\n")
    roles = {"unit": None, "time": None, "output": None}
    panel = load_panel(
        path, roles=roles, balanced=False, positive=False, allow_blank=True, max_jump=1e9
    )
    np.testing.assert_array_equal(panel.values["output"], [0, -5, 1e9, 1, np.nan])
    with pytest.raises(InputError) as error:
        load_panel(path, roles=roles)
    assert len(error.value.faults) == 4  # zero, minus, blank, gap; the jump lost its comparison


def test_roles_must_name_unit_and_time(tmp_path):
    with pytest.raises(ValueError, match="'unit' and 'time'"):
        load_panel(tmp_path / "panel.csv", roles={"unit": None})


def test_cells_are_checked_even_when_unit_or_time_are_not_found(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("when,gdp,year\nx,n/a,2013.5\n")
    with pytest.raises(InputError) as error:
        load_panel(path, roles={"unit": None, "time": None, "output": None})
    found = [(fault.what, fault.row) for fault in error.value.faults]
    assert found == [("no column for unit", None), ("not a whole year", 2), ("not a number", 2)]


MANIFEST = """\
name = "mine"
title = "A pack"
synthetic = false
warnings = ["Preliminary figures."]
[[file]]
path = "panel.csv"
role = "panel"
sha256 = "{digest}"
column = [
  {{ name = "a", role = "unit" }},
  {{ name = "b", role = "time" }},
  {{ name = "c", role = "output", unit = "1e8 CNY; 2014 extrapolated from 2013" }},
  {{ name = "d", role = "output variant", unit = "1e4 CNY; preliminary" }},
]
"""
PANEL = "a,b,c,d\nX,2013,1,2\nX,2014,3,4\nY,2013,5,6\nY,2014,7,8\n"
THREE = {"unit": None, "time": None, "output": None}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "panel.csv").write_text(PANEL)
    digest = hashlib.sha256(PANEL.encode()).hexdigest()
    (tmp_path / "manifest.toml").write_text(MANIFEST.format(digest=digest))
    return tmp_path


@pytest.mark.parametrize("asked", [True, False])
def test_a_manifest_gives_roles_units_and_reservations(folder, asked):
    pack = load_pack(folder) if asked else None
    panel = load_panel(folder / "panel.csv", roles=THREE, pack=pack)
    assert dict(panel.headers) == {"unit": "a", "time": "b", "output": "c"}
    assert panel.columns["output"].scale == 1e8
    assert panel.pack.name == "mine"
    assert panel.notes == (
        Note("", "Preliminary figures.", ()),
        Note("c", "2014 extrapolated from 2013", (2014,)),
    )


def test_a_variant_chosen_by_name_brings_its_own_note(folder):
    panel = load_panel(folder / "panel.csv", roles=THREE | {"output": "d"})
    assert panel.values["output"].tolist() == [2, 4, 6, 8]
    assert panel.notes[1:] == (Note("d", "preliminary", ()),)


def test_a_file_that_the_manifest_beside_it_does_not_list_stands_alone(folder):
    other = folder / "other.csv"
    other.write_text(PANEL.replace("a,b,c", "unit,year,gdp"))
    assert load_panel(other, roles=THREE).notes == ()
    with pytest.raises(InputError) as error:
        load_panel(other, roles=THREE, pack=load_pack(folder))
    (fault,) = error.value.faults
    assert (fault.what, fault.allowed) == ("file is not in the pack", "'panel.csv'")


def test_a_damaged_manifest_beside_the_file_is_not_skipped(folder):
    (folder / "manifest.toml").write_text('name = "mine"\ntitle = \n')
    with pytest.raises(InputError) as error:
        load_panel(folder / "panel.csv", roles=THREE)
    (fault,) = error.value.faults
    assert (fault.what, fault.row) == ("damaged manifest", 2)
    assert fault.file == str(folder / "manifest.toml")
    assert "move the table out" in fault.remedy


def test_a_file_that_differs_from_its_manifest_is_reported_with_its_other_faults(folder):
    (folder / "panel.csv").write_text(PANEL.replace("3", "-3"))
    with pytest.raises(InputError) as error:
        load_panel(folder / "panel.csv", roles=THREE)
    found = [fault.what for fault in error.value.faults]
    assert "file differs from the manifest" in found
    assert "value out of range" in found


@pytest.mark.china
def test_the_china_panel_carries_its_reservations(china_pack_path):
    roles = dict.fromkeys(("unit", "time", "labour", "capital", "output", "emissions"))
    panel = load_panel(china_pack_path / "province_panel_2013_2018.csv", roles=roles)
    assert len(panel.unit) == 180
    assert panel.headers["output"] == "gdp_2013p"
    years = {note.column: note.years for note in panel.notes}
    assert years["K_pim6"] == years["co2_ipcc_8fuel_1e4t"] == (2018,)


@pytest.mark.china
def test_a_blank_year_of_the_china_panel_is_refused_unless_allowed(china_pack_path):
    path = china_pack_path / "province_panel_2013_2018.csv"
    roles = {"unit": None, "time": None, "investment": None}
    with pytest.raises(InputError) as error:
        load_panel(path, roles=roles)
    assert len(error.value.faults) == 30
    assert {fault.what for fault in error.value.faults} == {"missing value"}
    panel = load_panel(path, roles=roles, allow_blank=True)
    assert set(panel.time[np.isnan(panel.values["investment"])].tolist()) == {2018}
