"""Paper figure of who bears a carbon price: burdens stacked by groups of products."""

from __future__ import annotations

from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING

import matplotlib as mpl
import polars as pl

from tanshi.report.drawing import INK, MARGIN, Picture, ink_on, new_figure, paper_style
from tanshi.report.numbers import percent
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tanshi.leontief.results import HouseholdBurden

MOST_PARTS = 9  # segments of a bar; the smallest products are put together
REST = "all other products"
NARROW = 0.055  # of the longest bar: a segment below this has no room for its number
TITLE_WIDTH = 78


def household_picture(burden: HouseholdBurden) -> Picture:
    """Return the figure of a burden with its numbers.

    Parameters
    ----------
    burden : HouseholdBurden
        Drawn at its largest paid share; at any other the bars have the same proportions.
    """
    title = f"{burden.headline()}, by spending"
    if burden.income_ratio is not None:
        title += f"; by income {burden.income_verdict}, {burden.income_ratio:.2f} times"
    return Picture(household_data(burden), partial(household_burdens, title=title))


def household_data(burden: HouseholdBurden) -> pl.DataFrame:
    """Return what is drawn: group, paid share, product group and both shares of spending.

    Products go from the one that matters most, over all groups, to the least; beyond nine
    the smallest are put together.
    """
    table = burden.products_table().filter(pl.col("paid_share") == max(burden.paid_shares))
    size = table.group_by("product_group", maintain_order=True).agg(
        pl.col("contribution_percent").sum()
    )
    order = size.sort("contribution_percent", descending=True, maintain_order=True)
    names = order["product_group"].to_list()
    kept = names if len(names) <= MOST_PARTS else names[: MOST_PARTS - 1]
    place = {name: at for at, name in enumerate([*kept, REST])}
    keys = ["group", "paid_share", "product_group"]
    return (
        table.with_columns(
            pl.when(pl.col("product_group").is_in(kept))
            .then(pl.col("product_group"))
            .otherwise(pl.lit(REST))
            .alias("product_group")
        )
        .group_by(keys, maintain_order=True)
        .agg(pl.col("spending_share_percent", "contribution_percent").sum())
        .with_columns(
            pl.col("product_group").replace_strict(place).alias("at"),
            pl.col("group")
            .replace_strict({g: i for i, g in enumerate(burden.groups)})
            .alias("bar"),
        )
        .sort("bar", "at")
        .drop("bar", "at")
    )


def household_burdens(data: pl.DataFrame, *, title: str) -> Figure:
    """Draw one bar a group of households, made of what each group of products adds."""
    groups = data["group"].unique(maintain_order=True).to_list()
    products = data["product_group"].unique(maintain_order=True).to_list()
    figure, axes = new_figure(6.8, 1.5 + 0.55 * len(groups) + 0.17 * -(-len(products) // 3))
    colours = mpl.colormaps["GnBu_r"]
    sums = data.group_by("group").agg(pl.col("contribution_percent").sum())
    whole = max(sums["contribution_percent"].to_list())
    ends = dict.fromkeys(groups, 0.0)
    for at, product in enumerate(products):
        colour = colours(0.95 * at / max(len(products) - 1, 1))
        part = data.filter(pl.col("product_group") == product)
        added = dict(part.select("group", "contribution_percent").iter_rows())
        values = [added[group] for group in groups]
        lefts = [ends[group] for group in groups]
        axes.barh(
            groups, values, 0.62, left=lefts, color=colour, edgecolor=INK, lw=0.3, label=product
        )
        for row, (left, value) in enumerate(zip(lefts, values, strict=True)):
            if value > NARROW * whole:
                middle, ink = left + value / 2.0, ink_on(colour)
                axes.text(
                    middle, row, f"{value:.3f}", color=ink, size=6.5, ha="center", va="center"
                )
        ends = {group: ends[group] + added[group] for group in groups}
    _write_ends(axes, ends, whole)
    axes.set_title(fill(title, TITLE_WIDTH), loc="left", size=9, weight="bold", color=INK)
    share = float(data["paid_share"][0])
    axes.set_xlabel(f"dearer by, % of spending (paid share {percent(share)})")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def write_household_figure(
    burden: HouseholdBurden, folder: Path, *, name: str = "household_burden"
) -> list[str]:
    """Write the figure as SVG, and beside it the numbers drawn as CSV.

    Parameters
    ----------
    burden : HouseholdBurden
    folder : path
        Exists.
    name : str
        Of both files, without suffix.

    Returns
    -------
    list of str
        File names.
    """
    picture = household_picture(burden)
    with paper_style(picture.data):
        figure = picture.draw(picture.data)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None}, **MARGIN)
    write_csv(picture.data, folder / f"{name}.csv")
    return [f"{name}.svg", f"{name}.csv"]


def _write_ends(axes: Axes, ends: dict[str, float], whole: float) -> None:
    """Write the sum behind each bar; the first group stands on top."""
    for row, total in enumerate(ends.values()):
        axes.text(total + 0.01 * whole, row, f"{total:.4f} %", va="center", weight="bold", size=8)
    axes.set_xlim(0.0, 1.14 * whole if whole > 0 else 1.0)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
