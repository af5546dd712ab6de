"""Run named comparisons, print a table, record the results.

``python -m performance [--quick] [--folder FOLDER] [name …]``; without names, all. A full run
is recorded in the project; a quick one is kept in ``out/performance``, so that rough figures
never replace recorded ones. Ends with exit code 1 when a required figure is not met.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from performance.activity import million_activities
from performance.commands import commands
from performance.convex import convex
from performance.frontier import frontier_180, frontier_2000
from performance.full_lp import full_programme
from performance.full_market import full_market
from performance.limits import limits
from performance.personal_game import personal_game
from performance.personal_population import population
from performance.price_model import price_model_42, price_model_5000
from performance.record import PROJECT, RECORDED, Place, entry, figure, place_in
from performance.reference_market import reference_market
from performance.scale import bootstrap, growth
from performance.timing import load_average

if TYPE_CHECKING:
    from typing import Any

COMPARISONS = {
    "frontier_180": frontier_180,
    "frontier_2000": frontier_2000,
    "convex": convex,
    "price_model_42": price_model_42,
    "price_model_5000": price_model_5000,
    "growth": growth,
    "full_programme": full_programme,
    "limits": limits,
    "bootstrap": bootstrap,
    "commands": commands,
    "reference_market": reference_market,
    "full_market": full_market,
    "million_activities": million_activities,
    "population": population,
    "personal_game": personal_game,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m performance", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few samples: a rough figure")
    parser.add_argument("--folder", type=Path, help="keep record, page and figures there instead")
    parser.add_argument(
        "--page", action="store_true", help="write page and figures anew, and time nothing"
    )
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(COMPARISONS))
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(COMPARISONS))
    if unknown:
        parser.error(f"no comparison {', '.join(unknown)}; there are {', '.join(COMPARISONS)}")
    place = _place(given)
    met = True
    for name in [] if given.page else given.names or COMPARISONS:
        before = load_average()
        comparison = COMPARISONS[name](quick=given.quick)
        one = entry(comparison, quick=given.quick, load=(before, load_average()))
        show(name, one)
        # At once: a run that is interrupted keeps what it has measured.
        results = place.read() | {name: one}
        place.write({name: results[name] for name in COMPARISONS if name in results})
        met = met and all(requirement.met for requirement in comparison.requirements)
    if given.page:
        place.write(place.read())
    print(f"written: {place.results}, {place.page}")
    return 0 if met else 1


def _place(given: argparse.Namespace) -> Place:
    if given.folder is not None:
        return place_in(given.folder.resolve())
    return place_in(PROJECT / "out" / "performance") if given.quick else RECORDED


def show(name: str, one: dict[str, Any]) -> None:
    before, after = one["load_average_before_and_after"]
    print(f"{name}: {one['title']} (load average {before} before, {after} after)")
    for row in one["rows"]:
        ratio = "" if row["times_ours"] is None else f"{figure(row['times_ours']):>6} x"
        times = f"{figure(row['median_s']):>8} s  [{figure(row['least_s'])}"
        spread = f"{figure(row['greatest_s'])}], {row['samples']} samples"
        print(f"  {row['task']:<36} {row['contender']:<20} {times} to {spread}  {ratio}")
    for table in one["tables"]:
        for row in (table["headers"], *table["rows"]):
            print(f"  {row[0]:<52} " + " ".join(f"{cell:>14}" for cell in row[1:]))
    for requirement in one["requirements"]:
        verdict = "met" if requirement["met"] else "NOT MET"
        print(f"  {verdict}: {requirement['text']}: {figure(requirement['found'])}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
