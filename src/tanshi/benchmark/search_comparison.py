"""Rules on equal terms: same firms, same random numbers, same first deficit, same emissions.

The uniform rule is run first, from the common scale at which its first year is short by the
deficit. Every other rule starts from a common scale of its own, solved for the same deficit,
and is then held to the uniform rule's emissions in every year, so that costs are those of the
same air and differences are paired by replicate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark.evolution import evolve_market
from tanshi.benchmark.fairness import shares_of
from tanshi.benchmark.intervals import interval_of
from tanshi.benchmark.outcomes import cost_ratio, outcomes_by_replicate
from tanshi.benchmark.search_archive import MISSED
from tanshi.benchmark.search_scale import FirstYear
from tanshi.core import InfeasibleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark.evolution import EvolutionPlan
    from tanshi.benchmark.results import EvolutionResult, Interval

    Array = NDArray[np.float64]

SHARE = 1e4  # basis points in 1
# What is said of a rule, with the values that it can have: costs and emissions over the
# uniform rule's, over all years; the price, over all years; the rest over the last years.
FIGURES = {
    "cost_change_percent": (-100.0, np.inf),
    "emissions_change_percent": (-100.0, np.inf),
    "deviation_basis_points": (0.0, np.inf),
    "gini": (0.0, 1.0),
    "region_deviation_basis_points": (0.0, np.inf),
    "size_deviation_basis_points": (0.0, np.inf),
    "price_cny_per_tco2": (0.0, np.inf),
    "noncompliant_firms_percent": (0.0, 100.0),
    "noncompliant_tonnes_percent": (0.0, 100.0),
}
# Differences to the uniform rule already.
CHANGES = ("cost_change_percent", "emissions_change_percent")


@dataclass(frozen=True, eq=False, kw_only=True)
class Judged:
    """A rule on given random streams.

    Parameters
    ----------
    scale : float
        Common scale that it starts from.
    balance : float
        Allocation over need in the first year.
    missed : float
        Largest gap to the deficit or to the emissions to be met, share.
    figures : dict of str to (R,) array
        By the names of `FIGURES`.
    """

    scale: float
    balance: float
    missed: float
    figures: dict[str, Array]


class Comparison:
    """The uniform rule on some replicates, and every other rule beside it.

    Parameters
    ----------
    plan : EvolutionPlan
        Its relative benchmarks do not matter.
    replicates : sequence of int
    seed : int
    deficit : float
        Of the first year, share of need.
    workers : int, optional
        Threads for the uniform rule; by default one a processor.

    Raises
    ------
    InfeasibleError
        The uniform rule cannot meet the deficit.
    """

    def __init__(
        self,
        plan: EvolutionPlan,
        *,
        replicates: Sequence[int],
        seed: int,
        deficit: float,
        workers: int | None = None,
    ) -> None:
        self.replicates = tuple(replicates)
        self._plan, self._seed, self._deficit = plan, seed, deficit
        self._first = FirstYear(plan, replicates, seed)
        same = np.ones(plan.register.n_firms)
        scale, missed = self._first.common_scale(same, deficit)
        if missed > MISSED:
            message = (
                f"with one benchmark an industry no common scale makes the first year short by "
                f"{100.0 * deficit:g} %: off by {100.0 * missed:.2g} %. Set another deficit."
            )
            raise InfeasibleError(message)
        self._base = replace(self._started(same, scale), emission_path_tco2=None)
        self._evolution = evolve_market(
            self._base, replicates=replicates, seed=seed, workers=workers
        )
        self.uniform = self._judged(self._evolution, scale, missed)

    def judge(self, relative: Array) -> Judged:
        """Run a rule at the uniform rule's emissions, in one thread.

        Parameters
        ----------
        relative : (n,) array
            As in `EvolutionPlan`.
        """
        scale, missed = self._first.common_scale(relative, self._deficit, around=self.uniform.scale)
        plan = self._started(relative, scale)
        result = evolve_market(
            replace(plan, emission_path_tco2=self._evolution.emissions_tco2),
            replicates=self.replicates,
            seed=self._seed,
            workers=1,
        )
        gap = 0.0 if result.path_gap is None else float(np.abs(result.path_gap).max())
        return self._judged(result, scale, max(missed, gap))

    def judge_alone(self, relative: Array) -> Judged:
        """Run a rule from the plan's own benchmarks, whatever it emits, in one thread."""
        result = evolve_market(
            self._started(relative, 1.0),
            replicates=self.replicates,
            seed=self._seed,
            workers=1,
        )
        return self._judged(result, 1.0, 0.0)

    def change(self, judged: Judged, figure: str) -> Interval:
        """Return the mean difference to the uniform rule with its interval, replicate by replicate.

        Parameters
        ----------
        judged : Judged
        figure : str
            Of `FIGURES`.
        """
        return interval_of(judged.figures[figure] - self.uniform.figures[figure])

    def _started(self, relative: Array, scale: float) -> EvolutionPlan:
        plan = self._plan
        start = np.ones(len(plan.register.industries))
        if plan.benchmark_scale is not None:
            start = start * np.asarray(plan.benchmark_scale)
        return replace(plan, relative=relative, benchmark_scale=start * scale)

    def _judged(self, result: EvolutionResult, scale: float, missed: float) -> Judged:
        uniform = self._evolution
        outcomes = outcomes_by_replicate(result, uniform)
        emitted, theirs = (one.emissions_tco2.sum(axis=1) for one in (result, uniform))
        shares = shares_of(result, self._plan.register)
        first = result.by_industry[:, 0]
        return Judged(
            scale=scale,
            balance=float(first["allocation_tco2"].sum() / first["unabated_need_tco2"].sum()),
            missed=missed,
            figures={
                "cost_change_percent": 100.0 * (cost_ratio(result, uniform)[:, -1] - 1.0),
                "emissions_change_percent": 100.0 * (emitted / theirs - 1.0),
                "deviation_basis_points": SHARE * np.asarray(shares["firms"]["deviation"]),
                "gini": np.asarray(shares["firms"]["gini"]),
                "region_deviation_basis_points": SHARE * np.asarray(shares["region"]["deviation"]),
                "size_deviation_basis_points": SHARE * np.asarray(shares["size"]["deviation"]),
                "price_cny_per_tco2": result.price_cny_per_tco2.mean(axis=1),
                "noncompliant_firms_percent": outcomes["noncompliant_firms_percent"][:, -1],
                "noncompliant_tonnes_percent": outcomes["noncompliant_tonnes_percent"][:, -1],
            },
        )
