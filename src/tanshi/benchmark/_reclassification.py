"""Firms sorted into tiers again, by what they reported last year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.benchmark import tiers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Array = NDArray[np.float64]

_tiers_in_groups = numba.njit(cache=True)(tiers.tiers_in_groups)


@numba.njit(cache=True)
def reclassify(factors: Array, market: Market) -> Array:
    """Sort the firms that reported into tiers; the mean benchmark of an industry stays.

    Ranks are of verified emissions over output, as a ministry has them: cuts count, and so
    do hidden emissions that nobody found.

    Parameters
    ----------
    factors : (S, 3, 2) array
        Relative benchmark by industry, tier and scale (large, small).
    market : Market
        Tiers and relative benchmarks in its state are written.

    Returns
    -------
    (S,) array
        Firms that moved.
    """
    firms, state, count = market.firms, market.state, len(market.sectors)
    moved, was, now = np.zeros(count), np.zeros(count), np.zeros(count)
    places = np.empty(len(firms), np.int64)
    n = 0
    for i in range(len(firms)):
        if state[i].active > 0 and state[i].produced > 0.0:
            places[n] = i
            n += 1
    if n == 0:
        return moved
    group, reported = np.empty(n, np.int64), np.empty(n)
    for k in range(n):
        group[k] = firms[places[k]].group
        reported[k] = state[places[k]].verified / state[places[k]].produced
    tier = _tiers_in_groups(reported, group)
    for k in range(n):
        firm, one = firms[places[k]], state[places[k]]
        scale = 0 if firm.large > 0 else 1
        change = factors[firm.industry, tier[k], scale] / factors[firm.industry, one.tier, scale]
        was[firm.industry] += firm.output * one.relative
        now[firm.industry] += firm.output * one.relative * change
        moved[firm.industry] += 1.0 if tier[k] != one.tier else 0.0
        one.relative *= change
        one.tier = tier[k]
    for k in range(n):
        s = firms[places[k]].industry
        state[places[k]].relative *= was[s] / now[s]
    return moved
