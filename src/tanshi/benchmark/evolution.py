"""Let a market of firms evolve under its rules, replicate by replicate.

Source: Liu, section 3 (agents and stages); what the paper leaves open is an assumption of
`MarketRules`. Replicates have random streams of their own, spawned from the seed, and run
on threads: the result does not depend on how many. Scenarios that are compared share the
streams (common random numbers), and a longer run begins with the shorter.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._year import run_years
from tanshi.benchmark.certificate import check_conserved
from tanshi.benchmark.industries import REGION_KINDS
from tanshi.benchmark.mechanism import kinds_of_regions, names_of_kinds
from tanshi.benchmark.results import EvolutionResult
from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Records
    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.rules import MarketRules

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class EvolutionPlan:
    """What is evolved.

    Parameters
    ----------
    register : FirmRegister
    rules : MarketRules
    relative : (n,) array, > 0
        Each firm's benchmark over that of its industry and process: 1 for a uniform rule,
        else by tier and scale, see `tanshi.benchmark.coefficients.relative_benchmarks`. A firm
        whose tier changes gets the mean of those that are there.
    years : int, >= 1
        The limit within which the market is to converge.
    supported_regions : mapping of kind to regions
        Renewable-rich, old industrial and energy-security regions (`REGION_KINDS`), which
        the rules may spare a share of the trend.
    regional_targets : mapping of region to float
        Fall of emissions per output that a region is held to, a year, share.
    benchmark_scale : (S,) array, optional
        Start of the benchmarks over Table 1's, by industry.
    emission_path_tco2 : (years,) or (R, years) array, optional
        Emissions to be met every year by scaling all benchmarks.
    cost_level : (years,) array, > 0, optional
        Of abatement, where the price of energy is given year by year; 1 otherwise.
    policy_changes : mapping of int to MarketRules
        Rules that take over in a year (the first is 1), until the next change. Random
        numbers, first expectations and the industries' paces stay those of `rules`. A change
        in the year after the last is only announced.
    given_violations : mapping of industry to float
        Share of firms that conceal whatever it costs; the industry's others never do.

    Raises
    ------
    InputError
        Every wrong value.
    """

    register: FirmRegister
    rules: MarketRules
    relative: Array
    years: int = 20
    supported_regions: Mapping[str, Collection[str]] = field(default_factory=dict)
    regional_targets: Mapping[str, float] = field(default_factory=dict)
    benchmark_scale: Array | None = None
    emission_path_tco2: Array | None = None
    cost_level: Array | None = None
    policy_changes: Mapping[int, MarketRules] = field(default_factory=dict)
    given_violations: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = [*self._array_faults(), *self._name_faults()]
        if self.years < 1:
            faults.append(_fault("years", "no year", self.years, "1 or more"))
        elif all(one.first_year > 1 for one in self.register.industries):
            first = {one.name: one.first_year for one in self.register.industries}
            allowed = "1 for at least one industry"
            faults.append(_fault("industries.first_year", "an empty first year", first, allowed))
        wrong = [year for year in self.policy_changes if not 1 <= year <= self.years + 1]
        if wrong:
            allowed = f"years from 1 to {self.years}"
            faults.append(_fault("policy_changes", "no such year", wrong, allowed))
        if faults:
            raise InputError(faults)
        object.__setattr__(self, "relative", frozen(self.relative))

    def first_years(self, years: int) -> EvolutionPlan:
        """Return the plan with its first years alone; they run as they would in the whole.

        Parameters
        ----------
        years : int
            From 1 to the plan's.
        """
        level, path = self.cost_level, self.emission_path_tco2
        changes = {year: rules for year, rules in self.policy_changes.items() if year <= years + 1}
        return replace(
            self,
            years=years,
            cost_level=None if level is None else np.asarray(level)[:years],
            emission_path_tco2=None if path is None else np.asarray(path)[..., :years],
            policy_changes=changes,
        )

    def rules_in(self, year: int) -> MarketRules:
        """Return the rules in force in a year; the first is 1."""
        changed = [one for one in self.policy_changes if one <= year]
        return self.policy_changes[max(changed)] if changed else self.rules

    def known_in(self, year: int) -> MarketRules:
        """Return next year's rules as firms know them in a year: this year's, if none are told."""
        rules = self.rules_in(year)
        return self.rules_in(year + 1) if rules.price.announced else rules

    def _array_faults(self) -> list[Fault]:
        industries = len(self.register.industries)
        shapes: dict[str, list[tuple[int, ...]]] = {
            "relative": [(self.register.n_firms,)],
            "benchmark_scale": [(industries,)],
            "cost_level": [(self.years,)],
            "emission_path_tco2": [(self.years,)],
        }
        faults = []
        for name, allowed in shapes.items():
            if getattr(self, name) is None:
                continue
            values = np.asarray(getattr(self, name), dtype=np.float64)
            shape = values.shape[-1:] if name == "emission_path_tco2" else values.shape
            if shape not in allowed or not (np.isfinite(values) & (values > 0)).all():
                wanted = f"{allowed[0]}, finite and above 0"
                faults.append(_fault(name, f"impossible {name}", values.shape, wanted))
        return faults

    def _name_faults(self) -> list[Fault]:
        faults = []
        regions, kinds = set(self.register.region), set(REGION_KINDS)
        industries = {one.name for one in self.register.industries}
        for name, given, known in (
            ("supported_regions", self.supported_regions, kinds),
            *(
                (f"supported_regions.{kind}", names, regions)
                for kind, names in self.supported_regions.items()
            ),
            ("regional_targets", self.regional_targets, regions),
            ("given_violations", self.given_violations, industries),
        ):
            unknown = sorted(set(given) - known)
            if unknown:
                allowed = ", ".join(sorted(known))
                what = f"no firm in {name}" if known is not kinds else "no such kind of region"
                faults.append(_fault(name, what, ", ".join(unknown), allowed))
        for name in ("regional_targets", "given_violations"):
            for key, value in getattr(self, name).items():
                if not 0.0 <= value < 1.0:
                    faults.append(_fault(name, "not a share", f"{key}: {value}", "0 to below 1"))
        return faults


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
    InputError
        No replicate, or a path of emissions for another number of them.
    CertificateError
        Something was not conserved in some year, which would be a fault of ours.
    """
    which = range(replicates) if isinstance(replicates, int) else replicates
    _check_replicates(plan, len(which))
    tables = shared_tables(plan)

    def one(place: int) -> Records:
        run = prepared_run(tables, seed, which[place], place)
        run_years(run)
        if progress is not None:
            progress()
        return run.records

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        records = list(pool.map(one, range(len(which))))
    by_industry = np.stack([record.industries for record in records])
    in_force = [plan.rules_in(year) for year in range(1, plan.years + 1)]
    result = EvolutionResult(
        industries=tuple(industry.name for industry in plan.register.industries),
        regions=tuple(tables.regions),
        region_kinds=tuple(
            names_of_kinds(kinds_of_regions(tables.regions, plan.supported_regions))
        ),
        seed=seed,
        replicates=tuple(which),
        years=_readonly(np.stack([record.years for record in records])),
        by_industry=_readonly(by_industry),
        by_region=_readonly(np.stack([record.regions for record in records])),
        burden_cny=_readonly(np.stack([record.burden for record in records])),
        revenue_cny=_readonly(np.stack([record.revenue for record in records])),
        next_benchmark=_readonly(np.stack([record.last for record in records])),
        floor=_readonly(np.array([rules.price.floor for rules in in_force])),
        ceiling=_readonly(np.array([rules.price.ceiling for rules in in_force])),
        deficit=_readonly(np.array([rules.adjustment.deficit for rules in in_force])),
        regional_target=_readonly(_regional_target(plan, tables.regions)),
        path_gap=_path_gap(plan, by_industry),
    )
    check_conserved(result)
    return result


def _regional_target(plan: EvolutionPlan, regions: Sequence[str]) -> Array:
    """Return what regions are to have reached by the end of every year, (T, G)."""
    yearly = np.array([plan.regional_targets.get(region, 0.0) for region in regions])
    elapsed = np.arange(1, plan.years + 1)
    return np.asarray(1.0 - (1.0 - yearly[None, :]) ** elapsed[:, None])


def _path_gap(plan: EvolutionPlan, by_industry: NDArray[Any]) -> Array | None:
    if plan.emission_path_tco2 is None:
        return None
    gap = by_industry["emissions_tco2"].sum(axis=2) / np.asarray(plan.emission_path_tco2) - 1.0
    return _readonly(gap)


def _check_replicates(plan: EvolutionPlan, count: int) -> None:
    if not count:
        raise InputError([_fault("replicates", "no replicate", 0, "1 or more")])
    path = plan.emission_path_tco2
    if path is not None and np.ndim(path) > 1 and np.shape(path)[0] != count:
        what, allowed = "a path of emissions for other replicates", f"({count}, {plan.years})"
        raise InputError([_fault("emission_path_tco2", what, np.shape(path), allowed)])


def _fault(column: str, what: str, found: object, allowed: str) -> Fault:
    return Fault(what, str(found), allowed, "correct the plan", column=column)


def _readonly(table: NDArray[Any]) -> NDArray[Any]:
    table.setflags(write=False)
    return table
