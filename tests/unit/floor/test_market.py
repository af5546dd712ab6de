"""Eq. 21 by board, and what was traded below the floor."""

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.floor import compare_market, market_table

# year, board, price, volume, turnover; block prices repeat the listing price, as feeds do.
TRADES = [
    (2021, "listing", 50.0, 10.0, 500.0),
    (2021, "block", 50.0, 90.0, 3600.0),
    (2021, "listing", 60.0, 30.0, 1800.0),
    (2021, "block", 60.0, 0.0, 0.0),
    (2021, "block", 60.0, 10.0, 450.0),
    (2022, "listing", 58.0, 5.0, 290.0),
]
COLUMNS = ("year", "board", "price", "volume", "turnover")


def compare(trades=TRADES, floors=None):
    columns = zip(*trades, strict=True) if trades else ([] for _ in COLUMNS)
    given = dict(zip(COLUMNS, map(list, columns), strict=True))
    return compare_market(
        given["year"],
        given["board"],
        price_cny_per_t=given["price"],
        volume_t=given["volume"],
        turnover_cny=given["turnover"],
        floor_cny_per_tco2={2021: 52.0} if floors is None else floors,
    )


def test_boards_stand_apart_year_by_year():
    assert [(row.year, row.board) for row in compare()] == [
        (2021, "listing"),
        (2021, "block"),
        (2022, "listing"),
    ]


def test_the_mean_is_weighted_by_volume():
    listing, _, _ = compare()
    assert listing.mean_cny_per_t == pytest.approx((50 * 10 + 60 * 30) / 40, rel=1e-15)
    assert (listing.low_cny_per_t, listing.high_cny_per_t) == (50.0, 60.0)


def test_the_price_of_a_block_is_turnover_over_volume():
    _, block, _ = compare()
    assert (block.low_cny_per_t, block.high_cny_per_t) == (40.0, 45.0)
    assert block.mean_cny_per_t == pytest.approx(4050 / 100, rel=1e-15)


def test_shares_are_of_both_boards_volume():
    listing, block, alone = compare()
    assert listing.volume_share_percent == pytest.approx(100 * 40 / 140, rel=1e-15)
    assert block.volume_share_percent == pytest.approx(100 * 100 / 140, rel=1e-15)
    assert alone.volume_share_percent == 100.0


def test_volume_and_days_below_the_floor_are_counted():
    listing, block, _ = compare()
    assert (listing.volume_below_floor_percent, listing.days_below_floor) == (25.0, 1)
    assert (block.volume_below_floor_percent, block.days_below_floor) == (100.0, 2)


def test_a_trade_at_the_floor_is_not_below_it():
    listing, _, _ = compare(floors={2021: 50.0})
    assert (listing.volume_below_floor_percent, listing.days_below_floor) == (0.0, 0)


def test_days_without_volume_do_not_count():
    _, block, _ = compare()
    assert block.days == 2
    blank = (2021, "listing", np.nan, 0.0, np.nan)
    assert compare([*TRADES, blank]) == compare()


def test_a_year_without_trade_is_left_out():
    assert compare([(2021, "listing", 50.0, 0.0, 0.0)]) == ()
    assert compare([]) == ()


def test_a_year_without_a_floor_is_compared_with_none():
    row = compare()[2]
    assert row.floor_cny_per_tco2 is None
    assert row.volume_below_floor_percent is None
    assert row.days_below_floor is None
    assert row.days == 1


def test_the_table_has_a_row_for_each_year_and_board():
    table = market_table(compare())
    assert table.shape == (3, 10)
    assert table["floor_cny_per_tco2"].to_list() == [52.0, 52.0, None]
    assert table.schema["days_below_floor"] == pl.Int64
    assert market_table(()).columns == table.columns


def test_unknown_boards_are_refused_together():
    trades = [(2021, name, 1.0, 1.0, 1.0) for name in ("spot", "listing", "auction")]
    with pytest.raises(InputError) as error:
        compare(trades)
    (fault,) = error.value.faults
    assert (fault.what, fault.found) == ("unknown board", "auction, spot")
    assert fault.allowed == "listing, block"


def test_lists_of_different_lengths_are_refused():
    with pytest.raises(InputError) as error:
        compare_market(
            [2021, 2021],
            ["listing", "listing"],
            price_cny_per_t=[50.0],
            volume_t=[1.0, 2.0],
            turnover_cny=[50.0, 100.0],
            floor_cny_per_tco2={},
        )
    (fault,) = error.value.faults
    assert (fault.what, fault.found) == ("not one figure a day and board", "2, 2, 1, 2, 2")
