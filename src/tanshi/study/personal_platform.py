"""Join a file of personal markets with the models of one and of two-sided platforms."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tanshi.core import InputError
from tanshi.data.benchmark_columns import unused_note
from tanshi.data.personal_inputs import load_personal_columns
from tanshi.personal.derivatives import sign_derivatives
from tanshi.personal.single import (
    SinglePlatformInputs,
    solve_single_platform,
)
from tanshi.personal.two_sided import (
    Payments,
    TwoSidedInputs,
    solve_two_sided,
)
from tanshi.study.faults import gathering

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from tanshi.core import Fault
    from tanshi.data.personal_inputs import PersonalColumns
    from tanshi.personal.results.platform import SinglePlatform, TwoSided

Inputs = TypeVar("Inputs", SinglePlatformInputs, TwoSidedInputs)
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Solved(Generic[Result]):
    """A result and the file it comes from.

    Parameters
    ----------
    result : SinglePlatform or TwoSided
    data_sha256 : dict of file name to hash
    derivatives : list of dict
        Of a two-sided market, how its optima respond; empty for a single platform.
    notes : tuple of str
        What a user should know of the file.
    """

    result: Result
    data_sha256: dict[str, str]
    derivatives: list[dict[str, Any]]
    notes: tuple[str, ...]


def solve_single_file(
    path: str | os.PathLike[str], *, sheet: str | None = None
) -> Solved[SinglePlatform]:
    """Solve every row of a file as a single platform.

    Raises
    ------
    InputError
        Every fault of the file, of its cells and of their values at once.
    """
    columns, inputs = _inputs_of(path, sheet, SinglePlatformInputs)
    result = _in_the_file(columns, lambda: solve_single_platform(inputs))
    return Solved(result, {columns.source: columns.sha256}, [], _notes(columns))


def solve_two_sided_file(
    path: str | os.PathLike[str],
    *,
    payments: Payments = "published",
    sheet: str | None = None,
) -> Solved[TwoSided]:
    """Solve every row of a file as a two-sided platform.

    Raises
    ------
    InputError
        Every fault of the file, of its cells and of their values at once.
    """
    columns, inputs = _inputs_of(path, sheet, TwoSidedInputs)
    result = _in_the_file(columns, lambda: solve_two_sided(inputs, payments=payments))
    derivatives = sign_derivatives(inputs, payments=payments)
    return Solved(result, {columns.source: columns.sha256}, derivatives, _notes(columns))


def _notes(columns: PersonalColumns) -> tuple[str, ...]:
    """Name the columns of the file that are not read."""
    return (unused_note(columns.source, columns.unused),) if columns.unused else ()


def _inputs_of(
    path: str | os.PathLike[str], sheet: str | None, kind: type[Inputs]
) -> tuple[PersonalColumns, Inputs]:
    standing = {one.name: one.default for one in fields(kind)}
    names = {name: default is MISSING for name, default in standing.items()}
    defaults: dict[str, Any] = {name: standing[name] for name in names if not names[name]}
    columns = load_personal_columns(
        path,
        required=[name for name, required in names.items() if required],
        optional=list(defaults),
        defaults=defaults,
        sheet=sheet,
    )
    faults = list(columns.faults)
    if not len(columns.row_numbers):  # every row was refused, and there is nothing to check
        raise InputError(faults)
    # A column that is not there is a fault already; one that breaks no condition stands in.
    stand_in: dict[str, Any] = {name: 1.0 for name, required in names.items() if required}
    found: list[Fault] = []
    with gathering(found):
        inputs = kind(**(stand_in | columns.values))
    unread = {(fault.row, fault.column) for fault in faults}
    faults += [
        fault
        for fault in (_placed(fault, columns) for fault in found)
        if (fault.row, fault.column) not in unread
    ]
    if faults:
        raise InputError(sorted(faults, key=lambda fault: fault.row or 0))
    return columns, inputs


def _in_the_file(columns: PersonalColumns, solve: Callable[[], Result]) -> Result:
    """Solve, and say of what is refused in which row of the file it stands."""
    try:
        return solve()
    except InputError as error:
        raise InputError([_placed(fault, columns) for fault in error.faults]) from None


def _placed(fault: Fault, columns: PersonalColumns) -> Fault:
    """Say where in the file a fault of the model lies."""
    return replace(
        fault,
        file=columns.source,
        row=None if fault.row is None else int(columns.row_numbers[fault.row - 1]),
        column=columns.headers.get(fault.column, fault.column),
    )
