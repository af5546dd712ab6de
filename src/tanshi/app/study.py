"""`tanshi study`."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from tanshi.app.console import bootstrap_record, command_line, progress, refusals
from tanshi.report.jsonfile import to_json
from tanshi.study import Scenario, StudyResult, run_study
from tanshi.study.engine import Engine, engine_named
from tanshi.study.run import load_study
from tanshi.study.toml_lines import naming_lines

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Inference:
    """Options that stand above the scenario, and where replicates are computed."""

    bootstrap: int | None
    seed: int | None
    alternatives: bool
    engine: str
    workers: int | None

    def applied(self, scenario: Scenario) -> Scenario:
        """Return the scenario with what was asked for on the command line."""
        asked = {"bootstrap": self.bootstrap, "seed": self.seed}
        given = {key: value for key, value in asked.items() if value is not None}
        update: dict[str, Any] = {"frontier": scenario.frontier.model_copy(update=given)}
        if self.alternatives:
            update["report"] = scenario.report.model_copy(update={"alternatives": True})
        return scenario.model_copy(update=update)

    def running(self, scenario: Scenario) -> Engine:
        """Return where sweeps and replicates run.

        A study without replicates is quicker in one process than others take to start.
        """
        alone = self.engine == "local" and not scenario.frontier.bootstrap
        workers = 1 if alone and self.workers is None else self.workers
        return engine_named(self.engine, workers=workers)


def run(
    scenario_file: Path | None,
    *,
    pack: Path | None,
    out: Path,
    pdf: bool,
    language: str | None,
    inference: Inference,
    as_json: bool,
) -> None:
    """Run a study and write its folder."""
    from tanshi.report.study_folder import write_study

    with refusals(as_json=as_json, out=out):
        scenario = Scenario() if scenario_file is None else load_study(scenario_file)
        if pack is not None:
            section = scenario.pack.model_copy(update={"path": str(pack)})
            scenario = scenario.model_copy(update={"pack": section})
        scenario = inference.applied(scenario)
        engine = inference.running(scenario)
        named = naming_lines(scenario_file, known_as="scenario") if scenario_file else nullcontext()
        with progress("study") as bar, named:
            result = run_study(
                scenario,
                command=command_line(),
                progress=bar,
                engine=engine,
                record=bootstrap_record(out),
                workers=inference.workers,
            )
        write_study(result, out, language=language or scenario.report.language, pdf=pdf)
        typer.echo(to_json(result.headline()) if as_json else _said(result, out))


def _said(result: StudyResult, out: Path) -> str:
    lines = [
        result.floor.summary(),
        *([result.bootstrap.intervals.summary()] if result.bootstrap is not None else []),
        *_path_line(result),
        result.costs.summary(),
        *([result.benchmark.summary] if result.benchmark is not None else []),
        *([result.personal.summary] if result.personal is not None else []),
        *(f"note: {warning}" for warning in result.warnings),
        f"report: {out / 'report.html'}",
    ]
    return "\n".join(lines)


def _path_line(result: StudyResult) -> list[str]:
    path = result.chain.path
    lines = [f"carried on to {path.years[-1]}: {path.price_cny_per_tco2[-1]:.2f} CNY/tCO2"]
    if result.price_effects is not None:
        lines.append(result.price_effects.cost_push.summary())
    return lines
