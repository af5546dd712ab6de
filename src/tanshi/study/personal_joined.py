"""The personal quota market as a part of a study: one platform and two sides, at one price.

The allowance price comes from where `take_price` says (`personal_price`). One platform is solved
at that price in CNY per tonne, two sides at the same price over their value range, so a change of
the floor, or of the market under benchmarks, moves both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tanshi.core import InputError
from tanshi.personal import solve_single_platform, solve_two_sided
from tanshi.study.personal_claims import other_claims, sign_claims
from tanshi.study.personal_credits import check_credits
from tanshi.study.personal_curves import adoption_map, offset_curve, price_curve, service_curve
from tanshi.study.personal_gains import emission_cases, objectives_table, single_gains
from tanshi.study.personal_price import (
    allowance_price,
    check_price_source,
    prices_of_study,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from tanshi.floor import FloorPath
    from tanshi.personal.results.platform import SinglePlatform, TwoSided
    from tanshi.study.benchmark_run import MarketRun
    from tanshi.study.personal_credits import CreditSettlement
    from tanshi.study.personal_game import GameStudy
    from tanshi.study.personal_population import PopulationRun
    from tanshi.study.personal_price import AllowancePrice
    from tanshi.study.personal_scenario import PersonalSection
    from tanshi.study.scenario import Scenario

SOURCE = "scenario"


@dataclass(frozen=True, eq=False, kw_only=True)
class PersonalRun:
    """A personal market of a study, solved.

    Parameters
    ----------
    section : PersonalSection
    price : AllowancePrice
    single : SinglePlatform
        One row.
    two_sided : TwoSided
        One row.
    gains, emissions, objectives : polars.DataFrame
        See `personal_gains`.
    claims, further_claims : polars.DataFrame
        See `personal_claims`.
    curves : dict of name to polars.DataFrame
        ``offset``, ``price``, ``service``, ``adoption``; see `personal_curves`.
    game : GameStudy or None
        The evolutionary game, where the scenario asks for it.
    population : PopulationRun or None
        Counted people at the same allowance price, where it asks for them.
    credits : CreditSettlement or None
        How both markets came to one price, where credits flow back.
    """

    section: PersonalSection
    price: AllowancePrice
    single: SinglePlatform
    two_sided: TwoSided
    gains: pl.DataFrame
    emissions: pl.DataFrame
    objectives: pl.DataFrame
    claims: pl.DataFrame
    further_claims: pl.DataFrame
    curves: dict[str, pl.DataFrame]
    game: GameStudy | None = None
    population: PopulationRun | None = None
    credits: CreditSettlement | None = None

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table, by file name without suffix; curves stand beside their figures."""
        found = {
            "single": self.single.table(),
            "two_sided": self.two_sided.table(),
            "gains": self.gains,
            "emissions": self.emissions,
            "objectives": self.objectives,
            "claims": self.claims,
            "further_claims": self.further_claims,
        }
        if self.credits is not None:
            found["credits"] = self.credits.table()
        if self.game is not None:
            found |= {f"game_{name}": table for name, table in game_tables(self.game).items()}
        if self.population is not None:
            counted = self.population.tables()
            found["population"] = counted.pop("population")
            found |= {f"population_{name}": table for name, table in counted.items()}
        return found

    def headline(self) -> dict[str, Any]:
        """Return the few figures that a reader quotes."""
        one, two = self.single, self.two_sided
        price = self.price
        counts = self.claims["here"].to_list()
        return {
            "allowance_price_cny_per_tco2": price.price_cny_per_tco2,
            "price_source": price.source,
            "price_floor_year": price.floor_year,
            "price_years": price.years,
            "price_of_replicates_cny_per_tco2": None
            if price.lowest_cny_per_tco2 is None
            else [price.lowest_cny_per_tco2, price.highest_cny_per_tco2],
            "single": {
                "status": one.status[0],
                "net_purchase_price_cny_per_tco2": float(one.net_purchase_price[0]),
                "sale_price_cny_per_tco2": float(one.sale_price[0]),
                "participation_percent": 100.0 * float(one.participation[0]),
                "volume_tco2": float(one.volume[0]),
                "unserved_demand_tco2": float(one.unserved_demand[0]),
                "platform_profit_cny": float(one.platform_profit[0]),
                "user_surplus_cny": float(one.user_surplus[0]),
                "buyer_surplus_cny": float(one.buyer_surplus[0]),
                "total_welfare_cny": float(one.total_welfare[0]),
                "optimal_offset_ratio": float(one.optimal_offset_ratio[0]),
                "exact_optimal_offset_ratio": float(one.exact_optimal_offset_ratio[0]),
            },
            "two_sided": {
                "payments": two.payments,
                "sellers_price": float(two.inputs["allowance_price"][0]),
                "objectives": self.objectives.to_dicts(),
                "profit_max_service_level": float(two.profit_max_service_level[0]),
                "welfare_max_service_level": float(two.welfare_max_service_level[0]),
                "platform_adopts": bool(two.adoption.platform_adopts[0]),
                "society_adopts": bool(two.adoption.society_adopts[0]),
            },
            "emissions_1e6_tco2": self.emissions.to_dicts(),
            "claims_here": {name: counts.count(name) for name in ("holds", "flat", "fails")},
            "credits": None if self.credits is None else self.credits.headline(),
            "game": None if self.game is None else self.game.summary,
            "population": None if self.population is None else self.population.content(),
        }

    @property
    def summary(self) -> str:
        """One line for a terminal."""
        one = self.single
        return (
            f"personal market at {self.price.price_cny_per_tco2:.2f} CNY/tCO2: "
            f"{float(one.net_purchase_price[0]):.2f} to people, "
            f"{float(one.sale_price[0]):.2f} from enterprises, "
            f"{100.0 * float(one.participation[0]):.1f} % take part ({one.status[0]})"
        )


def game_tables(game: GameStudy) -> dict[str, pl.DataFrame]:
    """Return the tables of a game that no figure is drawn from; empty ones are left out."""
    import polars as pl

    found = {
        "equilibria": pl.concat([one.table() for one in game.rest_points]),
        "basins": pl.concat([one.table() for one in game.basins]),
        "ess": game.conditions,
        "finite": game.finite,
    }
    return {name: table for name, table in found.items() if len(table)}


def check_personal(scenario: Scenario) -> int:
    """Refuse a personal market that cannot be solved, before anything is estimated.

    Returns
    -------
    int
        How many steps it will tell of.

    Raises
    ------
    InputError
    """
    check_price_source(scenario, source=SOURCE)
    check_credits(scenario)
    section = scenario.personal
    asked = (section.credits_to_market, section.game_in_study, section.population_in_study)
    return 1 + sum(asked)


def personal_of_study(
    scenario: Scenario,
    path: FloorPath,
    market: MarketRun | None,
    *,
    settlement: CreditSettlement | None = None,
    step: Callable[[], None] | None = None,
    workers: int | None = None,
) -> PersonalRun:
    """Solve the personal market of a study.

    Parameters
    ----------
    scenario : Scenario
    path : FloorPath
        Of the study.
    market : MarketRun or None
        The market under benchmarks, where the scenario has one.
    settlement : CreditSettlement, optional
        How that market came to use what people sell.
    step : callable, optional
        Called `check_personal` times.
    workers : int, optional
        Processes of the game and threads of the population. The result does not depend on it.

    Raises
    ------
    InputError
        Numbers too large or too small to calculate with.
    """
    section = scenario.personal
    price = allowance_price(section, path, market)
    done = step or _nothing
    try:
        run = _solved(section, price, prices_of_study(path, market, price, section))
        run = replace(run, credits=settlement)
        done()
        if section.game_in_study:
            run = replace(run, game=_played(section, workers))
            done()
        if section.population_in_study:
            run = replace(run, population=_counted(section, price, workers))
            done()
    except InputError as error:
        raise InputError([replace(one, file=SOURCE) for one in error.faults]) from None
    return run


def _nothing() -> None:
    """Hear of a step and forget it."""


def _played(section: PersonalSection, workers: int | None) -> GameStudy:
    from tanshi.study.engine import LocalEngine
    from tanshi.study.personal_game import play_game

    with LocalEngine(workers=workers or 1) as engine:
        return play_game(section.game, engine=engine)


def _counted(section: PersonalSection, price: AllowancePrice, workers: int | None) -> PopulationRun:
    """Count people at the price in force, which is not the scenario's where it is taken."""
    from tanshi.study.personal_population import run_population

    single = section.single.model_copy(update={"allowance_price": price.price_cny_per_tco2})
    return run_population(section.model_copy(update={"single": single}), workers=workers)


def _solved(
    section: PersonalSection, price: AllowancePrice, marks: dict[str, float]
) -> PersonalRun:
    payments = section.two_sided.payments
    one = section.single.inputs(price.price_cny_per_tco2)
    two = section.two_sided.inputs(price.price_cny_per_tco2)
    single, two_sided = solve_single_platform(one), solve_two_sided(two, payments=payments)
    return PersonalRun(
        section=section,
        price=price,
        single=single,
        two_sided=two_sided,
        gains=single_gains(single),
        emissions=emission_cases(single),
        objectives=objectives_table(two_sided),
        claims=sign_claims(two, payments=payments),
        further_claims=other_claims(two, two_sided, single, payments=payments),
        curves={
            "offset": offset_curve(one, single),
            "price": price_curve(one, marks),
            "service": service_curve(two, two_sided),
            "adoption": adoption_map(two, two_sided),
        },
    )
