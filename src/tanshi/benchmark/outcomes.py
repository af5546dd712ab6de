"""What a market comes to: balance, cost against a baseline, non-compliance, with intervals.

Costs are compared at the same emissions in every year, with common random numbers: against a
benchmark that is left alone the sign of a saving is arbitrary, because that market emits
more. The baseline is the practice that Liu starts from: one benchmark an industry, 0.5 % down
a year, 3.2 % of the firms of newly joined industries in violation, none of the mechanism of
its section 4. Nothing here is tuned to the paper's Table 2, see `published_comparison`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.convergence import WINDOW, judge_convergence
from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.fairness import judge_fairness
from tanshi.benchmark.intervals import interval_of
from tanshi.benchmark.results import MarketAssessment
from tanshi.benchmark.rules import AdjustmentRules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.results import EvolutionResult, Interval

    Array = NDArray[np.float64]

BASELINE_TREND = 0.005  # Liu, section 2.2: "declined by merely 0.5 % annually"
BASELINE_VIOLATIONS = 0.032  # ibid., of newly joined industries in 2024
BASELINE = "uniform benchmark, -0.5 % a year, 3.2 % of new industries' firms in violation"
COSTS = (
    "abatement_cost_cny",
    "service_margin_cny",
    "fixed_cost_cny",
    "research_cost_cny",
    "support_cny",
    "deadweight_loss_cny",
)

# A share outside of these is none, whatever the spread over replicates.
RANGES = {
    "noncompliant_firms_percent": (0.0, 100.0),
    "noncompliant_tonnes_percent": (0.0, 100.0),
    "balance_verified_percent": (-np.inf, 100.0),
    "balance_need_percent": (-np.inf, 100.0),
}


def baseline_of(plan: EvolutionPlan) -> EvolutionPlan:
    """Return the practice that a plan is compared with, without a path of emissions.

    Benchmarks are uniform within each process, fall by 0.5 % a year, and nothing of the
    adjustment mechanism is at work; of newly joined industries, which `Industry.covered_before`
    tells from others, 3.2 % of firms are in violation. All else is the plan's, random numbers
    included.
    """
    adjustment = AdjustmentRules(
        trend=BASELINE_TREND,
        differential=False,
        progress=False,
        cost_benefit=False,
        feedback=0.0,
        price_response=0.0,
        firm_progress=0.0,
        reduction_target=plan.rules.adjustment.reduction_target,
        target_response=0.0,
        regional_response=0.0,
        phased=plan.rules.adjustment.phased,
        laggard_support=False,
    )
    verification = replace(plan.rules.verification, opinion_weight=0.0)
    return replace(
        plan,
        rules=replace(plan.rules, adjustment=adjustment, verification=verification),
        relative=np.ones(plan.register.n_firms),
        given_violations={
            one.name: BASELINE_VIOLATIONS
            for one in plan.register.industries
            if not one.covered_before
        },
        policy_changes={},
        regional_targets={},
        supported_regions={},
    )


def assess_market(
    plan: EvolutionPlan,
    *,
    replicates: int | Sequence[int],
    seed: int,
    workers: int | None = None,
    progress: Callable[[], None] | None = None,
    baseline: EvolutionPlan | None = None,
    baseline_name: str | None = None,
) -> MarketAssessment:
    """Evolve a market and its baseline, and compare them.

    Parameters
    ----------
    plan : EvolutionPlan
    replicates : int or sequence of int
    seed : int
    workers : int, optional
        Threads; by default one a processor.
    progress : callable, optional
        Called once a replicate, when its baseline is done, which takes most of the time.
    baseline : EvolutionPlan, optional
        By default `baseline_of` the plan. It is made to meet the plan's emissions.
    baseline_name : str, optional
        For summaries; by default "a baseline of your own", or what the usual one is.

    Returns
    -------
    MarketAssessment
    """
    evolution, compared = evolve_beside_baseline(
        plan,
        replicates=replicates,
        seed=seed,
        workers=workers,
        progress=progress,
        baseline=baseline,
    )
    usual = baseline is None
    return MarketAssessment(
        evolution=evolution,
        baseline=compared,
        baseline_name=baseline_name or (BASELINE if usual else "a baseline of your own"),
        outcomes=outcomes_of(evolution, compared),
        settled=judge_convergence(evolution),
        shares=judge_fairness(evolution, plan.register),
    )


def evolve_beside_baseline(
    plan: EvolutionPlan,
    *,
    replicates: int | Sequence[int],
    seed: int,
    workers: int | None = None,
    progress: Callable[[], None] | None = None,
    baseline: EvolutionPlan | None = None,
) -> tuple[EvolutionResult, EvolutionResult]:
    """Evolve a market, and its baseline at the same emissions in every year.

    Parameters
    ----------
    plan, replicates, seed, workers, progress, baseline
        As in `assess_market`.
    """
    evolution = evolve_market(plan, replicates=replicates, seed=seed, workers=workers)
    matched = replace(
        baseline_of(plan) if baseline is None else baseline,
        emission_path_tco2=evolution.emissions_tco2,
    )
    compared = evolve_market(
        matched, replicates=replicates, seed=seed, workers=workers, progress=progress
    )
    return evolution, compared


def outcomes_of(
    evolution: EvolutionResult, baseline: EvolutionResult
) -> dict[str, tuple[Interval, ...]]:
    """Return every figure by industry and, last, for the whole market, with its interval."""
    return {
        name: tuple(interval_of(values[:, s], RANGES.get(name)) for s in range(values.shape[1]))
        for name, values in outcomes_by_replicate(evolution, baseline).items()
    }


def outcomes_by_replicate(
    evolution: EvolutionResult, baseline: EvolutionResult
) -> dict[str, Array]:
    """Return every figure, (R, S + 1): by replicate, industry and, last, for the whole market.

    NaN where there is none: the benchmark of a tier without firms, or of the whole market.
    """
    rows = evolution.by_industry[:, -WINDOW:]
    firms = _summed(rows, "firms")
    found = {
        f"{tier}_benchmark_tco2_per_unit": _tier_benchmark(rows, tier)
        for tier in ("advanced", "medium", "lagging")
    }
    found["balance_verified_percent"] = _balance(rows, "verified_tco2")
    found["balance_need_percent"] = _balance(rows, "unabated_need_tco2")
    found["cost_change_percent"] = 100.0 * (cost_ratio(evolution, baseline) - 1.0)
    found["noncompliant_firms_percent"] = 100.0 * _over(_summed(rows, "noncompliant_firms"), firms)
    lacking = _summed(rows, "hidden_tco2") + _summed(rows, "missing_tco2")
    found["noncompliant_tonnes_percent"] = 100.0 * _over(lacking, _summed(rows, "emissions_tco2"))
    return found


def cost_ratio(evolution: EvolutionResult, baseline: EvolutionResult) -> Array:
    """Return the cost of abatement over the baseline's, (R, S + 1).

    Firms' own cost, what they pay to providers, what support pays for them, and output lost;
    of all years, because a cut that stays moves cost from one year to another.
    """
    return _over(total_cost_cny(evolution), total_cost_cny(baseline))


def total_cost_cny(result: EvolutionResult) -> Array:
    """Return the cost of abatement of all years, see `cost_ratio`, (R, S + 1)."""
    return np.asarray(sum(_summed(result.by_industry, name) for name in COSTS))


def _summed(rows: NDArray[np.void], name: str) -> Array:
    """Return a figure over the years by industry, and their sum, (R, S + 1)."""
    by_industry = rows[name].sum(axis=1)
    return np.column_stack([by_industry, by_industry.sum(axis=1)])


def _balance(rows: NDArray[np.void], against: str) -> Array:
    allocation, emitted = _summed(rows, "allocation_tco2"), _summed(rows, against)
    return 100.0 * (1.0 - np.abs(_over(allocation - emitted, emitted)))


def _tier_benchmark(rows: NDArray[np.void], tier: str) -> Array:
    """Return the mean over the years that have firms of the tier, (R, S + 1)."""
    values = rows[f"{tier}_benchmark_tco2_per_unit"]
    mean = _over(values.sum(axis=1), (values > 0.0).sum(axis=1))
    # Units differ between industries: there is no benchmark of the whole market.
    return np.column_stack([mean, np.full(len(mean), np.nan)])


def _over(above: Array, below: Array) -> Array:
    """Return a ratio, NaN where there is nothing to divide by: no interval then."""
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0))
