"""The command `tanshi`. Heavy libraries are imported inside the commands that use them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tanshi.app.benchmark_commands import app as benchmark
from tanshi.app.options import EngineName, Language
from tanshi.app.personal_commands import app as personal

app = typer.Typer(
    name="tanshi",
    help="Design and run carbon markets: abatement costs, price floors, and what follows.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(benchmark)
app.add_typer(personal)


Lang = Annotated[Language | None, typer.Option(help="Language of the report.")]


class PaymentRule(StrEnum):
    """Names of the payment rules, for the help text."""

    PUBLISHED = "published"
    FULL = "full"
    COST_CAP = "cost_cap"


class PositionRule(StrEnum):
    """Names of the position rules, for the help text."""

    PUBLISHED = "published"
    REARRANGED = "rearranged"


class Method(StrEnum):
    """Names of the ways to estimate surfaces, for the help text."""

    QUANTILE = "quantile"
    EXPECTILE = "expectile"
    CONVEX = "convex"
    CONVEX_EXPECTILE = "convex-expectile"


class Distances(StrEnum):
    """Forms of the table of distances, for the help text."""

    AUTO = "auto"
    CSV = "csv"
    PARQUET = "parquet"
    NONE = "none"


class IndexRule(StrEnum):
    """Names of the index rules, for the help text."""

    CPI = "cpi"
    CPI_PLUS = "cpi_plus"
    FIXED = "fixed"
    RGGI = "rggi"


class PriceBase(StrEnum):
    """Names of the price bases, for the help text."""

    AS_PRINTED = "as_printed"
    REFLATED = "reflated"


Out = Annotated[Path, typer.Option(help="Folder to write; created if missing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result, or the faults, as JSON.")]


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Design and run carbon markets: abatement costs, price floors, and what follows."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"tanshi {installed('tanshi')}")
        raise typer.Exit


@app.command()
def study(
    out: Out,
    scenario: Annotated[
        Path | None, typer.Argument(help="Scenario file (TOML). Default: all defaults.")
    ] = None,
    pack: Annotated[
        Path | None, typer.Option(help="Data pack, a folder. Default: the bundled sample.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write report.pdf.")] = False,
    lang: Lang = None,
    bootstrap: Annotated[
        int | None,
        typer.Option(help="Replicates of the bootstrap. Default: the scenario's.", min=0),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seed of the bootstrap. Default: the scenario's.", min=0)
    ] = None,
    alternatives: Annotated[
        bool, typer.Option("--alternatives", help="Also estimate by other methods.")
    ] = False,
    engine: Annotated[EngineName, typer.Option(help="Where replicates run.")] = EngineName.LOCAL,
    workers: Annotated[
        int | None, typer.Option(help="Processes of the bootstrap. Default: all.", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the whole chain on a data pack and write a report."""
    from tanshi.app.study import Inference, run

    inference = Inference(
        bootstrap=bootstrap,
        seed=seed,
        alternatives=alternatives,
        engine=engine.value,
        workers=workers,
    )
    run(
        scenario,
        pack=pack,
        out=out,
        pdf=pdf,
        language=lang,
        inference=inference,
        as_json=as_json,
    )


@app.command()
def mac(
    panel: Annotated[Path, typer.Argument(help="CSV, Excel, Stata (.dta) or Parquet file.")],
    out: Out,
    unit: Annotated[str | None, typer.Option(help="Column of the unit.")] = None,
    time: Annotated[str | None, typer.Option(help="Column of the year.")] = None,
    labour: Annotated[str | None, typer.Option(help="Column of labour.")] = None,
    capital: Annotated[str | None, typer.Option(help="Column of capital.")] = None,
    output: Annotated[str | None, typer.Option(help="Column of the desirable output.")] = None,
    emissions: Annotated[str | None, typer.Option(help="Column of emissions.")] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", help="Column of an input; repeat. Replaces labour and capital."),
    ] = None,
    output_scale: Annotated[
        float | None, typer.Option(help="CNY in one unit of output. Default: 1e8.")
    ] = None,
    emissions_scale: Annotated[
        float | None, typer.Option(help="Tonnes in one unit of emissions. Default: 1e4.")
    ] = None,
    method: Annotated[
        Method, typer.Option(help="What is estimated, by the loss and the form of the surface.")
    ] = Method.QUANTILE,
    direction: Annotated[
        str, typer.Option(help="GY,GB: means of output gained per means of emissions cut.")
    ] = "1,1",
    taus: Annotated[
        str, typer.Option(help="Quantiles, ascending.")
    ] = "0.05,0.15,0.25,0.35,0.45,0.55,0.65,0.75,0.85,0.95",
    payment_rule: Annotated[
        PaymentRule, typer.Option(help="What the shadow price is multiplied by.")
    ] = PaymentRule.PUBLISHED,
    payment_share: Annotated[float, typer.Option(help="Share of emissions paid for.")] = 0.2,
    position: Annotated[
        PositionRule, typer.Option(help="How a unit is placed between quantiles.")
    ] = PositionRule.PUBLISHED,
    null_jointness: Annotated[
        bool, typer.Option(help="No output without emissions: D(x, y, 0) <= -1e-6.")
    ] = True,
    bootstrap: Annotated[
        int, typer.Option(help="Replicates of the panel block bootstrap; 0 for none.", min=0)
    ] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.", min=0)] = 0,
    draw_units: Annotated[
        int | None, typer.Option(help="Units drawn, m out of n. Default: as many as there are.")
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help="Where the bootstrap runs.")
    ] = EngineName.LOCAL,
    workers: Annotated[
        int | None, typer.Option(help="Processes of the bootstrap. Default: one a processor.")
    ] = None,
    distances: Annotated[
        Distances, typer.Option(help="Table of distances; auto: CSV up to two million rows.")
    ] = Distances.AUTO,
    unbalanced: Annotated[
        bool, typer.Option("--unbalanced", help="Allow units without some of the years.")
    ] = False,
    max_jump: Annotated[
        float, typer.Option(help="Largest factor between a value and its unit's other years.")
    ] = 1000.0,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate marginal abatement costs from a panel."""
    from tanshi.app.mac import MacRequest, run

    run(
        MacRequest(
            panel=panel,
            columns={
                "unit": unit,
                "time": time,
                "labour": labour,
                "capital": capital,
                "output": output,
                "emissions": emissions,
            },
            inputs=tuple(inputs or ()),
            output_scale=output_scale,
            emissions_scale=emissions_scale,
            method=method.value,
            direction=direction,
            taus=taus,
            payment_rule=payment_rule.value,
            payment_share=payment_share,
            position=position.value,
            null_jointness=null_jointness,
            bootstrap=bootstrap,
            seed=seed,
            draw_units=draw_units,
            engine=engine.value,
            workers=workers,
            distances=distances.value,
            balanced=not unbalanced,
            max_jump=max_jump,
            sheet=sheet,
        ),
        out=out,
        as_json=as_json,
    )


@app.command()
def floor(
    out: Out,
    mac: Annotated[Path, typer.Option(help="mac.csv as written by tanshi mac.")],
    cpi: Annotated[Path, typer.Option(help="Consumer price index: year, cpi (previous = 100).")],
    market: Annotated[
        Path | None,
        typer.Option(help="Daily trades. Default: the yearly table of Zhang & Chang (2025)."),
    ] = None,
    observed_period: Annotated[
        int | None, typer.Option(help="Year whose least cost is the floor. Default: the last.")
    ] = None,
    last_year: Annotated[
        int | None, typer.Option(help="Last year of the path. Default: one after the last CPI.")
    ] = None,
    rule: Annotated[IndexRule, typer.Option(help="How the floor moves on.")] = IndexRule.CPI,
    escalator: Annotated[
        float, typer.Option(help="Percent a year for fixed, points above CPI for cpi_plus.")
    ] = 0.0,
    price_base: Annotated[
        PriceBase, typer.Option(help="Whether costs are first brought to the observed year.")
    ] = PriceBase.AS_PRINTED,
    base_year: Annotated[
        int | None, typer.Option(help="Year whose prices the costs are at, for reflated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set a price floor, carry it on, and compare it with the market."""
    from tanshi.app.floor import FloorRequest, run

    run(
        FloorRequest(
            mac=mac,
            cpi=cpi,
            market=market,
            observed_period=observed_period,
            last_year=last_year,
            rule=rule.value,
            escalator_percent=escalator,
            price_base=price_base.value,
            base_year=base_year,
        ),
        out=out,
        as_json=as_json,
    )


@app.command("cost-push")
def cost_push(
    table: Annotated[Path, typer.Argument(help="Input-output table: CSV, Excel or Parquet.")],
    out: Out,
    sector: Annotated[
        list[str],
        typer.Option(help="Who pays: CODE[:INTENSITY in tCO2 per 1e4 CNY], or steel, …; repeat."),
    ],
    price: Annotated[float, typer.Option(help="CNY per tonne of CO2.")],
    paid_share: Annotated[
        list[float] | None, typer.Option(help="Share paid for; repeat. Default: 0.2, 0.5, 1.")
    ] = None,
    covered_share: Annotated[
        list[str] | None, typer.Option(help="CODE:SHARE where a part of a sector pays; repeat.")
    ] = None,
    inventory: Annotated[
        Path | None, typer.Option(help="Sector emissions, for sectors without INTENSITY.")
    ] = None,
    inventory_year: Annotated[
        int | None, typer.Option(help="Default: 2018, the year of the paper's costs, or the last.")
    ] = None,
    paths: Annotated[int, typer.Option(help="How many supply-chain paths.", min=0)] = 25,
    household: Annotated[
        list[str] | None,
        typer.Option(help="NAME:COLUMN of a group, lower incomes first. Default: rural, urban."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option(help="Draws for intervals. Default: 10000.", min=2)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 1,
    intensity_cv: Annotated[
        list[str] | None,
        typer.Option(help="Uncertainty of intensities, CV or CODE:CV, 0.1 being 10 %; repeat."),
    ] = None,
    price_cv: Annotated[float, typer.Option(help="Uncertainty of the price, the same.")] = 0.0,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate what a carbon price on some sectors does to all prices."""
    from tanshi.app.cost_push import CostPushRequest, run

    run(
        CostPushRequest(
            table=table,
            sectors=tuple(sector),
            covered_shares=tuple(covered_share or ()),
            price=price,
            paid_shares=tuple(paid_share or (0.2, 0.5, 1.0)),
            inventory=inventory,
            inventory_year=inventory_year,
            paths=paths,
            households=tuple(household or ()),
            draws=draws,
            seed=seed,
            intensity_cv=tuple(intensity_cv or ()),
            price_cv=price_cv,
            sheet=sheet,
        ),
        out=out,
        as_json=as_json,
    )


def main() -> None:
    """Run the command line."""
    app()
