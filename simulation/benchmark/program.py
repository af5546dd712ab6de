"""Gather the evidence part by part, record each, write the page.

``python -m simulation benchmark [--quick] [--folder FOLDER] [--page]`` goes on from the record: a
part that stands there under the same settings, of the same model, is not simulated again. A
full run is recorded in the project; a quick one, few firms and replicates, is kept in
``out/simulation``, so that rough numbers never replace recorded ones.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.benchmark.markets import Effort, fingerprint
from simulation.benchmark.page import page
from simulation.benchmark.pictures import pictures
from simulation.benchmark.record import (
    PARTS,
    RECORDED,
    is_done,
    place_in,
    settings_of,
    simulate,
)
from simulation.place import PROJECT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.place import Place

FULL = Effort(replicates=12, settling=48, draws=400, registers=24)
QUICK = Effort(replicates=2, settling=4, draws=4, registers=2, part=20, years=12, later=16)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulation benchmark", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few firms and replicates")
    parser.add_argument("--folder", type=Path, help="keep record, page and figures there instead")
    parser.add_argument("--page", action="store_true", help="only write page and figures anew")
    given = parser.parse_args(arguments)
    place = _place(given)
    run(place, () if given.page else PARTS, QUICK if given.quick else FULL)
    print(f"written: {place.results}, {place.page}")
    return 0


def run(place: Place, parts: Sequence[str] | dict[str, object], effort: Effort) -> None:
    """Simulate what is not recorded yet, then write the page."""
    results = place.read()
    numbers = fingerprint() if parts else []
    for part in parts:
        settings = settings_of(part, effort, numbers)
        if not is_done(results, part, settings):
            results[part] = simulate(part, effort, settings)
            # At once: a run that is interrupted keeps what it has simulated.
            place.keep(results)
            print(f"{part}: {results[part]['seconds']:.1f} s", file=sys.stderr, flush=True)
    kept = place.read()  # in the order of the page
    place.write(page(kept), pictures(kept))


def _place(given: argparse.Namespace) -> Place:
    if given.folder is not None:
        return place_in(given.folder.resolve())
    return place_in(PROJECT / "out" / "simulation") if given.quick else RECORDED
