"""From an input-output table and an inventory to price effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.core import Fault, InputError
from tanshi.data import read_table
from tanshi.data.input_output import InputOutputTable, load_input_output
from tanshi.data.series import SectorInventory, load_sector_inventory
from tanshi.leontief import (
    CostPush,
    CoveredSector,
    PriceModel,
    PriceModelInputs,
    SupplyChainPath,
    estimate_cost_push,
    largest_paths,
    resolve_sector,
    sector_intensities,
    split_imports,
)
from tanshi.study.scenario import Covered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.data import Pack, PackFile
    from tanshi.study.scenario import Scenario

    Array = NDArray[np.float64]

DEFAULT_MONEY_SCALE = 1e4  # CNY in one unit of a table that does not say
CONSUMPTION = "TC"
EXPORTS = "EX"


@dataclass(frozen=True, eq=False, kw_only=True)
class PriceEffects:
    """What a carbon price does to prices, with where its figures come from.

    Parameters
    ----------
    table : InputOutputTable
    model : PriceModel
    covered : tuple of CoveredSector
        With the intensities used.
    inventory_year : int or None
        Year of the emissions behind the intensities; None where all were given.
    cost_push : CostPush
    paths : tuple of SupplyChainPath
        At the largest paid share.
    notes : tuple of str
        What a reader must know about the table and the intensities.
    data_sha256 : dict of str to str
    """

    table: InputOutputTable
    model: PriceModel
    covered: tuple[CoveredSector, ...]
    inventory_year: int | None
    cost_push: CostPush
    paths: tuple[SupplyChainPath, ...]
    notes: tuple[str, ...]
    data_sha256: dict[str, str]

    def paths_table(self) -> pl.DataFrame:
        """Return rank, path, target, price_percent, share_of_target_percent."""
        names = dict(zip(self.table.codes, self.table.names, strict=True))
        schema = {
            "rank": pl.Int64,
            "path": pl.String,
            "target": pl.String,
            "paid_share": pl.Float64,
            "price_percent": pl.Float64,
            "share_of_target_percent": pl.Float64,
        }
        rows = [
            (
                rank,
                " → ".join(path.codes),
                names[path.codes[-1]],
                max(self.cost_push.paid_shares),
                path.price_percent,
                100.0 * path.share_of_target,
            )
            for rank, path in enumerate(self.paths, start=1)
        ]
        return pl.DataFrame(rows, schema=schema, orient="row")


def build_price_model(table: InputOutputTable) -> PriceModel:
    """Return the price model of a table; a competitive one is split by import shares.

    Raises
    ------
    InputError
        The table has no total consumption, does not balance, or is not productive.
    """
    uses = table.final_use_domestic
    if CONSUMPTION not in uses:
        known = ", ".join(uses)
        remedy = "add total consumption of households and government"
        what = "no column of consumption"
        fault = Fault(what, known, CONSUMPTION, remedy, file=table.source, column=CONSUMPTION)
        raise InputError([fault])
    flows, consumption = table.domestic, uses[CONSUMPTION]
    if table.imported is not None and table.final_use_imported is not None:
        imported, imported_consumption = table.imported, table.final_use_imported[CONSUMPTION]
    else:
        total_use = table.gross_output + table.imports
        at_home = total_use - uses.get(EXPORTS, np.zeros_like(total_use))
        flows, imported, share = split_imports(table.domestic, at_home, table.imports)
        imported_consumption = consumption * share
        consumption = consumption - imported_consumption
    return PriceModel(
        PriceModelInputs(
            codes=table.codes,
            names=table.names,
            domestic_flows=flows,
            imported_flows=imported,
            value_added=np.sum(list(table.value_added.values()), axis=0),
            gross_output=table.gross_output,
            domestic_consumption=consumption,
            imported_consumption=imported_consumption,
            money_scale_cny=table.scale_cny or DEFAULT_MONEY_SCALE,
        )
    )


def covered_sectors(
    model: PriceModel, wanted: Sequence[Covered], inventory: SectorInventory | None
) -> tuple[CoveredSector, ...]:
    """Return the sectors that pay, with given intensities or those of the inventory.

    Raises
    ------
    InputError
        An intensity is neither given nor to be had from an inventory.
    """
    output_cny = model.inputs.gross_output * model.inputs.money_scale_cny
    found: Array | None = None
    if inventory is not None and any(one.intensity_tco2_per_1e4_cny is None for one in wanted):
        found = sector_intensities(
            model.inputs.codes, output_cny, inventory.sectors, inventory.emissions_mt * 1e6
        )
    missing = [one.sector for one in wanted if one.intensity_tco2_per_1e4_cny is None]
    if missing and found is None:
        raise InputError(
            [
                Fault(
                    "no emission intensity",
                    f"sector {', '.join(missing)} without one",
                    "tonnes of CO2 per 1e4 CNY of output, given or from an inventory",
                    "write --sector CODE:INTENSITY, or give --inventory FILE",
                    column="sector",
                )
            ]
        )
    sectors = []
    for one in wanted:
        code, share = resolve_sector(one.sector, one.covered_share)
        if code != one.sector and code not in model.inputs.codes:
            raise InputError([_no_industry(one.sector, code, model)])
        given = one.intensity_tco2_per_1e4_cny
        if given is None and found is not None:
            given = float(found[model.inputs.place(code)])
        if given is not None:
            sectors.append(
                CoveredSector(code=code, intensity_tco2_per_1e4_cny=given, covered_share=share)
            )
    return tuple(sectors)


def _no_industry(name: str, code: str, model: PriceModel) -> Fault:
    codes = model.inputs.codes
    return Fault(
        "industries are named for the 42-sector table only",
        f"{name} is sector {code} there; this table has {codes[0]} to {codes[-1]}",
        "a code of this table",
        "look up the sector's code in the table and give that",
        column="sector",
    )


def estimate_price_effects(
    table: InputOutputTable,
    inventory: SectorInventory | None,
    *,
    covered: Sequence[Covered],
    price_cny_per_tco2: float,
    paid_shares: Sequence[float],
    paths: int,
) -> PriceEffects:
    """Return cost push, indices, revenue and the largest paths.

    Raises
    ------
    InputError
        Anything wrong with table, inventory or request.
    """
    model = build_price_model(table)
    sectors = covered_sectors(model, covered, inventory)
    push = estimate_cost_push(
        model, sectors, price_cny_per_tco2=price_cny_per_tco2, paid_shares=paid_shares
    )
    largest = int(np.argmax(push.paid_shares))
    chains = largest_paths(model, push.direct_percent[largest] / 100.0, count=paths)
    used = inventory is not None and any(o.intensity_tco2_per_1e4_cny is None for o in covered)
    files = {table.source: table.sha256}
    if inventory is not None:
        files[inventory.source] = inventory.sha256
    return PriceEffects(
        table=table,
        model=model,
        covered=sectors,
        inventory_year=inventory.year if inventory is not None and used else None,
        cost_push=push,
        paths=tuple(chains),
        notes=_notes(table, inventory if used else None),
        data_sha256=files,
    )


def pack_price_effects(
    pack: Pack, scenario: Scenario, price: float, year: int
) -> PriceEffects | None:
    """Return the effects for a pack's table and inventory; None where it has no table.

    Parameters
    ----------
    pack : Pack
    scenario : Scenario
    price : float
        CNY per tonne.
    year : int
        Inventory year wanted; the last one where it is not there.
    """
    # A table that keeps imports apart is better; the others are not read at all.
    files = sorted(pack.find("input_output"), key=lambda file: not _has_header(file, "origin"))
    if not files:
        return None
    section = scenario.leontief
    asked = section.inventory_year
    inventory = _pack_inventory(pack, year if asked is None else asked, strict=asked is not None)
    if inventory is None and any(o.intensity_tco2_per_1e4_cny is None for o in section.covered):
        return None
    return estimate_price_effects(
        load_input_output(files[0].location, pack=pack),
        inventory,
        covered=section.covered,
        price_cny_per_tco2=price,
        paid_shares=section.paid_shares,
        paths=section.paths,
    )


def sector_intensity(pack: Pack, model: PriceModel, code: str, year: int) -> float | None:
    """Return the intensity of one sector from a pack's inventory of one year, if it is there."""
    inventory = _pack_inventory(pack, year)
    if inventory is None or inventory.year != year:
        return None
    (sector,) = covered_sectors(model, [Covered(sector=code)], inventory)
    return sector.intensity_tco2_per_1e4_cny


def _pack_inventory(pack: Pack, year: int, *, strict: bool = False) -> SectorInventory | None:
    """Return the inventory of a year; where it has none, the last, or a refusal if strict."""
    files = [file for file in pack.find("inventory") if _has_header(file, "sector")]
    if not files:
        return None
    last = load_sector_inventory(files[0].location)
    return (
        load_sector_inventory(files[0].location, year=year)
        if strict or year in last.years
        else last
    )


def _has_header(file: PackFile, header: str) -> bool:
    return header in {name.casefold() for name in read_table(file.location).headers}


def _notes(table: InputOutputTable, inventory: SectorInventory | None) -> tuple[str, ...]:
    notes = []
    if table.kind == "competitive":
        notes.append(
            "the table does not separate imports: every buyer of a product is taken to import "
            "the same share of it"
        )
    if table.scale_cny is None:
        notes.append("the table does not say its unit: 1e4 CNY is taken")
    if inventory is not None:
        notes.append(
            f"intensities: emissions of {inventory.year} over the output of the table's year"
        )
    return tuple(notes)
