"""The government's part of a year: the primary auction, and the yearly update, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from tanshi.auction import Book, PriceRule, clear_book
from tanshi.benchmark import _adjustment
from tanshi.benchmark._schedules import TRADE, cost_factor, free_allowances, respond
from tanshi.benchmark._trading import TICKS, lots_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Array = NDArray[np.float64]

_RETURN = 1  # place in `rules.UNSOLD`

_price_lean = numba.njit(cache=True)(_adjustment.price_lean)
_industry_parts = numba.njit(cache=True)(_adjustment.industry_parts)
_region_moves = numba.njit(cache=True)(_adjustment.region_moves)


@numba.njit(cache=True)
def sell_first(market: Market, bid_draws: Array) -> tuple[float, float, float]:
    """Hold the primary auction: uniform price, the floor as reserve.

    Every firm bids for what it expects to lack at the expected price, about that price. What
    firms get is written into their records.

    Returns
    -------
    price, offered, sold : float
        CNY per tCO2 and tCO2.
    """
    firms, state, numbers, year = market.firms, market.state, market.numbers[0], market.year[0]
    n = len(firms)
    for i in range(n):
        state[i].bought_first = state[i].returned = 0.0
    share: float = numbers.allocation_paid_share
    if share == 0.0:
        return 0.0, 0.0, 0.0
    handed = 0.0
    floor, ceiling = round(TICKS * numbers.price_floor), round(TICKS * numbers.price_ceiling)
    limit = np.full(n + 1, floor, np.int64)
    needs = np.zeros(n + 1)
    for i in range(n):
        if state[i].active > 0:
            handed += share * _basis(i, market)
            needs[i] = max(0.0, _expected_need(i, market))
            bid = year.expected * (1.0 + numbers.allocation_bid_spread * bid_draws[i])
            limit[i] = min(round(TICKS * max(bid, 0.0)), ceiling)
    offered = handed + year.carried
    lots = lots_for(max(offered, needs.sum()))
    needs[n] = offered
    quantity = np.empty(n + 1, np.int64)
    for i in range(n + 1):
        quantity[i] = round(lots * needs[i])
    is_bid = np.ones(n + 1, np.bool_)
    is_bid[n] = False
    book = Book(is_bid, limit, quantity, np.arange(n + 1))
    # The price is the lowest bid served, or the reserve where not everything is sold.
    rule = PriceRule(reference=ceiling, lowest=floor, highest=ceiling, pressure=True)
    cleared = clear_book(book, rule)
    sold = cleared.fill[n] / lots
    for i in range(n):
        state[i].bought_first = cleared.fill[i] / lots
    if numbers.allocation_unsold == _RETURN:
        for i in range(n):
            if state[i].active > 0:
                state[i].returned = (offered - sold) * share * _basis(i, market) / handed
    return (cleared.price / TICKS if sold > 0.0 else 0.0), offered, sold


@numba.njit(cache=True)
def _basis(i: int, market: Market) -> float:
    """Return what a firm's allowances are a share of, before it has decided on output, tCO2."""
    one = market.state[i]
    capped = market.numbers[0].allocation_absolute_cap > 0.0
    units: float = market.firms[i].grandfathered if capped else one.demand
    basis: float = units * one.benchmark
    return basis


@numba.njit(cache=True)
def _expected_need(i: int, market: Market) -> float:
    """Return what a firm lacks after its own cuts at the expected price, tCO2."""
    firm, one = market.firms[i], market.state[i]
    price: float = market.year[0].expected
    rate, fixed = free_allowances(i, market)
    cap = one.potential * one.intensity if one.strategy < TRADE else 0.0
    margin = market.year[0].margin if one.strategy == 1 else 0.0
    factor = cost_factor(i, one.strategy, market)
    terms = (firm.curve, firm.slope, factor, cap, margin, one.intensity, rate)
    cut, _ = respond(terms, (price, price), market.numbers[0].technology_reference_price)
    need: float = (one.intensity - cut - rate) * one.demand - fixed - one.bank + one.debt
    return need


@numba.njit(cache=True)
def adjust_benchmarks(
    price: float,
    improved: Array,
    benchmark: Array,
    balance: tuple[Array, Array, Array],
    market: Market,
) -> Array:
    """Return the next benchmarks of the industries, see `_adjustment.industry_parts`.

    Parameters
    ----------
    price : float
        The year's.
    improved : (S,) array
        Yearly fall of mean intensity, share.
    benchmark : (S,) array
    balance : three (S,) arrays
        Allocation, need (unabated, or verified where the rules say so), and the share of
        output whose firms complain of a shortage. No need: not in the market yet.
    market : Market
        Of it the rules, the sectors' paces, and the year's expected price and lag.

    Returns
    -------
    (S,) array
    """
    numbers, sectors, year = market.numbers[0], market.sectors, market.year[0]
    potential, cheap = np.empty(len(sectors)), np.empty(len(sectors))
    for s in range(len(sectors)):
        potential[s], cheap[s] = sectors[s].potential_pace, sectors[s].cost_pace
    parts = _industry_parts(
        _price_lean(price, year.expected, numbers),
        year.lag,
        (potential, cheap),
        (*balance, improved),
        numbers,
    )
    following: Array = benchmark * (1.0 + parts.sum(axis=0))
    return following


@numba.njit(cache=True)
def steer_regions(factor: Array, targets: tuple[Array, Array, Array], market: Market) -> None:
    """Move the factors on benchmarks by which regions are supported or held to their targets.

    Parameters
    ----------
    factor : (R,) array
        Written.
    targets : three (R,) arrays
        As `_adjustment.region_moves` takes them.
    market : Market
    """
    eased, tightened = _region_moves(*targets, market.numbers[0])
    factor *= 1.0 + eased + tightened
