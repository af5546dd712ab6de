"""Simulate case by case, record each, write the page.

``python -m simulation estimation [--quick] [--folder FOLDER] [--page]`` goes on from the record: a
case that stands there under the same settings is not simulated again. A full run is recorded in
the project; a quick one, few cases and data sets, is kept in ``out/simulation``, so that rough
numbers never replace recorded ones.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.estimation.cases import CASES, Effort, quick_cases, simulate
from simulation.estimation.page import page
from simulation.place import PROJECT, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.estimation.cases import Case

FULL = Effort(data_sets=1000, tested=100)
QUICK = Effort(data_sets=20, tested=2)
ORDER = tuple(case.key for case in CASES)
RECORDED = Place(
    PROJECT / "simulation" / "estimation_results.json",
    PROJECT / "docs" / "estimation_evidence.md",
    ORDER,
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulation estimation", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two cases, few data sets")
    parser.add_argument("--folder", type=Path, help="keep record and page there instead")
    parser.add_argument("--page", action="store_true", help="only write the page anew")
    given = parser.parse_args(arguments)
    place = _place(given)
    cases = quick_cases() if given.quick else CASES
    run(place, () if given.page else cases, QUICK if given.quick else FULL)
    print(f"written: {place.results}, {place.page}")
    return 0


def run(place: Place, cases: Sequence[Case], effort: Effort) -> None:
    """Simulate what is not recorded yet, then write the page."""
    results = place.read()
    for case in cases:
        settings = case.settings(effort)
        if results.get(case.key, {}).get("settings") != settings:
            started = time.perf_counter()
            results[case.key] = simulate(case, effort)
            # At once: a run that is interrupted keeps what it has simulated.
            place.keep(results)
            seconds = time.perf_counter() - started
            print(f"{case.key}: {seconds:.1f} s", file=sys.stderr, flush=True)
    place.write(page(place.read()), {})


def _place(given: argparse.Namespace) -> Place:
    if given.folder is not None:
        folder = given.folder.resolve()
    elif given.quick:
        folder = PROJECT / "out" / "simulation"
    else:
        return RECORDED
    return Place(folder / "estimation_results.json", folder / "estimation_evidence.md", ORDER)
