"""The report's words in English and Chinese."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from tanshi.report.phrases import PHRASES
from tanshi.report.provinces import unit_name

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
    """Return a function for words inside tables and notes; free text stays as it is.

    Known are single words, provinces, and `PHRASES` with anything in their places.
    """
    if language == "en":
        return str
    known = _catalogue(language)

    def translated(text: str) -> str:
        if text in known:
            return known[text]
        for phrase, pattern in _patterns():
            found = pattern.fullmatch(text)
            if found:
                inside = {name: translated(part) for name, part in found.groupdict().items()}
                return known[phrase].format(**inside)
        return unit_name(text, language)

    return translated


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    places = re.compile(r"\\{(\w+)\\}")
    return [(one, re.compile(places.sub(r"(?P<\1>.+?)", re.escape(one)))) for one in PHRASES]


@cache
def _catalogue(language: str) -> dict[str, str]:
    from babel.messages.pofile import read_po

    file = resources.files("tanshi.report") / "locale" / f"{language}.po"
    with file.open("rb") as stream:
        messages = read_po(stream)
    return {str(message.id): str(message.string) for message in messages if message.id}
