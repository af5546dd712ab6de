"""Paper figures that compare a market: with its baseline, the print, itself without a part."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from tanshi.report.benchmark_front_figure import front_figure
from tanshi.report.drawing import DARK, INK, LIGHT, SOFT, Picture, new_figure
from tanshi.report.evolution_data import (
    COMPARED,
    DRAWN,
    MOVES,
    PUBLISHED,
    UNSURE,
    ablation_data,
    before_after_data,
    clauses_of,
    fairness_data,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tanshi.study.benchmark_run import MarketRun

TITLES = {
    "cost_change_percent": "cost of abatement,\nchange, %",
    "balance_need_percent": "balance with need\nbefore abatement, %",
    "balance_verified_percent": "balance with verified\nemissions, %",
    "noncompliant_firms_percent": "firms that do not\ncomply, %",
}
# Filled, hollow, light: told apart in grey as well.
LOOKS: dict[str, dict[str, Any]] = {
    "baseline": {"marker": "o", "color": "white", "mec": INK, "ecolor": SOFT},
    "market": {"marker": "o", "color": DARK, "mec": DARK, "ecolor": DARK},
    PUBLISHED: {"marker": "D", "color": LIGHT, "mec": INK, "ecolor": LIGHT},
}
STATE_NAMES = {
    "baseline": "baseline, same emissions",
    "market": "this market",
    PUBLISHED: "Liu, Table 2",
}
SHIFT = {"baseline": -0.2, "market": 0.0, PUBLISHED: 0.2}
LINEAR_TO = 1.0  # percent; beyond it the axis of an ablation is logarithmic


def comparison_pictures(run: MarketRun) -> dict[str, Picture]:
    """Return the figures of comparison that a market has, with their numbers, by file name."""
    found = {
        "benchmark_before_after": Picture(before_after_data(run), before_after),
        "benchmark_fairness": Picture(fairness_data(run), fairness),
    }
    if run.ablation is not None:
        found["benchmark_ablation"] = Picture(
            ablation_data(run.ablation, clauses_of(run)), ablation
        )
    if run.search is not None:
        objectives = run.search.settings.objectives
        drawn = partial(front_figure, objectives=objectives)
        found["benchmark_front"] = Picture(run.search.front_table(), drawn)
    return found


def before_after(data: pl.DataFrame) -> Figure:
    """Draw four figures side by side, a row an industry, each with its 95 % interval."""
    groups = data["industry"].unique(maintain_order=True).to_list()
    figure = Figure(figsize=(7.4, 1.25 + 0.38 * len(groups)))
    first: Axes | None = None
    for place, name in enumerate(COMPARED, start=1):
        axes = figure.add_subplot(1, len(COMPARED), place, sharey=first)
        first = first or axes
        _dots(axes, data.filter(pl.col("figure") == name), "industry", groups)
        axes.set_title(TITLES[name], size=7.5, loc="left")
        axes.tick_params(axis="x", labelsize=7)
        if place > 1:
            axes.tick_params(axis="y", labelleft=False)
    _key(figure, data)
    return figure


def fairness(data: pl.DataFrame) -> Figure:
    """Draw burden over revenue by size and region, each with its 95 % interval."""
    pairs = data.select("by", "group").unique(maintain_order=True).rows()
    names = [f"{group} firms" if by == "size" else group for by, group in pairs]
    named = data.with_columns(
        pl.when(pl.col("by") == "size")
        .then(pl.col("group") + " firms")
        .otherwise(pl.col("group"))
        .alias("name")
    )
    figure, axes = new_figure(5.8, 0.9 + 0.22 * len(names))
    _dots(axes, named, "name", names)
    axes.axvline(0.0, color=INK, lw=0.8, zorder=0)
    axes.set_xlabel("burden, % of revenue")
    _key(figure, data)
    return figure


def ablation(data: pl.DataFrame) -> Figure:
    """Draw what the same emissions cost with a mechanism switched, grouped by clause."""
    rows: list[tuple[str, dict[str, Any] | None]] = []
    for clause in data["clause"].unique(maintain_order=True):
        rows.append((clause, None))
        rows += [
            (f"{row['mechanism']} {row['switched']}", row)
            for row in data.filter(pl.col("clause") == clause).iter_rows(named=True)
        ]
    figure, axes = new_figure(6.4, 0.9 + 0.175 * len(rows))
    for place, (_, row) in enumerate(rows):
        if row is not None:
            _mechanism(axes, place, row)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows], size=6.5)
    for label, (_, row) in zip(axes.get_yticklabels(), rows, strict=True):
        if row is None:
            label.set_fontweight("bold")
    axes.set_ylim(len(rows) - 0.5, -0.7)
    axes.tick_params(axis="y", length=0)
    axes.axvline(0.0, color=INK, lw=0.8, zorder=0)
    _both_ways(axes, data)
    axes.set_xlabel("cost of the same emissions, change, %")
    mark: dict[str, Any] = {"marker": "o", "ls": "", "mec": DARK}
    handles = [
        Line2D([], [], color=DARK, label=MOVES, **mark),
        Line2D([], [], color="white", label=UNSURE, **mark),
    ]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure


def _mechanism(axes: Axes, place: int, row: dict[str, Any]) -> None:
    cost, low, high = (row[f"cost_change_percent{end}"] for end in ("", "_low", "_high"))
    if row["verdict"] not in DRAWN:
        beside: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points", "size": 6}
        axes.annotate(row["verdict"], (0, place), color="#6b7680", va="center", **beside)
        return
    moves = row["verdict"] == MOVES
    if low is not None and high is not None:
        axes.plot([low, high], [place, place], color=DARK if moves else SOFT, lw=1.2)
    axes.plot([cost], [place], "o", ms=4.5, color=DARK if moves else "white", mec=DARK, mew=0.8)


def _both_ways(axes: Axes, data: pl.DataFrame) -> None:
    """Set an axis that is linear up to one percent and logarithmic beyond, both ways."""
    drawn = data.filter(pl.col("verdict").is_in(list(DRAWN)))
    values = [
        value
        for end in ("", "_low", "_high")
        for value in drawn[f"cost_change_percent{end}"].drop_nulls()
    ]
    least, greatest = min([*values, -0.3]), max([*values, 0.3])
    most = max(-least, greatest)
    if most > 10 * LINEAR_TO:
        axes.set_xscale("symlog", linthresh=LINEAR_TO, linscale=0.8)
        ticks = [10.0**k for k in range(int(np.ceil(np.log10(most))) + 1)]
        axes.xaxis.set_major_locator(FixedLocator([*(-t for t in reversed(ticks)), 0.0, *ticks]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.set_xlim(least * 1.3, greatest * 1.3)


def _dots(axes: Axes, data: pl.DataFrame, column: str, groups: list[str]) -> None:
    """Draw a row a group, and in it a mark a state with its interval."""
    for state, look in LOOKS.items():
        part = data.filter(pl.col("state") == state, pl.col("value_percent").is_not_null())
        rows = np.array([groups.index(name) for name in part[column]]) + SHIFT[state]
        value = part["value_percent"].to_numpy()
        low, high = (
            part[f"{end}_percent"].fill_null(part["value_percent"]).to_numpy()
            for end in ("low", "high")
        )
        reach = np.maximum(np.array([value - low, high - value]), 0.0)
        marks: dict[str, Any] = {"ls": "", "ms": 4.5, "mew": 0.7, "elinewidth": 1.2, "zorder": 3}
        if len(part):
            axes.errorbar(value, rows, xerr=reach, **look, **marks)
    axes.set_yticks(range(len(groups)), ["whole market" if g == "all" else g for g in groups])
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    axes.grid(axis="x", color="#e4e8ec", lw=0.5)
    axes.set_axisbelow(True)


def _key(figure: Figure, data: pl.DataFrame) -> None:
    states = [state for state in LOOKS if state in set(data["state"])]
    handles = [
        Line2D(
            [],
            [],
            ls="",
            marker=LOOKS[state]["marker"],
            color=LOOKS[state]["color"],
            mec=LOOKS[state]["mec"],
            label=STATE_NAMES[state],
        )
        for state in states
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), fontsize=7.5)
