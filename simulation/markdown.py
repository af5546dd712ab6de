"""Pieces of a page: tables, figures and lists of sentences."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


WIDTH = 100


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 3) -> str:
    """Return a table; the first columns are text, the others figures."""
    rule = ["---" if i < left else "---:" for i in range(len(headers))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headers, rule, *rows))


def filled(text: str) -> str:
    """Return a text whose paragraphs are broken anew, once their numbers are in.

    Examples
    --------
    >>> filled("## A heading that stays\\n\\none\\ntwo\\n")
    '## A heading that stays\\n\\none two\\n'
    """
    paragraphs = text.strip("\n").split("\n\n")
    broken = [
        one
        if one.startswith("#")
        else fill(one, WIDTH, break_long_words=False, break_on_hyphens=False)
        for one in paragraphs
    ]
    return "\n\n".join(broken) + "\n"


def sentences(heading: str, points: Sequence[str]) -> str:
    """Return a list of sentences below a heading; nothing where there are none."""
    listed = "\n".join(f"* {point}" for point in points)
    return f"{heading}\n\n{listed}\n" if points else ""


def listed(words: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
