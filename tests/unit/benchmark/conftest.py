import numpy as np
import pytest

from tanshi.benchmark.firms import FirmRegister
from tanshi.benchmark.industries import Industry
from tanshi.benchmark.rules import (
    AdjustmentRules,
    BankingRules,
    ComplianceRules,
    CostRules,
    DemandRules,
    MarketRules,
    PriceRules,
    RevisionRules,
    ServiceRules,
    TechnologyRules,
    VerificationRules,
)


def small_register(n=60, seed=1, elasticity=0.4):
    rng = np.random.default_rng(seed)
    industries = (
        Industry(
            name="power",
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
    """Rules under which the closed form of the notes holds: everyone abates at the price."""
    return MarketRules(
        price=PriceRules(**({"floor": 0.0, "ceiling": 1e4, "permanent_share": 1.0} | price)),
        banking=BankingRules(allowed=False),
        compliance=ComplianceRules(concealment=False),
        verification=VerificationRules(noise=0.0, audit_share=0.0, opinion_weight=0.0),
        costs=CostRules(own_fixed_cny=0.0, trade_fixed_cny=0.0, fee_share=0.0),
        services=ServiceRules(first_capacity_share=0.0, offset_limit=0.0),
        technology=TechnologyRules(
            permanent_cut=0.0, renewal=0.0, diffusion=0.0, research_response=0.0
        ),
        demand=DemandRules(
            sector_deviation=0.0, common_deviation=0.0, firm_deviation=0.0, responds=False
        ),
        revision=RevisionRules(share=0.0),
        adjustment=AdjustmentRules(
            trend=0.0, feedback=0.0, price_response=0.0, laggard_support=False
        ),
    )


@pytest.fixture(scope="session")
def register():
    return small_register()
