"""No mechanism is idle: each is tried on and off, and moves what it should, the right way."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.conftest import small_register

from tanshi.benchmark.ablation import MECHANISMS
from tanshi.benchmark.evolution import EvolutionPlan, evolve_market
from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.rules import MarketRules
from tanshi.benchmark.switches import CLAUSES, PRINCIPLES, SWITCHED_OFF, SWITCHED_ON
from tanshi.core import InputError


def busy_plan():
    """Every mechanism has something to do: an entrant, supported regions, missed targets."""
    register = small_register()
    late = replace(register.industries[1], first_year=4)
    rules = MarketRules()
    rules = replace(
        rules,
        price=replace(rules.price, floor=58.0, ceiling=66.0, block_minimum_t=2e4),
        adjustment=replace(rules.adjustment, reduction_target=0.03),
        # Few firms: more of them must try to conceal for anyone to be found.
        revision=replace(rules.revision, noise=1.0, mutation=0.02),
    )
    return EvolutionPlan(
        register=replace(register, industries=(register.industries[0], late)),
        rules=rules,
        relative=np.array([0.97, 1.0, 1.03])[np.asarray(register.tier)],
        years=15,
        supported_regions={"old_industrial": {"south"}},
        regional_targets={"north": 0.02},
    )


PLAN = busy_plan()
CALM = replace(PLAN, rules=MarketRules(), regional_targets={})
# A floor that rises to what was the ceiling: announced the year before.
ANNOUNCED = replace(
    PLAN, policy_changes={8: replace(PLAN.rules, price=replace(PLAN.rules.price, floor=66.0))}
)


def with_and_without(name):
    """Return the market with a mechanism and without it, by the plan's own rules."""
    on, off = PLAN.rules, PLAN.rules
    if name in SWITCHED_ON:
        on = on.having(name)
    else:
        off = off.without(name)
    plan = ANNOUNCED if name == "policy response" else PLAN
    return [evolve_market(replace(plan, rules=rules), replicates=3, seed=5) for rules in (on, off)]


def mean(result, name):
    table = result.years if name in result.years.dtype.names else result.by_industry
    return float(table[name].mean())


# Mechanism, what is measured, and whether it is larger (1) or smaller (-1) with it.
EFFECTS = [
    ("learning", "abatement_cost_cny", -1),
    ("learning", "emissions_tco2", -1),
    ("renewal", "cut_tco2", 1),
    ("diffusion", "unabated_need_tco2", -1),
    ("research", "unabated_need_tco2", -1),
    ("research", "research_cost_cny", 1),
    ("services", "contracted_tco2", 1),
    ("sinks", "sink_credits_tco2", 1),
    ("trend", "benchmark_tco2_per_unit", -1),
    ("reduction targets", "benchmark_tco2_per_unit", -1),
    ("phase-in", "firms", -1),
    ("opinions", "benchmark_tco2_per_unit", 1),
    ("audits", "hidden_tco2", -1),
    ("laggard support", "support_cny", 1),
    ("banking", "banked_tco2", 1),
    ("borrowing", "owed_tco2", 1),
    ("concealment", "conceal_firms", 1),
    ("deduction", "unpaid_tco2", -1),
    ("fines", "conceal_firms", -1),
    ("reputation", "conceal_firms", -1),
    ("fixed costs and fees", "fees_cny", 1),
    ("fixed costs and fees", "fixed_cost_cny", 1),
    ("reserve", "missing_tco2", -1),
    ("policy response", "banked_tco2", 1),
    ("block session", "block_traded_tco2", 1),
    ("block session", "fees_cny", -1),
    ("output response", "deadweight_loss_cny", 1),
    ("primary auction", "primary_sold_tco2", 1),
    ("reclassification", "reclassified_firms", 1),
    ("mutation", "conceal_firms", 1),
    ("shortfall cap", "forgiven_tco2", 1),
    ("absolute cap", "product_price_change_cny", 1),
]


@pytest.mark.parametrize(("name", "measure", "sign"), EFFECTS)
def test_mechanism_moves_its_figure(name, measure, sign):
    on, off = with_and_without(name)
    assert sign * (mean(on, measure) - mean(off, measure)) > 0


@pytest.mark.parametrize("name", MECHANISMS)
def test_nothing_is_idle(name):
    on, off = with_and_without(name)
    assert not np.array_equal(on.by_industry, off.by_industry)


def test_supported_regions_are_eased_and_targets_tighten_theirs():
    on, off = with_and_without("regional support")
    south = on.regions.index("south")
    factor = "benchmark_factor"
    assert (on.by_region[factor][:, 1:, south] > off.by_region[factor][:, 1:, south]).all()
    _, free = with_and_without("reduction targets")
    north = off.regions.index("north")
    assert (off.by_region[factor][:, -1, north] < free.by_region[factor][:, -1, north]).all()


def test_each_kind_of_region_has_its_own_support():
    rules = replace(
        CALM.rules,
        adjustment=replace(
            CALM.rules.adjustment, renewable_rich_support=0.2, energy_security_support=0.6
        ),
    )
    kinds = {"renewable_rich": {"north", "south"}, "energy_security": {"north"}}
    plan = replace(CALM, rules=rules, supported_regions=kinds)
    result = evolve_market(plan, replicates=1, seed=5)
    grown = result.by_region["benchmark_factor"][0, -1] ** (1 / (CALM.years - 1)) - 1
    eased = dict(zip(result.regions, grown, strict=True))
    assert eased == pytest.approx({"north": 0.006, "south": 0.002}, rel=1e-9)
    table = result.regions_table().filter(replicate=0, year=1)
    assert dict(table.select("region", "kind").rows()) == {
        "north": "renewable rich and energy security",
        "south": "renewable rich",
    }
    with pytest.raises(InputError) as refused:
        replace(CALM, supported_regions={"sunny": {"north"}, "old_industrial": {"east"}})
    assert {fault.what for fault in refused.value.faults} == {
        "no such kind of region",
        "no firm in supported_regions.old_industrial",
    }


def test_price_band_holds_and_its_absence_does_not():
    on, off = with_and_without("price band")
    price = on.price_cny_per_tco2
    assert price.min() == 58.0
    assert price.max() == 66.0
    assert off.price_cny_per_tco2.max() > 66.0


def test_feedback_keeps_need_near_the_deficit_aimed_at():
    gaps = []
    for rules in (MarketRules(), MarketRules().without("feedback")):
        rows = evolve_market(replace(CALM, rules=rules), replicates=3, seed=5).by_industry[:, -5:]
        gap = rows["allocation_tco2"].sum((0, 1)) / rows["unabated_need_tco2"].sum((0, 1)) - 0.98
        gaps.append(np.abs(gap))
    assert (gaps[0] < 0.01).all()
    assert gaps[0].max() < 0.5 * gaps[1].max()


def test_progress_moves_benchmarks_between_firms_and_leaves_their_mean():
    strong = replace(CALM.rules, adjustment=replace(CALM.rules.adjustment, firm_progress=0.5))
    plans = [replace(CALM, rules=one) for one in (strong, strong.without("firm progress"))]
    rows = [evolve_market(plan, replicates=3, seed=5).by_industry for plan in plans]
    tiers = [f"{tier}_benchmark_tco2_per_unit" for tier in ("advanced", "lagging")]
    ratio = [one[tiers[1]][:, -1] / one[tiers[0]][:, -1] for one in rows]
    assert (np.abs(ratio[0] / ratio[1] - 1.0) > 1e-4).any()
    for one in rows:
        handed = one["allocation_tco2"][:, -1] / one["output_units"][:, -1]
        assert np.allclose(handed, one["benchmark_tco2_per_unit"][:, -1], rtol=0.01, atol=0)


@pytest.mark.parametrize("unsold", ["cancel", "return", "carry"])
def test_unsold_rule(unsold):
    rules = replace(
        PLAN.rules,
        allocation=replace(PLAN.rules.allocation, paid_share=0.3, unsold=unsold, bid_spread=0.3),
    )
    result = evolve_market(replace(PLAN, rules=rules), replicates=2, seed=5)
    years = result.years
    left = years["primary_offered_tco2"] - years["primary_sold_tco2"]
    assert (left > 0).any()
    offered = years["primary_offered_tco2"]
    # What is for sale is 0.3 of the allocation to demand, which output hardly leaves.
    free = (years["issued_tco2"] - years["primary_sold_tco2"]) / 0.7
    again = offered[:, 1:] / (0.3 * free[:, 1:]) - 1.0
    back = free[:, 0] / (offered[:, 0] / 0.3) - 1.0
    share_left = left / offered
    if unsold == "carry":
        assert (again[share_left[:, :-1] > 0.1] > 0.1).all()
    else:
        assert (again < 0.05).all()
    if unsold == "return":
        assert (back > 0.3 * share_left[:, 0]).all()
    else:
        assert np.allclose(back, 0.0, rtol=0, atol=0.02)


@pytest.mark.parametrize("protocol", ["logit", "replicator_mutator", "fermi", "smith"])
def test_protocols_settle_where_cheap_strategies_are(protocol):
    rules = replace(PLAN.rules, revision=replace(PLAN.rules.revision, protocol=protocol))
    result = evolve_market(replace(PLAN, rules=rules), replicates=2, seed=5)
    rows = result.by_industry[:, -5:]
    abating = rows["own_firms"].sum() + rows["contract_firms"].sum()
    assert abating > 0.5 * rows["firms"].sum()


@pytest.mark.parametrize("curve", range(len(CURVES)))
def test_every_shape_of_cost_curve_clears(curve):
    register = replace(PLAN.register, mac_curve=np.full(PLAN.register.n_firms, curve))
    result = evolve_market(replace(PLAN, register=register), seed=5)
    assert mean(result, "cut_tco2") > 0


def test_energy_prices_that_are_given_move_cost_and_price():
    level = np.where(np.arange(PLAN.years) < 7, 1.0, 1.5)
    rules = replace(CALM.rules, price=replace(CALM.rules.price, floor=0.0, ceiling=1e4))
    plan = replace(CALM, rules=rules)
    plain = evolve_market(plan, seed=5).price_cny_per_tco2
    dear = evolve_market(replace(plan, cost_level=level), seed=5).price_cny_per_tco2
    assert np.array_equal(plain[:, :7], dear[:, :7])
    assert (dear[:, 7] > plain[:, 7]).all()


def test_policy_changes_take_over_in_their_year():
    tight = replace(PLAN.rules, price=replace(PLAN.rules.price, floor=65.0))
    plain = evolve_market(PLAN, seed=5).price_cny_per_tco2
    changed = evolve_market(replace(PLAN, policy_changes={9: tight}), seed=5).price_cny_per_tco2
    assert np.array_equal(plain[:, :8], changed[:, :8])
    assert changed[:, 8:].min() >= 65.0
    with pytest.raises(InputError, match="policy_changes"):
        replace(PLAN, policy_changes={99: tight})


def test_who_has_entered_stays_although_a_policy_would_let_it_wait():
    early = replace(CALM, rules=CALM.rules.without("phase-in"), policy_changes={2: CALM.rules})
    firms = evolve_market(early, seed=5).by_industry["firms"]
    assert (firms == firms[:, :1]).all()
    assert firms[0, 0, 1] > 0


def test_what_a_policy_closes_is_left_at_once():
    rules = PLAN.rules.without("services").without("concealment")
    rules = replace(rules, revision=replace(rules.revision, share=0.0, mutation=0.0))
    rows = evolve_market(replace(PLAN, policy_changes={5: rules}), seed=5).by_industry[0]
    for name in ("contract_firms", "conceal_firms"):
        assert rows[name][3].sum() > 0
        assert rows[name][4:].sum() == 0


def test_given_violations_are_met_to_the_firm():
    plan = replace(PLAN, given_violations={"power": 0.1})
    rows = evolve_market(plan, replicates=2, seed=5).by_industry
    assert (rows["conceal_firms"][:, :, 0] == 3).all()
    free = evolve_market(PLAN, replicates=2, seed=5).by_industry
    assert len(np.unique(free["conceal_firms"][:, :, 0])) > 1


def test_an_entrant_starts_near_the_deficit_although_intensity_has_fallen():
    improving = replace(PLAN.register.industries[1], autonomous_improvement=0.03, first_year=10)
    register = replace(PLAN.register, industries=(PLAN.register.industries[0], improving))
    rows = evolve_market(replace(CALM, register=register), seed=5).by_industry
    gap = rows["allocation_tco2"] / np.maximum(rows["unabated_need_tco2"], 1.0)
    assert (rows["firms"][0, :9, 1] == 0).all()
    # Left at its first value the benchmark would be a third too high in year 10.
    assert abs(gap[0, 9, 1] - 1.0) < 0.06


def test_groups_of_mechanisms_name_mechanisms():
    known = set(SWITCHED_OFF) | set(SWITCHED_ON)
    assert set(MECHANISMS) == known
    assert len(PRINCIPLES) == 6
    for table in (CLAUSES, PRINCIPLES):
        assert {name for names in table.values() for name in names} <= known
    with pytest.raises(InputError, match="no such mechanism"):
        MarketRules().without("magic")
    with pytest.raises(InputError, match="no such mechanism"):
        MarketRules().having("banking")
