"""JSON, cells, CSV and Excel."""

import json

import numpy as np
import polars as pl
import pytest
from python_calamine import load_workbook

from tanshi.report.columns import LABELS, PAPER_LABELS, format_cell, heading
from tanshi.report.jsonfile import to_json, write_json
from tanshi.report.tables import write_csv, write_workbook

INF = float("inf")
ODD = pl.DataFrame(
    {
        "unit": ["=1+1", "https:" + "//a.example", "@b", '<b>&"c"', "甲 50 % & x_y"],
        "mac_cny_per_tco2": [1.25, INF, None, -0.5, 0.0],
        "year": [2013, 2014, 2015, 2016, 2017],
        "in_use": [True, False, True, False, True],
    }
)


def test_json_has_infinity_as_text_whatever_holds_it(tmp_path):
    content = {"a": INF, "b": [-INF, {"c": (INF, 1.5)}], 2018: None, "d": "碳"}
    write_json(tmp_path / "a.json", content)
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert "碳" in text
    assert json.loads(text) == {
        "a": "inf",
        "b": ["-inf", {"c": ["inf", 1.5]}],
        "2018": None,
        "d": "碳",
    }


def test_json_keeps_every_digit_and_refuses_nan():
    number = 12.055142650808754
    assert json.loads(to_json({"a": number, "b": np.float64(number)})) == {"a": number, "b": number}
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json({"a": float("nan")})


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (12.0551, "", "12.06"),
        (1234.56, "", "1,234.6"),
        (123456.789, "", "123,456.8"),
        (0.12345, "", "0.1235"),
        (-0.12345, "", "-0.1235"),
        (0.00012345, "", "1.2e-04"),
        (-3.1e-15, "", "-3.1e-15"),
        (0.0, "", "0.0000"),
        (0.00021, "floor_cny_per_tco2", "0.00"),
        (0.5, "mac_cny_per_tco2", "0.50"),
        (-12.345, "difference_percent", "-12.35"),
        (INF, "", "∞"),
        (-INF, "", "-inf"),
        (True, "", "yes"),
        (False, "", "no"),
        (None, "mac_cny_per_tco2", ""),
        (2018, "", "2018"),
        (-0.0001, "difference_percent", "0.00"),
        (0.25, "tau", "0.25"),
        (0.95, "upper_tau", "0.95"),
        ("<b>", "", "<b>"),
    ],
)
def test_a_cell_as_a_reader_expects_it(value, column, text):
    assert format_cell(value, column) == text


def test_headings_are_those_of_the_page_and_more():
    """Where a page and a paper print one column, both call it the same."""
    changed = {name for name, label in LABELS.items() if PAPER_LABELS[name] != label}
    assert changed == {"floor_cny_per_tco2"}
    assert heading("volume_share_percent") == "share of volume, %"
    assert heading("a_column of the user's") == "a_column of the user's"


def test_csv_is_read_back_as_it_was(tmp_path):
    write_csv(ODD, tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert text.splitlines()[2] == "https:" + "//a.example,inf,2014,false"
    assert text.splitlines()[3] == "@b,,2015,true"
    assert pl.read_csv(tmp_path / "a.csv").equals(ODD)


def test_a_workbook_has_a_sheet_a_table_and_one_about_it(tmp_path):
    empty = ODD.clear()
    write_workbook({"odd": ODD, "empty": empty}, tmp_path / "a.xlsx", ["=Tanshi", "second line"])
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheet_names == ["about", "odd", "empty"]
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert sheets["about"] == [["=Tanshi"], ["second line"]]
    assert sheets["empty"] == [ODD.columns]
    header, *rows = sheets["odd"]
    assert header == ODD.columns
    # Text stays text: neither a formula nor a link. Infinity, which a workbook lacks, is blank.
    assert [row[0] for row in rows] == ODD["unit"].to_list()
    assert [row[1] for row in rows] == [1.25, "", "", -0.5, 0.0]
    assert [row[2] for row in rows] == ODD["year"].to_list()


def test_a_name_is_cut_to_what_a_sheet_may_have(tmp_path):
    write_workbook({"a" * 40: ODD, "b/c[d]:*?": ODD}, tmp_path / "a.xlsx", [])
    assert load_workbook(tmp_path / "a.xlsx").sheet_names == ["about", "a" * 31, "b-c-d----"]
