"""The section `[personal]` of a scenario: one platform, two sides, and where their price is from.

Every key of `single` and `two_sided` is a keyword argument of the room `tanshi.personal`, one
number each, with the model of Wang, Zhao, Chen & Tang (2024) behind it. The defaults are a
scheme of the size of Guangdong with the costs of the model notes; `scenarios/personal_china.toml`
gives the reason of each. The paper itself prints no numbers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from tanshi.core import InputError
from tanshi.personal import SinglePlatformInputs, TwoSidedInputs
from tanshi.study.personal_game_section import GameSection
from tanshi.study.personal_population_section import PopulationSection
from tanshi.study.section import SECTION, checked_by

PriceSource = Literal["scenario", "floor", "benchmark"]


class _Section(BaseModel):
    model_config = SECTION


class SingleSection(_Section):
    """One platform: `tanshi.personal.SinglePlatformInputs`, with one number a key."""

    total_emissions: float = 2.53e8
    offset_ratio: float = 0.05
    credit_cost: float = 60.0
    mean_reduction: float = 0.3
    population: float = 1.089e8
    operating_cost: float = 5.0
    # P, where `take_price` takes none from elsewhere.
    allowance_price: float = 70.0
    abatement_ease: float = 3.614e6
    blockchain_unit_cost: float = 2.0
    fee: float = 0.0
    commission: float = 0.0
    matching: float = 1.0

    def inputs(self, price_cny_per_tco2: float | None = None) -> SinglePlatformInputs:
        """Return what the room takes, with the allowance price from elsewhere where it is given.

        Raises
        ------
        InputError
            Every number that breaks its condition, by key.
        """
        given: dict[str, Any] = dict(self)
        if price_cny_per_tco2 is not None:
            given["allowance_price"] = price_cny_per_tco2
        return SinglePlatformInputs(**given)


class TwoSidedSection(_Section):
    """Two sides: `tanshi.personal.TwoSidedInputs`, with one number a key.

    Money of that model is in units of the spread of users' fixed utility. The price c that a
    buyer pays a seller is the allowance price P over `value_range_cny_per_tco2`, that spread by
    tonne traded, so that the two models answer to one price. Given in its own unit, by
    `allowance_price`, c stays what it is wherever P comes from.
    """

    beta_d: float = 0.3
    beta_s: float = 0.4
    service_level: float = 0.5
    service_cost: float = 1.5
    value_range_cny_per_tco2: float = Field(default=100.0, gt=0, allow_inf_nan=False)
    allowance_price: float | None = None
    alpha_d: float = 0.2
    alpha_s: float = 0.3
    blockchain_unit_cost: float = 0.02
    fee: float = 0.0
    matching: float = 1.0
    payments: Literal["published", "closed"] = "published"

    def inputs(self, price_cny_per_tco2: float) -> TwoSidedInputs:
        """Return what the room takes, at an allowance price.

        Raises
        ------
        InputError
            Every number that breaks its condition, by key.
        """
        given: dict[str, Any] = dict(self)
        for name in ("value_range_cny_per_tco2", "payments"):
            given.pop(name)
        if self.allowance_price is None:
            given["allowance_price"] = price_cny_per_tco2 / self.value_range_cny_per_tco2
        return TwoSidedInputs(**given)


def _by_key(error: InputError) -> InputError:
    """Return the room's faults with the key as the last part of the column."""
    return InputError([replace(fault, column=f"section.{fault.column}") for fault in error.faults])


def _check_single(section: SingleSection) -> None:
    try:
        section.inputs()
    except InputError as error:
        raise _by_key(error) from None


def _check_two_sided(section: TwoSidedSection) -> None:
    try:
        section.inputs(0.0)  # any price: what it becomes is checked where it is known
    except InputError as error:
        raise _by_key(error) from None


class PersonalSection(_Section):
    """A personal quota market, and where its allowance price comes from."""

    single: Annotated[SingleSection, checked_by(_check_single)] = SingleSection()
    two_sided: Annotated[TwoSidedSection, checked_by(_check_two_sided)] = TwoSidedSection()
    population: Annotated[PopulationSection, checked_by(lambda section: section.plans())] = (
        PopulationSection()
    )
    game: GameSection = GameSection()
    # In a study, P is that of `single`, the floor of the study's last floor year, or the mean
    # price of the last years of the market under benchmarks.
    take_price: PriceSource = "scenario"
    # How many last years of that market the mean is over, at most all of them.
    price_years: int = Field(default=3, ge=1)
    # In a study: let that market use what people sell, so that both are at one price.
    credits_to_market: bool = False
    # In a study: also play the game of `game`, and count the people of `population`.
    game_in_study: bool = False
    population_in_study: bool = False
