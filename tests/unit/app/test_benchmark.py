"""`tanshi benchmark`: files, refusals, the same numbers again."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import typer

from tanshi.app.benchmark_commands import app
from tanshi.benchmark.ablation import MECHANISMS
from tanshi.study import build_scenario, load_scenario
from tanshi.study.benchmark_run import run_market
from tanshi.study.benchmark_sources import build_register

PROJECT = Path(__file__).resolve().parents[3]
SCENARIO = PROJECT / "scenarios" / "benchmark_sample.toml"
TANSHI = Path(sys.executable).with_name("tanshi")

FIGURES = ("price", "balance", "strategies", "tiers", "before_after", "fairness")
REPORTS = """\
firm,industry,process,region,output,emissions_tco2,allocation_tco2,abated_tco2
A,power,,north,1000,780,823,20
B,power,,south,1000,815,823,10
C,power,,south,1000,880,823,0
D,steel,,north,500,1000,1000,20
"""
SMALL = {
    "name": "paper",
    "entities": 12,
    "emissions_tco2": 2e6,
    "benchmark_tco2_per_unit": 0.6,
    "reduction_potential": 0.07,
}
REGISTER = """\
firm,industry,process,region,output,intensity_tco2_per_unit
"""


@pytest.fixture
def file_of(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def market(tanshi, tmp_path_factory):
    """The sample's market; compiled on the first run on a machine."""
    folder = tmp_path_factory.mktemp("market") / "out"
    done = tanshi("benchmark", "evolve", SCENARIO, "--out", folder)
    assert done.exit_code == 0, done.stderr
    return done.stdout, folder


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the figures out, which take most of the time."""
    monkeypatch.setattr("tanshi.report.benchmark_folder.write_market_figures", lambda *_: None)


@pytest.mark.parametrize("words", [(), ("coefficients",), ("evolve",), ("adjust",)])
def test_help_is_given(words, tanshi):
    done = tanshi("benchmark", *words, "--help")
    assert done.exit_code == 0
    assert "Usage: " in done.stdout


def test_coefficients_of_the_default_industries(tanshi, tmp_path):
    done = tanshi("benchmark", "coefficients", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "24 coefficients of 4 industries, rule printed" in done.stdout
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "coefficients.csv",
        "reachable.csv",
        "reachable_percent.csv",
        "reachable_percent.svg",
        "provenance.json",
    }
    table = pl.read_csv(tmp_path / "out" / "coefficients.csv")
    assert table.columns == ["industry", "tier", "scale", "low", "mid", "high"]
    assert table.height == 24
    picture = (tmp_path / "out" / "reachable_percent.svg").read_text(encoding="utf-8")
    assert "steel, lagging" in picture
    assert "published, out of reach" in picture
    drawn = pl.read_csv(tmp_path / "out" / "reachable_percent.csv")
    lagging = drawn.filter(industry="steel", tier="lagging").row(0, named=True)
    assert lagging["published_percent"] == pytest.approx(106.0)
    assert (lagging["large_high_percent"] < 100, lagging["reached_by"]) == (True, "neither")


def test_a_table_of_another_industry_has_no_published_coefficients(tanshi, tmp_path, file_of):
    table = file_of(
        "table1.csv",
        "industry,entities,emissions_1e8_tco2,benchmark,reduction_potential_percent\n"
        "glass,12,0.5,0.7,8\n",
    )
    done = tanshi("benchmark", "coefficients", table, "--out", tmp_path / "out", "--json")
    content = json.loads(done.stdout)
    assert (len(content["coefficients"]), content["reachable"]) == (6, [])
    assert content["notes"] == ["no published coefficients for glass"]
    assert not (tmp_path / "out" / "reachable.csv").exists()
    provenance = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert list(provenance["data_sha256"]) == [str(table)]
    rule = ("--rule", "published_table")
    refused = tanshi("benchmark", "coefficients", table, *rule, "--out", tmp_path / "no")
    assert refused.exit_code == 1
    assert "not in the published table" in refused.stderr
    assert not (tmp_path / "no").exists()


def test_a_market_writes_its_years_its_outcome_and_whether_it_settled(market):
    stdout, folder = market
    assert stdout.startswith("100 firms, rule published_table\n")
    assert stdout.splitlines()[-1] == f"written: {folder}"
    years = pl.read_csv(folder / "years.csv")
    assert years.columns[:3] == ["replicate", "year", "industry"]
    assert years.height == 2 * 6 * 2
    outcome = pl.read_csv(folder / "outcome.csv")
    assert outcome["industry"].to_list() == ["power", "steel"]
    for figure in ("balance_verified_percent", "cost_change_percent", "noncompliant_firms_percent"):
        assert {figure, f"{figure}_low", f"{figure}_high"} <= set(outcome.columns)
    assert set(pl.read_csv(folder / "regions.csv")["region"]) == {"north", "south"}
    assert set(pl.read_csv(folder / "fairness.csv")["by"]) == {"firms", "size", "region"}
    settled = json.loads((folder / "convergence.json").read_text(encoding="utf-8"))
    assert settled["limit_years"] == 6
    before_after = pl.read_csv(folder / "before_after.csv")
    assert set(before_after["by"]) == {"market", "industry", "firms", "size", "region"}
    assert '<html lang="en">' in (folder / "report.html").read_text(encoding="utf-8")
    drawn = {file.stem for file in (folder / "figures").glob("*.svg")}
    assert drawn == {f"benchmark_{name}" for name in FIGURES}
    assert drawn == {file.stem for file in (folder / "figures").glob("*.csv")}
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 1


def test_without_each_mechanism_and_in_chinese(tanshi, tmp_path):
    options = ("--replicates", "1", "--ablation", "--lang", "zh", "--json")
    done = tanshi("benchmark", "evolve", SCENARIO, *options, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    table = pl.read_csv(tmp_path / "out" / "ablation.csv", infer_schema_length=None)
    assert table["mechanism"].to_list() == ["full market", *MECHANISMS]
    told = json.loads(done.stdout)["ablation"]
    assert [row["mechanism"] for row in told] == table["mechanism"].to_list()
    assert (tmp_path / "out" / "figures" / "benchmark_ablation.svg").is_file()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh">' in page
    row = next(line for line in section_of_commands().splitlines() if "`ablation.csv`" in line)
    ends = ("_low", "_high")
    named = [column for column in table.columns if not column.endswith(ends)]
    assert [column for column in named if f"`{column}`" not in row] == []


def test_the_bar_counts_replicates_and_mechanisms(steps):
    section = {"years": 2, "replicates": 3, "ablation": True, "industries": [SMALL]}
    run_market(build_scenario({"benchmark": section | {"rule": "uniform"}}), progress=steps)
    assert steps.total == steps.done == 3 + len(MECHANISMS)


def test_a_floor_of_a_study_is_refused_without_one(tanshi, tmp_path):
    joined = SCENARIO.with_name("joined_sample.toml")
    done = tanshi("benchmark", "evolve", joined, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert (
        f"{joined}, line 12, column 'benchmark.take_floor': no study to take a floor from"
        in done.stderr
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("undrawn")
def test_the_same_seed_gives_the_same_years_for_any_number_of_workers(market, tanshi, tmp_path):
    _, folder = market
    options = ("--replicates", "2", "--seed", "1", "--workers", "1")
    done = tanshi("benchmark", "evolve", SCENARIO, *options, "--out", tmp_path / "again")
    assert done.exit_code == 0, done.stderr
    for name in ("years.csv", "outcome.csv", "convergence.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
    other = tanshi("benchmark", "evolve", SCENARIO, "--seed", "2", "--out", tmp_path / "other")
    assert other.exit_code == 0, other.stderr
    assert (tmp_path / "other" / "years.csv").read_bytes() != (folder / "years.csv").read_bytes()


@pytest.mark.usefixtures("undrawn")
def test_a_market_of_own_firms(tanshi, tmp_path, file_of):
    rows = [
        f"firm {k},power,,{'north' if k % 2 else 'south'},{1e6 * (1 + k % 7)},{0.8 + 0.002 * k}"
        for k in range(40)
    ]
    register = file_of("firms.csv", REGISTER + "\n".join(rows) + "\n")
    options = ("--firms", register, "--replicates", "1", "--json")
    done = tanshi("benchmark", "evolve", SCENARIO, *options, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    (row,) = json.loads(done.stdout)["outcome"]
    assert row["industry"] == "power"
    years = pl.read_csv(tmp_path / "out" / "years.csv")
    assert set(years["firms"]) == {40.0}
    provenance = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert list(provenance["data_sha256"]) == [str(register)]


def test_a_register_with_faults_is_refused_with_file_and_row(tanshi, tmp_path, file_of):
    register = file_of("firms.csv", REGISTER + "A,powr,,north,1,0.8\nA,power,,north,-1,0.8\n")
    done = tanshi("benchmark", "evolve", SCENARIO, "--firms", register, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert f"{register}, row 2, column 'industry': unknown industry" in done.stderr
    assert f"{register}, row 3, column 'firm': duplicate firm" in done.stderr
    assert f"{register}, row 3, column 'output': value out of range" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_scenario_with_faults_is_refused_with_its_keys(tanshi, tmp_path, file_of):
    scenario = file_of(
        "mine.toml", '[benchmark]\nyeers = 3\nsupported_regions = {old_industrial = ["x"]}\n'
    )
    done = tanshi("benchmark", "evolve", scenario, "--out", tmp_path / "out", "--json")
    fault, other = json.loads(done.stdout)["faults"]
    assert (done.exit_code, fault["remedy"]) == (1, "did you mean 'years'?")
    assert (fault["row"], other["row"]) == (2, 3)
    assert other["what"] == "no firm in supported_regions.old_industrial"
    scenario = file_of("mine.toml", '[benchmark]\nsupported_regions = {old_industrial = ["x"]}\n')
    done = tanshi("benchmark", "evolve", scenario, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert (
        f"{scenario}, line 2, column 'benchmark.supported_regions.old_industrial': no firm"
        in done.stderr
    )


def test_an_update_and_the_one_after_it(tanshi, tmp_path, file_of):
    reports = file_of("reports.csv", REPORTS)
    common = ("benchmark", "adjust", reports, "--scenario", SCENARIO)
    done = tanshi(*common, "--price", "60", "--expected-price", "50", "--out", tmp_path / "first")
    assert done.exit_code == 0, done.stderr
    assert {file.name for file in (tmp_path / "first").iterdir()} == {
        "benchmarks.csv",
        "coefficients.csv",
        "regions.csv",
        "firms.csv",
        "principles.csv",
        "provenance.json",
    }
    done = tanshi(
        *common, "--year", "2", "--last", tmp_path / "first", "--out", tmp_path / "second", "--json"
    )
    assert done.exit_code == 0, done.stderr
    content = json.loads(done.stdout)
    first = pl.read_csv(tmp_path / "first" / "benchmarks.csv")
    assert [row["benchmark_tco2_per_unit"] for row in content["benchmarks"]] == pytest.approx(
        first["next_benchmark_tco2_per_unit"].to_list(), rel=1e-15
    )
    assert {row["principle"] for row in content["principles"]} >= {"cost-benefit"}
    assert "no price given: there is no response to prices" in content["notes"]


def test_an_update_says_what_does_nothing(tanshi, tmp_path, file_of):
    reports = file_of("reports.csv", REPORTS)
    rows = pl.read_csv(reports)
    power = rows.filter(pl.col("industry") == "power").with_columns(pl.lit("x").alias("phone"))
    power.write_csv(reports)
    done = tanshi(
        *("benchmark", "adjust", reports, "--scenario", SCENARIO, "--price", "60"),
        *("--out", tmp_path / "out"),
    )
    assert done.exit_code == 0, done.stderr
    assert "steel: 2.0000 -> 2.0000 (+0.00 %: nothing moves it)" in done.stdout
    assert "note: no report of steel: the benchmark stays as it is" in done.stdout
    assert "note: no expected price given: a price between floor and ceiling" in done.stdout
    assert f"note: {reports}: column not used: phone" in done.stdout
    wrong = power.with_columns(pl.col("emissions_tco2") * 1000.0)
    wrong.write_csv(reports)
    done = tanshi("benchmark", "adjust", reports, "--scenario", SCENARIO, "--out", tmp_path / "no")
    assert done.exit_code == 1
    assert f"{reports}, row 2, column 'emissions_tco2': an intensity" in done.stderr
    broken = file_of("mine.toml", SCENARIO.read_text("utf-8") + "\n[floor]\nrul = 3\n")
    done = tanshi("benchmark", "adjust", reports, "--scenario", broken, "--out", tmp_path / "no")
    assert done.stderr.startswith("tanshi: 4 faults")
    assert f"{broken}, line " in done.stderr
    assert f"{reports}, row 2, column 'emissions_tco2': an intensity" in done.stderr
    assert not (tmp_path / "no").exists()


def test_a_component_that_is_not_known_is_refused(tanshi, tmp_path, file_of):
    reports = file_of("reports.csv", REPORTS)
    done = tanshi("benchmark", "adjust", reports, "--without", "trnd", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "column '--without': no such component" in done.stderr
    assert "remedy:  did you mean 'trend'?" in done.stderr


def section_of_commands():
    page = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    return page.split("\n## tanshi benchmark\n")[1].split("\n## ")[0]


def test_every_option_is_documented():
    section = section_of_commands()
    for command in typer.main.get_command(app).commands.values():
        for option in command.params:
            flags = [flag for flag in option.opts if flag.startswith("--")]
            for flag in flags:
                alone, own = f"`{flag}", f"`{command.name} {flag}"
                assert own in section or (flag in {"--out", "--json"} and alone in section)


def test_every_file_and_column_is_documented(market, tanshi, tmp_path, file_of):
    """Of years and regions the page names the columns they are found by, and no more."""
    section = section_of_commands()
    reports = file_of("reports.csv", REPORTS)
    words = {"coefficients": (), "adjust": (reports,)}
    folders = {"evolve": market[1]} | {name: tmp_path / name for name in words}
    for name, arguments in words.items():
        done = tanshi("benchmark", name, *arguments, "--out", folders[name])
        assert done.exit_code == 0, done.stderr
    for command, folder in folders.items():
        for file in folder.iterdir():
            name = "figures/*.svg" if file.is_dir() else file.name
            rows = [line for line in section.splitlines() if f"`{name}`" in line]
            own = [line for line in rows if f" of `{command}`" in line] or rows
            assert own, file.name
            if file.suffix != ".csv" or file.name == "years.csv":
                continue
            columns = pl.read_csv(file, n_rows=0).columns
            if file.name == "regions.csv" and command == "evolve":
                columns = columns[:3]
            named = {column.removesuffix("_low").removesuffix("_high") for column in columns}
            if command != "evolve":
                named = set(columns)
            assert [one for one in sorted(named) if f"`{one}`" not in own[0]] == [], file.name


def test_help_of_the_commands_loads_no_heavy_library():
    code = "import sys, tanshi.app.benchmark_commands; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "typer" in loaded
    assert loaded & {"numpy", "polars", "numba", "matplotlib", "pydantic"} == set()
    shown = subprocess.run(
        [TANSHI, "benchmark", "--help"], capture_output=True, text=True, check=True
    )
    for command in ("coefficients", "evolve", "adjust"):
        assert f"  {command} " in shown.stdout


def test_levels_of_abatement_costs_come_from_a_run_of_mac(mac, panel_csv, file_of):
    estimated = mac(panel_csv, "--taus", "0.5,0.95", out="mac").mac
    last = estimated.filter(pl.col("time") == estimated["time"].max())
    costs = dict(last.select("unit", "mac_cny_per_tco2").rows())
    known = {unit: cost for unit, cost in costs.items() if np.isfinite(cost) and cost > 0}
    assert len(known) > 5
    regions = sorted(known)[:3]
    shares = "\n".join(f'"{name}" = 0.25' for name in regions)
    scenario = file_of(
        "mine.toml",
        f"""
[benchmark]
rule = "uniform"
years = 1
replicates = 1

[[benchmark.industries]]
name = "paper"
entities = 40
emissions_tco2 = 8e6
benchmark_tco2_per_unit = 0.6
reduction_potential = 0.07
cap_cost_cny_per_tco2 = 250.0

[benchmark.firms]
cost_deviation = 0.0
cost_level_file = "mac/mac.csv"

[benchmark.firms.region_shares.paper]
{shares}
""",
    )
    register = build_register(load_scenario(scenario).benchmark)
    level = register.mac_slope * register.mac_cap_tco2_per_unit / 250.0
    mean = np.exp(np.mean(np.log(list(known.values()))))
    expected = [known[name] / mean if name in known else 1.0 for name in register.region]
    assert set(register.region) == {*regions, "not stated"}
    assert level == pytest.approx(expected, rel=1e-9)
