"""The page of a market in a browser: opened from the disk, without a network."""

import csv

import pytest
from tests.e2e.test_report_page import DRAWN, WIDER_THAN_THE_WINDOW

pytestmark = pytest.mark.browser
CHARTS = ("price", "balance", "strategies", "fairness", "ablation")
PANELS = {"market-tiers-": 2, "market-before-": 4}


@pytest.fixture(scope="module")
def folder(market_run, tmp_path_factory):
    """Both pages of the market, each alone with its figures' numbers."""
    from tanshi.report.evolution_figures import evolution_pictures
    from tanshi.report.evolution_page import render_market_page
    from tanshi.study.provenance import Provenance

    provenance = Provenance(command="tanshi", scenario_sha256="0", data_sha256={}, seed=1)
    place = tmp_path_factory.mktemp("market")
    for language in ("en", "zh"):
        html = render_market_page(market_run, provenance, language)
        (place / f"{language}.html").write_text(html, encoding="utf-8")
    for name, picture in evolution_pictures(market_run).items():
        picture.data.write_csv(place / f"{name}.csv")
    return place


@pytest.fixture(scope="module")
def page(opened, folder):
    return opened(folder / "en.html")


def test_the_page_opens_from_the_disk_and_draws_every_chart(page, folder):
    assert page.complaints == []
    assert page.asked_for == [(folder / "en.html").as_uri()]
    found = dict(page.evaluate(DRAWN, ".chart, .small-multiples > div"))
    assert {f"chart-market-{name}" for name in CHARTS} <= set(found)
    for start, count in PANELS.items():
        assert sum(name.startswith(start) for name in found) == count
    assert {name: count for name, count in found.items() if count < 15} == {}


def test_the_charts_show_the_market_s_words_and_numbers(page, market_run):
    shown = page.locator("#chart-market-price svg text").all_text_contents()
    assert {"1", "6", "floor 40.0", "ceiling 200, above"} <= set(shown)
    names = page.locator("#chart-market-ablation svg text").all_text_contents()
    assert {"regular adjustment", "trend off", "reserve on"} <= set(names)
    assert "moves nothing" in names
    card = page.locator(".card.main b").text_content()
    price = market_run.before_after.filter(figure="price_cny_per_tco2")["after"].item()
    assert card == f"{price:.2f}"


@pytest.mark.parametrize("chart", ["balance", "strategies"])
def test_a_chart_follows_its_choice_of_industry(page, chart):
    select = page.locator(f"#market-{chart}-industry")
    assert select.locator("option").all_text_contents() == ["whole market", "power", "steel"]
    shapes = f"#chart-market-{chart} svg"
    whole = page.locator(shapes).inner_html()
    select.select_option("steel")
    steel = page.locator(shapes).inner_html()
    assert steel != whole
    select.select_option("whole market")
    assert page.locator(shapes).inner_html() == whole
    assert page.complaints == []


def test_a_mark_tells_its_interval(page):
    page.locator("#market-before-0").scroll_into_view_if_needed()
    # In the order of the rows; the last is the legend's.
    mark = page.locator("#market-before-0 svg path[fill='#0f5c63']").first
    box = mark.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function(
        """() => {
            const text = document.querySelector("#market-before-0 > div:last-child").textContent;
            return text.startsWith("this market") && /\\[[^\\]]+%, [^\\]]+%\\]/.test(text);
        }"""
    )
    assert page.complaints == []


def test_the_numbers_of_every_chart_can_be_looked_at(page, folder):
    names = page.evaluate(
        "[...document.querySelectorAll('[data-table]')].map((box) => box.dataset.table)"
    )
    assert len(names) == 7
    for name in names:
        view = page.locator("details.data", has=page.locator(f'[data-table="{name}"]')).first
        view.locator("summary").click()
        rows = list(csv.reader((folder / f"{name}.csv").read_text("utf-8").splitlines()))
        view.locator("td").last.wait_for()
        assert view.locator("th").all_text_contents() == rows[0]
        assert view.locator("td").count() == sum(map(len, rows[1:]))
        view.locator("summary").click()
    assert page.complaints == []


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 1280), ("zh", 390)])
def test_nothing_is_wider_than_the_window(opened, folder, language, width):
    page = opened(folder / f"{language}.html", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(WIDER_THAN_THE_WINDOW) == []
    assert page.complaints == []
    words = page.locator("#chart-market-strategies svg text").all_text_contents()
    assert ("自行减排" if language == "zh" else "abate themselves") in words


def test_the_contents_lead_to_their_sections(page):
    page.get_by_role("link", name="Strategies of firms").click()
    assert page.url.endswith("#benchmark-strategies")
    assert page.get_by_role("heading", name="Strategies of firms").is_visible()
