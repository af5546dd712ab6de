"""Credits of people flow back into compliance: both markets at one price.

Without `credits_to_market` a study takes the price of the market under benchmarks and leaves that
market as it is. With it, what people sell is used there: it joins the credits of sinks, which
firms may surrender up to `services.offset_limit` of their emissions. More credits lower the price,
and a lower price calls forth fewer credits. Sought is the supply at which both agree:

    credits that firms use in the last years = what people sell at the mean price of those years.

Credits enter as a share of covered emissions at the reference price, with the elasticity of sinks,
so that supply follows the price of single years too. The share is bracketed and halved in; every
round evolves all replicates on the same random numbers. Where firms do not need as much as people
would sell at the price that is then reached (the floor, as a rule), the rest stays unsold: the
settlement is ``saturated``.

Firms pay the price of an allowance for a credit. That is the personal market's sale price where it
is rationed; where it is not, part of the firms' savings is missing in their cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.stopping import until_settled
from tanshi.core import Fault, InfeasibleError, InputError
from tanshi.personal import solve_single_platform
from tanshi.study.benchmark_joined import SOURCE, bounded_section
from tanshi.study.benchmark_plan import market_plan

if TYPE_CHECKING:
    from tanshi.floor import FloorPath
    from tanshi.frontier import AbatementCosts
    from tanshi.study.benchmark_scenario import BenchmarkSection
    from tanshi.study.personal_scenario import PersonalSection
    from tanshi.study.scenario import Scenario

CLOSE = 0.005  # of what people would sell: nearer is not looked for
APART = 0.05  # further apart is no settlement
ROUNDS = 24  # halvings of a bracket stop helping before
FULL = 0.02  # twice the supply, and no more than this used in addition: nothing else is needed


@dataclass(frozen=True, slots=True)
class CreditRound:
    """The market of firms with so many credits.

    Parameters
    ----------
    sink_share : float
        Added, of covered emissions at the reference price.
    price_cny_per_tco2 : float
        Mean of the last years and all replicates.
    credits_tco2, wanted_tco2 : float
        Of people: used a year, and what they sell at that price.
    """

    sink_share: float
    price_cny_per_tco2: float
    credits_tco2: float
    wanted_tco2: float

    @property
    def excess_tco2(self) -> float:
        """Credits used less what people sell."""
        return self.credits_tco2 - self.wanted_tco2


@dataclass(frozen=True)
class CreditSettlement:
    """Where both markets agree.

    Parameters
    ----------
    rounds : tuple of CreditRound
        In the order tried; the first is without credits.
    found : CreditRound
    saturated : bool
        Whether firms need less than people would sell.
    """

    rounds: tuple[CreditRound, ...]
    found: CreditRound
    saturated: bool

    @property
    def sink_share(self) -> float:
        """Added share of covered emissions."""
        return self.found.sink_share

    def headline(self) -> dict[str, float | bool | int]:
        """Return price without and with credits, and how many there are."""
        return {
            "price_without_cny_per_tco2": self.rounds[0].price_cny_per_tco2,
            "price_with_cny_per_tco2": self.found.price_cny_per_tco2,
            "credits_tco2": self.found.credits_tco2,
            "wanted_tco2": self.found.wanted_tco2,
            "saturated": self.saturated,
            "rounds": len(self.rounds),
        }

    def table(self) -> pl.DataFrame:
        """Return one row a round."""
        return pl.DataFrame(
            {
                "round": range(len(self.rounds)),
                "added_sink_share_percent": [100.0 * one.sink_share for one in self.rounds],
                "price_cny_per_tco2": [one.price_cny_per_tco2 for one in self.rounds],
                "credits_tco2": [one.credits_tco2 for one in self.rounds],
                "wanted_tco2": [one.wanted_tco2 for one in self.rounds],
            }
        )


def check_credits(scenario: Scenario) -> None:
    """Refuse credits without a market to use them, or above what it lets firms use.

    Raises
    ------
    InputError
    """
    personal = scenario.personal
    if not personal.credits_to_market:
        return
    faults = []
    if personal.take_price != "benchmark":
        what, found = "credits go to a market whose price is not taken", personal.take_price
        remedy = "set take_price = 'benchmark', or remove credits_to_market"
        column = "personal.credits_to_market"
        faults.append(Fault(what, found, "'benchmark'", remedy, file=SOURCE, column=column))
    limit = scenario.benchmark.services.offset_limit
    if personal.single.offset_ratio > limit:
        faults.append(
            Fault(
                "people may offset more than the market of firms allows",
                f"{personal.single.offset_ratio:g}, limit {limit:g}",
                "an offset ratio of at most benchmark.services.offset_limit",
                "lower it, or raise benchmark.services.offset_limit",
                file=SOURCE,
                column="personal.single.offset_ratio",
            )
        )
    if faults:
        raise InputError(faults)


def settle_credits(
    scenario: Scenario,
    path: FloorPath,
    *,
    costs: AbatementCosts | None = None,
    workers: int | None = None,
) -> CreditSettlement:
    """Find the credits at which both markets agree.

    Parameters
    ----------
    scenario : Scenario
        With `credits_to_market`.
    path : FloorPath
        Of the study.
    costs : AbatementCosts, optional
        Of the study; needed where the market of firms takes them.
    workers : int, optional
        Threads.

    Raises
    ------
    InputError
        See `market_plan`.
    InfeasibleError
        No supply was found at which they agree.
    """
    section, _ = bounded_section(scenario, path, costs)
    personal = scenario.personal
    rounds = [_round(section, personal, 0.0, workers)]
    first = rounds[0]
    if first.wanted_tco2 <= 0.0:
        return CreditSettlement(tuple(rounds), first, saturated=False)
    low, high = first, _round(section, personal, _guess(first, personal), workers)
    rounds.append(high)
    while high.excess_tco2 < -CLOSE * high.wanted_tco2:
        more = _round(section, personal, 2.0 * high.sink_share, workers)
        rounds.append(more)
        if more.excess_tco2 < 0.0 and more.credits_tco2 <= (1.0 + FULL) * high.credits_tco2:
            return CreditSettlement(tuple(rounds), high, saturated=True)
        low, high = high, more
    while len(rounds) < ROUNDS and not _agrees(rounds[-1], CLOSE):
        middle = _round(section, personal, (low.sink_share + high.sink_share) / 2.0, workers)
        rounds.append(middle)
        low, high = (middle, high) if middle.excess_tco2 < 0.0 else (low, middle)
    found = min(rounds[1:], key=lambda one: abs(one.excess_tco2) / max(one.wanted_tco2, 1.0))
    if not _agrees(found, APART):
        message = (
            "The market under benchmarks and the personal market did not settle: the nearest are "
            f"{found.credits_tco2:,.0f} t of credits used and {found.wanted_tco2:,.0f} t sold. Ask "
            "for more replicates (benchmark.replicates) or years (personal.price_years), or remove "
            "personal.credits_to_market."
        )
        raise InfeasibleError(message)
    return CreditSettlement(tuple(rounds), found, saturated=False)


def _agrees(one: CreditRound, within: float) -> bool:
    return abs(one.excess_tco2) <= within * one.wanted_tco2


def _guess(first: CreditRound, personal: PersonalSection) -> float:
    """Return a share of covered emissions that is about what people would sell."""
    return first.wanted_tco2 / personal.single.total_emissions


def _round(
    section: BenchmarkSection, personal: PersonalSection, share: float, workers: int | None
) -> CreditRound:
    """Evolve the market with so many credits more."""
    plan = market_plan(section.with_credits(share), source=SOURCE)
    count, seed = section.replicates, section.seed
    if section.stop == "settled":
        plan = until_settled(plan, replicates=count, seed=seed, workers=workers)
    years = evolve_market(plan, replicates=count, seed=seed, workers=workers)
    last = slice(-personal.price_years, None)
    price = float(years.price_cny_per_tco2[:, last].mean())
    # Of all credits used, people's are those that their share of the supply stands for.
    own = share / (share + section.services.sink_share) if share else 0.0
    used = own * float(np.asarray(years.years["sink_credits_tco2"])[:, last].mean())
    wanted = float(solve_single_platform(personal.single.inputs(price)).volume[0])
    return CreditRound(share, price, used, wanted)
