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
from tanshi.study.personal_curves import adoption_map, offset_curve, price_curve, service_curve
from tanshi.study.personal_gains import emission_cases, objectives_table, single_gains
from tanshi.study.personal_price import (
    allowance_price,
    check_price_source,
    prices_of_study,
)

if TYPE_CHECKING:
    import polars as pl

    from tanshi.floor import FloorPath
    from tanshi.personal.results.platform import SinglePlatform, TwoSided
    from tanshi.study.benchmark_run import MarketRun
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

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table, by file name without suffix; curves stand beside their figures."""
        return {
            "single": self.single.table(),
            "two_sided": self.two_sided.table(),
            "gains": self.gains,
            "emissions": self.emissions,
            "objectives": self.objectives,
            "claims": self.claims,
            "further_claims": self.further_claims,
        }

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
    return 1


def personal_of_study(scenario: Scenario, path: FloorPath, market: MarketRun | None) -> PersonalRun:
    """Solve the personal market of a study.

    Parameters
    ----------
    scenario : Scenario
    path : FloorPath
        Of the study.
    market : MarketRun or None
        The market under benchmarks, where the scenario has one.

    Raises
    ------
    InputError
        Numbers too large or too small to calculate with.
    """
    section = scenario.personal
    price = allowance_price(section, path, market)
    try:
        return _solved(section, price, prices_of_study(path, market, price, section))
    except InputError as error:
        raise InputError([replace(one, file=SOURCE) for one in error.faults]) from None


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
        further_claims=other_claims(two, two_sided, payments=payments),
        curves={
            "offset": offset_curve(one, single),
            "price": price_curve(one, marks),
            "service": service_curve(two, two_sided),
            "adoption": adoption_map(two, two_sided),
        },
    )
