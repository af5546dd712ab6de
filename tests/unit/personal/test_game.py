"""The four-population game against finite differences, scipy and the values of its derivation."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import expit, logit
from scipy.stats import qmc
from tests.unit.personal.resting import made_to_rest

from tanshi.core import InputError
from tanshi.personal import _game_kernels as kernels
from tanshi.personal.game import GameParameters, advantages
from tanshi.personal.game_finite import simulate_finite
from tanshi.personal.game_paths import estimate_basins, follow_game
from tanshi.personal.game_rest_points import classify, find_rest_points, jacobian, velocity
from tanshi.personal.results.game import RestPoints

BASE = GameParameters()
THICK = GameParameters(heterogeneous=True, thinness=0.05)
NETWORK = {"fraud": 0.02, "captured": 1.0, "service_value": 20.0}
INSPECTION = GameParameters(service_cost=80.0, tightness=0.8, penalty=220.0)
CORNERS = [np.array(corner, float) for corner in np.ndindex(2, 2, 2, 2)]


def random_game(rng: np.random.Generator, **changed: object) -> GameParameters:
    values = {
        "green_cost": rng.uniform(20, 100),
        "tightness": rng.uniform(0.3, 1.0),
        "penalty": rng.uniform(50, 400),
        "supervision_cost": rng.uniform(0, 15),
        "fine_weight": rng.uniform(0, 0.3),
        "service_cost": rng.uniform(1, 100),
        "pass_through": rng.uniform(0, 1),
        "captured": rng.uniform(0, 1),
        "fraud": rng.uniform(0, 0.3),
    }
    return GameParameters(**(values | changed))


def test_every_parameter_out_of_range_is_named_at_once():
    with pytest.raises(InputError) as caught:
        GameParameters(tightness=0.0, penalty=-1.0, thinness=0.0, fraud=math.nan)
    columns = {fault.column.removeprefix("game.") for fault in caught.value.faults}
    assert columns == {"tightness", "penalty", "thinness", "fraud"}


def test_compiled_payoffs_are_the_plain_ones():
    rng = np.random.default_rng(0)
    for changed in (
        {},
        {"thinness": 0.2, "heterogeneous": True, "offset_price": 30.0},
        {"congestion": 0.7, "adoption_externality": 5.0, "supervision_convexity": 0.5},
    ):
        game, shares, out = random_game(rng, **changed), rng.random(4), np.empty(4)
        constants = kernels.derive(game.as_array())
        kernels.payoffs(constants, shares, out)
        np.testing.assert_allclose(out, advantages(game, shares), rtol=1e-12, atol=1e-12)
        alone = [kernels._gain(constants, shares, k) for k in range(4)]
        np.testing.assert_allclose(alone, out, rtol=1e-12, atol=1e-12)


def test_between_steps_a_path_is_as_accurate_as_at_their_ends():
    """Steps do not stop at output times; from a coarse and a fine set they are the same."""
    starts = np.array([[0.3, 0.4, 0.35, 0.6], [0.8, 0.2, 0.1, 0.3]])
    rough = follow_game(THICK, starts, [0.0, 8.0], rtol=1e-8)[:, -1]
    often = follow_game(THICK, starts, np.linspace(0, 8, 801), rtol=1e-8)
    np.testing.assert_allclose(often[:, -1], rough, atol=1e-9)
    exact = follow_game(THICK, starts, np.linspace(0, 8, 801), rtol=1e-12, atol=1e-12)
    assert np.abs(often - exact).max() < 2e-6


@pytest.mark.parametrize("corner", CORNERS, ids=str)
@pytest.mark.parametrize("game", [BASE, THICK], ids=["core", "thick"])
def test_corner_eigenvalues_against_differences_of_the_velocity(game, corner):
    step = 1e-6
    moves = np.eye(4) * step
    slope = (
        velocity(game, corner + moves, "replicator") - velocity(game, corner - moves, "replicator")
    ).T / (2 * step)
    by_hand = np.sort((1 - 2 * corner) * advantages(game, corner))
    np.testing.assert_allclose(np.sort(np.linalg.eigvals(slope).real), by_hand, atol=1e-6)
    point = classify(game, corner, "replicator")
    np.testing.assert_allclose(np.sort(point.eigenvalues.real), by_hand, atol=1e-12)


@pytest.mark.parametrize("dynamics", ["replicator", "replicator-mutator", "logit"])
def test_jacobian_is_that_of_the_velocity(dynamics):
    shares, step = np.array([0.3, 0.6, 0.45, 0.8]), 1e-6
    moves = np.eye(4) * step
    ahead, behind = (velocity(THICK, shares + sign * moves, dynamics, 2.0) for sign in (1, -1))
    slope = (ahead - behind).T / (2 * step)
    np.testing.assert_allclose(jacobian(THICK, shares, dynamics, 2.0), slope, atol=1e-6)


def test_base_values_of_the_stability_table():
    lock_in = advantages(BASE, [0, 0, 0, 0])
    np.testing.assert_allclose(lock_in, [-1.75, -1, -2, -3])
    chain = np.array([0.0, 1, 1, 1])
    np.testing.assert_allclose((1 - 2 * chain) * advantages(BASE, chain), [-4, -2, -2.5, -18.5])


def test_the_core_has_the_corners_two_sinks_and_the_saddle_between_them():
    points = find_rest_points(BASE)
    sinks = [point.shares.tolist() for point in points if point.kind == "sink"]
    assert sinks == [[0, 0, 0, 0], [0, 1, 1, 1]]
    g_sell, g_buy = 4.5, 21.5  # n g_s and g_d at (0, 1, ·, ·)
    saddle = [0.0, 1.0, 3.0 / g_buy, 2.0 / g_sell]
    one = next(p for p in points if np.allclose(p.shares, [0, 1, 0.139535, 0.444444], atol=1e-5))
    np.testing.assert_allclose(one.shares, saddle, atol=1e-9)
    assert one.kind == "saddle"
    assert np.abs(one.eigenvalues - 1.694).min() < 1e-3
    assert np.abs(one.eigenvalues + 1.694).min() < 1e-3


def test_interior_rest_points_of_the_core_have_no_trace_and_none_is_stable():
    rng = np.random.default_rng(3)
    met = 0
    for _ in range(400):
        game, state = random_game(rng), 0.1 + 0.8 * rng.random(4)
        made = made_to_rest(game, state)
        if made is None:
            continue
        met += 1
        np.testing.assert_allclose(advantages(made, state), 0, atol=1e-9)
        point = classify(made, state, "replicator")
        largest = np.abs(point.eigenvalues).max()
        assert abs(point.eigenvalues.sum()) <= 1e-7 * largest
        assert point.kind in {"saddle", "non-hyperbolic"}
    assert met >= 40


def test_sellers_clear_the_market_where_frictions_are_zero():
    game = GameParameters(
        heterogeneous=True, thinness=0.05, join_sell=0.0, join_buy=0.0, service=0.0, chain_cost=0.0
    )
    assert advantages(game, [0, 0, game.tightness, 1])[2] == pytest.approx(0.0, abs=1e-12)
    end = follow_game(game, [[0.3, 0.3, 0.3, 0.3]], [0.0, 400.0])[0, -1]
    assert end[2] == pytest.approx(game.tightness, abs=1e-6)


def test_inspection_centre_of_the_replicator_is_an_attractor_with_noise():
    shares = np.array([0.75, 0.722222, 1.0, 1.0])
    points = find_rest_points(INSPECTION)
    centre = next(p for p in points if np.allclose(p.shares, shares, atol=1e-4))
    assert centre.kind == "non-hyperbolic"
    assert np.abs(centre.eigenvalues.imag).max() == pytest.approx(2.082, abs=1e-3)
    for dynamics, noise, place in (
        ("replicator-mutator", 0.01, (0.754, 0.720)),
        ("logit", 0.5, (0.80, 0.68)),
    ):
        found = find_rest_points(INSPECTION, dynamics=dynamics, noise=noise)
        assert any(p.kind == "sink" and np.allclose(p.shares[:2], place, atol=0.006) for p in found)


@pytest.mark.parametrize(
    ("game", "shares", "eigenvalue", "kind"),
    [
        (THICK, (0, 1, 0.5906, 1), -3.897, "sink"),
        (
            GameParameters(**vars(THICK) | NETWORK | {"congestion": 0.9, "service_cost": 30.0}),
            (0, 0.7533, 0.5656, 1),
            -1.834,
            "sink",
        ),
        (
            GameParameters(
                **vars(THICK) | NETWORK | {"adoption_externality": 8.0, "service_cost": 94.0}
            ),
            (0, 0.5708, 0.5656, 1),
            1.960,
            "saddle",
        ),
    ],
    ids=["heterogeneity", "congestion", "externality"],
)
def test_mixed_rest_points(game, shares, eigenvalue, kind):
    points = find_rest_points(game)
    point = next(p for p in points if np.allclose(p.shares, shares, atol=1e-3))
    assert point.kind == kind
    assert np.abs(point.eigenvalues - eigenvalue).min() < 2e-3


@pytest.mark.parametrize(("convexity", "real"), [(0.0, 0.012), (0.5, -0.064)])
def test_supervision_and_purchase_mix_needs_a_convex_cost(convexity, real):
    changed = {
        "low_detection": 0.3,
        "high_detection": 0.99,
        "penalty": 200.0,
        "supervision_cost": 2.0,
        "fine_weight": 0.05,
        "supervision_convexity": convexity,
    }
    points = find_rest_points(GameParameters(**vars(THICK) | changed))
    mixed = next(p for p in points if abs(p.shares[0] - 0.1928) < 1e-3 and p.shares[2] < 0.9)
    spiral = mixed.eigenvalues[np.abs(mixed.eigenvalues.imag) > 1]
    np.testing.assert_allclose(spiral.real, real, atol=1e-3)


@pytest.mark.parametrize(("thinness", "threshold"), [(math.inf, 23.65), (1.0, 17.0), (0.2, 11.33)])
def test_offset_price_that_opens_the_lock_in(thinness, threshold):
    """From 1e-4 everywhere; from 2 % trade begins at lower prices: 23.51, 16.69 and 10.25."""
    ends = []
    for price in (threshold - 0.05, threshold + 0.05):
        game = GameParameters(thinness=thinness, heterogeneous=True, offset_price=price)
        ends.append(follow_game(game, [[1e-4] * 4], [0.0, 4000.0])[0, -1, 3])
    assert ends[0] < 0.01
    assert ends[1] > 0.99


@pytest.mark.parametrize("dynamics", ["replicator", "replicator-mutator", "logit"])
def test_trajectories_against_scipy(dynamics):
    starts, times = np.array([[0.3, 0.4, 0.35, 0.6], [0.8, 0.2, 0.1, 0.3]]), np.linspace(0, 8, 9)
    noise = 0.0 if dynamics == "replicator" else 1.0
    paths = follow_game(THICK, starts, times, dynamics=dynamics, noise=noise, rtol=1e-10)
    for start, path in zip(starts, paths, strict=True):
        if dynamics == "replicator":
            right = solve_ivp(
                lambda _, u: advantages(THICK, expit(u)),
                (0, 8),
                logit(start),
                "DOP853",
                times,
                rtol=1e-12,
                atol=1e-12,
            )
            expected = expit(right.y.T)
        else:
            right = solve_ivp(
                lambda _, s: velocity(THICK, s, dynamics, noise),
                (0, 8),
                start,
                "DOP853",
                times,
                rtol=1e-12,
                atol=1e-12,
            )
            expected = right.y.T
        np.testing.assert_allclose(path, expected, atol=1e-7)


def test_basins_are_those_of_paths_that_scipy_follows():
    game, starts = GameParameters(heterogeneous=True), 64
    lock_in = classify(game, [0, 0, 0, 0], "replicator")
    points = RestPoints("replicator", 0.0, (lock_in,), ())
    basins = estimate_basins(game, high=0.3, starts=starts, points=points, seed=4)
    drawn = 0.3 * qmc.Sobol(4, rng=4).random(starts)
    locked = 0
    for start in np.clip(drawn, 1e-9, None):
        path = solve_ivp(
            lambda _, u: advantages(game, expit(u)), (0, 400), logit(start), "LSODA", rtol=1e-8
        )
        locked += bool((expit(path.y[:, -1]) < 1e-3).all())
    assert 0 < locked < starts
    assert basins.share[0] == locked / starts
    assert basins.unsettled == pytest.approx(1 - basins.share[0])


def test_one_update_happens_with_the_probabilities_of_pairwise_comparison():
    """Of every population: chosen in one of four updates, copies by the logistic rule, mutates."""
    game, sizes, counts = BASE, np.array([8, 6, 10, 12]), np.array([3, 2, 7, 5])
    selection, mutation, runs = 0.3, 0.2, 20_000
    moved = np.zeros((4, 2))
    plan, values = (selection, mutation, 1, 1), game.as_array()
    state = np.random.SeedSequence(1).generate_state(4, np.uint64)
    for _ in range(runs):
        change = kernels.compare_pairs(plan, values, sizes, counts.copy(), state)[1] - counts
        moved[:, 0] += change == 1
        moved[:, 1] += change == -1
    gain, first = advantages(game, counts / sizes), counts / sizes
    met = (1 - first) * counts / (sizes - 1)  # a second meets a first; as often the reverse
    up = (1 - mutation) * met * expit(selection * gain) + mutation / 2 * (1 - first)
    down = (1 - mutation) * met * expit(-selection * gain) + mutation / 2 * first
    expected = np.stack([up, down], axis=1) / 4
    error = np.sqrt(expected * (1 - expected) / runs)
    assert (np.abs(moved / runs - expected) < 4 * error).all()


def test_finite_populations():
    run = {"updates": 400_000, "selection": 0.5}
    thin = GameParameters(heterogeneous=True, thinness=0.2)
    locked = simulate_finite(thin, mutation=0.001, **run)
    trading = simulate_finite(thin, mutation=0.02, **run)
    assert (locked >= 0).all()
    assert (locked <= 200).all()
    assert locked[-300:, 3].mean() < 20
    assert trading[-300:, 2].mean() / 200 == pytest.approx(0.59, abs=0.06)
    again = simulate_finite(thin, mutation=0.02, **run)
    assert (again == trading).all()


@pytest.mark.parametrize("dynamics", ["replicator", "logit"])
def test_any_number_of_threads_follows_the_same_paths(dynamics):
    starts = np.clip(qmc.Sobol(4, rng=1).random(256), 1e-6, 1 - 1e-6)
    noise = 0.0 if dynamics == "replicator" else 1.0
    paths = [
        follow_game(THICK, starts, [0.0, 1.0, 5.0], dynamics=dynamics, noise=noise, workers=count)
        for count in (1, 3, None)
    ]
    assert (paths[0] == paths[1]).all()
    assert (paths[0] == paths[2]).all()
