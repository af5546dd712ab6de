"""Credits of a household among its members, and grams to the whole kilograms of the exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

GRAMS_PER_KILOGRAM = 1000


def split_among_members(booked: pl.DataFrame, members: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Split the credits of households equally; what does not divide goes to the first by name.

    Parameters
    ----------
    booked : polars.DataFrame
        Credits as in `Assessment`; those of persons are left aside.
    members : mapping of household to its members

    Returns
    -------
    polars.DataFrame
        ``account`` (of the member), ``household``, ``rule``, ``version``, ``period_start``,
        ``credit_g``, ``points``; sums by household are those of its credits, to the gram.

    Raises
    ------
    InputError
        A household with credits and without members, or a member twice in one.

    Examples
    --------
    >>> booked = pl.DataFrame({"account": ["h"], "kind": ["household"], "rule": ["heating"],
    ...     "version": ["1"], "period_start": ["2026-01-01"], "credit_g": [100], "points": [2]})
    >>> split_among_members(booked, {"h": ["c", "a", "b"]})["credit_g"].to_list()
    [34, 33, 33]
    """
    households = booked.filter(pl.col("kind") == "household")
    faults = [
        Fault(
            "a household without members",
            name,
            "at least one member for every household that has credits",
            "add its members",
            column="household",
        )
        for name in households["account"].unique().sort().to_list()
        if not members.get(name)
    ]
    faults += [
        Fault("a member twice", f"{one} in {name}", "every member once", "delete one of them")
        for name, people in members.items()
        for one in sorted({one for one in people if list(people).count(one) > 1})
    ]
    if faults:
        raise InputError(faults)
    rows = pl.DataFrame(
        [
            {"household": name, "member": one, "place": place, "members": len(people)}
            for name, people in members.items()
            for place, one in enumerate(sorted(people))
        ],
        schema={
            "household": pl.String,
            "member": pl.String,
            "place": pl.Int64,
            "members": pl.Int64,
        },
    )
    joined = households.join(rows, left_on="account", right_on="household", how="inner")
    shares = [
        (pl.col(name) // pl.col("members"))
        + (pl.col("place") < pl.col(name) % pl.col("members")).cast(pl.Int64)
        for name in ("credit_g", "points")
    ]
    return (
        joined.with_columns(credit_g=shares[0], points=shares[1])
        .select(
            pl.col("member").alias("account"),
            pl.col("account").alias("household"),
            *("rule", "version", "period_start", "credit_g", "points"),
        )
        .sort("household", "rule", "version", "period_start", "account")
    )


def settle_kilograms(
    credit_g: ArrayLike, carried_g: ArrayLike = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Turn grams into whole kilograms, the unit of the exchange, and carry the rest.

    Parameters
    ----------
    credit_g : array_like of int, shape (n,), g CO2
        New credits.
    carried_g : array_like of int, shape (n,) or a single number, g CO2
        What the settlement before left, 0 to 999.

    Returns
    -------
    kilograms, carried : (n,) int64
        ``1000 * kilograms + carried = credit_g + carried_g``, and 0 <= carried < 1000.

    Raises
    ------
    InputError
        A credit below 0, or a rest that is no rest.

    Examples
    --------
    >>> kilograms, carried = settle_kilograms([1600, 300], [500, 0])
    >>> kilograms.tolist(), carried.tolist()
    ([2, 0], [100, 300])
    """
    new, rest = (np.asarray(one, dtype=np.int64) for one in (credit_g, carried_g))
    faults = []
    if (new < 0).any():
        allowed, remedy = "0 or more", "a credit is never taken back by a negative one"
        faults.append(Fault("a credit below 0", f"{new.min()} g", allowed, remedy))
    if ((rest < 0) | (rest >= GRAMS_PER_KILOGRAM)).any():
        found, allowed = f"{rest.min()} to {rest.max()} g", "0 to 999 g"
        faults.append(Fault("not a rest", found, allowed, "hand in what the last settlement left"))
    if faults:
        raise InputError(faults)
    total = new + rest
    return total // GRAMS_PER_KILOGRAM, total % GRAMS_PER_KILOGRAM
