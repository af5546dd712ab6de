"""Load the industries of a benchmark market: entities, emissions, benchmarks, potentials.

The layout is that of Table 1 of Liu, *Optimization of Quota Benchmark Coefficient and
Mechanism Design Based on Multi-Agent Evolution under the Background of Carbon Market
Expansion*, with the units corrected: emissions in 1e8 t (the print says millions).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.data.amounts import doubled_faults
from tanshi.data.benchmark_columns import INDUSTRIES, Words, find_headers_of, optional_text
from tanshi.data.columns import numeric_column, text_column
from tanshi.data.reading import scan_table

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from tanshi.data.table import Table

    Array = NDArray[np.float64]

NEEDED = (
    "industry",
    "entities",
    "emissions_1e8_tco2",
    "benchmark",
    "reduction_potential_percent",
)
TONNES = 1e8


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkRow:
    """One industry.

    Parameters
    ----------
    industry : str
    entities : int
    emissions_tco2 : float
        A year.
    benchmark_tco2_per_unit : float
    unit : str
        Of the product; "unit" where the table does not say it.
    reduction_potential : float
        Share, between 0 and 1.
    """

    industry: str
    entities: int
    emissions_tco2: float
    benchmark_tco2_per_unit: float
    unit: str
    reduction_potential: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkTable:
    """The industries of a file, in its order.

    Parameters
    ----------
    source, sha256 : str
        File, and its hash.
    rows : tuple of BenchmarkRow
    """

    source: str
    sha256: str
    rows: tuple[BenchmarkRow, ...]


def load_benchmark_table(
    path: str | os.PathLike[str], *, sheet: str | None = None
) -> BenchmarkTable:
    """Read industries with their benchmarks.

    Columns: industry, entities, emissions_1e8_tco2, benchmark (tCO2 per unit of product),
    reduction_potential_percent, and where it is known benchmark_unit such as ``tCO2/MWh``.
    Others, among them the intensity by value, are left aside.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    BenchmarkTable

    Raises
    ------
    InputError
        With every fault: a column that is not there, a blank, a number not above 0, half an
        entity, a potential of 100 % or more, an industry twice.
    """
    table, faults = scan_table(path, sheet=sheet)
    headers = find_headers_of(table, NEEDED, faults, optional=("benchmark_unit",))
    names = text_column(table, headers["industry"], faults) if "industry" in headers else []
    numbers = {
        role: numeric_column(table, headers[role], faults) for role in NEEDED[1:] if role in headers
    }
    faults += _entity_faults(table, headers, numbers)
    faults += _potential_faults(table, headers, numbers)
    # A table may speak of "Power generation" or 电力: the names of the rules are English.
    words = Words(tuple(INDUSTRIES), INDUSTRIES)
    names = [words.match(name) or name for name in names]
    if "industry" in headers:
        keys = [name or None for name in names]
        faults += doubled_faults(table, headers["industry"], "industry", keys)
    if faults:
        raise InputError(faults)
    units = [_product(text) for text in optional_text(table, headers.get("benchmark_unit"))]
    rows = [
        BenchmarkRow(
            industry=name,
            entities=int(numbers["entities"][i]),
            emissions_tco2=float(numbers["emissions_1e8_tco2"][i]) * TONNES,
            benchmark_tco2_per_unit=float(numbers["benchmark"][i]),
            unit=units[i],
            reduction_potential=float(numbers["reduction_potential_percent"][i]) / 100.0,
        )
        for i, name in enumerate(names)
    ]
    return BenchmarkTable(source=table.source, sha256=table.sha256, rows=tuple(rows))


def _product(unit: str) -> str:
    """Return the product of a unit such as ``tCO2/t cement``.

    Examples
    --------
    >>> _product("tCO2/t cement"), _product("")
    ('t cement', 'unit')
    """
    return unit.partition("/")[2].strip() or unit or "unit"


def _entity_faults(table: Table, headers: dict[str, str], numbers: dict[str, Array]) -> list[Fault]:
    if "entities" not in numbers:
        return []
    entities = numbers["entities"]
    return [
        Fault(
            "not a number of firms",
            f"{entities[i]:g}",
            "a whole number of 1 or more",
            "count the firms that are covered",
            table.source,
            int(table.row_numbers[i]),
            headers["entities"],
        )
        for i in np.flatnonzero(entities != np.floor(entities)).tolist()
        if np.isfinite(entities[i])
    ]


def _potential_faults(
    table: Table, headers: dict[str, str], numbers: dict[str, Array]
) -> list[Fault]:
    if "reduction_potential_percent" not in numbers:
        return []
    potential = numbers["reduction_potential_percent"]
    return [
        Fault(
            "not a reduction potential",
            f"{potential[i]:g}",
            "percent, above 0 and below 100",
            "write 8.78 % as 8.78",
            table.source,
            int(table.row_numbers[i]),
            headers["reduction_potential_percent"],
        )
        for i in np.flatnonzero(potential >= 100.0).tolist()
    ]
