"""Paper figures of the floor's consequences: path, supply curve, price rises, indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.leontief.results import CostPush
    from tanshi.study import StudyResult

UNIT = "CNY/tCO₂"
COLOURS = ("#0f5c63", "#c26a1b", "#5a4e9c", "#9a3b52", "#3d7a3a")
LONGEST_NAME = 46


def consequence_drawings(result: StudyResult) -> dict[str, Callable[[StudyResult], Figure]]:
    """Return the figures that this study has, by file name."""
    drawings: dict[str, Callable[[StudyResult], Figure]] = {
        "floor_path": floor_path,
        "abatement_supply": abatement_supply,
    }
    if result.price_effects is not None:
        drawings["price_rises_all"] = price_rises_all
        drawings["price_rises_uncovered"] = price_rises_uncovered
        drawings["price_indices"] = price_indices
    return drawings


def floor_path(result: StudyResult) -> Figure:
    """Draw the floor year by year beside the market and the published path."""
    figure = Figure(figsize=(5.8, 3.4))
    axes = figure.add_subplot()
    chain = result.chain
    axes.plot(
        chain.path.years, chain.path.price_cny_per_tco2, "o-", color=COLOURS[0], label="floor"
    )
    if result.published_floor:
        axes.plot(
            list(result.published_floor),
            list(result.published_floor.values()),
            "s--",
            color="#8d8d8d",
            ms=3.5,
            label="floor as published",
        )
    for shift, board, colour in ((-0.08, "listing", COLOURS[2]), (0.08, "block", COLOURS[1])):
        rows = [row for row in chain.market if row.board == board]
        mean = np.array([row.mean_cny_per_t for row in rows])
        spread = np.array(
            [
                [row.mean_cny_per_t - row.low_cny_per_t for row in rows],
                [row.high_cny_per_t - row.mean_cny_per_t for row in rows],
            ]
        )
        years = [row.year + shift for row in rows]
        axes.errorbar(years, mean, spread, fmt="D", ms=3.5, capsize=2, color=colour, label=board)
    axes.set_ylabel(UNIT)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, fontsize=7)
    return figure


def abatement_supply(result: StudyResult) -> Figure:
    """Draw cost against the share of emissions reached, with the floor on it."""
    figure = Figure(figsize=(5.8, 3.4))
    axes = figure.add_subplot()
    supply, floor = result.chain.supply, result.floor
    finite = np.isfinite(supply.mac_cny_per_tco2)
    share = np.concatenate([[0.0], supply.share_reached_percent[finite]])
    cost = supply.mac_cny_per_tco2[finite]
    axes.stairs(cost, share, color=COLOURS[0], baseline=None)
    axes.axhline(floor.price_cny_per_tco2, color=COLOURS[1], lw=1)
    label = f"floor {floor.price_cny_per_tco2:.2f}"
    axes.annotate(label, (100, floor.price_cny_per_tco2), ha="right", va="bottom", size=7)
    axes.set_xlabel(f"share of emissions reached, %, {floor.observed_period}")
    axes.set_ylabel(f"MAC, {UNIT}")
    return figure


def price_rises_all(result: StudyResult) -> Figure:
    """Draw the price rise of every sector (Fig. 4 of the paper)."""
    push = _cost_push(result)
    return _bars(push, np.arange(len(push.codes)))


def price_rises_uncovered(result: StudyResult) -> Figure:
    """Draw the price rise of the sectors that do not pay themselves (Fig. 5)."""
    push = _cost_push(result)
    return _bars(push, np.flatnonzero(push.uncovered))


def price_indices(result: StudyResult) -> Figure:
    """Draw CI and PI by paid share."""
    push = _cost_push(result)
    figure = Figure(figsize=(4.4, 2.8))
    axes = figure.add_subplot()
    place = np.arange(len(push.paid_shares))
    axes.bar(place - 0.2, push.consumer_index_percent, 0.38, label="CI", color=COLOURS[0])
    axes.bar(place + 0.2, push.producer_index_percent, 0.38, label="PI", color=COLOURS[1])
    axes.set_xticks(place, [f"{share:.0%}" for share in push.paid_shares])
    axes.set_xlabel("paid share")
    axes.set_ylabel("index, %")
    axes.legend(frameon=False)
    return figure


def _cost_push(result: StudyResult) -> CostPush:
    if result.price_effects is None:
        message = "a study without an input-output table has no price effects"
        raise ValueError(message)
    return result.price_effects.cost_push


def _bars(push: CostPush, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Figure:
    figure = Figure(figsize=(6.4, 0.7 + 0.19 * len(rows)))
    axes = figure.add_subplot()
    place = np.arange(len(rows))
    order = np.argsort(push.paid_shares)[::-1]
    for colour, scenario in zip(COLOURS, order.tolist(), strict=False):
        label = f"{push.paid_shares[scenario]:.0%} paid"
        values = push.total_percent[scenario][rows]
        axes.barh(place, values, 0.78, color=colour, label=label)
    names = [f"{push.codes[i]} {push.names[i]}" for i in rows]
    axes.set_yticks(place, [_short(name) for name in names], size=6.5)
    axes.invert_yaxis()
    axes.set_xlabel("price rise, %")
    axes.legend(frameon=False, fontsize=7)
    return figure


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
