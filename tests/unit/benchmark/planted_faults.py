"""Plants a fault in the market's code, one after the other, and tells which were found.

Run by `test_planted_faults` in an interpreter of its own with ``NUMBA_DISABLE_JIT=1``: what is
not compiled can be replaced by a faulty version while it runs. Writes, as JSON, what refused
each market, or nothing where a wrong market was handed out.
"""

import json
import sys
from dataclasses import replace

import numba
from performance.market_alone import plain
from tests.unit.benchmark.conftest import small_register
from tests.unit.benchmark.test_certificate import everything_on
from tests.unit.benchmark.test_market_mechanisms import PLAN

from tanshi.benchmark import _settlement, _year, evolution
from tanshi.benchmark._setup import prepared_run
from tanshi.core import CertificateError

STRANGE = 7  # no strategy


def afterwards(change):
    """Return a fault that works as it should and changes the firms' records then."""

    def fault(original):
        def wrong(*given):
            answer = original(*given)
            market = next(one for one in given if hasattr(one, "state"))
            change(market.state)
            return answer

        return wrong

    return fault


def answering(place, factor):
    """Return a fault that works as it should and reports one of its numbers wrongly."""

    def fault(original):
        def wrong(*given):
            answer = list(original(*given))
            answer[place] *= factor
            return tuple(answer)

        return wrong

    return fault


def _bank_interest(state):
    state.bank *= 1.01


def _forgive_debts(state):
    state.debt *= 0.5


def _deliver_too_much(state):
    state.traded[state.wanted > 0] *= 1.01


def _sell_twice(state):
    state.traded[state.offered > 0] *= 2.0


def _give_at_the_auction(state):
    state.bought_first *= 1.01


def _firms_uncounted(original):
    def wrong(t, price, flows, market, records):
        kept = market.state.strategy.copy()
        market.state.strategy[:3] = STRANGE
        original(t, price, flows, market, records)
        market.state.strategy[:] = kept

    return wrong


def _cuts_unrecorded(original):
    def wrong(t, price, flows, market, records):
        original(t, price, flows, market, records)
        records.industries[t].cut_tco2[0] *= 0.5

    return wrong


def _nothing_is_owed(original):
    def wrong(i, price, draw, market):
        debt = market.state[i].debt
        owed = original(i, price, draw, market)
        market.state[i].debt = debt
        return owed

    return wrong


# Name: where the function is looked up, its name there, and what is wrong with it.
FAULTS = {
    "banks grow": (_year, "settle", afterwards(_bank_interest)),
    "debts are halved": (_year, "settle", afterwards(_forgive_debts)),
    "less is surrendered than is said": (_year, "settle", answering(1, 1.01)),
    "allowances are cancelled twice": (_year, "settle", answering(2, 2.0)),
    "the cap forgives twice": (_year, "settle", answering(5, 2.0)),
    "what is hidden and found is not owed": (_settlement, "_find_hidden", _nothing_is_owed),
    "buyers get too much": (_year, "trade", afterwards(_deliver_too_much)),
    "sellers sell twice": (_year, "trade", afterwards(_sell_twice)),
    "the reserve is not counted": (_year, "trade", answering(0, 0.0)),
    "credits are counted twice": (_year, "trade", answering(1, 2.0)),
    "the primary auction gives too much": (_year, "sell_first", afterwards(_give_at_the_auction)),
    "firms are in no strategy": (_year, "record", _firms_uncounted),
    "cuts are recorded by half": (_year, "record", _cuts_unrecorded),
}


def markets():
    """Return busy markets of few firms: one with everything on, one short at its ceiling."""
    register = small_register(24)
    plan = replace(PLAN, register=register, relative=PLAN.relative[:24], years=5)
    short = replace(plan.rules, price=replace(plan.rules.price, reserve_share=0.02, ceiling=59.0))
    return [replace(plan, rules=rules) for rules in (everything_on(), short)]


def refused():
    """Return what refuses the markets, or nothing."""
    try:
        for plan in markets():
            evolution.evolve_market(plan, seed=5, workers=1)
    except CertificateError as error:
        return str(error)
    return ""


def main():
    if not numba.config.DISABLE_JIT:
        sys.exit("planted faults need NUMBA_DISABLE_JIT=1")
    evolution.prepared_run = lambda *given: plain(prepared_run(*given))
    found = {"nothing is wrong": refused()}
    for name, (module, function, fault) in FAULTS.items():
        original = getattr(module, function)
        setattr(module, function, fault(original))
        found[name] = refused()
        setattr(module, function, original)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
