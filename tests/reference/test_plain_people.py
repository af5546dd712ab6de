"""Counted people against a second implementation: arrays of everyone, and no case distinctions.

The same random streams give the same people, so the two must agree to rounding and to what the
tabulated θ leaves out, not only within sampling error. Each person's best emissions are searched
for on a curve of costs; the price is halved down until supply meets demand.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import beta, norm

from tanshi.personal.population import simulate_sales
from tanshi.personal.quota_market import solve_quota_market
from tanshi.personal.quota_rules import QuotaRules
from tanshi.personal.traits import PopulationPlan, PopulationTraits

TRAITS = PopulationTraits(
    theta_a=2.0,
    theta_b=3.0,
    amount_mean_tco2=3.0,
    amount_deviation=0.7,
    cost_mean_cny_per_tco2=60.0,
    cost_deviation=0.4,
    income_mean_cny=40_000.0,
    income_deviation=0.8,
    theta_amount=0.3,
    theta_income=-0.2,
    amount_cost=0.2,
    amount_income=0.5,
    cost_income=0.4,
)
PLAN = PopulationPlan(people=4_000, seed=7)


@dataclass
class People:
    theta: np.ndarray
    amount: np.ndarray
    cost: np.ndarray
    income: np.ndarray


def people_of(traits, plan, *, numbers):
    """Draw the people as the package does, with so many normals each."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(plan.seed, spawn_key=(0,))))
    latent = rng.standard_normal((plan.people, numbers))[:, :4]
    latent = latent @ np.linalg.cholesky(traits.correlation).T
    rank = norm.cdf(latent)

    def lognormal(column, mean, deviation):
        return mean * np.exp(deviation * norm.ppf(rank[:, column]) - deviation**2 / 2)

    return People(
        beta.ppf(rank[:, 0], traits.theta_a, traits.theta_b),
        lognormal(1, traits.amount_mean_tco2, traits.amount_deviation),
        lognormal(2, traits.cost_mean_cny_per_tco2, traits.cost_deviation),
        lognormal(3, traits.income_mean_cny, traits.income_deviation),
    )


def fifths(income):
    """Return the group of each person by the quantiles of the distribution, not of the sample."""
    spread = TRAITS.income_deviation
    ends = TRAITS.income_mean_cny * np.exp(spread * norm.ppf([0.2, 0.4, 0.6, 0.8]) - spread**2 / 2)
    return np.searchsorted(ends, income)


def test_sales_are_those_of_a_plain_count():
    people = people_of(TRAITS, PLAN, numbers=4)
    sales = simulate_sales(TRAITS, [25.0, 40.0], PLAN)
    group = fifths(people.income)
    for at, price in enumerate((25.0, 40.0)):
        gain = price - people.theta * people.cost
        sells = gain >= 0.0
        for name, each in {
            "sellers": sells * 1.0,
            "supply": sells * people.amount,
            "surplus": sells * people.amount * gain,
            "supply_squares": sells * people.amount**2,
            "products": sells * people.amount**2 * gain,
        }.items():
            plain = np.bincount(group, weights=each, minlength=5)
            assert getattr(sales, name)[at] == pytest.approx(plain, rel=1e-5)
    assert sales.people == pytest.approx(np.bincount(group, minlength=5))
    assert sales.income == pytest.approx(np.bincount(group, weights=people.income, minlength=5))


def best_emissions(need, quota, rules, prices, reservation):
    """Return what each person emits at least cost, by golden section: costs have one hollow."""
    purchase, sale = prices
    penalty = np.inf if rules.penalty_cny_per_tco2 is None else rules.penalty_cny_per_tco2
    kept = np.maximum(purchase - reservation, 0.0)
    missing = min(sale, penalty)

    def cost(emitted):
        short = np.maximum(emitted - quota, 0.0)
        # A tonne short that can neither be bought nor paid for is out of the question.
        dear = np.where(short > 0.0, missing, 0.0) * short if missing < np.inf else 1e12 * short
        left = kept * np.maximum(quota - emitted, 0.0)
        return rules.abatement_slope / 2 * (need - emitted) ** 2 + dear - left

    low, high = np.zeros_like(need), need.copy()
    golden = (np.sqrt(5.0) - 1.0) / 2.0
    for _ in range(80):
        left, right = high - golden * (high - low), low + golden * (high - low)
        first = cost(left) <= cost(right)
        low, high = np.where(first, low, left), np.where(first, right, high)
    return (low + high) / 2.0, cost


@pytest.mark.parametrize("penalty", [120.0, None])
@pytest.mark.parametrize("grandfathering", [0.0, 0.4])
def test_a_competitive_market_is_that_of_a_plain_search(penalty, grandfathering):
    rules = QuotaRules(
        quota_cut=0.1,
        grandfathering=grandfathering,
        penalty_cny_per_tco2=penalty,
        abatement_slope=235.0,
        unit_cost_cny_per_tco2=5.0,
    )
    people = people_of(TRAITS, PLAN, numbers=5)
    need, reservation = people.amount, people.theta * people.cost
    equal = 0.9 * need.mean()
    quota = equal * (1.0 - grandfathering + grandfathering * need / TRAITS.amount_mean_tco2)

    def trade(purchase):
        emitted, _ = best_emissions(need, quota, rules, (purchase, purchase + 5.0), reservation)
        offered = np.where(purchase >= reservation, np.maximum(quota - emitted, 0.0), 0.0)
        return emitted, offered, np.maximum(emitted - quota, 0.0)

    low, high = 0.0, 400.0 if penalty is None else penalty - 5.0
    for _ in range(60):
        middle = (low + high) / 2.0
        _, offered, wanted = trade(middle)
        low, high = (middle, high) if wanted.sum() > offered.sum() else (low, middle)
    emitted, offered, wanted = trade(high)
    outcome = solve_quota_market(TRAITS, rules, PLAN)
    assert outcome.status == "cap"
    assert outcome.purchase_price == pytest.approx(high, abs=0.02)
    assert outcome.total("sold_tco2") == pytest.approx(offered.sum(), rel=1e-3)
    assert outcome.total("emissions_tco2") == pytest.approx(emitted.sum(), rel=1e-3)
    alone, cost_alone = best_emissions(need, quota, rules, (0.0, np.inf), reservation)
    assert outcome.total("emissions_alone_tco2") == pytest.approx(alone.sum(), rel=1e-6)
    _, cost = best_emissions(need, quota, rules, (high, high + 5.0), reservation)
    gain = cost_alone(alone) - cost(emitted)
    parts = outcome.groups["seller_gain_cny"] + outcome.groups["buyer_gain_cny"]
    plain = np.bincount(fifths(people.income), weights=gain, minlength=5)
    assert parts == pytest.approx(plain, rel=2e-3)
