"""Read the rows of `tanshi personal single`, `two-sided` and `estimate`: columns by name."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault
from tanshi.data.amounts import find_headers
from tanshi.data.benchmark_columns import unused_headers
from tanshi.data.columns import numeric_column, text_column
from tanshi.data.reading import scan_table
from tanshi.data.roles import plain

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

NEAR = 0.76  # `match` is near to matching, `fee_d`, a column of results, not near to fee


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PersonalColumns:
    """Columns of numbers as read, with the faults found on the way.

    The faults are handed on, not raised: what a number may be, the model knows, and a user
    hears of both at once.

    Parameters
    ----------
    source, sha256 : str
        File, and its hash.
    values : dict of name to (n_rows,) float64
        NaN where a cell could not be read. Optional columns only where the file has them.
    headers : dict of name to str
        Header of each column in the file.
    row_numbers : (n_rows,) int64
        As a spreadsheet counts them.
    faults : tuple of Fault
    texts : dict of name to tuple of str
        Columns of names, only where the file has them.
    unused : tuple of str
        Headers of columns that are not read.
    """

    source: str
    sha256: str
    values: dict[str, NDArray[np.float64]]
    headers: dict[str, str]
    row_numbers: NDArray[np.int64]
    faults: tuple[Fault, ...]
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


def load_personal_columns(
    path: str | os.PathLike[str],
    *,
    required: Sequence[str],
    optional: Sequence[str],
    texts: Sequence[str] = (),
    defaults: Mapping[str, float] | None = None,
    sheet: str | None = None,
) -> PersonalColumns:
    """Read columns of numbers by name, in any order, whatever other columns there are.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    required, optional : sequence of str
        Names; headers are compared without regard to case, spaces, hyphens and a unit in
        brackets at the end.
    texts : sequence of str
        Optional columns of names.
    defaults : mapping of name to float, optional
        Of optional columns: what a blank cell stands for. In other columns none may be blank.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    PersonalColumns

    Raises
    ------
    InputError
        When nothing of the file can be used. Every other fault is in the result: a column
        that is not there, a blank cell, no number, a header that is nearly the name of an
        optional column which is not there.
    """
    table, faults = scan_table(path, sheet=sheet)
    there = {plain(header) for header in table.headers}
    wanted = [*required, *(name for name in (*optional, *texts) if plain(name) in there)]
    headers = find_headers(table, dict.fromkeys(wanted), faults)
    standing = defaults or {}
    values = {}
    for name, header in headers.items():
        if name not in texts:
            read = numeric_column(table, header, faults, sign="any", blank=name in standing)
            values[name] = np.where(np.isnan(read), standing.get(name, np.nan), read)
    unused = unused_headers(table, headers)
    missing = [name for name in (*optional, *texts) if name not in headers]
    faults += _nearly_named(unused, missing, table.source)
    names = {
        name: tuple(text_column(table, headers[name], faults)) for name in texts if name in headers
    }
    return PersonalColumns(
        source=table.source,
        sha256=table.sha256,
        values=values,
        headers=headers,
        row_numbers=table.row_numbers,
        faults=tuple(faults),
        texts=names,
        unused=unused,
    )


def _nearly_named(unused: Iterable[str], names: Sequence[str], source: str) -> list[Fault]:
    """Refuse headers that are nearly the name of an optional column: they would do nothing."""
    found = []
    for header in unused:
        near = difflib.get_close_matches(plain(header), names, n=1, cutoff=NEAR)
        if near:
            found.append(
                Fault(
                    "column that would not be read",
                    f"'{header}'",
                    f"the optional columns {', '.join(names)}",
                    f"did you mean '{near[0]}'? Else give the column a name less like it",
                    file=source,
                    column=header,
                )
            )
    return found
