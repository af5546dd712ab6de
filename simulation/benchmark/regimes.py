"""Regimes that such a market was seen in: what is changed, measured and noted.

*Noted* are the figures of an earlier market of the same formulation, written down before this
one was built; they are compared with and never aimed at.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.benchmark import figures_of_years as years
from simulation.benchmark.markets import by_the_clock, changed
from simulation.benchmark.regime import (
    Figure,
    Regime,
    Topic,
    above,
    at_least,
    at_most,
    below,
    rules_by,
    with_values,
)
from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.rules import MarketRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulation.benchmark.regime import Changed, Interval
    from tanshi.benchmark.evolution import EvolutionPlan

RESERVE = 0.2  # of emissions, at the ceiling


def _clock(trend: float) -> Changed:
    return rules_by(lambda rules: by_the_clock(rules, trend))


def _alone_with_feedback(rules: MarketRules) -> MarketRules:
    """Leave of what moves benchmarks the trend and the feedback, and no other learning."""
    for name in (
        "opinions",
        "price response",
        "reduction targets",
        "research",
        "differentiation",
        "cost-benefit pace",
        "firm progress",
        "sinks",
    ):
        rules = rules.without(name)
    return rules


def _curve(name: str) -> Changed:
    def change(plan: EvolutionPlan) -> EvolutionPlan:
        curve = np.full(plan.register.n_firms, CURVES.index(name))
        return replace(plan, register=replace(plan.register, mac_curve=curve))

    return change


FLOOR = Figure("years on the floor, %", years.on_floor)
CEILING = Figure("years at the ceiling, %", years.on_ceiling)
LATE_FLOOR = Figure(f"last {years.LATE} years on the floor, %", years.late_on_floor)
LATE_CEILING = Figure(f"last {years.LATE} years at the ceiling, %", years.late_on_ceiling)
MOVE = Figure("yearly move of the price, CNY", years.yearly_move, digits=1)
TURNS = Figure("years in which the price turns, %", years.turns)
FIRMS = Figure("firms that do not comply, %", years.noncompliant_firms, digits=1)
TONNES = Figure("tonnes hidden or missing, %", years.noncompliant_tonnes, digits=2)
ABATING = Figure("firms that abate, %", years.abating_firms)
EARLY = Figure("highest price of the first five years, CNY", years.highest_early_price)

_SLOWER = "all years count, and the market needs some of them to get there"
_MILDER = (
    "research that answers tightening, opinions, the response to prices and reduction targets are "
    "no part of the earlier market; the next row is without them"
)
_LEVEL = (
    "levels are not identified; small differences in costs, audits and learning move them far, "
    "because hiding hardly pays or costs a small firm anything, see above"
)
_WARMER = (
    "the price rises, but here the others cut more at a higher price, up to their caps; the "
    "earlier market is not described closely enough to tell why its others did not"
)

_BUYERS = (
    "all buyers are left short together, so that firms say little and tonnes much; how many firms "
    "have to buy follows from tiers, research and banks"
)

CLOCK = Topic(
    "Benchmarks that fall by the clock",
    "Without feedback, opinions, response to prices and reduction targets, benchmarks fall by a "
    "trend alone. Only one speed keeps the market between its bounds, and nobody knows it.",
    (
        Regime(
            "no trend",
            _clock(0.0),
            (replace(FLOOR, noted="floor", holds=at_least(80)),),
            drawn=True,
        ),
        Regime("0.5 % a year", _clock(0.005), (replace(FLOOR, noted="93", holds=at_least(80)),)),
        Regime(
            "1.5 % a year",
            _clock(0.015),
            (
                replace(CEILING, noted="83", holds=above, differs=_SLOWER),
                replace(LATE_CEILING, noted="ceiling", holds=at_least(80)),
            ),
            drawn=True,
        ),
    ),
)
FEEDBACK = Topic(
    "Feedback",
    "Benchmarks follow the balance of need, by the share φ of the gap in a year, towards a slight "
    "deficit δ.",
    (
        Regime(
            "on verified balance",
            with_values(adjustment={"on_verified": True}),
            (replace(CEILING, noted="93", holds=at_least(80)),),
            drawn=True,
        ),
        *(
            Regime(
                f"φ = {phi:g}",
                with_values(adjustment={"feedback": phi}),
                (replace(MOVE, noted="sound", holds=at_most(3.0)), TURNS),
            )
            for phi in (0.2, 0.5, 1.5)
        ),
        Regime(
            "φ = 2",
            with_values(adjustment={"feedback": 2.0}),
            (
                replace(MOVE, noted="oscillates", holds=at_least(10.0)),
                replace(TURNS, noted="oscillates", holds=at_least(80.0)),
            ),
            drawn=True,
        ),
        Regime(
            "δ = 1 %",
            with_values(adjustment={"deficit": 0.01}),
            (replace(FLOOR, noted="meets the floor", holds=at_least(50.0)),),
        ),
        Regime(
            "δ = 3 %",
            with_values(adjustment={"deficit": 0.03}),
            (
                replace(
                    LATE_CEILING, noted="meets the ceiling", holds=at_least(50), differs=_MILDER
                ),
            ),
        ),
        Regime(
            "δ = 3 %, trend and feedback alone",
            rules_by(
                lambda rules: changed(_alone_with_feedback(rules), adjustment={"deficit": 0.03})
            ),
            (replace(LATE_CEILING, noted="meets the ceiling", holds=at_least(50)),),
        ),
    ),
)
TECHNOLOGY = Topic(
    "Technology",
    "How much there is to cut, at what cost.",
    (
        Regime(
            "no renewal of the potential, ω = 0",
            rules_by(lambda rules: rules.without("renewal")),
            (
                Figure(
                    "first year at the ceiling",
                    years.first_at_ceiling,
                    noted="15",
                    holds=lambda found, _: found["mean"] is not None and 10 <= found["mean"] <= 20,
                    digits=1,
                ),
                replace(LATE_CEILING, holds=at_least(80.0)),
            ),
            drawn=True,
        ),
        *(
            Regime(
                f"{curve} cost curves",
                _curve(curve),
                (
                    replace(
                        FLOOR,
                        noted="66, where curves met at the cap" if curve == "power" else "",
                        holds=at_most(20.0),
                    ),
                ),
            )
            for curve in CURVES[1:]
        ),
        Regime(
            "no fixed costs and fees",
            rules_by(lambda rules: rules.without("fixed costs and fees")),
            (replace(ABATING, noted="everyone", holds=above),),
            later=False,
        ),
    ),
)
START = Topic(
    "Expectations and the first years",
    "Firms abate by a mean of today's and the expected price, bank, and begin with what costs "
    "them least.",
    (
        Regime(
            "no expectations (f = 0, last year's price), no bank",
            rules_by(
                lambda rules: changed(
                    rules.without("banking"), price={"permanent_share": 0.0, "adaptation": 1.0}
                )
            ),
            (
                replace(MOVE, noted="from floor to ceiling", holds=at_least(80.0)),
                replace(TURNS, noted="alternates", holds=at_least(80.0)),
            ),
            drawn=True,
        ),
        *(
            Regime(
                f"cold start: {100 * share:g} % of the firms only trade in the first year",
                lambda plan: plan,
                (replace(EARLY, noted=noted, holds=at_least(140.0), differs=differs),),
                later=False,
                idle=share,
                drawn=share == 0.5,
            )
            for share, noted, differs in ((0.5, "140 to 200", _WARMER), (1.0, "", ""))
        ),
    ),
)


def _compliance(
    name: str, change: Changed, noted: str, holds: Callable[[Interval, Interval], bool], **more: Any
) -> Regime:
    figure = replace(FIRMS, noted=noted, holds=holds, differs=_LEVEL)
    return Regime(name, change, (figure,), **{"later": False} | more)


def _stake() -> float:
    """Return what hiding costs a small firm as expected, over what it saves."""
    rules = MarketRules()
    duty = rules.compliance
    owed = duty.deduction * rules.banking.carry_discount
    return duty.detection_small * (duty.fine_multiple + owed + duty.reputation)


COMPLIANCE = Topic(
    "Compliance",
    "Mean of the industries, last five years. What hiding costs a small firm as expected (chance "
    f"of being found times fine, duty and reputation) is {_stake():.2f} of what it saves, so that "
    "few hide, and nobody is far from hiding.",
    (
        _compliance("as it is", lambda plan: plan, "5.7", at_most(20.0)),
        _compliance(
            "detection doubled",
            rules_by(
                lambda rules: changed(
                    rules,
                    compliance={
                        "detection_small": 2 * rules.compliance.detection_small,
                        "detection_large": 2 * rules.compliance.detection_large,
                    },
                )
            ),
            "0.5",
            below,
        ),
        _compliance("fine 2 ×", with_values(compliance={"fine_multiple": 2.0}), "15.7", above),
        _compliance("fine 10 ×", with_values(compliance={"fine_multiple": 10.0}), "1.3", below),
        _compliance("reputation 0", with_values(compliance={"reputation": 0.0}), "7.5", above),
        _compliance("reputation 2", with_values(compliance={"reputation": 2.0}), "2.2", below),
        _compliance("logit noise 0.05", with_values(revision={"noise": 0.05}), "4.2", below),
        _compliance("logit noise 0.5", with_values(revision={"noise": 0.5}), "8.7", above),
        *(
            _compliance(
                f"{protocol.replace('_', '–')} protocol",
                with_values(revision={"protocol": protocol}),
                noted,
                below,
            )
            for protocol, noted in (("replicator_mutator", "0.9"), ("fermi", "0.9"))
        ),
        _compliance("30 years", lambda plan: plan, "3.1", below, later=True, beside_shorter=True),
        Regime(
            "1.5 % a year by the clock: rationing at the ceiling",
            _clock(0.015),
            (replace(FIRMS, noted="75 to 100", holds=at_least(70.0), differs=_BUYERS), TONNES),
        ),
        Regime(
            f"the same with a reserve of {100 * RESERVE:g} % of emissions at the ceiling",
            rules_by(
                lambda rules: changed(by_the_clock(rules, 0.015), price={"reserve_share": RESERVE})
            ),
            (replace(FIRMS, noted="offer a reserve", holds=at_most(20.0)), TONNES),
        ),
    ),
)
TOPICS = (CLOCK, FEEDBACK, TECHNOLOGY, START, COMPLIANCE)
