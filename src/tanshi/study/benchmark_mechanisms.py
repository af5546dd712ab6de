"""Which mechanisms stand behind the paper's clauses and principles, and which are at work.

Liu, section 4.1, names six principles, section 4.2 four clauses, and the conclusion responses
to prices and to policies. `tanshi.benchmark.switches` says which components of the market serve
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark.switches import CLAUSES, PRINCIPLES
from tanshi.study.benchmark_odd_values import is_on
from tanshi.study.benchmark_principles import TIER_AND_SCALE

if TYPE_CHECKING:
    from tanshi.benchmark.evolution import EvolutionPlan

SCHEMA = {
    "kind": pl.String,
    "group": pl.String,
    "mechanism": pl.String,
    "switched_on": pl.Boolean,
}


def mechanisms_table(plan: EvolutionPlan) -> pl.DataFrame:
    """Return kind (principle or clause), group, mechanism, and whether it is switched on.

    Parameters
    ----------
    plan : EvolutionPlan
        Whose rules of the first year are looked at.
    """
    by_principle = PRINCIPLES | {
        "differentiation": (TIER_AND_SCALE, *PRINCIPLES["differentiation"])
    }
    rows = []
    for kind, table in (("principle", by_principle), ("clause", CLAUSES)):
        for group, mechanisms in table.items():
            for mechanism in mechanisms:
                if mechanism == TIER_AND_SCALE:
                    on = bool(np.ptp(plan.relative) > 0.0)
                else:
                    on = is_on(mechanism, plan.rules_in(1))
                rows.append((kind, group, mechanism, on))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
