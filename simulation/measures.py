"""What is measured on one simulated panel: a name and a number each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simulation.draws import Bootstrap
from tanshi.frontier import (
    PAPER_TAUS,
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.designs import Design, Seeds
    from tanshi.frontier.results import CostIntervals
    from tanshi.frontier.simulation import SimulatedPanel

    Array = NDArray[np.float64]

PERIODS = 6
LEVELS = (90, 95)
WAYS = ("percentile", "reflected", "envelope")


def bias(design: Design, units: int, noise: float, seeds: Seeds) -> dict[str, float]:
    """Return relative errors of costs and floor, by quantiles and by the enveloping frontier."""
    made = design.simulate(units, PERIODS, noise=noise, seed=seeds.panel)
    quantiles = estimate_quantile_frontier(made.inputs, uniqueness=False)
    costs = estimate_abatement_costs(quantiles, payment_rule="full").mac_cny_per_tco2
    frontier = estimate_deterministic_frontier(made.inputs).shadow_price_cny_per_tco2[:, 0]
    foreseen = made.limit_shadow_price / made.true_shadow_price - 1.0
    return {
        "foreseen": float(foreseen.mean()),
        **_errors("quantile", costs, made),
        **_errors("frontier", frontier, made),
    }


def _errors(name: str, found: Array, made: SimulatedPanel) -> dict[str, float]:
    error = found / made.true_shadow_price - 1.0
    finite = error[np.isfinite(error)]
    last = made.inputs.period == PERIODS
    floor = found[last].min() / made.true_shadow_price[last].min() - 1.0
    return {
        f"{name}_error": float(finite.mean()),
        f"{name}_size_of_error": float(np.sqrt(np.mean(finite**2))),
        f"{name}_infinite": 1.0 - len(finite) / len(error),
        f"{name}_floor_error": float(floor),
    }


def calibration(design: Design, units: int, noise: float, seeds: Seeds) -> dict[str, float]:
    """Return shares of observations covered, on the panel and on one kept back.

    Twice the units are drawn, surfaces are estimated on the first half on the normalisation
    of all, and read at the second.
    """
    made = design.simulate(2 * units, PERIODS, noise=noise, seed=seeds.panel)
    rows = np.arange(made.inputs.n_observations)
    half = units * PERIODS
    estimate = estimate_quantile_frontier(made.inputs.taken(rows[:half]), uniqueness=False)
    elsewhere = replace(estimate, inputs=made.inputs.taken(rows[half:]))
    measured = {
        "crossings": estimate.crossings / (half * (len(PAPER_TAUS) - 1)),
        "binding": float(np.mean([sum(one.values()) for one in estimate.active_constraints])),
    }
    for tau, here, there in zip(PAPER_TAUS, estimate.coverage, elsewhere.coverage, strict=True):
        measured[f"inside_{tau:g}"] = float(here)
        measured[f"outside_{tau:g}"] = float(there)
    return measured


def coverage(
    design: Design,
    units: int,
    noise: float,
    seeds: Seeds,
    *,
    units_drawn: int | None,
    singly: bool,
    replicates: int,
) -> dict[str, float]:
    """Return whether intervals cover the true costs and the true floor, and how long they are.

    `singly` draws observations one by one instead of whole units.
    """
    made = design.simulate(units, PERIODS, noise=noise, seed=seeds.panel)
    inputs = made.inputs
    if singly:
        inputs = replace(inputs, unit=tuple(f"row {i}" for i in range(inputs.n_observations)))
    drawn = Bootstrap(inputs, units_drawn=units_drawn, replicates=replicates, seed=seeds.bootstrap)
    floor = float(made.true_shadow_price[drawn.last].min())
    measured = {
        "floor_error": drawn.floor / floor - 1.0,
        "corrected_floor_error": (2.0 * drawn.floor - drawn.floor_draws.mean()) / floor - 1.0,
    }
    for level in LEVELS:
        found = drawn.intervals(level / 100.0)
        parts = _cost_coverage(found, drawn, made) | _floor_coverage(found, drawn, floor)
        measured |= {f"{name}_{level}": value for name, value in parts.items()}
    return measured


def _cost_coverage(
    found: CostIntervals, drawn: Bootstrap, made: SimulatedPanel
) -> dict[str, float]:
    truth, limit = made.true_shadow_price, made.limit_shadow_price
    low, high = found.lower_cny_per_tco2, found.upper_cny_per_tco2
    # Within the middle half of the distances quantiles are dense; outside they are not.
    below, above = np.quantile(made.true_distance, [0.25, 0.75])
    middle = (below <= made.true_distance) & (made.true_distance <= above)
    covered = (low <= truth) & (truth <= high)
    with np.errstate(invalid="ignore"):  # an infinite cost has no reflection: not covered
        mirrored = 2.0 * drawn.costs - high, 2.0 * drawn.costs - low
    return {
        "cost": float(covered.mean()),
        "cost_middle": float(covered[middle].mean()),
        "cost_outer": float(covered[~middle].mean()),
        "cost_limit": float(((low <= limit) & (limit <= high)).mean()),
        "cost_reflected": float(((mirrored[0] <= truth) & (truth <= mirrored[1])).mean()),
        "cost_length": float(np.median((high - low) / truth)),
    }


def _floor_coverage(found: CostIntervals, drawn: Bootstrap, floor: float) -> dict[str, float]:
    low, high = found.floor_lower_cny_per_tco2, found.floor_upper_cny_per_tco2
    costs = found.lower_cny_per_tco2[drawn.last], found.upper_cny_per_tco2[drawn.last]
    ends = {
        "percentile": (low, high),
        "reflected": (2.0 * drawn.floor - high, 2.0 * drawn.floor - low),
        "envelope": (float(costs[0].min()), float(costs[1].min())),
    }
    measured = {}
    for way in WAYS:
        least, greatest = ends[way]
        measured[f"floor_{way}"] = float(least <= floor <= greatest)
        measured[f"floor_{way}_low"] = least / floor
        measured[f"floor_{way}_high"] = greatest / floor
    return measured
