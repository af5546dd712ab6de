"""What is simulated, part by part, and the record of it that the page is made of."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from performance.timing import load_average

from simulation.benchmark import checks, outcomes, regime, regimes, scans
from simulation.benchmark.markets import china, fingerprint, tight
from simulation.place import PROJECT, Place
from tanshi.benchmark.ablation import MECHANISMS, ablate_market

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulation.benchmark.markets import Effort


TIGHT = "tight ablation"


def _regimes(effort: Effort) -> dict[str, Any]:
    return regime.find(regimes.TOPICS, china(effort), effort)


def _ablation(effort: Effort) -> list[dict[str, Any]]:
    table = ablate_market(china(effort), replicates=effort.replicates, seed=effort.seed)
    return table.to_dicts()


def _tight_ablation(effort: Effort) -> list[dict[str, Any]]:
    table = ablate_market(tight(), replicates=effort.replicates, seed=effort.seed)
    return table.to_dicts()


PARTS: dict[str, Callable[[Effort], Any]] = {
    "checks": checks.run,
    "orderings": scans.orderings,
    "elasticity": scans.elasticity,
    "classes": scans.classes,
    "collar": scans.collar,
    "regimes": _regimes,
    "left alone": outcomes.left_alone,
    "ablation": _ablation,
    TIGHT: _tight_ablation,
    "table 2": outcomes.beside_table_2,
    "settling": outcomes.settling,
    "savings": outcomes.savings,
    "steps": outcomes.steps,
    "composition": outcomes.composition,
}
# What a part goes through, so that a record without it is out of date.
ASKED: dict[str, tuple[str, ...]] = {
    "ablation": MECHANISMS,
    TIGHT: MECHANISMS,
    "regimes": tuple(
        f"{one.name}: {figure.name}"
        for topic in regimes.TOPICS
        for one in topic.regimes
        for figure in one.figures
    ),
}
RECORDED = Place(
    PROJECT / "simulation" / "benchmark_results.json",
    PROJECT / "docs" / "benchmark_evidence.md",
    tuple(PARTS),
)


def place_in(folder: Path) -> Place:
    """Return a place of its own, for runs that are not to be recorded."""
    return Place(folder / "benchmark_results.json", folder / "benchmark_evidence.md", tuple(PARTS))


def settings_of(part: str, effort: Effort, numbers: list[float]) -> dict[str, Any]:
    """Return all that a part's values depend on; `numbers` are the model's fingerprint."""
    return {
        **asdict(effort),
        # Its own market has its own scenario.
        "model": fingerprint(tight()) if part == TIGHT else numbers,
        "asked": list(ASKED.get(part, ())),
        "version": version("tanshi"),
    }


def is_done(results: dict[str, Any], part: str, settings: dict[str, Any]) -> bool:
    """Return whether a part was simulated under the same settings."""
    return part in results and results[part]["settings"] == settings


def simulate(part: str, effort: Effort, settings: dict[str, Any]) -> dict[str, Any]:
    """Return a part's values, with its settings and how long they took."""
    before, started = load_average(), time.perf_counter()
    values = PARTS[part](effort)
    seconds = round(time.perf_counter() - started, 1)
    return {
        "settings": settings,
        "seconds": seconds,
        "processors": os.cpu_count(),
        "load_average_before_and_after": [before, load_average()],
        "values": values,
    }
