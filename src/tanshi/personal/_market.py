"""The two-sided market in reduced form, and what a participation brings everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tanshi.personal._conditions import FloatArray
    from tanshi.personal.two_sided import TwoSidedInputs


@dataclass(frozen=True, eq=False)
class Market:
    """Rows of N_d = a − f_d − d N_s, N_s = b − f_s + s N_d; every field (n_rows,).

    Parameters
    ----------
    a, b : A = 1 + qβ_d and B = 1 + qβ_s
    d, s : m(c − α_d) and m(α_s − p), with c added to α_s where payments are closed
    cross : m(g − c_b), the coefficient of N_d N_s in the objective
    cost : kq²/2
    matching, fee, price, blockchain : m, p, c, c_b
    credited : share of the price that reaches sellers, 0 or 1
    alpha_d, alpha_s, beta_d, beta_s, service_level, service_cost : as given
    """

    a: FloatArray
    b: FloatArray
    d: FloatArray
    s: FloatArray
    cross: FloatArray
    cost: FloatArray
    matching: FloatArray
    fee: FloatArray
    price: FloatArray
    blockchain: FloatArray
    credited: float
    alpha_d: FloatArray
    alpha_s: FloatArray
    beta_d: FloatArray
    beta_s: FloatArray
    service_level: FloatArray
    service_cost: FloatArray

    def fees(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the registration fees that bring about a participation."""
        return self.a - self.d * y - x, self.b + self.s * x - y

    def value(self, x: FloatArray, y: FloatArray, h: float) -> FloatArray:
        """Return profit (h = 2) or welfare (h = 1) at a participation."""
        curved = h / 2.0 * (x**2 + y**2)
        return self.a * x + self.b * y - curved + self.cross * x * y - self.cost

    def shares(self, x: FloatArray, y: FloatArray) -> dict[str, FloatArray]:
        """Return volume, surplus and the parts of users' utility that the paper names."""
        fee_d, fee_s = self.fees(x, y)
        volume = self.matching * x * y
        paid = self.price * volume
        carbon_d, carbon_s = self.alpha_d * volume, self.alpha_s * volume
        return {
            "volume": volume,
            "platform_profit": self.value(x, y, 2.0),
            "surplus_d": x**2 / 2.0,
            "surplus_s": y**2 / 2.0,
            "financial_utility_d": -paid - fee_d * x,
            "financial_utility_s": self.credited * paid - self.fee * volume - fee_s * y,
            "carbon_utility_d": carbon_d,
            "carbon_utility_s": carbon_s,
            "total_carbon_benefit": carbon_d + carbon_s,
            "unpaid_payments": (1.0 - self.credited) * paid,
        }


def market_of(inputs: TwoSidedInputs, *, closed: bool) -> Market:
    """Put inputs into reduced form."""
    # Eq. (12)–(15) with the cross effects of section 3.2.2
    q, c, m, p = inputs.service_level, inputs.allowance_price, inputs.matching, inputs.fee
    alpha_d, alpha_s = inputs.alpha_d, inputs.alpha_s
    credited = 1.0 if closed else 0.0
    delta = c - alpha_d
    g = alpha_s + credited * c - delta
    return Market(
        a=1.0 + q * inputs.beta_d,
        b=1.0 + q * inputs.beta_s,
        d=m * delta,
        s=m * (alpha_s + credited * c - p),
        cross=m * (g - inputs.blockchain_unit_cost),
        cost=inputs.service_cost * q**2 / 2.0,
        matching=np.asarray(m),
        fee=np.asarray(p),
        price=c,
        blockchain=np.asarray(inputs.blockchain_unit_cost),
        credited=credited,
        alpha_d=alpha_d,
        alpha_s=alpha_s,
        beta_d=inputs.beta_d,
        beta_s=inputs.beta_s,
        service_level=q,
        service_cost=inputs.service_cost,
    )
