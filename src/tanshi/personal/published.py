"""What Wang, Zhao, Chen & Tang (2024) print, what follows instead, and which claims hold.

Formulas are written so that SymPy reads them: a test derives every one from the model and
compares it with the print, and the page on replication shows the same rows. D is the mean
reduction, W the population, A = 1 + qβ_d, B = 1 + qβ_s, d = δ = c − α_d, a_s = α_s, C = kq²/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Finding: TypeAlias = Literal["confirmed", "corrected"]
Verdict: TypeAlias = Literal["confirmed", "refuted", "conditional"]
Bounded: TypeAlias = Literal["holds", "flat", "fails"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One printed formula.

    Parameters
    ----------
    place, quantity : str
        Where it stands, and what it gives.
    printed, derived : str
        Formula in print, and the one that follows from the model.
    finding : {"confirmed", "corrected"}
    """

    place: str
    quantity: str
    printed: str
    derived: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class SignClaim:
    """One claimed sign of a derivative at an optimum.

    Derivative, region and verdict are those where participation is interior, with
    g = m(α_s − c + α_d − c_b); volume is m N_dN_s.

    Parameters
    ----------
    place : str
        Result in the paper.
    objective : {"profit", "welfare"}
    quantity, parameter : str
        Names as in `tanshi.personal.derivatives`.
    sign : {1, -1}
        What the paper says.
    derivative : str
    region : str
        Where the claim holds.
    verdict : {"confirmed", "refuted", "conditional"}
    demand_full, supply_full : {"holds", "flat", "fails"}
        What becomes of the claim where all of one side join and the other side is interior;
        ``flat`` where the derivative is zero.
    """

    place: str
    objective: str
    quantity: str
    parameter: str
    sign: int
    derivative: str
    region: str
    verdict: Verdict
    demand_full: Bounded
    supply_full: Bounded


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that is not the sign of one derivative.

    Parameters
    ----------
    place, claim : str
        Where it stands, and what it says.
    region : str
        Where it holds, whatever bounds bind unless it says otherwise.
    verdict : {"confirmed", "refuted", "conditional"}
    """

    place: str
    claim: str
    region: str
    verdict: Verdict


def _same(place: str, quantity: str, formula: str) -> Statement:
    return Statement(place, quantity, formula, formula, "confirmed")


def _not(place: str, quantity: str, printed: str, derived: str) -> Statement:
    return Statement(place, quantity, printed, derived, "corrected")


STATEMENTS = (
    _same("Eq. 1", "profit", "(P_c - P_ph - c - c_b)*P_ph*D*W/e"),
    _same("Eq. 3", "θ*", "P_ph/e"),
    _same("Eq. 4", "supply", "P_ph*D*W/e"),
    _same("Eq. 7", "P_ph*", "(P_c - c)/2"),
    _same("Eq. 7", "P_c", "2*N*delta*e/(D*W) + c"),
    _same("Eq. 8", "U", "e*N**2*delta**2/(2*D*W)"),
    _same("Eq. 9", "π + U", "3*e*N**2*delta**2/(2*D*W)"),
    Statement(
        "Eq. 11",
        "total welfare",
        "(3*e*N**2/(2*D*W) - N**2/k)*delta**2 + (2*N**2/k - P*N)*delta - N**2/k + P*N",
        "(P - N*(1 - delta)/k)*N*(1 - delta) + 3*e*N**2*delta**2/(2*D*W)",
        "confirmed",
    ),
    _not("Proposition 2", "k where Eq. 11 stops being concave", "2*D*W/(3*e*k)", "2*D*W/(3*e)"),
    _same("Proposition 2", "k where δ* reaches 0", "2*N/P"),
    _same("Proposition 2", "N where δ* reaches 1", "D*W*P/(3*e)"),
    _not("Eq. 14", "N_d", "1 + (A - c*N_s - f_d)", "A - c*N_s - f_d"),
    _not("Eq. 15", "N_s", "1 + (B - f_s)", "B - f_s"),
    _not(
        "3.2.1",
        "N_d at given fees",
        "(A - f_d + c*(f_s - (B - 1)))/(1 + c)",
        "(A - f_d + c*(f_s - B))/(1 + c)",
    ),
    _not(
        "3.2.1",
        "N_s at given fees",
        "(1 - f_s + (A - 1) + (B - 1) - f_d)/(1 + c)",
        "(A + B - f_s - f_d)/(1 + c)",
    ),
    _not(
        "Eq. 17",
        "f_d*",
        "((c - 2)*A + c*B)/(c**2 - 4)",
        "(A - B)/(3 - c)",
    ),
    _not(
        "Eq. 18",
        "f_s*",
        "(c*(c - 1) - 2*B - c*A)/(c**2 - 4)",
        "(A + (2 - c)*B)/(3 - c)",
    ),
    _not("3.2.1", "H(π), on the diagonal", "-2/(1 + c*(c - 1))", "-2/(1 + c)"),
    _not("3.2.1", "H(π), beside it", "(c - 1)/(1 + c*(c - 1))", "(c - 1)/(1 + c)"),
    _not(
        "3.2.1",
        "N_d*",
        "((c - 1)*A - 2*B)/((c - 1)**2 - 4)",
        "((c - 1)*B - 2*A)/((c - 1)**2 - 4)",
    ),
    _not(
        "3.2.1",
        "N_s*",
        "((c - 1)*B - 2*A)/((c - 1)**2 - 4)",
        "((c - 1)*A - 2*B)/((c - 1)**2 - 4)",
    ),
    _same("3.2.1", "π*", "(A**2 + B**2 + (1 - c)*A*B)/(4 - (c - 1)**2) - C"),
    _not(
        "3.2.2",
        "N_d at given fees",
        "(A - f_d + d*(f_s - A))/(1 + d*a_s)",
        "(A - f_d + d*(f_s - B))/(1 + d*a_s)",
    ),
    _not(
        "3.2.2",
        "N_s at given fees",
        "(A + A*a_s - f_s - f_d*a_s)/(1 + d*a_s)",
        "(B + A*a_s - f_s - f_d*a_s)/(1 + d*a_s)",
    ),
    _not(
        "3.2.2",
        "f_d* for welfare",
        "(a_s*(a_s - d)*B + a_s*A)/((a_s - d)**2 - 1)",
        "(a_s*(a_s - d)*A + a_s*B)/((a_s - d)**2 - 1)",
    ),
    _not(
        "3.2.2",
        "f_s* for welfare",
        "(d*(a_s - d)*A + B)/(1 - (a_s - d)**2)",
        "(d*(a_s - d)*B + d*A)/(1 - (a_s - d)**2)",
    ),
    _same("3.2.2", "H(W), demand", "(a_s**2 - 1 - 2*d*a_s)/(1 + d*a_s)**2"),
    _same("3.2.2", "H(W), beside the diagonal", "d*(d - a_s)*a_s/(1 + d*a_s)**2"),
    _same("3.2.2", "H(W), supply", "(d**2 - 2*d*a_s - 1)/(1 + d*a_s)**2"),
    _same("3.2.2", "N_d* for welfare", "((d - a_s)*B - A)/((a_s - d)**2 - 1)"),
    _same("3.2.2", "N_s* for welfare", "((d - a_s)*A - B)/((a_s - d)**2 - 1)"),
    _not(
        "3.2.2",
        "π at the welfare maximum",
        "(d - a_s)*((d - a_s)*A - B)/((a_s - 1 - d)**2*(a_s + 1 - d)**2) - C",
        "(d - a_s)*((d - a_s)*A - B)*((d - a_s)*B - A)/((a_s - 1 - d)**2*(a_s + 1 - d)**2) - C",
    ),
    _not(
        "3.2.2",
        "W*",
        "(2*(d - a_s)*A*B - (A - B)**2)/(2*(a_s - d)**2 - 2) - C",
        "(2*(d - a_s)*A*B - A**2 - B**2)/(2*(a_s - d)**2 - 2) - C",
    ),
)

_VOLUME_Q = "β_d((h² + g²)B + 2hgA) + β_s((h² + g²)A + 2hgB) > 0"


def _result_2(quantity: str) -> tuple[SignClaim, ...]:
    """Return the claims of Result 2(2) about one reading of "emission reduction"."""
    moves: dict[str, dict[str, tuple[str, str, Verdict, Bounded, Bounded]]] = {
        "n_d": {
            "service_level": (
                "(β_d + gβ_s)/(1 − g²)",
                "β_d + gβ_s > 0",
                "conditional",
                "flat",
                "holds",
            ),
            "beta_d": ("q/(1 − g²)", "everywhere", "confirmed", "flat", "holds"),
            "beta_s": ("qg/(1 − g²)", "g < 0: everywhere", "confirmed", "flat", "flat"),
        },
        "n_s": {
            "service_level": (
                "(β_s + gβ_d)/(1 − g²)",
                "β_s + gβ_d > 0",
                "conditional",
                "holds",
                "flat",
            ),
            "beta_d": ("qg/(1 − g²)", "g > 0: nowhere", "refuted", "flat", "flat"),
            "beta_s": ("q/(1 − g²)", "nowhere", "refuted", "fails", "flat"),
        },
        "volume": {
            "service_level": (
                "m(N_s dN_d + N_d dN_s)",
                _VOLUME_Q,
                "conditional",
                "holds",
                "holds",
            ),
            "beta_d": (
                "mq((1 + g²)B + 2gA)/(1 − g²)²",
                "(1 + g²)B + 2gA > 0",
                "conditional",
                "flat",
                "holds",
            ),
            "beta_s": (
                "mq((1 + g²)A + 2gB)/(1 − g²)²",
                "g < 0 and B/A > (1 + g²)/(2 abs(g))",
                "conditional",
                "fails",
                "flat",
            ),
        },
    }
    signs = {"service_level": 1, "beta_d": 1, "beta_s": -1}
    return tuple(
        SignClaim("Result 2(2)", "welfare", quantity, parameter, signs[parameter], *found)
        for parameter, found in moves[quantity].items()
    )


def _result_1(
    parameter: str, sign: int, derivative: str, region: str, verdict: Verdict
) -> SignClaim:
    """Return a claim about the platform's profit, which no bound changes."""
    place = "Result 1(2)" if parameter == "allowance_price" else "Result 1(1)"
    found = (derivative, region, verdict)
    return SignClaim(place, "profit", "value", parameter, sign, *found, "holds", "holds")


SIGN_CLAIMS = (
    _result_1("beta_d", 1, "qN_d", "everywhere", "confirmed"),
    _result_1("beta_s", 1, "qN_s", "everywhere", "confirmed"),
    _result_1(
        "allowance_price",
        -1,
        "−mN_dN_s; 0 where payments are closed",
        "only where the price reaches nobody",
        "conditional",
    ),
    *_result_2("n_d"),
    *_result_2("n_s"),
    *_result_2("volume"),
)

CLAIMS = (
    Claim(
        "Result 1(3)",
        "the greatest profit rises in a low service level",
        "kq < β_dN_d + β_sN_s",
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
        "inside the two intervals of σ, and only there, the blockchain raises welfare",
        "neither way: it pays where W(q, c_b) > W(0, 0)",
        "refuted",
    ),
)
