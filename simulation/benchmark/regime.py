"""A regime: what is changed, what is measured, what was seen before, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.benchmark.markets import changed, evolved, measured
from tanshi.benchmark._schedules import TRADE
from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._year import run_years

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.benchmark.markets import Effort
    from tanshi.benchmark.evolution import EvolutionPlan
    from tanshi.benchmark.results import EvolutionResult
    from tanshi.benchmark.rules import MarketRules

    Changed = Callable[[EvolutionPlan], EvolutionPlan]
    Interval = dict[str, float | None]

AS_IT_IS = "as it is"
FIELDS = ("years", "industries")  # of a replicate's records


@dataclass(frozen=True)
class Figure:
    """Something that is measured of a regime, and what was to be expected.

    Parameters
    ----------
    name : str
    measure : callable
        Of a market's years, one value a replicate.
    noted : str
        What an earlier market showed, as text; blank for none.
    holds : callable, optional
        Of the interval found and of the interval of the difference to the market as it is.
    differs : str
        What may explain another level.
    digits : int
    """

    name: str
    measure: Callable[[EvolutionResult], Any]
    noted: str = ""
    holds: Callable[[Interval, Interval], bool] | None = None
    differs: str = ""
    digits: int = 0

    @property
    def within(self) -> tuple[float, float] | None:
        """Return the values that a share can have."""
        return (0.0, 100.0) if self.name.endswith("%") else None


@dataclass(frozen=True)
class Regime:
    """A market that differs from the scenario's in one respect.

    Parameters
    ----------
    name : str
    change : callable
        Of the plan.
    figures : tuple of Figure
    later : bool
        Whether the longer run is looked at.
    beside_shorter : bool
        Whether the market as it is has the shorter run all the same.
    drawn : bool
        Whether the path of its price is in the figure.
    idle : float
        Share of firms, of all sizes, that only trade in the first year.
    """

    name: str
    change: Changed
    figures: tuple[Figure, ...]
    later: bool = True
    beside_shorter: bool = False
    drawn: bool = False
    idle: float = 0.0


@dataclass(frozen=True)
class Topic:
    """Regimes of one table."""

    title: str
    text: str
    regimes: tuple[Regime, ...]


def rules_by(change: Callable[[MarketRules], MarketRules]) -> Changed:
    """Return a change of a plan that changes its rules alone."""
    return lambda plan: replace(plan, rules=change(plan.rules))


def with_values(**groups: dict[str, Any]) -> Changed:
    """Return a change of some values of the rules."""
    return rules_by(lambda rules: changed(rules, **groups))


def at_least(limit: float) -> Callable[[Interval, Interval], bool]:
    """Return whether a mean is at a limit or above."""
    return lambda found, _: found["mean"] is not None and found["mean"] >= limit


def at_most(limit: float) -> Callable[[Interval, Interval], bool]:
    """Return whether a mean is at a limit or below."""
    return lambda found, _: found["mean"] is not None and found["mean"] <= limit


def above(_: Interval, difference: Interval) -> bool:
    """Return whether the figure is above that of the market as it is, for certain."""
    return difference["low"] is not None and difference["low"] > 0.0


def below(_: Interval, difference: Interval) -> bool:
    """Return whether the figure is below that of the market as it is, for certain."""
    return difference["high"] is not None and difference["high"] < 0.0


def find(topics: tuple[Topic, ...], plan: EvolutionPlan, effort: Effort) -> dict[str, Any]:
    """Return every figure of every regime, with that of the market as it is.

    Returns
    -------
    dict
        ``figures``: topic, regime, figure, and the intervals found, as_it_is, difference;
        ``paths``: by regime, price of the first replicate, lowest and highest, of every year.
    """
    lengths = {False: effort.years, True: effort.later}
    usual = {later: evolved(plan, effort, years=length) for later, length in lengths.items()}
    rows, paths = [], {AS_IT_IS: _path(usual[True])}
    for topic in topics:
        for regime in topic.regimes:
            changed_plan = regime.change(replace(plan, years=lengths[regime.later]))
            result = evolved(changed_plan, effort)
            if regime.idle:
                result = _begun_idle(result, changed_plan, effort, regime.idle)
            reference = usual[regime.later and not regime.beside_shorter]
            if regime.drawn:
                paths[regime.name] = _path(result)
            for figure in regime.figures:
                ours, theirs = figure.measure(result), figure.measure(reference)
                rows.append(
                    {
                        "topic": topic.title,
                        "regime": regime.name,
                        "figure": figure.name,
                        "found": measured(ours, figure.within),
                        "as_it_is": measured(theirs, figure.within),
                        "difference": measured(ours - theirs),
                    }
                )
    return {"figures": rows, "paths": paths}


def _begun_idle(
    result: EvolutionResult, plan: EvolutionPlan, effort: Effort, share: float
) -> EvolutionResult:
    """Return the years that follow where a share of firms does not choose its beginning."""
    tables = shared_tables(plan)
    records = []
    for place in range(effort.replicates):
        run = prepared_run(tables, effort.seed, place, place)
        rng = np.random.default_rng([effort.seed, place])
        idle = rng.random(plan.register.n_firms) < share
        # Firms that are there already keep their strategy; only who enters chooses.
        run.market.state["active"][idle] = 1
        run.market.state["strategy"][idle] = TRADE
        run_years(run)
        records.append(run.records)
    years, rows = (np.stack([getattr(one, name) for one in records]) for name in FIELDS)
    return replace(result, years=years, by_industry=rows)


def _path(result: EvolutionResult) -> dict[str, list[float]]:
    price = result.price_cny_per_tco2
    found = {"first": price[0], "low": price.min(axis=0), "high": price.max(axis=0)}
    return {name: [float(f"{one:.4g}") for one in values] for name, values in found.items()}
