"""Welfare under break-even: maximise W where the profit must not be negative.

Where the welfare maximum makes no loss it is the answer, and where the profit maximum makes one
there is none. Between them, and without the bounds, the Lagrangian W + λπ has the shape of profit
and welfare with a curvature h = (1 + 2λ)/(1 + λ) from 1 (welfare) to 2 (profit), so
N_d = (hA + gB)/(h² − g²), likewise N_s, and break-even (h − 1)(N_d² + N_s²) − gN_dN_s = K
becomes a quartic in h, g being the whole cross effect m(g − c_b). On an edge break-even is a
quadratic; at a corner there is nothing to solve. The best of all feasible candidates, with the
nine of each unconstrained problem among them, is the maximum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.personal._candidates import Square, candidates, maximise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.personal._conditions import FloatArray

SLACK = 1e-10  # a loss that is rounding
REAL = 1e-6  # an imaginary part that is rounding, before the root is polished
AWAY = (0.0, 0.5, 2.5, 3.0, 4.0)  # outside [1, 2]; a quartic is not zero at all five


@dataclass(frozen=True, eq=False)
class BreakEven:
    """Markets a N_d + b N_s − (h/2)(N_d² + N_s²) + g N_d N_s with a cost to earn; (n_rows,)."""

    a: FloatArray
    b: FloatArray
    g: FloatArray
    cost: FloatArray

    def at(self, rows: NDArray[np.bool_]) -> BreakEven:
        """Return some rows, chosen by a mask."""
        return BreakEven(self.a[rows], self.b[rows], self.g[rows], self.cost[rows])

    def square(self, h: float) -> Square:
        """Return the objective with a curvature, without its cost."""
        curvature = np.full_like(self.a, h)
        return Square(self.a, self.b, curvature, curvature, self.g)

    def profit(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return the platform's profit at points of shape (…, n_rows)."""
        return self.a * x + self.b * y - x * x - y * y + self.g * x * y - self.cost

    def welfare(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return profit and users' surplus."""
        return self.profit(x, y) + (x * x + y * y) / 2.0

    def tolerance(self) -> FloatArray:
        """Return the loss that counts as rounding."""
        size = np.maximum(np.maximum(self.a, self.b), np.maximum(self.cost, np.abs(self.g)))
        return SLACK * np.maximum(size, 1.0)


@dataclass(frozen=True, eq=False)
class Points:
    """Participations and the curvature h that leads to each, (…, n_rows).

    NaN where there is no such point, and in h where no h leads there.
    """

    x: FloatArray
    y: FloatArray
    h: FloatArray


def solve_ramsey(market: BreakEven) -> Points:
    """Return the welfare maximum among points without loss, (n_rows,); NaN where there is none.

    The curvature h is 1 where the welfare maximum itself makes no loss, and NaN where bounds,
    not h, decide.
    """
    best = maximise(market.square(1.0))
    x, y, h = best.x.copy(), best.y.copy(), np.ones_like(best.x)
    lossy = market.profit(x, y) < -market.tolerance()
    if lossy.any():
        found = _constrained(market.at(lossy))
        x[lossy], y[lossy], h[lossy] = found.x, found.y, found.h
    return Points(x, y, h)


def _constrained(market: BreakEven) -> Points:
    """Return the best candidate without loss where the welfare maximum makes one."""
    parts = [
        *_unconstrained(market),
        _on_break_even(market),
        _on_degenerate_line(market),
        *_on_edges(market),
    ]
    x, y, h = (np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "y", "h"))
    feasible = market.profit(x, y) >= -market.tolerance()
    welfare = np.where(feasible, market.welfare(x, y), -np.inf)
    best = welfare.argmax(axis=0)[None]
    none = ~feasible.any(axis=0)
    found = (np.take_along_axis(one, best, axis=0)[0] for one in (x, y, h))
    return Points(*(np.where(none, np.nan, one) for one in found))


def _unconstrained(market: BreakEven) -> list[Points]:
    """Return the candidates of the welfare and of the profit maximum."""
    found = []
    for h in (1.0, 2.0):
        x, y = candidates(market.square(h))
        found.append(Points(x, y, np.full_like(x, h)))
    return found


def _on_break_even(market: BreakEven) -> Points:
    """Return the stationary points inside the square on which profit is zero."""
    a, b, g, cost = market.a, market.b, market.g, market.cost
    # (h − 1)(X² + Y²) − gXY − K(h² − g²)², X = hA + gB and Y = hB + gA; highest power first
    squares, both = a * a + b * b, a * b
    quartic = np.stack(
        [
            -cost,
            squares,
            4.0 * g * both - squares - g * both + 2.0 * cost * g**2,
            g**2 * squares - 4.0 * g * both - g**2 * squares,
            -(g**2) * squares - g**3 * both - cost * g**4,
        ]
    )
    h = _roots_from_one_to_two(quartic)
    x, y = _stationary(market, h)
    outside = ~((x >= 0.0) & (x <= 1.0) & (y >= 0.0) & (y <= 1.0))
    return Points(*(np.where(outside, np.nan, one) for one in (x, y, np.clip(h, 1.0, 2.0))))


def _stationary(market: BreakEven, h: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where both derivatives are zero, by sum and difference: exact beside abs(g) = h."""
    total = (market.a + market.b) / (h - market.g)
    apart = (market.a - market.b) / (h + market.g)
    return (total + apart) / 2.0, (total - apart) / 2.0


def _roots_from_one_to_two(quartic: FloatArray) -> FloatArray:
    """Return the real roots in [1, 2] of quartics, (5, n_rows) → (4, n_rows); NaN for others.

    With h = s + 1/t the coefficient of the highest power of t is the quartic's value at s, which
    is far from zero for one of five s at least, whatever coefficients of h vanish.
    """
    shifted = np.stack([_taylor(quartic, place) for place in AWAY])
    values = np.abs(shifted[:, 0]) / np.abs(shifted).max(axis=1)
    chosen = values.argmax(axis=0)
    taylor = np.take_along_axis(shifted, chosen[None, None], axis=0)[0]  # lowest power first
    companion = np.zeros((quartic.shape[1], 4, 4))
    companion[:, 0] = (-taylor[1:] / taylor[0]).T
    companion[:, [1, 2, 3], [0, 1, 2]] = 1.0
    t = np.linalg.eigvals(companion).T
    h = np.asarray(AWAY)[chosen] + 1.0 / np.where(t == 0.0, np.nan, t)
    real = (np.abs(h.imag) <= REAL) & (h.real >= 1.0 - REAL) & (h.real <= 2.0 + REAL)
    return _polished(quartic, np.where(real, h.real, np.nan))


def _taylor(polynomial: FloatArray, place: float) -> FloatArray:
    """Return the coefficients in powers of h − place, lowest first, by repeated division."""
    rest, found = polynomial.copy(), []
    while len(rest):
        for power in range(1, len(rest)):
            rest[power] += place * rest[power - 1]
        found.append(rest[-1].copy())
        rest = rest[:-1]
    return np.stack(found)


def _polished(polynomial: FloatArray, root: FloatArray) -> FloatArray:
    """Sharpen roots of polynomials by Newton's steps."""
    for _ in range(5):
        value, slope = np.zeros_like(root), np.zeros_like(root)
        for coefficient in polynomial:
            value, slope = value * root + coefficient, slope * root + value
        root = root - np.where(slope == 0.0, 0.0, value / np.where(slope == 0.0, 1.0, slope))
    return root


def _on_degenerate_line(market: BreakEven) -> Points:
    """Return the break-even points on the line that is stationary where h = −g and A = B."""
    a, g = market.a, market.g
    there = (market.a == market.b) & (g <= -1.0) & (g >= -2.0)
    total = a / np.where(there, -g, np.nan)  # N_d + N_s; profit is then a quadratic in N_d
    # a total − total² + (2 + g) x (total − x) − cost
    x = _within(_real_roots(-(2.0 + g), (2.0 + g) * total, a * total - total**2 - market.cost))
    y = _within(total - x)
    return Points(np.where(np.isnan(y), np.nan, x), y, np.broadcast_to(-g, x.shape))


def _on_edges(market: BreakEven) -> list[Points]:
    """Return the break-even points of the four edges."""
    found = []
    minus = np.full_like(market.a, -1.0)
    for end in (0.0, 1.0):
        rest = market.a * end - end * end - market.cost
        y = _within(_real_roots(minus, market.b + market.g * end, rest))
        found.append(Points(np.full_like(y, end), y, np.full_like(y, np.nan)))
        rest = market.b * end - end * end - market.cost
        x = _within(_real_roots(minus, market.a + market.g * end, rest))
        found.append(Points(x, np.full_like(x, end), np.full_like(x, np.nan)))
    return found


def _within(values: FloatArray) -> FloatArray:
    return np.where((values >= 0.0) & (values <= 1.0), values, np.nan)


def _real_roots(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Return the real roots of a t² + b t + c, (2, n_rows); NaN where there are none."""
    discriminant = b * b - 4.0 * a * c
    q = -(b + np.copysign(np.sqrt(np.maximum(discriminant, 0.0)), b)) / 2.0
    first = np.where(a == 0.0, np.nan, q / np.where(a == 0.0, 1.0, a))
    second = np.where(q == 0.0, 0.0, c / np.where(q == 0.0, 1.0, q))
    second = np.where((q == 0.0) & (a == 0.0), np.nan, second)
    roots = np.stack([first, second])
    return np.where(discriminant < 0.0, np.nan, roots)
