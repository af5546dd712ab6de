"""Liu, section 3.2 and Tables 1 and 2: what the formula gives and what the table says.

The formula and Table 2 contradict each other: the formula lies below the initial benchmark
and gives laggards less, the table gives them more. Of the twelve published coefficients the
formula can reach five. Nothing is tuned to the published outcomes.
"""

from pathlib import Path

import polars as pl
import pytest

from tanshi.data.benchmark_table import load_benchmark_table
from tanshi.study import Scenario, load_scenario
from tanshi.study.benchmark_coefficients import run_coefficients
from tanshi.study.benchmark_sources import industries_of_table

PROJECT = Path(__file__).resolve().parents[2]
REFERENCE = PROJECT.parent / "shared" / "reference"


def reference(name):
    path = REFERENCE / name
    if not path.is_file():
        pytest.skip(f"no {path}")
    return path


@pytest.fixture(scope="module")
def industries():
    return industries_of_table(load_benchmark_table(reference("benchmark_table1.csv")))


@pytest.fixture(scope="module")
def table_2():
    return pl.read_csv(reference("benchmark_table2.csv"))


def test_the_default_industries_are_those_of_table_1(industries):
    for found, ours in zip(industries, Scenario().benchmark.industries, strict=True):
        assert (found.name, found.entities, found.unit) == (ours.name, ours.entities, ours.unit)
        assert found.emissions_tco2 == pytest.approx(ours.emissions_tco2, rel=1e-15)
        assert found.benchmark_tco2_per_unit == ours.benchmark_tco2_per_unit
        assert found.reduction_potential == pytest.approx(ours.reduction_potential, rel=1e-15)


def test_the_printed_formula_has_24_rows_and_its_ends(industries):
    table = run_coefficients(industries, "printed").coefficients
    assert table.height == 24
    factors = {"advanced": (0.8, 0.9), "medium": (0.9, 1.0), "lagging": (1.0, 1.1)}
    sizes = {"large": (0.95, 1.0), "small": (1.0, 1.05)}
    initial = {one.name: one for one in industries}
    for name, tier, scale, low, mid, high in table.rows():
        base, potential = initial[name].benchmark_tco2_per_unit, initial[name].reduction_potential
        (near, far), (least, most) = factors[tier], sizes[scale]
        assert low == pytest.approx(base * (1 - potential * far) * least, rel=1e-15)
        assert high == pytest.approx(base * (1 - potential * near) * most, rel=1e-15)
        middle = base * (1 - potential * (near + far) / 2) * (least + most) / 2
        assert mid == pytest.approx(middle, rel=1e-15)


def test_laggards_get_less_by_the_formula_and_more_by_the_table(industries, table_2):
    mids = run_coefficients(industries, "printed").coefficients.filter(scale="small")
    by_tier = mids.pivot("tier", index="industry", values="mid")
    assert (by_tier["lagging"] < by_tier["advanced"]).all()
    assert (table_2["lagging"] > table_2["advanced"]).all()


def test_the_published_table_is_met_as_printed(industries, table_2):
    table = run_coefficients(industries, "published_table").coefficients
    for row in table_2.iter_rows(named=True):
        for tier in ("advanced", "medium", "lagging"):
            cells = table.filter(industry=row["industry"], tier=tier)
            # Printed to three decimals.
            assert cells["mid"].to_list() == pytest.approx([row[tier]] * 2, abs=5e-4)
            assert cells["low"].to_list() == cells["high"].to_list()


def test_five_of_twelve_published_coefficients_are_within_reach(industries):
    table = run_coefficients(industries, "printed").reachable
    inside = table.filter(pl.col("reached_by") != "neither")
    assert inside.select("industry", "tier", "reached_by").rows() == [
        ("power", "advanced", "small"),
        ("steel", "advanced", "large"),
        ("cement", "advanced", "large and small"),
        ("cement", "medium", "small"),
        ("aluminium", "advanced", "large and small"),
    ]


def test_the_scenario_has_the_provinces_of_the_covered_power_plants():
    """Zhang & Chang (2025), Table 1: 28 provinces, of which Hunan, Guangxi and Tibet are none."""
    coverage = pl.read_csv(reference("floor_price_table1_coverage.csv"))
    scenario = load_scenario(PROJECT / "scenarios" / "benchmark_china.toml")
    counts = scenario.benchmark.firms.region_counts["power"]
    listed = {region: count for region, count in counts.items() if count}
    assert listed == dict(coverage.rows())
    assert (len(listed), sum(listed.values())) == (28, 2257)
    assert set(counts) - set(listed) == {"Hunan", "Guangxi", "Tibet"}
