"""Ten million people at a posted price: streamed and compiled, beside arrays of everyone."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import Any

from performance.comparison import Comparison, Requirement, Table, rows_of
from performance.record import figure
from performance.timing import say

PEOPLE, FEWER = 10_000_000, 1_000_000
CONTENDERS = {"Tanshi": "tanshi", "Tanshi, one thread": "one_thread", "numpy": "numpy"}
TASKS = {"the paper's people": "paper", "four correlated traits": "everything"}
OURS = "Tanshi"
LONGEST_S, MOST_GB, FARTHEST = 2.0, 1.0, 4.5

_TEXT = """\
Share who sell, tonnes sold and surplus with standard errors, by income group, of ten million
people (`tanshi.personal.population.simulate_sales`): the paper's, with uniform perception, and
people with Beta perception and lognormal amounts, costs and incomes, all correlated. *Tanshi*
draws people in blocks, on as many threads as there are processors, and keeps sums. *numpy* holds
arrays of everyone and calls `scipy.special`, as one writes it. Each runs in a process of its own,
whose peak memory is read from it, after a small population has loaded and compiled what there is
to load and compile."""


def alone(who: str, name: str, people: int) -> dict[str, Any]:
    """Run one contender in an interpreter of its own and return what it prints."""
    command = [sys.executable, "-m", "performance.people_alone", who, name, str(people)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def population(*, quick: bool) -> Comparison:
    turns, people = (1, FEWER) if quick else (5, PEOPLE)
    rows, requirements, cells = [], [], []
    for task, name in TASKS.items():
        answers: dict[str, list[dict[str, Any]]] = {one: [] for one in CONTENDERS}
        for turn in range(turns):
            for one, who in CONTENDERS.items():
                say(f"{task}, {one}, turn {turn + 1} of {turns}")
                answers[one].append(alone(who, name, people))
        times = {one: [answer["seconds"] for answer in found] for one, found in answers.items()}
        rows += rows_of(task, times, ours=OURS)
        peaks = {one: max(answer["peak_gb"] for answer in found) for one, found in answers.items()}
        own = max(abs(answer["z"]) for answer in answers[OURS])
        requirements += [
            Requirement.at_most(f"{task}: seconds at most 2", LONGEST_S, median(times[OURS])),
            Requirement.at_most(f"{task}: peak memory in GB at most 1", MOST_GB, peaks[OURS]),
            Requirement.at_most(
                f"{task}: share of sellers from the exact one, standard errors", FARTHEST, own
            ),
        ]
        cells += [
            [
                f"{task}, {one}",
                figure(peaks[one]),
                f"{found[0]['share']:.5f}",
                f"{found[0]['z']:+.2f}",
            ]
            for one, found in answers.items()
        ]
    table = Table(["Whole process", "Peak GB", "Share who sell", "z"], cells)
    return Comparison(f"{people:,} people", _TEXT, rows, requirements, tables=[table])
