"""The commands `tanshi personal …`. What they need is imported inside them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="personal",
    help="The personal quota market: platforms, participation and welfare.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Out = Annotated[Path, typer.Option(help="Folder to write; created if missing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result, or the faults, as JSON.")]
Markets = Annotated[Path, typer.Argument(help="One market a row: CSV, Excel, Stata or Parquet.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook.")]


class PaymentsTo(StrEnum):
    """Who gets what buyers pay, for the help text."""

    PUBLISHED = "published"
    CLOSED = "closed"


@app.command()
def single(*, inputs: Markets, out: Out, sheet: Sheet = None, as_json: AsJson = False) -> None:
    """Solve markets with one platform: prices, participation, welfare, offset ratio."""
    from tanshi.app.personal_platform import run_single_command

    run_single_command(inputs, sheet=sheet, out=out, as_json=as_json)


@app.command("two-sided")
def two_sided(
    *,
    inputs: Markets,
    out: Out,
    payments: Annotated[
        PaymentsTo, typer.Option(help="The price paid reaches nobody, as printed, or sellers.")
    ] = PaymentsTo.PUBLISHED,
    sheet: Sheet = None,
    as_json: AsJson = False,
) -> None:
    """Solve two-sided markets: participation, fees, profit, welfare, service level."""
    from tanshi.app.personal_platform import run_two_sided_command

    run_two_sided_command(inputs, payments=payments.value, sheet=sheet, out=out, as_json=as_json)


@app.command()
def activity(
    *,
    records: Annotated[
        Path | None, typer.Argument(help="One activity a row: CSV, Excel, Stata or Parquet.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write; created if missing.")] = None,
    rules: Annotated[
        Path | None, typer.Option(help="Rules as TOML, in place of those that come with Tanshi.")
    ] = None,
    members: Annotated[
        Path | None, typer.Option(help="Who lives in which household, to split its credits.")
    ] = None,
    show_rules: Annotated[
        bool, typer.Option("--show-rules", help="Print the rules that come with Tanshi, and stop.")
    ] = False,
    sheet: Sheet = None,
    as_json: AsJson = False,
) -> None:
    """Turn activities into emissions, credits under caps, and green points."""
    if show_rules:
        from tanshi.activity import default_rules_text

        typer.echo(default_rules_text(), nl=False)
        return
    if records is None or out is None:
        message = "give a file of records and --out DIR, or --show-rules alone"
        raise typer.BadParameter(message)
    from tanshi.app.personal_activity import run_activity_command

    run_activity_command(
        records, rules=rules, members=members, sheet=sheet, out=out, as_json=as_json
    )
