"""Factorisation, solves, and which tables have no prices."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.leontief import PriceModel


def test_a_cost_in_one_sector_reaches_the_others(two_sector_model):
    change = two_sector_model.price_change(np.array([0.7575, 0.0]))
    # Column 1 of (I - A_D')^-1 is (0.95, 0.25) / 0.7575.
    assert change == pytest.approx([0.95, 0.25], rel=1e-14)


def test_columns_are_scenarios(two_sector_model):
    costs = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 3.0]])
    together = two_sector_model.price_change(costs)
    assert together.shape == (2, 3)
    for scenario in range(3):
        alone = two_sector_model.price_change(costs[:, scenario])
        assert together[:, scenario] == pytest.approx(alone, rel=1e-14)


def test_the_costs_given_are_not_overwritten(two_sector_model):
    costs = np.asfortranarray([[1.0, 0.0], [0.0, 1.0]])
    two_sector_model.price_change(costs)
    assert costs.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_the_table_itself_implies_unit_prices(make_inputs):
    inputs = make_inputs(
        [[10.0, 5.0, 0.0], [20.0, 30.0, 0.0], [0.0, 0.0, 0.0]],
        [100.0, 60.0, 0.0],
        imported_flows=[[0.0, 1.0, 0.0], [2.0, 0.0, 0.0], [3.0, 4.0, 0.0]],
    )
    # No output, no price: nothing is made whose cost could be counted.
    assert PriceModel(inputs).unit_prices() == pytest.approx([1.0, 1.0, 0.0], rel=1e-14)


def test_coefficients_are_read_only_and_those_of_the_inputs(make_inputs):
    inputs = make_inputs([[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0], imported_flows=np.eye(2))
    model = PriceModel(inputs)
    domestic, imported = inputs.technical_coefficients()
    assert (model.domestic_coefficients == domestic).all()
    assert (model.imported_coefficients == imported).all()
    assert not model.domestic_coefficients.flags.writeable
    assert not model.imported_coefficients.flags.writeable


def test_a_subsidised_sector_may_use_more_than_it_makes(make_inputs):
    """Its column sums to more than 1, yet the spectral radius is below 1."""
    model = PriceModel(make_inputs([[0.0, 150.0], [10.0, 0.0]], [100.0, 100.0]))
    assert model.domestic_coefficients.sum(axis=0).max() == 1.5
    # (I - A_D')^-1 of that cycle: determinant 1 - 1.5 x 0.1.
    assert model.price_change(np.array([1.0, 0.0])) == pytest.approx([1 / 0.85, 1.5 / 0.85])


@pytest.mark.parametrize(
    ("flows", "radius", "heaviest"),
    [
        ([[50.0, 50.0], [50.0, 50.0]], "1", "01 sector 1"),
        ([[0.0, 200.0], [50.0, 0.0]], "1", "02 sector 2"),
        ([[120.0, 0.0], [0.0, 10.0]], "1.2", "01 sector 1"),
        ([[0.0, 300.0], [50.0, 0.0]], "1.22474", "02 sector 2"),
    ],
    ids=["singular", "a cycle of gain 1", "a sector that eats itself", "a cycle of gain 1.5"],
)
def test_an_economy_that_uses_up_what_it_makes_is_refused(make_inputs, flows, radius, heaviest):
    inputs = make_inputs(flows, [100.0, 100.0])
    with pytest.raises(InputError, match="not productive") as error:
        PriceModel(inputs)
    (fault,) = error.value.faults
    assert f"spectral radius {radius};" in fault.found
    assert fault.found.endswith(f"in {heaviest}")


def test_productive_is_decided_as_the_spectral_radius_says(make_inputs):
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(200):
        coefficients = rng.random((4, 4)) * (rng.random((4, 4)) < 0.5) * rng.uniform(0.5, 2.0)
        radius = np.abs(np.linalg.eigvals(coefficients)).max()
        inputs = make_inputs(coefficients * 100.0, np.full(4, 100.0))
        if radius < 1.0:
            assert PriceModel(inputs).price_change(np.ones(4)).min() >= 1.0 - 1e-12
        else:
            with pytest.raises(InputError, match="not productive"):
                PriceModel(inputs)
        seen.add((bool(radius < 1.0), bool(coefficients.sum(axis=0).max() < 1.0)))
    # A radius below 1 with a column sum above it is the case that needs the second test.
    assert seen == {(True, True), (True, False), (False, False)}
