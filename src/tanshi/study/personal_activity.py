"""Join a file of activities, a file of rules and who lives together with the activity room."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tanshi.activity import (
    ActivityRecords,
    assess_activity,
    default_rules_text,
    parse_rules,
    split_among_members,
)
from tanshi.core import Fault, InputError
from tanshi.data.activity_records import load_activity_records, load_members
from tanshi.data.benchmark_columns import unused_note
from tanshi.study.faults import gathering

if TYPE_CHECKING:
    import os

    import polars as pl
    from numpy.typing import NDArray

    from tanshi.activity import Assessment, RuleSet
    from tanshi.data.activity_records import ActivityTable

SHIPPED = "rules.toml"
COLUMNS = ("day", "account", "kind", "activity", "amount", "reference")


@dataclass(frozen=True, eq=False)
class AssessedFile:
    """An assessment and where it comes from.

    Parameters
    ----------
    assessment : Assessment
    shares : polars.DataFrame or None
        Credits of households by member, where the members are known.
    rules_text : str
        The rules as they were read, to be kept with the result.
    data_sha256 : dict of file to hash
    notes : tuple of str
        What a user should know of the files.
    """

    assessment: Assessment
    shares: pl.DataFrame | None
    rules_text: str
    data_sha256: dict[str, str]
    notes: tuple[str, ...] = ()


def assess_file(
    path: str | os.PathLike[str],
    *,
    rules: str | os.PathLike[str] | None = None,
    members: str | os.PathLike[str] | None = None,
    sheet: str | None = None,
) -> AssessedFile:
    """Assess a file of records.

    Parameters
    ----------
    path : path-like
        Columns day, account, kind, activity, amount; optional reference, unit, record.
    rules : path-like, optional
        TOML; by default the rules that come with Tanshi.
    members : path-like, optional
        Columns household and member.
    sheet : str, optional
        Of the records, where they are in a workbook.

    Raises
    ------
    InputError
        Every fault of the three files at once.
    """
    faults: list[Fault] = []
    digests: dict[str, str] = {}
    text, source = default_rules_text(), SHIPPED
    with gathering(faults):
        if rules is not None:
            text, source = _text_of(Path(rules)), str(rules)
        rule_set = parse_rules(text, source=source)
    digests[source] = hashlib.sha256(text.encode()).hexdigest()
    people: dict[str, list[str]] = {}
    with gathering(faults):
        if members is not None:
            people, digest = load_members(members)
            digests |= digest
    table = None
    with gathering(faults):
        table = load_activity_records(path, sheet=sheet)
        digests[table.source] = table.sha256
        faults += table.faults
    unusable = [fault for fault in faults if table is None or fault.file != table.source]
    if table is None or unusable:
        raise InputError(faults)
    assessment = _assess(table, rule_set, faults)
    shares = None
    if members is not None:
        with gathering(faults):
            shares = split_among_members(assessment.credits, people)
        if faults:
            raise InputError([replace(fault, file=str(members)) for fault in faults])
    notes = (unused_note(table.source, table.unused),) if table.unused else ()
    return AssessedFile(assessment, shares, text, digests, notes)


def _assess(table: ActivityTable, rules: RuleSet, faults: list[Fault]) -> Assessment:
    """Assess what was read, and say of what is refused in which row of the file it stands.

    A cell that could not be read is a fault already; something that fits stands in for it, so
    that the rest of its row is checked too.
    """
    if any(fault.row is None for fault in faults):  # a column is not there
        raise InputError(faults)
    records = None
    for _ in range(2):  # a second time without what the records themselves refuse
        found: list[Fault] = []
        with gathering(found):
            records = _records(table, rules, _unread(table, faults))
        faults += _new(found, table, faults)
        if records is not None:
            break
    if records is None:
        raise InputError(_in_order(faults))
    assessment = None
    found = []
    with gathering(found):
        assessment = assess_activity(records, rules)
    faults += _new(found, table, faults)
    faults += _unit_faults(table, rules)
    if faults or assessment is None:
        raise InputError(_in_order(faults))
    return assessment


def _records(
    table: ActivityTable, rules: RuleSet, unread: dict[str, NDArray[np.bool_]]
) -> ActivityRecords:
    """Return the records, with stand-ins where a cell could not be read."""
    day, amount, reference = table.day.copy(), table.amount.copy(), table.reference.copy()
    day[unread["day"]] = max(np.datetime64(rule.valid_from) for rule in rules.rules)
    amount[unread["amount"]] = 0.0
    reference[unread["reference"]] = np.nan
    account, kind = list(table.account), list(table.kind)
    for row in np.flatnonzero(unread["account"] | unread["kind"]).tolist():
        account[row] = f"row {table.row_numbers[row]}"  # no other record is of this account
        kind[row] = kind[row] or "person"
    return ActivityRecords(
        day=day,
        account=account,
        kind=kind,
        activity=table.activity,
        amount=amount,
        reference=reference,
    )


def _unread(table: ActivityTable, faults: list[Fault]) -> dict[str, NDArray[np.bool_]]:
    """Return by column which cells are a fault."""
    place = {int(row): index for index, row in enumerate(table.row_numbers)} if faults else {}
    unread = {name: np.zeros(len(table.row_numbers), dtype=bool) for name in COLUMNS}
    for fault in faults:
        for name in COLUMNS:
            if fault.row in place and fault.column == table.headers.get(name, name):
                unread[name][place[fault.row]] = True
    return unread


def _new(found: list[Fault], table: ActivityTable, known: list[Fault]) -> list[Fault]:
    """Place faults of the room in the file; leave out those of cells that are faults already."""
    told = {(fault.row, fault.column) for fault in known}
    placed = [_placed(fault, table) for fault in found]
    return [fault for fault in placed if (fault.row, fault.column) not in told]


def _in_order(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.row or 0)


def _unit_faults(table: ActivityTable, rules: RuleSet) -> list[Fault]:
    """List records whose unit, where the file states it, is not the rule's."""
    found = {text: rules.find(text) for text in set(table.activity)}
    units = {text: rule.unit for text, rule in found.items() if rule}
    faults = []
    for place, stated in enumerate(table.unit):
        wanted = units.get(table.activity[place]) if stated else None
        if wanted and stated.casefold() != wanted.casefold():
            row, header = int(table.row_numbers[place]), table.headers["unit"]
            remedy = f"state the amount in {wanted}"
            faults.append(
                Fault(
                    "another unit than the rule's",
                    stated,
                    wanted,
                    remedy,
                    table.source,
                    row,
                    header,
                )
            )
    return faults


def _placed(fault: Fault, table: ActivityTable) -> Fault:
    row = None if fault.row is None else int(table.row_numbers[fault.row - 1])
    column = table.headers.get(fault.column, fault.column)
    return replace(fault, file=table.source, row=row, column=column)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        allowed, remedy = "a TOML file in UTF-8", "correct --rules, or save the file as UTF-8"
        raise InputError(
            [Fault("rules cannot be read", str(error), allowed, remedy, file=str(path))]
        ) from None
