"""Tables as CSV for machines, one Excel workbook, and LaTeX for papers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import xlsxwriter

from tanshi.report.columns import format_cell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What a cell says stays text: the name of a unit may begin with "=" or be an address.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}
SAME_DATE = datetime(2000, 1, 1, tzinfo=UTC)
LATEX_ROWS = 60  # a longer table belongs into a data file, not into a paper


def write_csv(table: pl.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV; infinity as ``inf``, missing cells empty."""
    table.write_csv(path)


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
                worksheet=name[:31],
                autofit=True,
                freeze_panes=(1, 0),
                table_style="Table Style Light 1",
                float_precision=4,
            )


def latex(table: pl.DataFrame, *, caption: str) -> str:
    """Return a table in LaTeX with booktabs rules.

    Parameters
    ----------
    table : polars.DataFrame
        At most 60 rows are set; a last line says how many were left out.
    caption : str
    """
    from great_tables import GT

    shown = table.head(LATEX_ROWS)
    numbers = [name for name, kind in shown.schema.items() if kind.is_numeric()]
    cells = pl.DataFrame(
        {name: [_paper_cell(value, name) for value in shown[name]] for name in shown.columns}
    )
    text = GT(cells).tab_header(title=caption).cols_align("right", numbers).as_latex()
    left_out = len(table) - len(shown)
    if left_out:
        text += f"\n% {left_out} more rows in the CSV file of the same name\n"
    return f"% Needs \\usepackage{{booktabs,caption}}\n{text}"


def _paper_cell(value: object, column: str) -> str:
    """Return a cell with two decimals at least, and the digits that a small number needs."""
    if isinstance(value, float) and abs(value) >= 1:
        return f"{value:,.2f}"  # infinity comes out as inf, which every font has
    return format_cell(value, column).replace("→", "->")  # an arrow needs a package


def _finite(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with infinite numbers left blank, which a workbook cannot hold."""
    floats = [name for name, kind in table.schema.items() if kind.is_float()]
    return table.with_columns(
        pl.when(pl.col(name).is_infinite()).then(None).otherwise(pl.col(name)).alias(name)
        for name in floats
    )
