"""Paper figures of counted populations: what is drawn is the table, and the table is the run's."""

import numpy as np
import polars as pl
import pytest

from tanshi.report.figures import draw_figure
from tanshi.report.personal_population_figures import (
    OF_PARTY,
    emission_data,
    gains_by_income,
    gains_by_party,
    population_pictures,
)
from tanshi.study import build_scenario
from tanshi.study.personal_population import run_population

SCENARIO = {
    "single": {"total_emissions": 600.0, "offset_ratio": 1.0, "mean_reduction": 1.0}
    | {"population": 1000.0, "allowance_price": 110.0, "blockchain_unit_cost": 0.0},
    "population": {
        "people": 5_000,
        "quota_people": 5_000,
        "cases": {"two camps": {"theta_a": 0.5, "theta_b": 0.5}},
        "emissions": {"quota_cuts": [0.05], "retired_shares": [0.05], "offset_prices": [60.0]},
    },
}


@pytest.fixture(scope="module")
def run():
    return run_population(build_scenario({"personal": SCENARIO}).personal)


@pytest.fixture(scope="module")
def pictures(run):
    return population_pictures(run)


def test_every_picture_is_drawn_from_its_table(pictures):
    assert set(pictures) == {
        "population_supply",
        "population_drift",
        "population_emissions",
        "population_gains",
        "population_income",
    }
    for picture in pictures.values():
        assert picture.data.height > 0
        assert draw_figure(picture).axes


def test_supply_curves_pass_through_the_platform_s_own_points(run, pictures):
    data = pictures["population_supply"].data
    paper = data.filter(pl.col("case") == "paper")
    own = paper.row(0, named=True)
    at = np.interp(
        own["own_price_cny_per_tco2"], paper["price_cny_per_tco2"], paper["supply_percent"]
    )
    assert own["own_supply_percent"] == pytest.approx(at) == pytest.approx(60.0)
    assert own["paper_price_cny_per_tco2"] == pytest.approx(36.0)
    figure = draw_figure(pictures["population_supply"])
    lines = {line.get_label(): line.get_ydata() for line in figure.axes[0].lines}
    for case in run.check.cases:
        assert lines[case.name] == pytest.approx(100.0 * case.curve_shares)


def test_a_population_without_a_single_price_is_starred(pictures):
    figure = draw_figure(pictures["population_drift"])
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["two camps *"]
    assert "no single price clears" in figure.get_supxlabel()


def test_emission_cases_are_told_apart_by_name(run, pictures):
    data = emission_data(run.emissions.table())
    for costs in (False, True):
        part = data.filter(pl.col("selling_costs") == costs)
        assert part["case"].n_unique() == part.height
    assert "hard cap, 5 % below need" in data["case"].to_list()
    linked = data.filter(pl.col("case").str.starts_with("offset"))
    assert (linked["joint_change_tco2_per_head"] > linked["change_tco2_per_head"]).all()
    figure = draw_figure(pictures["population_emissions"])
    widths = sorted(bar.get_width() for bar in figure.axes[0].patches)
    assert widths == pytest.approx(sorted(data["change_tco2_per_head"].to_list()))


def test_gains_are_stacked_on_both_sides_of_nothing(run, pictures):
    data = pictures["population_gains"].data
    figure = gains_by_party(data)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["payable penalty", "hard cap"]
    first = figure.axes[0]
    drawn = {bars.get_label(): [bar.get_width() for bar in bars] for bars in first.containers}
    assert list(drawn) == [*OF_PARTY, "climate"]
    for party, widths in drawn.items():
        expected = data.filter(pl.col("party") == party, pl.col("case").str.starts_with("payable"))[
            "gain_cny_per_head"
        ]
        assert widths == pytest.approx(expected.to_list())
    ends = [bar.get_x() + bar.get_width() for bars in first.containers for bar in bars]
    gains = data.filter(pl.col("case") == "payable penalty, competitive")["gain_cny_per_head"]
    assert max(ends) >= gains.filter(gains > 0).sum() * (1 - 1e-9)
    assert min(ends) == pytest.approx(
        min(one.gains_cny["government"] for one in run.gains) / run.quota_people, rel=0.1
    )


def test_income_panels_show_the_penalty_s_cases_in_order(pictures):
    data = pictures["population_income"].data
    figure = gains_by_income(data)
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert titles == data["case"].unique(maintain_order=True).to_list()
    assert all(title.startswith("payable penalty") for title in titles)


def test_without_a_penalty_the_figures_show_the_hard_cap():
    section = SCENARIO | {
        "population": SCENARIO["population"]
        | {"rules": {"quota_cut": 0.05, "abatement_slope": 235.0}}
    }
    run = run_population(build_scenario({"personal": section}).personal)
    assert {one.name.split(",")[0] for one in run.gains} == {"hard cap"}
    pictures = population_pictures(run)
    assert pictures["population_income"].data.height == 15
    for picture in pictures.values():
        assert draw_figure(picture).axes
