"""The chapter on a personal market: its figures, its page in both languages, its documents."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from tests.unit.report.test_page import ECHARTS, LOADING, Page
from tests.unit.report.test_text import catalogue

from tanshi.floor import FloorPath
from tanshi.personal._offset_ratio import WHY_EXACT, WHY_PUBLISHED
from tanshi.personal.published import CLAIMS, SIGN_CLAIMS
from tanshi.report import personal_words
from tanshi.report.figures import draw_figure, pictures
from tanshi.report.inline_figure import by_words, svg_of, texts_of, translated
from tanshi.report.page import render_page
from tanshi.report.personal_figures import CASE_NAMES, MARKS, personal_pictures
from tanshi.report.personal_game_text import game_tables
from tanshi.report.personal_text import personal_texts
from tanshi.report.study_folder import write_study
from tanshi.report.text import cell_translator, translator
from tanshi.study import build_scenario
from tanshi.study.personal_joined import personal_of_study

PROJECT = Path(__file__).resolve().parents[3]
WORDS = re.compile(r"[a-z]{3}")
CHINESE = re.compile(r"[一-鿿]")
PATH = FloorPath(
    years=(2019, 2020),
    price_cny_per_tco2=(12.0, 31.5),
    set_by="A",
    observed_period=2018,
    rule="cpi",
    escalator_percent=0.0,
    price_base="as_printed",
)
# The game and the people, as small as they can be.
GAME = {
    "dynamics": ["replicator", "logit"],
    "steps": 20,
    "basins": {"starts": 32, "time": 100.0},
    "claim": {
        "axes": {"thinness": [float("inf"), 0.2], "join_scale": [1.0, 0.1]},
        "levers": {"offset_price": 60.0, "penalty": 1500.0, "fine": 1000.0},
        "lever_thinness": [float("inf"), 0.2],
    },
    "finite": [{"size": 20, "updates": 2000, "runs": 2}],
}
PEOPLE = {"people": 4000, "quota_people": 1000}
ALL = {
    "game": GAME,
    "population": PEOPLE,
    "game_in_study": True,
    "population_in_study": True,
    "take_price": "floor",
}
FIGURES = {f"personal_{name}" for name in ("price", "offset", "objectives", "service", "adoption")}
GAME_FIGURES = {
    f"personal_game_{name}" for name in ("portraits", "trajectories", "claim", "levers")
}
PEOPLE_FIGURES = {
    f"personal_population_{name}" for name in ("supply", "drift", "emissions", "gains", "income")
}


def run_of(**section):
    return personal_of_study(build_scenario({"personal": section}), PATH, None)


@pytest.fixture(scope="module")
def run():
    return run_of(take_price="floor")


@pytest.fixture(scope="module")
def whole():
    """With its game and its people."""
    return run_of(**ALL)


@pytest.fixture(scope="module")
def whole_pages(sample_study, whole):
    study = replace(sample_study, personal=whole)
    return {language: render_page(study, language) for language in ("en", "zh")}


@pytest.fixture(scope="module")
def study(sample_study, run):
    return replace(sample_study, personal=run)


@pytest.fixture(scope="module")
def html(study):
    return render_page(study, "en")


@pytest.fixture(scope="module")
def chinese(study):
    return render_page(study, "zh")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def pictures_on(html):
    """Return each figure set into the page, as SVG."""
    found = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    return [base64.b64decode(one).decode() for one in found]


def test_the_page_holds_its_figures_and_loads_nothing(html, page):
    outside = [
        (tag, name, value)
        for tag, name, value in page.attributes
        if name in LOADING and not value.startswith(("#", "data:image/svg+xml;base64,"))
    ]
    assert outside == []
    own = html.replace(ECHARTS, "")
    for forbidden in ("http:" + "//", "https:" + "//", "@import", "url(", "import(", "fetch("):
        assert forbidden not in own, forbidden
    assert len(pictures_on(html)) == len(FIGURES)


def test_every_picture_has_a_name_and_its_numbers(page):
    images = [one for one in page.attributes if one[0] == "img" and one[1] == "alt"]
    assert len(images) == len(FIGURES)
    assert all(alt for _, _, alt in images)
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    anchors = {value[1:] for _, name, value in page.attributes if name == "href"}
    assert {"personal", "personal-two-sided", "personal-claims"} <= anchors <= set(ids)
    views = {value for _, name, value in page.attributes if name == "data-table"}
    tables = json.loads(page.texts["chart-data"][0])["tables"]
    assert views >= FIGURES
    assert set(tables) >= FIGURES


def test_a_study_without_a_personal_market_has_no_chapter(sample_study):
    html = render_page(sample_study, "en")
    assert "personal" not in html.replace(ECHARTS, "")
    assert not FIGURES & set(pictures(sample_study))


def test_the_page_says_the_numbers_of_the_market(html, run):
    one = run.single
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    assert f"pays people {one.net_purchase_price[0]:.2f} CNY for a tonne" in text
    assert f"sells it to enterprises for {one.sale_price[0]:.2f} CNY" in text
    assert "the floor of this study: 31.50 CNY, that of 2020" in text
    assert "The allowance price rests on synthetic data" in text
    volume = f"{one.volume[0] / 1e6:,.2f}"
    assert f"Enterprises offset {volume} million tonnes" in text
    here = run.claims["here"].to_list()
    assert f"In this market {here.count('holds')} hold, {here.count('fails')} fail" in text


def test_every_word_in_a_figure_has_its_translation(whole):
    words = cell_translator("zh")
    for name, picture in personal_pictures(whole).items():
        lines = [text for text in texts_of(svg_of(picture)) if WORDS.search(text)]
        assert len(lines) > 3, name
        left = [by_words(text, words) for text in lines]
        # Beta is the name of a distribution.
        assert [text for text in left if WORDS.search(text.replace("Beta", ""))] == []
    known = catalogue()
    assert {*CASE_NAMES.values(), *MARKS} <= set(known)


def test_a_study_plays_the_game_and_counts_people(whole, whole_pages):
    pages = {language: Page(html) for language, html in whole_pages.items()}
    for page in pages.values():
        views = {value for _, name, value in page.attributes if name == "data-table"}
        assert views >= FIGURES | GAME_FIGURES | PEOPLE_FIGURES
        anchors = {value[1:] for _, name, value in page.attributes if name == "href"}
        assert {"personal-game", "personal-people"} <= anchors
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", whole_pages["en"]))
    claim = whole.game.summary["claim"]
    assert f"at {claim['escapes_without_reward']} of {claim['without_reward']} points" in text
    assert "opens lock-in" in text
    counts = whole.population.content()["emissions"]
    assert f"rise with trade in {counts['rises']}, stay in {counts['stays']}" in text
    told = whole.headline()
    assert told["game"]["claim"]["points"] == 4
    assert told["population"]["people"] == 4000


def test_people_are_counted_at_the_price_of_the_study(whole):
    """Not at that of the scenario, which is 70."""
    assert whole.single.status == ("rationed",)
    paper = whole.population.check.cases[0]
    assert float(paper.sales.prices[0]) == pytest.approx(whole.single.net_purchase_price[0])
    assert paper.quantities[0].closed_form == pytest.approx(whole.single.participation[0])


def test_what_is_not_asked_for_is_not_on_the_page(html, run):
    assert (run.game, run.population) == (None, None)
    assert 'id="personal-game"' not in html
    assert 'id="personal-people"' not in html
    assert {"game", "population"} <= set(run.headline())


def test_ends_of_trajectories_have_names(whole):
    table = game_tables(whole.game, str, str)["game_ends_table"]
    named = {
        row["ends_in"]: tuple(row[share] for share in ("supervise", "adopt", "sell", "buy"))
        for row in table.filter(table["dynamics"] == "replicator").iter_rows(named=True)
    }
    assert named["lock-in: nobody trades"] == (0.0, 0.0, 0.0, 0.0)
    assert min(named["trade, of which not all are part"][2:]) > 0.1
    logit = table.filter(table["dynamics"] == "logit")
    assert logit["ends_in"].str.contains("trade").all()


def test_a_figure_is_set_in_the_language_of_the_page(html, chinese):
    for english, other in zip(pictures_on(html), pictures_on(chinese), strict=True):
        lines = texts_of(english)
        assert not [text for text in lines if CHINESE.search(text)]
        own = texts_of(other)
        assert len(own) == len(lines)
        left = [text for text in own if WORDS.search(text)]
        assert left == []
        # Numbers stay as they are.
        numbers = [text for text in lines if re.fullmatch(r"[−\d.,]+", text)]
        assert [text for text in own if re.fullmatch(r"[−\d.,]+", text)] == numbers


def test_what_is_put_into_a_figure_is_escaped():
    svg = '<svg><text x="1" style="font-family: Serif">a &amp; b</text></svg>'
    assert texts_of(svg) == ["a & b"]
    changed = translated(svg, lambda text: text.replace("b", "<script>"))
    assert "<script>" not in changed
    assert texts_of(changed) == ["a & <script>"]


def test_every_word_of_the_chapter_has_its_translation(whole_pages):
    known = set(catalogue())
    words = [table for name, table in vars(personal_words).items() if name.isupper()]
    said = {text for table in words for text in table.values() if isinstance(text, str)}
    said |= {text for names in personal_words.QUANTITIES.values() for text in names.values()}
    said |= {*WHY_EXACT.values(), *WHY_PUBLISHED.values()}
    said |= {one.claim for one in CLAIMS} | {one.verdict for one in SIGN_CLAIMS}
    regions = {one.region for one in (*CLAIMS, *SIGN_CLAIMS)}
    said |= {text for text in regions if re.search(r"\b(?!abs\b)[a-z]{3}", text)}
    assert sorted(said - known) == []
    part = (
        whole_pages["zh"].split('<section id="personal">')[1].split('<section id="replication">')[0]
    )
    data = r'<details class="data">.*?</details>|<code>.*?</code>|<[^>]+>'
    shown = re.sub(data, " ", part, flags=re.DOTALL)
    rest = re.findall(r"[a-z]{4,}", shown.replace("Wang, Zhao, Chen &amp; Tang", ""))
    rest = [word for word in rest if word not in {"logit", "eta"}]
    assert rest == []


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"single": {"allowance_price": 6.0}}, "there is no personal market"),
        ({"single": {"offset_ratio": 1.0, "allowance_price": 500.0}}, "all people sell"),
        ({"two_sided": {"payments": "closed"}}, "reaches sellers"),
        ({"two_sided": {"service_level": 3.0, "service_cost": 9.0}}, "No platform breaks even"),
        ({"two_sided": {"service_level": 0.8, "service_cost": 2.2}}, "makes a loss of"),
        ({"two_sided": {"allowance_price": 0.9}}, "a sellers' price of their own"),
        ({"two_sided": {"matching": 1e-6}}, "makes no loss"),
    ],
)
def test_every_case_is_said_and_drawn(section, says):
    run = run_of(**section)
    for language in ("en", "zh"):
        text = personal_texts(run, translator(language), cell_translator(language))
        if language == "en":
            assert says in json.dumps(text)
        else:
            assert not re.search(r"\{\w+\}|nan", json.dumps(text, ensure_ascii=False))
    for picture in personal_pictures(run).values():
        draw_figure(picture)


def test_the_curves_are_drawn_from_their_tables(run):
    made = personal_pictures(run)
    offset = draw_figure(made["personal_offset"])
    (line,) = (one for one in offset.axes[0].lines if one.get_label() == "sale price")
    table = made["personal_offset"].data
    assert line.get_ydata().tolist() == table["sale_price_cny_per_tco2"].to_list()
    dots = draw_figure(made["personal_objectives"])
    drawn = {float(x) for axes in dots.axes for one in axes.lines[:3] for x in one.get_xdata()}
    assert set(made["personal_objectives"].data["value"]) <= drawn
    here = made["personal_adoption"].data.filter(pl.col("mark") == "in use").row(0, named=True)
    axes = draw_figure(made["personal_adoption"]).axes[0]
    point = axes.lines[-1]
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (
        here["blockchain_unit_cost"],
        here["service_level"],
    )


def test_tables_and_figures_are_written_and_documented(sample_study, whole, tmp_path):
    study = replace(sample_study, personal=whole)
    write_study(study, tmp_path / "out", language="zh", pdf=True)
    tables, figures = tmp_path / "out" / "tables", tmp_path / "out" / "figures"
    page = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert len(list(tables.glob("personal_*.csv"))) == 7 + 4 + 6
    for file in tables.glob("personal_*.csv"):
        rows = [line for line in page.splitlines() if line.startswith("|") and file.name in line]
        assert rows, file.name
        commands = ("personal_single", "personal_two_sided", "personal_game", "personal_population")
        if file.stem.startswith(commands):
            continue  # the columns of their commands
        headers = pl.read_csv(file, n_rows=0).columns
        assert [one for one in headers if f"`{one}`" not in " ".join(rows)] == []
    latex = (tables / "personal_claims.tex").read_text(encoding="utf-8")
    assert "the greatest profit falls in the sellers' price & conditional" in latex
    assert {"personal_gains.html", "personal_objectives.tex"} <= {
        file.name for file in tables.iterdir()
    }
    written = {file.stem for file in figures.glob("personal_*.svg")}
    assert written == FIGURES | GAME_FIGURES | PEOPLE_FIGURES
    publishing = (PROJECT / "docs" / "publishing.md").read_text(encoding="utf-8")
    for name in GAME_FIGURES | PEOPLE_FIGURES:
        assert f"`{name}`" in page
        assert f"`{name}`" in publishing
    for name in FIGURES:
        assert f"`{name}`" in page
        (row,) = (line for line in publishing.splitlines() if line.startswith(f"| `{name}`"))
        headers = pl.read_csv(figures / f"{name}.csv", n_rows=0).columns
        assert [one for one in headers if f"`{one}`" not in row] == []
    told = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["personal"]
    row = next(line for line in page.splitlines() if line.startswith("| `personal` |"))
    keys = {*told, *told["single"], *told["two_sided"]}
    assert [key for key in keys if f"`{key}`" not in row] == []
