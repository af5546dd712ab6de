"""Find where everything of an input-output table stands.

Rows and columns of a sector share its code. A column Origin makes the table
non-competitive: every sector then has a row of domestic and one of imported products.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault
from tanshi.data.columns import text_column
from tanshi.data.input_output_marks import final_uses, mark_of
from tanshi.data.input_output_rows import absent_rows, place_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tanshi.data.input_output_rows import Rows
    from tanshi.data.table import Table

SHOWN = 16
NEEDED = {
    "TC": "the consumption of households and government (FU101 + FU102 + FU103)",
    "GO": "the gross output of every sector",
    "IM": "the imports of every product; a closed economy has zeros there, and a table that "
    "tells domestic from imported products needs a column Origin instead",
}


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The columns and records of an input-output table.

    Parameters
    ----------
    table : Table
    marks : dict of mark to header
        The columns that are no sectors, in the order of the table.
    codes : tuple of str, length n
        The sectors, in the order of the columns.
    rows : Rows
        Which record is what.
    """

    table: Table
    marks: dict[str, str]
    codes: tuple[str, ...]
    rows: Rows

    def records(self, block: str) -> NDArray[np.int64]:
        """Return the (n,) records of a block, in the order of the columns."""
        return np.array([self.rows.blocks[block][code] for code in self.codes], dtype=np.int64)

    def label(self, record: int) -> str:
        """Return what a record is: block, code and name."""
        return self.rows.labels[record]

    def sector(self, code: str) -> str:
        """Return code and name of a sector."""
        return f"{code} {self.rows.names.get(code, '')}".strip()

    def row(self, record: int) -> int:
        """Return a record's row as a spreadsheet counts it."""
        return int(self.table.row_numbers[record])


def find_layout(table: Table, faults: list[Fault]) -> Layout | None:
    """Find the columns and records of an input-output table.

    Parameters
    ----------
    table : Table
    faults : list of Fault
        What is missing, doubled or not recognised is appended. If it already tells of
        ragged rows, which are not in the table, no row is called missing.

    Returns
    -------
    Layout or None
        None when sectors cannot be told from the rest.
    """
    even = not any(fault.what == "ragged row" for fault in faults)
    marks = _find_marks(table, faults)
    codes = tuple(h for h in dict.fromkeys(table.headers) if h and mark_of(h) is None)
    faults += _column_faults(table, marks, codes)
    if "Code" not in marks or len(codes) < 2:
        return None
    row_codes = text_column(table, marks["Code"], faults)
    if "Origin" not in marks:
        counts = Counter(row_codes)
        if {counts[code] for code in codes} == {2}:
            faults.append(_no_origin(table))
            return None
        faults += _missing_columns(table, marks, ["IM"])
    rows = place_rows(table, marks, codes, row_codes, faults)
    if even:
        faults += absent_rows(table, marks, codes, rows)
    return Layout(table, marks, codes, rows)


def _find_marks(table: Table, faults: list[Fault]) -> dict[str, str]:
    marks: dict[str, str] = {}
    for header in dict.fromkeys(table.headers):
        mark = mark_of(header)
        if mark is None:
            continue
        if mark in marks:
            fault = Fault(
                "duplicate column",
                f"'{marks[mark]}' and '{header}' both stand for {mark}",
                f"one column {mark}",
                "delete one of the two, or rename it if it is a sector",
                file=table.source,
                row=1,
                column=header,
            )
            faults.append(fault)
            continue
        marks[mark] = header
    return marks


def _column_faults(table: Table, marks: dict[str, str], codes: tuple[str, ...]) -> Iterator[Fault]:
    if "Code" not in marks:
        remedy = "name the column with the codes of the rows 'Code'; the header must be row 1"
        yield _header_fault(table, "missing column Code", "a column Code", remedy)
    if len(codes) < 2:
        remedy = "head the column of each sector with the code of its row"
        yield _header_fault(table, f"{len(codes)} columns of sectors", "at least two", remedy)
    if final_uses(marks):
        yield from _missing_columns(table, marks, ["TC"])
    else:
        remedy = "add the final uses, TC (consumption) among them, between the last sector and GO"
        yield _header_fault(table, "no final use", "TC, FU…, GCF, EX, TFU", remedy)
    yield from _missing_columns(table, marks, ["GO"])
    if {"Origin", "IM"} <= marks.keys():
        yield Fault(
            "imports both as rows and as a column",
            f"the columns '{marks['Origin']}' and '{marks['IM']}'",
            "one of the two",
            "delete the column of imports if the Imports rows hold them, with their total in GO; "
            "else delete the column of origins",
            table.source,
            1,
            marks["IM"],
        )


def _missing_columns(table: Table, marks: dict[str, str], wanted: list[str]) -> Iterator[Fault]:
    for mark in wanted:
        if mark not in marks:
            remedy = f"add {NEEDED[mark]}"
            yield _header_fault(table, f"missing column {mark}", f"a column {mark}", remedy, mark)


def _header_fault(table: Table, what: str, allowed: str, remedy: str, column: str = "") -> Fault:
    quoted = [f"'{header}'" for header in table.headers]
    found = ", ".join(quoted if len(quoted) <= SHOWN else (*quoted[:6], "…", *quoted[-8:]))
    return Fault(what, found, allowed, remedy, table.source, 1, column)


def _no_origin(table: Table) -> Fault:
    return Fault(
        "missing column Origin",
        "two rows for every sector, and nothing that tells domestic from imported products",
        "a column Origin, or one row for every sector",
        "add a column Origin with 'Domestic' or 'Imports' in every row of a sector",
        table.source,
        1,
        "Origin",
    )
