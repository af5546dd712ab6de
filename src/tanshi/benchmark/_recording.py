"""What a year leaves in the records: fields as named in `_layout`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba

from tanshi.benchmark._clearing import CONCEAL, CONTRACT, LAGGING, OWN, TRADE, slope_of
from tanshi.benchmark._cuts import cost_of

if TYPE_CHECKING:
    from tanshi.benchmark._layout import Market, Records


@numba.njit(cache=True)
def costs_of(i: int, price: float, market: Market) -> tuple[float, float, float, float]:
    """Return abatement cost, paid margin, fixed cost and trading fees of a firm, CNY."""
    firm, state, numbers = market.firms[i], market.state[i], market.numbers[0]
    abatement = margin = fixed = fees = 0.0
    if state.strategy in (OWN, CONTRACT):
        cap = state.potential * state.intensity
        slope = slope_of(i, state.strategy, market)
        unit_cost = cost_of(firm.curve, slope, cap, state.cut, numbers.reference_price)
        abatement = unit_cost * state.produced
    if state.strategy == CONTRACT:
        margin = state.cut * state.produced * market.year[0].margin
    if state.strategy == OWN and state.cut > 0.0:
        fixed = numbers.own_fixed * (numbers.support_fixed if firm.tier == LAGGING else 1.0)
    if state.traded != 0.0:
        fees = numbers.trade_fixed + numbers.fee_share * price * abs(state.traded)
    return abatement, margin, fixed, fees


@numba.njit(cache=True)
def record(t: int, price: float, flows: Any, market: Market, records: Records) -> None:
    """Write the year's figures of the market, its industries, regions and firms."""
    first, (need, supply, sinks, reserve), accounts = flows
    year = records.years[t]
    year.price_cny_per_tco2 = price
    year.expected_price_cny_per_tco2 = market.year[0].expected
    year.primary_price_cny_per_tco2, year.primary_offered_tco2, year.primary_sold_tco2 = first
    year.need_tco2, year.supply_tco2 = need, supply
    year.sink_credits_tco2, year.reserve_sold_tco2 = sinks, reserve
    year.issued_tco2, year.surrendered_tco2, year.cancelled_tco2 = accounts[:3]
    year.unpaid_tco2, year.found_tco2 = accounts[3:]
    for i in range(len(market.firms)):
        if market.state[i].active > 0:
            _record_firm(i, t, market, records)
    for s in range(records.industries.shape[1]):
        _record_product(market.sectors[s], records.industries[t, s])


@numba.njit(cache=True)
def _record_firm(i: int, t: int, market: Market, records: Records) -> None:
    """Add a firm to the figures of its industry and region, and keep its burden."""
    firm, state = market.firms[i], market.state[i]
    year, row = records.years[t], records.industries[t, firm.industry]
    price = year.price_cny_per_tco2
    abatement, margin, fixed, fees = costs_of(i, price, market)
    emitted = (state.intensity - state.cut) * state.produced
    row.emissions_tco2 += emitted
    row.allocation_tco2 += state.free + state.bought_first
    row.unabated_need_tco2 += state.intensity * state.produced
    row.verified_tco2 += state.verified
    row.cut_tco2 += state.cut * state.produced
    row.abatement_cost_cny += abatement
    row.service_margin_cny += margin
    row.fixed_cost_cny += fixed
    row.fees_cny += fees
    row.fines_cny += state.fine
    row.bought_tco2 += max(state.traded, 0.0)
    row.sold_tco2 += max(-state.traded, 0.0)
    row.banked_tco2 += state.bank
    row.owed_tco2 += state.debt
    row.missing_tco2 += state.missing
    row.hidden_tco2 += state.hidden
    row.noncompliant_firms += 1.0 if state.strategy == CONCEAL or state.missing > 0.0 else 0.0
    row.firms += 1.0
    row.own_firms += 1.0 if state.strategy == OWN else 0.0
    row.contract_firms += 1.0 if state.strategy == CONTRACT else 0.0
    row.trade_firms += 1.0 if state.strategy == TRADE else 0.0
    row.conceal_firms += 1.0 if state.strategy == CONCEAL else 0.0
    row.output_units += state.produced
    row.demand_units += state.demand
    sector = market.sectors[firm.industry]
    lost = state.produced - state.demand
    if sector.supply_elasticity > 0.0:
        # Producers' part of the deadweight loss, a triangle at every firm.
        height = sector.price * lost / (sector.supply_elasticity * state.demand)
        row.deadweight_loss_cny += 0.5 * height * lost
    burden = abatement + margin + fixed + fees + state.fine + price * state.traded
    burden += year.primary_price_cny_per_tco2 * state.bought_first
    region = records.regions[t, firm.region]
    region.emissions_tco2 += emitted
    region.burden_cny += burden
    region.revenue_cny += sector.price * state.produced
    records.burden[t, i] = burden
    records.revenue[t, i] = sector.price * state.produced
    year.banked_tco2 += state.bank
    year.owed_tco2 += state.debt


@numba.njit(cache=True)
def _record_product(sector: Any, row: Any) -> None:
    """Add the buyers' part of the deadweight loss, and the product's price change."""
    lost = row.output_units - row.demand_units
    if sector.demand_elasticity > 0.0 and row.demand_units > 0.0:
        rise = -lost / row.demand_units / sector.demand_elasticity * sector.price
        row.product_price_change_cny = rise
        row.deadweight_loss_cny -= 0.5 * rise * lost
