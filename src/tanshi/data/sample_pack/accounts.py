"""Accounts and fuels that lead to the calibrated panel, 2000-2018, all invented.

The panel comes first. Its capital stocks fix the investments of 2014-2018, since
K_t = I_t / P_t + (1 - 0.06) K_{t-1}; the investments of 2000-2013 follow a stylised growth
profile whose level is solved so that perpetual inventory from K_2000 = I_2000 / (g + 0.06),
g being the mean growth of the first ten years, arrives at the panel's stock of 2013. Output
and emissions before 2013 are cast back with stylised growth rates, and emissions are
divided among eight fuels by the carbon factors of `FUELS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.data.sample_pack.provinces import (
    DECIMALS,
    KINDS,
    PANEL_YEARS,
    PROVINCES,
    bisect,
    spread,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.data.sample_pack.provinces import Panel

YEARS = tuple(range(2000, 2019))
BASE = YEARS.index(2013)
DEPRECIATION = 0.06
GROWTH_WINDOW = 10
INDEX_DECIMALS = 6

# Net calorific value (GJ/t or MJ/m3) and emission factor (kg CO2/GJ) by fuel.
FUELS = {
    "coal": (20.908, 98.3),
    "coke": (28.435, 107.0),
    "crude": (41.816, 73.3),
    "gasoline": (43.070, 69.3),
    "kerosene": (43.070, 71.5),
    "diesel": (42.652, 74.1),
    "fueloil": (41.816, 77.4),
    "gas": (38.931, 56.1),
}
# Yearly drift of each fuel's weight in the mix: away from coal, towards gas and motor fuels.
FUEL_DRIFT = (-0.004, 0.0, 0.010, 0.020, 0.020, 0.005, -0.015, 0.030)

# Stylised yearly rates in whole percent, a long boom that slows down, for 2000 and after;
# what ends with 2013 is decided by the panel from 2014 on.
OUTPUT_GROWTH = (8, 9, 10, 11, 12, 12, 13, 13, 12, 11, 11, 10, 10, 9)
EMISSION_GROWTH = (4, 5, 8, 11, 12, 11, 9, 8, 6, 6, 7, 6, 4, 2)
INVESTMENT_SHAPE = (0, -3, 1, 7, 8, 7, 6, 6, 5, 7, 2, -4, -7, -9)
DEFLATOR = (2, 2, 1, 3, 5, 4, 4, 5, 6, 1, 5, 5, 3, 2, 1, 1, 2, 3, 3)
INVESTMENT_PRICE = (1, 1, 0, 2, 4, 2, 2, 4, 5, 0, 3, 4, 1, 1, 0, -1, 0, 3, 3)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Current-price output and investment with their indices; (30 provinces, 19 years)."""

    gdp_nominal: NDArray[np.float64]
    gdp_index: NDArray[np.float64]
    investment: NDArray[np.float64]
    investment_price: NDArray[np.float64]


def carbon_factor(fuel: str) -> float:
    """Return tonnes of CO2 per tonne of `fuel`; for gas, 1e4 t of CO2 per 1e8 m3.

    Examples
    --------
    >>> round(carbon_factor("coal"), 4), round(carbon_factor("gas"), 6)
    (2.0553, 21.840291)
    """
    calorific_value, factor = FUELS[fuel]
    per_unit = calorific_value * factor / 1000
    return 10 * per_unit if fuel == "gas" else per_unit


def build_accounts(panel: Panel, rng: np.random.Generator) -> Accounts:
    """Make accounts whose deflation and perpetual inventory give back the panel."""
    output, index = _output(panel.gdp, rng)
    deflator = _cumulated(_price_index(DEFLATOR, 0.8, rng))
    nominal = (output * deflator).round(DECIMALS)
    price_index = _price_index(INVESTMENT_PRICE, 0.6, rng)
    real = np.array([_investment(stock, rng) for stock in panel.capital])
    investment = (real * _cumulated(price_index)).round(DECIMALS)
    return Accounts(nominal, index, investment, price_index)


def build_fuels(panel: Panel, rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """Divide emissions among fuels; returns (30, 19) quantities by fuel, 1e4 t or 1e8 m3."""
    growth = _rates(EMISSION_GROWTH, 1.5, rng)
    emissions = _cast_back(panel.co2, growth)
    mix = np.array([KINDS[kind].fuels for _, kind, _ in PROVINCES])
    mix = mix * (1 + 0.15 * spread(rng, *mix.shape))
    drift = 1 + np.outer(np.array(YEARS) - YEARS[BASE], FUEL_DRIFT)
    weights = mix[:, None, :] * drift
    shares = weights / weights.sum(axis=2, keepdims=True)
    return {
        fuel: (emissions * shares[:, :, number] / carbon_factor(fuel)).round(DECIMALS)
        for number, fuel in enumerate(FUELS)
    }


def cumulated_volume(accounts: Accounts) -> NDArray[np.float64]:
    """Return the volume index cumulated over the panel's years, 2013 = 1; (30, 6)."""
    later = np.cumprod(accounts.gdp_index[:, BASE + 1 :] / 100, axis=1)
    return np.hstack([np.ones((len(later), 1)), later])


def _output(
    panel_gdp: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return output at 2013 prices and its volume index (previous year = 100)."""
    growth = _rates(OUTPUT_GROWTH, 0.8, rng)
    index = np.hstack([100 * (1 + growth), 100 * panel_gdp[:, 1:] / panel_gdp[:, :-1]])
    return _cast_back(panel_gdp, growth), index.round(INDEX_DECIMALS)


def _cast_back(panel: NDArray[np.float64], growth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put 2000-2012 before the panel; `growth` has the rates of 2000-2013."""
    path = np.empty((len(panel), len(YEARS)))
    path[:, BASE:] = panel
    for year in range(BASE, 0, -1):
        path[:, year - 1] = path[:, year] / (1 + growth[:, year])
    return path


def _rates(
    percent: tuple[float, ...], noise: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Spread a national profile of yearly rates over the provinces."""
    count = len(PROVINCES)
    own = 0.5 * noise * spread(rng, count, 1)
    rates: NDArray[np.float64] = (percent + own + noise * spread(rng, count, len(percent))) / 100
    return rates


def _price_index(
    percent: tuple[float, ...], noise: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw price indices (previous year = 100) with the one decimal they are published with."""
    return (100 * (1 + _rates(percent, noise, rng))).round(1)


def _cumulated(index: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chain an index (previous year = 100) to the base 2013 = 1."""
    chained = np.cumprod(index / 100, axis=1)
    base: NDArray[np.float64] = chained / chained[:, BASE : BASE + 1]
    return base


def _investment(stock: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a province's investments 2000-2018 at 2013 prices from its stocks 2013-2018."""
    later = stock[1:] - (1 - DEPRECIATION) * stock[:-1]
    if later.min() <= 0:
        message = f"capital falls faster than it wears out in {PANEL_YEARS}: draw another seed"
        raise ArithmeticError(message)
    shape = (INVESTMENT_SHAPE[1:] + 1.5 * spread(rng, BASE)) / 100
    last = later[0] / (1.06 + 0.02 * float(spread(rng)))

    def relative(level: float) -> tuple[NDArray[np.float64], float]:
        path = np.concatenate([[1.0], np.cumprod(1 + level + shape)])
        capital = path[0] / (float((level + shape[:GROWTH_WINDOW]).mean()) + DEPRECIATION)
        for amount in path[1:]:
            capital = (1 - DEPRECIATION) * capital + amount
        return path, float(capital)

    def short_of_last(level: float) -> float:
        path, capital = relative(level)
        return float(path[-1] / capital - last / stock[0])

    path, capital = relative(bisect(short_of_last, -0.05, 0.6))
    earlier = path * (stock[0] / capital)
    return np.concatenate([earlier, later])
