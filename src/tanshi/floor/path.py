"""How a floor moves on from the year it was set.

Zhang & Chang (2025), Eq. 20: P_floor(t + 1) = P_floor(t) x CPI(t). The published path does
not follow from official CPI; the rule here does. Other rules that schemes use stand beside
it: a fixed escalator (RGGI raises its reserve price by 2.5 % a year), and CPI plus x.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tanshi.core import Fault, InputError
from tanshi.floor.results import FloorPath

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanshi.floor.results import PriceFloor

INDEX_RULES = ("cpi", "cpi_plus", "fixed", "rggi")
PRICE_BASES = ("as_printed", "reflated")
RGGI_ESCALATOR_PERCENT = 2.5  # yearly rise of the RGGI reserve price


def index_floor(
    floor: PriceFloor,
    cpi: Mapping[int, float],
    *,
    last_year: int,
    rule: str = "cpi",
    escalator_percent: float = 0.0,
    price_base: str = "as_printed",
    base_year: int | None = None,
) -> FloorPath:
    """Return the floor of every year from the one it applies to.

    Parameters
    ----------
    floor : PriceFloor
        As set by the abatement costs.
    cpi : mapping of int to float
        Consumer price index, previous year = 100, of the years needed.
    last_year : int
        Last year of the path.
    rule : {"cpi", "cpi_plus", "fixed", "rggi"}
        ``"cpi"`` is Eq. 20: the floor of a year is that of the year before times the CPI
        *of the year before*. ``"cpi_plus"`` adds `escalator_percent` points, ``"fixed"``
        grows by `escalator_percent` a year, ``"rggi"`` by 2.5 % a year.
    escalator_percent : float
    price_base : {"as_printed", "reflated"}
        The costs are at the prices of `base_year`. As printed, only CPI from the first
        floor year on is applied; ``"reflated"`` first brings the floor from base-year
        prices to those of the observed year.
    base_year : int, optional
        Needed for ``"reflated"``; not after the observed year.

    Returns
    -------
    FloorPath

    Raises
    ------
    InputError
        An unknown rule or price base, a CPI year that is missing or not above 0, a last year
        before the first, no base year to reflate from.

    Examples
    --------
    >>> from tanshi.floor.results import PriceFloor
    >>> floor = PriceFloor(price_cny_per_tco2=100.0, set_by="a", observed_period=2018,
    ...                    applies_to=2019)
    >>> path = index_floor(floor, {2019: 102.9, 2020: 102.5}, last_year=2021)
    >>> [round(price, 2) for price in path.price_cny_per_tco2]
    [100.0, 102.9, 105.47]
    """
    years = tuple(range(floor.applies_to, last_year + 1))
    reflating = range((base_year or floor.observed_period) + 1, floor.observed_period + 1)
    reflated = tuple(reflating) if price_base == "reflated" else ()
    indexed = years[:-1] if rule in ("cpi", "cpi_plus") else ()
    needed = (*reflated, *indexed)
    _check(floor, cpi, years=years, needed=needed, rule=rule, base=(price_base, base_year))
    price = floor.price_cny_per_tco2
    for year in reflated:
        price *= cpi[year] / 100.0
    path = [price]
    for year in years[:-1]:
        path.append(path[-1] * _factor(rule, escalator_percent, cpi.get(year)))
    return FloorPath(
        years=years,
        price_cny_per_tco2=tuple(path),
        set_by=floor.set_by,
        observed_period=floor.observed_period,
        rule=rule,
        escalator_percent=RGGI_ESCALATOR_PERCENT if rule == "rggi" else escalator_percent,
        price_base=price_base,
    )


def _factor(rule: str, escalator_percent: float, cpi: float | None) -> float:
    if rule == "rggi":
        return 1.0 + RGGI_ESCALATOR_PERCENT / 100.0
    if rule == "fixed" or cpi is None:
        return 1.0 + escalator_percent / 100.0
    plus = escalator_percent if rule == "cpi_plus" else 0.0
    return (cpi + plus) / 100.0  # Eq. (20)


def _check(
    floor: PriceFloor,
    cpi: Mapping[int, float],
    *,
    years: tuple[int, ...],
    needed: tuple[int, ...],
    rule: str,
    base: tuple[str, int | None],
) -> None:
    faults = []
    choices = {
        "unknown index rule": (rule, INDEX_RULES),
        "unknown price base": (base[0], PRICE_BASES),
    }
    for what, (found, known) in choices.items():
        if found not in known:
            faults.append(Fault(what, found, ", ".join(known), "use one of them"))
    if not years:
        what = "the path ends before it starts"
        allowed = f"{floor.applies_to} or later"
        faults.append(Fault(what, "no year", allowed, "choose a later last year"))
    if base[0] == "reflated" and (base[1] is None or base[1] > floor.observed_period):
        what, found = "no base year to reflate from", "nothing" if base[1] is None else str(base[1])
        allowed = f"{floor.observed_period} or earlier"
        remedy = "give the year whose prices the costs are at"
        faults.append(Fault(what, found, allowed, remedy, column="base_year"))
    missing = [year for year in needed if year not in cpi]
    if missing:
        found = f"no index for {', '.join(map(str, missing))}"
        given = ", ".join(str(year) for year in sorted(cpi)) or "nothing"
        remedy = "add the years to the CPI file"
        faults.append(Fault("consumer price index missing", found, f"given: {given}", remedy))
    for year in needed:
        if year in cpi and not 0 < cpi[year] < math.inf:
            what, remedy = f"no consumer price index: {year}", "correct it (previous year = 100)"
            faults.append(Fault(what, str(cpi[year]), "above 0", remedy))
    if faults:
        raise InputError(faults)
