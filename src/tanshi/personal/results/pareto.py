"""Who gains by personal trade: by party and by income group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from tanshi.personal.results.emissions import QuotaOutcome

ROUNDING = 1e-9  # of the money moved: less is no loss


@dataclass(frozen=True, kw_only=True, eq=False)
class ParetoCase:
    """What every party gains in one market against none.

    Parameters
    ----------
    name : str
    outcome : QuotaOutcome
    gains_cny : mapping of party to float
        Government, platform, sellers, buyers: sums over the people counted.
    climate_cny : float
        The change of emissions at `damage_cny_per_tco2`.
    money_residual_cny, money_moved_cny : float
        What does not cancel though it should, and what it is measured against.
    """

    name: str
    outcome: QuotaOutcome
    gains_cny: dict[str, float]
    climate_cny: float
    damage_cny_per_tco2: float
    money_residual_cny: float
    money_moved_cny: float

    @property
    def losers(self) -> tuple[str, ...]:
        """Parties that lose money; ``users`` where single persons do."""
        least = -ROUNDING * max(self.money_moved_cny, 1.0)
        parties = [party for party, gain in self.gains_cny.items() if gain < least]
        return tuple(parties + ["users"] * bool(self.outcome.total("losers")))

    @property
    def verdict(self) -> str:
        """Say whether trade is a Pareto improvement, and if not, at whose cost."""
        harmed = self.climate_cny < -ROUNDING * max(self.money_moved_cny, 1.0)
        if not self.losers:
            ends = ", but more is emitted" if harmed else ""
            return f"nobody loses money{ends}"
        possible = "could" if sum(self.gains_cny.values()) >= 0.0 else "cannot"
        verb = "loses" if len(self.losers) == 1 else "lose"
        return f"{' and '.join(self.losers)} {verb}; the others {possible} make up for it"

    @property
    def is_improvement(self) -> bool:
        """Whether nobody loses money and no more is emitted where that is counted."""
        return not self.losers and self.climate_cny >= -ROUNDING * max(self.money_moved_cny, 1.0)

    def parties(self) -> pl.DataFrame:
        """Return one row a party, with all parties together at the end."""
        people = self.outcome.total("people")
        members = {
            "sellers": self.outcome.total("sellers"),
            "buyers": self.outcome.total("buyers"),
        }
        rows = [
            {
                "case": self.name,
                "party": party,
                "gain_cny_per_head": gain / people,
                "members_percent": 100.0 * members[party] / people if party in members else None,
                "gain_cny_per_member": gain / members[party] if members.get(party) else None,
            }
            for party, gain in [
                *self.gains_cny.items(),
                ("all parties", sum(self.gains_cny.values())),
                ("climate", self.climate_cny),
                ("all with climate", sum(self.gains_cny.values()) + self.climate_cny),
            ]
        ]
        verdict = {
            "persons_who_lose": int(self.outcome.total("losers")),
            "pareto_improvement": self.is_improvement,
            "verdict": self.verdict,
            "damage_cny_per_tco2": self.damage_cny_per_tco2,
            "money_residual_cny_per_head": self.money_residual_cny / people,
        }
        return pl.DataFrame([row | verdict for row in rows], infer_schema_length=None)

    def income_groups(self) -> pl.DataFrame:
        """Return one row an income group, the poorest first."""
        groups = self.outcome.groups
        people, income = groups["people"], groups["income_cny"]
        gain = groups["seller_gain_cny"] + groups["buyer_gain_cny"]
        penalty = self.outcome.penalty or 0.0
        return pl.DataFrame(
            {
                "case": [self.name] * len(people),
                "income_group": np.arange(1, len(people) + 1),
                "mean_income_cny": income / people,
                "need_tco2_per_head": groups["need_tco2"] / people,
                "quota_tco2_per_head": groups["quota_tco2"] / people,
                "emissions_alone_tco2_per_head": groups["emissions_alone_tco2"] / people,
                "emissions_tco2_per_head": groups["emissions_tco2"] / people,
                "sellers_percent": 100.0 * groups["sellers"] / people,
                "buyers_percent": 100.0 * groups["buyers"] / people,
                "net_sold_tco2_per_head": (groups["sold_tco2"] - groups["bought_tco2"]) / people,
                "seller_gain_cny_per_head": groups["seller_gain_cny"] / people,
                "buyer_gain_cny_per_head": groups["buyer_gain_cny"] / people,
                "gain_cny_per_head": gain / people,
                "gain_percent_of_income": 100.0 * gain / income,
                "penalties_alone_cny_per_head": penalty * groups["violated_alone_tco2"] / people,
                "penalties_cny_per_head": penalty * groups["violated_tco2"] / people,
            }
        )
