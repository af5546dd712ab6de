"""A whole study on the bundled sample."""

import re

import numpy as np
import polars as pl
import pytest

import tanshi.study.run as study_run
from tanshi.core import InputError
from tanshi.study import build_scenario, load_scenario, run_study
from tanshi.study.engine import engine_named
from tanshi.study.provenance import Provenance
from tanshi.study.replication import covers_the_paper
from tanshi.study.robustness import DIRECTIONS
from tanshi.study.run import load_study

QUICK = {"report": {"sensitivity": False}, "frontier": {"taus": [0.25, 0.5, 0.75]}}


def run(steps, **sections):
    return run_study(build_scenario(QUICK | sections), command="tanshi study", progress=steps)


def test_the_floor_is_the_least_cost_of_the_last_year(sample_study):
    table = sample_study.costs.table()
    last = table.filter(pl.col("time") == 2018)
    least = last.sort("mac_cny_per_tco2").row(0, named=True)
    floor = sample_study.floor
    assert floor.price_cny_per_tco2 == least["mac_cny_per_tco2"]
    assert floor.set_by == least["unit"]
    assert (floor.observed_period, floor.applies_to) == (2018, 2019)
    assert len(table) == 180


def test_the_floor_is_shown_under_every_payment_rule(sample_study):
    floors = sample_study.floors_by_payment_rule
    assert floors["published"] == sample_study.floor
    full = floors["full"].price_cny_per_tco2
    assert floors["published"].price_cny_per_tco2 == pytest.approx(0.2 * full)
    assert floors["cost_cap"].price_cny_per_tco2 == pytest.approx(5.0 * full)
    assert {floor.set_by for floor in floors.values()} == {sample_study.floor.set_by}


def test_every_step_that_was_announced_is_reported(steps, sample_study):
    run_study(sample_study.scenario, command="", progress=steps)
    assert steps.done == steps.total
    assert steps.total > len(sample_study.scenario.frontier.taus) + 1


def test_without_a_sensitivity_table_there_are_fewer_steps(steps):
    result = run(steps)
    assert result.sensitivity is None
    assert "sensitivity" not in result.tables()
    assert steps.total == steps.done
    units = len(set(result.data.panel.unit))
    # Beside the three quantiles and the frontier: one estimate a unit, two a direction.
    assert steps.total == 4 + units + 2 * len(DIRECTIONS)


def test_without_robustness_there_are_fewer_steps_still(steps):
    result = run(steps, report={"robustness": False, "sensitivity": False})
    assert result.robustness is None
    assert "leave_one_out" not in result.tables()
    assert (steps.total, steps.done) == (4, 4)


def test_the_scenario_decides_rules_and_year(steps):
    rules = {"payment_rule": "full", "position": "rearranged", "null_jointness": False}
    result = run(steps, frontier=QUICK["frontier"] | rules, floor={"observed_period": 2015})
    assert (result.costs.payment_rule, result.costs.position_rule) == ("full", "rearranged")
    assert not result.quantiles.null_jointness
    assert not result.frontier.null_jointness
    assert (result.floor.observed_period, result.floor.applies_to) == (2015, 2016)
    assert result.floor == result.floors_by_payment_rule["full"]


def test_a_floor_year_outside_the_panel_is_refused(steps):
    with pytest.raises(InputError, match="2013 to 2018"):
        run(steps, floor={"observed_period": 2019})


def test_warnings_of_the_pack_and_of_the_inventory_are_carried(sample_study):
    synthetic, counted_twice = sample_study.warnings
    assert synthetic == sample_study.data.pack.warnings[0]
    assert "Synthetic" in synthetic
    assert "counted twice" in counted_twice
    assert sample_study.accounts.notes == ()


def test_notes_are_those_of_the_columns_in_use(sample_study, steps):
    assert [note.column for note in sample_study.notes] == ["capital", "co2"]
    other = run(steps, accounts={"emissions": "co2_inventory_mt"})
    assert [note.column for note in other.notes] == ["capital", "co2_inventory_mt"]
    # The rebuilt emissions are not the ones in use: no warning about them, a note.
    assert len(other.warnings) == 1
    assert any("counted twice" in note for note in other.accounts.notes)


def test_a_year_that_is_not_observed_is_a_warning(edited_pack, steps):
    def extrapolate(folder):
        manifest = folder / "manifest.toml"
        text = manifest.read_text(encoding="utf-8")
        old = 'name = "capital"\nrole = "capital"\n'
        assert old in text
        new = old + "extrapolated_years = [2017, 2018]\n"
        manifest.write_text(text.replace(old, new), encoding="utf-8")

    result = run(steps, pack={"path": str(edited_pack(extrapolate))})
    assert result.extrapolated_years == (2017, 2018)
    assert any(text.startswith("2017, 2018: capital is not observed") for text in result.warnings)


def test_synthetic_data_are_never_compared_with_the_paper(sample_study, monkeypatch, steps):
    assert sample_study.data.pack.synthetic
    assert not covers_the_paper(sample_study.data)
    assert sample_study.replication is None
    assert "replication" not in sample_study.tables()
    # The sample has the paper's provinces and years: only the word of the manifest differs.
    monkeypatch.setattr(study_run, "covers_the_paper", lambda data: data.panel is not None)
    assert run(steps).replication is not None


def test_moments_are_those_of_the_columns_in_use(sample_study):
    moments = sample_study.moments()
    assert moments["column"].to_list() == ["labour", "capital", "gdp", "co2"]
    capital = sample_study.data.panel.values["capital"]
    row = moments.row(1, named=True)
    assert row["mean"] == capital.mean()
    assert row["standard_deviation"] == capital.std(ddof=0)
    assert (row["max"], row["min"]) == (capital.max(), capital.min())


def test_the_headline_says_what_the_tables_say(sample_study):
    headline = sample_study.headline()
    assert headline["floor_price_cny_per_tco2"] == sample_study.floor.price_cny_per_tco2
    averages = sample_study.tables()["mac_averages"]
    assert headline["lowest_average"] == averages.row(0, named=True)
    assert headline["highest_average"] == averages.row(-1, named=True)
    costs = sample_study.costs.mac_cny_per_tco2
    assert headline["mac_median_cny_per_tco2"] == np.median(costs[np.isfinite(costs)])
    assert headline["largest_gap"] < 1e-9


def test_provenance_names_version_command_scenario_data_and_seed(sample_study):
    provenance = sample_study.provenance.as_dict()
    assert set(provenance) == {
        "command",
        "scenario_sha256",
        "data_sha256",
        "seed",
        "tanshi_version",
    }
    assert provenance["command"] == "tanshi study --out sample"
    assert provenance["scenario_sha256"] == sample_study.scenario.sha256
    pack = sample_study.data.pack
    listed = {file.path: file.sha256 for file in pack.files} | {"manifest.toml": pack.sha256}
    hashes = provenance["data_sha256"].items()
    assert sample_study.data.data_sha256.items() <= hashes <= listed.items()
    assert provenance["seed"] is None
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", provenance["tanshi_version"])


def test_provenance_can_carry_a_seed():
    made = Provenance(command="c", scenario_sha256="s", data_sha256={}, seed=8)
    assert made.as_dict()["seed"] == 8


def test_the_same_scenario_gives_the_same_result(sample_study, steps):
    again = run_study(sample_study.scenario, command="other", progress=steps)
    assert again.headline() == sample_study.headline()
    for name, table in again.tables().items():
        assert table.equals(sample_study.tables()[name]), name


def test_replicates_give_the_floor_and_the_price_indices_an_interval(steps, tmp_path):
    sections = {
        "frontier": {"taus": [0.3, 0.6], "bootstrap": 24, "seed": 5},
        "report": {"sensitivity": False, "robustness": False},
    }
    scenario = build_scenario(sections)
    record = tmp_path / "record"
    result = run_study(scenario, command="", progress=steps, record=record)
    assert steps.done == steps.total
    assert not record.exists()
    found = result.bootstrap.intervals
    assert (found.replicates, found.seed) == (24, 5)
    assert result.provenance.seed == 5
    table = result.tables()["mac"]
    assert (table["lower"] <= table["upper"]).all()
    indices = result.tables()["intervals"]
    assert indices.height > 0
    again = run_study(scenario, command="", progress=steps, engine=engine_named("local", workers=2))
    assert np.array_equal(
        again.bootstrap.floor_draws_cny_per_tco2, result.bootstrap.floor_draws_cny_per_tco2
    )
    assert again.tables()["intervals"].equals(indices)


def test_a_study_is_refused_with_the_faults_of_its_file_and_its_markets(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        "[floor]\nrul = 3\n[benchmark]\ntake_floor = true\nyears = 0\n"
        '[benchmark.regional_targets]\n"Atlantis" = 0.02\n'
        "[personal]\ncredits_to_market = true\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as refused:
        load_study(path)
    assert {(one.file, one.row, one.column) for one in refused.value.faults} == {
        (str(path), 2, "floor.rul"),
        (str(path), 5, "benchmark.years"),
        (str(path), 6, "benchmark.regional_targets"),
        (str(path), 9, "personal.credits_to_market"),
    }
    path.write_text("[benchmark]\nyears = 2\n", encoding="utf-8")
    assert load_study(path) == load_scenario(path)
