"""Checks that capital, prices and the inventory share; each adds faults to a list."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tanshi.core import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]


def year_ranges(years: Iterable[int]) -> str:
    """Write years as ranges.

    Examples
    --------
    >>> year_ranges([2003, 2000, 2001])
    '2000–2001, 2003'
    """
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def years_where(mask: BoolArray, years: Sequence[int]) -> str:
    """Write the years at which `mask`, of shape (n_years,), is true."""
    return year_ranges(year for year, hit in zip(years, mask, strict=True) if hit)


def choice_faults(value: str, allowed: Sequence[str], column: str) -> list[Fault]:
    """Refuse a name that is not one of `allowed`, and point at the nearest one."""
    if value in allowed:
        return []
    near = difflib.get_close_matches(str(value), allowed, n=1, cutoff=0.0)
    return [
        Fault(
            "unknown option",
            repr(value),
            ", ".join(f"'{name}'" for name in allowed),
            f"did you mean '{near[0]}'?",
            column=column,
        )
    ]


def axis_faults(units: Sequence[str], years: Sequence[int]) -> list[Fault]:
    """Refuse an empty or repeated unit, and years that do not follow one another."""
    faults = []
    repeated = sorted({unit for unit in units if list(units).count(unit) > 1})
    if not units or repeated:
        faults.append(
            Fault(
                "units are not a list of different names",
                f"repeated: {', '.join(repeated)}" if repeated else "no unit at all",
                "one name for each row of the array",
                "give every unit once",
                column="units",
            )
        )
    if not years or list(years) != list(range(years[0], years[0] + len(years))):
        faults.append(
            Fault(
                "years do not follow one another",
                year_ranges(years) or "no year at all",
                "consecutive years, earliest first, one for each column of the array",
                "sort the years and leave blanks for the missing ones",
                column="years",
            )
        )
    return faults


def shape_faults(values: FloatArray, shape: tuple[int, ...], column: str) -> list[Fault]:
    """Refuse an array that does not have one row a unit and one column a year."""
    if values.shape == shape:
        return []
    return [
        Fault(
            "array of the wrong shape",
            str(values.shape),
            f"{shape}: units by years",
            "pivot the table so that every unit has one value a year",
            column=column,
        )
    ]


def value_faults(
    bad: BoolArray,
    values: FloatArray,
    units: Sequence[str],
    years: Sequence[int],
    *,
    what: str,
    allowed: str,
    remedy: str,
    column: str,
) -> list[Fault]:
    """Report the cells of a (n_units, n_years) array that are `bad`, one fault a unit."""
    faults = []
    for unit, row, cells in zip(units, bad, values, strict=True):
        if row.any():
            shown = ", ".join("blank" if np.isnan(cell) else f"{cell:g}" for cell in cells[row][:5])
            faults.append(
                Fault(
                    f"{what}: {unit}, {years_where(row, years)}",
                    shown + (", …" if row.sum() > 5 else ""),
                    allowed,
                    remedy,
                    column=column,
                )
            )
    return faults
