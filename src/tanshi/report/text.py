"""The report's words in English and Chinese."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def translator(language: str) -> Callable[[str], str]:
    """Return a function from the English text to its text in a language.

    Parameters
    ----------
    language : {"en", "zh"}

    Raises
    ------
    KeyError
        From the function, for a text without a translation: the catalogue is complete or
        the report is not made.
    """
    if language == "en":
        return str
    return _catalogue(language).__getitem__


def cell_translator(language: str) -> Callable[[str], str]:
    """Return a function for words inside tables: names and free text stay as they are."""
    if language == "en":
        return str
    known = _catalogue(language)
    return lambda text: known.get(text, text)


@cache
def _catalogue(language: str) -> dict[str, str]:
    from babel.messages.pofile import read_po

    file = resources.files("tanshi.report") / "locale" / f"{language}.po"
    with file.open("rb") as stream:
        messages = read_po(stream)
    return {str(message.id): str(message.string) for message in messages if message.id}
