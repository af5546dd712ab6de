"""How sure a study is of its floor: bootstrap, leave-one-out, direction, coverage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from tanshi.core import frozen
from tanshi.frontier.bootstrap import BootstrapPlan, CostRules, cost_intervals, floor_draws
from tanshi.frontier.diagnostics import coverage_table, crossing_table
from tanshi.frontier.slope_tests import coefficient_table, slope_equality_table
from tanshi.study.inference import CHUNK, run_bootstrap, run_leave_one_out
from tanshi.study.robustness import DIRECTIONS, direction_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from tanshi.frontier import AbatementCosts, FrontierEstimate, FrontierInputs
    from tanshi.frontier.results import CostIntervals
    from tanshi.frontier.results.inference import UnitInfluence
    from tanshi.study.engine import Engine
    from tanshi.study.scenario import Scenario

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class BootstrapResult:
    """What the bootstrap says.

    Parameters
    ----------
    intervals : CostIntervals
        Of every cost and of the floor.
    coefficients : polars.DataFrame
        Of the surfaces' parameters.
    slope_equality : polars.DataFrame
        Whether slopes are the same at all quantiles; empty for a single quantile.
    floor_draws_cny_per_tco2 : (R,) array
        The floor in every replicate; may hold ``inf``.
    """

    intervals: CostIntervals
    coefficients: pl.DataFrame
    slope_equality: pl.DataFrame
    floor_draws_cny_per_tco2: Array


@dataclass(frozen=True, eq=False, kw_only=True)
class Robustness:
    """What single units, the direction and null-jointness do to the floor.

    Parameters
    ----------
    influence : UnitInfluence
        Leaving out one unit at a time.
    directions, crossings, coverage : polars.DataFrame
    """

    influence: UnitInfluence
    directions: pl.DataFrame
    crossings: pl.DataFrame
    coverage: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table, by file name without suffix."""
        return {
            "leave_one_out": self.influence.table(),
            "directions": self.directions,
            "crossings": self.crossings,
            "coverage": self.coverage,
        }


def bootstrap_study(
    scenario: Scenario,
    quantiles: FrontierEstimate,
    costs: AbatementCosts,
    step: Callable[[], None],
    *,
    engine: Engine,
    record: Path,
) -> BootstrapResult:
    """Return intervals and tests from as many replicates as the scenario asks for.

    Parameters
    ----------
    scenario : Scenario
    quantiles : FrontierEstimate
        Of the scenario.
    costs : AbatementCosts
        Of these.
    step : callable
        Called `count_bootstrap` times.
    engine : Engine
        Entered; the result does not depend on it.
    record : path
        Folder that lets an interrupted run go on.

    Raises
    ------
    InputError
        Fewer than 2 replicates, or more units drawn than there are.
    """
    section = scenario.frontier
    rules = _rules(scenario)
    plan = BootstrapPlan(**vars(rules), seed=section.seed, units_drawn=section.units_drawn)
    draws = run_bootstrap(
        quantiles.inputs,
        plan,
        section.bootstrap,
        engine=engine,
        record=record,
        progress=_Steps(step),
    )
    period = scenario.floor.observed_period
    several = len(quantiles.taus) > 1
    return BootstrapResult(
        intervals=cost_intervals(draws, costs, plan, observed_period=period),
        coefficients=coefficient_table(quantiles, draws),
        slope_equality=slope_equality_table(quantiles, draws) if several else pl.DataFrame(),
        floor_draws_cny_per_tco2=frozen(floor_draws(draws, costs, observed_period=period)),
    )


def check_robustness(
    scenario: Scenario,
    quantiles: FrontierEstimate,
    step: Callable[[], None],
    *,
    engine: Engine,
) -> Robustness:
    """Return what single units, the direction and null-jointness do to the floor.

    Parameters
    ----------
    scenario : Scenario
    quantiles : FrontierEstimate
        Of the scenario.
    step : callable
        Called after each estimate, `count_robustness` times.
    engine : Engine
        Entered; the result does not depend on it.
    """
    rules = _rules(scenario)
    inputs, period = quantiles.inputs, scenario.floor.observed_period
    without = None
    if rules.null_jointness:
        without = replace(rules, null_jointness=False).estimate(inputs)
    steps = _Steps(step)
    return Robustness(
        influence=run_leave_one_out(
            inputs, rules, engine=engine, progress=steps, observed_period=period
        ),
        directions=direction_table(
            inputs, rules, engine=engine, progress=steps, observed_period=period
        ),
        crossings=crossing_table(quantiles),
        coverage=coverage_table(quantiles, without),
    )


def count_bootstrap(scenario: Scenario) -> int:
    """Return how often `bootstrap_study` reports, for a progress bar."""
    return -(-scenario.frontier.bootstrap // CHUNK)


def count_robustness(inputs: FrontierInputs) -> int:
    """Return how many estimates `check_robustness` tells of, for a progress bar."""
    return len(set(inputs.unit)) + 2 * len(DIRECTIONS)


def _rules(scenario: Scenario) -> CostRules:
    section = scenario.frontier
    return CostRules(
        taus=section.taus,
        null_jointness=section.null_jointness,
        payment_rule=section.payment_rule,
        payment_share=section.payment_share,
        position=section.position,
    )


@dataclass(frozen=True)
class _Steps:
    """A part of a longer way, whose length has been announced."""

    take: Callable[[], None]

    def start(self, total: int) -> None:
        """Keep the length announced before."""

    def step(self) -> None:
        """Report one step done."""
        self.take()
