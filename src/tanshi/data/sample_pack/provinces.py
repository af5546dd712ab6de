"""Thirty invented provincial paths, calibrated to the moments of a published table.

Each province has a size and belongs to one of six kinds of economy; a kind says how much
labour, capital and emissions go with a unit of output and how fast they grow. Sizes (twelve
classes) and kinds are stylised, not statistics. Random differences between provinces and
years are added, among them an inefficiency that only ever raises emissions, so that
directional distances to the frontier exist.

The four raw variables are then carried, each by one strictly increasing map with two
parameters, onto the minimum, maximum, mean and standard deviation of Zhang & Chang
(2025), Table 2. A monotone map keeps the order of all observations and hence the
economics of the raw paths. Everything here uses additions, multiplications, divisions
and square roots alone, which IEEE 754 fixes to the last bit on every platform.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

PANEL_YEARS = tuple(range(2013, 2019))
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of provincial economy.

    Parameters
    ----------
    productivity, capital_ratio, intensity : float
        Output per worker, capital per output and emissions per output in 2013, on the
        raw scale of this module (only their relations matter).
    growth, capital_growth, labour_growth, emission_growth : float
        Yearly rates in 2013-2018 before they slow down.
    fuels : tuple of float
        Shares of coal, coke, crude, gasoline, kerosene, diesel, fuel oil and gas in
        emissions, percent.
    """

    productivity: float
    capital_ratio: float
    intensity: float
    growth: float
    capital_growth: float
    labour_growth: float
    emission_growth: float
    fuels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, population standard deviation, maximum and minimum of a variable."""

    mean: float
    deviation: float
    maximum: float
    minimum: float


@dataclass(frozen=True, slots=True)
class Panel:
    """The calibrated panel; every array is (30 provinces, 6 years)."""

    labour: NDArray[np.float64]
    capital: NDArray[np.float64]
    gdp: NDArray[np.float64]
    co2: NDArray[np.float64]


KINDS = {
    "metropolis": Kind(1.20, 3.4, 0.7, 0.070, 0.070, 0.060, -0.015, (30, 4, 22, 12, 8, 9, 3, 12)),
    "coast": Kind(0.75, 3.4, 1.2, 0.078, 0.085, 0.085, 0.000, (58, 6, 14, 6, 2, 7, 3, 4)),
    "plain": Kind(1.45, 4.6, 2.3, 0.072, 0.085, 0.070, 0.000, (62, 14, 12, 3, 1, 5, 1, 2)),
    "inland": Kind(1.10, 4.4, 1.6, 0.085, 0.100, 0.080, 0.005, (66, 11, 8, 4, 1, 6, 1, 3)),
    "southwest": Kind(0.95, 4.9, 1.8, 0.086, 0.105, 0.085, 0.010, (64, 9, 9, 5, 2, 8, 1, 2)),
    "energy": Kind(1.20, 5.6, 4.8, 0.072, 0.090, 0.070, 0.020, (78, 9, 5, 2, 0.5, 3, 0.5, 2)),
}

PROVINCES = (
    ("Anhui", "inland", 20.0),
    ("Beijing", "metropolis", 20.0),
    ("Chongqing", "inland", 15.0),
    ("Fujian", "coast", 20.0),
    ("Gansu", "energy", 6.0),
    ("Guangdong", "coast", 60.0),
    ("Guangxi", "southwest", 15.0),
    ("Guizhou", "southwest", 9.0),
    ("Hainan", "southwest", 3.0),
    ("Hebei", "plain", 25.0),
    ("Heilongjiang", "plain", 12.0),
    ("Henan", "plain", 30.0),
    ("Hubei", "inland", 25.0),
    ("Hunan", "inland", 25.0),
    ("Inner Mongolia", "energy", 15.0),
    ("Jiangsu", "coast", 60.0),
    ("Jiangxi", "inland", 15.0),
    ("Jilin", "plain", 12.0),
    ("Liaoning", "plain", 20.0),
    ("Ningxia", "energy", 3.0),
    ("Qinghai", "southwest", 2.0),
    ("Shaanxi", "inland", 15.0),
    ("Shandong", "plain", 50.0),
    ("Shanghai", "metropolis", 20.0),
    ("Shanxi", "energy", 12.0),
    ("Sichuan", "inland", 25.0),
    ("Tianjin", "metropolis", 12.0),
    ("Xinjiang", "energy", 9.0),
    ("Yunnan", "southwest", 12.0),
    ("Zhejiang", "coast", 40.0),
)

# Zhang & Chang (2025), Table 2, in the units of the panel.
PUBLISHED = {
    "labour": Moments(982.24, 827.48, 4585.20, 66.50),
    "capital": Moments(99997.86, 66055.96, 322642.40, 9411.42),
    "gdp": Moments(20865.35, 15542.22, 69495.45, 1953.57),
    "co2": Moments(45637.29, 31577.63, 156469.65, 5846.52),
}


def build_panel(rng: np.random.Generator) -> Panel:
    """Draw the raw provincial paths and calibrate each variable to its published moments."""
    kinds = [KINDS[kind] for _, kind, _ in PROVINCES]
    size = np.array([size for _, _, size in PROVINCES])
    count = len(PROVINCES)
    gdp = size * (1 + 0.06 * spread(rng, count))
    labour = gdp / _each(kinds, "productivity") * (1 + 0.30 * spread(rng, count))
    capital = gdp * _each(kinds, "capital_ratio") * (1 + 0.15 * spread(rng, count))
    inefficiency = 0.45 * rng.random(count) ** 2
    co2 = gdp * _each(kinds, "intensity") * (1 + 0.08 * spread(rng, count)) * (1 + inefficiency)
    raw = {
        "labour": _path(rng, labour, _each(kinds, "labour_growth"), 0.010),
        "capital": _path(rng, capital, _each(kinds, "capital_growth"), 0.004),
        "gdp": _path(rng, gdp, _each(kinds, "growth"), 0.004),
        "co2": _path(rng, co2, _each(kinds, "emission_growth"), 0.012),
    }
    return Panel(**{name: calibrate(values, PUBLISHED[name]) for name, values in raw.items()})


def calibrate(raw: NDArray[np.float64], target: Moments) -> NDArray[np.float64]:
    """Carry `raw` onto a minimum, maximum, mean and population standard deviation.

    With u the values scaled to [0, 1], the map is v = u / (u + c (1 - u)), c > 0, followed
    by v + d v (1 - v)(1 - 2 v), -1 < d < 2. It is strictly increasing and keeps 0 and 1; c
    moves the mean and, at a given mean, d moves the spread.

    Parameters
    ----------
    raw : ndarray
        Any shape, not all equal.
    target : Moments
        What the result must have, up to its rounding to four decimals.

    Returns
    -------
    ndarray
        Same shape and same order of values as `raw`.

    Raises
    ------
    ArithmeticError
        When the shape of `raw` is so far from the target that no c, d reach it.
    """
    share = (raw - raw.min()) / (raw.max() - raw.min())

    def at(c: float, d: float) -> NDArray[np.float64]:
        v = share / (share + c * (1 - share))
        width = target.maximum - target.minimum
        mapped: NDArray[np.float64] = target.minimum + width * (v + d * v * (1 - v) * (1 - 2 * v))
        return mapped

    def fitted(d: float) -> NDArray[np.float64]:
        c = bisect(lambda c: target.mean - _mean(at(c, d)), 1e-3, 1e3)
        return at(c, d)

    d = bisect(lambda d: target.deviation - _deviation(fitted(d)), -0.999, 1.999)
    return fitted(d).round(DECIMALS)


def bisect(rising: Callable[[float], float], low: float, high: float) -> float:
    """Return the zero of a rising function to the last bit of its argument."""
    if not rising(low) <= 0 <= rising(high):
        message = f"no zero between {low} and {high}: the drawn paths cannot be calibrated"
        raise ArithmeticError(message)
    while low < (middle := low + (high - low) / 2) < high:
        if rising(middle) > 0:
            high = middle
        else:
            low = middle
    return low


def spread(rng: np.random.Generator, *shape: int) -> NDArray[np.float64]:
    """Draw bell-shaped numbers with mean 0 and variance 1 that never leave [-3, 3]."""
    draws: NDArray[np.float64] = 2 * (rng.random((*shape, 3)).sum(axis=-1) - 1.5)
    return draws


def _each(kinds: list[Kind], field: str) -> NDArray[np.float64]:
    return np.array([getattr(kind, field) for kind in kinds])


def _path(
    rng: np.random.Generator, start: NDArray[np.float64], rate: NDArray[np.float64], noise: float
) -> NDArray[np.float64]:
    """Let each province grow from its start; growth slows by 6 % of its rate a year."""
    years = len(PANEL_YEARS) - 1
    slowing = 1.12 - 0.06 * np.arange(1, years + 1)
    own = 0.006 * spread(rng, len(start), 1)
    growth = rate[:, None] * slowing + own + noise * spread(rng, len(start), years)
    factors = np.hstack([np.ones((len(start), 1)), np.cumprod(1 + growth, axis=1)])
    path: NDArray[np.float64] = start[:, None] * factors
    return path


def _mean(values: NDArray[np.float64]) -> float:
    return math.fsum(values.flat) / values.size


def _deviation(values: NDArray[np.float64]) -> float:
    centre = _mean(values)
    return math.sqrt(math.fsum((value - centre) ** 2 for value in values.flat) / values.size)
