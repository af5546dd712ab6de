"""What rules have to meet, checked all at once."""

from __future__ import annotations

import datetime as dt
import difflib
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tanshi.core import Fault

if TYPE_CHECKING:
    import tomllib
    from collections.abc import Mapping, Sequence

ACCOUNTS = ("person", "household")
MEASURES = ("instead", "below_reference")
PERIODS = ("day", "month", "year")
# A factor of 1 t CO2 per unit, and amounts below a million units, keep products in 64 bits.
GREATEST_FACTOR_MG = 10**9
GREATEST_CAP_G = 10**12
GREATEST_POINTS = 10**6
WHOLE = {
    "baseline_mg_per_unit": (0, GREATEST_FACTOR_MG),
    "actual_mg_per_unit": (0, GREATEST_FACTOR_MG),
    "cap_g_per_period": (1, GREATEST_CAP_G),
    "points_per_kg": (0, GREATEST_POINTS),
}
TEXTS = (
    *("rule", "version", "title", "title_zh", "unit"),
    *("baseline_source", "actual_source", "assumption"),
)
CHOICES = {"measure": MEASURES, "period": PERIODS}
SAME_IN_ALL_VERSIONS = ("unit", "period", "measure", "names", "applies_to")


def toml_fault(error: tomllib.TOMLDecodeError, source: str) -> Fault:
    """Return the fault of a text that is no TOML."""
    return Fault("not TOML", str(error), "a TOML file", "correct the line it names", file=source)


def key_faults(
    found: Mapping[str, Any],
    known: Sequence[str],
    optional: Sequence[str],
    place: str,
    source: str,
) -> list[Fault]:
    """List keys that are missing, and unknown ones with the nearest known one."""
    faults = []
    for key in found:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"did you mean '{near[0]}'?" if near else "remove the key"
            what, allowed = f"unknown key{_in(place)}", ", ".join(known)
            faults.append(Fault(what, f"'{key}'", allowed, remedy, source, None, key))
    for key in known:
        if key not in found and key not in optional:
            what, remedy = f"missing key{_in(place)}", f"add {key} = …"
            faults.append(Fault(what, "nothing", f"the key {key}", remedy, source, None, key))
    return faults


def rule_faults(row: Mapping[str, Any], place: str, source: str) -> list[Fault]:
    """List values of one rule that are out of range."""
    named = f"{place} ({row['rule']})" if isinstance(row.get("rule"), str) else place
    wrong: list[tuple[str, str]] = []
    wrong += [(key, "a text that is not empty") for key in TEXTS if not _text(row, key)]
    for key, (least, greatest) in WHOLE.items():
        if key in row and not (_whole(row[key]) and least <= row[key] <= greatest):
            wrong.append((key, f"a whole number from {least} to {greatest}"))
    for key, allowed in CHOICES.items():
        if key in row and row[key] not in allowed:
            wrong.append((key, " or ".join(allowed)))
    if "names" in row and not _texts(row["names"]):
        wrong.append(("names", "a list of texts, which may be empty"))
    if "applies_to" in row and not (
        _texts(row["applies_to"]) and row["applies_to"] and set(row["applies_to"]) <= set(ACCOUNTS)
    ):
        wrong.append(("applies_to", 'a list of "person", "household" or both'))
    wrong += [
        (key, "a day such as 2026-01-01, without quotation marks")
        for key in ("valid_from", "valid_to")
        if key in row and type(row[key]) is not dt.date
    ]
    faults = [
        Fault(
            f"impossible value in {named}",
            repr(row[key]),
            allowed,
            "correct the value",
            source,
            None,
            key,
        )
        for key, allowed in wrong
    ]
    return faults or _related_faults(row, named, source)


def version_faults(rows: Sequence[Mapping[str, Any]], source: str) -> list[Fault]:
    """List versions that overlap or differ in what may not change, and words for two rules."""
    faults = []
    by_rule: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_rule.setdefault(row["rule"], []).append(row)
    for name, versions in by_rule.items():
        versions.sort(key=lambda row: row["valid_from"])
        for before, after in pairwise(versions):
            faults += _pair_faults(name, before, after, source)
        labels = [row["version"] for row in versions]
        faults += [
            Fault(
                "a version twice",
                f"{name} {label}",
                "every version of a rule once",
                "give each version a label of its own",
                source,
                None,
                "version",
            )
            for label in sorted({label for label in labels if labels.count(label) > 1})
        ]
    owner: dict[str, str] = {}
    for row in rows:
        for word in (row["rule"], *row["names"]):
            other = owner.setdefault(word_key(word), row["rule"])
            if other != row["rule"]:
                what, found = "a word for two rules", f"'{word}' of {other} and of {row['rule']}"
                allowed, remedy = "every word for one rule only", "take it out of one of them"
                faults.append(Fault(what, found, allowed, remedy, source, None, "names"))
    return faults


def word_key(word: str) -> str:
    """Return a word as it is compared: without case, and with underscores between its parts."""
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def _pair_faults(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any], source: str
) -> list[Fault]:
    faults = []
    if "valid_to" not in before or before["valid_to"] >= after["valid_from"]:
        end = before.get("valid_to", "no end")
        faults.append(
            Fault(
                f"versions of {name} overlap",
                f"{before['version']} holds to {end}, {after['version']} from "
                f"{after['valid_from']}",
                "one version on each day",
                "let valid_to be the day before the next valid_from",
                source,
                None,
                "valid_to",
            )
        )
    faults += [
        Fault(
            f"versions of {name} differ in {key}",
            f"{before[key]!r} and {after[key]!r}",
            "the same in all versions, so that a cap has one meaning in a period",
            "make it a rule of another name",
            source,
            None,
            key,
        )
        for key in SAME_IN_ALL_VERSIONS
        if before[key] != after[key]
    ]
    return faults


def _related_faults(row: Mapping[str, Any], named: str, source: str) -> list[Fault]:
    """List values that do not go together; only where each is possible by itself."""
    faults = []
    baseline, actual = row.get("baseline_mg_per_unit"), row.get("actual_mg_per_unit")
    if baseline is not None and actual is not None:
        same = row.get("measure") == "below_reference"
        if (baseline != actual) if same else (baseline <= actual):
            allowed = "the same factor twice" if same else "a baseline above the actual factor"
            what, found = f"factors of {named} do not fit its measure", f"{baseline} and {actual}"
            faults.append(
                Fault(what, found, allowed, "correct one of them", source, None, "measure")
            )
    if "valid_to" in row and "valid_from" in row and row["valid_to"] < row["valid_from"]:
        what, found = f"{named} ends before it begins", f"{row['valid_from']} to {row['valid_to']}"
        allowed, remedy = "valid_to on or after valid_from", "correct one of the two days"
        faults.append(Fault(what, found, allowed, remedy, source, None, "valid_to"))
    return faults


def _text(row: Mapping[str, Any], key: str) -> bool:
    return key not in row or (isinstance(row[key], str) and bool(row[key].strip()))


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _in(place: str) -> str:
    return f" in {place}" if place else ""
