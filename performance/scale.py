"""How the estimator grows: observations, quantiles, bootstrap replicates."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from performance.comparison import (
    Comparison,
    Figure,
    Requirement,
    Row,
    Series,
    one_row,
    rows_of,
)
from performance.million import grid, warm_up
from performance.timing import Contender, say, side_by_side
from tanshi.frontier import FrontierInputs, estimate_quantile_frontier
from tanshi.frontier.bootstrap import BootstrapPlan
from tanshi.frontier.simulation import simulate_technology
from tanshi.study.engine import engine_named
from tanshi.study.inference import run_bootstrap

MILLION_S, MILLION_GB, BOOTSTRAP_S, GAP = 60.0, 4.0, 15.0, 1e-9
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
COUNTS = (1, 10, 25, 50, 99)
QUANTILES, OBSERVATIONS = 10, 100_000  # of the line that the other one grows along

_GROWTH = """\
Tanshi alone, two inputs, null-jointness on, certificates and the search for other optima
included. A first call at 25,000 observations, not timed, loads the compiled passes, or compiles
them where the installation is fresh; otherwise that would be in the time of the first large
panel. The million by 99 quantiles is one call of `estimate_quantile_frontier` and one of
`estimate_abatement_costs` in a process of its own; its memory is the peak of that process,
panel included. Every optimum carries its certificate: the gap between the primal and the dual
objective, recomputed from all observations, bounds the distance from the exact optimum of the
full programme."""

_BOOTSTRAP = """\
The panel block bootstrap of a panel of 30 units x 6 periods, ten quantiles, on all
processors: draws, estimates with certificates, and the costs of the original observations."""


def growth(*, quick: bool) -> Comparison:
    """Time the estimator along observations and along quantiles."""
    say("growth: warming up")
    warm_up()
    by_size = [
        _timed(_panel(size), size, QUANTILES, turns=_turns(size, quick=quick))
        for size in (SIZES[:4] if quick else SIZES)
    ]
    n = 10_000 if quick else OBSERVATIONS
    inputs = _panel(n)
    # What both lines have is timed once.
    timed = {row.task: row for row in by_size}
    by_count = [
        timed.get(_task(n, count)) or _timed(inputs, n, count, turns=_turns(n, quick=quick))
        for count in (COUNTS[:3] if quick else COUNTS)
    ]
    rows, requirements = [*by_size, *(row for row in by_count if row.task not in timed)], []
    if not quick:
        more, requirements = _million()
        rows += more
    sizes = [float(size) for size in SIZES[: len(by_size)]]
    counts = [float(count) for count in COUNTS[: len(by_count)]]
    figures = [
        _figure("observations", sizes, by_size, f"{QUANTILES} quantiles"),
        _figure("quantiles", counts, by_count, f"{n:,} observations"),
    ]
    notes = [
        _slope_note("observations", sizes, by_size),
        _slope_note("quantiles", counts, by_count),
    ]
    return Comparison(
        "Growth of the estimator", _GROWTH, rows, requirements, notes, figures=figures
    )


def _panel(size: int) -> FrontierInputs:
    return simulate_technology(size // 2, 2, seed=1).inputs


def _turns(size: int, *, quick: bool) -> int:
    if quick:
        return 1
    return 9 if size <= 30_000 else 3


def _task(size: int, count: int) -> str:
    return f"{size:,} observations, {count} quantile{'s' * (count > 1)}"


def _timed(inputs: FrontierInputs, size: int, count: int, *, turns: int) -> Row:
    task = _task(size, count)
    say(f"growth: {task}")
    ours = Contender(partial(estimate_quantile_frontier, inputs, taus=grid(count)))
    return rows_of(task, side_by_side({"Tanshi": ours}, turns=turns), ours="Tanshi")[0]


def _million() -> tuple[list[Row], list[Requirement]]:
    task = _task(1_000_000, 99)
    say(f"growth: {task}")
    command = [sys.executable, "-m", "performance.million", "99"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)
    rows = [
        one_row(task, "Tanshi", found["estimate_s"]),
        one_row("abatement costs of these", "Tanshi", found["costs_s"]),
    ]
    return rows, [
        Requirement.at_most("a million by 99, s", MILLION_S, found["estimate_s"]),
        Requirement.at_most("peak memory, GB", MILLION_GB, found["peak_gb"]),
        Requirement.at_most("largest relative gap", GAP, found["gap"]),
    ]


def _figure(along: str, x: list[float], rows: list[Row], held: str) -> Figure:
    seconds = [row.median_s for row in rows]
    proportional = [seconds[-1] * one / x[-1] for one in x]
    return Figure(
        name=f"growth_{along}",
        caption=f"Time of one estimate with {held} as {along} grow (both axes logarithmic).",
        x_label=along,
        y_label="seconds",
        series=[
            Series(f"Tanshi, {held}", x, seconds),
            Series(f"in proportion to {along}", x, proportional),
        ],
    )


def _slope_note(along: str, x: list[float], rows: list[Row]) -> str:
    first, last = rows[0], rows[-1]
    power = math.log(last.median_s / first.median_s) / math.log(x[-1] / x[0])
    return (
        f"From {x[0]:,.0f} to {x[-1]:,.0f} {along} the time grows by the power {power:.2f} "
        "(1 is in proportion)."
    )


def bootstrap(*, quick: bool) -> Comparison:
    """Time a thousand replicates."""

    class Silent:
        def start(self, total):
            pass

        def step(self):
            pass

    replicates = 100 if quick else 1_000
    inputs = simulate_technology(30, 6, seed=1).inputs
    plan = BootstrapPlan(seed=1)
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        for workers in (1, None):
            say(f"bootstrap: {replicates} replicates, workers {workers or 'all'}")
            started = time.perf_counter()
            record = Path(folder) / "record"
            with engine_named("local", workers=workers) as engine:
                run_bootstrap(
                    inputs, plan, replicates, engine=engine, record=record, progress=Silent()
                )
            name = f"{replicates:,} replicates, {workers or 'all'} processor(s)"
            seconds[name] = time.perf_counter() - started
    rows = [one_row(name, "Tanshi", one) for name, one in seconds.items()]
    found = rows[-1].median_s
    required = [] if quick else [Requirement.at_most("1,000 replicates, s", BOOTSTRAP_S, found)]
    return Comparison("Bootstrap", _BOOTSTRAP, rows, required)
