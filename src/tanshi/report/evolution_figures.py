"""Paper figures of a market under benchmarks, over its years."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tanshi.report.drawing import (
    DARK,
    INK,
    LIGHT,
    MIDDLE,
    SOFT,
    UNIT,
    Picture,
    legend_above,
    new_figure,
)
from tanshi.report.evolution_comparison import comparison_pictures
from tanshi.report.evolution_data import (
    STRATEGIES,
    TIERS,
    aimed_of,
    balance_data,
    price_axis,
    price_data,
    strategy_data,
    tier_data,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tanshi.study.benchmark_run import MarketRun

BAND: dict[str, Any] = {"alpha": 0.18, "linewidth": 0}
DASHED: dict[str, Any] = {"ls": (0, (5, 2)), "lw": 1}
YEAR = "year of the market"
COLUMNS = 2  # of panels, one an industry
# Told apart in grey as well, from the bottom of the stack to its top.
SHADES = {"own": "#0b3f45", "contract": "#5f9ea0", "trade": "#cfe0d8", "conceal": "#d9822b"}
NAMES = {
    "own": "abate themselves",
    "contract": "abate by contract",
    "trade": "only trade",
    "conceal": "conceal emissions",
}
TIER_LOOK = {"advanced": (DARK, "-"), "medium": (MIDDLE, "-"), "lagging": (LIGHT, "-")}


def evolution_pictures(run: MarketRun) -> dict[str, Picture]:
    """Return the figures of a market with their numbers, by file name."""
    aimed = aimed_of(run)
    found = {
        "benchmark_price": Picture(price_data(run), price_path),
        "benchmark_balance": Picture(balance_data(run), partial(balance_paths, aimed=aimed)),
        "benchmark_strategies": Picture(strategy_data(run), strategy_shares),
        "benchmark_tiers": Picture(tier_data(run), tier_levels),
    }
    return found | comparison_pictures(run)


def price_path(data: pl.DataFrame) -> Figure:
    """Draw the price between floor and ceiling, with its range over replicates."""
    figure, axes = new_figure(5.8, 3.4)
    years = data["year"].to_numpy()
    price, low, high, expected, baseline, floor, ceiling = (
        data[f"{name}_cny_per_tco2"].to_numpy()
        for name in ("price", "lowest", "highest", "expected", "baseline", "floor", "ceiling")
    )
    axes.fill_between(years, low, high, color=DARK, label="lowest to highest replicate", **BAND)
    axes.plot(years, baseline, color=SOFT, lw=1.2, label="baseline, same emissions")
    axes.plot(years, expected, color=LIGHT, lw=1.4, ls=(0, (4, 1.5)), label="expected price")
    axes.plot(years, price, "o-", ms=3, color=DARK, lw=1.6, label="price, mean")
    for bound in (floor, ceiling):
        axes.step(years, bound, where="mid", color=INK, **DASHED)
    least, most = price_axis(data)
    axes.set_ylim(least, most)
    place: dict[str, Any] = {"textcoords": "offset points", "size": 7.5, "ha": "right"}
    axes.annotate(f"floor {floor[-1]:,.4g}", (years[-1], floor[-1]), (0, -9), **place)
    if ceiling[-1] <= most:
        axes.annotate(f"ceiling {ceiling[-1]:,.4g}", (years[-1], ceiling[-1]), (0, 2), **place)
    else:
        axes.annotate(f"ceiling {ceiling[-1]:,.4g}, above", (years[-1], most), (0, -8), **place)
    axes.set_ylabel(UNIT)
    axes.set_xlabel(YEAR)
    _years(axes, data)
    legend_above(axes, 2)
    return figure


def balance_paths(data: pl.DataFrame, *, aimed: float) -> Figure:
    """Draw allocation over need and over verified emissions, a panel an industry."""
    groups = data["industry"].unique(maintain_order=True).to_list()
    figure, panels = _panels(groups, 1.55)
    looks = {
        "need": (DARK, "of need before abatement"),
        "verified": (LIGHT, "of verified emissions"),
    }
    for group, axes in zip(groups, panels, strict=True):
        for against, (colour, label) in looks.items():
            part = data.filter(pl.col("industry") == group, pl.col("against") == against)
            years = part["year"].to_numpy()
            axes.fill_between(years, *_ends(part, "percent"), color=colour, **BAND)
            share = part["allocation_percent"].cast(pl.Float64).to_numpy()
            axes.plot(years, share, color=colour, lw=1.5, label=label)
        axes.axhline(100.0, color=INK, lw=0.8)
        axes.axhline(aimed, color=INK, lw=0.8, ls=":", label=f"aimed at: {aimed:g} %")
        axes.set_title(_named(group), size=8, loc="left")
        _years(axes, data)
    figure.supxlabel(YEAR, size=8)
    figure.supylabel("allocation, %", size=8)
    _legend_below(figure, panels[0])
    return figure


def strategy_shares(data: pl.DataFrame) -> Figure:
    """Draw which share of firms follows which strategy, stacked, a panel an industry."""
    groups = data["industry"].unique(maintain_order=True).to_list()
    figure, panels = _panels(groups, 1.5, sharey=True)
    for group, axes in zip(groups, panels, strict=True):
        part = data.filter(pl.col("industry") == group).drop_nulls()
        years = part["year"].to_numpy()
        shares = [part[f"{name}_percent"].to_numpy() for name in STRATEGIES]
        colours = [SHADES[name] for name in STRATEGIES]
        labels = [NAMES[name] for name in STRATEGIES]
        axes.stackplot(years, shares, colors=colours, labels=labels, linewidth=0)
        axes.set_ylim(0, 100)
        axes.set_title(_named(group), size=8, loc="left")
        _years(axes, data)
    figure.supxlabel(YEAR, size=8)
    figure.supylabel("firms, %", size=8)
    _legend_below(figure, panels[0])
    return figure


def tier_levels(data: pl.DataFrame) -> Figure:
    """Draw the mean benchmark of every tier, a panel an industry in its own unit."""
    groups = data.select("industry", "unit").unique(maintain_order=True).rows()
    figure, panels = _panels(groups, 1.55)
    for (group, unit), axes in zip(groups, panels, strict=True):
        part = data.filter(pl.col("industry") == group)
        for tier in TIERS:
            colour, style = TIER_LOOK[tier]
            rows = part.filter(pl.col("tier") == tier)
            years = rows["year"].to_numpy()
            axes.fill_between(years, *_ends(rows, "tco2_per_unit"), color=colour, **BAND)
            level = rows["benchmark_tco2_per_unit"].cast(pl.Float64).to_numpy()
            axes.plot(years, level, ls=style, color=colour, lw=1.5, label=tier)
        initial = float(part["initial_tco2_per_unit"][0])
        axes.axhline(initial, color=INK, lw=0.8, ls=":", label="initial, as in the scenario")
        axes.set_title(f"{group}, {unit}", size=8, loc="left")
        _years(axes, data)
    figure.supxlabel(YEAR, size=8)
    figure.supylabel("benchmark", size=8)
    _legend_below(figure, panels[0])
    return figure


def _panels(groups: list[Any], height: float, *, sharey: bool = False) -> tuple[Figure, list[Axes]]:
    """Return a figure with a panel a group, two side by side."""
    columns = min(COLUMNS, len(groups))
    rows = -(-len(groups) // columns)
    figure = Figure(figsize=(3.1 * columns + 0.4, height * rows + 0.5))
    first = figure.add_subplot(rows, columns, 1)
    rest: list[Axes] = [
        figure.add_subplot(rows, columns, place, sharey=first if sharey else None)
        for place in range(2, len(groups) + 1)
    ]
    for axes in (first, *rest):
        axes.tick_params(labelsize=7)
    return figure, [first, *rest]


def _ends(part: pl.DataFrame, unit: str) -> list[Any]:
    return [part[f"{end}_{unit}"].cast(pl.Float64).to_numpy() for end in ("lowest", "highest")]


def _named(group: str) -> str:
    return "whole market" if group == "all" else group


def _years(axes: Axes, data: pl.DataFrame) -> None:
    years = data["year"].to_numpy()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    # A market of one year is a point, not a line.
    axes.set_xlim(years.min() - (len(set(years)) == 1), years.max() + (len(set(years)) == 1))


def _legend_below(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=7.5)
