"""After the market: surrender, what is banked, owed, cancelled, and fined.

Every allowance is accounted for: what is issued, bought from sinks or owed anew is
surrendered, banked, cancelled or pays an old debt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba

from tanshi.benchmark._schedules import CONCEAL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tanshi.benchmark._layout import Market

    Array = NDArray[np.float64]

NOTHING_T = 0.5  # allowances are whole tonnes: less than half of one is no shortage


@numba.njit(cache=True)
def settle(
    price: float, draws: Array, market: Market
) -> tuple[float, float, float, float, float, float]:
    """Surrender and carry over; fines and owed allowances are set by firm.

    Parameters
    ----------
    price : float
        CNY per tCO2.
    draws : (n,) array in [0, 1)
        Against the chance of being found after surrender.
    market : Market
        With what every firm traded.

    Returns
    -------
    issued, surrendered, cancelled, unpaid, found, forgiven : float
        tCO2; `surrendered` counts what is owed since, `unpaid` is what is missing and neither
        borrowed nor owed, `found` what was hidden and is owed since, `forgiven` what the cap
        on shortfalls takes off the duty.
    """
    state, numbers = market.state, market.numbers[0]
    issued = surrendered = cancelled = unpaid = found = forgiven = 0.0
    for i in range(len(state)):
        one = state[i]
        one.fine = one.missing = one.hidden = 0.0
        if one.active == 0:
            continue
        issued += one.free + one.bought_first
        surrendered += one.duty
        forgiven += one.verified - one.duty
        left = one.position + one.traded
        one.bank = one.debt = 0.0
        if left < 0.0:
            # Whom the market leaves short borrows, as far as that is allowed.
            one.borrowed = min(-left, numbers.banking_borrowing_share * one.free)
            missing = -left - one.borrowed
            owed = missing <= NOTHING_T or numbers.compliance_deduction > 0.0
            one.debt = one.borrowed + (missing if owed else 0.0)
            unpaid += 0.0 if owed else missing
            if missing > NOTHING_T:
                one.missing = missing
                one.fine = numbers.compliance_fine_multiple * price * missing
        else:
            one.borrowed = 0.0
            limit = numbers.banking_fixed_t
            limit += numbers.banking_net_sales_multiple * max(-one.traded, 0.0)
            one.bank = min(left, limit) if numbers.banking_allowed > 0.0 else 0.0
            cancelled += left - one.bank
        found += _find_hidden(i, price, draws[i], market)
    return issued, surrendered, cancelled, unpaid, found, forgiven


@numba.njit(cache=True)
def _find_hidden(i: int, price: float, draw: float, market: Market) -> float:
    """Fine a firm whose hidden emissions come to light; return what it owes since, tCO2."""
    one, numbers = market.state[i], market.numbers[0]
    if one.strategy != CONCEAL or one.caught > 0:
        return 0.0  # by an audit: surrendered in full
    one.hidden = numbers.compliance_hidden_share * (one.intensity - one.cut) * one.produced
    large = market.firms[i].large > 0
    chance = numbers.compliance_detection_large if large else numbers.compliance_detection_small
    if draw >= chance:
        return 0.0
    one.caught = 2
    fine = numbers.compliance_fine_multiple * price * one.hidden
    one.fine += max(fine, numbers.compliance_least_fine_cny)
    owed: float = numbers.compliance_deduction * one.hidden
    one.debt += owed
    return owed
