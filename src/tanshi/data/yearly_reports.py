"""Load last year's verified reports of firms, as a ministry has them when it sets benchmarks.

One row a firm: what it made and emitted, what it was allocated, and where they are known the
tonnes it abated, last year's intensity and whether it objects to its benchmark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import InputError, frozen
from tanshi.data.amounts import doubled_faults
from tanshi.data.benchmark_columns import (
    ANSWERS,
    Words,
    amounts_of,
    find_headers_of,
    name_column,
    optional_text,
    unused_headers,
)
from tanshi.data.columns import numeric_column, text_column
from tanshi.data.firm_register import (
    RANGES,
    distance_faults,
    industry_column,
    process_column,
    range_faults,
    technology_column,
)
from tanshi.data.reading import scan_table

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.core import Fault
    from tanshi.data.table import Table

    Array = NDArray[np.float64]

NEEDED = ("firm", "industry", "output", "emissions_tco2", "allocation_tco2")
OPTIONAL = (
    "process",
    "region",
    "technology",
    "abated_tco2",
    "intensity_before_tco2_per_unit",
    "intensity_first_tco2_per_unit",
    "complaint",
)
UNKNOWN_REGION = "not stated"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class YearlyReports:
    """Reports of one year, in the order of the file.

    Parameters
    ----------
    source, sha256 : str
        File, and its hash.
    firm, industry, process, region, technology : tuple of str, length n
        As in `FirmTable`.
    output : (n,) array, units, read-only
    emissions_tco2 : (n,) array, read-only
        Verified.
    allocation_tco2 : (n,) array, read-only
        Handed out free.
    abated_tco2 : (n,) array or None, read-only
        Cut that year below what the firm's technology would have emitted; None where the
        file has no such column, 0 in its blanks.
    intensity_before_tco2_per_unit : (n,) array or None, read-only
        Of the year before, abated tonnes added back; NaN for firms that are new.
    intensity_first_tco2_per_unit : (n,) array or None, read-only
        Of the year that reduction targets count from; NaN where it is not known.
    complaint : tuple of bool, length n, or None
        Whether the firm objects to its benchmark.
    unused : tuple of str
        Headers of columns that are not read.
    """

    source: str
    sha256: str
    firm: tuple[str, ...]
    industry: tuple[str, ...]
    process: tuple[str, ...]
    region: tuple[str, ...]
    technology: tuple[str, ...]
    output: Array
    emissions_tco2: Array
    allocation_tco2: Array
    abated_tco2: Array | None
    intensity_before_tco2_per_unit: Array | None
    intensity_first_tco2_per_unit: Array | None
    complaint: tuple[bool, ...] | None
    unused: tuple[str, ...] = ()


def load_yearly_reports(
    path: str | os.PathLike[str],
    *,
    processes: Mapping[str, Sequence[str]],
    benchmarks: Mapping[tuple[str, str], float] | None = None,
    sheet: str | None = None,
) -> YearlyReports:
    """Read the reports of one year.

    Columns: firm, industry, output, emissions_tco2, allocation_tco2, and where they are
    known process, region, technology, abated_tco2, intensity_before_tco2_per_unit,
    intensity_first_tco2_per_unit and complaint (yes or no), which may have blanks.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    processes : mapping of industry to its processes
        The industries that the scenario has.
    benchmarks : mapping of (industry, process) to float, optional
        tCO2 per unit; emissions over output more than ten times as high or as low are refused.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    YearlyReports

    Raises
    ------
    InputError
        With every fault: a column that is not there, a blank, a number out of range, an
        unknown industry, process, technology or answer, an intensity that no firm has, a firm
        twice.
    """
    table, faults = scan_table(path, sheet=sheet)
    headers = find_headers_of(table, NEEDED, faults, optional=OPTIONAL)
    firms = text_column(table, headers["firm"], faults) if "firm" in headers else []
    industries = industry_column(table, headers, processes, faults)
    processes_of = process_column(table, headers, industries, processes, faults)
    technologies = technology_column(table, headers, faults)
    complaint = _complaints(table, headers.get("complaint"), faults)
    numbers = _numbers(table, headers, faults)
    if benchmarks:
        aims = [benchmarks.get(pair) for pair in zip(industries, processes_of, strict=True)]
        faults += _intensity_faults(table, headers, numbers, aims)
    if "firm" in headers:
        faults += doubled_faults(table, headers["firm"], "firm", [name or None for name in firms])
    if faults:
        raise InputError(faults)
    abated = numbers.get("abated_tco2")
    before, first = (numbers.get(f"intensity_{when}_tco2_per_unit") for when in ("before", "first"))
    return YearlyReports(
        source=table.source,
        sha256=table.sha256,
        firm=tuple(firms),
        industry=tuple(industries),
        process=tuple(processes_of),
        region=tuple(
            name or UNKNOWN_REGION for name in optional_text(table, headers.get("region"))
        ),
        technology=tuple(technologies),
        output=frozen(numbers["output"]),
        emissions_tco2=frozen(numbers["emissions_tco2"]),
        allocation_tco2=frozen(numbers["allocation_tco2"]),
        abated_tco2=None if abated is None else frozen(np.nan_to_num(abated)),
        intensity_before_tco2_per_unit=None if before is None else frozen(before),
        intensity_first_tco2_per_unit=None if first is None else frozen(first),
        complaint=complaint,
        unused=unused_headers(table, headers),
    )


def _numbers(table: Table, headers: Mapping[str, str], faults: list[Fault]) -> dict[str, Array]:
    numbers = {
        role: amounts_of(table, headers[role], faults)
        for role in ("output", "emissions_tco2")
        if role in headers
    }
    for role, blank in (("allocation_tco2", False), ("abated_tco2", True)):
        if role in headers:
            numbers[role] = amounts_of(
                table, headers[role], faults, sign="nonnegative", blank=blank
            )
    for role in ("intensity_before_tco2_per_unit", "intensity_first_tco2_per_unit"):
        if role in headers:
            numbers[role] = numeric_column(table, headers[role], faults, blank=True)
    if "output" in numbers:
        faults += range_faults(table, headers["output"], numbers["output"], *RANGES["output"])
    return numbers


def _intensity_faults(
    table: Table,
    headers: Mapping[str, str],
    numbers: Mapping[str, Array],
    benchmarks: Sequence[float | None],
) -> list[Fault]:
    """Return what is out of all proportion in emissions over output, and in other intensities."""
    found = {
        role: values
        for role, values in numbers.items()
        if role.startswith("intensity") and len(values)
    }
    if "emissions_tco2" in numbers and "output" in numbers:
        # Abatement counted: a firm that cuts nearly all it emits is no fault.
        abated = np.nan_to_num(numbers.get("abated_tco2", np.zeros(1)))
        found["emissions_tco2"] = (numbers["emissions_tco2"] + abated) / numbers["output"]
    return [
        fault
        for role, values in found.items()
        for fault in distance_faults(table, headers[role], values, benchmarks)
    ]


def _complaints(table: Table, header: str | None, faults: list[Fault]) -> tuple[bool, ...] | None:
    if header is None:
        return None
    answers = optional_text(table, header)
    meant = name_column(table, header, answers, Words(tuple(ANSWERS), ANSWERS), faults)
    return tuple(answer == "yes" for answer in meant)
