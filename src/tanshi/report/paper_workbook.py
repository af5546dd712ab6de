"""Tables for print as sheets of a workbook, numbers as numbers."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import xlsxwriter

from tanshi.report.publication import Cell
from tanshi.report.tables import AS_TEXT, SAME_DATE, sheet_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tanshi.report.publication import PaperTable

NARROWEST, WIDEST = 8, 48  # letters of a column


def write_paper_workbook(tables: Sequence[PaperTable], path: Path) -> None:
    """Write each table as a sheet: caption, headings, cells, note.

    A cell keeps every digit of its number and shows as many as are printed; brackets and
    stars are part of how it is shown. The two ends of an interval are two cells. An
    infinite number, which a workbook cannot hold, is the sign for it.

    Parameters
    ----------
    tables : sequence of PaperTable
    path : path
    """
    with xlsxwriter.Workbook(path, AS_TEXT) as workbook:
        workbook.set_properties({"created": SAME_DATE})  # the same file for the same result
        for table in tables:
            _write_sheet(workbook, table)


def _write_sheet(workbook: Any, table: PaperTable) -> None:
    sheet = workbook.add_worksheet(sheet_name(table.name))
    lines = _lines(table)
    head, right = _head(table)
    sheet.write_string(0, 0, table.caption, workbook.add_format({"bold": True}))
    top = 2
    if table.spanner is not None:
        label, first = table.spanner
        over = workbook.add_format({"align": "center", "bottom": 1})
        if first < len(head) - 1:
            sheet.merge_range(top, first, top, len(head) - 1, label, over)
        else:
            sheet.write_string(top, first, label, over)
        top += 1
    for column, (text, number) in enumerate(zip(head, right, strict=True)):
        side = "right" if number else "left"
        look = {"align": side, "top": 2, "bottom": 1, "text_wrap": True, "valign": "bottom"}
        sheet.write_string(top, column, text, workbook.add_format(look))
    for row, line in enumerate(lines, start=top + 1):
        last = row == top + len(lines)
        for column, cell in enumerate(line):
            _write_cell(workbook, sheet, (row, column), cell, right=right[column], last=last)
    widths = [
        max(
            [len(text) + 1 for text in (line[column].text + line[column].stars for line in lines)]
            + [max(len(word) for word in head[column].split() or [""])]
        )
        for column in range(len(head))
    ]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width, NARROWEST), WIDEST))
    sheet.freeze_panes(top + 1, 0)
    more = f"{table.left_out} more rows in the CSV file." if table.left_out else ""
    below = [text for text in (table.note, more) if text]
    for row, text in enumerate(below, start=top + len(lines) + 2):
        sheet.write_string(row, 0, text)


def _write_cell(
    workbook: Any, sheet: Any, place: tuple[int, int], cell: Cell, *, right: bool, last: bool
) -> None:
    look: dict[str, Any] = {"align": "right" if right else "left"} | ({"bottom": 2} if last else {})
    if cell.numbers:
        look["num_format"] = cell.formats[0]
        sheet.write_number(*place, cell.numbers[0], workbook.add_format(look))
    else:
        sheet.write_string(*place, cell.text, workbook.add_format(look))


def _head(table: PaperTable) -> tuple[list[str], list[bool]]:
    """Return headings and sides, an interval beside its estimate in two columns."""
    head: list[str] = []
    right: list[bool] = []
    for column, (text, number) in enumerate(zip(table.head, table.right, strict=True)):
        double = _is_double(table, column)
        head += [f"{text}, lower", f"{text}, upper"] if double else [text]
        right += [number] * (2 if double else 1)
    return head, right


def _lines(table: PaperTable) -> list[list[Cell]]:
    """Return the rows of the sheet, the numbers of an interval in cells of their own."""
    lines: list[list[Cell]] = []
    for row in table.body:
        if table.spanner is None:
            lines.append(
                [
                    part
                    for column, cell in enumerate(row)
                    for part in (_ends(_bare(cell)) if _is_double(table, column) else [cell])
                ]
            )
        elif any(len(cell.numbers) > 1 for cell in row):
            lines += [list(part) for part in zip(*map(_ends, row), strict=True)]
        else:
            lines.append(list(row))
    return lines


def _is_double(table: PaperTable, column: int) -> bool:
    return table.spanner is None and any(len(row[column].numbers) > 1 for row in table.body)


def _ends(cell: Cell) -> list[Cell]:
    """Return an interval as two cells; what is none is followed by an empty one."""
    if len(cell.numbers) < 2:
        return [cell, Cell("")]
    return [
        Cell(text, (number,), (one,)) if math.isfinite(number) else Cell(text)
        for text, number, one in zip(cell.text.split(", "), cell.numbers, cell.formats, strict=True)
    ]


def _bare(cell: Cell) -> Cell:
    """Return an interval beside its estimate without brackets: its columns say what it is."""
    return replace(cell, text=cell.text.strip("[]"))
