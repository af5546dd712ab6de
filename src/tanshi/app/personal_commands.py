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


class StandardErrors(StrEnum):
    """What standard errors allow for, for the help text."""

    AUTO = "auto"
    ROBUST = "robust"
    CLUSTERED = "clustered"
    HAC = "hac"


@app.command()
def estimate(
    *,
    data: Annotated[Path, typer.Argument(help="Participation and fees, a period or market a row.")],
    out: Out,
    service_cost: Annotated[
        float | None, typer.Option(help="k of kq²/2, to find the best service level.")
    ] = None,
    price: Annotated[
        float | None, typer.Option(help="Price for the optimum; by default the data's mean.")
    ] = None,
    blockchain_unit_cost: Annotated[
        float, typer.Option(help="Cost of a trade, for the optimum.")
    ] = 0.0,
    errors: Annotated[
        StandardErrors,
        typer.Option(help="Standard errors; auto: clustered where there are clusters."),
    ] = StandardErrors.AUTO,
    lags: Annotated[
        int | None, typer.Option(help="Lags of hac; by default from the length.")
    ] = None,
    payments: Annotated[
        PaymentsTo, typer.Option(help="The price paid reaches nobody, as printed, or sellers.")
    ] = PaymentsTo.PUBLISHED,
    price_instrument: Annotated[
        bool, typer.Option(help="Use a price that varies as an instrument too.")
    ] = True,
    level: Annotated[float, typer.Option(help="Of the intervals.")] = 0.95,
    draws: Annotated[int, typer.Option(help="Draws for the errors of the optimum.")] = 4000,
    seed: Annotated[int, typer.Option(help="Of the draws.", min=0)] = 0,
    sheet: Sheet = None,
    as_json: AsJson = False,
) -> None:
    """Estimate sensitivities and service-level effects from trading data."""
    from tanshi.app.personal_estimate import run_estimate_command
    from tanshi.personal.implied_optimum import Circumstances
    from tanshi.study.personal_estimate import EstimateChoices

    circumstances = Circumstances(
        service_cost=service_cost,
        allowance_price=price,
        blockchain_unit_cost=blockchain_unit_cost,
    )
    choices = EstimateChoices(
        errors=errors.value,
        payments=payments.value,
        price_instrument=price_instrument,
        lags=lags,
        level=level,
        circumstances=circumstances,
        draws=draws,
        seed=seed,
    )
    run_estimate_command(data, choices, sheet=sheet, out=out, as_json=as_json)


@app.command()
def population(
    *,
    scenario: Annotated[
        Path, typer.Argument(help="Scenario file (TOML), section [personal.population].")
    ],
    out: Out,
    people: Annotated[
        int | None, typer.Option(help="Drawn, of both kinds. Default: the scenario's.", min=1)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Default: the scenario's.", min=0)] = None,
    workers: Annotated[
        int | None, typer.Option(help="Threads. Default: one a processor.", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count people: closed form, other populations, emissions, who gains."""
    from tanshi.app.personal_population import PopulationRequest, run_population_command

    request = PopulationRequest(scenario=scenario, people=people, seed=seed, workers=workers)
    run_population_command(request, out=out, as_json=as_json)


@app.command()
def game(
    *,
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML), [personal.game].")],
    out: Out,
    seed: Annotated[int | None, typer.Option(help="Default: the scenario's.", min=0)] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes. Default: one a processor.", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play the evolutionary game: rest points, basins, and whether trade escapes lock-in."""
    from tanshi.app.personal_game import run_game_command

    run_game_command(scenario, out=out, seed=seed, workers=workers, as_json=as_json)
