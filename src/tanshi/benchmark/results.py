"""What the benchmark room hands out; the only part of it that reports may import."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanshi.benchmark.convergence import stages_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class EvolutionResult:
    """Every year of every replicate.

    Parameters
    ----------
    industries, regions : tuple of str, lengths S and G
    region_kinds : tuple of str, length G
        Which of the supported kinds a region is, in words; empty for none.
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
    floor, ceiling : (T,) arrays
        Of the price in force, CNY per tCO2.
    deficit : (T,) array
        Aimed at, share of need.
    regional_target : (T, G) array
        Fall of emissions per output since the start that a region is held to; 0 for none.
    path_gap : (R, T) array or None
        Emissions over those that were to be met, less 1; None where none were given.
    """

    industries: tuple[str, ...]
    regions: tuple[str, ...]
    region_kinds: tuple[str, ...]
    seed: int
    replicates: tuple[int, ...]
    years: NDArray[Any]
    by_industry: NDArray[Any]
    by_region: NDArray[Any]
    burden_cny: Array
    revenue_cny: Array
    next_benchmark: Array
    floor: Array
    ceiling: Array
    deficit: Array
    regional_target: Array
    path_gap: Array | None = None

    @property
    def price_cny_per_tco2(self) -> Array:
        """Clearing price, (R, T)."""
        return np.asarray(self.years["price_cny_per_tco2"])

    @property
    def emissions_tco2(self) -> Array:
        """Emissions of all covered firms, (R, T)."""
        return np.asarray(self.by_industry["emissions_tco2"].sum(axis=2))

    def until(self, year: int) -> EvolutionResult:
        """Return the years up to one; `next_benchmark` stays that of the last year of all."""
        gap = None if self.path_gap is None else self.path_gap[:, :year]
        return replace(
            self,
            years=self.years[:, :year],
            by_industry=self.by_industry[:, :year],
            by_region=self.by_region[:, :year],
            burden_cny=self.burden_cny[:, :year],
            revenue_cny=self.revenue_cny[:, :year],
            floor=self.floor[:year],
            ceiling=self.ceiling[:year],
            deficit=self.deficit[:year],
            regional_target=self.regional_target[:year],
            path_gap=gap,
        )

    def years_table(self) -> pl.DataFrame:
        """Return replicate, year, industry, stage and every figure of market and industry."""
        r, t, s = self.by_industry.shape
        table: dict[str, Any] = {
            "replicate": np.repeat(self.replicates, t * s),
            "year": np.tile(np.repeat(np.arange(1, t + 1), s), r),
            "industry": list(self.industries) * (r * t),
            "stage": np.repeat(stages_of(self), s),
        }
        own = self.by_industry.dtype.names or ()
        for name in self.years.dtype.names or ():
            column = f"market_{name}" if name in own else name
            table[column] = np.repeat(self.years[name].ravel(), s)
        for name in own:
            table[name] = self.by_industry[name].ravel()
        return pl.DataFrame(table)

    def regions_table(self) -> pl.DataFrame:
        """Return replicate, year, region, its kind and every figure of the region."""
        r, t, g = self.by_region.shape
        table: dict[str, Any] = {
            "replicate": np.repeat(self.replicates, t * g),
            "year": np.tile(np.repeat(np.arange(1, t + 1), g), r),
            "region": list(self.regions) * (r * t),
            "kind": list(self.region_kinds) * (r * t),
        }
        for name in self.by_region.dtype.names or ():
            table[name] = self.by_region[name].ravel()
        return pl.DataFrame(table)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean over replicates and its 95 % interval.

    Parameters
    ----------
    mean : float or None
        None where no replicate has the figure.
    low, high : float or None
        None with a single replicate.
    """

    mean: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.mean is None:
            return "none"
        if self.low is None or self.high is None:
            return f"{self.mean:.2f}"
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True, eq=False, kw_only=True)
class MarketAssessment:
    """A market's years, and what they come to against a baseline.

    Parameters
    ----------
    evolution, baseline : EvolutionResult
        Same random numbers, same emissions in every year.
    baseline_name : str
    outcomes : dict of str to tuple of Interval
        Figure to one entry an industry, and the whole market as the last.
    settled : dict
        See `convergence`.
    shares : dict
        See `fairness`.
    """

    evolution: EvolutionResult
    baseline: EvolutionResult
    baseline_name: str
    outcomes: dict[str, tuple[Interval, ...]]
    settled: dict[str, Any]
    shares: dict[str, Any]

    def outcome_table(self) -> pl.DataFrame:
        """Return industry and every figure with its 95 % interval.

        Means of the last years, costs of all: benchmarks by tier (tCO2 per unit); balance
        before trade, one less the gap over emissions, against verified ones and against need
        without abatement; the cost of abatement, output lost included, over the baseline's;
        firms that do not comply, and tonnes hidden or missing over emissions.
        """
        table: dict[str, list[object]] = {"industry": list(self.evolution.industries)}
        for name, values in self.outcomes.items():
            own = values[: len(self.evolution.industries)]
            table[name] = [one.mean for one in own]
            table[f"{name}_low"] = [one.low for one in own]
            table[f"{name}_high"] = [one.high for one in own]
        floats = {name: pl.Float64 for name in table if name != "industry"}
        return pl.DataFrame(table, schema_overrides=floats)

    def convergence(self) -> dict[str, Any]:
        """Return whether, when and why not the market settled, by replicate.

        Not settling within the years of the plan is a result, with its reasons.
        """
        return self.settled

    def fairness(self) -> dict[str, Any]:
        """Return how evenly burden over revenue falls on firms, sizes and regions."""
        return self.shares

    def fairness_table(self) -> pl.DataFrame:
        """Return by (firms, size, region), group, figure, mean, low and high of `fairness`."""
        rows: list[dict[str, object]] = []
        for by, figures in self.shares.items():
            for figure, value in figures.items():
                groups = value if isinstance(value, dict) else {"all": value}
                for group, one in groups.items():
                    names = {"by": by, "group": group, "figure": figure}
                    rows.append(names | {"mean": one.mean, "low": one.low, "high": one.high})
        floats = dict.fromkeys(("mean", "low", "high"), pl.Float64)
        return pl.DataFrame(rows, schema_overrides=floats)

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        settled, prices = self.settled, self.evolution.price_cny_per_tco2
        count = len(self.evolution.replicates)
        first, last = prices[:, 0].mean(), prices[:, -1].mean()
        lines = [
            f"{prices.shape[1]} years, {count} replicates: {first:.1f} -> {last:.1f} CNY per tCO2",
            f"settled in {settled['converged_replicates']} of {count} replicates",
        ]
        lines += [f"  {number} not: {why}" for why, number in settled["reasons"].items()]
        for s, name in enumerate((*self.evolution.industries, "all")):
            figures = {key: values[s] for key, values in self.outcomes.items()}
            lines.append(
                f"{name}: balance {figures['balance_verified_percent']} % (need "
                f"{figures['balance_need_percent']}), cost "
                f"{figures['cost_change_percent']} % over the baseline, "
                f"{figures['noncompliant_firms_percent']} % of firms do not comply"
            )
        lines.append(f"baseline: {self.baseline_name}, at the same yearly emissions")
        gap = self.baseline.path_gap
        if gap is not None and np.abs(gap).max() > 1e-6:
            lines.append(f"  the baseline misses them by up to {100 * np.abs(gap).max():.2f} %")
        return "\n".join(lines)
