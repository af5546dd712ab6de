"""Join a scenario with counted populations: closed form, other people, emissions, who gains."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tanshi.personal.emissions import compare_emissions
from tanshi.personal.pareto import share_gains
from tanshi.personal.population_check import check_population
from tanshi.personal.quota_market import solve_quota_market
from tanshi.personal.quota_rules import PRICINGS
from tanshi.study.personal_population_section import PAPER, CaseSection

if TYPE_CHECKING:
    import polars as pl

    from tanshi.personal.results.emissions import EmissionComparison
    from tanshi.personal.results.pareto import ParetoCase
    from tanshi.personal.results.population import PopulationCheck
    from tanshi.personal.traits import PopulationPlan, PopulationTraits
    from tanshi.study.personal_population_section import PopulationSection
    from tanshi.study.personal_scenario import PersonalSection
    from tanshi.study.run import Progress

SUSPICIOUS = 4.5  # standard errors: of a hundred numbers one in 1500 runs is that far out


@dataclass(frozen=True, eq=False)
class PopulationRun:
    """Everything counted.

    Parameters
    ----------
    check : PopulationCheck
        The single platform among its people and others.
    emissions : EmissionComparison
    gains : tuple of ParetoCase
        By cap and by the platform's pricing.
    people, quota_people : int
        Drawn for the platform, and with quota.
    """

    check: PopulationCheck
    emissions: EmissionComparison
    gains: tuple[ParetoCase, ...]
    people: int
    quota_people: int

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the tables by the name of their file."""
        import polars as pl

        return {
            "population": self.check.table(),
            "distributions": self.check.distributions(),
            "seller_groups": self.check.income_groups(),
            "emissions": self.emissions.table(),
            "pareto": pl.concat([one.parties() for one in self.gains]),
            "income_groups": pl.concat([one.income_groups() for one in self.gains]),
        }

    def content(self) -> dict[str, Any]:
        """Return the findings in short, for machines."""
        cases = self.emissions.cases
        return {
            "people": self.people,
            "quota_people": self.quota_people,
            "status": self.check.status,
            "largest_z": self.check.largest_z,
            "closed_form_reproduced": self.check.cases[0].largest_z < SUSPICIOUS,
            "no_single_price": [one.name for one in self.check.cases if one.status == "jump"],
            "emissions": {
                direction: sum(one.direction == direction for one in cases)
                for direction in ("rises", "stays", "falls")
            },
            "audit_condition_wrong": sum(
                one.audit_says not in {None, one.direction} for one in cases
            ),
            "pareto": {one.name: one.verdict for one in self.gains},
        }

    def summary(self) -> str:
        """Return lines for a terminal."""
        first, content = self.check.cases[0], self.content()
        share = first.quantities[0]
        z = "nothing random" if share.z is None else f"z = {share.z:+.2f}"
        populations = len(self.check.cases)
        counted = f"share who sell: {share.counted:.5f}, closed form {share.closed_form:.5f}"
        lines = [
            f"{self.people:,} people; {counted} ({z}, {self.check.status})",
            f"largest z-score of {populations} populations: {self.check.largest_z:.2f}",
        ]
        directions = ", ".join(f"{name} in {n}" for name, n in content["emissions"].items())
        lines.append(f"emissions with trade: {directions} of {len(self.emissions.cases)} cases")
        lines += [f"{name}: {verdict}" for name, verdict in content["pareto"].items()]
        return "\n".join(lines)


def run_population(
    section: PersonalSection,
    *,
    price_cny_per_tco2: float | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> PopulationRun:
    """Count the populations of a scenario.

    Parameters
    ----------
    section : PersonalSection
    price_cny_per_tco2 : float, optional
        Of allowances, in place of that of the section.
    progress : Progress, optional
    workers : int, optional
        Threads; one a processor by default. The result does not depend on it.

    Returns
    -------
    PopulationRun
    """
    population = section.population
    plan, quota_plan = population.plans(workers)
    if progress is not None:
        progress.start(3)
    check = check_population(section.single.inputs(price_cny_per_tco2), _cases(section), plan)
    _step(progress)
    needs = _needs(section)
    emissions = compare_emissions(needs, population.rules, population.emissions, quota_plan)
    _step(progress)
    gains = _gains(needs, population, quota_plan)
    _step(progress)
    return PopulationRun(check, emissions, gains, plan.people, quota_plan.people)


def _step(progress: Progress | None) -> None:
    if progress is not None:
        progress.step()


def _cases(section: PersonalSection) -> dict[str, PopulationTraits]:
    """Return the paper's people, then those of the scenario, all with the market's means."""
    population, single = section.population, section.single
    cases = {PAPER: CaseSection()} | population.cases
    return {
        name: case.traits(
            amount_mean_tco2=single.mean_reduction * single.matching,  # of it, what is sold
            cost_mean_cny_per_tco2=single.credit_cost,
            income_mean_cny=population.income_mean_cny,
            income_deviation=population.income_deviation,
        )
        for name, case in cases.items()
    }


def _needs(section: PersonalSection) -> PopulationTraits:
    """Return the people with quota."""
    population = section.population
    return population.needs.traits(
        amount_mean_tco2=population.needs.mean_need_tco2,
        cost_mean_cny_per_tco2=section.single.credit_cost,
        income_mean_cny=population.income_mean_cny,
        income_deviation=population.income_deviation,
    )


def _gains(
    needs: PopulationTraits, population: PopulationSection, plan: PopulationPlan
) -> tuple[ParetoCase, ...]:
    """Return who gains under the penalty and under a hard cap, for every pricing."""
    found = []
    for penalty in dict.fromkeys((population.rules.penalty_cny_per_tco2, None)):
        for pricing in PRICINGS:
            rules = replace(population.rules, penalty_cny_per_tco2=penalty, pricing=pricing)
            outcome = solve_quota_market(needs, rules, plan)
            cap = "hard cap" if penalty is None else "payable penalty"
            damage = population.damage_cny_per_tco2
            found.append(share_gains(f"{cap}, {pricing}", outcome, damage_cny_per_tco2=damage))
    return tuple(found)
