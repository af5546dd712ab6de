"""The range of shadow prices where the optimum is not unique, against brute force."""

import numpy as np
import pytest
from scipy.optimize import linprog

from tanshi.frontier import (
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.technology import (
    gradient_features,
    null_joint_points,
    quadratic_features,
    translation_points,
)


def brute_force_range(inputs, tau, *, null_jointness):
    """Return the optimum and the range of w over all optima, by two programmes a row.

    Every constraint at every observation, two deviations per observation, and the
    objective held at its least value: nothing of duality, hulls or cuts.
    """
    z = translation_points(inputs)
    features, b = quadratic_features(z), inputs.normalised_emissions
    n, p = features.shape
    *of_inputs, of_total = (gradient_features(z, axis) for axis in range(z.shape[1]))
    rows = np.vstack([*(-slope for slope in of_inputs), of_total, -of_total])
    limits = np.concatenate([np.zeros(n * (len(of_inputs) + 1)), np.ones(n)])
    if null_jointness:
        rows = np.vstack([rows, quadratic_features(null_joint_points(inputs))])
        limits = np.concatenate([limits, np.full(n, -1e-6)])
    cost = np.concatenate([np.zeros(p), np.full(n, 1.0 - tau), np.full(n, tau)])
    shared = {
        "A_eq": np.hstack([features, -np.eye(n), np.eye(n)]),
        "b_eq": -b,
        "bounds": [(None, None)] * p + [(0.0, None)] * (2 * n),
    }
    at_most = np.hstack([rows, np.zeros((len(rows), 2 * n))])
    best = linprog(cost, A_ub=at_most, b_ub=limits, **shared)
    shared |= {"A_ub": np.vstack([at_most, cost]), "b_ub": np.append(limits, best.fun + 1e-11)}
    weight = np.hstack([-of_total, np.zeros((n, 2 * n))])
    low = [linprog(row, **shared).fun for row in weight]
    high = [-linprog(-row, **shared).fun for row in weight]
    return best.fun, np.array(low), np.array(high)


# Places (x, s), and emissions there. Three are a majority for their middle one; two or
# four leave the surface free between the middle two when tau = 0.5.
X = [4.0, 5.0, 6.0, 8.0, 10.0, 11.0]
TOTAL = [9.0, 8.0, 12.0, 12.0, 17.0, 14.0]
PINNED = [[3, 4, 6], [2, 3, 4], [4, 6, 7], [4, 5, 7], [6, 8, 10]]
ONE_FREE = [*PINNED, [4, 6]]
ALL_FREE = [[3, 5], [2, 4], [4, 7, 5, 5], [4, 6], [7, 9], [4, 6]]
ALL_PINNED = [*PINNED, [4, 5, 6]]


@pytest.mark.parametrize("null_jointness", [False, True])
@pytest.mark.parametrize("emissions_at", [ONE_FREE, ALL_FREE])
def test_range_is_the_one_found_by_brute_force(make_replicated, emissions_at, null_jointness):
    inputs = make_replicated(X, TOTAL, emissions_at)
    estimate = estimate_quantile_frontier(inputs, taus=[0.5], null_jointness=null_jointness)
    assert estimate.unique == (False,)
    best, low, high = brute_force_range(inputs, 0.5, null_jointness=null_jointness)
    assert estimate.certificates[0].objective == pytest.approx(best, rel=1e-9)
    # The brute force allows 1e-11 more than the optimum and 1e-7 a row: hence not 1e-9.
    assert estimate.output_weight_low[:, 0] == pytest.approx(low, abs=1e-6)
    assert estimate.output_weight_high[:, 0] == pytest.approx(high, abs=1e-6)
    inside = (estimate.output_weight_low <= estimate.output_weight + 1e-9).all()
    assert inside
    assert (estimate.output_weight <= estimate.output_weight_high + 1e-9).all()
    assert float((high - low).max()) > 0.01


def test_an_odd_number_at_each_place_pins_the_surface(make_replicated):
    estimate = estimate_quantile_frontier(make_replicated(X, TOTAL, ALL_PINNED), taus=[0.5])
    assert estimate.unique == (True,)
    assert np.array_equal(estimate.output_weight_low, estimate.output_weight)
    assert np.array_equal(estimate.output_weight_high, estimate.output_weight)


@pytest.mark.parametrize(
    ("x", "total", "emissions_at"),
    [
        (
            [3, 2, 5, 5, 3, 6],
            [3, 4, 5, 9, 6, 10],
            [[3, 3], [4, 7], [2, 7], [4, 6], [2, 5], [5, 8]],
        ),
        (
            [8, 7, 8, 8, 2, 6],
            [13, 10, 12, 9, 5, 11],
            [[5, 8], [3, 6], [6, 8], [4, 8], [7, 7], [4, 7]],
        ),
        (
            [5, 8, 2, 4, 7, 8],
            [7, 10, 5, 8, 8, 11],
            [[5, 5], [3, 7], [2, 4], [6, 6], [3, 7], [5, 7]],
        ),
    ],
)
def test_null_jointness_that_was_never_cut_still_limits_the_face(
    make_replicated, x, total, emissions_at
):
    """Panels where constraints that the vertex satisfies by itself end the optimal face."""
    inputs = make_replicated(x, total, emissions_at)
    estimate = estimate_quantile_frontier(inputs, taus=[0.5])
    assert estimate.unique == (False,)
    _, low, high = brute_force_range(inputs, 0.5, null_jointness=True)
    assert estimate.output_weight_low[:, 0] == pytest.approx(low, abs=1e-6)
    assert estimate.output_weight_high[:, 0] == pytest.approx(high, abs=1e-6)


def test_a_price_that_is_the_same_all_over_the_face_has_a_range_of_one_value(make_replicated):
    """The parameters are not unique, but w does not depend on which of them is taken."""
    inputs = make_replicated(
        [4, 3, 8, 8, 7, 8, 3],
        [6, 5, 8, 13, 9, 15, 3],
        [[5, 6], [5, 5], [5, 5], [6, 6], [3, 6], [7, 8], [1, 3]],
    )
    estimate = estimate_quantile_frontier(inputs, taus=[0.5])
    assert estimate.unique == (False,)
    _, low, high = brute_force_range(inputs, 0.5, null_jointness=True)
    assert high == pytest.approx(low, abs=1e-6)
    assert estimate.output_weight_low == pytest.approx(estimate.output_weight, abs=1e-12)
    assert estimate.output_weight_high == pytest.approx(estimate.output_weight, abs=1e-12)


def test_costs_carry_the_range_and_the_flag(make_replicated):
    estimate = estimate_quantile_frontier(make_replicated(X, TOTAL, ALL_FREE), taus=[0.5])
    costs = estimate_abatement_costs(estimate)
    assert all("not_unique" in flags for flags in costs.flags)
    assert (costs.mac_low_cny_per_tco2 <= costs.mac_cny_per_tco2).all()
    assert (costs.mac_cny_per_tco2 <= costs.mac_high_cny_per_tco2).all()
    assert (costs.mac_low_cny_per_tco2 < costs.mac_high_cny_per_tco2).any()


def test_deterministic_frontier_of_replicated_places_is_pinned_by_the_lowest(make_replicated):
    """D >= 0 means Q >= -b: only the least emissions at each place can touch the frontier."""
    inputs = make_replicated(X, TOTAL, ALL_FREE)
    estimate = estimate_deterministic_frontier(inputs, null_jointness=False)
    assert estimate.unique == (True,)
    touching = np.flatnonzero(estimate.distance[:, 0] <= 1e-9)
    starts = np.cumsum([0] + [len(values) for values in ALL_FREE[:-1]])
    lowest = {start + int(np.argmin(v)) for start, v in zip(starts, ALL_FREE, strict=True)}
    assert set(touching.tolist()) <= lowest
    assert len(touching) > 0
