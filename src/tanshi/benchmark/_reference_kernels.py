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


@numba.njit(cache=True, nogil=True)
def imitate(
    price: float,
    firms: Firms,
    flags: tuple[Flags, Flags],
    meeting: tuple[float, float, int],
    rng: np.random.Generator,
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
    rng : numpy.random.Generator
    """
    width, limit, per_tonne = firms
    now, following = flags
    rate, fixed, distance = meeting
    n = len(now)
    count = 0
    j = distance % n
    for i in range(n):
        following[i] = now[i]
        if now[i] != now[j]:
            # Who does not abate gains nothing, so the abating one of the two decides.
            k = i if now[i] else j
            reached = min(price, limit[k])
            gain = (width[k] * reached * (price - 0.5 * reached) - fixed) * per_tonne[k]
            more = rate * (-gain if now[i] else gain)
            if more > 0.0 and rng.random() < more:
                following[i] = now[j]
        count += following[i]
        j += 1
        if j == n:
            j = 0
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
    count = now.sum()
    last = deficit / width.sum()
    for t in range(len(distance)):
        share[t] = count / len(now)
        last = clear(deficit, width, limit, now, (max(last, _LEAST), ceiling))
        price[t] = last
        count = imitate(last, firms, (now, following), (rate, fixed, distance[t]), rng)
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
