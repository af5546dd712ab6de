"""Turn the section `[benchmark]` and a user's tables into what the benchmark room takes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.coefficients import relative_benchmarks
from tanshi.benchmark.firms import CURVES, FirmRegister
from tanshi.benchmark.given_rule import given_benchmarks
from tanshi.benchmark.industries import TIERS, Industry
from tanshi.benchmark.register_curves import draw_curves
from tanshi.benchmark.register_draw import (
    LARGE_SHARE,
    POTENTIAL_BY_TIER,
    RegisterPlan,
    draw_register,
)
from tanshi.benchmark.tiers import tiers_in_groups
from tanshi.core import Fault, InputError
from tanshi.data.firm_register import load_firm_register
from tanshi.data.series import load_mac_table
from tanshi.study.benchmark_regions import named_without_firms
from tanshi.study.benchmark_scenario import TABLE_1

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tanshi.data.benchmark_table import BenchmarkTable
    from tanshi.data.firm_register import FirmTable
    from tanshi.study.benchmark_scenario import BenchmarkSection

    Array = NDArray[np.float64]

SECTION = "benchmark"


def industries_of_table(table: BenchmarkTable) -> tuple[Industry, ...]:
    """Return the industries of a file; what it does not say has the room's default."""
    return tuple(
        Industry(
            name=row.industry,
            entities=row.entities,
            emissions_tco2=row.emissions_tco2,
            benchmark_tco2_per_unit=row.benchmark_tco2_per_unit,
            reduction_potential=row.reduction_potential,
            unit=row.unit,
        )
        for row in table.rows
    )


def processes_of(section: BenchmarkSection) -> dict[str, tuple[str, ...]]:
    """Return the names of processes by industry, which a user's table may use."""
    return {row.name: tuple(one.name for one in row.processes) for row in section.industries}


def benchmarks_of(section: BenchmarkSection) -> dict[tuple[str, str], float]:
    """Return the first benchmark of each industry's process, tCO2 per unit."""
    return {
        (row.name, one.name): row.benchmark_tco2_per_unit * one.relative_benchmark
        for row in section.industries
        for one in row.processes
    }


def load_register(path: Path, section: BenchmarkSection) -> FirmTable:
    """Read a user's register for a market.

    Raises
    ------
    InputError
        Every fault of the file, see `load_firm_register`.
    """
    return load_firm_register(
        path, processes=processes_of(section), benchmarks=benchmarks_of(section)
    )


def is_table_1(section: BenchmarkSection) -> bool:
    """Tell whether a scenario's industries are those of Table 1 of Liu, as it prints them."""

    def printed(industries: Sequence[Industry]) -> list[tuple[object, ...]]:
        return [
            (
                one.name,
                one.entities,
                one.emissions_tco2,
                one.benchmark_tco2_per_unit,
                one.reduction_potential,
            )
            for one in industries
        ]

    return printed(section.industries) == printed(TABLE_1)


def build_register(section: BenchmarkSection, firms: FirmTable | None = None) -> FirmRegister:
    """Return the market's firms: the user's, or drawn as the scenario says.

    Raises
    ------
    InputError
        Assumptions that do not fit together, or a file of costs with faults.
    """
    plan = register_plan(section, cost_levels(section))
    if firms is not None:
        # An industry without a firm has no market.
        there = tuple(one for one in section.industries if one.name in firms.industry)
        return own_register(firms, there, plan)
    return draw_register(section.industries, plan)


def register_plan(section: BenchmarkSection, levels: dict[str, float]) -> RegisterPlan:
    """Return what a drawn register assumes.

    Parameters
    ----------
    section : BenchmarkSection
    levels : dict of region to float
        Of abatement costs over their mean.
    """
    firms = section.firms
    shares = dict(firms.region_shares)
    for industry, counts in firms.region_counts.items():
        whole = sum(counts.values())
        shares[industry] = {region: count / whole for region, count in counts.items() if whole}
    own = firms.model_dump(exclude={"region_counts", "cost_level_file"})
    return RegisterPlan(**own | {"region_shares": shares, "cost_level_by_region": levels})


def own_register(
    firms: FirmTable,
    industries: tuple[Industry, ...],
    plan: RegisterPlan,
) -> FirmRegister:
    """Return a user's firms, with what the file does not say from the scenario.

    A tier that is not given follows from the rank
    of the firm's intensity within its industry's process, scale from that of its output, the
    cap from the potential of industry and tier, the slope from the cap cost.

    Parameters
    ----------
    firms : FirmTable
    industries : tuple of Industry
        All that the firms name.
    plan : RegisterPlan
        Gives levels of costs by region, and the curves of firms whose row does not say one.
    """
    place = {one.name: s for s, one in enumerate(industries)}
    industry = np.array([place[name] for name in firms.industry])
    process = np.array(
        [
            [one.name for one in industries[s].processes].index(name)
            for s, name in zip(industry, firms.process, strict=True)
        ]
    )
    intensity, output = firms.intensity_tco2_per_unit, firms.output
    tier = tiers_of(firms.technology, intensity, industry, process)
    potential = np.array([one.reduction_potential for one in industries])[industry]
    usual_cap = np.array(POTENTIAL_BY_TIER)[tier] * potential * intensity
    cap = np.where(np.isnan(firms.mac_cap_tco2_per_unit), usual_cap, firms.mac_cap_tco2_per_unit)
    cap_cost = np.array([one.cap_cost_cny_per_tco2 for one in industries])[industry]
    level = np.array([plan.cost_level_by_region.get(region, 1.0) for region in firms.region])
    slope = np.where(np.isnan(firms.mac_slope), level * cap_cost / cap, firms.mac_slope)
    return FirmRegister(
        industries=industries,
        firm=firms.firm,
        industry=industry,
        process=process,
        region=firms.region,
        output=output,
        intensity_tco2_per_unit=intensity,
        tier=tier,
        large=large_of(output, industry),
        mac_slope=slope,
        mac_cap_tco2_per_unit=cap,
        mac_curve=_curves_of(firms, industries, industry, process, plan),
    )


def _curves_of(
    firms: FirmTable,
    industries: tuple[Industry, ...],
    industry: NDArray[np.int64],
    process: NDArray[np.int64],
    plan: RegisterPlan,
) -> NDArray[np.int64]:
    """Return the curves that the file says; of the other firms those of the scenario's mix."""
    usual = draw_curves(
        industries,
        industry,
        process,
        curves=plan.curves,
        otherwise=plan.curve,
        seed=plan.seed,
    )
    given = np.array([CURVES.index(name) if name else -1 for name in firms.mac_curve])
    return np.where(given >= 0, given, usual)


def tiers_of(
    given: Sequence[str], intensity: Array, industry: NDArray[np.int64], process: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return tiers: those given, and for the others by rank of intensity in the process.

    Examples
    --------
    >>> one = np.zeros(4, np.int64)
    >>> tiers_of(["", "", "", "advanced"], np.array([0.7, 0.8, 0.9, 1.0]), one, one).tolist()
    [0, 1, 1, 0]
    """
    # Distinct numbers for the processes of all industries.
    group = np.unique(np.stack([industry, process]), axis=1, return_inverse=True)[1].ravel()
    tier = tiers_in_groups(intensity, group)
    named = [TIERS.index(name) if name else -1 for name in given]
    return np.where(np.array(named) >= 0, named, tier)


def large_of(output: Array, industry: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which firms are large: the upper part of their industry by output."""
    large = np.zeros(len(output), np.bool_)
    for s in np.unique(industry):
        members = industry == s
        large[members] = output[members] >= np.quantile(output[members], 1.0 - LARGE_SHARE)
    return large


def cost_levels(section: BenchmarkSection) -> dict[str, float]:
    """Return abatement costs by region over their mean: those given, over those of the file.

    Of the file, costs of the last year are taken where they are finite and above 0, over
    their geometric mean.

    Raises
    ------
    InputError
        Every fault of the file, or no such cost in its last year.
    """
    firms = section.firms
    if firms.cost_level_file is None:
        return dict(firms.cost_level_by_region)
    costs = load_mac_table(firms.cost_level_file)
    levels = levels_of(costs.unit, costs.period, costs.mac)
    if not levels:
        what, found = "no cost to take levels from", f"none in {costs.period.max()}"
        allowed, remedy = "a finite cost above 0 in the last year", "give another file of costs"
        raise InputError([Fault(what, found, allowed, remedy, file=costs.source)])
    return levels | firms.cost_level_by_region


def files_read(section: BenchmarkSection, firms: FirmTable | None = None) -> dict[str, str]:
    """Return the files behind a market, each with its hash.

    Parameters
    ----------
    section : BenchmarkSection
    firms : FirmTable, optional
        The user's register.
    """
    found = {} if firms is None else {firms.source: firms.sha256}
    if section.firms.cost_level_file is not None:
        costs = load_mac_table(section.firms.cost_level_file)
        found[costs.source] = costs.sha256
    return found


def levels_of(
    unit: Sequence[str], period: NDArray[np.int64], mac_cny_per_tco2: Array
) -> dict[str, float]:
    """Return abatement costs of the last year over their geometric mean, by unit.

    Costs that are infinite or 0 are left out; without any other the result is empty.

    Examples
    --------
    >>> levels_of(["A", "B", "A", "C"], np.array([1, 2, 2, 2]), np.array([9.0, 4.0, 1.0, np.inf]))
    {'B': 2.0, 'A': 0.5}
    """
    mac = np.asarray(mac_cny_per_tco2)
    usable = (period == period.max()) & np.isfinite(mac) & (mac > 0)
    logs = np.log(mac[usable])
    levels = np.exp(logs - logs.mean()) if len(logs) else logs
    regions = [name for name, used in zip(unit, usable, strict=True) if used]
    return dict(zip(regions, levels.tolist(), strict=True))


def relative_of(register: FirmRegister, section: BenchmarkSection) -> Array:
    """Return each firm's benchmark over that of its process, by the rule of a scenario.

    Raises
    ------
    InputError
        An industry that the published table lacks, or rows of a given rule that do not fit.
    """
    if section.rule == "given":
        return given_benchmarks(register, section.given, mean_preserving=section.mean_preserving)
    return relative_benchmarks(register, section.rule, mean_preserving=section.mean_preserving)


def starting_scale(register: FirmRegister, section: BenchmarkSection) -> Array | None:
    """Return the start of benchmarks over those of the table, by industry; None for 1."""
    industry, count = np.asarray(register.industry), len(register.industries)
    if section.initial_benchmark == "table":
        return None if section.common_scale == 1.0 else np.full(count, section.common_scale)
    emitted = np.bincount(industry, register.emissions_tco2, count)
    handed_out = register.benchmark_tco2_per_unit * np.asarray(register.output)
    short = 1.0 - section.firms.initial_deficit
    allowances = np.bincount(industry, handed_out, count)
    there = allowances > 0.0
    scale: Array = np.divide(emitted * short, allowances, out=np.ones(count), where=there)
    return scale * section.common_scale


def supported_of(section: BenchmarkSection, register: FirmRegister) -> dict[str, tuple[str, ...]]:
    """Return by kind the supported regions that have a firm.

    A region that the scenario's own tables of firms name may have none in a small register, or in
    a user's. Any other without a firm is left in, for the plan to refuse: it may be misspelt.

    Parameters
    ----------
    section : BenchmarkSection
    register : FirmRegister
    """
    without = named_without_firms(section, register)
    return {
        kind: tuple(region for region in regions if region not in without)
        for kind, regions in section.supported_regions.items()
    }


@contextmanager
def placed_in_scenario(source: str) -> Iterator[None]:
    """Name file and key of the scenario in faults where the room names its own argument."""
    try:
        yield
    except InputError as error:
        raise InputError([_placed(fault, source) for fault in error.faults]) from None


def _placed(fault: Fault, source: str) -> Fault:
    """Name the key of the scenario where the room names its own argument."""
    if fault.file or fault.row is not None:
        return fault
    column = fault.column.replace("register.", "firms.", 1)
    return replace(fault, file=source, column=f"{SECTION}.{column}" if column else SECTION)
