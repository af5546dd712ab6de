"""What a personal quota market does to emissions and to everyone in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class QuotaOutcome:
    """One period of a population's market beside the same period without trade.

    Parameters
    ----------
    status : {"no trade", "price zero", "cap", "penalty", "offsets"}
        No price, more quota than is wanted, a price below the penalty, a price at the
        penalty; or quota sold to enterprises only.
    pricing : str
    purchase_price, sale_price : float or None, CNY per tCO2
    penalty : float or None, CNY per tCO2
    unit_cost, retired_share : float
    deal : tuple
        Prices and served shares, for a second period.
    groups : mapping of name to (n_groups,) array
        Sums over people by income group, named in `tanshi.personal._quota_kernels.COLUMNS`.
    """

    status: str
    pricing: str
    purchase_price: float | None
    sale_price: float | None
    penalty: float | None
    unit_cost: float
    retired_share: float
    deal: tuple[float, float, float, float, float]
    groups: dict[str, FloatArray]

    def total(self, name: str) -> float:
        """Return a sum over all people."""
        return float(self.groups[name].sum())

    def per_head(self, name: str) -> float:
        """Return a mean over all people."""
        return self.total(name) / self.total("people")

    @property
    def change_per_head(self) -> float:
        """Emissions with trade less those without, tCO2 a head."""
        return self.per_head("emissions_tco2") - self.per_head("emissions_alone_tco2")

    @property
    def change_error(self) -> float:
        """Standard error of that at the prices found, people being independent: an upper guide.

        The quota follows the need of the people drawn, which takes part of the chance away: over
        forty seeds the change spread by 0.4 to 0.9 of it.
        """
        variance = self.per_head("squared_change") - self.change_per_head**2
        return float(np.sqrt(max(variance, 0.0) / self.total("people")))

    @property
    def retired(self) -> float:
        """Quota retired, tCO2."""
        return self.retired_share * self.total("sold_tco2")

    @property
    def identity_residual(self) -> float:
        """Quota, violations less unused, retired and emitted, with offsets taken out; tCO2."""
        leaving = self.total("sold_tco2") - self.total("bought_tco2")
        with_trade = (
            self.total("quota_tco2")
            + self.total("violated_tco2")
            - self.total("unused_tco2")
            - self.total("emissions_tco2")
            - leaving
        )
        without = (
            self.total("quota_alone_tco2")
            + self.total("violated_alone_tco2")
            - self.total("unused_alone_tco2")
            - self.total("emissions_alone_tco2")
        )
        return max(abs(with_trade), abs(without))


@dataclass(frozen=True, kw_only=True)
class EmissionCase:
    """Emissions with and without trade in one case; a head and over its one or two periods.

    Parameters
    ----------
    name : str
    selling_costs : bool
        Whether selling and operating cost something.
    quota_cut : float
        Of the first period.
    hard_cap : bool
    outcomes : tuple of QuotaOutcome
        One a period.
    offset_price, offset_ratio : float or None
        Of a link to enterprises.
    """

    name: str
    selling_costs: bool
    quota_cut: float
    hard_cap: bool
    outcomes: tuple[QuotaOutcome, ...]
    offset_price: float | None = None
    offset_ratio: float | None = None

    def per_head(self, name: str) -> float:
        """Return a sum over the periods, a head; of quota that is left, that of the last."""
        last = self.outcomes[-1:] if name.startswith("unused") else self.outcomes
        return sum(one.per_head(name) for one in last)

    @property
    def change(self) -> float:
        """Emissions with trade less those without, tCO2 a head."""
        return sum(one.change_per_head for one in self.outcomes)

    @property
    def change_error(self) -> float:
        """Standard error of that, of periods taken as if each had people of its own."""
        return float(np.sqrt(sum(one.change_error**2 for one in self.outcomes)))

    @property
    def retired(self) -> float:
        """Quota retired, tCO2 a head."""
        return sum(one.retired / one.total("people") for one in self.outcomes)

    @property
    def additional_share(self) -> float | None:
        """Share of quota sold to enterprises that would have been emitted; None of nothing."""
        sold = self.per_head("sold_tco2")
        return -self.change / sold if self.offset_price is not None and sold else None

    @property
    def joint_change(self) -> float:
        """Change of people's and enterprises' emissions together, tCO2 a head."""
        return self.change + (self.offset_ratio or 0.0) * self.per_head("sold_tco2") * (
            self.offset_price is not None
        )

    @property
    def direction(self) -> str:
        """``falls``, ``rises`` or ``stays``: the total, with enterprises where they are linked."""
        return _direction(self.joint_change, self.per_head("emissions_alone_tco2"))

    @property
    def audit_says(self) -> str | None:
        """What the audit's condition says from the period without trade alone.

        None of two periods and of a link, where the condition is the bookkeeping itself.
        """
        if len(self.outcomes) > 1 or self.offset_price is not None:
            return None
        unused, violated = self.per_head("unused_alone_tco2"), self.per_head("violated_alone_tco2")
        if self.outcomes[0].status == "penalty" and not self.hard_cap:
            return "falls"
        return _direction(unused - violated - self.retired, self.per_head("need_tco2"))

    @property
    def which(self) -> str:
        """Say which of the audit's cases holds and why."""
        if self.offset_price is not None:
            return WHY_LINK[self.direction]
        if len(self.outcomes) > 1:
            return WHY_TWO["banking" in self.name]
        if self.outcomes[0].status == "no trade":
            return "nothing is traded"
        if self.hard_cap and not self.retired:
            return WHY_CAP[self.direction]
        at_penalty = self.outcomes[0].status == "penalty"
        return (WHY_AT_PENALTY if at_penalty else WHY_RETIRED if self.retired else WHY_PAYABLE)[
            self.direction
        ]


@dataclass(frozen=True, kw_only=True, eq=False)
class EmissionComparison:
    """Every case looked at.

    Parameters
    ----------
    cases : tuple of EmissionCase
    people : int
        Counted.
    """

    cases: tuple[EmissionCase, ...]
    people: int

    def table(self) -> pl.DataFrame:
        """Return one row a case; tonnes are by head of the population."""
        return pl.DataFrame([_row(case) for case in self.cases], infer_schema_length=None)


WHY_CAP = {
    "rises": "hard cap: unused quota is put to use, nothing else changes",
    "stays": "hard cap: no unused quota is put to use",
    "falls": "hard cap: less quota is used than without trade",
}
WHY_PAYABLE = {
    "rises": "more unused quota is put to use than violations fall",
    "stays": "as much unused quota is put to use as violations fall",
    "falls": "violations fall by more than unused quota is put to use",
}
WHY_AT_PENALTY = {
    "rises": "the price reaches the penalty, and unused quota put to use outweighs violations",
    "stays": "the price reaches the penalty, and sellers abate nothing more",
    "falls": "the price reaches the penalty: sellers abate as far as buyers do",
}
WHY_RETIRED = {
    "rises": "more unused quota is put to use than is retired and violations fall",
    "stays": "as much unused quota is put to use as is retired and violations fall",
    "falls": "retired quota and fewer violations exceed the unused quota put to use",
}
WHY_LINK = {
    "rises": "less of a credit is additional than the tonnes it lets enterprises emit",
    "stays": "nothing is sold, or as much is additional as it lets enterprises emit",
    "falls": "more of a credit is additional than the tonnes it lets enterprises emit",
}
WHY_TWO = {
    False: "unused quota of the first period is gone",
    True: "unused quota of the first period may be emitted in the second",
}


def _direction(change: float, base: float) -> str:
    """Return the sign of a change as a word; rounding is no change.

    Examples
    --------
    >>> [_direction(one, 3.0) for one in (0.2, -0.2, 1e-12)]
    ['rises', 'falls', 'stays']
    """
    if abs(change) <= 1e-9 * abs(base):
        return "stays"
    return "rises" if change > 0.0 else "falls"


def _row(case: EmissionCase) -> dict[str, object]:
    """Return a case as a row."""
    last = case.outcomes[-1]
    people = last.total("people")
    own = _direction(case.change, case.per_head("need_tco2"))
    sold, audit = case.per_head("sold_tco2"), case.audit_says
    tonnes = {
        f"{name}_tco2_per_head": case.per_head(f"{name}_tco2")
        for name in (
            "need",
            "quota",
            "emissions_alone",
            "emissions",
            "unused_alone",
            "unused",
            "violated_alone",
            "violated",
            "sold",
            "bought",
        )
    }
    return (
        {
            "case": case.name,
            "selling_costs": case.selling_costs,
            "pricing": last.pricing,
            "quota_cut_percent": 100.0 * case.quota_cut,
            "penalty_cny_per_tco2": last.penalty,
            "retired_percent_of_sales": 100.0 * last.retired_share,
            "offset_price_cny_per_tco2": case.offset_price,
            "status": last.status,
            "purchase_price_cny_per_tco2": last.purchase_price,
            "sale_price_cny_per_tco2": last.sale_price,
        }
        | tonnes
        | {
            "retired_tco2_per_head": case.retired,
            "change_tco2_per_head": case.change,
            "standard_error": case.change_error,
            "additional_share": case.additional_share,
            "offset_ratio": case.offset_ratio,
            "joint_change_tco2_per_head": case.joint_change,
            "direction": case.direction,
            "which_case": case.which,
            "audit_says": audit,
            "audit_is_right": None if audit is None else audit == case.direction,
            "unchanged_as_section_3_promises": own == "stays",
            "reduced_as_abstract_promises": own == "falls",
            "retirement_needed_percent_of_sales": 100.0 * max(case.change, 0.0) / sold
            if sold and not case.retired
            else None,
            "identity_residual_tco2_per_head": max(one.identity_residual for one in case.outcomes)
            / people,
        }
    )
