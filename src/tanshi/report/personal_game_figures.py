"""Paper figures of the evolutionary game: phase portraits, paths, the claim, the levers.

Each is drawn from one table, which is written beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from tanshi.report.drawing import DARK, INK, LIGHT, MARGIN, MIDDLE, SOFT, paper_style
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.axes import Axes

SHARES = ("supervise", "adopt", "sell", "buy")
WORDS = {
    "supervise": "governments that supervise",
    "adopt": "platforms with blockchain",
    "sell": "users that sell",
    "buy": "users that buy",
    "thinness": "thinness of the market h",
    "join_scale": "both joining costs, times",
    "join_sell": "joining cost of sellers",
    "join_buy": "joining cost of buyers",
}
# By class: how a rest point is marked.
MARKS: dict[str, dict[str, Any]] = {
    "sink": {"marker": "o", "markerfacecolor": DARK},
    "saddle": {"marker": "D", "markerfacecolor": LIGHT},
    "source": {"marker": "o", "markerfacecolor": "white"},
    "non-hyperbolic": {"marker": "s", "markerfacecolor": MIDDLE},
}
LINES: dict[str, tuple[str, Any]] = {
    "supervise": (SOFT, (0, (1, 1))),
    "adopt": (MIDDLE, (0, (5, 2))),
    "sell": (LIGHT, "-"),
    "buy": (DARK, "-"),
}
OUTCOMES = {"locked": LIGHT, "collapse": SOFT, "trade": DARK}
COLUMNS = 4  # of panels
MOST_PANELS = 16


def portrait_figure(data: pl.DataFrame) -> Figure:
    """Draw the flow on each plane, with the rest points on it by class.

    Parameters
    ----------
    data : polars.DataFrame
        Of `portraits.csv`.
    """
    planes = data.partition_by("plane", maintain_order=True)
    figure, panels = _panels(len(planes), 3.1, 2.9)
    for axes, plane in zip(panels, planes, strict=False):
        first = plane.row(0, named=True)
        flow = plane.filter(pl.col("kind") == "flow").sort("share_up", "share_across")
        side = flow["share_across"].n_unique()
        grid = {
            name: flow[name].to_numpy().reshape(-1, side)
            for name in ("share_across", "share_up", "flow_across", "flow_up")
        }
        axes.streamplot(
            grid["share_across"][0],
            grid["share_up"][:, 0],
            grid["flow_across"],
            grid["flow_up"],
            color=SOFT,
            linewidth=0.7,
            arrowsize=0.7,
            density=1.1,
        )
        for row in plane.filter(pl.col("kind") == "rest").iter_rows(named=True):
            look: dict[str, Any] = {"markersize": 6, "markeredgecolor": INK, "zorder": 5}
            look |= MARKS[row["class"]]
            axes.plot([row["share_across"]], [row["share_up"]], clip_on=False, **look)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_xlabel(WORDS[first["across"]])
        axes.set_ylabel(WORDS[first["up"]])
        axes.set_title(first["held"], loc="left", size=8.5)
    handles = [_mark(name, **look) for name, look in MARKS.items()]
    title = "Replicator; rest points classed by all four eigenvalues"
    figure.suptitle(title, x=0.01, ha="left", size=9, weight="bold", color=INK)
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
    return figure


def trajectory_figure(data: pl.DataFrame) -> Figure:
    """Draw the four shares over time, a panel for each start, of the first dynamics.

    Parameters
    ----------
    data : polars.DataFrame
        Of `trajectories.csv`.
    """
    name = data["dynamics"][0]
    starts = data.filter(pl.col("dynamics") == name).partition_by("start", maintain_order=True)
    figure, panels = _panels(len(starts), 2.7, 2.2)
    for axes, path in zip(panels, starts, strict=False):
        for share, (colour, dash) in LINES.items():
            axes.plot(path["time"], path[share], color=colour, linestyle=dash, linewidth=1.4)
        first = ", ".join(f"{path[share][0]:g}" for share in SHARES)
        axes.set_title(f"from {first}", loc="left", size=8.5)
        axes.set(ylim=(-0.02, 1.02), xlabel="time", ylabel="share")
    handles = [
        Line2D([], [], color=colour, linestyle=dash, label=WORDS[share])
        for share, (colour, dash) in LINES.items()
    ]
    figure.suptitle(name, x=0.01, ha="left", size=9, weight="bold", color=INK)
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
    return figure


def claim_figure(data: pl.DataFrame) -> Figure:
    """Draw what becomes of a small start at every point of the grid.

    Parameters
    ----------
    data : polars.DataFrame
        Of `claim.csv`: the columns before `start` are the axes of the grid, the first across and
        the second up; the others make the panels.
    """
    axes_of = data.columns[: data.columns.index("start")]
    across, up = axes_of[0], axes_of[1] if len(axes_of) > 1 else "start"
    apart = axes_of[2:]
    groups = data.partition_by(apart, maintain_order=True) if apart else [data]
    groups = groups[:MOST_PANELS]
    figure, panels = _panels(len(groups), 2.2, 1.9)
    for axes, group in zip(panels, groups, strict=False):
        _outcomes(axes, group, across, up)
        title = ", ".join(f"{_plain(name)} {_number(group[name][0])}" for name in apart)
        axes.set_title(title, loc="left", size=7.5)
    start = data["start"][0]
    figure.suptitle(
        f"From {100 * start:g} % everywhere", x=0.01, ha="left", size=9, weight="bold", color=INK
    )
    figure.supxlabel(_plain(across), size=8.5)
    figure.supylabel(_plain(up), size=8.5)
    words = {"locked": "lock-in stays", "collapse": "trade begins and ends", "trade": "trade"}
    handles = [Patch(color=OUTCOMES[name], label=word) for name, word in words.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _outcomes(axes: Axes, group: pl.DataFrame, across: str, up: str) -> None:
    places = {name: group[name].unique(maintain_order=True).to_list() for name in (across, up)}
    codes = {name: code for code, name in enumerate(OUTCOMES)}
    cells = np.full((len(places[up]), len(places[across])), np.nan)
    for row in group.iter_rows(named=True):
        place = places[up].index(row[up]), places[across].index(row[across])
        cells[place] = codes[row["outcome"]]
    colours = ListedColormap(list(OUTCOMES.values()))
    norm = BoundaryNorm([-0.5, 0.5, 1.5, 2.5], colours.N)
    axes.pcolormesh(cells, cmap=colours, norm=norm, edgecolors="white", linewidth=0.8)
    for name, ticks, labels in (
        (across, axes.set_xticks, axes.set_xticklabels),
        (up, axes.set_yticks, axes.set_yticklabels),
    ):
        ticks(np.arange(len(places[name])) + 0.5)
        labels([_number(value) for value in places[name]], size=6.5)
    axes.tick_params(length=0)


def lever_figure(data: pl.DataFrame) -> Figure:
    """Draw how far each lever moves the critical mass, a panel for each h.

    Parameters
    ----------
    data : polars.DataFrame
        Of `levers.csv`.
    """
    groups = data.partition_by("thinness", maintain_order=True)
    names = data["lever"].unique(maintain_order=True).to_list()[::-1]
    figure, panels = _panels(len(groups), 2.4, 0.7 + 0.17 * len(names))
    for number, (axes, group) in enumerate(zip(panels, groups, strict=False)):
        start = group["start"][0]
        axes.axvline(start, color=SOFT, linewidth=0.8, linestyle=":")
        for row in group.iter_rows(named=True):
            _lever(axes, names.index(row["lever"]), row)
        axes.set_xscale("log")
        axes.set_xlim(5e-6, 2.0)
        axes.xaxis.set_major_locator(FixedLocator([1e-5, 1e-3, 1e-1]))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_ylim(-0.7, len(names) - 0.3)
        axes.set_yticks(range(len(names)))
        labels = [_plain(name) for name in names] if number % COLUMNS == 0 else [""] * len(names)
        axes.set_yticklabels(labels)
        axes.set_xlabel("critical mass of users")
        axes.set_title(f"h = {_number(group['thinness'][0])}", loc="left", size=8.5)
    handles = [
        _mark("as it is", marker="o", markerfacecolor="white"),
        _mark("lever at its limit", marker="o", markerfacecolor=DARK),
        _mark("limit opens lock-in", marker="<", markerfacecolor=LIGHT),
        _mark("no trade at the limit", marker="x"),
        Line2D([], [], color=SOFT, linewidth=0.8, linestyle=":", label="the start"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=5)
    return figure


def _lever(axes: Axes, place: int, row: dict[str, Any]) -> None:
    base, limit = row["critical_mass_at_base"], row["critical_mass_at_limit"]
    look: dict[str, Any] = {"markersize": 4.5, "markeredgecolor": INK, "markeredgewidth": 0.6}
    if base is not None and limit is not None:
        axes.plot([base, limit], [place, place], color=INK, linewidth=0.9, zorder=1)
    if base is not None:
        axes.plot([base], [place], marker="o", markerfacecolor="white", **look)
    if limit is None:
        axes.plot([1.0], [place], marker="x", **look)
    elif row["effect"] == "opens lock-in":
        axes.plot([limit], [place], marker="<", markerfacecolor=LIGHT, **look)
    else:
        axes.plot([limit], [place], marker="o", markerfacecolor=DARK, **look)


def _panels(count: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    columns = min(count, COLUMNS)
    rows = -(-count // columns)
    figure = Figure(figsize=(0.6 + width * columns, 0.8 + height * rows))
    grid = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for axes in grid[count:]:
        axes.set_visible(False)
    return figure, grid


def _mark(label: str, **look: Any) -> Line2D:
    return Line2D([], [], linestyle="", markeredgecolor=INK, label=label, **look)


def _number(value: float) -> str:
    return f"{value:g}".replace("inf", "∞")


def _plain(name: str) -> str:
    return WORDS.get(name, name.replace("_", " "))


# By file name.
FIGURES: dict[str, Callable[[pl.DataFrame], Figure]] = {
    "portraits": portrait_figure,
    "trajectories": trajectory_figure,
    "claim": claim_figure,
    "levers": lever_figure,
}


def write_game_figure(name: str, table: pl.DataFrame, folder: Path) -> None:
    """Write a figure as SVG, and beside it the table drawn; nothing where the table is empty.

    Parameters
    ----------
    name : str
        One of `FIGURES`.
    table : polars.DataFrame
    folder : path
        Exists.
    """
    if not len(table):
        return
    with paper_style(table):
        figure = FIGURES[name](table)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None}, **MARGIN)
    write_csv(table, folder / f"{name}.csv")
