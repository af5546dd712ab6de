"""The capital stock a perpetual inventory starts from: four rules, chosen by name.

Zhang & Chang (2025) give the recursion (Eq. 18) but not the stock of its first year,
so the rule is an option of the study. Each returns one stock a unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from tanshi.accounts._checks import choice_faults
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from tanshi.accounts._checks import FloatArray

StartRule = Literal["growth", "steady_state", "ratio", "given"]
GrowthMean = Literal["arithmetic", "geometric"]
GrowthOf = Literal["constant", "current"]
StartAt = Literal["year_end", "year_opening"]


@dataclass(frozen=True)
class StartOptions:
    """Choices of `estimate_capital_stock` that concern the first stock; see there."""

    rule: StartRule
    at: StartAt
    growth_years: int
    growth_mean: GrowthMean
    growth_of: GrowthOf
    growth_rate: ArrayLike | None
    ratio: float
    initial_stock_1e8_cny: ArrayLike | None

    def __post_init__(self) -> None:
        faults = choice_faults(self.rule, ("growth", "steady_state", "ratio", "given"), "start")
        faults += choice_faults(self.at, ("year_end", "year_opening"), "start_at")
        faults += choice_faults(self.growth_mean, ("arithmetic", "geometric"), "growth_mean")
        faults += choice_faults(self.growth_of, ("constant", "current"), "growth_of")
        if self.growth_years < 1:
            faults.append(_not_a_number("growth_years", self.growth_years, "at least 1 year"))
        if not (np.isfinite(self.ratio) and self.ratio > 0.0):
            faults.append(_not_a_number("ratio", self.ratio, "a number above 0"))
        for rule, name, value in (
            ("steady_state", "growth_rate", self.growth_rate),
            ("given", "initial_stock_1e8_cny", self.initial_stock_1e8_cny),
        ):
            if (self.rule == rule) != (value is not None):
                faults.append(_companion(rule, name, present=value is not None))
        if faults:
            raise InputError(faults)


def start_stock(
    options: StartOptions,
    units: Sequence[str],
    first_investment: FloatArray,
    growth: FloatArray | None,
    depreciation: float,
) -> FloatArray:
    """Return the stock the rule gives, before `start_at` dates it.

    Parameters
    ----------
    options : StartOptions
        The rule and what it needs.
    units : sequence of str
        Names for messages.
    first_investment : ndarray, shape (n_units,), 1e8 CNY at base-year prices
        Investment of each unit's first year.
    growth : ndarray or None, shape (n_units,)
        Yearly growth for the rules ``growth`` and ``steady_state``, else None.
    depreciation : float
        Yearly share of the stock that wears out.
    """
    if options.rule == "given":
        return _per_unit(
            options.initial_stock_1e8_cny, units, "initial_stock_1e8_cny", "at least 0", low=0.0
        )
    if growth is None:
        return options.ratio * first_investment
    total = growth + depreciation
    faults = [
        Fault(
            f"growth and depreciation cancel out: {unit}",
            f"g = {rate:.4f}, δ = {depreciation:.4f}, g + δ = {rate + depreciation:.4f}",
            "g + δ above 0",
            "start='ratio' or start='given', or another growth window",
            column="start",
        )
        for unit, rate in zip(units, growth, strict=True)
        if rate + depreciation <= 0.0
    ]
    if faults:
        raise InputError(faults)
    return first_investment / total


def given_growth(options: StartOptions, units: Sequence[str]) -> FloatArray:
    """Return the growth rate the user gives, one a unit."""
    return _per_unit(options.growth_rate, units, "growth_rate", "above -1, 0.05 is 5 %", low=-1.0)


def mean_growth(
    options: StartOptions,
    units: Sequence[str],
    investment: FloatArray,
    first: Sequence[int],
    last: Sequence[int],
) -> FloatArray:
    """Return the mean yearly growth over the first `growth_years` rates, one a unit.

    Parameters
    ----------
    options : StartOptions
        The window and the kind of mean.
    units : sequence of str
        Names for messages.
    investment : ndarray, shape (n_units, n_years)
        Observed investment, at constant or current prices.
    first, last : sequence of int
        Position of each unit's first and last observed year.
    """
    window = options.growth_years
    growth = np.zeros(len(units))
    faults = []
    for i, unit in enumerate(units):
        if last[i] - first[i] < window:
            faults.append(
                Fault(
                    f"series too short for the growth window: {unit}",
                    f"{last[i] - first[i]} yearly growth rates",
                    f"at least growth_years = {window}",
                    "lower growth_years, or choose start='ratio' or 'given'",
                    column="growth_years",
                )
            )
            continue
        series = investment[i, first[i] : first[i] + window + 1]
        if np.any(series <= 0.0):
            faults.append(
                Fault(
                    f"growth from nothing: {unit}",
                    "investment of zero in the growth window",
                    "investment above 0",
                    "start the series later, or choose start='given'",
                    column="investment",
                )
            )
            continue
        if options.growth_mean == "arithmetic":
            growth[i] = np.mean(series[1:] / series[:-1] - 1.0)
        else:
            growth[i] = (series[-1] / series[0]) ** (1.0 / window) - 1.0
    if faults:
        raise InputError(faults)
    return growth


def _per_unit(
    value: ArrayLike | None, units: Sequence[str], column: str, allowed: str, *, low: float
) -> FloatArray:
    numbers = np.asarray(value, dtype=np.float64)
    if numbers.shape not in ((), (len(units),)):
        fault = Fault(
            "wrong number of values",
            str(numbers.shape),
            f"one number, or one for each of the {len(units)} units",
            "give them in the order of the units",
            column=column,
        )
        raise InputError([fault])
    spread = np.broadcast_to(numbers, (len(units),)).copy()
    faults = [
        Fault(
            f"not a possible value: {unit}",
            f"{number:g}",
            allowed,
            "correct the value of this unit",
            column=column,
        )
        for unit, number in zip(units, spread, strict=True)
        if not (np.isfinite(number) and number >= low)
    ]
    if faults:
        raise InputError(faults)
    return spread


def _not_a_number(column: str, found: float, allowed: str) -> Fault:
    return Fault("not a possible value", str(found), allowed, "correct the option", column=column)


def _companion(rule: str, name: str, *, present: bool) -> Fault:
    if present:
        return Fault(
            f"{name} has no effect here",
            "a value",
            f"{name} only with start='{rule}'",
            f"leave {name} out, or set start='{rule}'",
            column=name,
        )
    return Fault(
        f"start='{rule}' needs {name}",
        "nothing",
        "one number, or one a unit",
        f"give {name}",
        column=name,
    )
