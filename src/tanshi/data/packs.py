"""Data packs: a folder of tables with a ``manifest.toml`` that describes them.

The manifest says what each file and column is, in which unit, from which source, and
which years are not observed; it fixes every file by its SHA-256.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from tanshi.core import Fault, InputError
from tanshi.data.pack_files import file_faults
from tanshi.data.unit_text import extrapolated_years_of, scale_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from tanshi.data.manifest import ColumnEntry, FileEntry, Manifest

MANIFEST = "manifest.toml"


@dataclass(frozen=True, slots=True)
class Note:
    """A reservation that results made from a column must carry.

    Parameters
    ----------
    column : str
        Header; empty when the note concerns the whole pack.
    text : str
    years : tuple of int
        Years that are extrapolated, not observed.
    """

    column: str
    text: str
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PackColumn:
    """A column as the manifest describes it.

    Parameters
    ----------
    name, role : str
    unit, note : str
        The manifest's unit text before and after its first semicolon.
    scale : float or None
        Tonnes, CNY, persons, m3 or kWh in one unit; None when it is not stated.
    extrapolated_years : tuple of int
    """

    name: str
    role: str
    unit: str
    note: str
    scale: float | None
    extrapolated_years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file of a pack.

    Parameters
    ----------
    path : str
        As the manifest writes it, relative to the pack.
    location : pathlib.Path
        Where it lies.
    role, title, source, licence, sha256 : str
    columns : tuple of PackColumn
    """

    path: str
    location: Path
    role: str
    title: str
    source: str
    licence: str
    sha256: str
    columns: tuple[PackColumn, ...]

    def headers_for(self, role: str) -> tuple[str, ...]:
        """List the headers to which the manifest gives a role."""
        return tuple(column.name for column in self.columns if column.role == role)


@dataclass(frozen=True, slots=True)
class Pack:
    """A data pack.

    Parameters
    ----------
    folder : pathlib.Path
    name, title : str
    synthetic : bool
        Whether the figures are invented.
    files : tuple of PackFile
    sha256 : str
        Of the manifest, and thereby of every file.
    warnings : tuple of str
        Reservations about the pack as a whole.
    """

    folder: Path
    name: str
    title: str
    synthetic: bool
    files: tuple[PackFile, ...]
    sha256: str
    warnings: tuple[str, ...]

    def find(self, role: str) -> tuple[PackFile, ...]:
        """List the files that have a role, in the manifest's order."""
        return tuple(file for file in self.files if file.role == role)

    def file(self, *, role: str) -> PackFile:
        """Return the one file that has a role.

        Raises
        ------
        InputError
            No file of the pack has it, or several have.
        """
        found = self.find(role)
        if len(found) == 1:
            return found[0]
        listed = ", ".join(f"'{file.path}' ({file.role})" for file in found or self.files)
        fault = Fault(
            f"{len(found) or 'no'} files with the role '{role}'",
            listed,
            f"one file with the role '{role}'",
            "name the file by its path" if found else "choose another pack, or add the role",
            file=str(self.folder / MANIFEST),
        )
        raise InputError([fault])

    def column(self, file: PackFile, header: str) -> PackColumn | None:
        """Return a column's description, or None when the manifest gives none."""
        return next((column for column in file.columns if column.name == header), None)

    def variants(self, file: PackFile, role: str) -> tuple[PackColumn, ...]:
        """List the columns that may stand in for the one with this role."""
        return tuple(column for column in file.columns if column.role == f"{role} variant")

    def notes_for(self, file: PackFile, headers: Iterable[str]) -> tuple[Note, ...]:
        """Collect the pack's warnings and the notes of the columns used.

        Parameters
        ----------
        file : PackFile
        headers : iterable of str
            The columns used, in the order in which their notes are wanted.
        """
        described = (self.column(file, header) for header in headers)
        return tuple(Note("", warning) for warning in self.warnings) + tuple(
            Note(column.name, column.note or _years_note(column), column.extrapolated_years)
            for column in described
            if column and (column.note or column.extrapolated_years)
        )


def load_pack(folder: str | os.PathLike[str]) -> Pack:
    """Open a data pack and verify every file in it.

    Parameters
    ----------
    folder : path-like
        The folder in which ``manifest.toml`` lies.

    Returns
    -------
    Pack

    Raises
    ------
    InputError
        With every fault: no folder or manifest, not TOML, unknown or missing keys, wrong
        values, a path outside the folder, doubled paths or columns, a file that is not
        there or whose SHA-256 differs.
    """
    return open_pack(Path(folder), verify=True)


def load_sample_pack() -> Pack:
    """Open the bundled synthetic pack.

    Examples
    --------
    >>> load_sample_pack().synthetic
    True
    """
    return load_pack(str(resources.files("tanshi.data") / "sample"))


def open_pack(folder: Path, *, verify: bool) -> Pack:
    """Open a pack; leave the files' hashes alone unless asked to verify them."""
    from tanshi.data.manifest import parse, validate

    name = str(folder / MANIFEST)
    try:
        payload = (folder / MANIFEST).read_bytes()
    except OSError as error:
        fault = Fault(
            "no data pack",
            str(error.strerror),
            f"a folder with a {MANIFEST}",
            "correct the path of the folder",
            file=name,
        )
        raise InputError([fault]) from None
    raw = parse(payload, name)
    manifest, faults = validate(raw, name)
    faults += file_faults(folder, raw, name, verify=verify)
    if faults or manifest is None:
        raise InputError(faults)
    return _build(folder, manifest, hashlib.sha256(payload).hexdigest())


def _build(folder: Path, manifest: Manifest, digest: str) -> Pack:
    files = tuple(_build_file(folder, entry) for entry in manifest.file)
    warnings = tuple(manifest.warnings)
    return Pack(folder, manifest.name, manifest.title, manifest.synthetic, files, digest, warnings)


def _build_file(folder: Path, entry: FileEntry) -> PackFile:
    return PackFile(
        path=entry.path,
        location=folder / entry.path,
        role=entry.role,
        title=entry.title,
        source=entry.source,
        licence=entry.licence,
        sha256=entry.sha256.lower(),
        columns=tuple(_build_column(column) for column in entry.column),
    )


def _build_column(entry: ColumnEntry) -> PackColumn:
    unit, _, note = (part.strip() for part in entry.unit.partition(";"))
    return PackColumn(
        name=entry.name,
        role=entry.role,
        unit=unit,
        note=note,
        scale=scale_of(unit) if entry.scale is None else entry.scale,
        extrapolated_years=tuple(entry.extrapolated_years) or extrapolated_years_of(note),
    )


def _years_note(column: PackColumn) -> str:
    return f"extrapolated: {', '.join(str(year) for year in column.extrapolated_years)}"
