"""Assess records: emissions, credits under the caps, green points.

Amounts are whole thousandths of a unit and factors whole milligrams per unit, so a product is
a whole number of micrograms and sums are exact. Records are first added up by account, version
of a rule, and period; then, once for each, what was avoided is rounded down to whole grams and
the cap is applied. Nothing therefore depends on the order of records, nor on whether a journey
stands in one record or in two. Where a period has two versions of a rule, the earlier one uses
up the cap first, and the later one credits what its own cap leaves.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.activity.results import Assessment
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.activity.records import ActivityRecords
    from tanshi.activity.rules import Rule, RuleSet

MICROGRAMS_PER_GRAM = 10**6
GRAMS_PER_KILOGRAM = 1000
# Sums are 64-bit integers; what a part of them could reach stays a factor of two below.
GREATEST_TOTAL = 2.0**62
PERIOD_UNITS = {"day": "D", "month": "M", "year": "Y"}
NONE_IN_FORCE = -1


@dataclass(frozen=True, eq=False, kw_only=True)
class Sums:
    """Records added up, one row for each account, version of a rule, and period; in this order.

    Parameters
    ----------
    account : (n,) array of int
        Places in `names`.
    names : polars.Series of str
    kind : polars.Series of str, length n
    place : (n,) array of int
        Of the version among the rules.
    start : (n,) array of datetime64[D]
        First day of the period.
    records, amount : (n,) array of int
        Amounts in thousandths of a unit.
    baseline_ug, emissions_ug : (n,) array of int
    """

    account: NDArray[np.int64]
    names: pl.Series
    kind: pl.Series
    place: NDArray[np.int64]
    start: NDArray[np.datetime64]
    records: NDArray[np.int64]
    amount: NDArray[np.int64]
    baseline_ug: NDArray[np.int64]
    emissions_ug: NDArray[np.int64]


def assess_activity(records: ActivityRecords, rules: RuleSet) -> Assessment:
    """Turn records into emissions, credits and points.

    Parameters
    ----------
    records : ActivityRecords
    rules : RuleSet

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        Every record that no rule fits: an unknown activity, a kind of account the rule is not
        for, a day on which no version holds, a reference that is missing or not called for;
        records that together are too large to add up exactly. Rows count from 1.

    Examples
    --------
    >>> from tanshi.activity import ActivityRecords, load_default_rules
    >>> records = ActivityRecords(day=["2026-03-01"], account=["a"], kind=["person"],
    ...                           activity=["metro"], amount=[12.5])
    >>> assess_activity(records, load_default_rules()).credits["credit_g"].to_list()
    [477]
    """
    code = _rule_codes(records, rules)
    version = _versions_in_force(records, rules, code)
    faults = _record_faults(records, rules, code, version)
    if faults:
        raise InputError(sorted(faults, key=lambda fault: fault.row or 0))
    return Assessment(rules.name, rules.version, _credits(_summed(records, rules, version), rules))


def _rule_codes(records: ActivityRecords, rules: RuleSet) -> NDArray[np.int64]:
    """Return for every record the place of its rule's first version; -1 for an unknown one."""
    places: dict[str, int] = {}
    for place, rule in enumerate(rules.rules):
        places.setdefault(rule.rule, place)
    activity = pl.Series(records.activity)
    meant = {text: rules.find(text) for text in activity.drop_nulls().unique()}
    known = {text: places[rule.rule] if rule else -1 for text, rule in meant.items()}
    codes = activity.replace_strict(known, default=-1, return_dtype=pl.Int64)
    return codes.to_numpy()


def _versions_in_force(
    records: ActivityRecords, rules: RuleSet, code: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return for every record the place of the version that holds on its day; -1 for none."""
    day = np.asarray(records.day)
    version = np.full(len(code), NONE_IN_FORCE, dtype=np.int64)
    for place, rule in enumerate(rules.rules):
        first = next(i for i, other in enumerate(rules.rules) if other.rule == rule.rule)
        holds = (code == first) & (day >= np.datetime64(rule.valid_from))
        if rule.valid_to is not None:
            holds &= day <= np.datetime64(rule.valid_to)
        version[holds] = place
    return version


def _record_faults(
    records: ActivityRecords,
    rules: RuleSet,
    code: NDArray[np.int64],
    version: NDArray[np.int64],
) -> list[Fault]:
    """List every record that no rule fits, and records that together are too large."""
    faults = [
        _unknown_activity(records.activity[row], rules, row)
        for row in np.flatnonzero(code < 0).tolist()
    ]
    for row in np.flatnonzero((code >= 0) & (version < 0)).tolist():
        rule = rules.rules[code[row]].rule
        what, found = f"no version of {rule} holds on the day", str(np.asarray(records.day)[row])
        remedy = "correct the day, or add a version to the rules"
        faults.append(Fault(what, found, _validity(rule, rules), remedy, "", row + 1, "day"))
    faults += _account_faults(records, rules, version)
    wants = np.array([rule.measure == "below_reference" for rule in rules.rules])[version]
    wrong = (version >= 0) & (records.has_reference != wants)
    faults += [
        _reference_fault(rules.rules[version[row]], row, wants=bool(wants[row]))
        for row in np.flatnonzero(wrong).tolist()
    ]
    return faults or _size_faults(records, rules, version)


def _account_faults(
    records: ActivityRecords, rules: RuleSet, version: NDArray[np.int64]
) -> list[Fault]:
    """List every record whose rule is not for accounts of its kind."""
    kind = pl.Series(records.kind)
    fits = np.zeros(len(version), dtype=bool)
    for one in ("person", "household"):
        open_to = np.array([one in rule.applies_to for rule in rules.rules])[version]
        fits |= open_to & (kind == one).to_numpy()
    faults = []
    for row in np.flatnonzero((version >= 0) & ~fits).tolist():
        rule = rules.rules[version[row]]
        what, allowed = f"{rule.rule} is not for such an account", " or ".join(rule.applies_to)
        remedy = "book it on an account of that kind"
        faults.append(Fault(what, f"a {kind[row]}", allowed, remedy, "", row + 1, "kind"))
    return faults


def _unknown_activity(text: str | None, rules: RuleSet, row: int) -> Fault:
    names = list(dict.fromkeys(rule.rule for rule in rules.rules))
    near = difflib.get_close_matches(text or "", names, n=1)
    remedy = f"did you mean '{near[0]}'?" if near else "name one of the rules"
    found = f"'{text}'" if text else "nothing"
    return Fault("unknown activity", found, ", ".join(names), remedy, "", row + 1, "activity")


def _validity(name: str, rules: RuleSet) -> str:
    return "; ".join(
        f"version {rule.version} {rule.valid_from} to {rule.valid_to or 'further notice'}"
        for rule in rules.rules
        if rule.rule == name
    )


def _reference_fault(rule: Rule, row: int, *, wants: bool) -> Fault:
    if wants:
        what, found, allowed = f"{rule.rule} needs a reference", "a blank", f"a number, {rule.unit}"
        remedy = "state what the household used in the period that it is compared with"
    else:
        what, found, allowed = f"{rule.rule} has no reference", "a number", "a blank"
        remedy = "leave the cell blank: the baseline stands in the rule"
    return Fault(what, found, allowed, remedy, "", row + 1, "reference")


def _size_faults(
    records: ActivityRecords, rules: RuleSet, version: NDArray[np.int64]
) -> list[Fault]:
    factors = np.array([rule.baseline_mg_per_unit for rule in rules.rules], dtype=np.float64)
    amounts = np.maximum(records.amount_thousandths, records.reference_thousandths)
    total = float(np.sum(amounts.astype(np.float64) * factors[version]))
    if total <= GREATEST_TOTAL:
        return []
    what, found = "too much to add up exactly", f"{total / 1e12:.3g} t CO2 in all records"
    allowed = f"at most {GREATEST_TOTAL / 1e12:.3g} t CO2"
    return [Fault(what, found, allowed, "check the units, or assess the records in parts")]


def _summed(records: ActivityRecords, rules: RuleSet, version: NDArray[np.int64]) -> Sums:
    """Add records up by account, version of a rule, and period; micrograms, exact."""
    day = np.asarray(records.day)
    start = np.empty(len(day), dtype="datetime64[D]")
    baseline_of = records.amount_thousandths.copy()
    period_of = np.array([list(PERIOD_UNITS).index(rule.period) for rule in rules.rules])[version]
    for place, unit in enumerate(PERIOD_UNITS.values()):
        mine = period_of == place
        start[mine] = day[mine].astype(f"datetime64[{unit}]").astype("datetime64[D]")
    compares = np.array([rule.measure == "below_reference" for rule in rules.rules])
    compared = compares[version]
    baseline_of[compared] = records.reference_thousandths[compared]
    baseline = np.array([rule.baseline_mg_per_unit for rule in rules.rules], dtype=np.int64)
    actual = np.array([rule.actual_mg_per_unit for rule in rules.rules], dtype=np.int64)
    names, account = _numbered(pl.Series(records.account))
    # One whole number for account, version and day sorts faster than three columns do.
    days = (start - start.min()).astype(np.int64)
    key = (account * len(rules.rules) + version) * (int(days.max()) + 1) + days
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    chosen = order[first]

    def added(values: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.asarray(np.add.reduceat(values[order], first))

    return Sums(
        account=account[chosen],
        names=names,
        kind=pl.Series(records.kind).gather(chosen),
        place=version[chosen],
        start=start[chosen],
        records=np.diff(first, append=len(order)),
        amount=added(records.amount_thousandths),
        baseline_ug=added(baseline_of * baseline[version]),
        emissions_ug=added(records.amount_thousandths * actual[version]),
    )


def _numbered(texts: pl.Series) -> tuple[pl.Series, NDArray[np.int64]]:
    """Return the different texts in order, and the place of each text among them."""
    names = texts.unique().sort()
    numbers = pl.DataFrame({"text": names, "number": np.arange(len(names))})
    table = pl.DataFrame({"text": texts})
    found = table.join(numbers, on="text", how="left", maintain_order="left")["number"]
    return names, found.to_numpy()


def _credits(sums: Sums, rules: RuleSet) -> pl.DataFrame:
    """Round down to grams, apply the caps, and name rule and version of every credit."""
    place = sums.place
    avoided = sums.baseline_ug - sums.emissions_ug
    wanted = np.maximum(avoided // MICROGRAMS_PER_GRAM, 0)
    cap = np.array([rule.cap_g_per_period for rule in rules.rules], dtype=np.int64)[place]
    credit = _capped(sums, wanted, cap, rules)
    points = np.array([rule.points_per_kg for rule in rules.rules], dtype=np.int64)[place]
    texts = {
        name: pl.Series([getattr(rule, name) for rule in rules.rules]).gather(place)
        for name in ("rule", "version", "period", "unit")
    }
    return pl.DataFrame(
        {
            "account": sums.names.gather(sums.account),
            "kind": sums.kind,
            "rule": texts["rule"],
            "version": texts["version"],
            "period": texts["period"],
            "period_start": sums.start,
            "records": sums.records,
            "amount": sums.amount / 1000,
            "unit": texts["unit"],
            "baseline_kg": sums.baseline_ug / 1e9,
            "emissions_kg": sums.emissions_ug / 1e9,
            "avoided_kg": avoided / 1e9,
            "credit_g": credit,
            "withheld_by_cap_g": wanted - credit,
            "points": credit * points // GRAMS_PER_KILOGRAM,
        }
    )


def _capped(
    sums: Sums, wanted: NDArray[np.int64], cap: NDArray[np.int64], rules: RuleSet
) -> NDArray[np.int64]:
    """Apply caps by account, rule and period; versions of one period in their order of days."""
    first = {rule.rule: place for place, rule in reversed(list(enumerate(rules.rules)))}
    rule_of = np.array([first[rule.rule] for rule in rules.rules], dtype=np.int64)[sums.place]
    turn_of = sums.place - rule_of  # versions of a rule stand together, the earliest first
    credit = np.minimum(wanted, cap)
    for turn in range(1, int(turn_of.max()) + 1):
        # What earlier versions have credited in the same period comes off the cap.
        later = np.flatnonzero(turn_of == turn)
        earlier = np.flatnonzero(turn_of < turn)
        days = (sums.start - sums.start.min()).astype(np.int64)
        key = (sums.account * len(rules.rules) + rule_of) * (int(days.max()) + 1) + days
        order = np.argsort(key[earlier], kind="stable")
        keys, used = key[earlier][order], np.cumsum(np.append(0, credit[earlier][order]))
        ends = [np.searchsorted(keys, key[later], side=side) for side in ("left", "right")]
        left = np.maximum(cap[later] - (used[ends[1]] - used[ends[0]]), 0)
        credit[later] = np.minimum(wanted[later], left)
    return credit
