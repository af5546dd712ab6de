"""`tanshi cost-push`: intervals, households, refusals."""

import json
from shutil import copyfile

import polars as pl
import pytest

PRICES = ("--price", 58.31, "--paid-share", 0.2, "--paid-share", 1.0)


@pytest.fixture
def table(sample_pack_path, tmp_path):
    copyfile(sample_pack_path / "io_sample_42.csv", tmp_path / "table.csv")
    return tmp_path / "table.csv"


@pytest.fixture
def push(tanshi, table, tmp_path):
    def run(*options, sector="24:6.4", out="out"):
        folder = tmp_path / out
        done = tanshi("cost-push", table, "--sector", sector, *PRICES, "--out", folder, *options)
        return done, folder

    return run


def read(folder, name):
    return pl.read_csv(folder / f"{name}.csv")


def names(folder):
    return {file.name for file in folder.iterdir()}


def test_without_uncertainty_there_are_no_intervals(push):
    done, folder = push()
    assert done.exit_code == 0
    assert "interval" not in done.stdout
    assert not {"intervals.csv", "revenue_intervals.csv"} & names(folder)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["intervals"] is None


def test_uncertainty_gives_intervals_of_sectors_and_indices(push):
    done, folder = push("--intensity-cv", 0.1, "--price-cv", 0.2, "--draws", 500, "--seed", 9)
    assert done.exit_code == 0
    assert "95% intervals of 500 draws, seed 9" in done.stdout
    table = read(folder, "intervals")
    assert {"CI", "PI", "24", "rural", "urban"} <= set(table["item"])
    assert (table["lower_percent"] < table["mean_percent"]).all()
    assert (table["mean_percent"] < table["upper_percent"]).all()
    consumer = table.filter(pl.col("item") == "CI")["point_percent"].to_list()
    indices = read(folder, "indices")
    assert consumer == pytest.approx(indices["consumer_index_percent"].to_list(), rel=1e-13)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["intervals"]
    ends = summary["consumer_index_percent"]
    assert ends["lower"] == table.filter(pl.col("item") == "CI")["lower_percent"].to_list()
    assert (summary["draws"], summary["seed"], summary["level"]) == (500, 9, 0.95)


def test_the_same_seed_gives_the_same_file(push):
    options = ("--intensity-cv", 0.1, "--draws", 200)
    files = [
        (push(*options, "--seed", seed, out=out)[1] / "intervals.csv").read_bytes()
        for seed, out in ((1, "a"), (1, "b"), (2, "c"))
    ]
    assert files[0] == files[1] != files[2]


def test_a_deviation_may_be_one_sectors_and_named_by_industry(push):
    options = ("--sector", "14:2", "--draws", 300)
    _, named = push("--intensity-cv", "power:0.1", *options, out="a")
    _, coded = push("--intensity-cv", "24:0.1", *options, out="b")
    assert (named / "intervals.csv").read_bytes() == (coded / "intervals.csv").read_bytes()
    _, both = push("--intensity-cv", "24:0.1", "--intensity-cv", "14:0.1", *options, out="c")
    wide, narrow = (
        read(folder, "revenue_intervals")["upper_1e8_cny"][0] for folder in (both, coded)
    )
    assert wide > narrow


def test_rural_and_urban_households_are_found_by_themselves(push):
    done, folder = push()
    table = read(folder, "households")
    assert table["group"].to_list() == ["rural", "urban"] * 2
    assert table["paid_share"].to_list() == [0.2, 0.2, 1.0, 1.0]
    assert set(table["verdict"]) == {"regressive"}
    assert "Regressive: the burden of rural households is 1.06 times that of urban ones" in (
        done.stdout
    )
    products = read(folder, "household_products")
    sums = products.group_by("group", "paid_share", maintain_order=True).agg(
        pl.col("contribution_percent").sum()
    )
    assert sums["contribution_percent"].to_list() == pytest.approx(
        table["burden_percent"].to_list(), rel=1e-12
    )
    figure = (folder / "household_burden.svg").read_text(encoding="utf-8")
    assert "1.06 times that of urban ones" in figure


def test_groups_may_be_named_in_another_order(push):
    done, folder = push("--household", "towns:FU102", "--household", "villages:FU101")
    assert read(folder, "households")["group"].to_list()[:2] == ["towns", "villages"]
    assert "Progressive: the burden of towns households is 0.94 times" in done.stdout


def test_a_table_without_such_columns_has_no_household_files(push, table):
    text = pl.read_csv(table, infer_schema_length=0)
    text.drop("FU101", "FU102", "THC", "FU103").write_csv(table)
    done, folder = push()
    assert done.exit_code == 0
    assert not any("household" in name for name in names(folder))
    done, _ = push("--household", "rural:FU101", "--household", "urban:FU102", out="refused")
    assert done.exit_code == 1
    assert done.stderr.count("no column of what") == 2


def test_every_fault_is_told_at_once_and_nothing_is_written(push, table):
    text = table.read_text(encoding="utf-8").replace(",TC,", ",XX,")
    table.write_text(text, encoding="utf-8")
    done, folder = push(
        *("--price", -1, "--paid-share", 2, "--covered-share", "24:7", "--household", "rural"),
        *("--intensity-cv", "much", "--intensity-cv", "24:-1", "--intensity-cv", ":0.1"),
        *("--price-cv", -1, "--draws", 50, "--inventory", table.parent / "none.csv"),
        sector="24:x",
    )
    assert done.exit_code == 1
    for what in (
        "not a price",
        "not a paid share",
        "not a covered share",
        "not a covered sector",
        "not a group of households",
        "not an uncertainty",
        "missing column TC",
        "none.csv",
    ):
        assert what in done.stderr
    assert done.stderr.count("not an uncertainty") == 4
    assert not folder.exists()


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--draws", 50), "nothing to draw"),
        (("--draws", 50, "--intensity-cv", 0), "nothing to draw"),
        (("--intensity-cv", 0.1, "--intensity-cv", "24:0.2"), "one uncertainty for all, and"),
        (("--intensity-cv", "27:0.1"), "a deviation for a sector that does not pay"),
        (("--household", "rural:FU101"), "too few groups of households"),
        (("--household", ":FU101"), "not a group of households"),
    ],
)
def test_options_that_make_no_sense_are_refused(push, options, what):
    done, folder = push(*options)
    assert done.exit_code == 1
    assert done.stderr.splitlines()[0] == "tanshi: 1 fault in the input; nothing was written."
    assert what in done.stderr
    assert not folder.exists()


@pytest.mark.parametrize("options", [("--draws", 1), ("--seed", -1), ("--draws", "many")])
def test_numbers_out_of_range_are_wrong_use(push, options):
    done, folder = push(*options)
    assert done.exit_code == 2
    assert not folder.exists()


def test_provenance_tells_the_seed_of_draws_only(push):
    _, with_draws = push("--intensity-cv", 0.1, "--seed", 5, out="a")
    _, without = push("--seed", 5, out="b")
    seeds = [
        json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["seed"]
        for folder in (with_draws, without)
    ]
    assert seeds == [5, None]
