"""What each mechanism buys: the market without it, mechanism by mechanism.

Two runs with the same random numbers as the full market. Left alone, it shows what happens to
price, balance and compliance; held to the full market's emissions year by year, what the same
air costs. Mechanisms that are off by default are switched on instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark.convergence import WINDOW, judge_convergence
from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.intervals import interval_of
from tanshi.benchmark.outcomes import cost_ratio, outcomes_of
from tanshi.benchmark.switches import CLAUSES, PRINCIPLES, SWITCHED_OFF, SWITCHED_ON
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.results import EvolutionResult, Interval
    from tanshi.benchmark.rules import MarketRules

    Array = NDArray[np.float64]

FULL = "full market"
EXOGENOUS = frozenset({"demand shocks", "energy shocks"})  # they move emissions themselves
MECHANISMS = tuple(dict.fromkeys((*SWITCHED_OFF, *SWITCHED_ON)))


def ablate_market(
    plan: EvolutionPlan,
    *,
    replicates: int | Sequence[int],
    seed: int,
    mechanisms: Sequence[str] = MECHANISMS,
    workers: int | None = None,
    progress: Callable[[], None] | None = None,
) -> pl.DataFrame:
    """Return what the market comes to without each of its mechanisms.

    Parameters
    ----------
    plan : EvolutionPlan
        The full market.
    replicates : int or sequence of int
    seed : int
    mechanisms : sequence of str, optional
        Of `MECHANISMS`; by default all. One that the plan has already off is switched on.
    workers : int, optional
    progress : callable, optional
        Called after each mechanism.

    Returns
    -------
    polars.DataFrame
        One row a mechanism, the full market first: mechanism, switched (``off`` or ``on``),
        clause and principle of Liu that it belongs to, emissions (change in the market left
        alone, percent), cost and fees (change at equal emissions, percent; no cost where demand
        or cost levels themselves change), lowest and highest price, balance against verified
        emissions and need, firms that do not comply, each with low and high; the largest gap
        to equal emissions, and the share of replicates that settle.

    Raises
    ------
    InputError
        No such mechanism.
    """
    unknown = [name for name in mechanisms if name not in MECHANISMS]
    if unknown:
        allowed = ", ".join(MECHANISMS)
        raise InputError(
            [Fault("no such mechanism", name, allowed, "use one of them") for name in unknown]
        )
    full = evolve_market(plan, replicates=replicates, seed=seed, workers=workers)
    rows = [_row(FULL, "", full, full, full)]
    for name in mechanisms:
        changed, switched = switched_plan(plan, name)
        alone = evolve_market(changed, replicates=replicates, seed=seed, workers=workers)
        held = replace(changed, emission_path_tco2=full.emissions_tco2)
        same = evolve_market(held, replicates=replicates, seed=seed, workers=workers)
        rows.append(_row(name, switched, full, alone, same))
        if progress is not None:
            progress()
    return pl.DataFrame(rows, infer_schema_length=None)


def switched_plan(plan: EvolutionPlan, name: str) -> tuple[EvolutionPlan, str]:
    """Return the plan with a mechanism off, or on where it has that already off.

    So it is in all its years, whatever a change of policy says of it.

    Parameters
    ----------
    plan : EvolutionPlan
    name : str
        Of `MECHANISMS`.

    Returns
    -------
    plan : EvolutionPlan
    switched : {"off", "on"}
    """
    if name in SWITCHED_OFF:
        without = _throughout(plan, lambda rules: rules.without(name))
        rules = (without.rules, without.policy_changes) != (plan.rules, plan.policy_changes)
        if rules or name not in SWITCHED_ON:
            return without, "off"
    return _throughout(plan, lambda rules: rules.having(name)), "on"


def _throughout(
    plan: EvolutionPlan, switched: Callable[[MarketRules], MarketRules]
) -> EvolutionPlan:
    policies = {year: switched(rules) for year, rules in plan.policy_changes.items()}
    return replace(plan, rules=switched(plan.rules), policy_changes=policies)


def _row(
    name: str,
    switched: str,
    full: EvolutionResult,
    alone: EvolutionResult,
    same: EvolutionResult,
) -> dict[str, object]:
    outcomes = outcomes_of(alone, full)
    price = alone.price_cny_per_tco2
    emitted = [one.emissions_tco2[:, -WINDOW:].sum(axis=1) for one in (alone, full)]
    cost = cost_ratio(same, full)[:, -1]
    fees = [one.by_industry["fees_cny"].sum(axis=(1, 2)) for one in (same, full)]
    if name in EXOGENOUS:
        # The same emissions of another demand, or at another cost, are not the same task.
        cost = np.full(len(cost), np.nan)
    figures: dict[str, Interval] = {
        "emissions_change_percent": interval_of(_change_percent(*emitted)),
        "cost_change_percent": interval_of(100.0 * (cost - 1.0)),
        "fees_change_percent": interval_of(_change_percent(*fees)),
        "lowest_price_cny_per_tco2": interval_of(price.min(axis=1)),
        "highest_price_cny_per_tco2": interval_of(price.max(axis=1)),
    }
    for key in (
        "balance_verified_percent",
        "balance_need_percent",
        "noncompliant_firms_percent",
        "noncompliant_tonnes_percent",
    ):
        figures[key] = outcomes[key][-1]
    row: dict[str, object] = {
        "mechanism": name,
        "switched": switched,
        "clause": _belonging(CLAUSES, name),
        "principle": _belonging(PRINCIPLES, name),
    }
    for key, value in figures.items():
        row |= {key: value.mean, f"{key}_low": value.low, f"{key}_high": value.high}
    missed = 0.0 if same.path_gap is None else 100.0 * float(np.abs(same.path_gap).max())
    return row | {
        "largest_emission_gap_percent": missed,
        "settled_share": judge_convergence(alone)["share"],
    }


def _change_percent(now: Array, before: Array) -> Array:
    """Return changes; NaN, for none, where there was nothing before."""
    ratio = np.divide(now, before, out=np.full(len(now), np.nan), where=before > 0)
    return np.asarray(100.0 * (ratio - 1.0))


def _belonging(table: dict[str, tuple[str, ...]], name: str) -> str:
    return ", ".join(group for group, members in table.items() if name in members)
