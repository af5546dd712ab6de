"""Carry nominal investment on beyond the last published year, by a growth rate.

The statistics of investment by province stop after 2017, while the panel of Zhang &
Chang (2025) runs to 2018: the last year rests on the published growth rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tanshi.accounts._checks import FloatArray


def extended_investment(
    nominal: FloatArray,
    price_level: FloatArray,
    units: Sequence[str],
    years: Sequence[int],
    growth_by_year: Mapping[int, float],
) -> FloatArray:
    """Fill blanks after a unit's last investment, year after year.

    Parameters
    ----------
    nominal, price_level : ndarray, shape (n_units, n_years)
        Investment at current prices and the level of its prices; NaN where unknown.
    units, years : sequence
        Names for messages.
    growth_by_year : mapping of year to growth rate
        0.059 is 5.9 %.

    Raises
    ------
    InputError
        A year outside the series, a rate at or below -1, a year skipped, or no price
        level to deflate the extended year with.
    """
    filled = nominal.copy()
    faults = []
    for year in sorted(growth_by_year):
        rate = growth_by_year[year]
        if year not in years[1:]:
            allowed = f"{years[1]} to {years[-1]}" if years[1:] else "no year"
            faults.append(extension_fault(str(year), allowed))
            continue
        if not (np.isfinite(rate) and rate > -1.0):
            faults.append(extension_fault(f"{year}: {rate:g}", "above -1; 0.059 is 5.9 %"))
            continue
        t = years.index(year)
        began = (~np.isnan(filled[:, :t])).any(axis=1)
        for i in np.flatnonzero(began & np.isnan(filled[:, t])).tolist():
            if np.isnan(filled[i, t - 1]):
                found = f"{units[i]} has no investment in {year - 1}"
                faults.append(extension_fault(found, "every year after the last observed one"))
            elif np.isnan(price_level[i, t]):
                found = f"{units[i]} has no price index in {year}"
                faults.append(extension_fault(found, "a price index up to the extended year"))
            filled[i, t] = filled[i, t - 1] * (1.0 + rate)
    if faults:
        raise InputError(faults)
    return filled


def extension_fault(found: str, allowed: str) -> Fault:
    """Return the fault of an extension that cannot be made."""
    return Fault(
        "investment cannot be extended",
        found,
        allowed,
        "complete the series or correct the extension",
        column="extend",
    )
