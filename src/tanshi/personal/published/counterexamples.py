"""A market for every claim that is refuted, or holds in some markets only: there it fails.

A test solves each market at each step and finds the values written here.
"""

from __future__ import annotations

from dataclasses import replace

from tanshi.personal.published.claims import CLAIMS, SIGN_CLAIMS
from tanshi.personal.published.kinds import Counterexample

_TWO = (
    *("beta_d", "beta_s", "service_level", "service_cost"),
    *("allowance_price", "alpha_d", "alpha_s"),
)
_ONE = (
    *("total_emissions", "offset_ratio", "credit_cost", "mean_reduction"),
    *("population", "operating_cost", "allowance_price", "abatement_ease"),
)


def _two(*numbers: float) -> tuple[tuple[str, float], ...]:
    return tuple(zip(_TWO, numbers, strict=True))


def _one(*numbers: float) -> tuple[tuple[str, float], ...]:
    return tuple(zip(_ONE, numbers, strict=True))


def _sign(
    key: tuple[str, str, str],
    market: tuple[tuple[str, float], ...],
    steps: tuple[float, float],
    values: tuple[float, float],
) -> Counterexample:
    """Return a market against the claim about (objective, quantity, parameter)."""
    [claim] = [one for one in SIGN_CLAIMS if (one.objective, one.quantity, one.parameter) == key]
    objective, quantity, parameter = key
    looked_at = f"{objective}.{quantity}"
    return Counterexample(claim.place, claim.text, market, parameter, steps, looked_at, values)


def _claim(
    text: str,
    market: tuple[tuple[str, float], ...],
    move: tuple[str, tuple[float, ...]],
    found: tuple[str, tuple[float, ...]],
) -> Counterexample:
    """Return a market against the claim whose text begins like this."""
    [claim] = [one for one in CLAIMS if one.claim.startswith(text)]
    return Counterexample(claim.place, claim.claim, market, *move, *found)


FIRST_BOUNDED = _two(0.3, 0.4, 0.5, 1.5, 0.9, 0.2, 0.3)  # row 1 of the bounded vectors
SECOND_BOUNDED = _two(0.8, 0.2, 0.6, 1.2, 0.6, 0.1, 0.3)  # row 2: all of demand join
# Members gain little from each other (g = −0.8), and one side alone cares for service.
SELLERS_CARE = _two(0, 0.3, 0.4, 1, 1, 0.1, 0.1)
BUYERS_CARE = _two(0.3, 0, 0.4, 1, 1, 0.1, 0.1)
INSIDE_SECOND_INTERVAL = _two(0.3, 0.4, 0.5, 9, 0.2, 0.7, 2)

COUNTEREXAMPLES = (
    replace(
        _sign(("profit", "value", "allowance_price"), FIRST_BOUNDED, (0.9, 1.1), (0.7332, 0.7332)),
        closed=True,
    ),
    _sign(
        ("profit", "n_d", "allowance_price"),
        _two(1, 0, 0.5, 1.5, 1, 0, 0),
        (1, 1.2),
        (0.6667, 0.7031),
    ),
    _sign(("welfare", "n_d", "service_level"), SELLERS_CARE, (0.4, 0.5), (0.2889, 0.2222)),
    _sign(("welfare", "n_s", "service_level"), BUYERS_CARE, (0.4, 0.5), (0.2889, 0.2222)),
    _sign(("welfare", "n_s", "beta_d"), FIRST_BOUNDED, (0.3, 0.4), (0.8810, 0.8571)),
    _sign(("welfare", "n_s", "beta_s"), FIRST_BOUNDED, (0.4, 0.5), (0.8810, 0.9405)),
    _sign(("welfare", "n_s", "beta_s"), SECOND_BOUNDED, (0.2, 0.3), (0.92, 0.98)),
    _sign(("welfare", "volume", "service_level"), SELLERS_CARE, (0.4, 0.5), (0.2568, 0.2160)),
    _sign(("welfare", "volume", "beta_d"), BUYERS_CARE, (0.3, 0.35), (0.2568, 0.2309)),
    _sign(("welfare", "volume", "beta_s"), FIRST_BOUNDED, (0.4, 0.5), (0.7027, 0.7277)),
    _sign(("welfare", "volume", "beta_s"), SECOND_BOUNDED, (0.2, 0.3), (0.92, 0.98)),
    _claim(
        "the purchase price rises",
        _one(4000, 0.6, 60, 0.5, 4000, 4, 200, 8),
        ("offset_ratio", (0.6, 0.8)),
        ("single.purchase_price", (60, 60)),
    ),
    _claim(
        "the greater the offset ratio",
        _one(400, 0.3, 60, 0.5, 4000, 4, 10, 8),
        ("offset_ratio", (0.3, 0.6)),
        ("single.welfare", (450, 450)),
    ),
    _claim(  # 2DW/(3ek) = 3.70 lies below k
        "k < 2DW/(3ek) is needed",
        _one(400, 0.3, 60, 0.5, 4000, 4, 100, 6),
        ("abatement_ease", (6,)),
        ("single.optimal_offset_ratio", (0.3425,)),
    ),
    _claim(  # δ* = 10/11, but beyond 0.4167 credits are rationed
        "at that δ* total welfare",
        _one(400, 0.5, 60, 0.5, 4000, 30, 40, 10),
        ("offset_ratio", (0.5, 0.9091)),
        ("single.total_welfare", (5250, 2572.2)),
    ),
    _claim(
        "the greatest profit is concave",
        _two(0.8, 0.8, 0.2, 0.1, 1.2, 0, 0),
        ("service_level", (0.2, 0.4, 0.6)),
        ("profit.value", (0.4185, 0.5365, 0.6665)),
    ),
    _claim(
        "in α_s − 1 < σ < 1",
        FIRST_BOUNDED,
        ("service_cost", (9,)),
        ("adoption.society_margin", (-0.8521,)),
    ),
    _claim(
        "in −1 < σ < α_s",
        INSIDE_SECOND_INTERVAL,
        ("service_cost", (9,)),
        ("adoption.society_margin", (-0.775,)),
    ),
)
