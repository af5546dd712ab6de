"""Next year's benchmarks from last year's reports, as a ministry runs it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark.industries import SCALES, TIERS
from tanshi.benchmark.mechanism import (
    COMPONENTS,
    Adjustment,
    adjust_industries,
    adjust_regions,
    names_of_kinds,
)
from tanshi.core import Fault, InputError
from tanshi.data.last_update import load_last_update
from tanshi.data.yearly_reports import load_yearly_reports
from tanshi.study.benchmark_principles import principles_table
from tanshi.study.benchmark_reports import ReportBook, UpdateRequest
from tanshi.study.benchmark_sources import benchmarks_of, placed_in_scenario, processes_of
from tanshi.study.faults import gathering

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.mechanism import ReportedYear
    from tanshi.benchmark.rules import MarketRules
    from tanshi.study.benchmark_scenario import BenchmarkSection

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Update:
    """The next benchmarks, by industry, cell, region and firm, and the reasons.

    Parameters
    ----------
    adjustment : Adjustment
    benchmarks, coefficients, regions, firms, principles : polars.DataFrame
    notes : tuple of str
        What the reports do not say, and which component therefore does nothing.
    data_sha256 : dict of str to str
    """

    adjustment: Adjustment
    benchmarks: pl.DataFrame
    coefficients: pl.DataFrame
    regions: pl.DataFrame
    firms: pl.DataFrame
    principles: pl.DataFrame
    notes: tuple[str, ...]
    data_sha256: dict[str, str] = field(default_factory=dict)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the tables by the names of their files."""
        names = ("benchmarks", "coefficients", "regions", "firms", "principles")
        return {name: getattr(self, name) for name in names}

    def summary(self) -> str:
        """Return the change of every industry with its reasons, and the notes."""
        notes = [f"note: {note}" for note in self.notes]
        return "\n".join([self.adjustment.summary(), *notes])


def update_benchmarks(
    section: BenchmarkSection, request: UpdateRequest, *, source: str = ""
) -> Update:
    """Return next year's benchmarks.

    Parameters
    ----------
    section : BenchmarkSection
        Industries and rules; changes of policy up to the year are in force.
    request : UpdateRequest
    source : str
        Name of the scenario, for messages.

    Raises
    ------
    InputError
        Every fault of the reports, of the update before and of the options.
    """
    faults: list[Fault] = _request_faults(request)
    with gathering(faults):
        reports = load_yearly_reports(
            request.reports, processes=processes_of(section), benchmarks=benchmarks_of(section)
        )
    last = None
    if request.last is not None:
        with gathering(faults):
            names = [row.name for row in section.industries]
            last = load_last_update(request.last, industries=names)
    if faults:
        raise InputError(faults)
    with placed_in_scenario(source):
        return _update(ReportBook(section, rules_of(section, request), reports, last, request))


def rules_of(section: BenchmarkSection, request: UpdateRequest) -> MarketRules:
    """Return the rules in force in the year, without the components switched off."""
    changed = [year for year in section.policy_changes if year <= request.year]
    rules = (section.policy_changes[max(changed)] if changed else section).market_rules()
    for component in request.without:
        rules = rules.without(component)
    return rules


def _update(book: ReportBook) -> Update:
    own_before, region_before = book.factors()
    year = book.reported_year()
    adjustment = adjust_industries(year, book.rules)
    moved = book.progress(year.improvement, own_before)
    reached, target = book.regional_progress()
    moves = adjust_regions(book.kinds(), reached, target, book.rules)
    region_after = region_before * (1.0 + moves[0] + moves[1])
    own_after = own_before * moved
    before = book.relative * book.by_process * own_before
    before *= adjustment.benchmark_tco2_per_unit[book.industry]
    after = book.next_relative * book.by_process * own_after
    after *= adjustment.next_benchmark_tco2_per_unit[book.industry]
    principles = principles_table(
        adjustment,
        book.rules,
        relative=book.relative,
        reclassified=book.next_relative - book.relative,
        own_change=moved - 1.0,
        weight=book.reports.output * book.register.benchmark_tco2_per_unit,
        regional_change=moves,
        lagging=int((np.asarray(book.register.tier) == TIERS.index("lagging")).sum()),
    )
    regions = pl.DataFrame(
        {
            "region": book.regions,
            "kind": names_of_kinds(book.kinds()),
            "supported": moves[0] > 0.0,
            "factor": region_before,
            "next_factor": region_after,
            "support_percent": 100.0 * moves[0],
            "target_percent": 100.0 * moves[1],
            "reduction_percent": 100.0 * reached,
            "reduction_target_percent": 100.0 * target,
        }
    )
    firms = _names(book, book.register).with_columns(
        next_tier=pl.Series([TIERS[k] for k in np.asarray(book.next_register.tier)]),
        benchmark_tco2_per_unit=before * region_before[book.region],
        next_benchmark_tco2_per_unit=after * region_after[book.region],
    )
    change = pl.col("next_benchmark_tco2_per_unit") / pl.col("benchmark_tco2_per_unit") - 1.0
    digests = {book.reports.source: book.reports.sha256}
    return Update(
        adjustment=adjustment,
        benchmarks=_benchmark_table(book, year, adjustment),
        coefficients=_cells(book, adjustment),
        regions=regions,
        firms=firms.with_columns(change_percent=100.0 * change, next_own_factor=own_after),
        principles=principles,
        notes=tuple(book.notes),
        data_sha256=digests | (book.last.data_sha256 if book.last is not None else {}),
    )


def _benchmark_table(book: ReportBook, year: ReportedYear, adjustment: Adjustment) -> pl.DataFrame:
    unit = pl.Series("unit", [one.unit for one in book.register.industries])
    balance = np.full(book.count, np.nan)
    np.divide(year.allocation_tco2, year.need_tco2, out=balance, where=year.need_tco2 > 0)
    return (
        adjustment.table()
        .insert_column(1, unit)
        .with_columns(
            pl.Series("firms", np.bincount(book.industry, minlength=book.count)),
            pl.Series("allocation_tco2", year.allocation_tco2),
            pl.Series("need_tco2", year.need_tco2),
            pl.Series("balance_percent", 100.0 * balance).fill_nan(None),
            pl.Series("improvement_percent", 100.0 * year.improvement),
            pl.Series("complaint_percent", 100.0 * year.complaint_share),
        )
    )


def _cells(book: ReportBook, adjustment: Adjustment) -> pl.DataFrame:
    """Return next benchmarks by industry, process, tier and scale, where there are firms."""
    base = adjustment.next_benchmark_tco2_per_unit[book.industry]
    return (
        _names(book, book.next_register)
        .with_columns(
            next_benchmark_tco2_per_unit=base * book.next_relative * book.by_process,
            output=book.reports.output,
        )
        .group_by("industry", "process", "tier", "scale", maintain_order=True)
        .agg(
            pl.len().alias("firms"),
            pl.col("output").sum(),
            pl.col("next_benchmark_tco2_per_unit").first(),
        )
        .sort(
            pl.col("industry").replace_strict(
                {one.name: s for s, one in enumerate(book.register.industries)}
            ),
            "process",
            pl.col("tier").replace_strict({name: k for k, name in enumerate(TIERS)}),
            "scale",
        )
    )


def _names(book: ReportBook, register: FirmRegister) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "firm": book.reports.firm,
            "industry": book.reports.industry,
            "process": book.reports.process,
            "region": book.reports.region,
            "tier": [TIERS[k] for k in np.asarray(register.tier)],
            "scale": [SCALES[0 if large else 1] for large in np.asarray(register.large)],
        }
    )


def _request_faults(request: UpdateRequest) -> list[Fault]:
    faults = []
    if request.year < 1:
        remedy = "count the years of the market from 1"
        faults.append(
            Fault("no such year", str(request.year), "1 or more", remedy, column="--year")
        )
    prices = {
        "--price": request.price_cny_per_tco2,
        "--expected-price": request.expected_price_cny_per_tco2,
    }
    for option, price in prices.items():
        if price is not None and not (np.isfinite(price) and price > 0):
            remedy = "give CNY per tonne of CO2"
            faults.append(Fault("not a price", str(price), "above 0", remedy, column=option))
    for component in request.without:
        if component not in COMPONENTS:
            near = difflib.get_close_matches(component, COMPONENTS, n=1, cutoff=0.5)
            remedy = f"did you mean '{near[0]}'?" if near else "use one of them"
            what, allowed = "no such component", ", ".join(COMPONENTS)
            faults.append(Fault(what, component, allowed, remedy, column="--without"))
    return faults
