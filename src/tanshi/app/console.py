"""What commands say on the terminal: progress, results, refusals."""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from tanshi.core import InputError, TanshiError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.progress import Progress as Bar

REFUSED = 1


class TerminalProgress:
    """A progress bar on a terminal, nothing in a pipe."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: Bar | None = None

    def start(self, total: int) -> None:
        """Show an empty bar of `total` steps, if there is a terminal to show it on."""
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._bar.start()
        self._bar.add_task(self._what, total=total)

    def step(self) -> None:
        """Advance by one step."""
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0])

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def bootstrap_record(out: Path) -> Path:
    """Return where replicates are kept until all are there."""
    return record_beside(out, "bootstrap")


def record_beside(out: Path, what: str) -> Path:
    """Return where parts of a result are kept until all are there: a hidden folder beside it."""
    whole = out.resolve()  # the folder one is in has no name of its own
    return whole.with_name(f".{whole.name}-{what}")


@contextmanager
def progress(what: str) -> Iterator[TerminalProgress]:
    """Yield a progress bar that is gone when the block ends, however it ends."""
    bar = TerminalProgress(what)
    try:
        yield bar
    finally:
        bar.stop()


@contextmanager
def refusals(*, as_json: bool, out: Path | None = None) -> Iterator[None]:
    """Turn an error of ours into its message and exit code 1; so is an `out` that cannot be."""
    try:
        if out is not None:
            from tanshi.report.folder import check_folder

            check_folder(out)
        yield
    except TanshiError as error:
        if as_json:
            from tanshi.report.jsonfile import to_json

            typer.echo(to_json(_as_dict(error)))
        else:
            typer.echo(f"tanshi: {error}", err=True)
        raise typer.Exit(REFUSED) from None


def command_line() -> str:
    """Return the command as it was given, without the path of the program."""
    return shlex.join(["tanshi", *sys.argv[1:]])


def request_sha256(options: dict[str, Any]) -> str:
    """Return a hash of a command's options, where no scenario file says them."""
    text = json.dumps(options, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _as_dict(error: TanshiError) -> dict[str, Any]:
    if isinstance(error, InputError):
        return {"error": type(error).__name__, "faults": [asdict(f) for f in error.faults]}
    return {"error": type(error).__name__, "message": str(error)}
