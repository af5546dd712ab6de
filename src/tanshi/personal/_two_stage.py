"""One side's equation by two-stage least squares, and its tests by linearmodels.

The estimate itself is three lines of algebra, which a test compares with linearmodels under every
kind of standard errors; it is written out since the covariance of both equations together needs
what each observation adds to the error, and since simulations repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.core import NotIdentifiedError
from tanshi.personal.results.estimation import SIDES, EquationTests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tanshi.personal._conditions import FloatArray


@dataclass(frozen=True, eq=False, kw_only=True)
class Equation:
    """N + f − 1 (with what the price adds, known) = service term + α × other side + shock.

    Every array holds the observations that are used.

    Parameters
    ----------
    side : {"d", "s"}
    outcome : (n,) array
        Left-hand side with the own fee's coefficient held at −1 and the intercept at 1.
    service : (n,) array
        q, or ones where it is not observed.
    other : (n,) array
        Participation of the other side, endogenous.
    own_fee : (n,) array
    instruments : mapping of name to (n,) array
    service_varies : bool
        Whether an intercept can be told from the service term.
    rows : (n,) int array
        Places of the observations in the data.
    left_out : int
    """

    side: str
    outcome: FloatArray
    service: FloatArray
    other: FloatArray
    own_fee: FloatArray
    instruments: Mapping[str, FloatArray]
    service_varies: bool
    rows: NDArray[np.int64]
    left_out: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Fitted:
    """Estimates of one equation: the service term first, then α.

    Parameters
    ----------
    estimate : (2,) array
    influence : (n, 2) array
        What each observation adds to the error of the estimate: x̂_i u_i (X̂'X)⁻¹, scaled by
        √(n/(n − 2)) for the degrees of freedom. Their products add up to the covariance.
    """

    estimate: FloatArray
    influence: FloatArray


def require_identified(equation: Equation) -> None:
    """Refuse an equation whose columns do not tell its parameters apart.

    Raises
    ------
    NotIdentifiedError
        Columns that are straight lines of one another.
    """
    name = SIDES[equation.side]
    other = "n_s" if equation.side == "d" else "n_d"
    service = {"service_level": equation.service} if equation.service_varies else {}
    constant = {"a constant": np.ones_like(equation.service)}
    # With the intercept and the own fee's coefficient free too, which the tests need.
    sets = (
        {**service, **constant, f"fee_{equation.side}": equation.own_fee, other: equation.other},
        {**service, **constant, f"fee_{equation.side}": equation.own_fee, **equation.instruments},
    )
    for columns in sets:
        matrix = np.column_stack(list(columns.values()))
        scaled = matrix / np.linalg.norm(matrix, axis=0)
        if np.linalg.matrix_rank(scaled, tol=1e-8) < len(columns):
            message = (
                f"the data do not tell the parameters of {name} apart. Found: of "
                f"{', '.join(columns)} one is a straight line of the others, in all "
                f"{len(equation.outcome)} observations. Allowed: columns that vary by themselves. "
                "Remedy: add observations, or leave an optional column out."
            )
            raise NotIdentifiedError(message)


def two_stage(equation: Equation) -> Fitted:
    """Estimate one equation by two-stage least squares."""
    instruments = np.column_stack([equation.service, *equation.instruments.values()])
    return _fit(equation, instruments)


def ordinary(equation: Equation) -> Fitted:
    """Estimate one equation by ordinary least squares: the other side is its own instrument."""
    return _fit(equation, np.column_stack([equation.service, equation.other]))


def _fit(equation: Equation, instruments: FloatArray) -> Fitted:
    x = np.column_stack([equation.service, equation.other])
    fitted = instruments @ np.linalg.lstsq(instruments, x, rcond=None)[0]
    bread = np.linalg.inv(fitted.T @ x)
    estimate = bread @ (fitted.T @ equation.outcome)
    residual = equation.outcome - x @ estimate
    n, k = x.shape
    influence = (fitted * residual[:, None]) @ bread.T * np.sqrt(n / (n - k))
    return Fitted(estimate=np.asarray(estimate), influence=np.asarray(influence))


def equation_tests(equation: Equation, options: Mapping[str, Any]) -> EquationTests:
    """Test one equation.

    Parameters
    ----------
    equation : Equation
    options : mapping
        How linearmodels shall compute standard errors.
    """
    from linearmodels.iv import IV2SLS

    z = np.column_stack(list(equation.instruments.values()))
    service, other = equation.service[:, None], equation.other[:, None]
    fit: Any = IV2SLS(equation.outcome, service, other, z).fit(**options)
    # How strong the instruments are, their variation must say: beside an intercept, since their
    # level alone explains the level of participation.
    apart = (
        np.column_stack([service, np.ones_like(service)]) if equation.service_varies else service
    )
    free: Any = IV2SLS(equation.outcome, apart, other, z).fit(**options)
    first = free.first_stage.diagnostics.iloc[0]
    several = z.shape[1] > 1
    over = fit.wooldridge_overid if several else None
    fee, constant = _free_coefficients(equation, z, options)
    return EquationTests(
        side=equation.side,
        observations=len(equation.outcome),
        left_out_at_bounds=equation.left_out,
        instruments=", ".join(equation.instruments),
        # linearmodels states the Wald statistic, which is the number of instruments times F.
        first_stage_f=float(first["f.stat"]) / _wald_scale(first["f.dist"], z.shape[1]),
        first_stage_partial_r2=float(first["partial.rsquared"]),
        own_fee_coefficient=fee[0],
        own_fee_standard_error=fee[1],
        own_fee_p_value=fee[2],
        intercept=constant[0] if constant else None,
        intercept_standard_error=constant[1] if constant else None,
        intercept_p_value=constant[2] if constant else None,
        overidentification_statistic=float(over.stat) if over is not None else None,
        overidentification_p_value=float(over.pval) if over is not None else None,
        overidentification_degrees=z.shape[1] - 1,
        endogeneity_p_value=float(fit.wooldridge_regression.pval),
    )


def _wald_scale(distribution: str, instruments: int) -> int:
    return instruments if distribution.startswith("chi2") else 1


def _free_coefficients(
    equation: Equation, z: FloatArray, options: Mapping[str, Any]
) -> tuple[tuple[float, float, float], tuple[float, float, float] | None]:
    """Estimate the equation with own fee and, where it can be told, intercept set free.

    Returns coefficient, standard error, and p-value of the restriction, of each.
    """
    from linearmodels.iv import IV2SLS
    from scipy.stats import t

    parts: list[NDArray[np.float64]] = [equation.own_fee, equation.service]
    if equation.service_varies:
        parts.append(np.ones_like(equation.service))
    exog = np.column_stack(parts)
    outcome = equation.outcome - equation.own_fee + 1.0
    if not equation.service_varies:
        outcome = outcome - 1.0  # the intercept is the service term's
    fit = IV2SLS(outcome, exog, equation.other[:, None], z).fit(**options)
    degrees = len(outcome) - exog.shape[1] - 1
    found = []
    for place, expected in ((0, -1.0), (2, 1.0))[: 1 + equation.service_varies]:
        value, error = float(fit.params.iloc[place]), float(fit.std_errors.iloc[place])
        p_value = float(2.0 * t.sf(abs(value - expected) / error, degrees)) if error > 0 else 0.0
        found.append((value, error, p_value))
    return found[0], found[1] if len(found) > 1 else None
