"""Turn a column of a table into numbers, years or names, listing every bad cell.

Each function appends to the caller's list of faults and goes on, with NaN (or a mask)
where a cell could not be used, so that all faults of a file come out together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from tanshi.core import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from numpy.typing import NDArray

    from tanshi.data.table import Cell, Column, Table

Sign: TypeAlias = Literal["positive", "nonnegative", "any"]

ALLOWED = {
    "positive": "a number above 0",
    "nonnegative": "a number of 0 or more",
    "any": "a finite number",
}
NUMBER = re.compile(
    r"[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII
)
# Keeps out what Python would read as a number and a table must not: nan, inf, 1_000.
PLAIN = re.compile(r"[\d.eE+ -]*", re.ASCII)
# In a table that separates its cells by semicolons, 1,234 may well mean 1.234.
EITHER_COMMA = re.compile(r"[+-]?\d{1,3},\d{3}", re.ASCII)
YEAR = re.compile(r"(\d{1,4})(?:\.0*)?\s*(?:年度?)?", re.ASCII)
LATEST_YEAR = 9999

# The first pattern that fits a refused cell supplies the remedy.
REMEDIES = (
    (re.compile(r".*[%％]"), "write 12 % as 0.12 (or as 12, if that is the column's unit)"),
    (re.compile(r"=.*"), "replace the formula by its value"),
    (re.compile(r"[+-]?\d*,\d+"), "use a point for decimals; a comma groups three digits"),
    (
        re.compile(r"#.*|n\.?/?a\.?|nan|null|none|inf(inity)?|[.…—–-]+|无|缺失?", re.IGNORECASE),
        "fill the cell in; where the value is unknown leave it blank, if blanks are allowed",
    ),
    (re.compile(r".*", re.DOTALL), "write a plain number such as 1234.5"),
)


def numeric_column(
    table: Table,
    header: str,
    faults: list[Fault],
    *,
    sign: Sign = "positive",
    blank: bool = False,
) -> NDArray[np.float64]:
    """Read a column of numbers.

    Text cells may group thousands (``1,234,567.8``) and carry surrounding spaces.

    Parameters
    ----------
    table : Table
    header : str
        One of ``table.headers``.
    faults : list of Fault
        Every unusable cell is appended: missing, not a number, infinite, of the wrong
        sign.
    sign : {"positive", "nonnegative", "any"}
        Which numbers are allowed.
    blank : bool
        Whether a cell may be blank.

    Returns
    -------
    (n_rows,) float64, read-only
        NaN where the cell is blank or was refused. A view of the column's own memory where
        that holds float64 in one piece, without a blank or a fault.

    Examples
    --------
    >>> from tanshi.data.table import Table
    >>> table = Table("a.csv", "", ("gdp",), (("1,200.5", " 3 "),), np.array([2, 3]))
    >>> numeric_column(table, "gdp", [])
    array([1200.5,    3. ])
    """
    allowed = ALLOWED[sign] + (", or a blank" if blank else "")
    column = table.column(header)
    report = _Report(table, header, allowed, faults)
    if isinstance(column, tuple) or is_text(column):
        values, missing = _numbers_of_cells(_cells(column), report)
    else:
        values, missing = _numbers_of_series(column, report)
    if _all_allowed(values, sign):
        return read_only(values)
    if not blank:
        report.mask(
            "missing value",
            missing,
            None,
            "fill the cell in (in a workbook an error such as #DIV/0! reads as blank)",
        )
    infinite = np.isinf(values)
    report.mask(
        "infinite value", infinite, values, "correct the cell; it exceeds what can be stored"
    )
    values = np.where(infinite, np.nan, values)
    if sign != "any":
        wrong = values <= 0 if sign == "positive" else values < 0
        report.mask("value out of range", wrong, values, "correct the value or its sign")
        values = np.where(wrong, np.nan, values)
    return read_only(values)


def year_column(
    table: Table, header: str, faults: list[Fault]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read a column of whole years: ``2013``, ``2013.0``, ``"2013"`` or ``"2013年"``.

    Parameters
    ----------
    table : Table
    header : str
        One of ``table.headers``.
    faults : list of Fault
        Every blank or unusable cell is appended.

    Returns
    -------
    years : (n_rows,) int64
        0 where `known` is false. A view of the column's own memory where that holds int64
        in one piece, without a blank or a fault.
    known : (n_rows,) bool

    Examples
    --------
    >>> from tanshi.data.table import Table
    >>> table = Table("a.csv", "", ("year",), (("2013年", "2013.5"),), np.array([2, 3]))
    >>> faults = []
    >>> years, known = year_column(table, "year", faults)
    >>> years.tolist(), known.tolist(), faults[0].row
    ([2013, 0], [True, False], 3)
    """
    column = table.column(header)
    whole_numbers = None if isinstance(column, tuple) else _whole_years(column)
    if whole_numbers is not None:
        return whole_numbers, np.ones(len(whole_numbers), dtype=bool)
    report = _Report(table, header, "a whole year such as 2013", faults)
    if isinstance(column, tuple) or is_text(column):
        shown: Sequence[object] = _cells(column)
        years = np.array([_year_of_cell(cell) for cell in _cells(column)], dtype=np.float64)
        missing = np.array([_is_blank(cell) for cell in _cells(column)], dtype=bool)
        wrong = np.isnan(years) & ~missing
    else:
        years, missing = _numbers_of_series(column, report)
        shown = years.tolist()
        whole = (years == np.floor(years)) & (np.abs(years) <= LATEST_YEAR)
        wrong = ~whole & ~np.isnan(years)
        years = np.where(whole, years, np.nan)
    report.mask("missing time", missing, None, "fill in the year")
    report.mask("not a whole year", wrong, shown, "write the year as four digits")
    known = ~np.isnan(years)
    return np.where(known, years, 0).astype(np.int64), known


def text_column(table: Table, header: str, faults: list[Fault]) -> list[str]:
    """Read a column of names or codes, surrounding spaces removed.

    A code typed into a spreadsheet as a number comes back without ``.0``. Blank cells
    are appended to `faults` and returned as empty strings.
    """
    column = table.column(header)
    names = [_name_of_cell(c) for c in (column if isinstance(column, tuple) else column.to_list())]
    missing = np.array([not name for name in names], dtype=bool)
    report = _Report(table, header, "a name or a code", faults)
    report.mask(
        "missing name", missing, None, "fill the cell in (merged cells must be filled down)"
    )
    return names


def read_only(values: NDArray[Any]) -> NDArray[Any]:
    """Close an array that nobody else holds, or a view of memory that nobody writes to."""
    values.flags.writeable = False
    return values


class _Report:
    """Appends faults of one column to the caller's list."""

    def __init__(self, table: Table, header: str, allowed: str, faults: list[Fault]) -> None:
        self.table = table
        self.header = header
        self.allowed = allowed
        self.faults = faults

    def cell(self, what: str, index: int, found: str, remedy: str) -> None:
        row = int(self.table.row_numbers[index])
        self.faults.append(
            Fault(what, found, self.allowed, remedy, self.table.source, row, self.header)
        )

    def mask(
        self,
        what: str,
        mask: NDArray[np.bool_],
        shown: Sequence[object] | NDArray[np.float64] | None,
        remedy: str,
    ) -> None:
        for index in np.flatnonzero(mask).tolist():
            found = "a blank cell" if shown is None else _show(shown[index])
            self.cell(what, index, found, remedy)

    def whole(self, what: str, found: str, remedy: str) -> None:
        fault = Fault(what, found, self.allowed, remedy, self.table.source, None, self.header)
        self.faults.append(fault)


def _show(value: object) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _numbers_of_cells(
    cells: Sequence[Cell], report: _Report
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    plain = _plain_numbers(cells)
    missing = np.zeros(len(cells), dtype=bool)
    if plain is not None:
        return plain, missing
    values = np.full(len(cells), np.nan)
    semicolons = report.table.delimiter == ";"
    for index, cell in enumerate(cells):
        if _is_blank(cell):
            missing[index] = True
        elif isinstance(cell, bool):
            report.cell("not a number", index, str(cell), "write a plain number such as 1234.5")
        elif isinstance(cell, str):
            text = cell.strip()
            if not NUMBER.fullmatch(text):
                remedy = next(advice for pattern, advice in REMEDIES if pattern.fullmatch(text))
                report.cell("not a number", index, f"'{cell}'", remedy)
            elif semicolons and EITHER_COMMA.fullmatch(text):
                remedy = "write 1234 or 1.234: beside semicolons a comma may mean either"
                report.cell("ambiguous number", index, f"'{cell}'", remedy)
            else:
                values[index] = float(text.replace(",", ""))
        elif cell is not None:
            values[index] = cell
    return values, missing


def _plain_numbers(cells: Sequence[Cell]) -> NDArray[np.float64] | None:
    """Convert a text column at once, which is fast; None when a cell needs a closer look."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) < len(cells) or not PLAIN.fullmatch("".join(texts)):
        return None
    try:
        return np.array(texts, dtype=np.float64)
    except ValueError:
        return None


def _numbers_of_series(
    series: pl.Series, report: _Report
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    import polars as pl

    missing = series.is_null().to_numpy()
    if not (series.dtype.is_numeric() or series.dtype == pl.Null):
        report.whole(
            "not a column of numbers",
            f"a column of type {series.dtype}",
            "convert the column to numbers, or name another column",
        )
        return np.full(len(series), np.nan), np.zeros(len(series), dtype=bool)
    values = series.cast(pl.Float64).to_numpy()
    not_a_number = np.isnan(values) & ~missing
    remedy = "replace the NaN by its value; leave it blank (null) where blanks are allowed"
    report.mask("not a number", not_a_number, values, remedy)
    return values, missing


def _all_allowed(values: NDArray[np.float64], sign: Sign) -> bool:
    """Tell whether every value is a finite number of the right sign, without a copy."""
    if not len(values):
        return True
    # NaN, which also stands for a blank, comes through both.
    least, greatest = float(values.min()), float(values.max())
    if not (np.isfinite(least) and np.isfinite(greatest)):
        return False
    return sign == "any" or least > 0 or (sign == "nonnegative" and least == 0)


def _whole_years(series: pl.Series) -> NDArray[np.int64] | None:
    """Return a column of integers as years at once; None when a cell needs a closer look."""
    import polars as pl

    if not series.dtype.is_integer() or series.null_count() or series.is_empty():
        return None
    if not series.is_between(-LATEST_YEAR, LATEST_YEAR).all():
        return None
    return read_only(series.cast(pl.Int64).to_numpy())


def is_text(series: pl.Series) -> bool:
    """Tell whether a typed column holds text."""
    import polars as pl

    return series.dtype in (pl.String, pl.Categorical, pl.Enum)


def _cells(column: Column) -> Sequence[Cell]:
    if isinstance(column, tuple):
        return column
    import polars as pl

    texts: list[str | None] = column.cast(pl.String).to_list()
    return texts


def _year_of_cell(cell: Cell) -> float:
    """Read one cell as a year; NaN when it is none."""
    if isinstance(cell, str):
        match = YEAR.fullmatch(cell.strip())
        return float(match[1]) if match else np.nan
    if cell is None or isinstance(cell, bool) or abs(cell) > LATEST_YEAR:
        return np.nan
    return float(cell) if float(cell).is_integer() else np.nan


def _name_of_cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
