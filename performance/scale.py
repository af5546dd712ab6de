"""How the estimator grows: observations, quantiles, bootstrap replicates."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from performance.timing import Comparison, Requirement, Row, say
from tanshi.frontier import estimate_abatement_costs, estimate_quantile_frontier
from tanshi.frontier.bootstrap import BootstrapPlan
from tanshi.frontier.simulation import simulate_technology
from tanshi.study.inference import run_bootstrap

MILLION_S, MILLION_GB, BOOTSTRAP_S, GAP = 60.0, 4.0, 15.0, 1e-9

_GROWTH = """\
Tanshi alone, two inputs, null-jointness on, certificates and the search for other optima
included; each size once. The million by 99 quantiles is one call of
`estimate_quantile_frontier` and one of `estimate_abatement_costs`; its memory is the peak of
the whole process, panel included. Every optimum carries its certificate: the gap between the
primal and the dual objective, recomputed from all observations, bounds the distance from the
exact optimum of the full programme."""

_BOOTSTRAP = """\
The panel block bootstrap of a panel of 30 units x 6 periods, ten quantiles, on all
processors: draws, estimates with certificates, and the costs of the original observations."""


def growth(*, quick: bool) -> Comparison:
    """Time the estimator from a thousand observations to a million."""
    rows = []
    for size in (1_000, 10_000, 100_000):
        inputs = simulate_technology(size // 2, 2, seed=1).inputs
        for count in (10, 99):
            say(f"growth: {size:,} observations, {count} quantiles")
            seconds, _ = _timed(inputs, count)
            rows.append(_row(f"{size:,} observations, {count} quantiles", seconds))
    requirements = []
    if not quick:
        inputs = simulate_technology(500_000, 2, seed=1).inputs
        say("growth: 1,000,000 observations, 10 quantiles")
        rows.append(_row("1,000,000 observations, 10 quantiles", _timed(inputs, 10)[0]))
        say("growth: 1,000,000 observations, 99 quantiles")
        seconds, estimate = _timed(inputs, 99)
        rows.append(_row("1,000,000 observations, 99 quantiles", seconds))
        started = time.perf_counter()
        estimate_abatement_costs(estimate)
        rows.append(_row("abatement costs of these", time.perf_counter() - started))
        # Linux counts kilobytes, macOS bytes.
        unit = 1e9 if sys.platform == "darwin" else 1e6
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        gap = max(one.gap for one in estimate.certificates)
        requirements = [
            Requirement("a million by 99, s", MILLION_S, seconds, seconds < MILLION_S),
            Requirement("peak memory, GB", MILLION_GB, peak, peak < MILLION_GB),
            Requirement("largest relative gap", GAP, gap, gap <= GAP),
        ]
    return Comparison("Growth of the estimator", _GROWTH, rows, requirements)


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
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for workers in (1, None):
            say(f"bootstrap: {replicates} replicates, workers {workers or 'all'}")
            started = time.perf_counter()
            record = Path(folder) / "record"
            run_bootstrap(
                inputs, plan, replicates, workers=workers, record=record, progress=Silent()
            )
            name = f"{replicates:,} replicates, {workers or 'all'} processor(s)"
            rows.append(_row(name, time.perf_counter() - started))
    seconds = rows[-1].median_s
    required = (
        []
        if quick
        else [Requirement("1,000 replicates, s", BOOTSTRAP_S, seconds, seconds < BOOTSTRAP_S)]
    )
    return Comparison("Bootstrap", _BOOTSTRAP, rows, required)


def _timed(inputs, count):
    taus = [round((k + 1) / (count + 1), 4) for k in range(count)]
    started = time.perf_counter()
    estimate = estimate_quantile_frontier(inputs, taus=taus)
    return time.perf_counter() - started, estimate


def _row(task: str, seconds: float) -> Row:
    return Row(task, "Tanshi", seconds, seconds, seconds, 1)
