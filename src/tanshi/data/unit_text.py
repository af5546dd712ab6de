"""Read quantities and years out of the unit texts of a manifest."""

from __future__ import annotations

import re

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
QUANTITY = re.compile(
    r"(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*)?([A-Za-z]\w*|[万亿]?[元人吨])(?!\w)"
)
# Amount of one unit in tonnes, CNY, persons, cubic metres or kilowatt-hours.
AMOUNTS = {
    1e-3: "kg",
    1.0: "t tonne tonnes tCO2 tCO2e CNY RMB yuan person persons people m3 kWh 吨 元 人",
    1e3: "kt MWh",
    1e4: "万吨 万元 万人",
    1e6: "Mt GWh",
    1e8: "亿吨 亿元 亿人",
    1e9: "Gt TWh",
}
UNIT_WORDS = {word: amount for amount, words in AMOUNTS.items() for word in words.split()}


def scale_of(unit: str) -> float | None:
    """Read how much one unit is in tonnes, CNY, persons, m3 or kWh.

    Parameters
    ----------
    unit : str
        A number, which may be missing, and a unit word; what follows is ignored.

    Returns
    -------
    float or None
        None when the text does not begin with a quantity.

    Examples
    --------
    >>> scale_of("1e8 CNY at 2013 prices"), scale_of("1e4 t"), scale_of("亿元")
    (100000000.0, 10000.0, 100000000.0)
    >>> scale_of("previous year = 100") is None
    True
    """
    match = QUANTITY.match(unit.strip())
    if not match or match[2] not in UNIT_WORDS:
        return None
    return float(match[1] or 1) * UNIT_WORDS[match[2]]


def extrapolated_years_of(note: str) -> tuple[int, ...]:
    """Read which year a note calls extrapolated.

    Parameters
    ----------
    note : str
        Clauses separated by semicolons.

    Returns
    -------
    tuple of int
        The first year of the clause that speaks of extrapolation, or else of the whole
        note; empty when there is none, or nothing is extrapolated.

    Examples
    --------
    >>> extrapolated_years_of("eight fuels, IPCC 2006; 2018 EXTRAPOLATED from 2017")
    (2018,)
    """
    clauses = [clause for clause in note.split(";") if "extrapolat" in clause.casefold()]
    for text in (*clauses, note if clauses else ""):
        year = YEAR.search(text)
        if year:
            return (int(year[0]),)
    return ()
