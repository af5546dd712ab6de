"""Whatever the people and the rules: books balance, nobody is worse off, prices are best."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tanshi.core import InputError
from tanshi.personal.pareto import share_gains
from tanshi.personal.population import simulate_sales
from tanshi.personal.posted_price import PlatformMarket, solve_posted_price
from tanshi.personal.quota_market import solve_quota_market
from tanshi.personal.quota_rules import PRICINGS, QuotaRules
from tanshi.personal.reservation import SupplyCurve
from tanshi.personal.traits import PopulationPlan, PopulationTraits

PLAN = PopulationPlan(people=3_000, workers=1)
CHECKED = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much]
)

between = st.floats
correlation = between(-0.8, 0.8)


@st.composite
def populations(draw):
    """Draw traits whose correlations four numbers can have."""
    given_traits = {
        "theta_a": draw(between(0.3, 6.0)),
        "theta_b": draw(between(0.3, 6.0)),
        "amount_mean_tco2": draw(between(0.2, 8.0)),
        "amount_deviation": draw(between(0.0, 1.2)),
        "cost_mean_cny_per_tco2": draw(st.one_of(st.just(0.0), between(1.0, 150.0))),
        "cost_deviation": draw(between(0.0, 1.0)),
        "theta_amount": draw(correlation),
        "theta_cost": draw(correlation),
        "amount_cost": draw(correlation),
        "amount_income": draw(correlation),
    }
    try:
        return PopulationTraits(**given_traits)
    except InputError:
        assume(False)


rules_of_markets = st.builds(
    QuotaRules,
    quota_cut=between(0.0, 0.6),
    grandfathering=between(0.0, 1.0),
    penalty_cny_per_tco2=st.one_of(st.none(), between(10.0, 400.0)),
    abatement_slope=between(10.0, 500.0),
    unit_cost_cny_per_tco2=between(0.0, 30.0),
    retired_share=st.one_of(st.just(0.0), between(0.0, 0.4)),
    pricing=st.sampled_from(PRICINGS),
)


@CHECKED
@given(populations(), rules_of_markets)
def test_books_balance_and_nobody_pays_for_another_s_gain_unseen(traits, rules):
    outcome = solve_quota_market(traits, rules, PLAN)
    emitted = outcome.total("need_tco2")
    assert outcome.identity_residual <= 1e-9 * emitted
    sold, bought = outcome.total("sold_tco2"), outcome.total("bought_tco2")
    assert bought == pytest.approx((1.0 - rules.retired_share) * sold, rel=1e-9, abs=1e-9)
    # Only where a price leaps over the demand are sellers served in part.
    assert outcome.deal[2] < 0.999 or outcome.total("losers") == 0.0
    assert (outcome.status == "no trade") == (sold == 0.0)
    gains = share_gains("one", outcome, damage_cny_per_tco2=50.0)
    assert abs(gains.money_residual_cny) <= 1e-9 * max(gains.money_moved_cny, emitted)
    # A platform may do without trade, people too.
    least = -1e-6 * max(gains.money_moved_cny, 1.0)
    assert gains.gains_cny["platform"] >= least
    assert gains.gains_cny["buyers"] >= least
    assert gains.gains_cny["sellers"] >= least
    if rules.penalty_cny_per_tco2 is None:
        assert outcome.total("violated_tco2") == 0.0
        # Without retirement a hard cap never cuts emissions.
        assert rules.retired_share or outcome.change_per_head >= -1e-9 * emitted
    else:
        assert gains.gains_cny["government"] <= -least
        assert outcome.total("violated_tco2") <= outcome.total("violated_alone_tco2") * (1 + 1e-9)


@settings(CHECKED, max_examples=10)
@given(populations(), between(0.05, 0.95), between(0.0, 20.0), between(0.0, 300.0))
def test_the_posted_price_earns_more_than_any_other_and_serves_at_most_the_demand(
    traits, demand, cost, ceiling
):
    assume(traits.cost_mean_cny_per_tco2 > 0.0)
    curve = SupplyCurve(traits)
    market = PlatformMarket(
        demand_over_supply=demand,
        unit_cost_cny_per_tco2=cost,
        allowance_price_cny_per_tco2=ceiling,
    )
    solved = solve_posted_price(curve, market)
    assert solved.supply <= demand * (1.0 + 1e-6)
    assert solved.sale_price <= ceiling * (1.0 + 1e-6) + 1e-9
    x = solved.sale_price - cost
    if solved.status == "no trade":
        assert x <= 0.0 or solved.supply == 0.0
        return
    tried = np.linspace(0.0, x, 401)
    earned = (x - tried) * curve.share(tried)
    for price in (solved.lower_price, solved.higher_price):
        own = (x - price) * float(curve.share(price)[0])
        assert own >= earned.max() * (1.0 - 1e-6) - 1e-9


@CHECKED
@given(populations(), between(1.0, 200.0))
def test_counted_supply_and_surplus_are_within_sampling_error_of_the_exact_ones(traits, price):
    curve = SupplyCurve(traits)
    # Few sell where the expected number is small: then the error is not normal.
    assume(0.05 < float(SupplyCurve(replace(traits, amount_deviation=0.0)).share(price)[0]) < 0.95)
    sales = simulate_sales(traits, [price], replace(PLAN, people=20_000))
    for tonne, surplus in ((1.0, 0.0), (0.0, 1.0)):
        exact = tonne * float(curve.share(price)[0]) + surplus * curve.surplus(price)
        exact *= traits.amount_mean_tco2
        error = float(sales.per_head_error(tonne, surplus)[0])
        assert abs(float(sales.per_head(tonne, surplus)[0]) - exact) <= 6.0 * error
