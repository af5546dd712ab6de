"""What a market comes to, replicate by replicate: the tables that sweeps and screenings gather.

The figures of `outcomes`, which say what became of compliance, balance and cost, beside those
of the price and of whether the market settled. One table a chunk of replicates, so that
chunks computed anywhere are put together by stacking them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanshi.benchmark.convergence import WINDOW, judge_convergence
from tanshi.benchmark.intervals import interval_of
from tanshi.benchmark.outcomes import RANGES, outcomes_by_replicate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.results import EvolutionResult

    Array = NDArray[np.float64]

# Of the whole market only; the others are those of `outcomes`, by industry as well.
MARKET_FIGURES = (
    "price_cny_per_tco2",
    "price_variation_percent",
    "settled_share",
    "emission_gap_percent",
)
LIMITS = RANGES | {
    "price_cny_per_tco2": (0.0, np.inf),
    "price_variation_percent": (0.0, np.inf),
    "settled_share": (0.0, 1.0),
    "emission_gap_percent": (0.0, np.inf),
    "emissions_tco2": (0.0, np.inf),
}


def replicate_figures(evolution: EvolutionResult, baseline: EvolutionResult) -> pl.DataFrame:
    """Return every figure by replicate and industry.

    Parameters
    ----------
    evolution, baseline : EvolutionResult
        Of the same replicates; the baseline met the other's emissions.

    Returns
    -------
    polars.DataFrame
        ``replicate``, ``industry`` (none for the whole market) and, over the last years: mean
        price, its variation (standard deviation over mean), whether the market has settled
        (1 or 0), the largest gap of the baseline to equal emissions in any year, mean
        emissions, and the figures of `MarketAssessment.outcome_table`. A cell is empty where
        there is no such figure.
    """
    count, industries = len(evolution.replicates), evolution.industries
    last = evolution.price_cny_per_tco2[:, -WINDOW:]
    mean = last.mean(axis=1)
    gap = np.zeros(count) if baseline.path_gap is None else np.abs(baseline.path_gap).max(axis=1)
    market = {
        "price_cny_per_tco2": mean,
        "price_variation_percent": 100.0 * _over(last.std(axis=1), mean),
        "settled_share": np.array(
            [float(row["converged"]) for row in judge_convergence(evolution)["replicates"]]
        ),
        "emission_gap_percent": 100.0 * gap,
    }
    emitted = evolution.by_industry["emissions_tco2"][:, -WINDOW:].mean(axis=1)
    emitted = np.column_stack([emitted, emitted.sum(axis=1)])
    table: dict[str, Any] = {
        "replicate": np.repeat(evolution.replicates, len(industries) + 1),
        "industry": [*industries, None] * count,
    }
    for name, values in market.items():
        whole = np.full(emitted.shape, np.nan)
        whole[:, -1] = values
        table[name] = whole.ravel()
    for name, by_industry in (
        {"emissions_tco2": emitted} | outcomes_by_replicate(evolution, baseline)
    ).items():
        table[name] = by_industry.ravel()
    frame = pl.DataFrame(table, schema_overrides={"industry": pl.String})
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def figure_names(figures: pl.DataFrame) -> list[str]:
    """Return the columns that are figures."""
    return [name for name, kind in figures.schema.items() if kind == pl.Float64]


def interval_row(figures: pl.DataFrame) -> dict[str, float | None]:
    """Return mean, low and high (95 %) of every figure over the replicates of one industry.

    Parameters
    ----------
    figures : polars.DataFrame
        Rows of `replicate_figures`, one a replicate.
    """
    row: dict[str, float | None] = {}
    for name in figure_names(figures):
        found = interval_of(figures[name].drop_nulls().to_numpy(), LIMITS.get(name))
        row |= {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}
    return row


def _over(above: Array, below: Array) -> Array:
    """Return a ratio, NaN where there is nothing to divide by."""
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))
