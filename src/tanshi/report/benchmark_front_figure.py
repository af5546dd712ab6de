"""Paper figure of the front that a search found, beside the named rules."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tanshi.report.drawing import DARK, INK, LIGHT, MARGIN, SOFT, paper_style
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl
    from matplotlib.axes import Axes

TITLE = "What the search found, over the uniform rule at equal emissions"
# By objective: column of the paired change, and what stands at the axis.
AXES = {
    "cost": ("cost_change_percent", "cost, %"),
    "deviation": ("deviation_change_basis_points", "deviation of burden, basis points"),
    "gini": ("gini_change", "Gini coefficient of burden"),
    "region_deviation": (
        "region_deviation_change_basis_points",
        "deviation between regions, basis points",
    ),
    "size_deviation": (
        "size_deviation_change_basis_points",
        "deviation between sizes, basis points",
    ),
    "noncompliant_firms": (
        "noncompliant_firms_change_percent",
        "non-compliant firms, percentage points",
    ),
    "noncompliant_tonnes": (
        "noncompliant_tonnes_change_percent",
        "non-compliant tonnes, percentage points",
    ),
    "price": ("price_change_cny_per_tco2", "price, CNY/tCO₂"),
}
# Of the named rules; a point that was found is a circle.
MARKERS = {"uniform": "s", "published_table": "^", "reversed": "v", "printed": "D"}
RING = 11  # size of the mark around what is recommended
ALL_PAIRS = 3  # objectives; of more, each is drawn against the first
COLUMNS = 3  # of panels
OTHER = {"cost": "deviation"}  # against which a single objective is drawn; else cost


def panels_of(objectives: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of objectives that are drawn, across and up.

    Examples
    --------
    >>> panels_of(["cost", "gini"]), panels_of(["gini"])
    ([('cost', 'gini')], [('gini', 'cost')])
    """
    if len(objectives) == 1:
        return [(objectives[0], OTHER.get(objectives[0], "cost"))]
    if len(objectives) <= ALL_PAIRS:
        return list(combinations(objectives, 2))
    return [(objectives[0], one) for one in objectives[1:]]


def front_figure(data: pl.DataFrame, objectives: Sequence[str]) -> Figure:
    """Draw every judged point with the interval of its change; the uniform rule is at 0.

    Parameters
    ----------
    data : polars.DataFrame
        Of `front.csv`: point, rule, on_front, recommended and figures.
    objectives : sequence of str
    """
    panels = panels_of(objectives)
    columns = min(len(panels), COLUMNS)
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(0.6 + 3.0 * columns, 0.9 + 2.7 * rows))
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, pair in zip(grid, panels, strict=False):
        _panel(axes, data, pair)
    for axes in grid[len(panels) :]:
        axes.set_visible(False)
    figure.suptitle(TITLE, x=0.01, ha="left", size=9, weight="bold", color=INK)
    ring: dict[str, Any] = {"markersize": RING, "markerfacecolor": "none"}
    handles = [
        _mark("found, not dominated", marker="o", markerfacecolor=DARK),
        _mark("found, dominated", marker="o", markerfacecolor="white"),
        _mark("recommended", marker="o", **ring),
        Line2D([], [], color=SOFT, linewidth=0.8, label="95 % interval"),
    ]
    handles += [
        _mark(name.replace("_", " "), marker=MARKERS[name], markerfacecolor=LIGHT)
        for name in data["rule"].unique(maintain_order=True)
        if name in MARKERS
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
    return figure


def _mark(label: str, **look: Any) -> Line2D:
    return Line2D([], [], linestyle="", markeredgecolor=INK, label=label, **look)


def _panel(axes: Axes, data: pl.DataFrame, pair: tuple[str, str]) -> None:
    (across, across_label), (up, up_label) = (AXES[name] for name in pair)
    axes.axhline(0.0, color=SOFT, linewidth=0.6, linestyle=":", zorder=0)
    axes.axvline(0.0, color=SOFT, linewidth=0.6, linestyle=":", zorder=0)
    for row in data.iter_rows(named=True):
        x, y = row[across], row[up]
        for name, ends in ((across, "x"), (up, "y")):
            low, high = row[f"{name}_low"], row[f"{name}_high"]
            if low is not None and high is not None:
                spans = ([low, high], [y, y]) if ends == "x" else ([x, x], [low, high])
                axes.plot(*spans, color=SOFT, linewidth=0.8, zorder=1)
        marker = MARKERS.get(row["rule"])
        colour = LIGHT if marker else DARK if row["on_front"] else "white"
        axes.plot(
            [x],
            [y],
            marker=marker or "o",
            markersize=6.5 if marker else 4.5,
            markerfacecolor=colour,
            markeredgecolor=INK,
            markeredgewidth=0.6,
            zorder=3 if marker else 2,
        )
        if row["recommended"]:
            ring: dict[str, Any] = {"markerfacecolor": "none", "markeredgecolor": INK}
            axes.plot([x], [y], marker="o", markersize=RING, zorder=4, **ring)
    axes.margins(0.12)
    axes.set_xlabel(across_label)
    axes.set_ylabel(up_label)


def write_front_figure(front: pl.DataFrame, objectives: Sequence[str], folder: Path) -> None:
    """Write front.svg, and beside it the table drawn as front.csv.

    Parameters
    ----------
    front : polars.DataFrame
    objectives : sequence of str
    folder : path
        Exists.
    """
    with paper_style(front):
        figure = front_figure(front, objectives)
        figure.savefig(folder / "front.svg", metadata={"Date": None}, **MARGIN)
    write_csv(front, folder / "front.csv")
