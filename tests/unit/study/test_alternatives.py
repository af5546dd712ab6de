"""The table of alternatives: every method, the study's own numbers, energy as an input."""

import numpy as np
import polars as pl
import pytest

from tanshi.floor import set_price_floor
from tanshi.frontier import FrontierInputs, estimate_abatement_costs, estimate_quantile_frontier
from tanshi.frontier.expectile import estimate_expectile_frontier
from tanshi.study import build_scenario
from tanshi.study.alternatives import alternatives_table, count_alternatives
from tanshi.study.sources import load_study_data

METHODS = ["quantile", "quantile", "deterministic", "expectile", "convex_quantile"]
METHODS += ["convex_expectile", "quantile"]
THREE = "labour, capital, energy"
QUICK = {"frontier": {"taus": [0.25, 0.75], "payment_rule": "full"}}


@pytest.fixture(scope="module")
def quick():
    """Two quantiles of the sample, with its data and the number of steps reported."""
    scenario = build_scenario(QUICK)
    data = load_study_data(scenario)
    steps = []
    table = alternatives_table(data, scenario, lambda: steps.append(None))
    return scenario, data, table, len(steps)


def test_every_method_has_a_row_and_every_step_is_reported(quick):
    scenario, data, table, steps = quick
    assert table["method"].to_list() == METHODS
    assert table["null_jointness"].to_list() == [True, False, True, True, False, False, True]
    assert table["inputs"].to_list() == ["labour, capital"] * 6 + [THREE]
    assert set(table["observations"]) == {180}
    assert steps == count_alternatives(data, scenario) == 7
    assert (table["largest_gap"] <= 1e-9).all()
    assert table.filter("null_jointness")["null_joint_violations"].to_list() == [0] * 4


def test_the_first_row_is_the_study_s_own_estimate(quick):
    _, data, table, _ = quick
    estimate = estimate_quantile_frontier(data.frontier_inputs(), taus=[0.25, 0.75])
    costs = estimate_abatement_costs(estimate, payment_rule="full")
    floor = set_price_floor(costs.unit, costs.period, costs.mac_cny_per_tco2)
    averages = costs.averages()
    row = table.row(0, named=True)
    assert row["floor_cny_per_tco2"] == floor.price_cny_per_tco2
    assert (row["set_by"], row["observed_period"]) == (floor.set_by, 2018)
    assert row["median_mac_cny_per_tco2"] == np.median(costs.mac_cny_per_tco2)
    assert (row["lowest_average_unit"], row["highest_average_unit"]) == (
        averages["unit"][0],
        averages["unit"][-1],
    )
    assert row["coverage_of_last_tau"] == estimate.coverage[-1]
    assert row["crossings"] == estimate.crossings
    assert row["rank_correlation_with_default"] == pytest.approx(1.0)


def test_rank_correlation_is_spearman_s(quick):
    _, data, table, _ = quick
    inputs = data.frontier_inputs()
    ranks = []
    for estimate in (
        estimate_quantile_frontier(inputs, taus=[0.25, 0.75]),
        estimate_expectile_frontier(inputs, taus=[0.25, 0.75]),
    ):
        mac = estimate_abatement_costs(estimate).mac_cny_per_tco2
        ranks.append(pl.Series(mac).rank("average").to_numpy())
    found = table["rank_correlation_with_default"][METHODS.index("expectile")]
    assert found == pytest.approx(np.corrcoef(ranks)[0, 1], abs=1e-9)
    assert found < 1.0


def test_energy_is_the_heat_of_the_fuels_and_is_measured(quick):
    _, data, table, _ = quick
    row = table.row(-1, named=True)
    # Net calorific values, MJ a kg or m3, of the China Energy Statistical Yearbook.
    values = {"coal": 20.908, "coke": 28.435, "crude": 41.816, "gasoline": 43.070}
    values |= {"kerosene": 43.070, "diesel": 42.652, "fueloil": 41.816, "gas": 38.931}
    sizes = dict.fromkeys(values, 1e4) | {"gas": 1e5}  # 1e4 t and 1e8 m3, in GJ a MJ
    energy = data.energy
    heat = sum(
        np.nan_to_num(energy.values[fuel]) * value * sizes[fuel] for fuel, value in values.items()
    )
    at = dict(zip(zip(energy.unit, energy.time.tolist(), strict=True), heat, strict=True))
    panel = data.panel
    places = zip(panel.unit, panel.time.tolist(), strict=True)
    column = np.array([at[place] for place in places])
    wanted = np.corrcoef(column, panel.values["emissions"])[0, 1]
    assert row["energy_emissions_correlation"] == pytest.approx(wanted, rel=1e-9)
    inputs = data.frontier_inputs()
    three = FrontierInputs(
        inputs=np.column_stack([inputs.inputs, column]),
        desirable_output=inputs.desirable_output,
        undesirable_output=inputs.undesirable_output,
        unit=inputs.unit,
        period=inputs.period,
        input_names=("labour", "capital", "energy"),
    )
    estimates = [estimate_quantile_frontier(one, taus=[0.25, 0.75]) for one in (inputs, three)]
    before, after = (estimate_abatement_costs(one).mac_cny_per_tco2 for one in estimates)
    ratio = after[before > 0] / before[before > 0]
    assert row["median_ratio_to_two_inputs"] == pytest.approx(np.median(ratio), rel=1e-9)
    assert row["quantiles_without_energy"] == 2


def test_a_panel_with_a_column_of_energy_uses_it(edited_pack):
    """Energy that has nothing to do with emissions: the correlation is that of the column."""
    rng = np.random.default_rng(1)
    drawn = rng.uniform(1.0, 2.0, 180).round(6)

    def add_column(folder):
        file = folder / "sample_panel_2013_2018.csv"
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        rows = [f"{row},{value}" for row, value in zip(rows, drawn, strict=True)]
        file.write_text("\n".join([f"{header},energy", *rows]) + "\n", encoding="utf-8")

    scenario = build_scenario(QUICK | {"pack": {"path": str(edited_pack(add_column))}})
    data = load_study_data(scenario)
    row = alternatives_table(data, scenario, lambda: None).row(-1, named=True)
    wanted = np.corrcoef(drawn, data.panel.values["emissions"])[0, 1]
    assert row["energy_emissions_correlation"] == pytest.approx(wanted, rel=1e-9)
    assert row["quantiles_without_energy"] < 2
    assert row["median_ratio_to_two_inputs"] != pytest.approx(1.0, abs=1e-6)


def edit_energy(keep):
    """Return an edit of a pack that keeps some years of its fuels."""

    def change(folder):
        file = folder / "sample_energy_2000_2018.csv"
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if keep(int(row.split(",")[1]))]
        file.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")

    return change


def test_energy_that_ends_early_is_compared_on_the_same_observations(edited_pack):
    pack = edited_pack(edit_energy(lambda year: year <= 2017))
    scenario = build_scenario(QUICK | {"pack": {"path": str(pack)}})
    data = load_study_data(scenario)
    steps = []
    table = alternatives_table(data, scenario, lambda: steps.append(None))
    assert len(steps) == count_alternatives(data, scenario) == 8
    row = table.row(-1, named=True)
    assert (row["observations"], row["observed_period"]) == (150, 2017)
    assert table["observed_period"][0] == 2018


def test_without_energy_the_other_methods_stand_alone(edited_pack):
    pack = edited_pack(edit_energy(lambda year: year < 2013))
    scenario = build_scenario(QUICK | {"pack": {"path": str(pack)}})
    data = load_study_data(scenario)
    assert count_alternatives(data, scenario) == 6
    table = alternatives_table(data, scenario, lambda: None)
    assert table["method"].to_list() == METHODS[:-1]
    energy = ["energy_emissions_correlation", "median_ratio_to_two_inputs"]
    assert table.select(*energy, "quantiles_without_energy").null_count().row(0) == (6, 6, 6)


@pytest.mark.china
def test_energy_is_shut_out_of_the_official_statistics_too(china_pack_path):
    """Fuels end in 2017; at given emissions more of them would lower the distance."""
    scenario = build_scenario({"pack": {"path": str(china_pack_path)}})
    table = alternatives_table(load_study_data(scenario), scenario, lambda: None)
    row = table.row(-1, named=True)
    assert (row["observations"], row["observed_period"]) == (150, 2017)
    assert row["energy_emissions_correlation"] > 0.99
    assert row["quantiles_without_energy"] == 10
    assert row["median_ratio_to_two_inputs"] == pytest.approx(1.0, abs=1e-9)
    assert (table["largest_gap"] <= 1e-9).all()
