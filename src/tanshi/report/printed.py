"""The tables of a study that a paper prints, and how each is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import polars as pl

from tanshi.leontief.results.intervals import CONSUMER_INDEX, PRODUCER_INDEX
from tanshi.report.alternatives_text import with_names
from tanshi.report.evolution_data import COMPARED, WHOLE
from tanshi.report.evolution_words import FIGURES
from tanshi.report.paper_workbook import write_paper_workbook
from tanshi.report.personal_words import CLAIMED, PARAMETERS, QUANTITIES
from tanshi.report.publication import OF_ESTIMATE, paper_table
from tanshi.report.sureness_figures import direction_names
from tanshi.report.tables import write_csv
from tanshi.report.typeset import html_page, latex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tanshi.report.publication import PaperTable

FORMATS = ("tex", "html", "xlsx", "csv")


class Layout(TypedDict, total=False):
    """What of a table is printed, and how; see `paper_table` for all but the first two."""

    prepare: Callable[[pl.DataFrame], pl.DataFrame]
    columns: tuple[str, ...]
    across: str
    decimals: int
    note: str
    show: str | tuple[str, ...]
    estimate: str


def named_methods(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table of other estimators with the methods in words."""
    return with_names(table, str)


def named_directions(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table of directions with the two numbers of each in one column."""
    names = pl.Series("direction", direction_names(table))
    return table.select(names, pl.exclude("direction_output", "direction_emissions"))


def index_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return the intervals of the consumer and the producer index, without the sectors."""
    rows = table.filter(pl.col("item").is_in([CONSUMER_INDEX, PRODUCER_INDEX]))
    ends = {"lower_percent": "lower", "upper_percent": "upper"}
    return rows.rename(ends).select(
        pl.col("name").alias("index"), "paid_share", "point_percent", "lower", "upper"
    )


def burden_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return the burdens with the ends of their intervals, where there are any."""
    ends = {"burden_lower_percent": "lower", "burden_upper_percent": "upper"}
    return table.rename(ends, strict=False)


def outcome_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return the outcomes of a market by industry, before, after and their change."""
    states = {"before": "baseline", "after": "this market", "change": "change"}
    some = table.filter(pl.col("by") == "industry", pl.col("figure").is_in(list(COMPARED)))
    names = some["figure"].replace_strict(FIGURES, return_dtype=pl.String)
    parts = [
        some.select(
            names.alias("figure"),
            pl.col("group").replace({WHOLE: "whole market"}).alias("industry"),
            pl.lit(named).alias("state"),
            pl.col(state).alias("estimate"),
            pl.col(f"{state}_low").alias("lower"),
            pl.col(f"{state}_high").alias("upper"),
        )
        for state, named in states.items()
    ]
    return pl.concat(parts)


def ablation_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return clause, mechanism, how it is switched, and the cost of the same emissions."""
    change = "cost_change_percent"
    return table.filter(pl.col("switched") != "").select(
        "clause",
        "mechanism",
        "switched",
        pl.col(change).alias("estimate"),
        pl.col(f"{change}_low").alias("lower"),
        pl.col(f"{change}_high").alias("upper"),
    )


def claim_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return claims in words, with their verdict and what they come to."""
    said = [
        CLAIMED[row["claimed"]].format(
            quantity=QUANTITIES[row["quantity"]][row["objective"]],
            parameter=PARAMETERS[row["parameter"]],
        )
        for row in table.iter_rows(named=True)
    ]
    claim = pl.Series("claim", said, dtype=pl.String)
    return table.select("place", claim, "verdict", "derivative_here", "here")


NORMALISED = "Mean-normalised data; names as in Eq. 3."
LAYOUTS: dict[str, Layout] = {
    "mac": {
        "columns": ("unit", "time", "mac_cny_per_tco2"),
        "across": "time",
        "decimals": 2,
    },
    "mac_averages": {"decimals": 2},
    "parameters": {"across": "tau", "decimals": 4, "note": NORMALISED},
    "diagnostics": {
        "columns": (
            "tau",
            "objective",
            "gap",
            "coverage",
            "active_constraints",
            "active_null_jointness",
            "unique",
        ),
    },
    "sensitivity": {
        "columns": ("dimension", "option", "in_use", "output_column", "floor_cny_per_tco2"),
        "across": "output_column",
        "decimals": 2,
    },
    "replication": {
        "columns": (
            "item",
            "quantity",
            "output_column",
            "published",
            "ours",
            "difference_percent",
            "reproduced",
        ),
    },
    "floor": {"decimals": 2},
    "coefficients": {
        "across": "tau",
        "decimals": 3,
        "show": ("p", "interval"),
        "note": f"{NORMALISED} p-values and intervals of the panel block bootstrap.",
    },
    "slope_equality": {
        "estimate": "statistic",
        "show": "p",
        "decimals": 2,
        "note": "p-values of the recentred bootstrap; constraints that bind distort them.",
    },
    "leave_one_out": {
        "columns": (
            "unit_left_out",
            "remaining_floor_cny_per_tco2",
            "remaining_set_by",
            "floor_of_all_cny_per_tco2",
        ),
    },
    "directions": {
        "prepare": named_directions,
        "columns": (
            "direction",
            "null_jointness",
            "floor_cny_per_tco2",
            "set_by",
            "median_mac_cny_per_tco2",
            "crossings",
        ),
        "decimals": 2,
    },
    "alternatives": {
        "prepare": named_methods,
        "columns": (
            "method",
            "inputs",
            "null_jointness",
            "observed_period",
            "floor_cny_per_tco2",
            "set_by",
            "median_mac_cny_per_tco2",
            "rank_correlation_with_default",
        ),
        "decimals": 2,
    },
    "intervals": {"prepare": index_rows, "estimate": "point_percent", "decimals": 4},
    "households": {
        "prepare": burden_rows,
        "columns": (
            "group",
            "paid_share",
            "burden_percent",
            "cost_cny_per_head",
            "burden_of_income_percent",
        ),
        "estimate": "burden_percent",
        "decimals": 4,
    },
    "benchmark_before_after": {
        "prepare": outcome_rows,
        "columns": ("figure", "industry", "state", "estimate"),
        "across": "state",
        "estimate": "estimate",
        "decimals": 2,
        "note": "Intervals over replicates; of a change, over its values by replicate.",
    },
    "benchmark_ablation": {
        "prepare": ablation_rows,
        "estimate": "estimate",
        "decimals": 2,
        "note": "No value: another task, whose cost is not comparable.",
    },
    "personal_gains": {"decimals": 2},
    "personal_objectives": {
        "columns": (
            "objective",
            "buyers_percent",
            "sellers_percent",
            "fee_buyers",
            "fee_sellers",
            "profit",
            "surplus_buyers",
            "surplus_sellers",
            "welfare",
        ),
        "decimals": 3,
    },
    "personal_claims": {
        "prepare": claim_rows,
        "decimals": 4,
    },
}


def study_tables(
    tables: Mapping[str, pl.DataFrame],
    captions: Mapping[str, str],
    *,
    level: float | None = None,
) -> list[PaperTable]:
    """Return those tables of a study that have a caption, laid out for print.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Name to table. Intervals and the like beside an estimate are printed with it.
    captions : mapping of str to str
    level : float, optional
        Of the intervals, for their heading.
    """
    found = []
    for name, caption in captions.items():
        if name not in tables:
            continue
        layout: dict[str, Any] = dict(LAYOUTS.get(name, {}))
        data = layout.pop("prepare", _as_it_is)(tables[name])
        columns = layout.pop("columns", tuple(data.columns))
        some = [one for one in data.columns if one in (*columns, *OF_ESTIMATE)]
        table = paper_table(data.select(some), caption=caption, name=name, level=level, **layout)
        found.append(table)
    return found


def _as_it_is(table: pl.DataFrame) -> pl.DataFrame:
    return table


def write_paper_table(
    table: PaperTable, folder: Path, formats: Iterable[str] = FORMATS
) -> list[str]:
    """Write one table in several formats, as ``NAME.FORMAT``; return the file names.

    Parameters
    ----------
    table : PaperTable
    folder : path
        Exists.
    formats : iterable of {"tex", "html", "xlsx", "csv"}
    """
    names = []
    for one in formats:
        names.append(f"{table.name}.{one}")
        path = folder / names[-1]
        if one == "xlsx":
            write_paper_workbook([table], path)
        elif one == "csv":
            write_csv(table.data, path)
        else:
            text = {"tex": latex, "html": html_page}[one](table)
            path.write_text(text, encoding="utf-8")
    return names
