"""A synthetic register that matches Table 1 of Liu exactly.

The paper gives how many firms there are and what all of them emit; how unequal they are is
an assumption: logarithms of size and intensity are normal, with the larger firm the cleaner
one on average. Entities and emissions are met exactly, and the output-weighted mean
intensity is the benchmark over 1 minus the initial deficit, so that the market starts
"slightly short". Output follows from emissions and benchmark (``implied``), or is given
(``statistics``), and then intensity gives way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark._apportion import apportioned
from tanshi.benchmark.firms import CURVES, FirmRegister
from tanshi.benchmark.register_curves import draw_curves, mix_faults, mix_keys
from tanshi.benchmark.tiers import tiers_in_groups
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.industries import Industry

    Array = NDArray[np.float64]

LARGE_SHARE = 0.3  # by output
POTENTIAL_BY_TIER = (0.7, 1.0, 1.3)  # of the industry's potential
UNKNOWN_REGION = "not stated"


@dataclass(frozen=True, kw_only=True)
class RegisterPlan:
    """What a synthetic register assumes.

    Parameters
    ----------
    seed : int
    output_rule : {"implied", "statistics"}
    output_units : mapping of industry to float
        Total output, needed under ``statistics``.
    initial_deficit : float in [0, 0.5)
        Of allocation at the initial benchmark.
    size_deviation : float, >= 0
        Of the logarithm of output.
    size_intensity_correlation : float in (-1, 1)
    least_emissions_tco2 : float, >= 0
        Threshold of coverage, 26,000 t.
    cost_deviation : float, >= 0
        Of the logarithm of the slope of abatement cost.
    curve : {"linear", "power", "log", "stepped"}
        Of all firms that `curves` says nothing of.
    curves : mapping of str to mapping of curve to number, >= 0
        Mixes of curves by industry, or by industry and process, see `draw_curves`.
    region_shares : mapping of industry to mapping of region to number, >= 0
        Weights by which an industry's firms are apportioned to regions; what is missing up
        to 1 is `not stated`. Weights that add to more than 1 are counts, and are divided
        by the industry's entities.
    cost_level_by_region : mapping of region to float, > 0
        Abatement cost over the mean, for example from provincial estimates.
    """

    seed: int = 1
    output_rule: str = "implied"
    output_units: Mapping[str, float] = field(default_factory=dict)
    initial_deficit: float = 0.01
    size_deviation: float = 1.2
    size_intensity_correlation: float = -0.4
    least_emissions_tco2: float = 26_000.0
    cost_deviation: float = 0.4
    curve: str = "linear"
    curves: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    region_shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    cost_level_by_region: Mapping[str, float] = field(default_factory=dict)


def draw_register(industries: Sequence[Industry], plan: RegisterPlan) -> FirmRegister:
    """Draw the firms of some industries.

    Parameters
    ----------
    industries : sequence of Industry
    plan : RegisterPlan

    Returns
    -------
    FirmRegister

    Raises
    ------
    InputError
        Every impossible assumption, for example a threshold above mean emissions.
    """
    _check(industries, plan)
    rng = np.random.default_rng(plan.seed)
    parts = [_draw_industry(industry, plan, rng) for industry in industries]
    regions = [region for part in parts for region in part.region]
    level = np.array([plan.cost_level_by_region.get(region, 1.0) for region in regions])
    counts = [len(part.region) for part in parts]
    industry = np.repeat(np.arange(len(parts)), counts)
    process = np.concatenate([part.process for part in parts])
    return FirmRegister(
        industries=tuple(industries),
        firm=tuple(
            f"{industry.name} {k + 1:04d}"
            for industry, count in zip(industries, counts, strict=True)
            for k in range(count)
        ),
        industry=industry,
        process=process,
        region=tuple(regions),
        output=np.concatenate([part.output for part in parts]),
        intensity_tco2_per_unit=np.concatenate([part.intensity for part in parts]),
        tier=np.concatenate([part.tier for part in parts]),
        large=np.concatenate([part.large for part in parts]),
        mac_slope=level * np.concatenate([part.slope for part in parts]),
        mac_cap_tco2_per_unit=np.concatenate([part.cap for part in parts]),
        mac_curve=draw_curves(
            industries,
            industry,
            process,
            curves=plan.curves,
            otherwise=plan.curve,
            seed=plan.seed,
        ),
    )


@dataclass(frozen=True, eq=False)
class _Drawn:
    process: NDArray[np.int64]
    region: list[str]
    output: Array
    intensity: Array
    tier: NDArray[np.int64]
    large: NDArray[np.bool_]
    slope: Array
    cap: Array


def _draw_industry(industry: Industry, plan: RegisterPlan, rng: np.random.Generator) -> _Drawn:
    n = industry.entities
    process = apportioned([one.share for one in industry.processes], n)
    rng.shuffle(process)
    size = rng.standard_normal(n)
    own = rng.standard_normal(n)
    rho = plan.size_intensity_correlation
    spread = industry.intensity_deviation * (rho * size + np.sqrt(1.0 - rho**2) * own)
    level = np.array([one.relative_intensity for one in industry.processes])[process]
    intensity = level * np.exp(spread)
    output = np.exp(plan.size_deviation * size)
    if plan.output_rule == "implied":
        mean = industry.benchmark_tco2_per_unit / (1.0 - plan.initial_deficit)
    else:
        mean = industry.emissions_tco2 / plan.output_units[industry.name]
    emissions = _above_threshold(output * intensity, industry, plan)
    output = emissions / intensity
    # One factor on intensity, its inverse on output: emissions stay, the mean is met.
    scale = mean * output.sum() / emissions.sum()
    intensity, output = intensity * scale, output / scale
    tier = tiers_in_groups(intensity, process)
    multiple = np.array(POTENTIAL_BY_TIER)[tier]
    cap = multiple * industry.reduction_potential * intensity
    dispersion = np.exp(plan.cost_deviation * rng.standard_normal(n))
    return _Drawn(
        process=process,
        region=_regions(industry, plan, rng),
        output=output,
        intensity=intensity,
        tier=tier,
        large=output >= np.quantile(output, 1.0 - LARGE_SHARE),
        slope=industry.cap_cost_cny_per_tco2 * dispersion / cap,
        cap=cap,
    )


def _above_threshold(raw: Array, industry: Industry, plan: RegisterPlan) -> Array:
    """Return emissions that add to the industry's, none below the threshold of coverage."""
    above = raw / raw.sum()
    free = industry.emissions_tco2 - plan.least_emissions_tco2 * len(raw)
    return np.asarray(plan.least_emissions_tco2 + free * above)


def _regions(industry: Industry, plan: RegisterPlan, rng: np.random.Generator) -> list[str]:
    given = plan.region_shares.get(industry.name, {})
    total = sum(given.values())
    whole = industry.entities if total > 1.0 + 1e-9 else 1.0
    names, weights = list(given), [value / whole for value in given.values()]
    rest = 1.0 - sum(weights)
    if rest > 1e-9 or not names:
        names, weights = [*names, UNKNOWN_REGION], [*weights, max(rest, 0.0) or 1.0]
    places = apportioned(weights, industry.entities)
    rng.shuffle(places)
    return [names[place] for place in places]


def _check(industries: Sequence[Industry], plan: RegisterPlan) -> None:
    faults = _plan_faults(plan)
    names = [industry.name for industry in industries]
    if len(set(names)) < len(names) or not names:
        allowed = "at least one, names of their own"
        faults.append(_fault("industries", "impossible industries", ", ".join(names), allowed))
    known = mix_keys(industries)
    faults += [
        _fault("curves", "a mix of curves for nobody", key, ", ".join(known))
        for key in plan.curves
        if key not in known
    ]
    for industry in industries:
        faults += _industry_faults(industry, plan)
    if faults:
        raise InputError(faults)


def _plan_faults(plan: RegisterPlan) -> list[Fault]:
    checks = [
        ("output_rule", plan.output_rule in {"implied", "statistics"}, "implied, statistics"),
        ("curve", plan.curve in CURVES, ", ".join(CURVES)),
        ("initial_deficit", 0.0 <= plan.initial_deficit < 0.5, "from 0 to below 0.5"),
        (
            "size_intensity_correlation",
            -1.0 < plan.size_intensity_correlation < 1.0,
            "between -1 and 1",
        ),
    ]
    for name in ("size_deviation", "least_emissions_tco2", "cost_deviation"):
        value = getattr(plan, name)
        checks.append((name, bool(np.isfinite(value) and value >= 0), "finite, 0 or more"))
    faults = [
        _fault(name, "impossible assumption", getattr(plan, name), allowed)
        for name, holds, allowed in checks
        if not holds
    ]
    faults += mix_faults(plan.curves)
    faults += [
        _fault("cost_level_by_region", "not a level", f"{region}: {value}", "above 0")
        for region, value in plan.cost_level_by_region.items()
        if not (np.isfinite(value) and value > 0)
    ]
    return faults


def _industry_faults(industry: Industry, plan: RegisterPlan) -> list[Fault]:
    faults = []
    if plan.least_emissions_tco2 * industry.entities >= industry.emissions_tco2:
        mean = industry.emissions_tco2 / industry.entities
        allowed = f"below the mean of {industry.name}, {mean:,.0f} t"
        name, found = "least_emissions_tco2", plan.least_emissions_tco2
        faults.append(_fault(name, "threshold too high", found, allowed))
    if plan.output_rule == "statistics":
        found = plan.output_units.get(industry.name, 0.0)
        if not (np.isfinite(found) and found > 0):
            allowed = f"units a year of {industry.name}, above 0"
            faults.append(_fault("output_units", "no output", found, allowed))
    shares = plan.region_shares.get(industry.name, {})
    whole = sum(shares.values())
    if any(value < 0 for value in shares.values()) or whole > max(industry.entities, 1.0):
        allowed = f"shares, or at most {industry.entities} firms"
        found_regions = f"{industry.name}: {whole:g}"
        faults.append(_fault("region_shares", "impossible regions", found_regions, allowed))
    return faults


def _fault(name: str, what: str, found: object, allowed: str) -> Fault:
    return Fault(what, str(found), allowed, "correct the assumption", column=f"register.{name}")
