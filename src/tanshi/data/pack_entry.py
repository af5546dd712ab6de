"""What a data pack says of a table that was read from one of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.core import Fault, InputError
from tanshi.data.pack_files import hash_fault
from tanshi.data.packs import MANIFEST, open_pack

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.data.packs import Pack, PackFile
    from tanshi.data.table import Table


def pack_entry(
    path: Path, table: Table, pack: Pack | None, faults: list[Fault]
) -> tuple[Pack | None, PackFile | None]:
    """Find what a manifest says of a table: the given pack's, or the one beside the file.

    Parameters
    ----------
    path : pathlib.Path
        Of the table's file.
    table : Table
    pack : Pack or None
        By default the pack whose manifest lies beside the file, if it lists it.
    faults : list of Fault
        Of the table so far; a file that is not the one described is appended.

    Returns
    -------
    pack : Pack or None
        None where no manifest lists the file.
    described : PackFile or None
        Its entry.

    Raises
    ------
    InputError
        With the faults so far: the manifest cannot be used, or the given pack does not
        list the file.
    """
    given = pack is not None
    if pack is None and (path.parent / MANIFEST).is_file():
        try:
            pack = open_pack(path.parent, verify=False)
        except InputError as error:
            raise InputError([*faults, *error.faults]) from None
    if pack is None:
        return None, None
    listed = (file for file in pack.files if file.location.resolve() == path.resolve())
    described = next(listed, None)
    name = str(pack.folder / MANIFEST)
    if described is None and given:
        fault = Fault(
            "file is not in the pack",
            table.source,
            ", ".join(f"'{file.path}'" for file in pack.files),
            "choose a file of the pack, or leave the pack out",
            file=name,
        )
        raise InputError([*faults, fault])
    if described is None:
        return None, None
    if table.sha256 != described.sha256:
        faults.append(hash_fault(table.sha256, described.sha256, name, described.path))
    return pack, described
