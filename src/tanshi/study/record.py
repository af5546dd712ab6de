"""What a long computation has done so far: tables in a folder, which survive an interruption.

The folder holds ``record.json``, which says what was asked for, and one Parquet file an item,
written whole or not at all. Who asks for the same again, on any engine, goes on from there; who
asks for something else is refused, or starts anew on purpose.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.core import Fault, InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REQUEST = "record.json"


class Record:
    """Finished parts of one computation.

    Parameters
    ----------
    folder : path
    request : dict
        Everything that the parts depend on, as JSON can hold it; the version is added.
    anew : bool, default False
        Throw away what is there.

    Raises
    ------
    InputError
        The folder holds parts of another request.
    OutputError
        It cannot be written; also when a part is kept.
    """

    def __init__(self, folder: Path, request: dict[str, Any], *, anew: bool = False) -> None:
        self.folder = folder
        # As it is read back: tuples are lists, and keys are texts.
        wanted = json.loads(json.dumps(request | {"tanshi_version": version("tanshi")}))
        file = folder / REQUEST
        with self._writing():
            if anew and folder.exists():
                shutil.rmtree(folder)
            if file.exists():
                held = json.loads(file.read_text(encoding="utf-8"))
                if held != wanted:
                    raise InputError([_another(folder, held, wanted)])
                return
            folder.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(f".{os.getpid()}.part")
            draft.write_text(json.dumps(wanted, indent=2), encoding="utf-8")
            draft.replace(file)

    def path(self, name: str) -> Path:
        """Return where a part is, or would be."""
        return self.folder / f"{name}.parquet"

    def has(self, name: str) -> bool:
        """Tell whether a part is there."""
        return self.path(name).exists()

    def keep(self, name: str, table: pl.DataFrame) -> None:
        """Write a part, whole or not at all."""
        place = self.path(name)
        draft = place.with_suffix(f".{os.getpid()}.part")
        with self._writing():
            table.write_parquet(draft)
            draft.replace(place)

    def kept(self, name: str) -> pl.DataFrame:
        """Return a part."""
        return pl.read_parquet(self.path(name))

    def remove(self) -> None:
        """Remove the folder, once its parts have become a result."""
        shutil.rmtree(self.folder)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            message = (
                f"what is done so far cannot be kept in {self.folder}: {error.strerror or error}. "
                "Allowed: a place you may write to, with room. Remedy: choose another --out."
            )
            raise OutputError(message) from error


def _another(folder: Path, held: dict[str, Any], wanted: dict[str, Any]) -> Fault:
    """Say what differs between what was asked for before and now."""
    names = sorted(held.keys() | wanted.keys())
    differ = [name for name in names if held.get(name) != wanted.get(name)]
    return Fault(
        "an interrupted run of another request is kept here",
        f"{folder}, with another {', '.join(differ)}",
        "the same request, which goes on from there",
        "finish it first, choose another --out, or throw it away with --anew",
        column="--out",
    )
