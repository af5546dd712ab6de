"""`tanshi benchmark search`: files, figure, documented columns, refusals."""

import json
from pathlib import Path

import polars as pl
import pytest

PROJECT = Path(__file__).resolve().parents[3]
SCENARIO = PROJECT / "scenarios" / "benchmark_sample.toml"


@pytest.fixture(scope="module")
def searched(tanshi, tmp_path_factory):
    out = tmp_path_factory.mktemp("search") / "out"
    done = tanshi("benchmark", "search", SCENARIO, "--evaluations", "40", "--out", out)
    assert done.exit_code == 0, done.stderr
    return done.stdout, out


def test_help_is_given(tanshi):
    done = tanshi("benchmark", "search", "--help")
    assert done.exit_code == 0
    assert "--evaluations" in done.stdout


def test_a_search_writes_its_files(searched):
    said, out = searched
    assert said.startswith("100 firms\n37 markets tried for cost, deviation (cma)\n")
    assert said.splitlines()[-1] == f"written: {out}"
    assert {file.name for file in out.iterdir()} == {
        *("front.csv", "front.svg", "rules.csv", "points.csv", "history.csv"),
        *("recommended.json", "evolved.toml", "provenance.json"),
    }
    told = json.loads((out / "recommended.json").read_text(encoding="utf-8"))
    front = pl.read_csv(out / "front.csv")
    assert front.filter("recommended")["point"].to_list() == [told["point"]]
    assert told["reason"] in said
    points = pl.read_csv(out / "points.csv")
    assert set(points["point"]) == set(front["point"])
    assert points.filter(point=told["point"]).drop("point").to_dicts() == told["benchmarks"]
    assert pl.read_csv(out / "history.csv").height == 37
    provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 1
    picture = (out / "front.svg").read_text(encoding="utf-8")
    assert "published table" in picture
    assert "deviation of burden, basis points" in picture


def test_every_column_and_key_is_documented(searched):
    page = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = page.split("\n## tanshi benchmark\n")[1].split("\n## ")[0]
    _, out = searched
    for file in ("front.csv", "rules.csv", "points.csv", "history.csv", "recommended.json"):
        (row,) = [
            line
            for line in section.splitlines()
            if line.startswith(f"| `{file}`") and "of `search` |" in line
        ]
        if file.endswith("json"):
            names = list(json.loads((out / file).read_text(encoding="utf-8")))
        else:
            names = pl.read_csv(out / file, n_rows=0).columns
        plain = {name.removesuffix("_low").removesuffix("_high") for name in names}
        missing = [
            name for name in plain if f"`{name}`" not in row and not name.startswith("search_")
        ]
        if file == "history.csv":
            missing = [name for name in missing if name not in FIGURES]
        assert missing == []


FIGURES = ("cost_change_percent", "deviation_basis_points")  # "the objectives"


def test_the_same_numbers_again_for_machines(searched, tanshi, tmp_path):
    _, out = searched
    words = ("--evaluations", "40", "--workers", "1", "--json", "--out", tmp_path / "again")
    done = tanshi("benchmark", "search", SCENARIO, *words)
    assert json.loads(done.stdout)["recommended"]["point"] is not None
    for file in ("front.csv", "rules.csv", "points.csv", "history.csv", "evolved.toml"):
        assert (tmp_path / "again" / file).read_bytes() == (out / file).read_bytes()


def test_too_few_evaluations_are_refused_and_nothing_is_written(tanshi, tmp_path):
    done = tanshi("benchmark", "search", SCENARIO, "--evaluations", "3", "--out", tmp_path / "o")
    assert done.exit_code == 1
    assert "benchmark_sample.toml, column 'benchmark.search.evaluations'" in done.stderr
    assert list(tmp_path.iterdir()) == []
