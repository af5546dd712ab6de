"""What was done: one record, one activity of one account on one day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.activity._checks import ACCOUNTS
from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

THOUSANDTHS = 1000
GREATEST_AMOUNT = 10**6
# Of a thousandth: far above what a float loses, far below a fourth decimal.
TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False, kw_only=True)
class ActivityRecords:
    """Records to assess; all of length n.

    Parameters
    ----------
    day : array_like, datetime64[D]
        Day of the activity; for a reading of a meter, any day of the period it is of.
    account : sequence of str
    kind : sequence of {"person", "household"}
        Of the account; the same in all its records.
    activity : sequence of str
        Name of a rule.
    amount : array_like, units of the rule
        0 or more, with at most three decimals, below a million.
    reference : array_like, units of the rule, optional
        What would have been used; NaN, or left out, where the rule has no reference.

    Raises
    ------
    InputError
        Columns of different lengths, a day that is missing, an amount out of range or with more
        than three decimals, an unknown kind, an account of two kinds. Rows count from 1.

    Examples
    --------
    >>> records = ActivityRecords(day=["2026-03-01"], account=["a"], kind=["person"],
    ...                           activity=["metro"], amount=[12.5])
    >>> records.amount_thousandths.tolist()
    [12500]
    """

    day: ArrayLike
    account: Sequence[str]
    kind: Sequence[str]
    activity: Sequence[str]
    amount: ArrayLike
    reference: ArrayLike | None = None

    def __post_init__(self) -> None:
        day = np.asarray(self.day, dtype="datetime64[D]")
        amount = np.asarray(self.amount, dtype=np.float64)
        given = self.reference
        reference = np.full_like(amount, np.nan) if given is None else np.asarray(given, np.float64)
        texts = {
            name: _series(name, getattr(self, name)) for name in ("account", "kind", "activity")
        }
        lengths = {"day": day.size, "amount": amount.size, "reference": reference.size}
        lengths |= {name: len(series) for name, series in texts.items()}
        if len(set(lengths.values())) > 1 or not day.size:
            found = ", ".join(f"{name} {length}" for name, length in lengths.items())
            allowed, remedy = "columns of one length, at least 1", "give every column every record"
            raise InputError([Fault("columns are not of one length", found, allowed, remedy)])
        faults = [
            Fault("missing day", "none", "a day", "fill it in", row=row + 1, column="day")
            for row in np.flatnonzero(np.isnat(day)).tolist()
        ]
        faults += _amount_faults("amount", amount, blank=False)
        faults += _amount_faults("reference", reference, blank=True)
        faults += _kind_faults(texts["account"], texts["kind"])
        if faults:
            raise InputError(sorted(faults, key=lambda fault: fault.row or 0))
        checked = {"day": frozen(day, "datetime64[D]"), "amount": frozen(amount)}
        for name, array in (checked | {"reference": frozen(reference)}).items():
            object.__setattr__(self, name, array)
        for name, series in texts.items():
            object.__setattr__(self, name, series)

    @property
    def amount_thousandths(self) -> NDArray[np.int64]:
        """Amounts in whole thousandths of a unit."""
        return _thousandths(self.amount)

    @property
    def reference_thousandths(self) -> NDArray[np.int64]:
        """References in whole thousandths of a unit; 0 where there is none."""
        return _thousandths(self.reference)

    @property
    def has_reference(self) -> NDArray[np.bool_]:
        """Whether a record has a reference."""
        return ~np.isnan(np.asarray(self.reference, dtype=np.float64))


def _thousandths(values: ArrayLike | None) -> NDArray[np.int64]:
    numbers = np.nan_to_num(np.asarray(values, dtype=np.float64))
    return np.asarray(np.rint(numbers * THOUSANDTHS), dtype=np.int64)


def _series(name: str, values: Sequence[str] | pl.Series) -> pl.Series:
    if isinstance(values, pl.Series):
        return values.cast(pl.String).rename(name)
    return pl.Series(name, list(values), dtype=pl.String)


def _amount_faults(name: str, values: NDArray[np.float64], *, blank: bool) -> list[Fault]:
    there = ~np.isnan(values) if blank else np.ones(values.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        inside = (values >= 0.0) & (values < GREATEST_AMOUNT)
        scaled = values * THOUSANDTHS
        fine = np.abs(scaled - np.rint(scaled)) <= TOLERANCE
    faults = [
        Fault(
            f"{name} out of range",
            "not a number" if np.isnan(values[row]) else f"{values[row]:.10g}",
            f"0 or more, below {GREATEST_AMOUNT}",
            "state it in the unit of the rule, in several records where it is larger",
            row=row + 1,
            column=name,
        )
        for row in np.flatnonzero(there & ~inside).tolist()
    ]
    faults += [
        Fault(
            f"{name} is too fine",
            f"{values[row]:.10g}",
            "at most three decimals",
            "round it to a thousandth of the unit",
            row=row + 1,
            column=name,
        )
        for row in np.flatnonzero(there & inside & ~fine).tolist()
    ]
    return faults


def _kind_faults(account: pl.Series, kind: pl.Series) -> list[Fault]:
    faults = [
        Fault(
            "missing account",
            "nothing",
            "the name or number of an account",
            "fill it in",
            row=row + 1,
            column="account",
        )
        for row in (account.is_null() | (account == "")).arg_true().to_list()
    ]
    unknown = ~kind.is_in(ACCOUNTS).fill_null(value=False)
    faults += [
        Fault(
            "unknown kind of account",
            f"'{kind[row]}'",
            " or ".join(ACCOUNTS),
            "say whose account it is",
            row=row + 1,
            column="kind",
        )
        for row in unknown.arg_true().to_list()
    ]
    if faults:
        return faults
    table = pl.DataFrame([account, kind]).with_row_index("row", offset=1)
    seen = table.unique(["account", "kind"], keep="first", maintain_order=True)
    doubled = seen.filter(pl.col("account").is_duplicated())
    second = doubled.filter(~pl.col("account").is_first_distinct())
    return [
        Fault(
            "an account of two kinds",
            f"{name} is a {other} here",
            "one kind for all records of an account",
            "give the household an account of its own",
            row=row,
            column="kind",
        )
        for row, name, other in second.iter_rows()
    ]
