"""From an input-output table and an inventory to price effects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.core import Fault, InputError
from tanshi.leontief import (
    CostPush,
    CoveredSector,
    PriceModel,
    SupplyChainPath,
    largest_paths,
)
from tanshi.study.cost_push import (
    Pushed,
    PushRequest,
    covered_elsewhere,
    covered_sectors,
    inventory_intensities,
    push_costs,
)
from tanshi.study.faults import gathering
from tanshi.study.households import (
    HouseholdEffects,
    HouseholdRequest,
    estimate_household_effects,
)
from tanshi.study.pack_tables import pack_households, pack_inventory, pack_price_table
from tanshi.study.price_notes import household_notes, price_notes
from tanshi.study.price_table import build_price_model
from tanshi.study.price_uncertainty import Uncertainty
from tanshi.study.scenario import Covered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.data import Pack
    from tanshi.data.input_output import InputOutputTable
    from tanshi.data.series import SectorInventory
    from tanshi.leontief.households import HouseholdGroup
    from tanshi.leontief.results import CostPushIntervals
    from tanshi.study.scenario import Scenario

    Array = NDArray[np.float64]


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
    intervals : CostPushIntervals or None
        None where nothing is uncertain.
    households : HouseholdEffects or None
        None where nobody is asked about, or no table has the columns.
    notes : tuple of str
        What a reader must know about tables, intensities and measures.
    data_sha256 : dict of str to str
    """

    table: InputOutputTable
    model: PriceModel
    covered: tuple[CoveredSector, ...]
    inventory_year: int | None
    cost_push: CostPush
    paths: tuple[SupplyChainPath, ...]
    intervals: CostPushIntervals | None
    households: HouseholdEffects | None
    notes: tuple[str, ...]
    data_sha256: dict[str, str]

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table, by file name without suffix."""
        found = {
            "prices": self.cost_push.prices(),
            "indices": self.cost_push.indices(),
            "paths": self.paths_table(),
        }
        intervals = self.intervals
        if self.households is not None:
            found["households"] = self.households.table()
            found["household_products"] = self.households.burden.products_table()
        if intervals is not None:
            of_households = self.households and self.households.intervals
            rows = [intervals.table(), *([of_households.baskets_table()] if of_households else [])]
            found["intervals"] = pl.concat(rows)
            found["revenue_intervals"] = intervals.revenue_table()
        return found

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


def estimate_price_effects(
    table: InputOutputTable,
    inventory: SectorInventory | None,
    *,
    covered: Sequence[Covered],
    price_cny_per_tco2: float,
    paid_shares: Sequence[float],
    paths: int,
    uncertainty: Uncertainty | None = None,
    households: HouseholdRequest | None = None,
) -> PriceEffects:
    """Return cost push, indices, revenue, the largest paths, intervals and who bears it.

    Parameters
    ----------
    table : InputOutputTable
    inventory : SectorInventory or None
    covered : sequence of Covered
    price_cny_per_tco2 : float
    paid_shares : sequence of float
    paths : int
        How many.
    uncertainty : Uncertainty, optional
        By default nothing is uncertain.
    households : HouseholdRequest, optional
        By default nobody's burden is asked for.

    Raises
    ------
    InputError
        Anything wrong with tables, inventory or request.
    """
    request = PushRequest(
        covered=tuple(covered),
        inventory=inventory,
        price_cny_per_tco2=price_cny_per_tco2,
        paid_shares=tuple(paid_shares),
        uncertainty=Uncertainty() if uncertainty is None else uncertainty,
    )
    model = build_price_model(table)
    here = households is not None and households.table is table
    faults: list[Fault] = []
    groups: list[HouseholdGroup] = []
    if households is not None:
        with gathering(faults):
            groups = households.purchases()
    with gathering(faults):
        pushed = push_costs(model, request, groups if here else ())
    if faults:
        raise InputError(faults)
    push = pushed.push
    largest = int(np.argmax(push.paid_shares))
    chains = largest_paths(model, push.direct_percent[largest] / 100.0, count=paths)
    borne: HouseholdEffects | None = None
    if households is not None:
        there = (model, pushed) if here else _pushed_on(households.table, table, request, groups)
        borne = there and estimate_household_effects(
            households, there[1], groups, money_scale_cny=there[0].inputs.money_scale_cny
        )
    return PriceEffects(
        table=table,
        model=model,
        covered=pushed.covered,
        inventory_year=None if request.inventory_used is None else request.inventory_used.year,
        cost_push=push,
        paths=tuple(chains),
        intervals=pushed.intervals,
        households=borne,
        notes=(
            *price_notes(table, request.inventory_used),
            *pushed.notes,
            *household_notes(households, borne, table),
        ),
        data_sha256=_hashes(table, inventory, households.table if households and borne else None),
    )


def _pushed_on(
    other: InputOutputTable,
    table: InputOutputTable,
    request: PushRequest,
    groups: Sequence[HouseholdGroup],
) -> tuple[PriceModel, Pushed] | None:
    """Return the request's cost push on another table; None where the sectors do not match."""
    moved = covered_elsewhere(request.covered, table.codes, other.codes)
    if moved is None:
        return None
    model = build_price_model(other)
    return model, push_costs(model, replace(request, covered=moved), groups)


def pack_price_effects(
    pack: Pack,
    scenario: Scenario,
    price: float,
    year: int,
    *,
    price_draws: Array | None = None,
) -> PriceEffects | None:
    """Return the effects for a pack's tables and inventory; None where it has no table.

    Parameters
    ----------
    pack : Pack
    scenario : Scenario
    price : float
        CNY per tonne.
    year : int
        Inventory year wanted; the last one where it is not there.
    price_draws : (P,) array, optional
        Draws of that price, such as a bootstrap's, in CNY per tonne of the same year.

    Raises
    ------
    InputError
        Anything wrong with tables, inventory or scenario, and columns of households that
        the scenario names and no table has.
    """
    table = pack_price_table(pack)
    if table is None:
        return None
    section = scenario.leontief
    asked = section.inventory_year
    inventory = pack_inventory(pack, year if asked is None else asked, strict=asked is not None)
    if inventory is None and any(o.intensity_tco2_per_1e4_cny is None for o in section.covered):
        return None
    return estimate_price_effects(
        table,
        inventory,
        covered=section.covered,
        price_cny_per_tco2=price,
        paid_shares=section.paid_shares,
        paths=section.paths,
        uncertainty=Uncertainty(
            price_draws=price_draws,
            intensity_cv=section.intensity_cv,
            draws=section.draws,
            seed=section.seed,
        ),
        households=pack_households(pack, table, section),
    )


def sector_intensity(pack: Pack, model: PriceModel, code: str, year: int) -> float | None:
    """Return the intensity of one sector from a pack's inventory of one year, if it is there."""
    inventory = pack_inventory(pack, year)
    if inventory is None or inventory.year != year:
        return None
    wanted = [Covered(sector=code)]
    (sector,) = covered_sectors(model, wanted, inventory_intensities(model, wanted, inventory))
    return sector.intensity_tco2_per_1e4_cny


def _hashes(*read: InputOutputTable | SectorInventory | None) -> dict[str, str]:
    return {one.source: one.sha256 for one in read if one is not None}
