"""One platform before people of any kind: which purchase price it posts, and what clears.

The platform of Wang, Zhao, Chen & Tang (2024) takes what a credit may cost it, x = P_c − c − c_b,
as given and posts the price v that maximises (x − v) S(v) (Eq. 5, 6); x then clears the demand
nδ (Eq. 7), as far as the allowance price lets it. `single` has this for S(v) = v/e. Here S is any
supply curve, and two things of the closed form end:

* Eq. 7's first-order condition x = v + S/S' marks a maximum only where S has no two humps. With
  two camps of people a platform may earn more at another price; the maximum is searched
  over all prices.
* The best price then jumps as x rises, and demand may lie between what is supplied below and
  above the jump: no single price clears. Such a market is reported as ``jump``, with the x at
  which both prices earn the same and the share of the time for which the higher one is posted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from tanshi.core import InputError
from tanshi.personal._conditions import Condition
from tanshi.personal.traits import broken_conditions

if TYPE_CHECKING:
    from tanshi.personal.reservation import SupplyCurve

PRICES_SEARCHED = 401
NEARLY = 0.99  # of the highest: a hump between searched prices is higher by less than the rest
SAME = 1e-9  # relative: two prices that earn the same
FULL = 1.0 - 1e-12
PLATFORM_CONDITIONS = {
    "demand_over_supply": Condition(
        "demand over all that could be sold > 0", "give Nδ/(DW)", 0.0, above=True
    ),
    "unit_cost_cny_per_tco2": Condition("a unit cost c + c_b >= 0", "give CNY per tonne", 0.0),
    "allowance_price_cny_per_tco2": Condition("allowance_price P >= 0", "give CNY per tonne", 0.0),
}


@dataclass(frozen=True, kw_only=True)
class PlatformMarket:
    """What the platform meets beside its sellers.

    Parameters
    ----------
    demand_over_supply : float
        Nδ/(DW).
    unit_cost_cny_per_tco2 : float
        c + c_b.
    allowance_price_cny_per_tco2 : float
        P, above which no enterprise buys.

    Raises
    ------
    InputError
        Every value that breaks its condition.
    """

    demand_over_supply: float
    unit_cost_cny_per_tco2: float
    allowance_price_cny_per_tco2: float

    def __post_init__(self) -> None:
        faults = broken_conditions(self, PLATFORM_CONDITIONS, "market")
        if faults:
            raise InputError(faults)


@dataclass(frozen=True)
class PostedPrice:
    """The platform's market, solved; prices in CNY per tCO2, amounts by tonne that could be sold.

    Parameters
    ----------
    status : {"interior", "capped", "rationed", "jump", "no trade"}
    purchase_price, sale_price, supply, profit, surplus : float
        At a jump: those of the higher price and of the lower one in the mean of the time.
    lower_price, higher_price, time_at_higher : float
        The two prices of a jump; otherwise equal, and 1.
    first_order_price, first_order_sale_price : float or None
        Where the first-order condition of Eq. 7 would clear the market; None where demand
        exceeds all supply.
    first_order_is_maximum : bool or None
        Whether no other price earns more there.
    better_price : float or None
        The price that does.
    """

    status: str
    purchase_price: float
    sale_price: float
    supply: float
    profit: float
    surplus: float
    lower_price: float
    higher_price: float
    time_at_higher: float
    first_order_price: float | None
    first_order_sale_price: float | None
    first_order_is_maximum: bool | None
    better_price: float | None


def solve_posted_price(supply: SupplyCurve, market: PlatformMarket) -> PostedPrice:
    """Return the price that the platform posts and the market it leads to.

    Parameters
    ----------
    supply : SupplyCurve
    market : PlatformMarket

    Returns
    -------
    PostedPrice

    Examples
    --------
    >>> from tanshi.personal.reservation import SupplyCurve
    >>> from tanshi.personal.traits import PopulationTraits
    >>> market = PlatformMarket(demand_over_supply=0.6, unit_cost_cny_per_tco2=5.0,
    ...                         allowance_price_cny_per_tco2=100.0)
    >>> solved = solve_posted_price(SupplyCurve(PopulationTraits()), market)
    >>> round(solved.purchase_price, 9), round(solved.sale_price, 9), solved.status
    (36.0, 77.0, 'interior')

    References
    ----------
    Wang, Zhao, Chen, Tang (2024), Sustainability 16, 5810, Eq. 5–7.
    """
    demand = market.demand_over_supply
    most = market.allowance_price_cny_per_tco2 - market.unit_cost_cny_per_tco2
    first = _first_order(supply, market)
    if most <= 0.0:
        return _at(supply, market, _Posted("no trade", 0.0, 0.0, 0.0), first)
    search = _Search(supply, most)
    if first["first_order_is_maximum"] and first["first_order_sale_price"] <= (
        market.allowance_price_cny_per_tco2 * (1.0 + SAME)
    ):
        price = first["first_order_price"]
        x = first["first_order_sale_price"] - market.unit_cost_cny_per_tco2
        return _at(supply, market, _Posted("interior", x, price, price), first)
    price = search.best(most)
    if float(supply.share(price)[0]) <= demand:
        status = "capped" if float(supply.share(price)[0]) >= FULL else "rationed"
        return _at(supply, market, _Posted(status, most, price, price), first)
    x, lower, higher = _jump(supply, search, demand, most)
    below, above = (float(supply.share(one)[0]) for one in (lower, higher))
    time = (demand - below) / (above - below)
    return _at(supply, market, _Posted("jump", x, lower, higher, time), first)


@dataclass(frozen=True)
class _Posted:
    """What a credit may cost the platform, and the one or two prices it then posts."""

    status: str
    x: float
    lower: float
    higher: float
    time_at_higher: float = 1.0


class _Search:
    """The best of all prices, for what a credit may cost the platform."""

    def __init__(self, supply: SupplyCurve, most: float) -> None:
        self.supply = supply
        end = min(most, supply.highest_reservation)
        t = np.linspace(0.0, 1.0, PRICES_SEARCHED)
        self.prices = end * (3.0 * t**2 - 2.0 * t**3)  # close together where S may be steep
        self.shares = supply.share(self.prices)

    def best(self, x: float) -> float:
        """Return the price that earns most at x: every hump that may be highest is polished."""
        gains = (x - self.prices) * self.shares
        padded = np.concatenate([[-np.inf], gains, [-np.inf]])
        tops = np.flatnonzero((gains >= padded[:-2]) & (gains >= padded[2:]))
        found, most = 0.0, -np.inf
        for top in tops[gains[tops] >= NEARLY * gains.max()]:
            ends = self.prices[max(top - 1, 0)], self.prices[min(top + 1, len(gains) - 1)]
            polished = minimize_scalar(
                lambda v: -self.earned(x, v),
                bounds=ends,
                method="bounded",
                options={"xatol": 1e-9 * max(x, 1e-12)},
            )
            inside = -polished.fun > gains[top]
            price, gain = (polished.x, -polished.fun) if inside else (self.prices[top], gains[top])
            if gain > most:
                found, most = float(price), float(gain)
        return found

    def earned(self, x: float, price: float) -> float:
        """Return (x − v) S(v)."""
        return (x - price) * float(self.supply.share(price)[0])


def _first_order(supply: SupplyCurve, market: PlatformMarket) -> dict[str, Any]:
    """Return where Eq. 7 would clear the market, and whether that is a maximum."""
    names = ("price", "sale_price", "is_maximum")
    demand = market.demand_over_supply
    if demand >= FULL or supply.highest_reservation == 0.0:
        return {f"first_order_{name}": None for name in names} | {"better_price": None}
    high = min(supply.highest_reservation, 1.0 + supply.traits.cost_mean_cny_per_tco2)
    while float(supply.share(high)[0]) < demand:
        high *= 2.0
    price = float(brentq(lambda v: float(supply.share(v)[0]) - demand, 0.0, high, xtol=1e-12))
    slope = float(supply.slope(price)[0])
    x = price + demand / slope
    search = _Search(supply, x)
    better = search.best(x)
    is_maximum = search.earned(x, better) <= search.earned(x, price) * (1.0 + SAME)
    return {
        "first_order_price": price,
        "first_order_sale_price": x + market.unit_cost_cny_per_tco2,
        "first_order_is_maximum": is_maximum,
        "better_price": None if is_maximum else better,
    }


def _jump(
    supply: SupplyCurve, search: _Search, demand: float, most: float
) -> tuple[float, float, float]:
    """Halve down to the x at which the best price jumps over the demand."""
    low, high = 0.0, most
    while high - low > 1e-10 * most:
        x = (low + high) / 2.0
        if float(supply.share(search.best(x))[0]) <= demand:
            low = x
        else:
            high = x
    return high, search.best(low), search.best(high)


def _at(
    supply: SupplyCurve, market: PlatformMarket, posted: _Posted, first: dict[str, Any]
) -> PostedPrice:
    """Return the market that posted prices lead to."""
    prices, x = (posted.lower, posted.higher), posted.x
    shares = [float(supply.share(one)[0]) if x > 0.0 else 0.0 for one in prices]
    gains = [max(x - one, 0.0) * share for one, share in zip(prices, shares, strict=True)]
    surpluses = [supply.surplus(one) if x > 0.0 else 0.0 for one in prices]
    weights = np.array([1.0 - posted.time_at_higher, posted.time_at_higher])
    sale = x + market.unit_cost_cny_per_tco2
    return PostedPrice(
        status=posted.status,
        purchase_price=float(weights @ prices),
        sale_price=sale if x > 0.0 else market.allowance_price_cny_per_tco2,
        supply=float(weights @ shares),
        profit=float(weights @ gains),
        surplus=float(weights @ surpluses),
        lower_price=posted.lower,
        higher_price=posted.higher,
        time_at_higher=posted.time_at_higher,
        **first,
    )
