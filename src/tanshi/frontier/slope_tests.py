"""Inference on the coefficients: one by one, and whether slopes are equal across quantiles.

If distances from the frontier do not depend on (x, s), the surfaces of all quantiles are
parallel: they differ in their intercept alone. The hypothesis of equal slopes is tested as
for regression quantiles (Koenker & Bassett 1982, Econometrica 50, 43-61; Koenker 2005,
Quantile Regression, 3.3.2), with the panel block bootstrap in place of an estimated
density: the covariance of the statistic is that of the replicates, and its distribution
that of the replicates recentred at the estimate, so that it holds under the hypothesis.

What binding constraints do. Monotonicity and null-jointness are inequalities, and where
they bind the estimate stands on an edge of what they allow: replicates pile up there, their
distribution is neither normal nor centred, and the ordinary bootstrap can be inconsistent
(Andrews 2000, Econometrica 68, 399-405). Standard errors are then too small in the
directions that a constraint closes, p-values are approximations whose size no theorem
secures, and two quantiles held by the same constraint look equal for that reason. Count
the active constraints (`FrontierEstimate.diagnostics`) and repeat with m out of n
(`BootstrapPlan.units_drawn`), which remains valid, before leaning on a p-value.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.core import Fault, InputError
from tanshi.frontier.bootstrap import percentile_intervals
from tanshi.frontier.results.inference import SlopeEquality
from tanshi.frontier.technology import printed_parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.frontier.results import FrontierEstimate
    from tanshi.frontier.results.inference import BootstrapDraws

    Array = NDArray[np.float64]

RANK_TOLERANCE = 1e-8  # of eigenvalues of a correlation matrix, relative to the largest
_DEPENDENT = {"g1", "b2", "g2"}  # printed parameters that are others by another name
_DEPENDENT_PREFIX = "e_"


def coefficient_table(
    estimate: FrontierEstimate, draws: BootstrapDraws, level: float = 0.95
) -> pl.DataFrame:
    """Return every coefficient of Eq. 3 with its uncertainty.

    Parameters
    ----------
    estimate : FrontierEstimate
        On the full sample.
    draws : BootstrapDraws
        Of the same panel and quantiles.
    level : float, default 0.95

    Returns
    -------
    polars.DataFrame
        Columns tau, parameter, estimate, standard_error, p_value, lower, upper, in the
        rows of `FrontierEstimate.parameters`. The standard error is the deviation of the
        draws; lower and upper are their percentiles; the p-value is that of a zero
        coefficient, from the draws recentred at the estimate. Where m of n units were
        drawn all three are on the scale of the whole sample.

    Raises
    ------
    InputError
        Draws of another panel or grid, fewer than two, or a level outside (0, 1).
    """
    _check_draws(estimate, draws)
    k = estimate.inputs.n_inputs
    names, constant, matrix = _printed(k)
    found = estimate.free_parameters @ matrix.T + constant  # (T, names)
    drawn = draws.parameters @ matrix.T + constant  # (R, T, names)
    table = _inference(found.ravel(), _flat(drawn), draws.shrink, level)
    taus = ["frontier"] if estimate.deterministic else [f"{tau:g}" for tau in estimate.taus]
    labels = pl.DataFrame(
        {"tau": np.repeat(taus, len(names)).tolist(), "parameter": names * len(taus)}
    )
    return labels.hstack(table)


def slope_equality(
    estimate: FrontierEstimate, draws: BootstrapDraws, taus: Sequence[float] | None = None
) -> SlopeEquality:
    """Test that the surfaces at some quantiles have the same slopes.

    Parameters
    ----------
    estimate : FrontierEstimate
        On the full sample.
    draws : BootstrapDraws
        Of the same panel and quantiles. As a rule ten times as many as restrictions, since
        the covariance of as many numbers is estimated from them.
    taus : sequence of float, optional
        Two or more quantiles of the estimate; by default all.

    Returns
    -------
    SlopeEquality

    Raises
    ------
    InputError
        Draws of another panel or grid, too few of them, or quantiles not estimated.

    Notes
    -----
    With d the stacked differences of all free parameters but the intercept from those of
    the first quantile, V the covariance of their draws and d_r a draw,

        W = d' V^+ d,   p = (1 + #{r : (d_r - d)' V^+ (d_r - d) >= W}) / (R + 1).

    V^+ is a pseudo-inverse. V loses rank where a constraint holds coefficients in place:
    coefficients whose deviation is within `RANK_TOLERANCE` of the largest are left out, the
    others are brought to deviation 1, and of their correlation matrix the eigenvectors
    count whose eigenvalue exceeds `RANK_TOLERANCE` times the largest. A difference in a
    direction left out cannot be judged; ``rank`` says how many could.

    Constraints that bind distort both the statistic and its reference distribution: see
    the module. A test that does not reject is weaker evidence there than it looks.
    """
    places = _places(estimate, taus)
    _check_draws(estimate, draws)
    slopes = estimate.free_parameters[places, 1:]
    found = (slopes[1:] - slopes[0]).ravel()
    if draws.replicates < len(found) + 2:
        what, allowed = "too few replicates", f"{len(found) + 2} or more"
        remedy = f"draw about {10 * len(found)}, or compare fewer quantiles"
        raise InputError([Fault(what, str(draws.replicates), allowed, remedy)])
    drawn = draws.parameters[:, places, 1:]
    deviations = draws.shrink * (_flat(drawn[:, 1:] - drawn[:, :1]) - found)
    half = _half_inverse(deviations)
    statistic = float(((found @ half) ** 2).sum())
    recentred = ((deviations @ half) ** 2).sum(axis=1)
    return SlopeEquality(
        taus=tuple(estimate.taus[place] for place in places),
        restrictions=len(found),
        rank=half.shape[1],
        statistic=statistic,
        p_value=_p_value(recentred, statistic),
        replicates=draws.replicates,
    )


def slope_equality_table(estimate: FrontierEstimate, draws: BootstrapDraws) -> pl.DataFrame:
    """Return the tests of adjacent quantiles, and of all.

    Parameters
    ----------
    estimate : FrontierEstimate
        With two quantiles or more.
    draws : BootstrapDraws

    Returns
    -------
    polars.DataFrame
        Columns taus, restrictions, rank, statistic, p_value; the last row, ``all``, is null
        in its last three where there are too few replicates for so many restrictions.

    Raises
    ------
    InputError
        As in `slope_equality`.
    """
    tests: list[tuple[str, tuple[float, ...]]] = [
        (f"{a:g}, {b:g}", (a, b)) for a, b in pairwise(estimate.taus)
    ]
    tests.append(("all", estimate.taus))
    rows = []
    for label, taus in tests:
        restrictions = (len(taus) - 1) * (estimate.free_parameters.shape[1] - 1)
        row: dict[str, object] = {"taus": label, "restrictions": restrictions}
        if label == "all" and draws.replicates < restrictions + 2:
            rows.append(row | dict.fromkeys(("rank", "statistic", "p_value")))
            continue
        test = slope_equality(estimate, draws, taus)
        rows.append(row | {"rank": test.rank, "statistic": test.statistic, "p_value": test.p_value})
    schema = {"taus": pl.String, "restrictions": pl.Int64, "rank": pl.Int64}
    return pl.DataFrame(rows, schema=schema | {"statistic": pl.Float64, "p_value": pl.Float64})


def slope_differences(
    estimate: FrontierEstimate,
    draws: BootstrapDraws,
    taus: tuple[float, float],
    level: float = 0.95,
) -> pl.DataFrame:
    """Return the differences of every slope coefficient between two quantiles.

    Parameters
    ----------
    estimate : FrontierEstimate
    draws : BootstrapDraws
    taus : pair of float
        The second's coefficients minus the first's.
    level : float, default 0.95

    Returns
    -------
    polars.DataFrame
        Columns parameter, difference, standard_error, p_value, lower, upper: one row a
        free parameter but the intercept, under its printed name (d_k stands for e_k too,
        b1 for g1, mu for b2 and g2). Intervals and p-values are of one coefficient at a
        time, not joint.

    Raises
    ------
    InputError
        As in `slope_equality`, or a level outside (0, 1).
    """
    first, second = _places(estimate, taus)
    _check_draws(estimate, draws)
    slopes = estimate.free_parameters[:, 1:]
    drawn = draws.parameters[:, :, 1:]
    table = _inference(
        slopes[second] - slopes[first], drawn[:, second] - drawn[:, first], draws.shrink, level
    )
    labels = pl.DataFrame({"parameter": _free_names(estimate.inputs.n_inputs)[1:]})
    return labels.hstack(table.rename({"estimate": "difference"}))


def _inference(found: Array, drawn: Array, shrink: float, level: float) -> pl.DataFrame:
    """Return estimate, standard_error, p_value, lower, upper by column of the draws."""
    lower, upper = percentile_intervals(drawn, found, level=level, shrink=shrink)
    recentred = shrink * np.abs(drawn - found)
    larger = (recentred >= np.abs(found)).sum(axis=0)
    return pl.DataFrame(
        {
            "estimate": found,
            "standard_error": shrink * drawn.std(axis=0, ddof=1),
            "p_value": (1 + larger) / (len(drawn) + 1),
            "lower": lower,
            "upper": upper,
        }
    )


def _p_value(recentred: Array, statistic: float) -> float:
    return float(1 + (recentred >= statistic).sum()) / (len(recentred) + 1)


def _half_inverse(deviations: Array) -> Array:
    """Return H with H H' the pseudo-inverse of the draws' covariance, (q, rank)."""
    spread = deviations.std(axis=0, ddof=1)
    moves = spread > RANK_TOLERANCE * spread.max()
    scaled = deviations[:, moves] / spread[moves]
    centred = scaled - scaled.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / (len(centred) - 1))
    kept = values > RANK_TOLERANCE * values.max(initial=0.0)
    half = np.zeros((len(spread), int(kept.sum())))
    half[moves] = vectors[:, kept] / np.sqrt(values[kept]) / spread[moves, None]
    return half


def _places(estimate: FrontierEstimate, taus: Sequence[float] | None) -> list[int]:
    chosen = estimate.taus if taus is None else tuple(taus)
    known = ", ".join(f"{tau:g}" for tau in estimate.taus)
    faults = [
        Fault("quantile not estimated", f"{tau:g}", known, "choose among them", column="taus")
        for tau in chosen
        if tau not in estimate.taus
    ]
    if len(set(chosen)) < max(2, len(chosen)):
        found = ", ".join(f"{tau:g}" for tau in chosen)
        remedy = "slopes of one quantile have nothing to be compared with"
        faults.append(Fault("not two quantiles", found, "two or more, each once", remedy))
    if faults:
        raise InputError(faults)
    return [estimate.taus.index(tau) for tau in chosen]


def _check_draws(estimate: FrontierEstimate, draws: BootstrapDraws) -> None:
    faults = []
    wanted, found = estimate.free_parameters.shape, draws.parameters.shape[1:]
    if wanted != found:
        remedy = "draw with the quantiles and the panel of the estimate"
        faults.append(Fault("draws of other surfaces", f"{found} a replicate", str(wanted), remedy))
    if draws.replicates < 2:
        remedy = "draw 1000 for a 95 % interval"
        faults.append(Fault("too few replicates", str(draws.replicates), "2 or more", remedy))
    if faults:
        raise InputError(faults)


def _printed(n_inputs: int) -> tuple[list[str], Array, Array]:
    """Return names, c (names,) and A (names, P) with printed parameters c + A theta."""
    p = (n_inputs + 2) * (n_inputs + 3) // 2
    at_zero = printed_parameters(np.zeros(p), n_inputs)
    constant = np.array(list(at_zero.values()))
    units = [list(printed_parameters(unit, n_inputs).values()) for unit in np.eye(p)]
    return list(at_zero), constant, (np.array(units) - constant).T


def _free_names(n_inputs: int) -> list[str]:
    """Return the printed name of each free parameter, in order."""
    names, _, matrix = _printed(n_inputs)
    own = [
        place
        for place, name in enumerate(names)
        if name not in _DEPENDENT and not name.startswith(_DEPENDENT_PREFIX)
    ]
    return [names[own[int(np.flatnonzero(column)[0])]] for column in matrix[own].T]


def _flat(drawn: Array) -> Array:
    return drawn.reshape(len(drawn), -1)
