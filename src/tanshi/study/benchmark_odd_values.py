"""Values as a description of the model writes them: numbers, tables, mechanisms on and off."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from tanshi.benchmark.rules import MarketRules
from tanshi.benchmark.switches import CLAUSES, PRINCIPLES, SWITCHED_OFF, SWITCHED_ON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tanshi.benchmark.variables import Variable

MECHANISMS = tuple(dict.fromkeys((*SWITCHED_OFF, *SWITCHED_ON)))


def shown(value: Any) -> str:
    """Return a value as the text has it.

    Examples
    --------
    >>> shown(0.5), shown(26000.0), shown(True), shown({"steel": 0.1}), shown(())
    ('0.5', '26 000', 'true', 'steel: 0.1', 'none')
    """
    if value is None or (isinstance(value, dict | tuple) and not value):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:,.10g}".replace(",", " ")
    if isinstance(value, dict):
        parts = (
            f"{name}: {f'({shown(one)})' if isinstance(one, dict) else shown(one)}"
            for name, one in value.items()
        )
        return ", ".join(parts)
    if isinstance(value, tuple):
        return ", ".join(shown(one) for one in value)
    return str(value)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table in Markdown, line by line."""
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(row)} |" for row in lines]


def variables_table(variables: Iterable[Variable]) -> list[str]:
    """Return a table of state variables with their units."""
    rows = [(f"`{one.name}`", one.unit, one.meaning) for one in variables]
    return table(("Variable", "Unit", "Meaning"), rows)


def is_on(mechanism: str, rules: MarketRules) -> bool:
    """Tell whether a mechanism is at work: switching it off would change the rules.

    Parameters
    ----------
    mechanism : str
        One of `MECHANISMS`; one that is only ever switched on is off with the defaults.
    rules : MarketRules
    """
    if mechanism in SWITCHED_OFF:
        return rules.without(mechanism) != rules
    usual = MarketRules()
    return any(
        getattr(getattr(rules, group), name) != getattr(getattr(usual, group), name)
        for group, values in SWITCHED_ON[mechanism].items()
        for name in values
    )


def mechanisms_table(rules: MarketRules, where: dict[str, str]) -> list[str]:
    """Return a table of all mechanisms: on or off, by which keys, and where they are described.

    Parameters
    ----------
    rules : MarketRules
    where : dict of str to str
        Mechanism to the number of its submodel.
    """
    rows = []
    for name in MECHANISMS:
        changes = SWITCHED_OFF.get(name) or SWITCHED_ON[name]
        keys = [
            f"`{group}.{key}` {shown(getattr(getattr(rules, group), key))}"
            for group, values in changes.items()
            for key in values
        ]
        serves = [*_belongs(CLAUSES, name), *_belongs(PRINCIPLES, name)]
        state = "on" if is_on(name, rules) else "off"
        rows.append((name, state, ", ".join(keys), where.get(name, "-"), ", ".join(serves) or "-"))
    return table(("Mechanism", "State", "By", "Submodel", "Serves (Liu, 4.1 and 4.2)"), rows)


def changed_rules(before: MarketRules, after: MarketRules) -> list[str]:
    """Return the keys that differ between two sets of rules, with the later values."""
    found = []
    for group in fields(before):
        ours, theirs = getattr(before, group.name), getattr(after, group.name)
        if is_dataclass(ours) and ours != theirs:
            found += [
                f"`{group.name}.{one.name}` = {shown(getattr(theirs, one.name))}"
                for one in fields(ours)
                if getattr(ours, one.name) != getattr(theirs, one.name)
            ]
    return found


def _belongs(groups: dict[str, tuple[str, ...]], name: str) -> list[str]:
    return [group for group, members in groups.items() if name in members]
