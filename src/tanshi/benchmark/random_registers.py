"""Small registers with random costs, elasticities and shortages, to try orderings on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.firms import FirmRegister
from tanshi.benchmark.industries import Industry, Process

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FIRMS = 60
PROVINCES = 6
SHORTAGE = (0.02, 0.06)  # of allowances, range of the draws


def random_register(rng: np.random.Generator) -> FirmRegister:
    """Draw firms of two industries with potential to spare."""
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


def power_register(rng: np.random.Generator, substitution: float) -> FirmRegister:
    """Draw an industry of three classes, which provinces have in different proportions.

    Parameters
    ----------
    rng : Generator
    substitution : float, > 0
        Elasticity with which firms' output follows their cost.
    """
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


def with_elasticity(register: FirmRegister, factor: float) -> FirmRegister:
    """Return the register with all elasticities of product demand times a factor."""
    changed = tuple(
        replace(one, demand_elasticity=factor * one.demand_elasticity)
        for one in register.industries
    )
    return replace(register, industries=changed)
