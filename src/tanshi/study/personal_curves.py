"""What a personal market does as one number moves: offset ratio, price, service, chain cost.

Each curve is the closed form at every point; nothing is interpolated between solved markets.
The points where the case changes, and the optima, are among those that are solved.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import polars as pl

from tanshi.personal import (
    SinglePlatformInputs,
    TwoSidedInputs,
    solve_single_platform,
    solve_two_sided,
)
from tanshi.personal.service_level import adoption_margins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.personal.results.platform import SinglePlatform, TwoSided
    from tanshi.personal.two_sided import Payments

    Array = NDArray[np.float64]

Inputs = TypeVar("Inputs", SinglePlatformInputs, TwoSidedInputs)

POINTS = 161  # a point every third of a millimetre in a figure of the page
GRID = 41  # of the map, in either direction
BEYOND = 1.25  # how far a curve goes on behind the last point of interest
REACH = 2.0  # unit costs looked at for the map, in value ranges of a user
MILLION = 1e6


def spread(inputs: Inputs, **moved: Array) -> Inputs:
    """Return a market of one row as many rows, in which some numbers move."""
    first = {one.name: float(np.ravel(getattr(inputs, one.name))[0]) for one in fields(inputs)}
    given: dict[str, Any] = first | moved
    return type(inputs)(**given)


def offset_curve(inputs: SinglePlatformInputs, solved: SinglePlatform) -> pl.DataFrame:
    """Return prices, participation, profit and welfare of one platform by offset ratio.

    Parameters
    ----------
    inputs : SinglePlatformInputs
        One row.
    solved : SinglePlatform
        The same, solved.

    Returns
    -------
    polars.DataFrame
        One row an offset ratio, ascending; ``mark`` says which are no points of the grid:
        ``in use``, ``published optimum``, ``exact optimum``, ``rationed from``, ``full supply``.
    """
    one = {one.name: float(np.ravel(getattr(inputs, one.name))[0]) for one in fields(inputs)}
    emissions, supply = one["total_emissions"], float(np.ravel(inputs.supply)[0])
    cost = one["operating_cost"] + one["blockchain_unit_cost"]
    margin = max(one["allowance_price"] - cost, 0.0)
    marks = {
        "in use": one["offset_ratio"],
        "published optimum": float(solved.optimal_offset_ratio[0]),
        "exact optimum": float(solved.exact_optimal_offset_ratio[0]),
        "rationed from": margin * supply / (2.0 * one["credit_cost"] * emissions),
        "full supply": supply / emissions,
    }
    end = min(1.0, BEYOND * max(place for place in marks.values() if place <= 1.0))
    marks = {name: place for name, place in marks.items() if place <= 1.0}
    grid = _with_marks(np.linspace(0.0, end, POINTS), marks)
    found = solve_single_platform(spread(inputs, offset_ratio=np.array(grid["place"])))
    return pl.DataFrame(
        {
            "offset_ratio": grid["place"],
            "mark": grid["mark"],
            "status": found.status,
            "net_purchase_price_cny_per_tco2": found.net_purchase_price,
            "sale_price_cny_per_tco2": found.sale_price,
            "allowance_price_cny_per_tco2": found.inputs["allowance_price"],
            "participation_percent": 100.0 * found.participation,
            "platform_profit_1e6_cny": found.platform_profit / MILLION,
            "user_surplus_1e6_cny": found.user_surplus / MILLION,
            "buyer_surplus_1e6_cny": found.buyer_surplus / MILLION,
            "total_welfare_1e6_cny": found.total_welfare / MILLION,
        }
    )


def price_curve(inputs: SinglePlatformInputs, prices: dict[str, float]) -> pl.DataFrame:
    """Return what one platform does by allowance price.

    Parameters
    ----------
    inputs : SinglePlatformInputs
        One row.
    prices : dict of name to float, CNY per tCO2
        To be marked: the one in use, and such as the study's floor.
    """
    one = {one.name: float(np.ravel(getattr(inputs, one.name))[0]) for one in fields(inputs)}
    supply = float(np.ravel(inputs.supply)[0])
    cost = one["operating_cost"] + one["blockchain_unit_cost"]
    wanted = one["total_emissions"] * one["offset_ratio"] / supply
    served = 2.0 * min(wanted, 1.0) * one["credit_cost"] + cost
    marks = {"no trade up to": cost, "all demand served from": served} | prices
    end = BEYOND * max(marks.values())
    grid = _with_marks(np.linspace(0.0, end, POINTS), marks)
    found = solve_single_platform(spread(inputs, allowance_price=np.array(grid["place"])))
    return pl.DataFrame(
        {
            "allowance_price_cny_per_tco2": grid["place"],
            "mark": grid["mark"],
            "status": found.status,
            "net_purchase_price_cny_per_tco2": found.net_purchase_price,
            "sale_price_cny_per_tco2": found.sale_price,
            "participation_percent": 100.0 * found.participation,
            "volume_1e6_tco2": found.volume / MILLION,
        }
    )


def service_curve(inputs: TwoSidedInputs, solved: TwoSided) -> pl.DataFrame:
    """Return greatest profit and welfare of two sides, and participation, by service level.

    ``mark`` names ``in use``, ``best for profit`` and ``best for welfare``.
    """
    marks = {
        "in use": float(solved.inputs["service_level"][0]),
        "best for profit": float(solved.profit_max_service_level[0]),
        "best for welfare": float(solved.welfare_max_service_level[0]),
    }
    end = BEYOND * max(marks.values()) or 1.0
    grid = _with_marks(np.linspace(0.0, end, POINTS), marks)
    moved = spread(inputs, service_level=np.array(grid["place"]))
    found = solve_two_sided(moved, payments=_payments(solved))
    return pl.DataFrame(
        {
            "service_level": grid["place"],
            "mark": grid["mark"],
            "profit": found.profit.value,
            "welfare": found.welfare.value,
            "profit_buyers_percent": 100.0 * found.profit.n_d,
            "profit_sellers_percent": 100.0 * found.profit.n_s,
            "profit_status": found.profit.status,
            "welfare_buyers_percent": 100.0 * found.welfare.n_d,
            "welfare_sellers_percent": 100.0 * found.welfare.n_s,
            "welfare_status": found.welfare.status,
        }
    )


def adoption_map(inputs: TwoSidedInputs, solved: TwoSided) -> pl.DataFrame:
    """Return what the blockchain adds to profit and welfare by its unit cost and service level.

    The map ends a little behind the last cost at which it pays for anyone, and behind the cost
    and twice the service level in use.
    """
    level = float(solved.inputs["service_level"][0])
    best = [float(solved.profit_max_service_level[0]), float(solved.welfare_max_service_level[0])]
    levels = np.linspace(0.0, 2.0 * BEYOND * max(level, *best) or 1.0, GRID)
    first = _adoption(inputs, solved, np.linspace(0.0, REACH, GRID), levels)
    pays = first.filter((pl.col("platform_margin") > 0.0) | (pl.col("society_margin") > 0.0))
    cost = float(solved.inputs["blockchain_unit_cost"][0])
    last = max([2.0 * cost, REACH / GRID, *pays["blockchain_unit_cost"].to_list()])
    return _adoption(inputs, solved, np.linspace(0.0, BEYOND * last, GRID), levels)


def _adoption(
    inputs: TwoSidedInputs, solved: TwoSided, costs: Array, levels: Array
) -> pl.DataFrame:
    cost, service = (one.ravel() for one in np.meshgrid(costs, levels, indexing="ij"))
    moved = spread(inputs, blockchain_unit_cost=cost, service_level=service)
    platform, society = adoption_margins(moved, payments=_payments(solved))
    return pl.DataFrame(
        {
            "blockchain_unit_cost": cost,
            "service_level": service,
            "platform_margin": platform,
            "society_margin": society,
        }
    )


def _with_marks(grid: Array, marks: dict[str, float]) -> dict[str, list[Any]]:
    """Return the points of a grid and the marked ones, ascending, with the names of these."""
    rows = [(float(place), "") for place in grid if place not in marks.values()]
    named: dict[float, list[str]] = {}
    for name, place in marks.items():
        named.setdefault(place, []).append(name)
    rows += [(place, "; ".join(names)) for place, names in named.items()]
    rows.sort()
    return {"place": [place for place, _ in rows], "mark": [mark for _, mark in rows]}


def _payments(solved: TwoSided) -> Payments:
    return "closed" if solved.payments == "closed" else "published"
