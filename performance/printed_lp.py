"""The straightforward version: Eq. 3 as printed, handed to scipy as it stands.

All parameters of the print, one equality and K + 3 inequality rows per observation, two
deviations per observation, translation and symmetry as equality rows. Tests compare the
product with it; the timings divide by it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog


class PrintedSolution(NamedTuple):
    objective: float
    distance: np.ndarray  # (n,)
    slope_output: np.ndarray  # dD/dy, (n,)
    slope_emissions: np.ndarray  # dD/db, (n,)


def solve_printed_lp(x, y, b, tau, *, null_jointness=True, deterministic=False) -> PrintedSolution:
    """Solve Eq. 3 on mean-normalised data: x (n, K), y (n,), b (n,)."""
    n, k = x.shape
    size = 1 + 2 + k + k * k + 2 + 2 * k + 1
    a0, b1, g1 = 0, 1, 2
    a = 3 + np.arange(k)
    aa = 3 + k + np.arange(k * k).reshape(k, k)
    b2, g2 = 3 + k + k * k, 4 + k + k * k
    d = 5 + k + k * k + np.arange(k)
    e = 5 + 2 * k + k * k + np.arange(k)
    mu = size - 1

    def distance_row(good, bad):
        row = np.zeros((n, size))
        row[:, a0], row[:, b1], row[:, g1] = 1.0, good, bad
        row[:, b2], row[:, g2], row[:, mu] = 0.5 * good**2, 0.5 * bad**2, good * bad
        for i in range(k):
            row[:, a[i]] = x[:, i]
            row[:, d[i]], row[:, e[i]] = x[:, i] * good, x[:, i] * bad
            for j in range(k):
                row[:, aa[i, j]] = 0.5 * x[:, i] * x[:, j]
        return row

    of_output, of_emissions = np.zeros((n, size)), np.zeros((n, size))
    of_output[:, b1], of_output[:, b2], of_output[:, mu] = 1.0, y, b
    of_emissions[:, g1], of_emissions[:, g2], of_emissions[:, mu] = 1.0, b, y
    of_output[:, d], of_emissions[:, e] = x, x
    signs = [of_output, -of_emissions]
    for i in range(k):
        of_input = np.zeros((n, size))
        of_input[:, a[i]], of_input[:, d[i]], of_input[:, e[i]] = 1.0, y, b
        for j in range(k):
            of_input[:, aa[i, j]] = x[:, j]
        signs.append(-of_input)
    rows, limits = np.vstack(signs), np.zeros(n * len(signs))
    if null_jointness:
        rows = np.vstack([rows, distance_row(y, np.zeros(n))])
        limits = np.concatenate([limits, np.full(n, -1e-6)])

    identities, values = [], []

    def demand(terms, value):
        row = np.zeros(size)
        for column, factor in terms:
            row[column] += factor
        identities.append(row)
        values.append(value)

    demand([(b1, 1.0), (g1, -1.0)], -1.0)
    demand([(b2, 1.0), (mu, -1.0)], 0.0)
    demand([(g2, 1.0), (mu, -1.0)], 0.0)
    for i in range(k):
        demand([(d[i], 1.0), (e[i], -1.0)], 0.0)
        for j in range(i):
            demand([(aa[i, j], 1.0), (aa[j, i], -1.0)], 0.0)

    surface = distance_row(y, b)
    deviations = np.hstack([np.eye(n), -np.eye(n)])
    equal = np.vstack(
        [
            np.hstack([surface, deviations]),
            np.hstack([np.array(identities), np.zeros((len(identities), 2 * n))]),
        ]
    )
    weight_plus, weight_minus = (tau, 1.0 - tau)
    bounds = [(None, None)] * size + [(0.0, None)] * (2 * n)
    if deterministic:
        weight_plus, weight_minus = 0.0, 1.0
        bounds[size : size + n] = [(0.0, 0.0)] * n
    cost = np.concatenate([np.zeros(size), np.full(n, weight_plus), np.full(n, weight_minus)])
    answer = linprog(
        cost,
        A_ub=np.hstack([rows, np.zeros((len(rows), 2 * n))]),
        b_ub=limits,
        A_eq=equal,
        b_eq=np.concatenate([np.zeros(n), values]),
        bounds=bounds,
        method="highs",
    )
    if answer.status != 0:
        raise RuntimeError(answer.message)
    theta = answer.x[:size]
    return PrintedSolution(
        float(answer.fun), surface @ theta, of_output @ theta, of_emissions @ theta
    )
