"""The count behind the physical limit, and the whole programme behind the optimum."""

from functools import partial

import numpy as np
import pytest
from performance.full_lp import solve_full_dual
from performance.limits import PARAMETERS, Pass, passes, profiled
from performance.machine import measure
from performance.million import grid
from performance.printed_lp import solve_printed_lp

from tanshi.frontier import estimate_quantile_frontier
from tanshi.frontier.simulation import simulate_technology
from tanshi.frontier.technology import quadratic_features


def test_a_pass_counts_eight_bytes_a_number():
    # 1,000 observations, 3 matrices of 10 columns and 4 vectors, twice: 2 * 34 * 8 kB.
    assert Pass("any", 3, 4).gb(1_000, 2) == pytest.approx(2 * 34 * 8e-6)


def test_passes_of_a_group_grow_with_it():
    of_one, of_four = (passes(count)["a group"] for count in (1, 4))
    assert [one.features for one in of_one] == [four.features for four in of_four]
    assert all(one.vectors < four.vectors for one, four in zip(of_one, of_four, strict=True))


def test_parameters_are_those_of_two_inputs():
    assert quadratic_features(np.ones((1, 3))).shape[1] == PARAMETERS


def test_the_parts_of_a_profile_add_up():
    inputs = simulate_technology(25_000, 1, seed=1).inputs
    profile = profiled(partial(estimate_quantile_frontier, inputs, taus=[0.4, 0.6]))
    parts = profile.parts()
    assert sum(parts.values()) == pytest.approx(profile.seconds)
    assert min(parts.values()) > -1e-3
    assert profile.calls("quantile._add_cuts") >= 2


def test_a_panel_without_foreseeing_is_refused():
    inputs = simulate_technology(30, 6, seed=1).inputs
    profile = profiled(partial(estimate_quantile_frontier, inputs, taus=[0.5]))
    with pytest.raises(RuntimeError, match="never called"):
        profile.parts()


def test_the_machine_moves_and_computes():
    machine = measure(100_000, side=100)
    assert 1 in machine.triad_gb_per_s
    assert machine.best_gb_per_s >= machine.read_gb_per_s[1] > 0.0
    assert machine.gflop_per_s > 0.0


def test_quantiles_of_the_grid_are_even():
    assert grid(3) == [0.25, 0.5, 0.75]


@pytest.mark.parametrize("tau", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("n_inputs", [1, 2])
def test_the_whole_dual_has_the_printed_optimum(n_inputs, tau):
    inputs = simulate_technology(30, 2, n_inputs=n_inputs, seed=3).inputs
    printed = solve_printed_lp(
        inputs.normalised_inputs, inputs.normalised_output, inputs.normalised_emissions, tau
    )
    # Its default tolerance is 1e-7; both are vertices, so they agree far beyond.
    assert solve_full_dual(inputs, tau) == pytest.approx(printed.objective, rel=1e-9)
