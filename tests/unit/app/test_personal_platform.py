"""`tanshi personal single` and `two-sided`: the reference vectors, other files, refusals."""

import json
from pathlib import Path

import polars as pl
import pytest

VECTORS = Path(__file__).resolve().parents[2] / "reference" / "personal"
CASES = {
    "single_platform": ("single", "single", 8),
    "two_sided": ("two-sided", "two_sided", 7),
    "two_sided_bounded": ("two-sided", "two_sided", 7),
}


def read(file):
    return pl.read_csv(file, infer_schema_length=None)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("only_inputs", [True, False])
def test_vectors_come_out_of_the_command(tanshi, tmp_path, name, only_inputs):
    command, written, n_inputs = CASES[name]
    vectors = read(VECTORS / f"{name}_vectors.csv")
    given = vectors[:, :n_inputs] if only_inputs else vectors
    given.write_csv(tmp_path / "inputs.csv")
    done = tanshi("personal", command, tmp_path / "inputs.csv", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert [file.name for file in (tmp_path / "out").glob("*.csv")] == [f"{written}.csv"]
    found = read(tmp_path / "out" / f"{written}.csv")
    assert len(found) == len(vectors)
    for column in vectors.columns:
        expected, actual = vectors[column].to_list(), found[column].to_list()
        if vectors[column].dtype == pl.String:
            assert actual == expected
        else:
            limits = [1e-9 * max(1, abs(value)) for value in expected]
            gaps = [abs(a - b) for a, b in zip(actual, expected, strict=True)]
            assert all(gap <= limit for gap, limit in zip(gaps, limits, strict=True)), column
    text = (tmp_path / "out" / f"{written}.csv").read_text(encoding="utf-8")
    assert not {"nan", "inf", "-inf"} & set(text.lower().replace("\n", ",").split(","))
    provenance = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert list(provenance["data_sha256"]) == [str(tmp_path / "inputs.csv")]


def test_any_order_other_columns_and_a_workbook_give_the_same(tanshi, tmp_path):
    vectors = read(VECTORS / "two_sided_bounded_vectors.csv")[:, :7]
    vectors.write_csv(tmp_path / "plain.csv")
    mixed = vectors.select(pl.lit("note").alias("remark"), *reversed(vectors.columns))
    mixed.rename({"beta_d": " Beta D "}).write_excel(tmp_path / "mixed.xlsx", worksheet="m")
    for file, out in (("plain.csv", "a"), ("mixed.xlsx", "b")):
        done = tanshi("personal", "two-sided", tmp_path / file, "--out", tmp_path / out)
        assert done.exit_code == 0
    assert read(tmp_path / "a/two_sided.csv").equals(read(tmp_path / "b/two_sided.csv"))


def test_optional_columns_and_closed_payments_are_taken_up(tanshi, tmp_path):
    vectors = read(VECTORS / "two_sided_bounded_vectors.csv")[:1, :7]
    full = vectors.with_columns(blockchain_unit_cost=0.1, fee=0.2, matching=0.5)
    full.write_csv(tmp_path / "in.csv")
    words = ("--payments", "closed", "--json")
    done = tanshi("personal", "two-sided", tmp_path / "in.csv", "--out", tmp_path / "out", *words)
    row = read(tmp_path / "out/two_sided.csv").row(0, named=True)
    # m(α_s + c − (c − α_d) − c_b)
    assert row["cross_effect"] == pytest.approx(0.5 * (0.3 + 0.2 - 0.1))
    assert (row["payments"], row["profit_unpaid_payments"]) == ("closed", 0)
    assert json.loads(done.stdout)["rows"][0]["profit"] == row["profit"]


def test_no_platform_without_loss_leaves_cells_blank_and_profit_negative(tanshi, tmp_path):
    vectors = read(VECTORS / "two_sided_bounded_vectors.csv")[:1, :7]
    vectors.with_columns(service_cost=9.0).write_csv(tmp_path / "in.csv")
    tanshi("personal", "two-sided", tmp_path / "in.csv", "--out", tmp_path / "out")
    row = read(tmp_path / "out/two_sided.csv").row(0, named=True)
    assert (row["ramsey_status"], row["ramsey_n_d"]) == ("infeasible", None)
    assert row["profit"] < 0


def test_every_fault_of_a_file_is_told_at_once_and_nothing_written(tanshi, tmp_path):
    header = "total_emissions,offset_ratio,credit_cost,mean_reduction,population,operating_cost,"
    rows = "400,1.2,0,.5,-4000,4,100,8\n\n400,.2,5,.5,4000,x,,8\n400,nan,5,.5,4000,1,9,8\n"
    text = f"{header}allowance_price,abatement_ease\n{rows}"
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    done = tanshi("personal", "single", tmp_path / "bad.csv", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 1
    faults = [(one["row"], one["column"]) for one in json.loads(done.stdout)["faults"]]
    assert sorted(faults) == [
        *((2, "credit_cost"), (2, "offset_ratio"), (2, "population")),
        *((4, "allowance_price"), (4, "operating_cost"), (5, "offset_ratio")),
    ]
    said = {one["allowed"] for one in json.loads(done.stdout)["faults"]}
    assert {"credit_cost e > 0", "population W > 0", "0 <= offset_ratio δ <= 1"} <= said
    assert not (tmp_path / "out").exists()


def test_a_missing_column_and_a_bad_cell_are_told_together(tanshi, tmp_path):
    text = "beta_d,beta_s,service_level,service_cost,alpha_d,alpha_s\n-1,.2,.3,1,.1,.1\n"
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    done = tanshi("personal", "two-sided", tmp_path / "bad.csv", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "no column for allowance_price" in done.stderr
    assert "beta_d β_d >= 0" in done.stderr


def test_derivatives_are_written_for_every_row_and_objective(tanshi, tmp_path):
    vectors = VECTORS / "two_sided_bounded_vectors.csv"
    tanshi("personal", "two-sided", vectors, "--out", tmp_path / "out")
    rows = json.loads((tmp_path / "out/derivatives.json").read_text(encoding="utf-8"))["rows"]
    assert [(one["row"], one["objective"]) for one in rows][:3] == [
        *((1, "profit"), (1, "welfare"), (2, "profit")),
    ]
    assert rows[0]["volume_by_beta_s"] > 0


SINGLE = (
    "total_emissions,offset_ratio,credit_cost,mean_reduction,population,operating_cost,"
    "allowance_price,abatement_ease"
)


def single(tanshi, tmp_path, extra, cells, *words):
    text = f"{SINGLE}{extra}\n400,.25,60,.5,4000,4,100,8{cells}\n"
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    return tanshi("personal", "single", tmp_path / "in.csv", "--out", tmp_path / "out", *words)


def test_a_header_nearly_named_like_an_optional_column_is_refused(tanshi, tmp_path):
    done = single(tanshi, tmp_path, ",blockchain_unit_costs,match", ",3,.5")
    assert done.exit_code == 1
    for name in ("blockchain_unit_cost", "matching"):
        assert f"did you mean '{name}'?" in done.stderr
    assert not (tmp_path / "out").exists()


def test_columns_that_are_not_read_are_named(tanshi, tmp_path):
    done = single(tanshi, tmp_path, ",remark,fee", ",x,2")
    assert done.exit_code == 0
    assert "in.csv: column not used: remark" in done.stdout
    done = single(tanshi, tmp_path, ",remark,fee", ",x,2", "--json")
    assert json.loads(done.stdout)["notes"][0].endswith("column not used: remark")


def test_matching_is_taken_up_and_a_blank_optional_cell_is_the_default(tanshi, tmp_path):
    assert single(tanshi, tmp_path, ",matching,fee", ",.5,").exit_code == 0
    row = read(tmp_path / "out/single.csv").row(0, named=True)
    assert (row["matching"], row["fee"]) == (0.5, 0)
    assert row["net_purchase_price_cny_per_tco2"] == pytest.approx(
        400 * 0.25 * 60 / (0.5 * 0.5 * 4000)
    )


def test_a_file_of_ragged_rows_is_told_that_alone(tanshi, tmp_path):
    done = single(tanshi, tmp_path, "", ",1,2", "--json")
    assert done.exit_code == 1
    faults = json.loads(done.stdout)["faults"]
    assert [(one["what"], one["row"]) for one in faults] == [("ragged row", 2)]


def test_derivatives_of_many_markets_are_parquet(tanshi, tmp_path):
    vectors = read(VECTORS / "two_sided_bounded_vectors.csv")[:, :7]
    pl.concat([vectors] * (1000 // len(vectors) + 1)).write_csv(tmp_path / "many.csv")
    done = tanshi("personal", "two-sided", tmp_path / "many.csv", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert not (tmp_path / "out/derivatives.json").exists()
    rows = pl.read_parquet(tmp_path / "out/derivatives.parquet")
    assert rows["row"].to_list()[:4] == [1, 1, 2, 2]
    assert len(rows) == 2 * len(read(tmp_path / "out/two_sided.csv"))
    assert [file.name for file in (tmp_path / "out").glob("*.csv")] == ["two_sided.csv"]
