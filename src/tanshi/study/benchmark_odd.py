"""An ODD description of a scenario's market: what the model does, with the scenario's values.

The text stands in ``benchmark_odd.md.j2``; what it inserts comes from the scenario, the
register and the model's own tables (`tanshi.benchmark.variables`, `tanshi.benchmark.switches`),
so that a value, key, mechanism or state variable cannot differ from the model's. Every key that
the text does not list somewhere is listed under "Other keys".

Source: Grimm et al. (2020), The ODD Protocol for Describing Agent-Based and Other Simulation
Models: A Second Update, JASSS 23(2), 7.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from fnmatch import fnmatchcase
from importlib import resources
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import Environment, StrictUndefined, select_autoescape

from tanshi.benchmark import convergence, outcomes, variables
from tanshi.benchmark.firms import CURVES
from tanshi.benchmark.industries import SCALES, TIERS
from tanshi.study import benchmark_keys
from tanshi.study.benchmark_odd_values import (
    changed_rules,
    is_on,
    mechanisms_table,
    shown,
    table,
    variables_table,
)
from tanshi.study.benchmark_regions import named_without_firms
from tanshi.study.benchmark_scenario import GROUPS
from tanshi.study.benchmark_variation import value_at

if TYPE_CHECKING:
    from tanshi.benchmark.firms import FirmRegister
    from tanshi.study.benchmark_scenario import BenchmarkSection

TEMPLATE = "benchmark_odd.md.j2"
MEANINGS = benchmark_keys.RULES | benchmark_keys.FIRMS | benchmark_keys.MARKET


def describe_market(
    section: BenchmarkSection, register: FirmRegister, *, source: str = "", own: str = ""
) -> str:
    """Return the description, Markdown.

    Parameters
    ----------
    section : BenchmarkSection
    register : FirmRegister
        The market's firms.
    source : str
        Name of the scenario.
    own : str
        File of the user's register; empty where it was drawn.
    """
    text = (resources.files("tanshi.study") / TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(
        autoescape=select_autoescape(default_for_string=False),  # not a page in HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=shown,
    )
    told = _Description(section, register)
    environment.globals.update(told.functions())
    groups = {name: getattr(section, name) for name in GROUPS}
    kept = {name: getattr(section, name) for name in type(section).model_fields}
    return environment.from_string(text).render(
        kept
        | groups
        | {
            "source": source or "a scenario",
            "own": own,
            "version": version("tanshi"),
            "firms": register.n_firms,
            "firms_section": section.firms,
            "curves": list(_curves(register)),
            "curve_counts": ", ".join(
                f"`{name}` ({count:,})" for name, count in _curves(register).items()
            ),
            "regions": _regions(register),
            "empty_regions": ", ".join(named_without_firms(section, register)) if not own else "",
            "process_rows": any(len(one.processes) > 1 for one in section.industries),
            "factors": section.sensitivity.factors,
            "window": convergence.WINDOW,
            "price_move": convergence.LARGEST_PRICE_MOVE,
            "need_gap": convergence.LARGEST_NEED_GAP,
            "share_move": convergence.LARGEST_SHARE_MOVE,
            "baseline_trend": outcomes.BASELINE_TREND,
            "baseline_violations": outcomes.BASELINE_VIOLATIONS,
        }
    )


def section_keys(kind: type[BenchmarkSection]) -> list[str]:
    """Return every key of the section, those of rules and of a drawn register by their table.

    Keys of rows and of tables of names are not among them, nor those of what is no part of the
    market, as `sensitivity` and `search`.
    """
    keys = []
    for name, one in kind.model_fields.items():
        group = one.default
        if is_dataclass(group) and name != "search":
            keys += [f"{name}.{field.name}" for field in fields(group)]
        elif name == "firms":
            keys += [f"{name}.{key}" for key in type(group).model_fields]
        else:
            keys.append(name)
    return [*keys, "firms"]


class _Description:
    """Tables of the text, and which keys and mechanisms it has listed so far."""

    def __init__(self, section: BenchmarkSection, register: FirmRegister) -> None:
        self._section, self._register = section, register
        self._rules = section.market_rules()
        self._listed: set[str] = set()
        self._where: dict[str, str] = {}

    def functions(self) -> dict[str, Any]:
        """Return what the text calls."""
        names = (name for name in dir(self) if not name.startswith("_") and name != "functions")
        return {name: getattr(self, name) for name in names}

    def keys(self, patterns: str) -> str:
        """List keys that patterns name and that are not listed yet, with values and meanings."""
        wanted = patterns.split()
        found = [
            key
            for key in section_keys(type(self._section))
            if key not in self._listed and any(fnmatchcase(key, one) for one in wanted)
        ]
        self._listed.update(found)
        rows = [(f"`{key}`", self._value(key), MEANINGS.get(key, "")) for key in found]
        return "\n".join(table(("Key", "Value", "Meaning"), rows))

    def part(self, number: str, mechanisms: str, patterns: str) -> str:
        """End a submodel: its mechanisms, on or off, and its keys."""
        names = [name.strip() for name in mechanisms.split(",") if name.strip()]
        self._where |= dict.fromkeys(names, number)
        states = [f"{name} ({'on' if is_on(name, self._rules) else 'off'})" for name in names]
        line = f"Mechanisms: {', '.join(states)}.\n\n" if states else ""
        return line + self.keys(patterns)

    def rest(self) -> str:
        """List the keys that no submodel has; nothing where there is none."""
        listed = self._listed | _LATER
        left = [key for key in section_keys(type(self._section)) if key not in listed]
        return self.keys(" ".join(left)) if left else ""

    def mechanism_table(self) -> str:
        """Return all mechanisms of the model, on or off."""
        return "\n".join(mechanisms_table(self._rules, self._where))

    def variables(self, name: str) -> str:
        """Return a table of state variables."""
        return "\n".join(variables_table(getattr(variables, name)))

    def industry_keys(self) -> str:
        """Return the keys of an industry with their meanings."""
        return _listed(benchmark_keys.INDUSTRY)

    def process_keys(self) -> str:
        """Return the keys of a process with their meanings."""
        return _listed(benchmark_keys.PROCESS)

    def industry_table(self) -> str:
        """Return the scenario's industries, a column each."""
        rows = self._section.industries
        names = [one for one in benchmark_keys.INDUSTRY if one not in {"name", "processes"}]
        body = [[f"`{key}`", *(shown(getattr(row, key)) for row in rows)] for key in names]
        return "\n".join(table(["Industry", *(row.name for row in rows)], body))

    def process_table(self) -> str:
        """Return the processes of the industries."""
        keys = [key for key in benchmark_keys.PROCESS if key != "name"]
        body = [
            [row.name, one.name, *(shown(getattr(one, key)) for key in keys)]
            for row in self._section.industries
            for one in row.processes
        ]
        return "\n".join(table(["Industry", "Process", *(f"`{key}`" for key in keys)], body))

    def register_table(self) -> str:
        """Return how many firms of which tier and scale there are, by industry."""
        register, body = self._register, []
        industry, tier = np.asarray(register.industry), np.asarray(register.tier)
        for s, one in enumerate(register.industries):
            there = industry == s
            counts = [int((there & (tier == k)).sum()) for k in range(len(TIERS))]
            large = int((there & np.asarray(register.large)).sum())
            counts += [large, int(there.sum()) - large]
            emitted = float(register.emissions_tco2[there].sum()) / 1e6
            cells = (str(count) for count in counts)
            body.append([one.name, str(int(there.sum())), *cells, f"{emitted:,.1f}"])
        header = ["Industry", "Firms", *TIERS, *SCALES, "Mt CO2 a year"]
        return "\n".join(table(header, body))

    def policy_table(self) -> str:
        """Return what changes in the rules, year by year."""
        body, before = [], self._rules
        for year, changed in sorted(self._section.policy_changes.items()):
            after = changed.market_rules()
            body.append((str(year), ", ".join(changed_rules(before, after)) or "nothing"))
            before = after
        return "\n".join(table(("Year", "From then on"), body))

    def given_table(self) -> str:
        """Return the numbers of a rule that is given, a row each."""
        header = ("Industry", "Process", "Tier", "Scale", "Relative benchmark")
        body = [
            (one.industry, one.process or "all", one.tier, one.scale, shown(one.relative))
            for one in self._section.given
        ]
        return "\n".join(table(header, body))

    def factor_table(self) -> str:
        """Return the factors of a sensitivity with their ranges."""
        body = [
            (
                f"`{name}`",
                shown(one.low),
                shown(one.high),
                "times the scenario's" if one.times else "value",
                "logarithm" if one.log else "straight",
            )
            for name, one in self._section.sensitivity.factors.items()
        ]
        return "\n".join(table(("Factor", "Low", "High", "Of", "Uniform in"), body))

    def _value(self, key: str) -> str:
        value = value_at(self._section, key)
        if key in _TABLES and value not in ({}, ()):
            return _TABLES[key]
        return shown(value).replace("|", "/")


# Shown as tables of their own.
_TABLES = {
    "industries": "section 2",
    "firms": "the keys of `firms` above",
    "policy_changes": "above",
    "sensitivity": "below",
    "given": "below",
    "search": "in the scenario",
}
# Listed after the submodels.
_LATER = {
    "years",
    "stop",
    "replicates",
    "seed",
    "take_floor",
    "take_costs",
    "ablation",
    "search_in_study",
    "sensitivity",
    "search",
}


def _listed(meanings: dict[str, str]) -> str:
    return ", ".join(f"`{key}` ({meaning})" for key, meaning in meanings.items())


def _curves(register: FirmRegister) -> dict[str, int]:
    """Return how many firms have which curve, those that none has left out."""
    counts = np.bincount(np.asarray(register.mac_curve), minlength=len(CURVES))
    return {name: count for name, count in zip(CURVES, counts.tolist(), strict=True) if count}


def _regions(register: FirmRegister) -> str:
    names = sorted(set(register.region))
    return names[0] if len(names) == 1 else f"{len(names)}: {', '.join(names)}"
