"""Read the rows of `tanshi personal single`, `two-sided` and `estimate`: columns by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tanshi.data.amounts import find_headers
from tanshi.data.benchmark_columns import unused_headers
from tanshi.data.columns import numeric_column, text_column
from tanshi.data.reading import scan_table
from tanshi.data.roles import plain

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tanshi.core import Fault


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
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    PersonalColumns

    Raises
    ------
    InputError
        When nothing of the file can be used. Every other fault is in the result: a column
        that is not there, a blank cell, no number.
    """
    table, faults = scan_table(path, sheet=sheet)
    there = {plain(header) for header in table.headers}
    wanted = [*required, *(name for name in (*optional, *texts) if plain(name) in there)]
    headers = find_headers(table, dict.fromkeys(wanted), faults)
    values = {
        name: numeric_column(table, header, faults, sign="any")
        for name, header in headers.items()
        if name not in texts
    }
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
        unused=unused_headers(table, headers),
    )
