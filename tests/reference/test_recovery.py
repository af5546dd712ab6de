"""From a known technology the estimator finds its shadow prices, the better the more data."""

import numpy as np
import pytest

from tanshi.frontier import estimate_deterministic_frontier, estimate_quantile_frontier
from tanshi.frontier.simulation import simulate_technology

SIZES = (200, 1000, 5000)
SEEDS = range(12)


def median_error(n, seed, tau):
    """Return the median relative error of the shadow price over observations."""
    panel = simulate_technology(n, 1, seed=seed)
    estimate = estimate_quantile_frontier(panel.inputs, taus=[tau])
    found = estimate.shadow_price_cny_per_tco2[:, 0]
    return float(np.median(np.abs(found / panel.true_shadow_price - 1.0)))


@pytest.mark.parametrize("tau", [0.25, 0.5, 0.75])
def test_errors_of_shadow_prices_fall_as_panels_grow(tau):
    errors = [np.mean([median_error(n, seed, tau) for seed in SEEDS]) for n in SIZES]
    # Coefficients of quantile regression err by 1 / sqrt(n), so each step to five times the
    # data should divide the error by 2.2. Sign constraints help the small panels and twelve
    # seeds leave noise: 1.5 is asked, and a tenth at most is left in the end.
    assert errors[1] < errors[0] / 1.5
    assert errors[2] < errors[1] / 1.5
    assert errors[2] < 0.1


def test_without_noise_the_technology_is_found_exactly():
    """All observations lie on one quadratic: every quantile and the frontier is that one."""
    panel = simulate_technology(60, 1, noise=0.0, seed=1)
    quantiles = estimate_quantile_frontier(panel.inputs, taus=[0.05, 0.5, 0.95])
    frontier = estimate_deterministic_frontier(panel.inputs)
    for estimate in (quantiles, frontier):
        assert np.abs(estimate.distance).max() <= 1e-9
        found = estimate.shadow_price_cny_per_tco2
        wanted = np.broadcast_to(panel.true_shadow_price[:, None], found.shape)
        assert found == pytest.approx(wanted, rel=1e-6)


def test_distances_are_found_up_to_the_shift_of_the_quantile():
    """D at tau is the true distance less its quantile: noise does not depend on (x, s)."""
    panel = simulate_technology(4000, 1, seed=2)
    estimate = estimate_quantile_frontier(panel.inputs, taus=[0.5])
    true = panel.true_distance / panel.inputs.undesirable_output.mean()
    shifted = true - np.median(true)
    spread = np.std(true)
    assert np.sqrt(np.mean((estimate.distance[:, 0] - shifted) ** 2)) < 0.1 * spread
