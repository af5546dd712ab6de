"""How long contenders take, side by side, so that what else runs hits all alike."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Contender:
    """What is timed, and how many times in each turn (more where it is quick)."""

    run: Callable[[], Any]
    a_turn: int = 1


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


@dataclass(frozen=True)
class Comparison:
    """Result of one named comparison."""

    title: str
    text: str
    rows: list[Row]
    requirements: list[Requirement]
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def side_by_side(contenders: Mapping[str, Contender], *, turns: int) -> dict[str, list[float]]:
    """Return the wall times of every contender, taken in turn; one round warms up.

    The warm-up leaves out those that run once a turn: they are the slow ones, whose first
    call is not slower than the rest by more than loading the library, done by then.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        if contender.a_turn > 1:
            contender.run()
    for _ in range(turns):
        for name, contender in contenders.items():
            for _ in range(contender.a_turn):
                started = time.perf_counter()
                contender.run()
                times[name].append(time.perf_counter() - started)
    return times


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


def process(*command: str) -> Contender:
    """Return a contender that runs a whole process and fails when the process does."""

    def run() -> None:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode:
            last = answer.stderr.strip().splitlines()[-1:] or ["no message"]
            message = f"'{' '.join(command)}' ended with exit code {answer.returncode}: {last[0]}"
            raise RuntimeError(message)

    return Contender(run)


def load_average() -> float | None:
    """Return how many processes wanted the processor over the last minute."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def say(text: str) -> None:
    """Tell whoever waits what is being timed."""
    print(f"… {text}", file=sys.stderr, flush=True)
