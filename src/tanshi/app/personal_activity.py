"""`tanshi personal activity`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from tanshi.app.console import command_line, refusals, request_sha256
from tanshi.report.jsonfile import to_json
from tanshi.report.personal_activity_folder import write_activity
from tanshi.study.personal_activity import assess_file
from tanshi.study.provenance import Provenance

if TYPE_CHECKING:
    from pathlib import Path


def run_activity_command(
    records: Path,
    *,
    rules: Path | None,
    members: Path | None,
    sheet: str | None,
    out: Path,
    as_json: bool,
) -> None:
    """Assess the records and write the folder."""
    with refusals(as_json=as_json, out=out):
        done = assess_file(records, rules=rules, members=members, sheet=sheet)
        options: dict[str, Any] = {
            "records": records,
            "rules": rules,
            "members": members,
            "sheet": sheet,
        }
        summary = write_activity(
            out,
            assessment=done.assessment,
            shares=done.shares,
            rules_text=done.rules_text,
            notes=done.notes,
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=request_sha256(options),
                data_sha256=done.data_sha256,
            ),
        )
        notes = [f"note: {one}" for one in done.notes]
        told = "\n".join([done.assessment.summary(), *notes, f"written: {out}"])
        typer.echo(to_json(summary) if as_json else told)
