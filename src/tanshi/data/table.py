"""A table as it was read: headers and raw or typed columns, not yet interpreted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

Cell: TypeAlias = str | float | int | bool | None
Column: TypeAlias = "tuple[Cell, ...] | pl.Series"


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What a file holds, before anybody asks what it means.

    Attributes
    ----------
    source : str
        File name as the user gave it.
    sha256 : str
        Of the file's bytes, in hexadecimal.
    headers : tuple of str
        Surrounding spaces removed; otherwise as written.
    columns : tuple
        One for each header: raw cells (text files, spreadsheets) or a polars
        series (Stata, Parquet), which is handed on without a copy.
    row_numbers : (n_rows,) int64
        Row of each record as a spreadsheet counts it. Blank rows are left out of
        the columns but still count.
    delimiter : str
        What separates the cells of a text file; empty for the other formats.
    """

    source: str
    sha256: str
    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    row_numbers: NDArray[np.int64]
    delimiter: str = ""

    @property
    def first_row(self) -> int:
        """Row number of the first record."""
        return int(self.row_numbers[0])

    def column(self, header: str) -> Column:
        """Return the column under a header that `headers` contains.

        Raises
        ------
        KeyError
            When no column has this header.
        """
        if header not in self.headers:
            raise KeyError(header)
        return self.columns[self.headers.index(header)]
