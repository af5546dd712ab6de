"""The numbers in the paper figures of costs and parameters, one table a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.report.provinces import tile_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.study import StudyResult

    Array = NDArray[np.float64]

QUARTILES = {
    "least": 0.0,
    "lower_quartile": 0.25,
    "median": 0.5,
    "upper_quartile": 0.75,
    "greatest": 1.0,
}


def grid_data(result: StudyResult, **values: Array) -> pl.DataFrame:
    """Return unit, year, whether the year has extrapolated data, and one value a row.

    Parameters
    ----------
    result : StudyResult
    **values : (n,) array
        By name of its column, in the order of the study's abatement costs.

    Returns
    -------
    polars.DataFrame
        Units in ascending order of their average cost.
    """
    costs = result.costs
    rank = {unit: i for i, unit in enumerate(costs.averages()["unit"])}
    table = pl.DataFrame({"unit": costs.unit, "year": np.asarray(costs.period)} | values)
    starred = list(result.extrapolated_years)
    return (
        table.with_columns(
            pl.Series("rank", [rank[unit] for unit in costs.unit]),
            extrapolated=pl.col("year").is_in(starred),
        )
        .sort("rank", "year")
        .select("unit", "year", "extrapolated", *values)
    )


def distribution_data(result: StudyResult) -> pl.DataFrame:
    """Return the costs above 0 by year, each a dot, and the five numbers of each box."""
    table = pl.DataFrame(
        {
            "year": np.asarray(result.costs.period),
            "unit": result.costs.unit,
            "mac_cny_per_tco2": result.costs.mac_cny_per_tco2,
        }
    ).filter(pl.col("mac_cny_per_tco2").is_finite(), pl.col("mac_cny_per_tco2") > 0)
    boxes = [
        (year, mark, None, float(np.quantile(part["mac_cny_per_tco2"].to_numpy(), share)))
        for (year,), part in table.sort("year").group_by("year", maintain_order=True)
        for mark, share in QUARTILES.items()
    ]
    columns = ["year", "mark", "unit", "mac_cny_per_tco2"]
    dots = table.with_columns(mark=pl.lit("unit")).select(columns).sort("year", "unit")
    return pl.concat([dots, pl.DataFrame(boxes, schema=dots.schema, orient="row")])


def parameter_data(result: StudyResult) -> pl.DataFrame:
    """Return tau, parameter, value, surface; the deterministic frontier stands at tau = 1."""
    quantiles = result.quantiles.parameters().with_columns(
        pl.col("tau").cast(pl.Float64), surface=pl.lit("quantile")
    )
    frontier = result.frontier.parameters().with_columns(
        tau=pl.lit(1.0), surface=pl.lit("frontier")
    )
    return pl.concat([quantiles, frontier])


def map_data(result: StudyResult) -> pl.DataFrame:
    """Return the costs of the last year, with the tile on which each province stands."""
    column = {"mac_cny_per_tco2": result.costs.mac_cny_per_tco2}
    table = grid_data(result, **column)
    table = table.filter(pl.col("year") == table["year"].max())
    tiles = [tile_of(unit) for unit in table["unit"]]
    return table.with_columns(
        pl.Series("tile_column", [None if tile is None else tile[0] for tile in tiles]),
        pl.Series("tile_row", [None if tile is None else tile[1] for tile in tiles]),
    )


def sensitivity_data(table: pl.DataFrame) -> pl.DataFrame:
    """Return the floor by choice and output, without the payment rules, which only multiply."""
    return table.filter(pl.col("dimension") != "payment rule").select(
        "dimension", "option", "output_column", "floor_cny_per_tco2"
    )
