"""Read records of activities: who did what, when, and how much of it; and who lives together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.data.amounts import doubled_faults
from tanshi.data.benchmark_columns import (
    Words,
    name_column,
    optional_text,
    unused_headers,
)
from tanshi.data.columns import numeric_column, text_column
from tanshi.data.dates import date_column
from tanshi.data.reading import scan_table
from tanshi.data.roles import plain

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.data.table import Table

HEADERS: dict[str, tuple[str, ...]] = {
    "day": ("date", "日期", "时间"),
    "account": ("account number", "user", "账户", "账号", "用户"),
    "kind": ("account kind", "account type", "账户类型", "类型"),
    "activity": ("rule", "behaviour", "behavior", "行为", "低碳行为", "活动"),
    "amount": ("quantity", "数量", "用量"),
    "reference": ("reference amount", "baseline amount", "参照量", "基准用量"),
    "unit": ("单位", "计量单位"),
    "record": ("record number", "id", "记录", "记录号", "编号"),
    "household": ("家庭", "家庭账户", "户号"),
    "member": ("person", "成员", "个人", "家庭成员"),
}
KINDS = {
    "person": ("individual", "个人", "居民"),
    "household": ("family", "家庭", "户"),
}
NEEDED = ("day", "account", "kind", "activity", "amount")
OPTIONAL = ("reference", "unit", "record")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ActivityTable:
    """Records as read, with the faults found on the way.

    The faults are handed on, not raised: what an activity may be, the rules say, and a user
    hears of both at once.

    Parameters
    ----------
    source, sha256 : str
        File, and its hash.
    day : (n,) datetime64[D]
        NaT where the cell could not be read.
    account, kind, activity, unit : tuple of str, length n
        Empty where the cell could not be read, or the file has no such column.
    amount, reference : (n,) float64
        NaN where the cell could not be read; reference also where it is blank.
    headers : dict of name to str
        Header of each column in the file.
    row_numbers : (n,) int64
        As a spreadsheet counts them.
    faults : tuple of Fault
    unused : tuple of str
        Headers of columns that are not read.
    """

    source: str
    sha256: str
    day: NDArray[np.datetime64]
    account: tuple[str, ...]
    kind: tuple[str, ...]
    activity: tuple[str, ...]
    unit: tuple[str, ...]
    amount: NDArray[np.float64]
    reference: NDArray[np.float64]
    headers: dict[str, str]
    row_numbers: NDArray[np.int64]
    faults: tuple[Fault, ...]
    unused: tuple[str, ...] = ()


def load_activity_records(
    path: str | os.PathLike[str], *, sheet: str | None = None
) -> ActivityTable:
    """Read records: day, account, kind, activity, amount; optional reference, unit, record.

    Parameters
    ----------
    path : path-like
        A table of any format that `read_table` knows, headers in English or Chinese.
    sheet : str, optional
        Sheet of a workbook; the first one by default.

    Raises
    ------
    InputError
        When nothing of the file can be used. Every other fault is in the result: a column that
        is not there, a blank, no day, no number, an unknown kind, a record number twice.
    """
    table, faults = scan_table(path, sheet=sheet)
    headers = _find(table, NEEDED, OPTIONAL, faults)
    n = len(table.row_numbers)
    texts = {
        name: text_column(table, headers[name], faults) if name in headers else [""] * n
        for name in ("account", "activity", "kind")
    }
    if "kind" in headers:
        words = Words(tuple(KINDS), KINDS)
        texts["kind"] = name_column(table, headers["kind"], texts["kind"], words, faults)
    no_day = np.full(n, "NaT", dtype="datetime64[D]")
    day = date_column(table, headers["day"], faults) if "day" in headers else no_day
    numbers = {name: np.full(n, np.nan) for name in ("amount", "reference")}
    for name in numbers:
        if name in headers:
            numbers[name] = numeric_column(
                table, headers[name], faults, sign="nonnegative", blank=name == "reference"
            )
    if "record" in headers:
        records = text_column(table, headers["record"], faults)
        faults += doubled_faults(table, headers["record"], "record", [r or None for r in records])
    return ActivityTable(
        source=table.source,
        sha256=table.sha256,
        day=day,
        account=tuple(texts["account"]),
        kind=tuple(texts["kind"]),
        activity=tuple(texts["activity"]),
        unit=tuple(optional_text(table, headers.get("unit"))),
        amount=numbers["amount"],
        reference=numbers["reference"],
        headers=headers,
        row_numbers=table.row_numbers,
        faults=tuple(faults),
        unused=unused_headers(table, headers),
    )


def load_members(
    path: str | os.PathLike[str], *, sheet: str | None = None
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Read who is a member of which household: columns household and member.

    Returns
    -------
    members : dict of household to list of members
    data_sha256 : dict of file to hash

    Raises
    ------
    InputError
        A column that is not there, a blank, a member twice in a household.
    """
    table, faults = scan_table(path, sheet=sheet)
    headers = _find(table, ("household", "member"), (), faults)
    columns = [text_column(table, header, faults) for header in headers.values()]
    if len(columns) == 2:
        pairs = list(zip(*columns, strict=True))
        keys = [pair if all(pair) else None for pair in pairs]
        faults += doubled_faults(table, headers["member"], "household and member", keys)
    if faults:
        raise InputError(faults)
    members: dict[str, list[str]] = {}
    for household, member in pairs:
        members.setdefault(household, []).append(member)
    return members, {table.source: table.sha256}


def _find(
    table: Table, needed: Sequence[str], optional: Sequence[str], faults: list[Fault]
) -> dict[str, str]:
    """Find a header for each role; a needed one without is a fault."""
    found: dict[str, str] = {}
    for role in (*needed, *optional):
        fitting = _fitting(table.headers, role, HEADERS)
        if len(fitting) == 1:
            found[role] = fitting[0]
        elif fitting:
            what, shown = f"{len(fitting)} columns could be {role}", ", ".join(fitting)
            remedy = f"call one of them '{role}'"
            faults.append(Fault(what, shown, f"one column for {role}", remedy, table.source))
        elif role in needed:
            shown, allowed = ", ".join(table.headers), ", ".join((role, *HEADERS[role]))
            remedy = f"add the column, or call it '{role}'"
            faults.append(Fault(f"no column for {role}", shown, allowed, remedy, table.source))
    return found


def _fitting(headers: Sequence[str], role: str, words: Mapping[str, Sequence[str]]) -> list[str]:
    own = [one for one in headers if plain(one) == plain(role)]
    known = {plain(word) for word in words[role]}
    return own or [one for one in headers if plain(one) in known]
