"""Load a register of firms: who makes how much of what, where, at which intensity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.data.amounts import doubled_faults
from tanshi.data.benchmark_columns import (
    INDUSTRIES,
    TECHNOLOGIES,
    Words,
    amounts_of,
    find_headers_of,
    name_column,
    optional_text,
)
from tanshi.data.columns import numeric_column, text_column
from tanshi.data.reading import scan_table

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.data.table import Table

    Array = NDArray[np.float64]

NEEDED = ("firm", "industry", "process", "region", "output", "intensity_tco2_per_unit")
OPTIONAL = ("technology", "mac_slope", "mac_cap")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FirmTable:
    """Firms, in the order of the file.

    Parameters
    ----------
    source, sha256 : str
        File, and its hash.
    firm, industry, process, region : tuple of str, length n
        Industry and process as the scenario calls them.
    output : (n,) array, units a year, read-only
    intensity_tco2_per_unit : (n,) array, read-only
    technology : tuple of str, length n
        advanced, medium or lagging; empty where the file does not say it.
    mac_slope : (n,) array, CNY per tCO2 per (tCO2 per unit), read-only
        NaN where the file does not say it.
    mac_cap_tco2_per_unit : (n,) array, read-only
        NaN where the file does not say it.
    """

    source: str
    sha256: str
    firm: tuple[str, ...]
    industry: tuple[str, ...]
    process: tuple[str, ...]
    region: tuple[str, ...]
    output: Array
    intensity_tco2_per_unit: Array
    technology: tuple[str, ...]
    mac_slope: Array
    mac_cap_tco2_per_unit: Array


def load_firm_register(
    path: str | os.PathLike[str],
    *,
    processes: Mapping[str, Sequence[str]],
    sheet: str | None = None,
) -> FirmTable:
    """Read the firms of a market.

    Columns: firm, industry, process, region, output, intensity_tco2_per_unit, and where
    they are known technology, mac_slope and mac_cap (tCO2 per unit), all of which may have
    blanks. The process may be blank where its industry has one only.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    processes : mapping of industry to its processes
        The industries that the scenario has.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    FirmTable

    Raises
    ------
    InputError
        With every fault: a column that is not there, a blank, a number not above 0, an
        unknown industry, process or technology, a cap at or above the intensity, a firm
        twice in an industry's process.
    """
    table, faults = scan_table(path, sheet=sheet)
    headers = find_headers_of(table, NEEDED, faults, optional=OPTIONAL)
    firms = text_column(table, headers["firm"], faults) if "firm" in headers else []
    regions = text_column(table, headers["region"], faults) if "region" in headers else []
    industries = industry_column(table, headers, processes, faults)
    processes_of = process_column(table, headers, industries, processes, faults)
    technologies = technology_column(table, headers, faults)
    numbers = {
        role: read(table, headers[role], faults)
        for role, read in (("output", amounts_of), ("intensity_tco2_per_unit", numeric_column))
        if role in headers
    }
    slope, cap = (_optional_numbers(table, headers.get(role), faults) for role in OPTIONAL[1:])
    if "firm" in headers:
        faults += doubled_faults(table, headers["firm"], "firm", [name or None for name in firms])
    if "mac_cap" in headers and "intensity_tco2_per_unit" in numbers:
        intensity = numbers["intensity_tco2_per_unit"]
        faults += _cap_faults(table, headers["mac_cap"], cap, intensity)
    if faults:
        raise InputError(faults)
    return FirmTable(
        source=table.source,
        sha256=table.sha256,
        firm=tuple(firms),
        industry=tuple(industries),
        process=tuple(processes_of),
        region=tuple(regions),
        output=frozen(numbers["output"]),
        intensity_tco2_per_unit=frozen(numbers["intensity_tco2_per_unit"]),
        technology=tuple(technologies),
        mac_slope=frozen(slope),
        mac_cap_tco2_per_unit=frozen(cap),
    )


def industry_column(
    table: Table,
    headers: Mapping[str, str],
    processes: Mapping[str, Sequence[str]],
    faults: list[Fault],
) -> list[str]:
    """Return each row's industry as the scenario calls it; every unknown one is a fault."""
    if "industry" not in headers:
        return []
    cells = text_column(table, headers["industry"], faults)
    return name_column(
        table, headers["industry"], cells, Words(tuple(processes), INDUSTRIES), faults
    )


def process_column(
    table: Table,
    headers: Mapping[str, str],
    industries: Sequence[str],
    processes: Mapping[str, Sequence[str]],
    faults: list[Fault],
) -> list[str]:
    """Return each row's process; blank means the only one of the row's industry."""
    cells = optional_text(table, headers.get("process"))
    header = headers.get("process", "process")
    meant = []
    rows = table.row_numbers.tolist()
    for cell, industry, row in zip(cells, industries or [""] * len(cells), rows, strict=True):
        if not industry:  # a fault already
            meant.append("")
            continue
        words = Words(tuple(processes[industry]))
        name = words.match(cell) if cell else None
        if not cell and len(words.known) == 1:
            name = words.known[0]
        if name is None:
            what = f"unknown process of {industry}" if cell else "missing process"
            found = f"'{cell}'" if cell else "a blank cell"
            remedy = words.remedy(cell) + (
                " Others are added to the scenario, as [[benchmark.industries.processes]]"
            )
            allowed = ", ".join(words.known)
            faults.append(Fault(what, found, allowed, remedy, table.source, row, header))
        meant.append(name or "")
    return meant


def technology_column(table: Table, headers: Mapping[str, str], faults: list[Fault]) -> list[str]:
    """Return each row's tier; empty where the table does not say it."""
    cells = optional_text(table, headers.get("technology"))
    words = Words(tuple(TECHNOLOGIES), TECHNOLOGIES)
    return name_column(table, headers.get("technology", "technology"), cells, words, faults)


def _optional_numbers(table: Table, header: str | None, faults: list[Fault]) -> Array:
    if header is None:
        return np.full(len(table.row_numbers), np.nan)
    return numeric_column(table, header, faults, blank=True)


def _cap_faults(table: Table, header: str, cap: Array, intensity: Array) -> list[Fault]:
    return [
        Fault(
            "more can be cut than is emitted",
            f"{cap[i]:g} per unit, beside an intensity of {intensity[i]:g}",
            "a cap below the intensity",
            "state the cap in tCO2 per unit of product, as the intensity is",
            table.source,
            int(table.row_numbers[i]),
            header,
        )
        for i in np.flatnonzero(cap >= intensity).tolist()
    ]
