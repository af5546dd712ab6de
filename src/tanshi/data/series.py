"""Load the shorter tables: market prices, yearly indices, abatement costs, inventories.

Their columns are found by header (see `tanshi.data.roles`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.data.amounts import amount_column, doubled_faults, find_headers
from tanshi.data.columns import numeric_column, text_column, year_column
from tanshi.data.market_prices import MarketPrices, load_market_prices
from tanshi.data.reading import scan_table
from tanshi.data.roles import SYNONYMS, plain

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tanshi.data.table import Table

    Array = NDArray[np.float64]

__all__ = [
    "MacTable",
    "MarketPrices",
    "SectorInventory",
    "YearlySeries",
    "load_mac_table",
    "load_market_prices",
    "load_sector_inventory",
    "load_yearly_series",
]

CHAIN_INDICES = ("price_index", "output_index", "investment_price")
LEAST_INDEX, GREATEST_INDEX = 50.0, 200.0
INFINITE = re.compile(r"\s*\+?inf(?:inity)?\s*", re.IGNORECASE)
WHOLE = frozenset(plain(name) for name in ("Total Consumption", "Total", "合计", "消费合计"))
WHOLE_TOLERANCE = 1e-3
TONNES_PER_MT = 1e6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class YearlySeries:
    """One figure a year, without gaps.

    Parameters
    ----------
    source, sha256 : str
        File, and its hash.
    role, header : str
        What the figure is, and its column in the file.
    year : (n,) int64, read-only
        Ascending.
    values : (n,) array, read-only
        Of an index: previous year = 100.
    """

    source: str
    sha256: str
    role: str
    header: str
    year: NDArray[np.int64]
    values: Array

    def by_year(self) -> dict[int, float]:
        """Return the values under their years."""
        return dict(zip(self.year.tolist(), self.values.tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MacTable:
    """Marginal abatement costs by unit and year, in the order of the file.

    Parameters
    ----------
    source, sha256 : str
        File, and its hash.
    unit : tuple of str, length n
    period : (n,) int64, read-only
    mac : (n,) array, CNY/tCO2, read-only
        ``inf`` where a unit abates at no price.
    """

    source: str
    sha256: str
    unit: tuple[str, ...]
    period: NDArray[np.int64]
    mac: Array


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SectorInventory:
    """CO2 emissions of the sectors in one year.

    Parameters
    ----------
    source, sha256 : str
        File, and its hash.
    years : tuple of int
        All that the file has, ascending.
    year : int
        The one chosen.
    sectors : tuple of str, length n
        In the order of the file, without the row that sums them.
    emissions_mt : (n,) array, 1e6 tCO2, read-only
        Scope 1: from fuels and processes.
    """

    source: str
    sha256: str
    years: tuple[int, ...]
    year: int
    sectors: tuple[str, ...]
    emissions_mt: Array


def load_yearly_series(
    path: str | os.PathLike[str], *, role: str, sheet: str | None = None
) -> YearlySeries:
    """Read one figure a year, such as the consumer price index.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows, with a column of years.
    role : str
        What is read: a role, or a name of it such as ``"cpi"``. Price and volume indices
        must be stated with the previous year as 100.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    YearlySeries
        Ascending by year, whatever the order of the file.

    Raises
    ------
    InputError
        With every fault: a column that is not there, no year, a blank, no number, an index
        below 50 or above 200, a year twice, a year missing in between.
    """
    table, faults = scan_table(path, sheet=sheet)
    own = [header for header in table.headers if plain(header) == plain(role)]
    role = _role_of(role)
    headers = find_headers(table, {"time": None, role: own[0] if len(own) == 1 else None}, faults)
    values = np.empty(0)
    if role in headers:
        values = numeric_column(table, headers[role], faults, sign="any")
        faults += _index_faults(table, headers[role], values) if role in CHAIN_INDICES else []
    years, known = _read_years(table, headers.get("time"), faults)
    if "time" in headers:
        keys = [year if sure else None for year, sure in zip(years.tolist(), known, strict=True)]
        faults += doubled_faults(table, headers["time"], "year", keys)
        faults += _gap_faults(table, headers["time"], years) if known.all() else []
    if faults:
        raise InputError(faults)
    order = np.argsort(years)
    return YearlySeries(
        source=table.source,
        sha256=table.sha256,
        role=role,
        header=headers[role],
        year=frozen(years[order], dtype=np.int64),
        values=frozen(values[order]),
    )


def load_mac_table(path: str | os.PathLike[str], *, sheet: str | None = None) -> MacTable:
    """Read marginal abatement costs, such as the ``mac.csv`` that ``tanshi mac`` writes.

    Columns: unit, time, mac_cny_per_tco2; others are left aside.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    MacTable

    Raises
    ------
    InputError
        With every fault: a column that is not there, a blank, a negative cost, neither a
        number nor ``inf``, a unit twice in a year.
    """
    table, faults = scan_table(path, sheet=sheet)
    headers = find_headers(table, dict.fromkeys(("unit", "time", "mac")), faults)
    units = text_column(table, headers["unit"], faults) if "unit" in headers else []
    years, known = _read_years(table, headers.get("time"), faults)
    costs = _read_costs(table, headers["mac"], faults) if "mac" in headers else np.empty(0)
    if {"unit", "time"} <= headers.keys():
        rows = zip(units, years.tolist(), known.tolist(), strict=True)
        keys = [(unit, year) if unit and sure else None for unit, year, sure in rows]
        faults += doubled_faults(table, headers["time"], "unit and year", keys)
    if faults:
        raise InputError(faults)
    return MacTable(
        source=table.source,
        sha256=table.sha256,
        unit=tuple(units),
        period=frozen(years, dtype=np.int64),
        mac=frozen(costs),
    )


def load_sector_inventory(
    path: str | os.PathLike[str], *, year: int | None = None, sheet: str | None = None
) -> SectorInventory:
    """Read the CO2 emissions of sectors, in the layout of the CEADs national inventories.

    Columns: year, sector, Scope 1 Total, in 1e6 t unless the header ends with another unit
    in brackets. A row "Total Consumption" must be the sum of its year's sectors.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    year : int, optional
        The year wanted; the last one by default.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    SectorInventory

    Raises
    ------
    InputError
        With every fault, of all years: a column that is not there, a blank, a negative
        figure, a sector twice in a year, a total that misses the sum by more than 0.1 %; a
        year that the file does not have.
    """
    table, faults = scan_table(path, sheet=sheet)
    headers = find_headers(table, dict.fromkeys(("time", "sector", "scope_1_total")), faults)
    years, known = _read_years(table, headers.get("time"), faults)
    sectors = text_column(table, headers["sector"], faults) if "sector" in headers else []
    emissions = amount_column(table, headers.get("scope_1_total"), faults, unit=TONNES_PER_MT)
    if len(headers) < 3:
        raise InputError(faults)
    rows = zip(years.tolist(), sectors, known.tolist(), strict=True)
    keys = [(one, sector) if sector and sure else None for one, sector, sure in rows]
    faults += doubled_faults(table, headers["sector"], "year and sector", keys)
    whole = np.array([plain(sector) in WHOLE for sector in sectors])
    there = tuple(sorted(set(years[known & ~whole].tolist())))
    for one in there:
        faults += _whole_faults(table, headers["scope_1_total"], emissions, whole, years == one)
    chosen = there[-1] if year is None and there else year
    if chosen not in there:
        shown = ", ".join(map(str, there)) or "none"
        remedy = "choose one of these years, or add the year's rows"
        found = "no row of a sector" if chosen is None else str(chosen)
        header = headers["time"]
        faults.append(Fault("no such year", found, shown, remedy, table.source, None, header))
    if faults or chosen is None:
        raise InputError(faults)
    wanted = np.flatnonzero((years == chosen) & ~whole)
    return SectorInventory(
        source=table.source,
        sha256=table.sha256,
        years=there,
        year=chosen,
        sectors=tuple(sectors[k] for k in wanted.tolist()),
        emissions_mt=frozen(emissions[wanted] / TONNES_PER_MT),
    )


def _role_of(name: str) -> str:
    """Return the role that a name stands for; the name itself if none is known."""
    if name in SYNONYMS:
        return name
    known = (role for role, words in SYNONYMS.items() if plain(name) in map(plain, words))
    return next(known, name)


def _read_years(
    table: Table, header: str | None, faults: list[Fault]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    if header is None:
        none = np.zeros(len(table.row_numbers))
        return none.astype(np.int64), none.astype(bool)
    return year_column(table, header, faults)


def _index_faults(table: Table, header: str, values: Array) -> Iterator[Fault]:
    for k in np.flatnonzero((values < LEAST_INDEX) | (values > GREATEST_INDEX)).tolist():
        yield Fault(
            "not an index with the previous year as 100",
            f"{values[k]:.10g}",
            f"between {LEAST_INDEX:g} and {GREATEST_INDEX:g}",
            "write a rise of 2.5 % as 102.5, not as 1.025 or 2.5; divide an index with a fixed "
            "base by its value of the year before",
            table.source,
            int(table.row_numbers[k]),
            header,
        )


def _gap_faults(table: Table, header: str, years: NDArray[np.int64]) -> list[Fault]:
    lacking = np.setdiff1d(np.arange(years.min(), years.max() + 1), years)
    if not lacking.size:
        return []
    found = f"no row for {', '.join(map(str, lacking.tolist()))}"
    allowed = f"every year from {years.min()} to {years.max()}"
    remedy = "add the missing years"
    return [Fault("missing year", found, allowed, remedy, table.source, None, header)]


def _read_costs(table: Table, header: str, faults: list[Fault]) -> Array:
    """Read costs of 0 or more, infinite ones among them."""
    column = table.column(header)
    raw = column if isinstance(column, tuple) else column.to_list()
    cells = ["" if cell is None else str(cell) for cell in raw]
    infinite = np.array([INFINITE.fullmatch(cell) is not None for cell in cells])
    finite = tuple(
        "0" if is_infinite else cell for cell, is_infinite in zip(cells, infinite, strict=True)
    )
    at = table.headers.index(header)
    columns = (*table.columns[:at], finite, *table.columns[at + 1 :])
    found: list[Fault] = []
    values = numeric_column(replace(table, columns=columns), header, found, sign="nonnegative")
    faults += [replace(fault, allowed=f"{fault.allowed}, or inf") for fault in found]
    return np.where(infinite, np.inf, values)


def _whole_faults(
    table: Table,
    header: str,
    emissions: Array,
    whole: NDArray[np.bool_],
    in_year: NDArray[np.bool_],
) -> Iterator[Fault]:
    """Compare the total of a year with the sum of its sectors."""
    total = float(emissions[in_year & ~whole].sum())
    for k in np.flatnonzero(in_year & whole).tolist():
        if abs(emissions[k] - total) > WHOLE_TOLERANCE * abs(total):
            yield Fault(
                "total is not the sum of the sectors",
                f"{emissions[k] / TONNES_PER_MT:.10g} beside a sum of "
                f"{total / TONNES_PER_MT:.10g}, both in 1e6 t",
                f"a difference of at most {WHOLE_TOLERANCE:.1%}",
                "add the sectors that are missing, or correct the figure that is wrong",
                table.source,
                int(table.row_numbers[k]),
                header,
            )
