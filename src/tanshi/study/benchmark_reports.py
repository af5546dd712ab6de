"""What a ministry reads out of last year's reports: need, progress, targets, by industry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.mechanism import ReportedYear, follow_progress, kinds_of_regions
from tanshi.benchmark.register_draw import RegisterPlan
from tanshi.benchmark.tiers import groups_of, tiers_in_groups
from tanshi.data.benchmark_columns import unused_note
from tanshi.data.firm_register import FirmTable
from tanshi.study.benchmark_sources import own_register, relative_of, starting_scale

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.rules import MarketRules
    from tanshi.data.last_update import LastUpdate
    from tanshi.data.yearly_reports import YearlyReports
    from tanshi.study.benchmark_scenario import BenchmarkSection

    Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class UpdateRequest:
    """What an update is made of.

    Parameters
    ----------
    reports : path
    last : path or None
        Folder of the update before; without it the scenario's benchmarks are in force.
    year : int
        That the reports are of, counted from the first of the market.
    price_cny_per_tco2, expected_price_cny_per_tco2 : float or None
        Mean price of that year, and what was expected before it.
    without : tuple of str
        Components that are switched off.
    """

    reports: Path
    last: Path | None = None
    year: int = 1
    price_cny_per_tco2: float | None = None
    expected_price_cny_per_tco2: float | None = None
    without: tuple[str, ...] = ()


class ReportBook:
    """The ministry's figures of one year; firms in the order of the reports.

    Parameters
    ----------
    section : BenchmarkSection
    rules : MarketRules
        In force, without the components switched off.
    reports : YearlyReports
    last : LastUpdate or None
        Without one the scenario's benchmarks are in force.
    request : UpdateRequest
    """

    def __init__(
        self,
        section: BenchmarkSection,
        rules: MarketRules,
        reports: YearlyReports,
        last: LastUpdate | None,
        request: UpdateRequest,
    ) -> None:
        self.section, self.rules, self.reports = section, rules, reports
        self.last, self.request = last, request
        self.notes: list[str] = []
        if reports.unused:
            self.notes.append(unused_note(reports.source, reports.unused))
        abated = reports.abated_tco2
        if abated is None:
            abated = np.zeros(len(reports.firm))
            self._without(
                "abated_tco2", "feedback rests on emissions after abatement, and tightens"
            )
        self.unabated = reports.emissions_tco2 + abated
        self.register = self._register()
        self.industry = np.asarray(self.register.industry)
        self.count = len(self.register.industries)
        self.relative = relative_of(self.register, self.section)
        self.next_register = self._sorted_again()
        self.next_relative = relative_of(self.next_register, self.section)
        initial = np.array([one.benchmark_tco2_per_unit for one in self.register.industries])
        self.by_process = self.register.benchmark_tco2_per_unit / initial[self.industry]
        self.initial = initial
        self.regions = sorted(set(reports.region))
        supported = {name for names in section.supported_regions.values() for name in names}
        absent = sorted(supported - set(self.regions))
        if absent:
            self.notes.append(f"no report from supported regions: {', '.join(absent)}")
        self.region = np.array([self.regions.index(name) for name in reports.region])

    def _without(self, column: str, consequence: str) -> None:
        self.notes.append(f"the reports have no column {column}: {consequence}")

    def _sorted_again(self) -> FirmRegister:
        """Return the firms in the tiers of next year: the same, unless sorting is due."""
        often = self.rules.adjustment.reclassification
        if not often or self.request.year % often:
            return self.register
        reported = self.reports.emissions_tco2 / self.reports.output
        return replace(self.register, tier=tiers_in_groups(reported, groups_of(self.register)))

    def _register(self) -> FirmRegister:
        reports, blank = self.reports, np.full(len(self.reports.firm), np.nan)
        before = {} if self.last is None else self.last.tier
        technology = tuple(
            given or before.get(name, "")
            for name, given in zip(reports.firm, reports.technology, strict=True)
        )
        table = FirmTable(
            source=reports.source,
            sha256=reports.sha256,
            firm=reports.firm,
            industry=reports.industry,
            process=reports.process,
            region=reports.region,
            output=reports.output,
            intensity_tco2_per_unit=self.unabated / reports.output,
            technology=technology,
            mac_slope=blank,
            mac_cap_tco2_per_unit=blank,
            mac_curve=("",) * len(reports.firm),
        )
        return own_register(table, self.section.industries, RegisterPlan())

    def factors(self) -> tuple[Array, Array]:
        """Return factors in force: of firms, and of regions."""
        own = {} if self.last is None else self.last.own_factor
        region = {} if self.last is None else self.last.region_factor
        return (
            np.array([own.get(name, 1.0) for name in self.reports.firm]),
            np.array([region.get(name, 1.0) for name in self.regions]),
        )

    def _in_force(self) -> Array:
        if self.last is None:
            scale = starting_scale(self.register, self.section)
            return self.initial if scale is None else self.initial * scale
        known = self.last.benchmark_tco2_per_unit
        return np.array([known[one.name] for one in self.register.industries])

    def _sum(self, values: Array) -> Array:
        return np.asarray(np.bincount(self.industry, values, self.count))

    def reported_year(self) -> ReportedYear:
        """Return the year by industry."""
        reports, adjustment = self.reports, self.rules.adjustment
        handed_out = reports.allocation_tco2 / max(1.0 - self.rules.allocation.paid_share, 1e-12)
        need = reports.emissions_tco2 if adjustment.on_verified else self.unabated
        first = np.array([one.first_year for one in self.register.industries])
        waits = (first > self.request.year) & adjustment.phased
        objects = self.unabated > handed_out
        if reports.complaint is not None:
            objects = np.array(reports.complaint)
        output = self._sum(reports.output)
        if self.request.price_cny_per_tco2 is None:
            self.notes.append("no price given: there is no response to prices")
        elif self.request.expected_price_cny_per_tco2 is None:
            self.notes.append(
                "no expected price given: a price between floor and ceiling moves nothing"
            )
        silent = [one.name for one in self.register.industries if one.name not in reports.industry]
        if silent:
            self.notes.append(f"no report of {', '.join(silent)}: the benchmark stays as it is")
        return ReportedYear(
            industries=self.register.industries,
            benchmark_tco2_per_unit=self._in_force(),
            allocation_tco2=self._sum(handed_out),
            need_tco2=np.where(waits, 0.0, self._sum(need)),
            complaint_share=self._sum(reports.output * objects) / np.maximum(output, 1e-300),
            improvement=self._improvement(),
            price_cny_per_tco2=self.request.price_cny_per_tco2,
            expected_price_cny_per_tco2=self.request.expected_price_cny_per_tco2,
            lag=self._lag(~waits[self.industry]),
        )

    def _improvement(self) -> Array:
        before = self.reports.intensity_before_tco2_per_unit
        if before is None:
            self._without("intensity_before_tco2_per_unit", "progress moves nothing")
            return np.zeros(self.count)
        known = np.isfinite(before)
        was = self._sum(np.where(known, self.reports.output * np.nan_to_num(before), 0.0))
        now = self._sum(np.where(known, self.unabated, 0.0))
        return 1.0 - np.divide(now, was, out=np.ones(self.count), where=was > 0)

    def _reached(self, members: NDArray[np.bool_]) -> float:
        """Return the fall of emissions per output since the first year, of some firms."""
        first = self.reports.intensity_first_tco2_per_unit
        if first is None:
            return 0.0
        known = members & np.isfinite(first)
        base = float((self.reports.output * np.nan_to_num(first))[known].sum())
        return 1.0 - float(self.reports.emissions_tco2[known].sum()) / base if base > 0 else 0.0

    def _lag(self, covered: NDArray[np.bool_]) -> float:
        if self.reports.intensity_first_tco2_per_unit is None:
            self._without("intensity_first_tco2_per_unit", "reduction targets move nothing")
            return 0.0
        yearly = self.rules.adjustment.reduction_target
        target = 1.0 - (1.0 - yearly) ** self.request.year
        return max(0.0, (1.0 - self._reached(covered)) / (1.0 - target) - 1.0)

    def regional_progress(self) -> tuple[Array, Array]:
        """Return falls of emissions per output by region, reached and aimed at."""
        known = self.reports.intensity_first_tco2_per_unit is not None
        yearly = [self.section.regional_targets.get(name, 0.0) for name in self.regions]
        target = 1.0 - (1.0 - np.array(yearly) * known) ** self.request.year
        reached = [self._reached(self.region == r) for r in range(len(self.regions))]
        return np.array(reached), target

    def kinds(self) -> Array:
        """Return 1 where a region is of a kind that may be supported, else 0, (R, 3)."""
        return kinds_of_regions(self.regions, self.section.supported_regions)

    def progress(self, improvement: Array, own: Array) -> Array:
        """Return what the own factors of firms are multiplied by."""
        before = self.reports.intensity_before_tco2_per_unit
        progress = np.full(len(self.industry), np.nan)
        if before is not None:
            progress = 1.0 - self.unabated / self.reports.output / before
        weight = self.reports.output * self.relative * self.by_process * own
        rules = self.rules.adjustment
        return follow_progress(progress, improvement, weight, self.industry, rules)
