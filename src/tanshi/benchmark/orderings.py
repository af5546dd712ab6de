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

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.stats import binomtest

from tanshi.benchmark.comparisons import (
    collar_gains,
    provincial_loss,
    standard_and_cap,
    three_and_one,
)
from tanshi.benchmark.random_registers import power_register, random_register, with_elasticity

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.benchmark.firms import FirmRegister

RIGID = 0.01  # of the elasticity: hardly any
STEEP = 2.0  # slope of marginal damage over that of marginal abatement cost
VOLATILE, CALM = 0.5, 0.05  # deviation of the logarithm of abatement cost
WORTH = 0.02  # of abatement cost: less is no help
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
    register = random_register(rng)
    ratio = standard_and_cap(register).cost_ratio
    without = standard_and_cap(with_elasticity(register, RIGID)).cost_ratio
    return {
        "elasticity": _elasticity(register),
        "cost_ratio": ratio,
        "rigid_cost_ratio": without,
        "holds": bool(ratio > 1.0 and abs(without - 1.0) < VANISHED * (ratio - 1.0)),
    }


def try_output_based(rng: np.random.Generator) -> dict[str, object]:
    """Compare prices of allowances and products under both ways of handing out."""
    register = random_register(rng)
    pair = standard_and_cap(register)
    prices = pair.prices_cny_per_tco2
    rises = [one.by_industry["product_price_change_cny"][0, 0] for one in (pair.first, pair.second)]
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
    pair = three_and_one(power_register(rng, substitution))
    three, one = (float(provincial_loss(result).std()) for result in (pair.first, pair.second))
    return {
        "substitution": substitution,
        "cost_of_three_over_one": pair.cost_ratio,
        "spread_one": one,
        "spread_three": three,
        "holds": bool(pair.cost_ratio > 1.0 and one > three),
    }


def try_collar(rng: np.random.Generator) -> dict[str, object]:
    """Value a collar where prices are volatile or calm, and damage flat or steep.

    Damage is linear (flat) at the mean price, or quadratic around mean emissions.
    """
    register = with_elasticity(random_register(rng), RIGID)
    seed = int(rng.integers(2**31))
    deviations = VOLATILE * rng.uniform(0.8, 1.6), CALM * rng.uniform(0.5, 1.5)
    (volatile, volatility), (calm, _) = (
        collar_gains(register, deviation=deviation, steepness=(0.0, STEEP), seed=seed)
        for deviation in deviations
    )
    return {
        "price_variation": volatility,
        "gain_volatile_flat": volatile[0],
        "gain_volatile_steep": volatile[1],
        "gain_calm_flat": calm[0],
        "gain_calm_steep": calm[1],
        "holds": bool(volatile[0] > WORTH and max(volatile[1], *calm) <= WORTH),
    }


def _elasticity(register: FirmRegister) -> float:
    return float(np.mean([one.demand_elasticity for one in register.industries]))
