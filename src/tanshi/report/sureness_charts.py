"""The numbers behind the charts of how sure the floor is and of who pays, for the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanshi.report.grid import unit_year_grid
from tanshi.report.household_figure import household_data
from tanshi.report.numbers import percent
from tanshi.report.provinces import unit_name
from tanshi.report.sureness_figures import axis_end, draws_data, left_out_data, upper_end

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study import StudyResult

    Translate = Callable[[str], str]

# From the wider to the narrower.
BANDS = {
    "envelope_": "range by the costs' {level} intervals",
    "": "{level} of the replicates",
}


def sureness_data(
    result: StudyResult, language: str, translate: Translate, words: Translate
) -> dict[str, Any]:
    """Return floors of replicates, floors without one unit, and burdens of households.

    Parameters
    ----------
    result : StudyResult
    language : {"en", "zh"}
    translate, words : callable
        Translation, and that of names, which may have none.
    """
    return {
        "draws": _draws(result, translate),
        "left_out": _left_out(result, language),
        "households": _households(result, words),
        "cost_intervals": _cost_intervals(result),
        "words": {
            "floor": translate("floor, CNY/tCO₂"),
            "share": translate("replicates with at most this floor, %"),
            "estimate": translate("estimate"),
            "interval": translate("interval"),
            "without": translate("without"),
            "set_by": translate("set by"),
            "same": translate("the same unit sets it"),
            "other": translate("another unit sets it"),
            "all_units": translate("all units"),
            "dearer": translate("dearer by, % of spending"),
            "of_spending": translate("of spending"),
        },
    }


def _draws(result: StudyResult, translate: Translate) -> dict[str, Any] | None:
    if result.bootstrap is None:
        return None
    intervals = result.bootstrap.intervals
    data = draws_data(result.bootstrap, result.floor.price_cny_per_tco2)
    drawn = data.filter(pl.col("mark") == "replicate")
    marks = dict(
        data.filter(pl.col("mark") != "replicate").select("mark", "floor_cny_per_tco2").iter_rows()
    )
    floors = drawn["floor_cny_per_tco2"].to_numpy()
    greatest = float(floors.max(initial=marks["estimate"]))
    return {
        "steps": drawn.select("floor_cny_per_tco2", "share_at_most_percent").rows(),
        "estimate": marks["estimate"],
        "bands": [
            {
                "name": translate(name).format(level=percent(intervals.level)),
                "ends": [marks.get(f"{which}lower"), marks.get(f"{which}upper")],
            }
            for which, name in BANDS.items()
        ],
        "end": axis_end(greatest, upper_end(marks), marks["estimate"]),
    }


def _left_out(result: StudyResult, language: str) -> dict[str, Any] | None:
    if result.robustness is None:
        return None
    data = left_out_data(result.robustness.influence)
    return {
        "units": [unit_name(unit, language) for unit in data["unit_left_out"]],
        "floors": data["remaining_floor_cny_per_tco2"].to_list(),
        "set_by": [unit_name(unit, language) for unit in data["remaining_set_by"]],
        "same": (data["remaining_set_by"] == data["set_by"]).to_list(),
        "floor": result.robustness.influence.floor_cny_per_tco2,
    }


def _households(result: StudyResult, words: Translate) -> dict[str, Any] | None:
    if result.price_effects is None or result.price_effects.households is None:
        return None
    data = household_data(result.price_effects.households.burden)
    products = data["product_group"].unique(maintain_order=True).to_list()
    groups = data["group"].unique(maintain_order=True).to_list()
    columns = ("contribution_percent", "spending_share_percent")
    found = {
        (group, product): values
        for group, product, *values in data.select("group", "product_group", *columns).iter_rows()
    }
    return {
        "groups": [words(group) for group in groups],
        "products": [words(product) for product in products],
        "added": [[found[group, product][0] for group in groups] for product in products],
        "spent": [[found[group, product][1] for group in groups] for product in products],
    }


def _cost_intervals(result: StudyResult) -> dict[str, Any] | None:
    """Return the ends of the costs' intervals as the heat map stands; None is infinity."""
    if result.bootstrap is None:
        return None
    intervals = result.bootstrap.intervals
    ends = {"lower": intervals.lower_cny_per_tco2, "upper": intervals.upper_cny_per_tco2}
    return {
        name: [
            [value if np.isfinite(value) else None for value in row]
            for row in unit_year_grid(result, end).values.tolist()
        ]
        for name, end in ends.items()
    }
