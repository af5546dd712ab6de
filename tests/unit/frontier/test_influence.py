"""Leaving out one unit at a time: what a unit does to the floor."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError, NotIdentifiedError
from tanshi.frontier import FrontierInputs, estimate_abatement_costs, estimate_quantile_frontier
from tanshi.frontier.bootstrap import CostRules
from tanshi.frontier.influence import leave_one_out, unit_influence
from tanshi.frontier.simulation import simulate_technology

RULES = CostRules(taus=(0.25, 0.5, 0.75))


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(14, 3, seed=2).inputs


@pytest.fixture(scope="module")
def found(panel):
    return leave_one_out(panel, RULES)


def test_a_row_is_the_estimate_on_the_other_units(panel, found):
    out = 4
    others = np.flatnonzero(np.array(panel.unit) != found.unit[out])
    estimate = estimate_quantile_frontier(panel.taken(others), taus=RULES.taus)
    remaining = estimate_abatement_costs(estimate)
    last = np.flatnonzero(remaining.period == 3)
    least = last[remaining.mac_cny_per_tco2[last].argmin()]
    floor = remaining.mac_cny_per_tco2[least]
    row = found.table().row(out, named=True)
    assert row["remaining_floor_cny_per_tco2"] == pytest.approx(floor)
    assert row["remaining_set_by"] == remaining.unit[least]
    of_all = estimate_abatement_costs(replace(estimate, inputs=panel))
    assert row["floor_of_all_cny_per_tco2"] == pytest.approx(
        of_all.mac_cny_per_tco2[of_all.period == 3].min()
    )
    assert row["remaining_floor_change_cny_per_tco2"] == pytest.approx(
        floor - found.floor_cny_per_tco2
    )


def test_floors_of_remaining_units_are_never_below_those_of_all(found):
    assert found.unit == tuple(dict.fromkeys(found.unit))
    assert len(found.table()) == 14
    assert (found.remaining_floor_cny_per_tco2 >= found.floor_of_all_cny_per_tco2).all()
    assert not found.floor_of_all_cny_per_tco2.flags.writeable
    # A unit that is left out sets no floor of the remaining.
    assert all(
        out != setter for out, setter in zip(found.unit, found.remaining_set_by, strict=True)
    )


def costs_of(panel, values):
    whole = estimate_abatement_costs(estimate_quantile_frontier(panel, taus=(0.5,)))
    return replace(whole, mac_cny_per_tco2=np.asarray(values, float))


@pytest.fixture
def three_units():
    """Three units by five periods; only costs of one's own choice are used of it."""
    simulated = simulate_technology(3, 5, n_inputs=1, seed=4).inputs
    return costs_of(simulated, [*[9.0] * 4, 2.0, *[9.0] * 4, 4.0, *[9.0] * 4, 6.0])


def test_by_hand(three_units):
    """The last period's costs are 2, 4, 6; without a unit others set the floor."""
    without = np.tile(three_units.mac_cny_per_tco2, (3, 1))
    without[0, 4] = 3.0  # the first unit, on the surfaces of the others
    without[1, [4, 14]] = 2.5, 12.0
    without[2, 0] = 0.0
    found = unit_influence(three_units, without)
    assert (found.floor_cny_per_tco2, found.set_by) == (2.0, three_units.unit[0])
    assert found.remaining_floor_cny_per_tco2.tolist() == [4.0, 2.5, 2.0]
    assert found.remaining_set_by == tuple(three_units.unit[i] for i in (5, 0, 0))
    assert found.floor_of_all_cny_per_tco2.tolist() == [3.0, 2.5, 2.0]
    assert found.largest_relative_change.tolist() == [0.5, 1.0, 1.0]
    assert found.changed_unit == tuple(three_units.unit[i] for i in (0, 10, 0))
    assert found.changed_period.tolist() == [5, 5, 1]
    # Mean 2.5, deviations 0.5, 0 and -0.5; (N - 1) / N = 2 / 3.
    assert found.floor_standard_error_cny_per_tco2 == pytest.approx((2 / 3 * 0.5) ** 0.5)
    assert "farthest without " + three_units.unit[0] in found.summary()
    assert found.table().schema["changed_time"] == pl.Int64


def test_a_cost_that_becomes_infinite_or_leaves_zero_changes_without_bound(three_units):
    base = three_units.mac_cny_per_tco2.copy()
    base[[2, 3]] = 0.0, np.inf
    without = np.tile(base, (3, 1))
    without[1, 2] = 1.0
    without[2, 3] = 50.0
    found = unit_influence(replace(three_units, mac_cny_per_tco2=base), without)
    assert found.largest_relative_change.tolist() == [0.0, np.inf, np.inf]


def test_no_jackknife_error_where_a_floor_is_infinite(three_units):
    without = np.tile(three_units.mac_cny_per_tco2, (3, 1))
    without[1] = np.inf
    found = unit_influence(three_units, without)
    assert found.floor_standard_error_cny_per_tco2 == np.inf


def test_progress_hears_of_every_unit(steps):
    panel = simulate_technology(6, 3, n_inputs=1, seed=2).inputs
    leave_one_out(panel, CostRules(taus=(0.5,)), progress=steps.step)
    assert steps.done == 6


def test_a_single_unit_cannot_be_left_out():
    panel = simulate_technology(1, 12, n_inputs=1, seed=2).inputs
    with pytest.raises(InputError, match="2 or more units"):
        leave_one_out(panel, RULES)


def test_a_unit_that_the_others_cannot_do_without_is_named():
    """Only one unit varies its input: without it the panel is collinear."""
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.uniform(1.0, 2.0, 10), np.ones(10)])
    inputs = FrontierInputs(
        inputs=x[:, None],
        desirable_output=x + rng.uniform(0.0, 1.0, 20),
        undesirable_output=rng.uniform(1.0, 2.0, 20),
        unit=("varies",) * 10 + ("still",) * 10,
        period=np.tile(np.arange(10), 2),
        input_names=("labour",),
    )
    with pytest.raises(NotIdentifiedError, match="without varies: "):
        leave_one_out(inputs, RULES)
