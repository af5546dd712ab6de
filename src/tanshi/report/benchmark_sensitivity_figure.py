"""Figures of a sensitivity: bars of what moves each output, a panel an output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tanshi.report.drawing import DARK, INK, LIGHT, MARGIN, SOFT, paper_style

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LABELS = {
    "price_cny_per_tco2": "price, CNY/tCO₂",
    "price_variation_percent": "variation of the price, %",
    "cost_change_percent": "cost over the baseline's, %",
    "noncompliant_firms_percent": "firms not compliant, %",
    "noncompliant_tonnes_percent": "tonnes not compliant, %",
    "balance_need_percent": "balance of need, %",
    "settled_share": "settled, share of replicates",
}
ACROSS = 4  # panels in a row
ROW = 0.19  # inches a factor
THICK, THIN = 0.72, 0.38  # of a bar, in rows
TITLE: dict[str, Any] = {"x": 0.01, "ha": "left", "size": 9, "weight": "bold", "color": INK}
ERROR: dict[str, Any] = {"fmt": "none", "ecolor": SOFT, "elinewidth": 0.8, "capsize": 0.0}


def morris_figure(table: pl.DataFrame) -> Figure:
    """Draw mu_star of every factor with its interval, a panel an output.

    Parameters
    ----------
    table : polars.DataFrame
        As in ``morris.csv``; factors from the top in its order.
    """
    figure, panels, places = _panels(table)
    figure.suptitle("Morris: mean absolute effect over the whole range of a factor", **TITLE)
    for output, axes in panels.items():
        rows = table.filter(output=output)
        if _said_empty(rows, "mu_star", axes):
            continue
        effect, error = _numbers(rows, "mu_star"), _numbers(rows, "mu_star_conf")
        axes.barh(places, effect, THICK, color=DARK, linewidth=0)
        axes.errorbar(effect, places, xerr=error, **ERROR)
        axes.set_xlim(left=0.0)
    return figure


def sobol_figure(table: pl.DataFrame) -> Figure:
    """Draw S1 before ST of every factor with their intervals, a panel an output.

    Parameters
    ----------
    table : polars.DataFrame
        As in ``sobol.csv``.
    """
    figure, panels, places = _panels(table)
    figure.suptitle("Sobol: share of an output's variance", **TITLE)
    handles: list[Any] = []
    for output, axes in panels.items():
        rows = table.filter(output=output)
        if _said_empty(rows, "ST", axes):
            continue
        whole = axes.barh(places, _numbers(rows, "ST"), THICK, color=LIGHT, linewidth=0)
        alone = axes.barh(places, _numbers(rows, "S1"), THIN, color=DARK, linewidth=0)
        for column, conf in (("ST", "ST_conf"), ("S1", "S1_conf")):
            axes.errorbar(_numbers(rows, column), places, xerr=_numbers(rows, conf), **ERROR)
        axes.axvline(0.0, color=SOFT, linewidth=0.6)
        handles = [whole, alone]
    if handles:
        names = ["with all interactions (ST)", "alone (S1)"]
        figure.legend(handles, names, loc="outside lower center", ncols=2)
    return figure


def write_figure(figure_of: str, table: pl.DataFrame, folder: Path) -> None:
    """Write morris.svg or sobol.svg, drawn from the table of the same name.

    Parameters
    ----------
    figure_of : {"morris", "sobol"}
    table : polars.DataFrame
    folder : path
        Exists.
    """
    with paper_style(table):
        figure = {"morris": morris_figure, "sobol": sobol_figure}[figure_of](table)
        figure.savefig(folder / f"{figure_of}.svg", metadata={"Date": None}, **MARGIN)


def _panels(table: pl.DataFrame) -> tuple[Figure, dict[str, Axes], list[int]]:
    """Return a figure with a panel an output and the places of the factors in them."""
    outputs = table["output"].unique(maintain_order=True).to_list()
    names = table["factor"].unique(maintain_order=True).to_list()
    down = -(-len(outputs) // ACROSS)
    figure = Figure(figsize=(8.6, 0.8 + down * (0.55 + ROW * len(names))))
    grid = figure.subplots(down, ACROSS, sharey=True, squeeze=False)
    places = list(range(len(names)))
    panels = dict(zip(outputs, grid.flat, strict=False))
    for output, axes in panels.items():
        axes.set_title(LABELS.get(output, output), loc="left", size=7.5, color=INK)
        axes.set_yticks(places, names)
        axes.tick_params(labelsize=7)
        axes.xaxis.set_major_locator(MaxNLocator(4))
    grid[0, 0].invert_yaxis()
    for axes in list(grid.flat)[len(outputs) :]:
        axes.set_axis_off()
    return figure, panels, places


def _said_empty(rows: pl.DataFrame, column: str, axes: Axes) -> bool:
    """Say in a panel that nothing moves its output, where that is so."""
    if _numbers(rows, column).any():
        return False
    axes.set_xticks([])
    axes.text(0.05, 0.5, "does not vary", transform=axes.transAxes, size=7, color=SOFT)
    return True


def _numbers(rows: pl.DataFrame, column: str) -> Array:
    """Return a column; what there is none of is drawn as 0."""
    return np.asarray(rows[column].fill_null(0.0).to_numpy(), dtype=np.float64)
