"""Marginal abatement costs of observations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class AbatementCosts:
    """Equivalent marginal abatement cost of every observation.

    Parameters
    ----------
    unit : tuple of str, length n
    period : (n,) array of int
    tau_position : (n,) array
        Largest quantile below which the observation lies (the first where none is).
    mac_cny_per_tco2 : (n,) array
        Eq. 10 with the payment factor; ``inf`` where -dD/dy = 0.
    mac_low_cny_per_tco2, mac_high_cny_per_tco2 : (n,) arrays
        Range over the optimal faces of the quantiles used, or over the hyperplanes that meet
        there; equal where there is one slope.
    conditions : dict of str to (n,) array of bool
        By flag: ``below_grid``, ``above_grid``, ``on_quantile``, ``infinite``, ``zero``,
        ``not_unique``.
    payment_rule, position_rule : str
    payment_share : float
    """

    unit: tuple[str, ...]
    period: NDArray[np.int64]
    tau_position: Array
    mac_cny_per_tco2: Array
    mac_low_cny_per_tco2: Array
    mac_high_cny_per_tco2: Array
    conditions: dict[str, NDArray[np.bool_]]
    payment_rule: str
    payment_share: float
    position_rule: str

    @property
    def flags(self) -> tuple[tuple[str, ...], ...]:
        """Flags of each observation, length n."""
        return tuple(
            tuple(name for name, holds in self.conditions.items() if holds[i])
            for i in range(len(self.unit))
        )

    def table(self) -> pl.DataFrame:
        """Return unit, time, tau_position, mac_cny_per_tco2, flag."""
        flags = pl.DataFrame(self.conditions).select(
            pl.concat_str(
                [pl.when(name).then(pl.lit(name)) for name in self.conditions],
                separator=";",
                ignore_nulls=True,
            ).alias("flag")
        )
        return pl.DataFrame(
            {
                "unit": self.unit,
                "time": self.period,
                "tau_position": self.tau_position,
                "mac_cny_per_tco2": self.mac_cny_per_tco2,
            }
        ).hstack(flags)

    def averages(self) -> pl.DataFrame:
        """Return each unit's mean over its periods, ascending: unit, mac_cny_per_tco2."""
        means = self.table().group_by("unit").agg(pl.col("mac_cny_per_tco2").mean())
        return means.sort("mac_cny_per_tco2", "unit")

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        finite = self.mac_cny_per_tco2[np.isfinite(self.mac_cny_per_tco2)]
        spread = (
            f"least {finite.min():.2f}, median {np.median(finite):.2f}, greatest {finite.max():.2f}"
            if len(finite)
            else "none is finite"
        )
        return (
            f"equivalent marginal abatement cost of {len(self.unit)} observations, payment rule "
            f"{self.payment_rule} (share {self.payment_share:g}), position {self.position_rule}\n"
            f"CNY/tCO2: {spread}; infinite {len(self.unit) - len(finite)}"
        )
