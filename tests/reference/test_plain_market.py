"""The compiled market against a plain one, firm by firm and year by year."""

from dataclasses import fields, replace

import numpy as np
import pytest
from tests.reference.market_cases import (
    DRAWN,
    busy_plan,
    plan_with,
    random_plan,
    random_register,
    with_values,
)
from tests.reference.plain_market import Luck, PlainMarket

from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._year import run_years
from tanshi.benchmark.ablation import MECHANISMS, switched_plan
from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.rules import PROTOCOLS, UNSOLD, MarketRules

CLOSE = 1e-9  # relative to a year's need, or to its value
ON_A_PATH = 1e-6  # emissions are met to 1e-9, which leaves benchmarks and prices less sure
LEFT = ("intensity", "potential", "relative", "tier", "active", "strategy", "bank", "debt")


def both(plan, seed=3):
    """Run the compiled market and the plain one."""
    run = prepared_run(shared_tables(plan), seed, 0, 0)
    luck = Luck(
        **run.draws._asdict(),
        spread=2.0 * run.beginning.provider_cost / plan.rules.services.first_margin,
        conceals=run.market.firms["conceals"].copy(),
    )
    plain = PlainMarket(plan, luck, path=plan.emission_path_tco2)
    years = plain.run(plan.years)
    run_years(run)
    return run, years, plain


def assert_same(plan, seed=3, close=CLOSE):
    """Compare all records of all years and what they leave; return the compiled records."""
    run, years, plain = both(plan, seed)
    for t, written in enumerate(years):
        row = run.records.industries[t]
        need = float(row["unabated_need_tco2"].sum())
        money = need * max(float(run.records.years[t]["price_cny_per_tco2"]), 1.0)
        for name, (found, wanted) in columns_of(run.records, t, written).items():
            scale = money if name.endswith("cny") else need if name.endswith("tco2") else 1.0
            gap = np.abs(found - wanted)
            where = np.flatnonzero(gap > close * (np.abs(wanted) + scale))
            told = f"year {t + 1}, {name} at {where}: {found[where]} for {wanted[where]}"
            assert not len(where), told
    state, tonnes = run.market.state, float(row["unabated_need_tco2"].sum())
    for name in (
        "intensity",
        "potential",
        "relative",
        "tier",
        "active",
        "strategy",
        "bank",
        "debt",
    ):
        wanted = [getattr(firm, name) for firm in plain.firms]
        allowed = close * (tonnes if name in ("bank", "debt") else 1.0)
        np.testing.assert_allclose(state[name], wanted, rtol=close, atol=allowed, err_msg=name)
    np.testing.assert_allclose(run.records.last, plain.benchmark, rtol=close)
    return run.records


def columns_of(records, t, written):
    """Return what every column of a year holds in both markets."""
    columns = {
        "burden_cny": (records.burden[t], np.array(written["burden"])),
        "revenue_cny": (records.revenue[t], np.array(written["revenue"])),
    }
    tables = {
        "year": (records.years[t : t + 1], [written["years"]]),
        "industry": (records.industries[t], written["industries"]),
        "region": (records.regions[t], written["regions"]),
    }
    for part, (table, rows) in tables.items():
        for name in table.dtype.names:
            wanted = np.array([row[name] for row in rows], float)
            columns[f"{part}.{name}"] = (table[name], wanted)
    return columns


FRICTIONLESS = MarketRules.frictionless()


@pytest.mark.parametrize("curve", range(len(CURVES)), ids=CURVES)
def test_without_frictions(curve):
    plan = plan_with(FRICTIONLESS, register=random_register(1, curves=(curve,)))
    records = assert_same(plan)
    assert records.years["price_cny_per_tco2"].max() > 0.0


@pytest.mark.parametrize("curve", range(len(CURVES)), ids=CURVES)
@pytest.mark.parametrize("seed", [1, 2])
def test_by_default(curve, seed):
    assert_same(
        plan_with(MarketRules(), seed=seed, register=random_register(seed, curves=(curve,)))
    )


@pytest.mark.parametrize("seed", range(6))
def test_with_everything_switched_on(seed):
    assert_same(busy_plan(seed=seed))


@pytest.mark.parametrize("seed", range(4))
def test_under_an_absolute_cap(seed):
    plan = busy_plan(seed=seed)
    assert_same(replace(plan, rules=plan.rules.having("absolute cap")))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("noise", [0.1, 2.0])
def test_under_each_revision_protocol(protocol, noise):
    plan = busy_plan(seed=7)
    rules = with_values(plan.rules, "revision", protocol=protocol, share=0.9, noise=noise)
    assert_same(replace(plan, rules=rules))


@pytest.mark.parametrize("unsold", UNSOLD)
@pytest.mark.parametrize("cap", [False, True])
def test_with_what_the_primary_auction_leaves(unsold, cap):
    plan = busy_plan(seed=8)
    rules = with_values(plan.rules, "allocation", unsold=unsold, paid_share=0.5, absolute_cap=cap)
    records = assert_same(replace(plan, rules=rules))
    assert (records.years["primary_sold_tco2"] < records.years["primary_offered_tco2"]).any()


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_without_each_mechanism_or_with_it(mechanism):
    changed, _ = switched_plan(busy_plan(seed=9), mechanism)
    assert_same(changed)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("level", [0.9, 0.99, 1.005])
def test_on_a_path_of_emissions(seed, level):
    # Steps and a fixed cost of trading let emissions jump past a target: either side would do.
    rules = with_values(MarketRules(), "price", floor=5.0)
    rules = with_values(rules, "costs", trade_fixed_cny=0.0)
    plan = plan_with(rules, register=random_register(seed, curves=(0, 1, 2)), years=4)
    free = prepared_run(shared_tables(plan), 3, 0, 0)
    run_years(free)
    path = level * free.records.industries["emissions_tco2"].sum(axis=1)
    assert_same(replace(plan, emission_path_tco2=path), close=ON_A_PATH)


@pytest.mark.parametrize("block", range(10))
def test_under_random_rules(block):
    for seed in range(15 * block, 15 * (block + 1)):
        assert_same(random_plan(seed))


def test_every_rule_is_drawn():
    groups = {one.name: type(getattr(MarketRules(), one.name)) for one in fields(MarketRules)}
    wanted = {name: {one.name for one in fields(group)} for name, group in groups.items()}
    assert {group: set(rows) for group, rows in DRAWN.items()} == wanted


def test_every_column_holds_something():
    seen, everything = set(), set()
    for seed in range(60):
        run = prepared_run(shared_tables(random_plan(seed)), 3, 0, 0)
        run_years(run)
        for part in ("years", "industries", "regions"):
            table = getattr(run.records, part)
            for name in table.dtype.names:
                everything.add(name)
                if np.unique(table[name]).size > 1:
                    seen.add(name)
    # All benchmarks are scaled only where emissions are to follow a path.
    assert everything - seen == {"benchmark_scale"}


@pytest.mark.parametrize(("group", "name"), [(g, name) for g in DRAWN for name in DRAWN[g]])
def test_every_rule_moves_what_is_compared(group, name):
    source = DRAWN[group][name]
    assert any(
        written(random_plan(seed), group, name, source[0])
        != written(random_plan(seed), group, name, source[-1])
        for seed in range(40)
    )


def written(plan, group, name, value):
    """Return the records under a rule, as bytes."""
    rules = with_values(plan.rules, group, **{name: value})
    # An announcement does something where there is something to announce.
    later = plan.policy_changes if name == "announced" else {}
    changed = replace(plan, rules=rules, policy_changes=later)
    run = prepared_run(shared_tables(changed), 3, 0, 0)
    run_years(run)
    return b"".join(table.tobytes() for table in run.records)
