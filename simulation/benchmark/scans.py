"""Four orderings over random parameters, and how far each goes along what decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.benchmark.markets import china, measured, scale_for
from tanshi.benchmark.comparisons import (
    collar_gains,
    provincial_loss,
    standard_and_cap,
    three_and_one,
)
from tanshi.benchmark.orderings import RIGID, all_orderings, ordering_table
from tanshi.benchmark.random_registers import power_register, random_register, with_elasticity

if TYPE_CHECKING:
    from simulation.benchmark.markets import Effort

FACTORS = (0.01, 0.25, 0.5, 1.0, 2.0)  # of every elasticity of product demand
SHORTAGES = (0.02, 0.04, 0.06)
SUBSTITUTION = (0.3, 1.0, 3.0, 6.0)
DEVIATIONS = (0.2, 0.4, 0.8)  # of the logarithm of abatement cost
STEEPNESS = (0.0, 0.5, 1.0, 2.0)  # of marginal damage over marginal abatement cost


def orderings(effort: Effort) -> list[dict[str, Any]]:
    """Return the share of draws in which each ordering holds, with its interval."""
    return ordering_table(all_orderings(effort.draws, seed=effort.seed)).to_dicts()


def elasticity(effort: Effort) -> list[dict[str, Any]]:
    """Return what a performance standard costs over a cap on China's registers."""
    registers = [china(effort, register_seed=k + 1).register for k in range(effort.registers)]
    rows = []
    for shortage in SHORTAGES:
        for factor in FACTORS:
            pairs = []
            for register in registers:
                scale = scale_for(register, shortage)
                pairs.append(standard_and_cap(with_elasticity(register, factor), scale=scale))
            prices = np.array([pair.prices_cny_per_tco2 for pair in pairs])
            rows.append(
                {
                    "shortage": shortage,
                    "factor": factor,
                    "cost_ratio": measured([pair.cost_ratio for pair in pairs]),
                    "price_standard": measured(prices[:, 0]),
                    "price_cap": measured(prices[:, 1]),
                }
            )
    return rows


def classes(effort: Effort) -> list[dict[str, Any]]:
    """Return what three benchmarks cost over one, by how easily firms substitute."""
    rows = []
    for substitution in SUBSTITUTION:
        pairs = []
        for stream in np.random.SeedSequence(effort.seed).spawn(effort.draws):
            register = power_register(np.random.default_rng(stream), substitution)
            pairs.append(three_and_one(register))
        spread = np.array(
            [[provincial_loss(one).std() for one in (pair.first, pair.second)] for pair in pairs]
        )
        rows.append(
            {
                "substitution": substitution,
                "cost_percent": measured([100.0 * (pair.cost_ratio - 1.0) for pair in pairs]),
                "spread_three": measured(spread[:, 0]),
                "spread_one": measured(spread[:, 1]),
            }
        )
    return rows


def collar(effort: Effort) -> list[dict[str, Any]]:
    """Return what a collar gains, by how much prices vary and how steep damage is."""
    rows = []
    for deviation in DEVIATIONS:
        gains, variation = [], []
        for k, stream in enumerate(np.random.SeedSequence(effort.seed).spawn(effort.registers)):
            register = with_elasticity(random_register(np.random.default_rng(stream)), RIGID)
            found, varied = collar_gains(register, deviation=deviation, steepness=STEEPNESS, seed=k)
            gains.append(found)
            variation.append(varied)
        for place, steepness in enumerate(STEEPNESS):
            gain = [100.0 * one[place] for one in gains]
            rows.append(
                {
                    "variation": measured(variation),
                    "steepness": steepness,
                    "gain_percent": measured(gain),
                }
            )
    return rows
