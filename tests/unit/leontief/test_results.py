"""Tables and words about a cost push."""

import pytest

from tanshi.leontief import CoveredSector, PriceModel, estimate_cost_push

# Three sectors that all buy from the first: 10, 5 and 20 % of their output.
FLOWS = [[10.0, 5.0, 20.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


@pytest.fixture
def model(make_inputs):
    return PriceModel(make_inputs(FLOWS, [100.0, 100.0, 100.0]))


def push(model, *codes, paid_shares=(0.5, 1.0)):
    covered = [CoveredSector(code=code, intensity_tco2_per_1e4_cny=9.0) for code in codes]
    return estimate_cost_push(model, covered, price_cny_per_tco2=100.0, paid_shares=paid_shares)


def test_prices_have_a_row_for_each_paid_share_and_sector(model):
    table = push(model, "01").prices()
    # dv = 9 %, (1 - 0.1)^-1 dv = 10 %, of which the others buy 5 and 20 %.
    assert table.columns == ["sector", "name", "paid_share", "direct_percent", "total_percent"]
    assert table["sector"].to_list() == ["01", "02", "03"] * 2
    assert table["paid_share"].to_list() == [0.5] * 3 + [1.0] * 3
    assert table["direct_percent"].to_list() == pytest.approx([4.5, 0, 0, 9, 0, 0], rel=1e-13)
    assert table["total_percent"].to_list() == pytest.approx([5, 0.25, 1, 10, 0.5, 2], rel=1e-13)


def test_indices_tell_means_and_the_range_of_those_who_do_not_pay(model):
    table = push(model, "01").indices()
    assert table["paid_share"].to_list() == [0.5, 1.0]
    assert table["mean_all_sectors_percent"].to_list() == pytest.approx([6.25 / 3, 12.5 / 3])
    assert table["least_uncovered_percent"].to_list() == pytest.approx([0.25, 0.5])
    assert table["greatest_uncovered_percent"].to_list() == pytest.approx([1.0, 2.0])
    # 9 t per 1e4 CNY on 1e6 CNY, 100 CNY/t.
    assert table["revenue_1e8_cny"].to_list() == pytest.approx([0.00045, 0.0009])


def test_where_everybody_pays_nobody_is_uncovered(model):
    found = push(model, "01", "02", "03")
    assert found.most_affected(3) == []
    assert found.indices()["least_uncovered_percent"].to_list() == [None, None]
    assert found.indices()["greatest_uncovered_percent"].to_list() == [None, None]


@pytest.mark.parametrize("paid_shares", [(0.5, 1.0), (1.0, 0.0)])
def test_most_affected_leaves_out_those_who_pay(model, paid_shares):
    found = push(model, "01", paid_shares=paid_shares)
    assert found.uncovered.tolist() == [False, True, True]
    assert found.most_affected(1) == ["03"]
    assert found.most_affected(9) == ["03", "02"]


def test_the_summary_says_price_sectors_indices_and_revenue(model):
    assert push(model, "01", paid_shares=(1.0,)).summary() == (
        "cost push of 100 CNY/tCO2 on 01: 0.00 1e8 t covered\n"
        "paid share 1: CI 4.1667 %, PI 4.1667 %, revenue 0.0 1e8 CNY"
    )
