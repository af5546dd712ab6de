"""Whole processes, as a user waits for them: interpreter, imports, work, files."""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path
from statistics import median

from performance.comparison import Comparison, Requirement, rows_of
from performance.frontier import china_pack
from performance.timing import process, say, side_by_side
from tanshi.frontier.simulation import simulate_technology

HELP_S, HELP_OVER_TYPER, MAC_S, STUDY_S = 0.3, 2.0, 2.0, 10.0

_TEXT = """\
Wall time of whole processes in turn, median of the turns. *import typer* starts the same
interpreter and imports the command-line library alone: what no command built on it can
beat. `tanshi mac` reads a CSV of 180 rows and writes its folder; `tanshi study` runs the
whole chain on a data pack and writes report, tables and figures. Setting up a machine from
nothing (`dev.py demo`) is not timed here, because it depends on the network; by hand, in a
fresh clone with empty caches and without uv, it took 27 s on 2026-11-21."""


def commands(*, quick: bool) -> Comparison:
    """Time help, one estimation and the whole chain as processes."""
    turns = 2 if quick else 5
    tanshi = str(Path(sys.executable).with_name("tanshi"))
    with tempfile.TemporaryDirectory() as folder:
        panel, out = Path(folder) / "panel.csv", Path(folder) / "out"
        _write_panel(panel)
        say("commands: help")
        # Twice the turns: they are quick, and the figure required of them is a ratio.
        starts = side_by_side(
            {
                "tanshi --help": process(tanshi, "--help"),
                "import typer": process(sys.executable, "-c", "import typer"),
            },
            turns=2 * turns,
        )
        work = {
            "180 rows": ("tanshi mac", (str(panel), "--out", str(out / "mac"))),
            "bundled sample pack": ("tanshi study", ("--out", str(out / "sample"))),
        }
        pack = china_pack()
        if pack is not None:
            options = ("--pack", str(pack), "--out", str(out / "china"))
            work["China pack"] = ("tanshi study", options)
        rows = rows_of("help", starts, ours="tanshi --help")
        for task, (name, options) in work.items():
            say(f"commands: {name}, {task}")
            contender = process(tanshi, name.removeprefix("tanshi "), *options)
            times = side_by_side({name: contender}, turns=turns)
            rows += rows_of(task, times, ours=name)
    help_s, typer_s = (median(starts[name]) for name in ("tanshi --help", "import typer"))
    requirements = [
        Requirement("`tanshi --help` in less than 0.3 s", HELP_S, help_s, help_s < HELP_S),
        Requirement(
            "`tanshi --help` over importing typer alone at most 2",
            HELP_OVER_TYPER,
            help_s / typer_s,
            help_s / typer_s <= HELP_OVER_TYPER,
        ),
    ]
    limits = {("180 rows", "tanshi mac"): MAC_S, ("China pack", "tanshi study"): STUDY_S}
    for row in rows:
        limit = limits.get((row.task, row.contender))
        if limit is not None:
            text = f"`{row.contender}`, {row.task}, in less than {limit:g} s"
            requirements.append(Requirement(text, limit, row.median_s, row.median_s < limit))
    return Comparison("Commands", _TEXT, rows, requirements)


def _write_panel(path: Path) -> None:
    inputs = simulate_technology(30, 6, seed=1).inputs
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", "time", "labour", "capital", "output", "emissions"])
        columns = (*inputs.inputs.T, inputs.desirable_output, inputs.undesirable_output)
        writer.writerows(zip(inputs.unit, inputs.period + 2012, *columns, strict=True))
