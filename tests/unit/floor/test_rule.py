"""The rule of Eq. 11: the least cost of a period is the floor of the next."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.floor import PriceFloor, set_price_floor

UNITS = ["a", "b", "a", "b", "a", "b"]
PERIODS = [2016, 2016, 2017, 2017, 2018, 2018]
COSTS = [5.0, 4.0, 1.0, 2.0, 7.0, 6.5]


def test_the_last_period_sets_the_floor_of_the_next():
    assert set_price_floor(UNITS, PERIODS, COSTS) == PriceFloor(
        price_cny_per_tco2=6.5, set_by="b", observed_period=2018, applies_to=2019
    )


@pytest.mark.parametrize(("period", "price", "unit"), [(2016, 4.0, "b"), (2017, 1.0, "a")])
def test_another_period_can_be_chosen(period, price, unit):
    floor = set_price_floor(UNITS, PERIODS, COSTS, observed_period=period)
    assert (floor.price_cny_per_tco2, floor.set_by) == (price, unit)
    assert (floor.observed_period, floor.applies_to) == (period, period + 1)


def test_the_first_of_equals_sets_the_floor():
    assert set_price_floor(["b", "a"], [1, 1], [3.0, 3.0]).set_by == "b"


def test_infinite_costs_are_passed_over():
    floor = set_price_floor(["a", "b"], [2018, 2018], [np.inf, 8.0])
    assert (floor.price_cny_per_tco2, floor.set_by) == (8.0, "b")


def test_a_cost_of_zero_is_a_floor_of_zero():
    assert set_price_floor(["a", "b"], [1, 1], [0.0, 8.0]).price_cny_per_tco2 == 0.0


def test_nan_in_another_period_does_not_matter():
    assert set_price_floor(["a", "a"], [1, 2], [np.nan, 3.0]).price_cny_per_tco2 == 3.0


@pytest.mark.parametrize(
    ("lists", "chosen", "what", "found"),
    [
        ((UNITS, PERIODS, COSTS), 2020, "no abatement cost in the floor's period", "2020"),
        ((["a"], [2018], [np.inf]), None, "no usable abatement cost in 2018", "inf"),
        ((["a", "b"], [1, 1], [np.nan, 2.0]), None, "no usable abatement cost in 1", "nan, 2"),
        (([], [], []), None, "not one cost an observation", "0, 0, 0"),
        ((["a"], [1, 2], [1.0, 2.0]), None, "not one cost an observation", "1, 2, 2"),
        ((["a", "b"], [1, 2], [1.0]), None, "not one cost an observation", "2, 2, 1"),
    ],
)
def test_what_gives_no_floor_is_refused(lists, chosen, what, found):
    with pytest.raises(InputError) as error:
        set_price_floor(*lists, observed_period=chosen)
    (fault,) = error.value.faults
    assert (fault.what, fault.found) == (what, found)
    assert fault.allowed
    assert fault.remedy


def test_a_period_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(InputError, match="2016 to 2018"):
        set_price_floor(UNITS, PERIODS, COSTS, observed_period=2020)


def test_the_summary_says_price_years_and_unit():
    assert set_price_floor(UNITS, PERIODS, COSTS).summary() == (
        "price floor 6.50 CNY/tCO2 for 2019, the least cost of 2018, set by b"
    )
