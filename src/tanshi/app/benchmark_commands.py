"""The commands `tanshi benchmark …`. What they need is imported inside them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tanshi.app import benchmark_explore_commands as explore
from tanshi.app.options import Language

app = typer.Typer(
    name="benchmark",
    help="Benchmark coefficients, the market under them, and their yearly update.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Out = Annotated[Path, typer.Option(help="Folder to write; created if missing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result, or the faults, as JSON.")]
Lang = Annotated[Language | None, typer.Option(help="Language of the report.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook.")]


class CoefficientRule(StrEnum):
    """Names of the rules, for the help text."""

    PRINTED = "printed"
    PUBLISHED_TABLE = "published_table"


@app.command()
def coefficients(
    *,
    table1: Annotated[
        Path | None, typer.Argument(help="Industries. Default: those of the default scenario.")
    ] = None,
    out: Out,
    rule: Annotated[CoefficientRule, typer.Option(help="Formula or table.")] = (
        CoefficientRule.PRINTED
    ),
    sheet: Sheet = None,
    as_json: AsJson = False,
) -> None:
    """Calculate benchmark coefficients by tier and scale."""
    from tanshi.app.benchmark import run_coefficients_command

    run_coefficients_command(table1, rule=rule.value, sheet=sheet, out=out, as_json=as_json)


@app.command()
def evolve(
    *,
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML), section [benchmark].")],
    out: Out,
    firms: Annotated[
        Path | None, typer.Option(help="Register of firms. Default: drawn as the scenario says.")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(help="Runs. Default: the scenario's.", min=1)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Default: the scenario's.", min=0)] = None,
    workers: Annotated[
        int | None, typer.Option(help="Threads. Default: one a processor.", min=1)
    ] = None,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Also run it without each of its mechanisms.")
    ] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Let a market of firms evolve under its benchmarks, year by year."""
    from tanshi.app.benchmark import EvolveRequest, run_evolve_command

    request = EvolveRequest(
        scenario=scenario,
        firms=firms,
        replicates=replicates,
        seed=seed,
        workers=workers,
        ablation=ablation,
        language=lang.value if lang else None,
    )
    run_evolve_command(request, out=out, as_json=as_json)


@app.command()
def search(
    *,
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML), section [benchmark].")],
    out: Out,
    firms: Annotated[
        Path | None, typer.Option(help="Register of firms. Default: drawn as the scenario says.")
    ] = None,
    evaluations: Annotated[
        int | None, typer.Option(help="Markets to try. Default: the scenario's.", min=1)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Default: the scenario's.", min=0)] = None,
    workers: Annotated[
        int | None, typer.Option(help="Threads. Default: one a processor.", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Search for coefficients that cost less or burden firms more evenly."""
    from tanshi.app.benchmark_search import run_search_command
    from tanshi.study.benchmark_search import SearchRequest

    request = SearchRequest(
        scenario=scenario, firms=firms, evaluations=evaluations, seed=seed, workers=workers
    )
    run_search_command(request, out=out, as_json=as_json)


for command in (explore.sweep, explore.sensitivity, explore.describe):
    app.command()(command)


@app.command()
def adjust(
    *,
    reports: Annotated[Path, typer.Argument(help="Verified reports of last year, by firm.")],
    out: Out,
    scenario: Annotated[
        Path | None, typer.Option(help="Industries and rules (TOML). Default: all defaults.")
    ] = None,
    last: Annotated[
        Path | None,
        typer.Option(help="Folder of the update before. Default: the scenario's start."),
    ] = None,
    year: Annotated[int, typer.Option(help="Of the market, that the reports are of.")] = 1,
    price: Annotated[
        float | None, typer.Option(help="Mean price of that year, CNY per tonne.")
    ] = None,
    expected_price: Annotated[
        float | None, typer.Option(help="Price expected before it, CNY per tonne.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Component to switch off; repeat.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set next year's benchmarks from last year's reports."""
    from tanshi.app.benchmark import run_adjust_command
    from tanshi.study.benchmark_reports import UpdateRequest

    request = UpdateRequest(
        reports=reports,
        last=last,
        year=year,
        price_cny_per_tco2=price,
        expected_price_cny_per_tco2=expected_price,
        without=tuple(without or ()),
    )
    run_adjust_command(request, scenario, out=out, as_json=as_json)
