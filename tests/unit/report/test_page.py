"""The report page: one file, nothing outside it, everything escaped."""

import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import polars as pl
import pytest

from tanshi.report.figures import pictures
from tanshi.report.page import render_page
from tanshi.study import build_scenario, run_study

ECHARTS = (resources.files("tanshi.report") / "vendor" / "echarts.min.js").read_text("utf-8")
LOADING = {"src", "href", "srcset", "data", "action", "poster", "xlink:href", "background"}
HOSTILE = '<script>alert("1")</script>'


class Page(HTMLParser):
    """Collects what the tests ask for."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.attributes = []
        self.texts = {}
        self.cells = []
        self._inside = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag in {"script", "style", "title", "h1", "h2", "td", "th", "li"}:
            self._inside.append(dict(attrs).get("id", tag))
            if tag == "td":
                self.cells.append("")

    def handle_endtag(self, tag):
        if self._inside and tag in {"script", "style", "title", "h1", "h2", "td", "th", "li"}:
            self._inside.pop()

    def handle_data(self, data):
        if self._inside:
            self.texts.setdefault(self._inside[-1], []).append(data)
            if self._inside[-1] == "td":
                self.cells[-1] += data


def numbers_in(value):
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers_in(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers_in(item)]
    return [value] if isinstance(value, float) else []


@pytest.fixture(scope="module")
def html(sample_study):
    return render_page(sample_study, "en")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


@pytest.fixture
def hostile(edited_pack, steps):
    """The page of a pack whose names and titles are mark-up."""

    def rename(folder):
        panel = folder / "sample_panel_2013_2018.csv"
        text = panel.read_text(encoding="utf-8")
        quoted = '"' + HOSTILE.replace('"', '""') + '"'
        panel.write_text(text.replace("Anhui", quoted), encoding="utf-8")
        manifest = folder / "manifest.toml"
        text = manifest.read_text(encoding="utf-8")
        text = text.replace("Synthetic sample: no figure in it is a statistic", "TITLE", 1)
        text = text.replace('"TITLE"', f"'{HOSTILE}'")
        text = re.sub(r'role = "(accounts|energy)"', r'role = "no \1"', text)
        manifest.write_text(text, encoding="utf-8")

    content = {
        "pack": {"path": str(edited_pack(rename))},
        "frontier": {"taus": [0.5]},
        "report": {"sensitivity": False, "title": HOSTILE},
    }
    return run_study(build_scenario(content), command=f"tanshi {HOSTILE}", progress=steps)


def test_the_page_loads_nothing(html, page):
    outside = [
        (tag, name, value)
        for tag, name, value in page.attributes
        if name in LOADING and not value.startswith("#")
    ]
    assert outside == []
    assert {"link", "img", "iframe", "object", "embed", "base"}.isdisjoint(page.tags)
    own = html.replace(ECHARTS, "")
    assert len(own) < len(html) / 2
    for forbidden in ("http:" + "//", "https:" + "//", "@import", "url(", "import(", "fetch("):
        assert forbidden not in own, forbidden


def test_the_library_in_the_page_cannot_load_either(html):
    assert ECHARTS in html
    for means in ("XMLHttpRequest", "fetch(", "WebSocket", "importScripts", "sendBeacon"):
        assert means not in ECHARTS, means


def test_every_contents_entry_leads_somewhere(page):
    anchors = {value[1:] for _, name, value in page.attributes if name == "href"}
    targets = [value for _, name, value in page.attributes if name == "id"]
    assert len(targets) == len(set(targets))
    assert anchors <= set(targets)
    assert {"result", "mac", "map", "tau", "parameters", "sensitivity", "replication"} <= anchors
    assert {"sure", "households"} <= anchors
    assert "alternatives" not in anchors


def test_every_chart_s_numbers_are_in_the_page_and_named_beside_it(html, page, sample_study):
    """The page opens alone, so what a chart shows is inside it; no link leads out of it."""
    charts = [
        value for _, name, value in page.attributes if name == "id" and value.startswith("chart-")
    ]
    views = [value for _, name, value in page.attributes if name == "data-table"]
    saved = [value for _, name, value in page.attributes if name == "data-save"]
    assert len(views) == len(charts) - len(["chart-data"])
    assert views == saved
    data = json.loads(page.texts["chart-data"][0])
    for name, picture in pictures(sample_study).items():
        assert data["tables"][name] == picture.data.write_csv()
    for name in views:
        assert name in data["tables"]
        assert f"<code>figures/{name}.csv</code>" in html


def test_a_synthetic_pack_is_called_so(html, page, sample_study):
    assert "SYNTHETIC DATA: no figure on this page is a statistic" in html
    assert sample_study.warnings[0] in "".join(page.texts["li"])
    real = replace(sample_study.data, pack=replace(sample_study.data.pack, synthetic=False))
    assert "SYNTHETIC DATA" not in render_page(replace(sample_study, data=real), "en")


def test_the_embedded_data_are_those_of_the_study(page, sample_study):
    (text,) = page.texts["chart-data"]
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in the page's JSON"))
    assert all(math.isfinite(number) for number in numbers_in(data))
    assert data["floor"] == sample_study.floor.price_cny_per_tco2
    assert data["years"] == [str(year) for year in range(2013, 2019)]
    assert len(data["units"]) == len(data["mac"]) == len(data["tiles"]) == 30
    table = sample_study.costs.table()
    unit = data["units"][3]
    rows = table.filter(pl.col("unit") == unit).sort("time")
    assert data["mac"][3] == rows["mac_cny_per_tco2"].to_list()
    assert [len(row) for row in data["sensitivity"]["floors"]] == [
        len(data["sensitivity"]["options"])
    ] * 3


def test_an_infinite_cost_is_null_in_the_charts_and_a_sign_in_the_table(sample_study):
    costs = sample_study.costs.mac_cny_per_tco2.copy()
    costs[0] = math.inf
    odd = replace(sample_study, costs=replace(sample_study.costs, mac_cny_per_tco2=costs))
    page = Page(render_page(odd, "en"))
    data = json.loads(page.texts["chart-data"][0])
    assert sum(value is None for row in data["mac"] for value in row) == 1
    assert page.cells.count("∞") == 1


def test_extrapolated_years_are_starred(sample_study):
    notes = (replace(sample_study.notes[0], years=(2018,)),)
    page = Page(render_page(replace(sample_study, notes=notes), "en"))
    data = json.loads(page.texts["chart-data"][0])
    assert data["years"][-2:] == ["2017", "2018*"]


def test_names_and_titles_are_escaped_everywhere(hostile):
    html = render_page(hostile, "en")
    page = Page(html)
    assert "<script>alert" not in html
    # The three scripts of the page itself: data, library, drawing.
    assert page.tags.count("script") == 3
    assert page.texts["title"] == [HOSTILE]
    assert HOSTILE in page.cells
    data = json.loads(page.texts["chart-data"][0])
    assert HOSTILE in data["units"]
    assert data["tiles"] is None
    assert data["sensitivity"] is None


def test_without_provinces_accounts_and_sensitivity_their_parts_are_left_out(hostile):
    page = Page(render_page(hostile, "en"))
    anchors = {value for _, name, value in page.attributes if name == "href"}
    assert {"#map", "#sensitivity"}.isdisjoint(anchors)
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert {"chart-map", "chart-sensitivity", "map-year"}.isdisjoint(ids)


def test_the_page_is_the_same_for_the_same_study(sample_study, html):
    assert render_page(sample_study, "en") == html


def test_without_a_bootstrap_the_page_says_how_to_get_one(page, html):
    assert "--bootstrap 1000" in html
    assert "no interval asked for" in html
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert "chart-draws" not in ids
    assert {"chart-left-out", "chart-households"} <= ids


def test_with_one_the_floor_stands_with_its_range(whole_study):
    html = render_page(whole_study, "en")
    found = whole_study.bootstrap.intervals
    ends = (found.envelope_lower_cny_per_tco2, found.envelope_upper_cny_per_tco2)
    low, high = (f"{end:,.2f}" for end in ends)
    assert f"<i>{low} – {high} at 95\xa0%</i>" in html
    assert f"it lies between {low} and {high} CNY" in html
    assert "24 replicates are few" in html
    page = Page(html)
    data = json.loads(page.texts["chart-data"][0])["sureness"]
    assert data["draws"]["bands"][0]["ends"] == list(ends)
    assert len(data["draws"]["steps"]) == 24
    table = whole_study.tables()["mac"]
    unit = json.loads(page.texts["chart-data"][0])["units"][3]
    rows = table.filter(pl.col("unit") == unit).sort("time")
    assert data["cost_intervals"]["lower"][3] == rows["lower"].to_list()
    assert {"lower end, CNY/tCO₂", "standard error", "Wald statistic"} <= set(page.texts["th"])


def test_other_estimators_and_households_have_sections(whole_study):
    page = Page(render_page(whole_study, "en"))
    anchors = {value for _, name, value in page.attributes if name == "href"}
    assert {"#alternatives", "#households"} <= anchors
    assert "deterministic frontier, quadratic" in page.cells
    data = json.loads(page.texts["chart-data"][0])["sureness"]["households"]
    burden = whole_study.price_effects.households.burden
    assert data["groups"] == list(burden.groups)
    added = [sum(values) for values in zip(*data["added"], strict=True)]
    assert added == pytest.approx(burden.burden_percent[-1])


def test_a_study_without_robustness_is_set_without_it(whole_study):
    page = Page(render_page(replace(whole_study, robustness=None, bootstrap=None), "en"))
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert "sure" in ids
    assert {"chart-left-out", "chart-draws"}.isdisjoint(ids)


@pytest.mark.parametrize("which", ["sample_study", "whole_study"])
def test_the_page_in_chinese(which, request):
    sample_study = request.getfixturevalue(which)
    html = render_page(sample_study, "zh")
    page = Page(html)
    assert ("html", "lang", "zh") in page.attributes
    chinese = re.compile(r"[一-鿿]")
    headings = ["".join(page.texts["h1"]), *page.texts["h2"]]
    assert len(headings) > 8
    assert [heading for heading in headings if not chinese.search(heading)] == []
    assert "内蒙古" in json.loads(page.texts["chart-data"][0])["units"]
    assert "Inner Mongolia" not in page.cells
    # Whatever stands in tables and notes, but for names of the data's columns and the like.
    sentences = [text for text in page.texts["li"] if len(text.split()) > 9]
    own = {file.title for file in sample_study.data.pack.files}
    english = [text for text in sentences if not chinese.search(text) and "ynthetic" not in text]
    assert [text for text in english if not any(title in text for title in own)] == []
