"""What the readers of short tables share: columns by role, units in headers, doubled rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.data.columns import numeric_column
from tanshi.data.roles import find_column
from tanshi.data.unit_text import scale_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.data.table import Table

UNIT_IN_HEADER = re.compile(r".[(\[（［]([^()\[\]（）［］]*)[)\]）］]\s*$")


def find_headers(
    table: Table, roles: Mapping[str, str | None], faults: list[Fault]
) -> dict[str, str]:
    """Find a header for each role; a role without one is left out, with a fault.

    Parameters
    ----------
    table : Table
    roles : mapping of role to header or None
        None lets the column be found (see `find_column`).
    faults : list of Fault
        Every role without a column, or with several, is appended.
    """
    headers: dict[str, str] = {}
    for role, explicit in roles.items():
        try:
            headers[role] = find_column(table.headers, role, explicit, source=table.source)
        except InputError as error:
            remedy = f"name one column '{role}', and no other as if it were the same"
            faults.extend(replace(fault, remedy=remedy) for fault in error.faults)
    return headers


def amount_column(
    table: Table,
    header: str | None,
    faults: list[Fault],
    *,
    blank: bool = False,
    unit: float = 1.0,
) -> NDArray[np.float64]:
    """Read a column of amounts of 0 or more, in tonnes, CNY or whatever its header names.

    Parameters
    ----------
    table : Table
    header : str or None
        None, for a column that is not there, yields NaN.
    faults : list of Fault
        Every unusable cell is appended.
    blank : bool
        Whether a cell may be blank.
    unit : float
        Amount of one unit where the header does not name a unit.

    Examples
    --------
    >>> from tanshi.data.table import Table
    >>> table = Table("a.csv", "", ("成交量（万吨）",), (("1.5", "20"),), np.array([2, 3]))
    >>> amount_column(table, "成交量（万吨）", [])
    array([ 15000., 200000.])
    """
    if header is None:
        return np.full(len(table.row_numbers), np.nan)
    stated = UNIT_IN_HEADER.search(header)
    scale = scale_of(stated[1]) if stated else None
    values = numeric_column(table, header, faults, sign="nonnegative", blank=blank)
    return values * (unit if scale is None else scale)


def doubled_faults(
    table: Table, header: str, what: str, keys: Sequence[Hashable | None]
) -> list[Fault]:
    """List every row whose key another row already has.

    Parameters
    ----------
    table : Table
    header : str
        Column to name in the faults.
    what : str
        What the key is, such as ``"day and board"``.
    keys : sequence, length n_rows
        Tuples of text; None where a row has no key.
    """
    faults = []
    first: dict[Hashable, int] = {}
    for key, row in zip(keys, table.row_numbers.tolist(), strict=True):
        if key is None or first.setdefault(key, row) == row:
            continue
        told = " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
        fault = Fault(
            f"duplicate {what}",
            f"{told} stands in row {first[key]} and in row {row}",
            f"one row for each {what}",
            "delete or correct one of the two rows",
            table.source,
            row,
            header,
        )
        faults.append(fault)
    return faults
