"""TOML for scenarios that are written by a command and read by another."""

from __future__ import annotations

import json
import re
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(content: dict[str, Any], about: tuple[str, ...] = ()) -> str:
    r"""Return tables, rows, numbers, switches and texts as TOML, below lines of comment.

    Parameters
    ----------
    content : dict
        As `tomllib` returns it, without dates.
    about : tuple of str
        Lines of comment at the top.

    Examples
    --------
    >>> print(to_toml({"a": {"rows": [{"name": "x", "share": 0.5}], "on": True}}, ("Why.",)))
    # Why.
    <BLANKLINE>
    [a]
    on = true
    rows = [
      {name = "x", share = 0.5},
    ]
    """
    lines = [f"# {line}".rstrip() for line in about]
    lines += _table(content, ())
    return "\n".join(lines).strip("\n")


def _table(table: dict[str, Any], place: tuple[str, ...], mark: str = "[{}]") -> list[str]:
    """Return a table: its own keys first, then the tables and rows inside it."""
    inside = {key: value for key, value in table.items() if _is_inside(value)}
    own = {key: value for key, value in table.items() if key not in inside}
    lines = []
    if place and (own or not inside or mark != "[{}]"):
        lines += ["", mark.format(".".join(_key(part) for part in place))]
    # Plain values first: rows on lines of their own are easier to find below them.
    for key, value in sorted(own.items(), key=lambda item: _is_rows(item[1])):
        lines.append(f"{_key(key)} = {_value(value)}")
    for key, value in inside.items():
        rows = value if isinstance(value, list) else [value]
        kind = "[[{}]]" if isinstance(value, list) else "[{}]"
        for row in rows:
            lines += _table(row, (*place, str(key)), kind)
    return lines


def _is_inside(value: Any) -> bool:
    """Whether a value needs a heading: a table, or rows that have tables or lists in them."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict) and not _is_rows(value)
    return isinstance(value, dict)


def _is_rows(value: Any) -> bool:
    """Whether a value is a list of tables of plain values."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, dict) for row in value)
        and not any(isinstance(one, dict | list) for row in value for one in row.values())
    )


def _value(value: Any) -> str:
    if _is_rows(value):
        return "\n".join(["[", *(f"  {_inline(row)}," for row in value), "]"])
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


def _inline(row: dict[str, Any]) -> str:
    return f"{{{', '.join(f'{_key(key)} = {_value(value)}' for key, value in row.items())}}}"


def _key(name: Any) -> str:
    text = str(name)
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
