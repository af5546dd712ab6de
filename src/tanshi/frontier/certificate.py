"""The proof that comes with every solution: feasible, dual feasible, no gap.

Any theta that satisfies the constraints bounds the optimum from above; any multipliers
with F'a - G'mu = share F'1, 0 <= a <= upper, mu >= 0 bound it from below by
share * sum(b) - b a - h mu. Both sides are recomputed here from the data, at every
observation and for every printed constraint, whatever the solver reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import CertificateError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanshi.frontier._dual_lp import Array, DualProgramme, Solutions

FEASIBILITY_TOLERANCE = 1e-8
GAP_TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """How far a solution is from satisfying the optimality conditions.

    Parameters
    ----------
    objective : float
        Primal objective on mean-normalised data.
    dual_objective : float
        Lower bound from the multipliers.
    primal_infeasibility : float
        Largest violation of a constraint at any observation, mean-normalised.
    dual_infeasibility : float
        Largest violation of the multipliers' bounds, and of F'a - G'mu = share F'1
        relative to the size of its right-hand side.
    gap : float
        ``abs(objective - dual_objective) / max(1, abs(objective))``.
    """

    objective: float
    dual_objective: float
    primal_infeasibility: float
    dual_infeasibility: float
    gap: float

    @property
    def holds(self) -> bool:
        """Whether all three are within tolerance (1e-8, 1e-8, 1e-9)."""
        feasible = max(self.primal_infeasibility, self.dual_infeasibility)
        return feasible <= FEASIBILITY_TOLERANCE and self.gap <= GAP_TOLERANCE


def certify(
    programme: DualProgramme, solutions: Solutions, *, violation: Array, labels: Sequence[str]
) -> tuple[Certificate, ...]:
    """Check solutions against the data.

    Parameters
    ----------
    programme : DualProgramme
        Data and rows.
    solutions : Solutions
        What the solver found, T of them.
    violation : (T,) array
        Largest violation of the sign and null-jointness constraints over all
        observations, as the caller measured it.
    labels : sequence of str, length T
        For the message, for example ``"tau = 0.35"``.

    Raises
    ------
    CertificateError
        A tolerance is exceeded.
    """
    share, a, mu = solutions.share, solutions.observation_multiplier, solutions.row_multiplier
    distance = programme.offset + solutions.theta @ programme.features.T
    sums = programme.features.sum(axis=0)
    target = np.outer(share, sums)
    residual = np.abs(a @ programme.features - mu @ programme.rows - target).max(axis=1)
    dual_violation = [
        residual / np.maximum(1.0, np.abs(target).max(axis=1)),
        -a.min(axis=1),
        -mu.min(axis=1),
    ]
    if np.isinf(programme.upper):
        objective = distance.sum(axis=1)
        violation = np.maximum(violation, -distance.min(axis=1))
    else:
        objective = pinball_loss(distance, 1.0 - share)
        dual_violation.append(a.max(axis=1) - programme.upper)
    dual = share * programme.offset.sum() - a @ programme.offset - mu @ programme.bounds
    return tuple(
        checked(
            label,
            objective=float(objective[t]),
            dual_objective=float(dual[t]),
            primal_infeasibility=float(violation[t]),
            dual_infeasibility=max(float(kind[t]) for kind in dual_violation),
        )
        for t, label in enumerate(labels)
    )


def checked(
    label: str,
    *,
    objective: float,
    dual_objective: float,
    primal_infeasibility: float,
    dual_infeasibility: float,
) -> Certificate:
    """Return the certificate of what was recomputed from the data, if it holds.

    Parameters
    ----------
    label : str
        For the message, for example ``"tau = 0.35"``.
    objective, dual_objective : float
        Bounds of the optimum from above and below.
    primal_infeasibility, dual_infeasibility : float
        Largest violations; negative ones count as none.

    Raises
    ------
    CertificateError
        A tolerance is exceeded.
    """
    certificate = Certificate(
        objective=objective,
        dual_objective=dual_objective,
        primal_infeasibility=max(0.0, primal_infeasibility),
        dual_infeasibility=max(0.0, dual_infeasibility),
        gap=abs(objective - dual_objective) / max(1.0, abs(objective)),
    )
    if not certificate.holds:
        raise CertificateError(_failure(certificate, label))
    return certificate


def _failure(certificate: Certificate, label: str) -> str:
    return (
        f"the solution at {label} fails its own check: primal infeasibility "
        f"{certificate.primal_infeasibility:.2e}, dual infeasibility "
        f"{certificate.dual_infeasibility:.2e} (allowed {FEASIBILITY_TOLERANCE:.0e}), gap "
        f"{certificate.gap:.2e} (allowed {GAP_TOLERANCE:.0e}). Remedy: look for values of "
        "very different size within one column, or inputs that are almost collinear."
    )


def pinball_loss(distance: Array, tau: Array) -> Array:
    """Return (1 - tau) sum max(D, 0) + tau sum max(-D, 0), Eq. 3, by row of `distance`.

    Parameters
    ----------
    distance : (T, n) array
    tau : (T,) array

    Returns
    -------
    (T,) array

    Examples
    --------
    >>> pinball_loss(np.array([[1.0, -2.0]]), np.array([0.25])).tolist()
    [1.25]
    """
    inside = np.maximum(distance, 0.0).sum(axis=1)
    above = np.maximum(-distance, 0.0).sum(axis=1)
    total: Array = (1.0 - tau) * inside + tau * above
    return total


def asymmetric_squares(distance: Array, tau: float) -> float:
    """Return (1 - tau) sum max(D, 0)^2 + tau sum max(-D, 0)^2.

    Examples
    --------
    >>> asymmetric_squares(np.array([1.0, -2.0]), 0.25)
    1.75
    """
    weight = np.where(distance > 0.0, 1.0 - tau, tau)
    return float((weight * distance * distance).sum())


def expectile_dual(slope: Array, offset: Array, tau: float) -> float:
    """Return sum of g_i b_i less the conjugate of the asymmetric squares at g.

    Parameters
    ----------
    slope : (n,) array
        g: at the optimum the derivative of the loss with respect to each distance.
    offset : (n,) array
        b: what a distance is where all parameters are 0.
    tau : float

    Notes
    -----
    For any g and D, loss(D) >= g D - g^2 / (4 w) with w = 1 - tau where g > 0 and tau
    elsewhere, with equality at g = 2 w D.
    """
    weight = np.where(slope > 0.0, 1.0 - tau, tau)
    return float((slope * offset - slope * slope / (4.0 * weight)).sum())
