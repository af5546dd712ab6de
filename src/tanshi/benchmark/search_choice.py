"""Which point of the front to recommend, and why, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.search_archive import AUGMENTATION, LEAST_SPAN, MISSED, nondominated
from tanshi.benchmark.search_settings import OBJECTIVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.search_archive import Trial
    from tanshi.benchmark.search_comparison import Comparison, Judged
    from tanshi.benchmark.search_settings import SearchSettings

    Array = NDArray[np.float64]

COST = "cost_change_percent"
UNITS = {
    "cost": "%",
    "deviation": "basis points",
    "gini": "",
    "region_deviation": "basis points",
    "size_deviation": "basis points",
    "noncompliant_firms": "percentage points",
    "noncompliant_tonnes": "percentage points",
    "price": "CNY/t",
}
RULE = (
    "Of the points that no other dominates on the fresh random streams, those are eligible whose "
    "cost is not shown to be above the uniform rule's (the 95 % interval of the paired change "
    "does not lie above 0). Of these the one is recommended whose augmented Chebyshev distance "
    "to the best value of every objective is least, each objective measured by its span over the "
    "front and with the same weight."
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Entry:
    """A point that was judged anew: a named rule, or one that was found.

    Parameters
    ----------
    number : int
    rule : str
        Its name, or ``evolved``.
    trial : Trial
        Of the search.
    judged : Judged
        On the fresh streams.
    """

    number: int
    rule: str
    trial: Trial
    judged: Judged


@dataclass(frozen=True, eq=False, kw_only=True)
class Choice:
    """The front on fresh streams, and what is recommended of it.

    Parameters
    ----------
    front : tuple of int
        Numbers of the points that are not dominated.
    eligible : tuple of int
        Of those, the ones not shown to cost more than the uniform rule.
    cheaper : tuple of int
        Of all points, the ones whose interval of the change of cost lies below 0.
    number : int
        Of the point that is recommended.
    distance : float
        Its augmented Chebyshev distance.
    reason : str
    """

    front: tuple[int, ...]
    eligible: tuple[int, ...]
    cheaper: tuple[int, ...]
    number: int
    distance: float
    reason: str


def choose(entries: Sequence[Entry], comparison: Comparison, settings: SearchSettings) -> Choice:
    """Return the front on fresh streams, and the point that `RULE` recommends.

    Parameters
    ----------
    entries : sequence of Entry
        The uniform rule first.
    comparison : Comparison
        On the fresh streams.
    settings : SearchSettings
    """
    figures = [OBJECTIVES[name] for name in settings.objectives]
    there = [one for one in entries if one.judged.missed <= MISSED]
    values = np.array([[one.judged.figures[name].mean() for name in figures] for one in there])
    kept = nondominated(values)
    front = [one for one, keep in zip(there, kept, strict=True) if keep]
    span = np.ptp(values[kept], axis=0)
    away = values[kept] - values[kept].min(axis=0)
    away = away / np.where(span > LEAST_SPAN, span, 1.0)
    distance = away.max(axis=1) + AUGMENTATION * away.sum(axis=1)
    cost = {one.number: comparison.change(one.judged, COST) for one in there}
    eligible = [place for place, one in enumerate(front) if (cost[one.number].low or 0.0) <= 0.0]
    cheaper = tuple(number for number, one in cost.items() if one.high is not None and one.high < 0)
    if eligible:
        place = min(eligible, key=lambda one: float(distance[one]))
        chosen, found = front[place], float(distance[place])
    else:
        chosen, found = there[0], float("inf")
    return Choice(
        front=tuple(one.number for one in front),
        eligible=tuple(front[place].number for place in eligible),
        cheaper=cheaper,
        number=chosen.number,
        distance=found,
        reason=_reason(
            chosen,
            (len(front), len(eligible), len(cheaper)),
            comparison,
            settings,
        ),
    )


def _reason(
    chosen: Entry, counts: tuple[int, int, int], comparison: Comparison, settings: SearchSettings
) -> str:
    front, eligible, cheaper = counts
    count = len(comparison.replicates)
    start = f"{front} {_points(front)} not dominated on {count} fresh replicates"
    told = [f"{start}; {eligible} of them not shown to cost more than the uniform rule."]
    if cheaper:
        told.append(f"{cheaper} {_points(cheaper)} of all judged beat the uniform rule on cost.")
    else:
        told.append("No point beats the uniform rule on cost: no interval lies below 0.")
    if not eligible:
        told.append("With nothing eligible, the uniform rule itself is recommended.")
    elif chosen.number == 0:
        told.append("The uniform rule itself is nearest to the best of every objective.")
    else:
        told.append(
            f"Point {chosen.number} ({chosen.rule}) is nearest to the best of every objective."
        )
    names = dict.fromkeys(("cost", *settings.objectives))
    told.append(
        "Against the uniform rule: "
        + "; ".join(_change(name, chosen, comparison) for name in names)
        + "."
    )
    return " ".join(told)


def _points(count: int) -> str:
    return "point" if count == 1 else "points"


def _change(name: str, chosen: Entry, comparison: Comparison) -> str:
    found = comparison.change(chosen.judged, OBJECTIVES[name])
    mean, low, high = (f"{0.0 if one is None else one:+.3g}" for one in vars(found).values())
    unit = f" {UNITS[name]}" if UNITS[name] else ""
    return f"{name.replace('_', ' ')} {mean}{unit} [{low}, {high}]"
