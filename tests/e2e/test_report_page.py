"""The report in a browser: opened from the disk, without a network."""

import csv
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
CHARTS = (
    *("mac", "lines", "distribution", "map", "tau", "sensitivity"),
    *("left-out", "path", "supply", "prices", "households"),
)
DRAWN = """
    (selector) => [...document.querySelectorAll(selector)].map(
        (box) => [box.id, box.querySelectorAll("svg path, svg text").length])
"""
WIDER_THAN_THE_WINDOW = """
    () => [...document.querySelectorAll("body *")]
        .filter((box) => !box.closest("svg, .table-box"))
        .filter((box) => box.getBoundingClientRect().right > window.innerWidth + 1)
        .map((box) => `${box.tagName} ${box.id} ${box.className}`)
"""


@pytest.fixture(scope="module")
def report(opened, sample_report):
    return opened(sample_report / "report.html")


def shapes_in(page, chart):
    return page.locator(f"#chart-{chart} svg path").count()


def test_the_page_opens_from_the_disk_and_asks_for_nothing_else(report, sample_report):
    assert report.complaints == []
    assert report.asked_for == [(sample_report / "report.html").as_uri()]
    assert report.title() == "What abatement costs, and a price floor"


def test_every_chart_is_drawn(report):
    assert report.evaluate("window.tanshiChartsDrawn") > 10
    found = dict(report.evaluate(DRAWN, ".chart, .small-multiples > div"))
    assert {f"chart-{name}" for name in CHARTS} <= set(found)
    assert sum(name.startswith("parameter-") for name in found) == 15
    assert {name: count for name, count in found.items() if count < 20} == {}


def test_the_heat_map_shows_the_study_s_numbers(report, sample_study):
    shown = report.locator("#chart-mac svg text").all_text_contents()
    assert set(sample_study.costs.unit) <= set(shown)
    assert {str(year) for year in range(2013, 2019)} <= set(shown)
    floor = sample_study.floor.price_cny_per_tco2
    assert f"{floor:.1f}" in shown
    assert f"{floor:,.2f}" in report.locator(".card.main").text_content()


def test_the_map_follows_its_slider(report):
    label, slider = report.locator("#map-year-label"), report.locator("#map-year")
    assert label.text_content() == "2018"
    last = report.locator("#chart-map svg text").all_text_contents()
    slider.focus()
    slider.press("Home")
    assert label.text_content() == "2013"
    first = report.locator("#chart-map svg text").all_text_contents()
    assert len(first) == len(last)
    assert first != last
    slider.press("ArrowRight")
    assert label.text_content() == "2014"
    assert report.complaints == []


def test_all_units_can_be_shown_and_hidden(report):
    at_first = shapes_in(report, "lines")
    report.get_by_role("button", name="all", exact=True).click()
    all_of_them = shapes_in(report, "lines")
    report.get_by_role("button", name="none", exact=True).click()
    none = shapes_in(report, "lines")
    assert none < at_first < all_of_them
    assert report.complaints == []


def view_of(page, name):
    return page.locator("details.data", has=page.locator(f'[data-table="{name}"]')).first


def test_the_numbers_of_every_chart_can_be_looked_at(report, sample_report):
    names = report.evaluate(
        "[...document.querySelectorAll('[data-table]')].map((box) => box.dataset.table)"
    )
    assert len(set(names)) > 8
    for name in set(names):
        view = view_of(report, name)
        view.locator("summary").click()
        wanted = (sample_report / "figures" / f"{name}.csv").read_text(encoding="utf-8")
        rows = list(csv.reader(wanted.splitlines()))
        view.locator("td").last.wait_for()
        assert view.locator("th").all_text_contents() == rows[0]
        cells = view.locator("td").all_text_contents()
        assert len(cells) == sum(map(len, rows[1:])), name
        first = next(place for place, cell in enumerate(rows[1]) if cell)
        assert cells[first][:4] == rows[1][first][:4]
        view.locator("summary").click()
    assert report.complaints == []


@pytest.mark.parametrize("name", ["mac_by_unit_and_year", "household_burden", "sensitivity"])
def test_the_numbers_of_a_chart_can_be_saved(report, sample_report, name):
    view = view_of(report, name)
    view.locator("summary").click()
    with report.expect_download() as started:
        view.get_by_role("button", name="Save as CSV").click()
    assert started.value.suggested_filename == f"{name}.csv"
    saved = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert saved == (sample_report / "figures" / f"{name}.csv").read_text(encoding="utf-8")
    view.locator("summary").click()
    assert report.complaints == []


def test_how_sure_the_floor_is_is_drawn_in_chinese(opened, sure_report):
    page = opened(sure_report)
    assert page.complaints == []
    assert page.asked_for == [sure_report.as_uri()]
    found = dict(page.evaluate(DRAWN, ".chart"))
    for chart in ("draws", "left-out", "households"):
        assert found[f"chart-{chart}"] >= 20, chart
    assert "24 次重复" in page.locator("#sure").text_content()
    assert page.locator("#alternatives tr.in-use").count() == 1
    assert page.evaluate(WIDER_THAN_THE_WINDOW) == []
    page.locator("#chart-mac").scroll_into_view_if_needed()
    box = page.locator("#chart-mac").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("document.querySelector('#chart-mac').textContent.includes('区间')")


def test_the_contents_lead_to_their_sections(report):
    report.get_by_role("link", name="Data", exact=True).click()
    assert report.url.endswith("#data")
    assert report.get_by_role("heading", name="Data", exact=True).is_visible()


def test_nothing_is_wider_than_the_window(report):
    assert report.evaluate("document.documentElement.scrollWidth") <= 1280
    assert report.evaluate(WIDER_THAN_THE_WINDOW) == []


def test_nothing_is_wider_than_a_telephone(opened, sample_report):
    page = opened(sample_report / "report.html", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(WIDER_THAN_THE_WINDOW) == []
    assert page.complaints == []
    # A window made wider, or a telephone turned, has its charts drawn anew.
    page.set_viewport_size({"width": 700, "height": 390})
    page.wait_for_function(
        "document.querySelector('#chart-mac svg').getBoundingClientRect().width > 390"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
