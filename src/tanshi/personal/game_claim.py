"""Does trading without subsidy escape the carbon lock-in? Where, and by which lever.

At lock-in nobody trades. The eigenvalues of the users there are -t_s and -t_d: no price, penalty,
quality, supervision or chain cost enters, so such a lever can only move the separatrix, that is
lower the critical mass of users above which trade grows by itself. What opens lock-in itself is
a joining cost below zero (a duty to buy, or a reward, which is a subsidy), or an income of sellers
that needs no buyer (the offset link).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.personal.game import GameParameters, advantages
from tanshi.personal.game_paths import follow_game

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

EDGE = 1e-6  # a share beside a corner, from which the replicator can leave it
TRADE = 0.25  # trade is on where so much of the potential volume n is traded
TIME = 2000.0
LONG = np.linspace(0.0, TIME, 201)
SCANNED = 33  # values of a lever between what it is and its limit
HALVINGS = 30
REMARKS = {
    "join_sell": "below 0 a reward for selling: a subsidy",
    "join_buy": "below 0 a duty to buy, or a subsidy",
    "offset_price": "paid by compliance for quota that finds no buyer",
}
JOIN_SCALE = "join_scale"  # a lever of its own: both joining costs times a number


def traded_share(parameters: GameParameters, shares: Array) -> Array:
    """Return the volume over the potential n, at (..., 4) states."""
    z, demand = shares[..., 2], parameters.tightness * shares[..., 3]
    if np.isinf(parameters.thinness):
        volume = z * demand
    else:
        meeting = (1 + parameters.thinness) / (parameters.thinness + np.maximum(z, demand))
        volume = z * demand * meeting
    return np.asarray(volume / parameters.tightness)


def with_lever(parameters: GameParameters, lever: str, value: float) -> GameParameters:
    """Return the game with one parameter, or both joining costs times `value` (join_scale)."""
    if lever == JOIN_SCALE:
        sell, buy = parameters.join_sell * value, parameters.join_buy * value
        return replace(parameters, join_sell=sell, join_buy=buy)
    known = [name for name in vars(parameters) if name != "heterogeneous"]
    if lever not in known:
        allowed = ", ".join([*known, JOIN_SCALE])
        raise InputError([Fault("unknown lever", lever, allowed, "use one of them", column=lever)])
    changed: dict[str, Any] = {lever: value}
    return replace(parameters, **changed)


def outcomes_from(parameters: GameParameters, starts: Array) -> list[str]:
    """Return what becomes of the game from (n, 4) starts under the replicator.

    Returns
    -------
    list of str
        ``trade``: throughout the second half of the time a quarter of the potential or more is
        traded; ``collapse``: it was at some time, and not throughout; ``locked``: it never was.
    """
    paths = follow_game(parameters, starts, LONG, rtol=1e-7)
    traded = traded_share(parameters, paths)
    names = np.where(traded.max(axis=1) >= TRADE, "collapse", "locked")
    lasting = traded[:, len(LONG) // 2 :].min(axis=1) >= TRADE
    return [str(name) for name in np.where(lasting, "trade", names)]


def lock_in_eigenvalues(parameters: GameParameters) -> Array:
    """Return (4,) eigenvalues of nobody supervising, adopting, selling and buying, CNY per t."""
    return advantages(parameters, np.zeros(4))


def critical_mass(
    parameters: GameParameters, *, supervise: float = EDGE, adopt: float = 1 - EDGE
) -> float | None:
    """Return the least share of sellers and of buyers, both the same, from which trade grows.

    Parameters
    ----------
    parameters : GameParameters
    supervise, adopt : float
        Where x and y start; by default beside no supervision and all on the chain.

    Returns
    -------
    float or None
        By halving on a logarithmic scale between 1e-5 and 0.99, to 1e-4 of it; None where
        trade does not last even from there, 1e-5 where it grows from everywhere.

    Notes
    -----
    Halving finds one boundary between lock-in and trade; with more than one, any of them.
    """
    low, high = np.log(1e-5), np.log(0.99)

    def trades(place: float) -> bool:
        mass = float(np.exp(place))
        start = np.array([[supervise, adopt, mass, mass]])
        return outcomes_from(parameters, start) == ["trade"]

    if not trades(high):
        return None
    if trades(low):
        return float(np.exp(low))
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (low, middle) if trades(middle) else (middle, high)
    return float(np.exp(high))


def offset_threshold(parameters: GameParameters) -> float | None:
    """Return the offset price above which lock-in, with sellers who offset, lets buyers in.

    Notes
    -----
    While nobody buys, sellers join until the marginal one earns nothing more than t_s from
    offsets: z_o = (P_o - r - t_s)/e. A first buyer gains where m_b(z_o) g_d(0,0) > t_d, with
    m_b = z_o (1+h)/(h+z_o). None where θ is one half for all, or no buyer would gain in any case.

    Examples
    --------
    >>> round(offset_threshold(GameParameters(heterogeneous=True, thinness=1.0)), 2)
    17.0
    """
    alone = np.array([0.0, 0.0, 1.0, 0.0])  # where every seller is there, a buyer meets one
    buyer = float(advantages(parameters, alone)[3]) + parameters.join_buy
    if not parameters.heterogeneous or buyer <= parameters.join_buy:
        return None
    needed = max(parameters.join_buy, 0.0) / buyer
    h = parameters.thinness
    sellers = needed if np.isinf(h) else h * needed / (1 + h - needed)
    return float(parameters.keeping_value + parameters.join_sell + parameters.green_cost * sellers)


def map_claim(
    parameters: GameParameters,
    points: Sequence[Mapping[str, float]],
    *,
    start: float = 0.02,
) -> list[dict[str, Any]]:
    """Follow the game from a small start at every point.

    Parameters
    ----------
    parameters : GameParameters
    points : sequence of mapping
        From a parameter, or ``join_scale``, to its value.
    start : float
        All four shares at the beginning.

    Returns
    -------
    list of dict
        The values of the point; ``outcome`` and the shares at the end; the two eigenvalues of
        users at lock-in, and whether both are below 0 (``users_stay_locked``); the critical
        mass; whether joining is rewarded.
    """
    return [_claim_at(parameters, point, start) for point in points]


def _claim_at(
    parameters: GameParameters, point: Mapping[str, float], start: float
) -> dict[str, Any]:
    made = parameters
    for lever, value in point.items():
        made = with_lever(made, lever, value)
    starts = np.full((1, 4), start)
    end = follow_game(made, starts, [0.0, TIME], rtol=1e-7)[0, -1]
    values = lock_in_eigenvalues(made)
    return {
        **point,
        "start": start,
        "outcome": outcomes_from(made, starts)[0],
        "end_supervise": float(end[0]),
        "end_adopt": float(end[1]),
        "end_sell": float(end[2]),
        "end_buy": float(end[3]),
        "end_traded_share": float(traded_share(made, end)),
        "lock_in_eigenvalue_sell": float(values[2]),
        "lock_in_eigenvalue_buy": float(values[3]),
        "users_stay_locked": bool((values[2:] < 0).all()),
        "critical_mass": critical_mass(made, supervise=start, adopt=start),
        "joining_is_rewarded": made.join_sell < 0 or made.join_buy < 0,
    }


def find_lever(
    parameters: GameParameters, lever: str, limit: float, *, start: float = 0.02
) -> dict[str, Any]:
    """Move one lever from where it is towards a limit until trade grows from a small start.

    Parameters
    ----------
    parameters : GameParameters
    lever : str
        A parameter, or ``join_scale``.
    limit : float
        How far it may go; below or above where it is.
    start : float
        All four shares at the beginning.

    Returns
    -------
    dict
        ``start``; ``threshold``, missing where the limit does not help either or where trade grows
        without the lever (``trades_at_base``); the critical mass at the base
        and at the limit, with x and y at the start; whether both eigenvalues of users at lock-in
        are below 0 at the threshold (without one, at the limit) and at the limit; and ``effect``:
        ``opens lock-in`` (at the limit one is above 0), ``moves only the separatrix``,
        ``ends trade``, ``none``.

    Notes
    -----
    Values in between are tried evenly, and halved between the first with trade and the one before.
    A lever that lowers the critical mass below the start lets trade grow and leaves users locked
    in who are fewer: it moves only the separatrix.
    """
    base = 1.0 if lever == JOIN_SCALE else getattr(parameters, lever)
    if base is None:  # an offset price that pays nobody
        base = parameters.keeping_value
    places = np.linspace(0.0, 1.0, SCANNED)
    starts = np.full((1, 4), start)

    def made(place: float) -> GameParameters:
        return with_lever(parameters, lever, float(base + place * (limit - base)))

    def trades(place: float) -> bool:
        return outcomes_from(made(place), starts) == ["trade"]

    first = next((i for i, place in enumerate(places) if trades(float(place))), None)
    threshold, beyond = None, 1.0
    if first:  # with 0 trade grows without the lever
        low, beyond = float(places[first - 1]), float(places[first])
        for _ in range(HALVINGS):
            middle = (low + beyond) / 2
            low, beyond = (low, middle) if trades(middle) else (middle, beyond)
        threshold = float(base + beyond * (limit - base))
    before, after = (
        critical_mass(one, supervise=start, adopt=start) for one in (parameters, made(1.0))
    )
    locked, locked_at_limit = (
        bool((lock_in_eigenvalues(made(place))[2:] < 0).all()) for place in (beyond, 1.0)
    )
    return {
        "lever": lever,
        "base": base,
        "limit": limit,
        "start": start,
        "threshold": threshold,
        "trades_at_base": first == 0,
        "critical_mass_at_base": before,
        "critical_mass_at_limit": after,
        "users_stay_locked_at_threshold": locked,
        "users_stay_locked_at_limit": locked_at_limit,
        "effect": _effect(before, after, locked=locked_at_limit, helps=threshold is not None),
        "remark": REMARKS.get(lever, ""),
    }


def _effect(before: float | None, after: float | None, *, locked: bool, helps: bool) -> str:
    if not locked:
        return "opens lock-in"
    if after is None and not helps:
        return "none" if before is None else "ends trade"
    moved = before is None or after is None or abs(after - before) > 0.01 * before
    return "moves only the separatrix" if moved or helps else "none"
