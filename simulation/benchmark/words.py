"""Numbers of the record as words and cells."""

from __future__ import annotations

from typing import Any

Interval = dict[str, float | None]


def number(value: float | None, digits: int = 1) -> str:
    """Return a number with a true minus; "none" where there is none.

    Examples
    --------
    >>> number(-1.25, 1), number(-0.001, 1), number(None)
    ('−1.2', '0.0', 'none')
    """
    if value is None:
        return "none"
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0.0 else text.replace("-", "−")


def signed(value: float | None, digits: int = 1) -> str:
    """Return a number with its sign."""
    text = number(value, digits)
    return text if value is None or text[0] == "−" or float(text) == 0.0 else f"+{text}"


def interval(one: Interval, digits: int = 1) -> str:
    """Return a mean with its interval, where that is not the same number.

    Examples
    --------
    >>> interval({"mean": 1.26, "low": 1.0, "high": 1.5})
    '1.3 [1.0, 1.5]'
    >>> interval({"mean": 2.0, "low": 2.0, "high": 2.0})
    '2.0'
    """
    mean, low, high = (number(one[name], digits) for name in ("mean", "low", "high"))
    return mean if one["low"] is None or mean == low == high else f"{mean} [{low}, {high}]"


def of_row(row: dict[str, Any], name: str) -> Interval:
    """Return the interval of a figure in a flat row."""
    return {"mean": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"]}


def residual(value: float) -> str:
    """Return a residual in two digits."""
    return "0" if value == 0.0 else f"{value:.1e}".replace("e-0", "e-").replace("e", " × 10^")
