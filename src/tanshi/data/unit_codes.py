"""Names of units as codes: in a panel every name stands in many rows, and is held once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.data.columns import is_text, text_column

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from tanshi.core import Fault
    from tanshi.data.table import Table


def name_codes(
    table: Table, header: str, faults: list[Fault]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Read a column of names or codes as `text_column` does, every name held once.

    Returns
    -------
    names : tuple of str
        Distinct, sorted.
    codes : (n_rows,) int64
        Index into `names`; -1 where the cell is blank.

    Examples
    --------
    >>> import numpy as np
    >>> from tanshi.data.table import Table
    >>> table = Table("a.csv", "", ("unit",), (("B", " A", "B", 7),), np.array([2, 3, 4, 5]))
    >>> names, codes = name_codes(table, "unit", [])
    >>> names, codes.tolist()
    (('7', 'A', 'B'), [2, 1, 2, 0])
    """
    column = table.column(header)
    clean = None if isinstance(column, tuple) else _clean_name_codes(column)
    if clean is not None:
        return clean
    each = text_column(table, header, faults)
    names = tuple(sorted(set(each) - {""}))
    code_of = {name: code for code, name in enumerate(names)} | {"": -1}
    codes = np.fromiter(map(code_of.__getitem__, each), dtype=np.int64, count=len(each))
    return names, codes


def _clean_name_codes(series: pl.Series) -> tuple[tuple[str, ...], NDArray[np.int64]] | None:
    """Code a typed column at once; None when a cell needs a closer look."""
    import polars as pl

    if series.null_count() or not (is_text(series) or series.dtype.is_integer()):
        return None
    # In a file sorted by unit the cells of each are one run, and the runs are the names.
    runs = series.cast(pl.String).rle().struct
    each, lengths = runs.field("value"), runs.field("len").to_numpy()
    ordered = each.is_sorted()
    names = each if ordered else each.unique().sort()
    listed: list[str] = names.to_list()
    if not listed or not listed[0] or [*map(str.strip, listed)] != listed:
        return None
    codes = pl.Series(range(len(each))) if ordered else each.cast(pl.Enum(names)).to_physical()
    return tuple(listed), np.repeat(codes.to_numpy().astype(np.int64), lengths)
