"""The full market of benchmarks: how long it takes, and what each mechanism costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.reference.plain_market import Luck, PlainMarket

from performance.comparison import Comparison, Requirement, Table, one_row, rows_of
from performance.record import PROJECT, figure
from performance.reference_market import market_of
from performance.timing import Contender, say, side_by_side
from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._year import run_years
from tanshi.benchmark.ablation import MECHANISMS, switched_plan
from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.reference_market import run_reference_market
from tanshi.benchmark.rules import MarketRules
from tanshi.study import load_scenario
from tanshi.study.benchmark_plan import market_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tanshi.benchmark.evolution import EvolutionPlan

SCENARIO = PROJECT / "scenarios" / "benchmark_china.toml"
YEARS, REPLICATES, LIMIT_S, SAME = 30, 16, 2.0, 1e-9
ALL_OFF = "all of them (frictionless)"

_TEXT = """\
The market of `scenarios/benchmark_china.toml` with all its mechanisms, 3,870 firms over 30
years: `evolve_market` from the plan to the checked result, random numbers included, once its
compiled functions are loaded. *Tanshi* runs replicates on all processors, *one worker* on one.
*A firm-year* is that of one replicate on one processor, beside a firm-step of the
[reference market](#reference-market-of-benchmarks-reference_market) with as many firms. Of the
first year, *plain Python* is the second implementation that the market is tested against, firms as
objects and sums as loops, and *not compiled* the very same functions as ours, run by Python itself
in an interpreter of its own; prices are the same. *First call* is that year in a new process whose
compiled functions lie on disk."""

_MECHANISMS = """\
What a mechanism costs: processor seconds of one replicate with the market's own rules and, right
after, with one mechanism switched off (or on, where the scenario has it off). *Change* is the
median of the turns' ratios, with their quartiles: taken in pairs, so that what else the machine
does hits both. A mechanism may also cost or save time by where it leads the market: which firms
abate, and how many steps the search for the price takes."""


def full_market(*, quick: bool) -> Comparison:
    """Time the full market, its mechanisms, and what it is made of."""
    plan = replace(market_plan(load_scenario(SCENARIO).benchmark), years=YEARS)
    turns, pairs = (1, 1) if quick else (9, 25)
    evolve_market(replace(plan, years=1), seed=1)
    say(f"full market: {YEARS} years, {REPLICATES} replicates")
    whole = side_by_side(_by_workers(plan, (os.cpu_count() or 1, 1)), turns=turns)
    task = f"{YEARS} years, {REPLICATES} replicates"
    rows = rows_of(
        task, dict(zip(("Tanshi", "one worker"), whole.values(), strict=True)), ours="Tanshi"
    )
    say("full market: a firm-year beside the reference market")
    each = _beside_reference(plan, turns)
    rows += rows_of("a firm-year", each, ours="Tanshi")
    say("full market: a year in plain Python, and by the same functions, not compiled")
    compiled, uncompiled = _alone(), _alone(NUMBA_DISABLE_JIT="1")
    plain = _plain_year(replace(plan, years=1))
    times = {
        "Tanshi": [seconds * plan.register.n_firms for seconds in each["Tanshi"]],
        "plain Python": [plain[0]],
        "not compiled": [uncompiled["seconds"]],
    }
    rows += rows_of("a year", times, ours="Tanshi")
    rows.append(one_row("a year", "first call", compiled["seconds"]))
    return Comparison(
        "Full market of benchmarks",
        _TEXT,
        rows,
        [
            Requirement.at_most(f"{task}, s", LIMIT_S, rows[0].median_s),
            Requirement.at_most(
                "relative difference of the first price, plain Python and not compiled",
                SAME,
                max(
                    abs(price / compiled["price"][0] - 1.0)
                    for price in (plain[1], uncompiled["price"][0])
                ),
            ),
        ],
        notes=[_MECHANISMS],
        tables=[_parts(plan, turns), _mechanisms(plan, pairs)],
    )


def _by_workers(plan: EvolutionPlan, workers: Sequence[int]) -> dict[str, Contender]:
    return {
        f"{place}": Contender(
            partial(evolve_market, plan, replicates=REPLICATES, seed=1, workers=count)
        )
        for place, count in enumerate(workers)
    }


def _beside_reference(plan: EvolutionPlan, turns: int) -> dict[str, list[float]]:
    """Return seconds a firm and year of both markets, taken in turn."""
    n, steps = plan.register.n_firms, 1_000
    market = market_of(n)
    run_reference_market(market, 2, seed=1)
    times = side_by_side(
        {
            "Tanshi": Contender(partial(evolve_market, plan, seed=1, workers=1)),
            "reference market": Contender(partial(run_reference_market, market, steps, seed=1)),
        },
        turns=turns,
    )
    done = {"Tanshi": n * plan.years, "reference market": n * steps}
    return {name: [one / done[name] for one in seconds] for name, seconds in times.items()}


def _alone(**environment: str) -> dict[str, Any]:
    """Return what `market_alone` says in a new process."""
    command = [sys.executable, "-m", "performance.market_alone", str(SCENARIO), "1"]
    answer = subprocess.run(
        command,
        check=True,
        cwd=PROJECT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"} | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def _plain_year(plan: EvolutionPlan) -> tuple[float, float]:
    """Return the seconds of a year of the second implementation, built before, and its price."""
    run = prepared_run(shared_tables(plan), 1, 0, 0)
    luck = Luck(
        **run.draws._asdict(),
        spread=2.0 * run.beginning.provider_cost / plan.rules.services.first_margin,
        conceals=run.market.firms["conceals"].copy(),
    )
    market = PlainMarket(plan, luck)
    begun = time.perf_counter()
    (year,) = market.run(1)
    return time.perf_counter() - begun, float(year["years"]["price_cny_per_tco2"])


def _processor_time(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call answers and the processor time it took: waiting does not count."""
    begun = time.process_time()
    answer = call()
    return answer, time.process_time() - begun


def _parts(plan: EvolutionPlan, turns: int) -> Table:
    """Return where the time of one replicate goes."""
    found: dict[str, list[float]] = {}

    def timed(name: str, call: Callable[[], Any]) -> Any:
        answer, seconds = _processor_time(call)
        found.setdefault(name, []).append(seconds)
        return answer

    for _ in range(turns):
        tables = timed("tables that all replicates share", partial(shared_tables, plan))
        run = timed("random numbers", partial(prepared_run, tables, 1, 0, 0))
        timed(f"{plan.years} years", partial(run_years, run))
        whole = partial(evolve_market, plan, seed=1, workers=1)
        timed("evolve_market", whole)
    parts = {name: median(seconds) for name, seconds in found.items()}
    total = parts.pop("evolve_market")
    parts["records gathered, conservation checked"] = max(total - sum(parts.values()), 0.0)
    rows = [[name, figure(one), f"{100.0 * one / total:.0f}"] for name, one in parts.items()]
    return Table(["Part of one replicate", "Processor s", "% of the call"], rows)


def _mechanisms(plan: EvolutionPlan, turns: int) -> Table:
    """Return the time with the market's own rules and without each mechanism, in pairs."""
    changed = {name: switched_plan(plan, name) for name in MECHANISMS}
    changed[ALL_OFF] = (replace(plan, rules=MarketRules.frictionless()), "off")
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in changed}
    for turn in range(turns):
        say(f"full market: mechanisms, turn {turn + 1} of {turns}")
        for name, (other, _) in changed.items():
            own, without = (
                _processor_time(partial(evolve_market, one, seed=1, workers=1))[1]
                for one in (plan, other)
            )
            seconds[name].append((own, without))
    rows = []
    for name, pairs in seconds.items():
        own, without = np.array(pairs).T
        low, middle, high = 100.0 * (np.quantile(without / own, [0.25, 0.5, 0.75]) - 1.0)
        spread = f"{low:+.1f} to {high:+.1f}"
        with_and_without = (figure(float(np.median(one))) for one in (own, without))
        rows.append([name, changed[name][1], *with_and_without, f"{middle:+.1f}", spread])
    headers = ["Mechanism", "Switched", "s as it is", "s switched", "Change, %", "Quartiles, %"]
    return Table(headers, rows)
