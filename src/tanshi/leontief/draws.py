"""Prices and intensities drawn at random, each from a stream of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, frozen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from tanshi.leontief.prices import Array


@dataclass(frozen=True, eq=False, kw_only=True)
class CostDraws:
    """What may vary, drawn.

    Parameters
    ----------
    price_cny_per_tco2 : (R,) array
    intensity_factor : (R, K) array
        What the intensity of each covered sector is multiplied by.
    price_mean, price_variance : float
        Of the distribution, not of the draws.
    intensity_cv : (K,) array
    """

    price_cny_per_tco2: Array
    intensity_factor: Array
    intensity_cv: Array
    price_mean: float
    price_variance: float


def draw_costs(
    price_cny_per_tco2: float,
    intensity_cv: ArrayLike,
    *,
    price_cv: float = 0.0,
    price_draws: Array | None = None,
    draws: int,
    seed: int,
) -> CostDraws:
    """Draw prices and factors of intensities, each from a stream of its own.

    Parameters
    ----------
    price_cny_per_tco2 : float
        Mean of the lognormal distribution; not used with `price_draws`.
    intensity_cv : (K,) array_like
        Relative standard deviations.
    price_cv : float, default 0
    price_draws : (P,) array, optional
        Used in random order, all of them equally often as far as `draws` allows.
    draws, seed : int

    Returns
    -------
    CostDraws

    Examples
    --------
    >>> made = draw_costs(50.0, [0.0], price_draws=np.array([40.0, 60.0]), draws=4, seed=1)
    >>> sorted(made.price_cny_per_tco2.tolist()), made.intensity_factor.tolist()
    ([40.0, 40.0, 60.0, 60.0], [[1.0], [1.0], [1.0], [1.0]])
    """
    for_price, for_intensity = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(2)
    )
    cv = np.asarray(intensity_cv, dtype=np.float64)
    if price_draws is None:
        prices = price_cny_per_tco2 * _lognormal(for_price, np.array([price_cv]), draws)[:, 0]
        mean, variance = price_cny_per_tco2, (price_cny_per_tco2 * price_cv) ** 2
    else:
        prices = for_price.permutation(price_draws)[np.arange(draws) % len(price_draws)]
        mean, variance = float(np.mean(price_draws)), float(np.var(price_draws))
    return CostDraws(
        price_cny_per_tco2=frozen(prices),
        intensity_factor=frozen(_lognormal(for_intensity, cv, draws)),
        intensity_cv=frozen(cv),
        price_mean=mean,
        price_variance=variance,
    )


def _lognormal(rng: np.random.Generator, cv: Array, draws: int) -> Array:
    """Return (draws, len(cv)) numbers with mean 1 and the relative standard deviations."""
    variance = np.log1p(cv**2)
    normal = rng.standard_normal((draws, len(cv)))
    return np.asarray(np.exp(np.sqrt(variance) * normal - variance / 2.0))


def price_in_words(price: float, price_cv: float, price_draws: Array | None) -> str:
    """Return what the price is taken to be, for reports."""
    if price_draws is not None:
        low, high = float(price_draws.min()), float(price_draws.max())
        return (
            f"{len(price_draws)} draws of {low:.2f} to {high:.2f}, mean {price_draws.mean():.2f}, "
            f"around an estimate of {price:.2f} CNY/tCO2"
        )
    if price_cv > 0:
        return f"lognormal, mean {price:.2f} CNY/tCO2, relative standard deviation {price_cv:g}"
    return f"{price:.2f} CNY/tCO2, fixed"


def price_faults(price_cv: float, price_draws: Array | None) -> list[Fault]:
    """List what is wrong with the distribution of a price."""
    faults = []
    if not (np.isfinite(price_cv) and price_cv >= 0):
        what, remedy = "not a relative standard deviation of the price", "give one such as 0.1"
        faults.append(Fault(what, str(price_cv), "0 or more", remedy))
    if price_draws is None:
        return faults
    if price_draws.ndim != 1 or price_draws.size == 0:
        remedy = "give the replicates of the price in CNY per tonne"
        found = f"an array of shape {price_draws.shape}"
        faults.append(Fault("not draws of a price", found, "one or more in a row", remedy))
    elif not (np.isfinite(price_draws) & (price_draws >= 0)).all():
        wrong = price_draws[~(np.isfinite(price_draws) & (price_draws >= 0))]
        found = f"{len(wrong)} such as {wrong[0]:g}"
        remedy = "leave out replicates without a price, and say how many"
        faults.append(Fault("not a price among the draws", found, "0 or more, finite", remedy))
    if price_cv > 0:
        what, found = "two distributions of the price", f"draws, and a deviation of {price_cv:g}"
        faults.append(Fault(what, found, "one of the two", "leave one out"))
    return faults


def size_faults(draws: int, seed: int, level: float) -> list[Fault]:
    """List what is wrong with the number of draws, the seed, the level of intervals."""
    faults = []
    if draws < 2:
        faults.append(Fault("too few draws", str(draws), "2 or more", "ask for 10000"))
    if seed < 0:
        faults.append(Fault("not a seed", str(seed), "0 or more", "give a whole number"))
    if not 0.0 < level < 1.0:
        remedy = "give 0.95 for 2.5 to 97.5 percent"
        faults.append(Fault("not a level", str(level), "between 0 and 1", remedy))
    return faults
