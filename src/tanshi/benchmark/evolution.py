"""Let a market of firms evolve under its rules, replicate by replicate.

Source: Liu, section 3 (agents and stages); what the paper leaves open is an assumption of
`MarketRules`. Replicates have random streams of their own, spawned from the seed, and run
on threads: the result does not depend on how many. Scenarios that are compared share the
streams (common random numbers).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
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
from tanshi.benchmark._year import run_years
from tanshi.benchmark.results import EvolutionResult
from tanshi.core import CertificateError, Fault, InputError, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.rules import MarketRules

    Array = NDArray[np.float64]

FRONTIER_QUANTILE = 0.1  # of intensity within an industry's process: the frontier
CONSERVED = 1e-9  # relative


@dataclass(frozen=True, eq=False, kw_only=True)
class EvolutionPlan:
    """What is evolved.

    Parameters
    ----------
    register : FirmRegister
    rules : MarketRules
    relative : (n,) array, > 0
        Each firm's benchmark over that of its industry and process: 1 for a uniform rule,
        else by tier and scale, see `tanshi.benchmark.coefficients.relative_benchmarks`.
    years : int, >= 1
    supported_regions : frozenset of str
    benchmark_scale : (S,) array, optional
        Start of the benchmarks over Table 1's, by industry.
    emission_path_tco2 : (years,) or (R, years) array, optional
        Emissions to be met every year by scaling all benchmarks; without feedback then.
    """

    register: FirmRegister
    rules: MarketRules
    relative: Array
    years: int = 20
    supported_regions: frozenset[str] = frozenset()
    benchmark_scale: Array | None = None
    emission_path_tco2: Array | None = None

    def __post_init__(self) -> None:
        faults = []
        if self.years < 1:
            faults.append(Fault("no year", str(self.years), "1 or more", "ask for 20", ""))
        relative = np.asarray(self.relative, dtype=np.float64)
        wanted = (self.register.n_firms,)
        if relative.shape != wanted or not (np.isfinite(relative) & (relative > 0)).all():
            what, remedy = "impossible relative benchmarks", "give 1 for a uniform rule"
            faults.append(Fault(what, str(relative.shape), f"{wanted}, above 0", remedy))
        unknown = sorted(self.supported_regions - set(self.register.region))
        if unknown:
            known = ", ".join(sorted(set(self.register.region)))
            remedy = "use a region of the register"
            faults.append(Fault("no firm in a supported region", ", ".join(unknown), known, remedy))
        if faults:
            raise InputError(faults)
        object.__setattr__(self, "relative", frozen(relative))


def evolve_market(
    plan: EvolutionPlan,
    *,
    replicates: int | Sequence[int] = 1,
    seed: int,
    workers: int | None = None,
    progress: Callable[[], None] | None = None,
) -> EvolutionResult:
    """Run all years of some replicates.

    Parameters
    ----------
    plan : EvolutionPlan
    replicates : int or sequence of int
        How many, or which: any split of a range gives the same streams.
    seed : int
    workers : int, optional
        Threads; by default one a processor.
    progress : callable, optional
        Called after each replicate.

    Returns
    -------
    EvolutionResult

    Raises
    ------
    CertificateError
        Allowances were not conserved in some year, which would be a fault of ours.
    """
    which = range(replicates) if isinstance(replicates, int) else replicates
    if not len(which):
        fault = Fault("no replicate", "0", "1 or more", "ask for 12", column="replicates")
        raise InputError([fault])

    def one(place: int) -> Records:
        run = _prepared(plan, seed, which[place], place)
        run_years(run)
        if progress is not None:
            progress()
        return run.records

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        records = list(pool.map(one, range(len(which))))
    years = np.stack([record.years for record in records])
    _check_conserved(years)
    return EvolutionResult(
        industries=tuple(industry.name for industry in plan.register.industries),
        regions=tuple(sorted(set(plan.register.region))),
        seed=seed,
        replicates=tuple(which),
        years=_readonly(years),
        by_industry=_readonly(np.stack([record.industries for record in records])),
        by_region=_readonly(np.stack([record.regions for record in records])),
        burden_cny=frozen(np.stack([record.burden for record in records])),
        revenue_cny=frozen(np.stack([record.revenue for record in records])),
        next_benchmark=frozen(np.stack([record.last for record in records])),
        floor=plan.rules.price.floor,
        ceiling=plan.rules.price.ceiling,
        deficit=plan.rules.adjustment.deficit,
    )


def _prepared(plan: EvolutionPlan, seed: int, replicate: int, place: int) -> Run:
    register, rules = plan.register, plan.rules
    n, count = register.n_firms, len(register.industries)
    regions = sorted(set(register.region))
    firms = _firm_table(plan, regions)
    state = np.zeros(n, STATE)
    state["intensity"] = register.intensity_tco2_per_unit
    state["potential"] = firms["potential"]
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replicate,)))
    beginning = _beginning(plan, rng, regions, place)
    draws = _draws(plan, rng)
    market = Market(firms, _sector_table(plan), state, numbers(rules), np.zeros(1, YEAR))
    records = Records(
        years=np.zeros(plan.years, YEAR_RECORD),
        industries=np.zeros((plan.years, count), INDUSTRY_RECORD),
        regions=np.zeros((plan.years, len(regions)), REGION_RECORD),
        burden=np.zeros((plan.years, n)),
        revenue=np.zeros((plan.years, n)),
        last=np.zeros(count),
    )
    return Run(market, beginning, draws, records)


def _firm_table(plan: EvolutionPlan, regions: list[str]) -> NDArray[Any]:
    register = plan.register
    firms = np.zeros(register.n_firms, FIRM)
    intensity = np.asarray(register.intensity_tco2_per_unit)
    place = {region: k for k, region in enumerate(regions)}
    initial = np.array([one.benchmark_tco2_per_unit for one in register.industries])
    industry = np.asarray(register.industry)
    firms["industry"] = industry
    firms["region"] = [place[region] for region in register.region]
    firms["tier"] = register.tier
    firms["large"] = register.large
    firms["curve"] = register.mac_curve
    firms["output"] = register.output
    firms["slope"] = register.mac_slope
    firms["potential"] = np.asarray(register.mac_cap_tco2_per_unit) / intensity
    firms["relative"] = plan.relative * register.benchmark_tco2_per_unit / initial[industry]
    firms["cap"] = (
        register.emissions_tco2
        * initial[industry]
        * firms["relative"]
        / (_mean_intensity(register)[industry])
    )
    firms["supported"] = [region in plan.supported_regions for region in register.region]
    process = np.asarray(register.process)
    for s in range(len(initial)):
        for k in range(len(register.industries[s].processes)):
            members = (industry == s) & (process == k)
            if members.any():
                best = np.quantile(intensity[members], FRONTIER_QUANTILE)
                firms["frontier"][members] = best
    return firms


def _mean_intensity(register: FirmRegister) -> Array:
    """Return the output-weighted mean intensity by industry, (S,)."""
    industry, count = np.asarray(register.industry), len(register.industries)
    emitted = np.bincount(industry, register.emissions_tco2, count)
    output = np.bincount(industry, np.asarray(register.output), count)
    return np.asarray(emitted / np.maximum(output, np.finfo(float).tiny))


def _sector_table(plan: EvolutionPlan) -> NDArray[Any]:
    industries = plan.register.industries
    sectors = np.zeros(len(industries), SECTOR)
    sectors["price"] = [one.product_price_cny for one in industries]
    sectors["demand_elasticity"] = [one.demand_elasticity for one in industries]
    sectors["supply_elasticity"] = [one.supply_elasticity for one in industries]
    sectors["improvement"] = [one.autonomous_improvement for one in industries]
    sectors["first_year"] = [one.first_year for one in industries]
    potential = np.array([one.reduction_potential for one in industries])
    differential = 0.5 * (potential / potential.mean() - 1.0)
    sectors["pace"] = 1.0 + (differential if plan.rules.adjustment.differential else 0.0)
    return sectors


def _beginning(
    plan: EvolutionPlan, rng: np.random.Generator, regions: list[str], place: int
) -> Beginning:
    register, services = plan.register, plan.rules.services
    initial = np.array([one.benchmark_tco2_per_unit for one in register.industries])
    if plan.benchmark_scale is not None:
        initial = initial * plan.benchmark_scale
    offered = services.providers if services.first_capacity_share > 0 else 0
    capacity = services.first_capacity_share * register.emissions_tco2.sum()
    # Drawn even where nothing is offered: later numbers stay the same with and without.
    spread = np.exp(services.cost_spread * rng.standard_normal(services.providers))[:offered]
    target = np.zeros(plan.years)
    if plan.emission_path_tco2 is not None:
        path = np.asarray(plan.emission_path_tco2, dtype=np.float64)
        target = path if path.ndim == 1 else path[place]
    return Beginning(
        benchmark=initial,
        expected=plan.rules.price.first_expected,
        margins=np.full(offered, services.first_margin) * np.sqrt(spread),
        capacity=np.full(offered, capacity / max(offered, 1)),
        provider_cost=0.5 * services.first_margin * spread,
        supported=np.array([float(region in plan.supported_regions) for region in regions]),
        target=np.ascontiguousarray(target),
    )


def _draws(plan: EvolutionPlan, rng: np.random.Generator) -> Draws:
    register, demand = plan.register, plan.rules.demand
    n, count, years = register.n_firms, len(register.industries), plan.years
    sector_shock = rng.standard_normal((years, count)) * demand.sector_deviation
    common_shock = rng.standard_normal(years) * demand.common_deviation
    energy = rng.standard_normal(years) * demand.energy_deviation
    industry = np.asarray(register.industry)
    levels = np.empty((years, n))
    cycle, common = np.zeros(count), 0.0
    for t in range(years):
        cycle = demand.persistence * cycle + sector_shock[t]
        common = demand.persistence * common + common_shock[t]
        levels[t] = (cycle + common + np.log1p(demand.growth) * t)[industry]
    levels += demand.firm_deviation * rng.standard_normal((years, n))
    noise = plan.rules.verification.noise
    return Draws(
        demand=np.asarray(register.output) * np.exp(levels),
        error=np.maximum(1.0 + noise * rng.standard_normal((years, n)), 0.5),
        energy=energy,
        bid=rng.standard_normal((years, n)),
        audit=rng.random((years, n)),
        detect=rng.random((years, n)),
        turn=rng.random((years, n)),
        choice=rng.random((years, n)),
        mutate=rng.random((years, n)),
    )


def _check_conserved(years: NDArray[Any]) -> None:
    """Refuse a result in which allowances came from nowhere or vanished."""
    bank, debt = years["banked_tco2"], years["owed_tco2"]
    before = [np.pad(stock, ((0, 0), (1, 0)))[:, :-1] for stock in (bank, debt)]
    inflow = years["issued_tco2"] + years["sink_credits_tco2"] + years["reserve_sold_tco2"]
    inflow = inflow + before[0] + debt - years["found_tco2"] + years["unpaid_tco2"]
    outflow = years["surrendered_tco2"] + years["cancelled_tco2"] + bank + before[1]
    gap = np.abs(inflow - outflow) / np.maximum(outflow, 1.0)
    if gap.max() > CONSERVED:
        replicate, year = np.unravel_index(int(gap.argmax()), gap.shape)
        message = (
            f"allowances were not conserved: relative gap {gap.max():.1e} in year {year + 1} of "
            f"replicate {replicate}. This is a fault of the simulation; please report it."
        )
        raise CertificateError(message)


def _readonly(table: NDArray[Any]) -> NDArray[Any]:
    table.setflags(write=False)
    return table
