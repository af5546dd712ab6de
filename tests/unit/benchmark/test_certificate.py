"""What a market must conserve, and that a result which does not is refused."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.test_market_mechanisms import PLAN

from tanshi.benchmark.ablation import MECHANISMS, switched_plan
from tanshi.benchmark.certificate import CONSERVED, check_conserved, conserved_sides
from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.switches import SWITCHED_ON
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


# Columns that the certificate counts. What code faults of each mechanism do to a market is for
# `tests.reference.planted_faults`, and what those of conservation do for `planted_faults` here.
COUNTED = (
    *(
        ("years", name)
        for name in (
            "issued_tco2",
            "surrendered_tco2",
            "cancelled_tco2",
            "found_tco2",
            "contracted_tco2",
            "sink_credits_tco2",
            "sink_price_cny_per_tco2",
            "reserve_sold_tco2",
            "primary_sold_tco2",
            "forgiven_tco2",
            "banked_tco2",
            "owed_tco2",
            "price_cny_per_tco2",
            "public_balance_cny",
            "supervision_cny",
        )
    ),
    *(
        ("by_industry", name)
        for name in (
            "emissions_tco2",
            "unabated_need_tco2",
            "verified_tco2",
            "cut_tco2",
            "bought_tco2",
            "abatement_cost_cny",
            "service_margin_cny",
            "research_cost_cny",
            "fees_cny",
            "fines_cny",
            "firms",
            "own_firms",
            "contract_firms",
            "conceal_firms",
            "lagging_firms",
        )
    ),
)


@pytest.mark.parametrize("name", MECHANISMS)
def test_with_and_without_each_mechanism_everything_is_conserved(name):
    changed, _ = switched_plan(replace(PLAN, rules=everything_on()), name)
    result = evolve_market(changed, replicates=2, seed=6)
    for left, right in conserved_sides(result).values():
        scale = np.maximum(np.maximum(np.abs(left), np.abs(right)), 1.0)
        assert (np.abs(left - right) / scale).max() < CONSERVED / 100


@pytest.mark.parametrize(("table", "field"), COUNTED)
def test_a_column_that_is_wrong_is_found(table, field, everything):
    check_conserved(everything)
    false, year = planted(everything, table, field)
    # A stock that is wrong at the end of a year is wrong at the beginning of the next.
    with pytest.raises(CertificateError, match=f"in year ({year + 1}|{year + 2}) of replicate"):
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
