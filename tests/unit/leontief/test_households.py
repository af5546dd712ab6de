"""Who bears a cost push: by hand on two sectors, verdicts, and refusals."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.leontief import CoveredSector, estimate_cost_push
from tanshi.leontief.households import HouseholdGroup, estimate_household_burden

# With 7.575 t per 1e4 CNY at 10 CNY/t prices rise by 0.95 and 0.25 %.
FIRST = CoveredSector(code="01", intensity_tco2_per_1e4_cny=7.575)


@pytest.fixture
def push(two_sector_model):
    return estimate_cost_push(
        two_sector_model, [FIRST], price_cny_per_tco2=10.0, paid_shares=(0.2, 1.0)
    )


def group(name, domestic, imported=(0.0, 0.0), **heads):
    return HouseholdGroup(
        name=name, domestic_consumption=domestic, imported_consumption=imported, **heads
    )


POOR = group("poor", [60.0, 20.0], [10.0, 10.0])
RICH = group("rich", [100.0, 300.0], [0.0, 100.0])


def test_burdens_are_weighted_by_what_each_group_buys(push):
    found = estimate_household_burden(push, [POOR, RICH])
    # 60 % of 0.95 and 20 % of 0.25; imports, a fifth of both, do not rise.
    poor, rich = 0.6 * 0.95 + 0.2 * 0.25, 0.2 * 0.95 + 0.6 * 0.25
    assert found.burden_percent[1] == pytest.approx([poor, rich], rel=1e-13)
    assert found.burden_percent[0] == pytest.approx([0.2 * poor, 0.2 * rich], rel=1e-13)
    assert found.spending_cny.tolist() == [1e6, 5e6]
    assert found.ratio == pytest.approx(poor / rich, rel=1e-13)
    assert found.verdict == "regressive"


def test_everybodys_basket_has_the_burden_of_the_consumer_index(push, two_sectors):
    everybody = group("all", two_sectors.domestic_consumption, two_sectors.imported_consumption)
    found = estimate_household_burden(push, [everybody, RICH])
    assert found.burden_percent[:, 0] == pytest.approx(push.consumer_index_percent, rel=1e-13)
    assert everybody.weights() == pytest.approx(push.consumer_weights, rel=1e-15)


def test_products_add_up_to_burden_and_spending(push):
    found = estimate_household_burden(push, [POOR, RICH])
    assert found.products == ("sector 1", "sector 2")
    assert found.contribution_percent[1, 0] == pytest.approx([0.6 * 0.95, 0.2 * 0.25], rel=1e-13)
    assert found.spending_share_percent[0] == pytest.approx([70.0, 30.0], rel=1e-13)
    table = found.products_table()
    assert table["group"].to_list() == (["poor"] * 2 + ["rich"] * 2) * 2
    assert table["paid_share"].to_list() == [0.2] * 4 + [1.0] * 4
    assert table["contribution_percent"][4] == pytest.approx(0.57, rel=1e-13)
    assert table["spending_share_percent"][7] == pytest.approx(80.0, rel=1e-13)


def test_products_of_one_group_are_put_together(push):
    found = estimate_household_burden(push, [POOR, RICH], products=["all", "all"])
    assert found.products == ("all",)
    assert found.contribution_percent[..., 0] == pytest.approx(found.burden_percent, rel=1e-15)
    assert found.spending_share_percent.tolist() == [[100.0], [100.0]]


@pytest.mark.parametrize(
    ("groups", "tolerance", "verdict"),
    [
        ((POOR, RICH), 0.01, "regressive"),
        ((RICH, POOR), 0.01, "progressive"),
        ((POOR, group("twin", [120.0, 40.0], [20.0, 20.0])), 0.0, "neutral"),
        ((POOR, RICH), 2.0, "neutral"),
        ((RICH, POOR), 2.0, "neutral"),
    ],
)
def test_the_verdict_compares_the_first_group_with_the_last(push, groups, tolerance, verdict):
    found = estimate_household_burden(push, groups, tolerance=tolerance)
    assert found.verdict == verdict
    assert verdict in found.headline().lower()


def test_groups_between_do_not_change_the_verdict(push):
    middle = group("middle", [1.0, 0.0])
    assert estimate_household_burden(push, [POOR, middle, RICH]).ratio == pytest.approx(
        estimate_household_burden(push, [POOR, RICH]).ratio, rel=1e-14
    )


def test_where_nobody_bears_anything_the_verdict_is_neutral(two_sector_model):
    push = estimate_cost_push(two_sector_model, [FIRST], price_cny_per_tco2=0.0)
    found = estimate_household_burden(push, [POOR, RICH])
    assert (found.ratio, found.verdict) == (1.0, "neutral")


def test_where_only_the_poor_bear_something_the_ratio_is_infinite(push):
    found = estimate_household_burden(push, [POOR, group("rich", [0.0, 0.0], [5.0, 5.0])])
    assert (found.ratio, found.verdict) == (np.inf, "regressive")


def test_heads_and_incomes_turn_shares_into_money_and_shares_of_income(push):
    """The poor spend all of their income, the rich a quarter: the gap is four times wider."""
    groups = [
        group("poor", [60.0, 20.0], consumption_cny_per_head=100.0, income_cny_per_head=100.0),
        group("rich", [60.0, 20.0], consumption_cny_per_head=200.0, income_cny_per_head=800.0),
    ]
    found = estimate_household_burden(push, groups)
    burden = 0.75 * 0.95 + 0.25 * 0.25
    assert (found.verdict, found.income_verdict) == ("neutral", "regressive")
    assert found.income_ratio == pytest.approx(4.0, rel=1e-13)
    row = found.table().row(3, named=True)
    assert row["group"] == "rich"
    assert row["cost_cny_per_head"] == pytest.approx(2.0 * burden, rel=1e-13)
    assert row["burden_of_income_percent"] == pytest.approx(burden / 4.0, rel=1e-13)
    assert "by shares of income: regressive, 4.00 times" in found.summary()


def test_without_heads_and_incomes_their_columns_are_blank(push):
    found = estimate_household_burden(push, [POOR, RICH])
    assert (found.income_ratio, found.income_verdict) == (None, None)
    table = found.table()
    for column in ("cost_cny_per_head", "burden_of_income_percent", "income_ratio"):
        assert table[column].null_count() == 4
    assert table["cost_1e8_cny"][2] == pytest.approx(found.burden_percent[1, 0] * 1e6 / 1e10)
    assert table["spending_1e8_cny"].to_list() == [0.01, 0.05] * 2


def test_results_are_read_only(push):
    found = estimate_household_burden(push, [POOR, RICH])
    arrays = [value for value in vars(found).values() if isinstance(value, np.ndarray)]
    assert len(arrays) == 3
    assert not any(array.flags.writeable for array in arrays)


@pytest.mark.parametrize(
    ("groups", "options", "what"),
    [
        ((), {}, "too few groups of households"),
        ((POOR,), {}, "too few groups of households"),
        ((POOR, POOR), {}, "a group of households is there twice"),
        ((POOR, RICH), {"products": ["one"]}, "groups of products do not fit"),
        ((POOR, RICH), {"tolerance": -0.1}, "not a tolerance"),
        ((POOR, RICH), {"tolerance": np.nan}, "not a tolerance"),
        ((POOR, group("rich", [1.0])), {}, "domestic consumption of rich households is unfit"),
        ((POOR, group("rich", [1.0, -1.0])), {}, "domestic consumption of rich households"),
        ((POOR, group("rich", [1.0, 1.0], [np.nan, 0.0])), {}, "imported consumption of rich"),
        ((POOR, group("rich", [0.0, 0.0])), {}, "rich households buy nothing"),
        (
            (POOR, group("rich", [1.0, 1.0], income_cny_per_head=0.0)),
            {},
            "income_cny_per_head of rich households is unfit",
        ),
    ],
)
def test_groups_that_cannot_be_compared_are_refused(push, groups, options, what):
    with pytest.raises(InputError) as error:
        estimate_household_burden(push, groups, **options)
    (fault,) = error.value.faults
    assert fault.what.startswith(what)
    assert fault.remedy


def test_every_fault_is_told_at_once(push):
    with pytest.raises(InputError) as error:
        estimate_household_burden(push, [group("a", [-1.0, 0.0])], products=[], tolerance=-1.0)
    assert len(error.value.faults) == 4
