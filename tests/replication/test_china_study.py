"""The study on the China pack: the headline floor, and what of the paper it reproduces.

The floors are those of an independent run of the plain programme on the same panel, given
to two decimals; an exact optimum has no tolerance beyond that rounding.
"""

from pathlib import Path

import polars as pl
import pytest

from tanshi.study import build_scenario, load_scenario, run_study

pytestmark = pytest.mark.china
PROJECT = Path(__file__).resolve().parents[2]
ROUNDING = 0.005
FALLING, RISING = ("Gansu", "Ningxia", "Xinjiang"), ("Beijing", "Guangdong", "Zhejiang")


class Silent:
    def start(self, total):
        self.total = total

    def step(self):
        self.total -= 1


@pytest.fixture(scope="module")
def china(china_pack_path):
    scenario = build_scenario({"pack": {"path": str(china_pack_path)}})
    return run_study(scenario, command="tanshi study --pack china", progress=Silent())


def floor_of(result, dimension, option, output):
    row = result.sensitivity.row(
        by_predicate=(pl.col("dimension") == dimension)
        & (pl.col("option") == option)
        & (pl.col("output_column") == output),
        named=True,
    )
    return row["floor_cny_per_tco2"]


def compared(result, **columns):
    table = result.replication
    for name, value in columns.items():
        table = table.filter(pl.col(name) == value)
    return table


def test_the_headline_floor(china):
    assert china.data.header("output") == "gdp_2013p"
    assert china.floor.price_cny_per_tco2 == pytest.approx(12.06, abs=ROUNDING)
    assert china.floor.set_by == "Inner Mongolia"
    assert (china.floor.observed_period, china.floor.applies_to) == (2018, 2019)


@pytest.mark.parametrize(
    ("dimension", "option", "output", "floor"),
    [
        ("as in the scenario", "", "gdp_2013p", 12.06),
        ("as in the scenario", "", "gdp_paperlike", 61.11),
        ("emissions", "co2_ceads_mt", "gdp_paperlike", 111.58),
        ("emissions", "co2_ceads_mt", "gdp_2013p", 60.08),
    ],
)
def test_the_sensitivity_table_holds_the_audited_floors(china, dimension, option, output, floor):
    found = floor_of(china, dimension, option, output)
    assert found == pytest.approx(floor, abs=ROUNDING)


def test_the_pack_s_own_capital_is_the_inventory_from_2007(china):
    rule = "inventory from 2007, nominal growth of 5 years"
    for output in ("gdp_2013p", "gdp_paperlike", "gdp_nom"):
        own = floor_of(china, "capital", "K_pim6", output)
        assert floor_of(china, "capital", rule, output) == pytest.approx(own, abs=1e-9)


def test_labour_of_table_2_is_reproduced(china):
    rows = compared(china, item="Table 2", output_column="emp_private_self")
    assert len(rows) == 4
    assert rows["reproduced"].all()


def test_the_trends_of_section_4_2(china):
    for output, other in (("gdp_2013p", ()), ("gdp_paperlike", ("Zhejiang",))):
        rows = compared(china, item="Section 4.2", output_column=output)
        for unit in (*FALLING, *RISING):
            row = rows.row(by_predicate=pl.col("quantity") == f"trend of {unit}", named=True)
            assert row["published"] == ("falls" if unit in FALLING else "rises")
            assert row["reproduced"] == (unit not in other), (output, unit)
            said = "rises" if (unit in RISING) == (unit not in other) else "falls"
            assert row["ours"].startswith(said)


def test_the_averages_of_section_4_2_with_paper_like_output(china):
    rows = compared(china, item="Section 4.2", output_column="gdp_paperlike")
    ours = dict(rows.select("quantity", "ours").iter_rows())
    assert ours["province with the lowest average"] == "Shanxi"
    assert ours["province with the highest average"] == "Beijing"
    assert float(ours["average of Shanxi"]) == pytest.approx(75.9, abs=0.05)
    assert float(ours["average of Guangdong"]) == pytest.approx(1128, abs=0.5)


def test_what_is_not_reproduced_has_a_reason_and_its_difference(china):
    table = china.replication
    missed = table.filter(~pl.col("reproduced"))
    assert 0 < len(missed) < len(table)
    assert (missed["reason"].str.len_chars() > 20).all()
    numbers = missed.filter(pl.col("published").str.contains(r"^[\d.]+$"))
    assert numbers["difference_percent"].null_count() == 0
    assert (numbers["difference_percent"].abs() > 0).all()


def test_table_3_starts_from_the_floor(china):
    for output, floor in (("gdp_2013p", "12.06"), ("gdp_paperlike", "61.11")):
        row = compared(china, item="Table 3", output_column=output).row(0, named=True)
        assert (row["published"], row["ours"], row["reproduced"]) == ("56.67", floor, False)


def test_2018_is_marked_as_extrapolated(china):
    assert china.extrapolated_years == (2018,)
    said = [text for text in china.warnings if text.startswith("2018: ")]
    assert ["K_pim6" in said[0], "co2_ipcc_8fuel_1e4t" in said[1]] == [True, True]


def test_the_accounts_rebuild_the_panel_s_columns(china):
    rows = {row["column"]: row for row in china.accounts.table.iter_rows(named=True)}
    capital, emissions = rows["K_pim6"], rows["co2_ipcc_8fuel_1e4t"]
    assert capital["largest_relative_difference"] < 1e-12
    assert (capital["first_year"], capital["last_year"]) == (2013, 2018)
    # Fuels of 2018 were not published, so there is nothing to compare that year with.
    assert emissions["largest_relative_difference"] < 1e-12
    assert (emissions["first_year"], emissions["last_year"]) == (2013, 2017)


def test_the_paper_like_scenario_has_the_paper_like_floor(china_pack_path):
    scenario = load_scenario(PROJECT / "scenarios" / "paper_like.toml")
    content = scenario.model_dump()
    content["pack"] = {"path": str(china_pack_path)}
    content["report"]["sensitivity"] = False
    result = run_study(build_scenario(content), command="", progress=Silent())
    assert result.floor.price_cny_per_tco2 == pytest.approx(61.11, abs=ROUNDING)
    assert result.floor.set_by == "Inner Mongolia"
