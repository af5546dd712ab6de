"""From a seed to the files of the sample pack: tables as CSV, and their manifest."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tanshi.data.sample_pack.accounts import (
    BASE,
    FUELS,
    INDEX_DECIMALS,
    YEARS,
    build_accounts,
    build_fuels,
    cumulated_volume,
)
from tanshi.data.sample_pack.input_output import build_table, table_rows
from tanshi.data.sample_pack.inventory import inventory_rows
from tanshi.data.sample_pack.provinces import (
    DECIMALS,
    PANEL_YEARS,
    PROVINCES,
    build_panel,
    spread,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tanshi.data.sample_pack.accounts import Accounts
    from tanshi.data.sample_pack.provinces import Panel

SEED = 8
PACK_FOLDER = Path(__file__).resolve().parent.parent / "sample"

SOURCE = "synthetic; made by python -m tanshi.data.sample_pack"
LICENCE = "Apache-2.0, as the project"
WARNING = (
    "Synthetic data: every figure in this pack is invented and none is a statistic. "
    "The panel only shares the mean, standard deviation, maximum and minimum of "
    "Zhang & Chang (2025), Table 2; results must not be cited as findings about any province."
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table as the manifest describes it; `scale` 0 means none."""

    name: str
    role: str
    unit: str
    scale: float = 0.0


@dataclass(frozen=True, slots=True)
class File:
    """A file of the pack as the manifest describes it."""

    path: str
    role: str
    title: str
    columns: tuple[Column, ...]


KEYS = (Column("province", "unit", "name"), Column("year", "time", ""))
PANEL = File(
    "sample_panel_2013_2018.csv",
    "panel",
    "SYNTHETIC 30-province panel, 2013-2018 (180 rows), calibrated to published moments",
    (
        *KEYS,
        Column("labour", "labour", "1e4 persons", 1e4),
        Column("capital", "capital", "1e8 CNY at 2013 prices; perpetual inventory, 6 %", 1e8),
        Column("gdp", "output", "1e8 CNY at 2013 prices", 1e8),
        Column(
            "gdp_paperlike",
            "output variant",
            "1e8 CNY; nominal GDP / cumulative volume index (2013 = 1)",
            1e8,
        ),
        Column("gdp_nominal", "output variant", "1e8 CNY, current prices", 1e8),
        Column("co2", "emissions", "1e4 t; from eight fuels, factors of IPCC 2006", 1e4),
        Column("co2_inventory_mt", "emissions variant", "1e6 t; an independent inventory", 1e6),
        Column("labour_urban_units", "labour variant", "1e4 persons; urban units only", 1e4),
    ),
)
ACCOUNTS = File(
    "sample_accounts_2000_2018.csv",
    "accounts",
    "SYNTHETIC accounts, 30 provinces x 2000-2018: GDP, volume index, investment, its price index",
    (
        *KEYS,
        Column("gdp_nominal", "nominal_output", "1e8 CNY", 1e8),
        Column("gdp_index", "output_index", "previous year = 100"),
        Column("investment", "investment", "1e8 CNY", 1e8),
        Column("investment_price", "investment_price", "previous year = 100"),
    ),
)
ENERGY = File(
    "sample_energy_2000_2018.csv",
    "energy",
    "SYNTHETIC fuel use, 30 provinces x 2000-2018: eight fuels",
    (*KEYS, *(Column(fuel, fuel, "1e8 m3" if fuel == "gas" else "1e4 t") for fuel in FUELS)),
)
INPUT_OUTPUT = File(
    "io_sample_42.csv",
    "input_output",
    "SYNTHETIC NON-COMPETITIVE input-output table, 42 sectors: 42 domestic rows, 42 import rows, "
    "TII, VA001-VA004, TVA, TI; columns 01-42, TIU, FU101 rural, FU102 urban households, THC, "
    "FU103 government, TC, FU201, FU202, EX, TFU, GO. Negative entries are legitimate in net taxes "
    "(subsidies) and inventories",
    (Column("all", "", "1e4 CNY, producer prices"),),
)

INVENTORY = File(
    "sample_sector_emissions_2018.csv",
    "inventory",
    "SYNTHETIC CO2 of sectors, 2018, that goes with the input-output table",
    (
        Column("year", "time", ""),
        Column("sector", "unit", "name"),
        Column("Scope 1 Total", "emissions", "1e6 t", 1e6),
    ),
)


def build_pack(seed: int = SEED) -> dict[str, bytes]:
    """Make every file of the pack in memory.

    Parameters
    ----------
    seed : int
        The same seed gives the same bytes on every platform.

    Returns
    -------
    dict of str to bytes
        File contents by name, ``manifest.toml`` first.

    Raises
    ------
    ArithmeticError
        When the paths drawn with this seed cannot be calibrated.
    """
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(5)]
    panel = build_panel(streams[0])
    accounts = build_accounts(panel, streams[1])
    fuels = build_fuels(panel, streams[2])
    table = build_table(streams[4])
    tables = {
        PANEL: _province_table(PANEL, PANEL_YEARS, _panel_values(panel, accounts, streams[3])),
        ACCOUNTS: _province_table(
            ACCOUNTS,
            YEARS,
            {
                "gdp_nominal": accounts.gdp_nominal,
                "gdp_index": accounts.gdp_index,
                "investment": accounts.investment,
                "investment_price": accounts.investment_price,
            },
        ),
        ENERGY: _province_table(ENERGY, YEARS, fuels),
        INPUT_OUTPUT: _csv(table_rows(table)),
        INVENTORY: _csv(inventory_rows(table)),
    }
    contents = {file.path: content for file, content in tables.items()}
    return {"manifest.toml": _manifest(tables, seed), **contents}


def write_pack(folder: Path, seed: int = SEED) -> None:
    """Write the pack into `folder`, which is created if missing."""
    contents = build_pack(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def _panel_values(
    panel: Panel, accounts: Accounts, rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """Add to the calibrated panel the variants that other sources would give."""
    nominal = accounts.gdp_nominal[:, BASE:]
    count, years = panel.labour.shape
    urban = 0.55 + 0.06 * spread(rng, count, 1) - 0.02 * np.arange(years)
    metropolis = np.array([kind == "metropolis" for _, kind, _ in PROVINCES])[:, None]
    differences = 1 + 0.07 * spread(rng, count, 1) + 0.01 * spread(rng, count, years)
    return {
        "labour": panel.labour,
        "capital": panel.capital,
        "gdp": panel.gdp,
        "gdp_paperlike": nominal / cumulated_volume(accounts),
        "gdp_nominal": nominal,
        "co2": panel.co2,
        "co2_inventory_mt": 0.8 * panel.co2 * differences / 100,
        "labour_urban_units": panel.labour * (urban + 0.2 * metropolis),
    }


def _province_table(
    file: File, years: Sequence[int], values: Mapping[str, NDArray[np.float64]]
) -> bytes:
    """Write (30, years) arrays as one row per province and year."""
    names = [column.name for column in file.columns]
    rows = [names]
    for i, (province, _, _) in enumerate(PROVINCES):
        for t, year in enumerate(years):
            numbers = [_number(name, values[name][i, t]) for name in names[len(KEYS) :]]
            rows.append([province, str(year), *numbers])
    return _csv(rows)


def _number(name: str, value: float) -> str:
    decimals = {"gdp_index": INDEX_DECIMALS, "investment_price": 1}.get(name, DECIMALS)
    return f"{value:.{decimals}f}"


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def _manifest(tables: Mapping[File, bytes], seed: int) -> bytes:
    lines = [
        "# The bundled sample pack. Written by python -m tanshi.data.sample_pack; do not edit.",
        'name = "sample"',
        'title = "Synthetic sample: no figure in it is a statistic"',
        "synthetic = true",
        f'warnings = ["{WARNING}"]',
    ]
    for file, content in tables.items():
        lines += ["", "[[file]]", f'path = "{file.path}"', f'role = "{file.role}"']
        lines += [f'title = "{file.title}"', f'source = "{SOURCE}, seed {seed}"']
        lines += [f'licence = "{LICENCE}"']
        lines.append(f'sha256 = "{hashlib.sha256(content).hexdigest()}"')
        for column in file.columns:
            lines += ["[[file.column]]", f'name = "{column.name}"', f'role = "{column.role}"']
            lines.append(f'unit = "{column.unit}"')
            if column.scale:
                lines.append(f"scale = {column.scale:.1f}")
    return ("\n".join(lines) + "\n").encode("utf-8")
