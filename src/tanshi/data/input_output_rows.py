"""Tell what each row of an input-output table is: which sector, which sum."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tanshi.core import Fault
from tanshi.data.columns import text_column
from tanshi.data.input_output_marks import DOMESTIC, IMPORTS, ORIGINS, TOTAL, row_mark_of
from tanshi.data.roles import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanshi.data.table import Table

EVERY_SECTOR = "a Domestic and an Imports row for every sector"


@dataclass(slots=True, eq=False)
class Rows:
    """What is known of the records of a table.

    Parameters
    ----------
    blocks : dict of block to dict of code to int
        The record of each sector: in ``"Domestic"`` and ``"Imports"``, or in ``"Total"``.
    others : dict of row mark to int
        The records of TII, VA…, TVA and TI.
    labels : dict of int to str
        What a record is, for messages; unknown and doubled ones are not listed.
    names, names_zh : dict of code to str
        As far as the table gives them.
    loose : set of str
        Codes that a row with an unknown origin may have been meant for.
    """

    blocks: dict[str, dict[str, int]]
    others: dict[str, int] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    names_zh: dict[str, str] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)

    @property
    def value_added(self) -> dict[str, int]:
        """The records of value added: TVA itself only where its parts are not given."""
        items = {mark: at for mark, at in self.others.items() if mark.startswith("VA")}
        return items or {mark: at for mark, at in self.others.items() if mark == "TVA"}


def place_rows(
    table: Table,
    marks: dict[str, str],
    codes: tuple[str, ...],
    row_codes: list[str],
    faults: list[Fault],
) -> Rows:
    """Recognise every row by its code and its origin.

    Parameters
    ----------
    table : Table
    marks : dict of mark to header
    codes : tuple of str
        Of the columns of sectors.
    row_codes : list of str, length n_rows
        Blank where a cell was refused.
    faults : list of Fault
        Unknown, doubled and misplaced rows are appended.
    """
    english, chinese, origins = (
        text_column(table, marks[mark], []) if mark in marks else [""] * len(row_codes)
        for mark in ("Description", "DescriptionInChinese", "Origin")
    )
    apart = "Origin" in marks
    rows = Rows({DOMESTIC: {}, IMPORTS: {}} if apart else {TOTAL: {}})
    sectors = set(codes)
    for at, code in enumerate(row_codes):
        name = english[at] or chinese[at]
        mark = row_mark_of(code)
        if code in sectors:
            block = ORIGINS.get(plain(origins[at])) if apart else TOTAL
            if block is None:
                faults.append(_unknown_origin(table, marks, at, f"{code} {name}", origins[at]))
                rows.loose.add(code)
                continue
            rows.names.setdefault(code, name)
            rows.names_zh.setdefault(code, chinese[at])
            places, key = rows.blocks[block], code
            label = f"{block if apart else ''} {code} {name}".strip()
        elif mark is not None:
            places, key = rows.others, mark
            label = f"{mark} {name}".strip()
        else:
            faults += [_unknown_row(table, marks, codes, at, f"{code} {name}")] if code else []
            continue
        if key in places:
            faults.append(_doubled(table, marks, label, (places[key], at)))
            continue
        places[key] = at
        rows.labels[at] = label
    return rows


def absent_rows(
    table: Table, marks: dict[str, str], codes: tuple[str, ...], rows: Rows
) -> Iterator[Fault]:
    """List sectors without a row, domestic without imported products, no value added."""
    if not rows.value_added:
        yield Fault(
            "no value added",
            f"no row VA… or TVA among {', '.join(rows.others) or 'the rows of sectors'}",
            "at least one row VA…, or TVA",
            "add the rows of value added, with codes such as VA001",
            table.source,
            column=marks["Code"],
        )
    blocks = [block for block, places in rows.blocks.items() if places or rows.loose]
    if len(blocks) == 1 and "Origin" in marks:
        missing = IMPORTS if blocks == [DOMESTIC] else DOMESTIC
        yield Fault(
            f"no {missing} rows",
            f"{blocks[0]} in every row of a sector",
            EVERY_SECTOR,
            f"add the {missing} rows; delete the column '{marks['Origin']}' if the table does "
            "not tell domestic from imported products",
            table.source,
            column=marks["Origin"],
        )
    for code in codes:
        there = [block for block in blocks if code in rows.blocks[block]]
        if code in rows.loose or len(there) == len(blocks) > 0:
            continue
        if there:
            (missing,) = set(blocks) - set(there)
            at = rows.blocks[there[0]][code]
            texts = (
                f"{there[0]} row without its {missing} row",
                f"{rows.labels[at]}, but no {missing} {code}",
                EVERY_SECTOR,
                "add the row, with 0 in every cell if there is nothing to enter",
            )
            yield _row_fault(table, marks, "Code", at, texts)
        else:
            yield Fault(
                "sector without a row",
                f"no row with the code '{code}'",
                "a row for every column of a sector",
                "add the row, or delete the column if it is no sector; write codes alike in "
                "both, leading zeros included",
                table.source,
                column=code,
            )


def _row_fault(
    table: Table, marks: dict[str, str], mark: str, at: int, texts: tuple[str, str, str, str]
) -> Fault:
    return Fault(*texts, table.source, int(table.row_numbers[at]), marks[mark])


def _unknown_origin(table: Table, marks: dict[str, str], at: int, label: str, origin: str) -> Fault:
    found = f"'{origin}' for {label}" if origin else f"a blank cell for {label}"
    allowed = "Domestic, D, 国内; Imports, Import, M, 进口"
    remedy = "write Domestic or Imports; a row of sums needs a code of its own instead"
    return _row_fault(table, marks, "Origin", at, ("unknown origin", found, allowed, remedy))


def _unknown_row(
    table: Table, marks: dict[str, str], codes: tuple[str, ...], at: int, label: str
) -> Fault:
    bare = label.split(maxsplit=1)[0].lstrip("0")
    same = [code for code in codes if code.lstrip("0") == bare]
    remedy = (
        f"write the code as in the header, '{same[0]}': a spreadsheet drops leading zeros "
        "unless the column is formatted as text"
        if same
        else "add the sector's column, or delete the row"
    )
    allowed = "the code of a column of a sector, TII, VA…, TVA or TI"
    texts = ("row of no sector", f"'{label.strip()}'", allowed, remedy)
    return _row_fault(table, marks, "Code", at, texts)


def _doubled(table: Table, marks: dict[str, str], label: str, pair: tuple[int, int]) -> Fault:
    first, second = (int(table.row_numbers[at]) for at in pair)
    found = f"{label} in row {first} and in row {second}"
    texts = ("duplicate row", found, "one such row", "delete or correct one of the two rows")
    return _row_fault(table, marks, "Code", pair[1], texts)
