"""Pairs of markets at equal emissions: a standard and a cap, one benchmark and three, a collar.

Each in one frictionless year in which output answers costs. The economics is known, so that
such pairs are what a market of firms is tried on, see `orderings`: a performance standard
hands out allowances with every unit of product and so subsidises output; one benchmark for
all classes of a product leaves no reward for making it the dirtier way; and a price is the
better instrument where costs are uncertain and damage is flat (Weitzman, 1974).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.outcomes import COSTS
from tanshi.benchmark.rules import MarketRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.results import EvolutionResult

    Array = NDArray[np.float64]

REPLICATES = 60  # of a collar's shocks
COLLAR = 0.25  # around the mean price


def responding() -> MarketRules:
    """Return the rules of a textbook in which output answers costs."""
    rules = MarketRules.frictionless()
    return replace(rules, demand=replace(rules.demand, responds=True))


def costs_of(result: EvolutionResult) -> Array:
    """Return cost of the first year by replicate, output lost included, (R,), CNY."""
    return np.asarray(sum(result.by_industry[name][:, 0].sum(axis=1) for name in COSTS))


@dataclass(frozen=True, eq=False)
class Pair:
    """Two markets with the same emissions, one year of each.

    Parameters
    ----------
    first, second : EvolutionResult
        The second meets the emissions of the first.
    """

    first: EvolutionResult
    second: EvolutionResult

    @property
    def cost_ratio(self) -> float:
        """Cost of the first market over that of the second."""
        return float(costs_of(self.first)[0] / costs_of(self.second)[0])

    @property
    def prices_cny_per_tco2(self) -> tuple[float, float]:
        """Price of an allowance in both."""
        first, second = (one.price_cny_per_tco2[0, 0] for one in (self.first, self.second))
        return float(first), float(second)


def standard_and_cap(register: FirmRegister, *, scale: Array | None = None) -> Pair:
    """Return a year under a performance standard, and under a cap with the same emissions.

    Parameters
    ----------
    register : FirmRegister
    scale : (S,) array, optional
        Of the benchmarks, by industry: how short the standard is.
    """
    rules = responding()
    plan = EvolutionPlan(
        register=register,
        rules=rules,
        relative=np.ones(register.n_firms),
        years=1,
        benchmark_scale=scale,
    )
    standard = evolve_market(plan, seed=0)
    capped = replace(rules, allocation=replace(rules.allocation, absolute_cap=True))
    cap = evolve_market(
        replace(plan, rules=capped, emission_path_tco2=standard.emissions_tco2), seed=0
    )
    return Pair(standard, cap)


def three_and_one(register: FirmRegister) -> Pair:
    """Return a year with a benchmark for each class of the first industry, and with one for all.

    Parameters
    ----------
    register : FirmRegister
        Of one industry with several processes.
    """
    own = np.array([one.relative_benchmark for one in register.industries[0].processes])
    benchmark = own[np.asarray(register.process)]
    output = np.asarray(register.output)
    one = output @ benchmark / output.sum() / benchmark  # mean-preserving
    plan = EvolutionPlan(register=register, rules=responding(), relative=one, years=1)
    single = evolve_market(plan, seed=0)
    each = replace(
        plan, relative=np.ones(register.n_firms), emission_path_tco2=single.emissions_tco2
    )
    return Pair(evolve_market(each, seed=0), single)


def provincial_loss(result: EvolutionResult) -> Array:
    """Return the first year's burden over revenue by region, (G,)."""
    region = result.by_region[0, 0]
    return np.asarray(region["burden_cny"] / region["revenue_cny"])


def collar_gains(
    register: FirmRegister, *, deviation: float, steepness: Sequence[float], seed: int
) -> tuple[list[float], float]:
    """Return what a collar gains under a cap whose abatement cost is uncertain.

    Damage is linear at the mean price (flat), or rises around mean emissions.

    Parameters
    ----------
    register : FirmRegister
    deviation : float
        Of the logarithm of abatement cost, between replicates that differ in nothing else.
    steepness : sequence of float
        Slopes of marginal damage over that of marginal abatement cost.
    seed : int

    Returns
    -------
    gains : list of float
        Over the mean cost of abatement, one a steepness.
    variation : float
        Deviation of the price over its mean, without the collar.
    """
    rules = responding()
    rules = replace(
        rules,
        allocation=replace(rules.allocation, absolute_cap=True),
        demand=replace(rules.demand, energy_deviation=deviation),
    )
    plan = EvolutionPlan(
        register=register, rules=rules, relative=np.ones(register.n_firms), years=1
    )
    free = evolve_market(plan, replicates=REPLICATES, seed=seed, workers=1)
    prices = free.price_cny_per_tco2[:, 0]
    mean = float(prices.mean())
    bound = replace(
        rules.price, floor=(1 - COLLAR) * mean, ceiling=(1 + COLLAR) * mean, reserve_share=1.0
    )
    collared = evolve_market(
        replace(plan, rules=replace(rules, price=bound)),
        replicates=REPLICATES,
        seed=seed,
        workers=1,
    )
    emissions = free.emissions_tco2[:, 0]
    abated = float(register.emissions_tco2.sum() - emissions.mean())
    gains = []
    for steep in steepness:
        worth = [
            costs_of(result)
            + mean * result.emissions_tco2[:, 0]
            + 0.5 * steep * mean / abated * (result.emissions_tco2[:, 0] - emissions.mean()) ** 2
            for result in (free, collared)
        ]
        gains.append(float((worth[0] - worth[1]).mean() / costs_of(free).mean()))
    return gains, float(prices.std() / mean)
