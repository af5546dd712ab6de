"""Write distances and shadow prices by observation and quantile, a block at a time.

A million observations on 99 quantiles are 99 million rows: they pass through memory and
are never in it as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from tanshi.frontier.results import shadow_price

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tanshi.frontier.results import FrontierEstimate, SurfaceValues

CHOICES = ("auto", "csv", "parquet", "none")
LEFT_OUT_ABOVE = 2_000_000  # rows, about 200 MB of CSV
SCHEMA = {
    "unit": pl.String,
    "time": pl.Int64,
    "tau": pl.Float64,
    "distance_normalised": pl.Float64,
    "shadow_price_cny_per_tco2": pl.Float64,
    "shadow_price_low_cny_per_tco2": pl.Float64,
    "shadow_price_high_cny_per_tco2": pl.Float64,
}


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
        for rows, values in estimate.blocks():
            yield _block(estimate, rows, values)

    table = register_io_source(blocks, schema=SCHEMA)
    if path.suffix == ".parquet":
        table.sink_parquet(path)
    else:
        table.sink_csv(path)


def _block(estimate: FrontierEstimate, rows: slice, values: SurfaceValues) -> pl.DataFrame:
    inputs, taus = estimate.inputs, estimate.taus
    m, t = values.distance.shape
    scale = inputs.price_scale_cny_per_tco2
    prices = (values.output_weight, values.output_weight_high, values.output_weight_low)
    columns = (
        pl.Series(inputs.unit[rows], dtype=pl.String).gather(np.repeat(np.arange(m), t)),
        np.repeat(np.asarray(inputs.period)[rows], t),
        np.tile(np.array(taus), m),
        values.distance.ravel(),
        *(shadow_price(weight).ravel() * scale for weight in prices),
    )
    return pl.DataFrame(dict(zip(SCHEMA, columns, strict=True)))
