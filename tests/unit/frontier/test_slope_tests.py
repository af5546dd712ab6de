"""Coefficients with their uncertainty, and equality of slopes across quantiles."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.frontier import estimate_deterministic_frontier
from tanshi.frontier.bootstrap import BootstrapPlan, bootstrap_costs
from tanshi.frontier.results.inference import BootstrapDraws
from tanshi.frontier.simulation import simulate_technology
from tanshi.frontier.slope_tests import (
    coefficient_table,
    slope_differences,
    slope_equality,
    slope_equality_table,
)

TAUS = (0.25, 0.5, 0.75)
PLAN = BootstrapPlan(seed=5, taus=TAUS)


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(20, 3, seed=2).inputs


@pytest.fixture(scope="module")
def estimate(panel):
    return PLAN.estimate(panel)


@pytest.fixture(scope="module")
def draws(panel):
    return bootstrap_costs(panel, PLAN, range(60))


def test_coefficients_stand_in_the_rows_of_the_parameters(estimate, draws):
    table = coefficient_table(estimate, draws)
    columns = ["tau", "parameter", "estimate", "standard_error", "p_value", "lower", "upper"]
    assert table.columns == columns
    given = estimate.parameters()
    assert table.select("tau", "parameter").equals(given.select("tau", "parameter"))
    assert table["estimate"].to_numpy() == pytest.approx(given["value"].to_numpy())


def test_one_coefficient_by_hand(estimate, draws):
    """g1 = b1 + 1 is the fourth free parameter plus one."""
    row = coefficient_table(estimate, draws, 0.9).row(
        by_predicate=(pl.col("tau") == "0.5") & (pl.col("parameter") == "g1"), named=True
    )
    drawn = np.sort(draws.parameters[:, 1, 3] + 1.0)
    found = estimate.free_parameters[1, 3] + 1.0
    assert row["estimate"] == pytest.approx(found)
    assert row["standard_error"] == pytest.approx(np.std(drawn, ddof=1))
    assert (row["lower"], row["upper"]) == pytest.approx((drawn[2], drawn[56]))
    larger = (np.abs(drawn - found) >= abs(found)).sum()
    assert row["p_value"] == pytest.approx((1 + larger) / 61)


def test_m_out_of_n_is_on_the_scale_of_the_whole_sample(estimate, draws):
    whole = coefficient_table(estimate, draws)
    half = coefficient_table(estimate, replace(draws, shrink=0.5))
    for name in ("standard_error", "lower", "upper"):
        centre = 0.0 if name == "standard_error" else whole["estimate"]
        assert (half[name] - centre).to_numpy() == pytest.approx(
            0.5 * (whole[name] - centre).to_numpy()
        )
    assert (half["p_value"] <= whole["p_value"]).all()


def test_the_deterministic_frontier_is_named(panel):
    frontier = estimate_deterministic_frontier(panel)
    drawn = np.random.default_rng(1).normal(size=(5, 1, 10))
    table = coefficient_table(frontier, BootstrapDraws(np.zeros((5, 60)), drawn))
    assert table["tau"].unique().to_list() == ["frontier"]


def made(differences, estimate):
    """Draws whose second quantile differs from the first by rows of `differences`."""
    parameters = np.repeat(estimate.free_parameters[None], len(differences), axis=0)
    parameters[:, 1, 1:] = parameters[:, 0, 1:] + differences
    return BootstrapDraws(np.zeros((len(differences), 60)), parameters)


def test_the_wald_statistic_by_hand(estimate):
    """With two orthogonal coefficients that move, W is a sum of two squared t."""
    rng = np.random.default_rng(3)
    found = estimate.free_parameters[1, 1:] - estimate.free_parameters[0, 1:]
    noise = rng.normal(size=(200, 2)) * [0.1, 7.0]
    moves = np.zeros((200, 9))
    moves[:, [2, 5]] = noise
    test = slope_equality(estimate, made(found + moves, estimate), TAUS[:2])
    inverse = np.linalg.inv(np.cov(noise, rowvar=False))
    statistic = found[[2, 5]] @ inverse @ found[[2, 5]]
    recentred = np.einsum("ri,ij,rj->r", noise, inverse, noise)
    assert test.statistic == pytest.approx(statistic)
    assert test.p_value == pytest.approx((1 + (recentred >= statistic).sum()) / 201)
    # Coefficients that a constraint holds in place are not judged, and said not to be.
    assert (test.rank, test.restrictions) == (2, 9)
    assert "on 2 of 9 restrictions" in test.summary()


def test_what_moves_together_counts_once(estimate):
    rng = np.random.default_rng(4)
    found = estimate.free_parameters[1, 1:] - estimate.free_parameters[0, 1:]
    one = rng.normal(size=(100, 1))
    moves = np.concatenate([one, -3.0 * one, np.zeros((100, 7))], axis=1)
    test = slope_equality(estimate, made(found + moves, estimate), TAUS[:2])
    assert test.rank == 1


def test_surfaces_that_never_move_cannot_be_judged(estimate):
    found = estimate.free_parameters[1, 1:] - estimate.free_parameters[0, 1:]
    test = slope_equality(estimate, made(np.tile(found, (30, 1)), estimate), TAUS[:2])
    assert (test.rank, test.statistic, test.p_value) == (0, 0.0, 1.0)


def test_all_quantiles_do_not_depend_on_the_one_that_others_are_compared_with(estimate, draws):
    forward = slope_equality(estimate, draws)
    backward = slope_equality(estimate, draws, TAUS[::-1])
    assert forward.restrictions == 18
    assert forward.statistic == pytest.approx(backward.statistic, rel=1e-6)
    assert forward.p_value == backward.p_value


def test_the_table_has_adjacent_pairs_and_all(estimate, draws):
    table = slope_equality_table(estimate, draws)
    assert table["taus"].to_list() == ["0.25, 0.5", "0.5, 0.75", "all"]
    assert table["restrictions"].to_list() == [9, 9, 18]
    assert table["p_value"][2] == slope_equality(estimate, draws).p_value
    few = BootstrapDraws(draws.costs[:15], draws.parameters[:15])
    assert slope_equality_table(estimate, few).row(2) == ("all", 18, None, None, None)


def test_differences_by_coefficient(estimate, draws):
    table = slope_differences(estimate, draws, (0.25, 0.75))
    names = ["a_1", "a_2", "b1", "a_1_1", "a_1_2", "d_1", "a_2_2", "d_2", "mu"]
    assert table["parameter"].to_list() == names
    by_name = {
        tau: dict(zip(part["parameter"], part["value"], strict=True))
        for (tau,), part in estimate.parameters().group_by("tau")
    }
    wanted = [by_name["0.75"][name] - by_name["0.25"][name] for name in names]
    assert table["difference"].to_numpy() == pytest.approx(np.array(wanted))
    drawn = draws.parameters[:, 2, 3] - draws.parameters[:, 0, 3]
    assert table["standard_error"][2] == pytest.approx(np.std(drawn, ddof=1))
    assert ((table["p_value"] > 0) & (table["p_value"] <= 1)).all()


def p_values(seeds, **technology):
    found = []
    for seed in seeds:
        panel = simulate_technology(60, 2, n_inputs=1, seed=seed, **technology).inputs
        plan = BootstrapPlan(seed=seed, taus=(0.25, 0.75), null_jointness=False)
        draws = bootstrap_costs(panel, plan, range(59))
        found.append(slope_equality(plan.estimate(panel), draws).p_value)
    return np.array(found)


def test_equal_slopes_are_rarely_rejected():
    """Deviations that do not depend on (x, s): at 5 % one of eight is expected at most."""
    found = p_values(range(8))
    assert (found <= 0.05).sum() <= 1
    assert np.median(found) > 0.2


def test_slopes_that_differ_are_found():
    """Deviations that grow with s turn the surfaces against each other."""
    assert (p_values(range(4), noise=0.1, spread=0.75) <= 0.05).all()


@pytest.mark.parametrize(
    ("taus", "said"), [((0.25,), "not two quantiles"), ((0.25, 0.6), "quantile not estimated")]
)
def test_unknown_quantiles_are_refused(estimate, draws, taus, said):
    with pytest.raises(InputError, match=said):
        slope_equality(estimate, draws, taus)


def test_too_few_draws_and_draws_of_other_surfaces_are_refused(estimate, draws):
    few = BootstrapDraws(draws.costs[:10], draws.parameters[:10])
    with pytest.raises(InputError, match="11 or more"):
        slope_equality(estimate, few, TAUS[:2])
    single = BootstrapDraws(draws.costs[:1], draws.parameters[:1, :2])
    with pytest.raises(InputError) as refusal:
        coefficient_table(estimate, single)
    whats = {fault.what for fault in refusal.value.faults}
    assert whats == {"draws of other surfaces", "too few replicates"}
