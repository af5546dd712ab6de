"""Eq. 3 as printed, once more: its whole dual in another build of the solver.

The printed programme is to minimise (1 - tau) sum p + tau sum m over theta and p, m >= 0
subject to F theta - p + m = 0, E theta = e and G theta <= h. Its dual has a row for each
printed parameter,

    maximise e nu - h mu   subject to   F' lam + E' nu - G' mu = 0,
                                        -(1 - tau) <= lam <= tau,  mu >= 0,

and 6 n columns for two inputs: every observation, its K + 2 signs and its null-jointness.
The HiGHS inside scipy gets all of them, from the rows of `performance.printed_lp`, which
knows nothing of free parameters, hulls, bands or cuts: the answer is all that is shared.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse as sp
from scipy.optimize import linprog

from performance.comparison import Comparison, Requirement, rows_of
from performance.million import peak_memory_gb
from performance.printed_lp import (
    NULL_JOINTNESS_MARGIN,
    Names,
    distance_rows,
    identity_rows,
    slope_rows,
)
from performance.timing import Contender, say, side_by_side
from tanshi.frontier import estimate_quantile_frontier
from tanshi.frontier.simulation import simulate_technology

if TYPE_CHECKING:
    from tanshi.frontier import FrontierInputs

OURS, FULL = "Tanshi", "whole dual"
SAME_OBJECTIVE = 1e-9
TOLERANCES = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}

_TEXT = """\
Is the optimum of a large panel that of the whole programme? *whole dual* is the dual of Eq. 3
as printed with nothing left out: a row for each of the 16 printed parameters, a column for
every observation, for each of its four signs and for its null-jointness, handed to
`scipy.optimize.linprog(method="highs-ds")`, whose HiGHS is another build than ours. *Tanshi*
is `estimate_quantile_frontier` at the same quantile, certificate included. Each runs once;
building the sparse matrix is in the time of the whole dual."""


def full_programme(*, quick: bool) -> Comparison:
    """Compare objectives with those of the whole dual; they must agree to 1e-9."""
    asked = {2_000: (0.5,)} if quick else {100_000: (0.05, 0.5, 0.95), 1_000_000: (0.95,)}
    rows, requirements = [], []
    for n, taus in asked.items():
        inputs = simulate_technology(n // 2, 2, seed=1).inputs
        for tau in taus:
            task = f"{n:,} observations, tau = {tau:g}"
            say(f"full programme: {task}")
            found: dict[str, float] = {}
            times = side_by_side(
                {
                    OURS: Contender(partial(_keep, found, OURS, inputs, tau)),
                    FULL: Contender(partial(_keep, found, FULL, inputs, tau)),
                },
                turns=1,
            )
            rows += rows_of(task, times, ours=OURS)
            apart = abs(found[FULL] / found[OURS] - 1.0)
            text = f"{task}: relative difference of objectives at most {SAME_OBJECTIVE:g}"
            requirements.append(Requirement.at_most(text, SAME_OBJECTIVE, apart))
    note = (
        f"Peak memory of this process: {peak_memory_gb():.1f} GB, of which the whole dual is most."
    )
    return Comparison(
        "The same optimum as the whole programme",
        _TEXT,
        rows,
        requirements,
        [] if quick else [note],
    )


def _keep(found: dict[str, float], name: str, inputs: FrontierInputs, tau: float) -> None:
    found[name] = (_ours if name == OURS else solve_full_dual)(inputs, tau)


def _ours(inputs: FrontierInputs, tau: float) -> float:
    return estimate_quantile_frontier(inputs, taus=[tau]).certificates[0].objective


def solve_full_dual(inputs: FrontierInputs, tau: float) -> float:
    """Return the optimal objective of Eq. 3, null-jointness on, from its whole dual."""
    x = inputs.normalised_inputs
    y, b = inputs.normalised_output, inputs.normalised_emissions
    n, k = x.shape
    names = Names(k)
    identities, values = identity_rows(names)
    of_output, of_emissions, of_inputs = slope_rows(names, x, y, b)
    signs = [of_output, -of_emissions, *(-of_input for of_input in of_inputs)]
    limited = [*signs, distance_rows(names, x, y, np.zeros(n))]
    blocks = [distance_rows(names, x, y, b), identities, *(-rows for rows in limited)]
    # Transposed rows are compressed columns already: nothing is sorted.
    columns = sp.hstack([sp.csr_array(block).T for block in blocks], format="csc")
    none = np.zeros(len(signs) * n)
    margin = np.full(n, -NULL_JOINTNESS_MARGIN)
    unbounded = np.full(len(values), np.inf)
    endless = np.full(len(limited) * n, np.inf)
    answer = linprog(
        np.concatenate([np.zeros(n), -np.asarray(values), none, margin]),
        A_eq=columns,
        b_eq=np.zeros(names.size),
        bounds=np.column_stack(
            [
                np.concatenate([np.full(n, tau - 1.0), -unbounded, none, np.zeros(n)]),
                np.concatenate([np.full(n, tau), unbounded, endless]),
            ]
        ),
        method="highs-ds",
        options=TOLERANCES,
    )
    if answer.status != 0:
        raise RuntimeError(answer.message)
    return -float(answer.fun)
