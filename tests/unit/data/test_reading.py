"""Good files of every format give the same table."""

import datetime as dt
import gzip
import hashlib
import io
import string
import subprocess
import sys

import numpy as np
import polars as pl
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import assume, given
from hypothesis import strategies as st

from tanshi.core import InputError
from tanshi.data import read_table

TEXT = "省份,年份,产出\n安徽,2013,100.5\n安徽,2014,110\n福建,2013,200\n福建,2014,210.25\n"
HEADERS = ("省份", "年份", "产出")
OUTPUT = [100.5, 110.0, 200.0, 210.25]

TEXT_FILES = {
    "utf8.csv": TEXT.encode(),
    "bom.csv": TEXT.encode("utf-8-sig"),
    "gbk.csv": TEXT.encode("gbk"),
    "crlf.csv": TEXT.replace("\n", "\r\n").encode(),
    "semicolon.csv": TEXT.replace(",", ";").encode(),
    "tab.txt": TEXT.replace(",", "\t").encode("gbk"),
    "packed.csv.gz": gzip.compress(TEXT.encode()),
    "UPPER.CSV": TEXT.encode(),
}


@pytest.mark.parametrize(("name", "content"), TEXT_FILES.items(), ids=TEXT_FILES)
def test_text_files_of_every_encoding_and_separator(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    table = read_table(path)
    assert table.source == str(path)
    assert table.sha256 == hashlib.sha256(content).hexdigest()
    assert table.headers == HEADERS
    assert table.column("产出") == ("100.5", "110", "200", "210.25")
    assert table.row_numbers.tolist() == [2, 3, 4, 5]


def test_a_comma_in_a_header_does_not_hide_the_semicolons(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("province;year;gdp, 1e8 CNY;co2\nA;2013;1;2\n")
    assert read_table(path).headers == ("province", "year", "gdp, 1e8 CNY", "co2")


def test_blank_rows_count_but_are_left_out(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("\na,b\n1,2\n\n , \n3,4\n,\n\n")
    table = read_table(path)
    assert table.columns == (("1", "3"), ("2", "4"))
    assert table.row_numbers.tolist() == [3, 6]
    assert table.first_row == 3


def test_a_quoted_cell_may_contain_separators_and_line_ends(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text('a,b\n"x,\ny","say ""hi"""\n1,2\n')
    table = read_table(path)
    assert table.columns == (("x,\ny", "1"), ('say "hi"', "2"))
    assert table.row_numbers.tolist() == [2, 3]


def workbook(path):
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(line.split(",") for line in TEXT.splitlines()):
            cells = row if number == 0 else [row[0], int(row[1]), float(row[2])]
            sheet.write_row(number + 2 + (number > 2), 1, cells)
        other = book.add_worksheet("other")
        other.write_row(0, 0, ["when", 2013, "blank", "sure"])
        other.write_datetime(1, 0, dt.date(2013, 5, 1), day)
        other.write_row(1, 1, [1, " ", True])


def test_a_workbook_is_read_where_its_cells_begin(tmp_path):
    path = tmp_path / "panel.xlsx"
    workbook(path)
    table = read_table(path)
    assert table.headers == HEADERS
    assert table.columns == (
        ("安徽", "安徽", "福建", "福建"),
        (2013, 2014, 2013, 2014),
        tuple(OUTPUT),
    )
    # Two empty rows above the header, one in the middle: numbered as the user sees them.
    assert table.row_numbers.tolist() == [4, 5, 7, 8]


def test_another_sheet_with_a_date_a_number_as_header_and_a_blank(tmp_path):
    path = tmp_path / "panel.xlsx"
    workbook(path)
    table = read_table(path, sheet="other")
    assert table.headers == ("when", "2013", "blank", "sure")
    assert table.columns == (("2013-05-01",), (1.0,), (None,), (True,))


def frame():
    return pl.DataFrame(
        {"省份": ["安徽", "安徽", "福建", "福建"], "年份": [2013, 2014, 2013, 2014], "产出": OUTPUT}
    )


def test_a_stata_file(tmp_path):
    path = tmp_path / "panel.dta"
    gaps = pl.DataFrame({"省份": ["海南", None], "年份": [2013, None], "产出": [None, None]})
    days = pl.Series("日", [dt.date(2013, 1, 1)] * 5 + [None])
    both = pl.concat([frame(), gaps], how="vertical_relaxed").with_columns(days)
    pyreadstat.write_dta(both, path)
    table = read_table(path)
    assert table.headers == (*HEADERS, "日")
    assert [column.dtype for column in table.columns] == [
        pl.String,
        pl.Float64,
        pl.Float64,
        pl.Date,
    ]
    assert table.column("产出").to_list() == [*OUTPUT, None]
    assert table.row_numbers.tolist() == [2, 3, 4, 5, 6]


def test_a_parquet_file_keeps_its_types_and_skips_blank_rows(tmp_path):
    path = tmp_path / "panel.parquet"
    blank = pl.DataFrame({"省份": [None], "年份": [None], "产出": [None]}, schema=frame().schema)
    pl.concat([frame()[:2], blank, frame()[2:], blank]).write_parquet(path)
    table = read_table(path)
    assert table.headers == HEADERS
    assert [column.dtype for column in table.columns] == [pl.String, pl.Int64, pl.Float64]
    assert table.column("产出").to_list() == OUTPUT
    assert table.row_numbers.tolist() == [2, 3, 5, 6]


@pytest.mark.parametrize("suffix", ["dta", "parquet"])
def test_a_typed_file_without_rows_is_refused(tmp_path, suffix):
    path = tmp_path / f"panel.{suffix}"
    write = pyreadstat.write_dta if suffix == "dta" else pl.DataFrame.write_parquet
    write(frame().head(0), path)
    with pytest.raises(InputError, match="no data below the header"):
        read_table(path)


def test_all_structural_faults_come_out_at_once(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("a,a,\n1,2,3\n1,2\n")
    with pytest.raises(InputError) as error:
        read_table(path)
    found = [(fault.what, fault.row) for fault in error.value.faults]
    assert found == [("blank header", 1), ("duplicate header", 1), ("ragged row", 3)]


def test_an_unknown_header_is_a_key_error(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("a\n1\n")
    with pytest.raises(KeyError, match="b"):
        read_table(path).column("b")


def test_importing_the_room_loads_no_heavy_library():
    heavy = ("polars", "pyreadstat", "python_calamine", "pydantic", "pandas")
    code = f"import sys, tanshi.data; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


LETTERS = string.ascii_letters + string.digits + " ,;\t\"'%=年省安徽亿元\n"
CELLS = st.text(LETTERS, max_size=12)


@st.composite
def tables(draw):
    width = draw(st.integers(2, 5))
    headers = draw(
        st.lists(
            st.from_regex(r"[a-z省年]{1,6}", fullmatch=True),
            min_size=width,
            max_size=width,
            unique=True,
        )
    )
    # A first cell that is never blank keeps every row.
    firsts = st.from_regex(r"[a-z0-9安徽]{1,5}", fullmatch=True)
    row = st.tuples(firsts, *[CELLS] * (width - 1))
    return headers, draw(st.lists(row, min_size=1, max_size=6))


def is_utf8(content):
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@given(tables(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "gbk"]))
def test_reading_what_was_written_returns_it(tmp_path_factory, table, separator, encoding):
    headers, rows = table

    def quoted(cell):
        return '"' + cell.replace('"', '""') + '"'

    lines = (separator.join(map(quoted, cells)) for cells in (headers, *rows))
    path = tmp_path_factory.getbasetemp() / "round_trip.csv"
    content = "\n".join(lines).encode(encoding)
    # A few GBK letters, 省 alone for one, are valid UTF-8 too: no reader can tell.
    assume(encoding != "gbk" or content.isascii() or not is_utf8(content))
    path.write_bytes(content)
    read = read_table(path)
    assert read.headers == tuple(headers)
    assert list(zip(*read.columns, strict=True)) == rows


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_come_back_from_parquet_to_the_last_bit(tmp_path_factory, values):
    stream = io.BytesIO()
    pl.DataFrame({"gdp": values}).write_parquet(stream)
    path = tmp_path_factory.getbasetemp() / "round_trip.parquet"
    path.write_bytes(stream.getvalue())
    np.testing.assert_array_equal(read_table(path).columns[0].to_numpy(), values)
