"""Where evolution stops: in the year in which every replicate has settled.

Source: Liu, section 3.1: once supply and demand match and the reduction target is achieved, "the
process terminates, yielding the optimal benchmark coefficients". What settled means is said in
`tanshi.benchmark.convergence`. A market that has not settled runs to the limit of its plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.benchmark.convergence import judge_convergence
from tanshi.benchmark.evolution import evolve_market

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanshi.benchmark.evolution import EvolutionPlan


def until_settled(
    plan: EvolutionPlan,
    *,
    replicates: int | Sequence[int],
    seed: int,
    workers: int | None = None,
) -> EvolutionPlan:
    """Return the plan up to the first year in which all replicates have settled.

    Parameters
    ----------
    plan : EvolutionPlan
        Its years are the limit.
    replicates : int or sequence of int
    seed : int
    workers : int, optional
        Threads; by default one a processor.

    Returns
    -------
    EvolutionPlan
        The plan itself where the replicates are never all settled at once.

    Notes
    -----
    A longer run begins with the shorter, number by number: running to the limit and asking
    afterwards finds the year in which a run that asks every year would have stopped. All
    replicates stop together, or means over them would be of different years.
    """
    found = evolve_market(plan, replicates=replicates, seed=seed, workers=workers)
    year = judge_convergence(found)["first_year"]
    return plan if year is None else plan.first_years(year)
