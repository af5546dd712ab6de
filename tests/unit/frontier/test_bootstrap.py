"""The panel block bootstrap: whole units, the same draws whoever computes them."""

import numpy as np
import pytest

from tanshi.core import InputError, NotIdentifiedError
from tanshi.frontier import estimate_abatement_costs, estimate_quantile_frontier
from tanshi.frontier.bootstrap import (
    BootstrapPlan,
    bootstrap_costs,
    cost_intervals,
    floor_draws,
    percentile_intervals,
)
from tanshi.frontier.results.inference import BootstrapDraws
from tanshi.frontier.simulation import simulate_technology
from tanshi.frontier.technology import gradient_features, translation_points

TAUS = (0.25, 0.5, 0.75)


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(20, 3, seed=2).inputs


@pytest.fixture(scope="module")
def costs(panel):
    return estimate_abatement_costs(estimate_quantile_frontier(panel, taus=TAUS))


def test_any_split_of_the_replicates_gives_the_same_draws(panel):
    plan = BootstrapPlan(seed=7, taus=TAUS)
    whole = bootstrap_costs(panel, plan, range(6))
    parts = [bootstrap_costs(panel, plan, part) for part in ([0, 1, 2], [3], [4, 5])]
    joined = BootstrapDraws.joined(parts)
    assert np.array_equal(whole.costs, joined.costs)
    assert np.array_equal(whole.parameters, joined.parameters)
    assert (whole.replicates, whole.shrink) == (joined.replicates, joined.shrink) == (6, 1.0)
    assert not whole.costs.flags.writeable
    assert not joined.parameters.flags.writeable
    assert not np.array_equal(whole.costs[0], whole.costs[1])
    other = bootstrap_costs(panel, BootstrapPlan(seed=8, taus=TAUS), range(6))
    assert not np.array_equal(whole.costs, other.costs)


def test_costs_are_read_off_the_surfaces_whose_parameters_are_kept(panel):
    """With one quantile a cost is Eq. 8 at w = -dD/dy, times the share paid for."""
    draws = bootstrap_costs(panel, BootstrapPlan(seed=7, taus=(0.5,)), range(3))
    assert draws.parameters.shape == (3, 1, 10)
    of_total = gradient_features(translation_points(panel), axis=2)
    weight = np.clip(-draws.parameters[:, 0] @ of_total.T, 0.0, 1.0)
    by_hand = 0.2 * panel.price_scale_cny_per_tco2 * (1.0 - weight) / weight
    assert draws.costs == pytest.approx(by_hand, rel=1e-6, abs=1e-9)
    assert not np.array_equal(draws.parameters[0], draws.parameters[1])


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


def test_costs_are_those_of_the_original_observations(panel, costs):
    plan = BootstrapPlan(seed=3, taus=TAUS)
    draws = bootstrap_costs(panel, plan, range(30))
    assert draws.costs.shape == (30, panel.n_observations)
    found = cost_intervals(draws, costs, plan)
    inside = (found.lower_cny_per_tco2 <= costs.mac_cny_per_tco2) & (
        costs.mac_cny_per_tco2 <= found.upper_cny_per_tco2
    )
    assert inside.mean() > 0.8
    last = costs.period == 3
    floor = costs.mac_cny_per_tco2[last].min()
    assert found.floor_lower_cny_per_tco2 <= floor <= found.floor_upper_cny_per_tco2
    # Every cost of the last year in its interval puts the floor into the envelope.
    assert found.envelope_lower_cny_per_tco2 == found.lower_cny_per_tco2[last].min()
    assert found.envelope_upper_cny_per_tco2 == found.upper_cny_per_tco2[last].min()
    assert found.envelope_lower_cny_per_tco2 <= floor <= found.envelope_upper_cny_per_tco2
    assert "30 replicates" in found.summary()


def test_payment_rules_only_rescale(panel):
    rule = {"published": 0.2, "full": 1.0, "cost_cap": 5.0}
    draws = {
        name: bootstrap_costs(panel, BootstrapPlan(seed=5, taus=TAUS, payment_rule=name), [0])
        for name in rule
    }
    for name, factor in rule.items():
        assert draws[name].costs == pytest.approx(draws["full"].costs * factor)


def test_the_floor_is_the_least_cost_of_its_period_in_every_replicate(panel, costs):
    draws = bootstrap_costs(panel, BootstrapPlan(seed=3, taus=TAUS), range(5))
    by_hand = [min(row[i] for i in range(60) if costs.period[i] == 3) for row in draws.costs]
    assert floor_draws(draws, costs).tolist() == by_hand
    second = [min(row[i] for i in range(60) if costs.period[i] == 2) for row in draws.costs]
    assert floor_draws(draws, costs, observed_period=2).tolist() == second
    assert by_hand != second


def test_a_linear_function_of_the_floor_has_the_interval_of_the_floor(panel, costs):
    plan = BootstrapPlan(seed=3, taus=TAUS, units_drawn=12)
    draws = bootstrap_costs(panel, plan, range(40))
    found = cost_intervals(draws, costs, plan)
    low, high = percentile_intervals(0.003 * floor_draws(draws, costs)[:, None], np.zeros(1))
    assert low[0] == pytest.approx(0.003 * found.floor_lower_cny_per_tco2)
    assert high[0] == pytest.approx(0.003 * found.floor_upper_cny_per_tco2)


def test_m_out_of_n_brings_the_floor_to_the_scale_of_all_units(panel, costs):
    draws = bootstrap_costs(panel, BootstrapPlan(seed=3, taus=TAUS, units_drawn=5), range(4))
    assert draws.shrink == pytest.approx(0.5)  # sqrt(5 / 20)
    last = costs.period == 3
    floor = costs.mac_cny_per_tco2[last].min()
    half_way = 0.5 * (floor + draws.costs[:, last].min(axis=1))
    assert floor_draws(draws, costs) == pytest.approx(half_way)


def test_an_infinite_floor_stays_infinite_whatever_is_drawn(costs):
    drawn = np.stack([np.full(60, np.inf), costs.mac_cny_per_tco2])
    draws = BootstrapDraws(drawn, np.zeros((2, 1, 1)), shrink=0.5)
    floor = costs.mac_cny_per_tco2[costs.period == 3].min()
    assert floor_draws(draws, costs).tolist() == [np.inf, floor]


def test_draws_of_another_panel_and_unknown_periods_are_refused(panel, costs):
    draws = bootstrap_costs(panel, BootstrapPlan(seed=3, taus=TAUS), range(2))
    other = BootstrapDraws(draws.costs[:, :-1], draws.parameters)
    with pytest.raises(InputError, match="draws of another panel"):
        floor_draws(other, costs)
    with pytest.raises(InputError, match="no cost in the floor's period"):
        floor_draws(draws, costs, observed_period=2030)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_is_a_share(level):
    with pytest.raises(InputError, match="not a level"):
        percentile_intervals(np.zeros((3, 1)), np.zeros(1), level=level)


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
