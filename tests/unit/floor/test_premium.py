"""Eq. 22: the carbon price inside the premium of green electricity."""

import math

import pytest

from tanshi.core import InputError
from tanshi.floor import green_premium_price


def price(premium=0.05, coal=304.8, factor=2.493):
    return green_premium_price(premium, coal_g_per_kwh=coal, coal_factor_kgco2_per_kg=factor)


def test_units_cancel_to_money_by_tonne():
    """500 g of coal that give 2 kg CO2 a kg: 1 kg a kWh, so 0.05 CNY/kWh is 50 CNY/t."""
    assert price(0.05, coal=500.0, factor=2.0) == pytest.approx(50.0, rel=1e-15)


def test_it_is_proportional_to_the_premium():
    assert price(0.10) == pytest.approx(2 * price(0.05), rel=1e-15)
    assert price(0.0) == 0.0


def test_dirtier_coal_makes_carbon_cheaper():
    assert price(factor=2.7) < price(factor=2.4)
    assert price(coal=320.0) < price(coal=300.0)


@pytest.mark.parametrize(
    ("given", "what", "found"),
    [
        ({"premium": -0.01}, "negative premium", "-0.01"),
        ({"premium": math.nan}, "negative premium", "nan"),
        ({"coal": 0.0}, "coal rate is not positive", "0.0"),
        ({"coal": math.nan}, "coal rate is not positive", "nan"),
        ({"factor": -2.0}, "coal factor is not positive", "-2.0"),
    ],
)
def test_what_is_no_premium_or_factor_is_refused(given, what, found):
    with pytest.raises(InputError) as error:
        price(**given)
    (fault,) = error.value.faults
    assert (fault.what, fault.found) == (what, found)


def test_every_fault_is_told_at_once():
    with pytest.raises(InputError) as error:
        price(-1.0, coal=0.0, factor=0.0)
    assert len(error.value.faults) == 3
