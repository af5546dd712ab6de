"""The four-population game compiled: payoffs, trajectories of a batch, finite populations.

A trajectory of the replicator runs in log-odds u = log(s/(1-s)), where it is du/dt = Δ: a share
comes as near to 0 or 1 as it likes and still leaves it when the payoffs turn. So does the mean
field of pairwise comparison. Replicator-mutator and logit stay inside and run in shares.
`game.advantages` is the plain version of `_payoffs`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    # Kind, noise, relative and absolute tolerance, most steps.
    Rule = tuple[int, float, float, float, int]

REPLICATOR, MUTATOR, LOGIT, PAIRWISE = 0, 1, 2, 3
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
ERROR = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])


@numba.njit(cache=True)
def _payoffs(p: Array, s: Array, out: Array) -> None:
    x, y, z, w = s[0], s[1], s[2], s[3]
    e, r, n, c, cb, tau, f, rho0, rho1 = p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8]
    cost, convexity, kappa, xi, fine, damage = p[9], p[10], p[11], p[12], p[13], p[14]
    refund, ts, td, q, k, beta, eta = p[15], p[16], p[17], p[18], p[19], p[20], p[21]
    demand = n * w
    meeting = 1.0 if math.isinf(p[24]) else (1 + p[24]) / (p[24] + max(z, demand))
    sold, found = demand * meeting, z * meeting
    volume = z * sold
    theta = z if p[26] != 0.0 else 0.5
    felt = q * (1 - p[22] * y) * beta
    users = y * (1 - eta) * felt
    phi = f * (rho0 + (rho1 - rho0) * x)
    false = xi * (1 - y)
    buyer = phi * (1 - false) - (r + 2 * n * e + c) - tau * cb * y + users
    platform = xi * (refund + x * fine) + 2 * eta * felt - (1 - tau) * cb
    out[0] = kappa * (rho1 - rho0) * f * (n - volume) + false * (fine + damage) * volume
    out[0] -= cost * (1 + convexity * x)
    out[1] = volume * platform - k * q * q / 2 + p[23] * (y - 0.5)
    out[2] = sold * (n * e - e * theta + users) - ts
    if not math.isnan(p[25]):
        out[2] += (1 - sold) * max(p[25] - r - e * theta, 0.0)
    out[3] = found * buyer - td


@numba.njit(cache=True)
def _share(u: float) -> float:
    if u >= 0:
        return 1 / (1 + math.exp(-u))
    return math.exp(u) / (1 + math.exp(u))


@numba.njit(cache=True)
def _slope(rule: Rule, p: Array, state: Array, out: Array) -> None:
    kind, noise, shares = rule[0], rule[1], np.empty(4)
    if kind in (REPLICATOR, PAIRWISE):
        for i in range(4):
            shares[i] = _share(state[i])
        _payoffs(p, shares, out)
        if kind == PAIRWISE:
            for i in range(4):
                out[i] = math.tanh(out[i] / (2 * noise))
        return
    _payoffs(p, state, out)
    for i in range(4):
        s = state[i]
        if kind == MUTATOR:
            out[i] = s * (1 - s) * out[i] + noise * (1 - 2 * s)
        else:
            out[i] = _share(out[i] / noise) - s


@numba.njit(cache=True)
def _follow(rule: Rule, p: Array, state: Array, times: Array, path: Array) -> int:
    """Follow one trajectory through `times`; return its steps, or -1 where `most` ran out."""
    rtol, atol, most = rule[2], rule[3], rule[4]
    slopes, trial, error = np.zeros((7, 4)), np.zeros(4), 0.0
    _slope(rule, p, state, slopes[0])
    time, step, steps = times[0], 1e-3, 0
    path[0] = state
    for place in range(1, len(times)):
        while time < times[place]:
            if steps >= most:
                return -1
            steps += 1
            used = min(step, times[place] - time)
            for stage in range(1, 7):
                for i in range(4):
                    total = 0.0
                    for j in range(stage):
                        total += STAGES[stage, j] * slopes[j, i]
                    trial[i] = state[i] + used * total
                _slope(rule, p, trial, slopes[stage])
            error = 0.0
            for i in range(4):
                total = 0.0
                for j in range(7):
                    total += ERROR[j] * slopes[j, i]
                scale = atol + rtol * max(abs(state[i]), abs(trial[i]))
                error += (used * total / scale) ** 2
            error = math.sqrt(error / 4)
            factor = 5.0 if error == 0.0 else min(5.0, max(0.2, 0.9 * error**-0.2))
            if error <= 1.0:
                last = used == times[place] - time
                time = times[place] if last else time + used
                state[:] = trial
                slopes[0] = slopes[6]
                # A step cut short by an output time says little about the next one.
                step = max(step, used * factor) if last else used * factor
            else:
                step = used * factor
        path[place] = state
    return steps


@numba.njit(cache=True, parallel=False, nogil=True)
def follow_batch(
    rule: Rule, p: Array, starts: Array, times: Array
) -> tuple[Array, NDArray[np.int64]]:
    """Follow a batch of starts; return (lanes, times, 4) states and (lanes,) steps."""
    paths = np.empty((len(starts), len(times), 4))
    steps = np.empty(len(starts), np.int64)
    for lane in range(len(starts)):
        state = starts[lane].copy()
        steps[lane] = _follow(rule, p, state, times, paths[lane])
    return paths, steps


@numba.njit(cache=True, nogil=True)
def compare_pairs(
    plan: tuple[float, float, int, int],
    p: Array,
    sizes: NDArray[np.int64],
    counts: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Run pairwise comparison on exact counts; return them after every `every` updates."""
    selection, mutation, updates, every = plan
    record = np.empty((updates // every + 1, 4), np.int64)
    record[0] = counts
    gain = np.empty(4)
    s = counts / sizes
    _payoffs(p, s, gain)
    for update in range(1, updates + 1):
        k = rng.integers(0, 4)
        size, count = sizes[k], counts[k]
        is_first = rng.integers(0, size) < count
        to_first = is_first
        if rng.random() < mutation:
            to_first = rng.integers(0, 2) == 0
        else:
            # The model is one of the others.
            others = count - 1 if is_first else count
            model_first = rng.integers(0, size - 1) < others
            if model_first != is_first:
                ahead = gain[k] if model_first else -gain[k]
                if rng.random() < _share(selection * ahead):
                    to_first = model_first
        if to_first != is_first:
            counts[k] += 1 if to_first else -1
            s[k] = counts[k] / size
            _payoffs(p, s, gain)
        if update % every == 0:
            record[update // every] = counts
    return record
