"""All rest points, and the proof: bounds against samples, completeness against many starts."""

import math

import numpy as np
import pytest
from tests.unit.personal.resting import made_to_rest

from tanshi.personal import game_rest_points
from tanshi.personal._game_bounds import payoff_bounds
from tanshi.personal._game_kernels import REPLICATOR
from tanshi.personal.game import GameParameters, advantages
from tanshi.personal.game_rest_points import find_rest_points, velocity

BASE = GameParameters()
RULES = [("replicator", 0.0), ("replicator-mutator", 0.05), ("logit", 0.5), ("pairwise", 2.0)]


def drawn_game(rng: np.random.Generator, **changed: object) -> GameParameters:
    values = {
        "tightness": rng.uniform(0.3, 1.0),
        "penalty": rng.uniform(80, 400),
        "supervision_cost": rng.uniform(0.1, 15),
        "service_cost": rng.uniform(1, 60),
        "pass_through": rng.uniform(0, 1),
        "captured": rng.uniform(0, 1),
        "fraud": rng.uniform(0, 0.3),
        "join_sell": rng.uniform(0.05, 4),
        "join_buy": rng.uniform(0.05, 4),
    }
    return GameParameters(**(values | changed))


def drawn_extension(rng: np.random.Generator) -> dict[str, object]:
    return {
        "thinness": float(rng.choice([math.inf, 1.0, 0.2, 0.05])),
        "heterogeneous": bool(rng.integers(2)),
        "offset_price": [None, 12.0, 30.0][rng.integers(3)],
        "congestion": rng.uniform(0, 0.9),
        "adoption_externality": rng.normal() * 5,
        "supervision_convexity": rng.uniform(0, 1),
    }


def test_bounds_hold_every_value_and_every_slope():
    rng, step = np.random.default_rng(0), 1e-7
    moves = np.eye(4) * step
    for _ in range(40):
        game = drawn_game(rng, **drawn_extension(rng))
        centre, reach = rng.random(4), 0.2 * rng.random(4)
        box = np.clip(np.stack([centre - reach, centre + reach], axis=1), 0, 1)
        value, slope = np.empty((4, 2)), np.empty((4, 4, 2))
        payoff_bounds(game.as_array(), box, value, slope)
        states = box[:, 0] + (box[:, 1] - box[:, 0]) * rng.random((500, 4))
        gains = advantages(game, states)
        assert (gains >= value[:, 0]).all()
        assert (gains <= value[:, 1]).all()
        for j in range(4):
            change = (advantages(game, states + moves[j]) - gains) / step
            assert (change >= slope[:, j, 0] - 1e-4).all()
            assert (change <= slope[:, j, 1] + 1e-4).all()


def test_bounds_of_a_narrow_box_are_narrow():
    box, value, slope = np.tile([0.4, 0.4], (4, 1)), np.empty((4, 2)), np.empty((4, 4, 2))
    payoff_bounds(BASE.as_array(), box, value, slope)
    assert (value[:, 1] - value[:, 0] < 1e-12).all()
    assert (slope[..., 1] - slope[..., 0] < 1e-12).all()


@pytest.mark.parametrize(("dynamics", "noise"), RULES, ids=[rule[0] for rule in RULES])
def test_many_starts_find_nothing_that_is_not_in_a_complete_list(dynamics, noise):
    rng = np.random.default_rng(5)
    complete = 0
    for _ in range(6):
        game = drawn_game(rng, **drawn_extension(rng))
        points = find_rest_points(game, dynamics=dynamics, noise=noise)
        found = np.array([point.shares for point in points])
        np.testing.assert_allclose(velocity(game, found, dynamics, noise), 0, atol=1e-10)
        if not points.complete:
            continue
        complete += 1
        faces = ["****", "0***", "*1**", "01**"] if dynamics in {"replicator", "pairwise"} else []
        for face in faces or ["****"]:
            rule = (dynamics, noise)
            for one in game_rest_points._by_newton(game, face, rule, 64, 1):
                assert np.abs(found - one).max(axis=1).min() < 1e-5
    assert complete >= 5


def test_a_continuum_leaves_its_faces_open():
    free = GameParameters(service=0.0)  # the chain neither costs nor earns where nobody trades
    points = find_rest_points(free)
    assert "0*00" in points.open_faces
    on_edge = [point for point in points if point.face == "0*00"]
    assert on_edge
    assert all(point.kind == "non-hyperbolic" and not point.complete for point in on_edge)
    assert not points.complete
    assert find_rest_points(BASE).complete


def test_interior_rest_points_of_drawn_cores_are_found_and_none_is_stable():
    rng = np.random.default_rng(1)
    met = 0
    for _ in range(300):
        # Costs are set so that a drawn state rests: the search has to find it.
        game, state = drawn_game(rng), 0.1 + 0.8 * rng.random(4)
        made = made_to_rest(game, state)
        if made is None:
            continue
        met += 1
        found, complete = game_rest_points._on_face(made, "****", (REPLICATOR, 0.0))
        assert complete
        assert np.abs(np.array(found) - state).max(axis=1).min() < 1e-9
        for one in found:
            point = game_rest_points.classify(made, one, "replicator")
            assert abs(point.eigenvalues.sum()) <= 1e-7 * np.abs(point.eigenvalues).max()
            assert point.kind in {"saddle", "non-hyperbolic"}
    assert met >= 40


def test_pairwise_comparison_rests_where_the_replicator_does_and_is_classed_alike():
    game = GameParameters(heterogeneous=True, thinness=0.2)
    one, other = find_rest_points(game), find_rest_points(game, dynamics="pairwise", noise=2.0)
    for point, same in zip(one, other, strict=True):
        np.testing.assert_allclose(point.shares, same.shares, atol=1e-12)
        assert point.kind == same.kind


def test_strong_noise_of_the_logit_leaves_one_rest_point():
    points = find_rest_points(BASE, dynamics="logit", noise=4.0)
    assert points.complete
    assert len(points.points) == 1
    assert len(find_rest_points(BASE, dynamics="logit", noise=0.2).points) == 3


def test_the_table_names_every_point_with_its_proof():
    table = find_rest_points(BASE).table()
    assert table.columns[:7] == ["dynamics", "noise", "face", "supervise", "adopt", "sell", "buy"]
    assert table["complete"].all()
    assert len(table.filter(table["class"] == "sink")) == 2
