"""Sweeps: every point of the grid, common random numbers, and nothing lost on the way."""

import weakref

import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.report.benchmark_explore_folder import sweep_summary, write_sweep
from tanshi.study import Provenance, benchmark_sweep
from tanshi.study.benchmark_points import Markets, chunks_of
from tanshi.study.benchmark_run import run_market
from tanshi.study.benchmark_sweep import axes_of, run_sweep
from tanshi.study.benchmark_variation import BaseScenario
from tanshi.study.engine import LocalEngine

ASKED = ["price.floor=30,40", "rule=uniform,published_table"]


def markets_of(file, **options):
    return Markets(BaseScenario.read(file, options))


@pytest.fixture
def swept(tiny_market, tmp_path):
    """Sweep and write; the folder."""

    def run(asked, *, engine=None, **options):
        markets = markets_of(tiny_market, **options)
        out = tmp_path / "out"
        sweep = run_sweep(
            markets,
            axes_of(asked, markets),
            engine=engine or LocalEngine(1),
            record=tmp_path / ".out-sweep",
        )
        provenance = Provenance(command="", scenario_sha256="", data_sha256={})
        return out, write_sweep(out, sweep=sweep, provenance=provenance)

    return run


def test_every_point_has_its_years_and_its_figures(swept, tiny_market, steps, tmp_path):
    out, content = swept(ASKED)
    assert not (tmp_path / ".out-sweep").exists()
    points = pl.read_csv(out / "points.csv")
    assert points.select("point", "price.floor", "rule").rows() == [
        (1, 30.0, "uniform"),
        (2, 30.0, "published_table"),
        (3, 40.0, "uniform"),
        (4, 40.0, "published_table"),
    ]
    years = pl.read_parquet(out / "sweep.parquet")
    assert years.columns[:6] == ["point", "price.floor", "rule", "replicate", "year", "industry"]
    assert years.height == 4 * 2 * 6 * 2
    assert years["point"].is_sorted()
    # A point is the market that `evolve` makes of the same scenario.
    base = BaseScenario.read(tiny_market, {})
    alone = run_market(base.changed({"price.floor": 40.0, "rule": "uniform"}), progress=steps)
    third = years.filter(point=3).drop("point", "price.floor", "rule")
    assert third.equals(alone.years)
    own = pl.read_csv(out / "outcomes.csv").filter(pl.col("point") == 3)
    shared = [name for name in alone.outcome.columns if name in own.columns]
    assert set(alone.outcome.columns) == set(shared)
    assert own.select(shared).equals(alone.outcome, null_equal=True)
    told = sweep_summary(content).splitlines()
    assert told[0] == "4 points, 2 replicates each"
    assert told[1].startswith("price_cny_per_tco2: ")


def test_points_share_random_numbers(swept):
    out, _ = swept(["price.block_band=0.2,0.3", "price.floor=30"])
    years = pl.read_parquet(out / "sweep.parquet")
    demand = [years.filter(point=point)["demand_units"] for point in (1, 2)]
    assert demand[0].equals(demand[1])


def test_an_interrupted_sweep_goes_on_and_ends_the_same(swept, monkeypatch, tmp_path):
    asked = ["price.floor=30,40", "services.providers=2,3"]
    whole, _ = swept(asked, replicates=5)
    wanted = {file.name: file.read_bytes() for file in whole.iterdir()}
    real, done = benchmark_sweep.years_and_figures_at, []

    def stops_after_three(*given):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(given)
        return real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(benchmark_sweep, "years_and_figures_at", stops_after_three)
        with pytest.raises(KeyboardInterrupt):
            swept(asked, replicates=5)
    record = tmp_path / ".out-sweep"
    assert len(list(record.glob("figures-*.parquet"))) == 3
    with pytest.raises(InputError, match="with another sweep"):
        swept(["price.floor=30,50"], replicates=5)
    counted = []
    monkeypatch.setattr(
        benchmark_sweep, "years_and_figures_at", lambda *a: counted.append(a) or real(*a)
    )
    again, _ = swept(asked, replicates=5)
    assert len(counted) == 4 * len(chunks_of(5)) - 3
    assert {file.name: file.read_bytes() for file in again.iterdir()} == wanted


class WatchingEngine:
    """Computes one item after the other, and counts the results that somebody still holds."""

    def __init__(self):
        self.most = 0

    def results(self, function, shared, items):
        held = []
        for item in items:
            found = function(*shared, item)
            held.append(weakref.ref(found[0]))
            yield found
            del found
            self.most = max(self.most, sum(one() is not None for one in held))


def test_no_result_is_held_once_it_is_on_record(swept):
    engine = WatchingEngine()
    swept(["price.floor=30,35,40,45", "rule=uniform,reversed"], engine=engine, replicates=1)
    assert engine.most == 1


def test_every_fault_of_the_grid_comes_out_at_once(tiny_market):
    asked = [
        "price.flor=1",
        "price.ceiling=x,10,300",
        "rule=uniform,publishd",
        "revision.share=0.4,0.4",
        "price.ceiling=200",
        "demand.responds=yes",
        "industries.*.*=1",
        "firms.least_emissions_tco2=1e9",
    ]
    with pytest.raises(InputError) as refused:
        axes_of(asked, markets_of(tiny_market))
    found = [(fault.column, fault.what.partition(" (at ")[0]) for fault in refused.value.faults]
    assert sorted(set(found)) == [
        ("--vary demand.responds", "not a value of the key"),
        ("--vary industries.*.*", "keys of different kinds"),
        ("--vary price.ceiling", "not a value of the key"),
        ("--vary price.ceiling", "varied twice"),
        ("--vary price.flor", "unknown key"),
        ("--vary revision.share", "the same value twice"),
        ("benchmark.firms.least_emissions_tco2", "threshold too high"),
        ("benchmark.price.ceiling", "value not allowed"),
        ("benchmark.rule", "value not allowed"),
    ]
    with pytest.raises(InputError, match="nothing is varied"):
        axes_of([], markets_of(tiny_market))


def test_values_that_fit_only_together_are_checked_together(tiny_market):
    markets = markets_of(tiny_market)
    axes = axes_of(["price.floor=210", "price.ceiling=250,300"], markets)
    assert [axis.values for axis in axes] == [(210.0,), (250.0, 300.0)]
    with pytest.raises(InputError) as refused:
        axes_of(["price.floor=30,210", "price.ceiling=200,300"], markets)
    (fault,) = refused.value.faults
    assert fault.what.endswith("(at 1 of 4 points; first: price.floor=210.0, price.ceiling=200.0)")
