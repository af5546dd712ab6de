"""People drawn and counted in one compiled pass, nobody kept: `population` explains the sums.

θ is read off a table over the normal behind it, linear between 16,384 places; its error is below
1e-7, far under that of sampling.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    # θ by the normal behind it; root of the correlations; mean and deviation of amount, cost and
    # income; ends of the income groups on the normal behind income.
    Traits = tuple[Array, Array, Array, Array]

TABLE_END, TABLE_CELLS = 8.0, 16_384
# Columns of the sums by income group: those of everyone, then those at each price.
PEOPLE, AMOUNT, INCOME = range(3)
SELLERS, SUPPLY, SURPLUS, SUPPLY_SQUARES, SURPLUS_SQUARES, PRODUCTS = range(6)
OF_ALL, AT_A_PRICE = 3, 6


@numba.njit(cache=True)
def theta_at(table: Array, latent: float) -> float:
    """Return θ where the normal behind it is `latent`."""
    place = (latent + TABLE_END) * (TABLE_CELLS / (2.0 * TABLE_END))
    place = min(max(place, 0.0), TABLE_CELLS - 1e-9)
    cell = int(place)
    below = table[cell]
    return float(below + (place - cell) * (table[cell + 1] - below))


@numba.njit(cache=True)
def lognormal(mean: float, deviation: float, latent: float) -> float:
    """Return a lognormal number of that mean, from the normal behind it."""
    if deviation == 0.0:
        return mean
    return mean * math.exp(deviation * latent - 0.5 * deviation * deviation)


@numba.njit(cache=True, nogil=True)
def count_sales(rng: np.random.Generator, people: int, traits: Traits, prices: Array) -> Array:
    """Return sums over drawn people, by income group."""
    table, root, scales, ends = traits
    sums = np.zeros((len(ends) + 1, OF_ALL + AT_A_PRICE * len(prices)))
    for _ in range(people):
        z0, z1 = rng.standard_normal(), rng.standard_normal()
        z2, z3 = rng.standard_normal(), rng.standard_normal()
        x1 = root[1, 0] * z0 + root[1, 1] * z1
        x2 = root[2, 0] * z0 + root[2, 1] * z1 + root[2, 2] * z2
        x3 = root[3, 0] * z0 + root[3, 1] * z1 + root[3, 2] * z2 + root[3, 3] * z3
        reservation = theta_at(table, z0) * lognormal(scales[2], scales[3], x2)
        amount = lognormal(scales[0], scales[1], x1)
        group = 0
        while group < len(ends) and x3 > ends[group]:
            group += 1
        own = sums[group]
        own[PEOPLE] += 1.0
        own[AMOUNT] += amount
        own[INCOME] += lognormal(scales[4], scales[5], x3)
        for at in range(len(prices)):
            gain = prices[at] - reservation
            if gain >= 0.0:
                first = OF_ALL + AT_A_PRICE * at
                own[first + SELLERS] += 1.0
                own[first + SUPPLY] += amount
                own[first + SURPLUS] += gain * amount
                own[first + SUPPLY_SQUARES] += amount * amount
                own[first + SURPLUS_SQUARES] += gain * gain * amount * amount
                own[first + PRODUCTS] += gain * amount * amount
    return sums
