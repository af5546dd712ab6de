"""Bounds of the game's payoffs and of their derivatives over a box, by interval arithmetic.

An interval is a pair of numbers; every operation rounds outwards (Moore 1966), so what lies
between the pair is proved for the numbers a machine can hold. How surely a side of the market
meets the other is monotone in both shares, hence its bounds are those of two corners of the box.
At a kink (the short side changes, an offset stops to pay) the bounds of a derivative hold those of
both sides. `game.advantages` is the plain version of `payoff_bounds`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.personal._game_kernels import LOGIT, REPLICATOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.personal._game_kernels import Rule

    Array = NDArray[np.float64]
    Interval = tuple[float, float]

ONE, NONE = (1.0, 1.0), (0.0, 0.0)
ROUND = 2.3e-16  # above half a unit in the last place, relative
LEAST = 1e-300


@numba.njit(cache=True)
def _out(low: float, high: float, times: float) -> Interval:
    """Widen by so many rounding errors."""
    return (
        low - times * ROUND * abs(low) - LEAST,
        high + times * ROUND * abs(high) + LEAST,
    )


@numba.njit(cache=True)
def add(a: Interval, b: Interval) -> Interval:
    return _out(a[0] + b[0], a[1] + b[1], 1.0)


@numba.njit(cache=True)
def sub(a: Interval, b: Interval) -> Interval:
    return _out(a[0] - b[1], a[1] - b[0], 1.0)


@numba.njit(cache=True)
def mul(a: Interval, b: Interval) -> Interval:
    one, two, three, four = a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]
    return _out(min(one, two, three, four), max(one, two, three, four), 1.0)


@numba.njit(cache=True)
def times(number: float, a: Interval) -> Interval:
    return mul((number, number), a)


@numba.njit(cache=True)
def _hull(a: Interval, b: Interval) -> Interval:
    return min(a[0], b[0]), max(a[1], b[1])


@numba.njit(cache=True)
def _meet(own: float, other: float, h: float) -> float:
    """Return other (1+h) / (h + max(own, other)): how surely one meets the other side."""
    if math.isinf(h):
        return other
    return other * (1 + h) / (h + max(own, other))


@numba.njit(cache=True)
def _met(own: Interval, other: Interval, h: float) -> Interval:
    """Return the bounds of `_meet`, which falls in the first and rises in the second."""
    return _out(_meet(own[1], other[0], h), _meet(own[0], other[1], h), 8.0)


@numba.njit(cache=True)
def _met_slopes(own: Interval, other: Interval, h: float) -> tuple[Interval, Interval]:
    """Return the bounds of the derivatives of `_meet` by own and by other."""
    if math.isinf(h):
        return (0.0, 0.0), (1.0, 1.0)
    by_own, by_other = (0.0, 0.0), (0.0, 0.0)
    long, short = own[1] >= other[0], other[1] >= own[0]
    if long:  # own is the long side somewhere: other (1+h) / (h + own)
        least, most = h + max(own[0], other[0]), h + own[1]
        by_own = (-other[1] * (1 + h) / least**2, -other[0] * (1 + h) / most**2)
        by_other = ((1 + h) / most, (1 + h) / least)
    if short:  # other (1+h) / (h + other)
        least, most = h + max(other[0], own[0]), h + other[1]
        rising = (h * (1 + h) / most**2, h * (1 + h) / least**2)
        by_own = _hull(by_own, (0.0, 0.0)) if long else (0.0, 0.0)
        by_other = _hull(by_other, rising) if long else rising
    return _out(by_own[0], by_own[1], 8.0), _out(by_other[0], by_other[1], 8.0)


@numba.njit(cache=True)
def _volume(z: Interval, demand: Interval, h: float) -> Interval:
    """Return the bounds of the volume, which rises in both."""
    low, high = z[0] * _meet(z[0], demand[0], h), z[1] * _meet(z[1], demand[1], h)
    return _out(low, high, 8.0)


@numba.njit(cache=True)
def _put(row: Array, place: int, a: Interval) -> None:
    row[place, 0], row[place, 1] = a


@numba.njit(cache=True)
def _users(p: Array, y: Interval) -> tuple[Interval, Interval]:
    """Return what service is worth to a user, y(1-η)qβ(1-ωy), and its derivative by y."""
    q, beta, eta, omega = p[18], p[20], p[21], p[22]
    kept = mul(sub(ONE, (eta, eta)), times(q, (beta, beta)))
    crowd = times(omega, y)
    worth = mul(mul(y, kept), sub(ONE, crowd))
    return worth, mul(kept, sub(ONE, times(2.0, crowd)))


@numba.njit(cache=True)
def _by_state(p: Array, x: Interval, y: Interval, gain: Array, slope: Array) -> None:
    """Write what a tonne traded earns government, platform and buyer, (3, 2), by x and y alone.

    `slope` (3, 2, 2) holds the bounds of their derivatives by x and by y.
    """
    e, r, n, c, cb, tau, f, rho0, rho1 = p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8]
    kappa, xi, fine, damage, refund = p[11], p[12], p[13], p[14], p[15]
    detection = sub((rho1, rho1), (rho0, rho0))
    false = times(xi, sub(ONE, y))
    harm, fines = add((fine, fine), (damage, damage)), times(kappa, times(f, detection))
    _put(gain, 0, sub(mul(false, harm), fines))
    _put(slope[0], 0, (0.0, 0.0))
    _put(slope[0], 1, times(-xi, harm))
    served = times(2.0 * p[21], times(p[18], (p[20], p[20])))
    earned = times(xi, add((refund, refund), times(fine, x)))
    earned = add(earned, mul(served, sub(ONE, times(p[22], y))))
    _put(gain, 1, sub(earned, times(cb, sub(ONE, (tau, tau)))))
    _put(slope[1], 0, times(xi, (fine, fine)))
    _put(slope[1], 1, times(-p[22], served))
    honest, users = sub(ONE, false), _users(p, y)
    penalty = times(f, add((rho0, rho0), mul(detection, x)))
    price = add(add((r, r), times(2.0 * n, (e, e))), (c, c))
    chain = times(tau, (cb, cb))
    buyer = sub(sub(mul(penalty, honest), price), mul(chain, y))
    _put(gain, 2, add(buyer, users[0]))
    _put(slope[2], 0, mul(times(f, detection), honest))
    _put(slope[2], 1, add(sub(times(xi, penalty), chain), users[1]))


@numba.njit(cache=True)
def _selling(p: Array, y: Interval, z: Interval) -> tuple[Interval, Interval, Interval, Interval]:
    """Return seller less offset, its derivative by z, offset, and that of offset by z."""
    e, r, n, price = p[0], p[1], p[2], p[25]
    theta, theta_z = (z, ONE) if p[26] != 0.0 else ((0.5, 0.5), NONE)
    cost, cost_z = times(e, theta), times(e, theta_z)
    seller = add(sub(times(n, (e, e)), cost), _users(p, y)[0])
    seller_z = sub(NONE, cost_z)
    if math.isnan(price):
        return seller, seller_z, NONE, NONE
    pays = sub(sub((price, price), (r, r)), cost)
    offset = (max(pays[0], 0.0), max(pays[1], 0.0))
    if pays[1] <= 0.0:
        offset_z = NONE
    elif pays[0] >= 0.0:
        offset_z = seller_z
    else:
        offset_z = _hull(NONE, seller_z)
    return sub(seller, offset), sub(seller_z, offset_z), offset, offset_z


@numba.njit(cache=True)
def payoff_bounds(p: Array, box: Array, value: Array, slope: Array) -> None:
    """Write the bounds (4, 2) of the advantages and (4, 4, 2) of their derivatives in a box."""
    x, y = (box[0, 0], box[0, 1]), (box[1, 0], box[1, 1])
    z, w = (box[2, 0], box[2, 1]), (box[3, 0], box[3, 1])
    n, h, cost, psi = p[2], p[24], p[9], p[23]
    gain, change = np.empty((3, 2)), np.empty((3, 2, 2))
    _by_state(p, x, y, gain, change)
    demand = times(n, w)
    sold, found, volume = _met(z, demand, h), _met(demand, z, h), _volume(z, demand, h)
    sold_z, sold_d = _met_slopes(z, demand, h)
    found_d, found_z = _met_slopes(demand, z, h)
    sold_w, found_w = times(n, sold_d), times(n, found_d)
    volume_z, volume_w = mul(demand, found_z), mul(z, sold_w)  # V = nw m_b = z m_s
    slope[:] = 0.0
    # Supervising: what does not depend on trade, less the rising cost, and V times its gain.
    fines = times(p[11], times(p[6], sub((p[8], p[8]), (p[7], p[7]))))
    alone = sub(times(n, fines), (cost, cost))
    rising = times(cost, (p[10], p[10]))
    state = (gain[0, 0], gain[0, 1])
    _put(value, 0, sub(add(alone, mul(volume, state)), mul(rising, x)))
    _put(slope[0], 0, sub(NONE, rising))
    _put(slope[0], 1, mul(volume, (change[0, 1, 0], change[0, 1, 1])))
    _put(slope[0], 2, mul(volume_z, state))
    _put(slope[0], 3, mul(volume_w, state))
    # Adopting: V times its gain, less the service's cost, and the network.
    state = (gain[1, 0], gain[1, 1])
    service = times(0.5 * p[19], times(p[18], (p[18], p[18])))
    network = times(psi, sub(y, (0.5, 0.5)))
    _put(value, 1, add(sub(mul(volume, state), service), network))
    _put(slope[1], 0, mul(volume, (change[1, 0, 0], change[1, 0, 1])))
    by_y = mul(volume, (change[1, 1, 0], change[1, 1, 1]))
    _put(slope[1], 1, add(by_y, (psi, psi)))
    _put(slope[1], 2, mul(volume_z, state))
    _put(slope[1], 3, mul(volume_w, state))
    # Selling: m_s times what selling earns over an offset, and the offset, less the cost.
    more, more_z, offset, offset_z = _selling(p, y, z)
    _put(value, 2, sub(add(mul(sold, more), offset), (p[16], p[16])))
    _put(slope[2], 1, mul(sold, _users(p, y)[1]))
    _put(slope[2], 2, add(add(mul(sold_z, more), mul(sold, more_z)), offset_z))
    _put(slope[2], 3, mul(sold_w, more))
    # Buying: m_b times a buyer's gain, less the cost.
    state = (gain[2, 0], gain[2, 1])
    _put(value, 3, sub(mul(found, state), (p[17], p[17])))
    _put(slope[3], 0, mul(found, (change[2, 0, 0], change[2, 0, 1])))
    _put(slope[3], 1, mul(found, (change[2, 1, 0], change[2, 1, 1])))
    _put(slope[3], 2, mul(found_z, state))
    _put(slope[3], 3, mul(found_w, state))


@numba.njit(cache=True)
def _chosen(u: float) -> float:
    if u >= 0:
        return 1 / (1 + math.exp(-u))
    return math.exp(u) / (1 + math.exp(u))


@numba.njit(cache=True)
def vanishing_bounds(rule: Rule, p: Array, box: Array, value: Array, slope: Array) -> None:
    """Write the bounds of what is zero at a rest point, and of its derivatives.

    Replicator: the advantages; replicator-mutator: the velocities; logit: Δ/noise - u, in a box
    of log-odds u, since shares come closer to 0 and 1 than their numbers can say.
    """
    kind, noise = rule[0], rule[1]
    if kind == LOGIT:
        _vanishing_logit(noise, p, box, value, slope)
        return
    payoff_bounds(p, box, value, slope)
    if kind == REPLICATOR:
        return
    for i in range(4):
        s, gain = (box[i, 0], box[i, 1]), (value[i, 0], value[i, 1])
        ends = s[0] * (1 - s[0]), s[1] * (1 - s[1])
        most = 0.25 if s[0] <= 0.5 <= s[1] else max(ends[0], ends[1])
        speed = _out(min(ends[0], ends[1]), most, 4.0)
        lean = sub(ONE, times(2.0, s))
        _put(value, i, add(mul(speed, gain), times(noise, lean)))
        for j in range(4):
            _put(slope[i], j, mul(speed, (slope[i, j, 0], slope[i, j, 1])))
        own = sub(mul(lean, gain), times(2.0, (noise, noise)))
        _put(slope[i], i, add((slope[i, i, 0], slope[i, i, 1]), own))


@numba.njit(cache=True)
def _vanishing_logit(noise: float, p: Array, box: Array, value: Array, slope: Array) -> None:
    shares = np.empty((4, 2))
    for i in range(4):
        low, high = _out(_chosen(box[i, 0]), _chosen(box[i, 1]), 16.0)
        shares[i, 0], shares[i, 1] = max(low, 0.0), min(high, 1.0)
    payoff_bounds(p, shares, value, slope)
    for i in range(4):
        gain = _out(value[i, 0] / noise, value[i, 1] / noise, 1.0)
        _put(value, i, sub(gain, (box[i, 0], box[i, 1])))
        for j in range(4):
            near = 0.0 if box[j, 0] <= 0.0 <= box[j, 1] else min(abs(box[j, 0]), abs(box[j, 1]))
            far = max(abs(box[j, 0]), abs(box[j, 1]))
            least, most = _chosen(-far) * _chosen(far), _chosen(-near) * _chosen(near)
            speed = _out(least / noise, most / noise, 32.0)
            _put(slope[i], j, mul(speed, (slope[i, j, 0], slope[i, j, 1])))
        _put(slope[i], i, sub((slope[i, i, 0], slope[i, i, 1]), ONE))


@numba.njit(cache=True)
def span_of_log_odds(p: Array, noise: float) -> Array:
    """Return bounds (4, 2) of the log-odds at which the logit can rest."""
    box, value, slope = np.zeros((4, 2)), np.empty((4, 2)), np.empty((4, 4, 2))
    box[:, 1] = 1.0
    payoff_bounds(p, box, value, slope)
    for i in range(4):
        value[i] = value[i] / noise
        value[i, 0] -= 1.0
        value[i, 1] += 1.0
    return value
