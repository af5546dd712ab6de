"""Each compiled pass against the same pass written plainly."""

import numpy as np
import pytest

from tanshi.frontier import estimate_quantile_frontier
from tanshi.frontier._kernels import BLOCK, slope_sums, slope_sums_plain
from tanshi.frontier.prediction import newton_steps
from tanshi.frontier.simulation import simulate_technology
from tanshi.frontier.technology import quadratic_features, translation_points


@pytest.mark.parametrize("n", [1, 37, BLOCK, 2 * BLOCK + 5])
def test_slope_sums(n):
    rng = np.random.default_rng(n)
    features, offset = rng.normal(size=(n, 6)), rng.normal(size=n)
    theta = rng.normal(size=6)
    below, gram, count = slope_sums(features, offset, theta, 0.3)
    plain_below, plain_gram, plain_count = slope_sums_plain(features, offset, theta, 0.3)
    assert count == plain_count
    # Sums of n terms of size one in another order: rounding of about n times 1e-16.
    assert below == pytest.approx(plain_below, abs=1e-11 * n)
    assert gram == pytest.approx(plain_gram, abs=1e-11 * n)


def test_slope_sums_do_not_depend_on_threads():
    import numba

    rng = np.random.default_rng(0)
    features, offset = rng.normal(size=(3 * BLOCK, 4)), rng.normal(size=3 * BLOCK)
    before = numba.get_num_threads()
    found = []
    for threads in {1, before}:
        numba.set_num_threads(threads)
        found.append(slope_sums(features, offset, np.ones(4), 0.2))
    numba.set_num_threads(before)
    assert all(np.array_equal(found[0][k], one[k]) for one in found for k in range(3))


def test_newton_steps_land_next_to_the_exact_surface():
    inputs = simulate_technology(15_000, 2, seed=4).inputs
    exact = estimate_quantile_frontier(inputs, taus=[0.4, 0.41]).free_parameters
    features = quadratic_features(translation_points(inputs))
    offset = np.asarray(inputs.normalised_emissions)
    target = 0.59 * features.sum(axis=0)
    none = np.zeros((0, features.shape[1]))
    foreseen = newton_steps(features, offset, exact[0], target=target, fixed=none)
    crossed = np.sign(offset + features @ foreseen) != np.sign(offset + features @ exact[1])
    # Within a few times n^(1/4) observations of the exact surface; 0.01 n lie between the two.
    assert crossed.sum() < 60


def test_many_observations_end_at_the_same_optimum_as_few_at_a_time(monkeypatch):
    inputs = simulate_technology(12_000, 2, seed=5).inputs
    foreseen = estimate_quantile_frontier(inputs, taus=[0.05, 0.5, 0.51, 0.95])
    monkeypatch.setattr("tanshi.frontier._dual_lp._FORESEEN", 10**9)
    ordered = estimate_quantile_frontier(inputs, taus=[0.05, 0.5, 0.51, 0.95])
    for one, other in zip(foreseen.certificates, ordered.certificates, strict=True):
        assert one.objective == pytest.approx(other.objective, rel=1e-11)
    assert foreseen.free_parameters == pytest.approx(ordered.free_parameters, abs=1e-7)


def test_blocks_and_the_whole_say_the_same(monkeypatch):
    estimate = estimate_quantile_frontier(simulate_technology(60, 2, seed=6).inputs)
    whole = estimate.coverage, estimate.crossings, estimate.exact_hits
    monkeypatch.setattr("tanshi.frontier.results.estimate.BLOCK_VALUES", 70)
    again = estimate_quantile_frontier(estimate.inputs)
    assert np.array_equal(again.coverage, whole[0])
    assert (again.crossings, again.exact_hits) == whole[1:]
    assert len(list(again.blocks())) == 18
