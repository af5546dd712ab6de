"""`tanshi personal population`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from tanshi.app.console import command_line, progress, refusals
from tanshi.report.jsonfile import to_json
from tanshi.report.personal_population_folder import write_population
from tanshi.study.personal_population import run_population
from tanshi.study.provenance import Provenance
from tanshi.study.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class PopulationRequest:
    """The options of the command, as given."""

    scenario: Path
    people: int | None
    seed: int | None
    workers: int | None


def run_population_command(request: PopulationRequest, *, out: Path, as_json: bool) -> None:
    """Count the scenario's populations and write the folder."""
    with refusals(as_json=as_json, out=out), progress("populations") as bar:
        scenario = _with_options(load_scenario(request.scenario), request)
        run = run_population(scenario.personal, progress=bar, workers=request.workers)
        content = write_population(
            out,
            run=run,
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=scenario.sha256,
                data_sha256={},
                seed=scenario.personal.population.seed,
            ),
        )
        bar.stop()
        typer.echo(to_json(content) if as_json else f"{run.summary()}\nwritten: {out}")


def _with_options(scenario: Scenario, request: PopulationRequest) -> Scenario:
    """Return the scenario with what the command line says instead, and the section named."""
    given = {"people": request.people, "quota_people": request.people, "seed": request.seed}
    update = {name: value for name, value in given.items() if value is not None}
    population = scenario.personal.population.model_copy(update=update)
    population.plans(request.workers)  # refused as if the scenario said it
    personal = scenario.personal.model_copy(update={"population": population})
    return scenario.model_copy(update={"personal": personal})
