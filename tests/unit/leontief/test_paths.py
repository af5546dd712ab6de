"""Chains along which a cost travels, listed from the largest."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.leontief import PriceModel, largest_paths


@pytest.fixture
def line(make_inputs):
    """Sector 1 sells a tenth to 1 and a half to 2, sector 2 a fifth to 3: ends there."""
    flows = [[10.0, 50.0, 0.0], [0.0, 0.0, 20.0], [0.0, 0.0, 0.0]]
    return PriceModel(make_inputs(flows, [100.0, 100.0, 100.0]))


def test_chains_come_in_descending_order_with_their_weights(line):
    paths = largest_paths(line, np.array([0.01, 0.0, 0.0]), count=5)
    assert [path.codes for path in paths] == [
        ("01", "02"),
        ("01", "01"),
        ("01", "02", "03"),
        ("01", "01", "02"),
        ("01", "01", "01"),
    ]
    weights = [path.price_percent for path in paths]
    assert weights == pytest.approx([0.5, 0.1, 0.1, 0.05, 0.01], rel=1e-14)


def test_the_share_is_of_the_whole_rise_of_the_last_price(line):
    first, *_ = largest_paths(line, np.array([0.01, 0.0, 0.0]), count=1)
    # Sector 2 rises by 0.5 (0.01 / 0.9), of which 0.5 x 0.01 comes straight: nine tenths.
    assert first.share_of_target == pytest.approx(0.9, rel=1e-13)


def test_chains_of_several_payers_are_mixed(line):
    paths = largest_paths(line, np.array([0.01, 0.04, 0.0]), count=3)
    assert [path.codes for path in paths] == [("02", "03"), ("01", "02"), ("01", "01")]


def test_chains_are_no_longer_than_asked(line):
    paths = largest_paths(line, np.array([0.01, 0.0, 0.0]), count=99, longest=2)
    assert {len(path.codes) - 1 for path in paths} == {1, 2}
    assert len(paths) == 5


def test_an_economy_without_trade_has_no_chains(make_inputs):
    model = PriceModel(make_inputs(np.zeros((2, 2)), [1.0, 1.0]))
    assert largest_paths(model, np.array([0.1, 0.1])) == []


def test_a_chain_that_costs_nothing_is_not_listed(line):
    assert largest_paths(line, np.zeros(3)) == []
    assert largest_paths(line, np.array([0.0, 0.0, 0.5])) == []


def test_a_chain_may_outweigh_the_one_it_continues(make_inputs):
    """Sector 3 is subsidised and needs 1.5 of sector 2 for every unit it makes."""
    flows = [[10.0, 5.0, 3.0], [0.0, 10.0, 150.0], [0.0, 0.0, 10.0]]
    model = PriceModel(make_inputs(flows, [100.0, 100.0, 100.0]))
    paths = largest_paths(model, np.array([0.1, 0.0, 0.0]), count=4)
    assert [path.codes for path in paths] == [
        ("01", "01"),
        ("01", "02", "03"),
        ("01", "02"),
        ("01", "03"),
    ]
    weights = [path.price_percent for path in paths]
    assert weights == pytest.approx([1.0, 0.75, 0.5, 0.3], rel=1e-14)


def test_a_chain_may_outweigh_all_that_it_continues(make_inputs):
    """Sector 3 needs 1.5 of 2 and sector 4 needs 1.5 of 3, by unit; sector 5 is in the way."""
    flows = np.zeros((5, 5))
    flows[0, [0, 1, 4]] = 10.0, 5.0, 8.0
    flows[1, 2] = flows[2, 3] = 150.0
    model = PriceModel(make_inputs(flows, np.full(5, 100.0)))
    paths = largest_paths(model, np.array([0.1, 0.0, 0.0, 0.0, 0.0]), count=5)
    assert [path.codes for path in paths] == [
        ("01", "02", "03", "04"),
        ("01", "01"),
        ("01", "05"),
        ("01", "02", "03"),
        ("01", "02"),
    ]
    weights = [path.price_percent for path in paths]
    assert weights == pytest.approx([1.125, 1.0, 0.8, 0.75, 0.5], rel=1e-14)


@pytest.mark.parametrize(
    ("cost", "what", "found"),
    [
        ([0.1, 0.1], "not a cost increase by sector", "(2,)"),
        ([0.1, np.nan, 0.1], "not a cost increase by sector", "(3,)"),
        ([0.1, -0.2, 0.1], "a negative cost increase", "-0.2"),
    ],
)
def test_costs_that_have_no_chains_are_refused(line, cost, what, found):
    with pytest.raises(InputError) as error:
        largest_paths(line, np.array(cost))
    (fault,) = error.value.faults
    assert (fault.what, fault.found) == (what, found)
