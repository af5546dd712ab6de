"""What the floor room hands out; the only part of it that reports may import."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class PriceFloor:
    """A price floor and the unit that sets it.

    Parameters
    ----------
    price_cny_per_tco2 : float
        At the prices of the abatement costs it comes from.
    set_by : str
        Unit with the least abatement cost.
    observed_period : int
        Period of that cost.
    applies_to : int
        The period after it.
    """

    price_cny_per_tco2: float
    set_by: str
    observed_period: int
    applies_to: int

    def summary(self) -> str:
        """Return one line for a terminal."""
        return (
            f"price floor {self.price_cny_per_tco2:.2f} CNY/tCO2 for {self.applies_to}, the "
            f"least cost of {self.observed_period}, set by {self.set_by}"
        )


@dataclass(frozen=True, kw_only=True)
class FloorPath:
    """The floor year by year.

    Parameters
    ----------
    years : tuple of int
    price_cny_per_tco2 : tuple of float
    set_by : str
    observed_period : int
        Whose least cost starts the path.
    rule, price_base : str
    escalator_percent : float
    """

    years: tuple[int, ...]
    price_cny_per_tco2: tuple[float, ...]
    set_by: str
    observed_period: int
    rule: str
    escalator_percent: float
    price_base: str

    def as_mapping(self) -> dict[int, float]:
        """Return year to price."""
        return dict(zip(self.years, self.price_cny_per_tco2, strict=True))

    def table(self) -> pl.DataFrame:
        """Return year, floor_price_cny_per_tco2."""
        return pl.DataFrame(
            {"year": self.years, "floor_price_cny_per_tco2": self.price_cny_per_tco2}
        )


@dataclass(frozen=True, kw_only=True)
class MarketYear:
    """One board in one year.

    Parameters
    ----------
    year : int
    board : str
        ``listing`` or ``block``.
    mean_cny_per_t : float
        Volume-weighted.
    low_cny_per_t, high_cny_per_t : float
        Of the daily prices.
    volume_share_percent : float
        Of both boards' volume.
    volume_below_floor_percent : float or None
        Of this board's volume; None where there is no floor or no daily price.
    days, days_below_floor : int or None
        With trade; None where only yearly figures are known.
    floor_cny_per_tco2 : float or None
    """

    year: int
    board: str
    mean_cny_per_t: float
    low_cny_per_t: float
    high_cny_per_t: float
    volume_share_percent: float
    volume_below_floor_percent: float | None
    days: int | None
    days_below_floor: int | None
    floor_cny_per_tco2: float | None


def market_table(rows: Sequence[MarketYear]) -> pl.DataFrame:
    """Return market years as a table, one row a year and board."""
    schema = {
        "year": pl.Int64,
        "board": pl.String,
        "mean_cny_per_t": pl.Float64,
        "low_cny_per_t": pl.Float64,
        "high_cny_per_t": pl.Float64,
        "volume_share_percent": pl.Float64,
        "volume_below_floor_percent": pl.Float64,
        "days": pl.Int64,
        "days_below_floor": pl.Int64,
        "floor_cny_per_tco2": pl.Float64,
    }
    return pl.DataFrame([asdict(row) for row in rows], schema=schema)


@dataclass(frozen=True, eq=False, kw_only=True)
class AbatementSupply:
    """Units by ascending cost.

    Parameters
    ----------
    unit : tuple of str, length n
    mac_cny_per_tco2, emissions_tco2 : (n,) arrays
    share_reached_percent : (n,) array
        Share of all emissions of the units up to and including this one.
    """

    unit: tuple[str, ...]
    mac_cny_per_tco2: Array
    emissions_tco2: Array
    share_reached_percent: Array

    def share_below(self, price_cny_per_tco2: float) -> float:
        """Return the share of emissions, in percent, whose unit's cost is below a price."""
        below = self.mac_cny_per_tco2 < price_cny_per_tco2
        return 100.0 * float(self.emissions_tco2[below].sum() / self.emissions_tco2.sum())

    def share_acting(self, price_cny_per_tco2: float) -> float:
        """Return the share of emissions, in percent, whose unit's cost is a price or less."""
        acting = self.mac_cny_per_tco2 <= price_cny_per_tco2
        return 100.0 * float(self.emissions_tco2[acting].sum() / self.emissions_tco2.sum())

    def units_below(self, price_cny_per_tco2: float) -> list[str]:
        """Return the units that act at a price."""
        below = self.mac_cny_per_tco2 < price_cny_per_tco2
        return [unit for unit, acts in zip(self.unit, below.tolist(), strict=True) if acts]

    def table(self) -> pl.DataFrame:
        """Return unit, mac_cny_per_tco2, emissions_tco2, share_reached_percent."""
        return pl.DataFrame(
            {
                "unit": list(self.unit),
                "mac_cny_per_tco2": self.mac_cny_per_tco2,
                "emissions_tco2": self.emissions_tco2,
                "share_reached_percent": self.share_reached_percent,
            }
        )
