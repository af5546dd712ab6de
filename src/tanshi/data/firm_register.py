"""Load a register of firms: who makes how much of what, where, at which intensity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.data.amounts import doubled_faults
from tanshi.data.benchmark_columns import (
    CURVES,
    INDUSTRIES,
    TECHNOLOGIES,
    Words,
    amounts_of,
    find_headers_of,
    name_column,
    optional_text,
    unused_headers,
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
OPTIONAL = ("technology", "mac_slope", "mac_cap", "mac_curve")
# Far outside of any firm, and well inside of what can be calculated with.
RANGES = {
    "output": (1e-3, 1e15),
    "intensity_tco2_per_unit": (1e-9, 1e9),
    "mac_slope": (1e-9, 1e15),
    "mac_cap": (1e-12, 1e9),
}
LARGEST_FACTOR = 10.0  # between a firm's intensity and the benchmark of its process


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
    mac_curve : tuple of str, length n
        linear, power, log or stepped; empty where the file does not say it.
    unused : tuple of str
        Headers of columns that are not read.
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
    mac_curve: tuple[str, ...]
    unused: tuple[str, ...] = ()


def load_firm_register(
    path: str | os.PathLike[str],
    *,
    processes: Mapping[str, Sequence[str]],
    benchmarks: Mapping[tuple[str, str], float] | None = None,
    sheet: str | None = None,
) -> FirmTable:
    """Read the firms of a market.

    Columns: firm, industry, process, region, output, intensity_tco2_per_unit, and where
    they are known technology, mac_slope, mac_cap (tCO2 per unit) and mac_curve, all of which
    may have blanks. The process may be blank where its industry has one only.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    processes : mapping of industry to its processes
        The industries that the scenario has.
    benchmarks : mapping of (industry, process) to float, optional
        tCO2 per unit; an intensity more than ten times as high or as low is refused.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    FirmTable

    Raises
    ------
    InputError
        With every fault: a column that is not there, a blank, a number not above 0, an
        unknown industry, process, technology or curve, a cap at or above the intensity, a
        number or an intensity that no firm has, a firm twice.
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
    for role in ("mac_slope", "mac_cap"):
        numbers[role] = _optional_numbers(table, headers.get(role), faults)
    curves = name_column(
        table,
        headers.get("mac_curve", "mac_curve"),
        optional_text(table, headers.get("mac_curve")),
        Words(tuple(CURVES), CURVES),
        faults,
    )
    for role, values in numbers.items():
        faults += range_faults(table, headers.get(role, role), values, *RANGES[role])
    if "firm" in headers:
        faults += doubled_faults(table, headers["firm"], "firm", [name or None for name in firms])
    if "mac_cap" in headers and "intensity_tco2_per_unit" in numbers:
        intensity = numbers["intensity_tco2_per_unit"]
        faults += _cap_faults(table, headers["mac_cap"], numbers["mac_cap"], intensity)
    if benchmarks and "intensity_tco2_per_unit" in numbers:
        faults += distance_faults(
            table,
            headers["intensity_tco2_per_unit"],
            numbers["intensity_tco2_per_unit"],
            [benchmarks.get(pair) for pair in zip(industries, processes_of, strict=True)],
        )
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
        mac_slope=frozen(numbers["mac_slope"]),
        mac_cap_tco2_per_unit=frozen(numbers["mac_cap"]),
        mac_curve=tuple(curves),
        unused=unused_headers(table, headers),
    )


def regions_in(path: str | os.PathLike[str]) -> frozenset[str]:
    """Return the regions that a register names, whatever else is wrong with it.

    Empty where there is no column of regions.
    """
    table, _ = scan_table(path)
    headers = find_headers_of(table, (), [], optional=("region",))
    return frozenset(name for name in optional_text(table, headers.get("region")) if name)


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
            remedy = words.remedy(cell)
            stop = "" if remedy.endswith("?") else "."
            more = "Others are added to the scenario, as [[benchmark.industries.processes]]"
            remedy = f"{remedy}{stop} {more}"
            allowed = ", ".join(words.known)
            faults.append(Fault(what, found, allowed, remedy, table.source, row, header))
        meant.append(name or "")
    return meant


def technology_column(table: Table, headers: Mapping[str, str], faults: list[Fault]) -> list[str]:
    """Return each row's tier; empty where the table does not say it."""
    cells = optional_text(table, headers.get("technology"))
    words = Words(tuple(TECHNOLOGIES), TECHNOLOGIES)
    return name_column(table, headers.get("technology", "technology"), cells, words, faults)


def range_faults(
    table: Table, header: str, values: Array, least: float, greatest: float
) -> list[Fault]:
    """Return a fault for each number that is out of all proportion; NaN is none."""
    return [
        Fault(
            "out of all proportion",
            f"{values[i]:g}",
            f"from {least:g} to {greatest:g}",
            "correct the number, or state it in another unit",
            table.source,
            int(table.row_numbers[i]),
            header,
        )
        for i in np.flatnonzero((values < least) | (values > greatest)).tolist()
    ]


def distance_faults(
    table: Table, header: str, intensity: Array, benchmarks: Sequence[float | None]
) -> list[Fault]:
    """Return a fault for each intensity more than ten times above or below its benchmark.

    Parameters
    ----------
    table : Table
    header : str
        To name in the faults.
    intensity : (n,) array, tCO2 per unit
        NaN where it could not be read.
    benchmarks : sequence of float or None, length n
        tCO2 per unit; None where there is nothing to compare with.
    """
    aims = np.array([np.nan if one is None else one for one in benchmarks], np.float64)
    if len(aims) != len(intensity):
        return []
    factor = intensity / aims
    far = (factor > LARGEST_FACTOR) | (factor < 1.0 / LARGEST_FACTOR)
    return [
        Fault(
            f"an intensity {_times(float(factor[i]))} the benchmark",
            f"{intensity[i]:g} tCO2 per unit, beside a benchmark of {aims[i]:g}",
            f"from {aims[i] / LARGEST_FACTOR:g} to {aims[i] * LARGEST_FACTOR:g}",
            _unit_remedy(float(factor[i])),
            table.source,
            int(table.row_numbers[i]),
            header,
        )
        for i in np.flatnonzero(far).tolist()
    ]


def _times(factor: float) -> str:
    return f"{factor:,.0f} times" if factor > 1.0 else f"1/{1.0 / factor:,.0f} of"


def _unit_remedy(factor: float) -> str:
    """Say which unit was likely meant."""
    thousands = round(float(np.log10(factor)) / 3.0)
    likely = {
        1: "kilograms instead of tonnes, or a product in another unit; divide by 1000",
        2: "grams instead of tonnes; divide by 1,000,000",
        -1: "kilotonnes instead of tonnes, or kWh instead of MWh; multiply by 1000",
        -2: "a factor of a million between the units; multiply by 1,000,000",
    }.get(thousands)
    own = "where it is right, give the firm a process of its own in the scenario"
    return f"likely {likely}; {own}" if likely else f"correct the number or its unit; {own}"


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
