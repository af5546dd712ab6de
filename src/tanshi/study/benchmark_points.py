"""One market among many: what an engine computes at a point of a grid or of a sample.

An item is a point and a few of its replicates, and runs in one thread: many items run beside
each other. All points share the random numbers of a replicate, which depend on the seed and
the replicate's number alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.benchmark.outcomes import evolve_beside_baseline
from tanshi.benchmark.replicate_figures import replicate_figures
from tanshi.core import Fault, InputError
from tanshi.study.benchmark_plan import market_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tanshi.benchmark.evolution import EvolutionPlan
    from tanshi.data.firm_register import FirmTable
    from tanshi.study.benchmark_scenario import BenchmarkSection
    from tanshi.study.benchmark_variation import BaseScenario, Value

_COLUMNS = {bool: pl.Boolean, int: pl.Int64, float: pl.Float64, str: pl.String}
CHUNK = 4  # replicates of an item: a second or so, and the register is drawn once for them


@dataclass(frozen=True)
class Markets:
    """What all items share.

    Parameters
    ----------
    base : BaseScenario
    firms : FirmTable or None
        The user's register; without it one is drawn at every point.
    """

    base: BaseScenario
    firms: FirmTable | None = None

    def plan_at(self, changes: Mapping[str, Value]) -> tuple[BenchmarkSection, EvolutionPlan]:
        """Return the section and what is evolved with some keys set.

        Raises
        ------
        InputError
            Values out of range, or that do not fit together.
        """
        section = self.base.changed(changes).benchmark
        return section, market_plan(section, self.firms, source=str(self.base.path))

    def asked(self) -> dict[str, Any]:
        """Return everything that results depend on, besides the points, for a record."""
        scenario = self.base.scenario
        return {
            "scenario": scenario.sha256,
            "files": {} if self.firms is None else {self.firms.source: self.firms.sha256},
            "replicates": scenario.benchmark.replicates,
            "seed": scenario.benchmark.seed,
        }


@dataclass(frozen=True)
class Item:
    """Some replicates at a point.

    Parameters
    ----------
    changes : dict
        Keys of the section and their values there.
    replicates : range
    labels : dict
        Columns that say in a table of years where the item is.
    """

    changes: dict[str, Value]
    replicates: range
    labels: dict[str, Value]


def chunks_of(replicates: int) -> list[range]:
    """Return the replicates of the items of a point.

    Examples
    --------
    >>> chunks_of(6)
    [range(0, 4), range(4, 6)]
    """
    return [range(at, min(at + CHUNK, replicates)) for at in range(0, replicates, CHUNK)]


def figures_at(markets: Markets, item: Item) -> pl.DataFrame:
    """Return the figures of an item's replicates: `replicate_figures`."""
    return years_and_figures_at(markets, item)[1]


def years_and_figures_at(markets: Markets, item: Item) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return every year of an item's replicates, and their figures."""
    section, plan = markets.plan_at(item.changes)
    found = evolve_beside_baseline(plan, replicates=item.replicates, seed=section.seed, workers=1)
    years = found[0].years_table()
    labels = [
        pl.lit(value, dtype=_COLUMNS[type(value)]).alias(name)
        for name, value in item.labels.items()
    ]
    return years.select(*labels, pl.all()), replicate_figures(*found)


def point_faults(
    points: Iterable[Mapping[str, Value]],
    check: Callable[[Mapping[str, Value]], object],
    *,
    shown: Callable[[Mapping[str, Value]], str],
) -> list[Fault]:
    """Return what is wrong at some points: each fault once, with how many have it.

    Parameters
    ----------
    points : iterable of changes
    check : callable
        Raises `InputError` at a point that cannot be run.
    shown : callable
        A point in words.
    """
    seen: dict[Fault, tuple[int, str]] = {}
    total = 0
    for changes in points:
        total += 1
        try:
            check(changes)
        except InputError as error:
            for fault in dict.fromkeys(error.faults):
                count, first = seen.get(fault, (0, shown(changes)))
                seen[fault] = count + 1, first
    return [_at(fault, count, total, first) for fault, (count, first) in seen.items()]


def _at(fault: Fault, count: int, total: int, first: str) -> Fault:
    where = f" (at {count} of {total} points; first: {first})" if count < total else ""
    return replace(fault, what=fault.what + where)
