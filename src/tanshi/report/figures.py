"""Figures for papers: SVG, drawn from the same results as the page."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from tanshi.report.consequence_figures import UNIT, consequence_drawings
from tanshi.report.grid import unit_year_grid
from tanshi.report.provinces import are_provinces, tile_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from tanshi.study import StudyResult

    Array = NDArray[np.float64]

STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",  # text stays text: searchable, and set in the reader's fonts
    "svg.hashsalt": "tanshi",  # the same file for the same result
}
COLOURS = "YlGnBu"
# Text is set in the reader's fonts, which may be wider than those measured here.
MARGIN: dict[str, Any] = {"bbox_inches": "tight", "pad_inches": 0.3}


def write_figures(result: StudyResult, folder: Path) -> list[str]:
    """Write every figure as SVG.

    Parameters
    ----------
    result : StudyResult
    folder : path
        Exists.

    Returns
    -------
    list of str
        File names.
    """
    drawings: dict[str, Callable[[StudyResult], Figure]] = {
        "mac_by_unit_and_year": _mac_heatmap,
        "mac_distribution": _distribution,
        "tau_positions": _positions,
        "parameters_by_tau": _parameters,
    }
    if are_provinces(set(result.costs.unit)):
        drawings["mac_map"] = _tile_map
    if result.sensitivity is not None:
        drawings["sensitivity"] = _sensitivity
    drawings |= consequence_drawings(result)
    with mpl.rc_context(STYLE):
        for name, draw in drawings.items():
            figure = draw(result)
            if result.data.pack.synthetic:
                figure.text(
                    0.99, 0.0, "synthetic data", ha="right", va="top", color="#b3261e", size=7
                )
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None}, **MARGIN)
    return [f"{name}.svg" for name in drawings]


def _new(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height))
    return figure, figure.add_subplot()


def _norm(values: Array) -> LogNorm:
    positive = values[np.isfinite(values) & (values > 0)]
    return LogNorm(float(positive.min()), float(positive.max()))


def _labelled_heat(
    axes: Axes, units: list[str], years: list[str], matrix: Array, norm: LogNorm | None
) -> None:
    drawn = np.where(np.isfinite(matrix), matrix, np.nan)
    if norm is not None:
        drawn = np.maximum(drawn, float(norm.vmin or 0.0))
    image = axes.pcolormesh(drawn, cmap=COLOURS, norm=norm, edgecolors="white", linewidth=0.6)
    axes.set_yticks(np.arange(len(units)) + 0.5, units)
    axes.set_xticks(np.arange(len(years)) + 0.5, years)
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for (i, j), value in np.ndenumerate(matrix):
        level = float(np.asarray(image.norm(drawn[i, j]))) if np.isfinite(drawn[i, j]) else 0.0
        label = "∞" if np.isinf(value) else f"{value:.2f}" if norm is None else f"{value:,.0f}"
        colour = "white" if level > 0.6 else "#1c2733"
        axes.text(j + 0.5, i + 0.5, label, ha="center", va="center", size=6.5, color=colour)


def _mac_heatmap(result: StudyResult) -> Figure:
    grid = unit_year_grid(result, result.costs.mac_cny_per_tco2)
    units, years, matrix = grid.units, grid.years, grid.values
    figure, axes = _new(5.6, 0.9 + 0.22 * len(units))
    _labelled_heat(axes, units, years, matrix, _norm(matrix))
    axes.set_title(f"Equivalent marginal abatement cost, {UNIT}")
    return figure


def _positions(result: StudyResult) -> Figure:
    grid = unit_year_grid(result, result.costs.tau_position)
    units, years, matrix = grid.units, grid.years, grid.values
    figure, axes = _new(5.6, 0.9 + 0.22 * len(units))
    _labelled_heat(axes, units, years, matrix, None)
    axes.set_title("Quantile position τ")
    return figure


def _distribution(result: StudyResult) -> Figure:
    grid = unit_year_grid(result, result.costs.mac_cny_per_tco2)
    years, matrix = grid.years, grid.values
    columns = [column[np.isfinite(column) & (column > 0)] for column in matrix.T]
    figure, axes = _new(5.6, 3.4)
    axes.boxplot(columns, tick_labels=years, whis=(0, 100), medianprops={"color": "#0f5c63"})
    for place, column in enumerate(columns, start=1):
        axes.plot(np.full(len(column), place), column, "o", ms=2.5, color="#c26a1b", alpha=0.5)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.set_ylabel(f"MAC, {UNIT}")
    return figure


def _parameters(result: StudyResult) -> Figure:
    table = result.quantiles.parameters()
    envelope = dict(result.frontier.parameters().select("parameter", "value").iter_rows())
    names = table["parameter"].unique(maintain_order=True).to_list()
    columns = 4
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(7.2, 1.35 * rows))
    figure.subplots_adjust(hspace=0.75, wspace=0.5)
    for place, name in enumerate(names, start=1):
        axes = figure.add_subplot(rows, columns, place)
        values = table.filter(pl.col("parameter") == name)["value"].to_numpy()
        axes.plot(result.quantiles.taus, values, "o-", ms=2.5, lw=1, color="#0f5c63")
        axes.plot([1.0], [envelope[name]], "D", ms=3.5, color="#c26a1b")
        axes.set_title(name, size=8, loc="left")
        axes.tick_params(labelsize=6.5)
    figure.supxlabel("τ (diamond: deterministic frontier)", size=8)
    return figure


def _tile_map(result: StudyResult) -> Figure:
    grid = unit_year_grid(result, result.costs.mac_cny_per_tco2)
    units, years, matrix = grid.units, grid.years, grid.values
    norm = _norm(matrix)
    figure, axes = _new(5.6, 4.6)
    colours = mpl.colormaps[COLOURS]
    for unit, cost in zip(units, matrix[:, -1], strict=True):
        place = tile_of(unit)
        if place is None:
            continue
        level = float(norm(max(cost, float(norm.vmin or 0.0)))) if np.isfinite(cost) else 0.0
        rectangle = mpl.patches.Rectangle(place, 0.95, 0.95, facecolor=colours(level))
        axes.add_patch(rectangle)
        label = f"{unit}\n{'∞' if np.isinf(cost) else f'{cost:,.0f}'}"
        colour = "white" if level > 0.6 else "#1c2733"
        middle = (place[0] + 0.475, place[1] + 0.475)
        axes.text(*middle, label, ha="center", va="center", size=5.6, color=colour)
    axes.set(xlim=(0.8, 9.2), ylim=(8.2, -0.2), aspect="equal")
    axes.axis("off")
    axes.set_title(f"Equivalent marginal abatement cost, {years[-1]}, {UNIT}")
    return figure


def _sensitivity(result: StudyResult) -> Figure:
    table = result.sensitivity
    if table is None:
        message = "a study without a sensitivity table has no figure of it"
        raise ValueError(message)
    table = table.filter(pl.col("dimension") != "payment rule")
    options = table.select("dimension", "option").unique(maintain_order=True).rows()
    labels = [f"{name}: {option}" if option else name for name, option in options]
    figure, axes = _new(7.2, 0.8 + 0.19 * len(options))
    outputs = table["output_column"].unique(maintain_order=True).to_list()
    for marker, output in zip(cycle("oD^sv"), outputs, strict=False):
        floors = table.filter(pl.col("output_column") == output)["floor_cny_per_tco2"].to_numpy()
        axes.plot(floors, np.arange(len(options)), marker, ms=4, label=output)
    axes.set_yticks(np.arange(len(options)), labels, size=6.5)
    axes.invert_yaxis()
    axes.grid(axis="y", color="#eef1f4")
    axes.set_xlabel(f"price floor, {UNIT}")
    axes.legend(frameon=False, fontsize=7)
    return figure
