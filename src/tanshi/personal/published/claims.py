"""Results 1 and 2 as signed derivatives, and the paper's other claims, with where each holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.personal.published.kinds import Claim, SignClaim

if TYPE_CHECKING:
    from tanshi.personal.published.kinds import Bounded, Verdict

_FLAT: tuple[Bounded, Bounded] = ("flat", "flat")
_VOLUME_Q = "β_d((1 + g²)B + 2gA) + β_s((1 + g²)A + 2gB) > 0"

# What Result 1 says of the greatest profit; its second part gives N_d and volume as the reason.
_RESULT_1 = (
    SignClaim(
        *("Result 1(1)", "profit", "value", "beta_d", 1),
        derivative="q*N_d",
        region="q > 0 and N_d > 0, else flat: it never falls",
        verdict="confirmed",
        demand_full="holds",
        supply_full="holds",
        demand_empty="flat",
        supply_empty="holds",
    ),
    SignClaim(
        *("Result 1(1)", "profit", "value", "beta_s", 1),
        derivative="q*N_s",
        region="q > 0 and N_s > 0, else flat: it never falls",
        verdict="confirmed",
        demand_full="holds",
        supply_full="holds",
        demand_empty="holds",
        supply_empty="flat",
    ),
    SignClaim(
        *("Result 1(2)", "profit", "value", "allowance_price", -1),
        derivative="-m*N_d*N_s",
        region="only where the price reaches nobody; 0 where payments are closed",
        verdict="conditional",
        demand_full="holds",
        supply_full="holds",
        demand_empty="flat",
        supply_empty="flat",
    ),
    SignClaim(
        *("Result 1(2)", "profit", "n_d", "allowance_price", -1),
        derivative="-m*((4 + g**2)*B + 4*g*A)/(4 - g**2)**2",
        region="(4 + g²)B + 4gA > 0; 0 where payments are closed",
        verdict="conditional",
        demand_full="flat",
        supply_full="holds",
        demand_empty="flat",
        supply_empty="flat",
    ),
    SignClaim(
        *("Result 1(2)", "profit", "volume", "allowance_price", -1),
        derivative="-2*m**2*((A**2 + B**2)*(4 + 3*g**2) + A*B*g*(12 + g**2))/(4 - g**2)**3",
        region="everywhere inside; 0 where payments are closed",
        verdict="confirmed",
        demand_full="holds",
        supply_full="holds",
        demand_empty="flat",
        supply_empty="flat",
    ),
)

# "Total carbon emission reduction" of Result 2(2), read in three ways.
_MOVES: dict[tuple[str, str], tuple[str, str, Verdict, Bounded, Bounded]] = {
    ("n_d", "service_level"): (
        "(b_d + g*b_s)/(1 - g**2)",
        "β_d + gβ_s > 0",
        "conditional",
        "flat",
        "holds",
    ),
    ("n_d", "beta_d"): ("q/(1 - g**2)", "q > 0", "confirmed", "flat", "holds"),
    ("n_d", "beta_s"): (
        "q*g/(1 - g**2)",
        "q > 0, g < 0: everywhere inside",
        "confirmed",
        "flat",
        "flat",
    ),
    ("n_s", "service_level"): (
        "(b_s + g*b_d)/(1 - g**2)",
        "β_s + gβ_d > 0",
        "conditional",
        "holds",
        "flat",
    ),
    ("n_s", "beta_d"): ("q*g/(1 - g**2)", "g > 0: nowhere inside", "refuted", "flat", "flat"),
    ("n_s", "beta_s"): ("q/(1 - g**2)", "nowhere", "refuted", "fails", "flat"),
    ("volume", "service_level"): (
        "m*(b_d*((1 + g**2)*B + 2*g*A) + b_s*((1 + g**2)*A + 2*g*B))/(1 - g**2)**2",
        _VOLUME_Q,
        "conditional",
        "holds",
        "holds",
    ),
    ("volume", "beta_d"): (
        "m*q*((1 + g**2)*B + 2*g*A)/(1 - g**2)**2",
        "(1 + g²)B + 2gA > 0",
        "conditional",
        "flat",
        "holds",
    ),
    ("volume", "beta_s"): (
        "m*q*((1 + g**2)*A + 2*g*B)/(1 - g**2)**2",
        "g < 0 and B/A > (1 + g²)/(2 abs(g))",
        "conditional",
        "fails",
        "flat",
    ),
}
_SIGNS = {"service_level": 1, "beta_d": 1, "beta_s": -1}

# At a welfare maximum with one side empty the other is full, since A, B >= 1: nothing moves.
_RESULT_2 = tuple(
    SignClaim(*("Result 2(2)", "welfare", quantity, parameter, _SIGNS[parameter]), *found, *_FLAT)
    for (quantity, parameter), found in _MOVES.items()
)

SIGN_CLAIMS = _RESULT_1 + _RESULT_2

CLAIMS = (
    Claim(
        "Proposition 1",
        "the purchase price rises with demand, and with the offset ratio",
        "while demand is met; flat where credits are capped or rationed",
        "conditional",
    ),
    Claim(
        "Eq. 9",
        "the greater the offset ratio, the greater π + U",
        "while demand is met; flat where credits are capped or rationed",
        "conditional",
    ),
    Claim(
        "Proposition 2",
        "under its conditions Eq. 11 has its top at 0 < δ* < 1",
        "everywhere: k < 2N/P and N < DWP/(3e) imply k < 2DW/(3e) too",
        "confirmed",
    ),
    Claim(
        "Proposition 2",
        "k < 2DW/(3ek) is needed for it",
        "k < 2DW/(3e) is, and follows from the other two; for k > 1 print asks for more",
        "refuted",
    ),
    Claim(
        "Proposition 2",
        "at that δ* total welfare is greatest",
        "where supply suffices, N <= DW + k(P − 3e)/2, and P_c <= P at δ*",
        "conditional",
    ),
    Claim(
        "Result 1(3)",
        "the greatest profit rises in a low service level",
        "kq < β_dN_d + β_sN_s; nowhere if no member is sensitive to service",
        "confirmed",
    ),
    Claim(
        "Result 1(3)",
        "the greatest profit falls in a high service level",
        "kq > β_dN_d + β_sN_s, and so wherever kq > β_d + β_s",
        "confirmed",
    ),
    Claim(
        "Result 1(3)",
        "the greatest profit is concave in the service level",
        "interior: k > 2(β_d² + β_s² + gβ_dβ_s)/(4 − g²)",
        "conditional",
    ),
    Claim(
        "Result 2(1)",
        "in α_s − 1 < σ < 1 welfare is greater with the blockchain",
        "not enough: it is greater where W(q, c_b) > W(0, 0)",
        "refuted",
    ),
    Claim(
        "Result 2(1)",
        "in −1 < σ < α_s − √(α_s² + 1) welfare is greater with the blockchain",
        "there g > 1: H(W) is not negative definite, and the printed W* is no maximum; "
        "at the bounded one, where W(q, c_b) > W(0, 0)",
        "refuted",
    ),
)
