"""What a study knows of the uncertainty of price and intensities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanshi.leontief.classification import sectors_above
from tanshi.leontief.monte_carlo import simulate_cost_push

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tanshi.leontief import CoveredSector, PriceModel
    from tanshi.leontief.results import CostPushIntervals

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Uncertainty:
    """How price and intensities are distributed, and how they are drawn.

    Parameters
    ----------
    price_cv : float, default 0
        Relative standard deviation of a lognormal price.
    price_draws : (P,) array, optional
        Draws of the price instead, in CNY per tonne of the year of the price.
    intensity_cv : float or mapping of code to float, default 0
        Relative standard deviation of intensities.
    draws : int, default 10 000
    seed : int, default 1
    """

    price_cv: float = 0.0
    price_draws: Array | None = None
    intensity_cv: float | Mapping[str, float] = 0.0
    draws: int = 10_000
    seed: int = 1

    @property
    def varies(self) -> bool:
        """Whether anything is uncertain at all."""
        return (
            self.price_draws is not None
            or self.price_cv != 0.0
            or self.intensity_cv not in ({}, 0.0)
        )


def simulate_intervals(
    model: PriceModel,
    covered: Sequence[CoveredSector],
    uncertainty: Uncertainty,
    *,
    price_cny_per_tco2: float,
    paid_shares: Sequence[float],
    baskets: Mapping[str, Array] | None = None,
) -> CostPushIntervals | None:
    """Return intervals of all price effects; None where nothing is uncertain.

    Of the 153 sectors, those within one of the 42 vary together: inventories do not tell
    them apart.

    Raises
    ------
    InputError
        What `simulate_cost_push` refuses.
    """
    if not uncertainty.varies:
        return None
    return simulate_cost_push(
        model,
        covered,
        price_cny_per_tco2=price_cny_per_tco2,
        price_cv=uncertainty.price_cv,
        price_draws=uncertainty.price_draws,
        intensity_cv=uncertainty.intensity_cv,
        paid_shares=paid_shares,
        together=sectors_above(model.inputs.codes),
        baskets=baskets,
        draws=uncertainty.draws,
        seed=uncertainty.seed,
    )
