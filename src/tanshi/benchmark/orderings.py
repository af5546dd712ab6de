"""Four orderings that economics expects of such markets, over random parameters.

Each is tried on small registers with random costs, elasticities and shortages, in one
frictionless year at equal emissions (the collar: many years that differ in cost alone), and
reported with the share of draws in which it holds:

1. a performance standard costs more than cap-and-trade at equal emissions, and the gap
   vanishes with the elasticity of product demand;
2. one benchmark for all power classes costs less than one for each, and spreads the losses of
   provinces more;
3. output-based allocation raises the allowance price and lowers the product's;
4. a price collar helps where the price is volatile and damage flat, and not otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.stats import binomtest

from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.firms import FirmRegister
from tanshi.benchmark.industries import Industry, Process
from tanshi.benchmark.outcomes import COSTS
from tanshi.benchmark.rules import MarketRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tanshi.benchmark.results import EvolutionResult

    Array = NDArray[np.float64]

FIRMS = 60
PROVINCES = 6
REPLICATES = 60  # of a collar's shocks
COLLAR = 0.25  # around the mean price
STEEP = 2.0  # slope of marginal damage over that of marginal abatement cost
VOLATILE, CALM = 0.5, 0.05  # deviation of the logarithm of abatement cost
WORTH = 0.02  # of abatement cost: less is no help
SHORTAGE = (0.02, 0.06)  # of allowances, range of the draws
VANISHED = 0.1  # of the gap, at a hundredth of the elasticity


@dataclass(frozen=True, eq=False, kw_only=True)
class Ordering:
    """One ordering over random parameters.

    Parameters
    ----------
    name : str
    draws : polars.DataFrame
        One row a draw: parameters, figures, and whether the ordering holds.
    """

    name: str
    draws: pl.DataFrame

    @property
    def share(self) -> float:
        """Share of draws in which the ordering holds."""
        return float(self.draws["holds"].cast(pl.Float64).to_numpy().mean())

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of that share (Clopper and Pearson)."""
        held = int(self.draws["holds"].sum())
        found = binomtest(held, self.draws.height).proportion_ci(0.95)
        return float(found.low), float(found.high)


def ordering_table(orderings: list[Ordering]) -> pl.DataFrame:
    """Return ordering, draws, share_holding, low, high."""
    return pl.DataFrame(
        [
            {
                "ordering": one.name,
                "draws": one.draws.height,
                "share_holding": one.share,
                "low": one.interval()[0],
                "high": one.interval()[1],
            }
            for one in orderings
        ]
    )


def all_orderings(draws: int, seed: int) -> list[Ordering]:
    """Return the four orderings, each over as many draws of parameters.

    Parameters
    ----------
    draws : int, >= 1
    seed : int
    """
    tries: dict[str, Callable[[np.random.Generator], dict[str, object]]] = {
        "a performance standard costs more than cap-and-trade": try_standard,
        "one power benchmark costs less and spreads losses more": try_one_benchmark,
        "output-based allocation: dearer allowances, cheaper products": try_output_based,
        "a collar helps where price is volatile and damage flat only": try_collar,
    }
    found = []
    for k, (name, attempt) in enumerate(tries.items()):
        streams = np.random.SeedSequence(seed, spawn_key=(k,)).spawn(draws)
        rows = [attempt(np.random.default_rng(stream)) for stream in streams]
        found.append(Ordering(name=name, draws=pl.DataFrame(rows)))
    return found


def try_standard(rng: np.random.Generator) -> dict[str, object]:
    """Compare a performance standard with a cap, once, and again with hardly any elasticity."""
    register = _random_register(rng)
    standard, cap = _standard_and_cap(register)
    rigid = _with_elasticity(register, 0.01)
    ratio = _cost(standard) / _cost(cap)
    standard, cap = _standard_and_cap(rigid)
    without = _cost(standard) / _cost(cap)
    return {
        "elasticity": _elasticity(register),
        "cost_ratio": ratio,
        "rigid_cost_ratio": without,
        "holds": bool(ratio > 1.0 and abs(without - 1.0) < VANISHED * (ratio - 1.0)),
    }


def try_output_based(rng: np.random.Generator) -> dict[str, object]:
    """Compare prices of allowances and products under both ways of handing out."""
    register = _random_register(rng)
    standard, cap = _standard_and_cap(register)
    prices = [float(one.price_cny_per_tco2[0, 0]) for one in (standard, cap)]
    rises = [one.by_industry["product_price_change_cny"][0, 0] for one in (standard, cap)]
    return {
        "elasticity": _elasticity(register),
        "price_output_based": prices[0],
        "price_cap": prices[1],
        "product_rise_output_based_cny": float(rises[0].mean()),
        "product_rise_cap_cny": float(rises[1].mean()),
        "holds": bool(prices[0] > prices[1] and (rises[0] < rises[1]).all()),
    }


def try_one_benchmark(rng: np.random.Generator) -> dict[str, object]:
    """Compare one benchmark for three power classes with three, at equal emissions."""
    substitution = float(rng.uniform(0.5, 6.0))
    register = _power_register(rng, substitution)
    own = np.array([one.relative_benchmark for one in register.industries[0].processes])
    benchmark = own[np.asarray(register.process)]
    output = np.asarray(register.output)
    one = output @ benchmark / output.sum() / benchmark  # mean-preserving
    rules = _responding()
    single = evolve_market(
        EvolutionPlan(register=register, rules=rules, relative=one, years=1), seed=0
    )
    plan = EvolutionPlan(
        register=register,
        rules=rules,
        relative=np.ones(register.n_firms),
        years=1,
        emission_path_tco2=single.emissions_tco2,
    )
    three = evolve_market(plan, seed=0)
    spread = [float(_provincial_loss(result).std()) for result in (single, three)]
    cost = [_cost(result) for result in (single, three)]
    return {
        "substitution": substitution,
        "cost_of_three_over_one": cost[1] / cost[0],
        "spread_one": spread[0],
        "spread_three": spread[1],
        "holds": bool(cost[0] < cost[1] and spread[0] > spread[1]),
    }


def try_collar(rng: np.random.Generator) -> dict[str, object]:
    """Value a collar where prices are volatile or calm, and damage flat or steep.

    Damage is linear (flat) at the mean price, or quadratic around mean emissions.
    """
    register = _with_elasticity(_random_register(rng), 0.01)
    seed = int(rng.integers(2**31))
    volatile, volatility = _collar_gains(register, VOLATILE * rng.uniform(0.8, 1.6), seed)
    calm, _ = _collar_gains(register, CALM * rng.uniform(0.5, 1.5), seed)
    return {
        "price_variation": volatility,
        "gain_volatile_flat": volatile[0],
        "gain_volatile_steep": volatile[1],
        "gain_calm_flat": calm[0],
        "gain_calm_steep": calm[1],
        "holds": bool(volatile[0] > WORTH and max(volatile[1], *calm) <= WORTH),
    }


def _collar_gains(
    register: FirmRegister, deviation: float, seed: int
) -> tuple[tuple[float, float], float]:
    """Return gains over mean abatement cost with flat and steep damage; price variation."""
    rules = replace(
        _responding(),
        allocation=replace(_responding().allocation, absolute_cap=True),
        demand=replace(_responding().demand, energy_deviation=deviation),
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
    slope = STEEP * mean / abated
    gains = []
    for steepness in (0.0, slope):
        worth = [
            _costs(result)
            + mean * result.emissions_tco2[:, 0]
            + 0.5 * steepness * (result.emissions_tco2[:, 0] - emissions.mean()) ** 2
            for result in (free, collared)
        ]
        gains.append(float((worth[0] - worth[1]).mean() / _costs(free).mean()))
    return (gains[0], gains[1]), float(prices.std() / mean)


def _responding() -> MarketRules:
    rules = MarketRules.frictionless()
    return replace(rules, demand=replace(rules.demand, responds=True))


def _standard_and_cap(register: FirmRegister) -> tuple[EvolutionResult, EvolutionResult]:
    """Return a year under a performance standard, and under a cap with the same emissions."""
    rules = _responding()
    plan = EvolutionPlan(
        register=register, rules=rules, relative=np.ones(register.n_firms), years=1
    )
    standard = evolve_market(plan, seed=0)
    capped = replace(rules, allocation=replace(rules.allocation, absolute_cap=True))
    cap = evolve_market(
        replace(plan, rules=capped, emission_path_tco2=standard.emissions_tco2), seed=0
    )
    return standard, cap


def _cost(result: EvolutionResult) -> float:
    return float(_costs(result)[0])


def _costs(result: EvolutionResult) -> Array:
    """Return cost of the first year by replicate, (R,), CNY."""
    return np.asarray(sum(result.by_industry[name][:, 0].sum(axis=1) for name in COSTS))


def _provincial_loss(result: EvolutionResult) -> Array:
    region = result.by_region[0, 0]
    return np.asarray(region["burden_cny"] / region["revenue_cny"])


def _random_register(rng: np.random.Generator) -> FirmRegister:
    """Draw two industries with potential to spare."""
    industries = tuple(
        Industry(
            name=name,
            entities=FIRMS // 2,
            emissions_tco2=1e8,
            benchmark_tco2_per_unit=1.0,
            reduction_potential=0.5,
            cap_cost_cny_per_tco2=float(rng.uniform(500.0, 2000.0)),
            product_price_cny=float(rng.uniform(300.0, 3000.0)),
            demand_elasticity=float(rng.uniform(0.1, 0.9)),
            supply_elasticity=float(rng.uniform(0.5, 2.0)),
        )
        for name in ("first", "second")
    )
    intensity = np.exp(rng.uniform(0.02, 0.1) * rng.standard_normal(FIRMS))
    places = np.zeros((3, FIRMS), np.int64)
    places[0, FIRMS // 2 :] = 1
    return _register(industries, places, intensity, rng)


def _power_register(rng: np.random.Generator, substitution: float) -> FirmRegister:
    """Draw an industry of three classes, which provinces have in different proportions."""
    level = np.array([0.9, 1.0, 1.12])
    processes = tuple(
        Process(name=f"class {k}", share=1 / 3, relative_intensity=x, relative_benchmark=x)
        for k, x in enumerate(level)
    )
    power = Industry(
        name="power",
        entities=FIRMS,
        emissions_tco2=1e8,
        benchmark_tco2_per_unit=1.0,
        reduction_potential=0.5,
        cap_cost_cny_per_tco2=float(rng.uniform(800.0, 2000.0)),
        product_price_cny=float(rng.uniform(300.0, 800.0)),
        demand_elasticity=float(rng.uniform(0.1, 0.4)),
        supply_elasticity=substitution,
        processes=processes,
    )
    region = np.repeat(np.arange(PROVINCES), FIRMS // PROVINCES)
    mix = rng.dirichlet(np.full(3, 0.7), PROVINCES)
    process = np.array([rng.choice(3, p=mix[r]) for r in region])
    process[:3] = (0, 1, 2)  # every class is there
    intensity = level[process] * np.exp(0.02 * rng.standard_normal(FIRMS))
    places = np.stack([np.zeros(FIRMS, np.int64), process, region])
    return _register((power,), places, intensity, rng)


def _register(
    industries: tuple[Industry, ...],
    places: NDArray[np.int64],
    intensity: Array,
    rng: np.random.Generator,
) -> FirmRegister:
    """Return firms of some industries, processes and provinces (rows of places)."""
    industry, process, region = places
    n = len(intensity)
    output = 1e6 * np.exp(rng.standard_normal(n))
    given = [[k.relative_benchmark for k in one.processes] for one in industries]
    benchmark = np.array([given[s][k] for s, k in zip(industry, process, strict=True)])
    for s in range(len(industries)):
        ours = industry == s
        short = output[ours] @ benchmark[ours] / (output[ours] @ intensity[ours])
        intensity = np.where(ours, intensity * short / (1.0 - rng.uniform(*SHORTAGE)), intensity)
    cap = 0.5 * intensity
    cost = np.array([one.cap_cost_cny_per_tco2 for one in industries])[industry]
    same = np.zeros(n, np.int64)
    return FirmRegister(
        industries=industries,
        firm=tuple(f"firm {i}" for i in range(n)),
        industry=industry,
        process=process,
        region=tuple(f"province {k}" for k in region),
        output=output,
        intensity_tco2_per_unit=intensity,
        tier=same + 1,
        large=same > 0,
        mac_slope=cost * np.exp(0.4 * rng.standard_normal(n)) / cap,
        mac_cap_tco2_per_unit=cap,
        mac_curve=same,
    )


def _with_elasticity(register: FirmRegister, factor: float) -> FirmRegister:
    changed = tuple(
        replace(one, demand_elasticity=factor * one.demand_elasticity)
        for one in register.industries
    )
    return replace(register, industries=changed)


def _elasticity(register: FirmRegister) -> float:
    return float(np.mean([one.demand_elasticity for one in register.industries]))
