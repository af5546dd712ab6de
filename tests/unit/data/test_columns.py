"""Numbers, years and names out of columns of every kind."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanshi.data import Table
from tanshi.data.columns import numeric_column, text_column, year_column


def table(*cells, delimiter=","):
    return Table("a.csv", "", ("x",), (cells,), np.arange(2, 2 + len(cells)), delimiter)


def series(values, dtype=None):
    column = pl.Series("x", values, dtype=dtype)
    return Table("a.parquet", "", ("x",), (column,), np.arange(2, 2 + len(column)))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12.0),
        (" 12.5 ", 12.5),
        ("1,234,567.8", 1234567.8),
        ("1,234", 1234.0),
        ("-1.5E-3", -0.0015),
        ("+.5", 0.5),
        ("5.", 5.0),
        (7, 7.0),
        (0.1, 0.1),
    ],
)
@pytest.mark.parametrize("other", ["1", None])
def test_numbers_that_are_read(cell, value, other):
    """With a blank beside it the column goes through the reading cell by cell."""
    faults = []
    values = numeric_column(table(cell, other), "x", faults, sign="any", blank=True)
    assert values[0] == value
    assert not faults
    assert not values.flags.writeable


@pytest.mark.parametrize(
    "cell",
    [
        "n/a",
        "12,5",
        "1.2.3",
        "5%",
        "=A1",
        "nan",
        "inf",
        "1_000",
        "1,2345",
        "12,34,567",
        "0x1f",
        "1 000",
        "−5",
        "一",
        "1e",
        ".",
        "--1",
        "True",
    ],
)
@pytest.mark.parametrize("other", ["1", None])
def test_numbers_that_are_refused(cell, other):
    faults = []
    values = numeric_column(table("1", cell, other), "x", faults, sign="any", blank=True)
    assert [(fault.what, fault.row, fault.found) for fault in faults] == [
        ("not a number", 3, f"'{cell}'")
    ]
    assert np.isnan(values[1])


def test_beside_semicolons_a_single_comma_is_ambiguous_but_two_are_not():
    faults = []
    cells = table("1,234", "1,234,567", "1,234.5", delimiter=";")
    values = numeric_column(cells, "x", faults)
    assert [fault.row for fault in faults] == [2]
    assert values[1:].tolist() == [1234567.0, 1234.5]


@pytest.mark.parametrize(
    ("sign", "rows"), [("positive", [3, 4]), ("nonnegative", [4]), ("any", [])]
)
@pytest.mark.parametrize("build", [lambda v: table(*v), series])
def test_signs(sign, rows, build):
    faults = []
    values = numeric_column(build([1.0, 0.0, -1.0]), "x", faults, sign=sign)
    assert [fault.row for fault in faults] == rows
    assert np.isnan(values).sum() == len(rows)


@pytest.mark.parametrize("build", [lambda v: table(*v), series])
@pytest.mark.parametrize(("blank", "rows"), [(True, []), (False, [3])])
def test_blanks(build, blank, rows):
    faults = []
    values = numeric_column(build([1.0, None, 2.0]), "x", faults, blank=blank)
    assert [fault.row for fault in faults] == rows
    np.testing.assert_array_equal(values, [1.0, np.nan, 2.0])
    assert all("blank" not in fault.allowed for fault in faults)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2], pl.Int32),
        ([1, 2], pl.UInt8),
        (["1.00", "2.00"], pl.Decimal(10, 2)),
        (["1", " 2.0"], pl.String),
        (["1", "2"], pl.Categorical),
    ],
)
def test_typed_columns_that_hold_numbers(values, dtype):
    faults = []
    column = pl.Series("x", values)
    column = column.cast(dtype)
    assert numeric_column(series(column), "x", faults).tolist() == [1.0, 2.0]
    assert not faults


def test_a_column_without_any_value_is_missing_not_of_a_wrong_type():
    faults = []
    numeric_column(series([None, None]), "x", faults)
    assert [fault.what for fault in faults] == ["missing value"] * 2


@pytest.mark.parametrize(
    "cell", ["2013", " 2013 ", "2013.0", "2013年", "2013 年", "2013年度", 2013, 2013.0]
)
def test_years_that_are_read(cell):
    faults = []
    years, known = year_column(table(cell), "x", faults)
    assert (years.tolist(), years.dtype, known.tolist(), faults) == ([2013], np.int64, [True], [])


@pytest.mark.parametrize(
    "cell",
    ["2013.5", 2013.5, "2013Q1", "13-14", "20130", 20130, 1e300, True, "年", float("nan"), "-5"],
)
def test_years_that_are_refused(cell):
    faults = []
    years, known = year_column(table("2013", cell), "x", faults)
    assert [(fault.what, fault.row) for fault in faults] == [("not a whole year", 3)]
    assert known.tolist() == [True, False]
    assert years[1] == 0


@pytest.mark.parametrize("dtype", [pl.Int16, pl.Float32, pl.String])
def test_years_of_typed_columns(dtype):
    faults = []
    years, known = year_column(series(pl.Series([2013, None, 2015]).cast(dtype)), "x", faults)
    assert years[known].tolist() == [2013, 2015]
    assert [(fault.what, fault.row) for fault in faults] == [("missing time", 3)]


def test_a_column_of_dates_is_one_fault():
    faults = []
    dates = pl.Series([2013, 2014]).cast(pl.String).str.to_date("%Y", strict=False, exact=False)
    _, known = year_column(series(dates.fill_null(pl.date(2013, 1, 1))), "x", faults)
    assert [(fault.what, fault.row) for fault in faults] == [("not a column of numbers", None)]
    assert not known.any()


def test_names_and_codes():
    faults = []
    assert text_column(table(" 安徽 ", 110000.0, 12, None, " "), "x", faults) == [
        "安徽",
        "110000",
        "12",
        "",
        "",
    ]
    assert [fault.row for fault in faults] == [5, 6]
    assert text_column(series([110000.0, 120000.0]), "x", faults) == ["110000", "120000"]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=10))
def test_a_number_written_in_full_comes_back_to_the_last_bit(numbers):
    faults = []
    cells = table(*(repr(number) for number in numbers))
    values = numeric_column(cells, "x", faults, sign="any")
    assert values.tolist() == numbers
    assert not faults


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=10))
def test_grouped_thousands_come_back(numbers):
    faults = []
    cells = table(*(f"{number:,}" for number in numbers))
    assert numeric_column(cells, "x", faults, sign="any").tolist() == numbers
    assert not faults
