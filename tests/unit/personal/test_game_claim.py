"""The claim that trading escapes lock-in: critical masses, levers, basins, finite populations."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.personal.game import GameParameters, advantages
from tanshi.personal.game_claim import (
    critical_mass,
    find_lever,
    map_claim,
    offset_threshold,
    outcomes_from,
    with_lever,
)
from tanshi.personal.game_finite import simulate_finite, summarise_finite
from tanshi.personal.game_paths import estimate_basins
from tanshi.personal.game_rest_points import find_rest_points

BILINEAR = GameParameters(heterogeneous=True)
SMALL = np.full((1, 4), 0.02)


@pytest.mark.parametrize(("thinness", "mass"), [(math.inf, 0.127), (0.2, 0.0215), (0.05, 0.0062)])
def test_critical_mass_on_the_diagonal(thinness, mass):
    """Of sellers and buyers alike, beside nobody supervising and all on the chain."""
    found = critical_mass(replace(BILINEAR, thinness=thinness))
    assert found == pytest.approx(mass, abs=4e-4)


@pytest.mark.parametrize(("thinness", "price"), [(math.inf, 23.65), (1.0, 17.0), (0.2, 11.33)])
def test_offset_threshold(thinness, price):
    assert offset_threshold(replace(BILINEAR, thinness=thinness)) == pytest.approx(price, abs=5e-3)


def test_no_offset_threshold_where_no_buyer_would_gain():
    assert offset_threshold(replace(BILINEAR, penalty=80.0)) is None
    assert offset_threshold(GameParameters()) is None


@pytest.mark.parametrize(
    ("dynamics", "noise", "locked"),
    [("replicator", 0.0, 0.633), ("pairwise", 2.0, 0.635), ("logit", 0.2, 0.247)],
)
def test_lock_in_basin(dynamics, noise, locked):
    """The notes say .607, .607 and .387; paths that scipy follows agree with these."""
    basins = estimate_basins(
        BILINEAR, high=0.3, starts=1024, dynamics=dynamics, noise=noise, seed=4
    )
    lock_in = next(i for i, point in enumerate(basins.attractors) if point.shares[3] < 0.01)
    assert basins.share[lock_in] == pytest.approx(locked, abs=0.02)
    assert basins.unsettled == pytest.approx(0.0, abs=1e-12)
    assert basins.table()["share_of_starts"].sum() == pytest.approx(1.0)


def test_no_price_or_penalty_enters_what_users_see_at_lock_in():
    rng = np.random.default_rng(0)
    for name in ("penalty", "commission", "chain_cost", "service", "high_detection", "fraud"):
        changed = with_lever(BILINEAR, name, float(rng.uniform(0.8, 1.0)))
        seen = advantages(changed, np.zeros(4))[2:]
        np.testing.assert_allclose(seen, [-BILINEAR.join_sell, -BILINEAR.join_buy])


def test_levers():
    join = find_lever(BILINEAR, "join_scale", 0.001)
    assert join["threshold"] == pytest.approx(0.125, abs=0.005)
    assert join["effect"] == "moves only the separatrix"
    duty = find_lever(BILINEAR, "join_buy", -5.0)
    assert duty["effect"] == "opens lock-in"
    assert duty["threshold"] == pytest.approx(0.0, abs=0.01)
    tight = find_lever(BILINEAR, "tightness", 0.3)
    assert tight["effect"] == "ends trade"
    assert tight["threshold"] is None
    chain = find_lever(BILINEAR, "high_detection", 1.0)
    assert chain["threshold"] is None


def test_a_penalty_of_450_works_where_matching_is_thick_and_not_where_it_is_bilinear():
    for thinness, outcome in ((1.0, "trade"), (math.inf, "locked")):
        game = replace(BILINEAR, thinness=thinness, penalty=450.0)
        assert outcomes_from(game, SMALL) == [outcome]


@pytest.mark.parametrize(
    "changed", [{"join_sell": 0.1, "join_buy": 0.15}, {"thinness": 0.05}, {"join_buy": -0.1}]
)
def test_exits_without_subsidy(changed):
    assert outcomes_from(BILINEAR, SMALL) == ["locked"]
    assert outcomes_from(replace(BILINEAR, **changed), SMALL) == ["trade"]


def test_trade_that_stops_supervision_ends_where_it_needs_supervision():
    """Unsupervised, an excess is expected to cost less than a credit: ρ0F < P_c < ρ1F."""
    game = replace(BILINEAR, thinness=1.0, low_detection=0.5, supervision_cost=2.0)
    price = game.keeping_value + 2 * game.tightness * game.green_cost + game.commission
    assert game.penalty * game.low_detection < price < game.penalty * game.high_detection
    supervised = np.array([[0.9, 0.5, 0.5, 0.5]])
    assert outcomes_from(game, supervised) == ["collapse"]
    assert [point.face for point in find_rest_points(game).sinks] == ["1000"]
    assert outcomes_from(replace(game, low_detection=0.7), supervised) == ["trade"]


@pytest.mark.parametrize(("tightness", "escapes"), [(0.52, False), (0.6, True)])
def test_in_the_core_trade_needs_more_than_half_the_buyers(tightness, escapes):
    """With θ = 1/2 for all, sellers earn n·60(n - 1/2) with everybody, and joining costs 2."""
    core = GameParameters(tightness=tightness)
    sinks = {point.face for point in find_rest_points(core).sinks}
    assert ("0111" in sinks) is escapes
    everybody = np.array([[0.02, 0.98, 0.98, 0.98]])
    assert outcomes_from(core, everybody) == ["trade" if escapes else "collapse"]


def test_the_map_says_trade_where_the_critical_mass_is_below_the_start():
    points = [
        {"thinness": thinness, "join_scale": scale}
        for thinness in (math.inf, 0.2, 0.05)
        for scale in (1.0, 0.3)
    ]
    rows = map_claim(BILINEAR, points)
    assert len(rows) == 6
    for row in rows:
        assert row["users_stay_locked"]
        trades = row["critical_mass"] is not None and row["critical_mass"] < 0.02
        assert row["outcome"] == ("trade" if trades else "locked")


def test_an_unknown_lever_is_named():
    with pytest.raises(InputError, match="unknown lever"):
        with_lever(BILINEAR, "heterogeneous", 1.0)


def test_finite_populations_over_seeds():
    sizes, every = (50, 50, 50, 50), 500
    easy = replace(BILINEAR, thinness=0.2)
    run = {"sizes": sizes, "updates": 100_000, "every": every, "mutation": 0.05}
    records = [simulate_finite(easy, seed=seed, **run) for seed in range(4)]
    case = summarise_finite(easy, records, sizes=sizes, every=every, settings={"size": 50})
    assert case.escapes == 4
    assert case.trade_frequency > 0.9
    assert 0 < case.escape_updates < 100_000
    assert case.escape_error == pytest.approx(case.escape_updates / 2)
    still = [simulate_finite(BILINEAR, seed=1, **(run | {"mutation": 0.0}))]
    none = summarise_finite(BILINEAR, still, sizes=sizes, every=every, settings={})
    assert (none.escapes, none.escape_updates, none.frequency_error) == (0, None, None)
    assert none.trade_frequency == pytest.approx(0.0, abs=0)
