"""The floor beside what the market paid.

Zhang & Chang (2025), Eq. 21: the average price of a year is the volume-weighted mean of its
days. Listing and block trades are kept apart: block trades are most of the volume, and it
is there that prices fell below the floor. The price of a block trade is turnover over
volume, because public feeds repeat the listing price in the block columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.floor.results import MarketYear

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

BOARDS = ("listing", "block")


def compare_market(
    year: ArrayLike,
    board: Sequence[str],
    *,
    price_cny_per_t: ArrayLike,
    volume_t: ArrayLike,
    turnover_cny: ArrayLike,
    floor_cny_per_tco2: Mapping[int, float],
) -> tuple[MarketYear, ...]:
    """Return each year's prices by board, and how much was traded below the floor.

    Parameters
    ----------
    year : (n,) array_like of int
        Of each trading day and board.
    board : sequence of {"listing", "block"}, length n
    price_cny_per_t, volume_t, turnover_cny : (n,) array_like
        The listing price counts as given; the block price is turnover over volume. Days
        without volume do not count.
    floor_cny_per_tco2 : mapping of int to float
        Years without a floor are compared with none.

    Returns
    -------
    tuple of MarketYear
        By year, listing first.

    Raises
    ------
    InputError
        An unknown board, lists of different lengths.

    Examples
    --------
    >>> rows = compare_market([2021, 2021], ["block", "block"], price_cny_per_t=[50.0, 50.0],
    ...                       volume_t=[10.0, 30.0], turnover_cny=[400.0, 1500.0],
    ...                       floor_cny_per_tco2={2021: 45.0})
    >>> rows[0].mean_cny_per_t, rows[0].volume_below_floor_percent
    (47.5, 25.0)
    """
    lengths = [len(board), *map(np.size, (year, price_cny_per_t, volume_t, turnover_cny))]
    if len(set(lengths)) > 1:
        found, remedy = ", ".join(map(str, lengths)), "give all five for every day and board"
        what, allowed = "not one figure a day and board", "lists of one length"
        raise InputError([Fault(what, found, allowed, remedy)])
    boards = np.array(board, dtype=str)
    unknown = sorted(set(boards.tolist()) - set(BOARDS))
    if unknown:
        fault = Fault("unknown board", ", ".join(unknown), "listing, block", "correct it")
        raise InputError([fault])
    years = np.asarray(year)
    volume = np.asarray(volume_t, dtype=np.float64)
    turnover = np.asarray(turnover_cny, dtype=np.float64)
    traded = volume > 0
    implied = np.divide(turnover, volume, out=np.zeros_like(volume), where=traded)
    price = np.where(boards == "block", implied, np.asarray(price_cny_per_t, dtype=np.float64))
    rows = []
    for one in sorted(set(years.tolist())):
        in_year = traded & (years == one)
        for name in BOARDS:
            which = in_year & (boards == name)
            if not which.any():
                continue
            floor = floor_cny_per_tco2.get(one)
            below = which & (price < floor) if floor is not None else np.zeros_like(which)
            total = float(volume[which].sum())
            rows.append(
                MarketYear(
                    year=one,
                    board=name,
                    mean_cny_per_t=float(price[which] @ volume[which]) / total,  # Eq. (21)
                    low_cny_per_t=float(price[which].min()),
                    high_cny_per_t=float(price[which].max()),
                    volume_share_percent=100.0 * total / float(volume[in_year].sum()),
                    volume_below_floor_percent=None
                    if floor is None
                    else 100.0 * float(volume[below].sum()) / total,
                    days=int(which.sum()),
                    days_below_floor=None if floor is None else int(below.sum()),
                    floor_cny_per_tco2=floor,
                )
            )
    return tuple(rows)
