"""The regions of a market: those with firms, and those that a scenario names and that have none.

A list of firms by region (`firms.region_counts`) may leave provinces out. A scenario names them
with 0 firms, so that nobody takes them for forgotten: they are rows of `regions.csv` without
figures, and no part of the market.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark.mechanism import kinds_of_regions, names_of_kinds

if TYPE_CHECKING:
    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.results import EvolutionResult
    from tanshi.study.benchmark_scenario import BenchmarkSection

KEYS = ("replicate", "year", "region", "kind", "firms")
SUMS = ("emissions_tco2", "allocation_tco2", "burden_cny", "revenue_cny")


def named_without_firms(section: BenchmarkSection, register: FirmRegister) -> tuple[str, ...]:
    """Return the regions that the scenario's tables of firms name and no firm is in."""
    tables = (section.firms.region_shares, section.firms.region_counts)
    named = {region for table in tables for regions in table.values() for region in regions}
    return tuple(sorted(named - set(register.region)))


def regions_table(
    result: EvolutionResult, register: FirmRegister, section: BenchmarkSection
) -> pl.DataFrame:
    """Return replicate, year, region, its kind, its firms and its figures.

    Of a region without firms sums are 0, and what only firms have is blank.

    Parameters
    ----------
    result : EvolutionResult
    register : FirmRegister
        The market's firms.
    section : BenchmarkSection
    """
    names, counts = np.unique(register.region, return_counts=True)
    firms = dict(zip(names.tolist(), counts.tolist(), strict=True))
    found = result.regions_table().with_columns(
        pl.col("region").replace_strict(firms, return_dtype=pl.Int64).alias("firms")
    )
    empty = named_without_firms(section, register)
    figures = [name for name in found.columns if name not in KEYS]
    if not empty:
        return found.select(*KEYS, *figures)
    kinds = names_of_kinds(kinds_of_regions(empty, section.supported_regions))
    rows = found.select("replicate", "year").unique(maintain_order=True)
    none = rows.join(pl.DataFrame({"region": empty, "kind": kinds}), how="cross").with_columns(
        pl.lit(0, dtype=pl.Int64).alias("firms"),
        *(
            pl.lit(0.0 if name in SUMS else None, dtype=found.schema[name]).alias(name)
            for name in figures
        ),
    )
    order = [*KEYS, *figures]
    whole = pl.concat([found.select(order), none.select(order)])
    return whole.sort("replicate", "year", maintain_order=True)
