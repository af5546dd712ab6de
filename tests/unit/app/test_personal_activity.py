"""`tanshi personal activity`: what is written, and what is refused."""

import json
import re
from pathlib import Path

import polars as pl

from tanshi.activity import default_rules_text

PROJECT = Path(__file__).resolve().parents[3]

RECORDS = """day,account,kind,activity,amount,reference,unit
2025-12-31,Li,person,metro,60,,km
2026-01-01,Li,person,metro,60,,km
2026-03-02,Li,person,no plastic bag,2,,bag
2026-03-31,Li-Wang,household,electricity,180,235.5,kWh
"""
BAD = """日期,账户,账户类型,行为,数量,参照量,单位,记录号
2026-03-01,Li,个人,地铁,12.5,3,km,1
2024-12-31,Li,个人,地铁,-60,,km,1
2026/13/01,Li,个人,metr,x,,km,3
2026-03-02,,个人,骑行,3.23456,,mile,4
2026-03-31,H,cat,用电,180,,kWh,5
"""


def write(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_the_command_writes_credits_accounts_emissions_members_and_rules(tanshi, tmp_path):
    records = write(tmp_path, "records.csv", RECORDS)
    people = write(tmp_path, "people.csv", "household,member\nLi-Wang,Wang\nLi-Wang,Li\n")
    out = tmp_path / "out"
    done = tanshi("personal", "activity", records, "--members", people, "--out", out)
    assert done.exit_code == 0, done.stderr
    booked = pl.read_csv(out / "credits.csv", schema_overrides={"version": pl.String})
    assert booked.select("account", "rule", "version", "credit_g").rows() == [
        *(("Li", "metro", "1", 1900), ("Li", "metro", "2", 1900)),
        ("Li", "no_plastic_bag", "1", 38),
        ("Li-Wang", "electricity", "2", 29448),
    ]
    accounts = pl.read_csv(out / "accounts.csv")
    assert accounts["credit_kg"].to_list() == [3, 29]
    members = pl.read_csv(out / "members.csv")
    assert members["credit_g"].to_list() == [14724, 14724]
    assert pl.read_csv(out / "emissions.csv")["credit_g"].sum() == 33286
    assert (out / "rules.toml").read_text(encoding="utf-8") == default_rules_text()
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["rules_version"] == "2026.1"
    assert summary["credit_g"] == 33286
    provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert set(provenance["data_sha256"]) == {"rules.toml", str(records), str(people)}


def test_rules_of_ones_own_and_json(tanshi, tmp_path):
    records = write(tmp_path, "records.csv", RECORDS)
    changed = default_rules_text().replace("cap_g_per_period = 1900", "cap_g_per_period = 100")
    rules = write(tmp_path, "own.toml", changed)
    done = tanshi(
        *("personal", "activity", records, "--rules", rules, "--out", tmp_path / "out", "--json"),
    )
    assert json.loads(done.stdout)["credit_g"] == 33286 - 2 * 1800
    shown = tanshi("personal", "activity", "--show-rules")
    assert shown.stdout == default_rules_text()


def test_a_column_that_is_not_read_is_named(tanshi, tmp_path):
    records = write(tmp_path, "records.csv", RECORDS.replace(",unit", ",units"))
    done = tanshi("personal", "activity", records, "--out", tmp_path / "out", "--json")
    assert json.loads(done.stdout)["notes"] == [f"{records}: column not used: units"]


def test_every_fault_of_a_file_is_told_at_once_and_nothing_written(tanshi, tmp_path):
    bad = write(tmp_path, "bad.csv", BAD)
    done = tanshi("personal", "activity", bad, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 1
    faults = json.loads(done.stdout)["faults"]
    assert sorted((one["row"], one["column"]) for one in faults) == [
        (2, "参照量"),
        *((3, "数量"), (3, "日期"), (3, "记录号")),
        *((4, "数量"), (4, "日期"), (4, "行为")),
        *((5, "单位"), (5, "数量"), (5, "账户")),
        *((6, "参照量"), (6, "账户类型")),
    ]
    assert not (tmp_path / "out").exists()


def test_faults_of_records_rules_and_members_are_told_together(tanshi, tmp_path):
    bad = write(tmp_path, "bad.csv", "day,account,kind,amount\n2026-03-01,a,person,1\n")
    rules = write(tmp_path, "own.toml", default_rules_text().replace('period = "year"', ""))
    broken = write(tmp_path, "broken.toml", rules.read_text(encoding="utf-8") + "\n[[rule]]\n")
    people = write(tmp_path, "people.csv", "household,member\nh,\nh,a\nh,a\n")
    words = ("--rules", broken, "--members", people, "--out", tmp_path / "out")
    done = tanshi("personal", "activity", bad, *words, "--json")
    faults = json.loads(done.stdout)["faults"]
    assert {one["file"] for one in faults} == {str(bad), str(broken), str(people)}
    lacking = write(tmp_path, "few.csv", "household,member\nother,a\n")
    records = write(tmp_path, "records.csv", RECORDS)
    done = tanshi("personal", "activity", records, "--members", lacking, "--out", tmp_path / "out")
    assert "a household without members" in done.stderr
    assert str(lacking) in done.stderr


def test_without_records_the_command_says_what_it_needs(tanshi, tmp_path):
    done = tanshi("personal", "activity", "--out", tmp_path / "out")
    assert done.exit_code == 2
    missing = tanshi(
        *("personal", "activity", tmp_path / "no.csv", "--rules", tmp_path / "no.toml"),
        *("--out", tmp_path / "out"),
    )
    assert missing.exit_code == 1
    assert "2 faults" in missing.stderr


def test_every_option_file_column_and_key_is_documented(tanshi, tmp_path):
    page = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = page.split("\n### Activities\n")[1].split("\n### ")[0].split("\n## ")[0]
    records = write(tmp_path, "records.csv", RECORDS)
    people = write(tmp_path, "people.csv", "household,member\nLi-Wang,Wang\n")
    out = tmp_path / "out"
    tanshi("personal", "activity", records, "--members", people, "--out", out)
    for file in out.iterdir():
        row = next(line for line in section.splitlines() if line.startswith(f"| `{file.name}`"))
        if file.suffix == ".csv":
            assert [one for one in pl.read_csv(file).columns if f"`{one}`" not in row] == []
    keys = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert [key for key in keys if f"`{key}`" not in section] == []
    help_text = tanshi("personal", "activity", "--help").stdout
    options = set(re.findall(r"--[a-z-]+", help_text)) - {"--help"}
    assert [option for option in sorted(options) if f"`{option}" not in section] == []
