"""The four-population game compiled: payoffs, trajectories of a batch, finite populations.

A trajectory of the replicator runs in log-odds u = log(s/(1-s)), where it is du/dt = Δ: a share
comes as near to 0 or 1 as it likes and still leaves it when the payoffs turn. So does the mean
field of pairwise comparison. Replicator-mutator and logit stay inside and run in shares.
`game.advantages` is the plain version of `payoffs`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Bits = NDArray[np.uint64]
    Work = tuple[Array, Array, Array]  # slopes, the end of a step, shares
    # Kind, noise, relative and absolute tolerance, most steps.
    Rule = tuple[int, float, float, float, int]

REPLICATOR, MUTATOR, LOGIT, PAIRWISE = 0, 1, 2, 3
LOW = np.uint64(0xFFFFFFFF)
UNIT = 2.0**-53
# Dormand & Prince (1980), RK5(4)7M: stages, solution of order 5, error against order 4.
STAGES = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [1 / 5, 0, 0, 0, 0, 0],
        [3 / 40, 9 / 40, 0, 0, 0, 0],
        [44 / 45, -56 / 15, 32 / 9, 0, 0, 0],
        [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0, 0],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0],
        [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
    ]
)
# Of its continuous extension.
EXTENSION = np.array(
    [
        -12715105075 / 11282082432,
        0,
        87487479700 / 32700410799,
        -10690763975 / 1880347072,
        701980252875 / 199316789632,
        -1453857185 / 822651844,
        69997945 / 29380423,
    ]
)
ERROR = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])


@numba.njit(cache=True)
def derive(p: Array) -> Array:
    """Return the constants that the payoffs are made of, from the parameters."""
    e, r, n, c, cb, tau, f, rho0, rho1 = p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8]
    cost, convexity, kappa, xi, fine, damage = p[9], p[10], p[11], p[12], p[13], p[14]
    refund, ts, td, q, k, beta, eta = p[15], p[16], p[17], p[18], p[19], p[20], p[21]
    fines, served = kappa * (rho1 - rho0) * f, q * beta
    own = p[26] != 0.0
    return np.array(
        [
            n,
            p[24],
            n * fines - cost,
            cost * convexity,
            fines,
            xi * (fine + damage),
            xi * refund - (1 - tau) * cb,
            xi * fine,
            2 * eta * served,
            p[22],
            k * q * q / 2 + p[23] / 2,
            p[23],
            n * e - (0.0 if own else e / 2),
            e if own else 0.0,
            (1 - eta) * served,
            ts,
            p[25] - r - (0.0 if own else e / 2),
            f * rho0,
            f * (rho1 - rho0),
            1 - xi,
            xi,
            r + 2 * n * e + c,
            tau * cb,
            td,
        ]
    )


@numba.njit(cache=True, error_model="numpy")
def _meetings(c: Array, z: float, demand: float) -> float:
    h = c[1]
    return 1.0 if h == math.inf else (1 + h) / (h + max(z, demand))


@numba.njit(cache=True, error_model="numpy")
def _gain(c: Array, s: Array, k: int) -> float:
    """Return what the first strategy of population k earns over the other."""
    x, y, z, demand = s[0], s[1], s[2], c[0] * s[3]
    meeting = _meetings(c, z, demand)
    if k == 0:
        return float(c[2] - c[3] * x + z * demand * meeting * (c[5] * (1 - y) - c[4]))
    if k == 1:
        platform = c[6] + c[7] * x + c[8] * (1 - c[9] * y)
        return float(z * demand * meeting * platform - c[10] + c[11] * y)
    users = c[14] * y * (1 - c[9] * y)
    if k == 2:
        sold = demand * meeting
        gain = sold * (c[12] - c[13] * z + users) - c[15]
        offset = c[16] - c[13] * z
        # Without a link it is NaN.
        return float(gain + (1 - sold) * offset if offset > 0 else gain)
    buyer = (c[17] + c[18] * x) * (c[19] + c[20] * y) - c[21] - c[22] * y + users
    return float(z * meeting * buyer - c[23])


@numba.njit(cache=True, error_model="numpy")
def payoffs(c: Array, s: Array, out: Array) -> None:
    """Write what the first strategy of every population earns over the other."""
    x, y, z, demand = s[0], s[1], s[2], c[0] * s[3]
    meeting = _meetings(c, z, demand)
    sold, crowd = demand * meeting, 1 - c[9] * y
    volume, users = z * sold, c[14] * y * crowd
    out[0] = c[2] - c[3] * x + volume * (c[5] * (1 - y) - c[4])
    out[1] = volume * (c[6] + c[7] * x + c[8] * crowd) - c[10] + c[11] * y
    out[2] = sold * (c[12] - c[13] * z + users) - c[15]
    offset = c[16] - c[13] * z
    if offset > 0:  # without a link it is NaN
        out[2] += (1 - sold) * offset
    buyer = (c[17] + c[18] * x) * (c[19] + c[20] * y) - c[21] - c[22] * y + users
    out[3] = z * meeting * buyer - c[23]


@numba.njit(cache=True, error_model="numpy")
def _share(u: float) -> float:
    tail = math.exp(-abs(u))
    return (1.0 if u >= 0 else tail) / (1 + tail)


@numba.njit(cache=True, error_model="numpy")
def _slope(rule: Rule, c: Array, state: Array, shares: Array, out: Array) -> None:
    kind, noise = rule[0], rule[1]
    if kind in (REPLICATOR, PAIRWISE):
        for i in range(4):
            shares[i] = _share(state[i])
        payoffs(c, shares, out)
        if kind == PAIRWISE:
            for i in range(4):
                out[i] = math.tanh(out[i] / (2 * noise))
        return
    payoffs(c, state, out)
    for i in range(4):
        s = state[i]
        if kind == MUTATOR:
            out[i] = s * (1 - s) * out[i] + noise * (1 - 2 * s)
        else:
            out[i] = _share(out[i] / noise) - s


@numba.njit(cache=True, error_model="numpy")
def _interpolate(slopes: Array, ends: tuple[Array, Array], span: float, place: float) -> Array:
    """Return the state inside a step, by the continuous extension of order 4 (Shampine 1986)."""
    first, last = ends
    inside, rest = np.empty(4), 1 - place
    for i in range(4):
        rise = last[i] - first[i]
        bend = span * slopes[0, i] - rise
        twist = rise - span * slopes[6, i] - bend
        fine = 0.0
        for j in range(7):
            fine += EXTENSION[j] * slopes[j, i]
        inner = bend + place * (twist + rest * span * fine)
        inside[i] = first[i] + place * (rise + rest * inner)
    return inside


@numba.njit(cache=True, error_model="numpy")
def _stages(work: Work, rule: Rule, c: Array, state: Array, span: float) -> float:
    """Make the stages of a step and its end, `trial`; return the error over the tolerance."""
    rtol, atol = rule[2], rule[3]
    slopes, trial, shares = work
    for stage in range(1, 7):
        for i in range(4):
            total = 0.0
            for j in range(stage):
                total += STAGES[stage, j] * slopes[j, i]
            trial[i] = state[i] + span * total
        _slope(rule, c, trial, shares, slopes[stage])
    error = 0.0
    for i in range(4):
        total = 0.0
        for j in range(7):
            total += ERROR[j] * slopes[j, i]
        scale = atol + rtol * max(abs(state[i]), abs(trial[i]))
        error += (span * total / scale) ** 2
    return math.sqrt(error / 4)


@numba.njit(cache=True, error_model="numpy")
def _follow(rule: Rule, c: Array, state: Array, times: Array, path: Array) -> int:
    """Follow one trajectory through `times`; return its steps, or -1 where `most` ran out."""
    work = (np.zeros((7, 4)), np.zeros(4), np.empty(4))
    slopes, trial, shares = work
    _slope(rule, c, state, shares, slopes[0])
    time, step, steps, place, end = times[0], 1e-3, 0, 1, times[-1]
    path[0] = state
    while place < len(times):
        if steps >= rule[4]:
            return -1
        steps += 1
        span = min(step, end - time)
        error = _stages(work, rule, c, state, span)
        factor = 5.0 if error == 0.0 else min(5.0, max(0.2, 0.9 * error**-0.2))
        step = span * factor
        if error > 1.0:
            continue
        after = end if span == end - time else time + span
        while place < len(times) and times[place] <= after:
            if times[place] == after:
                path[place] = trial
            else:
                part = (times[place] - time) / span
                path[place] = _interpolate(slopes, (state, trial), span, part)
            place += 1
        time = after
        state[:] = trial
        slopes[0] = slopes[6]
    return steps


@numba.njit(cache=True, parallel=False, nogil=True)
def follow_batch(
    rule: Rule, p: Array, starts: Array, times: Array
) -> tuple[Array, NDArray[np.int64]]:
    """Follow a batch of starts; return (lanes, times, 4) states and (lanes,) steps."""
    paths = np.empty((len(starts), len(times), 4))
    steps = np.empty(len(starts), np.int64)
    c = derive(p)
    for lane in range(len(starts)):
        state = starts[lane].copy()
        steps[lane] = _follow(rule, c, state, times, paths[lane])
    return paths, steps


@numba.njit(cache=True)
def _draw(state: Bits) -> np.uint64:
    """Return 64 random bits: xoshiro256++ (Blackman & Vigna 2021)."""
    mixed = state[0] + state[3]
    result = ((mixed << np.uint64(23)) | (mixed >> np.uint64(41))) + state[0]
    shifted = state[1] << np.uint64(17)
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = (state[3] << np.uint64(45)) | (state[3] >> np.uint64(19))
    return np.uint64(result)


@numba.njit(cache=True)
def _below(bits: np.uint64, limit: np.uint64, state: Bits) -> np.uint64:
    """Return an unbiased integer below a limit from the upper 32 of 64 bits (Lemire 2019)."""
    product = (bits >> np.uint64(32)) * limit
    if (product & LOW) < limit:
        least = ((LOW + np.uint64(1)) - limit) % limit
        while (product & LOW) < least:
            product = (_draw(state) >> np.uint64(32)) * limit
    return product >> np.uint64(32)


@numba.njit(cache=True, nogil=True)
def compare_pairs(
    plan: tuple[float, float, int, int],
    p: Array,
    sizes: NDArray[np.int64],
    counts: NDArray[np.int64],
    state: Bits,
) -> NDArray[np.int64]:
    """Run pairwise comparison on exact counts; return them after every `every` updates."""
    selection, mutation, updates, every = plan
    record = np.empty((updates // every + 1, 4), np.int64)
    record[0] = counts
    s, c = counts / sizes, derive(p)
    # Of 2^32: a chance that 32 bits decide.
    mutates = np.uint64(round(mutation * 4294967296.0))
    for update in range(1, updates + 1):
        # Lower bits: the population, and what a mutant does; upper bits: the person.
        bits, others = _draw(state), _draw(state)
        k = int(bits & np.uint64(3))
        size, count = np.uint64(sizes[k]), np.uint64(counts[k])
        is_first = _below(bits, size, state) < count
        to_first = is_first
        if (others & LOW) < mutates:
            to_first = (bits & np.uint64(4)) == np.uint64(0)
        else:
            # The model is one of the others.
            same = count - np.uint64(1) if is_first else count
            model_first = _below(others, size - np.uint64(1), state) < same
            if model_first != is_first:
                ahead = _gain(c, s, k) if model_first else -_gain(c, s, k)
                chance = float(_draw(state) >> np.uint64(11)) * UNIT
                if chance < _share(selection * ahead):
                    to_first = model_first
        if to_first != is_first:
            counts[k] += 1 if to_first else -1
            s[k] = counts[k] / sizes[k]
        if update % every == 0:
            record[update // every] = counts
    return record
