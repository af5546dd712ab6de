"""The straightforward version: Eq. 3 as printed, handed to scipy as it stands.

All parameters of the print, one equality and K + 3 inequality rows per observation, two
deviations per observation, translation and symmetry as equality rows. Tests compare the
product with it; the timings divide by it. With ``sparse=True`` the same rows go to the
same solver as sparse matrices, which is what a practised user of scipy would write.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse as sp
from scipy.optimize import linprog

NULL_JOINTNESS_MARGIN = 1e-6


class PrintedSolution(NamedTuple):
    objective: float
    distance: np.ndarray  # (n,)
    slope_output: np.ndarray  # dD/dy, (n,)
    slope_emissions: np.ndarray  # dD/db, (n,)


class Names:
    """Column numbers of the printed parameters of K inputs."""

    def __init__(self, k):
        self.k = k
        self.a0, self.b1, self.g1 = 0, 1, 2
        self.a = 3 + np.arange(k)
        self.aa = 3 + k + np.arange(k * k).reshape(k, k)
        self.b2, self.g2 = 3 + k + k * k, 4 + k + k * k
        self.d = 5 + k + k * k + np.arange(k)
        self.e = 5 + 2 * k + k * k + np.arange(k)
        self.mu = 5 + 3 * k + k * k
        self.size = self.mu + 1


def solve_printed_lp(
    x, y, b, tau, *, null_jointness=True, deterministic=False, sparse=False
) -> PrintedSolution:
    """Solve Eq. 3 on mean-normalised data: x (n, K), y (n,), b (n,)."""
    n, k = x.shape
    names = Names(k)
    surface = distance_rows(names, x, y, b)
    of_output, of_emissions, of_inputs = slope_rows(names, x, y, b)
    rows = np.vstack([of_output, -of_emissions, *(-of_input for of_input in of_inputs)])
    limits = np.zeros(len(rows))
    if null_jointness:
        rows = np.vstack([rows, distance_rows(names, x, y, np.zeros(n))])
        limits = np.concatenate([limits, np.full(n, -NULL_JOINTNESS_MARGIN)])
    identities, values = identity_rows(names)

    weight_plus, weight_minus, most_plus = tau, 1.0 - tau, None
    if deterministic:
        weight_plus, weight_minus, most_plus = 0.0, 1.0, 0.0
    assemble = _assemble_sparse if sparse else _assemble_dense
    equal, at_most = assemble(surface, identities, rows)
    answer = linprog(
        np.concatenate([np.zeros(names.size), np.full(n, weight_plus), np.full(n, weight_minus)]),
        A_ub=at_most,
        b_ub=limits,
        A_eq=equal,
        b_eq=np.concatenate([np.zeros(n), values]),
        bounds=[(None, None)] * names.size + [(0.0, most_plus)] * n + [(0.0, None)] * n,
        method="highs",
    )
    if answer.status != 0:
        raise RuntimeError(answer.message)
    theta = answer.x[: names.size]
    return PrintedSolution(
        float(answer.fun), surface @ theta, of_output @ theta, of_emissions @ theta
    )


def distance_rows(names, x, good, bad):
    """Return the rows whose product with the parameters is D(x, good, bad)."""
    row = np.zeros((len(x), names.size))
    row[:, names.a0], row[:, names.b1], row[:, names.g1] = 1.0, good, bad
    row[:, names.b2], row[:, names.g2] = 0.5 * good**2, 0.5 * bad**2
    row[:, names.mu] = good * bad
    for i in range(names.k):
        row[:, names.a[i]] = x[:, i]
        row[:, names.d[i]], row[:, names.e[i]] = x[:, i] * good, x[:, i] * bad
        for j in range(names.k):
            row[:, names.aa[i, j]] = 0.5 * x[:, i] * x[:, j]
    return row


def slope_rows(names, x, y, b):
    """Return the rows of dD/dy, of dD/db and of each dD/dx_k."""
    of_output, of_emissions = np.zeros((len(x), names.size)), np.zeros((len(x), names.size))
    of_output[:, names.b1], of_output[:, names.b2], of_output[:, names.mu] = 1.0, y, b
    of_emissions[:, names.g1], of_emissions[:, names.g2], of_emissions[:, names.mu] = 1.0, b, y
    of_output[:, names.d], of_emissions[:, names.e] = x, x
    of_inputs = []
    for i in range(names.k):
        of_input = np.zeros((len(x), names.size))
        of_input[:, names.a[i]], of_input[:, names.d[i]], of_input[:, names.e[i]] = 1.0, y, b
        for j in range(names.k):
            of_input[:, names.aa[i, j]] = x[:, j]
        of_inputs.append(of_input)
    return of_output, of_emissions, of_inputs


def identity_rows(names):
    """Return translation and symmetry as rows and right-hand sides."""
    identities = [((names.b1, names.g1), -1.0), ((names.b2, names.mu), 0.0)]
    identities.append(((names.g2, names.mu), 0.0))
    for i in range(names.k):
        identities.append(((names.d[i], names.e[i]), 0.0))
        identities += [((names.aa[i, j], names.aa[j, i]), 0.0) for j in range(i)]
    rows = np.zeros((len(identities), names.size))
    for row, ((first, second), _) in zip(rows, identities, strict=True):
        row[first], row[second] = 1.0, -1.0
    return rows, [value for _, value in identities]


def _assemble_dense(surface, identities, rows):
    n = len(surface)
    deviations = np.hstack([np.eye(n), -np.eye(n)])
    none = np.zeros((len(identities), 2 * n))
    equal = np.vstack([np.hstack([surface, deviations]), np.hstack([identities, none])])
    return equal, np.hstack([rows, np.zeros((len(rows), 2 * n))])


def _assemble_sparse(surface, identities, rows):
    n = len(surface)
    deviations = sp.hstack([sp.eye_array(n), -sp.eye_array(n)])
    none = sp.csr_array((len(rows), 2 * n))
    equal = sp.block_array([[sp.csr_array(surface), deviations], [sp.csr_array(identities), None]])
    return equal.tocsc(), sp.hstack([sp.csr_array(rows), none]).tocsc()
