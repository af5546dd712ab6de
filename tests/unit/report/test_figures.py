"""Paper figures: the CSV beside an SVG holds exactly the numbers drawn."""

from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from tanshi.report import figures as figures_module
from tanshi.report.consequence_figures import abatement_supply, price_rises
from tanshi.report.drawing import Picture, cost_scale, new_figure, shades
from tanshi.report.figures import draw_figure, pictures, save_figure, write_figures
from tanshi.report.provinces import TILES

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def written(sample_study, tmp_path_factory):
    """Return the folder of the sample's figures, and by name the drawing that was saved."""
    folder = tmp_path_factory.mktemp("figures")
    saved = {}
    save = Figure.savefig

    def note(figure, place, **options):
        saved[Path(place).stem] = figure
        save(figure, place, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", note)
        names = write_figures(sample_study, folder)
    assert sorted(names) == sorted(file.name for file in folder.iterdir())
    return folder, saved


def table_of(written, name):
    return pl.read_csv(written[0] / f"{name}.csv", infer_schema_length=None)


def points(axes, label=None):
    """Return the points of the lines of a pair of axes, or of one with a label."""
    lines = [line for line in axes.lines if label is None or line.get_label() == label]
    return [tuple(map(float, xy)) for line in lines for xy in line.get_xydata()]


def words(axes):
    return [text.get_text() for text in axes.texts]


def test_every_figure_has_its_numbers_beside_it(written):
    folder, saved = written
    drawn = {file.stem for file in folder.glob("*.svg")}
    assert len(drawn) == 14
    assert drawn == set(saved) == {file.stem for file in folder.glob("*.csv")}
    for name in drawn:
        table = table_of(written, name)
        assert len(table) > 2
        for column in table.columns:
            bare = column in {"value", "tau", "tau_position", "paid_share"}
            unit = column.endswith(("_per_tco2", "_percent"))
            place = column in {"year", "tile_column", "tile_row"}
            assert bare or unit or place or not table[column].dtype.is_float(), column


def test_every_column_of_a_figures_numbers_is_documented(sample_study, whole_study):
    page = (PROJECT / "docs" / "publishing.md").read_text(encoding="utf-8")
    found = pictures(sample_study) | pictures(whole_study)
    assert "floor_bootstrap" in found
    for name, picture in found.items():
        (row,) = (
            line for line in page.splitlines() if line.startswith("|") and f"`{name}`" in line
        )
        assert [one for one in picture.data.columns if f"`{one}`" not in row] == []


@pytest.mark.parametrize(
    ("name", "column", "form"),
    [
        ("mac_by_unit_and_year", "mac_cny_per_tco2", "{:,.0f}"),
        ("tau_positions", "tau_position", "{:.2f}"),
    ],
)
def test_the_heat_maps_cells(written, name, column, form):
    (axes,) = written[1][name].axes
    table = table_of(written, name)
    (mesh,) = (one for one in axes.collections if isinstance(one, QuadMesh))
    least = mesh.norm.vmin
    # What is drawn lighter than the scale begins stays at its beginning.
    drawn = np.asarray(mesh.get_array()).ravel()
    assert drawn.tolist() == np.maximum(table[column].to_numpy(), least).tolist()
    assert words(axes) == [form.format(value) for value in table[column]]
    units = table["unit"].unique(maintain_order=True).to_list()
    assert [label.get_text() for label in axes.get_yticklabels()] == units


def test_the_distributions_dots_and_boxes(written):
    (axes,) = written[1]["mac_distribution"].axes
    table = table_of(written, "mac_distribution")
    years = table["year"].unique().sort().to_list()
    drawn = points(axes)
    dots = table.filter(pl.col("mark") == "unit")
    for year, cost in dots.select("year", "mac_cny_per_tco2").iter_rows():
        assert (years.index(year) + 1, cost) in drawn
    heights = {height for _, height in drawn}
    assert heights == set(table["mac_cny_per_tco2"])
    boxes = table.filter(pl.col("mark") != "unit")
    assert len(boxes) == 5 * len(years)
    for year in years:
        costs = dots.filter(pl.col("year") == year)["mac_cny_per_tco2"].to_numpy()
        of = boxes.filter(pl.col("year") == year)
        median = of.filter(pl.col("mark") == "median")["mac_cny_per_tco2"].item()
        assert median == pytest.approx(np.median(costs))
        assert of["mac_cny_per_tco2"].min() == costs.min()


def test_the_parameters_lines(written):
    table = table_of(written, "parameters_by_tau")
    axes = written[1]["parameters_by_tau"].axes
    assert [one.get_title(loc="left") for one in axes] == table["parameter"].unique(
        maintain_order=True
    ).to_list()
    for one in axes:
        part = table.filter(pl.col("parameter") == one.get_title(loc="left"))
        assert points(one) == part.select("tau", "value").rows()
        assert part["surface"].to_list().count("frontier") == 1


def test_the_tiles_of_the_map(written):
    (axes,) = written[1]["mac_map"].axes
    table = table_of(written, "mac_map")
    corners = [patch.get_xy() for patch in axes.patches]
    assert corners == table.select("tile_column", "tile_row").rows()
    assert words(axes)[::2] == [unit.replace(" ", "\n") for unit in table["unit"]]
    assert words(axes)[1::2] == [f"{cost:,.0f}" for cost in table["mac_cny_per_tco2"]]
    assert {TILES[unit][:2] for unit in table["unit"]} == set(map(tuple, corners))


def test_the_sensitivitys_points(written):
    (axes,) = written[1]["sensitivity"].axes
    table = table_of(written, "sensitivity")
    options = table.select("dimension", "option").unique(maintain_order=True).rows()
    for line in axes.lines:
        part = table.filter(pl.col("output_column") == line.get_label())
        assert line.get_xdata().tolist() == part["floor_cny_per_tco2"].to_list()
        rows = [options.index(key) for key in part.select("dimension", "option").iter_rows()]
        assert list(line.get_ydata()) == rows
    assert len(axes.lines) == table["output_column"].n_unique()


def test_the_paths_lines_and_ranges(written):
    (axes,) = written[1]["floor_path"].axes
    table = table_of(written, "floor_path")
    floor = table.filter(pl.col("series") == "floor")
    assert points(axes, "floor") == floor.select("year", "price_cny_per_tco2").rows()
    ranges = [one for one in axes.containers if isinstance(one, ErrorbarContainer)]
    assert [one.get_label().split(":")[0] for one in ranges] == ["listing", "block"]
    for one in ranges:
        part = table.filter(pl.col("series") == one.get_label().split(":")[0])
        line, _, (bars,) = one.lines
        assert line.get_ydata().tolist() == part["price_cny_per_tco2"].to_list()
        ends = np.array([segment[:, 1] for segment in bars.get_segments()])
        assert ends == pytest.approx(
            part.select("low_cny_per_tco2", "high_cny_per_tco2").to_numpy(), rel=1e-12
        )
    assert len(table) == len(floor) + sum(len(one.lines[0].get_ydata()) for one in ranges)


def test_the_supply_curves_steps_and_its_axis(written, sample_study):
    (axes,) = written[1]["abatement_supply"].axes
    table = table_of(written, "abatement_supply")
    steps = [one.get_data() for one in axes.patches if isinstance(one, StepPatch)]
    assert len(steps) == 2
    for values, edges, _ in steps:
        assert values.tolist() == table["mac_cny_per_tco2"].to_list()
        assert edges[:-1].tolist() == table["share_from_percent"].to_list()
        assert edges[1:].tolist() == table["share_to_percent"].to_list()
    floor = sample_study.floor.price_cny_per_tco2
    assert set(table["floor_cny_per_tco2"]) == {floor}
    assert axes.lines[0].get_ydata()[0] == floor
    assert axes.get_yscale() == "log"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["50", "100", "200", "500"]


@pytest.mark.parametrize("name", ["price_rises_all", "price_rises_uncovered"])
def test_the_bars_of_the_price_rises(written, name, sample_study):
    (axes,) = written[1][name].axes
    table = table_of(written, name)
    for bars in axes.containers:
        share = float(bars.get_label().removesuffix("\N{NO-BREAK SPACE}% paid")) / 100
        part = table.filter(pl.col("paid_share") == share)
        assert [bar.get_width() for bar in bars] == part["total_percent"].to_list()
    assert len(axes.containers) == table["paid_share"].n_unique()
    payers = set(sample_study.price_effects.cost_push.covered_codes)
    codes = {f"{code:02}" for code in table["sector"]}
    assert payers.isdisjoint(codes) == (name == "price_rises_uncovered")


def test_the_bars_of_the_indices(written):
    (axes,) = written[1]["price_indices"].axes
    table = table_of(written, "price_indices")
    bars = [one for one in axes.containers if isinstance(one, BarContainer)]
    columns = ("consumer_index_percent", "producer_index_percent")
    for one, column in zip(bars, columns, strict=True):
        assert [bar.get_height() for bar in one] == table[column].to_list()


def ticks_of(costs):
    figure, axes = new_figure(4, 3)
    cost_scale(axes, np.array(costs, dtype=float))
    figure.canvas.draw()
    return axes.get_yscale(), [label.get_text() for label in axes.get_yticklabels()]


@pytest.mark.parametrize(
    ("costs", "scale", "labels"),
    [
        ([8.0, 640.0], "log", ["10", "20", "50", "100", "200", "500"]),
        ([0.0, 3.0, 40.0], "symlog", ["0", "1", "2", "5", "10", "20", "50"]),
        (
            [0.0, 3.0, 2500.0, np.inf],
            "symlog",
            ["0", *["1", "3", "10", "30", "100", "300", "1,000", "3,000"]],
        ),
        ([1e-9, 50.0, 300.0], "symlog", ["0", "0.001", "0.01", "0.1", "1", "10", "100"]),
        ([230.0, 260.0, 300.0], "log", ["200", "240", "280", "320", "360"]),
        ([230.0], "log", ["200", "240", "280"]),
    ],
)
def test_an_axis_of_costs_has_round_labels(costs, scale, labels):
    assert ticks_of(costs) == (scale, labels)


def test_an_axis_without_a_cost_above_zero_stays_linear():
    for costs in ([0.0, 0.0], [np.inf], []):
        assert ticks_of(costs)[0] == "linear"


def test_shades_stay_apart_in_grey():
    for count in (1, 2, 3, 6):
        grey = [float(np.dot(colour[:3], (0.299, 0.587, 0.114))) for colour in shades(count)]
        assert len(grey) == count
        assert all(a - b > 0.06 for a, b in pairwise(grey))


def test_every_paid_share_is_drawn():
    shares = np.linspace(0.1, 1.0, 7)
    table = pl.DataFrame(
        {"sector": ["24"] * 7, "name": "power", "paid_share": shares, "total_percent": shares}
    )
    figure = draw_figure(Picture(table, price_rises))
    assert len(figure.axes[0].containers) == 7


def test_odd_names_and_costs_are_drawn(tmp_path):
    """Chinese and hostile names, costs of 0 and infinity, and no cost at all."""
    units = ["山西煤电集团有限责任公司", "=cmd & <b>", "$x_1$"]
    grid = pl.DataFrame(
        {
            "unit": [unit for unit in units for _ in range(2)],
            "year": [2013, 2014] * 3,
            "extrapolated": [False, True] * 3,
            "mac_cny_per_tco2": [0.0, np.inf, 3.0, 40.0, 500.0, 1.0],
        }
    )
    heat = figures_module._mac_heatmap
    supply = partial(abatement_supply, year=2018)
    costs = {"unit": [], "share_from_percent": [], "share_to_percent": []}
    none = pl.DataFrame(costs | {"mac_cny_per_tco2": [], "floor_cny_per_tco2": []})
    figure = draw_figure(Picture(grid, heat))
    assert "∞" in words(figure.axes[0])
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["2013", "2014*"]
    save_figure(Picture(grid, heat), tmp_path / "grid.svg")
    svg = (tmp_path / "grid.svg").read_text(encoding="utf-8")
    for unit in (units[0], "=cmd &amp; &lt;b&gt;", units[2]):
        assert f">{unit}<" in svg
    infinite = grid.with_columns(mac_cny_per_tco2=pl.lit(np.inf))
    assert set(words(draw_figure(Picture(infinite, heat)).axes[0])) == {"∞"}
    assert words(draw_figure(Picture(none, supply)).axes[0]) == ["no finite cost"]


def test_the_same_study_gives_the_same_files(written, sample_study, tmp_path):
    again = {name: picture.data for name, picture in pictures(sample_study).items()}
    for name, table in again.items():
        table.write_csv(tmp_path / "a.csv")
        assert (tmp_path / "a.csv").read_bytes() == (written[0] / f"{name}.csv").read_bytes()
