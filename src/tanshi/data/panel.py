"""Load a panel: one row for each unit and year, a numeric column for each role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.data.checks import Keys, ascends, duplicate_faults, gap_faults, jump_faults
from tanshi.data.columns import Sign, numeric_column, read_only, year_column
from tanshi.data.pack_entry import pack_entry
from tanshi.data.reading import scan_table
from tanshi.data.roles import find_column
from tanshi.data.unit_codes import name_codes

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tanshi.data.packs import Note, Pack, PackColumn, PackFile
    from tanshi.data.table import Table


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A checked panel, its rows sorted by unit, then time.

    Parameters
    ----------
    source : str
        File name as the user gave it.
    sha256 : str
        Of the file.
    unit : (n_rows,) tuple of str
    time : (n_rows,) int64, read-only
        Years.
    values : mapping of role to (n_rows,) float64, read-only
        In the units of the file; NaN where blanks were allowed and a cell is blank.
    headers : mapping of role to str
        The column used for each role, unit and time included.
    row_numbers : (n_rows,) int64, read-only
        Row of each record in the file.
    notes : tuple of Note
        Reservations of the data pack about itself and the columns used.
    columns : mapping of role to PackColumn
        What the pack's manifest says of the columns used, so far as it describes them.
    pack : Pack or None
        The pack that the file belongs to.
    """

    source: str
    sha256: str
    unit: tuple[str, ...]
    time: NDArray[np.int64]
    values: Mapping[str, NDArray[np.float64]]
    headers: Mapping[str, str]
    row_numbers: NDArray[np.int64]
    notes: tuple[Note, ...] = ()
    columns: Mapping[str, PackColumn] = field(default_factory=lambda: MappingProxyType({}))
    pack: Pack | None = None


def load_panel(
    path: str | os.PathLike[str],
    *,
    roles: Mapping[str, str | None],
    pack: Pack | None = None,
    balanced: bool = True,
    positive: bool = True,
    allow_blank: bool = False,
    max_jump: float = 1000.0,
    sheet: str | None = None,
) -> Panel:
    """Read a panel and check all of it.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    roles : mapping of role to header or None
        ``"unit"``, ``"time"`` and the numeric columns wanted; None lets the column be
        found, by the manifest or by its header (see `find_column`).
    pack : Pack, optional
        The pack that lists the file. By default the manifest that lies beside the file,
        if it lists it.
    balanced : bool
        Whether every unit must have every year that occurs.
    positive : bool
        Whether every number must be above 0.
    allow_blank : bool
        Whether numeric cells may be blank.
    max_jump : float
        A value more than so many times, or less than one so-manieth of, the median of
        its unit's other years is refused: a column in the wrong unit of measurement for
        some years is off by 1e4 or 1e8. ``inf`` switches the check off.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    Panel

    Raises
    ------
    InputError
        With every fault of the file, of the manifest beside it, of the choice of
        columns and of the cells.
    ValueError
        When `roles` lacks ``"unit"`` or ``"time"``.
    """
    if not {"unit", "time"} <= roles.keys():
        message = "roles must contain 'unit' and 'time'"
        raise ValueError(message)
    table, faults = scan_table(path, sheet=sheet)
    complete = not faults
    faults += _limit_faults(max_jump)
    pack, described = pack_entry(Path(path), table, pack, faults)
    headers = _choose_columns(table, roles, described, faults)
    keys = _read_keys(table, headers, faults)
    sign: Sign = "positive" if positive else "any"
    values = {
        role: numeric_column(table, header, faults, sign=sign, blank=allow_blank)
        for role, header in headers.items()
        if role not in {"unit", "time"}
    }
    if keys is not None:
        faults += duplicate_faults(keys)
        # Rows that could not be taken apart are not in the table: no gap is certain.
        faults += gap_faults(keys) if balanced and complete else []
        for role, column in values.items() if max_jump > 1 else ():
            faults += jump_faults(keys, headers[role], column, max_jump=max_jump)
    if faults or keys is None:
        raise InputError(faults)
    panel = _sort(table, keys, values, headers)
    return _annotate(panel, pack, described) if pack and described else panel


def _limit_faults(max_jump: float) -> list[Fault]:
    if max_jump > 1:
        return []
    remedy = "choose a larger limit, or 'inf' for none"
    return [Fault("limit too small", f"--max-jump {max_jump:g}", "a number above 1", remedy)]


def _choose_columns(
    table: Table,
    roles: Mapping[str, str | None],
    described: PackFile | None,
    faults: list[Fault],
) -> dict[str, str]:
    """Find a header for each role; a role without one is left out, with a fault."""
    headers: dict[str, str] = {}
    for role, explicit in roles.items():
        manifest = described.headers_for(role) if described else ()
        try:
            header = find_column(
                table.headers, role, explicit, manifest=manifest, source=table.source
            )
        except InputError as error:
            faults.extend(error.faults)
            continue
        taken = next((other for other, used in headers.items() if used == header), None)
        if taken is not None:
            fault = Fault(
                "one column for two roles",
                f"'{header}' for {taken} and for {role}",
                "a column of its own for every role",
                f"name the columns with --{taken} and --{role}",
                file=table.source,
                column=header,
            )
            faults.append(fault)
            continue
        headers[role] = header
    return headers


def _read_keys(table: Table, headers: Mapping[str, str], faults: list[Fault]) -> Keys | None:
    """Read unit and time; None when either column was not found."""
    units = name_codes(table, headers["unit"], faults) if "unit" in headers else None
    times = year_column(table, headers["time"], faults) if "time" in headers else None
    if units is None or times is None:
        return None
    years, known = times
    names, codes = units
    return Keys(table.source, headers["time"], names, codes, years, known, table.row_numbers)


def _sort(
    table: Table,
    keys: Keys,
    values: Mapping[str, NDArray[np.float64]],
    headers: Mapping[str, str],
) -> Panel:
    rank = keys.rank
    order = None if ascends(rank) else np.argsort(rank)

    def placed(column: NDArray[Any]) -> NDArray[Any]:
        # Columns of a file in order are handed on as they are.
        return read_only(column if order is None else column[order])

    return Panel(
        source=table.source,
        sha256=table.sha256,
        unit=tuple(np.array(keys.names, dtype=object)[placed(keys.codes)].tolist()),
        time=placed(keys.years),
        values=MappingProxyType({role: placed(column) for role, column in values.items()}),
        headers=MappingProxyType(dict(headers)),
        row_numbers=placed(table.row_numbers),
    )


def _annotate(panel: Panel, pack: Pack, described: PackFile) -> Panel:
    """Add what the pack says of the columns used."""
    found = {role: pack.column(described, header) for role, header in panel.headers.items()}
    return replace(
        panel,
        notes=pack.notes_for(described, panel.headers.values()),
        columns=MappingProxyType({role: column for role, column in found.items() if column}),
        pack=pack,
    )
