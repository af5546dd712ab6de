"""How long contenders take, side by side, so that what else runs hits all alike."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Contender:
    """What is timed, and how many times in each turn (more where it is quick).

    One that times itself, in an interpreter of its own, returns its seconds.
    """

    run: Callable[[], Any]
    a_turn: int = 1
    times_itself: bool = False

    def seconds(self) -> float:
        """Run once and return the wall time."""
        started = time.perf_counter()
        answer = self.run()
        return float(answer) if self.times_itself else time.perf_counter() - started


def side_by_side(
    contenders: Mapping[str, Contender], *, turns: int, warm_up: bool = True
) -> dict[str, list[float]]:
    """Return the wall times of every contender, taken in turn; one round warms up.

    The warm-up leaves out those that run once a turn: they are the slow ones, whose first
    call is not slower than the rest by more than loading the library, done by then.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        if warm_up and contender.a_turn > 1:
            contender.run()
    for _ in range(turns):
        for name, contender in contenders.items():
            times[name] += [contender.seconds() for _ in range(contender.a_turn)]
    return times


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
