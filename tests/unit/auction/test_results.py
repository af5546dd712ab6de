"""What a result tells: lines, tables, owners and the schedule."""

import pytest

from tanshi.auction import ASK, BID, Orders, clear_auction


@pytest.fixture
def result():
    """Five orders of three owners; number 1 nets 200 and 300 are left unserved."""
    orders = Orders(
        side=[BID, BID, ASK, ASK, BID],
        limit_price=[6200, 6000, 5500, 5900, 0],
        quantity=[1000, 500, 900, 200, 100],
        owner=[1, 2, 3, 1, 2],
        sequence=[10, 11, 12, 13, 14],
        is_market=[False, False, False, False, True],
    )
    return clear_auction(orders, reference_price=5800, ceiling_price=6100)


def test_the_orders_and_what_became_of_them(result):
    """Bids count 800 at 6100, 500 at 6000 and 100 at 6100; from 6001 on 900 meet 900."""
    assert (result.clearing_price, result.equal_prices) == (6001, (6001, 6100))
    table = result.table()
    assert table.columns == [
        *("sequence", "owner", "side", "limit_price", "quantity"),
        *("netted", "fill", "unfilled", "money"),
    ]
    assert table.rows() == [
        (10, 1, "bid", 6200, 1000, 200, 800, 0, -800 * 6001),
        (11, 2, "bid", 6000, 500, 0, 0, 500, 0),
        (12, 3, "ask", 5500, 900, 0, 900, 0, 900 * 6001),
        (13, 1, "ask", 5900, 200, 200, 0, 0, 0),
        (14, 2, "bid", None, 100, 0, 100, 0, -100 * 6001),
    ]


def test_what_owners_bought_sold_and_paid(result):
    assert result.owners().rows() == [
        (1, 800, 0, -800 * 6001),
        (2, 100, 0, -100 * 6001),
        (3, 0, 900, 900 * 6001),
    ]
    assert result.turnover == 900 * 6001


def test_demand_and_supply_by_price(result):
    """At 6200 nothing may be priced; the netted ask at 5900 is gone, its row stays."""
    schedule = result.schedule()
    assert schedule.columns == ["price", "demand", "supply", "volume", "imbalance"]
    assert schedule.rows() == [
        (0, 1400, 0, 0, 1400),
        (5500, 1400, 900, 900, 500),
        (5900, 1400, 900, 900, 500),
        (6000, 1400, 900, 900, 500),
        (6001, 900, 900, 900, 0),
        (6100, 900, 900, 900, 0),
    ]


def test_the_lines_of_a_trade(result):
    assert result.summary().splitlines() == [
        "900 traded at 6,001 (reference 5,800)",
        "demand 900, supply 900; equally good: 6,001 to 6,100",
        "200 netted between orders of the same owners",
    ]


def test_the_lines_of_what_is_not_served(make_book):
    scarce = clear_auction(
        make_book([(90, 50)], [(10, 20)]), reference_price=60, floor_price=20, ceiling_price=60
    )
    assert scarce.summary().splitlines()[-1] == "30 bid and not served at the ceiling"
    glut = clear_auction(make_book([(90, 20)], [(10, 50)]), reference_price=60)
    assert glut.summary().splitlines()[-1] == "30 offered and not served"


def test_the_lines_of_no_trade(make_book):
    lines = clear_auction(make_book(), reference_price=60).summary().splitlines()
    assert lines == [
        "no trade; indicative price 60 (reference 60)",
        "demand 0, supply 0; equally good: 0 to any higher price",
    ]
    rows = clear_auction(make_book(), reference_price=60).schedule().rows()
    assert rows == [(0, 0, 0, 0, 0), (60, 0, 0, 0, 0)]


def test_arrays_cannot_change(result):
    assert not result.fill.flags.writeable
    assert not result.netted.flags.writeable
