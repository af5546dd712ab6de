"""Zhang & Chang (2025), Table 2: moments of the panel, 30 provinces, 2013-2018.

Published standard deviations are population ones, and the unit printed for capital and
GDP, 1e9 CNY, is 1e8 CNY. Which official series the authors took is inferred from the
moments; labour is settled, the others are near and no more.
"""

from typing import NamedTuple

import polars as pl
import pytest

pytestmark = pytest.mark.china


class Moments(NamedTuple):
    mean: float
    deviation: float
    greatest: float
    least: float


PUBLISHED = {
    "labour": Moments(982.24, 827.48, 4585.20, 66.50),
    "capital": Moments(99_997.86, 66_055.96, 322_642.40, 9_411.42),
    "gdp": Moments(20_865.35, 15_542.22, 69_495.45, 1_953.57),
    "co2": Moments(45_637.29, 31_577.63, 156_469.65, 5_846.52),
}


@pytest.fixture(scope="module")
def panel(china_pack_path):
    return pl.read_csv(china_pack_path / "province_panel_2013_2018.csv")


def moments(series, *, ddof=0):
    return Moments(series.mean(), series.std(ddof=ddof), series.max(), series.min())


def percent_off(found, published):
    return [100.0 * (one / other - 1.0) for one, other in zip(found, published, strict=True)]


def test_size_of_the_panel(panel):
    assert panel.height == 180
    assert panel["province"].n_unique() == 30
    assert panel["year"].unique().sort().to_list() == list(range(2013, 2019))


def test_labour_is_private_enterprise_and_self_employed(panel):
    found, published = moments(panel["emp_private_self"]), PUBLISHED["labour"]
    # Mean and deviation to the two decimals printed.
    assert found.mean == pytest.approx(published.mean, abs=0.005)
    assert found.deviation == pytest.approx(published.deviation, abs=0.005)
    # The extremes were printed from figures of one decimal: 66.537 appears as 66.50.
    assert found.greatest == pytest.approx(published.greatest, abs=0.05)
    assert found.least == pytest.approx(published.least, abs=0.05)


def test_deviations_are_population_deviations(panel):
    sample = moments(panel["emp_private_self"], ddof=1)
    assert abs(sample.deviation - PUBLISHED["labour"].deviation) > 2.0


def test_urban_units_are_not_the_labour_published(panel):
    off = percent_off(moments(panel["emp_urban_units"]), PUBLISHED["labour"])
    assert max(off[:3]) < -35.0


# Differences in percent as found: mean, deviation, greatest, least. They document how near
# the pack's series are to the authors' unnamed ones. The figures are the pack's own, read
# from a file with a fixed hash, so half of the last digit shown is all that may move.
@pytest.mark.parametrize(
    ("variable", "column", "found_percent"),
    [
        ("capital", "K_pim6", [2.35, 4.34, 10.95, -6.89]),
        ("gdp", "gdp_paperlike", [0.40, 0.10, -2.58, -1.59]),
        ("gdp", "gdp_2013p", [15.90, 19.86, 29.23, -12.30]),
        ("gdp", "gdp_nom", [17.96, 25.72, 43.82, -12.30]),
        ("co2", "co2_ipcc_8fuel_1e4t", [-0.97, -0.54, 4.56, -0.86]),
    ],
)
def test_other_moments_are_this_far_from_print(panel, variable, column, found_percent):
    off = percent_off(moments(panel[column]), PUBLISHED[variable])
    assert off == pytest.approx(found_percent, abs=0.0051)


def test_the_paperlike_gdp_is_the_nearest_and_is_not_gdp_at_constant_prices(panel):
    """Nominal GDP over the volume index comes within 3 %; correct deflation is 12-30 % off."""
    distance = {
        column: max(map(abs, percent_off(moments(panel[column]), PUBLISHED["gdp"])))
        for column in ("gdp_paperlike", "gdp_2013p", "gdp_nom", "gdp_nominal_prerevision")
    }
    assert min(distance, key=distance.__getitem__) == "gdp_paperlike"
    assert distance["gdp_paperlike"] < 3.0
    assert distance["gdp_2013p"] > 12.0


def test_the_ceads_inventory_is_a_quarter_below_the_published_emissions(panel):
    """Eight fuels count coal with coke and crude with products; an inventory does not."""
    inventory = panel["co2_ceads_mt"] * 100.0  # 1e6 t to 1e4 t
    off = percent_off(moments(inventory), PUBLISHED["co2"])
    assert off[0] == pytest.approx(-26.8, abs=0.05)
    assert all(-45.0 < value < -25.0 for value in off)
