"""The form of a data pack's ``manifest.toml``, checked with every fault listed.

Only `tanshi.data.packs` uses this module, and imports it when a manifest is opened:
pydantic is needed nowhere else in this room.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

Name = Annotated[str, Field(min_length=1)]
Year = Annotated[int, Field(ge=1000, le=9999)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ColumnEntry(_Part):
    """One ``[[file.column]]``."""

    name: Name
    role: str = ""
    unit: str = ""
    scale: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    extrapolated_years: list[Year] = []


class FileEntry(_Part):
    """One ``[[file]]``."""

    path: Name
    role: str = ""
    title: str = ""
    source: str = ""
    licence: str = ""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")]
    column: list[ColumnEntry] = []


class Manifest(_Part):
    """The whole file."""

    name: Name
    title: str
    synthetic: bool
    warnings: list[str] = []
    file: Annotated[list[FileEntry], Field(min_length=1)]


def parse(payload: bytes, name: str) -> dict[str, Any]:
    """Parse the TOML itself.

    Raises
    ------
    InputError
        Not UTF-8, or not TOML; the row is the line of the file.
    """
    try:
        return tomllib.loads(payload.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        fault = Fault(
            "damaged manifest",
            str(error),
            "a TOML file in UTF-8",
            "mend the line, or move the table out of the manifest's folder",
            file=name,
            row=int(line[1]) if line else None,
        )
        raise InputError([fault]) from None


def validate(raw: dict[str, Any], name: str) -> tuple[Manifest | None, list[Fault]]:
    """Check keys and values; return the manifest, or None and the faults."""
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        return None, [_fault(raw, detail, name) for detail in error.errors()]
    return manifest, _doubled_columns(manifest, name)


def _doubled_columns(manifest: Manifest, name: str) -> list[Fault]:
    return [
        Fault(
            "column described more than once",
            f"{count} entries for '{column}' of '{file.path}'",
            "one [[file.column]] for each column",
            "delete all but one",
            file=name,
            column=column,
        )
        for file in manifest.file
        for column, count in Counter(entry.name for entry in file.column).items()
        if count > 1
    ]


ALLOWED = {
    "missing": "a value for this key",
    "string_pattern_mismatch": "64 hexadecimal digits",
}
KEYS = {
    "": list(Manifest.model_fields),
    "file": list(FileEntry.model_fields),
    "column": list(ColumnEntry.model_fields),
}


def _fault(raw: dict[str, Any], detail: ErrorDetails, name: str) -> Fault:
    place, key = _place(raw, detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        sections = [part for part in detail["loc"][:-1] if isinstance(part, str)]
        known = KEYS[sections[-1] if sections else ""]
        near = difflib.get_close_matches(key, known, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else "delete the key"
        return Fault("unknown key", f"'{key}'", ", ".join(known), remedy, name, column=place)
    missing = kind == "missing"
    return Fault(
        "missing key" if missing else "wrong value",
        "nothing" if missing else repr(detail["input"]),
        ALLOWED.get(kind, detail["msg"]),
        f"add '{key} = …'" if missing else f"correct '{key}'",
        file=name,
        column=place,
    )


def _place(raw: dict[str, Any], location: Sequence[str | int]) -> tuple[str, str]:
    """Write a location with the names of its entries: ``file 'a.csv', column 'gdp', scale``."""
    words: list[str] = []
    node: Any = raw
    key = ""
    for part in location:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            node = None
        if isinstance(part, int):
            names = (node.get("path"), node.get("name")) if isinstance(node, dict) else ()
            own = next((text for text in names if isinstance(text, str)), "")
            words[-1] += f" '{own}'" if own else f" number {part + 1}"
        else:
            key = part
            words.append(part)
    return ", ".join(words), key
