"""`tanshi cost-push`."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from tanshi.app.console import command_line, refusals, request_sha256
from tanshi.core import Fault, InputError
from tanshi.data.input_output import load_input_output
from tanshi.data.series import SectorInventory, load_sector_inventory
from tanshi.leontief import resolve_sector
from tanshi.report.jsonfile import to_json
from tanshi.report.price_folders import write_cost_push
from tanshi.study.faults import gathering
from tanshi.study.households import RURAL_AND_URBAN, HouseholdRequest, has_columns
from tanshi.study.price_effects import estimate_price_effects
from tanshi.study.price_uncertainty import Uncertainty
from tanshi.study.provenance import Provenance
from tanshi.study.scenario import Covered, Household

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study.price_effects import PriceEffects

PAPER_COST_YEAR = 2018  # year of the abatement costs that the paper's floor rests on
DRAWS = 10_000


@dataclass(frozen=True, kw_only=True)
class CostPushRequest:
    """The options of `tanshi cost-push`, as given."""

    table: Path
    sectors: tuple[str, ...]
    covered_shares: tuple[str, ...]
    price: float
    paid_shares: tuple[float, ...]
    inventory: Path | None
    inventory_year: int | None
    paths: int
    households: tuple[str, ...]
    draws: int | None
    seed: int
    intensity_cv: tuple[str, ...]
    price_cv: float
    sheet: str | None


def run(request: CostPushRequest, *, out: Path, as_json: bool) -> None:
    """Estimate the price effects and write the folder."""
    with refusals(as_json=as_json, out=out):
        effects = _estimate(request)
        summary = write_cost_push(
            out,
            effects=effects,
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=request_sha256(asdict(request)),
                data_sha256=effects.data_sha256,
                seed=None if effects.intervals is None else effects.intervals.seed,
            ),
        )
        if as_json:
            typer.echo(to_json(summary))
            return
        lines = [effects.cost_push.summary()]
        if effects.intervals is not None:
            lines.append(effects.intervals.summary())
        if effects.households is not None:
            lines.append(effects.households.burden.summary())
        lines += [f"note: {note}" for note in effects.notes]
        typer.echo("\n".join([*lines, f"written: {out}"]))


def _estimate(request: CostPushRequest) -> PriceEffects:
    """Read options and files, hear of every fault in them, and estimate."""
    faults: list[Fault] = []
    faults += _amount_faults(request)
    with gathering(faults):
        covered = _covered(request)
    with gathering(faults):
        groups = _households(request)
    with gathering(faults):
        uncertainty = _uncertainty(request)
    with gathering(faults):
        table = load_input_output(request.table, sheet=request.sheet)
    with gathering(faults):
        inventory = _inventory(request)
    if faults:
        raise InputError(faults)
    if not groups and has_columns(tuple(table.final_use_domestic), RURAL_AND_URBAN):
        groups = RURAL_AND_URBAN
    return estimate_price_effects(
        table,
        inventory,
        covered=covered,
        price_cny_per_tco2=request.price,
        paid_shares=request.paid_shares,
        paths=request.paths,
        uncertainty=uncertainty,
        households=HouseholdRequest(table=table, groups=groups) if groups else None,
    )


def _inventory(request: CostPushRequest) -> SectorInventory | None:
    """Read the inventory of the year asked for, else of the paper's costs, else the last."""
    if request.inventory is None:
        return None
    if request.inventory_year is not None:
        return load_sector_inventory(request.inventory, year=request.inventory_year)
    last = load_sector_inventory(request.inventory)
    if PAPER_COST_YEAR not in last.years:
        return last
    return load_sector_inventory(request.inventory, year=PAPER_COST_YEAR)


def _covered(request: CostPushRequest) -> tuple[Covered, ...]:
    """Return the covered sectors from ``CODE[:INTENSITY]`` and ``CODE:SHARE``."""
    faults: list[Fault] = []
    shares: dict[str, float] = {}
    for text in request.covered_shares:
        name, _, value = text.partition(":")
        share = _number(value)
        if share is None or not 0.0 < share <= 1.0:
            allowed = "CODE:SHARE with a share above 0, at most 1, such as 14:0.4"
            faults.append(_fault("not a covered share", text, allowed, "--covered-share"))
        else:
            shares[name] = share
    covered: list[tuple[str, float | None]] = []
    for text in request.sectors:
        name, colon, value = text.partition(":")
        intensity = _number(value) if colon else None
        if colon and (intensity is None or not 0.0 <= intensity < math.inf):
            allowed = "CODE, or CODE:INTENSITY with tCO2 per 1e4 CNY of output, such as 24:6.40"
            faults.append(_fault("not a covered sector", text, allowed, "--sector"))
        covered.append((name, intensity))
    known = {name for name, _ in covered}
    for name in sorted(set(shares) - known):
        what, remedy = "a covered share of a sector that does not pay", "name it with --sector too"
        allowed = ", ".join(sorted(known))
        faults.append(Fault(what, name, allowed, remedy, column="--covered-share"))
    if faults:
        raise InputError(faults)
    return tuple(
        Covered(sector=name, intensity_tco2_per_1e4_cny=value, covered_share=shares.get(name))
        for name, value in covered
    )


def _amount_faults(request: CostPushRequest) -> list[Fault]:
    """List prices and paid shares that are none, before files are read."""
    faults = []
    if not 0.0 <= request.price < math.inf:
        faults.append(_fault("not a price", str(request.price), "0 or more", "--price"))
    for share in request.paid_shares:
        if not 0.0 <= share <= 1.0:
            allowed = "between 0 and 1, such as 0.2"
            faults.append(_fault("not a paid share", str(share), allowed, "--paid-share"))
    return faults


def _households(request: CostPushRequest) -> tuple[Household, ...]:
    """Return the groups of households from ``NAME:COLUMN``, in the order given."""
    faults = []
    groups = []
    for text in request.households:
        name, _, column = text.partition(":")
        if not name or not column:
            allowed = "NAME:COLUMN with a final use of the table, such as rural:FU101"
            faults.append(_fault("not a group of households", text, allowed, "--household"))
        else:
            groups.append(Household(name=name, column=column))
    if faults:
        raise InputError(faults)
    return tuple(groups)


def _uncertainty(request: CostPushRequest) -> Uncertainty:
    """Return the distributions from ``--price-cv`` and from ``CV`` or ``CODE:CV``."""
    faults = []
    everywhere = 0.0
    by_sector: dict[str, float] = {}
    for text in request.intensity_cv:
        code, colon, value = text.rpartition(":")
        cv = _number(value)
        if cv is None or not 0.0 <= cv < math.inf or (colon and not code):
            allowed = "CV or CODE:CV with a relative standard deviation, such as 0.1 or 24:0.1"
            faults.append(_fault("not an uncertainty", text, allowed, "--intensity-cv"))
        elif colon:
            by_sector[resolve_sector(code, 1.0)[0]] = cv
        else:
            everywhere = cv
    if everywhere and by_sector:
        what, found = "one uncertainty for all, and others by sector", "both"
        faults.append(_fault(what, found, "one of the two", "--intensity-cv"))
    if not 0.0 <= request.price_cv < math.inf:
        allowed = "0 or more, such as 0.1"
        faults.append(_fault("not an uncertainty", str(request.price_cv), allowed, "--price-cv"))
    nothing = not request.price_cv and not everywhere and not any(by_sector.values())
    if request.draws is not None and nothing and not faults:
        allowed = "an uncertainty to draw from: --intensity-cv, --price-cv"
        faults.append(_fault("nothing to draw", f"{request.draws} draws", allowed, "--draws"))
    if faults:
        raise InputError(faults)
    return Uncertainty(
        price_cv=request.price_cv,
        intensity_cv=by_sector or everywhere,
        draws=DRAWS if request.draws is None else request.draws,
        seed=request.seed,
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _fault(what: str, found: str, allowed: str, column: str) -> Fault:
    return Fault(what, found, allowed, "correct the option", column=column)
