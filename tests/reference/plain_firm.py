"""One firm of the benchmark market, written from "The year in formulae" of docs/benchmark.md.

Slow and plain on purpose: one firm, one number, one line at a time; nothing of the product's
market is used, neither its tables nor its compiled steps.
"""

import math
from dataclasses import dataclass

OWN, CONTRACT, TRADE, CONCEAL = range(4)
LINEAR, POWER, LOG, STEPPED = range(4)
LAGGING = 2
WHOLE = 0.5  # allowances are whole tonnes: less than half of one is nothing
NEVER = math.inf  # cost of what is not to be had


@dataclass
class Firm:
    """What a firm is, where it stands, and what happens to it this year."""

    industry: int
    process: int
    region: int
    tier: int
    large: bool
    curve: int
    output: float
    slope: float
    first_potential: float
    first_intensity: float
    frontier: float
    past_units: float  # what a cap in tonnes multiplies by the benchmark
    conceals: float  # 1 and 0 where that is given, else -1

    relative: float
    intensity: float
    potential: float
    bank: float = 0.0
    debt: float = 0.0
    strategy: int = 0
    active: bool = False

    demand: float = 0.0
    error: float = 1.0
    benchmark: float = 0.0
    audited: bool = False  # and found out before surrender
    returned: float = 0.0
    bought_first: float = 0.0

    @property
    def cap(self):
        return self.potential * self.intensity


@dataclass
class Deed:
    """What a firm does at a price."""

    cut: float
    cost: float  # of that cut, CNY a unit, the provider's margin included
    unit_cost: float
    made: float = 0.0
    verified: float = 0.0
    free: float = 0.0
    duty: float = 0.0
    position: float = 0.0
    wanted: float = 0.0
    offered: float = 0.0


def agreed_cut(slope, cap, reference):
    """Return where a smooth curve meets the linear one."""
    return min(reference / slope, 0.95 * cap)


def cut_where_marginal_cost_is(price, curve, slope, cap, reference):
    if price <= 0.0 or cap <= 0.0:
        return 0.0
    agreed = agreed_cut(slope, cap, reference)
    if curve == LINEAR:
        return min(price / slope, cap)
    if curve == POWER:
        return min(agreed * math.sqrt(price / reference), cap)
    if curve == LOG:
        return cap * (1.0 - (1.0 - agreed / cap) ** (price / reference))
    steps = 0
    while steps < 4 and price >= slope * (cap / 4) * (steps + 0.5):
        steps += 1
    return steps * cap / 4


def cost_of_cut(cut, curve, slope, cap, reference):
    if cut <= 0.0 or cap <= 0.0:
        return 0.0
    agreed = agreed_cut(slope, cap, reference)
    if curve == LINEAR:
        return slope * cut**2 / 2
    if curve == POWER:
        return reference / 3 * (cut / agreed) ** 2 * cut
    if curve == LOG:
        left = 1.0 - cut / cap
        rest = left * math.log(left) if left > 0.0 else 0.0
        return reference * cap * (rest + 1.0 - left) / -math.log(1.0 - agreed / cap)
    width = cap / 4
    return sum(slope * width * (step + 0.5) * width for step in range(round(cut / width)))


def cost_factor(firm, strategy, year, rules):
    """Return what the costs of a cut are over those of the firm's own curve."""
    factor = year.cost_level
    if firm.tier == LAGGING and rules.adjustment.laggard_support:
        factor *= rules.adjustment.laggard_cost_factor
    if strategy == CONTRACT:
        factor *= rules.services.cost_factor
    return factor


def abatement(firm, strategy, signal, year, rules):
    """Return the cut per unit that a price calls for, and its cost with the margin."""
    if strategy not in (OWN, CONTRACT):
        return 0.0, 0.0
    margin = year.margin if strategy == CONTRACT else 0.0
    factor = cost_factor(firm, strategy, year, rules)
    curve = (firm.curve, firm.slope, firm.cap, rules.technology.reference_price)
    cut = cut_where_marginal_cost_is((signal - margin) / factor, *curve)
    return cut, factor * cost_of_cut(cut, *curve) + margin * cut


def signal_of(price, year, rules):
    weight = rules.price.permanent_share
    return weight * price + (1.0 - weight) * year.foreseen


def within_announced(price, rules, known):
    """Return a price within those of next year's bounds that are to close in."""
    if known.price.floor > rules.price.floor:
        price = max(price, known.price.floor)
    if known.price.ceiling < rules.price.ceiling:
        price = min(price, known.price.ceiling)
    return price


def handed_out(firm, rules):
    """Return free allowances per unit, and whatever is made."""
    share = 1.0 - rules.allocation.paid_share
    if rules.allocation.absolute_cap:
        return 0.0, share * firm.benchmark * firm.past_units + firm.returned
    return share * firm.benchmark, firm.returned


def deed_at(firm, strategy, price, year, rules):
    """Return what a firm does to a unit of its product."""
    cut, cost = abatement(firm, strategy, signal_of(price, year, rules), year, rules)
    per_unit, _ = handed_out(firm, rules)
    return Deed(cut, cost, price * (firm.intensity - cut - per_unit) + cost)


def fixed_cost(firm, rules):
    """Return what own abatement costs before the first tonne."""
    supported = firm.tier == LAGGING and rules.adjustment.laggard_support
    factor = rules.adjustment.laggard_fixed_factor if supported else 1.0
    return factor * rules.costs.own_fixed_cny


def expected_costs(firm, price, chance, year, rules):
    """Return what each strategy would have cost, CNY a tonne that the firm would emit."""
    would_emit = firm.intensity * firm.demand
    per_unit, fixed = handed_out(firm, rules)
    costs = []
    for strategy in (OWN, CONTRACT, TRADE):
        deed = deed_at(firm, strategy, price, year, rules)
        money = deed.unit_cost * firm.demand
        if strategy == OWN and deed.cut > 0.0:
            money += fixed_cost(firm, rules)
        traded = abs((firm.intensity - deed.cut - per_unit) * firm.demand - fixed)
        if traded > 0.0:
            money += rules.costs.trade_fixed_cny + rules.costs.fee_share * price * traded
        costs.append(money / would_emit)
    if not year.services or rules.services.first_capacity_share == 0.0:
        costs[CONTRACT] = NEVER
    if not rules.compliance.concealment:
        return [*costs, NEVER]
    saved = price * rules.compliance.hidden_share * would_emit
    fine = max(rules.compliance.fine_multiple * saved, rules.compliance.least_fine_cny)
    owed = rules.banking.carry_discount * saved if rules.compliance.deduction else 0.0
    shame = rules.compliance.reputation * saved
    audited = rules.verification.audit_share * rules.verification.audit_finds
    stake = audited * shame + (1.0 - audited) * (chance * (fine + owed + shame) - saved)
    return [*costs, costs[TRADE] + stake / would_emit]


def weights_of(protocol, now, costs, shares, noise):
    """Return the weights of the four strategies under a revision protocol."""
    everything = range(len(costs))
    if protocol == "smith":
        return [noise if g == now else max(costs[now] - costs[g], 0.0) for g in everything]
    if protocol == "fermi":
        weights = [0.0] * len(costs)
        for g in everything:
            if g != now and costs[g] < NEVER:
                steep = min((costs[g] - costs[now]) / noise, 700.0)
                weights[g] = shares[g] / (1.0 + math.exp(steep))
        weights[now] = 1.0 - sum(weights)
        return weights
    least = min(costs)
    weights = [math.exp(-min((cost - least) / noise, 700.0)) for cost in costs]
    weights = [0.0 if costs[g] == NEVER else weights[g] for g in everything]
    if protocol == "replicator_mutator":
        return [weights[g] * shares[g] for g in everything]
    return weights


def chosen(weights, draw, otherwise):
    """Return the strategy on which a draw falls, the weights laid end to end."""
    place = draw * sum(weights)
    for g, weight in enumerate(weights):
        if place < weight:
            return g
        place -= weight
    return otherwise
