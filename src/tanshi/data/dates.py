"""Read a column of calendar days."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault
from tanshi.data.columns import text_column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.data.table import Table

DATE = re.compile(
    r"(\d{4})(?:(?P<mark>[-/.])(\d{1,2})(?P=mark)(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))"
    r"(?:[T ]00:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)
# Days since 30 December 1899, as a spreadsheet stores dates of the years 1982 to 2064.
SERIAL = re.compile(r"[3-5]\d{4}", re.ASCII)
SPREADSHEET_EPOCH = dt.date(1899, 12, 30)


def date_column(table: Table, header: str, faults: list[Fault]) -> NDArray[np.datetime64]:
    """Read days: ``2021-07-16``, ``2021/7/16``, ``20210716``, ``2021年7月16日``, Excel dates.

    Parameters
    ----------
    table : Table
    header : str
        One of ``table.headers``.
    faults : list of Fault
        Every blank or unusable cell is appended.

    Returns
    -------
    (n_rows,) datetime64[D]
        NaT where the cell was refused.

    Examples
    --------
    >>> from tanshi.data.table import Table
    >>> table = Table("a.csv", "", ("date",), (("2021/7/16", "16/7/2021"),), np.array([2, 3]))
    >>> faults = []
    >>> date_column(table, "date", faults).astype(str).tolist(), faults[0].row
    (['2021-07-16', 'NaT'], 3)
    """
    cells = text_column(table, header, [])
    known = {cell: _day(cell) for cell in set(cells)}  # many rows, few days
    days = [known[cell] for cell in cells]
    faults += [
        Fault(
            "not a date" if cell else "missing date",
            f"'{cell}'" if cell else "a blank cell",
            "a day such as 2021-07-16, 2021/7/16 or 20210716",
            _remedy(cell),
            table.source,
            int(row),
            header,
        )
        for cell, day, row in zip(cells, days, table.row_numbers, strict=True)
        if day is None
    ]
    return np.array(days, dtype="datetime64[D]")


def _day(cell: str) -> dt.date | None:
    match = DATE.fullmatch(cell)
    if not match:
        return None
    year, month, day = (int(part) for part in match.groups() if part and part.isdigit())
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _remedy(cell: str) -> str:
    if not cell:
        return "fill the cell in (merged cells must be filled down)"
    if SERIAL.fullmatch(cell):
        day = SPREADSHEET_EPOCH + dt.timedelta(days=int(cell))
        return f"format the column as dates: this may be a spreadsheet's number for {day}"
    return "write year, month, day, in this order; check that the month has such a day"
