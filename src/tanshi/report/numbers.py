"""Numbers inside sentences."""

from __future__ import annotations

import math


def money(value: float) -> str:
    """Return a price with two decimals.

    Examples
    --------
    >>> money(12.0551), money(1234.5), money(float("inf")), money(-1e-13)
    ('12.06', '1,234.50', '∞', '0.00')
    """
    if math.isinf(value):
        return "∞"
    return f"{round(value, 2) + 0.0:,.2f}"


def percent(share: float) -> str:
    r"""Return a share of 1 as a percentage, no more exact than a reader needs.

    Examples
    --------
    >>> percent(0.31), percent(0.0722), percent(0.004), percent(0.01), percent(0.0)
    ('31\xa0%', '7.2\xa0%', '0.4\xa0%', '1\xa0%', '0\xa0%')
    """
    value = 100.0 * share
    text = f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
    return f"{text}\N{NO-BREAK SPACE}%"
