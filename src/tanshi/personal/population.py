"""Millions of people at a posted price: what the closed forms say, found by counting.

Every person of `traits` is drawn, decides (Eq. 2 and 3: sell where the price covers θe) and is
forgotten; only sums by income group stay. People come in blocks with random streams of their
own, and the blocks' sums are added in the order of the blocks, so the result is the same bit for
bit for any number of workers. All populations of one seed share their normals, so that two of
them differ by their traits and not by chance.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from tanshi.core import Fault, InputError, frozen
from tanshi.personal._population_kernels import (
    AMOUNT,
    AT_A_PRICE,
    INCOME,
    OF_ALL,
    PEOPLE,
    PRODUCTS,
    SELLERS,
    SUPPLY,
    SUPPLY_SQUARES,
    SURPLUS,
    SURPLUS_SQUARES,
    TABLE_CELLS,
    TABLE_END,
    count_sales,
)
from tanshi.personal.results.population import PostedSales

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tanshi.personal._population_kernels import Traits
    from tanshi.personal.traits import PopulationPlan, PopulationTraits

    Array = NDArray[np.float64]

BLOCK = 131_072


def simulate_sales(
    traits: PopulationTraits, prices: Sequence[float], plan: PopulationPlan
) -> PostedSales:
    """Draw a population and count who sells at each of some prices.

    Parameters
    ----------
    traits : PopulationTraits
    prices : sequence of float, >= 0, CNY per tCO2
        Posted purchase prices, net of what sellers pay the platform.
    plan : PopulationPlan

    Returns
    -------
    PostedSales
        By price and income group, with standard errors.

    Raises
    ------
    InputError
        A price that is not a number of 0 or more.

    Examples
    --------
    >>> from tanshi.personal.traits import PopulationPlan, PopulationTraits
    >>> sales = simulate_sales(PopulationTraits(), [36.0], PopulationPlan(people=100_000))
    >>> bool(abs(sales.share()[0] - 0.6) < 4.0 * sales.share_error()[0])
    True
    """
    asked = np.array(prices, dtype=np.float64)
    if asked.ndim != 1 or not len(asked) or not (np.isfinite(asked) & (asked >= 0.0)).all():
        allowed = "prices in CNY per tonne, 0 or more"
        raise InputError([Fault("impossible prices", str(prices), allowed, "correct them")])
    arrays = as_arrays(traits, plan)

    def count(rng: np.random.Generator, people: int) -> Array:
        return np.asarray(count_sales(rng, people, arrays, asked))

    sums = add_blocks(count, plan)
    at_prices = sums[:, OF_ALL:].reshape(len(sums), len(asked), AT_A_PRICE).transpose(1, 0, 2)
    return PostedSales(
        prices=frozen(asked),
        people=frozen(sums[:, PEOPLE]),
        amount=frozen(sums[:, AMOUNT]),
        income=frozen(sums[:, INCOME]),
        sellers=frozen(at_prices[:, :, SELLERS]),
        supply=frozen(at_prices[:, :, SUPPLY]),
        supply_squares=frozen(at_prices[:, :, SUPPLY_SQUARES]),
        surplus=frozen(at_prices[:, :, SURPLUS]),
        surplus_squares=frozen(at_prices[:, :, SURPLUS_SQUARES]),
        products=frozen(at_prices[:, :, PRODUCTS]),
    )


def as_arrays(traits: PopulationTraits, plan: PopulationPlan) -> Traits:
    """Return what compiled loops take.

    Returns
    -------
    table : (TABLE_CELLS + 1,) array
        θ at evenly spaced normals from -TABLE_END to TABLE_END.
    root : (4, 4) array
        Lower triangular, of the correlations.
    scales : (6,) array
        Mean and deviation of amount, cost and income.
    ends : (income_groups - 1,) array
        Of the income groups, on the normal behind income.
    """
    table = traits.theta_of(np.linspace(-TABLE_END, TABLE_END, TABLE_CELLS + 1))
    root: Array = np.asarray(np.linalg.cholesky(traits.correlation), dtype=np.float64)
    scales = np.array(
        [
            traits.amount_mean_tco2,
            traits.amount_deviation,
            traits.cost_mean_cny_per_tco2,
            traits.cost_deviation,
            traits.income_mean_cny,
            traits.income_deviation,
        ],
        dtype=np.float64,
    )
    ends = ndtri(np.arange(1, plan.income_groups) / plan.income_groups)
    return np.ascontiguousarray(table), np.ascontiguousarray(root), scales, np.asarray(ends)


def add_blocks(count: Callable[[np.random.Generator, int], Array], plan: PopulationPlan) -> Array:
    """Call a compiled loop on every block of people and add what it returns.

    Parameters
    ----------
    count : callable
        From a random stream and a number of people to sums of one shape; releases the lock.
    plan : PopulationPlan
    """
    blocks = math.ceil(plan.people / BLOCK)

    def one(block: int) -> Array:
        stream = np.random.SeedSequence(plan.seed, spawn_key=(block,))
        rng = np.random.Generator(np.random.PCG64(stream))
        return count(rng, min(BLOCK, plan.people - block * BLOCK))

    total = one(0)  # compiles, where that is still to be done, before threads start
    with ThreadPoolExecutor(plan.workers or os.cpu_count()) as threads:
        for sums in threads.map(one, range(1, blocks)):
            total += sums
    return total
