"""Level, order and trends of marginal abatement costs on the China pack.

Zhang & Chang (2025), Table 3, Fig. 2 and section 4.2, on official statistics: ten
quantiles, published payment (0.2 times) and position rules, null-jointness on. The
panel is not the authors' own, so their level is not reproduced; what is asserted is what
these statistics give, computed once more with a plain linear programme and recorded to
the digits shown. Emissions and investment of 2018 are extrapolated in the pack.
"""

import polars as pl
import pytest

from tanshi.frontier import (
    FrontierInputs,
    estimate_abatement_costs,
    estimate_quantile_frontier,
)

pytestmark = pytest.mark.china

FUELS, CEADS = ("co2_ipcc_8fuel_1e4t", 1e4), ("co2_ceads_mt", 1e6)


@pytest.fixture(scope="module")
def estimates(china_pack_path):
    """Estimate by GDP column and emission column."""
    panel = pl.read_csv(china_pack_path / "province_panel_2013_2018.csv")
    return {
        (output, emissions): estimate_quantile_frontier(
            FrontierInputs(
                inputs=panel.select("emp_private_self", "K_pim6").to_numpy(),
                desirable_output=panel[output].to_numpy(),
                undesirable_output=panel[emissions].to_numpy(),
                unit=tuple(panel["province"]),
                period=panel["year"].to_numpy(),
                input_names=("labour", "capital"),
                output_scale_cny=1e8,
                emissions_scale_t=scale,
            )
        )
        for output in ("gdp_paperlike", "gdp_2013p")
        for emissions, scale in (FUELS, CEADS)
    }


@pytest.fixture(scope="module")
def costs(estimates):
    return {key: estimate_abatement_costs(estimate) for key, estimate in estimates.items()}


# Half a unit of the last digit shown: nothing random is in the estimate, its certificates
# close to 1e-13 and all optima are unique, so any other difference is a change of method.
@pytest.mark.parametrize(
    ("output", "emissions", "minimum", "tolerance"),
    [
        ("gdp_paperlike", FUELS[0], 61.11, 0.005),
        ("gdp_2013p", FUELS[0], 12.06, 0.005),
        ("gdp_paperlike", CEADS[0], 111.6, 0.05),
        ("gdp_2013p", CEADS[0], 60.1, 0.05),
    ],
)
def test_least_cost_of_2018(costs, output, emissions, minimum, tolerance):
    table = costs[output, emissions].table().filter(pl.col("time") == 2018)
    least = table.sort("mac_cny_per_tco2").row(0, named=True)
    assert least["unit"] == "Inner Mongolia"
    assert least["mac_cny_per_tco2"] == pytest.approx(minimum, abs=tolerance)


def test_every_optimum_is_certified_and_unique(estimates):
    for estimate in estimates.values():
        assert all(estimate.unique)
        # A gap of 1e-9 is allowed; on 180 normalised rows rounding leaves far less.
        assert max(certificate.gap for certificate in estimate.certificates) < 1e-12


def test_lowest_and_highest_six_year_averages(costs):
    averages = costs["gdp_paperlike", FUELS[0]].averages()
    assert averages["unit"].to_list()[:2] == ["Shanxi", "Inner Mongolia"]
    assert averages["unit"].to_list()[-2:] == ["Guangdong", "Beijing"]
    # To the digits recorded: one decimal for the lowest, none for the highest.
    assert averages["mac_cny_per_tco2"].to_list()[:2] == pytest.approx([75.9, 94.6], abs=0.05)
    assert averages["mac_cny_per_tco2"].to_list()[-2:] == pytest.approx([1128, 1390], abs=0.5)


def test_the_published_order_holds_at_the_low_end_and_all_but_one_at_the_high_end(costs):
    """Published: Shanxi lowest (56.09 CNY/t), Guangdong highest (1789.38 CNY/t)."""
    units = costs["gdp_paperlike", FUELS[0]].averages()["unit"].to_list()
    assert units.index("Shanxi") == 0
    assert units.index("Guangdong") == len(units) - 2


def test_crossings_and_exact_hits(estimates):
    """Counts, so exact: quantiles estimated one by one cross, as Chernozhukov et al. say."""
    estimate = estimates["gdp_paperlike", FUELS[0]]
    assert estimate.crossings == 46
    assert estimate.exact_hits == 40


def falls(costs, province):
    """Say whether the cost of 2018 is below that of 2013."""
    table = costs.table().filter(pl.col("unit") == province).sort("time")
    first, *_, last = table["mac_cny_per_tco2"].to_list()
    return last < first


@pytest.mark.parametrize("province", ["Gansu", "Ningxia", "Xinjiang"])
def test_falling_trends_hold(costs, province):
    assert falls(costs["gdp_paperlike", FUELS[0]], province)


@pytest.mark.parametrize("province", ["Beijing", "Guangdong"])
def test_rising_trends_hold(costs, province):
    assert not falls(costs["gdp_paperlike", FUELS[0]], province)


def test_zhejiang_rises_as_published_only_with_gdp_at_constant_prices(costs):
    assert falls(costs["gdp_paperlike", FUELS[0]], "Zhejiang")
    assert not falls(costs["gdp_2013p", FUELS[0]], "Zhejiang")


def test_the_same_unit_sets_the_floor_under_every_rule(estimates):
    for position in ("published", "rearranged"):
        for payment_rule, factor in (("published", 0.2), ("full", 1.0), ("cost_cap", 5.0)):
            costs = estimate_abatement_costs(
                estimates["gdp_paperlike", FUELS[0]],
                position=position,
                payment_rule=payment_rule,
            )
            table = costs.table().filter(pl.col("time") == 2018).sort("mac_cny_per_tco2")
            assert table["unit"][0] == "Inner Mongolia"
            # Below the grid, both rules take the first quantile: the same shadow price.
            assert table["mac_cny_per_tco2"][0] / factor == pytest.approx(61.11 / 0.2, abs=0.03)
