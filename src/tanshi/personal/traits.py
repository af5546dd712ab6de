"""Who the people of a population are: four traits, joined by a Gaussian copula; and how many.

A person has a perception θ in [0, 1] (Beta), an amount of quota in tonnes, a cost of giving one
up and an income (each lognormal). The ranks of the four are those of a normal vector with the
correlations given, so a marginal can change without the dependence and the other way round.
With θ ~ Beta(1, 1), no spread of amount and cost and no correlation these are the people of
Wang, Zhao, Chen & Tang (2024), Eq. 2 and 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import betainc, betaincc, betaincinv, ndtr, ndtri

from tanshi.core import Fault, InputError
from tanshi.personal._conditions import Condition

if TYPE_CHECKING:
    from numpy.typing import NDArray

THETA, AMOUNT, COST, INCOME = range(4)
MOST_PEOPLE = 2_000_000_000
_PAIRS = {
    "theta_amount": (THETA, AMOUNT),
    "theta_cost": (THETA, COST),
    "theta_income": (THETA, INCOME),
    "amount_cost": (AMOUNT, COST),
    "amount_income": (AMOUNT, INCOME),
    "cost_income": (COST, INCOME),
}
_SHAPE = "shapes of Beta(a, b): (1, 1) is uniform, (0.5, 0.5) has two camps"
_SPREAD = "standard deviation of the logarithm, 0 for none"
TRAIT_CONDITIONS = {
    "theta_a": Condition(f"a > 0, {_SHAPE}", "give a shape", 0.0, above=True),
    "theta_b": Condition(f"b > 0, {_SHAPE}", "give a shape", 0.0, above=True),
    "amount_mean_tco2": Condition("a mean amount > 0", "give tonnes a head", 0.0, above=True),
    "amount_deviation": Condition(f"0 to 3, {_SPREAD}", "write 50 % as 0.5", 0.0, 3.0),
    "cost_mean_cny_per_tco2": Condition("a mean cost >= 0", "give CNY per tonne", 0.0),
    "cost_deviation": Condition(f"0 to 3, {_SPREAD}", "write 50 % as 0.5", 0.0, 3.0),
    "income_mean_cny": Condition("a mean income > 0", "give CNY a year", 0.0, above=True),
    "income_deviation": Condition(f"0 to 3, {_SPREAD}", "write 50 % as 0.5", 0.0, 3.0),
} | {
    pair: Condition(
        "a correlation inside (-1, 1)", "give a number", -1.0, 1.0, above=True, below=True
    )
    for pair in _PAIRS
}


@dataclass(frozen=True, kw_only=True)
class PopulationTraits:
    """Distributions of the four traits and their dependence.

    Parameters
    ----------
    theta_a, theta_b : float, > 0
        Shapes of the Beta distribution of θ.
    amount_mean_tco2, amount_deviation : float
        Mean of the amount a head, and standard deviation of its logarithm.
    cost_mean_cny_per_tco2, cost_deviation : float
        Of e, what a tonne costs a person with θ = 1.
    income_mean_cny, income_deviation : float
        Of the income a head and year.
    theta_amount, theta_cost, theta_income, amount_cost, amount_income, cost_income : float
        Correlations of the normal vector behind the traits, inside (-1, 1).

    Raises
    ------
    InputError
        Every value that breaks its condition; correlations that no vector can have.
    """

    theta_a: float = 1.0
    theta_b: float = 1.0
    amount_mean_tco2: float = 1.0
    amount_deviation: float = 0.0
    cost_mean_cny_per_tco2: float = 60.0
    cost_deviation: float = 0.0
    income_mean_cny: float = 40_000.0
    income_deviation: float = 0.8
    theta_amount: float = 0.0
    theta_cost: float = 0.0
    theta_income: float = 0.0
    amount_cost: float = 0.0
    amount_income: float = 0.0
    cost_income: float = 0.0

    def __post_init__(self) -> None:
        faults = broken_conditions(self, TRAIT_CONDITIONS, "traits")
        if not faults and np.linalg.eigvalsh(self.correlation)[0] <= 1e-9:
            pairs = ", ".join(f"{pair} {getattr(self, pair):g}" for pair in _PAIRS)
            allowed = "correlations that four numbers can have at once"
            faults.append(
                Fault(
                    "impossible correlations",
                    pairs,
                    allowed,
                    "move them towards 0",
                    column="traits.theta_amount",
                )
            )
        if faults:
            raise InputError(faults)

    @property
    def correlation(self) -> NDArray[np.float64]:
        """(4, 4) correlations of the normal vector: θ, amount, cost, income."""
        matrix = np.eye(4)
        for pair, (row, column) in _PAIRS.items():
            matrix[row, column] = matrix[column, row] = getattr(self, pair)
        return matrix

    def theta_of(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return θ where the normal behind it is `latent`, any shape."""
        if self.theta_a == self.theta_b == 1.0:
            return np.asarray(ndtr(latent))
        upper = 1.0 - betaincinv(self.theta_b, self.theta_a, ndtr(-latent))
        lower = betaincinv(self.theta_a, self.theta_b, ndtr(latent))
        return np.asarray(np.where(latent > 0.0, upper, lower))

    def latent_of(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the normal behind θ, the inverse of `theta_of`; θ in [0, 1], any shape."""
        if self.theta_a == self.theta_b == 1.0:
            return np.asarray(ndtri(theta))
        below, above = (
            function(self.theta_a, self.theta_b, theta) for function in (betainc, betaincc)
        )
        return np.asarray(np.where(below < 0.5, ndtri(below), -ndtri(above)))


@dataclass(frozen=True, kw_only=True)
class PopulationPlan:
    """How many people are drawn, and how they are counted.

    Parameters
    ----------
    people : int
        At least a hundred an income group.
    seed : int, >= 0
    income_groups : int, >= 1
        Of equal size: 5 for fifths.
    workers : int, optional
        Threads; one a processor by default. The result does not depend on it.

    Raises
    ------
    InputError
        Every wrong value.
    """

    people: int
    seed: int = 1
    income_groups: int = 5
    workers: int | None = None

    def __post_init__(self) -> None:
        limits = {
            "people": (self.people, 100 * self.income_groups, MOST_PEOPLE),
            "seed": (self.seed, 0, None),
            "income_groups": (self.income_groups, 1, 100),
            "workers": (1 if self.workers is None else self.workers, 1, None),
        }
        faults = [
            Fault(
                "value out of range",
                str(value),
                f"{low} or more" if high is None else f"{low} to {high}",
                "correct the value",
                column=f"plan.{name}",
            )
            for name, (value, low, high) in limits.items()
            if value < low or (high is not None and value > high)
        ]
        if faults:
            raise InputError(faults)


def broken_conditions(one: Any, conditions: dict[str, Condition], section: str) -> list[Fault]:
    """Return a fault for each field that is not a number or breaks its condition.

    Parameters
    ----------
    one : dataclass
    conditions : mapping of field to Condition
    section : str
        What the column of a fault begins with; the key stands behind a point.
    """
    faults: list[Fault] = []
    for field in fields(one):
        condition, given = conditions.get(field.name), getattr(one, field.name)
        if condition is not None and given is not None:
            faults += broken_value(given, condition, f"{section}.{field.name}")
    return faults


def broken_value(value: float, condition: Condition, column: str) -> list[Fault]:
    """Return a fault where a value is not a number or breaks its condition."""
    number = float(value)
    if not condition.broken(np.array([number]))[0]:
        return []
    found = "not a number" if math.isnan(number) else f"{number:.10g}"
    return [Fault("value out of range", found, condition.says, condition.remedy, column=column)]
