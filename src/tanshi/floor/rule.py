"""The rule that turns abatement costs into a floor.

Zhang & Chang (2025), Eq. 11: P_floor(t + 1) = min_i MAC_i(t). At that price at least one
unit would rather abate than buy. Assumption: costs of one period stand for the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.floor.results import PriceFloor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike


def set_price_floor(
    unit: Sequence[str],
    period: ArrayLike,
    mac_cny_per_tco2: ArrayLike,
    *,
    observed_period: int | None = None,
) -> PriceFloor:
    """Return the least marginal abatement cost of one period, as the next one's floor.

    Parameters
    ----------
    unit : sequence of str, length n
    period : (n,) array_like of int
    mac_cny_per_tco2 : (n,) array_like
        May hold ``inf`` (no abatement at any price), never NaN.
    observed_period : int, optional
        By default the last one.

    Returns
    -------
    PriceFloor
        Of the first unit in order where several share the least cost.

    Raises
    ------
    InputError
        Lists of different lengths, no observation in that period, a NaN, or no finite cost.

    Examples
    --------
    >>> set_price_floor(["a", "b", "a"], [2017, 2018, 2018], [1.0, 3.0, 2.5]).summary()
    'price floor 2.50 CNY/tCO2 for 2019, the least cost of 2018, set by a'
    """
    periods = np.asarray(period)
    costs = np.asarray(mac_cny_per_tco2, dtype=np.float64)
    if not len(unit) == periods.size == costs.size > 0:
        what, found = "not one cost an observation", f"{len(unit)}, {periods.size}, {costs.size}"
        allowed = "as many units as periods as costs, at least one"
        raise InputError([Fault(what, found, allowed, "give all three for every observation")])
    chosen = int(periods.max()) if observed_period is None else observed_period
    rows = np.flatnonzero(periods == chosen)
    if len(rows) == 0:
        known = f"{periods.min()} to {periods.max()}"
        remedy = "choose a period that the data cover"
        what = "no abatement cost in the floor's period"
        raise InputError([Fault(what, str(chosen), known, remedy, column="observed_period")])
    if not np.isfinite(costs[rows]).any() or np.isnan(costs[rows]).any():
        found = ", ".join(f"{cost:g}" for cost in costs[rows][:5])
        remedy = "look at the flags of the abatement costs"
        what = f"no usable abatement cost in {chosen}"
        raise InputError([Fault(what, found, "numbers, at least one of them finite", remedy)])
    least = rows[int(np.argmin(costs[rows]))]
    return PriceFloor(
        price_cny_per_tco2=float(costs[least]),
        set_by=unit[least],
        observed_period=chosen,
        applies_to=chosen + 1,
    )
