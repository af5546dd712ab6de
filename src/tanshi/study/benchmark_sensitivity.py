"""Which assumptions of a market matter: all of them shaken at once, screened, then apportioned.

The factors and their ranges stand in `[benchmark.sensitivity]`. Morris screening finds those
that move an output; Sobol's indices apportion the variance of outputs among them, the others
staying where the scenario has them. All points share the random numbers of a replicate, and
what luck is left between them is said beside the result (`outputs`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanshi.core import InputError
from tanshi.study.benchmark_factors import changes_at, factors_of
from tanshi.study.benchmark_points import Item, Markets, chunks_of, figures_at, point_faults
from tanshi.study.engine import reported
from tanshi.study.record import Record
from tanshi.study.screening import (
    importance_of,
    kept_factors,
    morris_sample,
    morris_table,
    noise_of,
    sobol_sample,
    sobol_table,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tanshi.study.benchmark_factors import Factor
    from tanshi.study.engine import Engine
    from tanshi.study.run import Progress

    Array = NDArray[np.float64]

OUTPUTS = (
    "price_cny_per_tco2",
    "price_variation_percent",
    "cost_change_percent",
    "noncompliant_firms_percent",
    "noncompliant_tonnes_percent",
    "balance_need_percent",
    "settled_share",
)
# Not an output of interest, but what a comparison of costs rests on.
GAP = "emission_gap_percent"


@dataclass(frozen=True, eq=False)
class Stage:
    """Points of a design, and what the market came to at each.

    Parameters
    ----------
    name : {"morris", "sobol"}
    factors : tuple of Factor
        Of the design's columns.
    sample : (n, k) array
        Places of factors in their ranges.
    figures : dict of str to (n, R) array
        Outputs by point and replicate, NaN where there is none.
    """

    name: str
    factors: tuple[Factor, ...]
    sample: Array
    figures: dict[str, Array]

    @property
    def means(self) -> dict[str, Array]:
        """Outputs by point, means over replicates."""
        return {name: self.figures[name].mean(axis=1) for name in OUTPUTS}

    def outputs_table(self) -> pl.DataFrame:
        """Return stage, output, points, left_out, and the figures of `noise_of`."""
        block = self.sample.shape[1] + (1 if self.name == "morris" else 2)
        rows = []
        for name in (*OUTPUTS, GAP):
            values = self.figures[name]
            exist = np.isfinite(values).all(axis=1)
            whole = exist.reshape(-1, block).all(axis=1).repeat(block)
            row: dict[str, Any] = {"stage": self.name, "output": name, "points": len(values)}
            row["left_out"] = int((~whole).sum())
            rows.append(row | (noise_of(values[whole]) if whole.any() else {}))
        floats = ("mean", "least", "greatest", "deviation", "noise_deviation", "noise_share")
        return pl.DataFrame(rows, schema_overrides=dict.fromkeys(floats, pl.Float64))

    def samples_table(self, factors: tuple[Factor, ...]) -> pl.DataFrame:
        """Return stage, point, replicate, every factor's value and every output.

        Parameters
        ----------
        factors : tuple of Factor
            All; one that this stage leaves alone has the scenario's value.
        """
        n, count = self.figures[OUTPUTS[0]].shape
        table: dict[str, Any] = {
            "stage": [self.name] * (n * count),
            "point": np.repeat(np.arange(1, n + 1), count),
            "replicate": np.tile(np.arange(count), n),
        }
        columns = {one.name: k for k, one in enumerate(self.factors)}
        for one in factors:
            values: list[float | None] = [one.scenario_value] * n
            if one.name in columns:
                values = [one.value(place) for place in self.sample[:, columns[one.name]]]
            table[one.name] = [value for value in values for _ in range(count)]
        table |= {name: self.figures[name].ravel() for name in (*OUTPUTS, GAP)}
        floats = dict.fromkeys((one.name for one in factors), pl.Float64)
        return pl.DataFrame(table, schema_overrides=floats).with_columns(
            pl.col(pl.Float64).fill_nan(None)
        )


@dataclass(frozen=True, eq=False)
class Screening:
    """What Morris found, and which factors go on.

    Parameters
    ----------
    factors : tuple of Factor
    stage : Stage
    table : polars.DataFrame
        `morris_table`.
    importance : polars.DataFrame
        `importance_of`.
    kept : tuple of Factor
        The most important first.
    """

    factors: tuple[Factor, ...]
    stage: Stage
    table: pl.DataFrame
    importance: pl.DataFrame
    kept: tuple[Factor, ...]

    def factors_table(self) -> pl.DataFrame:
        """Return the factors with their ranges, the most important first.

        factor, scenario_value, low, high, times, log; greatest_share and mean_share (mu_star
        over the largest of its output, over outputs); kept.
        """
        kept = {one.name for one in self.kept}
        by_name = {one.name: one for one in self.factors}
        rows = [
            {"factor": name, "scenario_value": by_name[name].scenario_value}
            | by_name[name].span.model_dump()
            | {"greatest_share": greatest, "mean_share": mean, "kept": name in kept}
            for name, greatest, mean in self.importance.iter_rows()
        ]
        return pl.DataFrame(rows, schema_overrides={"scenario_value": pl.Float64})


class SensitivityStudy:
    """The sensitivity of a scenario's market, stage by stage.

    Parameters
    ----------
    markets : Markets
        With the years and replicates of the scenario itself; those of its table of
        sensitivity take their place.
    record : path
        Folder for what is done so far; a later call with the same request goes on from it.
    anew : bool, default False
        Throw an unfinished record away.

    Raises
    ------
    InputError
        No factor, every unknown or unfit key, every range with an end that the market
        refuses; or a record of another request.
    """

    def __init__(self, markets: Markets, *, record: Path, anew: bool = False) -> None:
        self.plan = markets.base.scenario.benchmark.sensitivity
        if self.plan.years is not None:
            markets = replace(markets, base=markets.base.with_options({"years": self.plan.years}))
        self.markets = markets
        self.factors = factors_of(markets, self.plan)
        sample = morris_sample(
            len(self.factors),
            trajectories=self.plan.trajectories,
            levels=self.plan.levels,
            seed=self.plan.seed,
        )
        self._check(sample)
        self._sample = sample
        self.record = Record(record, {"sensitivity": True} | markets.asked(), anew=anew)

    def screen(self, engine: Engine, progress: Progress | None = None) -> Screening:
        """Run Morris trajectories and say which factors matter.

        Parameters
        ----------
        engine : Engine
            Entered; the result does not depend on it.
        progress : Progress, optional
            Told of each item.
        """
        names = [one.name for one in self.factors]
        stage = self._run("morris", self.factors, self._sample, engine, progress)
        table = morris_table(
            self._sample, stage.means, names=names, levels=self.plan.levels, seed=self.plan.seed
        )
        importance = importance_of(table, names)
        kept = kept_factors(importance, most=self.plan.keep, least_share=self.plan.keep_share)
        by_name = {one.name: one for one in self.factors}
        going = tuple(by_name[name] for name in kept)
        return Screening(self.factors, stage, table, importance, going)

    def apportion(
        self, screening: Screening, engine: Engine, progress: Progress | None = None
    ) -> tuple[Stage, pl.DataFrame] | None:
        """Run Saltelli's design over the factors kept; return it and Sobol's indices.

        None where the plan leaves it out, or where no factor moves anything.
        """
        if not self.plan.base_samples or not screening.kept:
            return None
        sample = sobol_sample(
            len(screening.kept), base_samples=self.plan.base_samples, seed=self.plan.seed
        )
        self._check_points(screening.kept, sample)
        stage = self._run("sobol", screening.kept, sample, engine, progress)
        names = [one.name for one in screening.kept]
        return stage, sobol_table(stage.means, names=names, seed=self.plan.seed)

    def _check(self, sample: Array) -> None:
        """Check the market at both ends of every range, and the scenario at every point."""
        ends = [one.changes(end) for one in self.factors for end in (one.span.low, one.span.high)]
        faults = point_faults(ends, self.markets.plan_at, shown=_in_words)
        if faults:
            raise InputError(faults)
        self._check_points(self.factors, sample)

    def _check_points(self, factors: tuple[Factor, ...], sample: Array) -> None:
        points = (changes_at(factors, row) for row in sample)
        faults = point_faults(points, self.markets.base.changed, shown=_in_words)
        if faults:
            raise InputError(faults)

    def _run(
        self,
        name: str,
        factors: tuple[Factor, ...],
        sample: Array,
        engine: Engine,
        progress: Progress | None,
    ) -> Stage:
        """Run the points that are not on record, and gather all."""
        chunks = chunks_of(self.plan.replicates)
        parts = [
            (f"{name}-{point:06d}-{chunk.start}", point, chunk)
            for point in range(len(sample))
            for chunk in chunks
        ]
        missing = [part for part in parts if not self.record.has(part[0])]
        items = [Item(changes_at(factors, sample[at]), chunk, {}) for _, at, chunk in missing]
        found = engine.results(figures_at, (self.markets,), items)
        told = reported(found, progress, total=len(parts), done=len(parts) - len(missing))
        for (part, _, _), figures in zip(missing, told, strict=True):
            whole = figures.filter(pl.col("industry").is_null())
            self.record.keep(part, whole.select("replicate", *OUTPUTS, GAP))
        figures = pl.concat([self.record.kept(part) for part, _, _ in parts])
        shape = (len(sample), self.plan.replicates)
        values = {one: _numbers(figures[one]).reshape(shape) for one in (*OUTPUTS, GAP)}
        return Stage(name, factors, sample, values)


def _numbers(column: pl.Series) -> Array:
    return np.asarray(column.fill_null(np.nan).to_numpy(), dtype=np.float64)


def _in_words(changes: Any) -> str:
    return ", ".join(f"{key}={value:g}" for key, value in changes.items())
