"""The sensitivity of a tiny market: what is shaken is what is set, and what matters shows."""

import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.study import benchmark_sensitivity, build_scenario
from tanshi.study.benchmark_factors import Factor, changes_at
from tanshi.study.benchmark_points import Markets
from tanshi.study.benchmark_sensitivity import OUTPUTS, SensitivityStudy
from tanshi.study.benchmark_sensitivity_section import FactorRange
from tanshi.study.benchmark_variation import BaseScenario
from tanshi.study.engine import LocalEngine

TABLE = """
[benchmark.sensitivity]
trajectories = 3
keep = 2
base_samples = 4
{more}
[benchmark.sensitivity.factors]
"adjustment.deficit" = {{ low = 0.01, high = 0.03 }}
"industries.*.cap_cost_cny_per_tco2" = {{ low = 0.5, high = 2.0, times = true, log = true }}
"price.block_band" = {{ low = 0.2, high = 0.4 }}
"""


@pytest.fixture
def study_of(tiny_market, tmp_path):
    def make(table=TABLE, more="", **options):
        text = tiny_market.read_text(encoding="utf-8") + table.format(more=more)
        file = tmp_path / "shaken.toml"
        file.write_text(text, encoding="utf-8")
        markets = Markets(BaseScenario.read(file, {}))
        return SensitivityStudy(markets, record=tmp_path / "record", **options)

    return make


def test_a_factor_sets_its_keys_within_its_range():
    keys = {"a": (float, 200.0), "b": (int, 10)}
    times = Factor("x", keys, FactorRange(low=0.5, high=2.0, times=True, log=True))
    assert times.changes(times.value(0.5)) == {"a": 200.0, "b": 10}
    assert times.changes(times.value(1.0)) == {"a": 400.0, "b": 20}
    assert times.scenario_value == 1.0
    plain = Factor("x", keys, FactorRange(low=1.0, high=2.2))
    assert plain.changes(plain.value(0.5)) == {"a": 1.6, "b": 2}
    assert plain.scenario_value is None
    same = Factor("y", {"c": (float, 3.0), "d": (float, 3.0)}, FactorRange(low=1.0, high=2.0))
    assert same.scenario_value == 3.0
    assert changes_at((times, same), [0.0, 1.0]) == {"a": 100.0, "b": 5, "c": 2.0, "d": 2.0}


def test_what_moves_the_market_is_kept_and_what_does_not_is_not(study_of, steps):
    study = study_of()
    screening = study.screen(LocalEngine(1), steps)
    assert steps.done == steps.total == 3 * 4
    assert {one.name for one in screening.kept} == {
        "adjustment.deficit",
        "industries.*.cap_cost_cny_per_tco2",
    }
    need = screening.table.filter(output="balance_need_percent", factor="adjustment.deficit")
    # A higher deficit is a lower balance: nearly one point for one.
    assert -2.5 < need["mu"].item() < -1.0
    band = screening.table.filter(factor="price.block_band")
    assert band["mu_star"].fill_null(0.0).max() == pytest.approx(0.0, abs=1e-9)
    stage, indices = study.apportion(screening, LocalEngine(1))
    assert stage.sample.shape == (4 * 4, 2)
    assert indices["output"].unique(maintain_order=True).to_list() == list(OUTPUTS)
    samples = stage.samples_table(screening.factors)
    assert samples.height == 4 * 4 * 2
    # The factor that stays behind has the scenario's value; the others are within their ranges.
    assert samples["price.block_band"].unique().to_list() == [0.3]
    assert samples["adjustment.deficit"].is_between(0.01, 0.03).all()
    outputs = stage.outputs_table()
    assert outputs["stage"].unique().to_list() == ["sobol"]
    assert outputs.filter(output="price_cny_per_tco2")["noise_share"].item() < 1.0
    study.record.remove()


def test_an_interrupted_study_goes_on_and_finds_the_same(study_of, monkeypatch, tmp_path):
    study = study_of()
    wanted = study.screen(LocalEngine(1))
    _, indices = study.apportion(wanted, LocalEngine(1))
    study.record.remove()
    real, done = benchmark_sensitivity.figures_at, []

    def stops(*given):
        if len(done) == 15:  # within the second stage
            raise KeyboardInterrupt
        done.append(given)
        return real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(benchmark_sensitivity, "figures_at", stops)
        again = study_of()
        screening = again.screen(LocalEngine(1))
        with pytest.raises(KeyboardInterrupt):
            again.apportion(screening, LocalEngine(1))
    counted = []
    monkeypatch.setattr(
        benchmark_sensitivity, "figures_at", lambda *a: counted.append(a) or real(*a)
    )
    again = study_of()
    screening = again.screen(LocalEngine(1))
    assert counted == []
    assert screening.table.equals(wanted.table)
    _, found = again.apportion(screening, LocalEngine(1))
    assert found.equals(indices)
    assert len(counted) == 16 - 3
    with pytest.raises(InputError, match="with another scenario"):
        study_of(more="seed = 2")
    assert study_of(more="seed = 2", anew=True).record.folder == tmp_path / "record"


def test_years_and_replicates_are_those_of_the_table(study_of):
    study = study_of(more="years = 7\nreplicates = 1")
    assert study.markets.base.scenario.benchmark.years == 7
    stage = study.screen(LocalEngine(1)).stage
    assert stage.figures["price_cny_per_tco2"].shape == (3 * 4, 1)
    assert stage.outputs_table()["noise_share"].null_count() == len(OUTPUTS) + 1


def test_without_base_samples_or_factors_kept_there_are_no_indices(study_of):
    study = study_of(TABLE.replace("base_samples = 4", "base_samples = 0"))
    screening = study.screen(LocalEngine(1))
    assert study.apportion(screening, LocalEngine(1)) is None
    study.record.remove()
    idle = """
[benchmark.sensitivity]
trajectories = 2
replicates = 1
[benchmark.sensitivity.factors]
"price.block_band" = {{ low = 0.2, high = 0.4 }}
"""
    study = study_of(idle)
    screening = study.screen(LocalEngine(1))
    assert screening.kept == ()
    assert study.apportion(screening, LocalEngine(1)) is None
    assert screening.factors_table()["kept"].to_list() == [False]


def test_every_unfit_factor_is_refused_at_once(study_of):
    wrong = """
[benchmark.sensitivity.factors]
"price.flor" = {{ low = 30.0, high = 50.0 }}
"rule" = {{ low = 0.0, high = 1.0 }}
"given_violations.steel" = {{ low = 0.5, high = 1.5, times = true }}
"price.*" = {{ low = 0.5, high = 1.5 }}
"price.floor" = {{ low = 30.0, high = 50.0 }}
"""
    with pytest.raises(InputError) as refused:
        study_of(wrong)
    found = {(fault.column, fault.what) for fault in refused.value.faults}
    assert found == {
        ("benchmark.sensitivity.factors.price.flor", "unknown key"),
        ("benchmark.sensitivity.factors.rule", "not a number"),
        ("benchmark.sensitivity.factors.given_violations.steel", "nothing to multiply"),
        ("benchmark.sensitivity.factors.price.*", "not a number"),
        ("benchmark.sensitivity.factors.price.floor", "shaken twice"),
    }
    assert {fault.file[-11:] for fault in refused.value.faults} == {"shaken.toml"}
    with pytest.raises(InputError, match="nothing to shake"):
        study_of("{more}")


def test_a_range_whose_end_the_market_refuses_is_refused_before_anything_runs(study_of, tmp_path):
    wrong = """
[benchmark.sensitivity.factors]
"revision.share" = {{ low = 0.2, high = 1.5 }}
"firms.least_emissions_tco2" = {{ low = 1.0, high = 1e9 }}
"price.floor" = {{ low = 10.0, high = 150.0 }}
"""
    with pytest.raises(InputError) as refused:
        study_of(wrong)
    columns = {fault.column for fault in refused.value.faults}
    assert columns == {"benchmark.revision.share", "benchmark.firms.least_emissions_tco2"}
    crossing = """
[benchmark.sensitivity.factors]
"price.floor" = {{ low = 10.0, high = 150.0 }}
"price.ceiling" = {{ low = 100.0, high = 300.0 }}
"""
    with pytest.raises(InputError) as refused:
        study_of(crossing)
    assert {fault.column for fault in refused.value.faults} == {"benchmark.price.ceiling"}
    assert not (tmp_path / "record").exists()


@pytest.mark.parametrize(
    ("table", "allowed"),
    [
        ({"factors": {"price.floor": {"low": 2.0, "high": 1.0}}}, "low below high"),
        ({"factors": {"a": {"low": 0.0, "high": 1.0, "log": True}}}, "a low end above 0"),
        ({"levels": 5}, "an even number of levels"),
        ({"base_samples": 100}, "a power of two, or 0"),
        ({"trajectories": 1}, "greater than or equal to 2"),
        ({"factors": {"a": {"low": 0.0, "high": 1.0, "logg": True}}}, "low, high, times, log"),
    ],
)
def test_an_impossible_table_is_refused(table, allowed):
    with pytest.raises(InputError) as refused:
        build_scenario({"benchmark": {"sensitivity": table}})
    (fault,) = refused.value.faults
    assert fault.allowed.startswith(allowed)
    assert fault.column.startswith("benchmark.sensitivity.")


def test_samples_are_whole_tables(study_of):
    study = study_of(more="replicates = 1")
    stage = study.screen(LocalEngine(1)).stage
    table = stage.samples_table(study.factors)
    assert table.columns[:3] == ["stage", "point", "replicate"]
    assert table.columns[3:6] == [one.name for one in study.factors]
    floats = table.select(pl.col(pl.Float64))
    assert floats.width == 3 + len(OUTPUTS) + 1
    assert not floats.fill_null(0.0).select(pl.any_horizontal(pl.all().is_nan().any())).item()
