"""What the floor room hands out; the only part of it that reports may import."""

from __future__ import annotations

from dataclasses import dataclass


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
