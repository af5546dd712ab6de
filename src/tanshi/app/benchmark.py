"""`tanshi benchmark coefficients`, `evolve` and `adjust`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from tanshi.app.console import command_line, progress, refusals, request_sha256
from tanshi.core import InputError
from tanshi.data.benchmark_table import load_benchmark_table
from tanshi.report.benchmark_folder import write_coefficients, write_market, write_update
from tanshi.report.jsonfile import to_json
from tanshi.study.benchmark_coefficients import run_coefficients
from tanshi.study.benchmark_scenario import BenchmarkSection
from tanshi.study.benchmark_sources import industries_of_table
from tanshi.study.benchmark_update import update_benchmarks
from tanshi.study.faults import gathering
from tanshi.study.provenance import Provenance
from tanshi.study.scenario import Scenario, read_scenario
from tanshi.study.toml_lines import naming_lines

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.core import Fault
    from tanshi.study.benchmark_reports import UpdateRequest


@dataclass(frozen=True, kw_only=True)
class EvolveRequest:
    """The options of `tanshi benchmark evolve`, as given."""

    scenario: Path
    firms: Path | None
    replicates: int | None
    seed: int | None
    workers: int | None
    ablation: bool
    language: str | None


def run_coefficients_command(
    table1: Path | None, *, rule: str, sheet: str | None, out: Path, as_json: bool
) -> None:
    """Calculate the coefficients and write the folder."""
    with refusals(as_json=as_json, out=out):
        read: dict[str, str] = {}
        if table1 is None:
            industries = BenchmarkSection().industries
        else:
            table = load_benchmark_table(table1, sheet=sheet)
            industries, read = industries_of_table(table), {table.source: table.sha256}
        run = run_coefficients(industries, rule)
        options = {"table1": table1, "rule": rule, "sheet": sheet}
        content = write_coefficients(
            out,
            run=run,
            provenance=Provenance(
                command=command_line(), scenario_sha256=request_sha256(options), data_sha256=read
            ),
        )
        typer.echo(to_json(content) if as_json else f"{run.summary()}\nwritten: {out}")


def run_evolve_command(request: EvolveRequest, *, out: Path, as_json: bool) -> None:
    """Let the scenario's market evolve and write the folder."""
    from tanshi.study.benchmark_plan import load_market
    from tanshi.study.benchmark_run import run_market

    with refusals(as_json=as_json, out=out), progress("market") as bar:
        read, own = load_market(request.scenario, request.firms)
        scenario = _with_options(read, request)
        with naming_lines(request.scenario):
            run = run_market(
                scenario,
                progress=bar,
                own=own,
                workers=request.workers,
                source=str(request.scenario),
            )
        content = write_market(
            out,
            run=run,
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=scenario.sha256,
                data_sha256=run.data_sha256,
                seed=scenario.benchmark.seed,
            ),
            language=request.language or scenario.report.language,
            title=scenario.report.title,
        )
        bar.stop()
        typer.echo(to_json(content) if as_json else f"{run.summary}\nwritten: {out}")


def run_adjust_command(
    request: UpdateRequest, scenario: Path | None, *, out: Path, as_json: bool
) -> None:
    """Set next year's benchmarks and write the folder."""
    with refusals(as_json=as_json, out=out):
        faults: list[Fault] = []
        study: Scenario | None = Scenario()
        if scenario is not None:
            study, faults = read_scenario(scenario)
        if study is None:
            raise InputError(faults)
        # Named, so that the scenario's hash holds the rules.
        study = study.model_copy(update={"benchmark": study.benchmark})
        source = str(scenario or "scenario")
        with gathering(faults), naming_lines(source):
            update = update_benchmarks(study.benchmark, request, source=source)
        if faults:
            raise InputError(faults)
        content = write_update(
            out,
            update=update,
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=study.sha256,
                data_sha256=update.data_sha256,
            ),
        )
        typer.echo(to_json(content) if as_json else f"{update.summary()}\nwritten: {out}")


def _with_options(scenario: Scenario, request: EvolveRequest) -> Scenario:
    """Return the scenario with what the command line says instead."""
    asked = True if request.ablation else None
    given = {"replicates": request.replicates, "seed": request.seed, "ablation": asked}
    update = {name: value for name, value in given.items() if value is not None}
    section = scenario.benchmark.model_copy(update=update)
    return scenario.model_copy(update={"benchmark": section})
