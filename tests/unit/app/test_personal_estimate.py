"""`tanshi personal estimate`: what is written, documented and refused."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from tanshi.personal.estimation import estimate_platform
from tanshi.personal.estimation_inputs import EstimationInputs
from tanshi.personal.trading_simulation import TradingDesign, simulate_trading

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def trades(tmp_path):
    """A file of 200 observations with names for its clusters."""
    data = simulate_trading(TradingDesign(prices=(0.05, 0.15)), 200, seed=4)
    table = pl.DataFrame(data).with_columns(
        cluster=pl.format("city {}", pl.col("cluster").cast(pl.Int64))
    )
    table.write_csv(tmp_path / "trades.csv")
    return tmp_path / "trades.csv"


def test_the_command_writes_estimates_diagnostics_optimum_and_figure(tanshi, tmp_path, trades):
    out = tmp_path / "out"
    words = ("--service-cost", "1.5", "--seed", "7", "--draws", "500")
    done = tanshi("personal", "estimate", trades, "--out", out, *words)
    assert done.exit_code == 0, done.stderr
    assert "first-stage F" in done.stdout
    assert "20 clusters: with fewer than 30" in done.stdout
    written = {file.name for file in out.iterdir()}
    assert written == {
        *("estimates.csv", "estimates.svg", "diagnostics.csv", "implied.csv"),
        *("observations.csv", "summary.json", "provenance.json"),
    }
    data = pl.read_csv(trades).with_columns(cluster=pl.col("cluster").rank("dense"))
    expected = estimate_platform(
        EstimationInputs(**{name: data[name].to_numpy() for name in data.columns})
    )
    table = pl.read_csv(out / "estimates.csv")
    assert table["estimate"].to_list() == pytest.approx(expected.estimate.tolist())
    assert table["standard_error"].to_list() == pytest.approx(expected.standard_error.tolist())
    implied = pl.read_csv(out / "implied.csv")
    assert set(implied["service_level_is"]) == {"optimal", "observed"}
    assert len(pl.read_csv(out / "observations.csv")) == 200
    svg = (out / "estimates.svg").read_text(encoding="utf-8")
    assert "β_d" in svg
    provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 7
    again = tanshi("personal", "estimate", trades, "--out", tmp_path / "again", *words, "--json")
    assert (
        json.loads(again.stdout)["implied"]
        == json.loads((out / "summary.json").read_text(encoding="utf-8"))["implied"]
    )
    assert (tmp_path / "again" / "implied.csv").read_bytes() == (out / "implied.csv").read_bytes()


def test_observations_at_bounds_are_flagged_in_their_row(tanshi, tmp_path, trades):
    table = pl.read_csv(trades).drop("cluster", "service_level").with_row_index()
    full = pl.when(pl.col("index") == 3).then(1.0).otherwise(pl.col("n_s")).alias("n_s")
    table.with_columns(full).drop("index").write_csv(trades)
    out = tmp_path / "out"
    tanshi("personal", "estimate", trades, "--out", out)
    rows = pl.read_csv(out / "observations.csv").filter(
        pl.col("left_out_of_equation_of").is_not_null()
    )
    assert rows.rows() == [(5, "sellers")]
    assert pl.read_csv(out / "diagnostics.csv")["left_out_at_bounds"].to_list() == [0, 1]
    assert pl.read_csv(out / "estimates.csv")["parameter"][0] == "service_effect_d"


def test_every_fault_of_a_file_is_told_at_once_and_nothing_written(tanshi, tmp_path, trades):
    lines = trades.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    place = {name: header.index(name) for name in header}
    for row, name, cell in (
        *((2, "n_d", "1.2"), (2, "fee_d", "x"), (3, "allowance_price", "-1")),
        *((4, "cluster", ""), (5, "n_s", "")),
    ):
        cells = lines[row - 1].split(",")
        cells[place[name]] = cell
        lines[row - 1] = ",".join(cells)
    trades.write_text("\n".join(lines), encoding="utf-8")
    done = tanshi("personal", "estimate", trades, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 1
    faults = json.loads(done.stdout)["faults"]
    assert sorted((one["row"], one["column"]) for one in faults) == [
        *((2, "fee_d"), (2, "n_d"), (3, "allowance_price"), (4, "cluster"), (5, "n_s")),
    ]
    assert not (tmp_path / "out").exists()


def test_a_column_that_is_not_read_is_named(tanshi, tmp_path, trades):
    pl.read_csv(trades).rename({"service_level": "service"}).write_csv(trades)
    done = tanshi("personal", "estimate", trades, "--out", tmp_path / "out")
    assert "note: " in done.stdout
    assert "column not used: service" in done.stdout


def test_missing_columns_and_short_files_are_refused(tanshi, tmp_path, trades):
    table = pl.read_csv(trades)
    table.drop("fee_s").head(5).write_csv(trades)
    done = tanshi("personal", "estimate", trades, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "no column for fee_s" in done.stderr
    assert "too few observations of buyers" in done.stderr
    table.drop("service_level").write_csv(trades)
    words = ("--service-cost", "1.5", "--out", tmp_path / "out")
    done = tanshi("personal", "estimate", trades, *words)
    assert "no service level to find" in done.stderr


def test_every_option_file_column_and_key_is_documented(tanshi, tmp_path, trades):
    page = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = page.split("\n### Estimation\n")[1].split("\n### ")[0].split("\n## ")[0]
    out = tmp_path / "out"
    tanshi("personal", "estimate", trades, "--service-cost", "1.5", "--out", out)
    for file in out.iterdir():
        row = next(line for line in section.splitlines() if f"`{file.name}`" in line)
        if file.suffix == ".csv":
            assert [one for one in pl.read_csv(file).columns if f"`{one}`" not in row] == []
    keys = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert [key for key in keys if f"`{key}`" not in section] == []
    options = set(re.findall(r"--[a-z-]+", tanshi("personal", "estimate", "--help").stdout))
    assert [one for one in sorted(options - {"--help"}) if f"`{one}" not in section] == []
