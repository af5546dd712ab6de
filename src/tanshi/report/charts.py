"""The numbers behind each chart of the page, as plain lists for the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanshi.report.consequence_charts import consequence_data
from tanshi.report.provinces import are_provinces, tile_of, unit_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study import StudyResult

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
        JSON-ready; infinite costs are None.
    """
    costs = result.costs
    order = result.costs.averages()["unit"].to_list()
    years = sorted(set(costs.period.tolist()))
    mac = _matrix(order, years, costs.unit, costs.period, costs.mac_cny_per_tco2)
    position = _matrix(order, years, costs.unit, costs.period, costs.tau_position)
    marked = result.extrapolated_years
    data: dict[str, Any] = {
        "units": [unit_name(unit, language) for unit in order],
        "years": [f"{year}*" if year in marked else str(year) for year in years],
        "mac": mac,
        "tau": position,
        "taus": list(result.quantiles.taus),
        "floor": result.floor.price_cny_per_tco2,
        "parameters": _parameters(result),
        "tiles": None,
        "sensitivity": _sensitivity(result, translate),
        "consequences": consequence_data(result, language, translate),
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
    if are_provinces(set(order)):
        data["tiles"] = [tile_of(unit) for unit in order]
    return data


def _matrix(
    units: list[str], years: list[int], unit: tuple[str, ...], period: Any, values: Any
) -> list[list[float | None]]:
    row = {name: i for i, name in enumerate(units)}
    column = {year: j for j, year in enumerate(years)}
    matrix: list[list[float | None]] = [[None] * len(years) for _ in units]
    for name, year, value in zip(unit, period.tolist(), values.tolist(), strict=True):
        matrix[row[name]][column[year]] = value if np.isfinite(value) else None
    return matrix


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
