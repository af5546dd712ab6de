"""How sure price changes are when price and intensities are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CONSUMER_INDEX, PRODUCER_INDEX = "CI", "PI"


@dataclass(frozen=True, eq=False, kw_only=True)
class Spread:
    """The distribution of q quantities over draws, under S paid shares.

    Parameters
    ----------
    point : (S, q) array
        At the price and the intensities given.
    mean, standard_deviation : (S, q) arrays
        Of the draws.
    lower, upper : (S, q) arrays
        Ends of the percentile interval.
    from_price_percent, from_intensity_percent : (q,) arrays
        Shares of the variance, the same under every paid share: what it would be if only
        the price, or only the intensities, varied. What is missing to 100 comes of both
        together. 0 where nothing varies.
    """

    point: Array
    mean: Array
    standard_deviation: Array
    lower: Array
    upper: Array
    from_price_percent: Array
    from_intensity_percent: Array

    def columns(self, unit: str) -> dict[str, Array]:
        """Return flat columns, quantity by quantity within each paid share.

        Parameters
        ----------
        unit : str
            Ends the names of the columns.
        """
        shares = len(self.point)
        return {
            f"point_{unit}": self.point.ravel(),
            f"mean_{unit}": self.mean.ravel(),
            f"standard_deviation_{unit}": self.standard_deviation.ravel(),
            f"lower_{unit}": self.lower.ravel(),
            f"upper_{unit}": self.upper.ravel(),
            "variance_from_price_percent": np.tile(self.from_price_percent, shares),
            "variance_from_intensity_percent": np.tile(self.from_intensity_percent, shares),
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class CostPushIntervals:
    """Percentile intervals of everything that a cost push changes.

    Parameters
    ----------
    codes, names : tuple of str, length n
    paid_shares : tuple of float, length S
    draws, seed : int
    level : float
        Of the intervals, 0.95 for 2.5 to 97.5 percent.
    price : str
        What the price was taken to be, in words.
    intensity_cv : dict of str to float
        Covered sector to the relative standard deviation of its intensity.
    total_percent : Spread
        Of the n prices.
    consumer_index_percent, producer_index_percent, revenue_cny : Spread
        One quantity each.
    baskets_percent : dict of str to Spread
        Of further baskets, such as those of households; one quantity each.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    paid_shares: tuple[float, ...]
    draws: int
    seed: int
    level: float
    price: str
    intensity_cv: dict[str, float]
    total_percent: Spread
    consumer_index_percent: Spread
    producer_index_percent: Spread
    revenue_cny: Spread
    baskets_percent: Mapping[str, Spread]

    def table(self) -> pl.DataFrame:
        """Return intervals in percent: both indices, then every sector.

        The column item is ``CI``, ``PI`` or a sector's code.
        """
        return pl.concat(
            [
                self._rows([CONSUMER_INDEX], ["consumer index"], self.consumer_index_percent),
                self._rows([PRODUCER_INDEX], ["producer index"], self.producer_index_percent),
                self._rows(list(self.codes), list(self.names), self.total_percent),
            ]
        )

    def baskets_table(self) -> pl.DataFrame:
        """Return the intervals of the baskets with the columns of `table`."""
        rows = [
            self._rows([name], [f"{name} households"], spread)
            for name, spread in self.baskets_percent.items()
        ]
        return pl.concat([self.table().clear(), *rows])

    def revenue_table(self) -> pl.DataFrame:
        """Return the interval of public revenue by paid share."""
        columns = self.revenue_cny.columns("1e8_cny")
        scaled = {
            name: values / 1e8 if name.endswith("1e8_cny") else values
            for name, values in columns.items()
        }
        return pl.DataFrame({"paid_share": self.paid_shares, **scaled})

    def assumptions(self) -> tuple[str, ...]:
        """Return what varies, and how, in words."""
        varied = [f"{code} {cv:g}" for code, cv in self.intensity_cv.items() if cv > 0]
        intensities = (
            "intensities: lognormal and independent, with the mean given; relative standard "
            f"deviation by sector: {', '.join(varied)}"
            if varied
            else "intensities: taken as exact"
        )
        return f"price: {self.price}", intensities

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        consumer, producer = self.consumer_index_percent, self.producer_index_percent
        lines = [
            f"{self.level:.0%} intervals of {self.draws} draws, seed {self.seed}",
            *self.assumptions(),
        ]
        for row, share in enumerate(self.paid_shares):
            lines.append(
                f"paid share {share:g}: CI {consumer.lower[row, 0]:.4f} to "
                f"{consumer.upper[row, 0]:.4f} %, PI {producer.lower[row, 0]:.4f} to "
                f"{producer.upper[row, 0]:.4f} %"
            )
        lines.append(
            f"variance of CI: {consumer.from_price_percent[0]:.1f} % from the price, "
            f"{consumer.from_intensity_percent[0]:.1f} % from intensities"
        )
        return "\n".join(lines)

    def _rows(self, items: list[str], names: list[str], spread: Spread) -> pl.DataFrame:
        shares = len(self.paid_shares)
        return pl.DataFrame(
            {
                "item": items * shares,
                "name": names * shares,
                "paid_share": np.repeat(self.paid_shares, len(items)),
                **spread.columns("percent"),
            }
        )
