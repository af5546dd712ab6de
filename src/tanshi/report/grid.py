"""Values by unit and year, as heat maps and lines show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.study import StudyResult

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Grid:
    """One value a unit and year.

    Parameters
    ----------
    units : list of str
        In ascending order of their average cost.
    years : list of str
        Ascending; an asterisk marks a year with extrapolated data.
    values : (units, years) array
        NaN where there is no observation.
    """

    units: list[str]
    years: list[str]
    values: Array


def unit_year_grid(result: StudyResult, values: Array) -> Grid:
    """Arrange one value an observation by unit and year.

    Parameters
    ----------
    result : StudyResult
    values : (n,) array
        In the order of the study's abatement costs.
    """
    costs = result.costs
    units = costs.averages()["unit"].to_list()
    years = sorted(set(costs.period.tolist()))
    row = {unit: i for i, unit in enumerate(units)}
    column = {year: j for j, year in enumerate(years)}
    matrix = np.full((len(units), len(years)), np.nan)
    rows = [row[unit] for unit in costs.unit]
    matrix[rows, [column[year] for year in costs.period.tolist()]] = values
    starred = result.extrapolated_years
    return Grid(units, [f"{y}*" if y in starred else str(y) for y in years], matrix)
