"""The numbers behind each chart of the page, as plain lists for the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanshi.report.consequence_charts import consequence_data
from tanshi.report.evolution_charts import evolution_data
from tanshi.report.figures import pictures
from tanshi.report.grid import unit_year_grid
from tanshi.report.provinces import are_provinces, tile_of, unit_name
from tanshi.report.sureness_charts import sureness_data
from tanshi.report.text import cell_translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tanshi.study import StudyResult

    Array = NDArray[np.float64]

    Translate = Callable[[str], str]


def chart_data(result: StudyResult, language: str, translate: Translate) -> dict[str, Any]:
    """Return everything the page's script draws.

    Parameters
    ----------
    result : StudyResult
    language : {"en", "zh"}
        For unit names.
    translate : callable
        For axis titles and legends.

    Returns
    -------
    dict
        JSON-ready; infinite costs are None. Under ``tables`` the numbers of each paper figure
        as CSV, which the page shows and saves.
    """
    costs = result.costs
    grid = unit_year_grid(result, costs.mac_cny_per_tco2)
    position = unit_year_grid(result, costs.tau_position)
    data: dict[str, Any] = {
        "units": [unit_name(unit, language) for unit in grid.units],
        "years": grid.years,
        "mac": _finite(grid.values),
        "tau": _finite(position.values),
        "taus": list(result.quantiles.taus),
        "floor": result.floor.price_cny_per_tco2,
        "parameters": _parameters(result),
        "tiles": None,
        "sensitivity": _sensitivity(result, translate),
        "consequences": consequence_data(result, language, translate),
        "sureness": sureness_data(result, language, translate, cell_translator(language)),
        "tables": {name: one.data.write_csv() for name, one in pictures(result).items()},
        "words": {
            key: translate(text)
            for key, text in {
                "mac": "MAC, CNY/tCO₂",
                "tau": "quantile position τ",
                "floor": "price floor, CNY/tCO₂",
                "no_value": "no finite value",
            }.items()
        },
    }
    if result.benchmark is not None:
        words = cell_translator(language)
        data["benchmark"] = evolution_data(result.benchmark, translate, words)
    if are_provinces(set(grid.units)):
        data["tiles"] = [tile_of(unit) for unit in grid.units]
    return data


def _finite(values: Array) -> list[list[float | None]]:
    """Return rows of numbers; None for what is not a finite number."""
    return [[v if np.isfinite(v) else None for v in row] for row in values.tolist()]


def _parameters(result: StudyResult) -> list[dict[str, Any]]:
    table = result.quantiles.parameters()
    envelope = dict(result.frontier.parameters().select("parameter", "value").iter_rows())
    return [
        {
            "name": str(name),
            "values": group["value"].to_list(),
            "frontier": envelope[name],
        }
        for (name,), group in table.group_by("parameter", maintain_order=True)
    ]


def _sensitivity(result: StudyResult, translate: Translate) -> dict[str, Any] | None:
    table = result.sensitivity
    if table is None:
        return None
    # The payment rules only multiply (by 1, 5 and 25 for a share of 0.2): in the table, not
    # on the axis.
    table = table.filter(pl.col("dimension") != "payment rule")
    outputs = table["output_column"].unique(maintain_order=True).to_list()
    options = table.select("dimension", "option").unique(maintain_order=True).rows()
    floors = {
        (dimension, option, output): floor
        for dimension, option, output, floor in table.select(
            "dimension", "option", "output_column", "floor_cny_per_tco2"
        ).iter_rows()
    }
    return {
        "outputs": outputs,
        "options": [f"{translate(d)}: {o}" if o else translate(d) for d, o in options],
        "floors": [[floors[d, o, output] for d, o in options] for output in outputs],
    }
