"""What a study hands to the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from tanshi.data import Note
    from tanshi.floor import PriceFloor
    from tanshi.frontier import AbatementCosts, FrontierEstimate
    from tanshi.study.accounts_check import AccountsCheck
    from tanshi.study.provenance import Provenance
    from tanshi.study.scenario import Scenario
    from tanshi.study.sources import StudyData


@dataclass(frozen=True, eq=False, kw_only=True)
class StudyResult:
    """Everything one study found.

    Parameters
    ----------
    scenario : Scenario
    data : StudyData
    quantiles, frontier : FrontierEstimate
        The quantile grid and the deterministic frontier.
    costs : AbatementCosts
        Under the scenario's rules.
    floor : PriceFloor
    floors_by_payment_rule : dict of str to PriceFloor
        The same floor under all three payment rules.
    sensitivity : polars.DataFrame or None
        The floor under every alternative, see `sensitivity_table`.
    replication : polars.DataFrame or None
        Published, ours, difference, reason; None for data that are not the paper's.
    accounts : AccountsCheck
        The panel's columns against what the accounts room makes of the tables beside it.
    warnings : tuple of str
        What every page made from this must say.
    notes : tuple of Note
        Reservations about the columns in use.
    provenance : Provenance
    """

    scenario: Scenario
    data: StudyData
    quantiles: FrontierEstimate
    frontier: FrontierEstimate
    costs: AbatementCosts
    floor: PriceFloor
    floors_by_payment_rule: dict[str, PriceFloor]
    sensitivity: pl.DataFrame | None
    replication: pl.DataFrame | None
    accounts: AccountsCheck
    warnings: tuple[str, ...]
    notes: tuple[Note, ...]
    provenance: Provenance

    @property
    def extrapolated_years(self) -> tuple[int, ...]:
        """Years in which a column in use is extrapolated, not observed."""
        return tuple(sorted({year for note in self.notes for year in note.years}))

    def moments(self) -> pl.DataFrame:
        """Return mean, population standard deviation, extremes of the columns in use."""
        panel = self.data.panel
        rows = []
        for role in ("labour", "capital", "output", "emissions"):
            values = panel.values[role]
            described = panel.columns.get(role)
            rows.append(
                {
                    "role": role,
                    "column": panel.headers[role],
                    "unit": described.unit if described else "",
                    "mean": float(values.mean()),
                    "standard_deviation": float(values.std()),
                    "max": float(values.max()),
                    "min": float(values.min()),
                }
            )
        return pl.DataFrame(rows)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table the study writes, by file name without suffix."""
        both = [self.quantiles, self.frontier]
        found = {
            "mac": self.costs.table(),
            "mac_averages": self.costs.averages(),
            "parameters": pl.concat([estimate.parameters() for estimate in both]),
            "diagnostics": pl.concat([estimate.diagnostics() for estimate in both]),
            "distances": self.quantiles.distances(),
            "moments": self.moments(),
            "accounts_check": self.accounts.table,
        }
        if self.sensitivity is not None:
            found["sensitivity"] = self.sensitivity
        if self.replication is not None:
            found["replication"] = self.replication
        return found

    def headline(self) -> dict[str, object]:
        """Return the few figures that a reader quotes, for ``results.json``."""
        finite = self.costs.mac_cny_per_tco2[np.isfinite(self.costs.mac_cny_per_tco2)]
        averages = self.costs.averages()
        return {
            "floor_price_cny_per_tco2": self.floor.price_cny_per_tco2,
            "floor_set_by": self.floor.set_by,
            "floor_observed_period": self.floor.observed_period,
            "floor_applies_to": self.floor.applies_to,
            "floor_by_payment_rule_cny_per_tco2": {
                rule: floor.price_cny_per_tco2
                for rule, floor in self.floors_by_payment_rule.items()
            },
            "mac_median_cny_per_tco2": float(np.median(finite)),
            "lowest_average": dict(zip(averages.columns, averages.row(0), strict=True)),
            "highest_average": dict(zip(averages.columns, averages.row(-1), strict=True)),
            "crossings": self.quantiles.crossings,
            "exact_hits": self.quantiles.exact_hits,
            "unique_optima": sum(self.quantiles.unique),
            "largest_gap": max(c.gap for c in self.quantiles.certificates),
        }
