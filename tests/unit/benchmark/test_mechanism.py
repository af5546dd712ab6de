"""The update on paper is the update of the compiled market, and its reasons add up."""

from dataclasses import replace

import numpy as np
import pytest

from tanshi.benchmark._government import adjust_benchmarks, steer_regions
from tanshi.benchmark._layout import FIRM, SECTOR, STATE, YEAR, Market, numbers
from tanshi.benchmark._setup import shared_tables
from tanshi.benchmark._technology import improve
from tanshi.benchmark.evolution import EvolutionPlan
from tanshi.benchmark.industries import Industry
from tanshi.benchmark.mechanism import (
    COMPONENTS,
    CONTRIBUTIONS,
    ReportedYear,
    adjust_industries,
    adjust_regions,
    follow_progress,
    pace_parts,
)
from tanshi.benchmark.rules import AdjustmentRules, MarketRules, TechnologyRules
from tanshi.benchmark.switches import CLAUSES, PRINCIPLES, SWITCHED_OFF

RULES = MarketRules(
    adjustment=AdjustmentRules(
        renewable_rich_support=0.3, old_industrial_support=0.5, energy_security_support=0.4
    )
)


def industries_of(count, rng):
    return tuple(
        Industry(
            name=f"industry {s}",
            entities=1,
            emissions_tco2=float(rng.uniform(1e8, 5e9)),
            benchmark_tco2_per_unit=float(rng.uniform(0.5, 9.0)),
            reduction_potential=float(rng.uniform(0.02, 0.2)),
            cap_cost_cny_per_tco2=float(rng.uniform(100, 500)),
        )
        for s in range(count)
    )


def any_year(seed):
    """A year in which anything may have happened; the last industry waits."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 6))
    industries = industries_of(count, rng)
    need = rng.uniform(1e8, 5e9, count) * (np.arange(count) < count - 1)
    return ReportedYear(
        industries=industries,
        benchmark_tco2_per_unit=np.array([one.benchmark_tco2_per_unit for one in industries]),
        allocation_tco2=need * rng.uniform(0.9, 1.05, count),
        need_tco2=need,
        complaint_share=rng.random(count),
        improvement=rng.normal(0.01, 0.01, count),
        price_cny_per_tco2=float(rng.choice([40.0, 63.0, 95.0, 200.0])),
        expected_price_cny_per_tco2=70.0,
        lag=float(rng.choice([0.0, 0.004])),
    )


def mean_year():
    """Balanced at the deficit aimed at, priced as expected, nobody ahead of the others."""
    industries = industries_of(1, np.random.default_rng(0))
    return ReportedYear(
        industries=industries,
        benchmark_tco2_per_unit=np.array([2.0]),
        allocation_tco2=np.array([98.0]),
        need_tco2=np.array([100.0]),
        complaint_share=np.array([0.5]),
        improvement=np.array([0.01]),
        price_cny_per_tco2=70.0,
        expected_price_cny_per_tco2=70.0,
    )


def compiled(year, rules):
    sectors = np.zeros(len(year.industries), SECTOR)
    paces = pace_parts(year.industries, rules.adjustment)
    sectors["potential_pace"], sectors["cost_pace"] = paces
    given, force = np.zeros(1, YEAR), numbers(rules)
    given["expected"], given["lag"] = year.expected_price_cny_per_tco2, year.lag
    market = Market(np.zeros(1, FIRM), sectors, np.zeros(1, STATE), force, force, given)
    balance = (year.allocation_tco2, year.need_tco2, year.complaint_share)
    return adjust_benchmarks(
        year.price_cny_per_tco2, year.improvement, year.benchmark_tco2_per_unit, balance, market
    )


def by_hand(year, rules):
    """The formula industry by industry, as one would write it into a spreadsheet."""
    own, bounds = rules.adjustment, rules.price
    expected, price = year.expected_price_cny_per_tco2, year.price_cny_per_tco2
    lean = min(max((price / expected - 1) / 0.5, -1), 1)
    lean = 1 if price >= bounds.ceiling else -1 if price <= bounds.floor else lean
    emitted = np.array([one.emissions_tco2 for one in year.industries])
    of_all = (year.need_tco2 * year.improvement).sum() / year.need_tco2.sum()
    following = []
    for s, row in enumerate(year.industries):
        if year.need_tco2[s] == 0:
            following.append(year.benchmark_tco2_per_unit[s] * (1 - year.improvement[s]))
            continue
        pace = 1.0
        for on, figure in (
            (own.differential, lambda one: one.reduction_potential),
            (own.cost_benefit, lambda one: 1 / one.cap_cost_cny_per_tco2),
        ):
            mean = np.average([figure(one) for one in year.industries], weights=emitted)
            pace += 0.5 * (figure(row) / mean - 1) * on
        ahead = min(max(0.5 + 0.5 * year.improvement[s] / of_all, 0.5), 1.5)
        trend = own.trend * max(pace, 0) * (ahead if own.progress else 1)
        most = own.largest_correction
        gap = year.allocation_tco2[s] / year.need_tco2[s] - 1 + own.deficit
        wanted = -own.feedback * gap
        wanted += rules.verification.opinion_weight * most * (year.complaint_share[s] - 0.5)
        wanted += own.price_response * most * lean - own.target_response * year.lag
        change = min(max(wanted, -most), most) - trend
        following.append(year.benchmark_tco2_per_unit[s] * (1 + change))
    return np.array(following)


@pytest.mark.parametrize("seed", range(30))
def test_it_is_the_update_of_the_compiled_market_and_the_formula_by_hand(seed):
    year = any_year(seed)
    for rules in (RULES, *(RULES.without(name) for name in COMPONENTS)):
        found = adjust_industries(year, rules).next_benchmark_tco2_per_unit
        assert np.allclose(found, compiled(year, rules), rtol=1e-13, atol=0)
        assert np.allclose(found, by_hand(year, rules), rtol=1e-13, atol=0)


@pytest.mark.parametrize("seed", range(30))
def test_contributions_add_to_the_change(seed):
    found = adjust_industries(any_year(seed), RULES)
    assert np.allclose(sum(found.contributions.values()), found.change, rtol=0, atol=1e-14)
    table = found.table()
    assert table["change_percent"].to_numpy() == pytest.approx(100.0 * found.change)


@pytest.mark.parametrize("seed", range(10))
def test_a_component_switched_off_contributes_nothing_and_others_stay(seed):
    year = any_year(seed)
    whole = adjust_industries(year, RULES).contributions
    for component in ("feedback", "opinions", "price response", "reduction targets"):
        part = adjust_industries(year, RULES.without(component)).contributions
        for name, by in CONTRIBUTIONS.items():
            if by == component:
                assert not part[name].any()
            elif name != "limits":
                assert np.array_equal(part[name], whole[name])


def test_a_year_as_planned_moves_by_the_trend_alone():
    found = adjust_industries(mean_year(), RULES)
    assert found.change == pytest.approx(-0.01, abs=1e-15)
    moving = {name for name, part in found.contributions.items() if abs(part[0]) > 1e-15}
    assert moving == {"regular_trend"}


@pytest.mark.parametrize(
    ("change", "name", "sign"),
    [
        ({"allocation_tco2": np.array([97.0])}, "feedback", 1),
        ({"allocation_tco2": np.array([99.0])}, "feedback", -1),
        ({"complaint_share": np.array([0.9])}, "opinions", 1),
        ({"price_cny_per_tco2": 200.0}, "price_response", 1),
        ({"price_cny_per_tco2": 40.0}, "price_response", -1),
        ({"lag": 0.01}, "reduction_target", -1),
    ],
)
def test_each_reason_has_its_direction(change, name, sign):
    found = adjust_industries(replace(mean_year(), **change), RULES)
    assert np.sign(found.contributions[name][0]) == sign
    assert np.sign(found.change[0] + 0.01) == sign


def test_the_step_is_limited():
    short = replace(mean_year(), allocation_tco2=np.array([50.0]))
    found = adjust_industries(short, RULES)
    assert found.change == pytest.approx(-0.01 + 0.03, abs=1e-15)
    assert found.contributions["limits"][0] < 0


def test_paces_are_those_of_the_market(register):
    for adjustment in (
        AdjustmentRules(),
        AdjustmentRules(differential=False),
        AdjustmentRules(cost_benefit=False),
    ):
        rules = MarketRules(adjustment=adjustment)
        plan = EvolutionPlan(register=register, rules=rules, relative=np.ones(register.n_firms))
        sectors = shared_tables(plan).sectors
        for name, part in zip(
            ("potential_pace", "cost_pace"),
            pace_parts(register.industries, adjustment),
            strict=True,
        ):
            assert np.array_equal(sectors[name], part)


def test_regions_are_those_of_the_market():
    rng = np.random.default_rng(4)
    supported = (rng.random((8, 3)) < 0.5).astype(float)
    reached, target = rng.uniform(-0.05, 0.1, 8), rng.choice([0.0, 0.02, 0.06], 8)
    factor = rng.uniform(0.9, 1.1, 8)
    eased, tightened = adjust_regions(supported, reached, target, RULES)
    expected = factor.copy()
    market = Market(
        np.zeros(1, FIRM),
        np.zeros(1, SECTOR),
        np.zeros(1, STATE),
        numbers(RULES),
        numbers(RULES),
        np.zeros(1, YEAR),
    )
    steer_regions(expected, (supported, reached, target), market)
    assert np.allclose(factor * (1.0 + eased + tightened), expected, rtol=1e-14, atol=0)
    assert (tightened <= 0).all()
    # A region of several kinds has the largest of their supports.
    spared = (np.array([0.3, 0.5, 0.4]) * supported).max(axis=1)
    assert eased == pytest.approx(0.01 * spared, rel=1e-12)
    assert set(np.flatnonzero(tightened)) <= set(np.flatnonzero(target))


def test_firms_follow_their_progress_as_in_the_market(register):
    rules = replace(RULES, technology=TechnologyRules(diffusion=0.3))
    plan = EvolutionPlan(register=register, rules=rules, relative=np.ones(register.n_firms))
    tables = shared_tables(plan)
    state = np.zeros(register.n_firms, STATE)
    state["intensity"] = register.intensity_tco2_per_unit
    state["relative"] = np.random.default_rng(1).uniform(0.9, 1.1, register.n_firms)
    before, relative = state["intensity"].copy(), state["relative"].copy()
    given = (numbers(rules), numbers(rules), np.zeros(1, YEAR))
    market = Market(tables.firms, tables.sectors, state, *given)
    improved = improve(1, market)
    industry = np.asarray(register.industry)
    weight = np.asarray(register.output) * relative
    progress = 1.0 - state["intensity"] / before
    moved = follow_progress(progress, improved, weight, industry, rules.adjustment)
    assert np.ptp(moved) > 1e-3
    assert np.allclose(relative * moved, state["relative"], rtol=1e-13, atol=0)
    kept = np.bincount(industry, weight * moved) / np.bincount(industry, weight)
    assert np.allclose(kept, 1.0, rtol=0, atol=1e-14)


def test_a_firm_of_unknown_progress_moves_with_its_industry():
    progress = np.array([0.04, np.nan, 0.0])
    moved = follow_progress(
        progress, np.array([0.02]), np.ones(3), np.zeros(3, int), AdjustmentRules(firm_progress=0.5)
    )
    assert moved[0] < moved[1] < moved[2]


def test_components_are_mechanisms_and_serve_every_principle():
    assert set(COMPONENTS) <= set(SWITCHED_OFF)
    for components in PRINCIPLES.values():
        assert set(components) <= set(COMPONENTS)
    assert {"trend", "differentiation", "feedback", "price response"} <= {
        name for components in CLAUSES.values() for name in components
    }
