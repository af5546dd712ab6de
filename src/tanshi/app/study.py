"""`tanshi study`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tanshi.app.console import command_line, progress, refusals
from tanshi.report.jsonfile import to_json
from tanshi.study import Scenario, StudyResult, load_scenario, run_study

if TYPE_CHECKING:
    from pathlib import Path


def run(
    scenario_file: Path | None,
    *,
    pack: Path | None,
    out: Path,
    pdf: bool,
    language: str | None,
    as_json: bool,
) -> None:
    """Run a study and write its folder."""
    from tanshi.report.study_folder import write_study

    with refusals(as_json=as_json):
        scenario = Scenario() if scenario_file is None else load_scenario(scenario_file)
        if pack is not None:
            section = scenario.pack.model_copy(update={"path": str(pack)})
            scenario = scenario.model_copy(update={"pack": section})
        with progress("study") as bar:
            result = run_study(scenario, command=command_line(), progress=bar)
        write_study(result, out, language=language or scenario.report.language, pdf=pdf)
        typer.echo(to_json(result.headline()) if as_json else _said(result, out))


def _said(result: StudyResult, out: Path) -> str:
    lines = [
        result.floor.summary(),
        *_path_line(result),
        result.costs.summary(),
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
