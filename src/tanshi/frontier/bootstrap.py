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
from tanshi.frontier.results.inference import BootstrapDraws, CostIntervals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.frontier.inputs import FrontierInputs
    from tanshi.frontier.results import AbatementCosts, FrontierEstimate

    Array = NDArray[np.float64]

MOST_REDRAWS = 100  # of a replicate whose units do not identify the parameters


@dataclass(frozen=True, kw_only=True)
class CostRules:
    """How costs are made of a panel.

    Parameters
    ----------
    taus, null_jointness : as in `estimate_quantile_frontier`
    payment_rule, payment_share, position : as in `estimate_abatement_costs`
    """

    taus: Sequence[float] = PAPER_TAUS
    null_jointness: bool = True
    payment_rule: str = "published"
    payment_share: float = 0.2
    position: str = "published"

    def estimate(self, inputs: FrontierInputs) -> FrontierEstimate:
        """Return the surfaces, without a search for other optima."""
        return estimate_quantile_frontier(
            inputs, taus=self.taus, null_jointness=self.null_jointness, uniqueness=False
        )

    def costs(self, estimate: FrontierEstimate) -> AbatementCosts:
        """Return the costs that the surfaces imply."""
        return estimate_abatement_costs(
            estimate,
            payment_rule=self.payment_rule,
            payment_share=self.payment_share,
            position=self.position,
        )


@dataclass(frozen=True, kw_only=True)
class BootstrapPlan(CostRules):
    """What is drawn and estimated in every replicate: `CostRules`, and how units are drawn.

    Parameters
    ----------
    seed : int
        Replicate r has a random stream of its own made of `seed` and r, so that results do
        not depend on who computes which replicate.
    units_drawn : int or None
        m of m out of n; None draws as many units as there are.
    """

    seed: int
    units_drawn: int | None = None


def bootstrap_costs(
    inputs: FrontierInputs, plan: BootstrapPlan, replicates: Sequence[int]
) -> BootstrapDraws:
    """Return the costs of the original observations, and the parameters, in some replicates.

    Parameters
    ----------
    inputs : FrontierInputs
    plan : BootstrapPlan
    replicates : sequence of int, length R >= 1
        Numbers of the replicates to compute; any split of a range gives the same draws.

    Returns
    -------
    BootstrapDraws

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
    found = [_replicate(inputs, plan, rows_of, drawn, number) for number in replicates]
    return BootstrapDraws(
        costs=frozen(np.stack([costs for costs, _ in found])),
        parameters=frozen(np.stack([parameters for _, parameters in found])),
        shrink=float(np.sqrt(drawn / count)),
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

    Raises
    ------
    InputError
        A level outside (0, 1).

    Examples
    --------
    >>> low, high = percentile_intervals(np.arange(1.0, 101.0)[:, None], np.array([50.0]))
    >>> low.tolist(), high.tolist()
    ([3.0], [98.0])
    """
    if not 0.0 < level < 1.0:
        what, remedy = "not a level", "give a share such as 0.95"
        raise InputError([Fault(what, str(level), "above 0, below 1", remedy, column="level")])
    tail = (1.0 - level) / 2.0
    ends = np.quantile(draws, [tail, 1.0 - tail], axis=0, method="inverted_cdf")
    ends = _shrunk(ends, estimate, shrink)
    return ends[0], ends[1]


def floor_draws(
    draws: BootstrapDraws, costs: AbatementCosts, *, observed_period: int | None = None
) -> Array:
    """Return the floor in every replicate, on the scale of the whole sample.

    What is a function of the floor alone, such as the indices of a price model, has the
    interval that the function's values at these draws have.

    Parameters
    ----------
    draws : BootstrapDraws
    costs : AbatementCosts
        The estimate on the full sample, under the same rules.
    observed_period : int, optional
        The period whose least cost is the floor; by default the last.

    Returns
    -------
    (R,) array
        CNY per tonne of CO2. Where m of n units were drawn, deviations from the estimate
        are multiplied by sqrt(m / n).

    Raises
    ------
    InputError
        The draws are not of these observations, or none is of that period.
    """
    rows = _rows_of_floor(draws, costs, observed_period)
    floor = costs.mac_cny_per_tco2[rows].min()
    drawn: Array = draws.costs[:, rows].min(axis=1)
    return frozen(_shrunk(drawn, floor, draws.shrink))


def cost_intervals(
    draws: BootstrapDraws,
    costs: AbatementCosts,
    plan: BootstrapPlan,
    *,
    level: float = 0.95,
    observed_period: int | None = None,
) -> CostIntervals:
    """Return the intervals of every cost and of the floor from bootstrap draws.

    Parameters
    ----------
    draws : BootstrapDraws
        As `bootstrap_costs` returns them.
    costs : AbatementCosts
        The estimate on the full sample, under the same rules.
    plan : BootstrapPlan
    level : float, default 0.95
    observed_period : int, optional
        The floor's; by default the last.

    Raises
    ------
    InputError
        As in `floor_draws`, or a level outside (0, 1).
    """
    floors = floor_draws(draws, costs, observed_period=observed_period)[:, None]
    low, high = percentile_intervals(floors, np.zeros(1), level=level)
    lower, upper = percentile_intervals(
        draws.costs, costs.mac_cny_per_tco2, level=level, shrink=draws.shrink
    )
    rows = _rows_of_floor(draws, costs, observed_period)
    return CostIntervals(
        replicates=draws.replicates,
        seed=plan.seed,
        units_drawn=plan.units_drawn,
        level=level,
        lower_cny_per_tco2=frozen(lower),
        upper_cny_per_tco2=frozen(upper),
        floor_lower_cny_per_tco2=float(low[0]),
        floor_upper_cny_per_tco2=float(high[0]),
        envelope_lower_cny_per_tco2=float(lower[rows].min()),
        envelope_upper_cny_per_tco2=float(upper[rows].min()),
    )


def _rows_of_floor(
    draws: BootstrapDraws, costs: AbatementCosts, observed_period: int | None
) -> NDArray[np.intp]:
    n = len(costs.unit)
    if draws.costs.shape[1] != n:
        found, allowed = f"draws of {draws.costs.shape[1]} costs", f"{n} observations"
        remedy = "take draws and costs from the same panel"
        raise InputError([Fault("draws of another panel", found, allowed, remedy)])
    chosen = costs.period.max() if observed_period is None else observed_period
    rows = np.flatnonzero(costs.period == chosen)
    if len(rows) == 0:
        known = f"{costs.period.min()} to {costs.period.max()}"
        what, remedy = "no cost in the floor's period", "choose a period that the data cover"
        raise InputError([Fault(what, str(chosen), known, remedy, column="observed_period")])
    return rows


def _shrunk(drawn: Array, estimate: Array, shrink: float) -> Array:
    """Bring draws of m out of n units to the scale of n, around the estimate."""
    if shrink == 1.0:
        return drawn
    with np.errstate(invalid="ignore"):  # inf - inf, which is not taken
        scaled = estimate + shrink * (drawn - estimate)
    return np.where(np.isfinite(drawn) & np.isfinite(estimate), scaled, drawn)


def _replicate(
    inputs: FrontierInputs,
    plan: BootstrapPlan,
    rows_of: list[NDArray[np.intp]],
    drawn: int,
    number: int,
) -> tuple[Array, Array]:
    """Return costs (n,) and free parameters (T, P) of one replicate."""
    rng = np.random.default_rng([plan.seed, number])
    for _ in range(MOST_REDRAWS):
        chosen = rng.integers(len(rows_of), size=drawn)
        rows = np.concatenate([rows_of[unit] for unit in chosen])
        try:
            estimate = plan.estimate(inputs.taken(rows))
        except NotIdentifiedError:
            continue
        costs = plan.costs(replace(estimate, inputs=inputs))
        return costs.mac_cny_per_tco2, estimate.free_parameters
    message = (
        f"replicate {number}: {MOST_REDRAWS} draws of {drawn} units in a row do not identify the "
        "parameters. Remedy: draw more units, or fewer inputs."
    )
    raise NotIdentifiedError(message)
