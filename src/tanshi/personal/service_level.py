"""The best service level, and whether the blockchain that brings it is worth its cost.

For a given participation the objective is A N_d + B N_s + … − kq²/2 with A = 1 + qβ_d and
B = 1 + qβ_s, so the best service level is q = (β_dN_d + β_sN_s)/k, and what is left to maximise,

    N_d + N_s − (h/2)(N_d² + N_s²) + m(g − c_b)N_dN_s + (β_dN_d + β_sN_s)²/(2k),

is again a quadratic on the unit square: nine candidates give the global maximum, wherever
bounds bind. With interior participation and c_b = 0 it is the audit's
(2 + g)(β_d + β_s)/(k(4 − g²) − 2(β_d² + β_s² + gβ_dβ_s)).

Adopting the blockchain pays exactly where the greatest value at q, the cost c_b of every trade
included, exceeds the greatest value at q = 0 without it. The paper's Result 2(1) quotes
intervals of σ = c − α_d instead: α_s − 1 < σ < 1 or −1 < σ < α_s − √(α_s² + 1).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.personal._candidates import Square, maximise
from tanshi.personal._market import market_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.personal._conditions import FloatArray
    from tanshi.personal._market import Market
    from tanshi.personal.two_sided import Payments, TwoSidedInputs


def best_service_level(market: Market, h: float) -> FloatArray:
    """Return the service level that maximises profit (h = 2) or welfare (h = 1), globally."""
    d, s, k = market.beta_d, market.beta_s, market.service_cost
    one = np.ones_like(d)
    best = maximise(Square(one, one, h - d**2 / k, h - s**2 / k, market.cross + d * s / k))
    return np.asarray((d * best.x + s * best.y) / k)


def adoption_margins(
    inputs: TwoSidedInputs, *, payments: Payments
) -> tuple[FloatArray, FloatArray]:
    """Return what the blockchain adds to greatest profit and to greatest welfare, each (n_rows,).

    The margins of `solve_two_sided` without the rest of it, for maps of many markets.
    """
    found = decide_adoption(market_of(inputs, closed=payments == "closed"))
    return found["platform_margin"], found["society_margin"]


def decide_adoption(market: Market) -> dict[str, Any]:
    """Return what adoption adds to profit and to welfare, and how the paper's interval fares."""
    one = np.ones_like(market.a)
    bare = replace(
        market,
        a=one,
        b=one,
        cost=np.zeros_like(one),
        cross=market.cross + market.matching * market.blockchain,
    )
    margins = {h: _greatest(market, h) - _greatest(bare, h) for h in (2.0, 1.0)}
    interval = published_interval(market.price - market.alpha_d, market.alpha_s)
    return {
        "platform_margin": margins[2.0],
        "society_margin": margins[1.0],
        "platform_adopts": margins[2.0] > 0.0,
        "society_adopts": margins[1.0] > 0.0,
        "published_interval": interval,
        "published_interval_is_right": interval == (margins[1.0] > 0.0),
    }


def published_interval(sigma: FloatArray, alpha_s: FloatArray) -> NDArray[np.bool_]:
    """Return whether σ lies in one of the two intervals of Result 2(1)."""
    first = (alpha_s - 1.0 < sigma) & (sigma < 1.0)
    second = (sigma > -1.0) & (sigma < alpha_s - np.sqrt(alpha_s**2 + 1.0))
    return np.asarray(first | second)


def _greatest(market: Market, h: float) -> FloatArray:
    curvature = np.full_like(market.a, h)
    best = maximise(Square(market.a, market.b, curvature, curvature, market.cross))
    return best.value - market.cost
