"""What the activity room hands out; the only part of it that reports may import."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

GRAMS_PER_KILOGRAM = 1000


@dataclass(frozen=True, eq=False)
class Assessment:
    """Credits of an assessment, one row for each account, version of a rule, and period.

    Parameters
    ----------
    rules, rules_version : str
        Name and version of the set of rules.
    credits : polars.DataFrame
        ``account``, ``kind``, ``rule``, ``version``, ``period`` (its length), ``period_start``,
        ``records``, ``amount``, ``unit``, ``baseline_kg``, ``emissions_kg``, ``avoided_kg``
        (kg CO2, exact to the microgram that a float holds; avoided may be below 0),
        ``credit_g``, ``withheld_by_cap_g`` (whole g CO2), ``points``.
    """

    rules: str
    rules_version: str
    credits: pl.DataFrame

    def emissions(self) -> pl.DataFrame:
        """Return emissions by rule and version over all accounts and periods."""
        columns = ("records", "amount", "baseline_kg", "emissions_kg", "avoided_kg")
        return (
            self.credits.group_by("rule", "version", "unit", maintain_order=True)
            .agg(
                pl.col("account").n_unique().cast(pl.Int64).alias("accounts"),
                pl.col(*columns).sum(),
                pl.col("credit_g", "withheld_by_cap_g").sum(),
            )
            .sort("rule", "version")
        )

    def accounts(self) -> pl.DataFrame:
        """Return one row an account: emissions, credit, whole kilograms of it, points."""
        return (
            self.credits.group_by("account", "kind", maintain_order=True)
            .agg(
                pl.col("emissions_kg").sum(),
                pl.col("credit_g", "points").sum(),
            )
            .with_columns(
                credit_kg=pl.col("credit_g") // GRAMS_PER_KILOGRAM,
                carried_g=pl.col("credit_g") % GRAMS_PER_KILOGRAM,
            )
            .select(
                *("account", "kind", "emissions_kg", "credit_g"),
                *("credit_kg", "carried_g", "points"),
            )
        )

    def totals(self) -> dict[str, int | float]:
        """Return sums over everything."""
        sums = self.credits.select(
            pl.col("records", "credit_g", "withheld_by_cap_g", "points").sum(),
            pl.col("emissions_kg", "avoided_kg").sum(),
        ).row(0, named=True)
        capped = int((self.credits["withheld_by_cap_g"] > 0).sum())
        accounts = self.credits["account"].n_unique()
        return {"accounts": accounts, "credits_at_their_cap": capped, **sums}

    def summary(self) -> str:
        """Return lines for a terminal."""
        totals = self.totals()
        kilograms = totals["credit_g"] / GRAMS_PER_KILOGRAM
        withheld = totals["withheld_by_cap_g"] / GRAMS_PER_KILOGRAM
        done = f"{totals['records']} records of {totals['accounts']} accounts"
        emitted = f"{totals['emissions_kg']:.3f} kg CO2 emitted"
        capped = f"{totals['credits_at_their_cap']} of {len(self.credits)} credits"
        credited = f"credited: {kilograms:.3f} kg, {totals['points']} points"
        return "\n".join(
            [
                f"rules: {self.rules} {self.rules_version}",
                f"{done}: {emitted}, {totals['avoided_kg']:.3f} kg avoided",
                f"{credited}; caps withhold {withheld:.3f} kg in {capped}",
            ]
        )
