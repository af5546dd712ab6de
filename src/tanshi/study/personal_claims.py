"""What Wang, Zhao, Chen & Tang (2024) claim of two sides, and whether it holds in this market.

A verdict of the model notes is about all markets; beside it stands the exact derivative at the
optimum of this one, bounds included, and what it makes of the claim here: ``holds``, ``fails``,
or ``flat`` where the number does not respond at all, because a side is at its bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanshi.personal.derivatives import estimate_responses
from tanshi.personal.published import CLAIMS, SIGN_CLAIMS

if TYPE_CHECKING:
    from tanshi.personal import TwoSidedInputs
    from tanshi.personal.results.platform import TwoSided
    from tanshi.personal.two_sided import Payments

FLAT = 1e-12
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


def other_claims(inputs: TwoSidedInputs, solved: TwoSided, *, payments: Payments) -> pl.DataFrame:
    """Return the claims that are not the sign of one derivative, with what holds here.

    Returns
    -------
    polars.DataFrame
        ``place``, ``claim``, ``here``, ``verdict``, ``region``.

    Notes
    -----
    Result 1(3) says that profit rises in a low service level and falls in a high one: here the
    level in use is named by the side of the optimum that it lies on. Concavity is that of the
    notes' threshold. Result 2(1) is judged by what the blockchain adds to welfare.
    """
    slope = float(
        estimate_responses(inputs, "profit", payments=payments).of("value", "service_level")[0]
    )
    concave = bool(solved.profit_concave_in_service_level[0])
    right = bool(solved.adoption.published_interval_is_right[0])
    here = [
        "the level in use is low: profit rises" if slope > FLAT else "the level in use is not low",
        "the level in use is high: profit falls"
        if slope < -FLAT
        else "the level in use is not high",
        "holds" if concave else "fails",
        "the interval says what welfare says" if right else "the interval says the opposite",
    ]
    return pl.DataFrame(
        {
            "place": [one.place for one in CLAIMS],
            "claim": [one.claim for one in CLAIMS],
            "here": here,
            "verdict": [one.verdict for one in CLAIMS],
            "region": [one.region for one in CLAIMS],
        }
    )
