"""Perpetual inventory against numbers worked out by hand."""

import numpy as np
import pytest

from tanshi.accounts import CapitalInputs, estimate_capital_stock
from tanshi.core import InputError

NAN = np.nan
YEARS = (2013, 2014, 2015)


def constant(rows, years=YEARS, base_year=2013, **options):
    units = tuple("ABCDEFG"[: len(rows)])
    return CapitalInputs(units, years, base_year, investment_constant_1e8_cny=rows, **options)


def current(nominal, prices, years=YEARS, base_year=2013):
    return CapitalInputs(
        tuple("ABCDEFG"[: len(nominal)]),
        years,
        base_year,
        investment_current_1e8_cny=nominal,
        investment_price_index=prices,
    )


def test_recursion_by_hand():
    result = estimate_capital_stock(constant([[10.0, 12.0, 15.0]]), start="ratio", ratio=10.0)
    # 100; 12 + 0.94 x 100 = 106; 15 + 0.94 x 106 = 114.64
    np.testing.assert_allclose(result.capital_stock_1e8_cny, [[100.0, 106.0, 114.64]], rtol=1e-15)
    assert not result.capital_stock_1e8_cny.flags.writeable


def test_current_prices_are_deflated_to_the_base_year():
    inputs = current([[9.0, 12.0, 15.0]], [[NAN, 125.0, 120.0]], base_year=2014)
    result = estimate_capital_stock(inputs, start="ratio")
    np.testing.assert_allclose(
        result.investment_constant_1e8_cny, [[11.25, 12.0, 12.5]], rtol=1e-15
    )


@pytest.mark.parametrize(
    ("mean", "growth"),
    # Rates 20 % and 25 %; the geometric mean is sqrt(1.5) - 1.
    [("arithmetic", 0.225), ("geometric", np.sqrt(1.5) - 1.0)],
)
def test_growth_start(mean, growth):
    result = estimate_capital_stock(
        constant([[10.0, 12.0, 15.0]]), growth_years=2, growth_mean=mean
    )
    assert result.growth_rate == pytest.approx([growth], rel=1e-14)
    assert result.capital_stock_1e8_cny[0, 0] == pytest.approx(10.0 / (growth + 0.06), rel=1e-14)


def test_growth_of_investment_at_current_prices():
    inputs = current([[10.0, 12.0, 15.0]], [[NAN, 110.0, 110.0]])
    result = estimate_capital_stock(inputs, growth_years=1, growth_of="current")
    assert result.growth_rate == pytest.approx([0.2], rel=1e-14)


def test_steady_state_start():
    inputs = constant([[10.0, 12.0, 15.0], [4.0, 4.0, 4.0]])
    result = estimate_capital_stock(inputs, start="steady_state", growth_rate=[0.04, 0.02])
    np.testing.assert_allclose(result.capital_stock_1e8_cny[:, 0], [100.0, 50.0])


def test_given_start_at_the_opening_of_the_year():
    result = estimate_capital_stock(
        constant([[10.0, 12.0, 15.0]]),
        start="given",
        initial_stock_1e8_cny=50.0,
        start_at="year_opening",
    )
    # 10 + 0.94 x 50 = 57; 12 + 0.94 x 57 = 65.58
    np.testing.assert_allclose(result.capital_stock_1e8_cny[0, :2], [57.0, 65.58], rtol=1e-14)


def test_blank_head_and_tail_stay_blank():
    inputs = constant([[NAN, 10.0, NAN], [1.0, 1.0, 1.0]])
    result = estimate_capital_stock(inputs, start="ratio")
    np.testing.assert_array_equal(result.capital_stock_1e8_cny[0], [NAN, 100.0, NAN])
    assert not result.extrapolated.any()


def test_extension_grows_nominal_investment_and_deflates_it():
    inputs = current([[10.0, 20.0, NAN], [10.0, 20.0, 30.0]], [[NAN, 125.0, 110.0]] * 2)
    result = estimate_capital_stock(inputs, start="ratio", extend={2015: 0.1})
    # 20 x 1.1 / (1.25 x 1.1) = 16; the observed 30 stays: 30 / 1.375.
    np.testing.assert_allclose(
        result.investment_constant_1e8_cny, [[10, 16, 16], [10, 16, 30 / 1.375]], rtol=1e-14
    )
    np.testing.assert_array_equal(result.extrapolated, [[False, False, True], [False] * 3])
    assert "EXTRAPOLATED, not observed: 2015 (1 values)" in result.summary()


def test_extension_by_several_years():
    inputs = current([[10.0, NAN, NAN]], [[NAN, 100.0, 100.0]])
    result = estimate_capital_stock(inputs, start="ratio", extend={2015: 0.5, 2014: 0.1})
    np.testing.assert_allclose(result.investment_constant_1e8_cny, [[10.0, 11.0, 16.5]])


def test_full_depreciation_leaves_investment():
    inputs = constant([[10.0, 12.0, 15.0]], depreciation=1.0)
    result = estimate_capital_stock(inputs, start="ratio")
    np.testing.assert_array_equal(result.capital_stock_1e8_cny[0, 1:], [12.0, 15.0])
    np.testing.assert_array_equal(result.start_share, [[1.0, 0.0, 0.0]])


def test_start_share_falls():
    result = estimate_capital_stock(constant([[NAN, 10.0, 12.0]]), start="ratio")
    np.testing.assert_allclose(result.start_share, [[NAN, 1.0, 94.0 / 106.0]])


def test_no_capital_at_all():
    result = estimate_capital_stock(constant([[0.0, 0.0, 0.0]]), start="ratio")
    np.testing.assert_array_equal(result.start_share, [[0.0, 0.0, 0.0]])


def test_table_and_summary():
    result = estimate_capital_stock(constant([[NAN, 10.0, 12.0]]), start="ratio")
    table = result.table()
    assert table.columns == [
        "unit",
        "year",
        "investment_constant_1e8_cny",
        "capital_stock_1e8_cny",
        "start_share",
        "investment_extrapolated",
    ]
    assert table["capital_stock_1e8_cny"].to_list() == [None, 100.0, 106.0]
    assert table["year"].to_list() == [2013, 2014, 2015]
    text = result.summary()
    assert "prices of 2013; depreciation 6.0% a year" in text
    assert "106.0 1e8 CNY" in text
    growth = estimate_capital_stock(constant([[10.0, 12.0, 15.0]]), growth_years=1)
    assert "growth 20.0% to 20.0%" in growth.summary()


def test_a_gap_names_unit_and_years():
    years = tuple(range(2010, 2016))
    rows = [[1.0, NAN, NAN, 1.0, NAN, 1.0], [NAN] * 6, [NAN, 1.0, 1.0, 1.0, NAN, NAN]]
    with pytest.raises(InputError) as caught:
        constant(rows, years)
    assert [fault.what for fault in caught.value.faults] == [
        "gap in investment: A, 2011–2012, 2014",
        "gap in investment: B, 2010–2015",
    ]


def test_prices_must_lead_from_investment_to_the_base_year():
    years = tuple(range(2010, 2016))
    nominal = [[NAN, 1.0, 1.0, NAN, NAN, NAN]]
    prices = [[NAN, NAN, 100.0, 100.0, NAN, NAN]]
    # Investment ends in 2012, the base year is 2014: 2014 on 2013 is missing, 2015 is not needed.
    with pytest.raises(InputError, match="price index missing or impossible: A, 2014"):
        current(nominal, prices, years, base_year=2014)
    assert current(nominal, prices, years, base_year=2013).base_year == 2013


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"investment_constant_1e8_cny": [[1.0, -1.0, 1.0]]}, "impossible investment: A, 2014"),
        ({"investment_constant_1e8_cny": [[1.0, np.inf, 1.0]]}, "impossible investment: A, 2014"),
        ({"investment_constant_1e8_cny": [[1.0, 1.0]]}, "array of the wrong shape"),
        ({"investment_constant_1e8_cny": None}, "investment is not given in one way"),
        ({"investment_price_index": [[1.0, 1.0, 1.0]]}, "investment is not given in one way"),
        ({"depreciation": 6.0}, "not a depreciation rate"),
        ({"base_year": 1978}, "base year outside the series"),
        ({"years": (2013, 2015, 2016)}, "years do not follow one another"),
        ({"units": ()}, "units are not a list of different names"),
    ],
)
def test_refused_inputs(fields, message):
    good = {
        "units": ("A",),
        "years": YEARS,
        "base_year": 2013,
        "investment_constant_1e8_cny": [[1.0, 1.0, 1.0]],
    }
    with pytest.raises(InputError, match=message):
        CapitalInputs(**(good | fields))


def test_repeated_units_are_refused():
    with pytest.raises(InputError, match="repeated: A"):
        CapitalInputs(("A", "A"), (2013,), 2013, investment_constant_1e8_cny=[[1.0], [1.0]])


def test_shrinking_investment_names_every_unit():
    inputs = constant([[10.0, 9.0, 8.1], [10.0, 11.0, 12.0], [10.0, 5.0, 2.5]])
    with pytest.raises(InputError) as caught:
        estimate_capital_stock(inputs, growth_years=2)
    assert [fault.what for fault in caught.value.faults] == [
        "growth and depreciation cancel out: A",
        "growth and depreciation cancel out: C",
    ]
    assert caught.value.faults[0].found == "g = -0.1000, δ = 0.0600, g + δ = -0.0400"


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([[1.0, 1.0, NAN]], {"growth_years": 2}, "series too short for the growth window: A"),
        ([[0.0, 1.0, 2.0]], {"growth_years": 2}, "growth from nothing: A"),
        ([[1.0, 1.0, 1.0]], {"growth_years": 0}, "at least 1 year"),
        ([[1.0, 1.0, 1.0]], {"start": "ratio", "ratio": 0.0}, "a number above 0"),
        ([[1.0, 1.0, 1.0]], {"start": "grow"}, "did you mean 'growth'"),
        ([[1.0, 1.0, 1.0]], {"start_at": "noon"}, "unknown option"),
        ([[1.0, 1.0, 1.0]], {"start": "given"}, "needs initial_stock_1e8_cny"),
        ([[1.0, 1.0, 1.0]], {"growth_rate": 0.1}, "growth_rate has no effect here"),
        (
            [[1.0, 1.0, 1.0]],
            {"start": "given", "initial_stock_1e8_cny": [1.0, 2.0]},
            "wrong number of values",
        ),
        (
            [[1.0, 1.0, 1.0]],
            {"start": "given", "initial_stock_1e8_cny": -1.0},
            "not a possible value: A",
        ),
        ([[1.0, 1.0, 1.0]], {"growth_years": 2, "growth_of": "current"}, "current prices"),
        ([[1.0, 1.0, NAN]], {"start": "ratio", "extend": {2015: 0.1}}, "no price index"),
    ],
)
def test_refused_options(rows, options, message):
    with pytest.raises(InputError, match=message):
        estimate_capital_stock(constant(rows), **options)


@pytest.mark.parametrize(
    ("prices", "extend", "message"),
    [
        ([NAN, 100.0, 100.0], {2015: 0.1}, "A has no investment in 2014"),
        ([NAN, NAN, NAN], {2014: 0.1}, "A has no price index in 2014"),
        ([NAN, 100.0, 100.0], {2013: 0.1}, "2014 to 2015"),
        ([NAN, 100.0, 100.0], {2014: -1.0}, "above -1"),
    ],
)
def test_refused_extensions(prices, extend, message):
    inputs = current([[10.0, NAN, NAN]], [prices])
    with pytest.raises(InputError, match=message):
        estimate_capital_stock(inputs, start="ratio", extend=extend)
