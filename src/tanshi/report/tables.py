"""Tables as CSV for machines, and all of them in one Excel workbook."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What a cell says stays text: the name of a unit may begin with "=" or be an address.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}
SAME_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def write_csv(table: pl.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV; infinity as ``inf``, missing cells empty."""
    table.write_csv(path)


def write_text(text: str, path: Path) -> None:
    """Write a text as UTF-8, with the same line ends everywhere."""
    path.write_text(text, encoding="utf-8", newline="\n")


def write_workbook(tables: Mapping[str, pl.DataFrame], path: Path, about: list[str]) -> None:
    """Write tables as sheets of one workbook, after a sheet that says what they are.

    A workbook has no infinity: such cells stay blank, and the flag beside them says so.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Sheet name to table.
    path : path
    about : list of str
        Lines of the first sheet.
    """
    with xlsxwriter.Workbook(path, AS_TEXT) as workbook:
        workbook.set_properties({"created": SAME_DATE})  # the same file for the same result
        first = workbook.add_worksheet("about")
        first.set_column(0, 0, 110)
        for row, line in enumerate(about):
            first.write_string(row, 0, line)
        for name, table in tables.items():
            _finite(table).write_excel(
                workbook,
                worksheet=sheet_name(name),
                autofit=True,
                freeze_panes=(1, 0),
                table_style="Table Style Light 1",
                float_precision=4,
            )


def sheet_name(name: str) -> str:
    """Return a name as a workbook allows it: 31 letters, none of a path or a formula.

    Examples
    --------
    >>> sheet_name("costs: a/b")
    'costs- a-b'
    """
    return re.sub(r"[\[\]:*?/\\]", "-", name)[:31]


def _finite(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with infinite numbers left blank, which a workbook cannot hold."""
    floats = [name for name, kind in table.schema.items() if kind.is_float()]
    return table.with_columns(
        pl.when(pl.col(name).is_infinite()).then(None).otherwise(pl.col(name)).alias(name)
        for name in floats
    )
