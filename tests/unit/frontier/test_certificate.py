"""A solution that is not optimal does not pass, whatever the solver says."""

import dataclasses

import numpy as np
import pytest

from tanshi.core import CertificateError
from tanshi.frontier import estimate_deterministic_frontier, estimate_quantile_frontier
from tanshi.frontier._dual_lp import DualProgramme
from tanshi.frontier.certificate import GAP_TOLERANCE, Certificate, certify, pinball_loss
from tanshi.frontier.quantile import _Surface
from tanshi.frontier.simulation import simulate_technology


@pytest.fixture(scope="module")
def solved():
    """A programme with its solution at tau = 0.35, and what the caller measures."""
    inputs = simulate_technology(40, 1, seed=2).inputs
    surface = _Surface(inputs, null_jointness=True, upper=1.0)
    solutions = surface.programme.refine([surface.solve(0.65)])
    return surface.programme, solutions, surface.shape.violation(solutions.theta)


def check(programme, solutions, violation):
    return certify(programme, solutions, violation=violation, labels=["tau = 0.35"])


def test_the_solution_itself_passes(solved):
    (certificate,) = check(*solved)
    assert certificate.holds
    assert certificate.gap <= GAP_TOLERANCE
    assert certificate.dual_objective == pytest.approx(certificate.objective, rel=1e-9)


@pytest.mark.parametrize("parameter", [0, 2, 5])
def test_other_parameters_open_a_gap(solved, parameter):
    programme, solutions, violation = solved
    theta = solutions.theta.copy()
    theta[0, parameter] += 1e-5
    with pytest.raises(CertificateError, match=r"tau = 0.35 fails its own check: .* gap [1-9]"):
        check(programme, dataclasses.replace(solutions, theta=theta), violation)


def test_multipliers_that_do_not_balance_are_dual_infeasible(solved):
    programme, solutions, violation = solved
    multiplier = solutions.observation_multiplier.copy()
    basic = int(np.argmin(np.abs(multiplier[0] - 0.5)))
    multiplier[0, basic] += 1e-3
    changed = dataclasses.replace(solutions, observation_multiplier=multiplier)
    with pytest.raises(CertificateError, match="dual infeasibility"):
        check(programme, changed, violation)


@pytest.mark.parametrize("value", [-1e-6, 1.0 + 1e-6])
def test_multipliers_outside_their_bounds_fail(solved, value):
    programme, solutions, violation = solved
    multiplier = solutions.observation_multiplier.copy()
    at_bound = np.flatnonzero(multiplier[0] == (0.0 if value < 0 else 1.0))[0]
    multiplier[0, at_bound] = value
    changed = dataclasses.replace(solutions, observation_multiplier=multiplier)
    with pytest.raises(CertificateError, match=r"dual infeasibility 1\.00e-06"):
        check(programme, changed, violation)


def test_a_broken_constraint_fails(solved):
    programme, solutions, _ = solved
    with pytest.raises(CertificateError, match=r"primal infeasibility 2\.00e-08"):
        check(programme, solutions, np.array([2e-8]))


def test_a_negative_row_multiplier_fails(solved):
    programme, solutions, violation = solved
    multiplier = solutions.row_multiplier.copy()
    multiplier[0, int(np.flatnonzero(multiplier[0] == 0.0)[0])] = -1e-6
    changed = dataclasses.replace(solutions, row_multiplier=multiplier)
    with pytest.raises(CertificateError, match=r"dual infeasibility 1\.00e-06"):
        check(programme, changed, violation)


def test_an_observation_outside_the_deterministic_frontier_fails():
    inputs = simulate_technology(40, 1, seed=2).inputs
    surface = _Surface(inputs, null_jointness=False, upper=np.inf)
    solutions = surface.programme.refine([surface.solve(1.0)])
    theta = solutions.theta.copy()
    theta[0, 0] -= 1e-6  # lowers D of every observation, those at D = 0 below it
    changed = dataclasses.replace(solutions, theta=theta)
    with pytest.raises(CertificateError, match=r"primal infeasibility 1\.00e-06"):
        certify(surface.programme, changed, violation=np.zeros(1), labels=["the frontier"])


def test_an_answer_of_the_solver_that_is_wrong_never_leaves_the_room(monkeypatch):
    inputs = simulate_technology(40, 1, seed=2).inputs
    refine = DualProgramme.refine

    def tampered(self, vertices):
        solutions = refine(self, vertices)
        return dataclasses.replace(solutions, theta=solutions.theta * (1.0 + 1e-4))

    monkeypatch.setattr(DualProgramme, "refine", tampered)
    with pytest.raises(CertificateError, match=r"tau = 0.05 .* Remedy"):
        estimate_quantile_frontier(inputs)
    with pytest.raises(CertificateError, match="the deterministic frontier"):
        estimate_deterministic_frontier(inputs)


def test_each_tolerance_counts_on_its_own():
    good = Certificate(
        objective=1.0,
        dual_objective=1.0,
        primal_infeasibility=1e-8,
        dual_infeasibility=1e-8,
        gap=1e-9,
    )
    assert good.holds
    for name in ("primal_infeasibility", "dual_infeasibility", "gap"):
        assert not dataclasses.replace(good, **{name: 1.1 * getattr(good, name)}).holds


def test_pinball_loss_weighs_the_two_sides():
    distance = np.array([[2.0, -1.0, 0.0], [2.0, -1.0, 0.0]])
    # 0.25 below the surface of tau = 0.75, 0.75 above it, and the other way round.
    assert pinball_loss(distance, np.array([0.75, 0.25])).tolist() == [1.25, 1.75]


def test_result_arrays_cannot_be_tampered_with():
    estimate = estimate_quantile_frontier(simulate_technology(20, 1, seed=1).inputs, taus=[0.5])
    for name in ("free_parameters", "distance", "output_weight", "output_weight_low"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(estimate, name)[0, 0] = 0.0
