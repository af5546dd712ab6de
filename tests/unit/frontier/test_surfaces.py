"""What surfaces of either form say, against direct evaluation."""

import dataclasses

import numpy as np
import pytest

from tanshi.frontier import (
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.results.estimate import METHODS
from tanshi.frontier.simulation import simulate_technology
from tanshi.frontier.surfaces import TOUCHES, PiecewiseLinearSurfaces
from tanshi.frontier.technology import null_joint_points, quadratic_features


@pytest.fixture(scope="module")
def inputs():
    return simulate_technology(25, 2, n_inputs=1, seed=2).inputs


def piecewise(inputs, *planes):
    """An estimate whose only surface is the least of some hyperplanes."""
    estimate = estimate_quantile_frontier(inputs, taus=[0.5])
    surfaces = PiecewiseLinearSurfaces((np.array(planes, dtype=float),))
    return dataclasses.replace(
        estimate, method="convex_quantile", null_jointness=False, surfaces=surfaces
    )


def test_distance_is_emissions_and_the_least_hyperplane(inputs):
    estimate = piecewise(inputs, [0.1, -0.2, -0.4], [0.0, -0.7, 0.6])
    x, y = inputs.normalised_inputs[:, 0], inputs.normalised_output
    b = inputs.normalised_emissions
    heights = np.column_stack([0.1 * x - 0.2 * (y + b) - 0.4, -0.7 * (y + b) + 0.6])
    assert estimate.distance[:, 0] == pytest.approx(b + heights.min(axis=1), abs=1e-12)
    gamma = np.array([0.2, 0.7])[heights.argmin(axis=1)]
    for weight in (estimate.output_weight, estimate.output_weight_low):
        assert weight[:, 0] == pytest.approx(gamma, abs=1e-12)
    assert set(gamma) == {0.2, 0.7}
    assert estimate.shadow_price_cny_per_tco2[:, 0] == pytest.approx(
        (1.0 - gamma) / gamma * inputs.price_scale_cny_per_tco2
    )


@pytest.mark.parametrize(("apart", "meet"), [(0.5 * TOUCHES, True), (2.0 * TOUCHES, False)])
def test_hyperplanes_that_meet_at_an_observation_give_a_range(inputs, apart, meet):
    total = inputs.normalised_output[0] + inputs.normalised_emissions[0]
    estimate = piecewise(inputs, [0.0, -0.2, -1.0], [0.0, -0.6, -1.0 + 0.4 * total + apart])
    assert estimate.output_weight_low[0, 0] == 0.2
    assert estimate.output_weight_high[0, 0] == (0.6 if meet else 0.2)
    assert estimate.output_weight[0, 0] == pytest.approx(0.4 if meet else 0.2)


def test_null_jointness_that_fails_is_counted(inputs):
    """D(x, y, 0) = 0.5 - y / 2 > 0 where output is below its mean."""
    estimate = piecewise(inputs, [0.0, -0.5, 0.5])
    assert estimate.null_joint_violations == (int((inputs.normalised_output < 1.0).sum()),)
    assert 0 < estimate.null_joint_violations[0] < inputs.n_observations
    assert piecewise(inputs, [0.0, 0.0, -1e-5]).null_joint_violations == (0,)


def test_null_jointness_of_quadratic_surfaces_is_counted_too(make_panel):
    rng = np.random.default_rng(5)
    x = rng.lognormal(0.0, 0.6, 50)
    inputs = make_panel(x, *(x * rng.lognormal(0.0, 0.5, 50) for _ in range(2)))
    free = estimate_quantile_frontier(inputs, null_jointness=False)
    at_zero = quadratic_features(null_joint_points(inputs)) @ free.free_parameters.T
    assert free.null_joint_violations == tuple((at_zero > -1e-6).sum(axis=0).tolist())
    assert max(free.null_joint_violations) > 0
    imposed = estimate_quantile_frontier(inputs, null_jointness=True)
    assert imposed.null_joint_violations == (0,) * 10


def test_parameters_of_hyperplanes_have_the_signs_of_their_letters(inputs):
    estimate = piecewise(inputs, [0.1, -0.2, -0.4], [0.0, -0.7, 0.6])
    found = dict(estimate.parameters().select("parameter", "value").iter_rows())
    assert found == {
        "beta_1_1": 0.1,
        "gamma_1": 0.2,
        "alpha_1": -0.4,
        "beta_2_1": 0.0,
        "gamma_2": 0.7,
        "alpha_2": 0.6,
    }


def test_values_of_some_observations_are_those_of_all(inputs):
    planes = ([0.1, -0.2, -0.4], [0.0, -0.7, 0.6])
    for estimate in (piecewise(inputs, *planes), estimate_quantile_frontier(inputs)):
        part = estimate.values(slice(7, 19))
        for field in dataclasses.fields(part):
            whole = getattr(estimate, field.name)
            assert getattr(part, field.name) == pytest.approx(whole[7:19], abs=1e-12)


def test_methods_have_names(inputs):
    assert estimate_quantile_frontier(inputs, taus=[0.5]).method in METHODS
    frontier = estimate_deterministic_frontier(inputs)
    assert frontier.method in METHODS
    assert frontier.deterministic


def test_nobody_is_outside_the_grid_of_a_frontier_that_envelops_all(inputs):
    costs = estimate_abatement_costs(estimate_deterministic_frontier(inputs))
    assert not {"below_grid", "above_grid", "on_quantile"} & {f for one in costs.flags for f in one}
    assert (costs.tau_position == 1.0).all()
    quantile = estimate_abatement_costs(estimate_quantile_frontier(inputs, taus=[0.95]))
    assert quantile.conditions["below_grid"].sum() > 40
