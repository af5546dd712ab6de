"""Orderings that economics expects, over random parameters."""

import numpy as np
import pytest

from tanshi.benchmark.orderings import Ordering, all_orderings, ordering_table

DRAWS = 10


@pytest.fixture(scope="module")
def orderings():
    return all_orderings(DRAWS, seed=11)


def test_all_four_hold_in_nearly_every_draw(orderings):
    assert len(orderings) == 4
    for one in orderings:
        assert one.draws.height == DRAWS
        assert one.share >= 0.9, one.name


def test_gap_between_standard_and_cap_grows_with_elasticity(orderings):
    draws = orderings[0].draws
    gap, rigid = draws["cost_ratio"] - 1.0, draws["rigid_cost_ratio"] - 1.0
    assert (rigid < 0.1 * gap).all()
    assert np.corrcoef(draws["elasticity"], gap)[0, 1] > 0.0


def test_dearer_classes_cost_more_where_firms_substitute(orderings):
    draws = orderings[1].draws
    substitution, cost = draws["substitution"], draws["cost_of_three_over_one"]
    assert np.corrcoef(substitution, cost)[0, 1] > 0.3


def test_collar_is_worth_more_the_more_prices_vary(orderings):
    draws = orderings[3].draws
    variation, gain = draws["price_variation"], draws["gain_volatile_flat"]
    assert np.corrcoef(variation, gain)[0, 1] > 0.7


def test_same_seed_same_draws_and_a_table_with_intervals(orderings):
    again = all_orderings(2, seed=11)
    for one, other in zip(orderings, again, strict=True):
        assert one.draws.head(2).equals(other.draws)
    table = ordering_table(orderings)
    assert (table["low"] <= table["share_holding"]).all()
    assert (table["share_holding"] <= table["high"]).all()
    half = Ordering(
        name="half", draws=orderings[0].draws.with_columns(holds=np.arange(DRAWS) < DRAWS // 2)
    )
    assert half.share == 0.5
    low, high = half.interval()
    assert low == pytest.approx(0.187, abs=1e-3)  # tables of Clopper and Pearson, 5 of 10
    assert high == pytest.approx(0.813, abs=1e-3)
