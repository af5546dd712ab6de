"""The panel block bootstrap: whole units, the same draws whoever computes them."""

import numpy as np
import pytest

from tanshi.core import InputError, NotIdentifiedError
from tanshi.frontier import estimate_abatement_costs, estimate_quantile_frontier
from tanshi.frontier.bootstrap import (
    BootstrapPlan,
    bootstrap_costs,
    cost_intervals,
    percentile_intervals,
)
from tanshi.frontier.simulation import simulate_technology

TAUS = (0.25, 0.5, 0.75)


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(20, 3, seed=2).inputs


def test_any_split_of_the_replicates_gives_the_same_draws(panel):
    plan = BootstrapPlan(seed=7, taus=TAUS)
    whole = bootstrap_costs(panel, plan, range(6))
    parts = [bootstrap_costs(panel, plan, part) for part in ([4, 5], [0, 1, 2], [3])]
    assert np.array_equal(whole, np.vstack([parts[1], parts[2], parts[0]]))
    assert not np.array_equal(whole[0], whole[1])
    assert not np.array_equal(
        whole, bootstrap_costs(panel, BootstrapPlan(seed=8, taus=TAUS), range(6))
    )


def test_taken_observations_keep_the_normalisation_of_the_panel(panel):
    rows = np.array([5, 5, 0, 17])
    part = panel.taken(rows)
    assert part.unit == tuple(panel.unit[row] for row in rows)
    assert np.array_equal(part.normalised_output, panel.normalised_output[rows])
    assert part.price_scale_cny_per_tco2 == panel.price_scale_cny_per_tco2
    assert part.n_observations == 4


def test_a_replicate_draws_whole_units(panel, monkeypatch):
    seen = []
    estimate = estimate_quantile_frontier

    def spy(inputs, **options):
        seen.append(inputs)
        return estimate(inputs, **options)

    monkeypatch.setattr("tanshi.frontier.bootstrap.estimate_quantile_frontier", spy)
    bootstrap_costs(panel, BootstrapPlan(seed=1, taus=TAUS, units_drawn=12), [0])
    (drawn,) = seen
    assert drawn.n_observations == 12 * 3
    periods = np.asarray(drawn.period).reshape(12, 3)
    assert (periods == [1, 2, 3]).all()
    assert all(len(set(drawn.unit[i : i + 3])) == 1 for i in range(0, 36, 3))


def test_costs_are_those_of_the_original_observations(panel):
    draws = bootstrap_costs(panel, BootstrapPlan(seed=3, taus=TAUS), range(30))
    assert draws.shape == (30, panel.n_observations)
    costs = estimate_abatement_costs(estimate_quantile_frontier(panel, taus=TAUS))
    found = cost_intervals(draws, costs, BootstrapPlan(seed=3, taus=TAUS))
    inside = (found.lower_cny_per_tco2 <= costs.mac_cny_per_tco2) & (
        costs.mac_cny_per_tco2 <= found.upper_cny_per_tco2
    )
    assert inside.mean() > 0.8
    last = costs.period == 3
    floor = costs.mac_cny_per_tco2[last].min()
    assert found.floor_lower_cny_per_tco2 <= floor <= found.floor_upper_cny_per_tco2
    assert "30 replicates" in found.summary()


def test_payment_rules_only_rescale(panel):
    rule = {"published": 0.2, "full": 1.0, "cost_cap": 5.0}
    draws = {
        name: bootstrap_costs(panel, BootstrapPlan(seed=5, taus=TAUS, payment_rule=name), [0])
        for name in rule
    }
    for name, factor in rule.items():
        assert draws[name] == pytest.approx(draws["full"] * factor)


def test_percentiles_are_order_statistics_and_survive_infinity():
    draws = np.concatenate([np.arange(95.0), np.full(5, np.inf)])[:, None]
    low, high = percentile_intervals(draws, np.array([50.0]))
    assert (low[0], high[0]) == (2.0, np.inf)


def test_fewer_units_drawn_are_rescaled_around_the_estimate():
    draws = np.linspace(0.0, 100.0, 101)[:, None]
    low, high = percentile_intervals(draws, np.array([50.0]), shrink=0.5)
    whole = percentile_intervals(draws, np.array([50.0]))
    assert (50.0 - low[0]) == pytest.approx(0.5 * (50.0 - whole[0][0]))
    assert (high[0] - 50.0) == pytest.approx(0.5 * (whole[1][0] - 50.0))


@pytest.mark.parametrize("drawn", [1, 21])
def test_impossible_numbers_of_units_are_refused(panel, drawn):
    with pytest.raises(InputError, match="2 to 20"):
        bootstrap_costs(panel, BootstrapPlan(seed=1, taus=TAUS, units_drawn=drawn), [0])


def test_draws_that_never_identify_are_refused(panel):
    with pytest.raises(NotIdentifiedError, match="draws of 2 units in a row"):
        bootstrap_costs(panel, BootstrapPlan(seed=1, taus=TAUS, units_drawn=2), [0])
