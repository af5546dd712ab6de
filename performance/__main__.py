"""Run named comparisons, print a table, record the results.

``python -m performance [--quick] [name …]``; without names, all. Ends with exit code 1
when a required figure is not met.
"""

from __future__ import annotations

import argparse
import sys

from performance.commands import commands
from performance.frontier import frontier_180, frontier_2000
from performance.price_model import price_model_42, price_model_5000
from performance.record import PAGE, PROJECT, RESULTS, entry, figure, read_results, write_results
from performance.scale import bootstrap, growth
from performance.timing import load_average

COMPARISONS = {
    "frontier_180": frontier_180,
    "frontier_2000": frontier_2000,
    "commands": commands,
    "growth": growth,
    "bootstrap": bootstrap,
    "price_model_42": price_model_42,
    "price_model_5000": price_model_5000,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m performance", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few samples: a rough figure")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(COMPARISONS))
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(COMPARISONS))
    if unknown:
        parser.error(f"no comparison {', '.join(unknown)}; there are {', '.join(COMPARISONS)}")
    met = True
    for name in given.names or COMPARISONS:
        before = load_average()
        comparison = COMPARISONS[name](quick=given.quick)
        one = entry(comparison, quick=given.quick, load=(before, load_average()))
        show(name, one)
        # At once: a run that is interrupted keeps what it has measured.
        results = read_results() | {name: one}
        write_results({name: results[name] for name in COMPARISONS if name in results})
        met = met and all(requirement.met for requirement in comparison.requirements)
    print(f"written: {RESULTS.relative_to(PROJECT)}, {PAGE.relative_to(PROJECT)}")
    return 0 if met else 1


def show(name: str, one: dict) -> None:
    before, after = one["load_average_before_and_after"]
    print(f"{name}: {one['title']} (load average {before} before, {after} after)")
    for row in one["rows"]:
        ratio = "" if row["times_ours"] is None else f"{figure(row['times_ours']):>6} x"
        times = f"{figure(row['median_s']):>8} s  [{figure(row['least_s'])}"
        spread = f"{figure(row['greatest_s'])}], {row['samples']} samples"
        print(f"  {row['task']:<36} {row['contender']:<20} {times} to {spread}  {ratio}")
    for requirement in one["requirements"]:
        verdict = "met" if requirement["met"] else "NOT MET"
        print(f"  {verdict}: {requirement['text']}: {figure(requirement['found'])}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
