"""What a year leaves in the records: fields as named in `_layout`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from tanshi.benchmark._clearing import sink_price
from tanshi.benchmark._cuts import cost_of
from tanshi.benchmark._schedules import (
    ADVANCED,
    CONCEAL,
    CONTRACT,
    LAGGING,
    MEDIUM,
    OWN,
    TIERS,
    TRADE,
    cost_factor,
)
from tanshi.benchmark._settlement import NOTHING_T
from tanshi.benchmark._strategies import own_fixed_cost

if TYPE_CHECKING:
    from tanshi.benchmark._layout import Market, Records


@numba.njit(cache=True)
def costs_of(i: int, price: float, market: Market) -> tuple[float, float, float, float, float]:
    """Return abatement cost, paid margin, fixed cost, fees, and support received, CNY.

    Support is what a lagging firm would pay more for the same cuts without it.
    """
    firm, one, numbers = market.firms[i], market.state[i], market.numbers[0]
    abatement = margin = fixed = fees = support = 0.0
    if one.strategy in (OWN, CONTRACT):
        cap = one.potential * one.intensity
        reference = numbers.technology_reference_price
        unit = cost_of(firm.curve, firm.slope, cap, one.cut, reference)
        abatement = cost_factor(i, one.strategy, market) * unit * one.produced
    if one.strategy == CONTRACT:
        margin = one.cut * one.produced * market.year[0].margin
    if one.strategy == OWN and one.cut > 0.0:
        fixed = own_fixed_cost(i, market)
    if one.traded != 0.0:
        listed = abs(one.traded) - one.blocks
        fees = price * (
            numbers.costs_fee_share * listed + numbers.costs_block_fee_share * one.blocks
        )
        # Who trades grams, as the search for a price may leave them, has not gone to market.
        fees += numbers.costs_trade_fixed_cny if abs(one.traded) > NOTHING_T else 0.0
    if one.tier == LAGGING and numbers.adjustment_laggard_support > 0.0:
        support = abatement * (1.0 / numbers.adjustment_laggard_cost_factor - 1.0)
        support += fixed * (1.0 / numbers.adjustment_laggard_fixed_factor - 1.0)
    return abatement, margin, fixed, fees, support


@numba.njit(cache=True)
def record(t: int, price: float, flows: Any, market: Market, records: Records) -> None:
    """Write the year's figures of the market, its industries, regions and firms.

    Parameters
    ----------
    t : int
    price : float
    flows : three tuples
        Price, offer and sale of the primary auction; need, supply, credits, reserve, volume
        and blocks of the secondary market; what `settle` returns.
    market : Market
    records : Records
        Written.
    """
    first, second, accounts = flows
    year = records.years[t]
    year.price_cny_per_tco2 = price
    year.expected_price_cny_per_tco2 = market.year[0].expected
    year.service_margin_cny_per_tco2 = market.year[0].margin
    year.primary_price_cny_per_tco2, year.primary_offered_tco2, year.primary_sold_tco2 = first
    year.need_tco2, year.supply_tco2, year.sink_credits_tco2, year.reserve_sold_tco2 = second[:4]
    year.traded_tco2, year.block_traded_tco2 = second[4:]
    year.issued_tco2, year.surrendered_tco2, year.cancelled_tco2 = accounts[:3]
    year.unpaid_tco2, year.found_tco2, year.forgiven_tco2 = accounts[3:]
    verified = 0.0
    for i in range(len(market.firms)):
        verified += market.state[i].active * market.state[i].verified
    year.sink_price_cny_per_tco2 = sink_price(price, verified, market)
    # Whoever surrenders may use credits up to the same share of its emissions.
    spared = (price - year.sink_price_cny_per_tco2) * year.sink_credits_tco2
    spared /= max(verified, 1e-300)
    for i in range(len(market.firms)):
        if market.state[i].active > 0:
            _record_firm(i, t, spared, market, records)
    _record_public(t, market, records)
    _record_tiers(t, market, records)
    for s in range(records.industries.shape[1]):
        _record_product(market.sectors[s], market.numbers[0], records.industries[t, s])


@numba.njit(cache=True)
def _record_firm(i: int, t: int, spared: float, market: Market, records: Records) -> None:
    """Add a firm to the figures of its industry and region, and keep its burden.

    Spared is what a verified tonne saves where credits are cheaper than allowances, CNY.
    """
    firm, one = market.firms[i], market.state[i]
    year, row = records.years[t], records.industries[t, firm.industry]
    price = year.price_cny_per_tco2
    abatement, margin, fixed, fees, support = costs_of(i, price, market)
    emitted = (one.intensity - one.cut) * one.produced
    handed_out = one.free + one.bought_first
    row.emissions_tco2 += emitted
    row.allocation_tco2 += handed_out
    row.unabated_need_tco2 += one.intensity * one.produced
    row.verified_tco2 += one.verified
    row.cut_tco2 += one.cut * one.produced
    row.abatement_cost_cny += abatement
    row.service_margin_cny += margin
    row.fixed_cost_cny += fixed
    row.research_cost_cny += one.research_cost
    row.support_cny += support
    row.fees_cny += fees
    row.fines_cny += one.fine
    row.bought_tco2 += max(one.traded, 0.0)
    row.sold_tco2 += max(-one.traded, 0.0)
    row.banked_tco2 += one.bank
    row.owed_tco2 += one.debt
    row.missing_tco2 += one.missing
    row.hidden_tco2 += one.hidden
    _count_firm(one, row)
    row.output_units += one.produced
    row.demand_units += one.demand
    row.product_price_change_cny += one.demand * one.unit_cost
    sector = market.sectors[firm.industry]
    lost = one.produced - one.demand
    if sector.supply_elasticity > 0.0:
        # Producers' part of the deadweight loss, a triangle at every firm.
        height = sector.price * lost / (sector.supply_elasticity * one.demand)
        row.deadweight_loss_cny += 0.5 * height * lost
    burden = abatement + margin + fixed + one.research_cost
    burden += fees + one.fine + price * one.traded - spared * one.verified
    burden += year.primary_price_cny_per_tco2 * one.bought_first
    region = records.regions[t, firm.region]
    region.emissions_tco2 += emitted
    region.allocation_tco2 += handed_out
    region.burden_cny += burden
    region.revenue_cny += sector.price * one.produced
    records.burden[t, i] = burden
    records.revenue[t, i] = sector.price * one.produced
    year.banked_tco2 += one.bank
    year.owed_tco2 += one.debt


@numba.njit(cache=True)
def _count_firm(one: Any, row: Any) -> None:
    """Add a firm to the counts of its industry."""
    row.noncompliant_firms += 1.0 if one.strategy == CONCEAL or one.missing > 0.0 else 0.0
    row.firms += 1.0
    row.own_firms += 1.0 if one.strategy == OWN else 0.0
    row.contract_firms += 1.0 if one.strategy == CONTRACT else 0.0
    row.trade_firms += 1.0 if one.strategy == TRADE else 0.0
    row.conceal_firms += 1.0 if one.strategy == CONCEAL else 0.0
    row.research_firms += 1.0 if one.research > 0.0 else 0.0
    row.advanced_firms += 1.0 if one.tier == ADVANCED else 0.0
    row.medium_firms += 1.0 if one.tier == MEDIUM else 0.0
    row.lagging_firms += 1.0 if one.tier == LAGGING else 0.0


@numba.njit(cache=True)
def _record_public(t: int, market: Market, records: Records) -> None:
    """Write what the government takes in and spends: sales and fines, audits and support."""
    year, numbers = records.years[t], market.numbers[0]
    firms = taken = spent = 0.0
    for s in range(records.industries.shape[1]):
        row = records.industries[t, s]
        firms += row.firms
        taken += row.fines_cny
        spent += row.support_cny
    year.primary_revenue_cny = year.primary_price_cny_per_tco2 * year.primary_sold_tco2
    year.reserve_revenue_cny = year.price_cny_per_tco2 * year.reserve_sold_tco2
    audited = numbers.verification_audit_share * firms
    year.supervision_cny = audited * numbers.verification_audit_cost_cny
    year.public_balance_cny = year.primary_revenue_cny + year.reserve_revenue_cny + taken
    year.public_balance_cny -= spent + year.supervision_cny


@numba.njit(cache=True)
def _record_tiers(t: int, market: Market, records: Records) -> None:
    """Write the mean benchmark of every tier, weighted by output."""
    rows = records.industries[t]
    handed_out, made = np.zeros((len(rows), TIERS)), np.zeros((len(rows), TIERS))
    for i in range(len(market.firms)):
        firm, one = market.firms[i], market.state[i]
        if one.active > 0:
            handed_out[firm.industry, one.tier] += one.benchmark * one.produced
            made[firm.industry, one.tier] += one.produced
    for s in range(len(rows)):
        mean = handed_out[s]
        for tier in range(TIERS):
            mean[tier] /= max(made[s, tier], 1e-300)
        rows[s].advanced_benchmark_tco2_per_unit = mean[ADVANCED]
        rows[s].medium_benchmark_tco2_per_unit = mean[MEDIUM]
        rows[s].lagging_benchmark_tco2_per_unit = mean[LAGGING]


@numba.njit(cache=True)
def _record_product(sector: Any, numbers: Any, row: Any) -> None:
    """Turn summed cost into the product's price change; add the buyers' deadweight loss."""
    sigma, eta = sector.supply_elasticity, sector.demand_elasticity
    cost, row.product_price_change_cny = row.product_price_change_cny, 0.0
    if numbers.demand_responds == 0.0 or sigma == 0.0 or row.demand_units == 0.0:
        return
    row.product_price_change_cny = sigma / (sigma + eta) * cost / row.demand_units
    if eta > 0.0:
        lost = row.output_units - row.demand_units
        row.deadweight_loss_cny += 0.5 * sector.price * lost * lost / (eta * row.demand_units)
