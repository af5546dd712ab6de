"""What the market comes to beside the paper's Table 2, whether it settles, where cost goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import binomtest

from simulation.benchmark import figures_of_years as years
from simulation.benchmark.markets import (
    by_the_clock,
    changed,
    china,
    evolved,
    measured,
    scale_for,
)
from tanshi.benchmark.coefficients import relative_benchmarks
from tanshi.benchmark.convergence import judge_convergence
from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.mechanism import COMPONENTS
from tanshi.benchmark.outcomes import COSTS, assess_market, baseline_of
from tanshi.benchmark.published import published_comparison
from tanshi.benchmark.rules import MarketRules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.benchmark.markets import Effort
    from tanshi.benchmark.evolution import EvolutionPlan
    from tanshi.benchmark.results import EvolutionResult

    Array = NDArray[np.float64]

RULES = ("uniform", "published_table")
WHOLE = "all"
PRACTICE, UNIFORM = "practice", "uniform"  # what costs are compared with
TIERED = ("published_table", "reversed")
SHORTAGE = 0.04  # of allowances, where a single year is looked at
FROZEN = 0.967  # start of benchmarks that are left alone, over the table's
SAME_EMISSIONS = 1e-5


def beside_table_2(effort: Effort) -> list[dict[str, Any]]:
    """Return our figures beside Table 2's, at both lengths, with costs over both baselines."""
    rows = []
    for length in (effort.years, effort.later):
        plan = replace(china(effort), years=length)
        uniform = replace(plan, relative=np.ones(plan.register.n_firms))
        for baseline, other in ((PRACTICE, None), (UNIFORM, uniform)):
            found = assess_market(
                plan, replicates=effort.replicates, seed=effort.seed, baseline=other
            )
            about = {"years": length, "baseline": baseline}
            rows += [
                about | row
                for row in published_comparison(found).to_dicts()
                # The baseline moves no figure but the cost.
                if baseline == PRACTICE or row["figure"] == "cost_change_percent"
            ]
            total = found.outcomes["cost_change_percent"][-1]
            own = {"ours": total.mean, "low": total.low, "high": total.high}
            whole = {"industry": WHOLE, "figure": "cost_change_percent"}
            rows.append(about | whole | own)
    return rows


def savings(effort: Effort) -> list[dict[str, Any]]:
    """Return cost over the practice, whole and with each part of the mechanism left out."""
    plan = china(effort)
    uniform = np.ones(plan.register.n_firms)
    markets = {"the market as it is": plan, "without tiers": replace(plan, relative=uniform)}
    for name in COMPONENTS:
        rules = plan.rules.without(name)
        if rules != plan.rules:
            markets[f"without {name}"] = replace(plan, rules=rules)
    rows = []
    for name, market in markets.items():
        result = evolved(market, effort)
        # The practice is that of the plan as it is, whatever is left out.
        practice = replace(baseline_of(plan), emission_path_tco2=result.emissions_tco2)
        over = years.cost_over(result, evolved(practice, effort))
        rows.append({"market": name, "over": measured(over)})
    return rows


def settling(effort: Effort) -> list[dict[str, Any]]:
    """Return the share of replicates that settle, by rule and length, and why others do not."""
    rows = []
    for rule in RULES:
        plan = china(effort)
        relative = relative_benchmarks(plan.register, rule, mean_preserving=True)
        long = evolve_market(
            replace(plan, relative=relative, years=effort.later),
            replicates=effort.settling,
            seed=effort.seed,
        )
        for length in (effort.years, effort.later):
            found = judge_convergence(long.until(length))
            held = int(found["converged_replicates"])
            interval = binomtest(held, effort.settling).proportion_ci(0.95)
            rows.append(
                {
                    "rule": rule,
                    "years": length,
                    "replicates": effort.settling,
                    "settled": held,
                    "low": float(interval.low),
                    "high": float(interval.high),
                    "reasons": found["reasons"],
                }
            )
    return rows


def composition(effort: Effort) -> list[dict[str, Any]]:
    """Return what cost is made of, over all years of the market as it is."""
    rows = evolved(china(effort), effort).by_industry
    parts = {name: rows[name].sum(axis=(1, 2)) for name in (*COSTS, "fees_cny")}
    whole = sum(parts[name] for name in COSTS)
    return [
        {"part": name, "percent": measured(100.0 * part / whole)} for name, part in parts.items()
    ]


def steps(effort: Effort) -> list[dict[str, Any]]:
    """Return what tiers cost over a uniform rule at equal emissions, friction by friction."""
    textbook = MarketRules.frictionless()
    responding = changed(textbook, demand={"responds": True})
    usual = MarketRules()
    costs = usual.costs
    fees = {"fee_share": costs.fee_share, "block_fee_share": costs.block_fee_share}
    fixed = {"own_fixed_cny": costs.own_fixed_cny, "trade_fixed_cny": costs.trade_fixed_cny}
    single = {
        "no friction, output does not respond": textbook,
        "output responds": responding,
        "and trade has fees": changed(responding, costs=fees),
        "and abating and trading have fixed costs": changed(responding, costs=fixed),
    }
    rows = []
    drawn = [china(effort, register_seed=k + 1) for k in range(effort.registers)]
    plans = [
        replace(one, years=1, benchmark_scale=scale_for(one.register, SHORTAGE)) for one in drawn
    ]
    for name, rules in single.items():
        # Without shocks replicates are alike: registers are drawn anew instead.
        found = [_tiers_over_uniform(replace(one, rules=rules), 1) for one in plans]
        rows += _step_rows(name, 1, np.concatenate(found, axis=2))
    learning = replace(responding, technology=usual.technology, adjustment=usual.adjustment)
    plan = china(effort)
    for name, rules in (
        ("and technology learns, benchmarks adjust", learning),
        ("the full market", plan.rules),
    ):
        found_here = _tiers_over_uniform(replace(plan, rules=rules), effort.replicates)
        rows += _step_rows(name, plan.years, found_here)
    return rows


def _tiers_over_uniform(plan: EvolutionPlan, replicates: int) -> Array:
    """Return cost, and cost and fees, over the uniform rule's, percent, (rules, 2, R)."""
    register = plan.register
    found = []
    for rule in TIERED:
        relative = relative_benchmarks(register, rule, mean_preserving=True)
        result = evolve_market(replace(plan, relative=relative), replicates=replicates, seed=1)
        uniform = replace(
            plan,
            relative=np.ones(register.n_firms),
            emission_path_tco2=result.emissions_tco2,
        )
        base = evolve_market(uniform, replicates=replicates, seed=1)
        found.append([_over(result, base, names) for names in (COSTS, (*COSTS, "fees_cny"))])
    return np.array(found)


def _over(result: EvolutionResult, base: EvolutionResult, names: tuple[str, ...]) -> Array:
    ours, theirs = (
        np.asarray(sum(one.by_industry[name].sum(axis=(1, 2)) for name in names))
        for one in (result, base)
    )
    return 100.0 * (ours / theirs - 1.0)


def _step_rows(name: str, length: int, found: Array) -> list[dict[str, Any]]:
    return [
        {
            "step": name,
            "years": length,
            "rule": rule,
            "cost": measured(cost),
            "cost_and_fees": measured(with_fees),
        }
        for rule, (cost, with_fees) in zip(TIERED, found, strict=True)
    ]


def left_alone(effort: Effort) -> list[dict[str, Any]]:
    """Return cost and emissions of benchmarks that are left alone, over the market's as it is.

    At the table's level, and at the level that makes emissions of all years together the same:
    what a saving against a fixed benchmark is worth.
    """
    plan = china(effort)
    usual = evolved(plan, effort)
    frozen = replace(plan, rules=by_the_clock(plan.rules, 0.0))

    def at(scale: float) -> EvolutionResult:
        whole = np.full(len(plan.register.industries), scale)
        return evolved(frozen, effort, benchmark_scale=whole)

    low, high = 0.9, 1.0
    while high - low > SAME_EMISSIONS:
        middle = 0.5 * (low + high)
        more = years.emissions_over(at(middle), usual).mean() > 0.0
        low, high = (low, middle) if more else (middle, high)
    return [
        {
            "scale": scale,
            "on_floor": measured(years.on_floor(result)),
            "first_price": measured(years.first_price(result)),
            "cost": measured(years.cost_over(result, usual)),
            "emissions": measured(years.emissions_over(result, usual)),
        }
        for scale in (1.0, FROZEN, low)
        for result in [at(scale)]
    ]
