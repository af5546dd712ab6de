"""Paper figure of what the printed formula can reach of the published coefficients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from tanshi.report.drawing import DARK, INK, LIGHT, MARGIN, SOFT, new_figure, paper_style
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.figure import Figure

TITLE = "What the printed formula can reach of the published coefficients"
HEIGHT = 0.3  # of a bar, in rows


def reachable_data(reachable: pl.DataFrame, initial: Mapping[str, float]) -> pl.DataFrame:
    """Return what is drawn: published values and the formula's ranges, % of the initial one.

    Parameters
    ----------
    reachable : polars.DataFrame
        As the coefficients are compared: in tCO2 per unit of product.
    initial : mapping of industry to float
        Benchmarks before.
    """
    base = pl.col("industry").replace_strict(dict(initial), return_dtype=pl.Float64)
    numbers = ("published", "large_low", "large_high", "small_low", "small_high")
    return reachable.select(
        "industry",
        "tier",
        *((100.0 * pl.col(name) / base).alias(f"{name}_percent") for name in numbers),
        "reached_by",
    )


def reachable_ranges(data: pl.DataFrame) -> Figure:
    """Draw the ranges as bars and the published values as marks, a row a coefficient."""
    rows = data.height
    figure, axes = new_figure(6.4, 1.3 + 0.3 * rows)
    names = [f"{industry}, {tier}" for industry, tier in data.select("industry", "tier").rows()]
    for at, row in enumerate(data.iter_rows(named=True)):
        for scale, colour, shift in (("large", DARK, -0.5), ("small", LIGHT, 0.5)):
            low, high = row[f"{scale}_low_percent"], row[f"{scale}_high_percent"]
            place = at + shift * HEIGHT
            axes.barh(place, high - low, HEIGHT, left=low, color=colour, linewidth=0)
        reached = row["reached_by"] != "neither"
        axes.plot(
            [row["published_percent"]],
            [at],
            marker="D",
            markersize=6.0,
            markeredgecolor="white" if reached else INK,
            markerfacecolor=INK if reached else "white",
        )
    axes.use_sticky_edges = False  # the lowest bar keeps away from the axis
    axes.autoscale_view()
    axes.axvline(100.0, color=SOFT, linewidth=0.8, zorder=0)
    axes.set_yticks(range(rows), names)
    axes.invert_yaxis()
    axes.set_xlabel("coefficient, % of the initial benchmark")
    axes.set_title(TITLE, loc="left", size=9, weight="bold", color=INK)
    mark: dict[str, Any] = {"marker": "D", "linestyle": "", "color": INK}
    handles = [
        Patch(color=DARK, label="formula, large firms"),
        Patch(color=LIGHT, label="formula, small firms"),
        Line2D([], [], label="published, reached", **mark),
        Line2D([], [], label="published, out of reach", markerfacecolor="white", **mark),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def write_reachable_figure(
    reachable: pl.DataFrame, initial: Mapping[str, float], folder: Path
) -> None:
    """Write reachable_percent.svg, and beside it the numbers drawn as CSV.

    Parameters
    ----------
    reachable : polars.DataFrame
    initial : mapping of industry to float
    folder : path
        Exists.
    """
    data = reachable_data(reachable, initial)
    with paper_style(data):
        figure = reachable_ranges(data)
        figure.savefig(folder / "reachable_percent.svg", metadata={"Date": None}, **MARGIN)
    write_csv(data, folder / "reachable_percent.csv")
