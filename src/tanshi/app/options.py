"""Options that several commands share, for the help text; nothing heavy is imported."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path, typer.Option(help="Folder to write; created if missing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result, or the faults, as JSON.")]


class EngineName(StrEnum):
    """Names of the engines."""

    LOCAL = "local"
    RAY = "ray"


class Language(StrEnum):
    """Languages of the report."""

    EN = "en"
    ZH = "zh"
