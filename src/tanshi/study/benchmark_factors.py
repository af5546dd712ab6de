"""Factors of a sensitivity: assumptions of a scenario, with the keys they stand for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tanshi.core import Fault, InputError
from tanshi.study.benchmark_variation import matching_keys, value_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tanshi.study.benchmark_points import Markets
    from tanshi.study.benchmark_sensitivity_section import FactorRange, SensitivitySection
    from tanshi.study.benchmark_variation import Value

    Array = NDArray[np.float64]

TABLE = "benchmark.sensitivity"


@dataclass(frozen=True)
class Factor:
    """An assumption that is shaken.

    Parameters
    ----------
    name : str
        Key of the section, perhaps with ``*``.
    keys : dict of str to (type, value)
        Those it stands for, with what the scenario says.
    span : FactorRange
    """

    name: str
    keys: dict[str, tuple[type, Any]]
    span: FactorRange

    def value(self, place: float) -> float:
        """Return the factor at a place of its range, 0 to 1."""
        low, high = self.span.low, self.span.high
        if self.span.log:
            return float(low * (high / low) ** place)
        return float(low + (high - low) * place)

    def changes(self, value: float) -> dict[str, Value]:
        """Return the keys with what they are set to; whole numbers are rounded."""
        found: dict[str, Value] = {}
        for key, (kind, said) in self.keys.items():
            number = said * value if self.span.times else value
            found[key] = round(number) if kind is int else float(number)
        return found

    @property
    def scenario_value(self) -> float | None:
        """What the scenario has; None where its keys differ."""
        if self.span.times:
            return 1.0
        said = {float(value) for _, value in self.keys.values() if value is not None}
        return said.pop() if len(said) == 1 else None


def factors_of(markets: Markets, plan: SensitivitySection) -> tuple[Factor, ...]:
    """Return the factors of a table of sensitivity, with the keys they stand for.

    Raises
    ------
    InputError
        No factor, and every one that names no number of the market or one named twice.
    """
    section, source = markets.base.scenario.benchmark, str(markets.base.path)
    faults: list[Fault] = []
    if not plan.factors:
        allowed = "factors with their ranges"
        remedy = f"write [{TABLE}.factors], as scenarios/benchmark_china.toml does"
        faults.append(Fault("nothing to shake", "none", allowed, remedy, column=f"{TABLE}.factors"))
    factors: list[Factor] = []
    taken: dict[str, str] = {}
    for name, span in plan.factors.items():
        kinds, fault = matching_keys(name, section)
        keys = {key: (kind, value_at(section, key)) for key, kind in kinds.items()}
        wrong = [] if fault is None else [fault]
        wrong += _unfit(keys, taken, times=span.times)
        faults += [replace(one, file=source, column=f"{TABLE}.factors.{name}") for one in wrong]
        taken |= dict.fromkeys(keys, name)
        factors.append(Factor(name, keys, span))
    if faults:
        raise InputError(faults)
    return tuple(factors)


def _unfit(keys: dict[str, tuple[type, Any]], taken: dict[str, str], *, times: bool) -> list[Fault]:
    faults = []
    for key, (kind, said) in keys.items():
        if kind not in (int, float):
            remedy = "vary words and switches with tanshi benchmark sweep"
            faults.append(Fault("not a number", key, "keys with a number", remedy))
        elif times and said is None:
            allowed, remedy = "keys that the scenario sets", "write the key, or drop 'times'"
            faults.append(Fault("nothing to multiply", key, allowed, remedy))
        if key in taken:
            found = f"{key}, also in {taken[key]}"
            faults.append(Fault("shaken twice", found, "each key once", "leave one of them out"))
    return faults


def changes_at(factors: tuple[Factor, ...], row: Array) -> dict[str, Value]:
    """Return what is set at a point of a design.

    Parameters
    ----------
    factors : tuple of Factor, length k
    row : (k,) array
        Places in their ranges.
    """
    found: dict[str, Value] = {}
    for one, place in zip(factors, row, strict=True):
        found |= one.changes(one.value(float(place)))
    return found
