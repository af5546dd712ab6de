"""Who would abate at a price: the supply curve of abatement.

A unit whose marginal abatement cost lies below the price would rather abate than buy.
Sorted by cost, the units' emissions add up to the share that a price reaches. It is a
count of who acts, not of tonnes abated: a marginal cost says nothing about the second tonne.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.floor.results import AbatementSupply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike


def abatement_supply(
    unit: Sequence[str], mac_cny_per_tco2: ArrayLike, emissions_tco2: ArrayLike
) -> AbatementSupply:
    """Return units in ascending order of cost with the share of emissions reached.

    Parameters
    ----------
    unit : sequence of str, length n
        Of one period.
    mac_cny_per_tco2 : (n,) array_like, >= 0
        ``inf`` is allowed: such a unit acts at no price.
    emissions_tco2 : (n,) array_like, > 0

    Returns
    -------
    AbatementSupply

    Raises
    ------
    InputError
        No unit, lists of different lengths, emissions that are not positive, a cost that is
        negative or NaN.

    Examples
    --------
    >>> supply = abatement_supply(["a", "b"], [30.0, 10.0], [60.0, 40.0])
    >>> supply.unit, supply.share_reached_percent.tolist(), supply.share_below(20.0)
    (('b', 'a'), [40.0, 100.0], 40.0)
    """
    cost = np.asarray(mac_cny_per_tco2, dtype=np.float64)
    emissions = np.asarray(emissions_tco2, dtype=np.float64)
    if not len(unit) == cost.size == emissions.size:
        what, found = "not one cost a unit", f"{len(unit)}, {cost.size}, {emissions.size}"
        allowed, remedy = "as many units as costs as emissions", "give all three for every unit"
        raise InputError([Fault(what, found, allowed, remedy)])
    wrong = ~(cost >= 0) | ~(np.isfinite(emissions) & (emissions > 0))
    faults = [
        Fault(
            f"{unit[i]} cannot stand on the curve",
            f"cost {cost[i]:g}, emissions {emissions[i]:g}",
            "a cost of 0 or more and emissions above 0",
            "correct or drop the unit",
        )
        for i in np.flatnonzero(wrong).tolist()
    ]
    if len(unit) == 0:
        faults.append(Fault("no unit", "nothing", "one or more", "choose another period"))
    if faults:
        raise InputError(faults)
    order = np.argsort(cost, kind="stable")
    share = 100.0 * np.cumsum(emissions[order]) / emissions.sum()
    return AbatementSupply(
        unit=tuple(unit[i] for i in order),
        mac_cny_per_tco2=frozen(cost[order]),
        emissions_tco2=frozen(emissions[order]),
        share_reached_percent=frozen(share),
    )
