"""Has a market settled? Balance and the reduction target must both hold, year after year.

Source: Liu, section 3.1: the process ends "once the market quota supply and demand match the
benchmark coefficients and the emission reduction target is achieved". What that means is
stated here: over the last years no large move of the price and no price at a bound, need of
every industry near the deficit aimed at, strategies at rest, emissions on target, in
every region that has one too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.results import EvolutionResult

    Flags = NDArray[np.bool_]

WINDOW = 5  # years
LARGEST_PRICE_MOVE = 0.10  # of the price, from year to year
LARGEST_NEED_GAP = 0.01  # around the deficit aimed at, mean of the window, any industry
LARGEST_SHARE_MOVE = 0.03  # of all firms, any strategy, from year to year
STRATEGY_COLUMNS = ("own_firms", "contract_firms", "trade_firms", "conceal_firms")


def judge_convergence(result: EvolutionResult) -> dict[str, Any]:
    """Return whether, when and why not each replicate settled.

    Parameters
    ----------
    result : EvolutionResult

    Returns
    -------
    dict
        ``converged`` (all replicates), ``converged_replicates``, ``share``, ``first_year``
        (in which all have settled, or None), ``reasons`` (how many replicates fail by each),
        ``criteria``, and ``replicates``: a list of dicts of replicate, converged,
        first_year, reasons at the end, and the stage of every year (see `stages_of`).
    """
    met = _criteria_met(result)
    years = result.years.shape[1]
    all_met = np.all(list(met.values()), axis=0)
    stages = _stages(all_met)
    rows = []
    for r, replicate in enumerate(result.replicates):
        first = np.flatnonzero(all_met[r])
        rows.append(
            {
                "replicate": int(replicate),
                "converged": bool(all_met[r, -1]),
                "first_year": int(first[0]) + 1 if len(first) else None,
                "reasons": [name for name, flags in met.items() if not flags[r, -1]],
                "stages": stages[r].tolist(),
            }
        )
    together = np.flatnonzero(all_met.all(axis=0))
    settled = sum(bool(row["converged"]) for row in rows)
    return {
        "converged": settled == len(rows),
        "converged_replicates": settled,
        "share": settled / len(rows),
        "first_year": int(together[0]) + 1 if len(together) else None,
        "years": years,
        "reasons": {
            name: int((~flags[:, -1]).sum())
            for name, flags in met.items()
            if not flags[:, -1].all()
        },
        "criteria": {
            "window_years": WINDOW,
            "price_move": LARGEST_PRICE_MOVE,
            "need_gap": LARGEST_NEED_GAP,
            "share_move": LARGEST_SHARE_MOVE,
            "deficit": float(result.deficit[-1]),
        },
        "replicates": rows,
    }


def stages_of(result: EvolutionResult) -> NDArray[np.str_]:
    """Return the stage of every year: initial, interacting or settled, (R, T).

    A market may leave the settled stage again: it is that of the last years, year by year.
    """
    return _stages(np.all(list(_criteria_met(result).values()), axis=0))


def _stages(settled: Flags) -> NDArray[np.str_]:
    stages = np.where(settled, "settled", "interacting")
    stages[:, 0] = "initial"
    return stages


def _criteria_met(result: EvolutionResult) -> dict[str, Flags]:
    """Return by criterion whether the window that ends in a year meets it, (R, T)."""
    price = result.price_cny_per_tco2
    moves = np.full(price.shape, np.inf)
    moves[:, 1:] = np.abs(np.diff(price, axis=1)) / np.maximum(price[:, :-1], 1e-300)
    at_bound = (price <= result.floor) | (price >= result.ceiling)
    rows = result.by_industry
    firms = np.maximum(rows["firms"].sum(axis=2), 1.0)
    shares = np.stack([rows[name].sum(axis=2) / firms for name in STRATEGY_COLUMNS])
    turned = np.full(price.shape, np.inf)
    turned[:, 1:] = np.abs(np.diff(shares, axis=2)).max(axis=0)
    with np.errstate(invalid="ignore"):  # an industry that waits needs nothing
        gap = rows["allocation_tco2"] / rows["unabated_need_tco2"] - 1.0
        gap += result.deficit[:, None]
    gap = np.where(rows["firms"] > 0, gap, 0.0)
    away = np.abs(_window_mean(gap)).max(axis=2)
    reached = result.years["reduction_share"] >= result.years["target_share"]
    held = result.regional_target > 0.0
    fell = result.by_region["reduction_share"] >= result.regional_target
    regional = np.all(fell | ~held, axis=2)
    return {
        "the price still moves": _throughout(moves < LARGEST_PRICE_MOVE),
        "the price is at a bound": _throughout(~at_bound),
        "need is off the deficit aimed at": away < LARGEST_NEED_GAP,
        "strategies still change": _throughout(turned < LARGEST_SHARE_MOVE),
        "the reduction target is missed": _throughout(reached),
        "a regional target is missed": _throughout(regional),
    }


def _throughout(holds: Flags) -> Flags:
    """Return whether something holds in all years of the window that ends in a year."""
    found = np.zeros_like(holds)
    for t in range(WINDOW - 1, holds.shape[1]):
        found[:, t] = holds[:, t - WINDOW + 1 : t + 1].all(axis=1)
    return found


def _window_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(values.shape, np.inf)
    for t in range(WINDOW - 1, values.shape[1]):
        found[:, t] = values[:, t - WINDOW + 1 : t + 1].mean(axis=1)
    return found
