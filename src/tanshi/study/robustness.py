"""How far the floor moves with the direction of the distance, and with null-jointness.

The direction (g_y, -g_b) says how much output counts against how much emission when the
distance to a surface is measured, both divided by their means. It is a choice, not a
finding. Of the two numbers only the ratio matters: with (c g_y, c g_b) every distance is
divided by c, and so the same surfaces are optimal and every output weight w and shadow
price stays (the margin of null-jointness, 1e-6 of a distance, aside). With either number at
0 the translation property D(x, y + g_y a, b - g_b a) = D - a no longer involves that output,
and D = b + Q(x, s) with s = y + b, from which all prices here come, does not exist: those
limits are other models and are refused.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.core import Fault, InputError
from tanshi.floor import set_price_floor
from tanshi.study.engine import reported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanshi.frontier import FrontierInputs
    from tanshi.frontier.bootstrap import CostRules
    from tanshi.study.engine import Engine
    from tanshi.study.run import Progress

DIRECTIONS = ((1.0, 1.0), (1.0, 0.5), (0.5, 1.0), (1.0, 0.25), (0.25, 1.0))


def direction_table(
    inputs: FrontierInputs,
    rules: CostRules,
    *,
    engine: Engine,
    progress: Progress | None = None,
    directions: Sequence[tuple[float, float]] = DIRECTIONS,
    observed_period: int | None = None,
) -> pl.DataFrame:
    """Estimate in every direction, with null-jointness and without.

    Parameters
    ----------
    inputs : FrontierInputs
        A whole panel; its own direction is not used.
    rules : CostRules
        A `BootstrapPlan` holds them too; its null-jointness is not used.
    engine : Engine
        Entered; the result does not depend on it.
    progress : Progress, optional
        Told of each estimate.
    directions : sequence of (g_y, g_b), both > 0
        How far output rises while emissions fall, each in its own mean.
    observed_period : int, optional
        The floor's; by default the last.

    Returns
    -------
    polars.DataFrame
        Columns direction_output, direction_emissions, null_jointness, floor_cny_per_tco2,
        set_by, median_mac_cny_per_tco2, infinite (how many costs are), coverage_of_last_tau,
        largest_coverage_error (of coverage minus tau, by size), crossings. Null-jointness
        on comes first for each direction.

    Raises
    ------
    InputError
        No direction, or components that are not above 0 and finite, with every fault.
    """
    panels = _panels(inputs, directions)
    places = list(product(range(len(panels)), (True, False)))
    items = [(panels[place], replace(rules, null_jointness=switch)) for place, switch in places]
    rows = engine.results(_found, (observed_period,), items)
    return pl.DataFrame(list(reported(rows, progress, total=len(items))))


def _panels(
    inputs: FrontierInputs, directions: Sequence[tuple[float, float]]
) -> list[FrontierInputs]:
    panels = []
    faults: list[Fault] = []
    for direction in directions:
        try:
            panels.append(replace(inputs, direction=direction))
        except InputError as error:
            faults += error.faults
    if not directions:
        remedy = "leave it out for the usual ones"
        faults.append(Fault("no direction", "nothing", "one or more", remedy, column="directions"))
    if faults:
        raise InputError(faults)
    return panels


def _found(
    observed_period: int | None, item: tuple[FrontierInputs, CostRules]
) -> dict[str, object]:
    """Return one row."""
    inputs, rules = item
    estimate = rules.estimate(inputs)
    costs = rules.costs(estimate)
    mac = costs.mac_cny_per_tco2
    floor = set_price_floor(costs.unit, costs.period, mac, observed_period=observed_period)
    error = estimate.coverage - np.asarray(estimate.taus)
    return {
        "direction_output": inputs.direction[0],
        "direction_emissions": inputs.direction[1],
        "null_jointness": rules.null_jointness,
        "floor_cny_per_tco2": floor.price_cny_per_tco2,
        "set_by": floor.set_by,
        "median_mac_cny_per_tco2": float(np.median(mac)),
        "infinite": int(np.isinf(mac).sum()),
        "coverage_of_last_tau": float(estimate.coverage[-1]),
        "largest_coverage_error": float(error[np.abs(error).argmax()]),
        "crossings": estimate.crossings,
    }
