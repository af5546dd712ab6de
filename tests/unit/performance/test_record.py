"""The page of timings: made from the record alone, with every figure it shows."""

import json
import re

import pytest
from performance.comparison import (
    Comparison,
    Figure,
    Requirement,
    Series,
    Table,
    one_row,
    rows_of,
)
from performance.record import RECORDED, drawings, entry, figure, page, place_in

LINE = Series("Tanshi", [10.0, 100.0], [0.1, 0.9])
GROWTH = Figure("along_n", "Time as n grows.", "n", "seconds", [LINE])


@pytest.fixture
def results():
    peer = Comparison(
        "Quantile frontier, n = 180",
        "What it is.",
        rows_of("a panel", {"Tanshi": [1.0, 3.0, 2.0], "Pyomo": [40.0, 80.0, 90.0]}, ours="Tanshi"),
        [Requirement.at_least("at least 30", 30.0, 40.0), Requirement.at_most("gap", 1e-9, 2e-9)],
    )
    alone = Comparison(
        "Growth",
        "What it is.",
        [one_row("n = 10", "Tanshi", 0.1)],
        [],
        ["A note."],
        [Table(["Pass", "GB"], [["one", "1.50"]])],
        [GROWTH],
    )
    return {
        name: json.loads(json.dumps(entry(one, quick=True, load=(0.1, None))))
        for name, one in {"frontier_180": peer, "growth": alone}.items()
    }


def test_ratios_are_those_of_medians(results):
    text = page(results)
    assert "| a panel | Tanshi | 2.00 | 1.00 | 3.00 | 3 |  |" in text
    assert "| a panel | Pyomo | 80.0 | 40.0 | 90.0 | 3 | 40.0 x |" in text
    assert "| Quantile frontier: a panel | Pyomo | 40.0 x |" in text


def test_what_is_not_met_is_said(results):
    text = page(results)
    assert "| at least 30 | 40.0 | met |" in text
    assert "| gap | 2.0e-09 | **not met** |" in text


def test_tables_and_notes_of_a_comparison_are_on_the_page(results):
    assert "| Pass | GB |\n|---|---:|\n| one | 1.50 |" in page(results)
    assert "\n\nA note.\n\n" in page(results)


def test_every_figure_of_the_page_is_drawn_and_no_other(results):
    linked = re.findall(r"\]\(figures/([^)]+)\)", page(results))
    assert sorted(linked) == ["performance_along_n.svg", "performance_peers.svg"]
    assert sorted(drawings(results)) == sorted(linked)


def test_the_same_record_gives_the_same_files(results, tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        place_in(tmp_path / name).write(results)
    files = [path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*.*")]
    assert len(files) == 4
    for file in files:
        first, second = ((tmp_path / name / file).read_bytes() for name in ("first", "second"))
        assert first == second
    assert place_in(tmp_path / "first").read() == results


def test_a_figure_shows_what_is_in_the_record(results):
    svg = drawings(results)
    assert ">Tanshi</text>" in svg["performance_along_n.svg"]
    assert ">a panel</text>" in svg["performance_peers.svg"]
    assert "<dc:date>" not in "".join(svg.values())


def test_the_recorded_page_and_figures_are_those_of_the_record():
    results = RECORDED.read()
    assert RECORDED.page.read_text(encoding="utf-8") == page(results)
    assert [name for name in drawings(results) if not (RECORDED.figures / name).exists()] == []


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.00"), (2.5e-4, "2.5e-04"), (1.234, "1.23"), (1234.5, "1234")]
)
def test_figures_have_three_digits(value, text):
    assert figure(value) == text
