"""Emissions by unit of output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class SectorIntensities:
    """Emissions by unit of output, and what of the inventory is not in them.

    Parameters
    ----------
    codes : tuple of str, length n
    tco2_per_1e4_cny : (n,) array
        0 where a sector has no output.
    dropped_tco2 : dict of str to float
        Inventory sectors whose sectors in the table have no output, with their emissions.
    """

    codes: tuple[str, ...]
    tco2_per_1e4_cny: Array
    dropped_tco2: dict[str, float]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: the tonnes that were dropped, if any."""
        if not self.dropped_tco2:
            return ()
        names = ", ".join(f"{name} {tonnes:,.0f} t" for name, tonnes in self.dropped_tco2.items())
        note = (
            f"{sum(self.dropped_tco2.values()):,.0f} t of the inventory are in no intensity, "
            f"because their sectors have no output in the table: {names}"
        )
        return (note,)
