"""Trading data that the two-sided model makes, to try an estimator on.

Fees, prices and service levels are drawn; two shocks, correlated with one another, move what
joining is worth to buyers and to sellers; participation is the one at which both sides are right,

    N_d = [A + u_d − f_d − δN_s],   N_s = [B + u_s − f_s + sN_d],   […] within 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tanshi.personal._conditions import FloatArray

ROUNDS = 400
DAMPING = 0.5  # without it the two sides may chase each other in a circle


@dataclass(frozen=True, kw_only=True)
class TradingDesign:
    """What to draw.

    Parameters
    ----------
    beta_d, beta_s, alpha_d, alpha_s : float
        The truth.
    service_levels, fees, prices : pair of float
        Ranges of q, of f_d and f_s, and of c, drawn evenly; equal ends for a constant.
    deviation : float
        Standard deviation of the shocks u_d and u_s.
    correlation : float
        Between them, −1 to 1.
    within_cluster : float
        Share of a shock's variance that all observations of a cluster have in common.
    cluster_size : int
    fee_response : float
        Share of its side's shock that a fee follows: 0 where fees are set before shocks are
        known, which the estimation assumes.
    """

    beta_d: float = 0.25
    beta_s: float = 0.3
    alpha_d: float = 0.3
    alpha_s: float = 0.35
    service_levels: tuple[float, float] = (0.1, 0.9)
    fees: tuple[float, float] = (0.7, 0.95)
    prices: tuple[float, float] = (0.1, 0.1)
    deviation: float = 0.04
    correlation: float = 0.6
    within_cluster: float = 0.0
    cluster_size: int = 10
    fee_response: float = 0.0


def simulate_trading(design: TradingDesign, n_obs: int, *, seed: int) -> dict[str, FloatArray]:
    """Draw observations of a market.

    Parameters
    ----------
    design : TradingDesign
    n_obs : int
    seed : int

    Returns
    -------
    dict of name to (n_obs,) float64
        ``n_d``, ``n_s``, ``fee_d``, ``fee_s``, ``allowance_price``, ``service_level``,
        ``cluster``.

    Examples
    --------
    >>> sorted(simulate_trading(TradingDesign(), 5, seed=1))
    ['allowance_price', 'cluster', 'fee_d', 'fee_s', 'n_d', 'n_s', 'service_level']
    """
    rng = np.random.default_rng(seed)
    q = rng.uniform(*design.service_levels, n_obs)
    fee_d, fee_s = rng.uniform(*design.fees, (2, n_obs))
    c = rng.uniform(*design.prices, n_obs)
    cluster = np.arange(n_obs) // design.cluster_size
    common = rng.standard_normal((2, int(cluster[-1]) + 1))[:, cluster]
    own = rng.standard_normal((2, n_obs))
    share = design.within_cluster
    first, other = np.sqrt(share) * common + np.sqrt(1.0 - share) * own
    r = design.correlation
    u_d = design.deviation * first
    u_s = design.deviation * (r * first + np.sqrt(1.0 - r**2) * other)
    fee_d, fee_s = fee_d + design.fee_response * u_d, fee_s + design.fee_response * u_s
    a = 1.0 + q * design.beta_d + u_d - fee_d
    b = 1.0 + q * design.beta_s + u_s - fee_s
    n_d, n_s = np.full((2, n_obs), 0.5)
    for _ in range(ROUNDS):
        to_d = np.clip(a + (design.alpha_d - c) * n_s, 0.0, 1.0)
        to_s = np.clip(b + design.alpha_s * n_d, 0.0, 1.0)
        n_d, n_s = n_d + DAMPING * (to_d - n_d), n_s + DAMPING * (to_s - n_s)
    return {
        "n_d": np.clip(a + (design.alpha_d - c) * n_s, 0.0, 1.0),
        "n_s": np.clip(b + design.alpha_s * n_d, 0.0, 1.0),
        "fee_d": fee_d,
        "fee_s": fee_s,
        "allowance_price": c,
        "service_level": q,
        "cluster": cluster.astype(np.float64),
    }
