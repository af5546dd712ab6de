"""Every broken panel is refused by `tanshi mac` with place, found, allowed and remedy."""

import json
from typing import NamedTuple

import pytest

GOOD = """\
unit,time,labour,capital,output,emissions
A,2013,10,100,50,20
A,2014,11,110,56,21
A,2015,12,121,61,23
A,2016,13,135,68,24
B,2013,20,150,90,35
B,2014,21,171,97,37
B,2015,21,190,108,38
B,2016,22,200,115,41
C,2013,5,80,30,9
C,2014,6,84,33,11
C,2015,6,91,35,10
C,2016,7,99,41,12
"""


class Broken(NamedTuple):
    """A panel, and what the refusal must say: first line without the file, then the rest."""

    text: str
    line: str
    found: str
    allowed: str
    remedy: str
    options: tuple[str, ...] = ()
    name: str = "panel.csv"


def cell(value, *, of="A,2014,11,110,56", instead=None):
    """Put a value into the emissions of A in 2014, which is row 3."""
    return GOOD.replace(f"{of},21", f"{instead or of},{value}")


def with_more(header, values):
    """Put further columns at the right."""
    first, *rows = GOOD.splitlines()
    return "\n".join([f"{first},{header}", *(f"{row},{values}" for row in rows)])


NUMBER = "a number above 0"
AT = "row 3, column 'emissions': "
PANELS = {
    "text": Broken(cell("n/a"), AT + "not a number", "'n/a'", NUMBER, "fill the cell in"),
    "blank": Broken(cell(""), AT + "missing value", "a blank cell", NUMBER, "fill the cell in"),
    "zero": Broken(cell("0"), AT + "value out of range", "0", NUMBER, "correct the value"),
    "negative": Broken(cell("-7"), AT + "value out of range", "-7", NUMBER, "its sign"),
    "decimal comma": Broken(
        cell('"2,15"'), AT + "not a number", "'2,15'", NUMBER, "use a point for decimals"
    ),
    "percent": Broken(cell("21%"), AT + "not a number", "'21%'", NUMBER, "write 12 % as 0.12"),
    "formula": Broken(cell("=F2"), AT + "not a number", "'=F2'", NUMBER, "replace the formula"),
    "nan": Broken(cell("nan"), AT + "not a number", "'nan'", NUMBER, "fill the cell in"),
    "inf": Broken(cell("inf"), AT + "not a number", "'inf'", NUMBER, "fill the cell in"),
    "too large": Broken(cell("1e999"), AT + "infinite value", "inf", NUMBER, "correct the cell"),
    "unit slip": Broken(
        cell("210000"),
        AT + "value out of line with the unit's other years",
        "210000 for A in 2014",
        "between 1/1000 and 1000 times that median",
        "--max-jump",
    ),
    "no year": Broken(
        cell("21", instead="A,,11,110,56"),
        "row 3, column 'time': missing time",
        "a blank cell",
        "a whole year such as 2013",
        "fill in the year",
    ),
    "half a year": Broken(
        cell("21", instead="A,2014.5,11,110,56"),
        "row 3, column 'time': not a whole year",
        "'2014.5'",
        "a whole year such as 2013",
        "four digits",
    ),
    "no name": Broken(
        cell("21", instead=",2014,11,110,56"),
        "row 3, column 'unit': missing name",
        "a blank cell",
        "a name or a code",
        "merged cells",
    ),
    "twice": Broken(
        GOOD + "A,2014,11,110,56,21\n",
        "row 14, column 'time': duplicate unit and year",
        "A 2014 stands in row 3 and in row 14",
        "one row for each unit and year",
        "delete or correct one",
    ),
    "gap": Broken(
        GOOD.replace("B,2015,21,190,108,38\n", ""),
        "column 'time': missing unit and year",
        "no row for B in 2015",
        "a row for every unit in each of the 4 years",
        "--unbalanced",
    ),
    "ragged": Broken(
        GOOD.replace("11,110,56,21", "11,110,56"),
        "row 3: ragged row",
        "5 cells",
        "6 cells, as in the header",
        "separators",
    ),
    "header twice": Broken(
        with_more("note,note", "1,1"),
        "row 1, column 'note': duplicate header",
        "2 columns called 'note'",
        "every header once",
        "rename",
    ),
    "no header": Broken(
        with_more("", "1"),
        "row 1: blank header",
        "no header above column 7",
        "a header above every column",
        "name the column",
    ),
    "header only": Broken(
        GOOD.splitlines()[0],
        "no data below the header",
        "a header row only",
        "at least one row of data",
        "export the table",
    ),
    "empty": Broken("", "empty file", "0 bytes", "a header row", "export the table anew"),
    "no column": Broken(
        GOOD.replace("emissions", "soot"),
        "no column for emissions",
        "'unit', 'time', 'labour', 'capital', 'output', 'soot'",
        "'emissions', 'emission', 'co2'",
        "--emissions HEADER",
    ),
    "two columns": Broken(
        GOOD.replace("emissions", "co2").replace("labour", "carbon"),
        "2 columns could be emissions",
        "'carbon', 'co2'",
        "one column for emissions",
        "--emissions HEADER",
        ("--labour", "capital", "--capital", "carbon"),
    ),
    "unknown column": Broken(
        GOOD,
        "column 'emision': no such column for emissions",
        "'emision'",
        "'unit', 'time', 'labour', 'capital', 'output', 'emissions'",
        "nearest: 'emissions'",
        ("--emissions", "emision"),
    ),
    "unknown input": Broken(
        GOOD,
        "column 'labor': no such column for input labor",
        "'labor'",
        "'unit', 'time', 'labour', 'capital', 'output', 'emissions'",
        "nearest: 'labour'",
        ("--input", "labor", "--input", "capital"),
    ),
    "an output as input": Broken(
        GOOD,
        "column 'output': one column for two roles",
        "'output' for output and for input output",
        "a column of its own for every role",
        "--output and --input output",
        ("--input", "output"),
    ),
    "a name as input": Broken(
        GOOD,
        "column 'unit': one column for two roles",
        "'unit' for unit and for input unit",
        "a column of its own for every role",
        "--unit and --input unit",
        ("--input", "unit"),
    ),
    "broken quoting": Broken(
        GOOD + '"D,2013,1,1,1,1\n',
        "row 14: broken quoting",
        "unexpected end of data",
        "quotation marks in pairs",
        "close the quotation",
    ),
    "unknown kind": Broken(
        GOOD, "unknown kind of file", ".pdf", ".csv", "save the table", name="panel.pdf"
    ),
    "damaged workbook": Broken(
        GOOD, "damaged spreadsheet file", "", "a complete", "anew", name="panel.xlsx"
    ),
    "no sheets": Broken(
        GOOD,
        "no sheets in such a file",
        "the sheet 'Data' asked of a .csv file",
        ".xlsx",
        "leave --sheet out",
        ("--sheet", "Data"),
    ),
}


def refused(tanshi, tmp_path, *words):
    """Run a command that must be refused without a trace; return what it said."""
    before = sorted(tmp_path.iterdir())
    done = tanshi(*words, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert sorted(tmp_path.iterdir()) == before
    assert not (tmp_path / "out").exists()
    return done


@pytest.mark.parametrize("broken", PANELS.values(), ids=PANELS)
def test_a_broken_panel_is_refused_and_nothing_written(tanshi, tmp_path, broken):
    path = tmp_path / broken.name
    path.write_text(broken.text, encoding="utf-8")
    done = refused(tanshi, tmp_path, "mac", path, *broken.options)
    assert done.stdout == ""
    first, second, found, allowed, remedy = done.stderr.splitlines()
    assert first == "tanshi: 1 fault in the input; nothing was written."
    comma_or_colon = ", " if broken.line.startswith(("row", "column")) else ": "
    assert second == f"{path}{comma_or_colon}{broken.line}"
    assert found.startswith("    found:   ")
    assert allowed.startswith("    allowed: ")
    assert remedy.startswith("    remedy:  ")
    assert broken.found in found
    assert broken.allowed in allowed
    assert broken.remedy in remedy


def test_the_panel_that_the_broken_ones_come_from_is_accepted(tanshi, tmp_path):
    (tmp_path / "panel.csv").write_text(GOOD)
    done = tanshi("mac", tmp_path / "panel.csv", "--taus", "0.5", "--out", tmp_path / "out")
    assert done.exit_code == 0


def test_a_missing_file_is_answered_with_the_tables_beside_it(tanshi, tmp_path):
    (tmp_path / "panel.csv").write_text(GOOD)
    done = refused(tanshi, tmp_path, "mac", tmp_path / "pannel.csv")
    assert f"{tmp_path / 'pannel.csv'}: file not found" in done.stderr
    assert "found:   in that folder: panel.csv" in done.stderr


def test_every_fault_comes_out_at_once_also_as_json(tanshi, tmp_path):
    text = GOOD.replace("A,2014,11,110,56,21", "A,2014,x,-1,56,").replace("emissions", "co2")
    (tmp_path / "panel.csv").write_text(text)
    done = refused(tanshi, tmp_path, "mac", tmp_path / "panel.csv", "--unit", "who", "--json")
    assert done.stderr == ""
    content = json.loads(done.stdout)
    assert content["error"] == "InputError"
    places = [(fault["what"], fault["row"], fault["column"]) for fault in content["faults"]]
    assert places == [
        ("no such column for unit", None, "who"),
        ("not a number", 3, "labour"),
        ("value out of range", 3, "capital"),
        ("missing value", 3, "co2"),
    ]
    for fault in content["faults"]:
        assert fault["file"] == str(tmp_path / "panel.csv")
        assert all(fault[key] for key in ("found", "allowed", "remedy"))


CONSTANT = "\n".join(
    [GOOD.splitlines()[0]]
    + [",".join([*row.split(",")[:3], "7", *row.split(",")[4:]]) for row in GOOD.splitlines()[1:]]
)
TOO_FEW = "\n".join(GOOD.splitlines()[:9])
FEW = ("8 observations cannot identify the 10 free parameters", "more units or periods")
COLLINEAR = ("are collinear", "drop an input")


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        (CONSTANT, (), COLLINEAR),
        (GOOD, ("--input", "labour", "--input", "labour"), COLLINEAR),
        (TOO_FEW, (), FEW),
    ],
)
def test_a_panel_that_determines_nothing_is_refused(tanshi, tmp_path, text, options, expected):
    said, remedy = expected
    (tmp_path / "panel.csv").write_text(text + "\n")
    done = refused(tanshi, tmp_path, "mac", tmp_path / "panel.csv", *options)
    assert said in done.stderr
    assert "Allowed: " in done.stderr
    assert remedy in done.stderr
    as_json = refused(tanshi, tmp_path, "mac", tmp_path / "panel.csv", *options, "--json")
    assert json.loads(as_json.stdout)["error"] == "NotIdentifiedError"


ASCENDING = "ascending numbers strictly between 0 and 1"


@pytest.mark.parametrize(
    ("option", "found", "allowed"),
    [
        ("--taus=0.5;0.6", "0.5;0.6", "numbers separated by commas"),
        ("--taus=", "", "numbers separated by commas"),
        ("--taus=0.6,0.5", "0.6, 0.5", ASCENDING),
        ("--taus=0,0.5", "0, 0.5", ASCENDING),
        ("--taus=nan", "nan", ASCENDING),
        ("--payment-share=0", "0.0", "above 0, at most 1"),
        ("--payment-share=1.2", "1.2", "above 0, at most 1"),
        ("--payment-share=nan", "nan", "above 0, at most 1"),
        ("--output-scale=0", "0.0", "finite and above 0"),
        ("--emissions-scale=-1", "-1.0", "finite and above 0"),
        ("--emissions-scale=inf", "inf", "finite and above 0"),
        ("--max-jump=1", "--max-jump 1", "a number above 1"),
    ],
)
def test_an_option_out_of_range_is_refused(tanshi, tmp_path, option, found, allowed):
    (tmp_path / "panel.csv").write_text(GOOD)
    done = refused(tanshi, tmp_path, "mac", tmp_path / "panel.csv", option)
    assert f"    found:   {found}\n    allowed: {allowed}\n    remedy:  " in done.stderr
