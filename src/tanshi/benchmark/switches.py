"""Mechanisms by name: what switching one off or on changes in the rules.

Two tables group them as the paper does: the clauses of its section 4.2 and the principles
of its section 4.1. Values are those of groups and fields of `tanshi.benchmark.rules`.
"""

from __future__ import annotations

from typing import Any

from tanshi.benchmark.industries import REGION_KINDS

SWITCHED_OFF: dict[str, dict[str, dict[str, Any]]] = {
    "learning": {"technology": {"permanent_cut": 0.0}},
    "renewal": {"technology": {"renewal": 0.0}},
    "diffusion": {"technology": {"diffusion": 0.0}},
    "research": {"research": {"pace": 0.0}},
    "services": {"services": {"first_capacity_share": 0.0}},
    "sinks": {"services": {"offset_limit": 0.0}},
    "trend": {"adjustment": {"trend": 0.0}},
    "differentiation": {"adjustment": {"differential": False, "progress": False}},
    "cost-benefit pace": {"adjustment": {"cost_benefit": False}},
    "firm progress": {"adjustment": {"firm_progress": 0.0}},
    "reclassification": {"adjustment": {"reclassification": 0}},
    "feedback": {"adjustment": {"feedback": 0.0}},
    "price response": {"adjustment": {"price_response": 0.0}},
    "policy response": {"price": {"announced": False}},
    "reduction targets": {"adjustment": {"target_response": 0.0, "regional_response": 0.0}},
    "phase-in": {"adjustment": {"phased": False}},
    "opinions": {"verification": {"opinion_weight": 0.0}},
    "audits": {"verification": {"audit_share": 0.0}},
    "verification noise": {"verification": {"noise": 0.0}},
    "laggard support": {"adjustment": {"laggard_support": False}},
    "regional support": {"adjustment": {f"{kind}_support": 0.0 for kind in REGION_KINDS}},
    "banking": {"banking": {"allowed": False}},
    "borrowing": {"banking": {"borrowing_share": 0.0}},
    "concealment": {"compliance": {"concealment": False}},
    "deduction": {"compliance": {"deduction": False}},
    "fines": {"compliance": {"fine_multiple": 0.0, "least_fine_cny": 0.0}},
    "reputation": {"compliance": {"reputation": 0.0}},
    "fixed costs and fees": {
        "costs": {
            "own_fixed_cny": 0.0,
            "trade_fixed_cny": 0.0,
            "fee_share": 0.0,
            "block_fee_share": 0.0,
        }
    },
    "price band": {"price": {"floor": 0.0, "ceiling": 1e5}},
    "reserve": {"price": {"reserve_share": 0.0}},
    "block session": {"price": {"block_session": False}},
    "output response": {"demand": {"responds": False}},
    "demand shocks": {
        "demand": {"sector_deviation": 0.0, "common_deviation": 0.0, "firm_deviation": 0.0}
    },
    "primary auction": {"allocation": {"paid_share": 0.0}},
    "mutation": {"revision": {"mutation": 0.0}},
    "strategy revision": {"revision": {"share": 0.0, "mutation": 0.0}},
    "shortfall cap": {"compliance": {"shortfall_cap": 1.0}},
    "energy shocks": {"demand": {"energy_deviation": 0.0}},
    "absolute cap": {"allocation": {"absolute_cap": False}},
}

SWITCHED_ON: dict[str, dict[str, dict[str, Any]]] = {
    "borrowing": {"banking": {"borrowing_share": 0.05}},
    "primary auction": {"allocation": {"paid_share": 0.05}},
    "reserve": {"price": {"reserve_share": 0.02}},
    "shortfall cap": {"compliance": {"shortfall_cap": 0.02}},
    "reclassification": {"adjustment": {"reclassification": 1}},
    "regional support": {"adjustment": {f"{kind}_support": 0.5 for kind in REGION_KINDS}},
    "energy shocks": {"demand": {"energy_deviation": 0.05}},
    "absolute cap": {"allocation": {"absolute_cap": True}},
}

# Liu, section 4.2, and the responses to prices and to policies that its conclusion asks for.
CLAUSES = {
    "regular adjustment": ("trend",),
    "differential adjustment": (
        "differentiation",
        "cost-benefit pace",
        "firm progress",
        "reclassification",
    ),
    "supervision and feedback": ("feedback", "audits", "verification noise", "opinions"),
    "compliance guarantee": ("laggard support", "borrowing", "fines", "deduction"),
    "response to prices": ("price response", "price band", "reserve"),
    "response to policies": ("policy response",),
}

# Liu, section 4.1.
PRINCIPLES = {
    "differentiation": ("differentiation", "firm progress", "reclassification"),
    "dynamic adaptation": ("trend", "feedback"),
    "fairness and efficiency": ("opinions", "laggard support"),
    "cost-benefit": ("cost-benefit pace",),
    "regional coordination": ("regional support", "reduction targets"),
    "phased implementation": ("phase-in",),
}
