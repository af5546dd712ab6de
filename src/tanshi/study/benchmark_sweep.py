"""A sweep: the market of a scenario at every point of a grid over its keys.

The grid is cut into items, a point and a chunk of replicates each; what an item finds goes to a
record on disk as it comes, so that memory holds the items at work and no more, and an
interrupted sweep goes on where it was. Points share random numbers: what differs between them
is the keys.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.benchmark.replicate_figures import MARKET_FIGURES, figure_names, interval_row
from tanshi.core import Fault, InputError
from tanshi.study.benchmark_points import (
    Item,
    Markets,
    chunks_of,
    point_faults,
    years_and_figures_at,
)
from tanshi.study.benchmark_variation import matching_keys
from tanshi.study.engine import reported
from tanshi.study.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tanshi.study.benchmark_scenario import BenchmarkSection
    from tanshi.study.benchmark_variation import Value
    from tanshi.study.engine import Engine
    from tanshi.study.run import Progress

OPTION = "--vary"


@dataclass(frozen=True)
class Axis:
    """A key that is varied, and its values.

    Parameters
    ----------
    name : str
        As asked for, perhaps with ``*``.
    keys : tuple of str
        That are set to the value together.
    values : tuple
    """

    name: str
    keys: tuple[str, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Grid:
    """The points and items of a sweep, made as they are asked for: the last axis turns fastest."""

    axes: tuple[Axis, ...]
    replicates: int

    @property
    def points(self) -> int:
        """How many points there are."""
        return prod(len(axis.values) for axis in self.axes)

    def values_at(self, point: int) -> dict[str, Value]:
        """Return the value of every axis at a point, by name."""
        values: list[Value] = []
        for axis in reversed(self.axes):
            point, place = divmod(point, len(axis.values))
            values.insert(0, axis.values[place])
        return dict(zip((axis.name for axis in self.axes), values, strict=True))

    def changes_at(self, point: int) -> dict[str, Value]:
        """Return the keys that are set at a point."""
        values = self.values_at(point)
        return {key: values[axis.name] for axis in self.axes for key in axis.keys}

    @property
    def items(self) -> int:
        """How many items there are; they are numbered from 0, those of a point in a row."""
        return self.points * len(chunks_of(self.replicates))

    def items_of(self, point: int) -> range:
        """Return the numbers of a point's items."""
        count = len(chunks_of(self.replicates))
        return range(point * count, (point + 1) * count)

    def item(self, number: int) -> Item:
        """Return an item by its number."""
        chunks = chunks_of(self.replicates)
        point, chunk = divmod(number, len(chunks))
        labels = {"point": point + 1} | self.values_at(point)
        return Item(self.changes_at(point), chunks[chunk], labels)


@dataclass(frozen=True, eq=False)
class Sweep:
    """A sweep whose items are all on record.

    Parameters
    ----------
    grid : Grid
    record : Record
    years : int
        Of the unchanged scenario.
    """

    grid: Grid
    record: Record
    years: int

    def years_parts(self) -> list[Path]:
        """Return the files that hold every year, in the order of the grid."""
        return [self.record.path(_years(number)) for number in range(self.grid.items)]

    def point_tables(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Yield, point by point, its figures of the whole market and those by industry.

        Both begin with the point's number and the value of every axis; figures have their mean
        over replicates, low and high (95 %).
        """
        for point in range(self.grid.points):
            parts = [self.record.kept(_figures(number)) for number in self.grid.items_of(point)]
            figures = pl.concat(parts)
            labels: dict[str, Any] = {"point": point + 1} | self.grid.values_at(point)
            tiers = [name for name in figure_names(figures) if "_benchmark_" in name]
            whole = figures.filter(pl.col("industry").is_null()).drop(*tiers)
            rows = [
                labels | {"industry": name} | interval_row(of_one.drop(*MARKET_FIGURES))
                for (name,), of_one in figures.filter(pl.col("industry").is_not_null()).group_by(
                    "industry", maintain_order=True
                )
            ]
            yield _floats([labels | interval_row(whole)]), _floats(rows)


def axes_of(texts: Sequence[str], markets: Markets) -> tuple[Axis, ...]:
    """Read the axes of a grid from the command line, and check every point of it.

    Parameters
    ----------
    texts : sequence of str
        ``key=value,value,…`` each.
    markets : Markets

    Raises
    ------
    InputError
        Every unknown key, every value that is not of its key's kind, and every point that
        cannot be run, at once.
    """
    faults: list[Fault] = []
    if not texts:
        remedy = "for example --vary price.floor=40,50"
        faults.append(Fault("nothing is varied", "none", "one key or more", remedy, column=OPTION))
    axes: list[Axis] = []
    taken: dict[str, str] = {}
    for text in texts:
        axis, wrong = _axis_of(text, markets.base.scenario.benchmark)
        twice = [key for key in axis.keys if key in taken]
        if twice:
            found, allowed = f"{twice[0]}, also in {taken[twice[0]]}", "each key once"
            wrong.append(Fault("varied twice", found, allowed, "put all values in one"))
        taken |= dict.fromkeys(axis.keys, axis.name)
        faults += [replace(one, column=f"{OPTION} {axis.name}") for one in wrong]
        if axis.values and not twice:
            axes.append(axis)
    grid = Grid(tuple(axes), 1)
    points = (grid.changes_at(point) for point in range(grid.points))
    faults += point_faults(points, markets.plan_at, shown=_in_words)
    if faults:
        raise InputError(faults)
    return tuple(axes)


def _axis_of(text: str, section: BenchmarkSection) -> tuple[Axis, list[Fault]]:
    """Return an axis with the values that can be read, and what is wrong with it."""
    name, _, listed = (part.strip() for part in text.partition("="))
    keys, fault = matching_keys(name, section)
    if fault is not None:
        return Axis(name, (), ()), [fault]
    values, faults = _values_of(listed, set(keys.values()))
    return Axis(name, tuple(keys), tuple(values)), faults


def run_sweep(
    markets: Markets,
    axes: tuple[Axis, ...],
    *,
    engine: Engine,
    record: Path,
    anew: bool = False,
    progress: Progress | None = None,
) -> Sweep:
    """Run the market at every point of a grid.

    Parameters
    ----------
    markets : Markets
    axes : tuple of Axis
        As `axes_of` returns them.
    engine : Engine
        Entered; the result does not depend on it.
    record : path
        Folder for what is done so far; a later call with the same request goes on from it.
    anew : bool, default False
        Throw an unfinished record away.
    progress : Progress, optional
        Told of each item.

    Returns
    -------
    Sweep
        Its record is to be removed when the result is written.

    Raises
    ------
    InputError
        The record is of another request.
    """
    section = markets.base.scenario.benchmark
    grid = Grid(axes, section.replicates)
    asked = {axis.name: axis.values for axis in axes}
    request = {"sweep": asked, "items": len(chunks_of(section.replicates))} | markets.asked()
    held = Record(record, request, anew=anew)
    # The figures of an item are written last.
    missing = [number for number in range(grid.items) if not held.has(_figures(number))]
    found = engine.results(_compute, (markets, grid), missing)
    told = reported(found, progress, total=grid.items, done=grid.items - len(missing))
    for number, (years, figures) in zip(missing, told, strict=True):
        held.keep(_years(number), years)
        held.keep(_figures(number), figures)
    return Sweep(grid, held, section.years)


def _compute(markets: Markets, grid: Grid, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    return years_and_figures_at(markets, grid.item(number))


def _years(number: int) -> str:
    return f"years-{number:09d}"


def _figures(number: int) -> str:
    return f"figures-{number:09d}"


def _values_of(listed: str, kinds: set[type]) -> tuple[list[Value], list[Fault]]:
    """Return the values of an axis, and what is wrong with them."""
    if len(kinds) > 1:
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        remedy = "vary them one by one"
        return [], [Fault("keys of different kinds", names, "keys of one kind", remedy)]
    (kind,) = kinds
    values: list[Value] = []
    faults: list[Fault] = []
    for text in (one.strip() for one in listed.split(",")):
        try:
            value = _READERS[kind](text)
        except ValueError:
            allowed = _ALLOWED[kind]
            faults.append(Fault("not a value of the key", repr(text), allowed, "correct it"))
            continue
        if value in values:
            faults.append(Fault("the same value twice", repr(text), "each value once", "drop one"))
        values.append(value)
    return values, faults


def _switch(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"


def _word(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


_READERS: dict[type, Any] = {bool: _switch, int: int, float: float, str: _word}
_ALLOWED = {bool: "true or false", int: "a whole number", float: "a number", str: "a word"}


def _in_words(changes: Any) -> str:
    return ", ".join(f"{key}={value}" for key, value in changes.items())


def _floats(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return rows as a table in which an empty figure is an empty number."""
    table = pl.DataFrame(rows, infer_schema_length=None)
    return table.cast({pl.Null: pl.Float64})
