"""`tanshi personal estimate`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from tanshi.app.console import command_line, refusals, request_sha256
from tanshi.report.jsonfile import to_json
from tanshi.report.personal_estimate_folder import write_estimate
from tanshi.study.personal_estimate import estimate_file
from tanshi.study.provenance import Provenance

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study.personal_estimate import EstimateChoices


def run_estimate_command(
    data: Path, choices: EstimateChoices, *, sheet: str | None, out: Path, as_json: bool
) -> None:
    """Estimate and write the folder."""
    with refusals(as_json=as_json, out=out):
        estimated = estimate_file(data, choices, sheet=sheet)
        options = asdict(choices) | {"data": data, "sheet": sheet}
        summary = write_estimate(
            out,
            estimated=estimated,
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=request_sha256(options),
                data_sha256=estimated.data_sha256,
                seed=choices.seed,
            ),
        )
        notes = [f"note: {one}" for one in estimated.notes]
        told = "\n".join([estimated.estimate.summary(), *notes, f"written: {out}"])
        typer.echo(to_json(summary) if as_json else told)
