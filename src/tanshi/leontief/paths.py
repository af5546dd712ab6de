"""The largest supply-chain paths of a price change (structural path analysis).

dp = sum over m of (A_D')^m dv: a cost in sector k reaches sector j along every chain
k -> i -> … -> j with weight dv_k a_ki … a_.j. Chains can be listed in descending order without
listing them all: from each chain only its best continuation and its next-best sibling wait
in the queue, each under the largest weight that it or a chain through it can have. Mostly
that is its own weight, since coefficients rarely exceed 1.
Source: Defourny & Thorbecke (1984), Economic Journal 94, 111-136; Treloar (1997).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.leontief.results import SupplyChainPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tanshi.leontief.prices import Array, PriceModel


@dataclass(frozen=True, slots=True)
class _Chain:
    places: tuple[int, ...]
    weight: float  # of the chain, a relative price change
    rank: int  # of its last step among the customers of the step before


def largest_paths(
    model: PriceModel, cost_increase: Array, *, count: int = 25, longest: int = 8
) -> list[SupplyChainPath]:
    """Return the largest chains, descending.

    Parameters
    ----------
    model : PriceModel
    cost_increase : (n,) array, >= 0
        dv by unit of output.
    count : int, default 25
        How many chains of at least one step.
    longest : int, default 8
        Most steps of a chain.

    Returns
    -------
    list of SupplyChainPath
        Fewer than `count` where the economy has no more.

    Raises
    ------
    InputError
        A cost increase that is negative or not finite, or not one a sector.
    """
    n = model.inputs.n_sectors
    if np.shape(cost_increase) != (n,) or not np.isfinite(cost_increase).all():
        what, given = "not a cost increase by sector", str(np.shape(cost_increase))
        raise InputError([Fault(what, given, f"{n} finite numbers", "give one a sector")])
    if (cost_increase < 0).any():
        what, remedy = "a negative cost increase", "look at chains of increases alone"
        raise InputError([Fault(what, f"{cost_increase.min():g}", "0 or more", remedy)])
    change = model.price_change(cost_increase)
    found: list[SupplyChainPath] = []
    for chain in _descending(model.domestic_coefficients, cost_increase, longest):
        if len(found) == count:
            break
        target = chain.places[-1]
        found.append(
            SupplyChainPath(
                codes=tuple(model.inputs.codes[place] for place in chain.places),
                price_percent=100.0 * chain.weight,
                share_of_target=chain.weight / float(change[target]),
            )
        )
    return found


def _descending(coefficients: Array, cost_increase: Array, longest: int) -> Iterator[_Chain]:
    """Yield chains of one step or more by weight, largest first."""
    gain = _greatest_gain(coefficients, longest)
    customers: dict[int, NDArray[np.intp]] = {}

    def child(parent: tuple[int, ...], weight: float, rank: int) -> _Chain | None:
        """Return the chain to the customer of that rank, if there is one."""
        seller = parent[-1]
        if seller not in customers:
            customers[seller] = np.argsort(-coefficients[seller] * gain, kind="stable")
        if len(parent) > longest or rank == len(coefficients):
            return None
        buyer = int(customers[seller][rank])
        reached = weight * float(coefficients[seller, buyer])
        return _Chain((*parent, buyer), reached, rank) if reached > 0.0 else None

    # A chain waits twice: unopened under its bound, then, opened, under its own weight.
    queue: list[tuple[float, tuple[int, ...], bool, _Chain, float]] = []

    def push(chain: _Chain | None, parent_weight: float) -> None:
        if chain is not None:
            bound = chain.weight * float(gain[chain.places[-1]])
            heapq.heappush(queue, (-bound, chain.places, False, chain, parent_weight))

    for payer in np.flatnonzero(cost_increase > 0):
        weight = float(cost_increase[payer])
        push(child((int(payer),), weight, 0), weight)
    while queue:
        _, places, opened, chain, parent_weight = heapq.heappop(queue)
        if opened:
            yield chain
            continue
        heapq.heappush(queue, (-chain.weight, places, True, chain, parent_weight))
        push(child(places, chain.weight, 0), chain.weight)
        push(child(places[:-1], parent_weight, chain.rank + 1), parent_weight)


def _greatest_gain(coefficients: Array, longest: int) -> Array:
    """Return the largest product of coefficients along a chain from each sector, (n,).

    The chain may have no step, so it is 1 or more, and more only where a subsidised sector
    needs more than its own output's worth of one input.
    """
    gain = np.ones(len(coefficients))
    for _ in range(longest):
        further = np.maximum(1.0, (coefficients * gain).max(axis=1))
        if (further <= gain).all():
            break
        gain = further
    return gain
