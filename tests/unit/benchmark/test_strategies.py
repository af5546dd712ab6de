"""How firms turn to other strategies, protocol by protocol."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.benchmark.test_clearing import market_after
from tests.unit.benchmark.test_market_mechanisms import CALM

from tanshi.benchmark._schedules import CONCEAL, CONTRACT, OWN, TRADE
from tanshi.benchmark._strategies import IMPOSSIBLE, foregone_costs, revised
from tanshi.benchmark.rules import PROTOCOLS

DRAWS = (np.arange(20_000) + 0.5) / 20_000
COST = np.array([3.0, 2.9, 3.3, 2.8])
SHARE = np.array([0.4, 0.3, 0.2, 0.1])
NOISE = 0.15


def chances(protocol, now, cost=COST, share=SHARE):
    """Return how often each strategy is chosen, over an even grid of draws."""
    market = market_after(CALM, years=1)
    market.numbers["revision_protocol"] = PROTOCOLS.index(protocol)
    market.numbers["revision_noise"] = NOISE
    chosen = [revised(now, cost, share, float(draw), market) for draw in DRAWS]
    return np.bincount(chosen, minlength=4) / len(DRAWS)


def test_logit_weighs_costs_alone():
    weight = np.exp(-(COST - COST.min()) / NOISE)
    for now in (OWN, CONCEAL):
        assert chances("logit", now) == pytest.approx(weight / weight.sum(), abs=1e-4)


def test_replicator_mutator_imitates_what_is_there():
    share = np.array([0.5, 0.5, 0.0, 0.0])
    weight = share * np.exp(-(COST - COST.min()) / NOISE)
    found = chances("replicator_mutator", TRADE, share=share)
    assert found == pytest.approx(weight / weight.sum(), abs=1e-4)
    assert found[CONCEAL] == 0.0


def test_fermi_compares_with_one_peer():
    now = TRADE
    expected = SHARE / (1.0 + np.exp((COST - COST[now]) / NOISE))
    expected[now] = 0.0
    expected[now] = 1.0 - expected.sum()
    assert chances("fermi", now) == pytest.approx(expected, abs=1e-4)


def test_smith_turns_to_better_ones_only():
    found = chances("smith", CONTRACT)
    assert found[OWN] == found[TRADE] == 0.0
    assert found[CONCEAL] == pytest.approx(0.1 / (0.1 + NOISE), abs=1e-4)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_not_open_is_never_chosen(protocol):
    cost = COST.copy()
    cost[CONTRACT] = IMPOSSIBLE
    assert chances(protocol, OWN, cost=cost)[CONTRACT] == 0.0


def test_concealment_costs_what_is_expected():
    rules = replace(CALM.rules, costs=replace(CALM.rules.costs, trade_fixed_cny=0.0, fee_share=0.0))
    market = market_after(replace(CALM, rules=rules), years=1)
    i, price, chance = 5, 80.0, np.array([0.2, 0.2])
    cost = np.empty(4)
    foregone_costs(i, price, chance, market, cost)
    state = market.state[i]
    hidden = 0.05 * state["intensity"] * state["demand"]
    fine = max(5.0 * price * hidden, 5e5)
    caught = 0.2 * (fine + 0.95 * price * hidden + price * hidden)
    audit = 0.1 * 0.8
    stake = (1.0 - audit) * (caught - price * hidden) + audit * price * hidden
    per_tonne = stake / (state["intensity"] * state["demand"])
    assert cost[CONCEAL] - cost[TRADE] == pytest.approx(per_tonne, rel=1e-12)


def test_abating_saves_the_price_less_its_cost():
    rules = replace(
        CALM.rules,
        costs=replace(CALM.rules.costs, own_fixed_cny=0.0, trade_fixed_cny=0.0, fee_share=0.0),
        price=replace(CALM.rules.price, permanent_share=1.0),
        adjustment=replace(CALM.rules.adjustment, laggard_support=False),
    )
    market = market_after(replace(CALM, rules=rules), years=1)
    market.year["cost_level"] = 1.0
    i, price, cost = 5, 20.0, np.empty(4)
    foregone_costs(i, price, np.array([0.5, 0.5]), market, cost)
    # Linear cost, cap slack: the gain is p^2 / (2 kappa) a unit.
    gain = price**2 / (2.0 * market.firms[i]["slope"]) / market.state[i]["intensity"]
    assert cost[TRADE] - cost[OWN] == pytest.approx(gain, rel=1e-9)
    assert math.isfinite(cost[CONTRACT])
