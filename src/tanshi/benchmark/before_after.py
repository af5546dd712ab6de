"""The market beside its baseline, figure by figure, at the same emissions in every year.

Both have the same random numbers, so that a change is taken replicate by replicate and its
interval is that of the changes, not of the difference of two means. Emissions are equal in
total: an industry may cut more or less than it does in the baseline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark.convergence import WINDOW
from tanshi.benchmark.fairness import shares_of
from tanshi.benchmark.intervals import interval_of
from tanshi.benchmark.outcomes import RANGES, outcomes_by_replicate, total_cost_cny

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tanshi.benchmark.fairness import Shares
    from tanshi.benchmark.firms import FirmRegister
    from tanshi.benchmark.results import EvolutionResult

    Array = NDArray[np.float64]

WHOLE = "all"  # the group of the whole market
COMPARED = (
    "balance_need_percent",
    "balance_verified_percent",
    "noncompliant_firms_percent",
    "noncompliant_tonnes_percent",
)


def compare_with_baseline(
    evolution: EvolutionResult, baseline: EvolutionResult, register: FirmRegister
) -> pl.DataFrame:
    """Return every figure before and after, and its change, with 95 % intervals.

    Parameters
    ----------
    evolution, baseline : EvolutionResult
        Of the same replicates.
    register : FirmRegister
        Whose firms they are.

    Returns
    -------
    polars.DataFrame
        by (market, industry, firms, size, region), group, figure; before, after and change,
        each with low and high. A change is after less before, but that of cost in percent,
        ``cost_change_percent``, has 0 before. Emissions and costs are means of all years,
        prices and the rest of the last ones.
    """
    ours, theirs = (_figures(one, baseline) for one in (evolution, baseline))
    groups = (*evolution.industries, WHOLE)
    rows = [
        _row("industry", group, figure, (before[:, s], ours[figure][:, s]))
        for figure, before in theirs.items()
        for s, group in enumerate(groups)
    ]
    prices = [one.price_cny_per_tco2[:, -WINDOW:].mean(axis=1) for one in (baseline, evolution)]
    rows.insert(0, _row("market", WHOLE, "price_cny_per_tco2", (prices[0], prices[1])))
    after = shares_of(evolution, register)
    for by, figures in shares_of(baseline, register).items():
        for figure, values in figures.items():
            pairs = zip(_by_group(values), _by_group(after[by][figure]), strict=True)
            rows += [_row(by, group, figure, (was, now)) for (group, was), (_, now) in pairs]
    floats = {name: pl.Float64 for name in rows[0] if name not in ("by", "group", "figure")}
    return pl.DataFrame(rows, schema_overrides=floats)


def _figures(result: EvolutionResult, baseline: EvolutionResult) -> dict[str, Array]:
    """Return figures by replicate and industry, the whole market last, (R, S + 1)."""
    found = outcomes_by_replicate(result, baseline)
    emitted = result.by_industry["emissions_tco2"].mean(axis=1)
    emitted = np.column_stack([emitted, emitted.sum(axis=1)])
    return {
        "emissions_1e8_tco2": emitted / 1e8,
        "cost_1e8_cny": total_cost_cny(result) / result.years.shape[1] / 1e8,
        "cost_change_percent": found["cost_change_percent"],
        **{name: found[name] for name in COMPARED},
    }


def _by_group(values: Shares) -> Iterator[tuple[str, Array]]:
    return iter(values.items() if isinstance(values, dict) else [(WHOLE, values)])


def _row(by: str, group: str, figure: str, both: tuple[Array, Array]) -> dict[str, object]:
    row: dict[str, object] = {"by": by, "group": group, "figure": figure}
    ends = {
        "before": interval_of(both[0], RANGES.get(figure)),
        "after": interval_of(both[1], RANGES.get(figure)),
        "change": interval_of(both[1] - both[0]),
    }
    for name, one in ends.items():
        row |= {name: one.mean, f"{name}_low": one.low, f"{name}_high": one.high}
    return row
