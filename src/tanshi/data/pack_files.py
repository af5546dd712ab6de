"""Check the files that a manifest lists: paths, presence, hashes."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from tanshi.core import Fault

if TYPE_CHECKING:
    from pathlib import Path


def file_faults(folder: Path, raw: dict[str, Any], name: str, *, verify: bool) -> list[Fault]:
    """Check the listed files, even those of a manifest that has other faults.

    Parameters
    ----------
    folder : pathlib.Path
        The pack's.
    raw : dict
        The manifest as parsed, not validated.
    name : str
        Of the manifest, for messages.
    verify : bool
        Whether to look for the files and compare their hashes.
    """
    listed = raw.get("file")
    entries = [
        (entry["path"], entry.get("sha256"))
        for entry in (listed if isinstance(listed, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("path"), str) and entry["path"]
    ]
    faults = [
        Fault(
            "file listed more than once",
            f"{count} entries for '{path}'",
            "one [[file]] for each path",
            "delete all but one",
            file=name,
            column=str(path),
        )
        for path, count in Counter(PurePosixPath(path) for path, _ in entries).items()
        if count > 1
    ]
    for path, digest in entries:
        fault = _path_fault(folder, path, name)
        if fault is None and verify:
            fault = _content_fault(folder / path, digest, name, path)
        if fault is not None:
            faults.append(fault)
    return faults


def hash_fault(found: str, allowed: str, name: str, path: str) -> Fault:
    """Say that a file is not the one that the manifest describes."""
    return Fault(
        "file differs from the manifest",
        f"SHA-256 {found}",
        f"SHA-256 {allowed}",
        "restore the file; if the change is meant, write its SHA-256 into the manifest",
        file=name,
        column=path,
    )


def _path_fault(folder: Path, path: str, name: str) -> Fault | None:
    inside = (folder / path).resolve().is_relative_to(folder.resolve())
    if inside and "\\" not in path and not PurePosixPath(path).is_absolute():
        return None
    return Fault(
        "path outside the pack",
        f"'{path}'",
        "a relative path, with forward slashes, to a file inside the pack's folder",
        "move the file into the folder and correct the path",
        file=name,
        column=path,
    )


def _content_fault(location: Path, digest: object, name: str, path: str) -> Fault | None:
    try:
        with location.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return Fault(
            "file of the pack cannot be read",
            str(error.strerror),
            f"the file '{path}' in the pack's folder",
            "copy the file into the folder, or delete its [[file]]",
            file=name,
            column=path,
        )
    # What is no hash at all is a fault of the manifest's form, reported there.
    if not isinstance(digest, str) or len(digest) != len(found) or digest.lower() == found:
        return None
    return hash_fault(found, digest.lower(), name, path)
