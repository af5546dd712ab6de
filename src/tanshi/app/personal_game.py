"""`tanshi personal game`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tanshi.app.console import command_line, progress, refusals
from tanshi.report.jsonfile import to_json
from tanshi.report.personal_game_folder import game_summary, write_game
from tanshi.study.engine import engine_named
from tanshi.study.personal_game import play_game
from tanshi.study.provenance import Provenance
from tanshi.study.scenario import load_scenario

if TYPE_CHECKING:
    from pathlib import Path


def run_game_command(
    file: Path, *, out: Path, seed: int | None, workers: int | None, as_json: bool
) -> None:
    """Play the game of a scenario and write the folder."""
    with refusals(as_json=as_json, out=out):
        scenario = load_scenario(file)
        section = scenario.personal.game
        if seed is not None:
            section = section.model_copy(update={"seed": seed})
            personal = scenario.personal.model_copy(update={"game": section})
            scenario = scenario.model_copy(update={"personal": personal})
        with progress("game") as bar, engine_named("local", workers=workers) as engine:
            study = play_game(section, engine=engine, progress=bar)
        provenance = Provenance(
            command=command_line(),
            scenario_sha256=scenario.sha256,
            data_sha256={},
            seed=section.seed,
        )
        content = write_game(out, study=study, provenance=provenance)
        told = f"{game_summary(content)}\nwritten: {out}"
        typer.echo(to_json(content) if as_json else told)
