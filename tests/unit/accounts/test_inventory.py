"""CO2 from fuels against numbers worked out by hand."""

import dataclasses

import numpy as np
import pytest

from tanshi.accounts import (
    FuelFactor,
    InventoryInputs,
    estimate_emissions,
    load_default_factors,
)
from tanshi.core import InputError

NAN = np.nan
# t CO2 for a tonne of fuel: MJ/kg x kg CO2/GJ / 1000; gas: t for 1000 m3.
PER_TONNE = {
    "coal": 2.0552564,
    "coke": 3.042545,
    "crude": 3.0651128,
    "gasoline": 2.984751,
    "kerosene": 3.079505,
    "diesel": 3.1605132,
    "fueloil": 3.2365584,
    "gas": 2.1840291,
}


def inputs(**consumption):
    rows = len(next(iter(consumption.values())))
    return InventoryInputs(tuple("ABCDEFG"[:rows]), (2017,) * rows, consumption)


def test_default_factors():
    found = {f.fuel: f.tco2_per_quantity_unit for f in load_default_factors()}
    sizes = {fuel: 1e5 if fuel == "gas" else 1e4 for fuel in PER_TONNE}
    assert found == pytest.approx({fuel: PER_TONNE[fuel] * sizes[fuel] for fuel in PER_TONNE})
    assert all("IPCC" in f.source and "Yearbook" in f.source for f in load_default_factors())


def test_bituminous_set_changes_coal_alone():
    default = load_default_factors()
    other = load_default_factors("ipcc_2006_bituminous")
    assert other[0].tco2_per_quantity_unit == pytest.approx(20.908 * 94.6 * 10.0)
    assert "bituminous" in other[0].source
    assert "anthracite" in default[0].source
    assert other[1:] == default[1:]


def test_unknown_set_is_refused():
    with pytest.raises(InputError, match="did you mean 'ipcc_2006_bituminous'"):
        load_default_factors("bituminous")


def test_carbon_content_and_oxidation():
    # 1 t x 20 GJ/t x 27 kg C/GJ x 0.9 x 44/12 = 1782 kg
    factor = FuelFactor("coal", ("coal",), "coal", False, "t", 20.0, None, 27.0, 0.9)
    assert factor.tco2_per_quantity_unit == pytest.approx(1.782, rel=1e-14)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"carbon_kg_per_gj": 26.8}, "factor is not given in one way"),
        ({"co2_kg_per_gj": None}, "factor is not given in one way"),
        ({"co2_kg_per_gj": -1.0}, "coal.co2_kg_per_gj"),
        ({"net_calorific_value_mj": NAN}, "coal.net_calorific_value_mj"),
        ({"oxidation": 98.0}, "coal.oxidation"),
        ({"quantity_unit": "kg"}, "unknown option"),
        ({"family": "solid"}, "unknown option"),
    ],
)
def test_refused_factors(fields, message):
    with pytest.raises(InputError, match=message):
        dataclasses.replace(load_default_factors()[0], **fields)


def test_total_and_by_fuel():
    result = estimate_emissions(inputs(gas=[2.0, 0.0], coal=[1.0, 3.0]))
    assert result.fuels == ("coal", "gas")
    assert result.quantity_units == ("1e4 t", "1e8 m3")
    np.testing.assert_allclose(
        result.emissions_by_fuel_tco2, [[20552.564, 2 * 218402.91], [3 * 20552.564, 0.0]]
    )
    np.testing.assert_allclose(result.emissions_tco2, [457358.384, 61657.692])
    assert not result.emissions_by_fuel_tco2.flags.writeable


def test_headers_in_chinese_and_in_any_case():
    result = estimate_emissions(inputs(**{"煤炭": [1.0], " Fuel Oil ": [1.0]}))
    assert result.fuels == ("coal", "fueloil")


def test_blank_beside_reported_fuels_is_no_consumption():
    result = estimate_emissions(inputs(coal=[1.0, NAN], coke=[NAN, NAN]))
    np.testing.assert_allclose(result.emissions_tco2, [20552.564, NAN])
    assert result.blanks_as_zero == 1
    assert "blank cells counted as no consumption: 1" in result.warnings
    assert "report no fuel at all" in result.warnings[-1]
    assert result.warnings[-1].endswith("1 (the first is B, 2017)")
    assert result.table()["emissions_tco2"].to_list()[1] is None


def test_blanks_can_be_refused():
    with pytest.raises(InputError, match="blank consumption: A, 2017"):
        estimate_emissions(inputs(coal=[1.0, NAN], coke=[NAN, NAN]), blanks="refuse")
    with pytest.raises(InputError, match="unknown option"):
        estimate_emissions(inputs(coal=[1.0]), blanks="drop")


def test_rounding_below_zero_is_zero():
    assert estimate_emissions(inputs(kerosene=[-1e-12])).emissions_tco2[0] == 0.0


def test_coke_repeats_at_most_the_carbon_of_coal():
    coal, coke = 20552.564, 30425.45
    result = estimate_emissions(inputs(coal=[10.0], coke=[1.0]))
    share = coke / (10 * coal + coke)
    assert result.double_counted_coke_share == pytest.approx(share)
    assert result.double_counted_share_upper_bound == pytest.approx(share)
    assert "coal and coke (up to 12.9%)" in result.warnings[0]
    # More coke than coal could have made: the coal is the bound.
    result = estimate_emissions(inputs(coal=[1.0], coke=[10.0]))
    assert result.double_counted_coke_share == pytest.approx(coal / (coal + 10 * coke))


def test_products_travel_between_units_but_not_between_years():
    consumption = {"crude": [1.0, 0.0, 0.0], "diesel": [0.0, 0.5, 0.5]}
    rows = InventoryInputs(("A", "B", "B"), (2016, 2016, 2017), consumption)
    result = estimate_emissions(rows)
    crude, diesel = 30651.128, 31605.132
    assert result.double_counted_refined_share == pytest.approx(0.5 * diesel / (crude + diesel))


@pytest.mark.parametrize(
    "consumption", [{"coal": [1.0], "gas": [1.0]}, {"coke": [1.0], "diesel": [1.0], "coal": [0.0]}]
)
def test_no_warning_without_both_kinds(consumption):
    result = estimate_emissions(inputs(**consumption))
    assert result.double_counted_share_upper_bound == 0.0
    assert not any("twice" in text for text in result.warnings)


def test_fuels_without_a_column_are_named():
    result = estimate_emissions(inputs(coal=[1.0]))
    expected = "no column for coke, crude, gasoline, kerosene, diesel, fueloil, gas: not counted"
    assert result.warnings == (expected,)


def test_summary_and_table():
    result = estimate_emissions(inputs(coal=[50.0], coke=[10.0]))
    text = result.summary()
    assert "total 1.33 1e6 t" in text
    assert "coal 77.2%, coke 22.8%" in text
    assert text.count("Warning: ") == len(result.warnings) == 2
    assert result.table().columns == [
        "unit",
        "year",
        "emissions_tco2",
        "emissions_coal_tco2",
        "emissions_coke_tco2",
    ]


def test_nothing_burnt():
    result = estimate_emissions(inputs(coal=[0.0]))
    assert result.double_counted_share_upper_bound == 0.0
    assert "By fuel" not in result.summary()


def test_every_fault_at_once():
    with pytest.raises(InputError) as caught:
        InventoryInputs(
            ("A", "A", "B"),
            (2017, 2017, 2017),
            {
                "coal": [1.0, 2.0, 3.0],
                "煤": [1.0, 2.0, 3.0],
                "colk": [1.0, 2.0, 3.0],
                "diesel": [1.0, -2.0, np.inf],
                "gas": [1.0],
            },
        )
    assert [fault.what for fault in caught.value.faults] == [
        "row given twice: A, 2017",
        "fuel given twice",
        "unknown fuel",
        "impossible consumption: A, 2017",
        "impossible consumption: B, 2017",
        "column of the wrong length",
    ]
    assert "did you mean 'coke'" in str(caught.value) or "did you mean 'coal'" in str(caught.value)


def test_rows_and_columns_must_be_there():
    with pytest.raises(InputError, match="rows do not match"):
        InventoryInputs(("A",), (2016, 2017), {"coal": [1.0]})
    with pytest.raises(InputError, match="no fuel"):
        InventoryInputs(("A",), (2016,), {})
