"""The reference market beside the same market written in Mesa."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from performance.comparison import Comparison, Requirement, Row, rows_of
from performance.peers import started
from performance.timing import say
from tanshi.benchmark.reference_market import ReferenceMarket, run_reference_market

PEER = Path(__file__).with_name("mesa_peer.py")
SMALL, LARGE = 4_000, 1_000_000
OVER_MESA, SMALL_RATE, LARGE_RATE, SAME = 450.0, 25.0, 40.0, 1e-9

_TEXT = """\
Firm-steps of the reference market on one processor: allocation, clearing by Newton's method
on linear marginal abatement cost with caps, imitation, mutation. *Tanshi* is
`run_reference_market`, one compiled call for all steps, random numbers included. *Mesa* is the
same market as a Mesa user writes it (firms as agents, the model asking all of them to act), in
an interpreter of its own; building the model is timed for neither. Both meet a random peer a
step; random numbers differ, so runs agree in the first price, and not in every choice."""


def reference_market(*, quick: bool) -> Comparison:
    """Time both at 4,000 firms, and ours at a million."""
    ours_steps, mesa_steps, turns = (200, 2, 1) if quick else (2_000, 10, 5)
    market = market_of(SMALL)
    run_reference_market(market, 2, seed=1)
    times: dict[str, list[float]] = {"Tanshi": [], "Mesa": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _hand_over(market, folder)
        say(f"reference market: {SMALL:,} firms beside Mesa")
        with started("mesa", PEER, folder) as peer:
            for _ in range(turns):
                begun = time.perf_counter()
                run_reference_market(market, ours_steps, seed=1)
                times["Tanshi"].append((time.perf_counter() - begun) / ours_steps)
                times["Mesa"].append(peer.seconds(str(mesa_steps)) / mesa_steps)
            versions = peer.versions
            first = peer.given[str(mesa_steps)][0]["first_price"]
    rows = rows_of(f"a step of {SMALL:,} firms", times, ours="Tanshi")
    say(f"reference market: {LARGE:,} firms")
    large, steps = market_of(LARGE), 5 if quick else 30
    seconds = []
    for _ in range(turns):
        begun = time.perf_counter()
        run_reference_market(large, steps, seed=1)
        seconds.append((time.perf_counter() - begun) / steps)
    median = float(np.median(seconds))
    many = f"a step of {LARGE:,} firms"
    rows.append(Row(many, "Tanshi", median, min(seconds), max(seconds), turns))
    own = run_reference_market(market, 1, seed=1, first_share=1.0).price_cny_per_tco2[0]
    rates = [SMALL / rows[0].median_s / 1e6, LARGE / median / 1e6]
    ratio = rows[1].times_ours or 0.0
    return Comparison(
        "Reference market of benchmarks",
        _TEXT,
        rows,
        [
            Requirement.at_least(f"{SMALL:,} firms: Mesa over Tanshi", OVER_MESA, ratio),
            Requirement.at_least(f"{SMALL:,} firms: M firm-steps a second", SMALL_RATE, rates[0]),
            Requirement.at_least(f"{LARGE:,} firms: M firm-steps a second", LARGE_RATE, rates[1]),
            Requirement.at_most(
                "relative difference of the first price", SAME, float(abs(first / own - 1.0))
            ),
        ],
        notes=[versions],
    )


def market_of(n: int) -> ReferenceMarket:
    """Return a market of one industry's firms, far from all caps."""
    rng = np.random.default_rng(1)
    intensity = 0.83 * np.exp(0.06 * rng.standard_normal(n))
    return ReferenceMarket(
        output=1e6 * np.exp(1.2 * rng.standard_normal(n)),
        intensity_tco2_per_unit=intensity,
        benchmark_tco2_per_unit=np.full(n, 0.8),
        mac_slope=280.0 * np.exp(0.4 * rng.standard_normal(n)) / (0.0878 * intensity),
        mac_cap_tco2_per_unit=0.0878 * intensity,
        fixed_cost_cny=4e5,
    )


def _hand_over(market: ReferenceMarket, folder: Path) -> None:
    np.savez(
        folder / "firms.npz",
        output=market.output,
        intensity=market.intensity_tco2_per_unit,
        benchmark=market.benchmark_tco2_per_unit,
        slope=market.mac_slope,
        cap=market.mac_cap_tco2_per_unit,
        rules=[market.fixed_cost_cny, market.imitation, market.mutation, market.ceiling],
    )
