from dataclasses import replace

import numpy as np
import pytest

from tanshi.benchmark.firms import FirmRegister
from tanshi.benchmark.industries import Industry
from tanshi.benchmark.rules import MarketRules


def small_register(n=60, seed=1, elasticity=0.4):
    rng = np.random.default_rng(seed)
    industries = (
        Industry(
            name="power",
            covered_before=True,
            entities=n // 2,
            emissions_tco2=5e8,
            benchmark_tco2_per_unit=0.82,
            reduction_potential=0.09,
            product_price_cny=400.0,
            demand_elasticity=elasticity,
            autonomous_improvement=0.0,
        ),
        Industry(
            name="steel",
            entities=n - n // 2,
            emissions_tco2=2e8,
            benchmark_tco2_per_unit=2.0,
            reduction_potential=0.06,
            cap_cost_cny_per_tco2=350.0,
            product_price_cny=3600.0,
            demand_elasticity=elasticity,
            autonomous_improvement=0.0,
        ),
    )
    industry = np.repeat([0, 1], [n // 2, n - n // 2])
    base = np.array([0.82, 2.0])[industry]
    intensity = 1.01 * base * np.exp(0.05 * rng.standard_normal(n))
    output = np.exp(rng.standard_normal(n)) * 5e6
    potential = np.array([0.09, 0.06])[industry]
    return FirmRegister(
        industries=industries,
        firm=tuple(f"firm {i:03d}" for i in range(n)),
        industry=industry,
        process=np.zeros(n, int),
        region=tuple(("north", "south")[i % 2] for i in range(n)),
        output=output,
        intensity_tco2_per_unit=intensity,
        tier=rng.integers(3, size=n),
        large=rng.random(n) < 0.3,
        mac_slope=280.0 * np.exp(0.3 * rng.standard_normal(n)) / (potential * intensity),
        mac_cap_tco2_per_unit=potential * intensity,
        mac_curve=np.zeros(n, int),
    )


def frictionless(**price):
    """Rules under which the closed form holds: everyone abates at the price."""
    rules = MarketRules.frictionless()
    return replace(rules, price=replace(rules.price, **price))


@pytest.fixture(scope="session")
def register():
    return small_register()
