"""Emissions by unit of output, from an inventory and a concordance of its sectors."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


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
) -> Array:
    """Return tonnes of CO2 per 1e4 CNY of output of every sector of a table.

    An inventory sector that covers several sectors of the table is split by their
    output. Households' emissions are left out.

    Parameters
    ----------
    codes : sequence of str, length n
        Of the table.
    gross_output_cny : (n,) array_like
        In CNY.
    inventory_sectors : sequence of str, length m
    inventory_emissions_tco2 : (m,) array_like
    concordance : mapping, optional
        Inventory sector to codes; by default the bundled one.

    Returns
    -------
    (n,) array
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
    known = load_concordance() if concordance is None else concordance
    output = np.asarray(gross_output_cny, dtype=np.float64)
    place = {code: i for i, code in enumerate(codes)}
    faults = []
    absent: set[str] = set()
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
    if absent:
        found = f"it names {', '.join(sorted(absent))}"
        allowed = f"sectors of this table, {codes[0]} to {codes[-1]}"
        remedy = "give the intensities of this table's sectors by hand"
        faults.append(Fault("the concordance is for another table", found, allowed, remedy))
    if faults:
        raise InputError(faults)
    per_unit = np.divide(1e4, output, out=np.zeros_like(output), where=output > 0)
    return emissions * per_unit
