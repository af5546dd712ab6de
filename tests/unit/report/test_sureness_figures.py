"""Figures of how sure the floor is: what is drawn is what the CSV file says."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tanshi.report.drawing import Picture
from tanshi.report.figures import draw_figure
from tanshi.report.sureness_figures import (
    MOST_UNITS,
    draws_data,
    floors_left_out,
    left_out_data,
    sureness_pictures,
)


@pytest.fixture(scope="module")
def found(whole_study):
    return sureness_pictures(whole_study)


def axes_of(picture):
    (axes,) = draw_figure(picture).axes
    return axes


def dots_of(axes):
    lines = [line for line in axes.lines if line.get_marker() == "o"]
    return sorted((float(x), float(y)) for line in lines for x, y in line.get_xydata())


def test_every_replicate_s_floor_is_drawn_with_both_ranges(found, whole_study):
    data = found["floor_bootstrap"].data
    drawn = data.filter(pl.col("mark") == "replicate")
    sure = whole_study.bootstrap
    assert drawn["floor_cny_per_tco2"].to_list() == sorted(sure.floor_draws_cny_per_tco2)
    assert drawn["share_at_most_percent"][-1] == 100.0
    axes = axes_of(found["floor_bootstrap"])
    steps = axes.lines[0].get_xydata()[1:]
    wanted = drawn.select("floor_cny_per_tco2", "share_at_most_percent").to_numpy()
    assert steps.tolist() == wanted.tolist()
    intervals = sure.intervals
    ends = [
        (intervals.envelope_lower_cny_per_tco2, intervals.envelope_upper_cny_per_tco2),
        (intervals.floor_lower_cny_per_tco2, intervals.floor_upper_cny_per_tco2),
    ]
    bands = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches]
    assert bands == [pytest.approx(pair) for pair in ends]
    assert axes.lines[1].get_xdata()[0] == whole_study.floor.price_cny_per_tco2


def test_an_infinite_end_is_left_out_of_the_numbers(whole_study):
    sure = whole_study.bootstrap
    far = replace(sure.intervals, envelope_upper_cny_per_tco2=np.inf)
    draws = np.append(sure.floor_draws_cny_per_tco2, np.inf)
    odd = replace(sure, intervals=far, floor_draws_cny_per_tco2=draws)
    data = draws_data(odd, 10.0)
    assert "envelope_upper" not in data["mark"].to_list()
    assert data["floor_cny_per_tco2"].is_finite().all()
    # The share of all replicates, the infinite one included.
    assert data["share_at_most_percent"].to_list()[-1] == pytest.approx(100 * 24 / 25)
    picture = sureness_pictures(replace(whole_study, bootstrap=odd))["floor_bootstrap"]
    right = axes_of(picture).patches[0]
    assert right.get_x() + right.get_width() == pytest.approx(axes_of(picture).get_xlim()[1])


def test_every_unit_left_out_is_drawn(found, whole_study):
    data = found["leave_one_out"].data
    assert data["unit_left_out"].sort().to_list() == sorted(set(whole_study.costs.unit))
    axes = axes_of(found["leave_one_out"])
    floors = data["remaining_floor_cny_per_tco2"].to_list()
    assert dots_of(axes) == sorted((floor, float(row)) for row, floor in enumerate(floors))
    assert [label.get_text() for label in axes.get_yticklabels()] == data["unit_left_out"].to_list()


def test_of_many_units_those_that_move_the_floor_most_are_drawn(whole_study):
    count = MOST_UNITS + 20
    influence = replace(
        whole_study.robustness.influence,
        unit=tuple(f"u{place}" for place in range(count)),
        floor_cny_per_tco2=100.0,
        remaining_floor_cny_per_tco2=100.0 + np.arange(count, dtype=float),
        remaining_set_by=("a",) * count,
        floor_of_all_cny_per_tco2=np.full(count, 100.0),
        largest_relative_change=np.zeros(count),
        changed_unit=("a",) * count,
        changed_period=np.full(count, 2018),
    )
    data = left_out_data(influence)
    assert data["unit_left_out"].to_list() == [f"u{place}" for place in range(20, count)]
    odd = replace(influence, remaining_floor_cny_per_tco2=np.full(count, np.inf))
    assert left_out_data(odd).is_empty()
    assert dots_of(axes_of(Picture(left_out_data(odd), floors_left_out))) == []


def test_every_direction_is_drawn_with_null_jointness_and_without(found, whole_study):
    data = found["directions"].data
    floors = whole_study.robustness.directions["floor_cny_per_tco2"].to_list()
    assert data["floor_cny_per_tco2"].to_list() == floors
    axes = axes_of(found["directions"])
    assert sorted(x for x, _ in dots_of(axes)) == sorted(floors)
    names = data["direction"].unique(maintain_order=True).to_list()
    assert names[:2] == ["1 : 1", "1 : 0.5"]
    assert [label.get_text() for label in axes.get_yticklabels()] == names


def test_a_study_without_them_has_none_of_these_figures(whole_study):
    assert sureness_pictures(replace(whole_study, bootstrap=None, robustness=None)) == {}
