"""Who bears it, drawn: the numbers drawn are the numbers written."""

import numpy as np
import polars as pl
import pytest

from tanshi.leontief.results import HouseholdBurden
from tanshi.report.drawing import paper_style
from tanshi.report.household_figure import (
    MOST_PARTS,
    REST,
    household_data,
    household_picture,
    write_household_figure,
)


def burden(products=3, groups=("rural", "urban"), scale=1.0):
    rng = np.random.default_rng(0)
    share = rng.dirichlet(np.ones(products), len(groups))
    return HouseholdBurden(
        groups=groups,
        products=tuple(f"product {i}" for i in range(products)),
        paid_shares=(0.2, 1.0),
        spending_cny=np.full(len(groups), 1e10),
        spending_share_percent=100.0 * share,
        contribution_percent=scale * np.array([[[0.2]], [[1.0]]]) * share,
        tolerance=0.01,
        consumption_cny_per_head=(None,) * len(groups),
        income_cny_per_head=(None,) * len(groups),
    )


def test_bars_are_those_of_the_largest_paid_share_largest_product_first():
    made = burden()
    data = household_data(made)
    assert set(data["paid_share"]) == {1.0}
    assert data["group"].to_list() == ["rural"] * 3 + ["urban"] * 3
    order = np.argsort(-made.contribution_percent[1].sum(axis=0))
    assert data["product_group"].to_list() == [f"product {i}" for i in order] * 2
    assert data["contribution_percent"].to_list() == pytest.approx(
        made.contribution_percent[1][:, order].ravel().tolist()
    )


def test_beyond_nine_products_the_smallest_are_put_together():
    made = burden(products=40)
    data = household_data(made)
    assert len(data) == 2 * MOST_PARTS
    assert data["product_group"][MOST_PARTS - 1] == REST
    sums = data.group_by("group", maintain_order=True).agg(
        pl.col("contribution_percent", "spending_share_percent").sum()
    )
    assert sums["contribution_percent"].to_list() == pytest.approx(made.burden_percent[1].tolist())
    assert sums["spending_share_percent"].to_list() == pytest.approx([100.0, 100.0])


@pytest.mark.parametrize("scale", [1.0, 0.0])
def test_the_drawing_has_one_segment_a_group_and_product(scale):
    made = burden(groups=("low", "middle", "high"), scale=scale)
    picture = household_picture(made)
    with paper_style(picture.data):
        axes = picture.draw(picture.data).axes[0]
    widths = [bar.get_width() for bars in axes.containers for bar in bars]
    by_product = picture.data.sort("product_group", maintain_order=True)
    assert sorted(widths) == pytest.approx(sorted(by_product["contribution_percent"]))
    assert made.verdict.capitalize() in axes.get_title(loc="left")


def test_the_csv_holds_what_the_svg_shows(tmp_path):
    made = burden()
    assert write_household_figure(made, tmp_path) == [
        "household_burden.svg",
        "household_burden.csv",
    ]
    text = (tmp_path / "household_burden.svg").read_text(encoding="utf-8")
    for words in (made.verdict.capitalize(), "product 2", "rural", "urban", "paid share 100\xa0%"):
        assert words in text
    assert pl.read_csv(tmp_path / "household_burden.csv").equals(household_data(made))


def test_the_same_burden_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_household_figure(burden(), tmp_path, name=name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
