"""Numbers of a market with their intervals, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def digits_of(*values: float | None) -> int:
    """Return how many decimals a figure and its ends are set with.

    Examples
    --------
    >>> [digits_of(value) for value in (98.1, 2.11, 0.83, 0.021, 0.0, None)]
    [2, 2, 3, 4, 2, 2]
    """
    size = max((abs(value) for value in values if value is not None), default=0.0)
    return 2 if size >= 1.0 or size == 0.0 else 3 if size >= 0.1 else 4


def number(value: float, digits: int) -> str:
    """Return a figure with so many decimals.

    Examples
    --------
    >>> number(98.117, 2), number(-0.0, 3), number(-1.5, 1)
    ('98.12', '0.000', '−1.5')
    """
    text = f"{value:,.{digits}f}"
    return (text.removeprefix("-") if not text.strip("-0.") else text).replace("-", "−")


def or_dash(value: float | None, show: Callable[[float], str]) -> str:
    """Return a figure as text; a dash where it is not defined.

    Examples
    --------
    >>> or_dash(1.5, str), or_dash(None, str)
    ('1.5', '–')
    """
    return "–" if value is None else show(value)


def with_sign(value: float, digits: int) -> str:
    """Return a change with its sign; without where it is 0 to all its decimals."""
    text = number(value, digits)
    return text if value < 0 or not text.strip("0.") else f"+{text}"


def with_ends(
    row: dict[str, Any], name: str, show: Callable[[float, int], str], digits: int | None = None
) -> str:
    """Return a figure of a row with its low and high; empty where there is none.

    Parameters
    ----------
    row : dict
        With `name`, and `name` ending in ``_low`` and ``_high``.
    name : str
    show : callable
        From a number and its decimals to text.
    digits : int, optional
        By default as many as `digits_of` the figure.
    """
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if value is None:
        return ""
    places = digits_of(value) if digits is None else digits
    if low is None or high is None:
        return show(value, places)
    return f"{show(value, places)} [{show(low, places)}, {show(high, places)}]"


def signed(value: float | None) -> str:
    """Return a change with its sign; a dash where it is not defined.

    Examples
    --------
    >>> signed(0.274), signed(-4.2), signed(-0.001), signed(None)
    ('+0.27', '−4.20', '0.00', '–')
    """
    if value is None:
        return or_dash(value, str)
    text = f"{value:+.2f}"
    return "0.00" if not text.strip("+-0.") else text.replace("-", "−")


def two(value: float) -> str:
    """Return a number with two decimals."""
    return f"{value:.2f}"


def three(value: float) -> str:
    """Return a number with three decimals."""
    return f"{value:.3f}"


def ends(row: dict[str, Any], name: str, show: Callable[[float], str]) -> str:
    """Return an interval as text, empty with a single replicate."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "" if low is None or high is None else f"{show(low)} – {show(high)}"
