"""Marginal abatement cost curves, compiled: what is cut at a price, and what it costs.

All shapes agree at a reference price, because curves drawn through the same cap point
behave differently in between and put the market on its floor for no good reason.
"""

from __future__ import annotations

import math

import numba

LINEAR, POWER, LOG, STEPPED = 0, 1, 2, 3
STEPS = 4
_CLOSEST_TO_CAP = 0.95


@numba.njit(cache=True)
def cut_at(curve: int, slope: float, cap: float, price: float, reference: float) -> float:
    """Return the cut per unit of product at which marginal cost meets the price.

    Parameters
    ----------
    curve : int
        Place in `tanshi.benchmark.firms.CURVES`.
    slope : float
        Of the linear curve, CNY per tCO2 per (tCO2 per unit).
    cap : float
        Largest cut, tCO2 per unit.
    price, reference : float
        CNY per tCO2; at the reference all smooth shapes agree with the linear one.
    """
    if price <= 0.0 or cap <= 0.0:
        return 0.0
    if curve == LINEAR:
        return min(price / slope, cap)
    if curve == STEPPED:
        width = cap / STEPS
        steps = math.floor(price / (slope * width) + 0.5)
        return min(steps, STEPS) * width
    agreed = min(reference / slope, _CLOSEST_TO_CAP * cap)
    if curve == POWER:
        return min(agreed * math.sqrt(price / reference), cap)
    scale = reference / -math.log(1.0 - agreed / cap)
    return cap * (1.0 - math.exp(-price / scale))


@numba.njit(cache=True)
def cost_of(curve: int, slope: float, cap: float, cut: float, reference: float) -> float:
    """Return what a cut costs, the integral of marginal cost, CNY per unit of product."""
    if cut <= 0.0 or cap <= 0.0:
        return 0.0
    if curve == LINEAR:
        return 0.5 * slope * cut * cut
    if curve == STEPPED:
        width = cap / STEPS
        steps = round(cut / width)
        return 0.5 * slope * width * width * steps * steps
    agreed = min(reference / slope, _CLOSEST_TO_CAP * cap)
    if curve == POWER:
        return reference * cut * cut * cut / (3.0 * agreed * agreed)
    scale = reference / -math.log(1.0 - agreed / cap)
    left = 1.0 - min(cut / cap, 1.0 - 1e-15)
    return scale * cap * (left * math.log(left) + 1.0 - left)
