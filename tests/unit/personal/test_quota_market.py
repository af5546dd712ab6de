"""People with quota: their decisions, what clears, emissions by the audit's cases, who gains."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tanshi.core import InfeasibleError, InputError
from tanshi.personal import quota_market
from tanshi.personal._quota_kernels import alone, settled, wishes
from tanshi.personal.emissions import compare_emissions, solve_offset_link, solve_two_periods
from tanshi.personal.pareto import share_gains
from tanshi.personal.population import BLOCK
from tanshi.personal.quota_market import solve_quota_market
from tanshi.personal.quota_rules import PRICINGS, EmissionCases, QuotaRules
from tanshi.personal.traits import PopulationPlan, PopulationTraits

# Found by a search for what gives the four figures of the model notes, which name no parameters.
NEEDS = PopulationTraits(
    amount_mean_tco2=3.0, amount_deviation=0.7, cost_mean_cny_per_tco2=0.0, amount_income=0.5
)
DEAR = replace(NEEDS, cost_mean_cny_per_tco2=60.0)
RULES = QuotaRules(quota_cut=0.05, penalty_cny_per_tco2=120.0, abatement_slope=235.0)
COSTLY = replace(RULES, unit_cost_cny_per_tco2=5.0)
PLAN = PopulationPlan(people=200_000, seed=1)


def cost_of(emitted, person, kept, dear):
    """Return the cheapest way to emit so much: slow, plain, and knowing no case."""
    need, quota, slope, penalty = person
    abatement = slope / 2.0 * (need - emitted) ** 2
    missing = np.maximum(emitted - quota, 0.0)
    left = np.maximum(quota - emitted, 0.0)
    return abatement + min(dear, penalty) * missing - max(kept, 0.0) * left


def people(n, seed):
    draw = np.random.default_rng(seed)
    need, quota = draw.uniform(0.2, 6.0, n), draw.uniform(0.0, 5.0, n)
    slope, penalty = draw.uniform(20.0, 400.0, n), draw.uniform(20.0, 300.0, n)
    dear = draw.uniform(0.0, 1.0, n) * penalty
    kept = dear - draw.uniform(0.0, 60.0, n)  # below the sale price, often below 0
    return zip(need, quota, slope, penalty, kept, dear, strict=True)


def test_everyone_does_what_costs_least():
    for need, quota, slope, penalty, kept, dear in people(400, 1):
        grid, person = np.linspace(0.0, need, 4001), (need, quota, slope, penalty)
        abated, violated = alone.py_func(need, quota, slope, penalty)
        costs = cost_of(grid, person, -1.0, penalty)
        own = cost_of(need - abated, person, -1.0, penalty)
        assert own <= costs.min() + 1e-9
        assert violated == pytest.approx(max(need - abated - quota, 0.0))
        abated, offered, wanted = wishes.py_func(need, quota, slope, kept, dear)
        costs = cost_of(grid, person, kept, dear)
        own = cost_of(need - abated, person, kept, dear)
        assert own <= costs.min() + 1e-9
        assert offered == 0.0 or wanted == 0.0
        if offered > 0.0:
            assert offered == pytest.approx(quota - need + abated)
        if wanted > 0.0:
            assert wanted == pytest.approx(need - abated - quota)


def test_what_is_not_supplied_is_violated_at_the_penalty_and_abated_below_it():
    terms = (1.0, 0.0, 100.0, 120.0)
    for emit, violated, abated in ((1.0, 0.3, 0.4), (0.0, 0.0, 0.7)):
        deal = (30.0, 40.0, 1.0, 0.5, emit)
        found = settled.py_func(2.0, 1.0, terms, deal, 0.0)
        assert found == pytest.approx((abated, 0.0, 0.6, 0.0, 0.3, violated))


@pytest.mark.parametrize(
    ("cut", "change"), [(0.0, 0.163), (0.05, 0.026), (0.1, -0.111), (0.2, -0.287)]
)
def test_trade_raises_emissions_or_cuts_them_with_the_quota_as_in_the_model_notes(cut, change):
    outcome = solve_quota_market(NEEDS, replace(RULES, quota_cut=cut), PLAN)
    assert outcome.change_per_head == pytest.approx(change, abs=0.003)
    expected = {0.0: "price zero", 0.2: "penalty"}.get(cut, "cap")
    assert outcome.status == expected


def test_retiring_about_three_percent_of_sales_lowers_the_total_as_in_the_model_notes():
    outcome = solve_quota_market(NEEDS, RULES, PLAN)
    needed = outcome.change_per_head / outcome.per_head("sold_tco2")
    assert needed == pytest.approx(0.032, abs=0.002)
    retired = solve_quota_market(NEEDS, replace(RULES, retired_share=1.1 * needed), PLAN)
    kept = solve_quota_market(NEEDS, replace(RULES, retired_share=0.9 * needed), PLAN)
    assert retired.change_per_head < 0.0 < kept.change_per_head
    # Without selling costs the total is the quota less what is retired.
    total = retired.total("quota_tco2") - retired.retired
    assert retired.total("emissions_tco2") == pytest.approx(total, rel=1e-9)


@pytest.mark.parametrize("pricing", PRICINGS)
@pytest.mark.parametrize("penalty", [None, 120.0])
@pytest.mark.parametrize("traits", [NEEDS, DEAR], ids=["no selling costs", "selling costs"])
def test_bookkeeping_holds_in_every_market(pricing, penalty, traits):
    rules = replace(COSTLY, pricing=pricing, penalty_cny_per_tco2=penalty, retired_share=0.02)
    outcome = solve_quota_market(traits, rules, PLAN)
    emitted = outcome.total("emissions_tco2")
    assert outcome.identity_residual < 1e-10 * emitted
    assert outcome.total("bought_tco2") == pytest.approx(0.98 * outcome.total("sold_tco2"))
    assert outcome.total("bought_tco2") > 0.0
    assert outcome.total("losers") == 0.0
    assert outcome.status == "penalty" or outcome.total("violated_tco2") == 0.0
    gains = share_gains("one", outcome, damage_cny_per_tco2=80.0)
    assert abs(gains.money_residual_cny) < 1e-10 * gains.money_moved_cny
    assert min(gains.gains_cny[party] for party in ("platform", "sellers", "buyers")) >= -1e-6
    if penalty is None:
        assert gains.gains_cny["government"] == 0.0
        assert outcome.change_per_head > 0.0  # a hard cap never cuts emissions
        assert gains.verdict == "nobody loses money, but more is emitted"
    else:
        assert gains.losers == ("government",)
    assert not gains.is_improvement


def test_prices_follow_the_rule_of_the_platform():
    outcomes = {
        pricing: solve_quota_market(DEAR, replace(COSTLY, pricing=pricing), PLAN)
        for pricing in PRICINGS
    }
    margins = {name: one.sale_price - one.purchase_price - 5.0 for name, one in outcomes.items()}
    assert margins["competitive"] == pytest.approx(0.0, abs=1e-9)
    assert 0.0 < margins["published"] < margins["monopoly"]
    earned = {
        name: share_gains(name, one, damage_cny_per_tco2=0.0).gains_cny["platform"]
        for name, one in outcomes.items()
    }
    assert earned["competitive"] == pytest.approx(0.0, abs=1e-6)
    assert 0.0 < earned["published"] < earned["monopoly"]


def test_no_other_prices_earn_a_monopoly_more():
    rules = replace(COSTLY, pricing="monopoly")
    best = solve_quota_market(DEAR, rules, PLAN)
    market = quota_market.market_of(DEAR, rules, PLAN)
    curves = quota_market._tabulated(market, PLAN, rules.penalty)

    def earned(purchase):
        volume = curves.supply_at(purchase)
        sale = np.interp(volume, curves.demand[::-1], curves.prices[::-1])
        return (sale - purchase - 5.0) * min(volume, curves.demand_at(0.0))

    top = max(earned(purchase) for purchase in np.linspace(0.0, 115.0, 2001))
    own = share_gains("monopoly", best, damage_cny_per_tco2=0.0).gains_cny["platform"]
    assert own == pytest.approx(top, rel=1e-4)


def test_a_monopoly_buys_less_than_is_offered_for_nothing_and_keeps_its_cost():
    # All unused quota is offered at 0, more than is wanted at any price.
    rules = replace(COSTLY, quota_cut=0.0, grandfathering=0.0, pricing="monopoly")
    for penalty in (None, 120.0):
        own = replace(rules, penalty_cny_per_tco2=penalty)
        outcome = solve_quota_market(NEEDS, own, PLAN)
        earned = share_gains("one", outcome, damage_cny_per_tco2=0.0).gains_cny["platform"]
        assert outcome.purchase_price == 0.0
        assert earned > 0.0
        assert outcome.total("unused_tco2") > 0.0


def test_the_tabulated_curves_are_what_people_offer_and_want_at_a_price():
    market = quota_market.market_of(DEAR, COSTLY, PLAN)
    curves = quota_market._tabulated(market, PLAN, COSTLY.penalty)
    for cell in (1, 1000, 4096, 8000):
        price = float(curves.prices[cell])
        deal = (price, price, 1.0, 1.0, 0.0)
        sums = quota_market.add_blocks(
            lambda rng, n, deal=deal: quota_market.settle_people(rng, n, market, deal), PLAN
        ).sum(axis=0)
        totals = dict(zip(quota_market.COLUMNS, sums, strict=True))
        assert curves.supply[cell] == pytest.approx(totals["offered_tco2"], rel=1e-9)
        assert curves.demand[cell] == pytest.approx(totals["wanted_tco2"], rel=1e-9)


def test_without_abatement_and_with_the_paper_s_theta_supply_is_the_closed_form():
    # Abating costs so much that only unused quota is sold; all sell below the price 60 who
    # have some, a share price / 60 of it.
    rules = QuotaRules(penalty_cny_per_tco2=50.0, abatement_slope=1e9)
    market = quota_market.market_of(DEAR, rules, PLAN)
    curves = quota_market._tabulated(market, PLAN, rules.penalty)
    outcome = solve_quota_market(DEAR, rules, PLAN)
    unused = outcome.total("unused_alone_tco2")
    for price in (10.0, 24.0, 45.0):
        assert curves.supply_at(price) / unused == pytest.approx(price / 60.0, abs=0.008)


def test_two_periods_with_expiry_and_banking():
    second = EmissionCases(need_growth=1.05, need_deviation=0.2, second_quota_cut=0.05)
    expiry, banking = (
        solve_two_periods(DEAR, COSTLY, PLAN, second, carried=carried) for carried in (0.0, 1.0)
    )
    for first, then in (expiry, banking):
        assert first.total("unused_tco2") > 0.0
        assert then.per_head("need_tco2") == pytest.approx(1.05 * 3.0, rel=0.01)
    need = expiry[0].per_head("need_tco2")
    quota = [pair[1].per_head("quota_tco2") for pair in (expiry, banking)]
    carried = banking[0].per_head("unused_tco2")
    assert quota[0] == pytest.approx(0.95 * need)
    assert quota[1] == pytest.approx(0.95 * need + carried)
    total = [sum(one.total("emissions_tco2") for one in pair) for pair in (expiry, banking)]
    # What was kept is emitted later, up to what is left at the end.
    later = banking[0].total("unused_tco2") - banking[1].total("unused_tco2")
    assert 0.0 < total[1] - total[0] <= later * (1.0 + 1e-6)
    assert banking[1].purchase_price < expiry[1].purchase_price


def test_a_link_to_enterprises_cuts_the_joint_total_only_below_the_additional_share():
    outcome = solve_offset_link(NEEDS, RULES, PLAN, 60.0)
    case = next(
        one
        for one in compare_emissions(NEEDS, RULES, EmissionCases(offset_prices=(60.0,)), PLAN).cases
        if one.name == "offset link"
    )
    share = -outcome.change_per_head / outcome.per_head("sold_tco2")
    assert 0.0 < share < 0.33
    assert case.additional_share == pytest.approx(share)
    assert case.direction == "rises"
    assert replace(case, offset_ratio=0.9 * share).direction == "falls"
    assert replace(case, offset_ratio=1.1 * share).direction == "rises"
    # Nobody buys, so who is short pays the penalty as without trade.
    assert outcome.total("violated_tco2") == pytest.approx(outcome.total("violated_alone_tco2"))
    nothing = solve_offset_link(DEAR, COSTLY, PLAN, 4.0)
    assert nothing.status == "no trade"
    assert nothing.change_per_head == 0.0


def test_the_comparison_says_which_case_holds_and_where_the_audit_s_condition_does_not():
    found = compare_emissions(
        DEAR, replace(COSTLY, pricing="published"), EmissionCases(offset_prices=()), PLAN
    ).table()
    assert found["identity_residual_tco2_per_head"].max() < 1e-9
    hard = found.filter(found["case"] == "hard cap")
    assert set(hard["direction"]) == {"rises"}
    free = found.filter(~found["selling_costs"])
    assert set(free["audit_is_right"].drop_nulls()) == {True}
    # A platform with a margin leaves quota unused, so emissions fall where the audit has them rise.
    wrong = found.filter(found["audit_is_right"].eq(other=False))
    assert "payable penalty" in wrong["case"].to_list()
    assert set(found["unchanged_as_section_3_promises"]) == {False}


def test_income_groups_add_up_and_the_rich_buy_what_the_poor_sell():
    outcome = solve_quota_market(DEAR, COSTLY, PLAN)
    case = share_gains("one", outcome, damage_cny_per_tco2=0.0)
    groups, parties = case.income_groups(), case.parties()
    users = parties.filter(parties["party"].is_in(["sellers", "buyers"]))["gain_cny_per_head"]
    weights = outcome.groups["people"] / outcome.total("people")
    assert float(weights @ groups["gain_cny_per_head"].to_numpy()) == pytest.approx(users.sum())
    assert (np.diff(groups["net_sold_tco2_per_head"]) < 0.0).all()
    assert (np.diff(groups["gain_percent_of_income"]) < 0.0).all()


def test_quota_by_own_need_makes_people_equal():
    own = replace(COSTLY, grandfathering=1.0)
    outcome = solve_quota_market(DEAR, own, PLAN)
    equal = solve_quota_market(DEAR, COSTLY, PLAN)
    assert outcome.total("unused_alone_tco2") == 0.0
    assert outcome.total("sold_tco2") < 0.5 * equal.total("sold_tco2")


def test_the_market_does_not_depend_on_the_number_of_workers():
    alone_, together = (
        solve_quota_market(DEAR, COSTLY, PopulationPlan(people=2 * BLOCK + 5, workers=workers))
        for workers in (1, 3)
    )
    assert alone_.deal == together.deal
    for name in alone_.groups:
        assert (alone_.groups[name] == together.groups[name]).all()


def test_no_trade_where_the_platform_costs_more_than_a_penalty():
    outcome = solve_quota_market(DEAR, replace(RULES, unit_cost_cny_per_tco2=120.0), PLAN)
    assert outcome.status == "no trade"
    assert outcome.purchase_price is None
    assert outcome.change_per_head == 0.0
    gains = share_gains("none", outcome, damage_cny_per_tco2=80.0)
    assert set(gains.gains_cny.values()) == {0.0}
    assert gains.is_improvement
    assert gains.verdict == "nobody loses money"


def test_impossible_rules_are_refused_at_once():
    with pytest.raises(InputError) as refused:
        QuotaRules(quota_cut=1.0, penalty_cny_per_tco2=0.0, abatement_slope=-1.0, pricing="free")
    assert [fault.column for fault in refused.value.faults] == [
        "rules.quota_cut",
        "rules.penalty_cny_per_tco2",
        "rules.abatement_slope",
        "rules.pricing",
    ]
    with pytest.raises(InputError) as refused:
        EmissionCases(
            quota_cuts=(0.1, 1.0),
            offset_prices=(math.nan, 30.0),
            offset_ratio=-1.0,
            need_growth=0.0,
        )
    assert [fault.column for fault in refused.value.faults] == [
        "cases.offset_ratio",
        "cases.need_growth",
        "cases.quota_cuts",
        "cases.offset_prices",
    ]
    link = solve_offset_link(DEAR, COSTLY, PLAN, 60.0)
    with pytest.raises(InputError) as refused:
        share_gains("link", link, damage_cny_per_tco2=-1.0)
    assert len(refused.value.faults) == 2


def test_a_hard_cap_without_any_price_is_said_to_have_none(monkeypatch):
    monkeypatch.setattr(quota_market, "MOST_DOUBLINGS", 0)
    with pytest.raises(InfeasibleError, match="hard cap"):
        solve_quota_market(DEAR, replace(COSTLY, penalty_cny_per_tco2=None), PLAN)
