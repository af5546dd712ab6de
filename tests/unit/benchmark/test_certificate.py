"""What a market must conserve, and that a result which does not is refused."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.test_market_mechanisms import PLAN

from tanshi.benchmark.ablation import MECHANISMS
from tanshi.benchmark.certificate import CONSERVED, check_conserved, conserved_sides
from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.switches import SWITCHED_OFF, SWITCHED_ON
from tanshi.core import CertificateError


def everything_on():
    """Rules with every mechanism at work but the absolute cap."""
    rules = PLAN.rules
    for name in SWITCHED_ON:
        if name != "absolute cap":
            rules = rules.having(name)
    # Tight enough that both bounds are met.
    return replace(
        rules,
        price=replace(rules.price, floor=50.0, ceiling=52.0),
        compliance=replace(rules.compliance, shortfall_cap=0.05),
    )


@pytest.fixture(scope="module")
def everything():
    return evolve_market(replace(PLAN, rules=everything_on()), replicates=2, seed=5)


def planted(result, table, field):
    """Return the result with a hundredth added to a field, and the year in which that is."""
    changed = getattr(result, table).copy()
    values = changed[field] if field else changed
    places = np.argwhere(values.reshape(*values.shape[:2], -1).any(axis=2))
    assert len(places), "nothing there to falsify"
    replicate, year = places[-1]
    values[replicate, year] *= 1.01
    return replace(result, **{table: changed}), int(year)


# Mechanism, the table and the field in which a fault of it would show.
PLANTED = {
    "learning": ("by_industry", "cut_tco2"),
    "renewal": ("by_industry", "cut_tco2"),
    "diffusion": ("by_industry", "emissions_tco2"),
    "research": ("by_industry", "research_cost_cny"),
    "services": ("by_industry", "service_margin_cny"),
    "sinks": ("years", "sink_credits_tco2"),
    "trend": ("years", "issued_tco2"),
    "differentiation": ("years", "issued_tco2"),
    "cost-benefit pace": ("years", "issued_tco2"),
    "firm progress": ("years", "issued_tco2"),
    "reclassification": ("by_industry", "lagging_firms"),
    "feedback": ("years", "issued_tco2"),
    "price response": ("years", "issued_tco2"),
    "reduction targets": ("years", "issued_tco2"),
    "phase-in": ("by_industry", "firms"),
    "opinions": ("years", "issued_tco2"),
    "audits": ("by_industry", "verified_tco2"),
    "verification noise": ("by_industry", "verified_tco2"),
    "laggard support": ("by_industry", "abatement_cost_cny"),
    "regional support": ("years", "issued_tco2"),
    "banking": ("years", "banked_tco2"),
    "borrowing": ("years", "owed_tco2"),
    "concealment": ("by_industry", "conceal_firms"),
    "deduction": ("years", "owed_tco2"),
    "fines": ("by_industry", "fines_cny"),
    "reputation": ("by_industry", "conceal_firms"),
    "fixed costs and fees": ("by_industry", "fees_cny"),
    "price band": ("years", "price_cny_per_tco2"),
    "reserve": ("years", "reserve_sold_tco2"),
    "block session": ("by_industry", "bought_tco2"),
    "output response": ("by_industry", "emissions_tco2"),
    "demand shocks": ("by_industry", "unabated_need_tco2"),
    "primary auction": ("years", "primary_sold_tco2"),
    "mutation": ("by_industry", "own_firms"),
    "strategy revision": ("by_industry", "contract_firms"),
    "shortfall cap": ("years", "forgiven_tco2"),
    "energy shocks": ("by_industry", "abatement_cost_cny"),
    "absolute cap": ("years", "issued_tco2"),
}


def test_a_fault_is_planted_for_every_mechanism():
    assert set(PLANTED) == set(MECHANISMS)


@pytest.mark.parametrize("name", MECHANISMS)
def test_with_and_without_each_mechanism_everything_is_conserved(name):
    rules = everything_on()
    off = name in SWITCHED_OFF
    changed = rules.without(name) if off else rules.having(name)
    result = evolve_market(replace(PLAN, rules=changed), replicates=2, seed=6)
    for left, right in conserved_sides(result).values():
        scale = np.maximum(np.maximum(np.abs(left), np.abs(right)), 1.0)
        assert (np.abs(left - right) / scale).max() < CONSERVED / 100


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_planted_fault_is_found(name, everything):
    table, field = PLANTED[name]
    check_conserved(everything)
    false, year = planted(everything, table, field)
    # A stock that is wrong at the end of a year is wrong at the beginning of the next.
    with pytest.raises(CertificateError, match=f"in year ({year + 1}|{year + 2}) of replicate"):
        check_conserved(false)


@pytest.mark.parametrize(
    "field",
    [
        "surrendered_tco2",
        "cancelled_tco2",
        "found_tco2",
        "contracted_tco2",
        "sink_price_cny_per_tco2",
        "public_balance_cny",
        "supervision_cny",
    ],
)
def test_other_flows_count_as_well(field, everything):
    false, year = planted(everything, "years", field)
    with pytest.raises(CertificateError, match=f"in year {year + 1} of"):
        check_conserved(false)


def test_burdens_that_do_not_add_up_and_missing_numbers_are_found(everything):
    with pytest.raises(CertificateError, match="money is not conserved"):
        check_conserved(planted(everything, "burden_cny", "")[0])
    years = everything.years.copy()
    years["banked_tco2"][0, 3] = np.nan
    with pytest.raises(CertificateError, match="allowances are not conserved"):
        check_conserved(replace(everything, years=years))


def test_unpaid_shortfalls_are_accounted_for():
    rules = PLAN.rules.without("deduction")
    rules = replace(rules, price=replace(rules.price, floor=40.0, ceiling=41.0))
    result = evolve_market(replace(PLAN, rules=rules), seed=5)
    with pytest.raises(CertificateError, match="allowances"):
        check_conserved(planted(result, "years", "unpaid_tco2")[0])
