"""What holds in every game: shares, rest points, payoffs, counts."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tanshi.personal.game import GameParameters, advantages
from tanshi.personal.game_claim import traded_share
from tanshi.personal.game_finite import simulate_finite
from tanshi.personal.game_paths import follow_game
from tanshi.personal.game_rest_points import find_rest_points, velocity
from tanshi.personal.game_strict import corner_conditions

SHARE = st.floats(0, 1)
INSIDE = st.floats(0.001, 0.999)
FEW = settings(deadline=None, max_examples=15, derandomize=True)
MANY = settings(deadline=None, derandomize=True)


@st.composite
def games(draw):
    low = draw(SHARE)
    return GameParameters(
        green_cost=draw(st.floats(1, 200)),
        keeping_value=draw(st.floats(0, 20)),
        tightness=draw(st.floats(0.05, 1)),
        penalty=draw(st.floats(0, 500)),
        low_detection=low,
        high_detection=draw(st.floats(low, 1)),
        supervision_cost=draw(st.floats(0.01, 20)),
        supervision_convexity=draw(st.floats(0, 2)),
        fraud=draw(SHARE),
        join_sell=draw(st.floats(-5, 5)),
        join_buy=draw(st.floats(-5, 5)),
        service=draw(st.floats(0.05, 1)),
        service_cost=draw(st.floats(1, 80)),
        captured=draw(SHARE),
        pass_through=draw(SHARE),
        congestion=draw(SHARE),
        adoption_externality=draw(st.floats(-10, 10)),
        thinness=draw(st.sampled_from([math.inf, 5.0, 1.0, 0.2, 0.05])),
        offset_price=draw(st.one_of(st.none(), st.floats(0, 60))),
        heterogeneous=draw(st.booleans()),
    )


STATE = st.tuples(SHARE, SHARE, SHARE, SHARE).map(np.array)


@MANY
@given(games(), STATE)
def test_no_more_is_traded_than_either_side_has(game, state):
    traded = float(traded_share(game, state)) * game.tightness
    assert -1e-12 <= traded <= min(state[2], game.tightness * state[3]) + 1e-12


@MANY
@given(games(), STATE)
def test_what_a_user_does_not_choose_costs_him_the_joining_alone(game, state):
    """Where nobody is on the other side there is no trade to gain from."""
    alone = state.copy()
    alone[2] = 0.0  # nobody sells
    assert math.isclose(advantages(game, alone)[3], -game.join_buy, abs_tol=1e-9)
    if game.offset_price is None:
        alone[3] = 0.0
        assert math.isclose(advantages(game, alone)[2], -game.join_sell, abs_tol=1e-9)


@FEW
@given(games(), st.sampled_from(["replicator", "replicator-mutator", "logit", "pairwise"]))
def test_every_rest_point_rests_inside_the_cube(game, dynamics):
    noise = 0.0 if dynamics == "replicator" else 0.5
    for point in find_rest_points(game, dynamics=dynamics, noise=noise):
        assert ((point.shares >= 0) & (point.shares <= 1)).all()
        assert np.abs(velocity(game, point.shares, dynamics, noise)).max() < 1e-5
        free = np.array([one == "*" for one in point.face])
        if dynamics == "replicator":
            assert ((point.shares > 0) & (point.shares < 1))[free].all()


@FEW
@given(games())
def test_a_corner_is_stable_where_it_is_a_sink(game):
    sinks = {point.face for point in find_rest_points(game).sinks if "*" not in point.face}
    rows = corner_conditions(game)
    strict = {row["corner"] for row in rows if row["stable"]}
    least = min(abs(row["margin"]) for row in rows)
    if least > 1e-3:  # nearer to zero no corner is said to be anything
        assert strict == sinks
    assert sinks <= strict


@FEW
@given(games(), st.tuples(INSIDE, INSIDE, INSIDE, INSIDE))
def test_shares_stay_shares_and_gains_raise_them(game, start):
    times = np.array([0.0, 1e-3, 5.0])
    for dynamics, noise in (("replicator", 0.0), ("replicator-mutator", 0.05), ("logit", 1.0)):
        path = follow_game(game, [start], times, dynamics=dynamics, noise=noise)[0]
        assert ((path >= 0) & (path <= 1)).all()
    path = follow_game(game, [start], times)[0]
    gain = advantages(game, np.array(start))
    clear = np.abs(gain) > 1.0
    assert (np.sign(path[1] - path[0])[clear] == np.sign(gain)[clear]).all()


@FEW
@given(games(), st.integers(2, 30), st.integers(0, 99))
def test_counts_stay_counts_and_move_one_at_a_time(game, size, seed):
    sizes = (size, size + 1, size + 2, size + 3)
    record = simulate_finite(game, sizes=sizes, updates=500, every=1, seed=seed, mutation=0.1)
    assert (record >= 0).all()
    assert (record <= np.array(sizes)).all()
    assert (np.abs(np.diff(record, axis=0)).sum(axis=1) <= 1).all()
