"""`tanshi benchmark sweep`, `sensitivity` and `describe`: files, refusals, going on."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from tanshi.study import benchmark_sweep
from tanshi.study.screening import unsure_outputs

PROJECT = Path(__file__).resolve().parents[3]
SCENARIO = PROJECT / "scenarios" / "benchmark_sample.toml"
REGISTER = "firm,industry,process,region,output,intensity_tco2_per_unit\n"
VARY = ("--vary", "price.floor=30,40", "--vary", "compliance.detection_small=0.1,0.2")


def columns_named(section, file, command):
    (row,) = [line for line in section.splitlines() if f"`{file}` of `{command}`" in line]
    return row


@pytest.fixture
def section():
    page = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    return page.split("\n## tanshi benchmark\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("command", ["sweep", "sensitivity", "describe"])
def test_help_is_given(command, tanshi):
    done = tanshi("benchmark", command, "--help")
    assert done.exit_code == 0
    assert "--firms" in done.stdout


def test_a_sweep_writes_its_files_and_says_what_spans(tanshi, tmp_path, section):
    out = tmp_path / "out"
    done = tanshi("benchmark", "sweep", SCENARIO, *VARY, "--workers", "1", "--out", out)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("4 points, 2 replicates each\nprice_cny_per_tco2: ")
    assert done.stdout.splitlines()[-1] == f"written: {out}"
    assert {file.name for file in out.iterdir()} == {
        "sweep.parquet",
        "points.csv",
        "outcomes.csv",
        "provenance.json",
    }
    assert {file.name for file in tmp_path.iterdir()} == {"out"}
    for file in ("points.csv", "outcomes.csv"):
        named = columns_named(section, file, "sweep")
        columns = [
            name.removesuffix("_low").removesuffix("_high")
            for name in pl.read_csv(out / file).columns
            if "." not in name  # keys
        ]
        assert [name for name in columns if f"`{name}`" not in named] == []
    provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 1


def test_a_sweep_of_own_firms_in_json(tanshi, tmp_path):
    register = tmp_path / "firms.csv"
    rows = [
        f"firm {k},power,,{'north' if k % 2 else 'south'},{1e6 * (1 + k % 7)},{0.8 + 0.002 * k}"
        for k in range(20)
    ]
    register.write_text(REGISTER + "\n".join(rows) + "\n", encoding="utf-8")
    words = ("benchmark", "sweep", SCENARIO, "--firms", register, "--vary", "rule=uniform,printed")
    options = ("--replicates", "1", "--seed", "4", "--json")
    done = tanshi(*words, *options, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    content = json.loads(done.stdout)
    assert (content["replicates"], content["varied"]) == (1, {"rule": ["uniform", "printed"]})
    assert [row["rule"] for row in content["points"]] == ["uniform", "printed"]
    provenance = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 4
    assert list(provenance["data_sha256"]) == [str(register)]


def test_another_request_is_refused_until_it_begins_anew(tanshi, tmp_path, monkeypatch):
    def stops(*_):
        raise KeyboardInterrupt

    words = ("benchmark", "sweep", SCENARIO, "--workers", "1", "--out", tmp_path / "out")
    with monkeypatch.context() as patched:
        patched.setattr(benchmark_sweep, "years_and_figures_at", stops)
        assert tanshi(*words, *VARY).exit_code != 0
    assert not (tmp_path / "out").exists()
    other = ("--vary", "price.floor=35,40", "--replicates", "1")
    refused = tanshi(*words, *other)
    assert refused.exit_code == 1
    assert "an interrupted run of another request is kept here" in refused.stderr
    assert "with another items, replicates, scenario, sweep" not in refused.stderr
    assert "with another replicates, scenario, sweep" in refused.stderr
    done = tanshi(*words, *other, "--anew")
    assert done.exit_code == 0, done.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"out"}


def test_faults_of_options_and_scenario_come_out_together(tanshi, tmp_path):
    words = ("--vary", "price.flor=1", "--vary", "price.ceiling=10,300")
    done = tanshi("benchmark", "sweep", SCENARIO, *words, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "column '--vary price.flor': unknown key" in done.stderr
    assert "(at 1 of 2 points; first: price.ceiling=10.0)" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_sensitivity_writes_its_files_with_the_columns_documented(tanshi, tmp_path, section):
    out = tmp_path / "out"
    words = ("benchmark", "sensitivity", SCENARIO, "--workers", "1", "--out", out)
    done = tanshi(*words)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("4 factors, 20 points of morris, 32 points of sobol\nkept: ")
    # Eight base samples are far too few, and the command says so.
    unsure = unsure_outputs(pl.read_csv(out / "sobol.csv"))
    assert unsure
    assert f"warning: indices of {', '.join(unsure)} are not to be relied on" in done.stdout
    assert "± " in done.stdout
    tables = {"factors.csv", "morris.csv", "sobol.csv", "outputs.csv"}
    others = {"morris.svg", "sobol.svg", "samples.parquet", "provenance.json"}
    assert {file.name for file in out.iterdir()} == tables | others
    assert {file.name for file in tmp_path.iterdir()} == {"out"}
    for file in tables:
        (named,) = [line for line in section.splitlines() if line.startswith(f"| `{file}`")]
        columns = pl.read_csv(out / file).columns
        assert [name for name in columns if f"`{name}`" not in named] == []
    samples = pl.read_parquet(out / "samples.parquet")
    assert samples.height == 20 + 32
    ranked = pl.read_csv(out / "factors.csv")
    assert ranked["kept"].to_list() == [True, True, False, False]
    # A figure is drawn from the table beside it, factors in the order of their importance.
    drawn = pl.read_csv(out / "morris.csv")
    assert drawn["factor"].head(4).to_list() == ranked["factor"].to_list()
    picture = (out / "morris.svg").read_text(encoding="utf-8")
    assert all(name in picture for name in ranked["factor"])
    assert "does not vary" in picture  # of six years none settles
    again = tanshi(*words, "--replicates", "2", "--seed", "3", "--json")
    content = json.loads(again.stdout)
    assert content["unsure_outputs"] == unsure_outputs(pl.read_csv(out / "sobol.csv"))
    assert pl.read_parquet(out / "samples.parquet").height == 2 * (20 + 32)
    assert content["factors"][0]["kept"] is True
    assert {row["stage"] for row in content["outputs"]} == {"morris", "sobol"}
    provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 3


def test_a_description_is_written_alone_and_beside_a_market(tanshi, tmp_path):
    alone = tanshi("benchmark", "describe", SCENARIO, "--out", tmp_path / "alone")
    assert alone.exit_code == 0, alone.stderr
    assert re.match(r"100 firms, \d+ of \d+ mechanisms on\n", alone.stdout)
    assert {file.name for file in (tmp_path / "alone").iterdir()} == {"odd.md", "provenance.json"}
    market = tmp_path / "market"
    done = tanshi("benchmark", "evolve", SCENARIO, "--replicates", "1", "--out", market)
    assert done.exit_code == 0, done.stderr
    text = (market / "odd.md").read_text(encoding="utf-8")
    assert f"Scenario: {SCENARIO}" in text
    assert "Replicates: 1, from seed 1." in text
    content = json.loads(
        tanshi("benchmark", "describe", SCENARIO, "--json", "--out", tmp_path / "alone").stdout
    )
    assert content["description"] == (tmp_path / "alone" / "odd.md").read_text(encoding="utf-8")
    assert "Replicates: 2, from seed 1." in content["description"]


def test_a_description_names_own_firms(tanshi, tmp_path):
    register = tmp_path / "firms.csv"
    rows = [f"firm {k},steel,,north,{1e6 * (1 + k)},{1.9 + 0.01 * k}" for k in range(10)]
    register.write_text(REGISTER + "\n".join(rows) + "\n", encoding="utf-8")
    words = ("benchmark", "describe", SCENARIO, "--firms", register, "--out", tmp_path / "out")
    done = tanshi(*words)
    assert done.exit_code == 0, done.stderr
    text = (tmp_path / "out" / "odd.md").read_text(encoding="utf-8")
    assert f"The firms are those of {register}" in text
    assert "**Firms**: 10 high-emission enterprises" in text


def test_a_scenario_without_factors_says_what_to_write(tanshi, tmp_path):
    scenario = tmp_path / "mine.toml"
    scenario.write_text("[benchmark]\nyears = 6\n", encoding="utf-8")
    done = tanshi("benchmark", "sensitivity", scenario, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "nothing to shake" in done.stderr
    assert "[benchmark.sensitivity.factors]" in done.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"mine.toml"}
