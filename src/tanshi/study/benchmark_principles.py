"""Which component serves which of the six principles, and what it did this year.

Liu, section 4.1, names the principles of the mechanism; `tanshi.benchmark.switches` says which
components serve them. A row says whether the component is on and how far it moved benchmarks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from tanshi.benchmark.mechanism import CONTRIBUTIONS
from tanshi.benchmark.switches import PRINCIPLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.mechanism import Adjustment
    from tanshi.benchmark.rules import MarketRules

    Array = NDArray[np.float64]

TIER_AND_SCALE = "tier and scale coefficients"

SCHEMA = {
    "principle": pl.String,
    "component": pl.String,
    "switched_on": pl.Boolean,
    "moves": pl.String,
    "effect_percent": pl.Float64,
    "least_percent": pl.Float64,
    "greatest_percent": pl.Float64,
}


class Effect(NamedTuple):
    """How far benchmarks were moved, shares, and whose."""

    moves: str
    mean: float | None = None
    least: float | None = None
    greatest: float | None = None


def principles_table(
    adjustment: Adjustment,
    rules: MarketRules,
    *,
    relative: Array,
    reclassified: Array,
    own_change: Array,
    weight: Array,
    regional_change: tuple[Array, Array],
    lagging: int,
) -> pl.DataFrame:
    """Return principle, component, switched_on, moves, effect and its range, percent.

    Parameters
    ----------
    adjustment : Adjustment
    rules : MarketRules
    relative : (n,) array
        Benchmarks of firms over their industry's, by tier and scale.
    reclassified : (n,) array
        Change of that by moving firms to other tiers.
    own_change : (n,) array
        Change of firms' own factors, shares.
    weight : (n,) array
        Of firms in a mean: output times initial benchmark.
    regional_change : two (R,) arrays
        By support and by targets, shares.
    lagging : int
        Firms in the lagging tier.
    """
    spread = relative - 1.0
    effects = {
        TIER_AND_SCALE: _over("firms of an industry", spread, weight),
        "firm progress": _over("firms of an industry", own_change, weight),
        "reclassification": _over("firms between tiers", reclassified, weight),
        "regional support": _over("regions", regional_change[0], np.ones(len(regional_change[0]))),
        "laggard support": Effect(f"costs of {lagging} lagging firms, no benchmark"),
    }
    rows = []
    by_principle = PRINCIPLES | {
        "differentiation": (TIER_AND_SCALE, *PRINCIPLES["differentiation"])
    }
    for principle, components in by_principle.items():
        for component in components:
            on = _is_on(component, rules, relative)
            effect = effects.get(component) or _of_industries(component, adjustment)
            if component == "reduction targets":
                effect = _with_regions(effect, regional_change[1])
            numbers = (effect.mean, effect.least, effect.greatest)
            percent = [None if one is None else 100.0 * one for one in numbers]
            rows.append((principle, component, on, effect.moves, *percent))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _is_on(component: str, rules: MarketRules, relative: Array) -> bool:
    """Tell whether switching a component off would change anything."""
    if component == TIER_AND_SCALE:
        return bool(np.ptp(relative) > 0.0)
    return rules.without(component) != rules


def _of_industries(component: str, adjustment: Adjustment) -> Effect:
    """Return what a component adds to the industries' benchmarks, weighted by need."""
    parts = [
        adjustment.contributions[name] for name, by in CONTRIBUTIONS.items() if by == component
    ]
    total = np.asarray(sum(parts, np.zeros(len(adjustment.industries))))
    need = adjustment.need_tco2
    mean = float((need * total).sum() / need.sum()) if need.sum() > 0 else 0.0
    if component == "phase-in":
        waiting = int((need <= 0.0).sum())
        moves = f"{waiting} industries that are not in the market yet"
        return Effect(moves, float(total.mean()), float(total.min()), float(total.max()))
    return Effect("industries", mean, float(total.min()), float(total.max()))


def _over(what: str, changes: Array, weight: Array) -> Effect:
    mean = float(np.average(changes, weights=weight))
    return Effect(what, mean, float(changes.min()), float(changes.max()))


def _with_regions(effect: Effect, tightened: Array) -> Effect:
    if not tightened.any():
        return effect
    regions = int((tightened < 0.0).sum())
    return effect._replace(
        moves=f"industries, and {regions} regions by up to {-tightened.min():.2%}"
    )
