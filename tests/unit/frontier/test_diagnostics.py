"""Reports of crossings and of coverage."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.frontier import estimate_quantile_frontier
from tanshi.frontier.diagnostics import coverage_table, crossing_table
from tanshi.frontier.results import estimate as results
from tanshi.frontier.simulation import simulate_technology

TAUS = (0.05, 0.35, 0.55, 0.65, 0.85)


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(30, 6, seed=1).inputs


@pytest.fixture(scope="module")
def estimate(panel):
    return estimate_quantile_frontier(panel, taus=TAUS)


@pytest.fixture(scope="module")
def free(panel):
    return estimate_quantile_frontier(panel, taus=TAUS, null_jointness=False)


def test_crossings_by_hand(make_estimate):
    distance = np.array([[-1.0, 0.0, 2.0]] * 10)
    distance[0] = 0.5, 0.25, 1.0
    distance[1] = 0.5, 0.4, 0.3
    table = crossing_table(make_estimate(distance, np.ones((10, 3)), (0.2, 0.5, 0.8)))
    assert table.select("lower_tau", "upper_tau", "crossings", "share").rows() == [
        (0.2, 0.5, 2, 0.2),
        (0.5, 0.8, 1, 0.1),
    ]
    assert table["largest_normalised"].to_list() == pytest.approx([0.25, 0.1])


def test_a_crossing_in_the_users_units(estimate, panel):
    """A step along the direction, in means of output and of emissions."""
    table = crossing_table(estimate)
    largest = table["largest_normalised"].to_numpy()
    assert table["crossings"].sum() == estimate.crossings > 0
    means = np.mean(panel.desirable_output), np.mean(panel.undesirable_output)
    assert table["largest_output_cny"].to_numpy() == pytest.approx(largest * means[0])
    assert table["largest_emissions_tco2"].to_numpy() == pytest.approx(largest * means[1])


def test_parallel_surfaces_do_not_cross_and_one_has_nothing_to_cross(make_estimate):
    distance = np.tile([-1.0, 1.0], (10, 1))
    row = crossing_table(make_estimate(distance, np.ones((10, 2)), (0.2, 0.8))).row(0)
    assert row == (0.2, 0.8, 0, 0.0, 0.0, 0.0, 0.0)
    one = make_estimate(distance[:, :1], np.ones((10, 1)), (0.5,))
    assert crossing_table(one).height == 0


def test_coverage_by_hand(make_estimate):
    distance = np.array([-1.0, -1.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 2.0])[:, None]
    table = coverage_table(make_estimate(distance, np.ones((10, 1)), (0.7,)))
    assert table.row(0) == (0.7, 0.8, 0.5, 3, 0)


def test_a_free_intercept_puts_tau_between_inside_and_covered(free):
    """Moving a surface by a constant cannot pay, so neither side can be too heavy."""
    table = coverage_table(free)
    assert (table["share_inside"] <= table["tau"]).all()
    assert (table["tau"] <= table["coverage"]).all()
    assert table["active_null_jointness"].to_list() == [0] * 5


def test_what_null_jointness_moves(estimate, free):
    table = coverage_table(estimate, free)
    assert table["coverage"].to_numpy() == pytest.approx(estimate.coverage)
    assert table["coverage_without"].to_numpy() == pytest.approx(free.coverage)
    moved = (estimate.distance >= -1e-9) != (free.distance >= -1e-9)
    assert table["sides_changed"].to_list() == moved.sum(axis=0).tolist()
    assert (table["coverage_moved"].abs() * 180 <= table["sides_changed"] + 1e-9).all()
    assert (table["sides_changed"] > 0).any()
    # Where none of its constraints binds, null-jointness moves nothing.
    idle = table.filter(table["active_null_jointness"] == 0)
    assert 0 < len(idle) < 5
    assert idle["sides_changed"].to_list() == [0] * len(idle)


def test_blocks_give_the_same_reports(estimate, free, monkeypatch):
    whole = crossing_table(estimate), coverage_table(estimate, free)
    monkeypatch.setattr(results, "BLOCK_VALUES", 35)  # seven observations at a time
    assert crossing_table(estimate).equals(whole[0])
    assert coverage_table(estimate, free).equals(whole[1])


def test_only_the_same_panel_and_grid_without_null_jointness_is_compared(estimate):
    with pytest.raises(InputError, match="null_jointness=False"):
        coverage_table(estimate, estimate)
    other = simulate_technology(30, 2, seed=6).inputs
    free = estimate_quantile_frontier(other, taus=TAUS[:2], null_jointness=False)
    with pytest.raises(InputError) as refusal:
        coverage_table(estimate, free)
    whats = [fault.what for fault in refusal.value.faults]
    assert whats == ["other quantiles", "other observations"]
