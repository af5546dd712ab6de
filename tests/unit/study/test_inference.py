"""A bootstrap on several processes: same result, and it goes on where it was stopped."""

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.frontier.bootstrap import BootstrapPlan, bootstrap_costs
from tanshi.frontier.simulation import simulate_technology
from tanshi.study import inference

PLAN = BootstrapPlan(seed=11, taus=(0.5,))


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(15, 2, seed=3).inputs


def run(panel, tmp_path, steps, **options):
    return inference.run_bootstrap(
        panel, PLAN, 45, record=tmp_path / "record", progress=steps, **options
    )


def test_the_result_does_not_depend_on_the_workers(panel, tmp_path, steps):
    one = run(panel, tmp_path, steps, workers=1)
    two = run(panel, tmp_path, steps, workers=2)
    assert np.array_equal(one, two)
    assert np.array_equal(one, bootstrap_costs(panel, PLAN, range(45)))
    assert not (tmp_path / "record").exists()


def test_an_interrupted_run_goes_on(panel, tmp_path, steps, monkeypatch):
    done = []

    def stops_after_one(inputs, plan, replicates):
        if done:
            raise KeyboardInterrupt
        done.append(replicates)
        return bootstrap_costs(inputs, plan, replicates)

    monkeypatch.setattr(inference, "bootstrap_costs", stops_after_one)
    with pytest.raises(KeyboardInterrupt):
        run(panel, tmp_path, steps, workers=1)
    assert len(list((tmp_path / "record").rglob("*.npy"))) == 1
    computed = []

    def counts(inputs, plan, replicates):
        computed.append(replicates)
        return bootstrap_costs(inputs, plan, replicates)

    monkeypatch.setattr(inference, "bootstrap_costs", counts)
    again = run(panel, tmp_path, steps, workers=1)
    assert [chunk.start for chunk in computed] == [20, 40]
    assert np.array_equal(again, bootstrap_costs(panel, PLAN, range(45)))


def test_another_plan_does_not_use_the_record_of_this_one(panel):
    other = BootstrapPlan(seed=12, taus=(0.5,))
    assert inference._key(panel, PLAN) != inference._key(panel, other)


@pytest.mark.parametrize(("replicates", "workers"), [(1, 1), (10, 0)])
def test_impossible_numbers_are_refused(panel, tmp_path, steps, replicates, workers):
    with pytest.raises(InputError, match="or more"):
        inference.run_bootstrap(
            panel, PLAN, replicates, workers=workers, record=tmp_path / "r", progress=steps
        )
    assert not (tmp_path / "r").exists()
