"""Constant prices against numbers worked out by hand."""

import numpy as np
import pytest

from tanshi.accounts import chain_index, constant_prices
from tanshi.core import InputError

YEARS = (2012, 2013, 2014)
# Quantities 4, 5, 6 at prices 2, 3, 4: values 8, 15, 24.
NOMINAL = [8.0, 15.0, 24.0]
VOLUME_INDEX = [np.nan, 125.0, 120.0]
PRICE_INDEX = [np.nan, 150.0, 400.0 / 3.0]


def test_chain_index_runs_both_ways_from_the_base():
    np.testing.assert_allclose(chain_index(VOLUME_INDEX, 1), [4 / 5, 1.0, 6 / 5])


def test_chain_index_takes_units_by_years():
    level = chain_index([[100.0, 110.0], [100.0, 50.0]], 0)
    np.testing.assert_allclose(level, [[1.0, 1.1], [1.0, 0.5]])
    assert not level.flags.writeable


def test_a_blank_index_hides_only_what_lies_beyond_it():
    level = chain_index([100.0, np.nan, 110.0, 110.0, np.nan], 2)
    np.testing.assert_allclose(level, [np.nan, 1 / 1.1, 1.0, 1.1, np.nan])


@pytest.mark.parametrize("bad", [0.0, -3.0, np.inf])
def test_chain_index_refuses_what_is_no_index(bad):
    with pytest.raises(InputError, match="not an index on the previous year"):
        chain_index([100.0, bad], 0)


def test_chain_index_refuses_a_base_outside():
    with pytest.raises(InputError, match="base year outside the series"):
        chain_index([100.0, 101.0], 2)


@pytest.mark.parametrize(
    ("method", "index", "expected"),
    [
        # Quantities 4, 5, 6 at the price of 2013, which is 3.
        ("volume", VOLUME_INDEX, [12.0, 15.0, 18.0]),
        ("deflator", PRICE_INDEX, [12.0, 15.0, 18.0]),
        # Prices 2, 3, 4 of the quantity of 2013, which is 5: no constant prices.
        ("published", VOLUME_INDEX, [10.0, 15.0, 20.0]),
    ],
)
def test_methods(method, index, expected):
    found = constant_prices(NOMINAL, index, YEARS, 2013, method=method)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert not found.flags.writeable


def test_every_fault_is_named_with_unit_and_year():
    nominal = [[1.0, np.nan, 3.0], [1.0, 2.0, -3.0]]
    index = [[100.0, 100.0, 100.0], [100.0, 0.0, 100.0]]
    with pytest.raises(InputError) as caught:
        constant_prices(nominal, index, YEARS, 2013, units=("Anhui", "Beijing"))
    whats = [fault.what for fault in caught.value.faults]
    assert whats == [
        "value missing or impossible: Anhui, 2013",
        "value missing or impossible: Beijing, 2014",
        "index missing or impossible: Beijing, 2013",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"base_year": 2020}, "base year outside the series"),
        ({"method": "volum"}, "did you mean 'volume'"),
        ({"years": (2012, 2014, 2015), "base_year": 2012}, "years do not follow one another"),
        ({"index": [100.0, 100.0]}, "array of the wrong shape"),
        ({"nominal": [[NOMINAL]]}, "array of the wrong shape"),
    ],
)
def test_refusals(changes, message):
    arguments = {"nominal": NOMINAL, "index": VOLUME_INDEX, "years": YEARS, "base_year": 2013}
    arguments |= changes
    with pytest.raises(InputError, match=message):
        constant_prices(**arguments)
