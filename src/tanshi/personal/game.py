"""The evolutionary game that Paper 3 announces in §3 and never writes down.

Four populations each choose between two strategies. Shares: x of governments supervise, y of
platforms adopt the blockchain, z of low-carbon users sell, w of high-carbon users buy. Payoffs
are in CNY per tonne of potential surplus; `advantages` gives what the first strategy of each
population earns above its other one. With frictions at zero the sellers' share that leaves
nothing to gain is the tightness n, which clears the market.

Assumptions: populations are large and well mixed; a seller's green cost is e times his place θ
among all users, and the marginal seller's θ is z (`heterogeneous`) or one half for all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

POPULATIONS = ("supervise", "adopt", "sell", "buy")
SHARES = frozenset(
    {
        "low_detection",
        "high_detection",
        "fine_weight",
        "fraud",
        "pass_through",
        "captured",
        "service",
        "congestion",
    }
)
SIGNED = frozenset(("join_sell", "join_buy", "adoption_externality"))


@dataclass(frozen=True, kw_only=True)
class GameParameters:
    """Everything the four payoffs depend on. Values are plausible, none is estimated.

    Parameters
    ----------
    green_cost, keeping_value : float
        e and r, CNY per t: cost of a tonne to the user with θ = 1; what a kept quota is worth.
    tightness : float, in (0, 1]
        n: potential demand over potential supply.
    commission, chain_cost : float
        c and c_b, CNY per t; `pass_through` τ is the share of c_b that buyers bear.
    penalty, low_detection, high_detection : float
        F, CNY per t, and the chance ρ0 or ρ1 to pay it without and with supervision.
    supervision_cost, supervision_convexity : float
        S, CNY per t, rising to S (1 + convexity · x).
    fine_weight : float
        κ: what a CNY of fines from users is worth to government.
    fraud, fine, damage, refund : float
        ξ: share of false quota without a chain; G, d, λ in CNY per t.
    join_sell, join_buy : float
        t_s, t_d, CNY per t: costs of joining; negative where joining is rewarded or mandatory.
    service, service_cost, service_value : float
        q, k and β_s = β_d; `captured` η is the share of βq that the platform keeps.
    congestion : float, in [0, 1]
        ω: with a share y of platforms on the chain, service is q (1 - ω y).
    adoption_externality : float
        ψ: adds ψ (y - 1/2) to the advantage of adopting, CNY per t.
    thinness : float, > 0
        h of the matching function; near 0 the short side trades whole, inf is bilinear. At 0
        itself what a seller meets depends on the direction from which lock-in is approached, so
        lock-in has no eigenvalues; a small h comes as near as wanted.
    offset_price : float or None
        P_o: unsold quota goes to compliance at this price if that pays; None without the link.
    heterogeneous : bool
        Whether the marginal seller's θ is z; else one half for all.

    Raises
    ------
    InputError
        A value out of range, with all others that are.
    """

    green_cost: float = 60.0
    keeping_value: float = 6.0
    tightness: float = 0.6
    commission: float = 5.0
    chain_cost: float = 2.0
    pass_through: float = 1.0
    penalty: float = 150.0
    low_detection: float = 0.7
    high_detection: float = 0.95
    supervision_cost: float = 4.0
    supervision_convexity: float = 0.0
    fine_weight: float = 0.1
    fraud: float = 0.1
    fine: float = 100.0
    damage: float = 80.0
    refund: float = 20.0
    join_sell: float = 2.0
    join_buy: float = 3.0
    service: float = 0.5
    service_cost: float = 8.0
    service_value: float = 6.0
    captured: float = 0.5
    congestion: float = 0.0
    adoption_externality: float = 0.0
    thinness: float = math.inf
    offset_price: float | None = None
    heterogeneous: bool = False

    def __post_init__(self) -> None:
        faults = []
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "heterogeneous" or (one.name == "offset_price" and value is None):
                continue
            allowed = _allowed(one.name, float(value))
            if allowed:
                remedy = "correct the value"
                faults.append(
                    Fault(
                        "value out of range", str(value), allowed, remedy, column=f"game.{one.name}"
                    )
                )
        if not faults and self.high_detection < self.low_detection:
            found = f"{self.high_detection} below {self.low_detection}"
            what, allowed = "supervision lowers detection", "at least low_detection"
            faults.append(
                Fault(what, found, allowed, "exchange them", column="game.high_detection")
            )
        if faults:
            raise InputError(faults)

    def as_array(self) -> NDArray[np.float64]:
        """Return the values in the order of the fields, for compiled loops; no link is NaN."""
        values = (getattr(self, one.name) for one in fields(self))
        return np.array([math.nan if one is None else float(one) for one in values])


def _allowed(name: str, value: float) -> str:
    """Return what a parameter may be, or nothing where it is that."""
    if name == "thinness":
        return "" if value > 0 else "above 0 (0 has no slope at lock-in), inf for bilinear matching"
    if not math.isfinite(value):
        return "a finite number"
    if name == "tightness":
        return "" if 0 < value <= 1 else "above 0, at most 1"
    if name in SHARES:
        return "" if 0 <= value <= 1 else "between 0 and 1"
    if name in SIGNED:
        return ""
    return "" if value >= 0 else "0 or more"


def advantages(parameters: GameParameters, shares: ArrayLike) -> NDArray[np.float64]:
    """Return what the first strategy of each population earns above the other.

    Parameters
    ----------
    parameters : GameParameters
    shares : (..., 4) array
        x, y, z, w.

    Returns
    -------
    (..., 4) array, CNY per tonne of potential surplus
        Δx, Δy, Δz, Δw.

    Notes
    -----
    V = (1+h) z nw / (h + max(z, nw)) is traded; a seller finds a buyer with m_s = V/z, a buyer a
    seller with m_b = V/(nw). P_ph = r + ne, P_c = r + 2ne + c, φ = F(ρ0 + (ρ1-ρ0)x),

    * g_s = ne - eθ + y(1-η)qβ,  g_d = φ(1-ξ(1-y)) - P_c - τ c_b y + y(1-η)qβ
    * a = ξ(λ + xG) + 2ηqβ - (1-τ)c_b
    * Δx = κ(ρ1-ρ0)F(n-V) + ξ(1-y)(G+d)V - S(1 + convexity x)
    * Δy = V a - kq²/2 + ψ(y - 1/2)
    * Δz = m_s g_s - t_s + (1-m_s) max(0, P_o - r - eθ)
    * Δw = m_b g_d - t_d

    with q(1-ωy) for q where service is felt. Nobody must offset at a loss, hence the max.

    Examples
    --------
    >>> advantages(GameParameters(), [0, 0, 0, 0]).round(6).tolist()
    [-1.75, -1.0, -2.0, -3.0]
    """
    p = parameters
    x, y, z, w = np.moveaxis(np.asarray(shares, dtype=np.float64), -1, 0)
    demand = p.tightness * w
    if math.isinf(p.thinness):
        meeting = np.ones_like(demand)
    else:
        meeting = (1 + p.thinness) / (p.thinness + np.maximum(z, demand))
    sold, found = demand * meeting, z * meeting  # m_s, m_b
    volume = z * sold
    theta = z if p.heterogeneous else 0.5
    felt = p.service * (1 - p.congestion * y) * p.service_value
    users = y * (1 - p.captured) * felt
    detection = p.high_detection - p.low_detection
    expected_penalty = p.penalty * (p.low_detection + detection * x)
    false = p.fraud * (1 - y)
    surplus = p.tightness * p.green_cost
    seller = surplus - p.green_cost * theta + users
    price = p.keeping_value + 2 * surplus + p.commission
    buyer = expected_penalty * (1 - false) - price - p.pass_through * p.chain_cost * y + users
    platform = p.fraud * (p.refund + x * p.fine) + 2 * p.captured * felt
    platform = platform - (1 - p.pass_through) * p.chain_cost
    supervise = (
        p.fine_weight * detection * p.penalty * (p.tightness - volume)
        + false * (p.fine + p.damage) * volume
        - p.supervision_cost * (1 + p.supervision_convexity * x)
    )
    adopt = volume * platform - p.service_cost * p.service**2 / 2
    adopt = adopt + p.adoption_externality * (y - 0.5)
    sell = sold * seller - p.join_sell
    if p.offset_price is not None:
        offset = np.maximum(p.offset_price - p.keeping_value - p.green_cost * theta, 0.0)
        sell = sell + (1 - sold) * offset
    return np.stack([supervise, adopt, sell, found * buyer - p.join_buy], axis=-1)
