"""The page of a market: one file, both languages, escaped, and warnings that say what to do."""

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from tests.unit.report.test_page import ECHARTS, HOSTILE, LOADING, Page, numbers_in
from tests.unit.report.test_text import catalogue

from tanshi.report import evolution_charts, evolution_data, evolution_words
from tanshi.report.benchmark_folder import write_market
from tanshi.report.evolution_figures import evolution_pictures
from tanshi.report.evolution_front import front_texts
from tanshi.report.evolution_page import render_market_page
from tanshi.report.evolution_text import evolution_texts
from tanshi.report.evolution_warnings import market_warnings
from tanshi.report.figures import draw_figure, pictures
from tanshi.report.page import render_page
from tanshi.report.study_folder import write_study
from tanshi.report.text import cell_translator, translator
from tanshi.study import load_scenario
from tanshi.study.benchmark_run import TakenCosts, TakenFloor
from tanshi.study.provenance import Provenance

PROJECT = Path(__file__).resolve().parents[3]
CHINESE = re.compile(r"[一-鿿]")
TAKEN = TakenFloor(year=2024, price_cny_per_tco2=35.8, instead_of_cny_per_tco2=40.0)


@pytest.fixture(scope="module")
def provenance():
    command = f"tanshi benchmark evolve {HOSTILE}"
    return Provenance(command=command, scenario_sha256="0" * 64, data_sha256={}, seed=1)


@pytest.fixture(scope="module")
def html(market_run, provenance):
    return render_market_page(market_run, provenance, "en")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


@pytest.fixture(scope="module")
def joined(sample_study, market_run):
    """A study with a market under its floor, of data that are synthetic."""
    return replace(sample_study, benchmark=replace(market_run, taken_floor=TAKEN))


def test_the_page_loads_nothing_and_escapes_what_it_is_given(html, page):
    outside = [
        (tag, name, value)
        for tag, name, value in page.attributes
        if name in LOADING and not value.startswith("#")
    ]
    assert outside == []
    own = html.replace(ECHARTS, "")
    for forbidden in ("http:" + "//", "https:" + "//", "@import", "url(", "import(", "fetch("):
        assert forbidden not in own, forbidden
    assert "<script>alert" not in html
    assert page.tags.count("script") == 3


def test_contents_charts_and_their_numbers(html, page):
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    anchors = {value[1:] for _, name, value in page.attributes if name == "href"}
    assert anchors <= set(ids)
    charts = [one for one in ids if one.startswith("chart-") and one != "chart-data"]
    views = [value for _, name, value in page.attributes if name == "data-table"]
    assert len(charts) == len(views) == 7
    data = json.loads(page.texts["chart-data"][0])
    for name in views:
        assert name in data["tables"]
        assert f"<code>figures/{name}.csv</code>" in html


def test_the_embedded_data_are_finite_and_those_of_the_run(page, market_run):
    (text,) = page.texts["chart-data"]
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in the page's JSON"))
    assert all(math.isfinite(number) for number in numbers_in(data))
    drawn = data["benchmark"]
    price = market_run.evolution.price_cny_per_tco2
    assert drawn["price"]["price"] == price.mean(axis=0).tolist()
    assert drawn["industries"] == ["power", "steel", "whole market"]
    assert [len(rows) for rows in drawn["strategies"]] == [4, 4, 4]
    assert drawn["before_after"][0]["published"] == [[-4.2, None, None], [-5.3, None, None], None]
    assert len(drawn["ablation"]) == len(market_run.ablation) - 1


def test_the_headline_says_price_cost_and_whether_it_settled(html, market_run):
    rows = market_run.before_after
    price = rows.filter(figure="price_cny_per_tco2").row(0, named=True)
    assert f"an allowance costs {price['after']:.2f} CNY per tonne" in html
    assert "The market did not settle in 2 of 2 replicates within 6 years" in html
    assert "strategies still change (2)" in html
    cost = rows.filter(figure="cost_change_percent", group="all").row(0, named=True)
    text = f"{cost['after']:+.2f}".replace("-", "−")
    assert f"the cost of abatement changes by {text} %" in html
    assert "--ablation" not in html


def test_the_published_table_stands_beside_ours_with_its_reasons(page, market_run):
    for why in set(market_run.published["why"]):
        assert why in page.cells
    assert {"98.70", "−4.20", "0.966"} <= set(page.cells)


def test_principles_and_clauses_name_their_mechanisms_and_costs(page, market_run):
    for mechanism in market_run.mechanisms["mechanism"]:
        assert mechanism in page.cells
    assert {"4.1, sixth: phased implementation", "4.2 (4): compliance guarantee"} <= set(page.cells)
    assert "industries enter in their first year and are watched before" in page.cells


def test_what_moves_nothing_is_named_with_where_it_would_act(html):
    assert "phase-in: it acts where an industry has a later first year" in html


def test_without_an_ablation_the_page_says_how_to_get_one(market_run, provenance):
    html = render_market_page(replace(market_run, ablation=None), provenance, "en")
    assert "<code>--ablation</code>" in html
    assert "chart-market-ablation" not in Page(html).texts
    data = json.loads(Page(html).texts["chart-data"][0])
    assert data["benchmark"]["ablation"] is None


def test_every_word_of_a_market_has_its_translation(market_run):
    words = {
        *evolution_words.FIGURES.values(),
        *evolution_words.FAIRNESS.values(),
        *evolution_words.PLACES,
        *evolution_words.PLACES.values(),
        *evolution_words.DOES,
        *evolution_words.DOES.values(),
        *evolution_words.ACTS_WHERE,
        *evolution_words.ACTS_WHERE.values(),
        *evolution_charts.FIGURES.values(),
        *market_run.ablation["mechanism"][1:],
        *market_run.ablation["switched"][1:],
        *market_run.mechanisms["group"],
        *market_run.published["why"],
        *market_run.convergence["reasons"],
        market_run.assessment.baseline_name,
        evolution_words.ELSEWHERE_IDLE,
        *evolution_data.DRAWN,
        evolution_data.HARDLY,
        evolution_data.IDLE,
        evolution_data.MISSES,
        evolution_data.OTHER_TASK,
        evolution_data.NO_CLAUSE,
    }
    assert words - set(catalogue()) == set()


def test_every_mechanism_of_a_group_says_what_it_does(market_run):
    named = set(market_run.mechanisms["mechanism"])
    assert named - set(evolution_words.DOES) == set()
    assert set(market_run.mechanisms["group"]) - set(evolution_words.PLACES) == set()
    figures = set(market_run.published["figure"])
    pairs = market_run.before_after.select("by", "figure").unique().rows()
    for by, figure in pairs:
        if by in ("market", "industry"):
            figures.add(figure)
        else:
            assert (by, figure) in evolution_words.FAIRNESS
    assert figures <= set(evolution_words.FIGURES)


def test_the_page_in_chinese(market_run, provenance):
    page = Page(render_market_page(market_run, provenance, "zh"))
    assert ("html", "lang", "zh") in page.attributes
    assert page.texts["title"] == ["基准法下的配额市场"]
    headings = page.texts["h2"]
    assert len(headings) == 7
    assert [heading for heading in headings if not CHINESE.search(heading)] == []
    sentences = [text for text in (*page.texts["li"], *page.cells) if len(text.split()) > 6]
    assert [text for text in sentences if not CHINESE.search(text)] == []
    words = set(page.cells)
    assert {"电力", "钢铁", "整个市场", "是"} <= words
    assert words & {"power", "steel", "whole market", "feedback", "moves nothing"} == set()


def warnings_of(run, synthetic=False):
    return market_warnings(run, str, synthetic=synthetic)


def test_each_warning_says_what_to_do(market_run):
    found = warnings_of(market_run)
    starts = [text.split(" ")[0] for text in found]
    assert starts == ["The", "The", "2", "The", "The"]
    for text, remedy in zip(
        found,
        ("--firms", "benchmark_china.toml", "benchmark.replicates", "benchmark.years", "deficit"),
        strict=True,
    ):
        assert remedy in text


def test_a_market_at_rest_of_own_firms_needs_no_warning(market_run):
    years = market_run.evolution.years.copy()
    years["price_cny_per_tco2"] = 70.0
    calm = replace(market_run.evolution, years=years, replicates=tuple(range(12)))
    settled = market_run.assessment.settled | {"converged": True}
    assessment = replace(market_run.assessment, evolution=calm, settled=settled)
    assert warnings_of(replace(market_run, own_firms=True, assessment=assessment)) == []


def test_ceilings_gaps_single_replicates_and_synthetic_floors_are_told(market_run):
    high = replace(market_run, band=((40.0, 40.0),) * 6)
    assert any("at its ceiling in" in text for text in warnings_of(high))
    gap = np.full(market_run.evolution.years.shape, 0.02)
    baseline = replace(market_run.assessment.baseline, path_gap=gap)
    missed = replace(market_run, assessment=replace(market_run.assessment, baseline=baseline))
    assert any("by up to 2\xa0%" in text for text in warnings_of(missed))
    one = replace(market_run.evolution, replicates=(0,))
    single = replace(market_run, assessment=replace(market_run.assessment, evolution=one))
    assert any("One replicate has no interval" in text for text in warnings_of(single))
    taken = replace(market_run, taken_floor=TAKEN)
    assert any("synthetic" in text for text in warnings_of(taken, synthetic=True))
    assert not any("synthetic" in text for text in warnings_of(taken))


def test_a_market_that_settled_says_by_what_criteria(market_run):
    settled = market_run.assessment.settled | {
        "converged": True,
        "converged_replicates": 2,
        "reasons": {},
    }
    run = replace(market_run, assessment=replace(market_run.assessment, settled=settled))
    for language in ("en", "zh"):
        text = evolution_texts(run, translator(language), cell_translator(language))
        assert "10\xa0%" in text["market_settled"]
        assert text["market_cards"][-1][0] in ("2 of 2", "2 / 2")


def test_a_market_that_stopped_once_settled_says_so(market_run):
    settled = market_run.assessment.settled | {"converged": True, "converged_replicates": 2}
    assessment = replace(market_run.assessment, settled=settled)
    section = market_run.section.model_copy(update={"years": 30})
    run = replace(market_run, assessment=assessment, section=section)
    text = evolution_texts(run, str, str)
    assert "stopped after 6 of at most 30 years" in text["market_settled"]
    assert "In the last 5 of 6 years" in text["market_lead"]
    whole = evolution_texts(replace(market_run, assessment=assessment), str, str)
    assert "stopped" not in whole["market_settled"]


def test_a_market_of_one_year_and_replicate_has_a_page(steps, provenance):
    from tanshi.study import build_scenario
    from tanshi.study.benchmark_run import run_market

    rows = {"entities": 12, "emissions_tco2": 2e6, "benchmark_tco2_per_unit": 0.6}
    paper = rows | {"name": "paper", "reduction_potential": 0.07}
    section = {"industries": [paper], "rule": "uniform", "years": 1, "replicates": 1}
    run = run_market(build_scenario({"benchmark": section}), progress=steps)
    html = render_market_page(run, provenance, "zh", title=HOSTILE)
    page = Page(html)
    assert page.texts["title"] == [HOSTILE]
    data = json.loads(page.texts["chart-data"][0])["benchmark"]
    assert data["before_after"][0]["published"] == [None, None]
    assert "nan" not in html.replace(ECHARTS, "").casefold().split()


def test_a_study_with_a_market_has_its_sections_tables_and_figures(joined, tmp_path, monkeypatch):
    monkeypatch.setattr("tanshi.report.study_folder.write_figures", lambda *_: [])
    write_study(joined, tmp_path / "out", pdf=True)
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    page = Page(html)
    anchors = {value for _, name, value in page.attributes if name == "href"}
    assert {"#benchmark", "#benchmark-before", "#benchmark-mechanisms"} <= anchors
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert "The floor is the one that this study sets: 35.80 CNY, that of 2024" in html
    assert "The floor comes from synthetic data" in html
    tables = tmp_path / "out" / "tables"
    for name in joined.benchmark.tables():
        assert (tables / f"benchmark_{name}.csv").is_file()
    for kind in ("tex", "html"):
        for name in ("before_after", "ablation"):
            text = (tables / f"benchmark_{name}.{kind}").read_text(encoding="utf-8")
            assert "_percent" not in text.replace(r"\_", "_")
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert results["benchmark"]["floor_of_study_year"] == 2024
    assert results["benchmark"]["converged"] is False
    assert (tmp_path / "out" / "odd.md").read_text(encoding="utf-8").startswith("# ")
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert {f"benchmark_{name}" for name in ("price", "ablation")} <= set(pictures(joined))


def test_a_study_s_page_with_a_market_in_chinese(joined):
    page = Page(render_page(joined, "zh"))
    headings = page.texts["h2"]
    assert [heading for heading in headings if not CHINESE.search(heading)] == []
    assert "基准法下的配额市场" in headings


@pytest.fixture(scope="module")
def searched():
    """A small market with a search, as a study makes it."""
    from tanshi.study.benchmark_plan import market_plan
    from tanshi.study.benchmark_run import count_market, evolve_plan

    section = load_scenario(PROJECT / "scenarios" / "benchmark_sample.toml").benchmark
    settings = replace(section.search, evaluations=33, fresh_replicates=2, replicates=1, years=3)
    update = {"search": settings, "search_in_study": True, "years": 3, "replicates": 2}
    asked = section.model_copy(update=update)
    told = []
    plan = market_plan(asked)
    run = evolve_plan(plan, asked, step=lambda: told.append(1), in_study=True)
    assert 2 < len(told) <= count_market(asked, in_study=True)
    assert count_market(asked) == 2
    return run


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_search_is_drawn_and_told(searched, provenance, language):
    page = Page(render_market_page(searched, provenance, language))
    data = json.loads(page.texts["chart-data"][0])
    (panel,) = data["benchmark"]["front"]["panels"]
    table = searched.search.front_table()
    assert [one["number"] for one in panel["points"]] == table["point"].to_list()
    assert [one["ends"][0][0] for one in panel["points"]] == table["cost_change_percent"].to_list()
    assert sum(one["recommended"] for one in panel["points"]) == 1
    assert data["tables"]["benchmark_front"] == table.write_csv()
    ids = {value for _, name, value in page.attributes if name == "id"}
    assert {"benchmark-front", "chart-market-front"} <= ids
    marked = [value for tag, name, value in page.attributes if (tag, name) == ("tr", "class")]
    assert marked.count("in-use") == 1
    if language == "zh":
        assert "evolved for cost" not in page.cells
        assert "为成本搜索得到" in page.cells


def test_without_a_search_nothing_is_said_of_one(html, market_run):
    assert 'id="benchmark-front"' not in html
    assert market_run.headline()["recommended"] is None


def test_what_is_recommended_is_in_the_tables_and_the_headline(searched):
    assert {"front", "rules", "points"} <= set(searched.tables())
    found = searched.headline()["recommended"]
    assert found["point"] == searched.search.recommended.number
    picture = evolution_pictures(searched)["benchmark_front"]
    assert len(draw_figure(picture).axes) == 1
    for chosen in (0, found["point"]):
        told = searched.search.recommendation() | {"point": chosen}
        search = SimpleNamespace(recommendation=lambda told=told: told)
        text = front_texts(replace(searched, search=search), str, str)
        uniform = "The uniform rule itself" in text["front_choice"]
        assert uniform == (chosen == 0)


def test_the_outcome_is_printed_in_words_with_intervals(joined, tmp_path, monkeypatch):
    monkeypatch.setattr("tanshi.report.study_folder.write_figures", lambda *_: [])
    write_study(joined, tmp_path / "out")
    text = (tmp_path / "out" / "tables" / "benchmark_before_after.html").read_text("utf-8")
    row = joined.benchmark.before_after.filter(
        by="industry", group="steel", figure="balance_need_percent"
    ).row(0, named=True)
    assert f"{row['before']:.2f}" in text
    assert f"[{row['after_low']:.2f}, {row['after_high']:.2f}]" in text
    assert "balance with need before abatement, %" in text


def test_the_folder_of_a_paper_market_has_its_replication(market_run, provenance, tmp_path):
    paper = replace(market_run, is_paper=True)
    content = write_market(tmp_path / "paper", run=paper, provenance=provenance)
    assert (tmp_path / "paper" / "replication.csv").is_file()
    assert set(content) == {"outcome", "convergence", "fairness", "before_after", "ablation"}
    table = pl.read_csv(tmp_path / "paper" / "ablation.csv", infer_schema_length=None)
    assert len(table) == len(market_run.ablation)


def evolution_html(run, provenance, language):
    """The page's body without scripts and styles."""
    html = render_market_page(run, provenance, language)
    return re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)


def test_figures_that_are_not_defined_are_dashes(market_run, provenance):
    """A market of one firm, or one without need, has no spread, no ratio and no change of cost."""
    floats = [name for name, kind in market_run.before_after.schema.items() if kind == pl.Float64]
    price = pl.col("figure") == "price_cny_per_tco2"
    empty = [pl.when(price).then(pl.col(name)).alias(name) for name in floats]
    changes = ("fees_change_percent", "emissions_change_percent", "balance_need_percent")
    ablation = market_run.ablation.with_columns(
        pl.lit(0.0).alias("cost_change_percent"),
        *(pl.lit(None, dtype=pl.Float64).alias(name) for name in changes),
    )
    before_after = market_run.before_after.with_columns(empty)
    run = replace(market_run, before_after=before_after, ablation=ablation)
    for language in ("en", "zh"):
        shown = re.sub(r"<[^>]*>", " ", evolution_html(run, provenance, language))
        assert "None" not in shown
        assert "nan" not in shown.split()
        assert "– %" in shown


def test_costs_of_a_study_and_regions_without_firms_are_said(market_run):
    taken = TakenCosts(year=2018, level={"north": 1.5, "south": 0.5}, without=("west",))
    run = replace(market_run, taken_costs=taken, empty_regions=("Hunan", "Tibet"))
    text = evolution_texts(run, str, str)
    assert "its marginal costs of 2018" in text["market_costs"]
    assert "(south 0.50, north 1.50)" in text["market_costs"]
    assert "Of west the study has no cost" in text["market_costs"]
    assert "stands in HunanTibet" in text["market_regions"].replace(", ", "")
    bare = evolution_texts(market_run, str, str)
    assert (bare["market_costs"], bare["market_regions"]) == ("", "")


def test_columns_of_a_register_that_are_not_used_are_named(market_run):
    run = replace(market_run, unused={"somewhere/firms.csv": ("phone", "电话")})
    (first, *_) = market_warnings(run, str, synthetic=False)
    assert first == "Columns of firms.csv that are not used: phone, 电话."
    assert "note: somewhere/firms.csv: columns not used: phone, 电话" in run.summary
    assert "note:" not in market_run.summary
