"""People with quota who abate, sell and buy: one period of the personal market, by person.

A person needs b tonnes and holds Q. Abating a tonnes costs s a²/2, so the next one costs s a. A
tonne short costs the penalty φ, or must not be (a hard cap). A sold tonne costs θe beside its
abatement (Wang, Zhao, Chen & Tang 2024, Eq. 2).

*Without trade* a person with b ≤ Q emits b and keeps the rest; with b > Q abates while the next
tonne costs less than φ, at most down to Q, and pays φ for what is above. Hence

    total emissions = quota + violations − unused quota.                              (identity)

*With trade* at the purchase price P_s and the sale price P_b a person sells where P_s − θe exceeds
what the tonne costs otherwise, and buys where P_b is below it. Nobody is worse off than without
trade. Whatever the prices, the identity holds; with nothing unused and no violation the total is
the quota. A share of what is sold may be retired.

The platform pays c for every sold tonne, and posts prices by one of three rules: *competitive*, the
spread is c; *published*, it takes P_b as given and posts the P_s that earns most, as in Eq. 6;
*monopoly*, it chooses both. At P_b = φ buyers are indifferent and what they do not get they emit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from tanshi.core import InfeasibleError, frozen
from tanshi.personal._quota_kernels import COLUMNS, settle_people, sum_needs, tabulate_wishes
from tanshi.personal.population import add_blocks, as_arrays
from tanshi.personal.results.emissions import QuotaOutcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.personal._quota_kernels import Deal, Market, Past
    from tanshi.personal.quota_rules import QuotaRules
    from tanshi.personal.traits import PopulationPlan, PopulationTraits

    Array = NDArray[np.float64]

CELLS = 8_192  # of the prices up to the penalty
JUMP = CELLS // 64  # a best purchase price that moves further at once leaps over the demand
MOST_DOUBLINGS = 30
NO_TRADE: Deal = (-math.inf, math.inf, 0.0, 0.0, 1.0)
NO_PAST: Past = (False, NO_TRADE, 0.0, 1.0, 0.0, 1.0)


def solve_quota_market(
    traits: PopulationTraits, rules: QuotaRules, plan: PopulationPlan, *, past: Past = NO_PAST
) -> QuotaOutcome:
    """Find the prices that clear a population's market, and what everyone then does.

    Parameters
    ----------
    traits : PopulationTraits
        The amount is the need.
    rules : QuotaRules
    plan : PopulationPlan
    past : Past
        A first period, see `emissions.solve_two_periods`.

    Returns
    -------
    QuotaOutcome

    Raises
    ------
    InfeasibleError
        A hard cap that nothing clears within the prices looked at.
    """
    market = market_of(traits, rules, plan, past)
    return settle(market, rules, plan, _prices(market, rules, plan))


def market_of(
    traits: PopulationTraits, rules: QuotaRules, plan: PopulationPlan, past: Past = NO_PAST
) -> Market:
    """Return what compiled loops take."""
    quota = mean_need(traits, plan) * (1.0 - rules.quota_cut)
    terms = (
        float(quota),
        float(rules.grandfathering),
        float(rules.abatement_slope),
        float(rules.penalty),
    )
    return as_arrays(traits, plan), terms, past


@lru_cache(maxsize=16)
def mean_need(traits: PopulationTraits, plan: PopulationPlan) -> float:
    """Return the mean need of the people drawn, tCO2: a quota is cut from what they need."""
    arrays = as_arrays(traits, plan)
    total = add_blocks(lambda rng, people: sum_needs(rng, people, arrays), plan)
    return float(total[0]) / plan.people


@dataclass(frozen=True)
class Prices:
    """Prices, and how they came about.

    Parameters
    ----------
    status : {"no trade", "price zero", "cap", "penalty", "offsets"}
    purchase, sale : float, CNY per tCO2
    """

    status: str
    purchase: float
    sale: float


def settle(market: Market, rules: QuotaRules, plan: PopulationPlan, prices: Prices) -> QuotaOutcome:
    """Let everyone decide at given prices; who is too many gets a share of what was wished.

    Parameters
    ----------
    market : Market
        As `market_of` returns it.
    rules : QuotaRules
    plan : PopulationPlan
    prices : Prices
    """
    emit = 1.0 if prices.status in {"penalty", "offsets", "no trade"} else 0.0
    emit = emit if rules.penalty < math.inf else 0.0
    deal = _served(market, rules, plan, prices, emit)
    if prices.status not in {"no trade", "offsets"} and not deal[2] * deal[3]:
        # Nobody offers what somebody wants, so nobody abates in order to sell either.
        return settle(market, rules, plan, Prices("no trade", 0.0, math.inf))
    sums = add_blocks(lambda rng, people: settle_people(rng, people, market, deal), plan)
    return QuotaOutcome(
        status=prices.status,
        pricing=rules.pricing,
        purchase_price=prices.purchase if deal[2] else None,
        sale_price=prices.sale if deal[3] else None,
        penalty=rules.penalty_cny_per_tco2,
        unit_cost=rules.unit_cost_cny_per_tco2,
        retired_share=rules.retired_share,
        deal=deal,
        groups={name: frozen(sums[:, at]) for at, name in enumerate(COLUMNS)},
    )


def _served(
    market: Market, rules: QuotaRules, plan: PopulationPlan, prices: Prices, emit: float
) -> Deal:
    """Return the deal at prices: the short side is served in full."""
    if prices.status == "no trade":
        return (*NO_TRADE[:4], emit)
    if prices.status == "offsets":
        return (prices.purchase, math.inf, 1.0, 0.0, emit)
    wished: Deal = (prices.purchase, prices.sale, 1.0, 1.0, 0.0)
    sums = add_blocks(lambda rng, people: settle_people(rng, people, market, wished), plan)
    totals = dict(zip(COLUMNS, sums.sum(axis=0).tolist(), strict=True))
    offered, wanted = totals["offered_tco2"] * (1.0 - rules.retired_share), totals["wanted_tco2"]
    served = min(wanted / offered, 1.0) if offered else 0.0
    supplied = min(offered / wanted, 1.0) if wanted else 0.0
    return (prices.purchase, prices.sale, served, supplied, emit)


@dataclass(frozen=True, eq=False)
class _Curves:
    """Supply and demand at evenly spaced prices, tonnes; each (CELLS + 1,)."""

    prices: Array
    supply: Array
    demand: Array

    def supply_at(self, price: float) -> float:
        return float(np.interp(price, self.prices, self.supply))

    def demand_at(self, price: float) -> float:
        return float(np.interp(price, self.prices, self.demand))


def _prices(market: Market, rules: QuotaRules, plan: PopulationPlan) -> Prices:
    """Return prices up to the penalty; under a hard cap as far up as the platform asks."""
    if rules.penalty < math.inf:
        return _clearing(_tabulated(market, plan, rules.penalty), rules)
    top = rules.abatement_slope * market[0][2][0]
    top += rules.unit_cost_cny_per_tco2 / (1.0 - rules.retired_share)
    for _ in range(MOST_DOUBLINGS):
        prices = _clearing(_tabulated(market, plan, top), rules)
        if prices.status == "no trade" or prices.sale < top * (1.0 - 1e-9):
            return prices
        top *= 2.0
    message = (
        f"no price below {top:,.0f} CNY per tonne brings demand down to supply under a hard cap. "
        "Remedy: a smaller cut, a smaller retired share, or a penalty that can be paid."
    )
    raise InfeasibleError(message)


def _tabulated(market: Market, plan: PopulationPlan, top: float) -> _Curves:
    width = top / CELLS
    sums = add_blocks(
        lambda rng, people: tabulate_wishes(rng, people, market, width, CELLS), plan
    ).cumsum(axis=1)
    prices: Array = width * np.arange(CELLS + 1, dtype=np.float64)
    supply = sums[0] + prices * sums[1] - sums[2]
    demand = sums[3] + prices * sums[4] - sums[5]
    # Sums of many cancel to within rounding only.
    return _Curves(prices, np.maximum.accumulate(supply), np.maximum(demand, 0.0))


def _clearing(curves: _Curves, rules: QuotaRules) -> Prices:
    """Return prices by the platform's rule."""
    kept, cost, top = (
        1.0 - rules.retired_share,
        rules.unit_cost_cny_per_tco2,
        float(curves.prices[-1]),
    )
    if kept * top <= cost or curves.demand_at(cost / kept) <= 0.0:
        return Prices("no trade", 0.0, math.inf)
    find = {"competitive": _competitive, "published": _published, "monopoly": _monopoly}
    purchase, sale = find[rules.pricing](curves, kept, cost)
    if sale >= top * (1.0 - 1e-12) and rules.penalty < math.inf:
        return Prices("penalty", purchase, top)
    free = kept * sale <= cost * (1.0 + 1e-9) + 1e-9
    return Prices("price zero" if free else "cap", purchase, sale)


def _competitive(curves: _Curves, kept: float, cost: float) -> tuple[float, float]:
    """Return prices whose difference is the cost of what reaches buyers."""
    top = kept * float(curves.prices[-1]) - cost

    def excess(purchase: float) -> float:
        return curves.demand_at((purchase + cost) / kept) - kept * curves.supply_at(purchase)

    if excess(0.0) <= 1e-9 * curves.demand_at(cost / kept):
        return 0.0, cost / kept
    if excess(top) >= 0.0:
        return top, float(curves.prices[-1])
    purchase = float(brentq(excess, 0.0, top, xtol=1e-12))
    return purchase, (purchase + cost) / kept


def _published(curves: _Curves, kept: float, cost: float) -> tuple[float, float]:
    """Return prices of a platform that takes the sale price as given (Eq. 6)."""

    def best(sale: float) -> int:
        return int(((kept * sale - cost - curves.prices) * curves.supply).argmax())

    low, high = cost / kept, float(curves.prices[-1])
    if curves.demand_at(high) >= kept * curves.supply[best(high)]:
        return float(curves.prices[best(high)]), high
    for _ in range(60):
        sale = (low + high) / 2.0
        if curves.demand_at(sale) > kept * curves.supply[best(sale)]:
            low = sale
        else:
            high = sale
    below, above = best(low), best(high)
    if above - below > JUMP:
        return float(curves.prices[above]), high  # sellers get a share of what they offer
    between = slice(below, above + 1)
    wanted = curves.demand_at(high) / kept
    return float(np.interp(wanted, curves.supply[between], curves.prices[between])), high


def _monopoly(curves: _Curves, kept: float, cost: float) -> tuple[float, float]:
    """Return prices of a platform that chooses both.

    For every sale price it buys what is wanted as cheaply as can be, which may be at nothing. At
    the highest price, where buyers are indifferent, it may also buy less than is wanted.
    """
    bought = curves.demand / kept
    purchase = np.interp(bought, curves.supply, curves.prices)
    reached = bought <= curves.supply[-1]
    earned = np.where(reached, curves.demand * (curves.prices - (cost + purchase) / kept), -np.inf)
    at = int(earned.argmax())
    top = float(curves.prices[-1])
    served = np.minimum(kept * curves.supply, curves.demand[-1])
    at_top = served * (top - (cost + curves.prices) / kept)
    if at_top.max() > earned[at]:
        return float(curves.prices[at_top.argmax()]), top
    return float(purchase[at]), float(curves.prices[at])
