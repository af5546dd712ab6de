"""A synthetic sector inventory that goes with the sample's input-output table.

Sector names follow the CEADs national inventories, so that the bundled concordance fits.
The intensities are round assumptions, taken from no inventory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.data.sample_pack.sectors import load_sectors

if TYPE_CHECKING:
    from tanshi.data.sample_pack.input_output import Table

YEAR = 2018

# Name: code of the table whose output it goes with, and tCO2 per 1e5 CNY of output.
INTENSITIES = {
    "Farming, Forestry, Animal Husbandry, Fishery and Water Conservancy": ("01", 1),
    "Coal Mining and Dressing": ("02", 5),
    "Petroleum and Natural Gas Extraction": ("03", 5),
    "Ferrous Metals Mining and Dressing": ("04", 1),
    "Nonmetal Minerals Mining and Dressing": ("05", 2),
    "Food Processing": ("06", 1),
    "Textile Industry": ("07", 1),
    "Papermaking and Paper Products": ("10", 1),
    "Petroleum Processing and Coking": ("11", 5),
    "Raw Chemical Materials and Chemical Products": ("12", 2),
    "Nonmetal Mineral Products": ("13", 20),
    "Smelting and Pressing of Ferrous Metals": ("14", 20),
    "Metal Products": ("15", 1),
    "Production and Supply of Electric Power, Steam and Hot Water": ("24", 50),
    "Production and Supply of Gas": ("25", 1),
    "Construction": ("27", 1),
    "Transportation, Storage, Post and Telecommunication Services": ("29", 10),
}
HOUSEHOLDS_MT = {"Urban": 200, "Rural": 100}
CNY_PER_TABLE_UNIT, CNY_PER_INTENSITY_UNIT = 10_000, 100_000


def inventory_rows(table: Table) -> list[list[str]]:
    """Return header and rows: year, sector, Scope 1 Total in 1e6 t, with the total first."""
    totals = table.domestic.sum(axis=0) + table.imported.sum(axis=0) + table.value_added.sum(axis=0)
    output = {sector.code: int(totals[i]) for i, sector in enumerate(load_sectors())}
    tonnes = {
        name: output[code] * CNY_PER_TABLE_UNIT // CNY_PER_INTENSITY_UNIT * intensity
        for name, (code, intensity) in INTENSITIES.items()
    }
    tonnes |= {name: amount * 1_000_000 for name, amount in HOUSEHOLDS_MT.items()}
    listed = {"Total Consumption": sum(tonnes.values())} | tonnes
    rows = [[str(YEAR), name, f"{amount / 1e6:.6f}"] for name, amount in listed.items()]
    return [["year", "sector", "Scope 1 Total"], *rows]
