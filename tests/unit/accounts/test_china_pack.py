"""The accounts against the columns of the China pack, which were computed elsewhere."""

import numpy as np
import polars as pl
import pytest

from tanshi.accounts import (
    CapitalInputs,
    InventoryInputs,
    constant_prices,
    estimate_capital_stock,
    estimate_emissions,
    load_default_factors,
)
from tanshi.core import InputError

pytestmark = pytest.mark.china

FUELS = ("coal", "coke", "crude", "gasoline", "kerosene", "diesel", "fueloil", "gas")


@pytest.fixture
def panel(china_pack_path):
    return pl.read_csv(china_pack_path / "province_panel_2013_2018.csv").sort("province", "year")


@pytest.fixture
def accounts(china_pack_path):
    return pl.read_csv(china_pack_path / "province_accounts_2000_2019.csv").sort("province", "year")


def grid(table, column):
    """Units by years of one column, blanks as NaN."""
    units = table["province"].n_unique()
    return table[column].fill_null(np.nan).to_numpy().reshape(units, -1)


def names(table):
    return tuple(table["province"].unique(maintain_order=True).to_list())


def years(table):
    return tuple(table["year"].unique().sort().to_list())


def capital_inputs(panel, accounts, first_year):
    """Investment of the panel's provinces from `first_year` to 2018."""
    part = accounts.filter(
        pl.col("province").is_in(names(panel)), pl.col("year").is_between(first_year, 2018)
    )
    return CapitalInputs(names(part), years(part), 2013, grid(part, "fai"), grid(part, "fai_price"))


def fuel_inputs(panel, china_pack_path, factors):
    energy = pl.read_csv(china_pack_path / "province_energy_2000_2019.csv")
    rows = panel.filter(pl.col("year") < 2018).join(energy, on=["province", "year"], how="left")
    columns = {fuel: rows[fuel].fill_null(np.nan).to_numpy() for fuel in FUELS}
    inputs = InventoryInputs(
        tuple(rows["province"].to_list()), tuple(rows["year"].to_list()), columns, factors
    )
    return rows, inputs


def test_gdp_at_2013_prices_is_the_volume_method(accounts):
    found = constant_prices(
        grid(accounts, "gdp_nom"), grid(accounts, "gdp_index"), years(accounts), 2013
    )
    np.testing.assert_allclose(found, grid(accounts, "gdp_2013p"), rtol=1e-9)


def test_paperlike_gdp_is_the_published_method(panel):
    found = constant_prices(
        grid(panel, "gdp_nominal_prerevision"),
        grid(panel, "gdp_index"),
        years(panel),
        2013,
        method="published",
    )
    np.testing.assert_allclose(found, grid(panel, "gdp_paperlike"), rtol=1e-9)


def test_published_method_comes_nearest_to_the_printed_moments(panel):
    """Zhang & Chang (2025), Table 2: mean 20,865.35, deviation 15,542.22, 1e8 CNY."""

    def distance(values):
        return abs(values.mean() / 20865.35 - 1.0) + abs(values.std() / 15542.22 - 1.0)

    assert distance(grid(panel, "gdp_paperlike")) < distance(grid(panel, "gdp_nom"))
    assert distance(grid(panel, "gdp_paperlike")) < distance(grid(panel, "gdp_2013p"))


def test_capital_follows_the_recursion_with_2018_extrapolated(panel, accounts):
    stock = grid(panel, "K_pim6")
    result = estimate_capital_stock(
        capital_inputs(panel, accounts, 2013),
        start="given",
        initial_stock_1e8_cny=stock[:, 0],
        extend={2018: 0.059},
    )
    np.testing.assert_allclose(result.capital_stock_1e8_cny, stock, rtol=1e-9)
    np.testing.assert_array_equal(
        result.extrapolated, np.tile([False] * 5 + [True], (len(stock), 1))
    )


def test_investment_at_2013_prices(panel, accounts):
    result = estimate_capital_stock(capital_inputs(panel, accounts, 2000), start="ratio")
    part = accounts.filter(pl.col("province").is_in(names(panel)), pl.col("year") <= 2018)
    np.testing.assert_allclose(
        result.investment_constant_1e8_cny, grid(part, "fai_2013p"), rtol=1e-9
    )


def test_the_level_of_capital_starts_in_2007(panel, accounts):
    """The pack's start: investment of 2007 over g + 6 %, g that of 2007-2012 in money."""
    result = estimate_capital_stock(
        capital_inputs(panel, accounts, 2007),
        growth_years=5,
        growth_mean="geometric",
        growth_of="current",
        extend={2018: 0.059},
    )
    np.testing.assert_allclose(
        result.capital_stock_1e8_cny[:, -6:], grid(panel, "K_pim6"), rtol=1e-9
    )


def test_tibet_has_no_investment_prices(accounts):
    tibet = accounts.filter(pl.col("province") == "Tibet")
    with pytest.raises(InputError, match="price index missing or impossible: Tibet, 2001–2017"):
        CapitalInputs(("Tibet",), years(tibet), 2013, grid(tibet, "fai"), grid(tibet, "fai_price"))


def test_emissions_are_the_panel_column(panel, china_pack_path):
    rows, inputs = fuel_inputs(panel, china_pack_path, load_default_factors())
    result = estimate_emissions(inputs)
    np.testing.assert_allclose(
        result.emissions_tco2 / 1e4, rows["co2_ipcc_8fuel_1e4t"].to_numpy(), rtol=1e-9
    )
    assert result.blanks_as_zero == 17


def test_double_counting_and_coal_are_as_documented(panel, china_pack_path):
    """The shares quoted in docs/accounts.md."""
    rows, inputs = fuel_inputs(panel, china_pack_path, load_default_factors())
    result = estimate_emissions(inputs)
    total = result.emissions_tco2.sum()
    assert result.double_counted_coke_share == pytest.approx(0.0921, abs=5e-5)
    assert result.double_counted_refined_share == pytest.approx(0.0937, abs=5e-5)
    assert total / 1e6 / rows["co2_ceads_mt"].sum() == pytest.approx(1.349, abs=5e-4)
    ratio = result.emissions_tco2 / 1e6 / rows["co2_ceads_mt"].to_numpy()
    assert np.median(ratio) == pytest.approx(1.284, abs=5e-4)
    bituminous = load_default_factors("ipcc_2006_bituminous")
    _, inputs = fuel_inputs(panel, china_pack_path, bituminous)
    assert estimate_emissions(inputs).emissions_tco2.sum() / total == pytest.approx(
        0.9752, abs=5e-5
    )
