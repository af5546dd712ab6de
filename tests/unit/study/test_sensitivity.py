"""The sensitivity table: every choice, for every definition of output."""

import numpy as np
import polars as pl
import pytest

from tanshi.core import InputError
from tanshi.floor import set_price_floor
from tanshi.frontier import estimate_abatement_costs, estimate_quantile_frontier
from tanshi.study import build_scenario
from tanshi.study.engine import LocalEngine
from tanshi.study.sensitivity import capital_alternatives, count_estimates, sensitivity_table
from tanshi.study.sources import load_study_data

OUTPUTS = ["gdp", "gdp_paperlike", "gdp_nominal"]
CHOICES = {
    "as in the scenario": [""],
    "emissions": ["co2", "co2_inventory_mt"],
    "labour": ["labour", "labour_urban_units"],
    "capital": [
        "capital",
        "inventory from 2000, mean growth of 10 years",
        "inventory from 2000, mean growth of 5 years",
        "inventory from 2000, ten times investment",
        "inventory from 2007, nominal growth of 5 years",
    ],
    "floor year": ["2013", "2014", "2015", "2016", "2017", "2018"],
    "null-jointness": ["imposed", "not imposed"],
    "payment rule": ["published", "full", "cost_cap"],
    "position rule": ["published", "rearranged"],
}
IN_USE = {
    "as in the scenario": "",
    "emissions": "co2",
    "labour": "labour",
    "capital": "capital",
    "floor year": "2018",
    "null-jointness": "imposed",
    "payment rule": "published",
    "position rule": "published",
}


def keep_years(name, first, last):
    """Return an edit of a pack that keeps some years of one table."""

    def change(folder):
        file = folder / name
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if first <= int(row.split(",")[1]) <= last]
        file.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")

    return change


def test_every_dimension_stands_there_for_every_output(sample_study):
    table = sample_study.sensitivity
    assert table["output_column"].unique(maintain_order=True).to_list() == OUTPUTS
    for output in OUTPUTS:
        part = table.filter(pl.col("output_column") == output)
        found = part.group_by("dimension", maintain_order=True).agg("option")
        assert dict(found.iter_rows()) == CHOICES
        used = part.filter("in_use").select("dimension", "option")
        assert dict(used.iter_rows()) == IN_USE


def test_no_cell_is_missing_and_every_floor_is_a_number(sample_study):
    table = sample_study.sensitivity
    assert table.null_count().sum_horizontal().item() == 0
    assert table["floor_cny_per_tco2"].is_finite().all()
    assert (table["floor_cny_per_tco2"] >= 0).all()


def test_the_choices_in_use_give_the_floor_of_the_study(sample_study):
    used = sample_study.sensitivity.filter((pl.col("output_column") == "gdp") & pl.col("in_use"))
    assert len(used) == len(IN_USE)
    assert set(used["floor_cny_per_tco2"]) == {sample_study.floor.price_cny_per_tco2}
    assert set(used["set_by"]) == {sample_study.floor.set_by}


def test_payment_rules_only_multiply(sample_study):
    rules = sample_study.sensitivity.filter(pl.col("dimension") == "payment rule")
    for output in OUTPUTS:
        part = rules.filter(pl.col("output_column") == output)
        floors = dict(part.select("option", "floor_cny_per_tco2").iter_rows())
        assert floors["full"] == pytest.approx(5 * floors["published"])
        assert floors["cost_cap"] == pytest.approx(25 * floors["published"])


@pytest.mark.parametrize(
    ("dimension", "option", "replaced", "switch"),
    [
        ("emissions", "co2_inventory_mt", {"emissions": "co2_inventory_mt"}, True),
        ("labour", "labour_urban_units", {"labour": "labour_urban_units"}, True),
        ("null-jointness", "not imposed", {}, False),
    ],
)
def test_a_row_is_what_the_study_would_find_with_that_choice(
    sample_study, dimension, option, replaced, switch
):
    inputs = sample_study.data.frontier_inputs(replaced | {"output": "gdp_nominal"})
    costs = estimate_abatement_costs(estimate_quantile_frontier(inputs, null_jointness=switch))
    floor = set_price_floor(costs.unit, costs.period, costs.mac_cny_per_tco2)
    row = sample_study.sensitivity.row(
        by_predicate=(pl.col("dimension") == dimension)
        & (pl.col("option") == option)
        & (pl.col("output_column") == "gdp_nominal"),
        named=True,
    )
    assert row["floor_cny_per_tco2"] == floor.price_cny_per_tco2
    assert row["set_by"] == floor.set_by
    assert row["lowest_average_unit"] == costs.averages()["unit"][0]


def test_the_scenario_s_own_rules_hold_where_nothing_else_is_said(steps):
    rules = {"taus": [0.5], "payment_rule": "full", "payment_share": 0.5}
    scenario = build_scenario({"frontier": rules, "floor": {"observed_period": 2015}})
    data = load_study_data(scenario)
    table = sensitivity_table(data, scenario, steps.step, engine=LocalEngine(workers=1))
    assert steps.done == count_estimates(data, scenario)
    used = table.filter(pl.col("in_use") & (pl.col("output_column") == "gdp"))
    assert dict(used.select("dimension", "option").iter_rows()) == IN_USE | {
        "floor year": "2015",
        "payment rule": "full",
    }
    assert set(used["observed_period"]) == {2015}
    rules = table.filter(
        (pl.col("dimension") == "payment rule") & (pl.col("output_column") == "gdp")
    )
    floors = dict(rules.select("option", "floor_cny_per_tco2").iter_rows())
    assert floors["published"] == pytest.approx(0.5 * floors["full"])
    assert floors["cost_cap"] == pytest.approx(2.0 * floors["full"])


def test_without_accounts_the_capital_stands_alone(edited_pack):
    def drop_accounts(folder):
        manifest = folder / "manifest.toml"
        text = manifest.read_text(encoding="utf-8")
        assert 'role = "accounts"' in text
        text = text.replace('role = "accounts"', 'role = "other"')
        manifest.write_text(text, encoding="utf-8")

    scenario = build_scenario({"pack": {"path": str(edited_pack(drop_accounts))}})
    data = load_study_data(scenario)
    assert data.accounts is None
    assert capital_alternatives(data, scenario) == {}


@pytest.mark.parametrize(("first", "last"), [(2000, 2017), (2000, 2012), (2014, 2018)])
def test_accounts_that_do_not_span_the_panel_give_no_alternative(edited_pack, first, last):
    cut = keep_years("sample_accounts_2000_2018.csv", first, last)
    scenario = build_scenario({"pack": {"path": str(edited_pack(cut))}})
    assert capital_alternatives(load_study_data(scenario), scenario) == {}


def test_the_base_year_may_lie_before_the_later_start(sample_study):
    # Other prices, the same stock: a volume in prices of 2005 is that of 2013 times one
    # factor a unit.
    scenario = build_scenario({"accounts": {"base_year": 2005}})
    then = capital_alternatives(sample_study.data, scenario)
    now = capital_alternatives(sample_study.data, sample_study.scenario)
    assert list(then) == list(now) == CHOICES["capital"][1:]
    name = "inventory from 2007, nominal growth of 5 years"
    factor = (then[name] / now[name]).reshape(30, 6)
    assert np.ptp(factor, axis=1) == pytest.approx(0.0, abs=1e-12)
    assert (factor < 1).all()


def test_a_growth_window_longer_than_the_series_is_refused(sample_study):
    scenario = build_scenario({"accounts": {"growth_years": 30}})
    with pytest.raises(InputError, match="at least growth_years = 30"):
        capital_alternatives(sample_study.data, scenario)
