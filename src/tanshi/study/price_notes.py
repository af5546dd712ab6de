"""What a reader of price effects must know about their data."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tanshi.data.input_output import InputOutputTable
    from tanshi.data.series import SectorInventory
    from tanshi.study.households import HouseholdEffects, HouseholdRequest


def price_notes(table: InputOutputTable, inventory: SectorInventory | None) -> tuple[str, ...]:
    """Return what is assumed of a table and of the inventory behind intensities."""
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


def household_notes(
    households: HouseholdRequest | None, borne: HouseholdEffects | None, table: InputOutputTable
) -> tuple[str, ...]:
    """Return by which table households were looked at, and what the measure leaves out."""
    if households is None:
        return ()
    other = households.table
    if borne is None:
        return (f"households: no effects, the sectors of {other.source} do not match",)
    if other is table:
        return borne.notes
    split = ", whose imports are split in proportion" if other.kind == "competitive" else ""
    return (
        f"households: prices and purchases of {PurePath(other.source).name}{split}",
        *borne.notes,
    )
