"""Figures of the page, drawn from the record and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from simulation.benchmark import noted
from simulation.benchmark.findings import KINDS, kind_of
from simulation.benchmark.outcomes import PRACTICE, WHOLE
from simulation.benchmark.words import number, of_row
from simulation.drawn import GRID, MARKS, as_svg
from tanshi.benchmark.ablation import FULL
from tanshi.report.drawing import DARK, INK, LIGHT, SOFT, STYLE, legend_above, new_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    Results = dict[str, Any]
    Row = dict[str, Any]

COLUMNS = 4
TITLE = 32  # characters of a panel's title
DRAWN = {
    "balance_verified_percent": "balance before trade, verified, %",
    "balance_need_percent": "balance before trade, need, %",
    "cost_change_percent": "cost over the practice, %",
    "noncompliant_firms_percent": "firms that do not comply, %",
}


def pictures(results: Results) -> dict[str, str]:
    """Return the figures that the record has the numbers for, as SVG by file name."""
    drawings = {
        "benchmark_regimes.svg": ("regimes", _regimes),
        "benchmark_scans.svg": ("elasticity", _scans),
        "benchmark_ablation.svg": ("ablation", _ablation),
        "benchmark_table_2.svg": ("table 2", _table_2),
    }
    with mpl.rc_context(STYLE):
        return {
            name: as_svg(draw(results))
            for name, (part, draw) in drawings.items()
            if part in results and not (part == "elasticity" and "collar" not in results)
        }


def _regimes(results: Results) -> Figure:
    """Draw the price of every drawn regime in one replicate, and between which it is in all."""
    paths = results["regimes"]["values"]["paths"]
    lines = -(-len(paths) // COLUMNS)
    figure = Figure(figsize=(7.6, 1.75 * lines))
    axes = np.asarray(figure.subplots(lines, COLUMNS, sharey=True)).ravel()
    for place, (name, path) in zip(axes, paths.items(), strict=False):
        years = np.arange(1, len(path["first"]) + 1)
        place.fill_between(years, path["low"], path["high"], color=LIGHT, alpha=0.5, linewidth=0)
        place.plot(years, path["first"], color=DARK, linewidth=1.2)
        place.set_title(_broken(name), fontsize=7, loc="left")
        place.set_ylim(0.0, 215.0)
        place.grid(visible=True, **GRID)
        place.set_axisbelow(True)
    for place in axes[len(paths) :]:
        place.set_axis_off()
    figure.supylabel("CNY/tCO₂", fontsize=8)
    figure.supxlabel("year", fontsize=8)
    return figure


def _broken(text: str) -> str:
    """Return a title in two lines where it is long."""
    if len(text) <= TITLE:
        return text
    words, lines = text.replace(" = ", "\u00a0=\u00a0").split(" "), [""]
    for word in words:
        if len(lines[-1]) + len(word) > TITLE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _scans(results: Results) -> Figure:
    """Draw the standard over the cap, three benchmarks over one, and the collar."""
    figure = Figure(figsize=(7.6, 3.1))
    standard, classes, collar = figure.subplots(1, 3)
    rows = results["elasticity"]["values"]
    for mark, shortage in zip(MARKS, sorted({row["shortage"] for row in rows}), strict=False):
        ours = [row for row in rows if row["shortage"] == shortage]
        _points(
            standard,
            [row["factor"] for row in ours],
            [row["cost_ratio"] for row in ours],
            mark,
            f"{100 * shortage:g} % short",
        )
    _noted(standard, noted.STANDARD_OVER_CAP)
    standard.set_xlabel("factor on demand elasticities")
    standard.set_ylabel("standard over cap, cost")
    ours = results["classes"]["values"]
    _points(
        classes,
        [row["substitution"] for row in ours],
        [row["cost_percent"] for row in ours],
        MARKS[0],
        "here",
    )
    _noted(classes, noted.THREE_OVER_ONE)
    classes.set_xlabel("substitution, σ")
    classes.set_ylabel("three benchmarks over one, cost, %")
    rows = results["collar"]["values"]
    for mark, steepness in zip(MARKS, sorted({row["steepness"] for row in rows}), strict=False):
        ours = [row for row in rows if row["steepness"] == steepness]
        _points(
            collar,
            [row["variation"]["mean"] for row in ours],
            [row["gain_percent"] for row in ours],
            mark,
            f"damage slope {steepness:g}",
        )
    _noted(collar, noted.COLLAR)
    _plain_symlog(collar, "y", 10.0, (-1000, -100, -10, 0, 10, 100))
    collar.set_xlabel("variation of the price")
    collar.set_ylabel("gain of a collar, %")
    for place in (standard, classes, collar):
        place.grid(visible=True, **GRID)
        place.set_axisbelow(True)
        place.legend(
            fontsize=6.5,
            loc="lower left",
            bbox_to_anchor=(-0.1, 1.0),
            ncols=2,
            borderaxespad=0.1,
            columnspacing=0.8,
            handletextpad=0.4,
        )
    return figure


def _points(
    axes: Axes, x: Sequence[float], values: Sequence[Row], mark: tuple[str, str], label: str
) -> None:
    mean = np.array([one["mean"] for one in values])
    ends = [np.array([one[end] for one in values], dtype=np.float64) for end in ("low", "high")]
    axes.errorbar(
        x,
        mean,
        yerr=[mean - ends[0], ends[1] - mean],
        marker=mark[0],
        color=mark[1],
        markersize=4.0,
        linewidth=1.0,
        label=label,
    )


def _plain_symlog(axes: Axes, which: str, linear: float, ticks: Sequence[float]) -> None:
    """Scale an axis, with numbers written out, and only those within its data."""
    low, high = axes.get_ylim() if which == "y" else axes.get_xlim()
    scale = axes.set_yscale if which == "y" else axes.set_xscale
    scale("symlog", linthresh=linear)
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 0)))


def _noted(axes: Axes, points: dict[float, float]) -> None:
    axes.plot(
        list(points),
        list(points.values()),
        linestyle="none",
        marker="x",
        color=INK,
        markersize=5.0,
        label="noted",
    )


def _ablation(results: Results) -> Figure:
    """Draw what the same emissions cost without each mechanism, a line a mechanism."""
    rows = [
        row
        for row in results["ablation"]["values"]
        if row["mechanism"] != FULL and row["cost_change_percent"] is not None
    ]
    rows.sort(key=lambda row: row["cost_change_percent"])
    figure, axes = new_figure(7.2, 1.0 + 0.17 * len(rows))
    for kind, (marker, colour) in zip(KINDS, MARKS, strict=True):
        ours = [(place, row) for place, row in enumerate(rows) if kind_of(row) == kind]
        if not ours:
            continue
        places = [place for place, _ in ours]
        figures = [of_row(row, "cost_change_percent") for _, row in ours]
        mean = np.array([one["mean"] for one in figures], dtype=np.float64)
        low, high = (
            np.array([one[end] for one in figures], dtype=np.float64) for end in ("low", "high")
        )
        axes.errorbar(
            mean,
            places,
            xerr=[mean - low, high - mean],
            fmt=marker,
            color=colour,
            markeredgecolor=INK,
            markeredgewidth=0.4,
            markersize=4.0,
            elinewidth=1.0,
            label=kind,
        )
    for place, row in enumerate(rows):
        if row["mechanism"] in noted.ABLATION:
            axes.plot(noted.ABLATION[row["mechanism"]], place, "x", color=INK, markersize=4.5)
    axes.plot([], [], "x", color=INK, markersize=4.5, label="noted")
    axes.axvline(0.0, color=SOFT, linewidth=0.8, zorder=0)
    _plain_symlog(axes, "x", 1.0, (-100, -10, -1, 0, 1, 10, 100, 1000))
    labels = [f"{row['mechanism']} ({row['switched']})" for row in rows]
    axes.set_yticks(range(len(rows)), labels, fontsize=6.5)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.8, len(rows) - 0.2)
    axes.grid(visible=True, axis="x", **GRID)
    axes.set_axisbelow(True)
    axes.set_xlabel("cost at equal emissions with the mechanism switched, change in %")
    legend_above(axes, len(KINDS) + 1)
    return figure


def _table_2(results: Results) -> Figure:
    """Draw Table 2's figures beside ours, a panel a figure, a line an industry."""
    rows = [row for row in results["table 2"]["values"] if row["baseline"] == PRACTICE]
    industries = [name for name in dict.fromkeys(row["industry"] for row in rows) if name != WHOLE]
    lengths = sorted({row["years"] for row in rows})
    figure = Figure(figsize=(7.6, 2.6))
    panels = figure.subplots(1, len(DRAWN), sharey=True)
    for panel, (name, title) in zip(panels, DRAWN.items(), strict=True):
        for k, years in enumerate(lengths):
            marker, colour = MARKS[k]
            ours = {
                row["industry"]: row
                for row in rows
                if row["figure"] == name and row["years"] == years
            }
            values = [ours[industry] for industry in industries]
            mean = np.array([row["ours"] for row in values])
            low, high = (
                np.array([row[end] for row in values], dtype=np.float64) for end in ("low", "high")
            )
            panel.errorbar(
                mean,
                np.arange(len(industries)) + 0.16 * (k - 0.5),
                xerr=[mean - low, high - mean],
                fmt=marker,
                color=colour,
                markersize=4.0,
                elinewidth=1.0,
                label=f"here, {years} years",
            )
        published = [ours[industry]["published"] for industry in industries]
        panel.plot(published, range(len(industries)), "x", color=INK, label="Table 2")
        panel.set_xlabel(title, fontsize=7)
        panel.grid(visible=True, axis="x", **GRID)
        panel.set_axisbelow(True)
    panels[0].set_yticks(range(len(industries)), industries)
    panels[0].invert_yaxis()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3)
    return figure
