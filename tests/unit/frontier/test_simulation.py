"""The known technology is what its docstring says."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.frontier.simulation import _true_parameters, simulate_technology
from tanshi.frontier.technology import gradient_features, quadratic_features


@pytest.mark.parametrize("n_inputs", [1, 2, 3, 5])
def test_the_technology_satisfies_every_printed_sign(n_inputs):
    panel = simulate_technology(200, 2, n_inputs=n_inputs, seed=1).inputs
    z = np.column_stack([panel.inputs, panel.desirable_output + panel.undesirable_output])
    theta = _true_parameters(n_inputs)
    *of_inputs, of_total = (gradient_features(z, axis) @ theta for axis in range(n_inputs + 1))
    assert min(slope.min() for slope in of_inputs) > 0
    assert -1 < of_total.min() <= of_total.max() < 0


def test_distance_is_how_far_an_observation_lies_along_the_direction():
    """u = b + Q(x, s) up to the constant that makes the means of both outputs equal."""
    panel = simulate_technology(100, 1, seed=3)
    good, bad = panel.inputs.desirable_output, panel.inputs.undesirable_output
    z = np.column_stack([panel.inputs.inputs, good + bad])
    constant = bad + quadratic_features(z) @ _true_parameters(2) - panel.true_distance
    assert constant == pytest.approx(np.full(100, constant[0]))
    assert good.mean() == pytest.approx(bad.mean())


def test_true_price_is_the_slope_of_the_frontier():
    """Without noise, moving along the frontier at fixed x changes y by q for each unit of b."""
    panel = simulate_technology(50, 1, noise=0.0, seed=5)
    x, s = panel.inputs.inputs, panel.inputs.desirable_output + panel.inputs.undesirable_output
    theta, step = _true_parameters(2), 1e-5

    def outputs(total):
        bad = -(quadratic_features(np.column_stack([x, total])) @ theta)
        return total - bad, bad

    (more, dirtier), (less, cleaner) = outputs(s + step), outputs(s - step)
    slope = (more - less) / (dirtier - cleaner)
    assert slope == pytest.approx(panel.true_shadow_price, rel=1e-6)


def test_a_seed_is_a_panel():
    first, again = (simulate_technology(10, 2, seed=7) for _ in range(2))
    other = simulate_technology(10, 2, seed=8)
    assert np.array_equal(first.inputs.desirable_output, again.inputs.desirable_output)
    assert not np.array_equal(first.inputs.desirable_output, other.inputs.desirable_output)
    assert first.inputs.period.tolist() == [1, 2] * 10
    assert len(set(first.inputs.unit)) == 10


def test_every_impossible_request_is_named():
    with pytest.raises(InputError) as refusal:
        simulate_technology(0, 0, n_inputs=0, noise=-1.0, seed=1)
    assert [fault.what.split()[0] for fault in refusal.value.faults] == [
        "n_units",
        "n_periods",
        "n_inputs",
        "negative",
    ]
