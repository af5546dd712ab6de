"""What a rule says: who may use it, when it holds, its factors and its cap.

A scheme for personal carbon (碳普惠) credits the difference between what would have been emitted
and what was,

    avoided = baseline factor × amount − actual factor × amount        (measure "instead")
    avoided = factor × (reference amount − amount used)                (measure "below_reference")

up to a cap for each account and period. Factors are whole milligrams of CO2 per unit. A rule has
versions, and the day of an activity decides which one holds.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from tanshi.activity._checks import (
    key_faults,
    rule_faults,
    toml_fault,
    version_faults,
    word_key,
)
from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    import datetime as dt

Account = Literal["person", "household"]
Measure = Literal["instead", "below_reference"]
Period = Literal["day", "month", "year"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One version of a rule.

    Parameters
    ----------
    rule, version : str
        Every credit names both.
    title, title_zh : str
        What a person reads, in English and Chinese.
    names : tuple of str
        Other words for the activity.
    valid_from : date
        First day on which this version holds.
    valid_to : date, optional
        Last day; none for a version that holds until further notice.
    applies_to : tuple of {"person", "household"}
    unit : str
        Of the amount, for example ``"km"``.
    measure : {"instead", "below_reference"}
    baseline_mg_per_unit, actual_mg_per_unit : int, mg CO2 per unit
        Equal where the measure is ``below_reference``.
    baseline_source, actual_source : str
    cap_g_per_period : int, g CO2
        Most that an account is credited under the rule in a period.
    period : {"day", "month", "year"}
    points_per_kg : int
        Green points for a kilogram of credit.
    assumption : str
        What of the rule is no measurement.
    """

    rule: str
    version: str
    title: str
    title_zh: str
    names: tuple[str, ...]
    valid_from: dt.date
    applies_to: tuple[Account, ...]
    unit: str
    measure: Measure
    baseline_mg_per_unit: int
    baseline_source: str
    actual_mg_per_unit: int
    actual_source: str
    cap_g_per_period: int
    period: Period
    points_per_kg: int
    assumption: str
    valid_to: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """Rules that are assessed together, with the name and version of the set.

    Parameters
    ----------
    name, version : str
    rules : tuple of Rule
        Versions of one rule stand together, the earliest first.
    """

    name: str
    version: str
    rules: tuple[Rule, ...]

    def find(self, activity: str) -> Rule | None:
        """Return the first version of the rule that a name or another word for it means.

        Case, and spaces, hyphens or underscores between words, do not matter.

        Examples
        --------
        >>> rule = load_default_rules().find("No plastic bag")
        >>> (rule.rule, rule.unit) if rule else None
        ('no_plastic_bag', 'bag')
        """
        wanted = word_key(activity)
        for rule in self.rules:
            if wanted in {word_key(word) for word in (rule.rule, *rule.names)}:
                return rule
        return None

    def table(self) -> pl.DataFrame:
        """Return one row a version, every field a column."""
        names = [one.name for one in fields(Rule)]
        rows = [{name: _cell(getattr(rule, name)) for name in names} for rule in self.rules]
        return pl.DataFrame(rows, schema_overrides={"valid_to": pl.Date})


RULE_KEYS = tuple(one.name for one in fields(Rule))
OPTIONAL_KEYS = ("valid_to",)


def parse_rules(text: str, *, source: str = "") -> RuleSet:
    """Read rules from TOML.

    Parameters
    ----------
    text : str
        ``name``, ``version`` and tables ``[[rule]]`` with the fields of `Rule`.
    source : str
        File, to name in messages.

    Raises
    ------
    InputError
        Every fault at once: no TOML, a key that is missing or unknown, a value out of range,
        versions of a rule that overlap or differ in what may not change.

    Examples
    --------
    >>> rules = parse_rules(default_rules_text())
    >>> [rule.version for rule in rules.rules if rule.rule == "electricity"]
    ['1', '2']
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError([toml_fault(error, source)]) from None
    faults: list[Fault] = key_faults(content, ("name", "version", "rule"), (), "", source)
    rows = content.get("rule", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        faults.append(
            Fault("no rules", repr(rows)[:60], "tables [[rule]]", "add a rule", file=source)
        )
        raise InputError(faults)
    places = [f"rule {index}" for index in range(1, len(rows) + 1)]
    for row, place in zip(rows, places, strict=True):
        faults += key_faults(row, RULE_KEYS, OPTIONAL_KEYS, place, source)
        faults += rule_faults(row, place, source)
    for key in ("name", "version"):
        if key in content and not (isinstance(content[key], str) and content[key].strip()):
            found, remedy = repr(content[key]), "write it in quotation marks"
            faults.append(Fault("not a text", found, "a text", remedy, source, None, key))
    if not faults:
        faults = version_faults(rows, source)
    if faults:
        raise InputError(faults)
    rules = [Rule(**{key: _plain(value) for key, value in row.items()}) for row in rows]
    order = {name: place for place, name in enumerate(dict.fromkeys(one.rule for one in rules))}
    rules.sort(key=lambda one: (order[one.rule], one.valid_from))
    return RuleSet(name=content["name"], version=content["version"], rules=tuple(rules))


def default_rules_text() -> str:
    """Return the rules that come with Tanshi, as TOML."""
    return files("tanshi.activity").joinpath("rules.toml").read_text(encoding="utf-8")


def load_default_rules() -> RuleSet:
    """Return the rules that come with Tanshi.

    Examples
    --------
    >>> len(load_default_rules().rules)
    10
    """
    return parse_rules(default_rules_text(), source="rules.toml")


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _cell(value: Any) -> Any:
    return "; ".join(value) if isinstance(value, tuple) else value
