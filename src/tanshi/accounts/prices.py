"""Turn values at current prices into values at the prices of one base year.

Statistical offices publish indices on "previous year = 100". A *volume* index says
how much the quantity grew, a *price* index how much dearer it became, and

    value_t / value_{t-1} = volume_t / 100 x price_t / 100.

Chaining either of them from a base year gives a level whose base is one. Zhang &
Chang (2025, section 4.1) state regional product at constant 2013 prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from tanshi.accounts._checks import (
    axis_faults,
    choice_faults,
    shape_faults,
    value_faults,
)
from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from tanshi.accounts._checks import FloatArray

PriceMethod = Literal["volume", "deflator", "published"]
METHODS = ("volume", "deflator", "published")


def chain_index(previous_year_100: ArrayLike, base_position: int) -> FloatArray:
    """Chain a "previous year = 100" index into a level that is one in the base year.

    Parameters
    ----------
    previous_year_100 : array_like, shape (..., n_years)
        Index of each year on the year before. The value of the first year is never
        used, since no earlier year is known; it may be NaN.
    base_position : int
        Position of the base year on the last axis, counted from 0.

    Returns
    -------
    ndarray, shape (..., n_years)
        Read-only; 1 at the base year. A NaN inside makes every level unknown (NaN)
        that lies beyond it, seen from the base year.

    Raises
    ------
    InputError
        An index at or below zero or infinite, or a base position outside the years.

    Examples
    --------
    >>> chain_index([110.0, 120.0, 105.0], base_position=1).round(4).tolist()
    [0.8333, 1.0, 1.05]
    """
    ratio = np.atleast_1d(np.asarray(previous_year_100, dtype=np.float64)) / 100.0
    n_years = ratio.shape[-1]
    faults = []
    if not 0 <= base_position < n_years:
        faults.append(
            Fault(
                "base year outside the series",
                f"position {base_position}",
                f"0 to {n_years - 1}",
                "choose a base year the index covers",
                column="base_position",
            )
        )
    used = ratio[..., 1:]
    if np.any((used <= 0.0) | np.isinf(used)):
        faults.append(
            Fault(
                "not an index on the previous year",
                f"{used[(used <= 0.0) | np.isinf(used)][0] * 100.0:g}",
                "a number above 0, near 100",
                "give the index with the previous year as 100, not a growth rate",
                column="index",
            )
        )
    if faults:
        raise InputError(faults)

    level = np.ones_like(ratio)
    level[..., base_position + 1 :] = np.cumprod(ratio[..., base_position + 1 :], axis=-1)
    backwards = np.cumprod(ratio[..., base_position:0:-1], axis=-1)
    level[..., :base_position] = 1.0 / backwards[..., ::-1]
    return frozen(level)


def constant_prices(
    nominal: ArrayLike,
    index: ArrayLike,
    years: Sequence[int],
    base_year: int,
    *,
    method: PriceMethod = "volume",
    units: Sequence[str] | None = None,
) -> FloatArray:
    """Restate values at the prices of `base_year`.

    Parameters
    ----------
    nominal : array_like, shape (n_years,) or (n_units, n_years)
        Values at current prices, in any unit of money.
    index : array_like, same shape
        Previous year = 100. For ``"volume"`` and ``"published"`` the *volume* index,
        for ``"deflator"`` the *price* index. The first year's is not used.
    years : sequence of int
        Consecutive years.
    base_year : int
        One of `years`.
    method : {"volume", "deflator", "published"}
        ``"volume"``: the base year's nominal value carried along by the volume index.
        ``"deflator"``: the nominal value over the chained price index. Both are
        constant-price output, and they agree where price = value / volume.
        ``"published"``: the nominal value over the chained *volume* index.
    units : sequence of str, optional
        Names for messages; by default "row 1", "row 2", …

    Returns
    -------
    ndarray, shape of `nominal`
        Read-only, in the unit of `nominal`.

    Raises
    ------
    InputError
        A shape that does not fit, a missing or impossible value, an unknown method,
        or a base year outside the years.

    Notes
    -----
    ``"published"`` is **not** output at constant prices. Dividing value by volume takes
    out the growth of quantities and leaves the base year's output revalued by later
    *prices*: a price level times a constant. A region whose real output doubles at
    stable prices would show no growth at all. It exists because, of all variants tried,
    its mean and deviation come nearest to those printed in Table 2 of Zhang & Chang
    (2025), so that a reader can see what the choice does to the price floor. Use it for
    that comparison only.

    Examples
    --------
    Output grows from 100 to 132: 10 % more of it, 20 % dearer.

    >>> constant_prices([100.0, 132.0], [100.0, 110.0], (2013, 2014), 2013).round(9).tolist()
    [100.0, 110.0]
    >>> constant_prices([100.0, 132.0], [100.0, 120.0], (2013, 2014), 2013,
    ...                 method="deflator").round(9).tolist()
    [100.0, 110.0]
    >>> constant_prices([100.0, 132.0], [100.0, 110.0], (2013, 2014), 2013,
    ...                 method="published").round(9).tolist()
    [100.0, 120.0]
    """
    values = np.asarray(nominal, dtype=np.float64)
    changes = np.asarray(index, dtype=np.float64)
    faults = choice_faults(method, METHODS, "method")
    faults = faults or _series_faults(values, changes, years, base_year, units)
    if faults:
        raise InputError(faults)
    base = years.index(base_year)
    level = chain_index(changes, base)
    if method == "volume":
        return frozen(values[..., base : base + 1] * level)
    return frozen(values / level)


def _series_faults(
    values: FloatArray,
    changes: FloatArray,
    years: Sequence[int],
    base_year: int,
    units: Sequence[str] | None,
) -> list[Fault]:
    rows = np.atleast_2d(values)
    names = list(units) if units is not None else [f"row {i + 1}" for i in range(len(rows))]
    shape = (len(names), len(years))
    faults = axis_faults(names, years)
    faults += shape_faults(rows, shape, "nominal")
    faults += shape_faults(np.atleast_2d(changes), shape, "index")
    if base_year not in years:
        faults.append(
            Fault(
                "base year outside the series",
                str(base_year),
                f"{years[0]} to {years[-1]}" if years else "a year of the series",
                "choose a base year the series covers",
                column="base_year",
            )
        )
    if faults:
        return faults

    steps = np.atleast_2d(changes).copy()
    steps[:, 0] = 100.0
    return value_faults(
        ~(np.isfinite(rows) & (rows >= 0.0)),
        rows,
        names,
        years,
        what="value missing or impossible",
        allowed="a number of at least 0",
        remedy="fill the blank or leave the unit out",
        column="nominal",
    ) + value_faults(
        ~(np.isfinite(steps) & (steps > 0.0)),
        steps,
        names,
        years,
        what="index missing or impossible",
        allowed="a number above 0, previous year = 100",
        remedy="fill the blank or leave the unit out",
        column="index",
    )
