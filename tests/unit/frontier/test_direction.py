"""Any direction (g_y, -g_b) is (1, -1) on outputs divided by it as well."""

import dataclasses

import numpy as np
import pytest
from scipy.optimize import linprog

from tanshi.core import InputError
from tanshi.frontier import (
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)

TAUS = (0.3, 0.6)
SIZES = {"output_scale_cny": 1e4, "emissions_scale_t": 10.0}


@pytest.fixture
def given(make_panel):
    rng = np.random.default_rng(11)
    x = rng.lognormal(0.0, 0.4, 30)
    good, bad = x * rng.lognormal(3.0, 0.3, 30), x * rng.lognormal(-1.0, 0.3, 30)
    return make_panel(x, good, bad, **SIZES)


def solve_along(x, y, b, tau, direction):
    """Eq. 3 for K = 1 with a direction of its own in the translation property.

    All ten parameters of the quadratic in (x, y, b) and both deviations of every
    observation are variables. Returns D, dD/dy and dD/db.
    """
    g_y, g_b = direction
    one, zero = np.ones_like(x), np.zeros_like(x)
    # Order: 1, x, y, b, then xx, yy, bb, yb, xy, xb.
    terms = np.column_stack([one, x, y, b, x * x / 2, y * y / 2, b * b / 2, y * b, x * y, x * b])
    of_x = np.column_stack([zero, one, zero, zero, x, zero, zero, zero, y, b])
    of_y = np.column_stack([zero, zero, one, zero, zero, y, zero, b, x, zero])
    of_b = np.column_stack([zero, zero, zero, one, zero, zero, b, y, zero, x])
    translation = np.zeros((4, 10))
    translation[0, [2, 3]] = g_y, -g_b
    translation[1, [5, 7]] = g_y, -g_b
    translation[2, [7, 6]] = g_y, -g_b
    translation[3, [8, 9]] = g_y, -g_b
    n = len(x)
    signs = np.vstack([-of_x, of_y, -of_b])
    answer = linprog(
        np.concatenate([np.zeros(10), np.full(n, 1.0 - tau), np.full(n, tau)]),
        A_ub=np.hstack([signs, np.zeros((3 * n, 2 * n))]),
        b_ub=np.zeros(3 * n),
        A_eq=np.vstack(
            [
                np.hstack([terms, -np.eye(n), np.eye(n)]),
                np.hstack([translation, np.zeros((4, 2 * n))]),
            ]
        ),
        b_eq=np.concatenate([np.zeros(n), [-1.0, 0.0, 0.0, 0.0]]),
        bounds=[(None, None)] * 10 + [(0.0, None)] * (2 * n),
    )
    theta = answer.x[:10]
    return answer.fun, terms @ theta, of_y @ theta, of_b @ theta


@pytest.mark.parametrize("direction", [(1.0, 1.0), (1.0, 0.5), (0.4, 2.0)])
def test_the_programme_written_out_with_its_direction_agrees(given, direction):
    inputs = dataclasses.replace(given, direction=direction)
    estimate = estimate_quantile_frontier(inputs, taus=TAUS, null_jointness=False)
    assert all(estimate.unique)
    x, y, b = (
        column / column.mean()
        for column in (given.inputs[:, 0], given.desirable_output, given.undesirable_output)
    )
    # CNY of one mean of output, and tonnes of one mean of emissions.
    output = given.desirable_output.mean() * 1e4
    emissions = given.undesirable_output.mean() * 10.0
    prices = estimate.shadow_price_cny_per_tco2
    for t, tau in enumerate(TAUS):
        loss, distance, of_y, of_b = solve_along(x, y, b, tau, direction)
        assert estimate.certificates[t].objective == pytest.approx(loss, rel=1e-8)
        assert estimate.distance[:, t] == pytest.approx(distance, abs=1e-7)
        inside = of_y < -1e-6
        assert inside.sum() > 20
        # Eq. (8), in money: output forgone for a tonne.
        price = -(of_b / emissions)[inside] / (of_y / output)[inside]
        assert prices[inside, t] == pytest.approx(price, rel=1e-5, abs=1e-5)


def test_a_step_along_the_direction_is_a_distance_of_its_length(given, make_panel):
    """D(x, y + t g_y, b - t g_b) = D - t; steps both ways leave the means where they are."""
    step = np.repeat([0.0, 0.01, -0.01], given.n_observations)
    good, bad = np.tile(given.desirable_output, 3), np.tile(given.undesirable_output, 3)
    inputs = make_panel(
        np.tile(given.inputs, (3, 1)),
        good + step * 1.0 * good.mean(),
        bad - step * 0.5 * bad.mean(),
        direction=(1.0, 0.5),
    )
    distance = estimate_quantile_frontier(inputs, taus=TAUS).distance
    at = distance[: given.n_observations]
    assert distance == pytest.approx(np.tile(at, (3, 1)) - step[:, None], abs=1e-12)


def test_only_the_ratio_of_the_components_moves_prices(given):
    one, twice, other = (
        estimate_quantile_frontier(
            dataclasses.replace(given, direction=direction), taus=TAUS, null_jointness=False
        )
        for direction in ((1.0, 0.5), (2.0, 1.0), (1.0, 1.0))
    )
    assert twice.distance == pytest.approx(one.distance / 2.0, abs=1e-9)
    price = one.shadow_price_cny_per_tco2
    assert twice.shadow_price_cny_per_tco2 == pytest.approx(price, rel=1e-6, abs=1e-6)
    assert other.shadow_price_cny_per_tco2 != pytest.approx(price, rel=1e-2)


def test_the_default_is_the_direction_of_the_paper(given):
    assert given.direction == (1.0, 1.0)
    same = dataclasses.replace(given, direction=(1, 1))
    assert same.direction == (1.0, 1.0)
    assert same.price_scale_cny_per_tco2 == given.price_scale_cny_per_tco2


def test_the_direction_goes_along_with_some_rows_and_into_costs(given):
    inputs = dataclasses.replace(given, direction=(1.0, 0.5))
    part = inputs.taken(np.array([3, 3, 0]))
    assert part.direction == (1.0, 0.5)
    assert part.price_scale_cny_per_tco2 == inputs.price_scale_cny_per_tco2
    assert part.normalised_emissions.tolist() == inputs.normalised_emissions[[3, 3, 0]].tolist()
    frontier = estimate_deterministic_frontier(inputs)
    costs = estimate_abatement_costs(frontier, payment_rule="full").mac_cny_per_tco2
    assert costs == pytest.approx(frontier.shadow_price_cny_per_tco2[:, 0])


@pytest.mark.parametrize("direction", [(0.0, 1.0), (1.0, 0.0)])
def test_a_component_of_zero_is_refused_with_its_reason(given, direction):
    with pytest.raises(InputError, match="translation property") as refusal:
        dataclasses.replace(given, direction=direction)
    (fault,) = refusal.value.faults
    assert fault.what == "direction leaves an output where it is"
    assert fault.column == "direction"


@pytest.mark.parametrize(
    "direction", [(1.0,), (1.0, 1.0, 1.0), (-1.0, 1.0), (1.0, np.nan), (np.inf, 1.0)]
)
def test_a_direction_is_two_finite_numbers(given, direction):
    with pytest.raises(InputError, match="not a direction"):
        dataclasses.replace(given, direction=direction)
