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
from tanshi.report.jsonfile import to_json
from tanshi.report.price_folders import write_cost_push
from tanshi.study.price_effects import estimate_price_effects
from tanshi.study.provenance import Provenance
from tanshi.study.scenario import Covered

if TYPE_CHECKING:
    from pathlib import Path

PAPER_COST_YEAR = 2018  # year of the abatement costs that the paper's floor rests on


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
    sheet: str | None


def run(request: CostPushRequest, *, out: Path, as_json: bool) -> None:
    """Estimate the price effects and write the folder."""
    with refusals(as_json=as_json):
        covered = _covered(request)
        table = load_input_output(request.table, sheet=request.sheet)
        effects = estimate_price_effects(
            table,
            _inventory(request),
            covered=covered,
            price_cny_per_tco2=request.price,
            paid_shares=request.paid_shares,
            paths=request.paths,
        )
        summary = write_cost_push(
            out,
            effects=effects,
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=request_sha256(asdict(request)),
                data_sha256=effects.data_sha256,
            ),
        )
        if as_json:
            typer.echo(to_json(summary))
            return
        lines = [effects.cost_push.summary()]
        lines += [f"note: {note}" for note in effects.notes]
        typer.echo("\n".join([*lines, f"written: {out}"]))


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


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _fault(what: str, found: str, allowed: str, column: str) -> Fault:
    return Fault(what, found, allowed, "correct the option", column=column)
