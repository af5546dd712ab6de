"""Zhang & Chang (2025), sections 5.1 and 5.2, Figs. 4 and 5: price effects of a floor.

The 2020 non-competitive table of 42 sectors, sector 24 (power and heat) paying 58.31 CNY/t
for 20, 50 or 100 % of its emissions. The intensity the authors used is not printed. It is
either implied by their price of sector 24, the only free number, or taken from the CEADs
inventory without any. Two of their figures do not come out; both are asserted as misses.
"""

from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from tanshi.leontief import (
    CoveredSector,
    PriceModel,
    PriceModelInputs,
    estimate_cost_push,
    sector_intensities,
)

pytestmark = pytest.mark.china

POWER = "24"
FLOOR_2020 = 58.31
SHARES = (0.2, 0.5, 1.0)
CODES = tuple(f"{i:02d}" for i in range(1, 43))
MOST_AFFECTED = {"04", "05", "12", "13", "14", "15", "26"}


class Published(NamedTuple):
    """In percent, at the three paid shares."""

    power: tuple[float, ...] = (1.0867, 2.7166, 5.4333)
    least_other: tuple[float, ...] = (0.0207, 0.0519, 0.1037)
    greatest_other: tuple[float, ...] = (0.16, 0.4, 0.8)
    mean: tuple[float, ...] = (0.0601, 0.1502, 0.3005)
    consumers: tuple[float, ...] = (0.037, 0.0925, 0.1850)
    producers: tuple[float, ...] = (0.0717, 0.1793, 0.3585)


PUBLISHED = Published()


@pytest.fixture(scope="module")
def inputs(china_pack_path):
    table = pl.read_csv(china_pack_path / "io_china_2020_42.csv", infer_schema_length=None)
    domestic = table.filter(pl.col("Origin") == "Domestic")
    imported = table.filter(pl.col("Origin") == "Imports")
    value_added = table.filter(pl.col("Code") == "TVA")
    return PriceModelInputs(
        codes=CODES,
        names=tuple(domestic["Description"]),
        domestic_flows=domestic.select(CODES).to_numpy(),
        imported_flows=imported.select(CODES).to_numpy(),
        value_added=value_added.select(CODES).to_numpy()[0],
        gross_output=domestic["GO"].to_numpy(),
        domestic_consumption=domestic["TC"].to_numpy(),
        imported_consumption=imported["TC"].to_numpy(),
    )


@pytest.fixture(scope="module")
def model(inputs):
    return PriceModel(inputs)


@pytest.fixture(scope="module")
def push(model):
    def run(intensity):
        sector = CoveredSector(code=POWER, intensity_tco2_per_1e4_cny=intensity)
        return estimate_cost_push(
            model, [sector], price_cny_per_tco2=FLOOR_2020, paid_shares=SHARES
        )

    return run


@pytest.fixture(scope="module")
def inventory_intensity(china_pack_path, inputs):
    table = pl.read_csv(china_pack_path / "sector_emissions_ceads_1997_2019.csv.gz")

    def find(year):
        rows = table.filter(pl.col("year") == year, pl.col("sector") != "Total Consumption")
        found = sector_intensities(
            CODES,
            inputs.gross_output * inputs.money_scale_cny,
            rows["sector"].to_list(),
            rows["Scope 1 Total"].to_numpy() * 1e6,
        )
        return float(found.tco2_per_1e4_cny[CODES.index(POWER)])

    return find


@pytest.fixture(scope="module")
def implied_intensity(push):
    """The intensity at which the price of sector 24 rises by what is published at 20 %."""
    by_unit = push(1.0).total_percent[0, CODES.index(POWER)]
    return PUBLISHED.power[0] / by_unit


@pytest.fixture(scope="module")
def calibrated(push, implied_intensity):
    return push(implied_intensity)


@pytest.fixture(scope="module")
def with_inventory_2018(push, inventory_intensity):
    return push(inventory_intensity(2018))


def power(found):
    return found.total_percent[:, CODES.index(POWER)]


def others(found):
    return np.delete(found.total_percent, CODES.index(POWER), axis=1)


def percent_off(found, published):
    return np.abs(np.asarray(found) / np.asarray(published) - 1.0).max() * 100.0


def test_the_table_satisfies_its_own_price_identity(model):
    # Its entries are whole units of 1e4 CNY, sums of columns agree exactly.
    assert model.unit_prices() == pytest.approx(np.ones(42), abs=1e-12)


class TestCalibrated:
    """One number, the price of sector 24 at 20 %, is taken from the paper."""

    def test_the_implied_intensity_is_near_the_inventories(self, implied_intensity):
        assert implied_intensity == pytest.approx(6.4033, abs=5e-5)

    def test_sector_24_at_the_other_shares(self, calibrated):
        # Printed to 5e-5, and 1.0867, good to 5e-5 itself, is blown up five times at most.
        assert power(calibrated) == pytest.approx(PUBLISHED.power, abs=3e-4)

    def test_the_seven_most_affected_of_the_others(self, calibrated):
        assert set(calibrated.most_affected(7)) == MOST_AFFECTED
        # And it is seven that stand out: the eighth comes clearly after the seventh.
        ordered = np.sort(others(calibrated)[0])[::-1]
        assert ordered[7] < 0.95 * ordered[6]

    def test_they_are_above_the_published_mean_and_that_of_uncovered_sectors(self, calibrated):
        rise = dict(zip(CODES, calibrated.total_percent[0], strict=True))
        for mean in (PUBLISHED.mean[0], others(calibrated)[0].mean()):
            assert all(rise[code] > mean for code in MOST_AFFECTED)
        # Our own mean of all sectors is higher (see TestNotReproduced), and chemicals miss it.
        below = {code for code in MOST_AFFECTED if rise[code] < calibrated.total_percent[0].mean()}
        assert below == {"12"}

    def test_the_greatest_rise_of_the_others(self, calibrated):
        greatest = others(calibrated).max(axis=1)
        assert greatest[0] == pytest.approx(0.1611, abs=5e-5)
        # Printed with two, one and one decimals: equal as printed.
        assert [round(one, digits) for one, digits in zip(greatest, (2, 1, 1), strict=True)] == [
            *PUBLISHED.greatest_other
        ]

    # 2 %: PI is published to 5e-5 / 0.0717 = 0.07 % and CI to 5e-4 / 0.037 = 1.4 %, and the
    # authors' weights and table edition are not known to better than half a percent.
    def test_producer_index(self, calibrated):
        assert percent_off(calibrated.producer_index_percent, PUBLISHED.producers) < 2.0

    def test_consumer_index(self, calibrated):
        assert percent_off(calibrated.consumer_index_percent, PUBLISHED.consumers) < 2.0

    def test_imports_among_the_weights_bring_the_consumer_index_nearer(self, calibrated, inputs):
        """Of the two readings of Eq. 16, weights over all consumption fit better."""
        domestic = inputs.domestic_consumption / inputs.domestic_consumption.sum()
        without = calibrated.total_percent @ domestic
        assert percent_off(without, PUBLISHED.consumers) > 3.0
        assert percent_off(calibrated.consumer_index_percent, PUBLISHED.consumers) < 0.5


class TestInventory2018:
    """Nothing is taken from the paper but the price of 58.31 CNY/t."""

    def test_intensity(self, inventory_intensity):
        assert inventory_intensity(2018) == pytest.approx(6.4474, abs=5e-5)

    def test_covered_emissions_are_those_of_the_inventory(self, with_inventory_2018):
        """4 510 Mt: splitting by output and multiplying by it again loses nothing."""
        assert with_inventory_2018.covered_emissions_tco2 == pytest.approx(4.510e9, rel=1e-3)

    # 3 %: emissions of 2018 over output of 2020 cannot be expected to be nearer than
    # emissions change in a year (+2.9 % from 2018 to 2019).
    def test_prices_and_indices(self, with_inventory_2018):
        found = with_inventory_2018
        assert percent_off(power(found), PUBLISHED.power) < 3.0
        assert percent_off(found.producer_index_percent, PUBLISHED.producers) < 3.0
        assert percent_off(found.consumer_index_percent, PUBLISHED.consumers) < 3.0
        assert percent_off(others(found).max(axis=1), PUBLISHED.greatest_other) < 3.0

    def test_the_seven_most_affected(self, with_inventory_2018):
        assert set(with_inventory_2018.most_affected(7)) == MOST_AFFECTED


def test_the_inventory_of_2019_lies_above_all_published_effects(push, inventory_intensity):
    """Reported, not required to agree: 6.636 t per 1e4 CNY, 3.6 % above the implied one."""
    intensity = inventory_intensity(2019)
    assert intensity == pytest.approx(6.6361, abs=5e-5)
    found = push(intensity)
    # Half a unit of the digits shown.
    assert power(found)[0] / PUBLISHED.power[0] == pytest.approx(1.0363, abs=5e-5)
    assert found.producer_index_percent[0] == pytest.approx(0.0739, abs=5e-5)
    assert found.consumer_index_percent[0] == pytest.approx(0.0382, abs=5e-5)
    assert set(found.most_affected(7)) == MOST_AFFECTED


class TestNotReproduced:
    """What comes out instead, to the digits published; no scalar would mend both."""

    def test_the_least_rise_of_the_others_is_half_of_the_published(self, calibrated):
        least = others(calibrated)
        # Real estate, which buys little of anything.
        assert np.delete(CODES, CODES.index(POWER))[least[0].argmin()] == "33"
        assert least.min(axis=1) == pytest.approx([0.0103, 0.0257, 0.0514], abs=5e-5)
        assert percent_off(least.min(axis=1), PUBLISHED.least_other) > 45.0

    def test_the_published_least_rise_would_be_the_fifth_least(self, calibrated):
        assert np.count_nonzero(others(calibrated)[0] < PUBLISHED.least_other[0]) == 4

    def test_the_mean_is_above_the_published_with_sector_24_and_below_without(self, calibrated):
        with_power = calibrated.total_percent.mean(axis=1)
        without = others(calibrated).mean(axis=1)
        assert with_power == pytest.approx([0.0747, 0.1868, 0.3737], abs=5e-5)
        assert without[0] == pytest.approx(0.0500, abs=1e-4)
        assert (without < PUBLISHED.mean).all()
        assert (with_power > PUBLISHED.mean).all()
        assert percent_off(with_power, PUBLISHED.mean) > 20.0
        assert percent_off(without, PUBLISHED.mean) > 15.0


def test_effects_are_linear_in_the_paid_share(calibrated):
    """As are the published ones, to the digits printed."""
    for array in (
        calibrated.total_percent,
        calibrated.consumer_index_percent,
        calibrated.producer_index_percent,
        calibrated.revenue_cny,
    ):
        assert array[1] == pytest.approx(2.5 * array[0], rel=1e-14)
        assert array[2] == pytest.approx(5.0 * array[0], rel=1e-14)
    for one in (PUBLISHED.power, PUBLISHED.consumers, PUBLISHED.producers, PUBLISHED.mean):
        # Five times a figure printed to 5e-5, plus the rounding of the product.
        assert one[2] == pytest.approx(5.0 * one[0], abs=3e-4)
