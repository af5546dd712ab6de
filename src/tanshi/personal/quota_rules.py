"""The rules of a market of people with quota, and the cases its emissions are looked at in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from tanshi.core import Fault, InputError
from tanshi.personal._conditions import Condition
from tanshi.personal.traits import broken_conditions, broken_value

Pricing = Literal["competitive", "published", "monopoly"]
PRICINGS: tuple[Pricing, ...] = ("competitive", "published", "monopoly")
RULE_CONDITIONS = {
    "quota_cut": Condition("0 <= cut < 1", "write 5 % as 0.05", 0.0, 1.0, below=True),
    "grandfathering": Condition("0 <= share by own need <= 1", "give a share", 0.0, 1.0),
    "penalty_cny_per_tco2": Condition("a penalty > 0", "give CNY per tonne", 0.0, above=True),
    "abatement_slope": Condition("a slope s > 0", "give CNY per t²", 0.0, above=True),
    "unit_cost_cny_per_tco2": Condition("a unit cost c >= 0", "give CNY per tonne", 0.0),
    "retired_share": Condition("0 <= share < 1", "write 5 % as 0.05", 0.0, 1.0, below=True),
}


@dataclass(frozen=True, kw_only=True)
class QuotaRules:
    """The quota, what a missing tonne costs, and how the platform prices.

    Parameters
    ----------
    quota_cut : float, in [0, 1)
        The mean quota is this much below the mean need of the people drawn.
    grandfathering : float, in [0, 1]
        Share of the quota by own need; the rest is equal for all.
    penalty_cny_per_tco2 : float or None
        φ; None for a hard cap.
    abatement_slope : float, CNY per tCO2²
        s.
    unit_cost_cny_per_tco2 : float
        c, with the blockchain's.
    retired_share : float, in [0, 1)
        Of what is sold.
    pricing : {"competitive", "published", "monopoly"}

    Raises
    ------
    InputError
        Every value that breaks its condition.
    """

    quota_cut: float = 0.0
    grandfathering: float = 0.0
    penalty_cny_per_tco2: float | None = None
    abatement_slope: float
    unit_cost_cny_per_tco2: float = 0.0
    retired_share: float = 0.0
    pricing: Pricing = "competitive"

    def __post_init__(self) -> None:
        faults = broken_conditions(self, RULE_CONDITIONS, "rules")
        if self.pricing not in PRICINGS:
            allowed = ", ".join(PRICINGS)
            what, remedy = "unknown pricing", "choose one of them"
            faults.append(Fault(what, self.pricing, allowed, remedy, column="rules.pricing"))
        if faults:
            raise InputError(faults)

    @property
    def penalty(self) -> float:
        """φ, infinite under a hard cap."""
        return math.inf if self.penalty_cny_per_tco2 is None else float(self.penalty_cny_per_tco2)


CASE_CONDITIONS = {
    "offset_ratio": Condition("a ratio >= 0", "give tonnes by tonne of credits", 0.0),
    "need_growth": Condition("a growth factor > 0", "write + 5 % as 1.05", 0.0, above=True),
    "need_deviation": Condition("0 to 3", "give the deviation of the logarithm", 0.0, 3.0),
    "second_quota_cut": Condition("0 <= cut < 1", "write 5 % as 0.05", 0.0, 1.0, below=True),
}
LIST_CONDITIONS = {
    "quota_cuts": Condition("0 <= cut < 1", "write 5 % as 0.05", 0.0, 1.0, below=True),
    "retired_shares": Condition("0 <= share < 1", "write 5 % as 0.05", 0.0, 1.0, below=True),
    "offset_prices": Condition("a price >= 0", "give CNY per tonne", 0.0),
}


@dataclass(frozen=True, kw_only=True)
class EmissionCases:
    """Which cases are looked at.

    Parameters
    ----------
    quota_cuts : tuple of float, in [0, 1)
        Under a hard cap and under the penalty.
    retired_shares : tuple of float, in [0, 1)
        At the quota cut of the rules.
    offset_prices : tuple of float, CNY per tCO2
        At which enterprises buy.
    offset_ratio : float
        d: tonnes that enterprises may emit for a tonne of credits.
    need_growth : float, > 0
        Mean need of a second period over that of the first, with expiry and with banking.
    need_deviation : float
        Of the logarithm of a person's own change between the two.
    second_quota_cut : float, in [0, 1)
        Of the second period, below the mean need of the first.

    Raises
    ------
    InputError
        Every value that breaks its condition.
    """

    quota_cuts: tuple[float, ...] = (0.0, 0.05, 0.1, 0.2)
    retired_shares: tuple[float, ...] = (0.02, 0.05)
    offset_prices: tuple[float, ...] = (30.0, 60.0, 90.0)
    offset_ratio: float = 1.0
    need_growth: float = 1.0
    need_deviation: float = 0.2
    second_quota_cut: float = 0.05

    def __post_init__(self) -> None:
        faults = broken_conditions(self, CASE_CONDITIONS, "cases")
        for name, condition in LIST_CONDITIONS.items():
            for value in getattr(self, name):
                faults += broken_value(value, condition, f"cases.{name}")
        if faults:
            raise InputError(faults)
