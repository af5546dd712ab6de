"""Load what the update of the year before left: benchmarks in force, factors of regions, firms.

The folder is the one that `tanshi benchmark adjust` writes; only its benchmarks are needed, so
a ministry that begins with benchmarks of its own writes that one table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tanshi.core import Fault, InputError
from tanshi.data.amounts import doubled_faults
from tanshi.data.benchmark_columns import (
    INDUSTRIES,
    TECHNOLOGIES,
    Words,
    name_column,
    optional_text,
)
from tanshi.data.columns import numeric_column, text_column
from tanshi.data.reading import scan_table

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from tanshi.data.table import Table

# Table, its names and its numbers.
BENCHMARKS = ("benchmarks.csv", "industry", "next_benchmark_tco2_per_unit")
REGIONS = ("regions.csv", "region", "next_factor")
FIRMS = ("firms.csv", "firm", "next_own_factor")
TIER = "next_tier"  # of firms, a column that may be missing


@dataclass(frozen=True, slots=True, kw_only=True)
class LastUpdate:
    """What is in force at the start of a year.

    Parameters
    ----------
    benchmark_tco2_per_unit : dict of industry to float
    region_factor, own_factor : dict of region, and of firm, to float
        On the benchmarks of firms; who is not named has 1.
    tier : dict of firm to str
        Where the table of firms says it.
    data_sha256 : dict of str to str
        File to hash.
    """

    benchmark_tco2_per_unit: dict[str, float]
    region_factor: dict[str, float] = field(default_factory=dict)
    own_factor: dict[str, float] = field(default_factory=dict)
    tier: dict[str, str] = field(default_factory=dict)
    data_sha256: dict[str, str] = field(default_factory=dict)


def load_last_update(folder: str | os.PathLike[str], *, industries: Sequence[str]) -> LastUpdate:
    """Read the tables of a folder.

    ``benchmarks.csv`` with industry and next_benchmark_tco2_per_unit, and where they are
    there ``regions.csv`` with region and next_factor, ``firms.csv`` with firm,
    next_own_factor and, where it is there, next_tier; other columns are left aside.

    Parameters
    ----------
    folder : path-like
    industries : sequence of str
        That the scenario has; each must stand in the benchmarks.

    Raises
    ------
    InputError
        With every fault of all tables: no benchmarks, a column that is not there, a blank, a
        number not above 0, a name twice, a tier or an industry that is unknown, an industry
        that is missing.
    """
    place = Path(folder)
    faults: list[Fault] = []
    digests: dict[str, str] = {}
    tier: dict[str, str] = {}
    found = {
        layout[0]: _read(place, layout, industries, faults, (digests, tier))
        for layout in (BENCHMARKS, REGIONS, FIRMS)
        if layout is BENCHMARKS or (place / layout[0]).exists()
    }
    if faults:
        raise InputError(faults)
    return LastUpdate(
        benchmark_tco2_per_unit=found[BENCHMARKS[0]],
        region_factor=found.get(REGIONS[0], {}),
        own_factor=found.get(FIRMS[0], {}),
        tier=tier,
        data_sha256=digests,
    )


def _read(
    place: Path,
    layout: tuple[str, str, str],
    industries: Sequence[str],
    faults: list[Fault],
    written: tuple[dict[str, str], dict[str, str]],
) -> dict[str, float]:
    """Return the numbers of a table by name; its hash and the tiers of firms are written."""
    (file, name, number), (digests, tier) = layout, written
    try:
        table, found = scan_table(place / file)
    except InputError as error:
        faults += error.faults
        return {}
    digests[table.source] = table.sha256
    faults += found
    missing = [header for header in (name, number) if header not in table.headers]
    if missing:
        shown, allowed = ", ".join(table.headers), f"{name}, {number}"
        remedy = "give the folder that the last update wrote"
        what = f"no column {' and '.join(missing)}"
        faults.append(Fault(what, shown, allowed, remedy, file=table.source))
        return {}
    names = text_column(table, name, faults)
    if layout is BENCHMARKS:
        words = Words(tuple(industries), INDUSTRIES)
        names = name_column(table, name, names, words, faults)
        faults += _missing_faults(table, names, industries)
    faults += doubled_faults(table, name, name, [one or None for one in names])
    values = numeric_column(table, number, faults)
    if layout is FIRMS and TIER in table.headers:
        words = Words(tuple(TECHNOLOGIES), TECHNOLOGIES)
        cells = name_column(table, TIER, optional_text(table, TIER), words, faults)
        tier |= {firm: cell for firm, cell in zip(names, cells, strict=True) if cell}
    return dict(zip(names, values.tolist(), strict=True))


def _missing_faults(table: Table, names: Sequence[str], industries: Sequence[str]) -> list[Fault]:
    lacking = [name for name in industries if name not in names]
    if not lacking:
        return []
    found, allowed = f"no row for {', '.join(lacking)}", f"all of {', '.join(industries)}"
    remedy = "add the benchmark of every industry of the scenario"
    return [Fault("missing industry", found, allowed, remedy, table.source, None, BENCHMARKS[1])]
