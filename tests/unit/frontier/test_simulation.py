"""The known technology is what its docstring says."""

import numpy as np
import pytest
from scipy.stats import kstest, norm

from tanshi.core import InputError
from tanshi.frontier import estimate_quantile_frontier
from tanshi.frontier.simulation import (
    ALONG,
    ON_BOTH,
    ON_EMISSIONS,
    ON_OUTPUT,
    _true_parameters,
    simulate_technology,
)
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


def parts(panel):
    inputs = panel.inputs
    return inputs.inputs, inputs.desirable_output, inputs.undesirable_output


@pytest.mark.parametrize("directions", [ON_OUTPUT, ON_EMISSIONS, ON_BOTH, [(1, -1), (0.3, 2)]])
def test_distance_is_that_of_the_observation_wherever_noise_points(directions):
    panel = simulate_technology(100, 2, noise_directions=directions, seed=3)
    x, good, bad = parts(panel)
    q = quadratic_features(np.column_stack([x, good + bad])) @ _true_parameters(2)
    assert np.ptp(bad + q - panel.true_distance) < 1e-12
    assert good.mean() == pytest.approx(bad.mean())


@pytest.mark.parametrize(("directions", "moves"), [(ON_OUTPUT, 0), (ON_EMISSIONS, 1)])
def test_noise_on_one_output_leaves_the_other_one_and_the_true_price(directions, moves):
    """Up to the constant that makes the means of both outputs equal, which goes both ways."""
    still = simulate_technology(60, 2, noise=0.0, seed=4)
    panel = simulate_technology(60, 2, noise_directions=directions, seed=4)
    _, *before = parts(still)
    _, *after = parts(panel)
    change = [a - b for a, b in zip(after, before, strict=True)]
    assert np.ptp(change[1 - moves]) < 1e-12
    assert np.std(change[moves]) == pytest.approx(0.05, rel=0.2)
    assert np.array_equal(panel.true_shadow_price, still.true_shadow_price)


def test_noise_on_both_is_two_independent_noises():
    still = simulate_technology(2000, 1, noise=0.0, seed=4)
    panel = simulate_technology(2000, 1, noise_directions=ON_BOTH, seed=4)
    moved = [a - b for a, b in zip(parts(panel)[1:], parts(still)[1:], strict=True)]
    assert abs(np.corrcoef(moved)[0, 1]) < 0.07  # three standard errors
    assert np.std(moved, axis=1) == pytest.approx([0.05, 0.05], rel=0.1)


@pytest.mark.parametrize("directions", [ALONG, ON_OUTPUT, ON_EMISSIONS, ON_BOTH])
def test_the_estimator_converges_to_the_limit_price(directions):
    panel = simulate_technology(4000, 2, noise_directions=directions, seed=3)
    estimate = estimate_quantile_frontier(panel.inputs, taus=[0.5], uniqueness=False)
    ratio = np.median(estimate.shadow_price_cny_per_tco2[:, 0] / panel.limit_shadow_price)
    # A median price of 8,000 observations errs by about 1 %; the first order by less.
    assert ratio == pytest.approx(1.0, abs=0.03)


def test_the_limit_is_the_errors_in_variables_formula():
    """r = V / (V + noise^2): w* = r w on output, r w + 1 - r on emissions, to 1/2 on both."""
    variance = 0.5**2 / 12
    r = variance / (variance + 0.05**2)
    for directions, wanted in (
        (ON_OUTPUT, lambda w: r * w),
        (ON_EMISSIONS, lambda w: r * w + 1 - r),
        (ON_BOTH, lambda w: w - (2 * w - 1) * 0.05**2 / (variance + 2 * 0.05**2)),
    ):
        panel = simulate_technology(20, 2, noise_directions=directions, seed=1)
        weight = 1.0 / (1.0 + panel.limit_shadow_price)
        assert weight == pytest.approx(wanted(panel.frontier_weight))


def test_deviations_that_grow_give_every_quantile_its_own_price():
    panel = simulate_technology(4000, 2, spread=0.6, seed=3)
    taus = [0.1, 0.5, 0.9]
    estimate = estimate_quantile_frontier(panel.inputs, taus=taus, uniqueness=False)
    true = panel.quantile_shadow_price(taus)
    ratio = np.median(estimate.shadow_price_cny_per_tco2 / true, axis=0)
    assert ratio == pytest.approx([1.0, 1.0, 1.0], abs=0.06)
    assert (np.median(true[:, 1:] / true[:, :-1], axis=0) > 1.1).all()


def test_the_true_price_is_that_of_the_quantile_on_which_an_observation_lies():
    panel = simulate_technology(30, 2, spread=0.6, seed=3)
    _, good, bad = parts(panel)
    deviation = panel.true_distance / (0.05 * (1.0 + 0.6 * (good + bad - 2.0)))
    own = np.array([panel.quantile_shadow_price([1 - norm.cdf(e)])[:, 0] for e in deviation])
    assert panel.true_shadow_price == pytest.approx(np.diag(own))


def test_without_spread_all_quantiles_have_the_true_price():
    panel = simulate_technology(30, 2, seed=3)
    prices = panel.quantile_shadow_price([0.05, 0.95])
    wanted = np.broadcast_to(panel.true_shadow_price[:, None], (60, 2))
    assert np.array_equal(prices, wanted)
    assert np.array_equal(panel.limit_shadow_price, panel.true_shadow_price)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_unit_effects_are_a_share_of_variance_and_leave_the_distribution(share):
    panel = simulate_technology(2000, 2, unit_effects=share, seed=5)
    x, distance = panel.inputs.inputs[:, 0], panel.true_distance
    both = np.corrcoef(norm.ppf(x - 0.5)[::2], norm.ppf(x - 0.5)[1::2])[0, 1]
    assert both == pytest.approx(share, abs=0.06)
    assert np.corrcoef(distance[::2], distance[1::2])[0, 1] == pytest.approx(share, abs=0.06)
    assert kstest(x[::2], "uniform", (0.5, 1.0)).pvalue > 1e-3
    assert kstest(distance[::2], "norm", (0.0, 0.05)).pvalue > 1e-3


def test_prices_of_quantiles_are_refused_where_they_have_no_closed_form():
    panel = simulate_technology(10, 2, noise_directions=ON_BOTH, seed=1)
    with pytest.raises(InputError, match="limit_shadow_price"):
        panel.quantile_shadow_price([0.5])


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"noise_directions": []}, "not a direction of noise"),
        ({"noise_directions": [(0.0, 0.0)]}, "not a direction of noise"),
        ({"noise_directions": [(1.0, np.inf)]}, "not a direction of noise"),
        ({"noise_directions": [(1.0, 0.0, 0.0)]}, "not a direction of noise"),
        ({"unit_effects": 1.1}, "unit_effects is not a share"),
        ({"spread": -0.8}, "spread leaves some deviation negative"),
        ({"spread": 0.5, "noise_directions": ON_OUTPUT}, "spread with noise elsewhere"),
    ],
)
def test_every_impossible_design_is_named(options, what):
    with pytest.raises(InputError, match=what):
        simulate_technology(10, 2, seed=1, **options)
