"""`tanshi mac`: its options, the files it reads and the files it writes."""

import hashlib
import json

import numpy as np
import polars as pl
import pyreadstat
import pytest

from tanshi.frontier import PAPER_TAUS, PAYMENT_RULES, POSITION_RULES

QUICK = ("--taus", "0.25,0.5,0.75")
FILES = {
    "mac.csv",
    "parameters.csv",
    "distances.csv",
    "crossings.csv",
    "coverage.csv",
    "summary.json",
    "summary.txt",
    "provenance.json",
}
NAMES_FOR_TWO_INPUTS = [
    *("a0", "b1", "g1", "a_1", "a_2", "a_1_1", "a_1_2", "a_2_2"),
    *("b2", "g2", "mu", "d_1", "d_2", "e_1", "e_2"),
]


@pytest.fixture(scope="module")
def costs(sample_study):
    """What the study on the same panel found."""
    return sample_study.costs.table()


def test_the_files_and_their_headers_are_as_promised(mac, panel_csv):
    done = mac(panel_csv)
    assert {file.name for file in done.folder.iterdir()} == FILES
    assert done.mac.columns == ["unit", "time", "tau_position", "mac_cny_per_tco2", "flag"]
    assert done.parameters.columns == ["tau", "parameter", "value"]
    taus = [f"{tau:g}" for tau in PAPER_TAUS]
    assert done.parameters["tau"].unique(maintain_order=True).to_list() == [*taus, "frontier"]
    for (_,), group in done.parameters.group_by("tau"):
        assert group["parameter"].to_list() == NAMES_FOR_TWO_INPUTS


def test_a_plain_file_gives_what_the_study_gives(mac, panel_csv, costs, sample_study):
    done = mac(panel_csv)
    assert done.mac["unit"].to_list() == costs["unit"].to_list()
    assert done.mac["mac_cny_per_tco2"].to_list() == costs["mac_cny_per_tco2"].to_list()
    floor = sample_study.floor
    assert done.summary["floor_price_cny_per_tco2"] == floor.price_cny_per_tco2
    assert done.summary["floor_set_by"] == floor.set_by
    assert f"price floor {floor.price_cny_per_tco2:.2f} CNY/tCO2 for 2019" in done.stdout
    assert done.stdout.splitlines()[-1] == f"written: {done.folder}"
    assert done.stderr == ""


def test_the_summary_has_the_promised_keys(mac, panel_csv):
    summary = mac(panel_csv, *QUICK).summary
    assert summary["n"] == 180
    assert summary["taus"] == [0.25, 0.5, 0.75]
    assert [row["tau"] for row in summary["by_tau"]] == summary["taus"]
    promised = {"objective", "share_above", "coverage", "active_constraints", "status"}
    for row in (*summary["by_tau"], summary["frontier"]):
        assert promised <= set(row)
        assert row["status"] == "optimal"
        assert row["share_above"] + row["coverage"] == pytest.approx(1.0)
        assert abs(row["gap"]) < 1e-9
    assert summary["frontier"]["coverage"] == 1.0
    assert {"floor_price_cny_per_tco2", "floor_set_by", "floor_observed_period"} <= set(summary)


def test_the_floor_of_the_summary_is_the_least_of_the_last_year(mac, panel_csv):
    done = mac(panel_csv, *QUICK)
    last = done.mac.filter(pl.col("time") == pl.col("time").max()).sort("mac_cny_per_tco2")
    assert done.summary["floor_price_cny_per_tco2"] == last["mac_cny_per_tco2"][0]
    assert done.summary["floor_set_by"] == last["unit"][0]
    assert done.summary["floor_observed_period"] == 2018


def test_provenance_fixes_command_options_and_data(mac, panel_csv):
    one = mac(panel_csv, *QUICK).provenance
    assert set(one) == {"command", "scenario_sha256", "data_sha256", "seed", "tanshi_version"}
    digest = hashlib.sha256(panel_csv.read_bytes()).hexdigest()
    assert one["data_sha256"] == {str(panel_csv): digest}
    assert one["seed"] is None
    same, other = (
        mac(panel_csv, *QUICK, "--payment-rule", rule, out=rule).provenance
        for rule in ("published", "full")
    )
    assert same["scenario_sha256"] == one["scenario_sha256"]
    assert other["scenario_sha256"] != one["scenario_sha256"]


def test_columns_can_be_named(mac, sample_panel, panel_csv, tmp_path):
    headers = {"unit": "who", "time": "when", "labour": "x1", "capital": "x2", "output": "y"}
    renamed = sample_panel.rename(headers | {"emissions": "b"})
    renamed.write_csv(tmp_path / "renamed.csv")
    options = [f"--{role}={header}" for role, header in (headers | {"emissions": "b"}).items()]
    named = mac(tmp_path / "renamed.csv", *QUICK, *options, out="named")
    assert named.mac.equals(mac(panel_csv, *QUICK).mac)


def test_the_column_named_wins_over_the_one_that_would_be_found(mac, sample_panel, tmp_path):
    twice = sample_panel.with_columns(other=pl.col("output") * 2.0)
    twice.write_csv(tmp_path / "panel.csv")
    own = mac(tmp_path / "panel.csv", *QUICK).mac["mac_cny_per_tco2"].to_numpy()
    other = mac(tmp_path / "panel.csv", *QUICK, "--output", "other", out="other").mac
    assert other["mac_cny_per_tco2"].to_numpy() == pytest.approx(2.0 * own, rel=1e-9)


@pytest.mark.parametrize("names", [("labour",), ("labour", "capital"), ("labour", "capital", "z")])
def test_any_number_of_inputs_replaces_labour_and_capital(mac, sample_panel, tmp_path, names):
    wobble = 1.0 + 0.3 * np.sin(np.arange(len(sample_panel)))
    sample_panel.with_columns(z=pl.Series(wobble) * pl.col("labour")).write_csv(
        tmp_path / "panel.csv"
    )
    options = [word for name in names for word in ("--input", name)]
    done = mac(tmp_path / "panel.csv", *QUICK, *options)
    assert done.summary["inputs"] == list(names)
    assert done.mac.columns == ["unit", "time", "tau_position", "mac_cny_per_tco2", "flag"]
    k = len(names)
    assert len(done.parameters) == 4 * (6 + 3 * k + k * (k + 1) // 2)


def test_naming_the_two_default_inputs_changes_nothing(mac, panel_csv):
    named = mac(panel_csv, *QUICK, "--input", "labour", "--input", "capital", out="named")
    assert named.mac.equals(mac(panel_csv, *QUICK).mac)


def test_an_input_may_be_called_what_another_role_is_called(mac, sample_panel, tmp_path):
    sample_panel.rename({"output": "y", "labour": "output"}).write_csv(tmp_path / "odd.csv")
    odd = mac(
        tmp_path / "odd.csv", *QUICK, "--output", "y", "--input", "output", "--input", "capital"
    )
    sample_panel.write_csv(tmp_path / "panel.csv")
    assert odd.mac.equals(mac(tmp_path / "panel.csv", *QUICK, out="plain").mac)


@pytest.mark.parametrize(
    ("options", "factor"),
    [
        (("--output-scale", "1e4"), 1e-4),
        (("--emissions-scale", "1e6"), 1e-2),
        (("--output-scale", "1e9", "--emissions-scale", "1e5"), 1.0),
    ],
)
def test_scales_make_money_per_tonne(mac, panel_csv, options, factor):
    own = mac(panel_csv, *QUICK).mac["mac_cny_per_tco2"].to_numpy()
    scaled = mac(panel_csv, *QUICK, *options, out="scaled").mac["mac_cny_per_tco2"].to_numpy()
    assert scaled == pytest.approx(factor * own, rel=1e-12)


def test_the_scale_of_a_pack_s_manifest_is_used(mac, sample_pack_path, panel_csv):
    in_pack = sample_pack_path / "sample_panel_2013_2018.csv"
    megatonnes = mac(in_pack, *QUICK, "--emissions", "co2_inventory_mt")
    given = mac(
        in_pack, *QUICK, "--emissions", "co2_inventory_mt", "--emissions-scale", "1e6", out="given"
    )
    assert megatonnes.mac.equals(given.mac)
    # What the manifest says about the pack is said again, and not for a plain file.
    assert any("Synthetic data" in note for note in megatonnes.summary["notes"])
    assert "note: Synthetic data" in megatonnes.stdout
    assert mac(panel_csv, *QUICK, out="plain").summary["notes"] == []


@pytest.mark.parametrize("rule", PAYMENT_RULES)
@pytest.mark.parametrize("position", POSITION_RULES)
def test_every_rule_can_be_chosen(mac, panel_csv, rule, position):
    options = ("--payment-rule", rule, "--payment-share", "0.25", "--position", position)
    done = mac(panel_csv, *options)
    assert done.summary["payment_rule"] == rule
    assert done.summary["payment_share"] == 0.25
    assert done.summary["position"] == position
    full = mac(panel_csv, "--payment-rule=full", "--position", position, out="full").mac
    factor = {"published": 0.25, "full": 1.0, "cost_cap": 4.0}[rule]
    expected = factor * full["mac_cny_per_tco2"].to_numpy()
    assert done.mac["mac_cny_per_tco2"].to_numpy() == pytest.approx(expected, rel=1e-12)


def test_positions_differ_where_quantiles_cross(mac, panel_csv):
    published = mac(panel_csv)
    rearranged = mac(panel_csv, "--position", "rearranged", out="rearranged")
    assert published.summary["crossings"] > 0
    assert not published.mac["tau_position"].equals(rearranged.mac["tau_position"])


def test_null_jointness_is_a_switch(mac, panel_csv):
    with_it, without = (mac(panel_csv, f"--{no}null-jointness", out=f"{no}x") for no in ("", "no-"))
    assert (with_it.summary["null_jointness"], without.summary["null_jointness"]) == (True, False)
    bound = [row["active_constraints"]["null_jointness"] for row in with_it.summary["by_tau"]]
    assert max(bound) > 0
    objectives = zip(with_it.summary["by_tau"], without.summary["by_tau"], strict=True)
    assert all(one["objective"] >= other["objective"] - 1e-9 for one, other in objectives)


def test_the_rows_may_come_in_any_order(mac, sample_panel, panel_csv, tmp_path):
    sample_panel.sample(fraction=1.0, shuffle=True, seed=8).write_csv(tmp_path / "shuffled.csv")
    shuffled = mac(tmp_path / "shuffled.csv", out="shuffled")
    plain = mac(panel_csv)
    for name in ("mac.csv", "parameters.csv", "distances.csv", "summary.json"):
        assert (shuffled.folder / name).read_bytes() == (plain.folder / name).read_bytes()


CHINESE = {
    "unit": "省份",
    "time": "年份",
    "labour": "从业人员",
    "capital": "资本存量",
    "output": "地区生产总值",
    "emissions": "二氧化碳排放量",
}


def write_gbk(panel, path):
    path.write_bytes(panel.rename(CHINESE).write_csv().encode("gb18030"))


def write_excel(panel, path):
    panel.rename(CHINESE).write_excel(path, worksheet="面板")


WRITERS = {
    "gbk.csv": write_gbk,
    "utf8.csv": lambda panel, path: panel.rename(CHINESE).write_csv(path, include_bom=True),
    "semicolon.csv": lambda panel, path: panel.write_csv(path, separator=";"),
    "book.xlsx": write_excel,
    "stata.dta": pyreadstat.write_dta,
    "table.parquet": pl.DataFrame.write_parquet,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file_gives_the_same_costs(mac, sample_panel, panel_csv, tmp_path, name):
    WRITERS[name](sample_panel, tmp_path / name)
    done = mac(tmp_path / name, *QUICK, out=name + "-out")
    plain = mac(panel_csv, *QUICK)
    assert done.mac["unit"].to_list() == plain.mac["unit"].to_list()
    expected = plain.mac["mac_cny_per_tco2"].to_numpy()
    assert done.mac["mac_cny_per_tco2"].to_numpy() == pytest.approx(expected, rel=1e-9)


def test_a_sheet_can_be_chosen(mac, sample_panel, tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        book.add_worksheet("cover").write(0, 0, "not a table")
        sample_panel.write_excel(book, worksheet="data")
    assert mac(tmp_path / "book.xlsx", *QUICK, "--sheet", "data").summary["n"] == 180


def test_a_panel_with_gaps_is_accepted_when_asked(mac, sample_panel, tmp_path):
    sample_panel[1:].write_csv(tmp_path / "gap.csv")
    assert mac(tmp_path / "gap.csv", *QUICK, "--unbalanced").summary["n"] == 179


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--payment-rule", "half"), "'published', 'full', 'cost_cap'"),
        (("--position", "sorted"), "'published', 'rearranged'"),
        (("--payment-share", "much"), "Invalid value for '--payment-share'"),
        (("--input", "x", "--labour", "labour"), "--input replaces --labour and --capital"),
        (("--input", "x", "--capital", "capital"), "--input replaces --labour and --capital"),
        (("--colour", "blue"), "No such option"),
        (("--engine", "cluster"), "'local', 'ray'"),
        (("--method", "mean"), "'quantile', 'expectile', 'convex', 'convex-expectile'"),
        (("--distances", "excel"), "'auto', 'csv', 'parquet', 'none'"),
        (("--method", "convex", "--bootstrap", "9"), "--bootstrap goes with --method quantile"),
    ],
)
def test_a_wrong_use_exits_with_2(tanshi, panel_csv, tmp_path, options, said):
    done = tanshi("mac", panel_csv, "--out", tmp_path / "out", *options)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert not (tmp_path / "out").exists()


def test_wrong_options_and_a_wrong_file_are_refused_together(tanshi, panel_csv, tmp_path):
    text = panel_csv.read_text().replace("Beijing,2013,", "Beijing,2013.5,", 1)
    assert text != panel_csv.read_text()
    panel_csv.write_text(text)
    wrong = ("--taus", "a", "--direction", "1,0", "--payment-share", "2", "--bootstrap", "5")
    done = tanshi("mac", panel_csv, "--out", tmp_path / "out", *wrong, "--workers", "0", "--json")
    assert done.exit_code == 1
    said = [fault["what"] for fault in json.loads(done.stdout)["faults"]]
    assert said == [
        "not a list of quantiles",
        "direction leaves an output where it is",
        "not a share",
        "no worker",
        "not a whole year",
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("given", ["1", "1,2,3", "one,two", "1,-1", "nan,1", "", "1;1"])
def test_a_direction_is_two_numbers_above_0(tanshi, panel_csv, tmp_path, given):
    done = tanshi("mac", panel_csv, "--out", tmp_path / "out", "--direction", given)
    assert done.exit_code == 1
    assert "column '--direction': not a direction" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_direction_moves_costs_by_its_ratio_only(mac, panel_csv):
    plain, same, half, other = (
        mac(panel_csv, *QUICK, "--no-null-jointness", *options, out=f"out{number}")
        for number, options in enumerate(
            [
                (),
                ("--direction", "1,1"),
                ("--direction", "0.5,0.25"),
                ("--direction", "1,0.5"),
            ]
        )
    )
    assert plain.summary["direction"] == [1.0, 1.0]
    assert same.mac.equals(plain.mac)
    costs = [done.mac["mac_cny_per_tco2"].to_numpy() for done in (half, other, plain)]
    assert costs[0] == pytest.approx(costs[1], rel=1e-6)
    assert costs[2] != pytest.approx(costs[1], rel=1e-2)


METHODS = {
    "quantile": "quantile",
    "expectile": "expectile",
    "convex": "convex_quantile",
    "convex-expectile": "convex_expectile",
}


@pytest.mark.parametrize("name", METHODS)
def test_every_method_can_be_chosen(mac, sample_panel, tmp_path, name):
    last = sample_panel.filter(pl.col("time") == 2018)
    last.write_csv(tmp_path / "panel.csv")
    done = mac(tmp_path / "panel.csv", "--taus", "0.4,0.6", "--method", name)
    assert done.summary["method"] == METHODS[name]
    assert done.summary["null_jointness"] == (name in {"quantile", "expectile"})
    assert done.mac.height == pl.read_csv(done.folder / "distances.csv").height / 2 == 30
    said = (done.folder / "summary.txt").read_text(encoding="utf-8")
    assert ("Hyperplanes:" in said) == name.startswith("convex")
    assert ("Expectiles:" in said) == name.endswith("expectile")
    assert done.parameters["tau"].unique(maintain_order=True).to_list() == [
        "0.4",
        "0.6",
        "frontier",
    ]
    plain = mac(tmp_path / "panel.csv", "--taus", "0.4,0.6", out="plain")
    assert done.summary["frontier"] == plain.summary["frontier"]
    same = done.mac["mac_cny_per_tco2"].equals(plain.mac["mac_cny_per_tco2"])
    assert same == (name == "quantile")


def test_reports_say_where_quantiles_cross_and_what_they_cover(mac, panel_csv):
    done = mac(panel_csv)
    crossings = pl.read_csv(done.folder / "crossings.csv")
    assert crossings["crossings"].sum() == done.summary["crossings"] > 0
    coverage = pl.read_csv(done.folder / "coverage.csv")
    assert coverage["coverage"].to_list() == [row["coverage"] for row in done.summary["by_tau"]]
    text = (done.folder / "summary.txt").read_text(encoding="utf-8")
    assert f"{done.summary['floor_price_cny_per_tco2']:.2f}" in text
    assert text.endswith("\n")


@pytest.fixture
def panel_parquet(sample_panel, tmp_path):
    sample_panel.write_parquet(tmp_path / "panel.parquet")
    return tmp_path / "panel.parquet"


def test_a_parquet_panel_gives_costs_as_parquet_too(mac, panel_parquet):
    done = mac(panel_parquet, *QUICK)
    assert {file.name for file in done.folder.iterdir()} == FILES | {"mac.parquet"}
    held = pl.read_parquet(done.folder / "mac.parquet")
    assert held.columns == done.mac.columns
    assert held["mac_cny_per_tco2"].to_list() == done.mac["mac_cny_per_tco2"].to_list()


def test_distances_come_as_csv_as_parquet_or_not_at_all(mac, panel_csv):
    as_csv = mac(panel_csv, *QUICK, "--distances", "csv", out="csv")
    as_parquet = mac(panel_csv, *QUICK, "--distances", "parquet", out="parquet")
    none = mac(panel_csv, *QUICK, "--distances", "none", out="none")
    table = pl.read_csv(as_csv.folder / "distances.csv")
    assert len(table) == 180 * 3
    assert table.equals(pl.read_parquet(as_parquet.folder / "distances.parquet"))
    assert not (as_parquet.folder / "distances.csv").exists()
    assert not list(none.folder.glob("distances.*"))
    assert none.mac.equals(as_csv.mac)
    assert "left out" not in none.stdout


def test_a_long_table_of_distances_is_left_out_unless_asked_for(mac, panel_csv, monkeypatch):
    monkeypatch.setattr("tanshi.report.mac_distances.LEFT_OUT_ABOVE", 539)
    done = mac(panel_csv, *QUICK)
    assert not list(done.folder.glob("distances.*"))
    assert "note: distances left out, 540 rows: --distances parquet" in done.stdout
    assert done.summary["notes"] == []
    asked = mac(panel_csv, *QUICK, "--distances", "csv", out="asked")
    assert (asked.folder / "distances.csv").exists()
    monkeypatch.setattr("tanshi.report.mac_distances.LEFT_OUT_ABOVE", 540)
    assert (mac(panel_csv, *QUICK, out="short").folder / "distances.csv").exists()


def test_json_is_the_summary(mac, panel_csv):
    done = mac(panel_csv, *QUICK, "--json")
    assert json.loads(done.stdout) == done.summary
    assert done.stderr == ""


def test_a_folder_that_is_there_keeps_foreign_files(mac, panel_csv, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    (tmp_path / "out" / "mac.csv").write_text("old")
    done = mac(panel_csv, *QUICK)
    assert (done.folder / "mine.txt").read_text() == "mine"
    assert len(done.mac) == 180


def test_a_bootstrap_adds_intervals(mac, panel_csv):
    options = (*QUICK, "--bootstrap", "12", "--seed", "4", "--workers", "1")
    done = mac(panel_csv, *options)
    columns = ["unit", "time", "tau_position", "mac_cny_per_tco2", "lower", "upper", "flag"]
    assert done.mac.columns == columns
    assert (done.mac["lower"] <= done.mac["upper"]).all()
    found = done.summary["bootstrap"]
    assert (found["replicates"], found["seed"], found["units_drawn"]) == (12, 4, None)
    assert found["floor_lower_cny_per_tco2"] <= found["floor_upper_cny_per_tco2"]
    assert json.loads((done.folder / "provenance.json").read_text())["seed"] == 4
    assert not list(done.folder.parent.glob(".*-bootstrap"))
    coefficients = pl.read_csv(done.folder / "coefficients.csv", infer_schema_length=None)
    assert coefficients["estimate"].to_list() == pytest.approx(
        done.parameters.filter(pl.col("tau") != "frontier")["value"].to_list()
    )
    assert (coefficients["lower"] <= coefficients["upper"]).all()
    again = mac(panel_csv, *options)
    assert again.mac.equals(done.mac)
    no_bootstrap = mac(panel_csv, *QUICK, out="plain")
    assert not (no_bootstrap.folder / "coefficients.csv").exists()


def test_the_bootstrap_runs_on_the_engine_named(mac, panel_csv, monkeypatch):
    from tanshi.study import engine

    asked = []

    def engine_named(name, *, workers):
        asked.append((name, workers))
        return engine.LocalEngine(1)

    options = (*QUICK, "--bootstrap", "4", "--workers", "1")
    here = mac(panel_csv, *options)
    monkeypatch.setattr(engine, "engine_named", engine_named)
    there = mac(panel_csv, *options, "--engine", "ray", out="there")
    assert set(asked) == {("ray", 1)}
    assert there.mac.equals(here.mac)
