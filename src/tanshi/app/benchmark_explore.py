"""`tanshi benchmark sweep`, `sensitivity` and `describe`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl
import typer

from tanshi.app.console import command_line, progress, record_beside, refusals
from tanshi.report.benchmark_explore_folder import (
    sensitivity_summary,
    sweep_summary,
    write_description,
    write_sensitivity,
    write_sweep,
)
from tanshi.report.jsonfile import to_json
from tanshi.study.benchmark_odd import describe_market
from tanshi.study.benchmark_odd_values import MECHANISMS, is_on
from tanshi.study.benchmark_plan import load_market
from tanshi.study.benchmark_points import Markets
from tanshi.study.benchmark_sensitivity import SensitivityStudy
from tanshi.study.benchmark_sweep import axes_of, run_sweep
from tanshi.study.benchmark_variation import BaseScenario
from tanshi.study.engine import engine_named
from tanshi.study.provenance import Provenance
from tanshi.study.toml_lines import naming_lines

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class ExploreRequest:
    """The options that `sweep` and `sensitivity` share, as given."""

    scenario: Path
    firms: Path | None
    replicates: int | None
    seed: int | None
    engine: str
    workers: int | None
    anew: bool


def run_sweep_command(
    request: ExploreRequest, vary: list[str], *, out: Path, as_json: bool
) -> None:
    """Run the market at every point of a grid and write the folder."""
    with refusals(as_json=as_json, out=out), progress("sweep") as bar:
        markets = _markets(request)
        axes = axes_of(vary, markets)
        with engine_named(request.engine, workers=request.workers) as engine:
            sweep = run_sweep(
                markets,
                axes,
                engine=engine,
                record=record_beside(out, "sweep"),
                anew=request.anew,
                progress=bar,
            )
        content = write_sweep(out, sweep=sweep, provenance=_provenance(markets))
        bar.stop()
        if as_json:
            points = pl.read_csv(out / "points.csv").to_dicts()
            typer.echo(to_json(content | {"points": points}))
        else:
            typer.echo(f"{sweep_summary(content)}\nwritten: {out}")


def run_sensitivity_command(request: ExploreRequest, *, out: Path, as_json: bool) -> None:
    """Screen the factors of a scenario, apportion variance among them and write the folder."""
    with refusals(as_json=as_json, out=out):
        markets = _with_own_replicates(request)
        study = SensitivityStudy(
            markets, record=record_beside(out, "sensitivity"), anew=request.anew
        )
        with engine_named(request.engine, workers=request.workers) as engine:
            with progress("screening") as bar:
                screening = study.screen(engine, bar)
            with progress("indices") as bar:
                apportioned = study.apportion(screening, engine, bar)
        content = write_sensitivity(
            out,
            study=study,
            screening=screening,
            apportioned=apportioned,
            provenance=_provenance(study.markets),
        )
        told = to_json(content) if as_json else f"{sensitivity_summary(content)}\nwritten: {out}"
        typer.echo(told)


def run_describe_command(scenario: Path, firms: Path | None, *, out: Path, as_json: bool) -> None:
    """Write what the model is, with the scenario's values."""
    with refusals(as_json=as_json, out=out):
        markets = _markets_of(scenario, firms, {})
        with naming_lines(scenario):
            section, plan = markets.plan_at({})
        own = "" if markets.firms is None else markets.firms.source
        text = describe_market(section, plan.register, source=str(scenario), own=own)
        content = write_description(out, description=text, provenance=_provenance(markets))
        rules = section.market_rules()
        on = sum(is_on(name, rules) for name in MECHANISMS)
        told = f"{plan.register.n_firms:,} firms, {on} of {len(MECHANISMS)} mechanisms on"
        typer.echo(to_json(content) if as_json else f"{told}\nwritten: {out}")


def _markets(request: ExploreRequest) -> Markets:
    options = {"replicates": request.replicates, "seed": request.seed}
    return _markets_of(request.scenario, request.firms, options)


def _markets_of(scenario: Path, firms: Path | None, options: dict[str, int | None]) -> Markets:
    _, own = load_market(scenario, firms)
    return Markets(BaseScenario.read(scenario, options), own)


def _with_own_replicates(request: ExploreRequest) -> Markets:
    """Return the markets with the replicates asked for set in the table of sensitivity."""
    markets = _markets(replace(request, replicates=None))
    if request.replicates is None:
        return markets
    table = markets.base.content.get("benchmark", {}).get("sensitivity", {})
    own = {"sensitivity": table | {"replicates": request.replicates}}
    return replace(markets, base=markets.base.with_options(own))


def _provenance(markets: Markets) -> Provenance:
    scenario, firms = markets.base.scenario, markets.firms
    return Provenance(
        command=command_line(),
        scenario_sha256=scenario.sha256,
        data_sha256={} if firms is None else {firms.source: firms.sha256},
        seed=scenario.benchmark.seed,
    )
