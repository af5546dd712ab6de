"""What holds of every floor path, market comparison and supply curve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanshi.floor import PriceFloor, abatement_supply, compare_market, index_floor

few = settings(max_examples=50, deadline=None, derandomize=True)
money = st.floats(0.01, 1e4)
floors = money.map(
    lambda price: PriceFloor(
        price_cny_per_tco2=price, set_by="a", observed_period=2018, applies_to=2019
    )
)
trades = st.lists(
    st.tuples(
        st.integers(2021, 2024),
        st.sampled_from(["listing", "block"]),
        st.floats(1.0, 200.0),
        st.just(0.0) | st.floats(1.0, 1e6),
        st.floats(0.7, 1.3),
    ),
    min_size=1,
    max_size=30,
)
units = st.lists(st.tuples(money | st.just(np.inf), st.floats(0.1, 1e4)), min_size=1, max_size=30)


@few
@given(floors, st.floats(-5.0, 10.0), st.integers(0, 30))
def test_a_fixed_escalator_has_a_closed_form(floor, percent, years):
    path = index_floor(floor, {}, last_year=2019 + years, rule="fixed", escalator_percent=percent)
    expected = floor.price_cny_per_tco2 * (1.0 + percent / 100.0) ** np.arange(years + 1)
    assert path.price_cny_per_tco2 == pytest.approx(expected, rel=1e-12)


@few
@given(floors, st.lists(st.floats(95.0, 110.0), min_size=7, max_size=7))
def test_each_step_is_the_index_of_its_year_and_reflation_shifts_the_whole_path(floor, indices):
    cpi = dict(zip(range(2016, 2023), indices, strict=True))
    printed = index_floor(floor, cpi, last_year=2023)
    prices = np.array(printed.price_cny_per_tco2)
    assert prices[0] == floor.price_cny_per_tco2
    assert prices[1:] / prices[:-1] == pytest.approx(np.array(indices[3:]) / 100.0, rel=1e-12)
    reflated = index_floor(floor, cpi, last_year=2023, price_base="reflated", base_year=2015)
    factor = np.prod(np.array(indices[:3]) / 100.0)
    assert reflated.price_cny_per_tco2 == pytest.approx(factor * prices, rel=1e-12)
    plus = index_floor(floor, cpi, last_year=2023, rule="cpi_plus", escalator_percent=0.0)
    assert plus.price_cny_per_tco2 == printed.price_cny_per_tco2


@few
@given(trades, money)
def test_means_lie_between_low_and_high_and_shares_add_up(rows, floor):
    year, board, price, volume, ratio = (list(column) for column in zip(*rows, strict=True))
    turnover = np.array(price) * volume * ratio
    found = compare_market(
        year,
        board,
        price_cny_per_t=price,
        volume_t=volume,
        turnover_cny=turnover,
        floor_cny_per_tco2=dict.fromkeys(range(2021, 2025), floor),
    )
    for row in found:
        assert row.low_cny_per_t * (1 - 1e-12) <= row.mean_cny_per_t
        assert row.mean_cny_per_t <= row.high_cny_per_t * (1 + 1e-12)
        assert 0.0 <= row.volume_below_floor_percent <= 100.0 + 1e-9
        assert (row.days_below_floor == 0) == (row.low_cny_per_t >= floor)
        assert (row.days_below_floor == row.days) == (row.high_cny_per_t < floor)
    for one in {row.year for row in found}:
        shares = [row.volume_share_percent for row in found if row.year == one]
        assert sum(shares) == pytest.approx(100.0, rel=1e-12)
    assert sum(row.days for row in found) == np.count_nonzero(volume)


@few
@given(units, money, money)
def test_the_supply_curve_rises(drawn, one, other):
    cost, emissions = (list(column) for column in zip(*drawn, strict=True))
    names = [f"unit {i}" for i in range(len(cost))]
    supply = abatement_supply(names, cost, emissions)
    assert sorted(supply.unit) == sorted(names)
    assert (supply.mac_cny_per_tco2[1:] >= supply.mac_cny_per_tco2[:-1]).all()
    assert (np.diff(supply.share_reached_percent) > 0).all()
    assert supply.share_reached_percent[-1] == pytest.approx(100.0, rel=1e-12)
    low, high = sorted((one, other))
    assert 0.0 <= supply.share_below(low) <= supply.share_below(high) <= 100.0 + 1e-9
    assert set(supply.units_below(low)) <= set(supply.units_below(high))
    # The curve and the count agree at every step.
    acting = len(supply.units_below(high))
    reached = supply.share_reached_percent[acting - 1] if acting else 0.0
    assert supply.share_below(high) == pytest.approx(reached, rel=1e-12)
