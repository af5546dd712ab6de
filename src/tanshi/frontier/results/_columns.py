"""Text in columns of a terminal, where a Chinese character takes two places."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def places(text: str) -> int:
    """Return how many places of a terminal a text takes.

    Examples
    --------
    >>> places("Shanxi"), places("山西")
    (6, 4)
    """
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(combining(letter) > 0 for letter in text)


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """Return a text that takes exactly so many places, cut with an ellipsis where too long.

    Examples
    --------
    >>> fitted("Inner Mongolia", 8), fitted("山西", 6), fitted("1.5", 6, right=True)
    ('Inner M…', '山西  ', '   1.5')
    """
    if places(text) > width:
        while places(text) > width - 1:
            text = text[:-1]
        text += "…"
    blank = " " * (width - places(text))
    return blank + text if right else text + blank


def wrapped(text: str, width: int, *, first: str = "", later: str = "") -> list[str]:
    """Return a text in lines of at most so many places, broken at blanks.

    Parameters
    ----------
    text : str
        A word longer than a line is broken where the line ends.
    width : int
    first, later : str
        What the first line and the lines after it begin with.

    Examples
    --------
    >>> wrapped("one two three", 9, first="- ", later="  ")
    ['- one two', '  three']
    """
    lines, line, empty = [], first, True
    for word in text.split():
        rest = word
        while True:
            joined = line + rest if empty else f"{line} {rest}"
            if places(joined) <= width:
                line, empty = joined, False
                break
            if empty:
                room = _beginning(rest, width - places(line))
                line, rest = line + rest[:room], rest[room:]
            lines.append(line)
            line, empty = later, True
    return [*lines, line]


def _beginning(word: str, width: int) -> int:
    """Return how many letters of a word take at most so many places; at least one."""
    count = len(word)
    while count > 1 and places(word[:count]) > width:
        count -= 1
    return count
