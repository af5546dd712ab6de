"""Expectile frontiers: a mean by hand, a known technology, properties, refusals."""

import dataclasses

import numpy as np
import pytest

from tanshi.core import CertificateError, InfeasibleError, InputError, NotIdentifiedError
from tanshi.frontier import (
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier import expectile as module
from tanshi.frontier._least_squares import constrained_minimum
from tanshi.frontier.certificate import asymmetric_squares, expectile_dual
from tanshi.frontier.expectile import estimate_expectile_frontier
from tanshi.frontier.simulation import simulate_technology
from tanshi.frontier.technology import quadratic_features, translation_points

TAUS = (0.1, 0.5, 0.9)


def noisy_panel(make_panel, k, seed, n=50):
    """A panel that no technology made: signs and null-jointness bind."""
    rng = np.random.default_rng(seed)
    x = rng.lognormal(0.0, 0.6, (n, k))
    size = x.mean(axis=1)
    good, bad = (size * rng.lognormal(0.0, 0.5, n) for _ in range(2))
    return make_panel(x, good, bad)


def test_the_middle_expectile_is_least_squares_where_no_sign_binds():
    inputs = simulate_technology(200, 1, noise=0.02, seed=1).inputs
    estimate = estimate_expectile_frontier(inputs, taus=[0.5], null_jointness=False)
    assert sum(estimate.active_constraints[0].values()) == 0
    features = quadratic_features(translation_points(inputs))
    theta = np.linalg.lstsq(features, -inputs.normalised_emissions)[0]
    assert estimate.free_parameters[0] == pytest.approx(theta, abs=1e-9)


def test_places_without_noise_are_found_exactly():
    made = simulate_technology(60, 1, noise=0.0, seed=4)
    estimate = estimate_expectile_frontier(made.inputs, taus=TAUS)
    assert estimate.shadow_price_cny_per_tco2 == pytest.approx(
        np.repeat(made.true_shadow_price[:, None], 3, axis=1), rel=1e-6
    )


def test_of_two_values_at_each_place_it_is_the_weighted_mean(make_replicated):
    """(1 - tau) (7 - e) = tau (e - 5) at every place: e = 5.5 with tau = 0.75."""
    x = [4.0, 5.0, 6.0, 8.0, 10.0, 11.0]
    inputs = make_replicated(x, [9.0, 8.0, 12.0, 12.0, 17.0, 14.0], [[5.0, 7.0]] * 6)
    estimate = estimate_expectile_frontier(inputs, taus=[0.75], null_jointness=False)
    mean = inputs.undesirable_output.mean()
    assert estimate.distance[:, 0] == pytest.approx(np.tile([-0.5, 1.5], 6) / mean, abs=1e-9)
    wanted = 6 * (0.75 * 0.5**2 + 0.25 * 1.5**2) / mean**2
    assert estimate.certificates[0].objective == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("null_jointness", [False, True])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_signs_hold_and_no_rival_of_the_same_shape_does_better(make_panel, null_jointness, k):
    inputs = noisy_panel(make_panel, k, seed=k)
    switch = {"null_jointness": null_jointness}
    estimate = estimate_expectile_frontier(inputs, taus=TAUS, **switch)
    assert max(one.primal_infeasibility for one in estimate.certificates) <= 1e-10
    assert max(one.gap for one in estimate.certificates) <= 1e-10
    assert ((estimate.output_weight >= -1e-10) & (estimate.output_weight <= 1 + 1e-10)).all()
    if null_jointness:
        assert estimate.null_joint_violations == (0, 0, 0)
    rivals = [
        estimate,
        estimate_quantile_frontier(inputs, taus=TAUS, **switch),
        estimate_deterministic_frontier(inputs, **switch),
    ]
    distances = np.hstack([rival.distance for rival in rivals]).T
    for tau, certificate in zip(TAUS, estimate.certificates, strict=True):
        best = min(asymmetric_squares(distance, tau) for distance in distances)
        assert certificate.objective == pytest.approx(best, rel=1e-12)


def test_constraints_that_bind_are_counted(make_panel):
    inputs = noisy_panel(make_panel, 2, seed=7)
    imposed = estimate_expectile_frontier(inputs, taus=TAUS)
    free = estimate_expectile_frontier(inputs, taus=TAUS, null_jointness=False)
    assert [active["null_jointness"] for active in free.active_constraints] == [0, 0, 0]
    assert max(active["null_jointness"] for active in imposed.active_constraints) > 0
    worse = [
        one.objective - other.objective
        for one, other in zip(imposed.certificates, free.certificates, strict=True)
    ]
    assert min(worse) >= -1e-12
    assert max(worse) > 1e-6


def test_an_expectile_does_not_depend_on_the_grid_it_stands_in(make_panel):
    inputs = noisy_panel(make_panel, 2, seed=8)
    grid = estimate_expectile_frontier(inputs, taus=TAUS)
    for t, tau in enumerate(TAUS):
        alone = estimate_expectile_frontier(inputs, taus=[tau])
        assert alone.distance[:, 0] == pytest.approx(grid.distance[:, t], abs=1e-10)


def test_the_result_is_that_of_quantiles_and_serves_costs_and_tables():
    inputs = simulate_technology(40, 2, seed=6).inputs
    calls = []
    estimate = estimate_expectile_frontier(inputs, progress=lambda: calls.append(None))
    assert len(calls) == len(estimate.taus) == 10
    assert estimate.unique == (True,) * 10
    assert estimate.parameters().height == 10 * 15
    assert "10 expectiles of a quadratic" in estimate.headline()
    costs = estimate_abatement_costs(estimate)
    assert np.array_equal(costs.mac_low_cny_per_tco2, costs.mac_cny_per_tco2)
    moved = dataclasses.replace(estimate, inputs=inputs.taken(np.arange(7)))
    assert moved.distance == pytest.approx(estimate.distance[:7])


def test_what_cannot_be_estimated_is_refused(make_panel):
    inputs = simulate_technology(40, 1, seed=3).inputs
    with pytest.raises(InputError, match="not a grid"):
        estimate_expectile_frontier(inputs, taus=[])
    x = np.column_stack([inputs.inputs[:, 0], 3.0 * inputs.inputs[:, 0]])
    given = make_panel(x, inputs.desirable_output, inputs.undesirable_output)
    with pytest.raises(NotIdentifiedError, match="collinear"):
        estimate_expectile_frontier(given)


def test_constraints_without_a_solution_are_refused():
    rows, bounds = np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([-1.0, -1.0])
    with pytest.raises(InfeasibleError, match="no quadratic function"):
        constrained_minimum(np.eye(2), np.zeros(2), rows, bounds)


def test_least_squares_under_inequalities_against_every_active_set():
    """Of all sets of constraints taken as equations, the best one that is feasible."""
    rng = np.random.default_rng(7)
    for _ in range(30):
        root, rows = rng.normal(size=(6, 3)), rng.normal(size=(5, 3))
        bounds, offset = rng.normal(size=5), rng.normal(size=6)
        hessian, linear = root.T @ root, root.T @ offset
        values = []
        for code in range(2**5):
            active = np.array([bool(code >> i & 1) for i in range(5)])
            if active.sum() > 3:
                continue
            g = rows[active]
            matrix = np.block([[hessian, g.T], [g, np.zeros((len(g), len(g)))]])
            theta = np.linalg.solve(matrix, np.concatenate([-linear, bounds[active]]))[:3]
            if (rows @ theta <= bounds + 1e-9).all():
                values.append(0.5 * theta @ hessian @ theta + linear @ theta)
        if not values:
            with pytest.raises(InfeasibleError):
                constrained_minimum(root, offset, rows, bounds)
            continue
        theta, multipliers = constrained_minimum(root, offset, rows, bounds)
        assert (rows @ theta <= bounds + 1e-9).all()
        assert (multipliers >= 0.0).all()
        assert hessian @ theta + linear + rows.T @ multipliers == pytest.approx(0.0, abs=1e-8)
        assert 0.5 * theta @ hessian @ theta + linear @ theta == pytest.approx(min(values))


def test_an_answer_that_is_wrong_never_leaves_the_room(monkeypatch):
    inputs = simulate_technology(40, 1, seed=2).inputs
    solve = module._Programme.solve

    def tampered(self, tau):
        theta, multipliers = solve(self, tau)
        return theta * (1.0 + 1e-4), multipliers

    monkeypatch.setattr(module._Programme, "solve", tampered)
    with pytest.raises(CertificateError, match=r"the expectile tau = 0.5 .* Remedy"):
        estimate_expectile_frontier(inputs, taus=[0.5])


def test_the_dual_bounds_the_loss_and_meets_it_at_its_slope():
    rng = np.random.default_rng(3)
    distance, offset = rng.normal(size=20), rng.normal(size=20)
    for tau in TAUS:
        slope = 2.0 * np.where(distance > 0.0, 1.0 - tau, tau) * distance
        least = asymmetric_squares(distance, tau)
        # With b = D the dual at its own slope is the loss; at any other it is less.
        assert expectile_dual(slope, distance, tau) == pytest.approx(least)
        assert expectile_dual(slope + offset, distance, tau) < least
