"""The allowance price of a personal market in a study: its own, the floor, or a market's.

Enterprises buy credits of people in place of allowances, so what an allowance costs them is the
most that a credit can. `take_price` names where that number comes from:

* ``scenario``: the scenario's own, `personal.single.allowance_price`;
* ``floor``: the floor of the last year of the study's path;
* ``benchmark``: the mean price of the market under benchmarks, over its last `price_years` years
  and all replicates. What the replicates differ by stands beside it.

Nothing goes the other way: the credits sold here do not lower the price there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from tanshi.floor import FloorPath
    from tanshi.study.benchmark_run import MarketRun
    from tanshi.study.personal_scenario import PersonalSection, PriceSource
    from tanshi.study.scenario import Scenario


@dataclass(frozen=True, slots=True)
class AllowancePrice:
    """What an allowance costs, and where the number comes from.

    Parameters
    ----------
    price_cny_per_tco2 : float
    source : {"scenario", "floor", "benchmark"}
    instead_of_cny_per_tco2 : float
        The scenario's own number.
    floor_year : int, optional
        With ``floor``: its year.
    years : int, optional
        With ``benchmark``: how many last years the mean is over.
    lowest_cny_per_tco2, highest_cny_per_tco2 : float, optional
        With it: the same mean of single replicates.
    need_tco2 : float, optional
        With it: what the firms of that market are short of a year, before they use credits.
    """

    price_cny_per_tco2: float
    source: PriceSource
    instead_of_cny_per_tco2: float
    floor_year: int | None = None
    years: int | None = None
    lowest_cny_per_tco2: float | None = None
    highest_cny_per_tco2: float | None = None
    need_tco2: float | None = None


def check_price_source(scenario: Scenario, *, source: str) -> None:
    """Refuse a price that is to come from a market which the scenario does not have.

    Raises
    ------
    InputError
    """
    if scenario.personal.take_price == "benchmark" and not scenario.has_market:
        raise _no_market(source)


def allowance_price(
    section: PersonalSection, path: FloorPath, market: MarketRun | None
) -> AllowancePrice:
    """Return the allowance price that a scenario asks for.

    Parameters
    ----------
    section : PersonalSection
    path : FloorPath
        Of the study.
    market : MarketRun or None
        Of the study; needed with ``benchmark``.

    Raises
    ------
    InputError
        No market with ``benchmark``.
    """
    own = section.single.allowance_price
    if section.take_price == "scenario":
        return AllowancePrice(own, "scenario", own)
    if section.take_price == "floor":
        return AllowancePrice(path.price_cny_per_tco2[-1], "floor", own, floor_year=path.years[-1])
    if market is None:
        raise _no_market("scenario")
    last = market.evolution.price_cny_per_tco2[:, -section.price_years :]
    by_replicate = last.mean(axis=1)
    return AllowancePrice(
        float(last.mean()),
        "benchmark",
        own,
        years=last.shape[1],
        lowest_cny_per_tco2=float(by_replicate.min()),
        highest_cny_per_tco2=float(by_replicate.max()),
        need_tco2=float(market.evolution.years["need_tco2"][:, -section.price_years :].mean()),
    )


def prices_of_study(
    path: FloorPath, market: MarketRun | None, price: AllowancePrice, section: PersonalSection
) -> dict[str, float]:
    """Return the price in use, and those that the study has beside it, by name.

    Parameters
    ----------
    path : FloorPath
    market : MarketRun or None
    price : AllowancePrice
        In use.
    section : PersonalSection
    """
    others: dict[PriceSource, str] = {
        "scenario": "the scenario's",
        "floor": "floor of the study",
        "benchmark": "market under benchmarks",
    }
    named = {"in use": price.price_cny_per_tco2}
    for source, name in others.items():
        if source == price.source or (source == "benchmark" and market is None):
            continue
        asked = section.model_copy(update={"take_price": source})
        named[name] = allowance_price(asked, path, market).price_cny_per_tco2
    return named


def _no_market(source: str) -> InputError:
    fault = Fault(
        "no market to take a price from",
        "take_price = 'benchmark' without a section [benchmark]",
        "a scenario with a section [benchmark], or another source",
        "add [benchmark], or choose 'scenario' or 'floor'",
        file=source,
        column="personal.take_price",
    )
    return InputError([fault])
