"""What the compiled year works on: tables of records, one a firm, and figures by name.

Records rather than one array a quantity: a firm's numbers lie side by side in memory, the
compiled functions take few arguments, and they read ``firms[i].slope`` as one would write it.
Nothing here computes. What the search for a price reads again and again is copied to bare
arrays first, see `_schedules`.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tanshi.benchmark.rules import PROTOCOLS, UNSOLD, MarketRules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Table = NDArray[Any]  # of records

FIRM = np.dtype(  # what no year changes
    [
        ("industry", np.int64),
        ("region", np.int64),
        ("group", np.int64),  # number of its industry and process
        ("large", np.int64),
        ("curve", np.int64),
        ("output", np.float64),  # units a year, without shocks
        ("slope", np.float64),  # CNY per tCO2 per (tCO2 per unit)
        ("potential", np.float64),  # share of intensity that can be cut at first
        ("frontier", np.float64),  # intensity of the best firms of its industry and process
        ("first_intensity", np.float64),
        ("grandfathered", np.float64),  # units that a cap in tonnes multiplies by benchmarks
        ("conceals", np.float64),  # 1 or 0 where that is given, else -1
    ]
)

SECTOR = np.dtype(  # what no year changes
    [
        ("price", np.float64),
        ("demand_elasticity", np.float64),
        ("supply_elasticity", np.float64),
        ("improvement", np.float64),
        ("first_year", np.int64),
        ("potential_pace", np.float64),  # added to the pace of tightening by potential
        ("cost_pace", np.float64),  # and by what a tonne costs to cut
    ]
)

STATE = np.dtype(  # what a year works on and leaves to the next
    [
        ("active", np.int64),  # 1 where the firm's industry has entered
        ("tier", np.int64),
        ("relative", np.float64),  # benchmark over the industry's
        ("demand", np.float64),  # units, before output responds
        ("benchmark", np.float64),  # tCO2 per unit
        ("error", np.float64),  # verified over reported emissions
        ("intensity", np.float64),
        ("potential", np.float64),
        ("bank", np.float64),
        ("debt", np.float64),
        ("strategy", np.int64),
        ("before", np.int64),  # strategy of this year, once the next is chosen
        ("cut", np.float64),  # tCO2 per unit, of this year
        ("research", np.float64),  # fall of intensity that this year's research brings, share
        ("research_cost", np.float64),  # CNY
        ("unit_cost", np.float64),  # CNY per unit, of this year, allowances included
        ("produced", np.float64),  # units, of this year
        ("verified", np.float64),  # tCO2
        ("duty", np.float64),  # of what is verified, what must be surrendered, tCO2
        ("free", np.float64),  # allowances handed out, tCO2
        ("returned", np.float64),  # of that, what the primary auction left
        ("bought_first", np.float64),  # in the primary auction, tCO2
        ("position", np.float64),  # before the secondary market: surplus above 0, need below
        ("wanted", np.float64),  # by who is short, tCO2
        ("offered", np.float64),  # by who has a surplus, tCO2
        ("borrowed", np.float64),  # from next year's allocation, tCO2
        ("traded", np.float64),  # sold below 0, bought above 0
        ("blocks", np.float64),  # of that, what was traded in the block session, tCO2
        ("caught", np.int64),  # 1 by an audit before surrender, 2 afterwards
        ("fine", np.float64),  # CNY
        ("missing", np.float64),  # not surrendered and not borrowed, tCO2
        ("hidden", np.float64),  # not reported, tCO2
    ]
)

YEAR = np.dtype(  # what is given when a year's market opens
    [
        ("expected", np.float64),  # price, CNY per tCO2
        ("foreseen", np.float64),  # price of the next year, given what is announced
        ("last", np.float64),  # price of the year before, the block session's reference
        ("margin", np.float64),  # of contracted abatement over its cost, CNY per tCO2
        ("cost_level", np.float64),  # of abatement, 1 without energy shocks
        ("services", np.float64),  # 1 where contracted abatement is to be had, else 0
        ("sinks", np.float64),  # credits supplied at the reference price, tCO2
        ("carried", np.float64),  # left by last year's primary auction, tCO2
        ("lag", np.float64),  # of emissions behind the reduction target, share
    ]
)


@cache
def _rule_columns() -> list[tuple[str, str]]:
    rules = MarketRules()
    return [
        (group.name, one.name)
        for group in fields(rules)
        for one in fields(getattr(rules, group.name))
    ]


# `MarketRules`, flat: ``price_floor`` is `rules.price.floor`; switches are 0 or 1, and words
# count by their place among those that are allowed.
NUMBERS = np.dtype([(f"{group}_{name}", np.float64) for group, name in _rule_columns()])


def numbers(rules: MarketRules) -> Table:
    """Return the rules as the compiled year reads them, (1,)."""
    words = {word: place for table in (PROTOCOLS, UNSOLD) for place, word in enumerate(table)}
    found = np.zeros(1, NUMBERS)
    for group, name in _rule_columns():
        value = getattr(getattr(rules, group), name)
        found[f"{group}_{name}"] = words[value] if isinstance(value, str) else float(value)
    return found


class Market(NamedTuple):
    """Everything a year's market needs, in one argument."""

    firms: Table  # (n,) of FIRM
    sectors: Table  # (S,) of SECTOR
    state: Table  # (n,) of STATE
    numbers: Table  # (1,) of NUMBERS
    known: Table  # (1,) of NUMBERS: next year's rules, as far as they are announced
    year: Table  # (1,) of YEAR


class Beginning(NamedTuple):
    """Where the years start, and what is set for them beforehand."""

    benchmark: Array  # (S,) tCO2 per unit
    expected: float  # price, CNY per tCO2
    margins: Array  # (J,) of providers, CNY per tCO2; empty without services
    capacity: Array  # (J,) tCO2 a year
    provider_cost: Array  # (J,) CNY per tCO2
    supported: Array  # (R, 3) 1 where a region is of a kind, see `industries.REGION_KINDS`
    regional_target: Array  # (R,) fall of emissions per output, a year; 0 for none
    factors: Array  # (S, 3, 2) relative benchmarks by tier and scale, of firms that change tiers
    policies: Table  # (T,) of NUMBERS: the rules of every year
    known: Table  # (T,) of NUMBERS: the rules of the year after, as firms know them
    target: Array  # (T,) emissions to be met by scaling benchmarks, tCO2; 0 for none


class Draws(NamedTuple):
    """Random numbers of one replicate, common to every scenario that is compared."""

    demand: Array  # (T, n) units
    error: Array  # (T, n) verified over reported
    cost_level: Array  # (T,) of abatement
    bid: Array  # (T, n) standard normal
    audit: Array  # (T, n) uniform, as the rest
    detect: Array
    turn: Array
    choice: Array
    mutate: Array


class Records(NamedTuple):
    """What is written, year by year."""

    years: Table  # (T,) of YEAR_RECORD
    industries: Table  # (T, S) of INDUSTRY_RECORD
    regions: Table  # (T, R) of REGION_RECORD
    burden: Array  # (T, n) CNY
    revenue: Array  # (T, n) CNY
    last: Array  # (S,) benchmarks after the last year


class Run(NamedTuple):
    """One replicate, in one argument."""

    market: Market
    beginning: Beginning
    draws: Draws
    records: Records


def _floats(names: str) -> np.dtype[Any]:
    return np.dtype([(name, np.float64) for name in names.split()])


YEAR_RECORD = _floats(  # of the whole market
    """price_cny_per_tco2 expected_price_cny_per_tco2 primary_price_cny_per_tco2
    primary_offered_tco2 primary_sold_tco2 service_margin_cny_per_tco2 contracted_tco2
    need_tco2 supply_tco2 traded_tco2 block_traded_tco2 sink_credits_tco2
    sink_price_cny_per_tco2 reserve_sold_tco2 primary_revenue_cny reserve_revenue_cny
    supervision_cny public_balance_cny
    issued_tco2 surrendered_tco2 cancelled_tco2 unpaid_tco2 found_tco2 forgiven_tco2
    banked_tco2 owed_tco2 reduction_share target_share benchmark_scale"""
)
INDUSTRY_RECORD = _floats(  # of one industry
    """benchmark_tco2_per_unit advanced_benchmark_tco2_per_unit medium_benchmark_tco2_per_unit
    lagging_benchmark_tco2_per_unit emissions_tco2 allocation_tco2 unabated_need_tco2 verified_tco2
    cut_tco2 abatement_cost_cny service_margin_cny fixed_cost_cny research_cost_cny support_cny
    fees_cny fines_cny deadweight_loss_cny bought_tco2 sold_tco2 banked_tco2 owed_tco2
    missing_tco2 hidden_tco2 noncompliant_firms firms own_firms contract_firms trade_firms
    conceal_firms research_firms advanced_firms medium_firms lagging_firms reclassified_firms
    output_units demand_units product_price_change_cny"""
)
REGION_RECORD = _floats(  # of one region
    """emissions_tco2 allocation_tco2 burden_cny revenue_cny reduction_share benchmark_factor"""
)
