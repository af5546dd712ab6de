"""What a study hands to the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.floor import market_table
from tanshi.study import published

if TYPE_CHECKING:
    from tanshi.data import Note
    from tanshi.floor import PriceFloor
    from tanshi.frontier import AbatementCosts, FrontierEstimate
    from tanshi.study.accounts_check import AccountsCheck
    from tanshi.study.benchmark_run import MarketRun
    from tanshi.study.confidence import BootstrapResult, Robustness
    from tanshi.study.floor_chain import FloorChain
    from tanshi.study.personal_joined import PersonalRun
    from tanshi.study.price_effects import PriceEffects
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
        Published, ours, difference, reason; None for data that are not the papers'.
    chain : FloorChain
        The floor's path, its market, green power, and who acts at it.
    price_effects : PriceEffects or None
        What the floor does to prices; None where the pack has no input-output table or
        no intensities.
    benchmark : MarketRun or None
        The market under benchmarks; None where the scenario has none.
    personal : PersonalRun or None
        The personal quota market; None where the scenario has none.
    accounts : AccountsCheck
        The panel's columns against what the accounts room makes of the tables beside it.
    bootstrap : BootstrapResult or None
        Intervals and tests; None where the scenario asks for no replicates.
    robustness : Robustness or None
        What single units, the direction and null-jointness do to the floor.
    alternatives : polars.DataFrame or None
        The floor by other estimators.
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
    chain: FloorChain
    price_effects: PriceEffects | None
    benchmark: MarketRun | None
    personal: PersonalRun | None
    accounts: AccountsCheck
    bootstrap: BootstrapResult | None
    robustness: Robustness | None
    alternatives: pl.DataFrame | None
    warnings: tuple[str, ...]
    notes: tuple[Note, ...]
    provenance: Provenance

    @property
    def extrapolated_years(self) -> tuple[int, ...]:
        """Years in which a column in use is extrapolated, not observed."""
        return tuple(sorted({year for note in self.notes for year in note.years}))

    @property
    def published_floor(self) -> dict[int, float]:
        """Table 3 of the paper, where the data are the paper's; else empty."""
        compared = [] if self.replication is None else self.replication["item"].to_list()
        return published.TABLE_3 if "Table 3" in compared else {}

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
            "mac": self._mac_table(),
            "mac_averages": self.costs.averages(),
            "parameters": pl.concat([estimate.parameters() for estimate in both]),
            "diagnostics": pl.concat([estimate.diagnostics() for estimate in both]),
            "distances": self.quantiles.distances(),
            "moments": self.moments(),
            "accounts_check": self.accounts.table,
        }
        found |= {
            "floor": self.chain.path.table(),
            "market": market_table(self.chain.market),
            "abatement_supply": self.chain.supply.table(),
            "green_premium": self.green_premium(),
        }
        if self.price_effects is not None:
            found |= self.price_effects.tables()
        if self.robustness is not None:
            found |= self.robustness.tables()
        if self.bootstrap is not None:
            found["coefficients"] = self.bootstrap.coefficients
            if not self.bootstrap.slope_equality.is_empty():
                found["slope_equality"] = self.bootstrap.slope_equality
        if self.alternatives is not None:
            found["alternatives"] = self.alternatives
        if self.sensitivity is not None:
            found["sensitivity"] = self.sensitivity
        if self.replication is not None:
            found["replication"] = self.replication
        if self.benchmark is not None:
            found |= {f"benchmark_{name}": table for name, table in self.benchmark.tables().items()}
        if self.personal is not None:
            found |= {f"personal_{name}": table for name, table in self.personal.tables().items()}
        return found

    def _mac_table(self) -> pl.DataFrame:
        """Return the costs, with their intervals where there is a bootstrap."""
        table = self.costs.table()
        return table if self.bootstrap is None else self.bootstrap.intervals.beside(table)

    def green_premium(self) -> pl.DataFrame:
        """Return grid, premium and the carbon price inside it."""
        premium = self.scenario.floor.green_premium.premium_cny_per_kwh
        prices = self.chain.green_premium_cny_per_tco2
        return pl.DataFrame(
            {
                "grid": list(prices),
                "premium_cny_per_kwh": [premium[grid] for grid in prices],
                "carbon_price_cny_per_tco2": list(prices.values()),
            }
        )

    def headline(self) -> dict[str, object]:
        """Return the few figures that a reader quotes, for ``results.json``."""
        finite = self.costs.mac_cny_per_tco2[np.isfinite(self.costs.mac_cny_per_tco2)]
        averages = self.costs.averages()
        market = {} if self.benchmark is None else {"benchmark": self.benchmark.headline()}
        personal = {} if self.personal is None else {"personal": self.personal.headline()}
        return {
            "floor_price_cny_per_tco2": self.floor.price_cny_per_tco2,
            "floor_set_by": self.floor.set_by,
            "floor_observed_period": self.floor.observed_period,
            "floor_applies_to": self.floor.applies_to,
            "floor_by_payment_rule_cny_per_tco2": {
                rule: floor.price_cny_per_tco2
                for rule, floor in self.floors_by_payment_rule.items()
            },
            "floor_interval": self._floor_interval(),
            "floor_path_cny_per_tco2": self.chain.path.as_mapping(),
            "emissions_reached_at_floor_percent": self.chain.supply.share_acting(
                self.floor.price_cny_per_tco2
            ),
            "price_effects": self._price_headline(),
            "mac_median_cny_per_tco2": float(np.median(finite)),
            "lowest_average": dict(zip(averages.columns, averages.row(0), strict=True)),
            "highest_average": dict(zip(averages.columns, averages.row(-1), strict=True)),
            "crossings": self.quantiles.crossings,
            "exact_hits": self.quantiles.exact_hits,
            "unique_optima": sum(self.quantiles.unique),
            "largest_gap": max(c.gap for c in self.quantiles.certificates),
            **market,
            **personal,
        }

    def _floor_interval(self) -> dict[str, object] | None:
        if self.bootstrap is None:
            return None
        intervals = self.bootstrap.intervals
        return {
            "replicates": intervals.replicates,
            "seed": intervals.seed,
            "units_drawn": intervals.units_drawn,
            "level": intervals.level,
            "lower_cny_per_tco2": intervals.floor_lower_cny_per_tco2,
            "upper_cny_per_tco2": intervals.floor_upper_cny_per_tco2,
            "envelope_lower_cny_per_tco2": intervals.envelope_lower_cny_per_tco2,
            "envelope_upper_cny_per_tco2": intervals.envelope_upper_cny_per_tco2,
        }

    def _price_headline(self) -> dict[str, object] | None:
        if self.price_effects is None:
            return None
        push = self.price_effects.cost_push
        return {
            "price_cny_per_tco2": push.price_cny_per_tco2,
            "covered_sectors": list(push.covered_codes),
            "paid_shares": list(push.paid_shares),
            "consumer_index_percent": push.consumer_index_percent.tolist(),
            "producer_index_percent": push.producer_index_percent.tolist(),
            "revenue_cny": push.revenue_cny.tolist(),
            "most_affected_uncovered": push.most_affected(7),
            "households": self._household_headline(),
        }

    def _household_headline(self) -> dict[str, object] | None:
        if self.price_effects is None or self.price_effects.households is None:
            return None
        burden = self.price_effects.households.burden
        return {
            "groups": list(burden.groups),
            "burden_ratio": burden.ratio,
            "verdict": burden.verdict,
            "income_ratio": burden.income_ratio,
            "income_verdict": burden.income_verdict,
        }
