"""The yearly update of benchmarks as one formula (Liu, section 4.2).

Written in plain numpy: `mechanism` calls these functions as they stand, and the simulated
market compiles the same source, so that an update on paper and one in the market cannot differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]
    Numbers = Any  # a record of `_layout.NUMBERS`

SLOWEST, FASTEST = 0.5, 1.5  # an industry's trend over the usual, by its progress
FULL_SWING = 0.5  # of the price over what was expected
LARGEST_LEAD = 0.05  # of a firm's progress over its industry's, that counts
NOTHING = 1e-12

# Rows of what moves a benchmark, in the order of the sum.
TREND, POTENTIAL, COST_BENEFIT, PROGRESS = 0, 1, 2, 3
FEEDBACK, OPINIONS, PRICE, TARGET, LIMITS, WATCHED = 4, 5, 6, 7, 8, 9
PARTS = 10


def price_lean(price: float, expected: float, numbers: Numbers) -> float:
    """Return how far a price calls for more (1) or fewer (-1) allowances; NaN calls for none."""
    if price >= numbers["price_ceiling"]:
        return 1.0
    if price <= numbers["price_floor"]:
        return -1.0
    swing = (price / expected - 1.0) / FULL_SWING
    if np.isnan(swing):
        return 0.0
    return float(min(max(swing, -1.0), 1.0))


def industry_parts(
    lean: float,
    lag: float,
    paces: tuple[Array, Array],
    reports: tuple[Array, Array, Array, Array],
    numbers: Numbers,
) -> Array:
    """Return what each component adds to the benchmarks of the industries, shares, (PARTS, S).

    Parameters
    ----------
    lean : float
        Of the price, see `price_lean`.
    lag : float
        Emissions per output over what the reduction target asks for, less 1.
    paces : two (S,) arrays
        What potential and cost add to the pace of an industry, which is 1 without.
    reports : four (S,) arrays
        Allocation; need (unabated, or verified where the rules say so), 0 for an industry that
        waits; share of output whose firms complain; fall of mean intensity.
    numbers : record of `_layout.NUMBERS`
    """
    allocation, need, complaints, improved = reports
    potential, cheap = paces
    trend, most = numbers["adjustment_trend"], numbers["adjustment_largest_correction"]
    there = need > 0.0
    paced = 1.0 + potential + cheap
    pace = np.maximum(paced, 0.0)
    of_all = (need * improved).sum() / max(need.sum(), NOTHING)
    factor = np.ones(len(need))
    if numbers["adjustment_progress"] > 0.0 and abs(of_all) > NOTHING:
        # Faster industries are led faster, by half of their lead, within bounds.
        factor = np.minimum(np.maximum(0.5 + 0.5 * improved / of_all, SLOWEST), FASTEST)
    gap = allocation / np.where(there, need, 1.0) - 1.0 + numbers["adjustment_deficit"]
    parts = np.zeros((PARTS, len(need)))
    parts[TREND] = -trend
    parts[POTENTIAL] = -trend * potential
    parts[COST_BENEFIT] = -trend * cheap
    parts[PROGRESS] = -trend * pace * (factor - 1.0)
    parts[FEEDBACK] = -numbers["adjustment_feedback"] * gap
    parts[OPINIONS] = numbers["verification_opinion_weight"] * most * (complaints - 0.5)
    parts[PRICE] = numbers["adjustment_price_response"] * most * lean
    parts[TARGET] = -numbers["adjustment_target_response"] * lag
    wanted = parts[FEEDBACK] + parts[OPINIONS] + parts[PRICE] + parts[TARGET]
    correction = np.minimum(np.maximum(wanted, -most), most)
    parts[LIMITS] = correction - wanted + trend * np.minimum(paced, 0.0)
    for s in range(len(need)):
        if not there[s]:
            # An industry that waits is watched: its first benchmark is to fit when it enters.
            parts[:, s] = 0.0
            parts[WATCHED, s] = -improved[s]
    return parts


def region_moves(
    supported: Array, reached: Array, target: Array, numbers: Numbers
) -> tuple[Array, Array]:
    """Return what support and targets add to the factors of regions, shares, (R,) each.

    Parameters
    ----------
    supported : (R, 3) array
        1 where a region is of a kind (`industries.REGION_KINDS`), else 0. Of several kinds
        the one with the largest support counts.
    reached, target : (R,) arrays
        Fall of emissions per output so far, and what it is to be; 0 for no target.
    numbers : record of `_layout.NUMBERS`
    """
    spared = np.maximum(
        np.maximum(
            numbers["adjustment_renewable_rich_support"] * supported[:, 0],
            numbers["adjustment_old_industrial_support"] * supported[:, 1],
        ),
        numbers["adjustment_energy_security_support"] * supported[:, 2],
    )
    eased = numbers["adjustment_trend"] * spared
    behind = np.where(target > 0.0, (1.0 - reached) / (1.0 - target) - 1.0, 0.0)
    tightened = numbers["adjustment_regional_response"] * np.maximum(behind, 0.0)
    return eased, 0.0 - np.minimum(tightened, numbers["adjustment_largest_correction"])


def lead_factors(
    progress: Array, improved: Array, weight: Array, industry: Places, share: float
) -> Array:
    """Return what firms' own factors are multiplied by: less for who leads in progress, (n,).

    Parameters
    ----------
    progress : (n,) array
        Fall of each firm's intensity over the year, share; NaN where it is not known.
    improved : (S,) array
        Of the industries.
    weight : (n,) array
        Output times the firm's benchmark over its industry's: the mean stays.
    industry : (n,) array of int
    share : float
        Of a lead that comes off.
    """
    lead = np.minimum(np.maximum(progress - improved[industry], -LARGEST_LEAD), LARGEST_LEAD)
    moved = 1.0 - share * np.where(np.isnan(lead), 0.0, lead)
    count = len(improved)
    was = np.bincount(industry, weight, count)
    now = np.bincount(industry, weight * moved, count)
    kept = np.where(now > 0.0, was / np.where(now > 0.0, now, 1.0), 1.0)
    return moved * kept[industry]
