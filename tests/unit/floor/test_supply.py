"""Units by ascending cost, and the share of emissions that a price reaches."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.floor import abatement_supply

UNITS, COSTS, EMISSIONS = ["a", "b", "c"], [30.0, 10.0, np.inf], [50.0, 40.0, 10.0]


@pytest.fixture
def supply():
    return abatement_supply(UNITS, COSTS, EMISSIONS)


def test_units_come_by_cost_with_the_share_reached(supply):
    assert supply.unit == ("b", "a", "c")
    assert supply.mac_cny_per_tco2.tolist() == [10.0, 30.0, np.inf]
    assert supply.emissions_tco2.tolist() == [40.0, 50.0, 10.0]
    assert supply.share_reached_percent == pytest.approx([40.0, 90.0, 100.0], rel=1e-15)


def test_equals_keep_their_order():
    assert abatement_supply(["b", "a"], [5.0, 5.0], [1.0, 1.0]).unit == ("b", "a")


@pytest.mark.parametrize(
    ("price", "share", "units"),
    [
        (0.0, 0.0, []),
        (10.0, 0.0, []),
        (10.1, 40.0, ["b"]),
        (1e9, 90.0, ["b", "a"]),
        (np.inf, 90.0, ["b", "a"]),
    ],
)
def test_a_unit_acts_above_its_cost(supply, price, share, units):
    assert supply.share_below(price) == pytest.approx(share, rel=1e-15)
    assert supply.units_below(price) == units


def test_the_table_has_one_row_a_unit(supply):
    table = supply.table()
    assert table["unit"].to_list() == ["b", "a", "c"]
    assert table.columns == [
        "unit",
        "mac_cny_per_tco2",
        "emissions_tco2",
        "share_reached_percent",
    ]


def test_arrays_are_read_only(supply):
    assert not supply.share_reached_percent.flags.writeable
    assert not supply.mac_cny_per_tco2.flags.writeable


def test_every_unit_that_cannot_stand_on_the_curve_is_told():
    with pytest.raises(InputError) as error:
        abatement_supply("abcde", [-1.0, np.nan, 1.0, 1.0, 1.0], [1.0, 1.0, 0.0, np.inf, 2.0])
    assert [(fault.what, fault.found) for fault in error.value.faults] == [
        ("a cannot stand on the curve", "cost -1, emissions 1"),
        ("b cannot stand on the curve", "cost nan, emissions 1"),
        ("c cannot stand on the curve", "cost 1, emissions 0"),
        ("d cannot stand on the curve", "cost 1, emissions inf"),
    ]


def test_nobody_is_refused():
    with pytest.raises(InputError, match="no unit"):
        abatement_supply([], [], [])


@pytest.mark.parametrize("lists", [(["a"], [1.0, 2.0], [1.0, 2.0]), (["a", "b"], [1.0, 2.0], [1])])
def test_lists_of_different_lengths_are_refused(lists):
    with pytest.raises(InputError, match="not one cost a unit"):
        abatement_supply(*lists)
