"""Paper figures of a market: the numbers beside an SVG are those drawn, and true to the run."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.collections import FillBetweenPolyCollection, PolyCollection

from tanshi.report.drawing import Picture
from tanshi.report.evolution_comparison import ablation, before_after, fairness
from tanshi.report.evolution_data import (
    HARDLY,
    IDLE,
    MISSES,
    MOVES,
    NO_CLAUSE,
    OTHER_TASK,
    UNSURE,
    ablation_data,
    balance_data,
    before_after_data,
    clauses_of,
    fairness_data,
    price_axis,
    price_data,
    strategy_data,
    tier_data,
    verdict_of,
)
from tanshi.report.evolution_figures import (
    SHADES,
    evolution_pictures,
    price_path,
    strategy_shares,
    tier_levels,
)
from tanshi.report.figures import draw_figure, save_figure

PROJECT = Path(__file__).resolve().parents[3]


def lines(axes, label):
    (line,) = (one for one in axes.lines if one.get_label() == label)
    return line.get_ydata().tolist()


def test_every_figure_is_there_and_its_columns_are_documented(market_run, tmp_path):
    page = (PROJECT / "docs" / "publishing.md").read_text(encoding="utf-8")
    found = evolution_pictures(market_run)
    assert set(found) == {
        f"benchmark_{name}"
        for name in (
            *("price", "balance", "strategies", "tiers"),
            *("before_after", "fairness", "ablation"),
        )
    }
    for name, picture in found.items():
        (row,) = (
            line for line in page.splitlines() if line.startswith("|") and f"`{name}`" in line
        )
        assert [one for one in picture.data.columns if f"`{one}`" not in row] == []
        save_figure(picture, tmp_path / f"{name}.svg")
        again = pl.read_csv(tmp_path / f"{name}.csv", infer_schema_length=None)
        assert again.columns == picture.data.columns
        assert len(again) == len(picture.data)
    bare = evolution_pictures(replace(market_run, ablation=None))
    assert set(found) - set(bare) == {"benchmark_ablation"}


def test_the_price_and_its_band_are_those_of_the_replicates(market_run):
    table = price_data(market_run)
    price = market_run.evolution.price_cny_per_tco2
    assert table["price_cny_per_tco2"].to_list() == price.mean(axis=0).tolist()
    assert (table["lowest_cny_per_tco2"] <= table["price_cny_per_tco2"]).all()
    assert table["highest_cny_per_tco2"].to_list() == price.max(axis=0).tolist()
    assert set(table["floor_cny_per_tco2"]) == {40.0}
    (axes,) = draw_figure(Picture(table, price_path)).axes
    assert lines(axes, "price, mean") == table["price_cny_per_tco2"].to_list()
    assert lines(axes, "baseline, same emissions") == table["baseline_cny_per_tco2"].to_list()
    (band,) = (one for one in axes.collections if isinstance(one, FillBetweenPolyCollection))
    heights = {y for _, y in band.get_paths()[0].vertices}
    assert heights == set(table["lowest_cny_per_tco2"]) | set(table["highest_cny_per_tco2"])


def test_a_ceiling_far_above_is_named_and_one_nearby_drawn(market_run):
    table = price_data(market_run)
    near = table.with_columns(ceiling_cny_per_tco2=pl.lit(75.0))
    assert price_axis(table)[1] < 100.0
    assert price_axis(near)[1] > 75.0
    far_words, near_words = (
        [text.get_text() for text in draw_figure(Picture(one, price_path)).axes[0].texts]
        for one in (table, near)
    )
    assert far_words == ["floor 40", "ceiling 200, above"]
    assert near_words == ["floor 40", "ceiling 75"]


def test_balance_is_allocation_over_need_and_over_verified_emissions(market_run):
    table = balance_data(market_run)
    rows = market_run.evolution.by_industry
    steel = table.filter(industry="steel", against="need")["allocation_percent"].to_list()
    share = 100.0 * rows["allocation_tco2"][:, :, 1] / rows["unabated_need_tco2"][:, :, 1]
    assert steel == pytest.approx(share.mean(axis=0).tolist())
    whole = table.filter(industry="all", against="verified")["highest_percent"].to_list()
    total = 100.0 * rows["allocation_tco2"].sum(axis=2) / rows["verified_tco2"].sum(axis=2)
    assert whole == pytest.approx(total.max(axis=0).tolist())


def test_strategies_add_to_all_firms_and_are_stacked(market_run):
    table = strategy_data(market_run)
    shares = table.select(pl.col("^.*_percent$")).to_numpy()
    assert shares.sum(axis=1) == pytest.approx(np.full(len(table), 100.0))
    figure = draw_figure(Picture(table, strategy_shares))
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        *("power", "steel", "whole market")
    ]
    stacked = [one for one in figure.axes[2].collections if isinstance(one, PolyCollection)]
    assert len(stacked) == len(SHADES)
    whole = table.filter(industry="all")
    edge = {y for _, y in stacked[0].get_paths()[0].vertices}
    assert set(whole["own_percent"]) <= edge


def test_tiers_are_drawn_by_industry_in_their_unit(market_run):
    table = tier_data(market_run)
    figure = draw_figure(Picture(table, tier_levels))
    for axes, (industry, unit) in zip(
        figure.axes, (("power", "tCO2/MWh"), ("steel", "tCO2/t crude steel")), strict=True
    ):
        assert axes.get_title(loc="left") == f"{industry}, {unit}"
        for tier in ("advanced", "medium", "lagging"):
            part = table.filter(industry=industry, tier=tier)
            assert lines(axes, tier) == part["benchmark_tco2_per_unit"].to_list()
    power = table.filter(industry="power", year=6).select("tier", "benchmark_tco2_per_unit")
    level = dict(power.iter_rows())
    assert level["advanced"] < level["medium"] < level["lagging"]


def test_an_industry_that_waits_has_no_numbers_yet(market_run):
    rows = market_run.evolution.by_industry.copy()
    for name in rows.dtype.names:
        rows[name][:, :3, 1] = 0.0
    late = replace(market_run.evolution, by_industry=rows)
    run = replace(market_run, assessment=replace(market_run.assessment, evolution=late))
    for table in (balance_data(run), strategy_data(run), tier_data(run)):
        waiting = table.filter(pl.col("industry") == "steel", pl.col("year") <= 3)
        numbers = waiting.select(pl.col(pl.Float64)).drop("initial_tco2_per_unit", strict=False)
        assert numbers.null_count().to_numpy().min() == len(waiting)
    for picture in evolution_pictures(run).values():
        draw_figure(picture)


def test_before_and_after_stand_beside_the_print(market_run):
    table = before_after_data(market_run)
    cost = table.filter(figure="cost_change_percent")
    assert set(cost.filter(state="baseline")["value_percent"]) == {0.0}
    printed = cost.filter(state="published")
    assert dict(printed.select("industry", "value_percent").iter_rows()) == {
        "power": -4.2,
        "steel": -5.3,
    }
    figure = draw_figure(Picture(table, before_after))
    assert len(figure.axes) == 4
    marks = {
        float(x)
        for line in figure.axes[0].lines
        for x in np.atleast_1d(line.get_xdata())
        if line.get_marker() in ("o", "D")
    }
    assert marks == set(cost["value_percent"])


def test_fairness_is_drawn_by_size_and_region(market_run):
    table = fairness_data(market_run)
    (axes,) = draw_figure(Picture(table, fairness)).axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["large firms", "small firms", "north", "south"]
    assert set(table["state"]) == {"baseline", "market"}


def test_mechanisms_stand_by_clause_in_the_paper_s_order(market_run):
    table = ablation_data(market_run.ablation, clauses_of(market_run))
    clauses = table["clause"].unique(maintain_order=True).to_list()
    assert clauses[:4] == [
        *("regular adjustment", "differential adjustment", "supervision and feedback"),
        "compliance guarantee",
    ]
    assert clauses[-1] == NO_CLAUSE
    assert sorted(table["mechanism"]) == sorted(market_run.ablation["mechanism"][1:])
    (axes,) = draw_figure(Picture(table, ablation)).axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert len(names) == len(table) + len(clauses)
    said = [text.get_text() for text in axes.texts]
    drawn = table.filter(pl.col("verdict").is_in([MOVES, UNSURE]))
    assert sorted(said) == sorted(
        table.filter(~pl.col("verdict").is_in([MOVES, UNSURE]))["verdict"]
    )
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [float(line.get_xdata()[0]) for line in dots] == drawn["cost_change_percent"].to_list()
    ticks = axes.get_xticks().tolist()
    assert all(a < b for a, b in pairwise(ticks))
    assert {-1.0, 0.0, 1.0} <= set(ticks)


FULL = {
    "lowest_price_cny_per_tco2": 40.0,
    "highest_price_cny_per_tco2": 70.0,
    "noncompliant_firms_percent": 1.0,
}
SAME = FULL | {
    "cost_change_percent": 0.0,
    "cost_change_percent_low": 0.0,
    "cost_change_percent_high": 0.0,
    "emissions_change_percent": 0.0,
    "fees_change_percent": 0.0,
    "largest_emission_gap_percent": 0.0,
}


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, IDLE),
        ({"fees_change_percent": 2.0}, HARDLY),
        ({"noncompliant_firms_percent": 1.5}, HARDLY),
        ({"cost_change_percent": 0.004}, HARDLY),
        ({"cost_change_percent": 1.0, "cost_change_percent_low": None}, UNSURE),
        ({"cost_change_percent": 1.0, "cost_change_percent_low": -0.1}, UNSURE),
        (
            {
                "cost_change_percent": 1.0,
                "cost_change_percent_low": 0.5,
                "cost_change_percent_high": 1.5,
            },
            MOVES,
        ),
        ({"cost_change_percent": 9.0, "largest_emission_gap_percent": 1.0}, MISSES),
        ({"cost_change_percent": None}, OTHER_TASK),
    ],
)
def test_what_is_said_of_a_mechanism(changed, verdict):
    assert verdict_of(SAME | changed, SAME) == verdict
