"""Load the trades of an allowance market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.data.amounts import amount_column, doubled_faults, find_headers
from tanshi.data.columns import text_column
from tanshi.data.dates import date_column
from tanshi.data.reading import scan_table
from tanshi.data.roles import plain

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tanshi.data.table import Table

    Array = NDArray[np.float64]

Board: TypeAlias = Literal["listing", "block"]

BOARDS: dict[str, Board] = {
    **dict.fromkeys(("listing", "挂牌", "挂牌协议", "挂牌协议交易"), "listing"),
    **dict.fromkeys(("block", "大宗", "大宗协议", "大宗协议交易"), "block"),
}
ROLES = ("date", "board", "price", "volume", "turnover")
# A wrong unit is off by 1e3 or more; a block trade stays within a third of the listed price.
UNIT_SLIP = 10.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MarketPrices:
    """Trades by day and board: days ascending, listing before block.

    Parameters
    ----------
    source, sha256 : str
        File, and its hash.
    date : (n,) datetime64[D], read-only
    board : tuple of {"listing", "block"}, length n
    price : (n,) array, CNY/t, read-only
        NaN where nothing was traded and no price is stated.
    volume_t : (n,) array, t, read-only
    turnover_cny : (n,) array, CNY, read-only
    """

    source: str
    sha256: str
    date: NDArray[np.datetime64]
    board: tuple[Board, ...]
    price: Array
    volume_t: Array
    turnover_cny: Array

    @property
    def year(self) -> NDArray[np.int64]:
        """Year of each row, (n,)."""
        return self.date.astype("datetime64[Y]").astype(np.int64) + 1970


def load_market_prices(path: str | os.PathLike[str], *, sheet: str | None = None) -> MarketPrices:
    """Read the trades of an allowance market and check all of them.

    Columns: date, board (listing or block; 挂牌协议交易 or 大宗协议交易), price in CNY/t,
    volume in t, turnover in CNY. Another unit may stand in brackets at the end of a
    header: 成交量（万吨）. On a day without volume, price and turnover may be blank.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Returns
    -------
    MarketPrices

    Raises
    ------
    InputError
        With every fault: a column that is not there, no date, an unknown board, a blank, a
        negative figure, a trade at a price of 0, a day and board twice, a turnover more
        than ten times, or less than a tenth of, price times volume.
    """
    table, faults = scan_table(path, sheet=sheet)
    headers = find_headers(table, dict.fromkeys(ROLES), faults)
    date = _read_dates(table, headers.get("date"), faults)
    board = _read_boards(table, headers.get("board"), faults)
    price, volume, turnover = (
        amount_column(table, headers.get(role), faults, blank=role != "volume")
        for role in ROLES[2:]
    )
    keys = [
        (str(day), name) if name and not np.isnat(day) else None
        for day, name in zip(date, board, strict=True)
    ]
    if {"date", "board"} <= headers.keys():
        faults += doubled_faults(table, headers["date"], "day and board", keys)
    if set(ROLES) <= headers.keys():
        told = {(fault.row, fault.column) for fault in faults}
        new = _trade_faults(table, headers, price, volume, turnover)
        faults += [fault for fault in new if (fault.row, fault.column) not in told]
    if faults:
        raise InputError(faults)
    order = np.lexsort((np.array(board) == "block", date))
    return MarketPrices(
        source=table.source,
        sha256=table.sha256,
        date=frozen(date[order], dtype="datetime64[D]"),
        board=tuple(name for name in (board[k] for k in order.tolist()) if name),
        price=frozen(price[order]),
        volume_t=frozen(volume[order]),
        turnover_cny=frozen(np.where(volume == 0, 0.0, turnover)[order]),
    )


def _read_dates(table: Table, header: str | None, faults: list[Fault]) -> NDArray[np.datetime64]:
    if header is None:
        return np.full(len(table.row_numbers), "NaT", dtype="datetime64[D]")
    return date_column(table, header, faults)


def _read_boards(table: Table, header: str | None, faults: list[Fault]) -> list[Board | None]:
    """Read the boards; None where a cell was refused."""
    if header is None:
        return [None] * len(table.row_numbers)
    cells = text_column(table, header, faults)
    faults += [
        Fault(
            "unknown board",
            f"'{cell}'",
            ", ".join(BOARDS),
            "write listing or block; leave other kinds of trade out",
            table.source,
            int(row),
            header,
        )
        for cell, row in zip(cells, table.row_numbers, strict=True)
        if cell and plain(cell) not in BOARDS
    ]
    return [BOARDS.get(plain(cell)) for cell in cells]


def _trade_faults(
    table: Table, headers: dict[str, str], price: Array, volume: Array, turnover: Array
) -> Iterator[Fault]:
    """List trades whose price, volume and turnover cannot all be right."""

    def fault(k: int, role: str, *texts: str) -> Fault:
        what, found, allowed, remedy = texts
        row = int(table.row_numbers[k])
        return Fault(what, found, allowed, remedy, table.source, row, headers[role])

    traded = volume > 0
    for role, values in (("price", price), ("turnover", turnover)):
        for k in np.flatnonzero(traded & np.isnan(values)).tolist():
            found = f"a blank cell beside a volume of {volume[k]:.10g} t"
            remedy = "fill the cell in, or enter a volume of 0 if nothing was traded"
            yield fault(k, role, "missing value", found, "a number of 0 or more", remedy)
    for k in np.flatnonzero(traded & (price == 0)).tolist():
        found = f"a price of 0 with a volume of {volume[k]:.10g} t"
        remedy = "enter the price of the day, or a volume of 0 if nothing was traded"
        yield fault(k, "price", "trade without a price", found, "a price above 0", remedy)
    for k in np.flatnonzero((volume == 0) & (turnover > 0)).tolist():
        found = f"{turnover[k]:.10g} CNY with a volume of 0"
        remedy = "enter the volume, or a turnover of 0"
        yield fault(k, "turnover", "turnover without volume", found, "a turnover of 0", remedy)
    worth = np.where(traded & (price > 0), price * volume, np.nan)
    unfit = (turnover > UNIT_SLIP * worth) | (turnover * UNIT_SLIP < worth)
    for k in np.flatnonzero(unfit).tolist():
        found = (
            f"turnover {turnover[k]:.10g} CNY / volume {volume[k]:.10g} t = "
            f"{turnover[k] / volume[k]:.6g} CNY/t beside a price of {price[k]:.6g}"
        )
        allowed = f"between 1/{UNIT_SLIP:g} and {UNIT_SLIP:g} times the price"
        remedy = (
            "bring volume to t and turnover to CNY (万 = 1e4), or put the unit in brackets at "
            "the end of the header"
        )
        yield fault(k, "turnover", "turnover does not fit", found, allowed, remedy)
