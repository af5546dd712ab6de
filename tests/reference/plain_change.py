"""What a year of the plain market changes for the next: firms, providers, benchmarks."""

import math

from tests.reference.plain_firm import (
    CONCEAL,
    CONTRACT,
    NEVER,
    chosen,
    expected_costs,
    signal_of,
    weights_of,
    within_announced,
)
from tests.reference.plain_orders import logit_shares


def research_of(market, i, year, flows):
    """Return by which share a firm's research lowers its intensity, and what it costs."""
    firm, deed, rules = market.firms[i], flows.deeds[i], year.rules
    research = rules.research
    if deed is None or research.pace == 0.0:
        return 0.0, 0.0
    growth = research.foresight * market.ahead[firm.industry]
    price = signal_of(flows.price, year, rules)
    worth = usual = 0.0
    for k in range(1, research.years + 1):
        then = price * (1.0 + growth) ** k
        then = min(max(then, year.known.price.floor), year.known.price.ceiling)
        worth += then / (1.0 + research.interest) ** k
        usual += rules.technology.reference_price / (1.0 + research.interest) ** k
    # A leader loses a share of what it leads by, in allowances.
    lost = rules.adjustment.firm_progress * firm.benchmark / firm.intensity
    worth *= max(1.0 - lost, 0.0)
    share = min(research.pace * worth / usual, 0.1)
    tonnes = firm.intensity * deed.made
    cost = usual / research.pace / 2 * share**2 * tonnes + research.fixed_cny
    return (share, cost) if share * worth * tonnes > cost else (0.0, 0.0)


def tier_factors(market):
    """Return relative benchmarks by industry, tier and scale, as a function.

    Of firms there, the mean by output; of a cell without one, of its tier; else of all.
    """
    plan = market.plan

    def of(s, tier, large):
        members = [i for i, firm in enumerate(market.firms) if firm.industry == s]
        same = [i for i in members if market.firms[i].tier == tier]
        alike = [i for i in same if market.firms[i].large == large]
        there = alike or same or members
        made = sum(market.firms[i].output for i in there)
        return sum(float(plan.relative[i]) * market.firms[i].output for i in there) / made

    return {
        (s, tier, large): of(s, tier, large)
        for s in {firm.industry for firm in market.firms}
        for tier in range(3)
        for large in (False, True)
    }


def sort_into_tiers(market, t):
    """Sort firms into tiers by what they reported, every so many years."""
    often = market.plan.rules_in(t + 1).adjustment.reclassification
    market.moved = [0] * len(market.industries)
    if not often or t == 0 or t % often:
        return
    following = {}
    for i in market.reported:
        firm = market.firms[i]
        peers = [
            j
            for j in market.reported
            if (market.firms[j].industry, market.firms[j].process) == (firm.industry, firm.process)
        ]
        ahead = sum((market.reported[j], j) < (market.reported[i], i) for j in peers)
        rank = (ahead + 0.5) / len(peers)
        following[i] = 0 if rank <= 0.3 else 1 if rank <= 0.7 else 2
    for s in range(len(market.industries)):
        members = [i for i in market.reported if market.firms[i].industry == s]
        before = sum(market.firms[i].output * market.firms[i].relative for i in members)
        for i in members:
            firm = market.firms[i]
            market.moved[s] += firm.tier != following[i]
            now = market.factors[s, following[i], firm.large]
            firm.relative *= now / market.factors[s, firm.tier, firm.large]
            firm.tier = following[i]
        after = sum(market.firms[i].output * market.firms[i].relative for i in members)
        for i in members:
            market.firms[i].relative *= before / after


def revise(market, t, year, flows):
    """Let a share of firms weigh strategies by what each would have cost, and a few mutate."""
    rules, known = year.rules, year.known
    price = within_announced(flows.price, rules, known)
    counts = [[0] * 4 for _ in market.industries]
    for firm in market.firms:
        if firm.active:
            counts[firm.industry][firm.strategy] += 1
    for i, firm in enumerate(market.firms):
        mutates = market.luck.mutate[t, i] < rules.revision.mutation
        revises = mutates or market.luck.turn[t, i] < rules.revision.share
        if not firm.active or not revises or firm.conceals == 1.0:
            continue
        chance = market.belief[firm.large]
        costs = expected_costs(firm, price, chance, year, known)
        if firm.conceals == 0.0:
            costs[CONCEAL] = NEVER
        if costs[firm.strategy] == NEVER:
            continue
        draw = float(market.luck.choice[t, i])
        if mutates:
            if costs[int(4 * draw)] < NEVER:
                firm.strategy = int(4 * draw)
            continue
        row = counts[firm.industry]
        shares = [count / sum(row) for count in row]
        words = (rules.revision.protocol, firm.strategy, costs, shares, rules.revision.noise)
        firm.strategy = chosen(weights_of(*words), draw, firm.strategy)


def learn_detection(market, year, accounts):
    """Move the believed chance of being found towards what was seen."""
    for large in (False, True):
        found = [
            out.found_out
            for firm, out in zip(market.firms, accounts, strict=True)
            if firm.large == large and out.found_out is not None
        ]
        if found:
            surprise = sum(found) / len(found) - market.belief[large]
            weight = year.rules.price.adaptation * len(found) / (len(found) + 20.0)
            market.belief[large] += weight * surprise


def serve(market, year, flows):
    """Let providers share what was contracted, and move margins and capacities."""
    services = year.rules.services
    contracted = sum(
        deed.cut * deed.made
        for firm, deed in zip(market.firms, flows.deeds, strict=True)
        if deed and firm.strategy == CONTRACT
    )
    shares = logit_shares(market.margins, services.choice_width)
    for j, share in enumerate(shares):
        pressure = share * contracted / market.capacity[j] - 1.0
        pressure = min(max(pressure, -1.0), 1.0)
        margin = market.margins[j] * math.exp(services.price_speed * pressure)
        margin = min(max(margin, market.own_cost[j]), year.rules.price.ceiling)
        market.margins[j] = margin
        gain = min(margin / market.own_cost[j] - 1.0, 1.0)
        grows = gain if pressure > 0.0 else pressure / 2
        market.capacity[j] *= 1.0 + services.capacity_speed * grows
    return contracted


def balance_of(market, year, flows):
    """Return allocation, need and the share of output that complains, by industry."""
    balance = []
    for s in range(len(market.industries)):
        allocation = need = made = complains = 0.0
        for firm, deed in zip(market.firms, flows.deeds, strict=True):
            if deed is None or firm.industry != s:
                continue
            capped = year.rules.allocation.absolute_cap
            given = firm.benchmark * (firm.past_units if capped else deed.made)
            unabated = firm.intensity * deed.made
            allocation += given
            need += deed.verified if year.rules.adjustment.on_verified else unabated
            made += deed.made
            complains += deed.made if unabated > given else 0.0
        balance.append((allocation, need, complains / made if made else 0.0))
    return balance


def mean_intensity(market, s):
    members = [firm for firm in market.firms if firm.industry == s]
    whole = sum(firm.output for firm in members)
    return sum(firm.intensity * firm.output for firm in members) / whole if whole else 0.0


def improve(market, year, flows):
    """Let technology learn; return by how much each industry's mean intensity fell."""
    technology, adjustment = year.rules.technology, year.rules.adjustment
    industries = range(len(market.industries))
    means = [mean_intensity(market, s) for s in industries]
    was = [firm.intensity for firm in market.firms]
    for firm, deed, (found, _) in zip(market.firms, flows.deeds, flows.research, strict=True):
        own = market.industries[firm.industry].autonomous_improvement
        best = firm.frontier * (1.0 - own) ** year.number
        catches_up = technology.diffusion * max(firm.intensity - best, 0.0)
        stays = technology.permanent_cut * deed.cut if deed else 0.0
        used = firm.first_potential - firm.potential
        firm.potential += technology.renewal * used - stays / firm.intensity
        firm.potential = max(firm.potential, 0.0)
        firm.intensity -= stays + (own + found) * firm.intensity + catches_up
    improved = [1.0 - mean_intensity(market, s) / means[s] if means[s] else 1.0 for s in industries]
    if adjustment.firm_progress > 0.0:
        for s in industries:
            members = [i for i, firm in enumerate(market.firms) if firm.industry == s]
            before = sum(market.firms[i].output * market.firms[i].relative for i in members)
            for i in members:
                lead = 1.0 - market.firms[i].intensity / was[i] - improved[s]
                lead = min(max(lead, -0.05), 0.05)
                market.firms[i].relative *= 1.0 - adjustment.firm_progress * lead
            after = sum(market.firms[i].output * market.firms[i].relative for i in members)
            for i in members:
                market.firms[i].relative *= before / after
    return improved


def adjust(market, year, price, balance, lag):
    """Move the industries' benchmarks: section 4.2 of Liu."""
    rules, adjustment, improved = year.rules, year.rules.adjustment, market.improved
    most = adjustment.largest_correction
    whole = sum(need for _, need, _ in balance)
    of_all = sum(need * improved[s] / whole for s, (_, need, _) in enumerate(balance) if need > 0.0)
    if price >= rules.price.ceiling:
        lean = 1.0
    elif price <= rules.price.floor:
        lean = -1.0
    else:
        lean = min(max((price / year.expected - 1.0) / 0.5, -1.0), 1.0)
    for s, (allocation, need, complaints) in enumerate(balance):
        if need <= 0.0:
            market.benchmark[s] *= 1.0 - improved[s]
            continue
        trend = adjustment.trend * market.pace[s]
        if adjustment.progress and abs(of_all) > 1e-12:
            trend *= min(max((1.0 + improved[s] / of_all) / 2, 0.5), 1.5)
        correction = (
            -adjustment.feedback * (allocation / need - 1.0 + adjustment.deficit)
            + rules.verification.opinion_weight * most * (complaints - 0.5)
            + adjustment.price_response * most * lean
            - adjustment.target_response * lag
        )
        market.benchmark[s] *= 1.0 - trend + min(max(correction, -most), most)


def lag_behind_target(market, year, flows, records):
    """Return how far emissions per output lie over the target; record what was reached."""
    base = [0.0] * len(market.regions)
    for firm, deed in zip(market.firms, flows.deeds, strict=True):
        if deed:
            capped = year.rules.allocation.absolute_cap
            base[firm.region] += firm.first_intensity * (firm.output if capped else deed.made)
    emitted = [row["emissions_tco2"] for row in records["regions"]]
    for r, row in enumerate(records["regions"]):
        row["reduction_share"] = 1.0 - emitted[r] / base[r] if base[r] else 0.0
        row["benchmark_factor"] = market.factor[r]
    reached = 1.0 - sum(emitted) / sum(base) if sum(emitted) > 0.0 else 0.0
    target = 1.0 - (1.0 - year.rules.adjustment.reduction_target) ** year.number
    records["years"]["reduction_share"] = reached
    records["years"]["target_share"] = target
    return max((1.0 - reached) / (1.0 - target) - 1.0, 0.0)


def steer(market, year, records):
    """Move the regions' factors."""
    adjustment = year.rules.adjustment
    for r, name in enumerate(market.regions):
        change = 0.0
        spared = [
            getattr(adjustment, f"{kind}_support")
            for kind, regions in market.plan.supported_regions.items()
            if name in regions
        ]
        change += max(spared, default=0.0) * adjustment.trend
        yearly = market.plan.regional_targets.get(name, 0.0)
        if yearly > 0.0:
            target = (1.0 - yearly) ** year.number
            reached = 1.0 - records["regions"][r]["reduction_share"]
            behind = max(reached / target - 1.0, 0.0)
            change -= min(adjustment.regional_response * behind, adjustment.largest_correction)
        market.factor[r] *= 1.0 + change
