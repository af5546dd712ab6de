"""What the compiled year works on: tables of records, one a firm, and figures by name.

Records rather than one array a quantity: a firm's numbers lie side by side in memory, the
compiled functions take few arguments, and they read ``firms[i].slope`` as one would write it.
Nothing here computes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tanshi.benchmark.rules import PROTOCOLS, MarketRules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Table = NDArray[Any]  # of records

FIRM = np.dtype(  # what no year changes
    [
        ("industry", np.int64),
        ("region", np.int64),
        ("tier", np.int64),
        ("large", np.int64),
        ("curve", np.int64),
        ("output", np.float64),  # units a year, without shocks
        ("slope", np.float64),  # CNY per tCO2 per (tCO2 per unit)
        ("potential", np.float64),  # share of intensity that can be cut at first
        ("frontier", np.float64),  # intensity of the best firms of its industry and process
        ("relative", np.float64),  # benchmark over the industry's
        ("cap", np.float64),  # tCO2 a year, under an absolute cap
        ("supported", np.float64),  # 1 where the region is supported, else 0
    ]
)

SECTOR = np.dtype(  # what no year changes
    [
        ("price", np.float64),
        ("demand_elasticity", np.float64),
        ("supply_elasticity", np.float64),
        ("improvement", np.float64),
        ("first_year", np.int64),
        ("pace", np.float64),  # of tightening over the average, by potential
    ]
)

STATE = np.dtype(  # what a year works on and leaves to the next
    [
        ("active", np.int64),  # 1 where the firm's industry has entered
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
        ("unit_cost", np.float64),  # CNY per unit, of this year, allowances included
        ("produced", np.float64),  # units, of this year
        ("verified", np.float64),  # tCO2
        ("free", np.float64),  # allowances handed out, tCO2
        ("bought_first", np.float64),  # in the primary auction, tCO2
        ("position", np.float64),  # before the secondary market: surplus above 0, need below
        ("traded", np.float64),  # sold below 0, bought above 0
        ("caught", np.int64),  # 1 by an audit before surrender, 2 afterwards
        ("fine", np.float64),  # CNY
        ("missing", np.float64),  # not surrendered and not borrowed, tCO2
        ("hidden", np.float64),  # not reported, tCO2
    ]
)

YEAR = np.dtype(  # what is given when a year's market opens
    [
        ("expected", np.float64),  # price, CNY per tCO2
        ("margin", np.float64),  # of contracted abatement over its cost, CNY per tCO2
        ("cost_level", np.float64),  # of abatement, 1 without energy shocks
        ("services", np.float64),  # 1 where contracted abatement is to be had, else 0
        ("sinks", np.float64),  # credits supplied at the reference price, tCO2
    ]
)

NUMBERS = np.dtype(  # `MarketRules`, flat; switches are 0 or 1
    [
        ("floor", np.float64),
        ("ceiling", np.float64),
        ("adaptation", np.float64),
        ("permanent_share", np.float64),
        ("reserve_share", np.float64),
        ("absolute_cap", np.float64),
        ("paid_share", np.float64),
        ("return_unsold", np.float64),
        ("bid_spread", np.float64),
        ("banking", np.float64),
        ("bank_fixed", np.float64),
        ("bank_multiple", np.float64),
        ("carry_discount", np.float64),
        ("indifference", np.float64),
        ("borrowing_share", np.float64),
        ("concealment", np.float64),
        ("hidden_share", np.float64),
        ("detection_small", np.float64),
        ("detection_large", np.float64),
        ("fine_multiple", np.float64),
        ("least_fine", np.float64),
        ("reputation", np.float64),
        ("deduction", np.float64),
        ("shortfall_cap", np.float64),
        ("noise", np.float64),
        ("audit_share", np.float64),
        ("audit_finds", np.float64),
        ("opinion_weight", np.float64),
        ("own_fixed", np.float64),
        ("trade_fixed", np.float64),
        ("fee_share", np.float64),
        ("cost_factor", np.float64),
        ("choice_width", np.float64),
        ("price_speed", np.float64),
        ("capacity_speed", np.float64),
        ("offset_limit", np.float64),
        ("sink_share", np.float64),
        ("sink_elasticity", np.float64),
        ("permanent_cut", np.float64),
        ("renewal", np.float64),
        ("diffusion", np.float64),
        ("research_response", np.float64),
        ("reference_price", np.float64),
        ("responds", np.float64),
        ("protocol", np.int64),
        ("revision_share", np.float64),
        ("revision_noise", np.float64),
        ("mutation", np.float64),
        ("trend", np.float64),
        ("progress", np.float64),
        ("feedback", np.float64),
        ("on_verified", np.float64),
        ("deficit", np.float64),
        ("largest_correction", np.float64),
        ("price_response", np.float64),
        ("support_cost", np.float64),
        ("support_fixed", np.float64),
        ("regional_support", np.float64),
    ]
)


class Market(NamedTuple):
    """Everything a year's market needs, in one argument."""

    firms: Table  # (n,) of FIRM
    sectors: Table  # (S,) of SECTOR
    state: Table  # (n,) of STATE
    numbers: Table  # (1,) of NUMBERS
    year: Table  # (1,) of YEAR


class Beginning(NamedTuple):
    """Where the years start."""

    benchmark: Array  # (S,) tCO2 per unit
    expected: float  # price, CNY per tCO2
    margins: Array  # (J,) of providers, CNY per tCO2; empty without services
    capacity: Array  # (J,) tCO2 a year
    provider_cost: Array  # (J,) CNY per tCO2
    supported: Array  # (R,) 1 where a region is supported
    target: Array  # (T,) emissions to be met by scaling benchmarks, tCO2; 0 for none


class Draws(NamedTuple):
    """Random numbers of one replicate, common to every scenario that is compared."""

    demand: Array  # (T, n) units
    error: Array  # (T, n) verified over reported
    energy: Array  # (T,) change of the logarithm of abatement cost
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


YEAR_RECORD = np.dtype(
    [  # of the whole market
        ("price_cny_per_tco2", np.float64),
        ("expected_price_cny_per_tco2", np.float64),
        ("primary_price_cny_per_tco2", np.float64),
        ("primary_sold_tco2", np.float64),
        ("service_margin_cny_per_tco2", np.float64),
        ("contracted_tco2", np.float64),
        ("need_tco2", np.float64),
        ("supply_tco2", np.float64),
        ("sink_credits_tco2", np.float64),
        ("reserve_sold_tco2", np.float64),
        ("primary_offered_tco2", np.float64),
        ("issued_tco2", np.float64),
        ("surrendered_tco2", np.float64),
        ("cancelled_tco2", np.float64),
        ("unpaid_tco2", np.float64),
        ("found_tco2", np.float64),
        ("banked_tco2", np.float64),
        ("owed_tco2", np.float64),
    ]
)
INDUSTRY_RECORD = np.dtype(
    [  # of one industry
        ("benchmark_tco2_per_unit", np.float64),
        ("emissions_tco2", np.float64),
        ("allocation_tco2", np.float64),
        ("unabated_need_tco2", np.float64),
        ("verified_tco2", np.float64),
        ("cut_tco2", np.float64),
        ("abatement_cost_cny", np.float64),
        ("service_margin_cny", np.float64),
        ("fixed_cost_cny", np.float64),
        ("fees_cny", np.float64),
        ("fines_cny", np.float64),
        ("deadweight_loss_cny", np.float64),
        ("bought_tco2", np.float64),
        ("sold_tco2", np.float64),
        ("banked_tco2", np.float64),
        ("owed_tco2", np.float64),
        ("missing_tco2", np.float64),
        ("hidden_tco2", np.float64),
        ("noncompliant_firms", np.float64),
        ("firms", np.float64),
        ("own_firms", np.float64),
        ("contract_firms", np.float64),
        ("trade_firms", np.float64),
        ("conceal_firms", np.float64),
        ("output_units", np.float64),
        ("demand_units", np.float64),
        ("product_price_change_cny", np.float64),
    ]
)
REGION_RECORD = np.dtype(
    [  # of one region
        ("emissions_tco2", np.float64),
        ("burden_cny", np.float64),
        ("revenue_cny", np.float64),
    ]
)


def numbers(rules: MarketRules) -> Table:
    """Return the rules as the compiled year reads them, (1,)."""
    price, allocation, bank = rules.price, rules.allocation, rules.banking
    duty, check, tech = rules.compliance, rules.verification, rules.technology
    services, adjustment, revision = rules.services, rules.adjustment, rules.revision
    found = np.zeros(1, NUMBERS)
    values: dict[str, float] = {
        "floor": price.floor,
        "ceiling": price.ceiling,
        "adaptation": price.adaptation,
        "permanent_share": price.permanent_share,
        "reserve_share": price.reserve_share,
        "absolute_cap": float(allocation.absolute_cap),
        "paid_share": allocation.paid_share,
        "return_unsold": float(allocation.unsold == "return"),
        "bid_spread": allocation.bid_spread,
        "banking": float(bank.allowed),
        "bank_fixed": bank.fixed_t,
        "bank_multiple": bank.net_sales_multiple,
        "carry_discount": bank.carry_discount,
        "indifference": bank.indifference,
        "borrowing_share": bank.borrowing_share,
        "concealment": float(duty.concealment),
        "hidden_share": duty.hidden_share,
        "detection_small": duty.detection_small,
        "detection_large": duty.detection_large,
        "fine_multiple": duty.fine_multiple,
        "least_fine": duty.least_fine_cny,
        "reputation": duty.reputation,
        "deduction": float(duty.deduction),
        "shortfall_cap": duty.shortfall_cap,
        "noise": check.noise,
        "audit_share": check.audit_share,
        "audit_finds": check.audit_finds,
        "opinion_weight": check.opinion_weight,
        "own_fixed": rules.costs.own_fixed_cny,
        "trade_fixed": rules.costs.trade_fixed_cny,
        "fee_share": rules.costs.fee_share,
        "cost_factor": services.cost_factor,
        "choice_width": services.choice_width,
        "price_speed": services.price_speed,
        "capacity_speed": services.capacity_speed,
        "offset_limit": services.offset_limit,
        "sink_share": services.sink_share,
        "sink_elasticity": services.sink_elasticity,
        "permanent_cut": tech.permanent_cut,
        "renewal": tech.renewal,
        "diffusion": tech.diffusion,
        "research_response": tech.research_response,
        "reference_price": tech.reference_price,
        "responds": float(rules.demand.responds),
        "protocol": PROTOCOLS.index(revision.protocol),
        "revision_share": revision.share,
        "revision_noise": revision.noise,
        "mutation": revision.mutation,
        "trend": adjustment.trend,
        "progress": float(adjustment.progress),
        "feedback": adjustment.feedback,
        "on_verified": float(adjustment.on_verified),
        "deficit": adjustment.deficit,
        "largest_correction": adjustment.largest_correction,
        "price_response": adjustment.price_response,
        "support_cost": adjustment.laggard_cost_factor if adjustment.laggard_support else 1.0,
        "support_fixed": adjustment.laggard_fixed_factor if adjustment.laggard_support else 1.0,
        "regional_support": adjustment.regional_support,
    }
    for name, value in values.items():
        found[name] = value
    return found
