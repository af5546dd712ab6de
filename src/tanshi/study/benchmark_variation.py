"""Scenarios that differ from one in single keys of its section `[benchmark]`.

A key is written with points, as in ``compliance.detection_small`` or
``industries.power.demand_elasticity``; rows of a list go by their name, and ``*`` stands for
any name, so ``industries.*.cap_cost_cny_per_tco2`` sets the key of every industry. Changes are
made in what the file says and the whole is checked again, so that later rules of the
scenario (`policy_changes`) build on the changed ones.
"""

from __future__ import annotations

import difflib
from copy import deepcopy
from dataclasses import dataclass, fields, is_dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from tanshi.core import Fault
from tanshi.study.benchmark_scenario import BenchmarkSection
from tanshi.study.scenario import read_content, scenario_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tanshi.study.scenario import Scenario

SECTION = "benchmark"
# Not of the market: how often and with which numbers it is run, and what else is done with it.
NOT_VARIED = frozenset({"replicates", "seed", "sensitivity", "search"})

Value = bool | int | float | str


@dataclass(frozen=True)
class BaseScenario:
    """A scenario as its file says it, of which keys of the market can be changed.

    Parameters
    ----------
    content : dict
        Sections, each a dict of keys.
    path : path
        Of the file; its relative paths are taken from there.
    """

    content: dict[str, Any]
    path: Path

    @classmethod
    def read(cls, path: Path, options: Mapping[str, Any]) -> BaseScenario:
        """Read a file, with some keys of the section set beforehand where they are given.

        Raises
        ------
        InputError
            The file is missing, not TOML, or has faults.
        """
        content = read_content(path)
        scenario_of(content, path)
        return cls(content, path).with_options(options)

    def with_options(self, options: Mapping[str, Any]) -> BaseScenario:
        """Return the scenario with keys of the section set; those that are None stay."""
        given = {key: value for key, value in options.items() if value is not None}
        section = self.content.get(SECTION, {}) | given
        return BaseScenario(self.content | {SECTION: section}, self.path)

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario without any change."""
        return scenario_of(self.content, self.path)

    def changed(self, changes: Mapping[str, Value]) -> Scenario:
        """Return the scenario with some keys set.

        Parameters
        ----------
        changes : mapping of key to value
            Keys as `matching_keys` returns them, without ``*``.

        Raises
        ------
        InputError
            Every value out of range.
        """
        content = deepcopy(self.content)
        whole = self.scenario.benchmark.model_dump(mode="json")
        for key, value in changes.items():
            _set(content[SECTION], whole, key.split("."), value)
        return scenario_of(content, self.path)


def market_keys(section: BenchmarkSection) -> dict[str, type]:
    """Return every key of a market that is a number, a word or a switch, with its type.

    Parameters
    ----------
    section : BenchmarkSection
        Its industries, processes and tables give the names that are part of keys.

    Examples
    --------
    >>> keys = market_keys(BenchmarkSection())
    >>> keys["price.floor"], keys["rule"], keys["industries.steel.demand_elasticity"]
    (<class 'float'>, <class 'str'>, <class 'float'>)
    """
    return {
        key: kind
        for name, one in BenchmarkSection.model_fields.items()
        if name not in NOT_VARIED
        for key, kind in _leaves(name, one.annotation, getattr(section, name))
    }


def matching_keys(pattern: str, section: BenchmarkSection) -> tuple[dict[str, type], Fault | None]:
    """Return the keys that a pattern stands for, with their types, or why there are none.

    Parameters
    ----------
    pattern : str
        A key, perhaps with ``*``.
    section : BenchmarkSection
    """
    known = market_keys(section)
    found = {key: kind for key, kind in known.items() if fnmatchcase(key, pattern)}
    if not found and "*" not in pattern:
        kind = _kind_in_table(pattern)
        found = {} if kind is None else {pattern: kind}
    if found:
        return found, None
    if pattern.partition(".")[0] in NOT_VARIED:
        allowed, remedy = "a key of the market", "use the option of the command, or another key"
        return {}, Fault("not a key of the market", pattern, allowed, remedy)
    near = difflib.get_close_matches(pattern, known, n=1, cutoff=0.4)
    remedy = f"did you mean '{near[0]}'?" if near else "see the keys in docs/benchmark.md"
    allowed = "a key of [benchmark] with a number, a word or a switch, such as 'price.floor'"
    return {}, Fault("unknown key", pattern, allowed, remedy)


def value_at(section: BenchmarkSection, key: str) -> Any:
    """Return what a section says at a key; None where a table has no such entry."""
    here: Any = section
    for part in key.split("."):
        if isinstance(here, tuple):
            here = next((row for row in here if row.name == part), None)
        elif isinstance(here, dict):
            here = here.get(int(part) if part.isdigit() else part)
        else:
            here = getattr(here, part, None)
    return here


def _leaves(key: str, annotation: Any, value: Any) -> Iterator[tuple[str, type]]:
    """Yield the keys at and below one that hold a number, a word or a switch."""
    kind = _scalar(annotation)
    if kind is not None:
        yield key, kind
        return
    for name, (inner, one) in _inside(annotation, value).items():
        # A name with a point in it cannot be part of a key.
        if "." not in name:
            yield from _leaves(f"{key}.{name}", inner, one)


def _inside(annotation: Any, value: Any) -> dict[str, tuple[Any, Any]]:
    """Return what is below a key, with its annotation: rows, entries or keys."""
    if isinstance(value, tuple):
        rows = (row for row in value if "name" in _members(type(row)))
        return {row.name: (type(row), row) for row in rows}
    if isinstance(value, dict):
        inner = get_args(_unwrapped(annotation))[1]
        return {str(name): (inner, one) for name, one in value.items()}
    # A row is found by its name.
    members = {name: one for name, one in _members(type(value)).items() if name != "name"}
    return {name: (one, getattr(value, name)) for name, one in members.items()}


def _members(kind: Any) -> dict[str, Any]:
    """Return the keys of a table of a scenario with their annotations."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: one.annotation for name, one in kind.model_fields.items()}
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {one.name: hints[one.name] for one in fields(kind)}
    return {}


def _kind_in_table(key: str) -> type | None:
    """Return the type of an entry that a table of names could have but has not."""
    here: Any = BenchmarkSection
    first = key.partition(".")[0]
    if first in NOT_VARIED:
        return None
    for part in key.split("."):
        here = _unwrapped(here)
        if get_origin(here) is dict:
            if get_args(here)[0] is int and not part.isdigit():
                return None
            here = get_args(here)[1]
        else:
            here = _members(here).get(part)
    return _scalar(here)


def _unwrapped(annotation: Any) -> Any:
    """Return an annotation without what pydantic adds to it, and without `None`."""
    while hasattr(annotation, "__metadata__"):
        annotation = get_args(annotation)[0]
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if type(None) in get_args(annotation) and len(parts) == 1:
        return _unwrapped(parts[0])
    return annotation


def _scalar(annotation: Any) -> type | None:
    """Return bool, int, float or str where an annotation is one of them, else None."""
    inner = _unwrapped(annotation)
    if get_origin(inner) is Literal:
        return str
    return inner if inner in (bool, int, float, str) else None


def _set(here: Any, whole: Any, parts: list[str], value: Value) -> None:
    """Set a key in what a file says; rows that it leaves out are those of the defaults."""
    first, *rest = parts
    if isinstance(here, list):
        row, same = (next(one for one in rows if one["name"] == first) for rows in (here, whole))
        _set(row, same, rest, value)
    elif not rest:
        here[first] = value
    else:
        inner = whole.get(first) if isinstance(whole, dict) else None
        here.setdefault(first, inner if isinstance(inner, list) else {})
        _set(here[first], inner, rest, value)
