"""The tables of the page, ready for its template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.floor.results import market_table
from tanshi.report.alternatives_text import with_names
from tanshi.report.columns import LABELS, cell_heights, format_cell
from tanshi.report.provinces import unit_name
from tanshi.report.sureness_figures import direction_names
from tanshi.report.text import cell_translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.leontief.results import CostPushIntervals, Spread
    from tanshi.study import StudyResult

    Translate = Callable[[str], str]

# What the columns of the sensitivity table begin with, one pair an output.
FLOOR_OF, SET_BY_OF = "floor of ", "set by of "
OPTIONAL = ("sensitivity_table", "alternatives_table", "index_intervals_table", "households_table")


def page_tables(result: StudyResult, language: str, _: Translate) -> dict[str, Any]:
    """Return the page's tables ready to set; None for one that has no rows.

    Parameters
    ----------
    result : StudyResult
    language : {"en", "zh"}
    _ : callable
        Translation.
    """
    words = cell_translator(language)
    tables = _floor_tables(result, language)
    tables |= _sureness_tables(result, language) | _price_tables(result, language, words)
    if result.alternatives is not None:
        tables["alternatives_table"] = _alternatives(result.alternatives, language, words)
    return dict.fromkeys(OPTIONAL) | {
        name: None if table is None or table.is_empty() else table_view(table, _, words)
        for name, table in tables.items()
    }


def _named(table: pl.DataFrame, column: str, language: str) -> pl.DataFrame:
    """Return a table with the names of units as the language has them."""
    names = [unit_name(unit, language) for unit in table[column]]
    return table.with_columns(pl.Series(column, names))


def _floor_tables(result: StudyResult, language: str) -> dict[str, pl.DataFrame | None]:
    ends = {name: f"{name}_cny_per_tco2" for name in ("lower", "upper")}
    costs = _named(result.tables()["mac"], "unit", language).rename(ends, strict=False)
    tables = {
        "mac_table": costs,
        "moments_table": result.moments(),
        "accounts_table": result.accounts.table,
        "diagnostics_table": result.quantiles.diagnostics(),
        "replication_table": result.replication,
        "market_table": market_table(result.chain.market),
        "premium_table": result.green_premium(),
    }
    if result.sensitivity is not None:
        tables["sensitivity_table"] = _pivoted(_named(result.sensitivity, "set_by", language))
    return tables


def _sureness_tables(result: StudyResult, language: str) -> dict[str, pl.DataFrame]:
    tables = {}
    if result.robustness is not None:
        output, emissions = result.quantiles.inputs.direction
        directions = result.robustness.directions
        tables["directions_table"] = _named(directions, "set_by", language).select(
            pl.Series("direction", direction_names(directions)),
            "null_jointness",
            "floor_cny_per_tco2",
            "set_by",
            "median_mac_cny_per_tco2",
            "coverage_of_last_tau",
            "crossings",
            in_use=(pl.col("direction_output") == output)
            & (pl.col("direction_emissions") == emissions)
            & (pl.col("null_jointness") == result.quantiles.null_jointness),
        )
        tables["crossings_table"] = result.robustness.crossings.select(
            "lower_tau",
            "upper_tau",
            "crossings",
            "share",
            largest_output_1e8_cny=pl.col("largest_output_cny") / 1e8,
            largest_emissions_1e4_t=pl.col("largest_emissions_tco2") / 1e4,
        )
        tables["coverage_table"] = result.robustness.coverage.drop(
            "share_inside", "exact_hits", "active_null_jointness"
        )
    if result.bootstrap is not None:
        tables["slopes_table"] = result.bootstrap.slope_equality
        tables["coefficients_table"] = result.bootstrap.coefficients
    return tables


def _price_tables(result: StudyResult, language: str, words: Translate) -> dict[str, pl.DataFrame]:
    effects = result.price_effects
    if effects is None:
        return {}
    paths = effects.paths_table()
    if language == "zh" and all(effects.table.names_zh):
        chinese = dict(zip(effects.table.names, effects.table.names_zh, strict=True))
        paths = paths.with_columns(pl.col("target").replace(chinese))
    tables = {"indices_table": effects.cost_push.indices(), "paths_table": paths}
    if effects.intervals is not None:
        tables["index_intervals_table"] = _index_intervals(effects.intervals)
    if effects.households is not None:
        table = effects.households.table().drop(
            "spending_1e8_cny", "ratio", "verdict", "income_ratio", "income_verdict"
        )
        groups = [words(group) for group in table["group"]]
        tables["households_table"] = table.with_columns(pl.Series("group", groups))
    return tables


def _index_intervals(intervals: CostPushIntervals) -> pl.DataFrame:
    """Return both indices and the revenue by paid share, each with its interval."""

    def ends(spread: Spread, digits: int, scale: float = 1.0) -> list[str]:
        pairs = zip(spread.lower[:, 0] / scale, spread.upper[:, 0] / scale, strict=True)
        return [f"{low:,.{digits}f} – {high:,.{digits}f}" for low, high in pairs]

    consumer, producer = intervals.consumer_index_percent, intervals.producer_index_percent
    return pl.DataFrame(
        {
            "paid_share": intervals.paid_shares,
            "consumer_index_percent": consumer.point[:, 0],
            "consumer_interval": ends(consumer, 4),
            "producer_index_percent": producer.point[:, 0],
            "producer_interval": ends(producer, 4),
            "revenue_1e8_cny": intervals.revenue_cny.point[:, 0] / 1e8,
            "revenue_interval": ends(intervals.revenue_cny, 1, 1e8),
        }
    )


def _alternatives(table: pl.DataFrame, language: str, words: Translate) -> pl.DataFrame:
    """Return one row a method in words; the study's own comes first and is marked."""
    return _named(with_names(table, words), "set_by", language).select(
        "method",
        "inputs",
        "null_jointness",
        "observed_period",
        "floor_cny_per_tco2",
        "set_by",
        "median_mac_cny_per_tco2",
        "coverage_of_last_tau",
        "crossings",
        "null_joint_violations",
        "rank_correlation_with_default",
        in_use=pl.Series([row == 0 for row in range(len(table))]),
    )


def _pivoted(table: pl.DataFrame) -> pl.DataFrame:
    """Return one row an option, a pair of columns (floor, set by) an output definition."""
    outputs = table["output_column"].unique(maintain_order=True).to_list()
    wide = table.select("dimension", "option", "in_use").unique(maintain_order=True)
    for output in outputs:
        part = table.filter(pl.col("output_column") == output).select(
            "dimension",
            "option",
            pl.col("floor_cny_per_tco2").alias(f"{FLOOR_OF}{output}"),
            pl.col("set_by").alias(f"{SET_BY_OF}{output}"),
        )
        wide = wide.join(part, on=["dimension", "option"], maintain_order="left")
    return wide


def _heading(name: str, _: Translate) -> str:
    """Return how a column is headed; a column of the user's data keeps its name."""
    if name.startswith(FLOOR_OF):
        return _("floor, {output}").format(output=name.removeprefix(FLOOR_OF))
    if name.startswith(SET_BY_OF):
        return _("set by, {output}").format(output=name.removeprefix(SET_BY_OF))
    return _(LABELS[name]) if name in LABELS else name


def table_view(table: pl.DataFrame, _: Translate, words: Translate) -> dict[str, Any]:
    """Return a table as the template sets it: headers, rows of cells, marked rows."""
    marks = table["in_use"].to_list() if "in_use" in table.columns else [False] * len(table)
    empty = [column.name for column in table if column.null_count() == len(table)]
    shown = table.drop("in_use", *empty, strict=False)
    numeric = [
        kind.is_numeric() or name.endswith("_interval") for name, kind in shown.schema.items()
    ]
    names = [_heading(name, _) for name in shown.columns]
    columns = [
        _cells(shown[name], words, number=number)
        for name, number in zip(shown.columns, numeric, strict=True)
    ]
    return {
        "head": list(zip(names, numeric, strict=True)),
        "rows": list(zip(marks, zip(*columns, strict=True), strict=True)),
    }


def _cells(column: pl.Series, words: Translate, *, number: bool) -> list[dict[str, Any]]:
    """Return text, alignment and height of each cell; height 0 is covered from above."""
    values = [words(format_cell(value, column.name)) for value in column]
    heights = cell_heights(column.name, values)
    return [
        {"text": text, "number": number, "height": height}
        for text, height in zip(values, heights, strict=True)
    ]
