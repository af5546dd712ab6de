"""The front, drawn: which panels, and that every point and interval is in them."""

import polars as pl

from tanshi.report.benchmark_front_figure import AXES, front_figure, panels_of, write_front_figure
from tanshi.report.drawing import paper_style


def front(objectives):
    rows = [
        {"point": 0, "rule": "uniform", "on_front": False, "recommended": False},
        {"point": 1, "rule": "evolved", "on_front": True, "recommended": True},
        {"point": 2, "rule": "evolved", "on_front": False, "recommended": False},
    ]
    for k, row in enumerate(rows):
        for name in objectives:
            column = AXES[name][0]
            low, high = (None, None) if k == 2 else (k - 0.1, k + 0.1)
            row |= {column: float(k), f"{column}_low": low, f"{column}_high": high}
    return pl.DataFrame(rows)


def test_up_to_three_objectives_are_drawn_in_pairs_and_more_against_the_first():
    assert panels_of(["cost", "deviation", "gini"]) == [
        ("cost", "deviation"),
        ("cost", "gini"),
        ("deviation", "gini"),
    ]
    assert panels_of(["cost"]) == [("cost", "deviation")]
    many = ["gini", "cost", "price", "deviation", "size_deviation"]
    assert panels_of(many) == [("gini", name) for name in many[1:]]


def test_every_point_is_drawn_with_its_interval():
    data = front(["cost", "deviation"])
    with paper_style(data):
        figure = front_figure(data, ["cost", "deviation"])
    (axes,) = figure.axes
    marks = [line for line in axes.lines if line.get_marker() not in ("None", None, "")]
    # Three points and a ring around the recommended one.
    assert sorted(line.get_xdata()[0] for line in marks) == [0.0, 1.0, 1.0, 2.0]
    bars = [list(line.get_xdata()) for line in axes.lines if line not in marks]
    assert [0.9, 1.1] in bars
    told = [one.get_text() for one in figure.legends[0].get_texts()]
    assert told[-2:] == ["95 % interval", "uniform"]


def test_the_table_drawn_is_written_beside(tmp_path):
    objectives = ["cost", "deviation", "gini", "price"]
    data = front(objectives)
    write_front_figure(data, objectives, tmp_path)
    assert pl.read_csv(tmp_path / "front.csv").equals(data)
    assert "price, CNY/tCO₂" in (tmp_path / "front.svg").read_text(encoding="utf-8")
