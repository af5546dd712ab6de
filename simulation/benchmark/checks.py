"""What must hold to the last digits: closed form, neutrality, conservation, monotone demand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.benchmark.markets import changed, china, everything_on, evolved
from tanshi.benchmark._clearing import demand_and_supply
from tanshi.benchmark._schedules import open_schedules
from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._year import run_years
from tanshi.benchmark.certificate import CONSERVED, conserved_gaps
from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.random_registers import random_register
from tanshi.benchmark.rules import MarketRules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simulation.benchmark.markets import Effort
    from tanshi.benchmark.firms import FirmRegister

    Array = NDArray[np.float64]

PERMUTATIONS = 20
GROWTH = 0.05
PRICES = np.linspace(0.5, 400.0, 200)


def run(effort: Effort) -> list[dict[str, Any]]:
    """Return every check with what was found and what is allowed."""
    plan = china(effort)
    parts = (_closed_form(plan, effort), _neutrality(plan, effort), _growth(plan))
    later = (_conserved(plan, effort), _monotone(plan), _workers(plan, effort))
    return [row for part in (*parts, *later) for row in part]


def closed_form(register: FirmRegister, handed_out: Array) -> float:
    """Return the price at which everyone abates what is short, CNY per tCO2.

    Without frictions, sum((intensity - benchmark) x output) / sum(output / slope).
    """
    output = np.asarray(register.output)
    short = register.emissions_tco2.sum() - float((handed_out * output).sum())
    return float(short / (output / np.asarray(register.mac_slope)).sum())


def frictionless(register: FirmRegister, years: int = 1, **changes: Any) -> EvolutionPlan:
    """Return the market in which the closed form is the price, year after year."""
    still = tuple(replace(one, autonomous_improvement=0.0) for one in register.industries)
    register = replace(register, industries=still)
    given = {"relative": np.ones(register.n_firms), "rules": MarketRules.frictionless()}
    return EvolutionPlan(register=register, years=years, **given | changes)


def _row(check: str, where: str, found: float, allowed: float | None) -> dict[str, Any]:
    return {"check": check, "where": where, "found": float(found), "allowed": allowed}


def _price(plan: EvolutionPlan) -> Array:
    return evolve_market(plan, seed=1).price_cny_per_tco2[0]


def _closed_form(plan: EvolutionPlan, effort: Effort) -> Iterator[dict[str, Any]]:
    name = "price without frictions is the closed form"
    register = plan.register
    expected = closed_form(register, register.benchmark_tco2_per_unit)
    found = _price(frictionless(register, years=3))
    gap = np.abs(found / expected - 1.0).max()
    yield _row(name, f"{register.n_firms:,} firms, 3 years", gap, 1e-9)
    gaps = []
    for stream in np.random.SeedSequence(effort.seed).spawn(effort.draws):
        small = random_register(np.random.default_rng(stream))
        expected = closed_form(small, small.benchmark_tco2_per_unit)
        gaps.append(abs(_price(frictionless(small))[0] / expected - 1.0))
    yield _row(name, f"{effort.draws} random registers, largest", max(gaps), 1e-9)


def _neutrality(plan: EvolutionPlan, effort: Effort) -> Iterator[dict[str, Any]]:
    """Deal the tiers out anew, at the same sum of allowances."""
    register = plan.register
    output = np.asarray(register.output) * register.benchmark_tco2_per_unit
    rng = np.random.default_rng(effort.seed)
    dealt = []
    for _ in range(PERMUTATIONS):
        relative = rng.permutation(np.asarray(plan.relative))
        dealt.append(relative * output.sum() / (relative * output).sum())
    uniform = _price(frictionless(register))
    gaps = [
        np.abs(_price(frictionless(register, relative=one)) / uniform - 1.0).max() for one in dealt
    ]
    name = "tiers dealt out anew at the same sum of allowances leave the price"
    yield _row(name, f"without frictions, {PERMUTATIONS} permutations, largest", max(gaps), 1e-12)
    full = replace(plan, years=1)
    uniform = _price(replace(full, relative=np.ones(register.n_firms)))
    moved = [np.abs(_price(replace(full, relative=one)) / uniform - 1.0).max() for one in dealt]
    yield _row(name, "first year of the full market, where it is not exact", max(moved), None)


def _growth(plan: EvolutionPlan) -> Iterator[dict[str, Any]]:
    name = f"demand that grows by {100 * GROWTH:g} % a year everywhere leaves the price"
    for flat, where, allowed in (
        (frictionless(plan.register, plan.years), "without frictions", 1e-9),
        (plan, "the full market, where it is not exact", None),
    ):
        more = replace(flat, rules=changed(flat.rules, demand={"growth": GROWTH}))
        gap = np.abs(_price(more) / _price(flat) - 1.0).max()
        yield _row(name, f"{where}, {plan.years} years, largest", gap, allowed)


def _conserved(plan: EvolutionPlan, effort: Effort) -> Iterator[dict[str, Any]]:
    for rules, where in (
        (plan.rules, "as it is"),
        (everything_on(plan.rules), "all that is off switched on"),
    ):
        result = evolved(plan, effort, rules=rules, years=effort.later)
        each = f"{effort.replicates} replicates, {effort.later} years, largest relative gap"
        for name, gap in conserved_gaps(result).items():
            yield _row(f"{name} conserved", f"{where}: {each}", gap.max(), CONSERVED)


def _monotone(plan: EvolutionPlan) -> Iterator[dict[str, Any]]:
    """Look at excess demand over many prices in a market with banks, debts and strategies."""
    name = "excess demand never rises with the price"
    largest, places = 0.0, 0
    for curve in range(len(CURVES)):
        register = replace(plan.register, mac_curve=np.full(plan.register.n_firms, curve))
        for rules in (plan.rules, everything_on(plan.rules), plan.rules.having("absolute cap")):
            run = prepared_run(
                shared_tables(replace(plan, register=register, rules=rules, years=4)), 1, 0, 0
            )
            run_years(run)
            schedules = open_schedules(run.market)
            found = [demand_and_supply(float(price), schedules, run.market) for price in PRICES]
            excess = np.array([need - supply - sinks for need, supply, sinks in found])
            largest = max(largest, float(np.diff(excess).max() / np.abs(excess).max()), 0.0)
            places += len(PRICES) - 1
    yield _row(name, f"{places:,} steps in {places // (len(PRICES) - 1)} markets", largest, 1e-9)


def _workers(plan: EvolutionPlan, effort: Effort) -> Iterator[dict[str, Any]]:
    one, two = (
        evolve_market(plan, replicates=4, seed=effort.seed, workers=count) for count in (1, 2)
    )
    gap = max(
        float(np.abs(one.by_industry[name] - two.by_industry[name]).max())
        for name in one.by_industry.dtype.names or ()
    )
    yield _row("one worker and two say the same", "4 replicates, every figure", gap, 0.0)
