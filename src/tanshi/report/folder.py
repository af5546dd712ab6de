"""An output folder that is written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tanshi.core import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_folder(path: Path | str) -> None:
    """Refuse at once a place that no folder can be written to, before hours of work go into it.

    Raises
    ------
    OutputError
        `path` is a file or lies below one, or its folder may not be written to.
    """
    target = Path(path)
    _refuse_file(target)
    there = next(place for place in (target, *target.absolute().parents) if place.exists())
    if not there.is_dir():
        raise OutputError(_denied(target, NotADirectoryError(20, f"{there} is a file")))
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(_denied(target, PermissionError(13, f"{there} is read-only for you")))


@contextmanager
def whole_folder(path: Path | str) -> Iterator[Path]:
    """Yield a draft folder; put its files in `path` when the block ends well.

    The draft lies inside `path`, or beside it where `path` is not there yet, so that moving
    a file is a rename. Files of earlier runs with the same names are replaced, others are
    left alone; when the block raises, the draft is removed and `path` is as it was.

    Parameters
    ----------
    path : path
        Created, with its parents, if missing.

    Raises
    ------
    OutputError
        `path` is a file, or cannot be made or written.
    """
    target = Path(path)
    _refuse_file(target)
    # A folder that is there may be a mount of its own, or one in a place that is read-only.
    home = target if target.is_dir() else target.parent
    created = [folder for folder in (home, *home.parents) if not folder.exists()]
    try:
        home.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=home))
    except OSError as error:
        raise OutputError(_denied(target, error)) from None
    try:
        yield draft
        _publish(draft, target)
    except OSError as error:
        raise OutputError(_denied(target, error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.exists():
            for folder in created:
                folder.rmdir()


def _refuse_file(target: Path) -> None:
    if target.exists() and not target.is_dir():
        message = f"{target} is a file. Allowed: a folder. Remedy: choose another --out."
        raise OutputError(message)


def _publish(draft: Path, target: Path) -> None:
    if not target.exists():
        draft.chmod(0o755)  # a temporary folder is private
        draft.rename(target)
        return
    places = {file: target / file.relative_to(draft) for file in sorted(draft.rglob("*"))}
    for file, place in places.items():
        # Found out before anything is moved: a folder cannot replace a file, nor the reverse.
        if place.exists() and place.is_dir() != file.is_dir():
            there = "a folder" if place.is_dir() else "a file"
            message = f"{place} is {there}, in the way of the result's. Remedy: remove it."
            raise OutputError(message)
    for file, place in places.items():
        if file.is_dir():
            place.mkdir(exist_ok=True)
        else:
            file.replace(place)


def _denied(target: Path, error: OSError) -> str:
    return (
        f"the output folder {target} cannot be written: {error.strerror or error}. Allowed: a "
        "folder you may write to, on a disk with room. Remedy: choose another --out."
    )
