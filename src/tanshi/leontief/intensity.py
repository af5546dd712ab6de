"""Emissions by unit of output, from an inventory and a concordance of its sectors."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.leontief.classification import table_concordance
from tanshi.leontief.results import SectorIntensities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike


@cache
def load_concordance() -> dict[str, tuple[str, ...]]:
    """Return the bundled concordance: CEADs sector to sectors of the 42-sector table.

    An empty tuple marks households, which produce nothing.
    """
    text = (resources.files("tanshi.leontief") / "concordance.toml").read_text(encoding="utf-8")
    return {name: tuple(codes) for name, codes in tomllib.loads(text)["sector"].items()}


def sector_intensities(
    codes: Sequence[str],
    gross_output_cny: ArrayLike,
    inventory_sectors: Sequence[str],
    inventory_emissions_tco2: ArrayLike,
    *,
    concordance: Mapping[str, Sequence[str]] | None = None,
) -> SectorIntensities:
    """Return tonnes of CO2 per 1e4 CNY of output of every sector of a table.

    An inventory sector that covers several sectors of the table is split by their
    output. Households' emissions are left out. Those of sectors without output cannot
    become a price and are left out too, but counted.

    Parameters
    ----------
    codes : sequence of str, length n
        Of the table.
    gross_output_cny : (n,) array_like
        In CNY.
    inventory_sectors : sequence of str, length m
    inventory_emissions_tco2 : (m,) array_like
    concordance : mapping, optional
        Inventory sector to codes; by default the bundled one, for the tables of China with
        42 and with 153 sectors.

    Returns
    -------
    SectorIntensities
        0 where a sector has no output.

    Raises
    ------
    InputError
        An inventory sector that the concordance does not know, or a code in it that the
        table does not have.

    Notes
    -----
    Inventory and table may be of different years; the intensity then is of neither, and
    whoever uses it should say so.
    """
    known = table_concordance(load_concordance(), codes) if concordance is None else concordance
    output = np.asarray(gross_output_cny, dtype=np.float64)
    place = {code: i for i, code in enumerate(codes)}
    faults = []
    absent: set[str] = set()
    dropped: dict[str, float] = {}
    emissions = np.zeros(len(codes))
    for sector, amount in zip(inventory_sectors, np.asarray(inventory_emissions_tco2), strict=True):
        if sector not in known:
            remedy = "add it to the concordance"
            what = "an inventory sector without a place in the table"
            faults.append(Fault(what, sector, "a sector of the concordance", remedy))
            continue
        absent.update(code for code in known[sector] if code not in place)
        if absent:
            continue
        rows = [place[code] for code in known[sector]]
        weight = output[rows]
        if rows and weight.sum() > 0:
            emissions[rows] += amount * weight / weight.sum()
        elif rows and amount > 0:
            dropped[sector] = dropped.get(sector, 0.0) + float(amount)
    if absent:
        found = f"it names {', '.join(sorted(absent))}"
        allowed = f"sectors of this table, {codes[0]} to {codes[-1]}"
        remedy = "give the intensities of this table's sectors by hand"
        faults.append(Fault("the concordance is for another table", found, allowed, remedy))
    if faults:
        raise InputError(faults)
    per_unit = np.divide(1e4, output, out=np.zeros_like(output), where=output > 0)
    return SectorIntensities(
        codes=tuple(codes),
        tco2_per_1e4_cny=frozen(emissions * per_unit),
        dropped_tco2=dropped,
    )
