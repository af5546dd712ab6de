"""Convex and expectile frontiers against their textbook programmes, written out whole.

All n (n - 1) inequalities of Afriat with a hyperplane an observation and both deviations of
each: a linear programme for scipy, a quadratic one for Clarabel. Nothing of envelopes, cuts
or duals. The parametric expectile likewise has its signs at every observation.
"""

import clarabel
import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from tanshi.frontier import FrontierInputs
from tanshi.frontier.convex import estimate_convex_frontier
from tanshi.frontier.expectile import estimate_expectile_frontier
from tanshi.frontier.simulation import simulate_technology
from tanshi.frontier.technology import (
    gradient_features,
    null_joint_points,
    quadratic_features,
    translation_points,
)

TAUS = (0.05, 0.35, 0.5, 0.95)


def rough_panel(n, k, seed):
    """A panel that no technology made."""
    rng = np.random.default_rng(seed)
    x = rng.lognormal(0.0, 0.6, (n, k))
    size = x.mean(axis=1)
    return FrontierInputs(
        inputs=x,
        desirable_output=size * rng.lognormal(0.0, 0.5, n),
        undesirable_output=size * rng.lognormal(0.0, 0.5, n),
        unit=tuple(f"unit {i}" for i in range(n)),
        period=np.ones(n, dtype=int),
        input_names=tuple(f"input_{j + 1}" for j in range(k)),
    )


PANELS = {
    "simulated, K = 1": simulate_technology(50, 1, n_inputs=1, seed=1).inputs,
    "simulated, K = 2": simulate_technology(20, 2, n_inputs=2, seed=2).inputs,
    "rough, K = 1": rough_panel(50, 1, 1),
    "rough, K = 2": rough_panel(45, 2, 2),
    "rough, K = 3": rough_panel(30, 3, 3),
}


def afriat(inputs):
    """Return columns (alpha_i, beta_i, gamma_i; inside, above) of the equations and rows.

    D_i = b_i + alpha_i + beta_i x_i - gamma_i s_i = inside_i - above_i, and the hyperplane
    of i lies on or above that of j at j.
    """
    z = translation_points(inputs)
    n, j = z.shape
    at = np.column_stack([np.ones(n), z[:, :-1], -z[:, -1]])  # (1, x, -s)
    own = sp.block_diag([row[None] for row in at]).tocsr()
    equations = sp.hstack([own, -sp.eye_array(n), sp.eye_array(n)])
    first, second = np.nonzero(~np.eye(n, dtype=bool))
    # Row (i, j): value of j's own hyperplane at j, less that of i's at j, is at most 0.
    blocks = [
        sp.csr_array(
            (
                at[second].ravel(),
                who.repeat(j + 1) * (j + 1) + np.tile(np.arange(j + 1), len(who)),
                np.arange(0, len(who) * (j + 1) + 1, j + 1),
            ),
            shape=(len(who), n * (j + 1)),
        )
        for who in (second, first)
    ]
    rows = sp.hstack([blocks[0] - blocks[1], sp.csr_array((len(first), 2 * n))])
    lower = np.tile([-np.inf, *[0.0] * j], n)
    upper = np.tile([np.inf, *[np.inf] * (j - 1), 1.0], n)
    return equations, rows, lower, upper


def textbook_quantile(inputs, tau):
    equations, rows, lower, upper = afriat(inputs)
    n = inputs.n_observations
    cost = np.concatenate([np.zeros(len(lower)), np.full(n, 1.0 - tau), np.full(n, tau)])
    bounds = [*zip(lower, upper, strict=True), *[(0.0, None)] * (2 * n)]
    answer = linprog(
        cost,
        A_ub=rows.tocsr(),
        b_ub=np.zeros(rows.shape[0]),
        A_eq=equations.tocsr(),
        b_eq=-inputs.normalised_emissions,
        bounds=bounds,
        method="highs",
    )
    assert answer.status == 0
    return answer.fun


def solve_squares(weights, equations, right, rows, limits):
    """Minimise 1/2 sum of weights times squares; return the optimum."""
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    solver = clarabel.DefaultSolver(
        sp.csc_matrix(sp.diags_array(weights)),
        np.zeros(len(weights)),
        sp.csc_matrix(sp.vstack([equations, rows])),
        np.concatenate([right, limits]),
        [clarabel.ZeroConeT(len(right)), clarabel.NonnegativeConeT(len(limits))],
        settings,
    )
    answer = solver.solve()
    assert str(answer.status) in {"Solved", "AlmostSolved"}
    return answer.obj_val, np.array(answer.x)


def textbook_expectile(inputs, tau):
    equations, rows, lower, upper = afriat(inputs)
    n, m = inputs.n_observations, len(lower)
    weights = np.concatenate([np.zeros(m), np.full(n, 2 * (1 - tau)), np.full(n, 2 * tau)])
    below, above = np.flatnonzero(np.isfinite(lower)), np.flatnonzero(np.isfinite(upper))
    identity = sp.eye_array(m + 2 * n).tocsr()
    signs = sp.vstack([-identity[below], identity[above], -identity[m:]])
    limits = np.concatenate([-lower[below], upper[above], np.zeros(2 * n)])
    return solve_squares(
        weights,
        equations,
        -inputs.normalised_emissions,
        sp.vstack([rows, signs]),
        np.concatenate([np.zeros(rows.shape[0]), limits]),
    )


@pytest.mark.parametrize("name", PANELS)
def test_convex_quantiles(name):
    inputs = PANELS[name]
    estimate = estimate_convex_frontier(inputs, taus=TAUS)
    for tau, certificate in zip(TAUS, estimate.certificates, strict=True):
        assert certificate.objective == pytest.approx(textbook_quantile(inputs, tau), rel=1e-8)


@pytest.mark.parametrize("name", PANELS)
def test_convex_expectiles(name):
    """Expectiles are unique, so their distances agree as well, to what their squares show."""
    inputs = PANELS[name]
    estimate = estimate_convex_frontier(inputs, taus=TAUS, loss="expectile")
    n = inputs.n_observations
    for t, tau in enumerate(TAUS):
        objective, columns = textbook_expectile(inputs, tau)
        assert estimate.certificates[t].objective == pytest.approx(objective, rel=1e-8)
        distance = columns[-2 * n : -n] - columns[-n:]
        assert estimate.distance[:, t] == pytest.approx(distance, abs=1e-4)


@pytest.mark.parametrize("loss", ["quantile", "expectile"])
@pytest.mark.parametrize("name", ["simulated, K = 2", "rough, K = 1"])
def test_range_of_slopes_at_the_fitted_values(name, loss):
    """Two linear programmes an observation: the hyperplanes that support the surface there."""
    inputs = PANELS[name]
    estimate = estimate_convex_frontier(inputs, taus=[0.35], loss=loss)
    z = translation_points(inputs)
    n, j = z.shape
    fitted = estimate.distance[:, 0] - inputs.normalised_emissions
    at = np.column_stack([z[:, :-1], -z[:, -1], np.ones(n)])
    bounds = [(0.0, None)] * (j - 1) + [(0.0, 1.0), (None, None)]
    weight = np.zeros(j + 1)
    weight[j - 1] = 1.0
    found = {-1.0: estimate.output_weight_high, 1.0: estimate.output_weight_low}
    for sign, ends in found.items():
        for i in range(n):
            answer = linprog(
                sign * weight,
                A_ub=np.vstack([-at, at[[i]]]),
                b_ub=np.append(1e-9 - fitted, fitted[i] + 1e-9),
                bounds=bounds,
                method="highs",
            )
            # Places may lie 1e-3 apart, where 1e-9 in height is 1e-6 in slope.
            assert sign * answer.fun == pytest.approx(ends[i, 0], abs=1e-4), i


@pytest.mark.parametrize("null_jointness", [False, True])
@pytest.mark.parametrize("name", PANELS)
def test_quadratic_expectiles(name, null_jointness):
    inputs = PANELS[name]
    z = translation_points(inputs)
    features = quadratic_features(z)
    n, p = features.shape
    *of_inputs, of_total = (gradient_features(z, axis) for axis in range(z.shape[1]))
    rows = np.vstack([*(-slope for slope in of_inputs), of_total, -of_total])
    limits = np.concatenate([np.zeros(n * (len(of_inputs) + 1)), np.ones(n)])
    if null_jointness:
        rows = np.vstack([rows, quadratic_features(null_joint_points(inputs))])
        limits = np.concatenate([limits, np.full(n, -1e-6)])
    estimate = estimate_expectile_frontier(inputs, taus=TAUS, null_jointness=null_jointness)
    for t, tau in enumerate(TAUS):
        weights = np.concatenate([np.zeros(p), np.full(n, 2 * (1 - tau)), np.full(n, 2 * tau)])
        objective, columns = solve_squares(
            weights,
            sp.hstack([sp.csr_array(features), -sp.eye_array(n), sp.eye_array(n)]),
            -inputs.normalised_emissions,
            sp.vstack(
                [
                    sp.hstack([sp.csr_array(rows), sp.csr_array((len(rows), 2 * n))]),
                    -sp.eye_array(p + 2 * n).tocsr()[p:],
                ]
            ),
            np.concatenate([limits, np.zeros(2 * n)]),
        )
        assert estimate.certificates[t].objective == pytest.approx(objective, rel=1e-8)
        distance = columns[p : p + n] - columns[p + n :]
        assert estimate.distance[:, t] == pytest.approx(distance, abs=1e-4)
