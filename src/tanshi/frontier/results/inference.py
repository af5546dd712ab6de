"""How sure the costs are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


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
        Of the least cost of the last period.
    """

    replicates: int
    seed: int
    units_drawn: int | None
    level: float
    lower_cny_per_tco2: Array
    upper_cny_per_tco2: Array
    floor_lower_cny_per_tco2: float
    floor_upper_cny_per_tco2: float

    def summary(self) -> str:
        """Return one line for a terminal."""
        return (
            f"bootstrap, {self.replicates} replicates: {self.level:.0%} interval of the floor "
            f"{self.floor_lower_cny_per_tco2:.2f} to {self.floor_upper_cny_per_tco2:.2f} CNY/tCO2"
        )
