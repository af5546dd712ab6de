"""How sure the costs and the surfaces are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BootstrapDraws:
    """What the replicates of a bootstrap found, in their order.

    Parameters
    ----------
    costs : (R, n) array
        CNY per tonne of CO2, of the original observations.
    parameters : (R, T, P) array
        Free parameters, mean-normalised data, by quantile.
    shrink : float, default 1
        sqrt(m / n) where m of n units were drawn: what a deviation from the estimate is
        multiplied by to be one of the whole sample.
    """

    costs: Array
    parameters: Array
    shrink: float = 1.0

    @property
    def replicates(self) -> int:
        """Number of replicates, R."""
        return len(self.costs)

    @classmethod
    def joined(cls, parts: Sequence[BootstrapDraws]) -> BootstrapDraws:
        """Put the draws of consecutive replicates below each other."""
        costs = np.concatenate([part.costs for part in parts])
        parameters = np.concatenate([part.parameters for part in parts])
        costs.flags.writeable = parameters.flags.writeable = False
        return cls(costs, parameters, parts[0].shrink)


@dataclass(frozen=True, eq=False, kw_only=True)
class CostIntervals:
    """Percentile intervals of every cost and of the floor.

    Parameters
    ----------
    replicates, seed : int
    units_drawn : int or None
    level : float
    lower_cny_per_tco2, upper_cny_per_tco2 : (n,) arrays
        Of the costs, in the order of the observations.
    floor_lower_cny_per_tco2, floor_upper_cny_per_tco2 : float
        Percentiles of the least cost of the floor's period, by default the last. A least of
        many uncertain costs: simulated panels show these to cover the truth far too seldom.
    envelope_lower_cny_per_tco2, envelope_upper_cny_per_tco2 : float
        From the least lower to the least upper end of the costs of that period. Since the
        floor lies there whenever every cost lies in its interval, it errs on the wide side.
    """

    replicates: int
    seed: int
    units_drawn: int | None
    level: float
    lower_cny_per_tco2: Array
    upper_cny_per_tco2: Array
    floor_lower_cny_per_tco2: float
    floor_upper_cny_per_tco2: float
    envelope_lower_cny_per_tco2: float
    envelope_upper_cny_per_tco2: float

    def beside(self, costs: pl.DataFrame) -> pl.DataFrame:
        """Return a table of the costs with columns ``lower`` and ``upper`` before its flag."""
        ends = {"lower": self.lower_cny_per_tco2, "upper": self.upper_cny_per_tco2}
        table = costs.with_columns(pl.Series(name, end) for name, end in ends.items())
        return table.select(pl.exclude("flag"), "flag")

    def summary(self) -> str:
        """Return one line for a terminal."""
        return (
            f"bootstrap, {self.replicates} replicates: {self.level:.0%} interval of the floor "
            f"{self.floor_lower_cny_per_tco2:.2f} to {self.floor_upper_cny_per_tco2:.2f} CNY/tCO2, "
            f"envelope of the costs' intervals {self.envelope_lower_cny_per_tco2:.2f} to "
            f"{self.envelope_upper_cny_per_tco2:.2f}"
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class UnitInfluence:
    """What every unit does to the floor: the estimate without it, one unit at a time.

    Parameters
    ----------
    unit : tuple of str, length N
        The unit left out.
    floor_cny_per_tco2 : float
        With all units, the least cost of `observed_period`.
    set_by : str
    observed_period : int
    remaining_floor_cny_per_tco2 : (N,) array
        Least cost of the remaining units, on the surfaces of the remaining units.
    remaining_set_by : tuple of str, length N
    floor_of_all_cny_per_tco2 : (N,) array
        Least cost of all units, the one left out included, on the same surfaces.
    largest_relative_change : (N,) array
        Of any observation's cost, as a share of its cost with all units; ``inf`` where a
        cost leaves or reaches 0 or ``inf``.
    changed_unit : tuple of str, length N
        Whose cost changes most.
    changed_period : (N,) array of int
    """

    unit: tuple[str, ...]
    floor_cny_per_tco2: float
    set_by: str
    observed_period: int
    remaining_floor_cny_per_tco2: Array
    remaining_set_by: tuple[str, ...]
    floor_of_all_cny_per_tco2: Array
    largest_relative_change: Array
    changed_unit: tuple[str, ...]
    changed_period: NDArray[np.int64]

    @property
    def floor_standard_error_cny_per_tco2(self) -> float:
        """Jackknife standard error of the floor over all units, by unit; ``inf`` if any is.

        sqrt((N - 1) / N * sum of (floor without i - their mean)^2). The floor is a
        minimum on top of quantile surfaces, and the delete-one jackknife is not consistent
        for statistics that are not smooth (Efron 1982, The Jackknife, the Bootstrap and
        Other Resampling Plans, 3.4). It says how much single units matter; an interval is
        the bootstrap's to give.
        """
        floors = self.floor_of_all_cny_per_tco2
        if not np.isfinite(floors).all():
            return float("inf")
        count = len(floors)
        return float(np.sqrt((count - 1) / count * ((floors - floors.mean()) ** 2).sum()))

    def table(self) -> pl.DataFrame:
        """Return one row a unit left out, in the order of the panel."""
        remaining, of_all = self.remaining_floor_cny_per_tco2, self.floor_of_all_cny_per_tco2
        return pl.DataFrame(
            {
                "unit_left_out": self.unit,
                "remaining_floor_cny_per_tco2": remaining,
                "remaining_set_by": self.remaining_set_by,
                "remaining_floor_change_cny_per_tco2": remaining - self.floor_cny_per_tco2,
                "floor_of_all_cny_per_tco2": of_all,
                "floor_of_all_change_cny_per_tco2": of_all - self.floor_cny_per_tco2,
                "largest_relative_change": self.largest_relative_change,
                "changed_unit": self.changed_unit,
                "changed_time": self.changed_period,
            }
        )

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        changes = np.abs(self.remaining_floor_cny_per_tco2 - self.floor_cny_per_tco2)
        most = int(changes.argmax())
        return (
            f"floor {self.floor_cny_per_tco2:.2f} CNY/tCO2, set by {self.set_by}; leaving out one "
            f"of {len(self.unit)} units: {self.remaining_floor_cny_per_tco2.min():.2f} to "
            f"{self.remaining_floor_cny_per_tco2.max():.2f}, farthest without {self.unit[most]}\n"
            f"jackknife standard error {self.floor_standard_error_cny_per_tco2:.2f} (a measure of "
            "influence: a minimum is not smooth, take intervals from the bootstrap)"
        )


@dataclass(frozen=True, kw_only=True)
class SlopeEquality:
    """A Wald test that surfaces at several quantiles have the same slopes.

    Parameters
    ----------
    taus : tuple of float
        Quantiles compared.
    restrictions : int
        Equations of the hypothesis.
    rank : int
        How many of them the bootstrap's covariance can tell apart.
    statistic : float
    p_value : float
        (1 + number of recentred draws at least as large) / (R + 1).
    replicates : int
    """

    taus: tuple[float, ...]
    restrictions: int
    rank: int
    statistic: float
    p_value: float
    replicates: int

    def summary(self) -> str:
        """Return one line for a terminal."""
        taus = ", ".join(f"{tau:g}" for tau in self.taus)
        return (
            f"equal slopes at tau = {taus}: Wald {self.statistic:.2f} on {self.rank} of "
            f"{self.restrictions} restrictions, p = {self.p_value:.3f} ({self.replicates} "
            "replicates)"
        )
