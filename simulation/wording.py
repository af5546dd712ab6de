"""Numbers as words: the page says nothing that they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.measures import PERIODS

if TYPE_CHECKING:
    from simulation.cells import Cell
    from simulation.record import Number

WHERE = {
    "along": "along the direction",
    "independent": "along the direction, nothing lasting",
    "spread": "along the direction, growing with y + b",
    "output": "on output alone",
    "emissions": "on emissions alone",
    "both": "on output and on emissions",
}
WAYS_IN_WORDS = {
    "percentile": "percentile interval",
    "reflected": "reflected interval",
    "envelope": "envelope",
}


def percent(one: Number, digits: int = 0) -> str:
    """Return a share with its Monte Carlo error, in per cent."""
    return f"{100 * one.mean:.{digits}f} ± {100 * one.standard_error:.{max(digits, 1)}f} %"


def share(one: Number) -> str:
    """Return a share with its Monte Carlo error, for a column in per cent."""
    return percent(one).removesuffix(" %")


def signed(one: Number) -> str:
    """Return a relative error with its Monte Carlo error, in per cent."""
    return f"{change_in_percent(one)} %"


def change_in_percent(one: Number) -> str:
    """Return a relative error with its Monte Carlo error, for a column in per cent."""
    whole = round(100 * one.mean)
    return f"{whole:+d} ± {100 * one.standard_error:.1f}".replace("-", "−")


def size(cell: Cell) -> str:
    """Return units times periods."""
    return f"{cell.units} × {PERIODS}"


def drawn(cell: Cell) -> str:
    """Return what a replicate draws."""
    if cell.singly:
        return f"{cell.units * PERIODS} observations"
    return f"{cell.units_drawn or cell.units} of {cell.units} units"


def verdict(one: Number, nominal: float) -> str:
    """Return whether a coverage is what it says, within two Monte Carlo errors."""
    if one.is_below(nominal):
        return "**too few**"
    return "more than said" if one.is_above(nominal) else "as said"


def direction_of(one: Number) -> str:
    """Return where an error points, within two Monte Carlo errors."""
    if one.is_below(0.0):
        return "too low"
    return "too high" if one.is_above(0.0) else "neither too high nor too low"


def change(before: Number, after: Number) -> int:
    """Return 1 for a rise, -1 for a fall, 0 for what two Monte Carlo errors cannot tell."""
    error = (before.standard_error**2 + after.standard_error**2) ** 0.5
    difference = after.mean - before.mean
    return int(difference > 2.0 * error) - int(difference < -2.0 * error)
