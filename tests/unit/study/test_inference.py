"""A bootstrap piece by piece: same result, and it goes on where it was stopped."""

from dataclasses import replace

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.frontier.bootstrap import BootstrapPlan, bootstrap_costs
from tanshi.frontier.influence import leave_one_out
from tanshi.frontier.simulation import simulate_technology
from tanshi.study import inference
from tanshi.study.engine import LocalEngine

PLAN = BootstrapPlan(seed=11, taus=(0.5,))


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(15, 2, seed=3).inputs


def run(panel, tmp_path, steps, *, workers=1, plan=PLAN):
    return inference.run_bootstrap(
        panel, plan, 45, engine=LocalEngine(workers), record=tmp_path / "record", progress=steps
    )


def test_the_draws_are_those_of_the_room_and_the_record_is_gone(panel, tmp_path, steps):
    found = run(panel, tmp_path, steps)
    wanted = bootstrap_costs(panel, PLAN, range(45))
    assert np.array_equal(found.costs, wanted.costs)
    assert np.array_equal(found.parameters, wanted.parameters)
    assert not found.parameters.flags.writeable
    assert (steps.total, steps.done) == (3, 3)
    assert not (tmp_path / "record").exists()


def test_an_interrupted_run_goes_on(panel, tmp_path, steps, monkeypatch):
    done = []

    def stops_after_one(inputs, plan, replicates):
        if done:
            raise KeyboardInterrupt
        done.append(replicates)
        return bootstrap_costs(inputs, plan, replicates)

    plan = replace(PLAN, units_drawn=12)
    monkeypatch.setattr(inference, "bootstrap_costs", stops_after_one)
    with pytest.raises(KeyboardInterrupt):
        run(panel, tmp_path, steps, plan=plan)
    assert [file.name for file in (tmp_path / "record").rglob("*.*")] == ["0-20.npz"]
    computed = []

    def counts(inputs, plan, replicates):
        computed.append(replicates)
        return bootstrap_costs(inputs, plan, replicates)

    monkeypatch.setattr(inference, "bootstrap_costs", counts)
    again = run(panel, tmp_path, steps, plan=plan)
    assert [chunk.start for chunk in computed] == [20, 40]
    wanted = bootstrap_costs(panel, plan, range(45))
    assert np.array_equal(again.costs, wanted.costs)
    assert np.array_equal(again.parameters, wanted.parameters)
    assert again.shrink == wanted.shrink == pytest.approx((12 / 15) ** 0.5)


def test_another_plan_does_not_use_the_record_of_this_one(panel):
    other = BootstrapPlan(seed=12, taus=(0.5,))
    assert inference._key(panel, PLAN) != inference._key(panel, other)


def test_another_direction_does_not_use_the_record_of_this_one(panel):
    # (2, 2) has the prices of (1, 1), but other parameters.
    for direction in ((2.0, 2.0), (1.0, 0.5)):
        other = replace(panel, direction=direction)
        assert inference._key(panel, PLAN) != inference._key(other, PLAN)


def test_a_single_replicate_is_refused(panel, tmp_path, steps):
    with pytest.raises(InputError, match="2 or more"):
        inference.run_bootstrap(
            panel, PLAN, 1, engine=LocalEngine(1), record=tmp_path / "r", progress=steps
        )
    assert not (tmp_path / "r").exists()


def test_leave_one_out_tells_of_every_unit(panel, steps):
    found = inference.run_leave_one_out(panel, PLAN, engine=LocalEngine(1), progress=steps)
    assert (steps.total, steps.done) == (15, 15)
    assert found.table().equals(leave_one_out(panel, PLAN).table())
