"""From a plan to the tables and random numbers of one replicate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.benchmark._layout import (
    FIRM,
    INDUSTRY_RECORD,
    REGION_RECORD,
    SECTOR,
    STATE,
    YEAR,
    YEAR_RECORD,
    Beginning,
    Draws,
    Market,
    Records,
    Run,
    numbers,
)
from tanshi.benchmark.mechanism import kinds_of_regions, pace_parts
from tanshi.benchmark.tiers import factors_in_use, groups_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.evolution import EvolutionPlan
    from tanshi.benchmark.firms import FirmRegister

    Array = NDArray[np.float64]
    Table = NDArray[Any]

FRONTIER_QUANTILE = 0.1  # of intensity within an industry's process: the frontier


@dataclass(frozen=True, eq=False)
class Tables:
    """What all replicates of a plan share."""

    plan: EvolutionPlan
    regions: list[str]
    firms: Table
    sectors: Table
    relative: Array
    factors: Array
    policies: Table
    known: Table


def shared_tables(plan: EvolutionPlan) -> Tables:
    """Return what all replicates of a plan share."""
    register = plan.register
    regions = sorted(set(register.region))
    policies = np.concatenate([numbers(plan.rules_in(t + 1)) for t in range(plan.years)])
    known = np.concatenate([numbers(plan.known_in(t + 1)) for t in range(plan.years)])
    return Tables(
        plan=plan,
        regions=regions,
        firms=_firm_table(plan, regions),
        sectors=_sector_table(plan),
        relative=over_industry(register, plan.relative),
        factors=factors_in_use(register, np.asarray(plan.relative)),
        policies=policies,
        known=known,
    )


def over_industry(register: FirmRegister, relative: Array) -> Array:
    """Return benchmarks over those of industries from those over processes, (n,) each."""
    initial = np.array([one.benchmark_tco2_per_unit for one in register.industries])
    own = np.asarray(relative) * register.benchmark_tco2_per_unit
    return np.asarray(own / initial[np.asarray(register.industry)])


def prepared_run(tables: Tables, seed: int, replicate: int, place: int) -> Run:
    """Return one replicate, ready to be run.

    Parameters
    ----------
    tables : Tables
    seed, replicate : int
        Together they name the random stream.
    place : int
        Among the replicates asked for, where emissions to be met differ by replicate.
    """
    plan = tables.plan
    n, count = plan.register.n_firms, len(plan.register.industries)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replicate,)))
    firms, state = tables.firms.copy(), np.zeros(n, STATE)
    state["intensity"] = plan.register.intensity_tco2_per_unit
    state["potential"] = firms["potential"]
    state["tier"] = plan.register.tier
    state["relative"] = tables.relative
    services = plan.rules.services
    # Drawn even where nothing is offered: later numbers stay the same with and without.
    spread = np.exp(services.cost_spread * rng.standard_normal(services.providers))
    firms["conceals"] = _given_violations(plan, rng.random(n))
    records = Records(
        years=np.zeros(plan.years, YEAR_RECORD),
        industries=np.zeros((plan.years, count), INDUSTRY_RECORD),
        regions=np.zeros((plan.years, len(tables.regions)), REGION_RECORD),
        burden=np.zeros((plan.years, n)),
        revenue=np.zeros((plan.years, n)),
        last=np.zeros(count),
    )
    rules, year = numbers(plan.rules), np.zeros(1, YEAR)
    market = Market(firms, tables.sectors.copy(), state, rules, rules.copy(), year)
    return Run(market, _beginning(tables, spread, place), _draws(plan, rng), records)


def mean_intensity(register: FirmRegister) -> Array:
    """Return the output-weighted mean intensity by industry, (S,)."""
    industry, count = np.asarray(register.industry), len(register.industries)
    emitted = np.bincount(industry, register.emissions_tco2, count)
    output = np.bincount(industry, np.asarray(register.output), count)
    return np.asarray(emitted / np.maximum(output, np.finfo(float).tiny))


def _firm_table(plan: EvolutionPlan, regions: list[str]) -> Table:
    register = plan.register
    firms = np.zeros(register.n_firms, FIRM)
    intensity = np.asarray(register.intensity_tco2_per_unit)
    industry, process = np.asarray(register.industry), np.asarray(register.process)
    place = {region: k for k, region in enumerate(regions)}
    firms["industry"] = industry
    firms["region"] = [place[region] for region in register.region]
    firms["group"] = groups_of(register)
    firms["large"] = register.large
    firms["curve"] = register.mac_curve
    firms["output"] = register.output
    firms["slope"] = register.mac_slope
    firms["potential"] = np.asarray(register.mac_cap_tco2_per_unit) / intensity
    firms["first_intensity"] = intensity
    # By past emissions, in units of product: times the benchmark, this adds to its total.
    firms["grandfathered"] = register.emissions_tco2 / mean_intensity(register)[industry]
    for s, one in enumerate(register.industries):
        for k in range(len(one.processes)):
            members = (industry == s) & (process == k)
            if members.any():
                best = np.quantile(intensity[members], FRONTIER_QUANTILE)
                firms["frontier"][members] = best
    return firms


def _sector_table(plan: EvolutionPlan) -> Table:
    industries = plan.register.industries
    sectors = np.zeros(len(industries), SECTOR)
    sectors["price"] = [one.product_price_cny for one in industries]
    sectors["demand_elasticity"] = [one.demand_elasticity for one in industries]
    sectors["supply_elasticity"] = [one.supply_elasticity for one in industries]
    sectors["improvement"] = [one.autonomous_improvement for one in industries]
    sectors["first_year"] = [one.first_year for one in industries]
    paces = pace_parts(industries, plan.rules.adjustment)
    sectors["potential_pace"], sectors["cost_pace"] = paces
    return sectors


def _given_violations(plan: EvolutionPlan, draw: Array) -> Array:
    """Return 1 for firms that conceal come what may, 0 where others never do, else -1."""
    industry = np.asarray(plan.register.industry)
    conceals = np.full(len(draw), -1.0)
    for s, one in enumerate(plan.register.industries):
        if one.name in plan.given_violations:
            members = np.flatnonzero(industry == s)
            number = round(plan.given_violations[one.name] * len(members))
            conceals[members] = 0.0
            conceals[members[np.argsort(draw[members])[:number]]] = 1.0
    return conceals


def _beginning(tables: Tables, spread: Array, place: int) -> Beginning:
    plan = tables.plan
    register, services = plan.register, plan.rules.services
    initial = np.array([one.benchmark_tco2_per_unit for one in register.industries])
    if plan.benchmark_scale is not None:
        initial = initial * np.asarray(plan.benchmark_scale)
    capacity = services.first_capacity_share * register.emissions_tco2.sum()
    if capacity <= 0.0:
        spread = spread[:0]
    target = np.zeros(plan.years)
    if plan.emission_path_tco2 is not None:
        path = np.asarray(plan.emission_path_tco2, dtype=np.float64)
        target = path if path.ndim == 1 else path[place]
    return Beginning(
        benchmark=initial,
        expected=plan.rules.price.first_expected,
        margins=np.full(len(spread), services.first_margin) * np.sqrt(spread),
        capacity=np.full(len(spread), capacity / max(len(spread), 1)),
        provider_cost=0.5 * services.first_margin * spread,
        supported=kinds_of_regions(tables.regions, plan.supported_regions),
        factors=tables.factors,
        regional_target=np.array([plan.regional_targets.get(x, 0.0) for x in tables.regions]),
        policies=tables.policies.copy(),
        known=tables.known.copy(),
        target=np.array(target),
    )


def _draws(plan: EvolutionPlan, rng: np.random.Generator) -> Draws:
    """Draw year after year, so that a longer run begins with the shorter."""
    register, demand = plan.register, plan.rules.demand
    n, count, years = register.n_firms, len(register.industries), plan.years
    industry = np.asarray(register.industry)
    normal = np.empty((3, years, n))
    uniform = np.empty((5, years, n))
    level = np.ones(years) if plan.cost_level is None else np.array(plan.cost_level, np.float64)
    cycle, common, energy = np.zeros(count), 0.0, 0.0
    for t in range(years):
        shock = rng.standard_normal(count + 2)
        cycle = demand.persistence * cycle + demand.sector_deviation * shock[:count]
        common = demand.persistence * common + demand.common_deviation * shock[count]
        energy += demand.energy_deviation * shock[count + 1]
        level[t] *= np.exp(energy)
        for k in range(3):
            rng.standard_normal(out=normal[k, t])
        for k in range(5):
            rng.random(out=uniform[k, t])
        grown = cycle + common + np.log1p(demand.growth) * t
        normal[0, t] *= demand.firm_deviation
        normal[0, t] += grown[industry]
    error = np.maximum(1.0 + plan.rules.verification.noise * normal[1], 0.5)
    audit, detect, turn, choice, mutate = uniform
    return Draws(
        demand=np.asarray(register.output) * np.exp(normal[0]),
        error=error,
        cost_level=level,
        bid=normal[2],
        audit=audit,
        detect=detect,
        turn=turn,
        choice=choice,
        mutate=mutate,
    )
