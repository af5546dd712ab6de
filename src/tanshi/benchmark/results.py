"""What the benchmark room hands out; the only part of it that reports may import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class EvolutionResult:
    """Every year of every replicate.

    Parameters
    ----------
    industries, regions : tuple of str, lengths S and G
    seed : int
    replicates : tuple of int, length R
    years : (R, T) array of records
        Prices and flows of the market; fields carry their units.
    by_industry : (R, T, S) array of records
    by_region : (R, T, G) array of records
    burden_cny, revenue_cny : (R, T, n) arrays
        Net cost and revenue of every firm.
    next_benchmark : (R, S) array
        Benchmarks after the last year, tCO2 per unit.
    floor, ceiling : float
        Of the price, CNY per tCO2.
    deficit : float
        Aimed at, share of need.
    """

    industries: tuple[str, ...]
    regions: tuple[str, ...]
    seed: int
    replicates: tuple[int, ...]
    years: NDArray[Any]
    by_industry: NDArray[Any]
    by_region: NDArray[Any]
    burden_cny: Array
    revenue_cny: Array
    next_benchmark: Array
    floor: float
    ceiling: float
    deficit: float

    @property
    def price_cny_per_tco2(self) -> Array:
        """Clearing price, (R, T)."""
        return np.asarray(self.years["price_cny_per_tco2"])

    @property
    def emissions_tco2(self) -> Array:
        """Emissions of all covered firms, (R, T)."""
        return np.asarray(self.by_industry["emissions_tco2"].sum(axis=2))

    def years_table(self) -> pl.DataFrame:
        """Return replicate, year, industry and every figure of market and industry."""
        r, t, s = self.by_industry.shape
        table = {
            "replicate": np.repeat(self.replicates, t * s),
            "year": np.tile(np.repeat(np.arange(1, t + 1), s), r),
            "industry": list(self.industries) * (r * t),
        }
        own = self.by_industry.dtype.names or ()
        for name in self.years.dtype.names or ():
            column = f"market_{name}" if name in own else name
            table[column] = np.repeat(self.years[name].ravel(), s)
        for name in own:
            table[name] = self.by_industry[name].ravel()
        return pl.DataFrame(table)
