"""Load an input-output table and check that it balances."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.data.columns import numeric_column
from tanshi.data.input_output_checks import (
    Cells,
    balance_faults,
    empty_sector_faults,
    sign_faults,
)
from tanshi.data.input_output_layout import find_layout
from tanshi.data.input_output_marks import TEXT_MARKS, TOTAL, final_uses, parts_of
from tanshi.data.pack_entry import pack_entry
from tanshi.data.packs import Note
from tanshi.data.reading import scan_table

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tanshi.data.input_output_layout import Layout
    from tanshi.data.packs import Pack, PackFile

    Array = NDArray[np.float64]

Kind: TypeAlias = Literal["non_competitive", "competitive"]

WHOLE_TABLE = "all"
MONEY = re.compile(r"CNY|RMB|yuan|元", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class InputOutputTable:
    """A checked input-output table of n sectors, in the units of its file.

    Parameters
    ----------
    source : str
        File name as the user gave it.
    sha256 : str
        Of the file.
    kind : {"non_competitive", "competitive"}
        Whether imported products have rows of their own, or stand among the others.
    codes : tuple of str, length n
        As in the header, leading zeros included.
    names, names_zh : tuple of str, length n
        Empty where the table has none; `names` falls back on `names_zh`.
    domestic : (n, n) array, read-only
        Entry [i, j]: use of product i by sector j. In a competitive table imports are
        inside.
    imported : (n, n) array or None, read-only
        The same for imported products; None in a competitive table.
    final_use_domestic : mapping of mark to (n,) array, read-only
        The final uses of the file: TC (consumption), FU…, GCF, EX, their sums, and the
        discrepancy ERR if there is one. In a competitive table imports are inside.
    final_use_imported : mapping of mark to (n,) array, or None
        The same for imported products; None in a competitive table.
    final_use_parts : tuple of str
        The final uses that make up the total, none counted twice.
    imports : (n,) array, read-only
        Imports of each product, 0 or more.
    imports_written : {"positive", "negative"}
        The sign of imports in the file.
    value_added : mapping of row mark to (n,) array, read-only
        VA…, or TVA alone; may be negative (subsidies, losses).
    gross_output : (n,) array, read-only
        Total input, 0 or more.
    notes : tuple of Note
        Reservations of the data pack about the file.
    unit : str
        As the manifest words it; empty if unknown.
    scale_cny : float or None
        CNY in one unit of the table; None if unknown.
    """

    source: str
    sha256: str
    kind: Kind
    codes: tuple[str, ...]
    names: tuple[str, ...]
    names_zh: tuple[str, ...]
    domestic: Array
    imported: Array | None
    final_use_domestic: Mapping[str, Array]
    final_use_imported: Mapping[str, Array] | None
    final_use_parts: tuple[str, ...]
    imports: Array
    imports_written: Literal["positive", "negative"]
    value_added: Mapping[str, Array]
    gross_output: Array
    notes: tuple[Note, ...] = ()
    unit: str = ""
    scale_cny: float | None = None

    @property
    def zero_output(self) -> tuple[str, ...]:
        """Codes of the sectors without output; they neither buy nor sell."""
        return tuple(c for c, x in zip(self.codes, self.gross_output, strict=True) if x == 0)


def load_input_output(
    path: str | os.PathLike[str], *, pack: Pack | None = None, sheet: str | None = None
) -> InputOutputTable:
    """Read an input-output table and check all of it.

    The layout is that of the national tables: a column Code; Description and
    DescriptionInChinese, which may be missing; one column for each sector, headed by its
    code; TIU, final uses, GO; rows with the same codes, then TII, VA…, TVA and TI. A
    column Origin (Domestic, Imports) makes the table non-competitive; without it, a column
    IM holds imports, of either sign. Sums (TIU, THC, GCF, TFU, TII, TVA, TI) may be
    missing. Rows may come in any order.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    pack : Pack, optional
        The pack that lists the file. By default the manifest that lies beside the file,
        if it lists it.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    InputOutputTable
        Sectors in the order of the columns.

    Raises
    ------
    InputError
        With every fault: columns or rows missing, doubled or unknown; cells blank, not
        numbers or of the wrong sign; sums and balances that do not hold within 1e-6 of
        output and the rounding of the figures; a sector without output that is not empty.

    Examples
    --------
    >>> from tanshi.data import load_sample_pack
    >>> table = load_input_output(load_sample_pack().file(role="input_output").location)
    >>> table.kind, len(table.codes), table.codes[0], table.scale_cny
    ('non_competitive', 42, '01', 10000.0)
    """
    table, faults = scan_table(path, sheet=sheet)
    even = not faults
    pack, described = pack_entry(Path(path), table, pack, faults)
    before = len(faults)
    layout = find_layout(table, faults)
    if layout is None:
        raise InputError(faults)
    whole = even and len(faults) == before
    cells = _read_cells(layout, faults)
    faults += sign_faults(cells)
    # With a row or a column missing, no sum could hold.
    if whole:
        faults += [*empty_sector_faults(cells), *balance_faults(cells)]
    if faults:
        raise InputError(faults)
    read = _build(cells)
    return _annotate(read, pack, described) if pack and described else read


def _read_cells(layout: Layout, faults: list[Fault]) -> Cells:
    """Read every number; blanks are allowed only where sums cross final uses."""
    text = {layout.marks[mark] for mark in TEXT_MARKS if mark in layout.marks}
    values = {}
    for header in dict.fromkeys(layout.table.headers):
        if header and header not in text:
            found: list[Fault] = []
            values[header] = numeric_column(layout.table, header, found, sign="any")
            faults += filter(None, (_placed(fault, layout, header) for fault in found))
    return Cells(layout, values)


def _placed(fault: Fault, layout: Layout, header: str) -> Fault | None:
    """Add to the fault of a cell which sectors it concerns; None if the cell is of none."""
    if fault.row is None:
        return fault
    at = int(np.searchsorted(layout.table.row_numbers, fault.row))
    corner = at in layout.rows.others.values() and header not in layout.codes
    if at not in layout.rows.labels or (corner and fault.what == "missing value"):
        return None
    place = layout.label(at)
    if header in layout.codes:
        word = "of" if at in layout.rows.others.values() else "used by"
        place += f", {word} {layout.sector(header)}"
    remedy = fault.remedy
    if fault.what == "missing value":
        remedy = f"write 0 where there is nothing, a blank does not say so; {remedy}"
    return replace(fault, found=f"{fault.found} ({place})", remedy=remedy)


def _build(cells: Cells) -> InputOutputTable:
    layout = cells.layout
    uses = (*final_uses(layout.marks), *({"ERR"} & layout.marks.keys()))
    first, *rest = (
        (frozen(cells.flows(records)), _columns(cells, uses, records), cells.column("GO")[records])
        for records in map(layout.records, layout.rows.blocks)
    )
    domestic, final_use_domestic, output = first
    imported, final_use_imported, imports = rest[0] if rest else (None, None, None)
    if imports is None:
        imports = cells.imports_sign * cells.column("IM")[layout.records(TOTAL)]
    added = layout.rows.value_added.items()
    flows = {mark: cells.flows(np.array([at]))[0] for mark, at in added}
    negative = cells.imports_sign < 0
    note = Note(layout.marks.get("IM", ""), "imports are negative in the file, positive here")
    return InputOutputTable(
        source=layout.table.source,
        sha256=layout.table.sha256,
        kind="non_competitive" if rest else "competitive",
        codes=layout.codes,
        names=tuple(layout.rows.names[code] for code in layout.codes),
        names_zh=tuple(layout.rows.names_zh[code] for code in layout.codes),
        domestic=domestic,
        imported=imported,
        final_use_domestic=final_use_domestic,
        final_use_imported=final_use_imported,
        final_use_parts=_parts(layout),
        imports=frozen(imports),
        imports_written="negative" if negative else "positive",
        value_added=MappingProxyType({mark: frozen(row) for mark, row in flows.items()}),
        gross_output=frozen(output),
        notes=(note,) if negative else (),
    )


def _columns(
    cells: Cells, marks: tuple[str, ...], records: NDArray[np.int64]
) -> Mapping[str, Array]:
    return MappingProxyType({mark: frozen(cells.column(mark)[records]) for mark in marks})


def _parts(layout: Layout) -> tuple[str, ...]:
    sums = parts_of(layout.marks)
    return tuple(mark for mark in final_uses(layout.marks) if mark not in sums)


def _annotate(table: InputOutputTable, pack: Pack, described: PackFile) -> InputOutputTable:
    """Add what the pack says of the file as a whole."""
    column = pack.column(described, WHOLE_TABLE)
    notes = (*pack.notes_for(described, [WHOLE_TABLE]), *table.notes)
    if column is None:
        return replace(table, notes=notes)
    scale = column.scale if MONEY.search(column.unit) else None
    return replace(table, notes=notes, unit=column.unit, scale_cny=scale)
