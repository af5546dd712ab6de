"""From a scenario, and perhaps a user's register, to what is evolved; every fault at once.

A scenario is wrong in steps: keys by themselves, keys together, firms that cannot be drawn,
regions that no firm is in; and a register may be wrong beside it. Each step goes on with what can
be used of the one before, so that a user mends scenario and register in one round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.benchmark.evolution import EvolutionPlan
from tanshi.benchmark.register_draw import draw_register
from tanshi.core import Fault, InputError
from tanshi.data.firm_register import regions_in
from tanshi.study.benchmark_sources import (
    build_register,
    load_register,
    placed_in_scenario,
    register_plan,
    relative_of,
    starting_scale,
    supported_of,
)
from tanshi.study.faults import gathering
from tanshi.study.scenario import read_scenario
from tanshi.study.toml_lines import naming_lines

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.benchmark.firms import FirmRegister
    from tanshi.data.firm_register import FirmTable
    from tanshi.study.benchmark_scenario import BenchmarkSection
    from tanshi.study.scenario import Scenario

# What takes the place of refused assumptions, so that all others can be checked.
SAFE: dict[str, Any] = {
    "output_rule": "implied",
    "output_units": {},
    "least_emissions_tco2": 0.0,
    "curves": {},
    "cost_level_by_region": {},
}
OF_REGIONS = ("supported_regions", "regional_targets")


def load_market(path: Path, firms: Path | None = None) -> tuple[Scenario, FirmTable | None]:
    """Read a scenario and a user's register for its market.

    Parameters
    ----------
    path : path
        Of the scenario.
    firms : path, optional
        The register.

    Raises
    ------
    InputError
        Every fault of both, and of what they make together.
    """
    scenario, faults = read_scenario(path)
    own = None
    if scenario is None:
        raise InputError(faults)
    if firms is not None:
        with gathering(faults):
            own = load_register(firms, scenario.benchmark)
    if faults:
        known = {(fault.file, fault.column) for fault in faults}
        more: list[Fault] = []
        regions: frozenset[str] | None = None
        if own is None and firms is not None:
            regions = frozenset()
            with gathering([]):
                regions = regions_in(firms)
        with gathering(more), naming_lines(path):
            market_plan(scenario.benchmark, own, source=str(path), regions=regions)
        faults += [one for one in more if (one.file, one.column) not in known]
        raise InputError(faults)
    return scenario, own


def market_plan(
    section: BenchmarkSection,
    firms: FirmTable | None = None,
    *,
    source: str = "",
    regions: frozenset[str] | None = None,
) -> EvolutionPlan:
    """Return what is evolved: a scenario's market, of the user's firms or of drawn ones.

    Parameters
    ----------
    section : BenchmarkSection
    firms : FirmTable, optional
        The user's register; without it one is drawn.
    source : str
        Name of the scenario, for messages.
    regions : frozenset of str, optional
        Of a register that is refused, and for which drawn firms stand in; None for those of the
        firms.

    Raises
    ------
    InputError
        Assumptions that do not fit together, regions that no firm is in, an industry that
        the published table lacks, or a floor or costs that only a study has; all of them.
    """
    faults: list[Fault] = []
    plan: EvolutionPlan | None = None
    with placed_in_scenario(source):
        with gathering(faults):
            _check_taken(section)
        register, regions_are_there = _register_or_stand_in(section, firms, faults)
        if register is not None:
            own: list[Fault] = []
            with gathering(own):
                plan = _plan(section, register, own)
            if regions is not None or not regions_are_there:
                own = [one for one in own if not one.column.startswith(OF_REGIONS)]
            faults += [*own, *_targets_elsewhere(section, regions)]
        if faults or plan is None:
            raise InputError(faults)
    return plan


def _targets_elsewhere(section: BenchmarkSection, regions: frozenset[str] | None) -> list[Fault]:
    """Return the targets of regions that a refused register does not have."""
    unknown = sorted(set(section.regional_targets) - regions) if regions else []
    if not unknown or not regions:
        return []
    what, found, allowed = "no firm in regional_targets", ", ".join(unknown), sorted(regions)
    remedy, column = "correct the plan", "regional_targets"
    return [Fault(what, found, ", ".join(allowed), remedy, column=column)]


def _plan(section: BenchmarkSection, register: FirmRegister, faults: list[Fault]) -> EvolutionPlan:
    relative = np.ones(register.n_firms)
    with gathering(faults):
        relative = relative_of(register, section)
    return EvolutionPlan(
        register=register,
        rules=section.market_rules(),
        relative=relative,
        years=section.years,
        supported_regions=supported_of(section, register),
        regional_targets=section.regional_targets,
        benchmark_scale=starting_scale(register, section),
        cost_level=None if section.cost_level is None else np.array(section.cost_level),
        policy_changes={
            year: rules.market_rules() for year, rules in section.policy_changes.items()
        },
        given_violations=section.given_violations,
    )


def _register_or_stand_in(
    section: BenchmarkSection, firms: FirmTable | None, faults: list[Fault]
) -> tuple[FirmRegister | None, bool]:
    """Return the firms, or others by which the rest can be checked; and whether regions hold."""
    refused: list[Fault] = []
    with gathering(refused):
        return build_register(section, firms), True
    faults += refused
    wrong = {one.column.removeprefix("register.").partition(".")[0] for one in refused}
    update = {name: SAFE[name] for name in wrong if name in SAFE}
    update |= {"cost_level_file": None}
    shares = "region_shares" in wrong
    if shares:
        update |= {"region_shares": {}, "region_counts": {}}
    safe = section.model_copy(update={"firms": section.firms.model_copy(update=update)})
    with gathering([]):
        return draw_register(
            section.industries, register_plan(safe, {})
        ), firms is None and not shares
    return None, False


def _check_taken(section: BenchmarkSection) -> None:
    """Refuse what only a study can give."""
    faults = []
    if section.take_floor:
        what, found = "no study to take a floor from", "take_floor = true"
        allowed = "take_floor in `tanshi study`, which sets a floor"
        remedy = "run `tanshi study` on the scenario, or remove take_floor and give price.floor"
        faults.append(Fault(what, found, allowed, remedy, column="take_floor"))
    if section.take_costs:
        what, found = "no study to take costs from", "take_costs = true"
        allowed = "take_costs in `tanshi study`, which estimates abatement costs"
        remedy = (
            "run `tanshi study` on the scenario, or remove take_costs and name the mac.csv of "
            "`tanshi mac` in firms.cost_level_file"
        )
        faults.append(Fault(what, found, allowed, remedy, column="take_costs"))
    if faults:
        raise InputError(faults)
