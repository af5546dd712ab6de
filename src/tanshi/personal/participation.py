"""Every participation that given fees allow, and tariffs that allow only one.

At fees f_d and f_s each side joins as far as the other makes it worth while:

    N_d = clip(A − f_d − d N_s),     N_s = clip(B − f_s + s N_d),     clip to [0, 1].

One side put into the other gives a piecewise linear map of N_d to itself; its fixed points are
found piece by piece, so none is missed. Several exist only where −d s > 1: for positive s, where
the price is far below what a trade is worth to the buyer. At −d s = 1 a whole stretch may be in
equilibrium. Repeating the map is no way to find
them: with A = B = 1, d = 1.5, s = 1.2 and fees (−0.2, 0.6) it circles around the only one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

Stability: TypeAlias = Literal["stable", "unstable", "one-sided", "continuum"]

SAME = 1e-12  # relative to the largest number of the two equations, at least to 1
AT_KNOT = 1e-10  # a participation this near to a kink is at it


@dataclass(frozen=True)
class Fees:
    """A market at given fees: buyers' and sellers' willingness net of fees, and cross effects.

    Parameters
    ----------
    net_d, net_s : float
        A − f_d and B − f_s.
    d, s : float
        What a seller takes from a buyer, and a buyer gives to a seller.
    """

    net_d: float
    net_s: float
    d: float
    s: float

    @property
    def rounding(self) -> float:
        """How far rounding may move what the equations give."""
        return SAME * max(1.0, *map(abs, (self.net_d, self.net_s, self.d, self.s)))

    def suppliers(self, n_d: float) -> float:
        """Return the sellers that join beside so many buyers."""
        return float(min(max(self.net_s + self.s * n_d, 0.0), 1.0))

    def buyers(self, n_d: float) -> float:
        """Return the buyers that join beside the sellers that so many buyers attract."""
        return float(min(max(self.net_d - self.d * self.suppliers(n_d), 0.0), 1.0))

    def slope(self, left: float, right: float) -> float:
        """Return the slope of `buyers` between two neighbouring kinks: −d s, or 0 at a bound."""
        suppliers = self.net_s + self.s * (left + right) / 2.0
        if not 0.0 < suppliers < 1.0:
            return 0.0
        return -self.d * self.s if 0.0 < self.net_d - self.d * suppliers < 1.0 else 0.0


@dataclass(frozen=True)
class Equilibrium:
    """One participation at which nobody wants to join or leave.

    Parameters
    ----------
    n_d, n_s : float
    slope_below, slope_above : float
        Of the map of N_d to itself, on either side; 0 beyond the bounds of [0, 1].
    """

    n_d: float
    n_s: float
    slope_below: float
    slope_above: float

    @property
    def stability(self) -> Stability:
        """Whether a small departure dies out when both sides adjust gradually.

        The Jacobian of gradual adjustment is (−1, −d; s, −1), with eigenvalues −1 ± √(−ds), and
        −ds is the slope: stable below one. At a kink the sides may differ (``one-sided``); with
        a slope of one on a side every neighbour there is an equilibrium too (``continuum``).
        """
        slopes = (self.slope_below, self.slope_above)
        if any(_level(slope) for slope in slopes):
            return "continuum"
        below_one = [slope < 1.0 for slope in slopes]
        if all(below_one):
            return "stable"
        return "one-sided" if any(below_one) else "unstable"

    @property
    def iteration_converges(self) -> bool:
        """Whether repeating the map from nearby comes back: slopes inside (−1, 1)."""
        return max(abs(self.slope_below), abs(self.slope_above)) < 1.0


def participation_equilibria(
    fees: Fees, wanted: tuple[float, float] | None = None
) -> tuple[Equilibrium, ...]:
    """Return every equilibrium, by rising participation of buyers.

    Where a whole stretch is in equilibrium its two ends are returned.

    Parameters
    ----------
    fees : Fees
    wanted : (N_d, N_s), optional
        A participation known to be an equilibrium, such as the one the fees were made for. It is
        returned as it is, in place of what is found next to it, whatever rounding says.

    Examples
    --------
    >>> [one] = participation_equilibria(Fees(1.2, 0.4, 1.5, 1.2))
    >>> round(one.n_d, 6), round(one.n_s, 6), one.stability, one.iteration_converges
    (0.214286, 0.657143, 'stable', False)
    """
    knots, near = _knots(fees), fees.rounding
    found: list[float] = []
    for left, right in pairwise(knots):
        low, high = fees.buyers(left) - left, fees.buyers(right) - right
        if abs(low) <= near:
            found.append(left)
        if abs(high) <= near:
            found.append(right)
        if low * high < 0.0 and min(abs(low), abs(high)) > near:
            found.append(left + (right - left) * low / (low - high))
    places: list[float] = []
    for place in sorted(found):
        if not places or place - places[-1] > AT_KNOT:
            places.append(place)
    if wanted is None:
        return tuple(_at(fees, place, knots) for place in places)
    others = [place for place in places if abs(place - wanted[0]) > max(AT_KNOT, near)]
    equilibria = [_at(fees, place, knots) for place in others]
    equilibria.append(replace(_at(fees, wanted[0], knots), n_d=wanted[0], n_s=wanted[1]))
    return tuple(sorted(equilibria, key=lambda one: one.n_d))


def listed(equilibria: tuple[Equilibrium, ...]) -> str:
    """Return equilibria as text: ``N_d N_s``, a semicolon between two, ``to`` along a stretch.

    Examples
    --------
    >>> listed(participation_equilibria(Fees(0.0, 0.0, -1.0, 1.0)))
    '0 0 to 1 1'
    """
    text = ""
    for last, one in zip((None, *equilibria), equilibria, strict=False):
        if last is not None:
            stretch = _level(last.slope_above) and _level(one.slope_below)
            text += " to " if stretch else "; "
        text += f"{one.n_d + 0.0:.12g} {one.n_s + 0.0:.12g}"
    return text


def responsive_tariffs(
    market: tuple[float, float, float, float], n_d: float, n_s: float
) -> dict[str, float]:
    """Return fees that respond to the other side and leave one participation only.

    Parameters
    ----------
    market : (A, B, d, s)
    n_d, n_s : float
        The participation wanted, inside [0, 1].

    Returns
    -------
    dict
        ``f_d = base_d + slope_d N_s`` and ``f_s = base_s + slope_s N_d``. Each side's fee takes
        exactly what the other side brings it, so it joins as far as wanted, whoever else does.
    """
    a, b, d, s = market
    return {"base_d": a - n_d, "slope_d": -d, "base_s": b - n_s, "slope_s": s}


def _knots(fees: Fees) -> list[float]:
    """Return the participations of buyers at which the map changes its slope, with 0 and 1."""
    knots = {0.0, 1.0}
    inner = [] if fees.s == 0.0 else [(bound - fees.net_s) / fees.s for bound in (0.0, 1.0)]
    if fees.s != 0.0 and fees.d != 0.0:
        for bound in (0.0, 1.0):
            suppliers = (fees.net_d - bound) / fees.d
            if 0.0 <= suppliers <= 1.0:
                inner.append((suppliers - fees.net_s) / fees.s)
    knots |= {knot for knot in inner if 0.0 < knot < 1.0}
    return sorted(knots)


def _level(slope: float) -> bool:
    return abs(slope - 1.0) <= SAME


def _at(fees: Fees, place: float, knots: list[float]) -> Equilibrium:
    """Return the equilibrium at a participation of buyers, with the slopes on either side."""
    below = above = 0.0
    for left, right in pairwise(knots):
        slope = fees.slope(left, right)
        if left < place - AT_KNOT and place <= right + AT_KNOT:
            below = slope
        if left <= place + AT_KNOT and place + AT_KNOT < right:
            above = slope
    return Equilibrium(place, fees.suppliers(place), below, above)
