"""The offset ratio that maximises total welfare, Proposition 2, and where rationing moves it.

Eq. 11 in δ is aδ² + bδ + constant with a = 3eN²/(2DW) − N²/k and b = 2N²/k − PN. It is
looked at over 0 ≤ δ ≤ min(1, DW/N), the ratios that supply can meet. Beyond
δ_r = (P − c − c_b)DW/(2eN) the platform is rationed, its profit and the users' surplus stay at
3DW(P − c − c_b)²/(8e), and Eq. 11 promises a welfare nobody gets. The exact optimum
knows that: below δ_r it maximises Eq. 11, above it the enterprises' benefit alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.personal._conditions import exceeds

if TYPE_CHECKING:
    from tanshi.personal._conditions import FloatArray
    from tanshi.personal.single import SinglePlatformInputs

WHY_PUBLISHED = {
    "interior": "Eq. 11 is concave and its top lies inside",
    "convex": "Eq. 11 is not concave (k >= 2DW/(3e)), so an end is best",
    "falls": "k >= 2N/P: total welfare falls from the first offset on",
    "rises": "the top of Eq. 11 lies at or beyond full offsetting",
    "supply": "the top of Eq. 11 lies at or beyond the ratio that full supply can meet",
}
WHY_EXACT = {
    "interior": "total welfare has its top inside, where demand is met",
    "rationed": "total welfare has its top where credits are rationed: enterprises alone gain",
    "kink": "total welfare rises until credits are rationed and falls from there on",
    "corner": "total welfare is greatest at an end",
}


@dataclass(frozen=True, eq=False)
class OffsetRatio:
    """Best offset ratios, what kind of optimum each is, and why; each (n_rows,)."""

    ratio: FloatArray
    kind: tuple[str, ...]
    reason: tuple[str, ...]


def published_offset_ratio(one: SinglePlatformInputs) -> OffsetRatio:
    """Maximise Eq. 11 as it is printed, as if no enterprise ever refused the price."""
    a, b, upper = _coefficients(one)
    concave = a < 0.0
    top = _top(a, b)
    inside = concave & (top > 0.0) & exceeds(upper, top)
    best_end = np.where((a * upper + b) * upper > 0.0, upper, 0.0)
    why = np.select(
        [inside, ~concave, best_end == 0.0, upper < 1.0],
        ["interior", "convex", "falls", "supply"],
        "rises",
    ).tolist()
    return OffsetRatio(
        np.where(inside, top, best_end),
        tuple("interior" if one == "interior" else "corner" for one in why),
        tuple(WHY_PUBLISHED[one] for one in why),
    )


def exact_offset_ratio(one: SinglePlatformInputs) -> OffsetRatio:
    """Maximise total welfare with the rationed case in it, over the same offset ratios."""
    a, b, upper = _coefficients(one)
    emissions, cost = one.total_emissions, one.operating_cost + one.blockchain_unit_cost
    margin = np.where(exceeds(one.allowance_price, cost), one.allowance_price - cost, 0.0)
    limit = margin * one.supply / (2.0 * one.credit_cost * emissions)
    limit = np.where(exceeds(upper, limit), limit, upper)
    # Enterprises' benefit, Eq. (10), as a quadratic in δ without its constant.
    curve = -(emissions**2) / one.abatement_ease
    alone = np.clip(_top(curve, b), limit, upper)
    top = np.where(a < 0.0, np.clip(_top(a, b), 0.0, limit), 0.0)
    candidates = np.stack([np.zeros_like(upper), top, limit, alone, upper])
    traded = np.minimum(candidates, limit)
    values = (curve * candidates + b) * candidates + (a - curve) * traded**2
    ratio = np.take_along_axis(candidates, values.argmax(axis=0)[None], axis=0)[0]
    kinds = np.select(
        [(ratio <= 0.0) | ~exceeds(upper, ratio), exceeds(limit, ratio), ~exceeds(ratio, limit)],
        ["corner", "interior", "kink"],
        "rationed",
    ).tolist()
    return OffsetRatio(ratio, tuple(kinds), tuple(WHY_EXACT[kind] for kind in kinds))


def _coefficients(one: SinglePlatformInputs) -> tuple[FloatArray, FloatArray, FloatArray]:
    # Eq. (11)
    emissions, k, e = one.total_emissions, one.abatement_ease, one.credit_cost
    price, supply = one.allowance_price, one.supply
    a = 3.0 * e * emissions**2 / (2.0 * supply) - emissions**2 / k
    b = 2.0 * emissions**2 / k - price * emissions
    straight = ~exceeds(2.0 * supply, 3.0 * e * k) & ~exceeds(3.0 * e * k, 2.0 * supply)
    level = ~exceeds(2.0 * emissions, k * price) & ~exceeds(k * price, 2.0 * emissions)
    whole = ~exceeds(emissions, supply)
    return (
        np.where(straight, 0.0, a),
        np.where(level, 0.0, b),
        np.where(whole, 1.0, supply / emissions),
    )


def _top(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return where a δ² + b δ is level; 0 where it is a straight line."""
    straight = a == 0.0
    return np.where(straight, 0.0, -b / np.where(straight, 1.0, 2.0 * a))
