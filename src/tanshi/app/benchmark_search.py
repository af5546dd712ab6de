"""`tanshi benchmark search`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tanshi.app.console import command_line, progress, refusals
from tanshi.report.benchmark_search_folder import write_search
from tanshi.report.jsonfile import to_json
from tanshi.study.benchmark_search import run_search
from tanshi.study.provenance import Provenance

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study.benchmark_search import SearchRequest


def run_search_command(request: SearchRequest, *, out: Path, as_json: bool) -> None:
    """Search the scenario's market and write the folder."""
    with refusals(as_json=as_json, out=out), progress("markets tried") as bar:
        run = run_search(request, progress=bar)
        search, seed = run.scenario.benchmark.search, run.scenario.benchmark.seed
        content = write_search(
            out,
            run=run,
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=run.scenario.sha256,
                data_sha256=run.data_sha256,
                seed=seed if search.seed is None else search.seed,
            ),
        )
        bar.stop()
        typer.echo(to_json(content) if as_json else f"{run.summary}\nwritten: {out}")
