"""In which range every number of the market's rules lies, and which words there are."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from tanshi.benchmark.industries import REGION_KINDS
from tanshi.core import Fault

PROTOCOLS = ("logit", "replicator_mutator", "fermi", "smith")
UNSOLD = ("cancel", "return", "carry")

_SHARES = {
    "adaptation",
    "permanent_share",
    "reserve_share",
    "paid_share",
    "carry_discount",
    "borrowing_share",
    "hidden_share",
    "detection_small",
    "detection_large",
    "shortfall_cap",
    "audit_share",
    "audit_finds",
    "permanent_cut",
    "renewal",
    "diffusion",
    "offset_limit",
    "share",
    "mutation",
    "deficit",
    "fee_share",
    "block_fee_share",
    "firm_progress",
    "pace",
    "interest",
    "persistence",
    "trend",
    "largest_correction",
    "reduction_target",
    *(f"{kind}_support" for kind in REGION_KINDS),
}
_SIGNED = {"trend", "growth"}
_POSITIVE = {  # not 0: something is divided by them
    "indifference",
    "choice_width",
    "noise",
    "reference_price",
    "first_expected",
    "first_margin",
    "cost_factor",
    "laggard_cost_factor",
    "laggard_fixed_factor",
    "ceiling",
    "providers",
    "years",
}
_OPEN = {"growth", "reduction_target"}  # nothing would be left at the end of the range
_WHOLE = {"providers", "years", "reclassification"}
_WORDS = {"unsold": UNSOLD, "protocol": PROTOCOLS}


def range_faults(group: str, rules: Any) -> list[Fault]:
    """Return a fault for every value of a group of rules that is out of its range."""
    found = []
    for one in fields(rules):
        value = getattr(rules, one.name)
        column = f"{group}.{one.name}"
        if one.name in _WORDS:
            if value not in _WORDS[one.name]:
                allowed = ", ".join(_WORDS[one.name])
                found.append(Fault("unknown word", str(value), allowed, "use one", column=column))
            continue
        if isinstance(value, bool):
            continue
        least, most = 0.0, np.inf
        if one.name in _SHARES:
            most = 1.0
        if one.name in _SIGNED:
            least = -1.0
        excluded = set()
        if one.name in _POSITIVE and group != "verification":
            excluded.add(0.0)
        if one.name in _OPEN:
            excluded.add(1.0 if one.name in _SHARES else least)
        fits = np.isfinite(value) and least <= value <= most and value not in excluded
        whole = one.name in _WHOLE
        if not fits or (whole and value != int(value)):
            above = f"above {least:g}" if least in excluded else f"from {least:g}"
            below = f" to {'below ' if most in excluded else ''}{most:g}"
            allowed = ("a whole number " if whole else "a number ") + above
            allowed += below if np.isfinite(most) else ""
            remedy = "correct the value"
            found.append(Fault("out of range", str(value), allowed, remedy, column=column))
    return found
