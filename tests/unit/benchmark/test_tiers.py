"""Tiers by rank, their reclassification in the market, and what crossing a boundary costs."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.test_clearing import market_after
from tests.unit.benchmark.test_coefficients import TABLE_1
from tests.unit.benchmark.test_market_mechanisms import CALM, PLAN

from tanshi.benchmark._reclassification import reclassify
from tanshi.benchmark.coefficients import relative_benchmarks
from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.register_draw import RegisterPlan, draw_register
from tanshi.benchmark.tiers import boundary_losses, factors_in_use, groups_of, tiers_in_groups

AGAIN = CALM.rules.having("reclassification")
TIER_COUNTS = ("advanced_firms", "medium_firms", "lagging_firms")


def ranked(values):
    """Tiers of one group by its sorted list, as one would assign them by hand."""
    order = sorted(range(len(values)), key=lambda i: (values[i], i))
    found = [0] * len(values)
    for place, i in enumerate(order):
        rank = (place + 0.5) / len(values)
        found[i] = 0 if rank <= 0.3 else 1 if rank <= 0.7 else 2
    return found


def test_ranks_within_groups():
    rng = np.random.default_rng(1)
    intensity, group = rng.random(57).round(1), rng.integers(4, size=57)
    found = tiers_in_groups(intensity, group)
    for k in range(4):
        assert found[group == k].tolist() == ranked(intensity[group == k].tolist())


def test_factors_are_those_of_the_rule_and_empty_cells_take_their_tiers():
    register = replace(CALM.register, large=np.asarray(CALM.register.tier) != 2)
    relative = np.array([0.97, 1.0, 1.03])[np.asarray(register.tier)]
    factors = factors_in_use(register, relative)
    assert factors == pytest.approx(np.tile([[0.97], [1.0], [1.03]], (2, 1, 2)), rel=1e-12)
    one_tier = replace(register, tier=np.ones(register.n_firms, int))
    assert factors_in_use(one_tier, np.full(register.n_firms, 1.1)) == pytest.approx(1.1)


def test_firms_are_sorted_by_what_they_report_and_the_mean_benchmark_stays():
    market = market_after(CALM, years=6)
    state = market.state
    factors = factors_in_use(CALM.register, CALM.relative)
    output, industry = market.firms["output"], market.firms["industry"]
    before, old = state["relative"].copy(), state["tier"].copy()
    moved = reclassify(factors, market)
    reported = state["verified"] / state["produced"]
    for group in range(2):
        ours = groups_of(CALM.register) == group
        assert state["tier"][ours].tolist() == ranked(reported[ours].tolist())
        kept = output[ours] @ state["relative"][ours] / (output[ours] @ before[ours])
        assert kept == pytest.approx(1.0, rel=1e-12)
    assert moved.tolist() == np.bincount(industry, old != state["tier"]).tolist()
    # Who stays keeps its benchmark, who falls behind gets more: up to the industry's scale.
    change = state["relative"] / before
    scale = change[(old == state["tier"]) & (industry == 0)]
    assert scale == pytest.approx(scale[0], rel=1e-12)
    behind = change[(old < state["tier"]) & (industry == 0)]
    assert (behind > scale[0]).all()


@pytest.mark.parametrize("often", [1, 4])
def test_reclassification_happens_in_its_years_only(often):
    rules = replace(AGAIN, adjustment=replace(AGAIN.adjustment, reclassification=often))
    rows = evolve_market(replace(CALM, rules=rules), replicates=2, seed=5).by_industry
    moved = rows["reclassified_firms"][:, :, 0].sum(axis=0)
    due = np.arange(CALM.years) % often == 0
    due[0] = False
    assert (moved[~due] == 0).all()
    assert (moved[due] > 0).any()
    never = evolve_market(CALM, replicates=1, seed=5).by_industry
    assert not never["reclassified_firms"].any()


def test_a_tier_changes_benchmark_and_support():
    rows = [
        evolve_market(replace(CALM, rules=rules), replicates=2, seed=5).by_industry
        for rules in (CALM.rules, AGAIN)
    ]
    # Sorted again, three of ten are lagging; at the start the register's tiers are random.
    share = [one["lagging_firms"][:, -1, 0] / one["firms"][:, -1, 0] for one in rows]
    assert share[1] == pytest.approx(0.3, abs=0.02)
    assert share[0] == pytest.approx(share[0][0])
    assert not np.array_equal(rows[0]["support_cny"], rows[1]["support_cny"])
    for one in rows:
        whole = sum(one[name] for name in TIER_COUNTS)
        assert np.array_equal(whole, one["firms"])


def test_waiting_industries_are_not_sorted():
    rules = replace(PLAN.rules, adjustment=replace(PLAN.rules.adjustment, reclassification=1))
    rows = evolve_market(replace(PLAN, rules=rules), replicates=1, seed=5).by_industry
    assert not rows["reclassified_firms"][0, :4, 1].any()


@pytest.fixture(scope="module")
def table_1():
    register = draw_register(TABLE_1, RegisterPlan())
    return register, relative_benchmarks(register, "published_table")


def test_a_laggard_that_abates_across_the_boundary_loses_more_than_it_gains(table_1):
    register, relative = table_1
    price = 80.0
    losses = boundary_losses(register, relative, price)
    # A few cut enough to pass the medium tier as well.
    assert losses.filter(next_tier="medium").height > 0.9 * losses.height
    for name in ("power", "steel", "cement", "aluminium"):
        ratio = losses.filter(industry=name)["loss_over_gain"].to_numpy()
        assert len(ratio) > 20
        # The model notes saw 1.3 to 3.8; the higher the price, the lower the ratio.
        assert 1.0 < np.median(ratio) < 6.0
    row = losses.filter(industry="power", next_tier="medium").row(0, named=True)
    i = register.firm.index(row["firm"])
    slope, output = np.asarray(register.mac_slope)[i], np.asarray(register.output)[i]
    cut = min(price / slope, np.asarray(register.mac_cap_tco2_per_unit)[i])
    gain = (price * cut - slope * cut**2 / 2) * output
    assert row["gain_cny"] == pytest.approx(gain, rel=1e-12)
    initial = register.benchmark_tco2_per_unit[i]
    fall = relative[i] * (1.0 - 0.823 / 0.850) * initial
    assert row["loss_cny"] == pytest.approx(price * fall * output, rel=1e-9)


def test_under_one_benchmark_there_is_nothing_to_lose(table_1):
    losses = boundary_losses(table_1[0], np.ones(table_1[0].n_firms), 80.0)
    assert losses["loss_cny"].abs().max() < 1e-6
