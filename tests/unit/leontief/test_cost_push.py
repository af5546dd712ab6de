"""Eq. 14 to 17 on two sectors, by hand, and every request that is refused."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.leontief import CoveredSector, PriceModel, estimate_cost_push

# 7.575 t per 1e4 CNY at 10 CNY/t adds 0.7575 % to the cost of sector 1, and column 1 of
# (I - A_D')^-1 is (0.95, 0.25) / 0.7575.
FIRST = CoveredSector(code="01", intensity_tco2_per_1e4_cny=7.575)
PRICE = 10.0


def push(model, *covered, price=PRICE, **options):
    return estimate_cost_push(model, covered or (FIRST,), price_cny_per_tco2=price, **options)


def test_prices_rise_as_by_hand(two_sector_model):
    found = push(two_sector_model)
    assert found.direct_percent[2] == pytest.approx([0.7575, 0.0], rel=1e-14)
    assert found.total_percent[2] == pytest.approx([0.95, 0.25], rel=1e-13)
    assert found.total_percent[0] == pytest.approx([0.19, 0.05], rel=1e-13)
    assert found.paid_shares == (0.2, 0.5, 1.0)


def test_indices_are_weighted_as_by_hand(two_sector_model):
    found = push(two_sector_model)
    # CI: 30 and 50 of 100 consumed are domestic; the imported 20 do not rise.
    assert found.consumer_weights.tolist() == [0.3, 0.5]
    assert found.consumer_index_percent[2] == pytest.approx(0.95 * 0.3 + 0.25 * 0.5, rel=1e-13)
    # PI: 1000 and 2000 of 3000 made.
    assert found.producer_weights == pytest.approx([1 / 3, 2 / 3], rel=1e-15)
    assert found.producer_index_percent[2] == pytest.approx((0.95 + 2 * 0.25) / 3, rel=1e-13)
    assert found.consumer_index_percent[0] == pytest.approx(0.2 * 0.41, rel=1e-13)


def test_emissions_and_revenue_are_in_the_tables_money(make_inputs):
    """Output of 1000 units of 1e4 CNY is 1e7 CNY: 7 575 t; in units of 1 CNY, 0.7575 t."""
    for scale, tonnes in ((1e4, 7575.0), (1.0, 0.7575)):
        inputs = make_inputs([[150, 500], [200, 100]], [1000, 2000], money_scale_cny=scale)
        found = push(PriceModel(inputs))
        assert found.covered_emissions_tco2 == pytest.approx(tonnes, rel=1e-14)
        revenue = [2 * tonnes, 5 * tonnes, 10 * tonnes]
        assert found.revenue_cny == pytest.approx(revenue, rel=1e-14)
        assert found.total_percent[2] == pytest.approx([0.95, 0.25], rel=1e-13)


def test_a_part_of_a_sector_pays_its_part(two_sector_model):
    part = CoveredSector(code="01", intensity_tco2_per_1e4_cny=7.575, covered_share=0.4)
    found = push(two_sector_model, part)
    assert found.total_percent[2] == pytest.approx([0.38, 0.1], rel=1e-13)
    assert found.covered_emissions_tco2 == pytest.approx(3030.0, rel=1e-14)


def test_two_parts_of_one_sector_add_up(two_sector_model):
    steel = CoveredSector(code="01", intensity_tco2_per_1e4_cny=7.575, covered_share=0.7)
    aluminium = CoveredSector(code="1", intensity_tco2_per_1e4_cny=7.575, covered_share=0.3)
    found = push(two_sector_model, steel, aluminium)
    assert found.total_percent[2] == pytest.approx([0.95, 0.25], rel=1e-13)
    assert found.covered_codes == ("01",)


@pytest.mark.parametrize("options", [{"price": 0.0}, {"paid_shares": (0.0,)}])
def test_what_costs_nothing_changes_nothing(two_sector_model, options):
    found = push(two_sector_model, **options)
    assert not found.total_percent.any()
    assert not found.revenue_cny.any()
    assert not found.consumer_index_percent.any()


def test_results_are_read_only(two_sector_model):
    found = push(two_sector_model)
    arrays = [value for value in vars(found).values() if isinstance(value, np.ndarray)]
    assert len(arrays) == 7
    assert not any(array.flags.writeable for array in arrays)


@pytest.mark.parametrize(
    ("change", "what", "found"),
    [
        ({"code": "77"}, "no such sector", "77"),
        ({"intensity_tco2_per_1e4_cny": np.nan}, "not an intensity: sector 01", "nan"),
        ({"intensity_tco2_per_1e4_cny": np.inf}, "not an intensity: sector 01", "inf"),
        ({"intensity_tco2_per_1e4_cny": -0.1}, "not an intensity: sector 01", "-0.1"),
        ({"covered_share": 1.1}, "not a covered share: sector 01", "1.1"),
        ({"covered_share": 0.0}, "not a covered share: sector 01", "0.0"),
        ({"covered_share": np.nan}, "not a covered share: sector 01", "nan"),
    ],
)
def test_a_sector_that_cannot_pay_is_refused(two_sector_model, change, what, found):
    given = {"code": "01", "intensity_tco2_per_1e4_cny": 1.0} | change
    with pytest.raises(InputError) as error:
        push(two_sector_model, CoveredSector(**given))
    (fault,) = error.value.faults
    assert (fault.what, fault.found) == (what, found)
    assert fault.allowed
    assert fault.remedy


@pytest.mark.parametrize(
    ("options", "what", "found"),
    [
        ({"price": np.nan}, "not a price", "nan"),
        ({"price": -1.0}, "not a price", "-1.0"),
        ({"price": np.inf}, "not a price", "inf"),
        ({"paid_shares": (1.2,)}, "not a paid share", "1.2"),
        ({"paid_shares": (-0.1,)}, "not a paid share", "-0.1"),
        ({"paid_shares": (np.nan,)}, "not a paid share", "nan"),
        ({"paid_shares": ()}, "no paid share", "nothing"),
    ],
)
def test_a_price_or_paid_share_that_is_none_is_refused(two_sector_model, options, what, found):
    with pytest.raises(InputError) as error:
        push(two_sector_model, **options)
    (fault,) = error.value.faults
    assert (fault.what, fault.found) == (what, found)


def test_nobody_covered_is_refused(two_sector_model):
    with pytest.raises(InputError, match="no covered sector"):
        estimate_cost_push(two_sector_model, [], price_cny_per_tco2=PRICE)


@pytest.mark.parametrize("second", ["01", "1"])
def test_more_than_all_of_a_sector_is_refused_however_it_is_written(two_sector_model, second):
    covered = [
        CoveredSector(code=code, intensity_tco2_per_1e4_cny=1.0, covered_share=0.6)
        for code in ("01", second)
    ]
    with pytest.raises(InputError, match="sector 01 is covered more than once") as error:
        push(two_sector_model, *covered)
    assert error.value.faults[0].found == "shares add up to 1.2"


def test_every_fault_is_told_at_once(two_sector_model):
    wrong = CoveredSector(code="77", intensity_tco2_per_1e4_cny=np.nan, covered_share=2.0)
    with pytest.raises(InputError) as error:
        push(two_sector_model, wrong, FIRST, FIRST, price=-1.0, paid_shares=(2.0,))
    assert [fault.what for fault in error.value.faults] == [
        "not a price",
        "not a paid share",
        "not an intensity: sector 77",
        "not a covered share: sector 77",
        "no such sector",
        "sector 01 is covered more than once",
    ]


def test_an_index_without_weights_is_refused(make_inputs):
    inputs = make_inputs(np.zeros((2, 2)), [0.0, 0.0], domestic_consumption=[0.0, 0.0])
    with pytest.raises(InputError) as error:
        push(PriceModel(inputs))
    assert [fault.what for fault in error.value.faults] == [
        "no consumption in the table",
        "no output in the table",
    ]
