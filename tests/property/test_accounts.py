"""Identities the accounts must satisfy whatever the numbers."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tanshi.accounts import (
    CapitalInputs,
    InventoryInputs,
    chain_index,
    constant_prices,
    estimate_capital_stock,
    estimate_emissions,
    load_default_factors,
)

YEARS = tuple(range(2005, 2017))
FUELS = tuple(factor.fuel for factor in load_default_factors())
money = st.floats(0.1, 1e5)
indices = st.floats(80.0, 130.0)
tables = arrays(np.float64, (3, len(YEARS)), elements=money)
index_tables = arrays(np.float64, (3, len(YEARS)), elements=indices)
fuel_tables = arrays(np.float64, (4, len(FUELS)), elements=st.floats(0.0, 1e5))


def constant(investment, depreciation=0.06):
    units = tuple(str(i) for i in range(len(investment)))
    return CapitalInputs(
        units, YEARS, 2013, investment_constant_1e8_cny=investment, depreciation=depreciation
    )


def emissions(table):
    units = tuple(str(i) for i in range(len(table)))
    columns = dict(zip(FUELS, table.T, strict=True))
    return estimate_emissions(InventoryInputs(units, (2013,) * len(table), columns))


@given(tables, index_tables, st.floats(0.0, 1.0), st.sampled_from(["year_end", "year_opening"]))
def test_the_recursion_holds(nominal, prices, depreciation, start_at):
    inputs = CapitalInputs(("A", "B", "C"), YEARS, 2013, nominal, prices, depreciation=depreciation)
    result = estimate_capital_stock(inputs, start="ratio", start_at=start_at)
    stock, investment = result.capital_stock_1e8_cny, result.investment_constant_1e8_cny
    np.testing.assert_allclose(
        stock[:, 1:], investment[:, 1:] + (1.0 - depreciation) * stock[:, :-1], rtol=1e-12
    )


@given(st.floats(0.1, 1e4), st.floats(-0.05, 0.4), st.sampled_from(["arithmetic", "geometric"]))
def test_constant_growth_stays_on_the_balanced_path(first, growth, mean):
    investment = first * (1.0 + growth) ** np.arange(len(YEARS))
    result = estimate_capital_stock(
        constant(investment[None, :]), growth_mean=mean, start_at="year_opening"
    )
    stock = result.capital_stock_1e8_cny[0]
    np.testing.assert_allclose(stock[1:] / stock[:-1], 1.0 + growth, rtol=1e-9)
    np.testing.assert_allclose(stock, investment * (1.0 + growth) / (growth + 0.06), rtol=1e-7)


@given(st.floats(0.1, 1e4), st.floats(-0.05, 0.4))
def test_a_year_end_start_misses_the_balanced_path_by_a_shrinking_part(first, growth):
    investment = first * (1.0 + growth) ** np.arange(len(YEARS))
    inputs = constant(investment[None, :])
    dated = [
        estimate_capital_stock(inputs, start_at=at).capital_stock_1e8_cny[0]
        for at in ("year_end", "year_opening")
    ]
    gap = 1.0 - dated[0] / dated[1]
    decay = (0.94 / (1.0 + growth)) ** np.arange(len(YEARS))
    np.testing.assert_allclose(gap, growth / (1.0 + growth) * decay, rtol=1e-6, atol=1e-9)


@given(tables, st.floats(0.1, 100.0))
def test_capital_scales_with_investment(investment, factor):
    once = estimate_capital_stock(constant(investment), start="ratio")
    scaled = estimate_capital_stock(constant(factor * investment), start="ratio")
    np.testing.assert_allclose(
        scaled.capital_stock_1e8_cny, factor * once.capital_stock_1e8_cny, rtol=1e-12
    )


@given(index_tables, st.integers(0, len(YEARS) - 1))
def test_a_chained_index_is_one_in_its_base_year_and_keeps_the_changes(index, base):
    level = chain_index(index, base)
    assert (level[:, base] == 1.0).all()
    np.testing.assert_allclose(100.0 * level[:, 1:] / level[:, :-1], index[:, 1:], rtol=1e-12)


@given(tables, index_tables, st.sampled_from(YEARS))
def test_volume_and_deflator_agree_where_price_is_value_over_volume(nominal, volume, base_year):
    price = np.full_like(volume, np.nan)
    price[:, 1:] = nominal[:, 1:] / nominal[:, :-1] / (volume[:, 1:] / 100.0) * 100.0
    by_volume = constant_prices(nominal, volume, YEARS, base_year)
    by_price = constant_prices(nominal, price, YEARS, base_year, method="deflator")
    np.testing.assert_allclose(by_volume, by_price, rtol=1e-9)


@given(tables, index_tables, st.sampled_from(YEARS))
def test_published_times_volume_is_nominal(nominal, volume, base_year):
    published = constant_prices(nominal, volume, YEARS, base_year, method="published")
    quantity = chain_index(volume, YEARS.index(base_year))
    np.testing.assert_allclose(published * quantity, nominal, rtol=1e-12)


@given(fuel_tables, fuel_tables, st.floats(0.0, 10.0))
def test_emissions_are_linear_in_fuels(one, other, factor):
    joint = emissions(one + factor * other).emissions_by_fuel_tco2
    parts = emissions(one).emissions_by_fuel_tco2 + factor * emissions(other).emissions_by_fuel_tco2
    np.testing.assert_allclose(joint, parts, rtol=1e-12, atol=1e-6)


@given(fuel_tables)
def test_the_bound_on_double_counting_is_a_share_no_pair_can_exceed(table):
    assume(table.sum() > 0.0)
    result = emissions(table)
    by_fuel = dict(zip(FUELS, result.emissions_by_fuel_tco2.sum(axis=0), strict=True))
    total = sum(by_fuel.values())
    refined = by_fuel["gasoline"] + by_fuel["kerosene"] + by_fuel["diesel"] + by_fuel["fueloil"]
    assert result.double_counted_coke_share * total == pytest.approx(
        min(by_fuel["coke"], by_fuel["coal"])
    )
    assert result.double_counted_refined_share * total == pytest.approx(
        min(refined, by_fuel["crude"])
    )
    assert result.double_counted_share_upper_bound <= 0.5 + 1e-12
