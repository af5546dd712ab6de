"""Every way a file can be broken: what the message says, through `load_panel` alone."""

import gzip
import io
from dataclasses import dataclass, field

import polars as pl
import pytest
import xlsxwriter

from tanshi.core import InputError
from tanshi.data import load_panel

GOOD = """\
province,year,gdp
Anhui,2013,100
Anhui,2014,110
Anhui,2015,120
Fujian,2013,200
Fujian,2014,210
Fujian,2015,220
"""
LINES = GOOD.splitlines()


@dataclass(frozen=True)
class Broken:
    """A file, and the one fault that reading it must report."""

    what: str
    content: str | bytes
    row: int | None = None
    column: str = ""
    found: str = ""
    allowed: str = ""
    remedy: str = ""
    name: str = "panel.csv"
    options: dict = field(default_factory=dict)


def with_cell(cell: str) -> str:
    """Put another GDP into Anhui 2014, which is row 3."""
    return GOOD.replace("2014,110", f"2014,{cell}")


def with_year(cell: str) -> str:
    return GOOD.replace("Anhui,2014", f"Anhui,{cell}")


def workbook(**sheets: list[list[object]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return stream.getvalue()


def parquet(**columns: list[object]) -> bytes:
    stream = io.BytesIO()
    rows = {"province": ["A", "A", "B", "B"], "year": [2013, 2014, 2013, 2014]}
    pl.DataFrame(rows | columns).write_parquet(stream)
    return stream.getvalue()


ROWS = [line.split(",") for line in LINES]
ZIPPED = gzip.compress(GOOD.encode())
BOOK = workbook(Data=ROWS, Notes=[["nothing"]])

FILES = [
    Broken("unknown kind of file", "x", name="panel.pdf", found=".pdf", allowed=".csv, .txt"),
    Broken("empty file", b"", found="0 bytes", allowed="a header row", remedy="export"),
    Broken("empty file", " \n\n", found="3 bytes", allowed="a header row"),
    Broken("no data below the header", LINES[0], found="a header row only", allowed="one row"),
    Broken("no data below the header", "\n,,\n,,\n", found="blank rows only"),
    Broken(
        "no data below the header",
        b"",
        name="panel.csv.gz",
        found="blank rows only",
        options={"compressed": True},
    ),
    Broken(
        "unreadable text",
        GOOD.encode() + b"\x81\xff\xff",
        found="utf-8 stops at byte 112; gb18030 stops at byte 112",
        allowed="UTF-8 or GB18030 (GBK)",
        remedy="CSV UTF-8",
    ),
    Broken("unreadable text", GOOD.encode("utf-16-le"), found="NUL", allowed="UTF-8"),
    Broken("unreadable text", b"\xef\xbb\xbfprovince\n\xb0\xb2", found="utf-8-sig stops at byte"),
    Broken(
        "broken quoting",
        GOOD + '"Gansu,2013,1\n',
        row=8,
        found="unexpected end of data",
        allowed="quotation marks in pairs",
        remedy="close the quotation",
    ),
    Broken(
        "damaged gzip file", GOOD.encode(), name="p.csv.gz", found="Not a gzipped", remedy="anew"
    ),
    Broken("damaged gzip file", ZIPPED[:-12], name="p.csv.gz", found="end-of-stream"),
    Broken("damaged gzip file", ZIPPED[:12] + b"\xff" * 9 + ZIPPED[21:], name="p.csv.gz"),
    Broken("damaged spreadsheet file", b"junk", name="p.xlsx", allowed="a complete, unencrypted"),
    Broken("damaged spreadsheet file", BOOK[: len(BOOK) // 2], name="p.xlsx", remedy="anew"),
    Broken("damaged Stata file", b"<stata_dta>junk", name="p.dta", allowed="Stata", remedy="anew"),
    Broken("damaged Parquet file", b"PAR1junkPAR1", name="p.parquet", allowed="Parquet"),
    Broken(
        "no such sheet",
        BOOK,
        name="p.xlsx",
        options={"sheet": "Datta"},
        found="'Datta'",
        allowed="'Data', 'Notes'",
        remedy="--sheet",
    ),
    Broken(
        "no sheets in such a file",
        GOOD,
        options={"sheet": "Data"},
        found="the sheet 'Data' asked of a .csv file",
        allowed=".xlsx",
        remedy="leave --sheet out",
    ),
    Broken(
        "empty sheet",
        workbook(Cover=[], Data=ROWS),
        name="p.xlsx",
        found="nothing in the sheet 'Cover'",
        allowed="a header row",
        remedy="--sheet: 'Cover', 'Data'",
    ),
    Broken(
        "ragged row",
        GOOD + "Gansu,2013,1,2\n",
        row=8,
        found="4 cells",
        allowed="3 cells",
        remedy="separators",
    ),
    Broken("ragged row", with_year("2014").replace(",110", ""), row=3, found="2 cells"),
    Broken(
        "duplicate header",
        GOOD.replace("gdp\n", "gdp,gdp\n").replace("0\n", "0,1\n"),
        row=1,
        column="gdp",
        found="2 columns called 'gdp'",
        allowed="every header once",
        remedy="rename",
    ),
    Broken(
        "blank header",
        "".join(f"{k},{line}\n" if k else f",{line}\n" for k, line in enumerate(LINES)),
        row=1,
        found="no header above column 1",
        allowed="a header above every column",
        remedy="index=False",
    ),
]

COLUMNS = [
    Broken(
        "no column for output",
        GOOD.replace("gdp", "turnover"),
        found="'province', 'year', 'turnover'",
        allowed="'output', 'gdp'",
        remedy="--output HEADER",
    ),
    Broken(
        "no such column for output",
        GOOD,
        options={"output": "gdpp"},
        column="gdpp",
        found="'gdpp'",
        allowed="'province', 'year', 'gdp'",
        remedy="nearest: 'gdp'",
    ),
    Broken(
        "2 columns could be output",
        GOOD.replace("gdp", "gdp,GRP").replace("0\n", "0,1\n"),
        found="'gdp', 'GRP'",
        allowed="one column for output",
        remedy="--output HEADER",
    ),
    Broken(
        "one column for two roles",
        GOOD,
        options={"capital": "gdp"},
        column="gdp",
        found="'gdp' for output and for capital",
        allowed="a column of its own",
        remedy="--output and --capital",
    ),
]

KEYS = [
    Broken("missing time", with_year(" "), row=3, column="year", found="a blank cell"),
    Broken(
        "not a whole year",
        with_year("2013.5"),
        row=3,
        column="year",
        found="'2013.5'",
        allowed="a whole year such as 2013",
        remedy="four digits",
    ),
    Broken("not a whole year", with_year("2014-01-01"), row=3, column="year", found="2014-01-01"),
    Broken("not a whole year", with_year("20144"), row=3, column="year", found="'20144'"),
    Broken(
        "missing name",
        GOOD.replace("Anhui,2014", ",2014"),
        row=3,
        column="province",
        found="a blank cell",
        allowed="a name or a code",
        remedy="merged cells",
    ),
    Broken(
        "duplicate unit and year",
        GOOD + "Anhui,2014,111\n",
        row=8,
        column="year",
        found="Anhui 2014 stands in row 3 and in row 8",
        allowed="one row for each unit and year",
        remedy="delete or correct",
    ),
    Broken(
        "missing unit and year",
        GOOD.replace("Fujian,2014,210\n", ""),
        column="year",
        found="no row for Fujian in 2014",
        allowed="each of the 3 years",
        remedy="--unbalanced",
    ),
]

NUMBERS = [
    Broken("missing value", with_cell(""), 3, "gdp", "a blank cell", "a number above 0", "fill"),
    Broken(
        "not a number", with_cell("n/a"), 3, "gdp", "'n/a'", "a number above 0", "leave it blank"
    ),
    Broken("not a number", with_cell('"12,5"'), 3, "gdp", "'12,5'", "", "use a point for decimals"),
    Broken(
        "not a number", with_cell("1.2.3"), 3, "gdp", "'1.2.3'", "", "plain number such as 1234.5"
    ),
    Broken("not a number", with_cell("12%"), 3, "gdp", "'12%'", "", "write 12 % as 0.12"),
    Broken("not a number", with_cell("=B2*2"), 3, "gdp", "'=B2*2'", "", "replace the formula"),
    Broken("not a number", with_cell("inf"), 3, "gdp", "'inf'", "", "fill the cell in"),
    Broken("not a number", with_cell("nan"), 3, "gdp", "'nan'", "", "fill the cell in"),
    Broken("not a number", with_cell("1_000"), 3, "gdp", "'1_000'", "", "plain number"),
    Broken("not a number", with_cell("１２"), 3, "gdp", "'１２'", "", "plain number"),
    Broken("infinite value", with_cell("1e999"), 3, "gdp", "inf", "a number above 0", "exceeds"),
    Broken("value out of range", with_cell("0"), 3, "gdp", "0", "a number above 0", "correct"),
    Broken("value out of range", with_cell("-7"), 3, "gdp", "-7", "a number above 0", "sign"),
    Broken(
        "ambiguous number",
        GOOD.replace(",", ";").replace("110", "1,234"),
        row=3,
        column="gdp",
        found="'1,234'",
        allowed="a number above 0",
        remedy="write 1234 or 1.234",
    ),
    Broken(
        "value out of line with the unit's other years",
        with_cell("1100000"),
        row=3,
        column="gdp",
        found="1100000 for Anhui in 2014, 1e+04 times 109.5, the median of its other years",
        allowed="between 1/1000 and 1000 times",
        remedy="万 = 1e4",
    ),
    Broken(
        "value out of line with the unit's other years",
        with_cell("0.011"),
        row=3,
        column="gdp",
        found="0.0001 times 109.5",
        remedy="--max-jump",
    ),
    Broken(
        "not a number",
        workbook(Data=[*ROWS[:2], ["Anhui", 2014, True], *ROWS[3:]]),
        name="p.xlsx",
        row=3,
        column="gdp",
        found="True",
    ),
    Broken(
        "missing value",
        parquet(gdp=[1.0, None, 3.0, 4.0]),
        name="p.parquet",
        row=3,
        column="gdp",
        found="a blank cell",
    ),
    Broken(
        "not a number",
        parquet(gdp=[1.0, 2.0, float("nan"), 4.0]),
        name="p.parquet",
        row=4,
        column="gdp",
        found="nan",
        remedy="replace the NaN",
    ),
    Broken(
        "infinite value",
        parquet(gdp=[1.0, 2.0, 3.0, float("-inf")]),
        name="p.parquet",
        row=5,
        column="gdp",
        found="-inf",
    ),
    Broken(
        "value out of range",
        parquet(gdp=[1, -2, 3, 4]),
        name="p.parquet",
        row=3,
        column="gdp",
        found="-2",
    ),
    Broken(
        "not a column of numbers",
        parquet(gdp=[True, False, True, True]),
        name="p.parquet",
        column="gdp",
        found="a column of type Boolean",
        allowed="a number above 0",
        remedy="convert the column",
    ),
    Broken(
        "not a whole year",
        parquet(year=[2013.0, 2014.5, 2013.0, 2014.0], gdp=[1, 2, 3, 4]),
        name="p.parquet",
        row=3,
        column="year",
        found="2014.5",
    ),
    Broken(
        "limit too small",
        GOOD,
        options={"max_jump": 1.0},
        found="--max-jump 1",
        allowed="a number above 1",
        remedy="'inf' for none",
    ),
]


@pytest.mark.parametrize("broken", [*FILES, *COLUMNS, *KEYS, *NUMBERS], ids=lambda b: b.what)
def test_a_broken_file_is_reported_with_place_found_allowed_and_remedy(tmp_path, broken):
    options = dict(broken.options)
    content = broken.content.encode() if isinstance(broken.content, str) else broken.content
    path = tmp_path / broken.name
    path.write_bytes(gzip.compress(content) if options.pop("compressed", False) else content)
    roles = {"unit": None, "time": None, "output": options.pop("output", None)}
    if "capital" in options:
        roles["capital"] = options.pop("capital")

    with pytest.raises(InputError) as error:
        load_panel(path, roles=roles, **options)

    (fault,) = error.value.faults
    assert fault.what == broken.what
    assert (fault.row, fault.column) == (broken.row, broken.column)
    assert fault.file == ("" if broken.what == "limit too small" else str(path))
    assert broken.found in fault.found
    assert broken.allowed in fault.allowed
    assert broken.remedy in fault.remedy
    assert all([fault.found, fault.allowed, fault.remedy])


def test_a_missing_file_is_reported_with_the_tables_beside_it(tmp_path):
    (tmp_path / "panel.csv").write_text(GOOD)
    with pytest.raises(InputError) as error:
        load_panel(tmp_path / "pannel.csv", roles={"unit": None, "time": None})
    (fault,) = error.value.faults
    assert (fault.what, fault.found) == ("file not found", "in that folder: panel.csv")


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(InputError) as error:
        load_panel(tmp_path, roles={"unit": None, "time": None})
    assert error.value.faults[0].what == "a folder, not a file"


def test_all_faults_of_a_file_come_out_at_once(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text(
        "province,year,gdp,co2\n"
        "Anhui,2013,100,n/a\n"
        "Anhui,2014,-1,50\n"
        "Anhui,2014,110,50\n"
        ",2015,120,50\n"
        "Fujian,2013,200,90\n"
        "Fujian,2014,210,\n"
        "Fujian,2015,2200000,92\n"
        "Gansu,2013,1,1\n"
        "Gansu,2015x,1,1\n"
        "Hebei,2015,1,1\n"
    )
    roles = {"unit": None, "time": None, "output": None, "emissions": None, "labour": None}
    with pytest.raises(InputError) as error:
        load_panel(path, roles=roles)
    found = {(fault.what, fault.row, fault.column) for fault in error.value.faults}
    assert found == {
        ("no column for labour", None, ""),
        ("missing name", 5, "province"),
        ("not a whole year", 10, "year"),
        ("value out of range", 3, "gdp"),
        ("not a number", 2, "co2"),
        ("missing value", 7, "co2"),
        ("duplicate unit and year", 4, "year"),
        ("missing unit and year", None, "year"),
        ("value out of line with the unit's other years", 8, "gdp"),
    }
    gaps = [fault.found for fault in error.value.faults if fault.what == "missing unit and year"]
    # Anhui 2015 may be row 5 and Gansu's other year row 10: neither is reported twice.
    assert gaps == ["no row for Hebei in 2013, 2014"]


def test_every_ragged_row_is_listed_together_with_the_faults_of_the_cells(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text(
        GOOD.replace("2013,100", "2013,100,1").replace("2015,220", "2015").replace("210", "?")
    )
    with pytest.raises(InputError) as error:
        load_panel(path, roles={"unit": None, "time": None, "output": None})
    found = [(fault.what, fault.row) for fault in error.value.faults]
    assert found == [("ragged row", 2), ("ragged row", 7), ("not a number", 6)]
