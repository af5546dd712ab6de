"""What holds of every market, whatever its rules."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.benchmark.conftest import small_register

from tanshi.benchmark._clearing import demand_and_supply
from tanshi.benchmark._schedules import open_schedules
from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._year import run_years
from tanshi.benchmark.certificate import CONSERVED, conserved_sides
from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.rules import PROTOCOLS, UNSOLD, MarketRules

few = settings(max_examples=40, deadline=None, derandomize=True)
shares = st.floats(0.0, 1.0)
REGISTER = small_register(30)


def any_of(group, **values):
    """Draw some of a group's values, the others staying as they are."""
    return st.fixed_dictionaries({}, optional=values).map(lambda given: replace(group, **given))


@st.composite
def rules(draw):
    plain = MarketRules()
    floor = draw(st.floats(0.0, 80.0))
    groups = {
        "price": any_of(
            plain.price,
            reserve_share=st.floats(0.0, 0.1),
            permanent_share=shares,
            adaptation=shares,
            block_minimum_t=st.floats(0.0, 1e6),
            block_session=st.booleans(),
        ),
        "allocation": any_of(
            plain.allocation,
            absolute_cap=st.booleans(),
            paid_share=st.floats(0.0, 0.9),
            unsold=st.sampled_from(UNSOLD),
            bid_spread=st.floats(0.0, 0.5),
        ),
        "banking": any_of(
            plain.banking,
            allowed=st.booleans(),
            borrowing_share=st.floats(0.0, 0.2),
            net_sales_multiple=st.floats(0.0, 3.0),
            indifference=st.floats(0.1, 20.0),
        ),
        "compliance": any_of(
            plain.compliance,
            hidden_share=st.floats(0.0, 0.3),
            deduction=st.booleans(),
            fine_multiple=st.floats(0.0, 10.0),
            shortfall_cap=st.floats(0.0, 1.0),
        ),
        "verification": any_of(plain.verification, noise=st.floats(0.0, 0.1), audit_share=shares),
        "costs": any_of(plain.costs, trade_fixed_cny=st.floats(0.0, 1e7)),
        "services": any_of(
            plain.services, providers=st.integers(1, 4), first_capacity_share=st.floats(0.0, 0.05)
        ),
        "demand": any_of(
            plain.demand, responds=st.booleans(), energy_deviation=st.floats(0.0, 0.3)
        ),
        "revision": any_of(plain.revision, protocol=st.sampled_from(PROTOCOLS), share=shares),
    }
    drawn = replace(plain, **{name: draw(group) for name, group in groups.items()})
    width = draw(st.floats(0.0, 200.0))
    return replace(drawn, price=replace(drawn.price, floor=floor, ceiling=floor + width + 1.0))


@st.composite
def plans(draw):
    tiers = np.array(draw(st.tuples(*[st.floats(0.9, 1.1)] * 3)))
    curve = np.full(REGISTER.n_firms, draw(st.integers(0, len(CURVES) - 1)))
    return EvolutionPlan(
        register=replace(REGISTER, mac_curve=curve),
        rules=draw(rules()),
        relative=tiers[np.asarray(REGISTER.tier)],
        years=5,
    )


@few
@given(plan=plans(), seed=st.integers(0, 2**31))
def test_everything_is_conserved_and_prices_keep_to_their_band(plan, seed):
    result = evolve_market(plan, replicates=2, seed=seed, workers=2)
    for left, right in conserved_sides(result).values():
        scale = np.maximum(np.maximum(np.abs(left), np.abs(right)), 1.0)
        assert (np.abs(left - right) <= CONSERVED * scale).all()
    price = result.price_cny_per_tco2
    assert (price >= plan.rules.price.floor).all()
    assert (price <= plan.rules.price.ceiling).all()
    one = evolve_market(plan, replicates=[1], seed=seed, workers=1)
    assert np.array_equal(one.by_industry[0], result.by_industry[1])


@few
@given(plan=plans(), seed=st.integers(0, 2**31))
def test_nobody_goes_short_below_the_ceiling(plan, seed):
    result = evolve_market(plan, replicates=1, seed=seed)
    below = result.price_cny_per_tco2 < plan.rules.price.ceiling
    assert (result.by_industry["missing_tco2"].sum(axis=2)[below] == 0.0).all()


@few
@given(plan=plans(), seed=st.integers(0, 2**31))
def test_excess_demand_falls_with_the_price(plan, seed):
    run = prepared_run(shared_tables(plan), seed, 0, 0)
    run_years(run)
    schedules = open_schedules(run.market)
    prices = np.linspace(0.5, 400.0, 60)
    found = [demand_and_supply(float(price), schedules, run.market) for price in prices]
    excess = np.array([need - supply - sinks for need, supply, sinks in found])
    assert (np.diff(excess) <= 1e-9 * np.abs(excess).max()).all()
