"""Read a table of any supported format: file, hash, headers, columns.

Nothing is interpreted here; `tanshi.data.columns` turns columns into numbers.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.data.formats import (
    RECORD_FORMATS,
    ROW_NUMBER,
    TYPED_FORMATS,
    Records,
    Source,
    read_spreadsheet,
    refusal,
)
from tanshi.data.table import Table

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import polars as pl

    from tanshi.data.table import Cell

SUFFIXES = (*RECORD_FORMATS, *TYPED_FORMATS)
BLOCK_BYTES = 1 << 20


def read_table(path: str | os.PathLike[str], *, sheet: str | None = None) -> Table:
    """Read a table without interpreting it.

    Parameters
    ----------
    path : path-like
        ``.csv``, ``.txt`` or ``.csv.gz`` (UTF-8 or GBK; comma, tab or semicolon),
        ``.xlsx``, ``.xls``, ``.ods``, ``.dta`` or ``.parquet``.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    Table

    Raises
    ------
    InputError
        With every fault: file missing, empty, damaged, of unknown kind or encoding,
        sheet not there, no row below the header, ragged rows, blank or duplicate
        headers.
    """
    table, faults = scan_table(path, sheet=sheet)
    if faults:
        raise InputError(faults)
    return table


def scan_table(
    path: str | os.PathLike[str], *, sheet: str | None = None
) -> tuple[Table, list[Fault]]:
    """Read what can be read, so that a caller can add the faults of the cells.

    Ragged rows are listed among the faults and left out of the table.

    Raises
    ------
    InputError
        When nothing of the file can be used.
    """
    name = str(path)
    with _opened(Path(path), name) as stream:
        return _scan(Source(name, stream, sheet))


def _scan(source: Source) -> tuple[Table, list[Fault]]:
    name, sheet = source.name, source.sheet
    digest = _digest(source)
    suffix = _suffix(name)
    if sheet is not None and RECORD_FORMATS.get(suffix) is not read_spreadsheet:
        raise refusal(
            name,
            "no sheets in such a file",
            f"the sheet '{sheet}' asked of a {suffix} file",
            "a sheet of an .xlsx, .xls or .ods file",
            "leave --sheet out",
        )
    if suffix in TYPED_FORMATS:
        table = _from_frame(TYPED_FORMATS[suffix](source), name, digest)
        return table, _header_faults(table.headers, name, row=1)
    return _from_records(RECORD_FORMATS[suffix](source), name, digest)


def _suffix(name: str) -> str:
    lowered = name.lower()
    for suffix in SUFFIXES:
        if lowered.endswith(suffix):
            return suffix
    raise refusal(
        name,
        "unknown kind of file",
        f"the suffix '{Path(name).suffix}'",
        ", ".join(SUFFIXES),
        "save the table in one of these formats, with that suffix",
    )


@contextmanager
def _opened(path: Path, name: str) -> Iterator[BinaryIO]:
    if path.is_dir():
        remedy = "add the name of the file to the path"
        raise refusal(name, "a folder, not a file", "a folder", "a file", remedy)
    if not path.exists():
        beside = sorted(
            item.name for item in path.parent.glob("*") if item.name.lower().endswith(SUFFIXES)
        )
        found = f"in that folder: {', '.join(beside[:8])}" if beside else "no table in that folder"
        raise refusal(name, "file not found", found, "the path of a table", "correct the path")
    try:
        stream = path.open("rb")
    except OSError as error:
        raise _unreadable(name, error) from None
    with stream:
        # A pipe can be read once only; a table is read for its hash, then for its cells.
        yield stream if stream.seekable() else io.BytesIO(stream.read())


def _digest(source: Source) -> str:
    """Hash the file, block by block; refuse one without data."""
    digest, filled, size = hashlib.sha256(), False, 0
    try:
        while block := source.stream.read(BLOCK_BYTES):
            digest.update(block)
            filled = filled or bool(block.strip())
            size += len(block)
    except OSError as error:
        raise _unreadable(source.name, error) from None
    if filled:
        return digest.hexdigest()
    raise refusal(
        source.name,
        "empty file",
        f"{size} bytes, none of them data",
        "a header row and the data below it",
        "export the table anew",
    )


def _unreadable(name: str, error: OSError) -> InputError:
    return refusal(
        name,
        "file cannot be opened",
        str(error.strerror),
        "a file that may be read",
        "check its permissions",
    )


def _from_records(records: Records, name: str, digest: str) -> tuple[Table, list[Fault]]:
    if len(records.rows) < 2:
        raise _no_rows(name, len(records.rows))
    (header_row, header_cells), *rows = records.rows
    headers = tuple(_header(cell) for cell in header_cells)
    faults = _header_faults(headers, name, row=header_row)
    width = len(headers)
    faults += [
        Fault(
            "ragged row",
            f"{len(cells)} cells",
            f"{width} cells, as in the header",
            "add or remove separators; put a cell that contains one in quotation marks",
            file=name,
            row=number,
        )
        for number, cells in rows
        if len(cells) != width
    ]
    even = [(number, cells) for number, cells in rows if len(cells) == width]
    columns = tuple(zip(*(cells for _, cells in even), strict=True)) if even else ((),) * width
    numbers = frozen([number for number, _ in even], dtype=np.int64)
    return Table(name, digest, headers, columns, numbers, records.delimiter), faults


def _from_frame(frame: pl.DataFrame, name: str, digest: str) -> Table:
    if frame.is_empty():
        raise _no_rows(name, 1)
    numbers = frozen(frame[ROW_NUMBER].to_numpy(), dtype=np.int64)
    columns = frame.drop(ROW_NUMBER).get_columns()
    return Table(name, digest, tuple(c.name.strip() for c in columns), tuple(columns), numbers)


def _no_rows(name: str, rows: int) -> InputError:
    return refusal(
        name,
        "no data below the header",
        "a header row only" if rows else "blank rows only",
        "at least one row of data",
        "export the table with its rows",
    )


def _header(cell: Cell) -> str:
    """Write a header cell as text; a year typed into a spreadsheet is 2013, not 2013.0."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _header_faults(headers: tuple[str, ...], name: str, row: int) -> list[Fault]:
    faults = [
        Fault(
            "blank header",
            f"no header above column {position}",
            "a header above every column",
            "name the column or delete it; the header must be the first row that is not blank "
            "(no title above it), and row numbers need not be saved (pandas: index=False)",
            file=name,
            row=row,
        )
        for position, header in enumerate(headers, start=1)
        if not header
    ]
    faults += [
        Fault(
            "duplicate header",
            f"{count} columns called '{header}'",
            "every header once",
            "rename or delete all but one",
            file=name,
            row=row,
            column=header,
        )
        for header, count in Counter(headers).items()
        if header and count > 1
    ]
    return faults
