"""What the direction and null-jointness do to the floor."""

from dataclasses import replace

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.floor import set_price_floor
from tanshi.frontier import estimate_abatement_costs, estimate_quantile_frontier
from tanshi.frontier.bootstrap import CostRules
from tanshi.frontier.simulation import simulate_technology
from tanshi.study.engine import LocalEngine
from tanshi.study.robustness import DIRECTIONS, direction_table

RULES = CostRules(taus=(0.25, 0.5, 0.75))


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(30, 6, seed=1).inputs


def table_of(panel, steps, **options):
    return direction_table(panel, RULES, engine=LocalEngine(1), progress=steps, **options)


def test_a_row_is_an_estimate_in_its_direction(panel, steps):
    table = table_of(panel, steps)
    given = table.select("direction_output", "direction_emissions", "null_jointness").rows()
    assert given == [(*pair, switch) for pair in DIRECTIONS for switch in (True, False)]
    assert (steps.total, steps.done) == (10, 10)
    estimate = estimate_quantile_frontier(
        replace(panel, direction=(1.0, 0.5)), taus=RULES.taus, null_jointness=False
    )
    costs = estimate_abatement_costs(estimate)
    floor = set_price_floor(costs.unit, costs.period, costs.mac_cny_per_tco2)
    row = table.row(3, named=True)
    assert row["floor_cny_per_tco2"] == pytest.approx(floor.price_cny_per_tco2)
    assert row["set_by"] == floor.set_by
    assert row["median_mac_cny_per_tco2"] == pytest.approx(np.median(costs.mac_cny_per_tco2))
    assert row["coverage_of_last_tau"] == pytest.approx(estimate.coverage[-1])
    error = estimate.coverage - RULES.taus
    assert abs(row["largest_coverage_error"]) == pytest.approx(np.abs(error).max())
    assert row["largest_coverage_error"] in error
    assert row["crossings"] == estimate.crossings


def test_only_the_ratio_of_a_direction_matters(panel, steps):
    """(1, 0.5), (2, 1) and (0.2, 0.1) give the same weights, prices and floors."""
    directions = [(1.0, 0.5), (2.0, 1.0), (0.2, 0.1)]
    estimates = [
        estimate_quantile_frontier(
            replace(panel, direction=one), taus=RULES.taus, null_jointness=False
        )
        for one in directions
    ]
    for other, size in zip(estimates[1:], (2.0, 0.2), strict=True):
        assert other.output_weight == pytest.approx(estimates[0].output_weight, abs=1e-8)
        assert size * other.distance == pytest.approx(estimates[0].distance, abs=1e-8)
    table = table_of(panel, steps, directions=directions)
    for column in ("floor_cny_per_tco2", "median_mac_cny_per_tco2"):
        values = table[column].to_numpy().reshape(3, 2)
        # The margin of null-jointness is a distance: 1e-6 of another size.
        assert values[1:] == pytest.approx(np.tile(values[0], (2, 1)), rel=1e-3)
        assert values[1:, 1] == pytest.approx(np.full(2, values[0, 1]), rel=1e-7)


def test_another_ratio_is_another_floor(panel, steps):
    floors = table_of(panel, steps)["floor_cny_per_tco2"].to_numpy().reshape(-1, 2)[:, 1]
    assert len(np.unique(floors.round(6))) == len(DIRECTIONS)


def test_the_floor_can_be_that_of_an_earlier_period(panel, steps):
    last = table_of(panel, steps, directions=[(1.0, 1.0)])
    first = table_of(panel, steps, directions=[(1.0, 1.0)], observed_period=1)
    assert first["median_mac_cny_per_tco2"].equals(last["median_mac_cny_per_tco2"])
    assert not first["floor_cny_per_tco2"].equals(last["floor_cny_per_tco2"])


def test_limits_are_refused_all_at_once_and_with_the_reason(panel, steps):
    with pytest.raises(InputError, match="translation property") as refusal:
        table_of(panel, steps, directions=[(1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 1.0)])
    assert len(refusal.value.faults) == 3
    assert steps.done == 0
    with pytest.raises(InputError, match="no direction"):
        table_of(panel, steps, directions=[])
