"""What price changes cost groups of households."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

REGRESSIVE, PROGRESSIVE, NEUTRAL = "regressive", "progressive", "neutral"


@dataclass(frozen=True, eq=False, kw_only=True)
class HouseholdBurden:
    """By how much what households buy becomes dearer, as a share of their spending.

    Income, savings, changed purchases, what government buys for households and what becomes
    of the revenue are not in it. Two groups are one comparison, not a Suits index.

    Parameters
    ----------
    groups : tuple of str, length G
        From the lowest to the highest income.
    products : tuple of str, length P
        Groups of products, in the order of the table.
    paid_shares : tuple of float, length S
    spending_cny : (G,) array
        Domestic and imported products, in the table's year.
    spending_share_percent : (G, P) array
        What each group of products is of a group's spending.
    contribution_percent : (S, G, P) array
        What each group of products adds to the burden.
    tolerance : float
        Ratios of burdens within ``1 + tolerance`` of each other count as equal.
    consumption_cny_per_head, income_cny_per_head : tuple of float or None, length G
        From statistics of households, where given.
    """

    groups: tuple[str, ...]
    products: tuple[str, ...]
    paid_shares: tuple[float, ...]
    spending_cny: Array
    spending_share_percent: Array
    contribution_percent: Array
    tolerance: float
    consumption_cny_per_head: tuple[float | None, ...]
    income_cny_per_head: tuple[float | None, ...]

    @property
    def burden_percent(self) -> Array:
        """Dearer by how much, of spending, (S, G)."""
        return np.asarray(self.contribution_percent.sum(axis=2))

    @property
    def ratio(self) -> float:
        """Burden of the lowest over that of the highest income, the same for any price.

        1 where nobody bears anything.
        """
        return _ratio(self._at_largest_share())

    @property
    def verdict(self) -> str:
        """``regressive`` where the lowest income bears the larger share of its spending."""
        return _verdict(self.ratio, self.tolerance)

    @property
    def income_ratio(self) -> float | None:
        """The same ratio of burdens as shares of income; None without incomes."""
        of_income = [
            None if of is None else burden * of
            for burden, of in zip(self._at_largest_share(), self._spent_of_income(), strict=True)
        ]
        low, high = of_income[0], of_income[-1]
        return None if low is None or high is None else _ratio(np.array([low, high]))

    @property
    def income_verdict(self) -> str | None:
        """The verdict by shares of income; None without incomes."""
        ratio = self.income_ratio
        return None if ratio is None else _verdict(ratio, self.tolerance)

    def table(self) -> pl.DataFrame:
        """Return one row a group and paid share; blank where statistics of heads are missing."""
        burden = self.burden_percent
        per_head = [of if of is not None else np.nan for of in self.consumption_cny_per_head]
        of_income = [of if of is not None else np.nan for of in self._spent_of_income()]
        shares, groups = len(self.paid_shares), len(self.groups)
        return pl.DataFrame(
            {
                "group": list(self.groups) * shares,
                "paid_share": np.repeat(self.paid_shares, groups),
                "burden_percent": burden.ravel(),
                "spending_1e8_cny": np.tile(self.spending_cny / 1e8, shares),
                "cost_1e8_cny": (burden / 100.0 * self.spending_cny / 1e8).ravel(),
                "cost_cny_per_head": (burden / 100.0 * per_head).ravel(),
                "burden_of_income_percent": (burden * of_income).ravel(),
                "ratio": [self.ratio] * (shares * groups),
                "verdict": [self.verdict] * (shares * groups),
                "income_ratio": pl.Series(
                    [self.income_ratio] * (shares * groups), dtype=pl.Float64
                ),
                "income_verdict": pl.Series(
                    [self.income_verdict] * (shares * groups), dtype=pl.String
                ),
            }
        ).with_columns(pl.col(pl.Float64).fill_nan(None))

    def products_table(self) -> pl.DataFrame:
        """Return group, paid_share, product_group, its share of spending and of the burden."""
        shares, groups, products = self.contribution_percent.shape
        return pl.DataFrame(
            {
                "group": np.tile(np.repeat(self.groups, products), shares),
                "paid_share": np.repeat(self.paid_shares, groups * products),
                "product_group": list(self.products) * (shares * groups),
                "spending_share_percent": np.tile(self.spending_share_percent.ravel(), shares),
                "contribution_percent": self.contribution_percent.ravel(),
            }
        )

    def headline(self) -> str:
        """Return the verdict with the two groups it compares, for a title."""
        low, high = self.groups[0], self.groups[-1]
        if self.verdict == NEUTRAL:
            return (
                f"Neutral: the burdens of {low} and {high} households are the same within "
                f"{self.tolerance:.0%}"
            )
        return (
            f"{self.verdict.capitalize()}: the burden of {low} households is {self.ratio:.2f} "
            f"times that of {high} ones"
        )

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        lines = []
        for share, burdens in zip(self.paid_shares, self.burden_percent, strict=True):
            parts = (f"{g} {b:.4f} %" for g, b in zip(self.groups, burdens, strict=True))
            lines.append(f"paid share {share:g}: {', '.join(parts)} of spending")
        lines.append(self.headline())
        if self.income_ratio is not None:
            lines.append(
                f"by shares of income: {self.income_verdict}, {self.income_ratio:.2f} times"
            )
        return "\n".join(lines)

    def _at_largest_share(self) -> Array:
        return np.asarray(self.burden_percent[int(np.argmax(self.paid_shares))])

    def _spent_of_income(self) -> list[float | None]:
        """Return consumption over income of each group, by head."""
        return [
            None if spent is None or income is None else spent / income
            for spent, income in zip(
                self.consumption_cny_per_head, self.income_cny_per_head, strict=True
            )
        ]


def _ratio(burdens: Array) -> float:
    low, high = float(burdens[0]), float(burdens[-1])
    if high > 0:
        return low / high
    return float("inf") if low > 0 else 1.0


def _verdict(ratio: float, tolerance: float) -> str:
    if ratio > 1.0 + tolerance:
        return REGRESSIVE
    return PROGRESSIVE if ratio * (1.0 + tolerance) < 1.0 else NEUTRAL
