"""The sale of an issue, on bids whose answers are seen by eye."""

import pytest

from tanshi.auction import ASK, BID, Orders, clear_primary_auction
from tanshi.auction.orders import MAX_QUANTITY
from tanshi.core import InputError

BIDS = [(60, 50), (55, 30), (50, 20), (50, 60), (40, 90)]


def faults_of(orders, **options):
    with pytest.raises(InputError) as error:
        clear_primary_auction(orders, **({"offered": 100, "reserve_price": 40} | options))
    return error.value.faults


@pytest.mark.parametrize(
    ("offered", "price", "fills"),
    [
        (50, 60, [50, 0, 0, 0, 0]),
        (51, 55, [50, 1, 0, 0, 0]),
        (80, 55, [50, 30, 0, 0, 0]),
        (100, 50, [50, 30, 5, 15, 0]),
        (160, 50, [50, 30, 20, 60, 0]),
        (161, 40, [50, 30, 20, 60, 1]),
        (250, 40, [50, 30, 20, 60, 90]),
    ],
)
def test_all_pay_the_lowest_bid_that_is_served(make_book, offered, price, fills):
    result = clear_primary_auction(make_book(BIDS), offered=offered, reserve_price=10)
    assert (result.clearing_price, result.fill.tolist()) == (price, fills)
    assert (result.sold, result.unsold) == (offered, 0)
    assert result.revenue == offered * price


@pytest.mark.parametrize(("rule", "price"), [("reserve", 45), ("lowest_bid", 50)])
def test_what_nobody_wants_at_the_reserve_stays_unsold(make_book, rule, price):
    result = clear_primary_auction(
        make_book(BIDS), offered=300, reserve_price=45, undersubscribed=rule
    )
    assert (result.clearing_price, result.sold, result.unsold) == (price, 160, 140)
    assert result.fill.tolist() == [50, 30, 20, 60, 0]


@pytest.mark.parametrize("rule", ["reserve", "lowest_bid"])
@pytest.mark.parametrize(("offered", "reserve", "demand"), [(100, 61, 0), (0, 45, 160)])
def test_nothing_sold_has_no_price(make_book, rule, offered, reserve, demand):
    result = clear_primary_auction(
        make_book(BIDS), offered=offered, reserve_price=reserve, undersubscribed=rule
    )
    assert (result.clearing_price, result.sold, result.revenue) == (None, 0, 0)
    assert (result.unsold, result.demand) == (offered, demand)
    assert not result.fill.any()


def test_bids_above_the_ceiling_count_at_the_ceiling(make_book):
    bids = make_book([(None, 30), (90, 30), (60, 60)])
    result = clear_primary_auction(bids, offered=60, reserve_price=10, ceiling_price=60)
    assert (result.clearing_price, result.unserved_demand) == (60, 60)
    assert result.fill.tolist() == [15, 15, 30]


def test_a_cap_leaves_an_owners_best_bids():
    """Owner 1 may bid for 60: 50 at 60, then 10 of the earlier bid at 50."""
    bids = Orders(
        side=[BID] * 5,
        limit_price=[50, 60, 50, 55, 40],
        quantity=[30, 50, 30, 70, 20],
        owner=[1, 1, 1, 2, 3],
        sequence=[5, 2, 3, 4, 1],
    )
    result = clear_primary_auction(bids, offered=150, reserve_price=10, owner_cap=60)
    assert result.cut.tolist() == [30, 0, 20, 10, 0]
    assert result.fill.tolist() == [0, 50, 10, 60, 20]
    # At 40, the price of the last bid served, 140 are wanted: less than the 150 offered.
    assert (result.clearing_price, result.demand) == (10, 140)


def test_a_cap_counts_bids_above_the_ceiling_as_equal():
    bids = Orders(side=[BID] * 2, limit_price=[80, 90], quantity=[50, 50], owner=[1, 1])
    result = clear_primary_auction(
        bids, offered=100, reserve_price=10, ceiling_price=70, owner_cap=60
    )
    assert result.cut.tolist() == [0, 40]


def test_tick_and_lot(make_book):
    bids = make_book([(60, 300), (50, 300), (50, 300)])
    result = clear_primary_auction(bids, offered=600, reserve_price=40, tick=10, lot=100)
    assert result.fill.tolist() == [300, 200, 100]
    (fault,) = faults_of(bids, offered=650, reserve_price=40, tick=10, lot=100)
    assert (fault.column, fault.allowed) == ("offered", "a multiple of 100")
    (fault,) = faults_of(bids, offered=650, lot="hundred")
    assert (fault.column, fault.found) == ("lot", "hundred")


def test_every_fault_is_named_at_once():
    orders = Orders(
        side=[BID, ASK],
        limit_price=[60, 55],
        quantity=[5, 5],
        owner=[1, 2],
        is_market=[True, False],
    )
    faults = faults_of(orders, offered=-1, reserve_price=-2, owner_cap=0.5, undersubscribed="no")
    assert [(fault.column, fault.row) for fault in faults] == [
        ("reserve_price", None),
        ("offered", None),
        ("owner_cap", None),
        ("undersubscribed", None),
        ("side", 3),
        ("is_market", 2),
    ]


def test_a_reserve_above_the_ceiling(make_book):
    (fault,) = faults_of(make_book(BIDS), ceiling_price=39)
    assert fault.what == "reserve_price is above the ceiling"


def test_a_revenue_beyond_64_bits(make_book):
    bids = make_book([(8192, MAX_QUANTITY)])
    (fault,) = faults_of(bids, offered=MAX_QUANTITY)
    assert fault.what == "the turnover does not fit 64 bits"


def test_summary_and_table(make_book):
    bids = Orders(
        side=[BID] * 2, limit_price=[60, 50], quantity=[3000, 2000], owner=[1, 2], sequence=[7, 9]
    )
    result = clear_primary_auction(bids, offered=4000, reserve_price=45, owner_cap=2500)
    assert result.summary().splitlines() == [
        "4,000 of 4,000 sold, at 50 (reserve 45)",
        "demand 4,500, revenue 200,000",
        "500 bid beyond the cap on an owner",
    ]
    assert result.table().rows() == [
        (7, 1, "bid", 60, 3000, 500, 2500, 0, -125000),
        (9, 2, "bid", 50, 2000, 0, 1500, 500, -75000),
    ]
    nothing = clear_primary_auction(make_book(), offered=10, reserve_price=45)
    assert nothing.summary().startswith("0 of 10 sold, nothing")
