"""In which line of a TOML file a key stands, so that a fault can name it.

The file has been read already, so it is TOML: the scanner looks for headers of tables and for
keys before an equals sign, and passes over values, which may go over several lines. Keys inside
an inline table stand in the line of the key that holds it. What is not found has no line.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tanshi.core import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tanshi.core import Fault

Place = tuple[str, ...]

_KEY = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*""")
_MULTILINE = ('"""', "'''")


def lines_of_keys(text: str) -> dict[Place, int]:
    """Return the line of every table and key, the first being 1.

    Parameters
    ----------
    text : str
        Of a TOML file. An entry of an array of tables is named by its number, from 0.

    Examples
    --------
    >>> from textwrap import dedent
    >>> lines_of_keys(dedent('''
    ...     [market]
    ...     floor = 3
    ... '''))
    {('market',): 2, ('market', 'floor'): 3}
    """
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    value = _Value()
    for number, line in enumerate(text.splitlines(), start=1):
        if value.is_open:
            value.read(line)
            continue
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith("["):
            many = bare.startswith("[[")
            parts, _ = _dotted(bare[2 if many else 1 :])
            table = _numbered(parts, counts, more=many)
            place = table
        else:
            parts, rest = _dotted(bare)
            place = (*table, *parts)
            value.read(rest.partition("=")[2])
        for end in range(1, len(place) + 1):
            found.setdefault(place[:end], number)
    return found


def line_of(lines: dict[Place, int], place: Sequence[str]) -> int | None:
    """Return the line of a key, or of what is nearest above it; None without any."""
    for end in range(len(place), 0, -1):
        line = lines.get(tuple(place[:end]))
        if line is not None:
            return line
    return None


def with_lines(faults: Sequence[Fault], path: Path | str) -> list[Fault]:
    """Return faults of a scenario file with the lines of the keys that they name.

    Parameters
    ----------
    faults : sequence of Fault
        Those of other files, and those that have a row, stay as they are.
    path : path
        A TOML file; where it cannot be read no fault gets a line.
    """
    try:
        lines = lines_of_keys(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return list(faults)
    return [
        replace(fault, row=line_of(lines, fault.column.split(".")))
        if fault.file == str(path) and fault.row is None and fault.column
        else fault
        for fault in faults
    ]


@contextmanager
def naming_lines(path: Path | str, *, known_as: str = "") -> Iterator[None]:
    """Add lines of a scenario file to the faults of a refused block.

    Parameters
    ----------
    path : path
    known_as : str
        Another name for the file, in whose place its path is put.
    """
    try:
        yield
    except InputError as error:
        faults = [
            replace(fault, file=str(path)) if known_as and fault.file == known_as else fault
            for fault in error.faults
        ]
        raise InputError(with_lines(faults, path)) from None


class _Value:
    """A value that is read line by line until it is whole."""

    def __init__(self) -> None:
        self._string = ""  # what ends the string of several lines that is open
        self._depth = 0  # brackets that are open

    @property
    def is_open(self) -> bool:
        return bool(self._string) or self._depth > 0

    def read(self, text: str) -> None:
        at = 0
        while at < len(text):
            if self._string:
                at = self._inside(text, at)
            elif text[at] == "#":
                return
            elif text[at : at + 3] in _MULTILINE:
                self._string, at = text[at : at + 3], at + 3
            elif text[at] in "\"'":
                at = _behind_string(text, at)
            else:
                self._depth += (text[at] in "[{") - (text[at] in "]}")
                at += 1

    def _inside(self, text: str, at: int) -> int:
        """Return the place behind the end of an open string, or the end of the line."""
        if text[at] == "\\" and self._string == '"""':
            return at + 2
        if text.startswith(self._string, at):
            behind = at + 3
            self._string = ""
            return behind
        return at + 1


def _behind_string(text: str, at: int) -> int:
    quote, at = text[at], at + 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" and quote == '"' else 1
    return at + 1


def _dotted(text: str) -> tuple[Place, str]:
    """Return the parts of a dotted key at the beginning, and what follows it."""
    parts: list[str] = []
    while match := _KEY.match(text):
        word = match[1]
        parts.append(word[1:-1] if word[0] in "\"'" else word)
        text = text[match.end() :]
        if not text.startswith("."):
            break
        text = text[1:]
    return tuple(parts), text


def _numbered(parts: Place, counts: dict[Place, int], *, more: bool) -> Place:
    """Return the place of a header, with the number of the entry in each array of tables."""
    place: Place = ()
    for k, part in enumerate(parts):
        place = (*place, part)
        last = k == len(parts) - 1
        if last and more:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, str(counts[place]))
    return place
