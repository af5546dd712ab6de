"""A rule that is given number by number: what a search found, or what a ministry has decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.coefficients import keep_mean
from tanshi.benchmark.industries import SCALES, TIERS
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.firms import FirmRegister

    Array = NDArray[np.float64]
    _Cell = tuple[int, int, int, int]  # places of industry, process, tier and scale


@dataclass(frozen=True, kw_only=True)
class GivenBenchmark:
    """One number of a rule.

    Parameters
    ----------
    industry : str
    tier : {"advanced", "medium", "lagging"}
    scale : {"large", "small"}
    relative : float, > 0
        Benchmark over that of the industry's process.
    process : str, optional
        By default every process of the industry.

    Raises
    ------
    InputError
        Every wrong value.
    """

    industry: str
    tier: str
    scale: str
    relative: float
    process: str = ""

    def __post_init__(self) -> None:
        faults = [
            _fault(name, f"unknown {name}", getattr(self, name), ", ".join(known))
            for name, known in (("tier", TIERS), ("scale", SCALES))
            if getattr(self, name) not in known
        ]
        if not (np.isfinite(self.relative) and self.relative > 0):
            faults.append(
                _fault("relative", "out of range", str(self.relative), "a number above 0")
            )
        if faults:
            raise InputError(faults)


def given_benchmarks(
    register: FirmRegister, rows: Sequence[GivenBenchmark], *, mean_preserving: bool = True
) -> Array:
    """Return each firm's relative benchmark from a rule's numbers.

    Parameters
    ----------
    register : FirmRegister
    rows : sequence of GivenBenchmark
        One for every industry, process, tier and scale that has firms; others do no harm.
    mean_preserving : bool, default True
        As in `tanshi.benchmark.coefficients.relative_benchmarks`.

    Returns
    -------
    (n,) array

    Raises
    ------
    InputError
        Unknown industries or processes, a number given twice, firms without one.
    """
    numbers, faults = _numbers(register, rows)
    small = (~np.asarray(register.large)).astype(np.int64)
    columns = (register.industry, register.process, register.tier, small)
    lists = (np.asarray(column, np.int64).tolist() for column in columns)
    of_firm: list[_Cell] = list(zip(*lists, strict=True))
    for s, k, tier, scale in sorted(set(of_firm) - numbers.keys()):
        industry = register.industries[s]
        found = f"{industry.name}, {industry.processes[k].name}, {TIERS[tier]}, {SCALES[scale]}"
        faults.append(_fault("", "no benchmark for its firms", found, "a number for each"))
    if faults:
        raise InputError(faults)
    relative = np.array([numbers[cell] for cell in of_firm])
    return keep_mean(register, relative) if mean_preserving else relative


def _numbers(
    register: FirmRegister, rows: Sequence[GivenBenchmark]
) -> tuple[dict[_Cell, float], list[Fault]]:
    """Return the numbers by place of industry, process, tier and scale, and what is wrong."""
    place = {one.name: s for s, one in enumerate(register.industries)}
    numbers: dict[_Cell, float] = {}
    faults: list[Fault] = []
    for row in rows:
        if row.industry not in place:
            # A user's register may leave out industries that the scenario has.
            continue
        s = place[row.industry]
        processes = [one.name for one in register.industries[s].processes]
        if row.process and row.process not in processes:
            allowed = ", ".join(processes)
            faults.append(_fault("process", "unknown process", row.process, allowed))
            continue
        for k in [processes.index(row.process)] if row.process else range(len(processes)):
            cell = (s, k, TIERS.index(row.tier), SCALES.index(row.scale))
            if cell in numbers:
                found = f"{row.industry}, {processes[k]}, {row.tier}, {row.scale}"
                faults.append(_fault("", "given twice", found, "one number for each"))
            numbers[cell] = row.relative
    return numbers, faults


def _fault(name: str, what: str, found: str, allowed: str) -> Fault:
    column = f"given.{name}" if name else "given"
    return Fault(what, found, allowed, "correct the rows", column=column)
