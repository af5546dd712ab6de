"""Checks on a whole panel: doubled rows, gaps, and slips of the unit of measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """Which unit and year each row of a file belongs to, so far as its cells say.

    Parameters
    ----------
    source, time_header : str
        File, and the header of its time column, for messages.
    names : tuple of str
        The units, sorted.
    codes : (n_rows,) int64
        Index into `names`; -1 where the unit is blank.
    years : (n_rows,) int64
    known : (n_rows,) bool
        Whether the year could be read.
    rows : (n_rows,) int64
        Row numbers in the file.
    """

    source: str
    time_header: str
    names: tuple[str, ...]
    codes: NDArray[np.int64]
    years: NDArray[np.int64]
    known: NDArray[np.bool_]
    rows: NDArray[np.int64]

    @property
    def placed(self) -> NDArray[np.bool_]:
        """Whether a row has both unit and year."""
        return self.known & (self.codes >= 0)


def duplicate_faults(keys: Keys) -> list[Fault]:
    """List every row whose unit and year another row already has."""
    placed = keys.placed
    code, year, row = keys.codes[placed], keys.years[placed], keys.rows[placed]
    order = np.lexsort((row, year, code))
    code, year, row = code[order], year[order], row[order]
    same = (code[1:] == code[:-1]) & (year[1:] == year[:-1])
    return [
        Fault(
            "duplicate unit and year",
            f"{keys.names[code[k]]} {year[k]} stands in row {row[k]} and in row {row[k + 1]}",
            "one row for each unit and year",
            "delete or correct one of the two rows",
            file=keys.source,
            row=int(row[k + 1]),
            column=keys.time_header,
        )
        for k in np.flatnonzero(same)
    ]


def gap_faults(keys: Keys) -> list[Fault]:
    """List, unit by unit, the years that other units have and this one lacks.

    A row with a fault of its own in the unit or the year may be the one that seems to be
    missing; what it could fill is not reported a second time.

    Examples
    --------
    >>> keys = Keys("a.csv", "year", ("A", "B"), np.array([0, 0, 1]),
    ...             np.array([2013, 2014, 2014]), np.array([True] * 3), np.array([2, 3, 4]))
    >>> gap_faults(keys)[0].found
    'no row for B in 2013'
    """
    named = keys.codes >= 0
    if np.any(~named & ~keys.known):
        return []
    loose_units = np.unique(keys.codes[named & ~keys.known])
    loose_years = np.unique(keys.years[~named & keys.known])
    every, position = np.unique(keys.years[keys.placed], return_inverse=True)
    pairs = np.unique(keys.codes[keys.placed] * len(every) + position)
    counts = np.bincount(pairs // max(len(every), 1), minlength=len(keys.names))
    faults = []
    for code in np.setdiff1d(np.flatnonzero(counts < len(every)), loose_units):
        first, last = np.searchsorted(pairs, (code * len(every), (code + 1) * len(every)))
        there = every[pairs[first:last] - code * len(every)]
        lacking = np.setdiff1d(every, np.union1d(there, loose_years))
        if lacking.size:
            faults.append(_gap_fault(keys, keys.names[code], lacking, len(every)))
    return faults


def jump_faults(
    keys: Keys, header: str, values: NDArray[np.float64], *, max_jump: float
) -> list[Fault]:
    """List the values that are out of line with their unit's other years.

    Signs are ignored, and so are zeros and NaN.

    Parameters
    ----------
    keys : Keys
    header : str
        Of the column of values.
    values : (n_rows,) float64
    max_jump : float
        A value more than so many times, or less than one so-manieth of, the median of
        its unit's other years is listed.
    """
    usable = np.flatnonzero(keys.placed & np.isfinite(values) & (values != 0))
    size = np.abs(values[usable])
    median = median_of_others(keys.codes[usable], size)
    # A unit with a single year has NaN for a median, which is never out of line.
    with np.errstate(over="ignore", invalid="ignore"):
        ratio = size / median
        jumps = (ratio > max_jump) | (ratio * max_jump < 1)
    return [
        Fault(
            "value out of line with the unit's other years",
            f"{values[k]:.10g} for {keys.names[keys.codes[k]]} in {keys.years[k]}, "
            f"{times:.3g} times {usual:.4g}, the median of its other years",
            f"between 1/{max_jump:g} and {max_jump:g} times that median",
            "check the unit of measurement (万 = 1e4, 亿 = 1e8); if the value is right, "
            "raise the limit with --max-jump",
            file=keys.source,
            row=int(keys.rows[k]),
            column=header,
        )
        for k, times, usual in zip(usable[jumps], ratio[jumps], median[jumps], strict=True)
    ]


def median_of_others(codes: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, for each value, the median of the other values of its unit.

    Between two middle values it is their geometric mean: with two other years, one of
    them 1e4 times too large, the arithmetic mean would make the right value look wrong.

    Parameters
    ----------
    codes : (n,) int64
        Unit of each value.
    values : (n,) float64
        Above 0.

    Returns
    -------
    (n,) float64
        NaN where a unit has one value only.

    Examples
    --------
    >>> median_of_others(np.array([0, 0, 0, 1]), np.array([1.0, 4.0, 9.0, 5.0]))
    array([ 6.,  3.,  2., nan])
    """
    if not len(values):
        return np.empty(0)
    order = np.lexsort((values, codes))
    code, ranked = codes[order], values[order]
    opens = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    size = np.diff(np.r_[opens, len(code)])
    start, others = np.repeat(opens, size), np.repeat(size - 1, size)
    rank = np.arange(len(code)) - start

    def kth_other(k: NDArray[np.int64]) -> NDArray[np.float64]:
        """Value number `k` of the unit once the value itself is taken out."""
        inside = np.where(others > 0, k + (k >= rank), 0)
        return ranked[start + inside]

    middle = np.sqrt(kth_other((others - 1) // 2)) * np.sqrt(kth_other(others // 2))
    result = np.empty(len(values))
    result[order] = np.where(others > 0, middle, np.nan)
    return result


def _gap_fault(keys: Keys, name: str, lacking: NDArray[np.int64], years: int) -> Fault:
    return Fault(
        "missing unit and year",
        f"no row for {name} in {', '.join(str(year) for year in lacking)}",
        f"a row for every unit in each of the {years} years",
        f"add the rows, leave {name} out, or accept gaps with --unbalanced",
        file=keys.source,
        column=keys.time_header,
    )
