"""Zhang & Chang (2025), Tables 3, 4 and A3: the floor's path, the market, green premiums.

The published path does not follow from Eq. 20 and official consumer prices. The rule as
printed stands here beside the published figures; neither is bent towards the other.
"""

import itertools

import pytest

from tanshi.floor import PriceFloor, green_premium_price, index_floor

PUBLISHED = {2020: 58.31, 2021: 59.68, 2022: 61.17, 2023: 62.95, 2024: 64.21}
# National Bureau of Statistics, consumer price index, previous year = 100.
CPI = {2019: 102.9, 2020: 102.5, 2021: 100.9, 2022: 102.0, 2023: 100.2}
# Eq. 20 applies the index of 2019 to the floor of 2019 to get that of 2020.
FLOOR_2019 = PUBLISHED[2020] / (CPI[2019] / 100.0)


@pytest.fixture
def path():
    floor = PriceFloor(
        price_cny_per_tco2=FLOOR_2019, set_by="published", observed_period=2018, applies_to=2019
    )
    return index_floor(floor, CPI, last_year=2024).as_mapping()


def test_the_printed_rule_with_official_prices(path):
    """Products of official indices, multiplied by hand; half a cent, as prices are printed."""
    assert path[2019] == pytest.approx(58.31 / 1.029, abs=1e-9)
    assert path[2020] == pytest.approx(58.31, abs=1e-9)
    assert path == pytest.approx(
        {2019: 56.67, 2020: 58.31, 2021: 59.77, 2022: 60.31, 2023: 61.51, 2024: 61.63}, abs=0.005
    )


def test_the_published_path_leaves_it_from_the_first_step_on(path):
    apart = {year: round(PUBLISHED[year] - path[year], 2) for year in PUBLISHED}
    assert apart == {2020: 0.0, 2021: -0.09, 2022: 0.86, 2023: 1.44, 2024: 2.58}


def test_the_published_yearly_factors_are_not_the_official_indices():
    prices = list(PUBLISHED.values())
    factors = [round(after / before, 4) for before, after in itertools.pairwise(prices)]
    assert factors == [1.0235, 1.0250, 1.0291, 1.0200]
    # Prices printed to half a cent leave a factor uncertain by 2 x 0.005 / 58 = 1.7e-4.
    unsure = 1.8e-4
    official = [CPI[year] / 100.0 for year in (2020, 2021, 2022, 2023)]
    assert all(abs(one - other) > unsure for one, other in zip(factors, official, strict=True))
    # Three of the four are official indices after all, those of other years.
    assert factors[1:] == pytest.approx([CPI[y] / 100.0 for y in (2020, 2019, 2022)], abs=unsure)
    assert all(abs(factors[0] - index / 100.0) > unsure for index in CPI.values())


@pytest.mark.parametrize(("premium", "price"), [(0.05, 65.8), (0.06, 79.0), (0.08, 105.3)])
def test_carbon_prices_inside_green_premiums_are_as_published(premium, price):
    """Table A3: 304.8 g/kWh and 2.493 kg/kg in 2022, two grids; one decimal is printed."""
    found = green_premium_price(premium, coal_g_per_kwh=304.8, coal_factor_kgco2_per_kg=2.493)
    assert found == pytest.approx(price, abs=0.05)


def test_the_floor_of_2022_lies_below_every_green_premium():
    lowest = green_premium_price(0.05, coal_g_per_kwh=304.8, coal_factor_kgco2_per_kg=2.493)
    # 61.17 against 65.80: the published "very close to the lower bound" is 7 % below it.
    assert PUBLISHED[2022] / lowest == pytest.approx(0.93, abs=0.005)
