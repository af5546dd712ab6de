"""Leaving observations out changes the work, never the answer."""

import highspy
import numpy as np
import pytest

from tanshi.core import InfeasibleError
from tanshi.frontier import FrontierInputs, _dual_lp, estimate_quantile_frontier
from tanshi.frontier._dual_lp import DualProgramme
from tanshi.frontier.simulation import simulate_technology


@pytest.fixture(scope="module")
def large():
    return simulate_technology(1500, 1, seed=4).inputs


def skewed(n):
    """A panel whose spread grows with size, so that the quantiles are far from parallel."""
    rng = np.random.default_rng(9)
    x = np.exp(rng.normal(size=(n, 2)))
    s = x.mean(axis=1) * np.exp(0.2 * rng.normal(size=n)) + 1.0
    b = s * rng.beta(2.0, 3.0, n)
    return FrontierInputs(
        inputs=x,
        desirable_output=s - b,
        undesirable_output=b,
        unit=tuple(str(i) for i in range(n)),
        period=np.ones(n, dtype=int),
        input_names=("labour", "capital"),
    )


@pytest.mark.parametrize("null_jointness", [False, True])
@pytest.mark.parametrize("kind", ["simulated", "skewed"])
def test_leaving_out_gives_what_holding_everything_gives(monkeypatch, large, kind, null_jointness):
    inputs = large if kind == "simulated" else skewed(1200)
    few = estimate_quantile_frontier(inputs, null_jointness=null_jointness)
    monkeypatch.setattr(_dual_lp, "_ALL_AT_ONCE", 10**9)
    all_at_once = estimate_quantile_frontier(inputs, null_jointness=null_jointness)
    for one, other in zip(few.certificates, all_at_once.certificates, strict=True):
        assert one.objective == pytest.approx(other.objective, rel=1e-11)
    unique = np.array(few.unique) & np.array(all_at_once.unique)
    assert unique.sum() >= 8
    assert few.distance[:, unique] == pytest.approx(all_at_once.distance[:, unique], abs=1e-9)
    for t in np.flatnonzero(unique):
        assert few.active_constraints[t] == all_at_once.active_constraints[t]


def test_what_was_left_out_on_the_wrong_side_is_brought_in(monkeypatch, large):
    """A bad guess of the next surface costs rounds, not the optimum."""
    wanted = estimate_quantile_frontier(large, taus=[0.05, 0.95])
    brought_in = []
    look = DualProgramme._bring_in_wrong

    def misled(self, share):
        self._theta = self._theta + np.array([0.0, 0.05, -0.05] + 7 * [0.0])
        keep(self, share)

    def count(self, theta):
        brought_in.append(look(self, theta))
        return brought_in[-1]

    keep = DualProgramme._hold_near
    monkeypatch.setattr(DualProgramme, "_hold_near", misled)
    monkeypatch.setattr(DualProgramme, "_bring_in_wrong", count)
    found = estimate_quantile_frontier(large, taus=[0.05, 0.95])
    assert sum(brought_in) > 100
    assert found.distance == pytest.approx(wanted.distance, abs=1e-9)


def test_columns_that_allow_no_solution_are_completed(monkeypatch, large):
    """Held columns that cannot balance the right-hand side: all are held instead."""
    wanted = estimate_quantile_frontier(large, taus=[0.5])

    def too_few(self, _share):
        self._resting[:] = 0.0
        self._start(np.arange(3))

    monkeypatch.setattr(DualProgramme, "_hold_near", too_few)
    found = estimate_quantile_frontier(large, taus=[0.5])
    assert found.distance == pytest.approx(wanted.distance, abs=1e-9)


def test_a_solver_that_stops_early_is_an_error(monkeypatch):
    monkeypatch.setattr(
        DualProgramme, "_run_held", lambda _self, _share: highspy.HighsModelStatus.kTimeLimit
    )
    with pytest.raises(InfeasibleError, match="not 'Optimal'"):
        estimate_quantile_frontier(simulate_technology(20, 1, seed=1).inputs)


def test_cuts_that_never_end_are_an_error(monkeypatch):
    monkeypatch.setattr(_dual_lp, "_MOST_ROUNDS", 3)
    panel = simulate_technology(20, 1, seed=1).inputs
    programme = DualProgramme(
        np.ones((20, 1)), np.asarray(panel.normalised_emissions), np.empty((0, 1)), np.empty(0), 1.0
    )
    with pytest.raises(InfeasibleError, match="after 3 rounds"):
        programme.solve(0.5, lambda _theta: 1)


def test_one_parameter_is_the_ordinary_quantile():
    """With an intercept alone, -theta is the quantile of b at 1 - tau of the observations."""
    b = np.array([5.0, 1.0, 3.0, 2.0, 4.0])
    programme = DualProgramme(np.ones((5, 1)), b, np.empty((0, 1)), np.empty(0), 1.0)
    for share, quantile in ((0.1, 1.0), (0.3, 2.0), (0.5, 3.0), (0.9, 5.0)):
        vertex = programme.solve(share, lambda _theta: 0)
        assert -vertex.theta == pytest.approx([quantile])
