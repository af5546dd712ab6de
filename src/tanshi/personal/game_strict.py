"""Which corners of the game are evolutionarily stable, by four inequalities each.

With two strategies and several populations a pure state is evolutionarily stable where every
population earns strictly more by what it does (Selten 1980). Each inequality compares what the
first strategy earns, gross, with what it costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.personal.game import POPULATIONS, advantages

if TYPE_CHECKING:
    from tanshi.personal.game import GameParameters


def corner_conditions(parameters: GameParameters) -> list[dict[str, Any]]:
    """Return the conditions of the 16 corners.

    Returns
    -------
    list of dict
        By corner and population: ``earns`` and ``costs``, CNY per tonne of potential surplus
        (supervision S(1 + convexity x); service kq²/2; joining t_s and t_d), the ``condition``
        that makes the corner stable against this population, its ``margin``, whether it
        ``holds``, and whether all four do: ``stable``.

    Examples
    --------
    >>> from tanshi.personal.game import GameParameters
    >>> rows = corner_conditions(GameParameters())
    >>> [(row["corner"], row["margin"]) for row in rows if row["stable"]][4:]
    [('0111', 4.0), ('0111', 2.0), ('0111', 2.5), ('0111', 18.5)]
    """
    p = parameters
    rows: list[dict[str, Any]] = []
    for corner in np.ndindex(2, 2, 2, 2):
        shares = np.array(corner, dtype=np.float64)
        gains = advantages(p, shares)
        costs = (
            p.supervision_cost * (1 + p.supervision_convexity * shares[0]),
            p.service_cost * p.service**2 / 2,
            p.join_sell,
            p.join_buy,
        )
        margins = np.round((2 * shares - 1) * gains, 12) + 0.0
        stable = bool((margins > 0).all())
        for place, population in enumerate(POPULATIONS):
            first = bool(corner[place])
            rows.append(
                {
                    "corner": "".join(str(one) for one in corner),
                    "population": population,
                    "earns": float(gains[place] + costs[place]),
                    "costs": float(costs[place]),
                    "condition": "earns > costs" if first else "earns < costs",
                    "margin": float(margins[place]),
                    "holds": bool(margins[place] > 0),
                    "stable": stable,
                }
            )
    return rows
