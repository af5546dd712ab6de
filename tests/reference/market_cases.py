"""Small registers and plans, by hand and at random, on which two markets are compared."""

from dataclasses import replace

import numpy as np

from tanshi.benchmark.evolution import EvolutionPlan
from tanshi.benchmark.firms import FirmRegister
from tanshi.benchmark.industries import Industry, Process
from tanshi.benchmark.rules import PROTOCOLS, UNSOLD, MarketRules
from tanshi.benchmark.switches import SWITCHED_ON

INDUSTRIES = (
    Industry(
        name="power",
        entities=1,
        emissions_tco2=5e7,
        benchmark_tco2_per_unit=0.82,
        reduction_potential=0.09,
        cap_cost_cny_per_tco2=250.0,
        product_price_cny=400.0,
        demand_elasticity=0.3,
        autonomous_improvement=0.0048,
        processes=(
            Process(name="large units", share=0.6, relative_intensity=0.97),
            Process(name="small", share=0.4, relative_intensity=1.05, relative_benchmark=1.04),
        ),
    ),
    Industry(
        name="steel",
        entities=1,
        emissions_tco2=2e7,
        benchmark_tco2_per_unit=2.0,
        reduction_potential=0.06,
        cap_cost_cny_per_tco2=350.0,
        product_price_cny=3600.0,
        demand_elasticity=0.5,
    ),
    Industry(
        name="glass",
        entities=1,
        emissions_tco2=5e6,
        benchmark_tco2_per_unit=0.75,
        reduction_potential=0.08,
        product_price_cny=1500.0,
        demand_elasticity=0.0,
        supply_elasticity=0.7,
        autonomous_improvement=-0.002,
        first_year=3,
    ),
)
KINDS = {
    "renewable_rich": {"south"},
    "old_industrial": {"north"},
    "energy_security": {"south", "west"},
}
# From where each rule is drawn: a range, some values, or numbers that count.
DRAWN = {
    "price": {
        "floor": (0.0, 60.0),
        "ceiling": (61.0, 300.0),
        "first_expected": (20.0, 120.0),
        "adaptation": (0.0, 1.0),
        "permanent_share": (0.0, 1.0),
        "announced": [False, True],
        "reserve_share": (0.0, 0.1),
        "block_session": [False, True],
        "block_minimum_t": (0.0, 2e5),
        "block_band": (0.0, 0.6),
    },
    "allocation": {
        "absolute_cap": [False, False, True],
        "paid_share": (0.0, 0.6),
        "unsold": UNSOLD,
        "bid_spread": [0.0, 0.05, 0.4],
    },
    "banking": {
        "allowed": [False, True],
        "fixed_t": (0.0, 1e5),
        "net_sales_multiple": (0.0, 3.0),
        "carry_discount": (0.5, 1.0),
        "indifference": (0.1, 20.0),
        "borrowing_share": (0.0, 0.2),
    },
    "compliance": {
        "concealment": [False, True, True],
        "hidden_share": (0.0, 0.3),
        "detection_small": (0.0, 1.0),
        "detection_large": (0.0, 1.0),
        "fine_multiple": (0.0, 8.0),
        "least_fine_cny": (0.0, 5e5),
        "reputation": (0.0, 2.0),
        "deduction": [False, True],
        "shortfall_cap": (0.0, 0.2),
    },
    "verification": {
        "noise": (0.0, 0.1),
        "audit_share": (0.0, 1.0),
        "audit_finds": (0.0, 1.0),
        "audit_cost_cny": (0.0, 1e5),
        "opinion_weight": (0.0, 1.0),
    },
    "costs": {
        "own_fixed_cny": (0.0, 1e6),
        "trade_fixed_cny": (0.0, 1e6),
        "fee_share": (0.0, 0.05),
        "block_fee_share": (0.0, 0.03),
    },
    "services": {
        "providers": range(1, 6),
        "cost_factor": (0.5, 1.2),
        "first_margin": (1.0, 20.0),
        "cost_spread": (0.0, 1.0),
        "first_capacity_share": [0.0, 0.01, 0.1],
        "choice_width": (0.5, 10.0),
        "price_speed": (0.0, 2.0),
        "capacity_speed": (0.0, 0.5),
        "offset_limit": (0.0, 0.1),
        "sink_share": (0.0, 0.05),
        "sink_elasticity": (0.0, 3.0),
    },
    "technology": {
        "permanent_cut": (0.0, 1.0),
        "renewal": (0.0, 1.0),
        "diffusion": (0.0, 0.2),
        "reference_price": (10.0, 200.0),
    },
    "research": {
        "pace": [0.0, 0.002, 0.1],
        "years": range(1, 15),
        "interest": (0.0, 0.3),
        "fixed_cny": [0.0, 1e5],
        "foresight": (0.0, 5.0),
    },
    "demand": {
        "persistence": (0.0, 1.0),
        "sector_deviation": (0.0, 0.1),
        "common_deviation": (0.0, 0.1),
        "firm_deviation": (0.0, 0.1),
        "growth": (-0.05, 0.05),
        "energy_deviation": (0.0, 0.3),
        "responds": [False, True],
    },
    "revision": {
        "protocol": PROTOCOLS,
        "share": (0.0, 1.0),
        "noise": (0.05, 3.0),
        "mutation": (0.0, 0.3),
    },
    "adjustment": {
        "trend": (-0.01, 0.04),
        "differential": [False, True],
        "progress": [False, True],
        "feedback": (0.0, 2.0),
        "on_verified": [False, True],
        "deficit": (0.0, 0.06),
        "largest_correction": (0.0, 0.1),
        "price_response": (0.0, 1.0),
        "cost_benefit": [False, True],
        "firm_progress": (0.0, 1.0),
        "reduction_target": (0.0, 0.05),
        "target_response": (0.0, 1.0),
        "regional_response": (0.0, 1.0),
        "phased": [False, True, True],
        "laggard_support": [False, True],
        "laggard_cost_factor": (0.5, 1.0),
        "laggard_fixed_factor": (0.3, 1.0),
        "reclassification": [0, 0, 1, 2],
        "renewable_rich_support": (0.0, 1.0),
        "old_industrial_support": (0.0, 1.0),
        "energy_security_support": (0.0, 1.0),
    },
}


def random_register(seed, n=18, curves=(0, 1, 2, 3)):
    rng = np.random.default_rng(seed)
    industry = rng.permutation(np.arange(n) % 3)
    process = np.where(industry == 0, rng.integers(2, size=n), 0)
    base = np.array([one.benchmark_tco2_per_unit for one in INDUSTRIES])[industry]
    base = base * np.where(industry == 0, np.array([0.97, 1.05])[process], 1.0)
    intensity = 1.01 * base * np.exp(0.06 * rng.standard_normal(n))
    potential = np.array([one.reduction_potential for one in INDUSTRIES])[industry]
    cap = potential * intensity * rng.choice([0.7, 1.0, 1.3], n)
    cap[rng.integers(n)] = 0.0
    top = np.array([one.cap_cost_cny_per_tco2 for one in INDUSTRIES])[industry]
    return FirmRegister(
        industries=INDUSTRIES,
        firm=tuple(f"firm {i}" for i in range(n)),
        industry=industry,
        process=process,
        region=tuple(("north", "south", "west")[i] for i in rng.permutation(np.arange(n) % 3)),
        output=np.exp(1.2 * rng.standard_normal(n)) * 1e6,
        intensity_tco2_per_unit=intensity,
        tier=rng.integers(3, size=n),
        large=rng.random(n) < 0.4,
        mac_slope=top * np.exp(0.5 * rng.standard_normal(n)) / (potential * intensity),
        mac_cap_tco2_per_unit=cap,
        mac_curve=rng.choice(curves, n),
    )


def plan_with(rules, *, seed=0, register=None, years=5, short=0.02, **changes):
    """Return a plan of random firms whose allocation at first is short by a share."""
    register = register or random_register(seed)
    rng = np.random.default_rng([seed, 7])
    relative = np.exp(0.03 * rng.standard_normal(register.n_firms))
    given = (register.output * register.benchmark_tco2_per_unit * relative).sum()
    relative *= (1.0 - short) * register.emissions_tco2.sum() / given
    return EvolutionPlan(register=register, rules=rules, relative=relative, years=years, **changes)


def random_rules(rng):
    """Draw about half of all rules; the others keep their defaults."""
    groups = {}
    for group, rows in DRAWN.items():
        values = {}
        for name, source in rows.items():
            if rng.random() < 0.4:
                continue
            if isinstance(source, tuple) and not isinstance(source[0], str):
                values[name] = float(rng.uniform(*source))
            else:
                values[name] = source[rng.integers(len(source))]
        groups[group] = replace(getattr(MarketRules(), group), **values)
    return MarketRules(**groups)


def random_plan(seed):
    rng = np.random.default_rng([seed, 99])
    extra = {
        "supported_regions": KINDS,
        "regional_targets": {"north": 0.02},
        "given_violations": {"power": 0.4},
        "benchmark_scale": np.array([1.0, 1.02, 0.97]),
        "cost_level": np.exp(0.1 * rng.standard_normal(5)),
        "policy_changes": {3: random_rules(rng)},
    }
    taken = {name: value for name, value in extra.items() if rng.random() < 0.4}
    register = random_register(seed, n=int(rng.integers(3, 25)))
    short = float(rng.uniform(-0.02, 0.06))
    return plan_with(random_rules(rng), seed=seed, register=register, short=short, **taken)


def busy_plan(**changes):
    """Return a plan in which every mechanism has something to do."""
    rules = MarketRules()
    for name in SWITCHED_ON:
        if name != "absolute cap":
            rules = rules.having(name)
    rules = replace(
        rules,
        price=replace(rules.price, floor=50.0, ceiling=75.0, block_minimum_t=2e4),
        compliance=replace(rules.compliance, shortfall_cap=0.05, detection_large=0.1),
        revision=replace(rules.revision, noise=1.0, mutation=0.05),
        adjustment=replace(rules.adjustment, reduction_target=0.03),
    )
    words = {
        "supported_regions": KINDS,
        "regional_targets": {"north": 0.02},
        "given_violations": {"steel": 0.3},
        "benchmark_scale": np.array([1.0, 1.01, 0.99]),
        "years": 8,
    }
    return plan_with(**({"rules": rules} | words | changes))


def with_values(rules, group, **values):
    return replace(rules, **{group: replace(getattr(rules, group), **values)})
