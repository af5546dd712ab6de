"""Price changes, and the routes by which they come about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class CostPush:
    """Price changes under several paid shares.

    Parameters
    ----------
    codes, names : tuple of str, length n
    covered_codes : tuple of str
        Sectors that pay.
    price_cny_per_tco2 : float
    paid_shares : tuple of float, length S
    direct_percent : (S, n) array
        Cost increase of the sector itself, percent of its price.
    total_percent : (S, n) array
        With all that its suppliers pass on.
    consumer_weights, producer_weights : (n,) arrays
        f of Eq. 16 and z of Eq. 17.
    consumer_index_percent, producer_index_percent : (S,) arrays
        CI and PI.
    covered_emissions_tco2 : float
        Emissions of the covered parts of sectors.
    revenue_cny : (S,) array
        What is paid for allowances, in the table's year.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    covered_codes: tuple[str, ...]
    price_cny_per_tco2: float
    paid_shares: tuple[float, ...]
    direct_percent: Array
    total_percent: Array
    consumer_weights: Array
    producer_weights: Array
    consumer_index_percent: Array
    producer_index_percent: Array
    covered_emissions_tco2: float
    revenue_cny: Array

    @property
    def uncovered(self) -> NDArray[np.bool_]:
        """Which sectors do not pay themselves, (n,)."""
        return np.array([code not in self.covered_codes for code in self.codes])

    def most_affected(self, count: int) -> list[str]:
        """Return the codes of the uncovered sectors whose prices rise most, descending."""
        largest = int(np.argmax(self.paid_shares))
        change = np.where(self.uncovered, self.total_percent[largest], -np.inf)
        order = np.argsort(-change, kind="stable")[: min(count, int(self.uncovered.sum()))]
        return [self.codes[i] for i in order]

    def prices(self) -> pl.DataFrame:
        """Return sector, name, paid_share, direct_percent, total_percent."""
        shares, n = len(self.paid_shares), len(self.codes)
        return pl.DataFrame(
            {
                "sector": list(self.codes) * shares,
                "name": list(self.names) * shares,
                "paid_share": np.repeat(self.paid_shares, n),
                "direct_percent": self.direct_percent.ravel(),
                "total_percent": self.total_percent.ravel(),
            }
        )

    def indices(self) -> pl.DataFrame:
        """Return paid_share, consumer and producer index, means and revenue.

        Least and greatest rise of uncovered sectors are null where every sector pays.
        """
        others = self.total_percent[:, self.uncovered]
        nobody = pl.Series([None] * len(self.paid_shares), dtype=pl.Float64)
        least, greatest = (
            (others.min(axis=1), others.max(axis=1)) if others.size else (nobody, nobody)
        )
        return pl.DataFrame(
            {
                "paid_share": self.paid_shares,
                "consumer_index_percent": self.consumer_index_percent,
                "producer_index_percent": self.producer_index_percent,
                "mean_all_sectors_percent": self.total_percent.mean(axis=1),
                "least_uncovered_percent": least,
                "greatest_uncovered_percent": greatest,
                "revenue_1e8_cny": self.revenue_cny / 1e8,
            }
        )

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        sectors = ", ".join(dict.fromkeys(self.covered_codes))
        covered = f"{self.covered_emissions_tco2 / 1e8:.2f} 1e8 t covered"
        lines = [f"cost push of {self.price_cny_per_tco2:g} CNY/tCO2 on {sectors}: {covered}"]
        for share, ci, pi, revenue in zip(
            self.paid_shares,
            self.consumer_index_percent,
            self.producer_index_percent,
            self.revenue_cny,
            strict=True,
        ):
            lines.append(
                f"paid share {share:g}: CI {ci:.4f} %, PI {pi:.4f} %, revenue "
                f"{revenue / 1e8:,.1f} 1e8 CNY"
            )
        return "\n".join(lines)


@dataclass(frozen=True, eq=False, kw_only=True)
class SupplyChainPath:
    """One route by which a cost reaches a price.

    Parameters
    ----------
    codes : tuple of str
        From the sector that pays to the sector whose price rises.
    price_percent : float
        What this route alone adds to that price, in percent.
    share_of_target : float
        Of the whole rise of that price.
    """

    codes: tuple[str, ...]
    price_percent: float
    share_of_target: float
