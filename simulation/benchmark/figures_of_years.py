"""What is measured of a market's years, one value a replicate; shares in percent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.convergence import WINDOW
from tanshi.benchmark.outcomes import cost_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.results import EvolutionResult

    Array = NDArray[np.float64]

LATE = 10  # last years, in which what a market tends to has come
EARLY = 5
SETTLING_IN = 3  # first years, in which firms find their strategies


def on_floor(result: EvolutionResult) -> Array:
    """Return the share of years with the price on its floor."""
    return np.asarray(100.0 * (result.price_cny_per_tco2 <= result.floor).mean(axis=1))


def on_ceiling(result: EvolutionResult) -> Array:
    """Return the share of years with the price at its ceiling."""
    return np.asarray(100.0 * (result.price_cny_per_tco2 >= result.ceiling).mean(axis=1))


def late_on_floor(result: EvolutionResult) -> Array:
    """Return that share of the last years."""
    late = result.price_cny_per_tco2[:, -LATE:]
    return np.asarray(100.0 * (late <= result.floor[-LATE:]).mean(axis=1))


def late_on_ceiling(result: EvolutionResult) -> Array:
    """Return that share of the last years."""
    late = result.price_cny_per_tco2[:, -LATE:]
    return np.asarray(100.0 * (late >= result.ceiling[-LATE:]).mean(axis=1))


def yearly_move(result: EvolutionResult) -> Array:
    """Return the mean move of the price from year to year, CNY per tCO2, once it has begun."""
    price = result.price_cny_per_tco2[:, SETTLING_IN:]
    return np.asarray(np.abs(np.diff(price, axis=1)).mean(axis=1))


def turns(result: EvolutionResult) -> Array:
    """Return the share of years in which the price turns: half is chance, all is a swing."""
    moves = np.sign(np.diff(result.price_cny_per_tco2[:, SETTLING_IN:], axis=1))
    return np.asarray(100.0 * (moves[:, 1:] * moves[:, :-1] < 0).mean(axis=1))


def first_at_ceiling(result: EvolutionResult) -> Array:
    """Return the first year at the ceiling; NaN where there is none."""
    there = result.price_cny_per_tco2 >= result.ceiling
    return np.where(there.any(axis=1), there.argmax(axis=1) + 1.0, np.nan)


def highest_early_price(result: EvolutionResult) -> Array:
    """Return the highest price of the first years, CNY per tCO2."""
    return np.asarray(result.price_cny_per_tco2[:, :EARLY].max(axis=1))


def first_price(result: EvolutionResult) -> Array:
    """Return the price of the first year, CNY per tCO2."""
    return np.asarray(result.price_cny_per_tco2[:, 0])


def noncompliant_firms(result: EvolutionResult) -> Array:
    """Return the share of firms that do not comply in the last years, mean of industries."""
    rows = result.by_industry[:, -WINDOW:]
    share = rows["noncompliant_firms"].sum(axis=1) / rows["firms"].sum(axis=1)
    return np.asarray(100.0 * share.mean(axis=1))


def noncompliant_tonnes(result: EvolutionResult) -> Array:
    """Return tonnes hidden or missing over emissions in the last years."""
    rows = result.by_industry[:, -WINDOW:]
    lacking = rows["hidden_tco2"].sum(axis=(1, 2)) + rows["missing_tco2"].sum(axis=(1, 2))
    return np.asarray(100.0 * lacking / rows["emissions_tco2"].sum(axis=(1, 2)))


def abating_firms(result: EvolutionResult) -> Array:
    """Return the share of firms that abate, by themselves or by contract, in the last years."""
    rows = result.by_industry[:, -WINDOW:]
    abating = rows["own_firms"].sum(axis=(1, 2)) + rows["contract_firms"].sum(axis=(1, 2))
    return np.asarray(100.0 * abating / rows["firms"].sum(axis=(1, 2)))


def cost_over(result: EvolutionResult, other: EvolutionResult) -> Array:
    """Return cost over another market's, percent above it."""
    return np.asarray(100.0 * (cost_ratio(result, other)[:, -1] - 1.0))


def emissions_over(result: EvolutionResult, other: EvolutionResult) -> Array:
    """Return emissions of all years over another market's, percent above them."""
    ours, theirs = (one.emissions_tco2.sum(axis=1) for one in (result, other))
    return np.asarray(100.0 * (ours / theirs - 1.0))
