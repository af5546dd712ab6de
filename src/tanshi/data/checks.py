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

    @property
    def rank(self) -> NDArray[np.int64]:
        """A number for each row that grows with the unit, then the year."""
        first, last = (int(bound) for bound in (self.years.min(), self.years.max()))
        return self.codes * (last - first + 1) + (self.years - first)


def duplicate_faults(keys: Keys) -> list[Fault]:
    """List every row whose unit and year another row already has."""
    placed = keys.placed
    rank = keys.rank[placed]
    if ascends(rank) or ascends(np.sort(rank)):
        return []
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


def ascends(rank: NDArray[np.int64]) -> bool:
    """Tell whether every number is above the one before."""
    return bool((rank[1:] > rank[:-1]).all())


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
    if _complete(keys):
        return []
    named = keys.codes >= 0
    if np.any(~named & ~keys.known):
        return []
    loose_units = np.unique(keys.codes[named & ~keys.known])
    loose_years = np.unique(keys.years[~named & keys.known])
    every, position = np.unique(keys.years[keys.placed], return_inverse=True)
    pairs = np.unique(keys.codes[keys.placed] * len(every) + position)
    counts = np.bincount(pairs // max(len(every), 1), minlength=len(keys.names))
    ends = np.cumsum(counts)
    excused = np.isin(every, loose_years)
    faults = []
    for code in np.setdiff1d(np.flatnonzero(counts < len(every)), loose_units).tolist():
        there = excused.copy()
        there[pairs[ends[code] - counts[code] : ends[code]] - code * len(every)] = True
        if not there.all():
            faults.append(_gap_fault(keys, keys.names[code], every[~there], len(every)))
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
    usable = _spread_units(keys, values, max_jump=max_jump)
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


def _complete(keys: Keys) -> bool:
    """Tell at little cost whether every unit has every year; False may still mean it has."""
    if not keys.placed.all():
        return False
    first = int(keys.years.min())
    occurs = np.bincount(keys.years - first) > 0
    years = int(occurs.sum())
    if len(keys.names) * years > len(keys.years):
        return False
    there = np.zeros(len(keys.names) * years, dtype=bool)
    position = np.cumsum(occurs) - 1
    there[keys.codes * years + position[keys.years - first]] = True
    return bool(there.all())


def _spread_units(keys: Keys, values: NDArray[np.float64], *, max_jump: float) -> NDArray[np.intp]:
    """Return the usable rows of units whose values are too far apart to pass unseen.

    A median lies between the least and the greatest of its values: where the greatest is
    less than `max_jump` times the least, no value is out of line with any others.
    """
    usable = keys.placed & np.isfinite(values) & (values != 0)
    codes, size = keys.codes, np.abs(values)
    if not usable.all():
        codes, size = codes[usable], size[usable]
    least = np.full(len(keys.names), np.inf)
    greatest = np.zeros(len(keys.names))
    np.minimum.at(least, codes, size)
    np.maximum.at(greatest, codes, size)
    with np.errstate(over="ignore", invalid="ignore"):
        # A margin far above the rounding of a median; no value at all leaves inf behind.
        spread = greatest >= (1.0 - 1e-9) * max_jump * least
    if not spread.any():
        return np.empty(0, dtype=np.intp)
    # Blank units have the code -1, and are never usable.
    return np.flatnonzero(usable & spread[keys.codes])


def _gap_fault(keys: Keys, name: str, lacking: NDArray[np.int64], years: int) -> Fault:
    return Fault(
        "missing unit and year",
        f"no row for {name} in {', '.join(str(year) for year in lacking)}",
        f"a row for every unit in each of the {years} years",
        f"add the rows, leave {name} out, or accept gaps with --unbalanced",
        file=keys.source,
        column=keys.time_header,
    )
