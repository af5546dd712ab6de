"""The steps of the reference market, compiled, and the same steps written plainly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Firms = tuple[Array, Array, Array]

MOST_ROUNDS = 60
BALANCED = 1e-12  # relative, of the deficit
_LEAST = 1e-9  # CNY; a price to start from


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "nsz", "contract"})
def clear(
    deficit: float, width: Array, limit: Array, abates: Flags, bounds: tuple[float, float]
) -> float:
    """Return the price at which abatement meets the deficit, by Newton's method.

    Parameters
    ----------
    deficit : float
        tCO2.
    width : (n,) array
        Q / kappa: tonnes cut per CNY of price.
    limit : (n,) array
        kappa x cap: the price beyond which a firm cuts no more.
    abates : (n,) array of bool
    bounds : (float, float)
        Price to start from, and the ceiling.
    """
    price, ceiling = bounds
    if deficit <= 0.0:
        return 0.0
    for _ in range(MOST_ROUNDS):
        below = 0.0  # tonnes of those at their cap
        slope = 0.0
        for i in range(len(width)):
            # Without branches, so that several firms are added up at a time.
            active = width[i] * abates[i]
            capped = limit[i] <= price
            below += active * limit[i] * capped
            slope += active * (1.0 - capped)
        cut = below + slope * price
        gap = deficit - cut
        if abs(gap) <= BALANCED * deficit:
            return price
        if slope == 0.0:
            if gap > 0.0:
                return ceiling
            slope = cut / price  # beyond every cap: back along a ray
        # Total cuts are concave in the price, so a step from below never overshoots twice.
        price = min(max(price + gap / slope, 0.0), ceiling)
        if price == ceiling and gap > 0.0:
            return ceiling
    return price


@numba.njit(inline="always")
def _uniform(key: np.uint32, i: int) -> float:
    """Return a number in [0, 1) for firm i of a step, by the integer hash `lowbias32`.

    A function of step and firm and of no state, so that several firms are drawn at a time.
    Multipliers: C. Wellons, *Prospecting for hash functions* (2018).
    """
    mixed = np.uint32(i) * np.uint32(0x9E3779B9) + key
    mixed = np.uint32((mixed ^ (mixed >> np.uint32(16))) * np.uint32(0x7FEB352D))
    mixed = np.uint32((mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x846CA68B))
    mixed = np.uint32(mixed ^ (mixed >> np.uint32(16)))
    return mixed * 2.3283064365386963e-10


@numba.njit(cache=True, nogil=True)
def imitate(
    price: float,
    firms: Firms,
    flags: tuple[Flags, Flags],
    meeting: tuple[float, float, int],
    drawn: tuple[Array, np.uint32],
) -> int:
    """Let every firm meet the peer at a distance; return how many abate afterwards.

    Parameters
    ----------
    price : float
    firms : (width, limit, per_tonne)
        (n,) arrays as in `clear`; the last is 1 over emissions.
    flags : two (n,) arrays of bool
        Who abates now, and (written) in the next step.
    meeting : (rate, fixed, distance)
        Probability per CNY per tonne gained more, the fixed cost of abating, CNY, and how
        far along the register the peer is.
    drawn : ((n,) array, key)
        Room for gains (written), and the key of the step's random numbers.
    """
    width, limit, per_tonne = firms
    now, following = flags
    rate, fixed, distance = meeting
    worth, key = drawn
    n = len(now)
    for i in range(n):
        # Who does not abate gains nothing. Without branches (and without `min`, which minds
        # NaN), so that several firms are worked out at a time.
        reached = limit[i] if limit[i] < price else price
        gain = (width[i] * reached * (price - 0.5 * reached) - fixed) * per_tonne[i]
        worth[i] = rate * gain * now[i]
    ahead = distance % n
    return _meet(worth, now, following, key, (0, n - ahead, ahead)) + _meet(
        worth, now, following, key, (n - ahead, n, ahead - n)
    )


@numba.njit(cache=True, nogil=True)
def _meet(
    worth: Array, now: Flags, following: Flags, key: np.uint32, part: tuple[int, int, int]
) -> int:
    """Let the firms of a part meet those `ahead`; return how many of them abate afterwards."""
    first, end, ahead = part
    count = 0
    for i in range(first, end):
        j = i + ahead
        takes = _uniform(key, i) < worth[j] - worth[i]
        follows = now[j] if takes else now[i]
        following[i] = follows
        count += follows
    return count


@numba.njit(cache=True, nogil=True)
def run_steps(
    deficit: float,
    firms: Firms,
    flags: tuple[Flags, Flags],
    rules: tuple[float, float, float, int],
    written: tuple[NDArray[np.int64], Array, Array, np.random.Generator],
) -> Flags:
    """Run all steps: prices and shares are written; return who abates after the last.

    Parameters
    ----------
    deficit : float
        tCO2.
    firms, flags : as in `imitate`
    rules : (rate, fixed, ceiling, mutants)
        The last: how many firms, drawn with replacement, turn round after each step.
    written : (distance, price, share, generator)
        (T,) arrays, of which the first is read.
    """
    rate, fixed, ceiling, mutants = rules
    distance, price, share, rng = written
    width, limit, _ = firms
    now, following = flags
    worth = np.empty(len(now))
    count = now.sum()
    last = deficit / width.sum()
    for t in range(len(distance)):
        share[t] = count / len(now)
        last = clear(deficit, width, limit, now, (max(last, _LEAST), ceiling))
        price[t] = last
        key = np.uint32(rng.integers(0, 4294967296))
        meeting = (rate, fixed, distance[t])
        count = imitate(last, firms, (now, following), meeting, (worth, key))
        now, following = following, now
        for _ in range(mutants):
            i = int(rng.random() * len(now))
            count += -1 if now[i] else 1
            now[i] = not now[i]
    return now


def clear_plain(deficit: float, width: Array, limit: Array, abates: Flags) -> float:
    """Return the price of `clear` by walking up the caps, one after the other."""
    if deficit <= 0.0:
        return 0.0
    active = np.flatnonzero(abates)
    order = active[np.argsort(limit[active])]
    done, slope = 0.0, float(width[order].sum())
    for i in order:
        if slope * limit[i] + done >= deficit:
            return (deficit - done) / slope
        done += width[i] * limit[i]
        slope -= width[i]
    return float("inf")
