"""How the optimum responds to a parameter: profit, participation, volume and emissions apart.

At an optimum the envelope theorem gives the value, and the first-order conditions of the sides
that are not at a bound give participation: with H = (h, −g; −g, h) restricted to those sides,

    H dN = (dA + N_s dg, dB + N_d dg).

A side at a bound stays there. The derivatives are those of the maximum that `solve_two_sided`
reports; where a bound is only just reached, or two maxima are equal, one-sided ones differ.

Emissions. The paper's "total carbon emission reduction" has no formula in this model, and what
trade does to emissions depends on the case: under a hard cap every trade uses quota that would
have stayed unused, so emissions rise with the volume V; where a trade replaces a violation they
stay; a share ρ retired lowers them by ρV. So the derivative of emissions is that of the volume,
times 1, 0 or −ρ; which case holds, the model does not say (`tanshi.personal.emissions` counts).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.personal._candidates import Square, maximise
from tanshi.personal._market import market_of

if TYPE_CHECKING:
    from tanshi.personal._conditions import FloatArray
    from tanshi.personal._market import Market
    from tanshi.personal.two_sided import Payments, TwoSidedInputs

OBJECTIVES = {"profit": 2.0, "welfare": 1.0}
PARAMETERS = ("beta_d", "beta_s", "service_level", "allowance_price", "service_cost")
QUANTITIES = ("value", "n_d", "n_s", "volume")


@dataclass(frozen=True, eq=False)
class Responses:
    """Derivatives of one objective's optimum; each mapping of parameter to (n_rows,)."""

    value: dict[str, FloatArray]
    n_d: dict[str, FloatArray]
    n_s: dict[str, FloatArray]
    volume: dict[str, FloatArray]

    def of(self, quantity: str, parameter: str) -> FloatArray:
        """Return one derivative by name."""
        found: dict[str, FloatArray] = getattr(self, quantity)
        return found[parameter]


def estimate_responses(
    inputs: TwoSidedInputs, objective: str, *, payments: Payments = "published"
) -> Responses:
    """Differentiate the optimum of an objective by every one of `PARAMETERS`.

    Parameters
    ----------
    inputs : TwoSidedInputs
    objective : {"profit", "welfare"}
    payments : {"published", "closed"}

    Returns
    -------
    Responses
        Exact, not by differences.
    """
    h = OBJECTIVES[objective]
    market = market_of(inputs, closed=payments == "closed")
    curvature = np.full_like(market.a, h)
    best = maximise(Square(market.a, market.b, curvature, curvature, market.cross))
    x, y, q = best.x, best.y, market.service_level
    none = np.zeros_like(x)
    # What a parameter does to A, B, g and the cost.
    moves = {
        "beta_d": (q, none, none, none),
        "beta_s": (none, q, none, none),
        "service_level": (market.beta_d, market.beta_s, none, market.service_cost * q),
        "allowance_price": (none, none, -market.matching * (1.0 - market.credited), none),
        "service_cost": (none, none, none, q**2 / 2.0),
    }
    responses = Responses({}, {}, {}, {})
    for parameter, (da, db, dg, dcost) in moves.items():
        dx, dy = _participation(market, (x, y), (da + dg * y, db + dg * x), h)
        responses.value[parameter] = da * x + db * y + dg * x * y - dcost
        responses.n_d[parameter], responses.n_s[parameter] = dx, dy
        responses.volume[parameter] = market.matching * (dx * y + x * dy)
    return responses


def sign_derivatives(
    inputs: TwoSidedInputs, *, payments: Payments = "published"
) -> list[dict[str, Any]]:
    """Return, for every row and objective, each derivative under ``quantity_by_parameter``."""
    rows: list[dict[str, Any]] = []
    for objective in OBJECTIVES:
        responses = estimate_responses(inputs, objective, payments=payments)
        columns = {
            f"{quantity}_by_{parameter}": responses.of(quantity, parameter).tolist()
            for quantity in QUANTITIES
            for parameter in PARAMETERS
        }
        for row in range(len(inputs.beta_d)):
            derivatives = {name: values[row] for name, values in columns.items()}
            rows.append({"row": row + 1, "objective": objective} | derivatives)
    return sorted(rows, key=lambda one: one["row"])


def _participation(
    market: Market,
    at: tuple[FloatArray, FloatArray],
    pull: tuple[FloatArray, FloatArray],
    h: float,
) -> tuple[FloatArray, FloatArray]:
    """Solve the first-order conditions of the sides that are not at a bound."""
    free_x, free_y = ((one > 0.0) & (one < 1.0) for one in at)
    g = market.cross
    both = free_x & free_y
    determinant = np.where(both, h * h - g * g, 1.0)
    determinant = np.where(determinant == 0.0, 1.0, determinant)  # never a maximum inside
    dx = np.where(both, (h * pull[0] + g * pull[1]) / determinant, pull[0] / h)
    dy = np.where(both, (h * pull[1] + g * pull[0]) / determinant, pull[1] / h)
    return np.where(free_x, dx, 0.0), np.where(free_y, dy, 0.0)
