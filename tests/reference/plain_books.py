"""The books of the plain market: a year's records by the names of the product's."""

from tests.reference.plain_firm import (
    CONCEAL,
    CONTRACT,
    LAGGING,
    OWN,
    TRADE,
    WHOLE,
    cost_factor,
    fixed_cost,
)

TIERS = ("advanced", "medium", "lagging")
ADDED = (  # what of firms adds to an industry
    "emissions_tco2",
    "allocation_tco2",
    "unabated_need_tco2",
    "verified_tco2",
    "cut_tco2",
    "abatement_cost_cny",
    "service_margin_cny",
    "fixed_cost_cny",
    "research_cost_cny",
    "support_cny",
    "fees_cny",
    "fines_cny",
    "deadweight_loss_cny",
    "bought_tco2",
    "sold_tco2",
    "banked_tco2",
    "owed_tco2",
    "missing_tco2",
    "hidden_tco2",
    "noncompliant_firms",
    "firms",
    "own_firms",
    "contract_firms",
    "trade_firms",
    "conceal_firms",
    "research_firms",
    "advanced_firms",
    "medium_firms",
    "lagging_firms",
    "output_units",
    "demand_units",
)


def records_of(market, year, flows, accounts):
    deeds = [deed for deed in flows.deeds if deed]
    verified = sum(deed.verified for deed in deeds)
    firms = [firm for firm in market.firms if firm.active]
    rows = [firm_row(market, i, year, flows, accounts[i]) for i in range(len(market.firms))]
    there = [row for row in rows if row]
    primary = ("primary_price_cny_per_tco2", "primary_offered_tco2", "primary_sold_tco2")
    years = dict(zip(primary, flows.primary, strict=True)) | {
        "price_cny_per_tco2": flows.price,
        "expected_price_cny_per_tco2": year.expected,
        "service_margin_cny_per_tco2": year.margin,
        "need_tco2": sum(deed.wanted for deed in deeds),
        "supply_tco2": sum(deed.offered for deed in deeds),
        "traded_tco2": sum(max(traded, 0.0) for traded in flows.traded),
        "block_traded_tco2": sum(flows.blocks) / 2,
        "sink_credits_tco2": flows.credits_sold,
        "sink_price_cny_per_tco2": credit_price(flows.price, verified, year),
        "reserve_sold_tco2": flows.reserve_sold,
        "issued_tco2": sum(row["allocation_tco2"] for row in there),
        "surrendered_tco2": sum(deed.duty for deed in deeds),
        "cancelled_tco2": sum(out.cancelled for out in accounts),
        "unpaid_tco2": sum(out.unpaid for out in accounts),
        "found_tco2": sum(out.found for out in accounts),
        "forgiven_tco2": sum(deed.verified - deed.duty for deed in deeds),
        "banked_tco2": sum(firm.bank for firm in firms),
        "owed_tco2": sum(firm.debt for firm in firms),
    }
    industries = [industry_row(market, s, rows, flows, year) for s in range(len(market.industries))]
    regions = []
    for r in range(len(market.regions)):
        members = [row for row in there if row["region"] == r]
        names = ("emissions_tco2", "allocation_tco2", "burden_cny", "revenue_cny")
        regions.append({name: sum(row[name] for row in members) for name in names})
    audits = year.rules.verification.audit_share * len(firms)
    years["supervision_cny"] = audits * year.rules.verification.audit_cost_cny
    years["primary_revenue_cny"] = flows.primary[0] * flows.primary[2]
    years["reserve_revenue_cny"] = flows.price * flows.reserve_sold
    years["public_balance_cny"] = (
        years["primary_revenue_cny"]
        + years["reserve_revenue_cny"]
        + sum(row["fines_cny"] - row["support_cny"] for row in there)
        - years["supervision_cny"]
    )
    return {
        "years": years,
        "industries": industries,
        "regions": regions,
        "burden": [row["burden_cny"] if row else 0.0 for row in rows],
        "revenue": [row["revenue_cny"] if row else 0.0 for row in rows],
    }


def credit_price(price, verified, year):
    """Return the allowance's price, or that of the last credit which the limit lets in."""
    services, reference = year.rules.services, year.rules.technology.reference_price
    limit, supply = services.offset_limit * verified, year.sinks
    if not (price > 0.0 and limit > 0.0 and supply > 0.0):
        return price
    if supply * (price / reference) ** services.sink_elasticity <= limit:
        return price
    if services.sink_elasticity == 0.0:
        return 0.0
    return min(reference * (limit / supply) ** (1.0 / services.sink_elasticity), price)


def firm_row(market, i, year, flows, out):
    firm, deed, rules = market.firms[i], flows.deeds[i], year.rules
    if deed is None:
        return None
    sector, traded = market.industries[firm.industry], flows.traded[i]
    margin = deed.cut * deed.made * year.margin if firm.strategy == CONTRACT else 0.0
    abated = deed.cost * deed.made - margin
    fixed = fixed_cost(firm, rules) if firm.strategy == OWN and deed.cut > 0.0 else 0.0
    listed = abs(traded) - flows.blocks[i]
    fees = flows.price * rules.costs.fee_share * listed
    fees += flows.price * rules.costs.block_fee_share * flows.blocks[i]
    if abs(traded) > WHOLE:
        fees += rules.costs.trade_fixed_cny
    support = 0.0
    if firm.tier == LAGGING and rules.adjustment.laggard_support:
        without = cost_factor(firm, firm.strategy, year, rules)
        without /= rules.adjustment.laggard_cost_factor
        factor = cost_factor(firm, firm.strategy, year, rules)
        support = abated * (without / factor - 1.0)
        support += rules.costs.own_fixed_cny - fixed if fixed else 0.0
    lost = deed.made - firm.demand
    deadweight = 0.0
    if sector.supply_elasticity > 0.0:
        deadweight = sector.product_price_cny * lost**2 / 2
        deadweight /= sector.supply_elasticity * firm.demand
    burden = abated + margin + fixed + flows.research[i][1]
    burden += fees + out.fine + flows.price * traded
    verified = sum(one.verified for one in flows.deeds if one)
    cheaper = flows.price - credit_price(flows.price, verified, year)
    if flows.credits_sold:
        burden -= cheaper * flows.credits_sold * deed.verified / verified
    return {
        "firm": i,
        "region": firm.region,
        "industry": firm.industry,
        "emissions_tco2": (firm.intensity - deed.cut) * deed.made,
        "allocation_tco2": deed.free + firm.bought_first,
        "unabated_need_tco2": firm.intensity * deed.made,
        "verified_tco2": deed.verified,
        "cut_tco2": deed.cut * deed.made,
        "abatement_cost_cny": abated,
        "service_margin_cny": margin,
        "fixed_cost_cny": fixed,
        "research_cost_cny": flows.research[i][1],
        "support_cny": support,
        "fees_cny": fees,
        "fines_cny": out.fine,
        "deadweight_loss_cny": deadweight,
        "bought_tco2": max(traded, 0.0),
        "sold_tco2": max(-traded, 0.0),
        "banked_tco2": firm.bank,
        "owed_tco2": firm.debt,
        "missing_tco2": out.missing,
        "hidden_tco2": out.hidden,
        "noncompliant_firms": firm.strategy == CONCEAL or out.missing > 0.0,
        "firms": 1,
        "own_firms": firm.strategy == OWN,
        "contract_firms": firm.strategy == CONTRACT,
        "trade_firms": firm.strategy == TRADE,
        "conceal_firms": firm.strategy == CONCEAL,
        "research_firms": flows.research[i][0] > 0.0,
        "advanced_firms": firm.tier == 0,
        "medium_firms": firm.tier == 1,
        "lagging_firms": firm.tier == LAGGING,
        "output_units": deed.made,
        "demand_units": firm.demand,
        "burden_cny": burden + flows.primary[0] * firm.bought_first,
        "revenue_cny": sector.product_price_cny * deed.made,
    }


def industry_row(market, s, rows, flows, year):
    members = [row for row in rows if row and row["industry"] == s]
    out = {name: float(sum(row[name] for row in members)) for name in ADDED}
    out["benchmark_tco2_per_unit"] = market.benchmark[s]
    out["reclassified_firms"] = market.moved[s]
    for tier, word in enumerate(TIERS):
        here = [r["firm"] for r in members if market.firms[r["firm"]].tier == tier]
        made = sum(flows.deeds[i].made for i in here)
        given = sum(market.firms[i].benchmark * flows.deeds[i].made for i in here)
        out[f"{word}_benchmark_tco2_per_unit"] = given / made if here else 0.0
    sector, rise = market.industries[s], 0.0
    sigma, eta = sector.supply_elasticity, sector.demand_elasticity
    if year.rules.demand.responds and sigma > 0.0 and members:
        cost = sum(r["demand_units"] * flows.deeds[r["firm"]].unit_cost for r in members)
        rise = sigma / (sigma + eta) * cost / out["demand_units"]
        if eta > 0.0:
            lost = out["output_units"] - out["demand_units"]
            loss = sector.product_price_cny * lost**2 / (2 * eta * out["demand_units"])
            out["deadweight_loss_cny"] += loss
    out["product_price_change_cny"] = rise
    return out
