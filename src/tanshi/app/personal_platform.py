"""`tanshi personal single` and `tanshi personal two-sided`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import typer

from tanshi.app.console import command_line, refusals, request_sha256
from tanshi.report.jsonfile import to_json
from tanshi.report.personal_folder import write_single_platform, write_two_sided
from tanshi.study.personal_platform import solve_single_file, solve_two_sided_file
from tanshi.study.provenance import Provenance

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study.personal_platform import Solved


def run_single_command(inputs: Path, *, sheet: str | None, out: Path, as_json: bool) -> None:
    """Solve the markets and write the folder."""
    with refusals(as_json=as_json, out=out):
        solved = solve_single_file(inputs, sheet=sheet)
        options: dict[str, Any] = {"inputs": inputs, "sheet": sheet}
        rows = write_single_platform(
            out, result=solved.result, provenance=_provenance(options, solved.data_sha256)
        )
        _tell(solved, rows, out, as_json=as_json)


def run_two_sided_command(
    inputs: Path,
    *,
    payments: Literal["published", "closed"],
    sheet: str | None,
    out: Path,
    as_json: bool,
) -> None:
    """Solve the markets and write the folder."""
    with refusals(as_json=as_json, out=out):
        solved = solve_two_sided_file(inputs, payments=payments, sheet=sheet)
        options: dict[str, Any] = {"inputs": inputs, "payments": payments, "sheet": sheet}
        rows = write_two_sided(
            out,
            result=solved.result,
            derivatives=solved.derivatives,
            provenance=_provenance(options, solved.data_sha256),
        )
        _tell(solved, rows, out, as_json=as_json)


def _tell(solved: Solved[Any], rows: list[dict[str, Any]], out: Path, *, as_json: bool) -> None:
    notes = [f"note: {one}" for one in solved.notes]
    told = "\n".join([solved.result.summary(), *notes, f"written: {out}"])
    typer.echo(to_json({"rows": rows, "notes": list(solved.notes)}) if as_json else told)


def _provenance(options: dict[str, Any], data_sha256: dict[str, str]) -> Provenance:
    return Provenance(
        command=command_line(),
        scenario_sha256=request_sha256(options),
        data_sha256=data_sha256,
    )
