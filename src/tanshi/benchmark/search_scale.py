"""The common scale: how high all benchmarks start so that the first year is short by a deficit.

For relative benchmarks r the scale z solves

    sum A_i(z, r) / sum N_i(z, r) = 1 - deficit,

allocation over need before abatement in the first year, summed over replicates. Need follows
output, and output follows the price that the scale makes, so the equation is solved through
the model: a search that took the scale as given, and credited emissions at some price, would
find candidates that begin with more allowances or with a tightening that others do not have.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from tanshi.benchmark._setup import over_industry, prepared_run, shared_tables
from tanshi.benchmark._year import run_years

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Run
    from tanshi.benchmark.evolution import EvolutionPlan

    Array = NDArray[np.float64]

EXACT = 1e-12  # relative, of the first year's balance
_MOST_STEPS = 12
_WIDEST = 2.0  # factor, either way, within which a scale is looked for


class FirstYear:
    """The first year of a plan, ready to be run again and again with the same random numbers.

    Parameters
    ----------
    plan : EvolutionPlan
        Its relative benchmarks and its path of emissions do not matter.
    replicates : sequence of int
    seed : int
    """

    def __init__(self, plan: EvolutionPlan, replicates: Sequence[int], seed: int) -> None:
        tables = shared_tables(replace(plan, emission_path_tco2=None).first_years(1))
        self._register = plan.register
        self._runs = [
            prepared_run(tables, seed, one, place) for place, one in enumerate(replicates)
        ]

    def balance(self, relative: Array, scale: float) -> float:
        """Return allocation over need in the first year, all replicates together.

        Parameters
        ----------
        relative : (n,) array
            As in `EvolutionPlan`.
        scale : float
            Of the benchmarks that the plan starts with.
        """
        allocation = need = 0.0
        own = over_industry(self._register, relative)
        for prepared in self._runs:
            run = _anew(prepared, own, scale)
            run_years(run)
            allocation += float(run.records.industries["allocation_tco2"].sum())
            need += float(run.records.industries["unabated_need_tco2"].sum())
        return allocation / need

    def common_scale(
        self, relative: Array, deficit: float, *, around: float = 1.0
    ) -> tuple[float, float]:
        """Return the scale, and how far the balance stays from the one aimed at, share.

        Parameters
        ----------
        relative : (n,) array
        deficit : float
        around : float
            Where to look first.

        Notes
        -----
        Balance is nearly proportional to the scale, so a few steps of the secant do. Where a
        firm's choice turns on the scale the balance may jump over the one aimed at; the scale
        is then that of the jump, and what is missed is returned.
        """

        def gap(scale: float) -> float:
            return self.balance(relative, scale) / (1.0 - deficit) - 1.0

        before, at_before = around, gap(around)
        scale = before / (1.0 + at_before)
        missed = gap(scale)
        for _ in range(_MOST_STEPS):
            if abs(missed) <= EXACT or missed == at_before:
                break
            step = missed * (scale - before) / (missed - at_before)
            before, at_before = scale, missed
            scale -= step
            missed = gap(scale)
        if abs(missed) > EXACT:
            low, high = around / _WIDEST, around * _WIDEST
            if gap(low) * gap(high) < 0.0:
                scale = float(brentq(gap, low, high, xtol=1e-15, rtol=1e-14))
                missed = gap(scale)
        return scale, abs(missed)


def _anew(prepared: Run, relative: Array, scale: float) -> Run:
    """Return a run with its own state and records, of other benchmarks; the rest is shared."""
    market, beginning = prepared.market, prepared.beginning
    state = market.state.copy()
    state["relative"] = relative
    given = market._replace(state=state, numbers=market.numbers.copy(), year=market.year.copy())
    return prepared._replace(
        market=given,
        beginning=beginning._replace(benchmark=beginning.benchmark * scale),
        records=prepared.records._replace(
            **{name: np.zeros_like(one) for name, one in prepared.records._asdict().items()}
        ),
    )
