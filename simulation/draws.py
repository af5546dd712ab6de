"""The one place that knows how the product's bootstrap is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.frontier.bootstrap import BootstrapPlan, bootstrap_costs, cost_intervals, floor_draws

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tanshi.frontier import FrontierInputs
    from tanshi.frontier.results import CostIntervals

    Array = NDArray[np.float64]


class Bootstrap:
    """A panel's costs and floor, and both in every replicate, as the product finds them.

    Parameters
    ----------
    inputs : FrontierInputs
    units_drawn : int or None
        m of m out of n; None for all.
    replicates, seed : int
    """

    def __init__(
        self, inputs: FrontierInputs, *, units_drawn: int | None, replicates: int, seed: int
    ) -> None:
        # Paying for everything: costs are shadow prices, in the units of the simulated truth.
        self._plan = BootstrapPlan(seed=seed, units_drawn=units_drawn, payment_rule="full")
        self._costs = self._plan.costs(self._plan.estimate(inputs))
        self._draws = bootstrap_costs(inputs, self._plan, range(replicates))
        self.costs: Array = self._costs.mac_cny_per_tco2  # (n,)
        self.last = self._costs.period == self._costs.period.max()  # (n,) whose least is the floor
        self.floor = float(self.costs[self.last].min())
        self.floor_draws: Array = floor_draws(self._draws, self._costs)  # (R,)

    def intervals(self, level: float) -> CostIntervals:
        """Return the intervals that the product would report."""
        return cost_intervals(self._draws, self._costs, self._plan, level=level)
