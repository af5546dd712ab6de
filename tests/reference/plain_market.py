"""The benchmark market, year by year, written from "The year in formulae" of docs/benchmark.md.

A second implementation to test the compiled one against. It shares the register, the rules,
the records' names and the random draws, and no code: firms are objects, sums are loops, the
price is halved out of the whole band, orders are shared in fractions of a tonne. Slow: for
dozens of firms.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from tests.reference import plain_books, plain_change
from tests.reference.plain_firm import (
    CONCEAL,
    CONTRACT,
    WHOLE,
    Firm,
    abatement,
    deed_at,
    expected_costs,
    handed_out,
    within_announced,
)
from tests.reference.plain_orders import logit_shares, pay_as_lowest, shared_out


@dataclass
class Luck:
    """What is drawn for one replicate, year by year and firm by firm."""

    demand: np.ndarray
    error: np.ndarray
    cost_level: np.ndarray
    bid: np.ndarray
    audit: np.ndarray
    detect: np.ndarray
    turn: np.ndarray
    choice: np.ndarray
    mutate: np.ndarray
    spread: np.ndarray  # of providers' own cost
    conceals: np.ndarray  # by firm: 1, 0, or -1 where it is not given


@dataclass
class Year:
    """What is given when a year's market opens."""

    rules: object
    number: int
    expected: float
    last: float
    cost_level: float
    services: bool
    margin: float
    known: object  # next year's rules, as far as they are announced
    foreseen: float
    sinks: float = 0.0
    carried: float = 0.0


@dataclass
class Flows:
    """What the year's two auctions did, by firm and in all."""

    price: float = 0.0
    deeds: list = field(default_factory=list)
    primary: tuple = (0.0, 0.0, 0.0)
    traded: list = field(default_factory=list)  # bought above 0, sold below
    blocks: list = field(default_factory=list)
    research: list = field(default_factory=list)  # fall of intensity, and its cost
    credits_sold: float = 0.0
    reserve_sold: float = 0.0


@dataclass
class Accounts:
    """What surrender leaves of a firm's year."""

    missing: float = 0.0
    fine: float = 0.0
    hidden: float = 0.0
    unpaid: float = 0.0
    found: float = 0.0
    cancelled: float = 0.0
    found_out: bool | None = None  # None where nothing was hidden


class PlainMarket:
    """All years of one replicate."""

    def __init__(self, plan, luck, *, path=None):
        self.plan, self.luck, self.path = plan, luck, path
        self.industries = plan.register.industries
        self.regions = sorted(set(plan.register.region))
        self.firms = [self._firm(i) for i in range(plan.register.n_firms)]
        scale = np.ones(len(self.industries))
        if plan.benchmark_scale is not None:
            scale = plan.benchmark_scale
        self.benchmark = [
            one.benchmark_tco2_per_unit * scale[s] for s, one in enumerate(self.industries)
        ]
        self.yesterday = list(self.benchmark)
        self.improved = [0.0] * len(self.industries)
        self.ahead = [0.0] * len(self.industries)  # of intensities, benchmarks in their fall
        self.factor = [1.0] * len(self.regions)
        self.expected = self.last = plan.rules.price.first_expected
        self.carried = 0.0
        compliance = plan.rules_in(1).compliance
        self.belief = [compliance.detection_small, compliance.detection_large]
        self.pace = self._paces()
        self.reported = {}  # verified emissions over output, of last year
        self.moved = [0] * len(self.industries)
        self.factors = plain_change.tier_factors(self)
        services = plan.rules.services
        covered = sum(firm.output * firm.first_intensity for firm in self.firms)
        whole = services.first_capacity_share * covered
        self.margins, self.capacity, self.own_cost = [], [], []
        for spread in luck.spread if whole > 0.0 else ():
            self.margins.append(services.first_margin * math.sqrt(spread))
            self.capacity.append(whole / len(luck.spread))
            self.own_cost.append(services.first_margin / 2 * spread)

    # -- The beginning

    def _firm(self, i):
        register = self.plan.register
        s, k = int(register.industry[i]), int(register.process[i])
        intensity = float(register.intensity_tco2_per_unit[i])
        peers = [
            float(register.intensity_tco2_per_unit[j])
            for j in range(register.n_firms)
            if register.industry[j] == s and register.process[j] == k
        ]
        members = [j for j in range(register.n_firms) if register.industry[j] == s]
        emitted = sum(register.output[j] * register.intensity_tco2_per_unit[j] for j in members)
        mean = float(emitted / sum(register.output[j] for j in members))
        output, industry = float(register.output[i]), self.industries[s]
        return Firm(
            industry=s,
            process=k,
            region=self.regions.index(register.region[i]),
            tier=int(register.tier[i]),
            large=bool(register.large[i]),
            curve=int(register.mac_curve[i]),
            output=output,
            slope=float(register.mac_slope[i]),
            first_potential=float(register.mac_cap_tco2_per_unit[i]) / intensity,
            first_intensity=intensity,
            frontier=tenth_of_the_way(peers),
            past_units=output * intensity / mean,
            conceals=float(self.luck.conceals[i]),
            relative=float(self.plan.relative[i]) * industry.processes[k].relative_benchmark,
            intensity=intensity,
            potential=float(register.mac_cap_tco2_per_unit[i]) / intensity,
        )

    def _paces(self):
        """Return how fast each industry is led: by half its lead in potential and cheapness."""
        adjustment = self.plan.rules.adjustment
        weight = sum(one.emissions_tco2 for one in self.industries)

        def leads(values):
            pairs = zip(self.industries, values, strict=True)
            mean = sum(one.emissions_tco2 * value for one, value in pairs) / weight
            return [value / mean - 1.0 for value in values]

        potential = leads([one.reduction_potential for one in self.industries])
        cheap = leads([1.0 / one.cap_cost_cny_per_tco2 for one in self.industries])
        return [
            max(
                1.0
                + (potential[s] / 2 if adjustment.differential else 0.0)
                + (cheap[s] / 2 if adjustment.cost_benefit else 0.0),
                0.0,
            )
            for s in range(len(self.industries))
        ]

    # -- One year

    def run(self, years):
        return [self.one_year(t) for t in range(years)]

    def one_year(self, t):
        """Let a year pass; return its records, by the names of the product's."""
        plain_change.sort_into_tiers(self, t)
        year = self._open(t)
        scale = self._scale_to_path(t, year)
        for firm in self.firms:
            firm.benchmark *= scale
        for s in range(len(self.industries)):
            self.benchmark[s] *= scale
            faster = 1.0 - self.benchmark[s] / self.yesterday[s] - self.improved[s]
            self.ahead[s] += year.rules.price.adaptation * (faster - self.ahead[s])
        self.yesterday = list(self.benchmark)
        flows = self._hold_market(t, year)
        accounts = [self._settle(i, t, year, flows) for i in range(len(self.firms))]
        for s in range(len(self.industries)):
            steeper = year.known.adjustment.trend - year.rules.adjustment.trend
            self.ahead[s] += self.pace[s] * steeper
        flows.research = [
            plain_change.research_of(self, i, year, flows) for i in range(len(self.firms))
        ]
        records = plain_books.records_of(self, year, flows, accounts)
        records["years"]["benchmark_scale"] = scale
        lag = plain_change.lag_behind_target(self, year, flows, records)
        records["years"]["contracted_tco2"] = plain_change.serve(self, year, flows)
        balance = plain_change.balance_of(self, year, flows)
        plain_change.revise(self, t, year, flows)
        plain_change.learn_detection(self, year, accounts)
        self.improved = plain_change.improve(self, year, flows)
        plain_change.adjust(self, year, flows.price, balance, lag)
        plain_change.steer(self, year, records)
        self.expected += year.rules.price.adaptation * (flows.price - self.expected)
        self.expected = within_announced(self.expected, year.rules, year.known)
        self.last = flows.price
        self.reported = {i: deed.verified / deed.made for i, deed in enumerate(flows.deeds) if deed}
        return records

    def _open(self, t):
        rules = self.plan.rules_in(t + 1)
        there = bool(self.margins) and rules.services.first_capacity_share > 0.0
        shares = logit_shares(self.margins, rules.services.choice_width)
        margin = sum(a * b for a, b in zip(shares, self.margins, strict=True)) if there else 0.0
        level = float(self.luck.cost_level[t])
        known = self.plan.rules_in(t + 2) if rules.price.announced else rules
        foreseen = within_announced(self.expected, rules, known)
        words = (rules, t + 1, self.expected, self.last, level, there, margin, known, foreseen)
        year = Year(*words)
        year.carried = self.carried
        covered = 0.0
        for i, firm in enumerate(self.firms):
            first = self.industries[firm.industry].first_year
            enters = not firm.active and (not rules.adjustment.phased or t + 1 >= first)
            firm.active = firm.active or enters
            firm.demand = float(self.luck.demand[t, i])
            firm.error = float(self.luck.error[t, i])
            firm.benchmark = (
                self.benchmark[firm.industry] * firm.relative * self.factor[firm.region]
            )
            shut = (firm.strategy == CONTRACT and not there) or (
                firm.strategy == CONCEAL and not rules.compliance.concealment
            )
            if enters or (firm.active and shut):
                # Honest ones begin with what is cheapest at the price that they expect.
                costs = expected_costs(firm, year.expected, 0.0, year, rules)[:CONCEAL]
                firm.strategy = CONCEAL if firm.conceals == 1.0 else costs.index(min(costs))
            found_out = rules.verification.audit_share * rules.verification.audit_finds
            firm.audited = firm.strategy == CONCEAL and self.luck.audit[t, i] < found_out
            if firm.active:
                covered += firm.intensity * firm.demand
        year.sinks = rules.services.sink_share * covered
        return year

    def _scale_to_path(self, t, year):
        """Return the factor on all benchmarks with which emissions meet the path."""
        if self.path is None:
            return 1.0
        was = [firm.benchmark for firm in self.firms]

        def too_much(scale):
            for firm, benchmark in zip(self.firms, was, strict=True):
                firm.benchmark = scale * benchmark
            self._sell_first(t, year)
            deeds = self._deeds(self._price(year), year)
            emitted = sum(
                (firm.intensity - deed.cut) * deed.made
                for firm, deed in zip(self.firms, deeds, strict=True)
                if deed
            )
            return emitted > self.path[t]

        low, high = (1 / 1.25, 1.0) if too_much(1.0) else (1.0, 1.25)
        if too_much(low):
            high = low
        elif not too_much(high):
            low = high
        while high - low > 1e-14:
            middle = (low + high) / 2
            low, high = (low, middle) if too_much(middle) else (middle, high)
        for firm, benchmark in zip(self.firms, was, strict=True):
            firm.benchmark = benchmark
        return high

    # -- The market

    def _deeds(self, price, year):
        """Return what every firm does at a price, None for who waits."""
        rules = year.rules
        deeds = [
            deed_at(firm, firm.strategy, price, year, rules) if firm.active else None
            for firm in self.firms
        ]
        keep = self._keeping(price, year)
        for s, industry in enumerate(self.industries):
            members = [i for i, f in enumerate(self.firms) if f.active and f.industry == s]
            sigma, eta = industry.supply_elasticity, industry.demand_elasticity
            responds = rules.demand.responds and sigma > 0.0 and members
            rise = 0.0
            if responds:
                whole = sum(self.firms[i].demand for i in members)
                mean = sum(self.firms[i].demand * deeds[i].unit_cost for i in members) / whole
                rise = sigma / (sigma + eta) * mean
            for i in members:
                change = 0.0
                if responds:
                    change = sigma / industry.product_price_cny * (rise - deeds[i].unit_cost)
                deeds[i].made = self.firms[i].demand * max(1.0 + change, 0.05)
                self._account(self.firms[i], deeds[i], price, keep, year)
        return deeds

    def _account(self, firm, deed, price, keep, year):
        """Set what a firm has, must surrender, wants and offers."""
        rules = year.rules
        hides = firm.strategy == CONCEAL and not firm.audited
        shown = 1.0 - rules.compliance.hidden_share if hides else 1.0
        per_unit, fixed = handed_out(firm, rules)
        deed.verified = (firm.intensity - deed.cut) * deed.made * shown * firm.error
        deed.free = per_unit * deed.made + fixed
        most = deed.free + rules.compliance.shortfall_cap * deed.verified
        deed.duty = min(deed.verified, most)
        deed.position = deed.free + firm.bought_first + firm.bank - firm.debt - deed.duty
        if deed.position < 0.0:
            need = -deed.position
            loan = min(need, rules.banking.borrowing_share * deed.free)
            deed.wanted = need - (1.0 - keep) * loan
        elif price * deed.position >= rules.costs.trade_fixed_cny:
            deed.offered = deed.position
            if rules.banking.allowed:
                rest = max(deed.position - rules.banking.fixed_t, 0.0)
                must_sell = rest / (1.0 + rules.banking.net_sales_multiple)
                deed.offered -= keep * (deed.position - must_sell)

    def _keeping(self, price, year):
        gain = year.rules.banking.carry_discount * year.foreseen - price
        return 1.0 / (1.0 + math.exp(min(-gain / year.rules.banking.indifference, 700.0)))

    def _credits(self, price, deeds, year):
        services = year.rules.services
        if price <= 0.0:
            return 0.0
        dearer = (price / year.rules.technology.reference_price) ** services.sink_elasticity
        verified = sum(deed.verified for deed in deeds if deed)
        return min(year.sinks * dearer, services.offset_limit * verified)

    def _excess(self, price, year):
        deeds = self._deeds(price, year)
        wanted = sum(deed.wanted for deed in deeds if deed)
        offered = sum(deed.offered for deed in deeds if deed)
        return wanted - offered - self._credits(price, deeds, year)

    def _price(self, year):
        """Return the lowest price within the band at which nobody goes short, or the ceiling."""
        low, high = year.rules.price.floor, year.rules.price.ceiling
        if self._excess(low, year) <= 0.0:
            return low
        if self._excess(high, year) > 0.0:
            return high
        while low < (middle := (low + high) / 2) < high:
            low, high = (middle, high) if self._excess(middle, year) > 0.0 else (low, middle)
        return high

    def _sell_first(self, t, year):
        """Hold the primary auction; return price, offer and sale."""
        rules = year.rules
        for firm in self.firms:
            firm.bought_first = firm.returned = 0.0
        share = rules.allocation.paid_share
        if share == 0.0:
            return 0.0, 0.0, 0.0
        bids, basis = {}, {}
        for i, firm in enumerate(self.firms):
            if firm.active:
                units = firm.past_units if rules.allocation.absolute_cap else firm.demand
                basis[i] = units * firm.benchmark
                cut, _ = abatement(firm, firm.strategy, year.expected, year, rules)
                per_unit, fixed = handed_out(firm, rules)
                need = (firm.intensity - cut - per_unit) * firm.demand - fixed
                need += firm.debt - firm.bank
                about = 1.0 + rules.allocation.bid_spread * float(self.luck.bid[t, i])
                bids[i] = (year.expected * about, max(need, 0.0))
        offered = share * sum(basis.values()) + year.carried
        band = (rules.price.floor, rules.price.ceiling)
        price, bought = pay_as_lowest(bids, offered, band)
        sold = sum(bought.values())
        for i, tonnes in bought.items():
            self.firms[i].bought_first = tonnes
        if rules.allocation.unsold == "return":
            for i, tonnes in basis.items():
                self.firms[i].returned = (offered - sold) * tonnes / sum(basis.values())
        return price, offered, sold

    def _hold_market(self, t, year):
        rules, flows = year.rules, Flows()
        flows.primary = self._sell_first(t, year)
        left = flows.primary[1] - flows.primary[2]
        self.carried = left if rules.allocation.unsold == "carry" else 0.0
        flows.price = self._price(year)
        flows.deeds = self._deeds(flows.price, year)
        credits_ = self._credits(flows.price, flows.deeds, year)
        bids = [deed.wanted if deed else 0.0 for deed in flows.deeds]
        asks = [deed.offered if deed else 0.0 for deed in flows.deeds]
        band = rules.price.block_band
        within = (1.0 - band) * year.last <= flows.price <= (1.0 + band) * year.last
        blocks = [[0.0] * len(bids), [0.0] * len(asks)]
        if rules.price.block_session and within:
            least = rules.price.block_minimum_t
            large = [[q if q >= least else 0.0 for q in side] for side in (bids, asks)]
            blocks = shared_out(*large)
        rest = [
            [whole - block for whole, block in zip(*pair, strict=True)]
            for pair in ((bids, blocks[0]), (asks, blocks[1]))
        ]
        reserve = 0.0
        if flows.price >= rules.price.ceiling:
            most = rules.price.reserve_share * sum(d.verified for d in flows.deeds if d)
            reserve = min(most, max(sum(bids) - sum(asks) - credits_, 0.0))
        bought, sold = shared_out(rest[0], [*rest[1], credits_, reserve])
        flows.credits_sold, flows.reserve_sold = sold[-2:]
        for i in range(len(bids)):
            flows.blocks.append(blocks[0][i] + blocks[1][i])
            flows.traded.append(blocks[0][i] + bought[i] - blocks[1][i] - sold[i])
        return flows

    def _settle(self, i, t, year, flows):
        """Let a firm surrender, keep, owe and be fined; return what became of its allowances."""
        firm, deed, rules, out = self.firms[i], flows.deeds[i], year.rules, Accounts()
        if not firm.active:
            return out
        price, left = flows.price, deed.position + flows.traded[i]
        firm.bank = firm.debt = 0.0
        if left >= 0.0:
            most = rules.banking.fixed_t
            most += rules.banking.net_sales_multiple * max(-flows.traded[i], 0.0)
            firm.bank = min(left, most) if rules.banking.allowed else 0.0
            out.cancelled = left - firm.bank
        else:
            firm.debt = min(-left, rules.banking.borrowing_share * deed.free)
            missing = -left - firm.debt
            if missing > WHOLE:
                out.missing = missing
                out.fine = rules.compliance.fine_multiple * price * missing
            if missing <= WHOLE or rules.compliance.deduction:
                firm.debt += missing
            else:
                out.unpaid = missing
        if firm.strategy == CONCEAL and not firm.audited:
            out.hidden = rules.compliance.hidden_share * (firm.intensity - deed.cut) * deed.made
            of_size = (rules.compliance.detection_small, rules.compliance.detection_large)
            out.found_out = bool(self.luck.detect[t, i] < of_size[firm.large])
            if out.found_out:
                due = rules.compliance.fine_multiple * price * out.hidden
                out.fine += max(due, rules.compliance.least_fine_cny)
                if rules.compliance.deduction:
                    out.found = out.hidden
                    firm.debt += out.hidden
        return out


def tenth_of_the_way(values):
    """Return the quantile 0.1, straight between neighbours."""
    ranked = sorted(values)
    place = 0.1 * (len(ranked) - 1)
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (place - below) * (ranked[above] - ranked[below])
