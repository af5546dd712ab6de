"""The chapter on a personal market in a browser: opened from the disk, without a network."""

from dataclasses import replace

import polars as pl
import pytest
from tests.e2e.test_report_page import WIDER_THAN_THE_WINDOW

pytestmark = pytest.mark.browser
FIGURES = 5
DRAWN = """images => images.map(one => [one.alt, one.complete && one.naturalWidth > 0])"""


@pytest.fixture(scope="module")
def run():
    from tests.unit.report.test_personal_page import run_of

    return run_of(take_price="floor")


@pytest.fixture(scope="module")
def folder(sample_study, run, tmp_path_factory):
    """The page in both languages, alone."""
    from tanshi.report.page import render_page

    place = tmp_path_factory.mktemp("personal")
    study = replace(sample_study, personal=run)
    for language in ("en", "zh"):
        html = render_page(study, language)
        (place / f"{language}.html").write_text(html, encoding="utf-8")
    return place


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_is_shown(opened, folder, language):
    page = opened(folder / f"{language}.html")
    assert page.complaints == []
    images = page.locator("#personal img, #personal-two-sided img")
    found = images.evaluate_all(DRAWN)
    assert len(found) == FIGURES
    assert all(alt and drawn for alt, drawn in found)


def test_a_figure_s_numbers_are_shown_when_asked_for(opened, folder, run):
    page = opened(folder / "en.html")
    box = page.locator("details.data", has=page.locator("[data-table='personal_price']"))
    box.locator("summary").click()
    rows = box.locator("tbody tr")
    assert rows.count() == run.curves["price"].height
    marked = run.curves["price"].with_row_index().filter(pl.col("mark") == "in use")
    shown = rows.nth(marked["index"].item()).locator("td").all_text_contents()
    assert float(shown[0]) == pytest.approx(run.price.price_cny_per_tco2, rel=1e-5)
    assert shown[1] == "in use"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_wider_than_a_telephone(opened, folder, language):
    page = opened(folder / f"{language}.html", width=400)
    assert page.evaluate(WIDER_THAN_THE_WINDOW) == []
