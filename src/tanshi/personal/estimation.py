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

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.personal._conditions import Condition, FloatArray, checked_columns
from tanshi.personal._two_stage import Equation, equation_tests, ordinary, two_stage
from tanshi.personal.results.estimation import SIDES, WEAK_F, PlatformEstimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tanshi.personal._two_stage import Fitted
    from tanshi.personal.results.estimation import EquationTests
    from tanshi.personal.two_sided import Payments

Errors: TypeAlias = Literal["auto", "robust", "clustered", "hac"]
ERRORS: tuple[Errors, ...] = ("auto", "robust", "clustered", "hac")
FEWEST = 12  # observations of an equation with up to four coefficients
FEW_CLUSTERS = 30
MANY_LEFT_OUT = 0.05
CONDITIONS = {
    "n_d": Condition("0 <= n_d <= 1, a share of buyers", "write 45 % as 0.45", 0.0, 1.0),
    "n_s": Condition("0 <= n_s <= 1, a share of sellers", "write 45 % as 0.45", 0.0, 1.0),
    "fee_d": Condition("fee_d finite", "give the buyers' fee in units of their fixed utility"),
    "fee_s": Condition("fee_s finite", "give the sellers' fee in units of their fixed utility"),
    "allowance_price": Condition("allowance_price c >= 0", "give what a buyer pays a seller", 0.0),
    "service_level": Condition("service_level q >= 0", "write 0 for no service", 0.0),
    "cluster": Condition("a cluster for every observation", "number the clusters"),
    "instrument_d": Condition("instrument_d finite", "give a plain number"),
    "instrument_s": Condition("instrument_s finite", "give a plain number"),
}


@dataclass(frozen=True, eq=False, kw_only=True)
class EstimationInputs:
    """Observations, one a period or a market, in the order of time where there is one.

    Parameters
    ----------
    n_d, n_s : array_like, (n,)
        Participation of buyers and of sellers, shares.
    fee_d, fee_s : array_like, (n,)
        Registration fees, in units of the spread of fixed utility.
    allowance_price : array_like, (n,)
        c, in the same units.
    service_level : array_like, (n,), optional
        q; without it the products qβ_d and qβ_s are estimated.
    cluster : array_like, (n,), optional
        Number of the group within which shocks hang together.
    instrument_d, instrument_s : array_like, (n,), optional
        One more instrument of the buyers' and of the sellers' equation: something that moves
        the other side only.

    Raises
    ------
    InputError
        Every number that breaks its condition, by row and column; too few observations off the
        bounds; a fee or a service level that does not say anything since it never varies.
    """

    n_d: FloatArray
    n_s: FloatArray
    fee_d: FloatArray
    fee_s: FloatArray
    allowance_price: FloatArray
    service_level: FloatArray | None = None
    cluster: FloatArray | None = None
    instrument_d: FloatArray | None = None
    instrument_s: FloatArray | None = None

    def __post_init__(self) -> None:
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        given = {name: value for name, value in given.items() if value is not None}
        columns = checked_columns(given, {name: CONDITIONS[name] for name in given})
        faults = _sample_faults(columns)
        if faults:
            raise InputError(faults)
        for name, column in columns.items():
            object.__setattr__(self, name, column)


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
        An unknown choice; clusters asked for and not given, or fewer than two.

    Examples
    --------
    >>> from tanshi.personal.trading_simulation import TradingDesign, simulate_trading
    >>> data = simulate_trading(TradingDesign(), 400, seed=1)
    >>> del data["cluster"]
    >>> found = estimate_platform(EstimationInputs(**data))
    >>> found.parameters, found.errors
    (('beta_d', 'alpha_d', 'beta_s', 'alpha_s'), 'robust')
    """
    chosen = _chosen(inputs, errors, payments, level, lags)
    equations = _equations(inputs, payments, price_instrument=price_instrument)
    n = len(inputs.n_d)
    lags = int(4.0 * (n / 100.0) ** (2.0 / 9.0)) if lags is None else lags
    groups = np.asarray(inputs.cluster) if chosen == "clustered" else None
    estimate, covariance = _joint(two_stage, equations, groups, lags if chosen == "hac" else 0)
    ols, ols_covariance = _joint(ordinary, equations, groups, lags if chosen == "hac" else 0)
    deviation = np.sqrt(np.diag(covariance))
    margin = deviation * _quantile(level, min(len(e.outcome) for e in equations.values()), groups)
    tests = tuple(
        equation_tests(one, _options(chosen, one.rows, groups, lags)) for one in equations.values()
    )
    term = "service_effect" if inputs.service_level is None else "beta"
    known = inputs.service_level is not None
    inside = {side: set(one.rows.tolist()) for side, one in equations.items()}
    return PlatformEstimate(
        parameters=tuple(f"{name}_{side}" for side in SIDES for name in (term, "alpha")),
        estimate=estimate,
        standard_error=deviation,
        low=estimate - margin,
        high=estimate + margin,
        ols_estimate=ols,
        ols_standard_error=np.sqrt(np.diag(ols_covariance)),
        covariance=covariance,
        level=level,
        errors=chosen,
        payments=payments,
        tests=tests,
        left_out=tuple(
            "".join(side for side in SIDES if row not in inside[side]) for row in range(n)
        ),
        warnings=tuple(_warnings(tests, groups, n)),
        mean_price=float(np.mean(inputs.allowance_price)),
        mean_service_level=float(np.mean(np.asarray(inputs.service_level))) if known else np.nan,
    )


def _sample_faults(columns: dict[str, FloatArray]) -> list[Fault]:
    """List why the equations could not be estimated at all."""
    faults = []
    for side, name in SIDES.items():
        inside = _inside(columns[f"n_{side}"])
        if inside.sum() < FEWEST:
            found = f"{inside.sum()} with n_{side} between 0 and 1, of {len(inside)}"
            allowed, remedy = f"at least {FEWEST}", "add periods or markets"
            what = f"too few observations of {name}"
            faults.append(Fault(what, found, allowed, remedy, column=f"n_{side}"))
            continue
        for column in ("fee_s" if side == "d" else "fee_d", "service_level"):
            values = columns.get(column)
            if values is None:
                continue
            least = 1e-9 * max(1.0, float(np.abs(values).max()))
            if column == "service_level":
                silent = not values[inside].any()
            else:
                silent = float(np.ptp(values[inside])) <= least
            if silent:
                found = f"{values[inside][0]:g} in all observations off the bounds"
                remedy = (
                    "leave the column out: no service was rendered"
                    if column == "service_level"
                    else "add observations with other fees: it is the instrument"
                )
                what = f"{column} says nothing about {name}"
                allowed = "a service level above 0" if "service" in column else "a fee that varies"
                faults.append(Fault(what, found, allowed, remedy, column=column))
    return faults


def _inside(participation: FloatArray) -> NDArray[np.bool_]:
    return (participation > 0.0) & (participation < 1.0)


def _chosen(
    inputs: EstimationInputs, errors: str, payments: str, level: float, lags: int | None
) -> str:
    faults = []
    if errors not in ERRORS:
        faults.append(
            Fault("unknown standard errors", errors, ", ".join(ERRORS), "choose one of these")
        )
    if payments not in ("published", "closed"):
        allowed, remedy = "published, closed", "choose one of the two"
        faults.append(Fault("unknown payments", payments, allowed, remedy))
    if not 0.0 < level < 1.0:
        allowed, remedy = "above 0, below 1", "write 95 % as 0.95"
        faults.append(Fault("impossible level of intervals", f"{level:g}", allowed, remedy))
    if lags is not None and not 0 <= lags < len(inputs.n_d):
        allowed, remedy = "0 or more, below the number of observations", "correct the lags"
        faults.append(Fault("impossible lags", str(lags), allowed, remedy))
    groups = None if inputs.cluster is None else len(np.unique(inputs.cluster))
    wanted = errors == "clustered" or (errors == "auto" and groups is not None)
    if wanted and (groups is None or groups < 2):
        found = "no clusters" if groups is None else f"{groups} cluster"
        remedy = "add a column cluster, or ask for robust standard errors"
        faults.append(Fault("no clusters to add up over", found, "at least two", remedy))
    if faults:
        raise InputError(faults)
    if errors == "auto":
        return "robust" if groups is None else "clustered"
    return errors


def _equations(
    inputs: EstimationInputs, payments: str, *, price_instrument: bool
) -> dict[str, Equation]:
    """Return both equations, each without the observations at its side's bounds."""
    return {
        side: _equation(inputs, side, payments, price_instrument=price_instrument) for side in SIDES
    }


def _equation(
    inputs: EstimationInputs, side: str, payments: str, *, price_instrument: bool
) -> Equation:
    inside = _inside(getattr(inputs, f"n_{side}"))
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


def _options(
    chosen: str, rows: NDArray[np.int64], groups: FloatArray | None, lags: int
) -> dict[str, Any]:
    """Return how linearmodels shall compute standard errors of the tests."""
    if groups is not None:
        _, codes = np.unique(groups[rows], return_inverse=True)
        return {"cov_type": "clustered", "clusters": codes[:, None], "debiased": True}
    if chosen == "hac":
        kernel = {"cov_type": "kernel", "kernel": "bartlett", "bandwidth": lags}
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


def _quantile(level: float, n_obs: int, groups: FloatArray | None) -> float:
    from scipy.stats import t

    degrees = n_obs - 2 if groups is None else len(np.unique(groups)) - 1
    return float(t.ppf(0.5 + level / 2.0, degrees))


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
