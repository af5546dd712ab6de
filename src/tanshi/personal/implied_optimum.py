"""What estimates from trading data imply: the best service level, fees and participation.

The optimum is exact for any parameters (`two_sided`, `service_level`), bounds included, so it is
no smooth function of them. Its standard errors come from draws out of the joint normal
distribution of the estimates of both sides, at each of which the optimum is found anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.core import Fault, InputError
from tanshi.personal._candidates import Square, maximise
from tanshi.personal._market import market_of
from tanshi.personal.results.estimation import ImpliedOptimum
from tanshi.personal.service_level import best_service_level
from tanshi.personal.two_sided import TwoSidedInputs

if TYPE_CHECKING:
    from tanshi.personal._conditions import FloatArray
    from tanshi.personal.results.estimation import PlatformEstimate

OBJECTIVES = {"profit": 2.0, "welfare": 1.0}
QUANTITIES = ("service_level", "n_d", "n_s", "fee_d", "fee_s", "value")
FEWEST_DRAWS = 100


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What the platform of the future works under.

    Parameters
    ----------
    service_cost : float, optional
        k of kq²/2, above 0; without it no service level is the best, and values are before the
        cost of service.
    allowance_price : float, optional
        c, 0 or more; by default the mean of the data.
    blockchain_unit_cost : float, default 0
        c_b, 0 or more.
    """

    service_cost: float | None = None
    allowance_price: float | None = None
    blockchain_unit_cost: float = 0.0


def imply_optimum(
    estimate: PlatformEstimate,
    circumstances: Circumstances,
    *,
    draws: int = 4000,
    seed: int = 0,
) -> ImpliedOptimum:
    """Find the optimum at the estimates, and its distribution by draws.

    Where the service level was not observed, qβ is known and β is not: the optimum is then that
    at the service level of the data, whatever it was, before its cost.

    Parameters
    ----------
    estimate : PlatformEstimate
    circumstances : Circumstances
    draws : int, at least 100
    seed : int

    Raises
    ------
    InputError
        A cost or price out of range, too few draws, a service cost where the service level was
        not observed.
    """
    faults = _circumstance_faults(estimate, circumstances, draws, seed)
    if faults:
        raise InputError(faults)
    price = circumstances.allowance_price
    price = estimate.mean_price if price is None else price
    rng = np.random.default_rng(seed)
    drawn = rng.multivariate_normal(
        estimate.estimate, estimate.covariance, size=draws, method="eigh"
    )
    cost = circumstances.service_cost
    rows = []
    for objective, h in OBJECTIVES.items():
        kinds = ["observed"] if cost is None else ["optimal", "observed"]
        for kind in kinds:
            optimum = partial(
                _optimum,
                price=price,
                cost=cost,
                unit_cost=circumstances.blockchain_unit_cost,
                q=_level_of(estimate, kind),
                h=h,
                closed=estimate.payments == "closed",
            )
            point, cloud = optimum(estimate.estimate[None]), optimum(drawn)
            tail = (1.0 - estimate.level) / 2.0
            for name in QUANTITIES:
                if name == "service_level" and kind == "observed":
                    continue
                low, high = np.quantile(cloud[name], [tail, 1.0 - tail])
                rows.append(
                    {
                        "objective": objective,
                        "service_level_is": kind,
                        "quantity": name,
                        "estimate": float(point[name][0]),
                        "standard_error": float(np.std(cloud[name], ddof=1)),
                        "low": float(low),
                        "high": float(high),
                    }
                )
    return ImpliedOptimum(
        table=pl.DataFrame(rows),
        draws=draws,
        draws_with_negative_beta_share=float(np.mean((drawn[:, [0, 2]] < 0.0).any(axis=1))),
        allowance_price=price,
        service_cost=np.nan if cost is None else cost,
        blockchain_unit_cost=circumstances.blockchain_unit_cost,
    )


def _level_of(estimate: PlatformEstimate, kind: str) -> float | None:
    """Return the service level to take; None for the best one."""
    if kind == "optimal":
        return None
    return estimate.mean_service_level if estimate.knows_service_level else 1.0


def _optimum(
    parameters: FloatArray,
    *,
    price: float,
    cost: float | None,
    unit_cost: float,
    q: float | None,
    h: float,
    closed: bool,
) -> dict[str, FloatArray]:
    """Return the optimum of each row of (beta_d, alpha_d, beta_s, alpha_s)."""
    beta_d, alpha_d, beta_s, alpha_s = parameters.T
    inputs = TwoSidedInputs(
        beta_d=np.maximum(beta_d, 0.0),
        beta_s=np.maximum(beta_s, 0.0),
        service_level=np.full_like(beta_d, 0.0 if q is None else q),
        service_cost=np.full_like(beta_d, 1.0 if cost is None else cost),
        allowance_price=np.full_like(beta_d, price),
        alpha_d=alpha_d,
        alpha_s=alpha_s,
        blockchain_unit_cost=unit_cost,
    )
    if q is None:
        best = best_service_level(market_of(inputs, closed=closed), h)
        inputs = replace(inputs, service_level=best)
    market = market_of(inputs, closed=closed)
    curvature = np.full_like(beta_d, h)
    top = maximise(Square(market.a, market.b, curvature, curvature, market.cross))
    fee_d, fee_s = market.fees(top.x, top.y)
    value = top.value if cost is None else top.value - market.cost
    return {
        "service_level": np.asarray(inputs.service_level),
        "n_d": top.x,
        "n_s": top.y,
        "fee_d": fee_d,
        "fee_s": fee_s,
        "value": value,
    }


def _circumstance_faults(
    estimate: PlatformEstimate, circumstances: Circumstances, draws: int, seed: int
) -> list[Fault]:
    faults = []
    cost, price = circumstances.service_cost, circumstances.allowance_price
    if cost is not None and not (np.isfinite(cost) and cost > 0.0):
        remedy = "at 0 no service level would be the best"
        faults.append(Fault("impossible service cost", f"{cost:g}", "k > 0", remedy))
    if cost is not None and not estimate.knows_service_level:
        what, found = "no service level to find", "data without a column service_level"
        allowed, remedy = "data with it", "leave the service cost out, or add the column"
        faults.append(Fault(what, found, allowed, remedy))
    for name, value in (
        ("allowance price", price),
        ("unit cost of the blockchain", circumstances.blockchain_unit_cost),
    ):
        if value is not None and not (np.isfinite(value) and value >= 0.0):
            faults.append(Fault(f"impossible {name}", f"{value:g}", "0 or more", "correct it"))
    if draws < FEWEST_DRAWS:
        allowed, remedy = f"at least {FEWEST_DRAWS}", "intervals need more draws"
        faults.append(Fault("too few draws", str(draws), allowed, remedy))
    if seed < 0:
        faults.append(Fault("impossible seed", str(seed), "0 or more", "choose another seed"))
    return faults
