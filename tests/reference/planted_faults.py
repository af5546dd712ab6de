"""Plants one fault in the code of every mechanism; the plain market tells what differs.

Run by `test_planted_faults` in an interpreter of its own with ``NUMBA_DISABLE_JIT=1``: a line
of the market's source is replaced by a faulty one, and the market runs with it. Writes, as
JSON, the first year in which the two markets differ, and in which columns.
"""

import contextlib
import importlib
import importlib.abc
import inspect
import json
import sys
import types
from dataclasses import dataclass, replace

import numba
import numpy as np
from performance.market_alone import plain
from tests.reference.market_cases import busy_plan, with_values
from tests.reference.plain_market import Luck, PlainMarket
from tests.reference.test_plain_market import CLOSE, columns_of

from tanshi.benchmark import _setup, _year

SEED = 3


@dataclass(frozen=True)
class Fault:
    """A line of the code, a faulty one for it, and a column in which that must be seen."""

    what: str
    module: str
    right: str
    wrong: str
    column: str
    plan: str = "busy"


FAULTS = {
    "learning": Fault(
        "no cut stays",
        "_technology",
        "one.intensity -= kept + improvement * before[i]",
        "one.intensity -= improvement * before[i]",
        "industry.unabated_need_tco2",
    ),
    "renewal": Fault(
        "what is left comes back instead of what was used",
        "_technology",
        "numbers.technology_renewal * (firm.potential - one.potential)",
        "numbers.technology_renewal * one.potential",
        "industry.cut_tco2",
    ),
    "diffusion": Fault(
        "the frontier stays where it was",
        "_technology",
        "best = firm.frontier * (1.0 - sector.improvement) ** years",
        "best = firm.frontier",
        "industry.unabated_need_tco2",
    ),
    "research": Fault(
        "faster tightening lets prices fall",
        "_research",
        "price *= 1.0 + growth",
        "price *= 1.0 - growth",
        "industry.research_cost_cny",
    ),
    "services": Fault(
        "providers' margin is not paid",
        "_schedules",
        "given[3, k] = year.margin if one.strategy == CONTRACT else 0.0",
        "given[3, k] = 0.0",
        "industry.cut_tco2",
    ),
    "sinks": Fault(
        "sinks ignore the limit on credits",
        "_clearing",
        "    return min(supply, limit)",
        "    return supply",
        "year.sink_credits_tco2",
        "plenty",
    ),
    "trend": Fault(
        "the trend is applied twice",
        "_adjustment",
        "parts[TREND] = -trend",
        "parts[TREND] = -2.0 * trend",
        "industry.benchmark_tco2_per_unit",
    ),
    "differentiation": Fault(
        "more potential is led more slowly",
        "_adjustment",
        "parts[POTENTIAL] = -trend * potential",
        "parts[POTENTIAL] = trend * potential",
        "industry.benchmark_tco2_per_unit",
    ),
    "cost-benefit pace": Fault(
        "industries that cut dearly are led faster",
        "mechanism",
        "cheap = 1.0 / np.array([one.cap_cost_cny_per_tco2 for one in industries])",
        "cheap = np.array([one.cap_cost_cny_per_tco2 for one in industries])",
        "industry.benchmark_tco2_per_unit",
    ),
    "firm progress": Fault(
        "a firm's progress is measured on another firm",
        "_technology",
        "progress[i] = 1.0 - one.intensity / before[i]",
        "progress[i] = 1.0 - one.intensity / before[i - 1]",
        "industry.advanced_benchmark_tco2_per_unit",
    ),
    "reclassification": Fault(
        "who moves gets the inverse of the new tier's benchmark",
        "_reclassification",
        "factors[firm.industry, tier[k], scale] / factors[firm.industry, one.tier, scale]",
        "factors[firm.industry, one.tier, scale] / factors[firm.industry, tier[k], scale]",
        "industry.advanced_benchmark_tco2_per_unit",
    ),
    "feedback": Fault(
        "verified emissions are fed back instead of need",
        "_year",
        "need[s] += one.verified if numbers.adjustment_on_verified > 0.0 else unabated",
        "need[s] += one.verified",
        "industry.benchmark_tco2_per_unit",
    ),
    "price response": Fault(
        "a high price tightens",
        "_adjustment",
        'parts[PRICE] = numbers["adjustment_price_response"] * most * lean',
        'parts[PRICE] = -numbers["adjustment_price_response"] * most * lean',
        "industry.benchmark_tco2_per_unit",
    ),
    "policy response": Fault(
        "a floor that will rise is taken for a ceiling",
        "_foresight",
        "price = max(price, known.price_floor)",
        "price = min(price, known.price_floor)",
        "year.price_cny_per_tco2",
        "free",
    ),
    "reduction targets": Fault(
        "the target is never missed",
        "_year",
        "market.year[0].lag = max(0.0, (1.0 - reached) / (1.0 - target) - 1.0)",
        "market.year[0].lag = 0.0",
        "industry.benchmark_tco2_per_unit",
    ),
    "phase-in": Fault(
        "industries enter a year early",
        "_year",
        "t + 1 < sectors[firm.industry].first_year",
        "t + 2 < sectors[firm.industry].first_year",
        "industry.firms",
    ),
    "opinions": Fault(
        "complaints tighten",
        "_adjustment",
        "* (complaints - 0.5)",
        "* (0.5 - complaints)",
        "industry.benchmark_tco2_per_unit",
    ),
    "audits": Fault(
        "audits never find anything",
        "_year",
        "found_out = numbers.verification_audit_share * numbers.verification_audit_finds",
        "found_out = 0.0",
        "industry.hidden_tco2",
        "watched",
    ),
    "verification noise": Fault(
        "verifiers never err",
        "_schedules",
        "given[9, k] = one.error * (1.0",
        "given[9, k] = (1.0",
        "industry.verified_tco2",
    ),
    "laggard support": Fault(
        "all but laggards are supported",
        "_schedules",
        "if market.state[i].tier == LAGGING and",
        "if market.state[i].tier != LAGGING and",
        "industry.support_cny",
    ),
    "regional support": Fault(
        "old industrial regions get the support of renewable-rich ones",
        "_adjustment",
        'numbers["adjustment_renewable_rich_support"] * supported[:, 0]',
        'numbers["adjustment_renewable_rich_support"] * supported[:, 1]',
        "region.benchmark_factor",
        "regions",
    ),
    "banking": Fault(
        "net sales do not let a firm keep more",
        "_settlement",
        "limit += numbers.banking_net_sales_multiple * max(-one.traded, 0.0)",
        "limit += 0.0",
        "industry.banked_tco2",
        "plenty",
    ),
    "borrowing": Fault(
        "firms borrow above the share",
        "_settlement",
        "one.borrowed = min(-left, numbers.banking_borrowing_share * one.free)",
        "one.borrowed = -left",
        "industry.missing_tco2",
        "short",
    ),
    "concealment": Fault(
        "what concealing may cost makes it cheaper",
        "_strategies",
        "out[CONCEAL] = out[TRADE] + stake / emitted",
        "out[CONCEAL] = out[TRADE] - stake / emitted",
        "industry.conceal_firms",
    ),
    "deduction": Fault(
        "what is missing is owed only where it is not to be",
        "_settlement",
        "owed = missing <= NOTHING_T or numbers.compliance_deduction > 0.0",
        "owed = missing <= NOTHING_T or numbers.compliance_deduction == 0.0",
        "year.unpaid_tco2",
        "short",
    ),
    "fines": Fault(
        "the lower of two fines is due",
        "_settlement",
        "one.fine += max(fine, numbers.compliance_least_fine_cny)",
        "one.fine += min(fine, numbers.compliance_least_fine_cny)",
        "industry.fines_cny",
        "watched",
    ),
    "reputation": Fault(
        "nobody minds a bad name",
        "_strategies",
        "shame = numbers.compliance_reputation * saved",
        "shame = 0.0",
        "industry.hidden_tco2",
    ),
    "fixed costs and fees": Fault(
        "the fixed cost of own abatement is no reason against it",
        "_strategies",
        "if strategy == OWN and cut > 0.0:",
        "if strategy == OWN and cut < 0.0:",
        "industry.own_firms",
    ),
    "price band": Fault(
        "the price may pass the ceiling",
        "_clearing",
        "price = min(price + step, ceiling)",
        "price = min(price + step, 2.0 * ceiling)",
        "year.price_cny_per_tco2",
        "short",
    ),
    "reserve": Fault(
        "the reserve covers any shortage",
        "_trading",
        "most = numbers.price_reserve_share * verified",
        "most = verified",
        "year.reserve_sold_tco2",
        "short",
    ),
    "block session": Fault(
        "the block session ignores its band",
        "_trading",
        "if numbers.price_block_session == 0.0 or not lowest <= at <= highest:",
        "lowest, highest = min(lowest, at), max(highest, at)\n"
        "    if numbers.price_block_session == 0.0:",
        "year.block_traded_tco2",
        "free",
    ),
    "output response": Fault(
        "products rise by the share that buyers bear of supply",
        "_schedules",
        "rise[s] = sigma / (sigma + eta) * cost[s] / weight[s]",
        "rise[s] = eta / (sigma + eta) * cost[s] / weight[s]",
        "industry.output_units",
    ),
    "demand shocks": Fault(
        "the first year's shocks last for ever",
        "_year",
        "one.demand = draws.demand[t, i]",
        "one.demand = draws.demand[0, i]",
        "industry.demand_units",
    ),
    "primary auction": Fault(
        "everything is for sale, not the paid share",
        "_government",
        "handed += share * _basis(i, market)",
        "handed += _basis(i, market)",
        "year.primary_offered_tco2",
    ),
    "mutation": Fault(
        "nobody tries anything",
        "_strategies",
        "mutates = mutate[i] < numbers.revision_mutation",
        "mutates = False",
        "industry.own_firms",
    ),
    "strategy revision": Fault(
        "the dearest strategy is preferred",
        "_strategies",
        "weight[g] = math.exp(-min((cost[g] - least)",
        "weight[g] = math.exp(-min((least - cost[g])",
        "industry.own_firms",
    ),
    "shortfall cap": Fault(
        "the cap is a share of what is handed out",
        "_clearing",
        "market.numbers[0].compliance_shortfall_cap * verified",
        "market.numbers[0].compliance_shortfall_cap * free",
        "year.forgiven_tco2",
    ),
    "energy shocks": Fault(
        "the first year's cost of energy lasts for ever",
        "_year",
        "year.cost_level = draws.cost_level[t]",
        "year.cost_level = draws.cost_level[0]",
        "industry.cut_tco2",
    ),
    "absolute cap": Fault(
        "past output is multiplied instead of past emissions",
        "_setup",
        "register.emissions_tco2 / mean_intensity(register)[industry]",
        "register.output",
        "industry.allocation_tco2",
        "capped",
    ),
}


def plans():
    """Return small busy markets by name, each with what some faults need to be seen."""
    busy = busy_plan(seed=1, years=6)
    rules = busy.rules
    free = with_values(rules, "price", floor=10.0, ceiling=400.0, block_band=0.02)
    free = with_values(free, "compliance", shortfall_cap=1.0)
    higher = with_values(free, "price", floor=120.0)
    short = with_values(rules, "price", reserve_share=0.01)
    short = with_values(short, "compliance", shortfall_cap=1.0)
    plenty = with_values(rules, "services", offset_limit=0.001, sink_share=0.02)
    plenty = with_values(plenty, "banking", fixed_t=10.0)
    watched = with_values(rules, "verification", audit_share=0.9, audit_finds=0.9)
    watched = with_values(watched, "compliance", detection_small=0.9, detection_large=0.9)
    spared = with_values(
        rules, "adjustment", old_industrial_support=0.0, renewable_rich_support=0.9
    )
    return {
        "busy": busy,
        "capped": replace(busy, rules=rules.having("absolute cap")),
        "free": replace(busy, rules=free, policy_changes={4: higher}),
        "short": replace(busy, rules=short, benchmark_scale=np.full(3, 0.9)),
        "plenty": replace(busy, rules=plenty, benchmark_scale=np.full(3, 1.01)),
        "watched": replace(busy, rules=watched, given_violations={"power": 0.8, "steel": 0.8}),
        "regions": replace(busy, rules=spared),
    }


def prepared(plan):
    """Return the market of a plan with the code as it is at the moment."""
    return plain(_setup.prepared_run(_setup.shared_tables(plan), SEED, 0, 0))


def expected(plan):
    """Return the records of the plain market, which shares no code."""
    run = prepared(plan)
    luck = Luck(
        **run.draws._asdict(),
        spread=2.0 * run.beginning.provider_cost / plan.rules.services.first_margin,
        conceals=np.array(run.market.firms["conceals"]),
    )
    return PlainMarket(plan, luck).run(plan.years)


def differing(plan, years):
    """Return the first year in which the markets differ, 0 for none, and the columns then."""
    run = prepared(plan)
    _year.run_years(run)
    for t, written in enumerate(years):
        rows = run.records.industries[t]
        need = float(rows["unabated_need_tco2"].sum())
        price = float(run.records.years[t]["price_cny_per_tco2"])
        scales = {"cny": need * max(price, 1.0), "tco2": need}
        columns = []
        for name, (found, wanted) in columns_of(run.records, t, written).items():
            scale = scales.get(name.rsplit("_", 1)[-1], 1.0)
            if (np.abs(found - wanted) > CLOSE * (np.abs(wanted) + scale)).any():
                columns.append(name)
        if columns:
            return t + 1, columns
    return 0, []


class _Text(importlib.abc.InspectLoader):
    """Loads a module from a text."""

    def __init__(self, text):
        self.text = text

    def get_source(self, _name):
        return self.text


@contextlib.contextmanager
def planted(fault):
    """Let the market run with a faulty line; afterwards it is as before."""
    module = importlib.import_module(f"tanshi.benchmark.{fault.module}")
    source = inspect.getsource(module)
    if source.count(fault.right) != 1:
        sys.exit(f"not once in {fault.module}: {fault.right}")
    faulty = types.ModuleType(module.__name__)
    _Text(source.replace(fault.right, fault.wrong)).exec_module(faulty)
    changed = {
        id(old): (old, getattr(faulty, name))
        for name, old in vars(module).items()
        if isinstance(old, types.FunctionType) and old.__module__ == module.__name__
    }
    # A function is known by name wherever it was imported.
    places = [
        (other, name, changed[id(value)])
        for key, other in list(sys.modules.items())
        if key.startswith("tanshi.benchmark")
        for name, value in list(vars(other).items())
        if id(value) in changed
    ]
    for other, name, (_, new) in places:
        setattr(other, name, new)
    try:
        yield
    finally:
        for other, name, (old, _) in places:
            setattr(other, name, old)


def main():
    if not numba.config.DISABLE_JIT:
        sys.exit("planted faults need NUMBA_DISABLE_JIT=1")
    markets = plans()
    right = {name: expected(plan) for name, plan in markets.items()}
    found = {f"{name}, as it is": differing(markets[name], right[name]) for name in markets}
    for mechanism, fault in FAULTS.items():
        with planted(fault):
            found[mechanism] = differing(markets[fault.plan], right[fault.plan])
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
