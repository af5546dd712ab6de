"""The section `[personal.population]` of a scenario: who the people are, and their market.

The single platform's populations (`cases`) take their mean amount, cost and demand from
`[personal.single]`; those with quota (`needs`) take its cost. Every other key is a keyword
argument of the room `tanshi.personal`. The default cases are those of the model notes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field, model_validator

from tanshi.core import InputError
from tanshi.personal.quota_rules import EmissionCases, QuotaRules
from tanshi.personal.traits import PopulationPlan, PopulationTraits
from tanshi.study.section import SECTION, checked_by

if TYPE_CHECKING:
    from tanshi.core import Fault

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = SECTION


class CaseSection(_Section):
    """How one population differs from the paper's: `tanshi.personal.traits.PopulationTraits`."""

    theta_a: float = 1.0
    theta_b: float = 1.0
    amount_deviation: float = 0.0
    cost_deviation: float = 0.0
    theta_amount: float = 0.0
    theta_cost: float = 0.0
    theta_income: float = 0.0
    amount_cost: float = 0.0
    amount_income: float = 0.0
    cost_income: float = 0.0

    def traits(self, **means: float) -> PopulationTraits:
        """Return what the room takes; amount, cost and income come from elsewhere.

        Raises
        ------
        InputError
            Every number that breaks its condition, by key.
        """
        given: dict[str, Any] = {name: getattr(self, name) for name in CaseSection.model_fields}
        return PopulationTraits(**given, **means)


class NeedsSection(CaseSection):
    """People with quota, whose amount is what they need."""

    mean_need_tco2: Positive = 3.0
    amount_deviation: float = 0.7
    amount_income: float = 0.5


Case = Annotated[CaseSection, checked_by(lambda case: case.traits())]

PAPER = "paper"
# What the model notes look at: other perceptions, unequal amounts, unequal costs.
CASES = {
    "Beta(2, 2)": CaseSection(theta_a=2.0, theta_b=2.0),
    "Beta(5, 5)": CaseSection(theta_a=5.0, theta_b=5.0),
    "Beta(2, 5)": CaseSection(theta_a=2.0, theta_b=5.0),
    "Beta(5, 2)": CaseSection(theta_a=5.0, theta_b=2.0),
    "two camps": CaseSection(theta_a=0.5, theta_b=0.5),
    "much from the reluctant": CaseSection(amount_deviation=0.6, theta_amount=0.6),
    "much from the willing": CaseSection(amount_deviation=0.6, theta_amount=-0.6),
    "unequal costs": CaseSection(cost_deviation=0.5),
    "costs rise with income": CaseSection(cost_deviation=0.5, cost_income=0.6),
}


class PopulationSection(_Section):
    """Counted populations: the closed form, other people, emissions, and who gains."""

    people: int = 1_000_000
    # In the market of people with quota, which is solved for every case of emissions.
    quota_people: int = 200_000
    seed: int = 1
    income_groups: int = 5
    income_mean_cny: Positive = 47_065.0
    income_deviation: Annotated[float, Field(ge=0, le=3)] = 0.83
    # Beside the paper's own, each by its name.
    cases: dict[str, Case] = Field(default_factory=lambda: dict(CASES))
    needs: Annotated[NeedsSection, checked_by(lambda needs: needs.traits())] = NeedsSection()
    rules: Annotated[QuotaRules, checked_by()] = QuotaRules(
        quota_cut=0.05,
        penalty_cny_per_tco2=120.0,
        abatement_slope=235.0,
        unit_cost_cny_per_tco2=7.0,
    )
    emissions: Annotated[EmissionCases, checked_by()] = EmissionCases()
    # What a tonne more or less is worth to those whom emissions harm.
    damage_cny_per_tco2: Amount = 80.0

    def plans(self, workers: int | None = None) -> tuple[PopulationPlan, PopulationPlan]:
        """Return how many people are drawn: for the platform, and with quota.

        Raises
        ------
        InputError
            Every number out of range, by key.
        """
        counts = {"people": self.people, "quota_people": self.quota_people}
        found: list[PopulationPlan] = []
        faults: list[Fault] = []
        for key, people in counts.items():
            try:
                found.append(
                    PopulationPlan(
                        people=people,
                        seed=self.seed,
                        income_groups=self.income_groups,
                        workers=workers,
                    )
                )
            except InputError as error:
                faults += [
                    replace(fault, column=f"plan.{key}") if fault.column == "plan.people" else fault
                    for fault in error.faults
                ]
        if faults:
            raise InputError(list(dict.fromkeys(faults)))
        return found[0], found[1]

    @model_validator(mode="after")
    def _names_of_their_own(self) -> PopulationSection:
        if PAPER in self.cases:
            message = f"cases with names other than '{PAPER}', the population of the closed form"
            raise ValueError(message)
        return self
