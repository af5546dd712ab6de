"""The documentation is true: its commands and code run, its links and names exist.

A fenced block in README.md or docs/*.md is run as it stands, page by page, in a folder
of its own that holds a copy of `scenarios/`:

* ``python`` blocks share their names from the top of the page to its end; a ``text``
  block right below one is what it prints;
* of ``console`` blocks, lines that begin with ``$ tanshi`` are run; what follows such a
  line is its output, and a line of it that begins with ``tanshi: `` a refusal;
* ``toml`` blocks whose first line is ``# FILE.toml`` are written to that file, and ``csv``
  blocks right below a text that ends with the file's name and a colon.

In printed output ``…`` stands for anything, up to the end of the line or for whole lines.
A block below the comment ``<!-- needs the China pack -->`` runs only where the pack is.
"""

import contextlib
import functools
import importlib
import inspect
import io
import json
import os
import re
import runpy
import shlex
import sys
import tomllib
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from shutil import copytree
from typing import get_args

import polars as pl
import pytest
import typer
from pydantic import BaseModel
from typer.testing import CliRunner

from tanshi.app.cli import app
from tanshi.data import load_sample_pack
from tanshi.data.input_output_marks import MARKS, ORIGINS
from tanshi.data.manifest import KEYS as MANIFEST_KEYS
from tanshi.data.market_prices import BOARDS, ROLES
from tanshi.data.roles import SYNONYMS, find_column
from tanshi.floor.path import INDEX_RULES, PRICE_BASES
from tanshi.frontier.technology import printed_parameters
from tanshi.leontief.industries import load_industries
from tanshi.report.document import FIGURES
from tanshi.report.study_folder import LATEX_CAPTIONS
from tanshi.study import Scenario, load_scenario

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
PAGES = [PROJECT / "README.md", *sorted(DOCS.glob("*.md"))]
MARKDOWN = sorted([*PROJECT.glob("*.md"), *DOCS.rglob("*.md")])
SCENARIOS = sorted((PROJECT / "scenarios").glob("*.toml"))

FENCE = re.compile(
    r"(?:`(?P<file>[^`\n]+)`:\n+)?(?P<china><!-- needs the China pack -->\n+)?"
    r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
REFUSED = "tanshi: "
ANYTHING = "…"

# What an excerpt on a page takes for granted.
BEFORE = {
    "accounts.md": """
from tanshi.accounts import CapitalInputs, estimate_capital_stock
from tanshi.data import load_panel, load_sample_pack

roles = dict.fromkeys(["unit", "time", "investment", "investment_price"])
file = load_sample_pack().file(role="accounts")
table = load_panel(file.location, roles=roles, max_jump=float("inf"))
investment, prices = (
    table.values[role].reshape(-1, 19)[:, 7:].copy() for role in ("investment", "investment_price")
)
investment[:, -1] = float("nan")
inputs = CapitalInputs(
    tuple(dict.fromkeys(table.unit)),
    tuple(range(2007, 2019)),
    2013,
    investment_current_1e8_cny=investment,
    investment_price_index=prices,
)
"""
}


@dataclass(frozen=True)
class Block:
    kind: str
    body: str
    needs_china: bool
    prints: str = ""
    file: str = ""


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    blocks: list[Block] = []
    end = 0
    for match in FENCE.finditer(text):
        adjoins = not text[end : match.start()].strip()
        if match["kind"] == "text" and adjoins and blocks and blocks[-1].kind == "python":
            last = blocks.pop()
            blocks.append(Block("python", last.body, last.needs_china, match["body"]))
        else:
            place = match["file"] if match["kind"] == "csv" else ""
            if match["kind"] == "toml" and (named := re.match(r"# (\S+\.toml)\n", match["body"])):
                place = named[1]
            china = match["china"] is not None
            blocks.append(Block(match["kind"], match["body"], china, file=place or ""))
        end = match.end()
    return blocks


def commands_of(body: str) -> list[tuple[str, list[str]]]:
    """Return each command with the lines it prints; commands of other programs are left out."""
    found: list[tuple[str, list[str]]] = []
    for line in re.sub(r"\\\n\s*", "", body).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and line.strip():
            found[-1][1].append(line.rstrip())
    return [(command, prints) for command, prints in found if command.startswith("tanshi")]


def check_printed(expected: list[str], output: str) -> None:
    """Check that the expected lines stand in the output, in this order."""
    lines = iter(line.rstrip() for line in output.splitlines())
    for line in expected:
        if line == ANYTHING:
            continue
        start, cut, _ = line.partition(ANYTHING)
        fits = (one.startswith(start) if cut else one == line for one in lines)
        assert any(fits), f"not printed, or not in this order: {line!r}\nprinted:\n{output}"


def run_command(command: str, prints: list[str], patch: pytest.MonkeyPatch) -> None:
    words = shlex.split(os.path.expandvars(command))
    patch.setattr(sys, "argv", words)
    result = CliRunner().invoke(app, words[1:])
    refused = any(line.startswith(REFUSED) for line in prints)
    assert result.exit_code == int(refused), f"$ {command}\n{result.output}\n{result.exception!r}"
    check_printed(prints, result.output)


def run_blocks(page: Path, folder: Path, patch: pytest.MonkeyPatch, *, china: bool) -> int:
    """Run a page's blocks and return how many programs and commands that were."""
    copytree(PROJECT / "scenarios", folder / "scenarios")
    patch.chdir(folder)
    # Most of a study's time is the drawing of figures, which have tests of their own.
    patch.setattr("tanshi.report.study_folder.write_figures", lambda *_: [])
    patch.setattr("tanshi.report.benchmark_folder.write_market_figures", lambda *_: None)
    script = folder / f"{page.stem}_block.py"
    names: dict[str, object] = {}
    runs = 0
    if page.name in BEFORE:
        script.write_text(BEFORE[page.name], encoding="utf-8")
        names = runpy.run_path(str(script))
    for block in blocks_of(page):
        if block.file:
            (folder / block.file).parent.mkdir(exist_ok=True)
            (folder / block.file).write_text(block.body, encoding="utf-8")
        if block.needs_china != china:
            continue
        if block.kind == "python":
            script.write_text(block.body, encoding="utf-8")
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                names = runpy.run_path(str(script), init_globals=names)
            check_printed(block.prints.splitlines(), printed.getvalue())
            runs += 1
        elif block.kind == "console":
            for command, prints in commands_of(block.body):
                run_command(command, prints, patch)
                runs += 1
    return runs


def pages_with(*, china: bool) -> list[Path]:
    runs = {"python", "console"}
    return [
        page
        for page in PAGES
        if any(block.kind in runs and block.needs_china == china for block in blocks_of(page))
    ]


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", pages_with(china=False), ids=lambda page: page.name)
def test_page_runs(page, tmp_path, monkeypatch):
    assert run_blocks(page, tmp_path, monkeypatch, china=False) > 0


@pytest.fixture(scope="module")
def china_runs(china_pack_path, tmp_path_factory):
    """Return a function from a page to how many China blocks ran, and where; each runs once."""

    @functools.cache
    def run(page: Path) -> tuple[int, Path]:
        folder = tmp_path_factory.mktemp(page.stem)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TANSHI_CHINA_PACK", str(china_pack_path))
            return run_blocks(page, folder, patch, china=True), folder

    return run


@pytest.mark.china
@pytest.mark.parametrize("page", pages_with(china=True), ids=lambda page: page.name)
def test_page_runs_on_china_pack(page, china_runs):
    runs, _ = china_runs(page)
    assert runs > 0


@pytest.mark.china
def test_replication_page_has_the_tables_of_its_run(china_runs):
    page = text_of("replication.md")
    flat = " ".join(page.split())
    _, folder = china_runs(DOCS / "replication.md")
    tables = folder / "out" / "china" / "tables"
    published = pl.read_csv(tables / "replication.csv").with_columns(
        pl.col(pl.String).fill_null("")
    )
    rows = rows_of_replication(published, flat)
    assert [row for row in replication_rows(page) if LIU not in row] == rows
    same = published["reproduced"].sum()
    assert f"{same} of the {len(published)} published figures" in flat
    floors = pl.read_csv(tables / "sensitivity.csv").with_columns(pl.col("option").fill_null(""))
    for (choice, option), part in floors.group_by("dimension", "option", maintain_order=True):
        cells = [str(choice), str(option)]
        cells += [
            f"{floor:.2f} {unit}"
            for floor, unit in part.select("floor_cny_per_tco2", "set_by").iter_rows()
        ]
        assert f"| {' | '.join(cells)} |" in page


def test_replication_page_has_the_table_of_the_benchmark_market(tmp_path, monkeypatch):
    """The market is simulated: where its model changes, the page has to be set anew."""
    page = text_of("replication.md")
    monkeypatch.setattr("tanshi.report.benchmark_folder.write_market_figures", lambda *_: None)
    scenario = PROJECT / "scenarios" / "benchmark_china.toml"
    run_command(
        f"tanshi benchmark evolve {shlex.quote(str(scenario))} --out {tmp_path}/liu",
        [],
        monkeypatch,
    )
    file, as_text = tmp_path / "liu" / "replication.csv", {"published": pl.String}
    table = pl.read_csv(file, schema_overrides=as_text).with_columns(
        pl.col(pl.String).fill_null("")
    )
    rows = rows_of_replication(table, " ".join(page.split()))
    assert [row for row in replication_rows(page) if LIU in row] == rows


LIU = "| Liu, Table 2 |"


def replication_rows(page: str) -> list[str]:
    return re.findall(r"^\|.*\| (?:yes|no) \|$", page, re.MULTILINE)


def rows_of_replication(published: pl.DataFrame, text: str) -> list[str]:
    """Return the rows as the page has them; each reason stands in its text."""
    rows = []
    for row in published.iter_rows(named=True):
        change, basis = row["difference_percent"], row["output_column"]
        cells = [row["item"], row["quantity"], f"`{basis}`" if basis.isidentifier() else basis]
        cells += [row["published"], row["ours"], "" if change is None else f"{change:+.1f} %"]
        rows.append(f"| {' | '.join(cells)} | {'yes' if row['reproduced'] else 'no'} |")
        assert row["reason"] in text
    return rows


def anchors_of(page: Path) -> set[str]:
    """Return the anchors that headings get on GitHub."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(PROJECT)))
def test_relative_links_resolve(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in anchors_of(file)):
            broken.append(target)
    assert broken == []


def find(name: str) -> object:
    """Import what a name such as ``frontier.FrontierInputs.unit`` stands for."""
    room, *attributes = name.split(".")
    thing: object = importlib.import_module(f"tanshi.{room}")
    for attribute in attributes:
        if is_dataclass(thing) and attribute in {one.name for one in fields(thing)}:
            return attribute
        if inspect.ismodule(thing) and not hasattr(thing, attribute):
            thing = importlib.import_module(f"{thing.__name__}.{attribute}")
        else:
            thing = getattr(thing, attribute)
    return thing


NAMES = re.findall(
    r"`((?:accounts|floor|frontier|leontief)(?:\.\w+)+)(?:\((\w+)\))?`", text_of("notation.md")
)


@pytest.mark.parametrize(("name", "parameter"), sorted(set(NAMES)))
def test_name_in_notation_exists(name, parameter):
    thing = find(name)
    if parameter:
        assert callable(thing)
        assert parameter in inspect.signature(thing).parameters


def test_notation_names_every_parameter_and_result():
    named = {name for name, _ in NAMES}
    for result in (
        *("frontier.FrontierInputs", "floor.PriceFloor", "floor.FloorPath", "floor.MarketYear"),
        *("leontief.PriceModelInputs", "leontief.CoveredSector", "leontief.CostPush"),
    ):
        wanted = {f"{result}.{one.name}" for one in fields(find(result))}
        assert wanted <= named
    # alpha_2_1 and the like stand under one name; two inputs show every kind.
    names = printed_parameters([0.0] * 10, 2)
    page = text_of("notation.md")
    assert [name for name in names if f"`{name}`" not in page] == []


def section_of(page: str, heading: str) -> str:
    """Return a section, down to the next heading of its level or above."""
    # Comments in code look like headings.
    below = FENCE.sub("", text_of(page)).split(f"\n{heading}\n")[1]
    return re.split(rf"^#{{1,{heading.index(' ')}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]


COMMANDS = typer.main.get_command(app).commands


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(command):
    section = section_of("commands.md", f"## tanshi {command}")
    options = COMMANDS[command].params
    flags = [flag for option in options for flag in (*option.opts, *option.secondary_opts)]
    assert [flag for flag in flags if flag.startswith("--") and f"`{flag}" not in section] == []


def keys_of(model: type[BaseModel], above: str = "") -> list[str]:
    """List the keys of a section and of the sections inside it."""
    keys = []
    for name, field in model.model_fields.items():
        place = f"{above}{name}"
        keys += [place] if above else []
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                keys += keys_of(inner, f"{place}.")
    return keys


def test_every_scenario_key_is_documented():
    rows = re.findall(r"`([\w.]+)`", section_of("commands.md", "### Scenario files"))
    keys = keys_of(Scenario)
    assert {"floor.green_premium.coal_g_per_kwh", "leontief.covered.covered_share"} <= set(keys)
    # A section that is a table of keys needs no row of its own.
    assert [key for key in keys if key not in rows and key != "floor.green_premium"] == []
    known = set(keys)
    assert [
        row for row in rows if "." in row and not row.endswith(".toml") and row not in known
    ] == []


def test_rules_and_industries_are_those_of_the_code():
    for heading, known in {
        "### Index rules": INDEX_RULES,
        "### Industries": load_industries(),
    }.items():
        rows = re.findall(r"^\| `(\w+)` \|", section_of("commands.md", heading), re.MULTILINE)
        assert rows == list(known)
    options = section_of("commands.md", "## tanshi floor")
    assert [base for base in PRICE_BASES if f"`{base}`" not in options] == []
    for name, industry in load_industries().items():
        part = "the whole" if industry.whole else "a part"
        assert re.search(
            rf"\| `{name}` \| {industry.sector} [^|]+\| {part} \|", text_of("commands.md")
        )


def words_of(row: str) -> set[str]:
    return {word.strip() for word in re.split(r"[|,;、]", row)}


def test_every_header_and_board_of_a_file_of_trades_is_documented():
    rows = [line for line in section_of("commands.md", "### Trades").splitlines() if "、" in line]
    columns = {line.split("`")[1]: line for line in rows if line.startswith("| `")}
    assert list(columns) == ["date", "board", "price_cny_per_t", "volume_t", "turnover_cny"]
    for (header, row), role in zip(columns.items(), ROLES, strict=True):
        assert find_column([header], role) == header
        assert {role, *SYNONYMS[role]} <= words_of(row)
    assert set(BOARDS) <= words_of(columns["board"])


def test_every_file_column_and_key_is_documented(tmp_path, monkeypatch):
    page = text_of("commands.md")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tanshi.report.study_folder.write_figures", lambda *_: [])
    panel = load_sample_pack().file(role="panel").location
    run_command("tanshi study --out study --pdf", [], monkeypatch)
    run_command(f"tanshi mac {shlex.quote(str(panel))} --out mac", [], monkeypatch)
    Path("cpi.csv").write_text("year,cpi\n2019,102.9\n", encoding="utf-8")
    run_command("tanshi floor --mac mac/mac.csv --cpi cpi.csv --out floor", [], monkeypatch)
    table = shlex.quote(str(load_sample_pack().file(role="input_output").location))
    run_command(f"tanshi cost-push {table} --sector 24:6 --price 50 --out push", [], monkeypatch)
    folders = ("study", "mac", "floor", "push")
    tables = [file for name in ("study/tables", *folders[1:]) for file in Path(name).glob("*.csv")]
    assert {"sensitivity.csv", "market.csv", "paths.csv"} <= {file.name for file in tables}
    for file in tables:
        rows = [line for line in page.splitlines() if line.startswith(f"| `{file.name}`")]
        row = " ".join(rows)
        headers = pl.read_csv(file, n_rows=0).columns
        assert [header for header in headers if f"`{header}`" not in row] == []
    written = {file.name for name in folders for file in Path(name).glob("*.*")}
    study, mac, floor, push = (
        read_json(f"{name}/{'results' if name == 'study' else 'summary'}.json") for name in folders
    )
    keys = {*study, *study["price_effects"], *mac, *mac["by_tau"][0]}
    named = [*written, *keys, *FIGURES, *LATEX_CAPTIONS]
    assert [name for name in named if f"`{name}`" not in page] == []
    for command, said in {"floor": {*floor}, "cost-push": {*push, *push["covered"][0]}}.items():
        section = section_of("commands.md", f"## tanshi {command}")
        assert [key for key in said if f"`{key}`" not in section] == []


def read_json(name: str) -> dict:
    return json.loads(Path(name).read_text(encoding="utf-8"))


def test_every_manifest_key_and_header_is_documented():
    page = text_of("data.md")
    keys = {key for section in MANIFEST_KEYS.values() for key in section}
    assert [key for key in keys if f"`{key}`" not in page] == []
    lines = section_of("data.md", "### Headers").splitlines()
    rows = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    assert {"unit", "time", "labour", "capital", "output", "emissions"} <= set(rows)
    assert {"mac", "price_index", "sector", "scope_1_total"} <= set(rows)
    for role, row in rows.items():
        assert set(SYNONYMS[role]) <= words_of(row)


def test_every_mark_of_an_input_output_table_is_documented():
    section = section_of("data.md", "## Input-output tables")
    rows = {line.split("`")[1]: line for line in section.splitlines() if line.startswith("| `")}
    for mark, words in MARKS.items():
        assert set(words) <= words_of(rows[mark])
    assert set(ORIGINS) <= {word.casefold() for word in words_of(section)}


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.name)
def test_scenario_file_loads_and_gives_reasons(file):
    scenario = load_scenario(file)
    # A path would be one machine's.
    assert scenario.pack.path is None
    lines = file.read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for above, line in zip(["", *lines], lines, strict=False)
        if re.match(r"\w+ = [\d\[]", line)
        and not above.startswith("#")
        # Figures by year share the comment above the first.
        and not (re.match(r"\d{4} = ", line) and re.match(r"\d{4} = ", above))
    ]
    assert bare == []


def test_sample_scenario_writes_out_every_key_and_its_default():
    scenario = load_scenario(PROJECT / "scenarios" / "sample.toml")
    for name in ("frontier", "floor", "leontief"):
        section, default = getattr(scenario, name), getattr(Scenario(), name)
        # A key without a default stands for the last year, the paper's market, the floor.
        assert {key for key, value in default if value is not None} <= section.model_fields_set
        written = {key: value for key, value in section if getattr(default, key) is not None}
        assert written == {key: getattr(default, key) for key in written}


def test_scenario_files_name_columns_the_sample_lacks(tmp_path, monkeypatch):
    """China's scenarios are refused without the pack instead of running on the sample."""
    monkeypatch.chdir(tmp_path)
    for name in ("china.toml", "paper_like.toml"):
        content = tomllib.loads((PROJECT / "scenarios" / name).read_text(encoding="utf-8"))
        fault = f"no such column for labour\n    found:   '{content['accounts']['labour']}'"
        command = f"tanshi study {shlex.quote(str(PROJECT / 'scenarios' / name))} --out out"
        words = [REFUSED + ANYTHING, *fault.splitlines()[1:]]
        run_command(command, words, monkeypatch)
    assert not (tmp_path / "out").exists()


@pytest.mark.china
def test_shares_in_four_industries_are_those_of_the_inventory(china_pack_path):
    """The reasons of the assumed shares quote the inventory of 2018."""
    table = pl.read_csv(china_pack_path / "sector_emissions_ceads_1997_2019.csv.gz")
    rows = table.filter(pl.col("year") == 2018).select("sector", "Scope 1 Total", "Process")
    found = {sector: (total, process) for sector, total, process in rows.iter_rows()}
    steel = found["Smelting and Pressing of Ferrous Metals"][0]
    others = found["Smelting and Pressing of Nonferrous Metals"][0]
    cement = found["Nonmetal Mineral Products"]
    comments = (PROJECT / "scenarios" / "four_industries.toml").read_text(encoding="utf-8")
    flat = " ".join(comments.replace("\n# ", " ").split())
    for part, whole in ((steel, steel + others), (others, steel + others), cement[::-1]):
        share = f"{100 * part / whole:.1f} %"
        of = f"({part:,.1f} of {whole:,.1f} Mt in 2018)".replace(",", " ")
        assert share in flat
        assert of in flat
