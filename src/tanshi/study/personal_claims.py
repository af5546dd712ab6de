"""What Wang, Zhao, Chen & Tang (2024) claim and whether it holds in this market.

A verdict of the model notes is about all markets; beside it stands the exact derivative at the
optimum of this one, bounds included, and what it makes of the claim here: ``holds``, ``fails``,
or ``flat`` where the number does not respond at all, because a side is at its bound.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from tanshi.personal.derivatives import estimate_responses
from tanshi.personal.published import CLAIMS, SIGN_CLAIMS

if TYPE_CHECKING:
    from tanshi.personal import TwoSidedInputs
    from tanshi.personal.results.platform import SinglePlatform, TwoSided
    from tanshi.personal.two_sided import Payments

FLAT = 1e-12
SAME_RATIO = 1e-9
NO_TOP = "Eq. 11 has no top inside"
RESPONDS = {1: "rises", -1: "falls"}
HERE = {1: "holds", 0: "flat", -1: "fails"}


def sign_claims(inputs: TwoSidedInputs, *, payments: Payments) -> pl.DataFrame:
    """Return one row a claimed sign: the claim, where it holds, and what it comes to here.

    Parameters
    ----------
    inputs : TwoSidedInputs
        One row.
    payments : {"published", "closed"}

    Returns
    -------
    polars.DataFrame
        ``place``, ``objective``, ``quantity``, ``parameter``, ``claimed`` (rises or falls),
        ``derivative_here``, ``here``, ``verdict``, ``region``.
    """
    responses = {
        objective: estimate_responses(inputs, objective, payments=payments)
        for objective in ("profit", "welfare")
    }
    rows = []
    for claim in SIGN_CLAIMS:
        found = float(responses[claim.objective].of(claim.quantity, claim.parameter)[0])
        sign = 0 if abs(found) <= FLAT else claim.sign * (1 if found > 0 else -1)
        rows.append(
            {
                "place": claim.place,
                "objective": claim.objective,
                "quantity": claim.quantity,
                "parameter": claim.parameter,
                "claimed": RESPONDS[claim.sign],
                "derivative_here": found,
                "here": HERE[sign],
                "verdict": claim.verdict,
                "region": claim.region,
            }
        )
    return pl.DataFrame(rows)


def other_claims(
    inputs: TwoSidedInputs, solved: TwoSided, single: SinglePlatform, *, payments: Payments
) -> pl.DataFrame:
    """Return the claims that are not the sign of one derivative, with what holds here.

    Parameters
    ----------
    inputs : TwoSidedInputs
        One row.
    solved : TwoSided
        Its solution.
    single : SinglePlatform
        One row, of the platform that Propositions 1 and 2 and Eq. 9 are about.
    payments : {"published", "closed"}

    Returns
    -------
    polars.DataFrame
        ``place``, ``claim``, ``here``, ``verdict``, ``region``.

    Notes
    -----
    Result 1(3) says that profit rises in a low service level and falls in a high one: here the
    level in use is named by the side of the optimum that it lies on. Concavity is that of the
    notes' threshold. Result 2(1) is judged by what the blockchain adds to welfare, where σ lies
    in the interval.
    """
    here = [*_single_claims(single), *_service_claims(inputs, solved, payments=payments)]
    here += _interval_claims(inputs, solved)
    rows = [
        {
            "place": one.place,
            "claim": one.claim,
            "here": said,
            "verdict": one.verdict,
            "region": one.region,
        }
        for one, said in zip(CLAIMS, here, strict=True)
    ]
    return pl.DataFrame(rows)


def _single_claims(single: SinglePlatform) -> list[str]:
    """Judge Proposition 1, what follows Eq. 9, and Proposition 2."""
    moves = "holds" if single.status[0] == "interior" else "flat"
    inside = bool(single.k_below_2n_over_p[0] and single.n_below_dwp_over_3e[0])
    if not inside:
        return [moves, moves, *[NO_TOP] * 3]
    printed = bool(single.k_below_printed_2dw_over_3ek[0])
    gap = float(single.optimal_offset_ratio[0] - single.exact_optimal_offset_ratio[0])
    reached = single.optimum[0] == "interior" and abs(gap) <= SAME_RATIO
    return [moves, moves, "holds", HERE[1 if printed else -1], HERE[1 if reached else -1]]


def _service_claims(inputs: TwoSidedInputs, solved: TwoSided, *, payments: Payments) -> list[str]:
    """Judge Result 1(3)."""
    slope = float(
        estimate_responses(inputs, "profit", payments=payments).of("value", "service_level")[0]
    )
    concave = bool(solved.profit_concave_in_service_level[0])
    return [
        "the level in use is low: profit rises" if slope > FLAT else "the level in use is not low",
        "the level in use is high: profit falls"
        if slope < -FLAT
        else "the level in use is not high",
        "holds" if concave else "fails",
    ]


def _interval_claims(inputs: TwoSidedInputs, solved: TwoSided) -> list[str]:
    """Judge both intervals of Result 2(1)."""
    sigma = float(inputs.allowance_price[0] - inputs.alpha_d[0])
    alpha_s = float(inputs.alpha_s[0])
    gains = HERE[1 if solved.adoption.society_adopts[0] else -1]
    inside = (
        alpha_s - 1.0 < sigma < 1.0,
        -1.0 < sigma < alpha_s - math.sqrt(alpha_s**2 + 1.0),
    )
    return [gains if one else "σ does not lie in it" for one in inside]
