"""Paper figures of how sure the floor is: bootstrap, one unit less, other directions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanshi.report.drawing import DARK, INK, UNIT, Picture, legend_above, new_figure
from tanshi.report.numbers import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tanshi.frontier.results.inference import UnitInfluence
    from tanshi.study import StudyResult
    from tanshi.study.confidence import BootstrapResult

MOST_UNITS = 40  # rows of the figure; of more units those that move the floor most
MARGIN, BEYOND = 1.05, 1.6  # the axis ends at so many times the upper end, at least and at most
BAND, MIDDLE_BAND = "#e9f0f0", "#c9dddd"
DASHED: dict[str, Any] = {"color": INK, "lw": 1, "ls": (0, (5, 2))}
SWITCHES = {True: ("with null-jointness", DARK), False: ("without", "white")}


def sureness_pictures(result: StudyResult) -> dict[str, Picture]:
    """Return the figures that this study has, with their numbers, by file name."""
    found = {}
    if result.bootstrap is not None:
        data = draws_data(result.bootstrap, result.floor.price_cny_per_tco2)
        level = result.bootstrap.intervals.level
        found["floor_bootstrap"] = Picture(data, partial(floor_draws, level=level))
    if result.robustness is not None:
        data = left_out_data(result.robustness.influence)
        found["leave_one_out"] = Picture(data, floors_left_out)
        data = directions_data(result.robustness.directions)
        found["directions"] = Picture(data, floors_by_direction)
    return found


def draws_data(bootstrap: BootstrapResult, floor_cny_per_tco2: float) -> pl.DataFrame:
    """Return the estimate, both ends of two ranges, and every finite floor of a replicate.

    ``lower`` and ``upper`` hold the middle of the replicates; the envelope goes from the least
    lower to the least upper end of the costs' intervals. Beside each replicate stands the share
    of all replicates whose floor is at most its own.
    """
    intervals = bootstrap.intervals
    draws = np.sort(bootstrap.floor_draws_cny_per_tco2)
    shares = 100.0 * np.arange(1, len(draws) + 1) / len(draws)
    marks: list[tuple[str, float, float | None]] = [
        ("estimate", floor_cny_per_tco2, None),
        ("lower", intervals.floor_lower_cny_per_tco2, None),
        ("upper", intervals.floor_upper_cny_per_tco2, None),
        ("envelope_lower", intervals.envelope_lower_cny_per_tco2, None),
        ("envelope_upper", intervals.envelope_upper_cny_per_tco2, None),
    ]
    rows = [
        *marks,
        *(("replicate", float(d), float(s)) for d, s in zip(draws, shares, strict=True)),
    ]
    schema = {
        "mark": pl.String,
        "floor_cny_per_tco2": pl.Float64,
        "share_at_most_percent": pl.Float64,
    }
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.filter(pl.col("floor_cny_per_tco2").is_finite())


def floor_draws(data: pl.DataFrame, *, level: float) -> Figure:
    """Draw the share of replicates up to each floor, with both ranges and the estimate."""
    figure, axes = new_figure(5.8, 3.3)
    marks = dict(
        data.filter(pl.col("mark") != "replicate").select("mark", "floor_cny_per_tco2").iter_rows()
    )
    drawn = data.filter(pl.col("mark") == "replicate")
    floors, shares = (drawn[name].to_numpy() for name in drawn.columns[1:])
    last = float(floors.max(initial=marks["estimate"]))
    right = axis_end(last, upper_end(marks), marks["estimate"])
    ranges = {
        "envelope_": (f"range by the costs' {percent(level)} intervals", BAND),
        "": (f"{percent(level)} of the replicates", MIDDLE_BAND),
    }
    for which, (name, colour) in ranges.items():
        low, high = marks.get(f"{which}lower", right), marks.get(f"{which}upper", right)
        axes.axvspan(low, high, color=colour, lw=0, label=name)
    axes.step([0.0, *floors], [0.0, *shares], where="post", color=DARK, lw=1.4, label="replicates")
    axes.axvline(marks["estimate"], label=f"estimate {marks['estimate']:,.2f}", **DASHED)
    axes.set_xlim(-0.01 * right, right)
    axes.set_ylim(0, 100)
    axes.set_xlabel(f"floor, {UNIT}")
    axes.set_ylabel("replicates with at most this floor, %", size=7.5)
    beyond = int((floors > right).sum())
    if beyond:
        text = f"{beyond} more beyond, up to {last:,.0f}"
        axes.annotate(text, (right, 4), ha="right", size=7)
    legend_above(axes, 2)
    return figure


def upper_end(marks: Mapping[str, float]) -> float:
    """Return the greater upper end that is finite; the estimate where none is."""
    ends = [marks[name] for name in ("upper", "envelope_upper") if name in marks]
    return max(ends, default=marks["estimate"])


def axis_end(greatest: float, upper: float, estimate: float) -> float:
    """Return where an axis of floors ends: single draws far out do not squeeze the rest.

    Examples
    --------
    >>> axis_end(60.0, 50.0, 12.0), axis_end(900.0, 50.0, 12.0), axis_end(0.0, 0.0, 0.0)
    (60.0, 80.0, 1.0)
    """
    needed = max(upper, estimate)
    return max(MARGIN * needed, min(greatest, BEYOND * needed)) or 1.0


def left_out_data(influence: UnitInfluence) -> pl.DataFrame:
    """Return the floor of all units but one, ascending, beside that of all."""
    table = influence.table()
    change = pl.col("remaining_floor_change_cny_per_tco2").abs()
    finite = table.filter(change.is_finite())
    most = finite.sort(change, descending=True, maintain_order=True).head(MOST_UNITS)
    return most.sort("remaining_floor_cny_per_tco2", "unit_left_out").select(
        "unit_left_out",
        "remaining_floor_cny_per_tco2",
        "remaining_set_by",
        floor_cny_per_tco2=pl.lit(influence.floor_cny_per_tco2),
        set_by=pl.lit(influence.set_by),
    )


def floors_left_out(data: pl.DataFrame) -> Figure:
    """Draw one floor a unit left out; hollow where another unit sets it."""
    figure, axes = new_figure(5.4, 0.9 + 0.17 * len(data))
    floors = data["remaining_floor_cny_per_tco2"].to_numpy()
    same = (data["remaining_set_by"] == data["set_by"]).to_numpy()
    rows = np.arange(len(data))
    base = float(data["floor_cny_per_tco2"][0]) if len(data) else 0.0
    axes.hlines(rows, np.minimum(floors, base), np.maximum(floors, base), color=BAND, lw=3)
    looks = {True: ("the same unit sets it", DARK), False: ("another unit sets it", "white")}
    for which, (label, colour) in looks.items():
        if (same == which).any():
            _dots(axes, floors[same == which], rows[same == which], colour, label)
    axes.axvline(base, label=f"all units {base:,.2f}", **DASHED)
    _rows(axes, data["unit_left_out"].to_list(), floors)
    axes.set_xlabel(f"floor without the unit, {UNIT}")
    legend_above(axes, 3)
    return figure


def directions_data(table: pl.DataFrame) -> pl.DataFrame:
    """Return the floor along every direction, with null-jointness and without."""
    names = pl.Series("direction", direction_names(table))
    return table.select(names, "null_jointness", "floor_cny_per_tco2", "set_by").filter(
        pl.col("floor_cny_per_tco2").is_finite()
    )


def direction_names(table: pl.DataFrame) -> list[str]:
    """Return each direction as means of output gained to means of emissions cut."""
    pairs = table.select("direction_output", "direction_emissions").iter_rows()
    return [f"{output:g} : {emissions:g}" for output, emissions in pairs]


def floors_by_direction(data: pl.DataFrame) -> Figure:
    """Draw one row a direction: filled with null-jointness, hollow without."""
    names = data["direction"].unique(maintain_order=True).to_list()
    figure, axes = new_figure(5.4, 1.0 + 0.3 * len(names))
    for switch, (label, colour) in SWITCHES.items():
        part = data.filter(pl.col("null_jointness") == switch)
        rows = np.array([names.index(name) for name in part["direction"]])
        # Side by side, or the second would hide the first where both are the same.
        shift = -0.12 if switch else 0.12
        _dots(axes, part["floor_cny_per_tco2"].to_numpy(), rows + shift, colour, label)
    _rows(axes, names, data["floor_cny_per_tco2"].to_numpy())
    axes.set_xlabel(f"floor, {UNIT}")
    axes.set_ylabel("output : emissions")
    legend_above(axes, 2)
    return figure


def _dots(axes: Axes, floors: Any, rows: Any, colour: str, label: str) -> None:
    look: dict[str, Any] = {"ms": 4.5, "mec": INK, "mew": 0.6, "ls": "", "color": colour}
    axes.plot(floors, rows, "o", label=label, clip_on=False, zorder=3, **look)


def _rows(axes: Axes, names: list[str], floors: Any) -> None:
    axes.set_yticks(range(len(names)), names, size=7)
    axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#e4e8ec", lw=0.5)
    axes.set_axisbelow(True)
    axes.set_xlim(0.0, 1.04 * float(floors.max(initial=0.0)) or 1.0)
