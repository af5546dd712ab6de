"""`tanshi personal population`: files and their columns, refusals, the same result again."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

PROJECT = Path(__file__).resolve().parents[3]
SMALL = """
[personal.single]
total_emissions = 600.0
offset_ratio = 1.0
mean_reduction = 1.0
population = 1000.0
allowance_price = 110.0
blockchain_unit_cost = 0.0

[personal.population]
people = 40_000
quota_people = 20_000

[personal.population.cases]
"two camps" = { theta_a = 0.5, theta_b = 0.5 }

[personal.population.emissions]
quota_cuts = [0.05]
retired_shares = []
offset_prices = [60.0]
"""


def read(file):
    return pl.read_csv(file, infer_schema_length=None)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    file = tmp_path_factory.mktemp("population") / "small.toml"
    file.write_text(SMALL, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def written(scenario):
    from typer.testing import CliRunner

    from tanshi.app.cli import app

    out = scenario.parent / "out"
    words = ["personal", "population", str(scenario), "--out", str(out)]
    return out, CliRunner().invoke(app, words)


def test_every_file_is_written_and_every_column_documented(written):
    out, done = written
    assert done.exit_code == 0
    assert "no single price" not in done.output
    page = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = page[page.index("### Populations") :]
    tables = sorted(file.name for file in out.glob("*.csv"))
    assert tables == [
        "distributions.csv",
        "emissions.csv",
        "income_groups.csv",
        "pareto.csv",
        "population.csv",
        "seller_groups.csv",
    ]
    for name in tables:
        row = next(line for line in section.splitlines() if line.startswith(f"| `{name}`"))
        columns = read(out / name).columns
        assert [column for column in columns if f"`{column}`" not in row] == []
        text = (out / name).read_text(encoding="utf-8").lower()
        assert not {"nan", "inf", "-inf"} & set(re.split(r"[,\n]", text))
    figures = {file.stem for file in (out / "figures").glob("*.svg")}
    assert {file.stem for file in (out / "figures").glob("*.csv")} == figures
    assert len(figures) == 5
    assert [name for name in figures if f"`{name}`" not in section] == []
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert [key for key in summary if f"`{key}`" not in section] == []


def test_what_is_written_is_what_was_found(written):
    out, done = written
    population = read(out / "population.csv")
    paper = population.filter(pl.col("case") == "paper")
    assert paper["closed_form"].to_list() == pytest.approx(paper["exact"].to_list())
    assert paper["z"].abs().max() < 4.0
    distributions = read(out / "distributions.csv")
    assert distributions["status"].to_list() == ["interior", "jump"]
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["closed_form_reproduced"]
    assert summary["no_single_price"] == ["two camps"]
    assert summary["people"] == 40_000
    assert sum(summary["emissions"].values()) == len(read(out / "emissions.csv"))
    assert "nobody loses money, but more is emitted" in done.output
    provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 1


def test_any_number_of_workers_writes_the_same_files_and_another_seed_others(
    tanshi, scenario, tmp_path, written
):
    out, _ = written
    for name, options in {"one": ["--workers", "1"], "seed": ["--seed", "2"]}.items():
        words = ("personal", "population", scenario, "--out", tmp_path / name, *options)
        assert tanshi(*words).exit_code == 0
    for file in out.glob("*.csv"):
        assert (tmp_path / "one" / file.name).read_bytes() == file.read_bytes()
    for name in ("population.csv", "emissions.csv"):
        assert (tmp_path / "seed" / name).read_bytes() != (out / name).read_bytes()


def test_options_take_the_place_of_the_scenario_and_json_is_printed(tanshi, scenario, tmp_path):
    words = ("personal", "population", scenario, "--out", tmp_path / "out", "--json")
    done = tanshi(*words, "--people", "5000")
    assert done.exit_code == 0
    told = json.loads(done.output)
    assert (told["people"], told["quota_people"]) == (5000, 5000)


def test_too_few_people_are_refused_and_nothing_is_written(tanshi, scenario, tmp_path):
    done = tanshi("personal", "population", scenario, "--out", tmp_path / "out", "--people", "20")
    assert done.exit_code == 1
    assert "2 faults" in done.output
    assert "500 to" in done.output
    assert not (tmp_path / "out").exists()
