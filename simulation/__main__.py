"""Simulate, record every cell, write the page.

``python -m simulation [monte_carlo | benchmark | estimation] …`` has three studies; without a
name, the first: how far to trust intervals and floor. The second, what shows that the benchmark
market is right, stands in `simulation.benchmark.program`; the third, how far to trust estimates
from trading data, in `simulation.estimation.program`.

``python -m simulation [--quick] [--folder FOLDER]`` goes on from the record: a cell that
stands there under the same settings is not simulated again. A full run is recorded in the
project; a quick one, few cells and panels, is kept in ``out/simulation``, so that rough
numbers never replace recorded ones.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.benchmark.program import main as benchmark_study
from simulation.cells import Effort, all_cells, quick_cells, simulate
from simulation.estimation.program import main as estimation_study
from simulation.page import write_page
from simulation.place import PROJECT
from simulation.record import RECORDED, is_done, place_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.cells import Cell
    from simulation.place import Place

# Order statistics of 119 replicates leave exactly 5 and 2.5 % on either side; so do 39.
FULL = Effort(panels=60, replicates=119, cheap_panels=200)
QUICK = Effort(panels=4, replicates=39, cheap_panels=8)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["benchmark"]:
        return benchmark_study(arguments[1:])
    if arguments[:1] == ["estimation"]:
        return estimation_study(arguments[1:])
    if arguments[:1] == ["monte_carlo"]:
        arguments = arguments[1:]
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few cells, few panels: a rough look")
    parser.add_argument("--folder", type=Path, help="keep record, page and figures there instead")
    parser.add_argument("--page", action="store_true", help="only write page and figures anew")
    parser.add_argument("--panels", type=int, default=FULL.panels, help="of a bootstrap's cell")
    parser.add_argument("--replicates", type=int, default=FULL.replicates, help="of a bootstrap")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    given = parser.parse_args(arguments)
    if given.panels < 2 or given.replicates < 2 or given.workers < 1:
        parser.error("at least 2 panels, 2 replicates and 1 worker")
    effort = Effort(given.panels, given.replicates, FULL.cheap_panels)
    cells = all_cells()
    if given.quick:
        effort, cells = QUICK, quick_cells()
    place = _place(given)
    run(place, [] if given.page else cells, effort, workers=given.workers)
    print(f"written: {place.results}, {place.page}")
    return 0


def run(place: Place, cells: Sequence[Cell], effort: Effort, *, workers: int) -> None:
    """Simulate what is not recorded yet, then write the page."""
    results = place.read()
    for cell in cells:
        if not is_done(results, cell, effort):
            started = time.perf_counter()
            results[cell.key] = simulate(cell, effort, workers=workers)
            # At once: a run that is interrupted keeps what it has simulated.
            place.keep(results)
            seconds = time.perf_counter() - started
            print(f"{cell.key}: {seconds:.1f} s", file=sys.stderr, flush=True)
    write_page(place, results)


def _place(given: argparse.Namespace) -> Place:
    if given.folder is not None:
        return place_in(given.folder.resolve())
    return place_in(PROJECT / "out" / "simulation") if given.quick else RECORDED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
