"""Which files of a pack the price effects are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.data import read_table
from tanshi.data.input_output import load_input_output
from tanshi.data.series import load_sector_inventory
from tanshi.study.households import HouseholdRequest, has_columns

if TYPE_CHECKING:
    from tanshi.data import Pack, PackFile
    from tanshi.data.input_output import InputOutputTable
    from tanshi.data.series import SectorInventory
    from tanshi.study.scenario import LeontiefSection


def pack_price_table(pack: Pack) -> InputOutputTable | None:
    """Return the input-output table that prices are made from; None without any.

    A table that keeps imports apart is better than one that does not.
    """
    files = sorted(_tables(pack), key=lambda file: not _has_header(file, "origin"))
    return load_input_output(files[0].location, pack=pack) if files else None


def pack_households(
    pack: Pack, table: InputOutputTable, section: LeontiefSection
) -> HouseholdRequest | None:
    """Return who is asked about: in `table`, or else in the first one with the columns.

    None where no table has them and the scenario does not name any itself.
    """
    wanted = section.households
    if not wanted:
        return None
    tolerance = section.neutral_tolerance
    if not has_columns(tuple(table.final_use_domestic), wanted):
        for file in _tables(pack):
            if has_columns(read_table(file.location).headers, wanted):
                other = load_input_output(file.location, pack=pack)
                return HouseholdRequest(table=other, groups=wanted, neutral_tolerance=tolerance)
        if "households" not in section.model_fields_set:
            return None
    return HouseholdRequest(table=table, groups=wanted, neutral_tolerance=tolerance)


def pack_inventory(pack: Pack, year: int, *, strict: bool = False) -> SectorInventory | None:
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


def _tables(pack: Pack) -> list[PackFile]:
    return list(pack.find("input_output"))


def _has_header(file: PackFile, header: str) -> bool:
    return header in {name.casefold() for name in read_table(file.location).headers}
