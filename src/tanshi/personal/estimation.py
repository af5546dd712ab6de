"""Estimate a two-sided platform from what was traded: sensitivities and service-level effects.

Participation, fees, prices and, where it is known, the service level are observed by period or
by market. With the model of `two_sided`,

    N_d = 1 + qβ_d − f_d + (α_d − c)N_s + u_d,      N_s = 1 + qβ_s − f_s + α_sN_d + u_s,

and the coefficients that the model fixes (intercept 1, own fee −1, price −1) taken to the left,

    N_d + f_d − 1 + cN_s = qβ_d + α_dN_s + u_d,     N_s + f_s − 1 = qβ_s + α_sN_d + u_s.

Each side's participation depends on the other's shock, so ordinary least squares is biased. The
other side's fee moves its participation and nothing else in this equation: it is the instrument
(two-stage least squares; Wooldridge 2010, *Econometric Analysis of Cross Section and Panel
Data*, ch. 5). Where the price varies it is a second one, and over-identification can be tested.

Assumptions: fees and price are set before the shocks of the period are known; participation is
off its bounds, where the equation does not hold: observations at 0 or 1 are left out of the
equation of that side and counted, which biases the estimates where there are many of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from tanshi.core import Fault, InputError, NotIdentifiedError
from tanshi.personal._two_stage import (
    Equation,
    equation_tests,
    ordinary,
    require_identified,
    two_stage,
)
from tanshi.personal.estimation_inputs import EstimationInputs, off_bounds
from tanshi.personal.results.estimation import SIDES, WEAK_F, PlatformEstimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tanshi.personal._conditions import FloatArray
    from tanshi.personal._two_stage import Fitted
    from tanshi.personal.results.estimation import EquationTests
    from tanshi.personal.two_sided import Payments

Errors: TypeAlias = Literal["auto", "robust", "clustered", "hac"]
ERRORS: tuple[Errors, ...] = ("auto", "robust", "clustered", "hac")
FEWEST_CLUSTERS = 5  # fewer cannot bear the tests
FEW_CLUSTERS = 30
MANY_LEFT_OUT = 0.05
LEAST_VARIANCE = 1e-24  # of an estimate; below it there is rounding only


def estimate_platform(
    inputs: EstimationInputs,
    *,
    errors: Errors = "auto",
    payments: Payments = "published",
    price_instrument: bool = True,
    lags: int | None = None,
    level: float = 0.95,
) -> PlatformEstimate:
    """Estimate both equations.

    Parameters
    ----------
    inputs : EstimationInputs
    errors : {"auto", "robust", "clustered", "hac"}
        Standard errors: by default clustered where the inputs have clusters, else robust to
        heteroskedasticity; ``hac`` also to autocorrelation (Bartlett).
    payments : {"published", "closed"}
        Whether the price reaches the sellers, who then have cN_d in their equation.
    price_instrument : bool
        Whether a price that varies is used as an instrument.
    lags : int, optional
        Of ``hac``; by default the whole part of 4 (n/100)^(2/9).
    level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    PlatformEstimate

    Raises
    ------
    InputError
        An unknown choice; clusters asked for and not given, or fewer than five.
    NotIdentifiedError
        Columns that are straight lines of one another, or data without any shock.

    Examples
    --------
    >>> from tanshi.personal.estimation_inputs import EstimationInputs
    >>> from tanshi.personal.trading_simulation import TradingDesign, simulate_trading
    >>> data = simulate_trading(TradingDesign(), 400, seed=1)
    >>> del data["cluster"]
    >>> found = estimate_platform(EstimationInputs(**data))
    >>> found.parameters, found.errors
    (('beta_d', 'alpha_d', 'beta_s', 'alpha_s'), 'robust')
    """
    if not 0.0 < level < 1.0:
        allowed, remedy = "above 0, below 1", "write 95 % as 0.95"
        raise InputError([Fault("impossible level of intervals", f"{level:g}", allowed, remedy)])
    joint = estimate_both_sides(
        inputs, errors=errors, payments=payments, price_instrument=price_instrument, lags=lags
    )
    margin = joint.standard_error * joint.quantile(level)
    n, groups, equations = len(inputs.n_d), joint.groups, joint.equations
    tests = tuple(equation_tests(one, _options(joint, one.rows)) for one in equations.values())
    term = "service_effect" if inputs.service_level is None else "beta"
    known = inputs.service_level is not None
    inside = {side: set(one.rows.tolist()) for side, one in equations.items()}
    return PlatformEstimate(
        parameters=tuple(f"{name}_{side}" for side in SIDES for name in (term, "alpha")),
        estimate=joint.estimate,
        standard_error=joint.standard_error,
        low=joint.estimate - margin,
        high=joint.estimate + margin,
        ols_estimate=joint.ols_estimate,
        ols_standard_error=np.sqrt(np.diag(joint.ols_covariance)),
        covariance=joint.covariance,
        level=level,
        errors=joint.errors,
        payments=payments,
        tests=tests,
        left_out=tuple(
            "".join(side for side in SIDES if row not in inside[side]) for row in range(n)
        ),
        warnings=tuple(_warnings(tests, groups, n)),
        mean_price=float(np.mean(inputs.allowance_price)),
        mean_service_level=float(np.mean(np.asarray(inputs.service_level))) if known else np.nan,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class BothSides:
    """Estimates of both equations together, without their tests.

    Parameters
    ----------
    estimate, ols_estimate : (4,) array
        Service term and α of buyers, then of sellers.
    covariance, ols_covariance : (4, 4) array
    equations : dict of side to Equation
    groups : (n,) array or None
        Clusters, where standard errors are clustered.
    errors : {"robust", "clustered", "hac"}
    lags : int
    """

    estimate: FloatArray
    ols_estimate: FloatArray
    covariance: FloatArray
    ols_covariance: FloatArray
    equations: dict[str, Equation]
    groups: FloatArray | None
    errors: str
    lags: int

    @property
    def standard_error(self) -> FloatArray:
        """Standard errors, (4,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def quantile(self, level: float) -> float:
        """Return how many standard errors an interval reaches to either side."""
        from scipy.stats import t

        fewest = min(len(one.outcome) for one in self.equations.values())
        degrees = fewest - 2 if self.groups is None else len(np.unique(self.groups)) - 1
        return float(t.ppf(0.5 + level / 2.0, degrees))


def estimate_both_sides(
    inputs: EstimationInputs,
    *,
    errors: Errors = "auto",
    payments: Payments = "published",
    price_instrument: bool = True,
    lags: int | None = None,
) -> BothSides:
    """Estimate both equations without testing them: what simulations repeat.

    Parameters and refusals are those of `estimate_platform`.
    """
    chosen = _chosen(inputs, errors, payments, lags)
    equations = {
        side: _equation(inputs, side, payments, price_instrument=price_instrument) for side in SIDES
    }
    for one in equations.values():
        require_identified(one)
    n = len(inputs.n_d)
    lags = int(4.0 * (n / 100.0) ** (2.0 / 9.0)) if lags is None else lags
    groups = np.asarray(inputs.cluster) if chosen == "clustered" else None
    apart = lags if chosen == "hac" else 0
    estimate, covariance = _joint(two_stage, equations, groups, apart)
    ols, ols_covariance = _joint(ordinary, equations, groups, apart)
    if not (np.isfinite(estimate).all() and (np.diag(covariance) > LEAST_VARIANCE).all()):
        message = (
            "the data have no shocks to judge by. Found: both equations, or one, fit without any "
            "error. Allowed: observations of a market. Remedy: use data that were not calculated."
        )
        raise NotIdentifiedError(message)
    return BothSides(
        estimate=estimate,
        ols_estimate=ols,
        covariance=covariance,
        ols_covariance=ols_covariance,
        equations=equations,
        groups=groups,
        errors=chosen,
        lags=lags,
    )


def _chosen(inputs: EstimationInputs, errors: str, payments: str, lags: int | None) -> str:
    faults = []
    if errors not in ERRORS:
        faults.append(
            Fault("unknown standard errors", errors, ", ".join(ERRORS), "choose one of these")
        )
    if payments not in ("published", "closed"):
        allowed, remedy = "published, closed", "choose one of the two"
        faults.append(Fault("unknown payments", payments, allowed, remedy))
    inside = [off_bounds(getattr(inputs, f"n_{side}")) for side in SIDES]
    if lags is not None and not 0 <= lags < min(one.sum() for one in inside):
        allowed, remedy = "0 or more, below the number of observations used", "correct the lags"
        faults.append(Fault("impossible lags", str(lags), allowed, remedy))
    cluster = inputs.cluster
    groups = None if cluster is None else min(len(np.unique(cluster[one])) for one in inside)
    wanted = errors == "clustered" or (errors == "auto" and groups is not None)
    if wanted and (groups is None or groups < FEWEST_CLUSTERS):
        found = "no column cluster" if groups is None else f"{groups}"
        allowed = f"at least {FEWEST_CLUSTERS} with observations off the bounds"
        remedy = "add a column cluster, or ask for robust standard errors"
        faults.append(Fault("too few clusters", found, allowed, remedy))
    if faults:
        raise InputError(faults)
    if errors == "auto":
        return "robust" if groups is None else "clustered"
    return errors


def _equation(
    inputs: EstimationInputs, side: str, payments: str, *, price_instrument: bool
) -> Equation:
    inside = off_bounds(getattr(inputs, f"n_{side}"))
    other = "s" if side == "d" else "d"
    own_n, other_n, own_fee, other_fee, price = (
        np.asarray(getattr(inputs, name))[inside]
        for name in (f"n_{side}", f"n_{other}", f"fee_{side}", f"fee_{other}", "allowance_price")
    )
    paid = price * other_n
    known = paid if side == "d" else (-paid if payments == "closed" else 0.0 * paid)
    q = inputs.service_level
    service = np.ones_like(own_n) if q is None else np.asarray(q)[inside]
    instruments = {f"fee_{other}": other_fee}
    if price_instrument and np.ptp(price) > 1e-9:
        instruments["allowance_price"] = price
    extra = getattr(inputs, f"instrument_{side}")
    if extra is not None:
        instruments[f"instrument_{side}"] = np.asarray(extra)[inside]
    return Equation(
        side=side,
        outcome=own_n + own_fee - 1.0 + known,
        service=service,
        other=other_n,
        own_fee=own_fee,
        instruments=instruments,
        service_varies=bool(np.ptp(service) > 1e-9),
        rows=np.flatnonzero(inside),
        left_out=int((~inside).sum()),
    )


def _options(joint: BothSides, rows: NDArray[np.int64]) -> dict[str, Any]:
    """Return how linearmodels shall compute standard errors of the tests."""
    if joint.groups is not None:
        _, codes = np.unique(joint.groups[rows], return_inverse=True)
        return {"cov_type": "clustered", "clusters": codes[:, None], "debiased": True}
    if joint.errors == "hac":
        kernel = {"cov_type": "kernel", "kernel": "bartlett", "bandwidth": joint.lags}
        return {**kernel, "debiased": True}
    return {"cov_type": "robust", "debiased": True}


def _joint(
    estimator: Callable[[Equation], Fitted],
    equations: dict[str, Equation],
    groups: FloatArray | None,
    lags: int,
) -> tuple[FloatArray, FloatArray]:
    """Return estimates of both sides, whose shocks hang together, and their covariance."""
    fits = [estimator(one) for one in equations.values()]
    n = max(int(one.rows.max()) for one in equations.values()) + 1
    influence = np.zeros((n, 4))
    for place, (one, fit) in enumerate(zip(equations.values(), fits, strict=True)):
        m = len(one.rows)
        scale = 1.0 if groups is None else np.sqrt((m - 1) / m)  # the usual one of clusters
        influence[one.rows, 2 * place : 2 * place + 2] = scale * fit.influence
    estimate = np.concatenate([fit.estimate for fit in fits])
    if groups is not None:
        _, codes = np.unique(groups[:n], return_inverse=True)
        count = int(codes.max()) + 1
        sums = np.zeros((count, 4))
        np.add.at(sums, codes, influence)
        return estimate, np.asarray(sums.T @ sums * count / (count - 1))
    covariance = influence.T @ influence
    for lag in range(1, lags + 1):
        shifted = influence[lag:].T @ influence[:-lag]
        covariance = covariance + (1.0 - lag / (lags + 1.0)) * (shifted + shifted.T)
    return estimate, np.asarray(covariance)


def _warnings(all_tests: tuple[EquationTests, ...], groups: FloatArray | None, n: int) -> list[str]:
    said = []
    for tests in all_tests:
        name = SIDES[tests.side]
        if tests.first_stage_f < WEAK_F:
            said.append(
                f"weak instruments for {name}: first-stage F {tests.first_stage_f:.1f}, below "
                f"{WEAK_F:.0f}; estimates rest on the intercept that the model fixes, or lean "
                "towards ordinary least squares with intervals that are too narrow"
            )
        if tests.own_fee_p_value < 0.05:
            said.append(
                f"the own fee of {name} has a coefficient of {tests.own_fee_coefficient:.3f}, not "
                "-1: fees are in other units than fixed utility, or the model does not fit"
            )
        over = tests.overidentification_p_value
        if over is not None and over < 0.05:
            said.append(
                f"instruments of {name} contradict each other (p-value {over:.3f}): one of them "
                "moves this side by itself"
            )
        if tests.left_out_at_bounds > MANY_LEFT_OUT * n:
            said.append(
                f"{tests.left_out_at_bounds} of {n} observations of {name} are at a bound; to "
                "leave out so many biases the estimates"
            )
    if groups is not None and len(np.unique(groups)) < FEW_CLUSTERS:
        said.append(
            f"{len(np.unique(groups))} clusters: with fewer than {FEW_CLUSTERS} intervals are "
            "too narrow"
        )
    return said
