"""Write distances and shadow prices by observation and quantile, a block at a time.

A million observations on 99 quantiles are 99 million rows: they pass through memory and
are never in it as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polars.io.plugins import register_io_source

from tanshi.frontier.results.estimate import DISTANCE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from tanshi.frontier.results import FrontierEstimate

CHOICES = ("auto", "csv", "parquet", "none")
LEFT_OUT_ABOVE = 2_000_000  # rows, about 200 MB of CSV


def chosen_form(choice: str, estimate: FrontierEstimate) -> str:
    """Return ``csv``, ``parquet`` or ``none``.

    Parameters
    ----------
    choice : {"auto", "csv", "parquet", "none"}
        ``auto`` is CSV up to two million rows, and nothing beyond.
    estimate : FrontierEstimate
    """
    if choice != "auto":
        return choice
    return "csv" if count_rows(estimate) <= LEFT_OUT_ABOVE else "none"


def count_rows(estimate: FrontierEstimate) -> int:
    """Return the number of rows: observations times quantiles."""
    return estimate.inputs.n_observations * len(estimate.taus)


def write_distances(estimate: FrontierEstimate, path: Path) -> None:
    """Write the table of `FrontierEstimate.distances` as CSV or, by its suffix, as Parquet."""

    def blocks(*_pushed_down: Any) -> Iterator[pl.DataFrame]:
        # All columns and rows are wanted, so nothing is ever pushed down.
        return estimate.distance_blocks()

    table = register_io_source(blocks, schema=DISTANCE_SCHEMA)
    if path.suffix == ".parquet":
        table.sink_parquet(path)
    else:
        table.sink_csv(path)
