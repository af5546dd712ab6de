"""Figures for papers: SVG with its numbers as CSV, from the same results as the page."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tanshi.report.consequence_figures import consequence_pictures
from tanshi.report.drawing import (
    DARK,
    HEAT,
    INK,
    LIGHT,
    MARGIN,
    MIDDLE,
    SOFT,
    UNIT,
    Picture,
    colour_of,
    cost_scale,
    ink_on,
    legend_above,
    log_norm,
    new_figure,
    paper_style,
)
from tanshi.report.evolution_figures import evolution_pictures
from tanshi.report.figure_data import (
    distribution_data,
    grid_data,
    map_data,
    parameter_data,
    sensitivity_data,
)
from tanshi.report.personal_figures import personal_pictures
from tanshi.report.provinces import are_provinces
from tanshi.report.sureness_figures import sureness_pictures
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study import StudyResult

NARROW_TILE = 10  # letters that fit into a tile at full size
SURFACES = {"quantile": ("o-", 2.5, DARK), "frontier": ("D", 3.5, LIGHT)}
BOX = {
    "whislo": "least",
    "q1": "lower_quartile",
    "med": "median",
    "q3": "upper_quartile",
    "whishi": "greatest",
}


def pictures(result: StudyResult) -> dict[str, Picture]:
    """Return every figure of a study with its numbers, by name.

    Parameters
    ----------
    result : StudyResult
    """
    costs = result.costs
    found = {
        "mac_by_unit_and_year": Picture(
            grid_data(result, mac_cny_per_tco2=costs.mac_cny_per_tco2), _mac_heatmap
        ),
        "mac_distribution": Picture(distribution_data(result), _distribution),
        "tau_positions": Picture(grid_data(result, tau_position=costs.tau_position), _positions),
        "parameters_by_tau": Picture(parameter_data(result), _parameters),
    }
    if are_provinces(set(costs.unit)):
        found["mac_map"] = Picture(map_data(result), _tile_map)
    if result.sensitivity is not None:
        found["sensitivity"] = Picture(sensitivity_data(result.sensitivity), _sensitivity)
    found |= sureness_pictures(result) | consequence_pictures(result)
    if result.benchmark is not None:
        found |= evolution_pictures(result.benchmark)
    if result.personal is not None:
        found |= personal_pictures(result.personal)
    return found


def draw_figure(picture: Picture, *, synthetic: bool = False) -> Figure:
    """Return a figure in the style of papers.

    Parameters
    ----------
    picture : Picture
    synthetic : bool, default False
        Write into its corner that the data are synthetic.
    """
    with paper_style(picture.data):
        figure = picture.draw(picture.data)
        if synthetic:
            figure.text(0.99, 0.0, "synthetic data", ha="right", va="top", color="#b3261e", size=7)
    return figure


def save_figure(picture: Picture, path: Path, *, synthetic: bool = False) -> None:
    """Write a figure as SVG, and beside it the numbers drawn as CSV.

    Parameters
    ----------
    picture : Picture
    path : path
        Of the SVG file; the CSV file has the same name.
    synthetic : bool, default False
    """
    figure = draw_figure(picture, synthetic=synthetic)
    with paper_style(picture.data):
        figure.savefig(path, metadata={"Date": None}, **MARGIN)
    write_csv(picture.data, path.with_suffix(".csv"))


def write_figures(result: StudyResult, folder: Path) -> list[str]:
    """Write every figure of a study as SVG, each with its numbers as CSV.

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
    found = pictures(result)
    for name, picture in found.items():
        save_figure(picture, folder / f"{name}.svg", synthetic=result.data.pack.synthetic)
    return [f"{name}.{kind}" for name in found for kind in ("svg", "csv")]


def _heat(data: pl.DataFrame, column: str, norm: Normalize, label: str, title: str) -> Figure:
    """Draw one cell a unit and year, in the order in which the units stand in the table."""
    units = data["unit"].unique(maintain_order=True).to_list()
    years = data["year"].unique().sort().to_list()
    figure, axes = new_figure(5.4, 0.7 + 0.21 * len(units))
    row = {unit: i for i, unit in enumerate(units)}
    place = {year: j for j, year in enumerate(years)}
    matrix = np.full((len(units), len(years)), np.nan)
    for unit, year, value in data.select("unit", "year", column).iter_rows():
        i, j = row[unit], place[year]
        colour = colour_of(value, norm)
        matrix[i, j] = max(value, float(norm.vmin or 0.0)) if np.isfinite(value) else np.nan
        text = "∞" if np.isinf(value) else label.format(value)
        axes.text(j + 0.5, i + 0.5, text, ha="center", va="center", size=6.5, color=ink_on(colour))
    axes.pcolormesh(matrix, cmap=HEAT, norm=norm, edgecolors="white", linewidth=0.6)
    axes.set_yticks(np.arange(len(units)) + 0.5, units)
    starred = set(data.filter("extrapolated")["year"])
    named = [f"{year}*" if year in starred else str(year) for year in years]
    axes.set_xticks(np.arange(len(years)) + 0.5, named)
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title)
    return figure


def _mac_heatmap(data: pl.DataFrame) -> Figure:
    column = "mac_cny_per_tco2"
    title = f"Equivalent marginal abatement cost, {UNIT}"
    return _heat(data, column, log_norm(data[column].to_numpy()), "{:,.0f}", title)


def _positions(data: pl.DataFrame) -> Figure:
    column = "tau_position"
    norm = Normalize(*np.quantile(data[column].to_numpy(), [0.0, 1.0]).tolist())
    return _heat(data, column, norm, "{:.2f}", "Quantile position τ")


def _distribution(data: pl.DataFrame) -> Figure:
    years = data["year"].unique().sort().to_list()
    figure, axes = new_figure(5.4, 3.4)
    dots = data.filter(pl.col("mark") == "unit")
    places = [years.index(year) + 1 for year in dots["year"]]
    axes.plot(places, dots["mac_cny_per_tco2"].to_numpy(), "o", ms=2.5, color=MIDDLE, alpha=0.6)
    stats = []
    for year in years:
        part = data.filter(pl.col("year") == year, pl.col("mark") != "unit")
        of = dict(part.select("mark", "mac_cny_per_tco2").iter_rows())
        stats.append({key: of[mark] for key, mark in BOX.items()})
    line = {"color": INK, "linewidth": 0.9}
    axes.bxp(
        stats,
        positions=range(1, len(years) + 1),
        widths=0.5,
        showfliers=False,
        medianprops={"color": INK, "linewidth": 2.0},
        boxprops=line,
        whiskerprops=line,
        capprops=line,
    )
    axes.set_xticks(range(1, len(years) + 1), [str(year) for year in years])
    cost_scale(axes, data["mac_cny_per_tco2"].to_numpy())
    axes.set_ylabel(f"MAC, {UNIT}")
    return figure


def _parameters(data: pl.DataFrame) -> Figure:
    names = data["parameter"].unique(maintain_order=True).to_list()
    columns = 4
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(7.2, 0.3 + 1.25 * rows))
    for place, name in enumerate(names, start=1):
        axes = figure.add_subplot(rows, columns, place)
        part = data.filter(pl.col("parameter") == name)
        for surface, (mark, size, colour) in SURFACES.items():
            some = part.filter(pl.col("surface") == surface)
            x, y = some["tau"].to_numpy(), some["value"].to_numpy()
            axes.plot(x, y, mark, ms=size, lw=1, color=colour, mec=INK, mew=0.4, clip_on=False)
        axes.set_title(name, size=8, loc="left")
        axes.tick_params(labelsize=6.5)
        axes.set_xlim(0.0, 1.0)
    figure.supxlabel("τ (diamond: deterministic frontier)", size=8)
    return figure


def _tile_map(data: pl.DataFrame) -> Figure:
    norm = log_norm(data["mac_cny_per_tco2"].to_numpy())
    figure, axes = new_figure(6.4, 6.2)
    for unit, cost, column, row in data.select(
        "unit", "mac_cny_per_tco2", "tile_column", "tile_row"
    ).iter_rows():
        colour = colour_of(cost, norm)
        axes.add_patch(
            Rectangle((column, row), 0.95, 0.95, facecolor=colour, edgecolor=SOFT, lw=0.3)
        )
        name = unit.replace(" ", "\n")
        longest = max(len(part) for part in name.split("\n"))
        size = 7.0 * min(1.0, NARROW_TILE / longest)
        ink: dict[str, Any] = {"ha": "center", "color": ink_on(colour)}
        axes.text(column + 0.475, row + 0.43, name, va="center", size=size, **ink)
        text = "∞" if np.isinf(cost) else f"{cost:,.0f}"
        axes.text(column + 0.475, row + 0.8, text, va="center", size=7.0, **ink)
    axes.set(xlim=(0.9, 9.05), ylim=(8.05, -0.1), aspect="equal")
    axes.axis("off")
    year = data["year"][0]
    axes.set_title(f"Equivalent marginal abatement cost, {year}, {UNIT}")
    return figure


def _sensitivity(data: pl.DataFrame) -> Figure:
    options = data.select("dimension", "option").unique(maintain_order=True).rows()
    place = {option: i for i, option in enumerate(options)}
    figure, axes = new_figure(7.2, 0.8 + 0.18 * len(options))
    outputs = data["output_column"].unique(maintain_order=True).to_list()
    styles = zip(cycle("oD^sv"), cycle((DARK, LIGHT, MIDDLE)), outputs, strict=False)
    for marker, colour, output in styles:
        part = data.filter(pl.col("output_column") == output)
        rows = [place[key] for key in part.select("dimension", "option").iter_rows()]
        floors = part["floor_cny_per_tco2"].to_numpy()
        look: dict[str, Any] = {"ms": 4.5, "color": colour, "mec": INK, "mew": 0.4}
        axes.plot(floors, rows, marker, label=output, ls="", **look)
    labels = [f"{name}: {option}" if option else name for name, option in options]
    axes.set_yticks(range(len(options)), labels, size=6.5)
    axes.set_ylim(len(options) - 0.5, -0.5)
    axes.grid(axis="y", color="#e4e8ec", lw=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(f"price floor, {UNIT}")
    legend_above(axes, len(outputs))
    return figure
