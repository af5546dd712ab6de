"""Table 2 of Liu beside ours: twelve outcomes of the market, twelve coefficients.

The paper's outcomes come from a simulation that it does not give; ours are never tuned to them.
Its coefficients contradict its formula, which is what stands beside them here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanshi.benchmark.coefficients import reachable_table
from tanshi.benchmark.published import PUBLISHED_OUTCOMES, WHY
from tanshi.study import published
from tanshi.study.comparison import compared

if TYPE_CHECKING:
    from tanshi.study.benchmark_run import MarketRun

# By the figure that the market has of it; the paper counts a saving as positive.
OUTCOMES = {
    "balance_verified_percent": "balance of supply and demand, %",
    "cost_change_percent": "reduction of cost, %",
    "noncompliant_firms_percent": "firms that do not comply, %",
}
COEFFICIENTS = (
    "the formula of section 3.2 lies below the initial benchmark almost everywhere and gives "
    "laggards less, while Table 2 gives them more. Reproduced means that the range of the "
    "formula, for large or for small firms, holds the published value"
)
SCALES = "large / small firms"


def liu_table(run: MarketRun) -> pl.DataFrame:
    """Return the 24 rows of Table 2, in the columns of the replication table.

    Parameters
    ----------
    run : MarketRun
        Of Table 1 of the paper, see `MarketRun.is_paper`.
    """
    rows = []
    for figure, named in OUTCOMES.items():
        sign = -1.0 if figure == "cost_change_percent" else 1.0
        for row in run.published.filter(figure=figure).iter_rows(named=True):
            ours, ends = sign * row["ours"], (row["low"], row["high"])
            printed, text = f"{sign * row['published']:.1f}", f"{ours:.2f}"
            if None not in ends:
                low, high = sorted(sign * end for end in ends)
                text += f" [{low:.2f}, {high:.2f}]"
            rows.append(
                compared(
                    published.LIU_TABLE_2,
                    f"{row['industry']}: {named}",
                    f"rule {run.section.rule}",
                    published=printed,
                    ours=text,
                    difference=ours / float(printed) - 1.0,
                    # An interval of few replicates would hold anything.
                    reproduced=f"{ours:.1f}" == printed,
                    reason=WHY[figure],
                )
            )
    return pl.DataFrame(rows + _coefficient_rows(run))


def _coefficient_rows(run: MarketRun) -> list[dict[str, object]]:
    industries = [one for one in run.section.industries if one.name in PUBLISHED_OUTCOMES]
    return [
        compared(
            published.LIU_TABLE_2,
            f"{row['industry']}: benchmark, {row['tier']}",
            SCALES,
            published=f"{row['published']:.3f}",
            ours=(
                f"{row['large_low']:.3f} – {row['large_high']:.3f} / "
                f"{row['small_low']:.3f} – {row['small_high']:.3f}"
            ),
            reproduced=row["reached_by"] != "neither",
            reason=COEFFICIENTS,
        )
        for row in reachable_table(industries).iter_rows(named=True)
    ]
