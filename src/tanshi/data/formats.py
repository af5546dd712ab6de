"""One open file to records or typed columns: one function a format.

The functions see the open file, never its path, so the hash of a table is the hash of
what was parsed. Each raises `InputError` when nothing of the file can be used. The
heavy libraries are imported where they are needed: importing this room stays cheap.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import polars as pl

    from tanshi.data.table import Cell

DELIMITERS = (",", "\t", ";")
SPACE = " \t\r\n" + "".join(DELIMITERS)
ROW_NUMBER = "\0row"


@dataclass(frozen=True, slots=True)
class Records:
    """Rows of raw cells with their row numbers, the header first; no blank rows."""

    rows: list[tuple[int, list[Cell]]]
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """An open file, its name for messages, and the sheet asked for."""

    name: str
    stream: BinaryIO = field(repr=False)
    sheet: str | None = None

    @property
    def payload(self) -> bytes:
        """All of its bytes."""
        self.stream.seek(0)
        return self.stream.read()


def refusal(name: str, what: str, found: str, allowed: str, remedy: str) -> InputError:
    """Return the error with the one fault that makes a file unusable as a whole."""
    return InputError([Fault(what, found, allowed, remedy, file=name)])


def read_text(source: Source) -> Records:
    """Take a comma-, tab- or semicolon-separated text apart."""
    text = _decode(source)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[Cell]]] = []
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            if any(cell.strip() for cell in record):
                rows.append((number, list(record)))
    except csv.Error as error:
        fault = Fault(
            "broken quoting",
            str(error),
            "quotation marks in pairs around a whole cell",
            'close the quotation, or double the mark inside a quoted cell ("")',
            file=source.name,
            row=number + 1,
        )
        raise InputError([fault]) from None
    return Records(rows, delimiter)


def read_gzip(source: Source) -> Records:
    """Unpack a gzip-compressed text, then take it apart."""
    try:
        payload = gzip.decompress(source.payload)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _damage(source, "gzip", error) from None
    return read_text(Source(source.name, io.BytesIO(payload), source.sheet))


def read_spreadsheet(source: Source) -> Records:
    """Read one sheet of an Excel or OpenDocument workbook."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(source.payload))
        names = [
            sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet
        ]
        name = _choose_sheet(source, names)
        sheet = workbook.get_sheet_by_name(name)
        grid = sheet.to_python()
        first = sheet.start[0] + 1 if sheet.start else 1
    except CalamineError as error:
        raise _damage(source, "spreadsheet", error) from None
    rows = [
        (number, [_spreadsheet_cell(cell) for cell in row])
        for number, row in enumerate(grid, start=first)
    ]
    kept = [(number, row) for number, row in rows if any(cell is not None for cell in row)]
    if not kept:
        raise refusal(
            source.name,
            "empty sheet",
            f"nothing in the sheet '{name}'",
            "a header row and the data below it",
            f"choose another sheet with --sheet: {_listed(names)}",
        )
    return Records(kept)


def read_stata(source: Source) -> pl.DataFrame:
    """Read a Stata file; Stata's missing values become nulls."""
    import polars as pl
    import pyreadstat

    # Besides its own two errors the parser lets through what odd bytes provoke in
    # its conversions of text, dates and indices.
    errors = (pyreadstat.ReadstatError, pyreadstat.PyreadstatError)
    odd_bytes = (ValueError, LookupError, OverflowError)
    try:
        columns, meta = pyreadstat.read_dta(io.BytesIO(source.payload), output_format="dict")
    except (*errors, *odd_bytes) as error:
        raise _damage(source, "Stata", error) from None
    series = [
        _stata_series(name, values, is_text=meta.readstat_variable_types[name] == "string")
        for name, values in columns.items()
    ]
    return _without_blank_rows(pl.DataFrame(series))


def read_parquet(source: Source) -> pl.DataFrame:
    """Read a Parquet file, page by page from the disk."""
    import polars as pl

    source.stream.seek(0)
    try:
        frame = pl.read_parquet(source.stream)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _damage(source, "Parquet", error) from None
    return _without_blank_rows(frame)


RECORD_FORMATS: dict[str, Callable[[Source], Records]] = {
    ".csv": read_text,
    ".txt": read_text,
    ".csv.gz": read_gzip,
    ".xlsx": read_spreadsheet,
    ".xls": read_spreadsheet,
    ".ods": read_spreadsheet,
}
TYPED_FORMATS: dict[str, Callable[[Source], pl.DataFrame]] = {
    ".dta": read_stata,
    ".parquet": read_parquet,
}


def _decode(source: Source) -> str:
    """Decode as UTF-8, then as GB18030 (of which GBK and GB2312 are subsets)."""
    payload = source.payload
    marked = payload.startswith(codecs.BOM_UTF8)
    stops: list[str] = []
    # A byte-order mark settles the encoding: broken UTF-8 must not turn into wrong Chinese.
    for encoding in ("utf-8-sig",) if marked else ("utf-8", "gb18030"):
        try:
            text = payload.decode(encoding)
        except UnicodeDecodeError as error:
            stops.append(f"{encoding} stops at byte {error.start + 1}")
            continue
        if "\0" not in text:
            return text
        stops.append(f"a NUL byte at character {text.index(chr(0)) + 1}")
        break
    raise refusal(
        source.name,
        "unreadable text",
        "; ".join(stops),
        "text in UTF-8 or GB18030 (GBK)",
        "save the file anew as 'CSV UTF-8', or as an Excel workbook",
    )


def _delimiter(text: str) -> str:
    """Pick the separator that splits the header into most cells; a comma wins ties."""

    def width(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            return next((len(row) for row in rows if any(cell.strip(SPACE) for cell in row)), 0)
        except csv.Error:
            return 0

    return max(DELIMITERS, key=width)


def _choose_sheet(source: Source, names: list[str]) -> str:
    if source.sheet is None and names:
        return names[0]
    if source.sheet in names:
        return source.sheet
    raise refusal(
        source.name,
        "no such sheet" if names else "no sheet in the workbook",
        f"'{source.sheet}'" if names else "a workbook without a sheet of cells",
        _listed(names) if names else "at least one sheet of cells",
        "name one of these with --sheet" if names else "save the data in a sheet of cells",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _spreadsheet_cell(cell: object) -> Cell:
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    return str(cell)  # a date or a time of day: refused later as a number, with its own text


def _stata_series(name: str, values: list[object], *, is_text: bool) -> pl.Series:
    import polars as pl

    if is_text:
        return pl.Series(name, [value or None for value in values], dtype=pl.String)
    try:
        numbers = np.array(values, dtype=np.float64)
    except TypeError:  # dates
        return pl.Series(name, values)
    return pl.Series(name, numbers).fill_nan(None)


def _without_blank_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Add row numbers, from 2, and drop rows without a value; copy only if there are some."""
    import polars as pl

    full = any(column.null_count() == 0 for column in frame.iter_columns())
    frame = frame.with_row_index(ROW_NUMBER, offset=2)
    if full:
        return frame
    filled = frame.select(pl.any_horizontal(pl.exclude(ROW_NUMBER).is_not_null())).to_series()
    return frame if filled.all() else frame.filter(filled)


def _damage(source: Source, kind: str, error: BaseException) -> InputError:
    first_line = str(error).strip().splitlines()[:1]
    return refusal(
        source.name,
        f"damaged {kind} file",
        first_line[0] if first_line else type(error).__name__,
        f"a complete, unencrypted {kind} file",
        "export or download the file anew",
    )
