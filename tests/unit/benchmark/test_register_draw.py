from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.test_coefficients import TABLE_1

from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.industries import Process
from tanshi.benchmark.register_draw import UNKNOWN_REGION, RegisterPlan, draw_register
from tanshi.core import InputError


@pytest.fixture(scope="module")
def drawn():
    return draw_register(TABLE_1, RegisterPlan())


def test_entities_and_emissions_match_table_1(drawn):
    industry = np.asarray(drawn.industry)
    assert drawn.n_firms == 3870
    for s, row in enumerate(TABLE_1):
        assert (industry == s).sum() == row.entities
        total = drawn.emissions_tco2[industry == s].sum()
        assert total == pytest.approx(row.emissions_tco2, rel=1e-12)
    assert drawn.emissions_tco2.min() >= 26_000


def test_market_starts_short_by_the_initial_deficit(drawn):
    industry = np.asarray(drawn.industry)
    allocation = np.bincount(industry, np.asarray(drawn.output) * drawn.benchmark_tco2_per_unit)
    emissions = np.bincount(industry, drawn.emissions_tco2)
    assert np.allclose(allocation / emissions, 0.99, rtol=1e-12, atol=0)


def test_statistics_fix_output_and_intensity_gives_way():
    outputs = {"power": 6.2e9, "steel": 0.93e9, "cement": 2.02e9, "aluminium": 41.6e6}
    plan = RegisterPlan(output_rule="statistics", output_units=outputs)
    found = draw_register(TABLE_1, plan)
    industry = np.asarray(found.industry)
    total = np.bincount(industry, np.asarray(found.output))
    assert np.allclose(total, list(outputs.values()), rtol=1e-12, atol=0)
    assert np.allclose(
        np.bincount(industry, found.emissions_tco2),
        [row.emissions_tco2 for row in TABLE_1],
        rtol=1e-12,
        atol=0,
    )


def test_tiers_are_ranks_of_intensity_within_a_process():
    processes = (
        Process(name="long", share=0.9, relative_intensity=1.1),
        Process(name="short", share=0.1, relative_intensity=0.3, relative_benchmark=0.3),
    )
    steel = replace(TABLE_1[1], processes=processes)
    found = draw_register([steel], RegisterPlan())
    process, tier = np.asarray(found.process), np.asarray(found.tier)
    assert np.bincount(process).tolist() == [720, 80]
    for k in range(2):
        intensity = np.asarray(found.intensity_tco2_per_unit)[process == k]
        tiers = tier[process == k]
        assert intensity[tiers == 0].max() < intensity[tiers == 1].min()
        assert intensity[tiers == 1].max() < intensity[tiers == 2].min()
        assert np.bincount(tiers).tolist() == [
            int(0.3 * len(tiers)),
            0.4 * len(tiers),
            tiers.size * 0.3,
        ]


def test_counts_by_region_leave_the_rest_unstated():
    counts = {"power": {"Hebei": 94, "Shanxi": 117}}
    costs = {"Hebei": 2.0}
    plan = RegisterPlan(region_shares=counts, cost_level_by_region=costs)
    found = draw_register([TABLE_1[0]], plan)
    names, number = np.unique(found.region, return_counts=True)
    assert dict(zip(names, number, strict=True)) == {
        "Hebei": 94,
        "Shanxi": 117,
        UNKNOWN_REGION: 2100 - 94 - 117,
    }
    plain = draw_register([TABLE_1[0]], replace(plan, cost_level_by_region={}))
    ratio = np.asarray(found.mac_slope) / np.asarray(plain.mac_slope)
    assert np.array_equal(ratio, np.where(np.array(found.region) == "Hebei", 2.0, 1.0))


def test_same_seed_same_firms():
    once, again = (draw_register(TABLE_1, RegisterPlan(seed=3)) for _ in range(2))
    other = draw_register(TABLE_1, RegisterPlan(seed=4))
    assert np.array_equal(once.output, again.output)
    assert not np.array_equal(once.output, other.output)


def test_a_mix_of_curves_in_proportion_leaves_all_else(drawn):
    mixes = {
        "all": {"log": 1.0, "linear": 3.0},
        "steel/short": {"stepped": 1.0},
        "cement": {"power": 2.0, "stepped": 1.0, "log": 0.0},
    }
    processes = (Process(name="long", share=0.9), Process(name="short", share=0.1))
    table = (TABLE_1[0], replace(TABLE_1[1], processes=processes), *TABLE_1[2:])
    plan = RegisterPlan(curve="power", curves=mixes)
    found = draw_register(table, plan)
    curve, process = np.asarray(found.mac_curve), np.asarray(found.process)

    def counts(members):
        return np.bincount(curve[members], minlength=len(CURVES)).tolist()

    power, steel, cement, aluminium = (np.asarray(found.industry) == s for s in range(4))
    assert counts(power) == [1575, 0, 525, 0]
    assert counts(steel & (process == 0)) == [540, 0, 180, 0]
    assert counts(steel & (process == 1)) == [0, 0, 0, 80]
    assert counts(cement) == [0, 433, 0, 217]
    assert counts(aluminium) == [240, 0, 80, 0]
    without = draw_register(table, replace(plan, curves={}))
    assert (np.asarray(without.mac_curve) == CURVES.index("power")).all()
    for name in ("output", "intensity_tco2_per_unit", "mac_slope", "tier", "process"):
        assert np.array_equal(getattr(found, name), getattr(without, name))
    # Without a mix a register is what it was before there were any.
    assert (np.asarray(drawn.mac_curve) == 0).all()
    # The curve does not follow size or industry, and another mix elsewhere changes nothing here.
    large = np.asarray(found.large)
    assert 0.15 < (curve[power & large] == CURVES.index("log")).mean() < 0.35
    other = draw_register(table, replace(plan, curves=mixes | {"cement": {"log": 1.0}}))
    assert np.array_equal(np.asarray(other.mac_curve)[power], curve[power])


def test_impossible_mixes_at_once():
    mixes = {"glass": {"log": 1.0}, "power": {"cubic": 1.0}, "steel": {"log": -1.0}, "cement": {}}
    with pytest.raises(InputError) as refused:
        draw_register(TABLE_1, RegisterPlan(curves=mixes))
    found = {(fault.column, fault.what, fault.found) for fault in refused.value.faults}
    assert found == {
        ("register.curves", "a mix of curves for nobody", "glass"),
        ("register.curves.power", "unknown curve", "cubic"),
        ("register.curves.steel", "impossible mix of curves", "log -1"),
        ("register.curves.cement", "impossible mix of curves", "nothing"),
    }


def test_all_impossible_assumptions_at_once():
    plan = RegisterPlan(
        output_rule="guess",
        curve="cubic",
        least_emissions_tco2=1e9,
        region_shares={"power": {"x": -1}},
    )
    with pytest.raises(InputError) as refused:
        draw_register(TABLE_1, plan)
    columns = [fault.column for fault in refused.value.faults]
    assert columns.count("register.least_emissions_tco2") == 4
    assert {"register.output_rule", "register.curve", "register.region_shares"} <= set(columns)
