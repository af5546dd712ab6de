"""Engines differ in where they compute, never in what."""

import operator
import os
import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tanshi.core import InputError
from tanshi.frontier.bootstrap import BootstrapPlan, CostRules, bootstrap_costs
from tanshi.frontier.simulation import simulate_technology
from tanshi.report.benchmark_explore_folder import write_sweep
from tanshi.study import Provenance, inference
from tanshi.study.benchmark_points import Markets
from tanshi.study.benchmark_sweep import axes_of, run_sweep
from tanshi.study.benchmark_variation import BaseScenario
from tanshi.study.engine import LocalEngine, RayEngine, engine_named, reported
from tanshi.study.inference import run_bootstrap, run_leave_one_out
from tanshi.study.robustness import direction_table

NOWHERE = Provenance(command="", scenario_sha256="", data_sha256={})
PLAN = BootstrapPlan(seed=11, taus=(0.25, 0.75))


def processes_of_ray():
    """Numbers of the processes of Ray that this one started; Linux lists them."""
    lists = Path("/proc/self/task").glob("*/children")
    children = {number for file in lists for number in file.read_text(encoding="utf-8").split()}
    return {n for n in children if b"/ray/" in Path(f"/proc/{n}/cmdline").read_bytes()}


@pytest.fixture(scope="module")
def ray():
    """One session of Ray for the whole module, which leaves nothing behind."""
    with engine_named("ray", workers=2) as engine:
        assert processes_of_ray() or sys.platform != "linux"
        yield engine
    import ray as library

    assert not library.is_initialized()
    assert processes_of_ray() == set()


@pytest.fixture(params=["one process", "two processes", "ray"])
def engine(request):
    if request.param == "ray":
        return request.getfixturevalue("ray")
    return LocalEngine(1 if request.param == "one process" else 2)


@pytest.fixture(scope="module")
def panel():
    return simulate_technology(15, 2, seed=3).inputs


def test_results_come_in_order_each_with_the_shared_arguments(engine):
    powers = list(engine.results(pow, (2,), range(30)))
    assert powers == [2**item for item in range(30)]
    assert list(engine.results(operator.add, ([1],), [[2]])) == [[1, 2]]
    assert list(engine.results(pow, (2,), [])) == []


def test_a_refusal_is_the_same_on_every_engine(engine, panel):
    plan = BootstrapPlan(seed=1, taus=(0.5,), units_drawn=99)
    results = engine.results(bootstrap_costs, (panel, plan), [range(1), range(1, 2), range(2, 3)])
    with pytest.raises(InputError, match="2 to 15") as refusal:
        list(results)
    assert refusal.value.faults[0].column == "units_drawn"
    # What is asked for next is not disturbed.
    assert list(engine.results(pow, (3,), [1, 2])) == [3, 9]


def test_other_errors_keep_their_kind(engine):
    with pytest.raises(ZeroDivisionError):
        list(engine.results(operator.truediv, (1,), [1, 0]))


def test_the_bootstrap_is_the_same_bit_for_bit(engine, panel, tmp_path, steps):
    record = tmp_path / "record"
    found = run_bootstrap(panel, PLAN, 45, engine=engine, record=record, progress=steps)
    wanted = bootstrap_costs(panel, PLAN, range(45))
    assert found.costs.tobytes() == wanted.costs.tobytes()
    assert found.parameters.tobytes() == wanted.parameters.tobytes()
    assert steps.done == 3


def test_leave_one_out_is_the_same_bit_for_bit(engine, panel, steps):
    found = run_leave_one_out(panel, PLAN, engine=engine, progress=steps)
    wanted = run_leave_one_out(panel, PLAN, engine=LocalEngine(1), progress=steps)
    for name in ("remaining_floor_cny_per_tco2", "largest_relative_change"):
        assert getattr(found, name).tobytes() == getattr(wanted, name).tobytes()
    assert found.remaining_set_by == wanted.remaining_set_by


def test_the_robustness_table_is_the_same_bit_for_bit(engine, panel, steps):
    rules, directions = CostRules(taus=(0.5,)), [(1.0, 1.0), (1.0, 0.5)]
    tables = [
        direction_table(panel, rules, engine=one, progress=steps, directions=directions)
        for one in (engine, LocalEngine(1))
    ]
    assert tables[0].equals(tables[1])


def test_a_sweep_is_the_same_byte_for_byte(engine, tiny_market, tmp_path, steps):
    markets = Markets(BaseScenario.read(tiny_market, {"replicates": 5}))
    written = []
    for number, one in enumerate((engine, LocalEngine(1))):
        sweep = run_sweep(
            markets,
            axes_of(["price.floor=30,40"], markets),
            engine=one,
            record=tmp_path / "record",
            progress=steps,
        )
        out = tmp_path / f"out {number}"
        write_sweep(out, sweep=sweep, provenance=NOWHERE)
        written.append({file.name: file.read_bytes() for file in out.iterdir()})
    assert written[0] == written[1]
    assert steps.done == 2 * 2 * 2


def test_ray_goes_on_from_the_record_of_processes(ray, panel, tmp_path, steps, monkeypatch):
    done = []

    def stops_after_one(*given):
        if done:
            raise KeyboardInterrupt
        done.append(given)
        return bootstrap_costs(*given)

    record = tmp_path / "record"
    with monkeypatch.context() as patched:
        patched.setattr(inference, "bootstrap_costs", stops_after_one)
        with pytest.raises(KeyboardInterrupt):
            run_bootstrap(panel, PLAN, 45, engine=LocalEngine(1), record=record, progress=steps)
    (entry,) = record.rglob("*.npz")
    with np.load(entry) as held:
        marked = dict(held)
    marked["costs"] = marked["costs"] + 1.0
    np.savez(entry, **marked)
    found = run_bootstrap(panel, PLAN, 45, engine=ray, record=record, progress=steps)
    wanted = bootstrap_costs(panel, PLAN, range(45))
    # The part recorded is taken as it stands; the rest is computed.
    assert np.array_equal(found.costs[:20], wanted.costs[:20] + 1.0)
    assert np.array_equal(found.costs[20:], wanted.costs[20:])


def test_a_session_that_was_there_stays(ray):
    import ray as library

    with engine_named("ray") as engine:
        assert list(engine.results(pow, (2,), [3])) == [8]
    assert library.is_initialized()
    assert list(ray.results(pow, (2,), [3])) == [8]


def test_one_process_computes_only_what_is_taken():
    computed = []
    results = LocalEngine(1).results(lambda item: computed.append(item) or item, (), [4, 5, 6])
    assert next(results) == 4
    assert computed == [4]


def test_progress_hears_of_a_result_once_it_has_been_dealt_with(steps):
    results = reported(iter("abc"), steps, total=5, done=2)
    heard = [(result, steps.total, steps.done) for result in results]
    assert heard == [("a", 5, 2), ("b", 5, 3), ("c", 5, 4)]
    assert steps.done == 5
    assert list(reported(iter("abc"), None, total=3)) == ["a", "b", "c"]


class FakeRay:
    """Notes how it is started."""

    def __init__(self, error=None):
        self.error = error
        self.options = None
        self.usage = None

    def is_initialized(self):
        return self.options is not None

    def init(self, **options):
        self.usage = os.environ["RAY_USAGE_STATS_ENABLED"]
        self.options = options
        if self.error is not None:
            raise self.error

    def shutdown(self):
        self.options = None


@pytest.fixture
def listening():
    """An address where somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_running_cluster_is_joined_where_one_is_named(monkeypatch, listening, scheme):
    monkeypatch.setenv("RAY_ADDRESS", scheme + listening)
    fake = FakeRay()
    with RayEngine(fake, workers=4):
        # Ray refuses a number of processors for a cluster that it did not start.
        assert fake.options["address"] == scheme + listening
        assert "num_cpus" not in fake.options
    assert fake.options is None


def test_ray_starts_here_without_dashboard_and_without_reports(monkeypatch):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")
    fake = FakeRay()
    with RayEngine(fake, workers=4):
        assert fake.usage == "0"
        assert (fake.options["address"], fake.options["num_cpus"]) == ("local", 4)
        assert fake.options["include_dashboard"] is False
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "1"


def test_a_cluster_that_does_not_answer_is_a_refusal(monkeypatch, listening):
    monkeypatch.setenv("RAY_ADDRESS", listening)
    with (
        pytest.raises(InputError, match="unset RAY_ADDRESS"),
        RayEngine(FakeRay(ConnectionError())),
    ):
        pass
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"127.0.0.1:{server.getsockname()[1]}"
    monkeypatch.setenv("RAY_ADDRESS", nobody)
    fake = FakeRay()
    with pytest.raises(InputError, match=nobody), RayEngine(fake):
        pass
    # Ray, which would go on trying, has not been asked.
    assert fake.options is None


def test_ray_that_does_not_start_is_a_refusal(monkeypatch):
    monkeypatch.setenv("RAY_ADDRESS", "")
    fake = FakeRay(Exception("timed out"))
    with pytest.raises(InputError, match="use the engine local") as refusal, RayEngine(fake):
        pass
    assert refusal.value.faults[0].found == "timed out"


def test_without_ray_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r'pip install "tanshi\[ray\]"'):
        engine_named("ray")
    assert isinstance(engine_named("local"), LocalEngine)


def test_every_fault_of_a_choice_is_named_at_once():
    with pytest.raises(InputError) as refusal:
        engine_named("cloud", workers=0)
    assert [fault.column for fault in refusal.value.faults] == ["engine", "workers"]


def test_workers_are_as_many_as_asked_for(monkeypatch):
    seen = SimpleNamespace(jobs=None)

    class Spy:
        def __init__(self, n_jobs, return_as):
            assert return_as == "generator"
            seen.jobs = n_jobs

        def __call__(self, jobs):
            return (function(*given) for function, given, _ in jobs)

    monkeypatch.setattr("tanshi.study.engine.Parallel", Spy)
    assert list(LocalEngine(3).results(pow, (2,), [1, 2, 3, 4])) == [2, 4, 8, 16]
    assert seen.jobs == 3
    assert list(LocalEngine(8).results(pow, (2,), [1, 2])) == [2, 4]
    assert seen.jobs == 2
