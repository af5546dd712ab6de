"""Checks on whole panels against slow, plain versions."""

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanshi.data.checks import Keys, duplicate_faults, gap_faults, jump_faults, median_of_others


def keys(*pairs):
    """Make keys from (unit, year) pairs; None for what could not be read."""
    names = tuple(sorted({unit for unit, _ in pairs if unit}))
    return Keys(
        "a.csv",
        "year",
        names,
        np.array([names.index(unit) if unit else -1 for unit, _ in pairs], dtype=np.int64),
        np.array([year or 0 for _, year in pairs], dtype=np.int64),
        np.array([year is not None for _, year in pairs], dtype=bool),
        np.arange(2, 2 + len(pairs)),
    )


UNITS = st.sampled_from("ABCD")
YEARS = st.integers(2010, 2014)


@given(st.lists(st.tuples(UNITS, YEARS), min_size=1, max_size=30))
def test_gaps_and_duplicates_are_those_that_counting_finds(pairs):
    every = {year for _, year in pairs}
    lacking = {(u, y) for u in {unit for unit, _ in pairs} for y in every} - set(pairs)
    found = {
        (fault.found.split()[3], int(year))
        for fault in gap_faults(keys(*pairs))
        for year in fault.found.split(" in ")[1].split(", ")
    }
    assert found == lacking
    assert len(duplicate_faults(keys(*pairs))) == len(pairs) - len(set(pairs))


def test_three_rows_of_one_unit_and_year_are_two_faults():
    faults = duplicate_faults(keys(("A", 2013), ("B", 2013), ("A", 2013), ("A", 2013)))
    assert [fault.found for fault in faults] == [
        "A 2013 stands in row 2 and in row 4",
        "A 2013 stands in row 4 and in row 5",
    ]


@pytest.mark.parametrize(
    ("odd_row", "gaps"),
    [
        (("A", None), ["no row for B in 2014"]),
        ((None, 2014), []),
        ((None, None), []),
        (("A", 2014), ["no row for B in 2014"]),
    ],
)
def test_a_row_with_its_own_fault_is_not_reported_as_a_gap_too(odd_row, gaps):
    rows = [("A", 2013), odd_row, ("B", 2013), ("C", 2013), ("C", 2014)]
    assert [fault.found for fault in gap_faults(keys(*rows))] == gaps


def test_without_a_readable_year_there_are_no_gaps():
    assert gap_faults(keys(("A", None), ("B", None))) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(1e-6, 1e6)), min_size=0, max_size=25))
def test_median_of_others_is_that_of_the_standard_library(pairs):
    codes = np.array([code for code, _ in pairs], dtype=np.int64)
    values = np.array([value for _, value in pairs], dtype=np.float64)
    expected = []
    for index, (code, _) in enumerate(pairs):
        others = [v for k, (c, v) in enumerate(pairs) if c == code and k != index]
        low_high = [statistics.median_low(others), statistics.median_high(others)] if others else []
        expected.append(statistics.geometric_mean(low_high) if others else np.nan)
    np.testing.assert_allclose(median_of_others(codes, values), expected, rtol=1e-12)


def jumps(values, limit=1000.0):
    rows = keys(*(("A", 2000 + k) for k in range(len(values))))
    return [f.row for f in jump_faults(rows, "gdp", np.array(values), max_jump=limit)]


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([1.0, 1.1, 1.2e4], [4]),
        ([1.0, 1.1e-8, 1.2, 1.3], [3]),
        ([1.0, 1.0, 1.0, 1000.0], []),
        ([1.0, 1.0, 1.0, 1001.0], [5]),
        ([1.0, 1.0, 1.0, 0.001], []),
        ([1.0, 1.0, 1.0, 0.000999], [5]),
        ([-1.0, -1.0, -1e5, 1.0], [4]),
        ([0.0, 0.0, 1.0, np.nan, 1.0, 1.0, 1e5], [8]),
        ([1.0, 1e4], [2, 3]),
        ([5.0], []),
        ([1e-300, 1e300, 1e300, 1e300], [2]),
    ],
)
def test_a_slip_of_the_unit_of_measurement_stands_out(values, rows):
    assert jumps(values) == rows


def test_an_infinite_limit_switches_the_check_off():
    assert jumps([1e-300, 1e300, 1e300], limit=float("inf")) == []
