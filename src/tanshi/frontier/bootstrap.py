"""Uncertainty of abatement costs: the panel block bootstrap.

Whole units are drawn with replacement, each with all its periods, so that dependence over
time stays inside the blocks. The surfaces are estimated on the drawn panel, and the costs
of the *original* observations are read off them. The direction stays (1, -1) on the
original normalisation in every replicate: it belongs to the question, not to the sample.
Inequality constraints bind, where the ordinary bootstrap can be inconsistent (Andrews
2000, Econometrica 68, 399-405): drawing fewer units than there are, m out of n, is the
remedy and an option; its intervals are rescaled by sqrt(m / n) around the estimate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, NotIdentifiedError, frozen
from tanshi.frontier.abatement_cost import estimate_abatement_costs
from tanshi.frontier.quantile import PAPER_TAUS, estimate_quantile_frontier
from tanshi.frontier.results import CostIntervals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.frontier.inputs import FrontierInputs
    from tanshi.frontier.results import AbatementCosts

    Array = NDArray[np.float64]

MOST_REDRAWS = 100  # of a replicate whose units do not identify the parameters


@dataclass(frozen=True, kw_only=True)
class BootstrapPlan:
    """What is drawn and estimated in every replicate.

    Parameters
    ----------
    seed : int
        Replicate r has a random stream of its own made of `seed` and r, so that results do
        not depend on who computes which replicate.
    units_drawn : int or None
        m of m out of n; None draws as many units as there are.
    taus, null_jointness : as in `estimate_quantile_frontier`
    payment_rule, payment_share, position : as in `estimate_abatement_costs`
    """

    seed: int
    units_drawn: int | None = None
    taus: Sequence[float] = PAPER_TAUS
    null_jointness: bool = True
    payment_rule: str = "published"
    payment_share: float = 0.2
    position: str = "published"


def bootstrap_costs(
    inputs: FrontierInputs, plan: BootstrapPlan, replicates: Sequence[int]
) -> Array:
    """Return the costs of the original observations in some replicates.

    Parameters
    ----------
    inputs : FrontierInputs
    plan : BootstrapPlan
    replicates : sequence of int, length R
        Numbers of the replicates to compute; any split of a range gives the same draws.

    Returns
    -------
    (R, n) array
        CNY per tonne of CO2.

    Raises
    ------
    InputError
        `units_drawn` below 2 or above the number of units.
    NotIdentifiedError
        A hundred draws in a row did not identify the parameters.
    """
    units = np.unique(np.array(inputs.unit), return_inverse=True)[1]
    count = int(units.max()) + 1
    drawn = count if plan.units_drawn is None else plan.units_drawn
    if not 2 <= drawn <= count:
        allowed = f"2 to {count}, the number of units"
        remedy = "leave it out to draw as many units as there are"
        fault = Fault(
            "cannot draw so many units", str(drawn), allowed, remedy, column="units_drawn"
        )
        raise InputError([fault])
    rows_of = [np.flatnonzero(units == unit) for unit in range(count)]
    return frozen(
        np.stack([_replicate(inputs, plan, rows_of, drawn, number) for number in replicates])
    )


def percentile_intervals(
    draws: Array, estimate: Array, *, level: float = 0.95, shrink: float = 1.0
) -> tuple[Array, Array]:
    """Return percentile intervals, by column of the draws.

    Parameters
    ----------
    draws : (R, n) array
        May hold ``inf``: order statistics are taken, never interpolated.
    estimate : (n,) array
        On the full sample; the centre when draws are rescaled.
    level : float in (0, 1), default 0.95
    shrink : float, default 1
        sqrt(m / n) where m of n units were drawn.

    Returns
    -------
    lower, upper : (n,) arrays

    Examples
    --------
    >>> low, high = percentile_intervals(np.arange(1.0, 101.0)[:, None], np.array([50.0]))
    >>> low.tolist(), high.tolist()
    ([3.0], [98.0])
    """
    tail = (1.0 - level) / 2.0
    ends = np.quantile(draws, [tail, 1.0 - tail], axis=0, method="inverted_cdf")
    if shrink != 1.0:
        finite = np.isfinite(ends) & np.isfinite(estimate)
        ends = np.where(finite, estimate + shrink * (ends - estimate), ends)
    return ends[0], ends[1]


def cost_intervals(
    draws: Array, costs: AbatementCosts, plan: BootstrapPlan, *, level: float = 0.95
) -> CostIntervals:
    """Return the intervals of every cost and of the floor from bootstrap draws.

    Parameters
    ----------
    draws : (R, n) array
        As `bootstrap_costs` returns them.
    costs : AbatementCosts
        The estimate on the full sample, under the same rules.
    plan : BootstrapPlan
    level : float, default 0.95
    """
    units = len(set(costs.unit))
    shrink = 1.0 if plan.units_drawn is None else float(np.sqrt(plan.units_drawn / units))
    mac = costs.mac_cny_per_tco2
    lower, upper = percentile_intervals(draws, mac, level=level, shrink=shrink)
    last = costs.period == costs.period.max()
    floors = draws[:, last].min(axis=1)[:, None]
    floor = np.array([mac[last].min()])
    low, high = percentile_intervals(floors, floor, level=level, shrink=shrink)
    return CostIntervals(
        replicates=len(draws),
        seed=plan.seed,
        units_drawn=plan.units_drawn,
        level=level,
        lower_cny_per_tco2=frozen(lower),
        upper_cny_per_tco2=frozen(upper),
        floor_lower_cny_per_tco2=float(low[0]),
        floor_upper_cny_per_tco2=float(high[0]),
    )


def _replicate(
    inputs: FrontierInputs,
    plan: BootstrapPlan,
    rows_of: list[NDArray[np.intp]],
    drawn: int,
    number: int,
) -> Array:
    rng = np.random.default_rng([plan.seed, number])
    for _ in range(MOST_REDRAWS):
        chosen = rng.integers(len(rows_of), size=drawn)
        rows = np.concatenate([rows_of[unit] for unit in chosen])
        try:
            estimate = estimate_quantile_frontier(
                inputs.taken(rows),
                taus=plan.taus,
                null_jointness=plan.null_jointness,
                uniqueness=False,
            )
        except NotIdentifiedError:
            continue
        costs = estimate_abatement_costs(
            replace(estimate, inputs=inputs),
            payment_rule=plan.payment_rule,
            payment_share=plan.payment_share,
            position=plan.position,
        )
        return costs.mac_cny_per_tco2
    message = (
        f"replicate {number}: {MOST_REDRAWS} draws of {drawn} units in a row do not identify the "
        "parameters. Remedy: draw more units, or fewer inputs."
    )
    raise NotIdentifiedError(message)
