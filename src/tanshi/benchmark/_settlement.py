"""After the price is found: trades, surrender, what is banked, owed, cancelled, and fined.

Every allowance is accounted for: what is issued, bought from sinks or owed anew is
surrendered, banked, cancelled or pays an old debt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba

from tanshi.benchmark._clearing import CONCEAL, offered, wanted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Array = NDArray[np.float64]

_NOTHING = 1e-9  # of a firm's emissions: below it rounding, not a shortfall


@numba.njit(cache=True)
def settle(
    price: float, filled: tuple[float, float], chances: Array, draws: Array, market: Market
) -> tuple[float, float, float, float, float]:
    """Trade, surrender, and carry over; fines and owed allowances are set by firm.

    Parameters
    ----------
    price : float
        CNY per tCO2.
    filled : (float, float)
        Shares of what is wanted and of what is offered that are traded.
    chances : (2,) array
        Of being found after surrender, small and large firms.
    draws : (n,) array in [0, 1)
    market : Market

    Returns
    -------
    issued, surrendered, cancelled, unpaid, found : float
        tCO2; `unpaid` is what is missing and neither borrowed nor owed, `found` what was
        hidden and is owed since.
    """
    firms, state, numbers = market.firms, market.state, market.numbers[0]
    issued = surrendered = cancelled = unpaid = found = 0.0
    for i in range(len(firms)):
        state[i].traded = state[i].fine = state[i].missing = state[i].hidden = 0.0
        if state[i].active == 0:
            continue
        issued += state[i].free + state[i].bought_first
        surrendered += state[i].verified
        position = state[i].position
        if position < 0.0:
            state[i].traded = filled[0] * wanted(i, market)
            left = position + state[i].traded
        else:
            state[i].traded = -filled[1] * offered(i, price, market)
            left = position + state[i].traded
        state[i].bank = state[i].debt = 0.0
        if left < 0.0:
            missing = -left
            borrowed = min(missing, numbers.borrowing_share * state[i].free)
            state[i].debt = borrowed
            missing -= borrowed
            if numbers.deduction > 0.0 or missing <= _NOTHING * state[i].verified:
                state[i].debt += missing
            else:
                unpaid += missing
            if missing > _NOTHING * state[i].verified:
                state[i].missing = missing
                state[i].fine = numbers.fine_multiple * price * missing
        else:
            sold = -min(state[i].traded, 0.0)
            limit = numbers.bank_fixed + numbers.bank_multiple * sold
            state[i].bank = min(left, limit) if numbers.banking > 0.0 else 0.0
            cancelled += left - state[i].bank
        found += _find_hidden(i, price, chances, draws, market)
    return issued, surrendered, cancelled, unpaid, found


@numba.njit(cache=True)
def _find_hidden(i: int, price: float, chances: Array, draws: Array, market: Market) -> float:
    """Fine a firm whose hidden emissions come to light; return what it owes since, tCO2."""
    state, numbers = market.state, market.numbers[0]
    if state[i].strategy != CONCEAL or state[i].caught > 0:
        return 0.0  # by an audit: surrendered in full
    hidden = numbers.hidden_share * (state[i].intensity - state[i].cut) * state[i].produced
    state[i].hidden = hidden
    if draws[i] >= chances[market.firms[i].large]:
        return 0.0
    state[i].caught = 2
    state[i].fine += max(numbers.fine_multiple * price * hidden, numbers.least_fine)
    owed: float = numbers.deduction * hidden
    state[i].debt += owed
    return owed
