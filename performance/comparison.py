"""What a comparison hands over: rows of times, requirements, tables and figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Row:
    """One contender on one task: median, least and greatest wall time in seconds."""

    task: str
    contender: str
    median_s: float
    least_s: float
    greatest_s: float
    samples: int
    times_ours: float | None = None  # this median over Tanshi's, on the same task


@dataclass(frozen=True)
class Requirement:
    """A figure that has to be met, and what was found."""

    text: str
    required: float
    found: float
    met: bool

    @classmethod
    def at_most(cls, text: str, limit: float, found: float) -> Requirement:
        """Return one that is met up to its limit."""
        return cls(text, limit, found, found <= limit)

    @classmethod
    def at_least(cls, text: str, limit: float, found: float) -> Requirement:
        """Return one that is met from its limit on."""
        return cls(text, limit, found, found >= limit)


@dataclass(frozen=True)
class Table:
    """Cells as they are printed; the first column is text, the others are figures."""

    headers: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Series:
    """One line of a figure."""

    label: str
    x: list[float]
    y: list[float]


@dataclass(frozen=True)
class Figure:
    """Lines on logarithmic axes, drawn from the record."""

    name: str
    caption: str
    x_label: str
    y_label: str
    series: list[Series]


@dataclass(frozen=True)
class Comparison:
    """Result of one named comparison."""

    title: str
    text: str
    rows: list[Row]
    requirements: list[Requirement]
    notes: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def rows_of(task: str, times: Mapping[str, list[float]], *, ours: str) -> list[Row]:
    """Summarise wall times; `ours` is the contender the others are divided by."""
    own = median(times[ours])
    return [
        Row(
            task=task,
            contender=name,
            median_s=median(seconds),
            least_s=min(seconds),
            greatest_s=max(seconds),
            samples=len(seconds),
            times_ours=None if name == ours else median(seconds) / own,
        )
        for name, seconds in times.items()
    ]


def one_row(task: str, contender: str, seconds: float) -> Row:
    """Return the row of what ran once."""
    return Row(task, contender, seconds, seconds, seconds, 1)
