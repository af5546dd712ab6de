"""Benchmark coefficients by a rule, beside those that the paper publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tanshi.benchmark.coefficients import PUBLISHED, coefficient_table, reachable_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanshi.benchmark.industries import Industry


@dataclass(frozen=True, eq=False, kw_only=True)
class CoefficientRun:
    """Coefficients by a rule, and what the printed formula can reach.

    Parameters
    ----------
    rule : str
    coefficients : polars.DataFrame
        industry, tier, scale, low, mid, high; tCO2 per unit of product.
    reachable : polars.DataFrame
        Published values beside the formula's ranges; empty where no industry has any.
    initial : dict of str to float
        Benchmark by industry, tCO2 per unit.
    unit : dict of str to str
        Of the product, by industry.
    notes : tuple of str
    """

    rule: str
    coefficients: pl.DataFrame
    reachable: pl.DataFrame
    initial: dict[str, float]
    unit: dict[str, str]
    notes: tuple[str, ...]

    def summary(self) -> str:
        """Return what was found, in lines."""
        count = self.coefficients["industry"].n_unique()
        lines = [f"{len(self.coefficients)} coefficients of {count} industries, rule {self.rule}"]
        if len(self.reachable):
            inside = self.reachable.filter(pl.col("reached_by") != "neither")
            told = ", ".join(
                f"{industry} {tier} ({scale})"
                for industry, tier, scale in inside.select("industry", "tier", "reached_by").rows()
            )
            lines.append(
                f"the printed formula reaches {len(inside)} of {len(self.reachable)} published "
                f"coefficients: {told or 'none'}"
            )
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])


def run_coefficients(industries: Sequence[Industry], rule: str) -> CoefficientRun:
    """Return coefficients and their comparison with the published table.

    Parameters
    ----------
    industries : sequence of Industry
    rule : {"printed", "published_table"}

    Raises
    ------
    InputError
        An unknown rule, or an industry that the published table lacks.
    """
    published = [one for one in industries if one.name in PUBLISHED]
    without = [one.name for one in industries if one.name not in PUBLISHED]
    notes = []
    if without:
        notes.append(f"no published coefficients for {', '.join(without)}")
    return CoefficientRun(
        rule=rule,
        coefficients=coefficient_table(industries, rule),
        reachable=reachable_table(published),
        initial={one.name: one.benchmark_tco2_per_unit for one in industries},
        unit={one.name: one.unit for one in industries},
        notes=tuple(notes),
    )
