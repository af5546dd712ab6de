"""The single platform among counted people: its closed form, and what is left of it elsewhere.

At the price of Wang, Zhao, Chen & Tang (2024), Eq. 7, three numbers stand beside each other: the
closed form of the paper, which knows uniform θ alone; what the population's own distributions
imply exactly (`reservation`); and what is counted among drawn people. The second and third must
agree within sampling error for every population, the first and third for the paper's only. Then
the platform sees its real sellers and prices anew (`posted_price`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.personal.population import simulate_sales
from tanshi.personal.posted_price import PlatformMarket, solve_posted_price
from tanshi.personal.reservation import SupplyCurve
from tanshi.personal.results.population import (
    CountedQuantity,
    PopulationCase,
    PopulationCheck,
)
from tanshi.personal.single import solve_single_platform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanshi.personal.posted_price import PostedPrice
    from tanshi.personal.results.platform import SinglePlatform
    from tanshi.personal.results.population import PostedSales
    from tanshi.personal.single import SinglePlatformInputs
    from tanshi.personal.traits import PopulationPlan, PopulationTraits

CURVE_END, CURVE_POINTS = 1.2, 121  # of e: what a figure shows of a supply curve


@dataclass(frozen=True)
class _Terms:
    """The market of the closed form, solved, and its numbers."""

    closed: SinglePlatform
    market: PlatformMarket
    net_price: float
    margin: float
    population: float
    could_sell: float  # DW


def check_population(
    inputs: SinglePlatformInputs, cases: Mapping[str, PopulationTraits], plan: PopulationPlan
) -> PopulationCheck:
    """Count populations at the price of the closed form, and price them anew.

    Parameters
    ----------
    inputs : SinglePlatformInputs
        One market.
    cases : mapping of name to PopulationTraits
        Their mean amount and cost must be D and e of the market. The first is the one that
        others are compared with: the paper's.
    plan : PopulationPlan

    Returns
    -------
    PopulationCheck

    Raises
    ------
    InputError
        More than one market; traits whose means are not those of the market.
    """
    _check(inputs, cases)
    terms = _terms(inputs)
    found = [_case(name, traits, terms, plan) for name, traits in cases.items()]
    return PopulationCheck(
        status=terms.closed.status[0],
        could_sell_tco2=terms.could_sell,
        population=terms.population,
        cases=tuple(found),
    )


def _check(inputs: SinglePlatformInputs, cases: Mapping[str, PopulationTraits]) -> None:
    faults = []
    if len(inputs.credit_cost) != 1:
        rows = f"{len(inputs.credit_cost)} markets"
        faults.append(Fault("not one market", rows, "one", "give one row"))
    if not cases:
        faults.append(Fault("no population", "none", "at least one", "name one"))
    wanted = {
        "amount_mean_tco2": _number(inputs.mean_reduction * inputs.matching),
        "cost_mean_cny_per_tco2": _number(inputs.credit_cost),
    }
    for name, traits in cases.items():
        for key, value in wanted.items():
            own = getattr(traits, key)
            if abs(own - value) > 1e-12 * abs(value):
                what, remedy = f"mean of '{name}' differs from the market's", "take the market's"
                faults.append(Fault(what, f"{own:.10g}", f"{value:.10g}", remedy, column=key))
    if faults:
        raise InputError(faults)


def _terms(inputs: SinglePlatformInputs) -> _Terms:
    """Solve the market by its closed form."""
    closed = solve_single_platform(inputs)
    net = _number(closed.net_purchase_price)
    could_sell = _number(inputs.supply)
    cost = _number(inputs.operating_cost) + _number(inputs.blockchain_unit_cost)
    market = PlatformMarket(
        demand_over_supply=_number(inputs.total_emissions * inputs.offset_ratio) / could_sell,
        unit_cost_cny_per_tco2=cost,
        allowance_price_cny_per_tco2=_number(inputs.allowance_price),
    )
    return _Terms(
        closed=closed,
        market=market,
        net_price=net,
        margin=_number(closed.sale_price) - cost - net,
        population=_number(inputs.population),
        could_sell=could_sell,
    )


def _case(
    name: str, traits: PopulationTraits, terms: _Terms, plan: PopulationPlan
) -> PopulationCase:
    """Count one population at the price of the closed form and at its own."""
    supply = SupplyCurve(traits)
    solved = solve_posted_price(supply, terms.market)
    ends = (solved.lower_price, solved.higher_price)
    sales = simulate_sales(traits, [terms.net_price, *ends], plan)
    prices = np.linspace(0.0, CURVE_END * traits.cost_mean_cny_per_tco2, CURVE_POINTS)
    return PopulationCase(
        name=name,
        traits=traits_of(traits),
        quantities=_at_closed_price(traits, supply, terms, sales),
        sales=sales,
        status=solved.status,
        purchase_price=solved.purchase_price,
        sale_price=solved.sale_price,
        supply_tco2=solved.supply * terms.could_sell,
        profit_cny=solved.profit * terms.could_sell,
        surplus_cny=solved.surplus * terms.could_sell,
        lower_price=solved.lower_price,
        higher_price=solved.higher_price,
        time_at_higher=solved.time_at_higher,
        first_order_price=solved.first_order_price,
        first_order_is_maximum=solved.first_order_is_maximum,
        better_price=solved.better_price,
        counted_supply=_at_own_price(solved, terms, sales),
        curve_prices=frozen(prices),
        curve_shares=frozen(supply.share(prices)),
    )


def _at_closed_price(
    traits: PopulationTraits,
    supply: SupplyCurve,
    terms: _Terms,
    sales: PostedSales,
) -> tuple[CountedQuantity, ...]:
    """Return closed form, exact value and counted one at the price of the closed form."""
    net, margin, heads, closed = terms.net_price, terms.margin, terms.population, terms.closed
    people = SupplyCurve(replace(traits, amount_deviation=0.0))
    share, surplus = float(supply.share(net)[0]), supply.surplus(net)
    rows = [
        CountedQuantity(
            "participation",
            _number(closed.participation),
            float(people.share(net)[0]),
            float(sales.share()[0]),
            float(sales.share_error()[0]),
        )
    ]
    weights = {
        "volume": (closed.volume, 1.0, 0.0),
        "user_surplus": (closed.user_surplus, 0.0, 1.0),
        "platform_profit": (closed.platform_profit, margin, 0.0),
        "welfare": (closed.welfare, margin, 1.0),
    }
    for name, (value, tonne, gain) in weights.items():
        rows.append(
            CountedQuantity(
                name,
                _number(value),
                (tonne * share + gain * surplus) * terms.could_sell,
                float(sales.per_head(tonne, gain)[0]) * heads,
                float(sales.per_head_error(tonne, gain)[0]) * heads,
            )
        )
    return tuple(rows)


def _at_own_price(solved: PostedPrice, terms: _Terms, sales: PostedSales) -> CountedQuantity:
    """Return the supply at the population's own price, exact and counted."""
    time = solved.time_at_higher
    heads = sales.per_head(1.0, 0.0)[1:] * terms.population
    errors = sales.per_head_error(1.0, 0.0)[1:] * terms.population
    return CountedQuantity(
        "volume at the own price",
        solved.supply * terms.could_sell,
        solved.supply * terms.could_sell,
        float((1.0 - time) * heads[0] + time * heads[1]),
        # The same people at both prices: their errors add up at most.
        float((1.0 - time) * errors[0] + time * errors[1]),
    )


def traits_of(traits: PopulationTraits) -> dict[str, float]:
    """Return the traits by name, for a table."""
    return {name: float(getattr(traits, name)) for name in traits.__dataclass_fields__}


def _number(value: object) -> float:
    """Return the one number of a column."""
    return float(np.asarray(value, dtype=np.float64).ravel()[0])
