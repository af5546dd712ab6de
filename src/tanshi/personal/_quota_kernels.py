"""People with quota drawn one by one: what they do without trade and with it, summed.

`quota_market` explains the decisions and the sums. Everything here is by person: need b, quota Q,
what the next tonne of abatement costs (slope times tonnes abated), what a sold tonne costs (θe).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.personal._population_kernels import lognormal, theta_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.personal._population_kernels import Traits

    Array = NDArray[np.float64]
    # Quota a head, its share by own need, slope, penalty (inf: a hard cap).
    Terms = tuple[float, float, float, float]
    # Purchase and sale price, shares of offers and of wants that are served, and 1 where what is
    # not served is emitted all the same.
    Deal = tuple[float, float, float, float, float]
    # Whether there was a first period; its deal, share of its unused quota carried on, growth
    # and deviation of need, and quota of the second period over that of the first.
    Past = tuple[bool, Deal, float, float, float, float]
    Market = tuple[Traits, Terms, Past]

COLUMNS = (
    "people",
    "income_cny",
    "need_tco2",
    "quota_alone_tco2",
    "quota_tco2",
    "emissions_alone_tco2",
    "emissions_tco2",
    "squared_change",
    "unused_alone_tco2",
    "unused_tco2",
    "violated_alone_tco2",
    "violated_tco2",
    "abatement_alone_cny",
    "abatement_cny",
    "offered_tco2",
    "wanted_tco2",
    "sold_tco2",
    "bought_tco2",
    "selling_cost_cny",
    "sellers",
    "buyers",
    "seller_gain_cny",
    "buyer_gain_cny",
    "losers",
)
NOTHING = 1e-9  # tonnes: fewer are no trade
NO_LOSS = 1e-3  # CNY: what a rounded price may cost, a tenth of a fen


@numba.njit(cache=True)
def alone(need: float, quota: float, slope: float, penalty: float) -> tuple[float, float]:
    """Return tonnes abated and emitted above the quota without trade."""
    gap = need - quota
    if gap <= 0.0:
        return 0.0, 0.0
    abated = min(gap, penalty / slope)
    return abated, gap - abated


@numba.njit(cache=True)
def wishes(
    need: float, quota: float, slope: float, kept: float, dear: float
) -> tuple[float, float, float]:
    """Return tonnes abated, offered and wanted.

    `kept` is what is left of a sold tonne's price, `dear` what a missing tonne costs.
    """
    gap = need - quota
    own = slope * max(gap, 0.0)  # of the tonne that reaches the quota
    if kept >= own and (gap <= 0.0 or kept > own):
        abated = min(kept / slope, need)
        return abated, abated - gap, 0.0
    if gap <= 0.0:
        return 0.0, 0.0, 0.0
    if own > dear:
        return dear / slope, 0.0, gap - dear / slope
    return gap, 0.0, 0.0


@numba.njit(cache=True)
def settled(
    need: float, quota: float, terms: Terms, deal: Deal, cost: float
) -> tuple[float, float, float, float, float, float]:
    """Return abated, offered, wanted, sold, bought, violated tonnes of one who may trade."""
    buy, sale, served, supplied, emit = deal
    abated, offered, wanted = wishes(need, quota, terms[2], buy - cost, min(sale, terms[3]))
    sold, bought = served * offered, supplied * wanted
    violated = (wanted - bought) * emit
    return abated + wanted - bought - violated, offered, wanted, sold, bought, violated


@numba.njit(cache=True)
def drawn(
    rng: np.random.Generator, traits: Traits, terms: Terms
) -> tuple[tuple[float, float, float, float], float, int]:
    """Return need, quota, cost of a sold tonne and change of need; income; its group.

    The change is drawn whether or not there is a second period, whose people are the first's.
    """
    table, root, scales, ends = traits
    z0, z1 = rng.standard_normal(), rng.standard_normal()
    z2, z3 = rng.standard_normal(), rng.standard_normal()
    need = lognormal(scales[0], scales[1], root[1, 0] * z0 + root[1, 1] * z1)
    x2 = root[2, 0] * z0 + root[2, 1] * z1 + root[2, 2] * z2
    x3 = root[3, 0] * z0 + root[3, 1] * z1 + root[3, 2] * z2 + root[3, 3] * z3
    cost = theta_at(table, z0) * lognormal(scales[2], scales[3], x2)
    group = 0
    while group < len(ends) and x3 > ends[group]:
        group += 1
    quota = terms[0] * (1.0 - terms[1] + terms[1] * need / scales[0])
    person = (need, quota, cost, rng.standard_normal())
    return person, lognormal(scales[4], scales[5], x3), group


@numba.njit(cache=True, nogil=True)
def sum_needs(rng: np.random.Generator, people: int, traits: Traits) -> Array:
    """Return the drawn people's needs, one sum."""
    total = np.zeros(1)
    terms = (0.0, 0.0, 1.0, 0.0)
    for _ in range(people):
        person, _, _ = drawn(rng, traits, terms)
        total[0] += person[0]
    return total


@numba.njit(cache=True)
def next_period(
    person: tuple[float, float, float, float], terms: Terms, past: Past
) -> tuple[float, float, float]:
    """Return need, quota without trade and quota with it after a first period."""
    need, quota, cost, change = person
    _, deal, carried, growth, deviation, follows = past
    abated, violated = alone(need, quota, terms[2], terms[3])
    left_alone = max(quota - need + abated + violated, 0.0)
    abated, _, _, sold, bought, violated = settled(need, quota, terms, deal, cost)
    left = max(quota + bought + violated - sold - need + abated, 0.0)
    follow = follows * quota
    return (
        need * lognormal(growth, deviation, change),
        follow + carried * left_alone,
        follow + carried * left,
    )


@numba.njit(cache=True, nogil=True)
def tabulate_wishes(
    rng: np.random.Generator, people: int, market: Market, width: float, cells: int
) -> Array:
    """Return (6, cells + 1) sums that give supply and demand at every multiple of `width`.

    A person's supply jumps by the unused quota where the price covers θe and rises by 1/slope
    until nothing is left to abate; demand falls by 1/slope until the gap is abated. Row by row:
    jumps of supply, changes of its slope, these times their price; the same of demand. A change
    stands at the first multiple that is not below it, so the sums are exact there.
    """
    sums = np.zeros((6, cells + 1))
    traits, terms, past = market
    slope = terms[2]
    for _ in range(people):
        person, _, _ = drawn(rng, traits, terms)
        need, quota, cost, _ = person
        if past[0]:
            need, _, quota = next_period(person, terms, past)
        gap = need - quota
        own = slope * max(gap, 0.0)
        _change(sums, 0, width, cost, max(-gap, 0.0))
        _bend(sums, 1, width, cost + own, 1.0 / slope)
        _bend(sums, 1, width, cost + slope * need, -1.0 / slope)
        if gap > 0.0:
            sums[3, 0] += gap
            _bend(sums, 4, width, 0.0, -1.0 / slope)
            _bend(sums, 4, width, own, 1.0 / slope)
    return sums


@numba.njit(cache=True)
def _change(sums: Array, row: int, width: float, price: float, size: float) -> None:
    cell = math.ceil(price / width)
    if cell < sums.shape[1]:
        sums[row, cell] += size


@numba.njit(cache=True)
def _bend(sums: Array, row: int, width: float, price: float, size: float) -> None:
    cell = math.ceil(price / width)
    if cell < sums.shape[1]:
        sums[row, cell] += size
        sums[row + 1, cell] += size * price


@numba.njit(cache=True, nogil=True)
def settle_people(rng: np.random.Generator, people: int, market: Market, deal: Deal) -> Array:
    """Return sums of `COLUMNS` over drawn people, by income group."""
    traits, terms, past = market
    sums = np.zeros((len(traits[3]) + 1, len(COLUMNS)))
    slope, penalty = terms[2], terms[3]
    fine = 0.0 if math.isinf(penalty) else penalty
    for _ in range(people):
        person, income, group = drawn(rng, traits, terms)
        need, quota_alone, cost, _ = person
        quota = quota_alone
        if past[0]:
            need, quota_alone, quota = next_period(person, terms, past)
        abated_alone, violated_alone = alone(need, quota_alone, slope, penalty)
        abated, offered, wanted, sold, bought, violated = settled(need, quota, terms, deal, cost)
        emitted_alone, emitted = need - abated_alone, need - abated
        cost_alone = 0.5 * slope * abated_alone * abated_alone
        cost_now = 0.5 * slope * abated * abated
        gain = cost_alone - cost_now + fine * (violated_alone - violated)
        gain += (deal[0] - cost) * sold - (deal[1] * bought if bought > 0.0 else 0.0)
        own = sums[group]
        own[0] += 1.0
        own[1] += income
        own[2] += need
        own[3] += quota_alone
        own[4] += quota
        own[5] += emitted_alone
        own[6] += emitted
        own[7] += (emitted - emitted_alone) ** 2
        own[8] += max(quota_alone - emitted_alone, 0.0)
        own[9] += max(quota + bought + violated - sold - emitted, 0.0)
        own[10] += violated_alone
        own[11] += violated
        own[12] += cost_alone
        own[13] += cost_now
        own[14] += offered
        own[15] += wanted
        own[16] += sold
        own[17] += bought
        own[18] += cost * sold
        if sold > NOTHING:
            own[19] += 1.0
            own[21] += gain
        elif bought > NOTHING:
            own[20] += 1.0
            own[22] += gain
        if gain < -NO_LOSS:
            own[23] += 1.0
    return sums
