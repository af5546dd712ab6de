"""The conditions that numbers of the personal market have to meet, checked all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

FloatArray: TypeAlias = NDArray[np.float64]

TIE = 1e-12  # relative: numbers nearer to each other than this are one, apart from rounding


@dataclass(frozen=True, slots=True)
class Condition:
    """What one number has to meet.

    Parameters
    ----------
    says : str
        The condition, as a message names it: ``"credit_cost e > 0"``.
    remedy : str
    least, greatest : float
    above, below : bool
        Whether the ends themselves are left out.
    """

    says: str
    remedy: str
    least: float = -np.inf
    greatest: float = np.inf
    above: bool = False
    below: bool = False

    def broken(self, values: FloatArray) -> NDArray[np.bool_]:
        """Return where `values`, of shape (n_rows,), do not meet the condition."""
        low = values > self.least if self.above else values >= self.least
        high = values < self.greatest if self.below else values <= self.greatest
        return ~(np.isfinite(values) & low & high)


def exceeds(left: FloatArray, right: FloatArray) -> NDArray[np.bool_]:
    """Return where `left` is greater than `right` by more than rounding, (n_rows,).

    Examples
    --------
    >>> exceeds(np.array([7 * 0.1, 0.71]), np.array([0.7, 0.7])).tolist()
    [False, True]
    """
    return np.asarray(left - right > TIE * np.maximum(np.abs(left), np.abs(right)))


def checked_columns(
    values: Mapping[str, object], conditions: Mapping[str, Condition]
) -> dict[str, FloatArray]:
    """Return the values as read-only columns of one length.

    Parameters
    ----------
    values : mapping of name to array_like
        Each of shape (n_rows,); a single number stands for all rows.
    conditions : mapping of name to Condition

    Raises
    ------
    InputError
        Every number that breaks its condition, by row (the first is 1) and column; columns
        of different lengths; no row.
    """
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
    lengths = {array.size for array in arrays.values() if array.ndim}
    if any(array.ndim > 1 for array in arrays.values()) or len(lengths) > 1 or lengths == {0}:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items() if array.ndim)
        raise InputError(
            [
                Fault(
                    "columns are not of one length",
                    shapes,
                    "columns with the same number of rows, at least one; single numbers",
                    "give every column one number a row",
                )
            ]
        )
    n_rows = lengths.pop() if lengths else 1
    columns = {name: frozen(np.broadcast_to(array, n_rows)) for name, array in arrays.items()}
    faults = [
        Fault(
            "impossible input",
            "not a number" if np.isnan(column[row]) else f"{column[row]:.10g}",
            conditions[name].says,
            conditions[name].remedy,
            row=row + 1,
            column=name,
        )
        for name, column in columns.items()
        for row in np.flatnonzero(conditions[name].broken(column)).tolist()
    ]
    if faults:
        raise InputError(sorted(faults, key=lambda fault: fault.row or 0))
    return columns


def refuse_overflow(columns: Mapping[str, FloatArray]) -> None:
    """Refuse rows whose results cannot be stored as numbers.

    Raises
    ------
    InputError
        One fault a row, naming the first result that is not finite.
    """
    found: dict[int, str] = {}
    for name, column in columns.items():
        for row in np.flatnonzero(~np.isfinite(column)).tolist():
            found.setdefault(row, name)
    if found:
        raise InputError(
            [
                Fault(
                    "numbers of the row are too large or too small to calculate with",
                    f"no finite {name}",
                    "numbers whose products and quotients a computer can store",
                    "state the row in other units, for example tonnes in place of grams",
                    row=row + 1,
                )
                for row, name in sorted(found.items())
            ]
        )
