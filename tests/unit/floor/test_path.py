"""Eq. 20 and the other rules by which a floor moves on."""

import math

import pytest

from tanshi.core import InputError
from tanshi.floor import PriceFloor, index_floor

FLOOR = PriceFloor(price_cny_per_tco2=100.0, set_by="a", observed_period=2018, applies_to=2019)
# Official consumer price index, previous year = 100.
CPI = {
    2014: 102.0,
    2015: 101.4,
    2016: 102.0,
    2017: 101.6,
    2018: 102.1,
    2019: 102.9,
    2020: 102.5,
    2021: 100.9,
}


def path(*, cpi=CPI, last_year=2022, **options):
    return index_floor(FLOOR, cpi, last_year=last_year, **options)


def faults_of(**options):
    with pytest.raises(InputError) as error:
        path(**options)
    return error.value.faults


def test_a_year_takes_the_index_of_the_year_before():
    found = path()
    assert found.years == (2019, 2020, 2021, 2022)
    expected = [100.0, 102.9, 102.9 * 1.025, 102.9 * 1.025 * 1.009]
    assert found.price_cny_per_tco2 == pytest.approx(expected, rel=1e-14)


def test_points_can_be_added_to_the_index():
    found = path(rule="cpi_plus", escalator_percent=2.0, last_year=2021)
    assert found.price_cny_per_tco2 == pytest.approx([100.0, 104.9, 104.9 * 1.045], rel=1e-14)


def test_a_fixed_escalator_needs_no_index():
    found = path(rule="fixed", escalator_percent=3.0, cpi={}, last_year=2021)
    assert found.price_cny_per_tco2 == pytest.approx([100.0, 103.0, 106.09], rel=1e-14)
    assert found.escalator_percent == 3.0


def test_rggi_raises_its_reserve_price_by_two_and_a_half_percent():
    found = path(rule="rggi", escalator_percent=9.0, cpi={}, last_year=2020)
    assert found.price_cny_per_tco2 == pytest.approx([100.0, 102.5], rel=1e-14)
    # What was applied, not what was asked for beside the rule.
    assert found.escalator_percent == 2.5


def test_the_path_can_be_its_first_year():
    found = path(last_year=2019, cpi={})
    assert found.as_mapping() == {2019: 100.0}


def test_reflation_brings_2013_prices_to_those_of_2018():
    found = path(price_base="reflated", base_year=2013, last_year=2020)
    # 1.020 x 1.014 x 1.020 x 1.016 x 1.021 = 1.0943537956416, multiplied out by hand.
    first, second = found.price_cny_per_tco2
    assert first == pytest.approx(109.43537956416, rel=1e-12)
    assert second == pytest.approx(first * 1.029, rel=1e-14)


def test_as_printed_the_base_year_does_not_matter():
    assert path(base_year=2013) == path()


def test_costs_at_prices_of_the_observed_year_need_no_reflation():
    found = path(price_base="reflated", base_year=2018)
    assert found.price_cny_per_tco2 == path().price_cny_per_tco2


def test_a_path_carries_where_it_comes_from():
    found = path(price_base="reflated", base_year=2017)
    assert (found.set_by, found.observed_period, found.rule) == ("a", 2018, "cpi")
    assert found.price_base == "reflated"
    assert found.table().columns == ["year", "floor_price_cny_per_tco2"]
    assert found.table()["year"].to_list() == [2019, 2020, 2021, 2022]


def test_every_year_without_an_index_is_listed():
    (fault,) = faults_of(last_year=2025)
    assert fault.what == "consumer price index missing"
    assert fault.found == "no index for 2022, 2023, 2024"
    assert fault.allowed == "given: 2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021"


def test_reflation_lists_the_years_before_the_first_too():
    (fault,) = faults_of(cpi={2015: 101.0}, price_base="reflated", base_year=2013, last_year=2020)
    assert fault.found == "no index for 2014, 2016, 2017, 2018, 2019"
    (fault,) = faults_of(cpi={})
    assert fault.allowed == "given: nothing"


def test_a_path_that_ends_before_it_starts_is_refused():
    (fault,) = faults_of(last_year=2018)
    assert fault.what == "the path ends before it starts"
    assert fault.allowed == "2019 or later"


@pytest.mark.parametrize(("base_year", "found"), [(None, "nothing"), (2019, "2019")])
def test_a_base_year_that_is_none_is_refused(base_year, found):
    (fault,) = faults_of(price_base="reflated", base_year=base_year)
    assert (fault.what, fault.found) == ("no base year to reflate from", found)
    assert fault.allowed == "2018 or earlier"


@pytest.mark.parametrize("index", [0.0, -1.0, math.nan, math.inf])
def test_an_index_that_is_none_is_refused(index):
    (fault,) = faults_of(cpi=CPI | {2020: index})
    assert (fault.what, fault.found) == ("no consumer price index: 2020", str(index))


def test_an_index_of_a_year_that_is_not_needed_does_not_matter():
    assert path(cpi=CPI | {2013: math.nan}) == path()


def test_every_fault_is_told_at_once():
    faults = faults_of(rule="gdp", price_base="real", last_year=2000)
    assert [(fault.what, fault.found) for fault in faults] == [
        ("unknown index rule", "gdp"),
        ("unknown price base", "real"),
        ("the path ends before it starts", "no year"),
    ]
    assert faults[0].allowed == "cpi, cpi_plus, fixed, rggi"
    assert faults[1].allowed == "as_printed, reflated"
