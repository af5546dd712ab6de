"""Paper figures of the floor's consequences: path, supply curve, price rises, indices."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from matplotlib.ticker import MaxNLocator

from tanshi.report.drawing import (
    DARK,
    INK,
    LIGHT,
    MIDDLE,
    SOFT,
    UNIT,
    Picture,
    cost_scale,
    legend_above,
    new_figure,
    shades,
)
from tanshi.report.household_figure import household_picture
from tanshi.report.numbers import percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tanshi.leontief.results import CostPush
    from tanshi.study import StudyResult

LONGEST_NAME = 46
EDGE: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.3}
SERIES = {"floor": "floor", "published_floor": "floor as published"}
BOARDS = {"listing": (-0.08, "D", MIDDLE), "block": (0.08, "^", LIGHT)}


def consequence_pictures(result: StudyResult) -> dict[str, Picture]:
    """Return the figures that this study has, with their numbers, by file name."""
    year = result.floor.observed_period
    found = {
        "floor_path": Picture(path_data(result), floor_path),
        "abatement_supply": Picture(supply_data(result), partial(abatement_supply, year=year)),
    }
    if result.price_effects is not None:
        push = result.price_effects.cost_push
        found["price_rises_all"] = Picture(rises_data(push), price_rises)
        found["price_rises_uncovered"] = Picture(rises_data(push, uncovered=True), price_rises)
        indices = push.indices().select(
            "paid_share", "consumer_index_percent", "producer_index_percent"
        )
        found["price_indices"] = Picture(indices, price_indices)
        if result.price_effects.households is not None:
            found["household_burden"] = household_picture(result.price_effects.households.burden)
    return found


def path_data(result: StudyResult) -> pl.DataFrame:
    """Return year, series, price, low and high of the floor and of both boards."""
    chain = result.chain
    rows: list[tuple[int, str, float, float | None, float | None]] = [
        (year, "floor", price, None, None) for year, price in chain.path.as_mapping().items()
    ]
    rows += [
        (year, "published_floor", price, None, None)
        for year, price in result.published_floor.items()
    ]
    rows += [
        (row.year, row.board, row.mean_cny_per_t, row.low_cny_per_t, row.high_cny_per_t)
        for row in sorted(chain.market, key=lambda row: (row.board, row.year))
    ]
    prices = ("price_cny_per_tco2", "low_cny_per_tco2", "high_cny_per_tco2")
    schema = {"year": pl.Int64, "series": pl.String} | dict.fromkeys(prices, pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def floor_path(data: pl.DataFrame) -> Figure:
    """Draw the floor year by year beside the market and the published path."""
    figure, axes = new_figure(5.8, 3.4)
    looks: dict[str, dict[str, Any]] = {
        "floor": {"marker": "o", "color": DARK, "lw": 1.6},
        "published_floor": {"marker": "s", "color": SOFT, "ls": "--", "ms": 3.5},
    }
    for series, look in looks.items():
        part = data.filter(pl.col("series") == series)
        if len(part):
            price = part["price_cny_per_tco2"].to_numpy()
            axes.plot(part["year"].to_numpy(), price, label=SERIES[series], **look)
    for board, (shift, marker, colour) in BOARDS.items():
        part = data.filter(pl.col("series") == board)
        mean, low, high = (
            part[f"{name}_cny_per_tco2"].to_numpy() for name in ("price", "low", "high")
        )
        axes.errorbar(
            part["year"].to_numpy() + shift,
            mean,
            np.array([mean - low, high - mean]),
            fmt=marker,
            ms=4.5,
            mec=INK,
            mew=0.4,
            capsize=2.5,
            color=colour,
            ecolor=INK,
            elinewidth=0.8,
            label=f"{board}: mean and range",
        )
    axes.set_ylabel(UNIT)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_above(axes, 4)
    return figure


def supply_data(result: StudyResult) -> pl.DataFrame:
    """Return the units with a finite cost: from and to which share of emissions, at what cost."""
    supply = result.chain.supply
    finite = np.isfinite(supply.mac_cny_per_tco2)
    reached = supply.share_reached_percent
    before = np.concatenate([[0.0], reached])[:-1]
    return pl.DataFrame(
        {
            "unit": [supply.unit[i] for i in np.flatnonzero(finite)],
            "share_from_percent": before[finite],
            "share_to_percent": reached[finite],
            "mac_cny_per_tco2": supply.mac_cny_per_tco2[finite],
            "floor_cny_per_tco2": result.floor.price_cny_per_tco2,
        }
    )


def abatement_supply(data: pl.DataFrame, *, year: int) -> Figure:
    """Draw cost against the share of emissions reached, with the floor on it."""
    figure, axes = new_figure(5.8, 3.6)
    costs = data["mac_cny_per_tco2"].to_numpy()
    axes.set_xlabel(f"share of emissions reached, %, {year}")
    axes.set_ylabel(f"MAC, {UNIT}")
    axes.set_xlim(0, 100)
    if not len(data):
        axes.text(50, 0.5, "no finite cost", ha="center")
        return figure
    floor = float(data["floor_cny_per_tco2"][0])
    cost_scale(axes, np.append(costs, floor))
    edges = np.append(data["share_from_percent"].to_numpy(), data["share_to_percent"][-1])
    base = axes.get_ylim()[0]
    axes.stairs(costs, edges, fill=True, color="#dfe9ea", baseline=base)
    axes.stairs(costs, edges, color=DARK, lw=1.3, baseline=None)
    axes.axhline(floor, color=INK, lw=1, ls=(0, (5, 2)))
    # At the right end the curve is far above the floor, which is the least cost.
    above: dict[str, Any] = {
        "ha": "right",
        "va": "bottom",
        "xytext": (-4, 2),
        "textcoords": "offset points",
    }
    axes.annotate(f"floor {floor:,.2f} {UNIT}", (100, floor), size=7.5, **above)
    return figure


def rises_data(push: CostPush, *, uncovered: bool = False) -> pl.DataFrame:
    """Return sector, name, paid share and price rise; of the sectors that pay, or of all."""
    table = push.prices()
    if uncovered:
        table = table.filter(~pl.col("sector").is_in(list(push.covered_codes)))
    return table.select("sector", "name", "paid_share", "total_percent")


def price_rises(data: pl.DataFrame) -> Figure:
    """Draw the price rise of each sector (Fig. 4 and 5 of the paper), one shade a paid share."""
    sectors = data.select("sector", "name").unique(maintain_order=True).rows()
    row = {code: i for i, (code, _) in enumerate(sectors)}
    figure, axes = new_figure(6.8, 0.8 + 0.17 * len(sectors))
    shares = data["paid_share"].unique().sort(descending=True).to_list()
    for share, colour in zip(shares, shades(len(shares)), strict=True):
        part = data.filter(pl.col("paid_share") == share)
        rows = [row[code] for code in part["sector"]]
        rise = part["total_percent"].to_numpy()
        axes.barh(rows, rise, 0.76, color=colour, label=f"{percent(share)} paid", **EDGE)
    axes.set_yticks(range(len(sectors)), [_short(f"{a} {b}") for a, b in sectors], size=6.5)
    axes.set_ylim(len(sectors) - 0.4, -0.6)
    axes.set_xlabel("price rise, %")
    legend_above(axes, len(shares))
    return figure


def price_indices(data: pl.DataFrame) -> Figure:
    """Draw CI and PI by paid share."""
    figure, axes = new_figure(4.4, 2.9)
    place = np.arange(len(data))
    indices = {"CI": ("consumer", -0.2, DARK), "PI": ("producer", 0.2, LIGHT)}
    for name, (which, shift, colour) in indices.items():
        values = data[f"{which}_index_percent"].to_numpy()
        bars = axes.bar(place + shift, values, 0.38, label=name, color=colour, **EDGE)
        axes.bar_label(bars, fmt="{:.3f}", size=6.5, padding=1.5)
    axes.set_xticks(place, [percent(share) for share in data["paid_share"]])
    axes.set_xlabel("paid share")
    axes.set_ylabel("index, %")
    legend_above(axes, 2)
    return figure


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
