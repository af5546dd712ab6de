"""What the government sells, fines and pays; what is owed, kept, lent and credited."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.test_clearing import market_after
from tests.unit.benchmark.test_market_mechanisms import CALM, PLAN

from tanshi.benchmark._clearing import sink_price, sink_supply
from tanshi.benchmark._schedules import CONCEAL
from tanshi.benchmark._setup import prepared_run, shared_tables
from tanshi.benchmark._year import run_years
from tanshi.benchmark.evolution import evolve_market

PAID = ("abatement_cost", "service_margin", "fixed_cost", "research_cost", "fees", "fines")


def with_rules(plan, **groups):
    rules = plan.rules
    for group, values in groups.items():
        rules = replace(rules, **{group: replace(getattr(rules, group), **values)})
    return replace(plan, rules=rules)


def state_after(plan, years):
    """Return firms' records after some years, and the market's record of the last."""
    run = prepared_run(shared_tables(replace(plan, years=years)), 7, 0, 0)
    run_years(run)
    return run.market.state, run.records.years[-1]


def test_sales_and_fines_are_taken_in_audits_and_support_paid():
    plan = with_rules(
        PLAN,
        allocation={"paid_share": 0.1},
        price={"reserve_share": 0.02, "ceiling": 60.0},
        verification={"audit_cost_cny": 5e4},
    )
    result = evolve_market(plan, replicates=2, seed=5)
    years, rows = result.years, result.by_industry
    primary = years["primary_price_cny_per_tco2"] * years["primary_sold_tco2"]
    reserve = years["price_cny_per_tco2"] * years["reserve_sold_tco2"]
    assert (primary > 0).all()
    assert (reserve > 0).any()
    assert years["primary_revenue_cny"] == pytest.approx(primary)
    assert years["reserve_revenue_cny"] == pytest.approx(reserve)
    audits = 0.1 * 5e4 * rows["firms"].sum(axis=2)
    assert years["supervision_cny"] == pytest.approx(audits)
    fines, support = (rows[name].sum(axis=2) for name in ("fines_cny", "support_cny"))
    balance = primary + reserve + fines - support - audits
    assert years["public_balance_cny"] == pytest.approx(balance)


def test_credits_cost_as_much_as_allowances_until_their_limit_binds():
    market = market_after(CALM)
    verified = market.state["verified"].sum()
    limit = 0.05 * verified
    for base, price in ((0.5 * limit, 60.0), (limit, 59.0), (3.0 * limit, 60.0), (limit, 120.0)):
        market.year["sinks"] = base
        paid = sink_price(price, verified, market)
        if sink_supply(price, verified, market) < limit:
            assert paid == price
        else:
            # At the price of credits sinks would supply the limit and no more.
            assert base * paid / 60.0 == pytest.approx(limit)
            assert paid < price
    market.year["sinks"] = 3.0 * limit
    market.numbers["services_sink_elasticity"] = 0.0
    assert sink_price(60.0, verified, market) == 0.0


def test_cheaper_credits_are_a_gain_of_firms():
    plenty = with_rules(CALM, services={"sink_share": 0.05, "offset_limit": 0.005})
    result = evolve_market(plenty, replicates=2, seed=5)
    years = result.years
    sold = years["sink_credits_tco2"] > 0
    cheap = years["sink_price_cny_per_tco2"]
    assert (cheap[sold] < 0.2 * result.price_cny_per_tco2[sold]).all()
    paid = sum(result.by_industry[f"{name}_cny"].sum(axis=2) for name in PAID)
    burden = paid + cheap * years["sink_credits_tco2"]
    assert result.burden_cny.sum(axis=2) == pytest.approx(burden, rel=1e-9)
    usual = evolve_market(CALM, replicates=2, seed=5).years
    assert np.array_equal(usual["sink_price_cny_per_tco2"], usual["price_cny_per_tco2"])


def test_what_is_missing_is_fined_and_owed_next_year():
    tight = with_rules(CALM, price={"floor": 40.0, "ceiling": 41.0})
    state, year = state_after(tight, 3)
    short = state["missing"] > 0
    assert short.sum() > 5
    honest = short & (state["before"] != CONCEAL)
    expected = 5.0 * year["price_cny_per_tco2"] * state["missing"][honest]
    assert state["fine"][honest] == pytest.approx(expected)
    assert state["debt"][honest] == pytest.approx(state["missing"][honest])
    assert year["owed_tco2"] == pytest.approx(state["debt"].sum())


def test_nobody_keeps_more_than_the_basic_amount_and_a_multiple_of_net_sales():
    state, _ = state_after(with_rules(CALM, price={"first_expected": 150.0}), 4)
    limit = 1e4 + 1.5 * np.maximum(-state["traded"], 0.0)
    assert (state["bank"] <= limit * (1 + 1e-12)).all()
    assert (state["bank"] > 1e4).any()
    assert (state["bank"][state["traded"] > 0] <= 1e4).all()


def test_nobody_borrows_more_than_its_share_of_the_allocation():
    # At the ceiling the market leaves many short, who borrow what they may.
    plan = with_rules(CALM, banking={"borrowing_share": 0.02}, price={"ceiling": 41.0})
    state, _ = state_after(plan, 4)
    assert (state["borrowed"] > 0).any()
    assert (state["borrowed"] <= 0.02 * state["free"] * (1 + 1e-12)).all()


def test_audits_make_firms_surrender_what_they_hid():
    plan = with_rules(
        CALM,
        verification={"audit_share": 0.5, "noise": 0.0},
        technology={"permanent_cut": 0.0, "diffusion": 0.0},
        research={"pace": 0.0},
    )
    plan = replace(plan, given_violations={"power": 0.5})
    state, _ = state_after(plan, 3)
    conceals = state["before"] == CONCEAL
    found, hid = conceals & (state["caught"] == 1), conceals & (state["caught"] != 1)
    assert found.any()
    assert hid.any()
    assert (state["hidden"][found] == 0).all()
    # Nothing has moved intensities since: what is verified tells who was audited.
    for who, share in ((found, 1.0), (hid, 0.95)):
        actual = state["intensity"][who] * state["produced"][who]
        assert state["verified"][who] == pytest.approx(share * actual)


def test_large_orders_meet_within_the_collar_as_well():
    plan = with_rules(PLAN, price={"block_minimum_t": 1e4, "block_band": 0.6})
    years = evolve_market(plan, replicates=2, seed=5).years
    traded = years["block_traded_tco2"] > 0
    assert traded.any()
    price = years["price_cny_per_tco2"][traded]
    assert price.min() >= plan.rules.price.floor
    assert price.max() <= plan.rules.price.ceiling


@pytest.mark.parametrize("adaptation", [0.0, 0.3, 1.0])
def test_expectations_follow_the_price_by_a_share_of_the_surprise(adaptation):
    years = evolve_market(with_rules(CALM, price={"adaptation": adaptation}), seed=5).years[0]
    expected, price = years["expected_price_cny_per_tco2"], years["price_cny_per_tco2"]
    assert expected[0] == CALM.rules.price.first_expected
    followed = expected[:-1] + adaptation * (price[:-1] - expected[:-1])
    assert expected[1:] == pytest.approx(followed, rel=1e-12)
