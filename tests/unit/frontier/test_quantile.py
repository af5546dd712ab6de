"""The estimator's door: what it refuses, one input, prices without bound, tables."""

import numpy as np
import pytest

from tanshi.core import InputError, NotIdentifiedError
from tanshi.frontier import (
    PAPER_TAUS,
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.simulation import simulate_technology


@pytest.mark.parametrize(
    "taus",
    [
        [],
        [0.0, 0.5],
        [0.5, 1.0],
        [-0.1],
        [1.5],
        [0.5, 0.5],
        [0.75, 0.25],
        [float("nan")],
        [0.25, float("nan"), 0.75],
    ],
)
def test_taus_that_are_no_grid_are_refused(taus):
    inputs = simulate_technology(20, 1, seed=1).inputs
    with pytest.raises(InputError, match="not a grid of quantiles") as refusal:
        estimate_quantile_frontier(inputs, taus=taus)
    assert refusal.value.faults[0].column == "taus"


@pytest.mark.parametrize("null_jointness", [False, True])
def test_one_input(null_jointness):
    inputs = simulate_technology(30, 2, n_inputs=1, seed=5).inputs
    estimate = estimate_quantile_frontier(inputs, null_jointness=null_jointness)
    assert estimate.free_parameters.shape == (10, 6)
    assert estimate.distance.shape == estimate.output_weight.shape == (60, 10)
    assert all(certificate.holds for certificate in estimate.certificates)
    frontier = estimate_deterministic_frontier(inputs, null_jointness=null_jointness)
    assert frontier.taus == (1.0,)
    assert frontier.distance.min() >= -1e-9
    assert estimate_abatement_costs(frontier).mac_cny_per_tco2 == pytest.approx(
        0.2 * frontier.shadow_price_cny_per_tco2[:, 0]
    )


@pytest.mark.parametrize("kind", ["multiple", "sum", "constant"])
def test_inputs_that_do_not_vary_by_themselves_are_not_identified(make_panel, kind):
    panel = simulate_technology(40, 1, seed=3).inputs
    x = np.array(panel.inputs)
    if kind == "sum":  # x_2 = y + b - x_1, both outputs of mean 1
        y, b = panel.normalised_output, panel.normalised_emissions
        x = np.column_stack([0.3 * x[:, 0], y + b - 0.3 * x[:, 0]])
    else:
        x[:, 1] = 3.0 * x[:, 0] if kind == "multiple" else 7.0
        y, b = panel.desirable_output, panel.undesirable_output
    with pytest.raises(NotIdentifiedError, match="collinear") as refusal:
        estimate_quantile_frontier(make_panel(x, y, b))
    assert "Remedy" in str(refusal.value)


@pytest.mark.parametrize(("apart", "identified"), [(1e-2, True), (1e-4, True), (1e-6, False)])
def test_identification_is_decided_by_the_data_not_by_their_squares(make_panel, apart, identified):
    """Of inputs 1e-4 apart the quadratic terms differ by 1e-8, their squares by rounding."""
    panel = simulate_technology(40, 1, seed=3).inputs
    other = np.random.default_rng(0).normal(size=40)
    x = np.column_stack([panel.inputs[:, 0], panel.inputs[:, 0] * (1.0 + apart * other)])
    given = make_panel(x, panel.desirable_output, panel.undesirable_output)
    if identified:
        estimate = estimate_quantile_frontier(given, taus=[0.5], null_jointness=False)
        assert estimate.certificates[0].holds
    else:
        with pytest.raises(NotIdentifiedError):
            estimate_quantile_frontier(given, taus=[0.5])


def test_emissions_that_fall_as_output_rises_have_a_price_without_bound(make_panel):
    """b = 3 - y / 2 and noise: giving output up saves no emissions, so w = 0 everywhere."""
    rng = np.random.default_rng(11)
    x, y = rng.uniform(1.0, 2.0, 60), rng.uniform(1.0, 4.0, 60)
    b = 3.0 - 0.5 * y + rng.uniform(0.0, 0.2, 60)
    estimate = estimate_quantile_frontier(make_panel(x, y, b), null_jointness=False)
    assert np.abs(estimate.output_weight).max() <= 1e-9
    assert np.isinf(estimate.shadow_price_cny_per_tco2).all()
    costs = estimate_abatement_costs(estimate)
    assert np.isinf(costs.mac_cny_per_tco2).all()
    assert all("infinite" in flags for flags in costs.flags)
    active = estimate.active_constraints[0]
    assert active["desirable_output"] > 0
    assert "none is finite" in costs.summary()


def test_progress_is_called_once_a_quantile():
    calls = []
    inputs = simulate_technology(20, 1, seed=1).inputs
    estimate_quantile_frontier(inputs, progress=lambda: calls.append(None))
    assert len(calls) == len(PAPER_TAUS)


def test_a_quantile_does_not_depend_on_the_grid_it_stands_in():
    inputs = simulate_technology(60, 1, seed=8).inputs
    grid = estimate_quantile_frontier(inputs)
    for t in (0, 4, 9):
        alone = estimate_quantile_frontier(inputs, taus=[PAPER_TAUS[t]])
        assert alone.unique == grid.unique[t : t + 1] == (True,)
        assert alone.distance[:, 0] == pytest.approx(grid.distance[:, t], abs=1e-10)


def test_crossings_and_exact_hits_are_counted(make_estimate):
    distance = [
        [-2.0, -1.0, 1.0],  # in order
        [-1.0, -2.0, 1.0],  # one pair crosses
        [2.0, 1.0, 0.0],  # two pairs cross, and it lies on the last
        [0.0, 1e-10, 1.0],  # on two quantiles, counted once; apart by rounding only
        [1.0, 1.0 - 5e-10, 2.0],
        [-1.0, 1e-8, 1.0],
    ]
    estimate = make_estimate(np.array(distance), [1.0] * 3, (0.25, 0.5, 0.75))
    assert estimate.crossings == 3
    assert estimate.exact_hits == 2
    assert estimate.coverage == pytest.approx([3 / 6, 4 / 6, 1.0])


def test_tables_say_what_was_estimated():
    inputs = simulate_technology(20, 2, seed=1).inputs
    estimate = estimate_quantile_frontier(inputs, taus=[0.25, 0.75])
    parameters = estimate.parameters()
    assert parameters.columns == ["tau", "parameter", "value"]
    # a0, b1, g1, two a_k, three a_k_l, b2, g2, mu, two d_k and two e_k
    assert parameters.height == 2 * 15
    assert parameters["tau"].unique().sort().to_list() == ["0.25", "0.75"]
    assert estimate.distances().height == 2 * 40
    diagnostics = estimate.diagnostics()
    assert diagnostics["coverage"].to_list() == pytest.approx(estimate.coverage)
    assert estimate.coverage + estimate.share_above == pytest.approx([1.0, 1.0])
    assert "observations 40" in estimate.headline()
    frontier = estimate_deterministic_frontier(inputs)
    assert set(frontier.parameters()["tau"]) == {"frontier"}
    assert "deterministic frontier" in frontier.headline()
