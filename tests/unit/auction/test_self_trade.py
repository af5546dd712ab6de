"""Which orders of one owner are cancelled against each other."""

import pytest

from tanshi.auction import ASK, BID, Orders, clear_auction


def netted(rows, **options):
    """Net rows of (owner, side, limit, quantity)."""
    owner, side, limit, quantity = zip(*rows, strict=True)
    orders = Orders(owner=owner, side=side, limit_price=limit, quantity=quantity)
    return clear_auction(orders, reference_price=50, **options).netted.tolist()


def test_orders_that_do_not_cross_are_left_alone():
    assert netted([(1, BID, 40, 5), (1, ASK, 50, 5), (2, ASK, 40, 5)]) == [0, 0, 0]


def test_equal_limits_cross():
    assert netted([(1, BID, 40, 5), (1, ASK, 40, 3)]) == [3, 3]


def test_the_best_bid_meets_the_lowest_ask_until_they_no_longer_cross():
    """60 meets 10 (4), then 20 (3); 30 meets 20 (2); then 30 is below 40."""
    rows = [
        *((1, BID, 30, 9), (1, BID, 60, 7)),
        *((1, ASK, 20, 5), (1, ASK, 10, 4), (1, ASK, 40, 6)),
    ]
    assert netted(rows) == [2, 7, 5, 4, 0]


def test_the_earlier_of_equal_orders_goes_first():
    assert netted([(1, BID, 60, 5), (1, BID, 60, 5), (1, ASK, 10, 6)]) == [5, 1, 6]


def test_owners_are_apart():
    rows = [(2, ASK, 10, 6), (1, BID, 60, 5), (2, BID, 20, 1), (1, ASK, 10, 2), (3, BID, 90, 9)]
    assert netted(rows) == [1, 2, 1, 2, 0]


@pytest.mark.parametrize(
    ("bid", "ask"), [(30, 10), (90, 80)], ids=["bid below the floor", "ask above the ceiling"]
)
def test_orders_of_which_one_cannot_trade_are_left_alone(bid, ask):
    bounds = {"floor_price": 40, "ceiling_price": 60}
    assert netted([(1, BID, bid, 5), (1, ASK, ask, 5)], **bounds) == [0, 0]
    assert netted([(1, BID, bid, 5), (1, ASK, ask, 5)]) == [5, 5]


def test_orders_without_a_limit_cross_everything():
    orders = Orders(
        side=[BID, ASK, ASK],
        limit_price=[0, 99, 0],
        quantity=[5, 5, 3],
        owner=[1, 1, 1],
        is_market=[True, False, True],
    )
    assert clear_auction(orders, reference_price=50).netted.tolist() == [5, 2, 3]
