"""What the accounts hand on: the capital stock and the emissions inventory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.accounts._checks import year_ranges
from tanshi.core import frozen

if TYPE_CHECKING:
    import polars as pl

    from tanshi.accounts._checks import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class CapitalStock:
    """Capital stock of units over years, at the prices of one base year.

    Parameters
    ----------
    units, years : tuple
        Rows and columns of the arrays.
    base_year : int
        Year whose prices the values are stated in.
    depreciation : float
        Yearly share of the stock that wears out.
    start, start_at : str
        Rule of the first stock, and whether it is that of the year's end or opening.
    growth_rate : ndarray or None, shape (n_units,)
        The g of I₀ / (g + δ), where the rule uses one.
    investment_constant_1e8_cny : ndarray, shape (n_units, n_years)
        Investment at base-year prices; NaN where unknown.
    capital_stock_1e8_cny : ndarray, shape (n_units, n_years)
        Stock at the end of the year; NaN where unknown.
    extrapolated : ndarray of bool, shape (n_units, n_years)
        True where the investment is extrapolated, not observed.
    """

    units: tuple[str, ...]
    years: tuple[int, ...]
    base_year: int
    depreciation: float
    start: str
    start_at: str
    growth_rate: FloatArray | None
    investment_constant_1e8_cny: FloatArray
    capital_stock_1e8_cny: FloatArray
    extrapolated: BoolArray

    @property
    def start_share(self) -> FloatArray:
        """Share of each stock that is the first year's stock, worn down since.

        Returns
        -------
        ndarray, shape (n_units, n_years)
            1 in a unit's first year, then falling; NaN where the stock is unknown, 0 where
            there is none.
        """
        stock = self.capital_stock_1e8_cny
        first = (~np.isnan(stock)).argmax(axis=1)
        age = np.maximum(np.arange(len(self.years)) - first[:, None], 0)
        left = stock[np.arange(len(first)), first][:, None] * (1.0 - self.depreciation) ** age
        share = np.where(np.isnan(stock), np.nan, 0.0)
        np.divide(left, stock, out=share, where=stock > 0.0)
        return frozen(share)

    def summary(self) -> str:
        """Say in a few lines what was computed and on which assumptions."""
        stock = self.capital_stock_1e8_cny
        last = int(np.flatnonzero(~np.isnan(stock).all(axis=0))[-1])
        known = ~np.isnan(stock[:, last])
        rate = self.growth_rate
        growth = "" if rate is None else f", growth {rate.min():.1%} to {rate.max():.1%}"
        lines = [
            "Capital stock by perpetual inventory (Zhang & Chang 2025, Eq. 18)",
            (
                f"{len(self.units)} units, {year_ranges(self.years)}; prices of {self.base_year}; "
                f"depreciation {self.depreciation:.1%} a year"
            ),
            f"Start: '{self.start}' at {self.start_at.replace('_', ' ')}{growth}",
            (
                f"Stock of {int(known.sum())} units in {self.years[last]}: "
                f"{stock[known, last].sum():,.1f} 1e8 CNY, of which "
                f"{np.nanmedian(self.start_share[known, last]):.1%} (median) is the start"
            ),
        ]
        if self.extrapolated.any():
            years = {self.years[t] for _, t in np.argwhere(self.extrapolated)}
            lines.append(
                f"Investment EXTRAPOLATED, not observed: {year_ranges(years)} "
                f"({int(self.extrapolated.sum())} values)"
            )
        return "\n".join(lines)

    def table(self) -> pl.DataFrame:
        """Return one row a unit and year; unknown values are null.

        Returns
        -------
        polars.DataFrame
            Columns unit, year, investment_constant_1e8_cny, capital_stock_1e8_cny,
            start_share, investment_extrapolated.
        """
        import polars as pl

        n_units, n_years = len(self.units), len(self.years)
        return pl.DataFrame(
            {
                "unit": np.repeat(np.array(self.units, dtype=object), n_years).tolist(),
                "year": np.tile(self.years, n_units),
                "investment_constant_1e8_cny": self.investment_constant_1e8_cny.ravel(),
                "capital_stock_1e8_cny": self.capital_stock_1e8_cny.ravel(),
                "start_share": self.start_share.ravel(),
                "investment_extrapolated": self.extrapolated.ravel(),
            }
        ).fill_nan(None)


@dataclass(frozen=True, eq=False)
class EmissionsInventory:
    """CO2 from fuels, one row a unit and year in the order of the input.

    Parameters
    ----------
    units, years : tuple, length n_rows
        Unit and year of each row.
    fuels : tuple of str, length n_fuels
        Fuels counted, by the names of the factor table.
    factors_tco2 : ndarray, shape (n_fuels,), tCO2 per `quantity_units`
        Emission factor applied to each fuel.
    quantity_units : tuple of str, length n_fuels
        Unit the consumption of each fuel is in, for example "1e4 t".
    emissions_by_fuel_tco2 : ndarray, shape (n_rows, n_fuels), tCO2
        NaN in rows that report no fuel at all.
    blanks_as_zero : int
        Blank cells counted as no consumption.
    double_counted_coke_share, double_counted_refined_share : float
        Upper bounds, as shares of all emissions counted here, on the carbon that is
        counted twice: in coke and the coal it was made from, in refined products and
        the crude oil they were made from. 0 where the pair is not present.
    warnings : tuple of str
        What a reader of the numbers must know.
    """

    units: tuple[str, ...]
    years: tuple[int, ...]
    fuels: tuple[str, ...]
    factors_tco2: FloatArray
    quantity_units: tuple[str, ...]
    emissions_by_fuel_tco2: FloatArray
    blanks_as_zero: int
    double_counted_coke_share: float
    double_counted_refined_share: float
    warnings: tuple[str, ...]

    @property
    def emissions_tco2(self) -> FloatArray:
        """Total of the fuels, shape (n_rows,), tCO2; NaN where no fuel is reported."""
        return frozen(self.emissions_by_fuel_tco2.sum(axis=1))

    @property
    def double_counted_share_upper_bound(self) -> float:
        """At most this share of the total is carbon counted twice."""
        return self.double_counted_coke_share + self.double_counted_refined_share

    def summary(self) -> str:
        """Say in a few lines what was computed, with every warning."""
        known = ~np.isnan(self.emissions_tco2)
        total = self.emissions_tco2[known].sum()
        lines = [
            "CO2 from fuels (Zhang & Chang 2025, Eq. 19)",
            (
                f"{len(set(self.units))} units, {year_ranges(set(self.years))}, "
                f"{int(known.sum())} of {len(self.units)} unit-years known; "
                f"total {total / 1e6:,.2f} 1e6 t"
            ),
        ]
        if total > 0.0:
            shares = self.emissions_by_fuel_tco2[known].sum(axis=0) / total
            parts = [f"{f} {s:.1%}" for f, s in zip(self.fuels, shares, strict=True)]
            lines.append("By fuel: " + ", ".join(parts))
        lines += [f"Warning: {text}" for text in self.warnings]
        return "\n".join(lines)

    def table(self) -> pl.DataFrame:
        """Return one row a unit and year; unknown values are null.

        Returns
        -------
        polars.DataFrame
            Columns unit, year, emissions_tco2, and emissions_<fuel>_tco2 for each fuel.
        """
        import polars as pl

        columns = {
            f"emissions_{fuel}_tco2": self.emissions_by_fuel_tco2[:, i]
            for i, fuel in enumerate(self.fuels)
        }
        return pl.DataFrame(
            {
                "unit": list(self.units),
                "year": list(self.years),
                "emissions_tco2": self.emissions_tco2,
                **columns,
            }
        ).fill_nan(None)
