"""Welfare under break-even: maximise W where the profit must not be negative.

Without the bounds the Lagrangian W + λπ has the shape of profit and welfare with a curvature
h = (1 + 2λ)/(1 + λ) from 1 (welfare) to 2 (profit), so N_d = (hA + gB)/(h² − g²), likewise N_s,
and break-even (h − 1)(N_d² + N_s²) − gN_dN_s = K becomes a quartic in h. On an edge break-even
is a quadratic; at a corner there is nothing to solve. The best of all feasible candidates, with
the nine of each unconstrained problem among them, is the maximum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.personal._candidates import Square, candidates

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLACK = 1e-10  # a loss that is rounding
REAL = 1e-6  # an imaginary part that is rounding, before the root is polished


@dataclass(frozen=True)
class BreakEven:
    """One market: a N_d + b N_s − (h/2)(N_d² + N_s²) + g N_d N_s, and the cost to earn."""

    a: float
    b: float
    g: float
    cost: float

    def profit(self, x: float, y: float) -> float:
        """Return the platform's profit."""
        return self.a * x + self.b * y - x * x - y * y + self.g * x * y - self.cost

    def welfare(self, x: float, y: float) -> float:
        """Return profit and users' surplus."""
        return self.profit(x, y) + (x * x + y * y) / 2.0


@dataclass(frozen=True)
class RamseyPoint:
    """Participation of buyers and sellers, and the curvature h; None where no h leads there."""

    x: float
    y: float
    h: float | None


def solve_ramsey(market: BreakEven) -> RamseyPoint | None:
    """Return the welfare maximum among points without loss; None where there is none.

    The curvature h is 1 where the welfare maximum itself makes no loss, and None where bounds,
    not h, decide.
    """
    tolerance = SLACK * max(1.0, abs(market.cost), abs(market.a), abs(market.b), abs(market.g))
    points = [*_unconstrained(market), *_on_break_even(market), *_on_edges(market)]
    feasible = [point for point in points if market.profit(point.x, point.y) >= -tolerance]
    return max(feasible, key=lambda point: market.welfare(point.x, point.y), default=None)


def _unconstrained(market: BreakEven) -> list[RamseyPoint]:
    """Return the candidates of the welfare and of the profit maximum."""
    found = []
    for h in (1.0, 2.0):
        numbers = (market.a, market.b, h, h, market.g)
        xs, ys = candidates(Square(*(np.array([number]) for number in numbers)))
        for x, y in zip(xs[:, 0].tolist(), ys[:, 0].tolist(), strict=True):
            if not np.isnan(x):
                found.append(RamseyPoint(x, y, h))
    return found


def _on_break_even(market: BreakEven) -> list[RamseyPoint]:
    """Return the stationary points inside the square on which profit is zero."""
    a, b, g = market.a, market.b, market.g
    x, y = np.array([a, g * b]), np.array([b, g * a])  # times h² − g², in powers of h
    gap = np.array([1.0, 0.0, -g * g])
    first = np.polymul([1.0, -1.0], np.polyadd(np.polymul(x, x), np.polymul(y, y)))
    quartic = np.polysub(first, g * np.polymul(x, y))
    quartic = np.polysub(quartic, market.cost * np.polymul(gap, gap))
    # h is between 1 and 2, so what is this small beside the rest is rounding.
    quartic = np.where(np.abs(quartic) < 1e-18 * np.abs(quartic).max(), 0.0, quartic)
    found = []
    for root in np.roots(quartic) if np.any(quartic) else ():
        if abs(root.imag) > REAL or not 1.0 - REAL <= root.real <= 2.0 + REAL:
            continue
        h = _polished(quartic, float(root.real))
        divisor = h * h - g * g
        if divisor != 0.0:
            point = RamseyPoint((h * a + g * b) / divisor, (h * b + g * a) / divisor, h)
            if 0.0 <= point.x <= 1.0 and 0.0 <= point.y <= 1.0:
                found.append(point)
    return found + _on_degenerate_line(market)


def _on_degenerate_line(market: BreakEven) -> list[RamseyPoint]:
    """Return the break-even points on the line that is stationary where h = −g and A = B."""
    a, g = market.a, market.g
    if market.a != market.b or not 1.0 <= -g <= 2.0:
        return []
    total = a / -g  # N_d + N_s; profit is then a quadratic in N_d
    # a total − total² + (2 + g) x (total − x) − cost
    return [
        RamseyPoint(x, total - x, -g)
        for x in _real_roots(-(2.0 + g), (2.0 + g) * total, a * total - total**2 - market.cost)
        if 0.0 <= x <= 1.0 and 0.0 <= total - x <= 1.0
    ]


def _on_edges(market: BreakEven) -> list[RamseyPoint]:
    """Return the break-even points of the four edges."""
    found = []
    for end in (0.0, 1.0):
        rest = market.a * end - end * end - market.cost
        found += [
            RamseyPoint(end, y, None)
            for y in _real_roots(-1.0, market.b + market.g * end, rest)
            if 0.0 <= y <= 1.0
        ]
        rest = market.b * end - end * end - market.cost
        found += [
            RamseyPoint(x, end, None)
            for x in _real_roots(-1.0, market.a + market.g * end, rest)
            if 0.0 <= x <= 1.0
        ]
    return found


def _polished(polynomial: NDArray[Any], root: float) -> float:
    """Sharpen a root of a polynomial by Newton's steps."""
    slope = np.polyder(polynomial)
    for _ in range(5):
        steep = float(np.polyval(slope, root))
        if steep == 0.0:
            break
        root -= float(np.polyval(polynomial, root)) / steep
    return root


def _real_roots(a: float, b: float, c: float) -> list[float]:
    """Return the real roots of a t² + b t + c."""
    if a == 0.0:
        return [] if b == 0.0 else [-c / b]
    discriminant = b * b - 4.0 * a * c
    if discriminant < 0.0:
        return []
    q = -(b + np.copysign(np.sqrt(discriminant), b)) / 2.0
    return [0.0] if q == 0.0 else [float(q / a), float(c / q)]
