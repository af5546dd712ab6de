"""Does personal trading cut emissions? The cases of the audit, counted among people.

Wang, Zhao, Chen & Tang (2024) promise both that trade leaves total emissions as they are (§3) and
that it reduces them (abstract). By the identity of `quota_market` the total is quota + violations −
unused quota, so trade

* under a hard cap never cuts it: unused quota is put to use, nothing else changes;
* under a penalty that can be paid cuts it where violations fall by more than unused quota is put to
  use, or where the price reaches the penalty;
* cuts it by what is retired, once that exceeds the unused quota put to use;
* with banking only delays: quota kept in one period is emitted in the next; with expiry it is gone;
* linked to enterprises that may emit d tonnes for each tonne of credits cuts the joint total only
  where more than d of a credit is abatement that would not have happened.

What these sentences say of a case from the period without trade alone stands beside what is found:
they take for granted that all unused quota is put to use and that no violation is left, which
selling costs and a platform with market power upset.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tanshi.personal.quota_market import (
    NO_PAST,
    Prices,
    market_of,
    settle,
    solve_quota_market,
)
from tanshi.personal.results.emissions import EmissionCase, EmissionComparison

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanshi.personal._quota_kernels import Past
    from tanshi.personal.quota_rules import EmissionCases, QuotaRules
    from tanshi.personal.results.emissions import QuotaOutcome
    from tanshi.personal.traits import PopulationPlan, PopulationTraits


def compare_emissions(
    traits: PopulationTraits, rules: QuotaRules, cases: EmissionCases, plan: PopulationPlan
) -> EmissionComparison:
    """Count emissions with and without trade in every case.

    Parameters
    ----------
    traits : PopulationTraits
        The amount is the need.
    rules : QuotaRules
        With a penalty; the cases vary its cut, cap and retirement.
    cases : EmissionCases
    plan : PopulationPlan

    Returns
    -------
    EmissionComparison
        Each case without selling and operating costs, as the audit has it, and with them.
    """
    free = replace(traits, cost_mean_cny_per_tco2=0.0)
    costless = replace(rules, unit_cost_cny_per_tco2=0.0, pricing="competitive")
    found: list[EmissionCase] = []
    for people, own in ((free, costless), (traits, rules)):
        found += _single_period(people, own, cases, plan)
        for carried in (0.0, 1.0):
            outcomes = solve_two_periods(people, own, plan, cases, carried=carried)
            name = "two periods, banking" if carried else "two periods, expiry"
            found.append(_case(name, people, own, outcomes))
        for price in cases.offset_prices:
            outcome = solve_offset_link(people, own, plan, price)
            one = _case("offset link", people, own, (outcome,))
            found.append(replace(one, offset_price=price, offset_ratio=cases.offset_ratio))
    return EmissionComparison(cases=tuple(found), people=plan.people)


def _single_period(
    traits: PopulationTraits, rules: QuotaRules, cases: EmissionCases, plan: PopulationPlan
) -> Iterator[EmissionCase]:
    for penalty in dict.fromkeys((None, rules.penalty_cny_per_tco2)):
        for cut in cases.quota_cuts:
            own = replace(rules, quota_cut=cut, penalty_cny_per_tco2=penalty, retired_share=0.0)
            name = "hard cap" if penalty is None else "payable penalty"
            yield _case(name, traits, own, (solve_quota_market(traits, own, plan),))
    for share in cases.retired_shares:
        own = replace(rules, retired_share=share)
        yield _case("retirement", traits, own, (solve_quota_market(traits, own, plan),))


def solve_two_periods(
    traits: PopulationTraits,
    rules: QuotaRules,
    plan: PopulationPlan,
    cases: EmissionCases,
    *,
    carried: float,
) -> tuple[QuotaOutcome, QuotaOutcome]:
    """Solve two periods, the unused quota of the first expiring or carried into the second.

    Parameters
    ----------
    traits : PopulationTraits
    rules : QuotaRules
        Of the first period.
    plan : PopulationPlan
    cases : EmissionCases
        How the second period differs.
    carried : float, in [0, 1]
        Share of unused quota that is still valid: 0 with expiry, 1 with banking.

    Notes
    -----
    Nobody withholds quota in the first period because of the price of the second.
    """
    first = solve_quota_market(traits, rules, plan)
    follows = (1.0 - cases.second_quota_cut) / (1.0 - rules.quota_cut)
    past: Past = (
        True,
        first.deal,
        float(carried),
        float(cases.need_growth),
        float(cases.need_deviation),
        follows,
    )
    return first, solve_quota_market(traits, rules, plan, past=past)


def solve_offset_link(
    traits: PopulationTraits, rules: QuotaRules, plan: PopulationPlan, price: float
) -> QuotaOutcome:
    """Let people sell to enterprises only, at the price of their offsets less the unit cost.

    Parameters
    ----------
    traits : PopulationTraits
    rules : QuotaRules
    plan : PopulationPlan
    price : float, CNY per tCO2
    """
    kept = price - rules.unit_cost_cny_per_tco2
    status = "offsets" if kept >= 0.0 else "no trade"
    own = replace(rules, retired_share=0.0)
    return settle(market_of(traits, own, plan, NO_PAST), own, plan, Prices(status, kept, math.inf))


def _case(
    name: str,
    traits: PopulationTraits,
    rules: QuotaRules,
    outcomes: tuple[QuotaOutcome, ...],
) -> EmissionCase:
    """Return a case with what it says of its period, or of both together."""
    return EmissionCase(
        name=name,
        selling_costs=traits.cost_mean_cny_per_tco2 > 0.0,
        quota_cut=rules.quota_cut,
        hard_cap=rules.penalty_cny_per_tco2 is None,
        outcomes=outcomes,
    )
