"""`tanshi personal game`: the folder, the same numbers for any workers, what is refused."""

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from tanshi.app.cli import app

SCENARIO = """
[personal.game]
dynamics = ["replicator", "logit"]
time = 5.0
steps = 10
parameters = { heterogeneous = true, thinness = 0.2 }
basins = { starts = 32 }

[personal.game.claim]
axes = { thinness = [inf, 0.05], join_scale = [1.0, 0.1] }
levers = { offset_price = 60.0, join_buy = -3.0, fine = 1000.0 }
lever_thinness = [0.2]

[[personal.game.finite]]
size = 20
mutation = 0.05
updates = 20_000
runs = 3
"""
FILES = {
    "equilibria.csv",
    "basins.csv",
    "ess.csv",
    "finite.csv",
    "summary.json",
    "provenance.json",
} | {
    f"{name}.{kind}"
    for name in ("portraits", "trajectories", "claim", "levers")
    for kind in ("csv", "svg")
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("game")
    (place / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    return place


def play(folder, name, *options):
    out = folder / name
    words = ["personal", "game", str(folder / "scenario.toml"), "--out", str(out), *options]
    result = CliRunner().invoke(app, words)
    return result, out


@pytest.fixture(scope="module")
def played(folder):
    result, out = play(folder, "out", "--workers", "1")
    assert result.exit_code == 0, result.output
    return result, out


def test_the_folder_holds_tables_figures_and_provenance(played):
    result, out = played
    assert {file.name for file in out.iterdir()} == FILES
    assert "replicator: 24 rest points (complete)" in result.output
    points = pl.read_csv(out / "equilibria.csv")
    assert points["complete"].all()
    assert set(points["class"]) == {"sink", "saddle", "source"}
    provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 0


def test_a_corner_is_stable_in_the_conditions_where_its_eigenvalues_say_so(played):
    _, out = played
    conditions = pl.read_csv(out / "ess.csv", schema_overrides={"corner": pl.String})
    stable = set(conditions.filter("stable")["corner"])
    points = pl.read_csv(out / "equilibria.csv", schema_overrides={"face": pl.String})
    replicator = points.filter((pl.col("dynamics") == "replicator") & (pl.col("class") == "sink"))
    assert stable == {face for face in replicator["face"] if "*" not in face}
    assert stable == {"0000"}


def test_the_claim_and_the_levers(played):
    _, out = played
    claim = pl.read_csv(out / "claim.csv")
    outcome = {(row[0], row[1]): row[3] for row in claim.iter_rows()}
    assert claim.columns[:4] == ["thinness", "join_scale", "start", "outcome"]
    assert outcome[float("inf"), 1.0] == "locked"
    assert outcome[0.05, 1.0] == "trade"
    levers = {row["lever"]: row for row in pl.read_csv(out / "levers.csv").iter_rows(named=True)}
    assert levers["offset_price"]["effect"] == "opens lock-in"
    assert levers["offset_price"]["threshold"] == pytest.approx(10.25, abs=0.01)
    assert levers["fine"]["effect"] == "none"


def test_the_same_numbers_for_any_number_of_workers(played, folder):
    _, out = played
    result, other = play(folder, "two", "--workers", "2", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output)["claim"]["points"] == 4
    for name in sorted(FILES - {"provenance.json"}):
        assert (other / name).read_bytes() == (out / name).read_bytes(), name


def test_another_seed_draws_other_populations(played, folder):
    _, out = played
    result, other = play(folder, "seeded", "--seed", "7", "--workers", "1")
    assert result.exit_code == 0
    assert (other / "finite.csv").read_bytes() != (out / "finite.csv").read_bytes()
    assert (other / "claim.csv").read_bytes() == (out / "claim.csv").read_bytes()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("[personal.game.parameters]\ntightness = 0\nfraud = 2", "personal.game.parameters.fraud"),
        ("[personal.game.parameters]\nthinness = 0", "inf for bilinear"),
        ("[personal.game.parameters]\nthinnes = 1", "did you mean 'thinness'"),
        ("[personal.game.claim]\naxes = { penalti = [1] }", "penalty"),
        ("[personal.game.claim]\nlevers = { fraud = 2 }", "between 0 and 1"),
        ("[personal.game.basins]\nlow = 0.5\nhigh = 0.2", "low below high"),
        ('[[personal.game.planes]]\nacross = "sell"\nup = "buy"\nheld = { sell = 1 }', "once"),
    ],
)
def test_what_cannot_be_played_is_refused_by_key(tmp_path, lines, told):
    (tmp_path / "scenario.toml").write_text(lines, encoding="utf-8")
    result, out = play(tmp_path, "out")
    assert result.exit_code == 1
    assert told in result.output
    assert not out.exists()
