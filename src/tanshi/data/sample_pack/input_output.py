"""An invented, exactly balanced non-competitive input-output table of 42 sectors.

Input coefficients and import shares are whole parts per million and final uses whole
amounts of 1e4 CNY, positive in total. Domestic output solves x = f + A x by iteration on
integers: from x = f upwards, with every flow a x rounded down, the iterates rise until
nothing changes. Each flow is then an integer, and every identity of the table holds to the
last digit on every platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.data.sample_pack.sectors import VALUE_ADDED, load_overheads, load_sectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.data.sample_pack.sectors import Sector

MILLION = 1_000_000
UNITS_PER_BILLION = 100_000
POWER = "24"
LAST_GOOD = 22
FINAL_USES = ("TC", "FU201", "FU202", "EX")
CONSUMPTION = ("FU101", "FU102", "THC", "FU103")

# Percent of a product's consumption that is the government's; 0 where none is given.
GOVERNMENT = {
    "29": 10,
    "35": 100,
    "36": 80,
    "37": 80,
    "39": 50,
    "40": 50,
    "41": 50,
    "42": 100,
}
# Percent of households' consumption of a product that is rural: 20 where none is given, more
# of food, coal and electricity, less of gas and services.
RURAL = {"01": 30, "02": 60, "06": 25, "24": 25, "25": 5, "26": 10, "30": 10, "32": 10, "38": 15}
RURAL_ELSE = 20


@dataclass(frozen=True, slots=True)
class Table:
    """A non-competitive table in 1e4 CNY; rows are products, columns users.

    Parameters
    ----------
    domestic, imported : ndarray of int
        Intermediate flows, (42, 42).
    domestic_final, imported_final : ndarray of int
        Final uses TC, FU201, FU202 and EX, (42, 4).
    rural_share, government_share : ndarray of int
        Of rural households in what households consume, and of the government in all that is
        consumed, parts per million, (42,).
    value_added : ndarray of int
        Compensation, net taxes, depreciation and surplus, (4, 42).
    """

    domestic: NDArray[np.int64]
    imported: NDArray[np.int64]
    domestic_final: NDArray[np.int64]
    imported_final: NDArray[np.int64]
    rural_share: NDArray[np.int64]
    government_share: NDArray[np.int64]
    value_added: NDArray[np.int64]


def build_table(rng: np.random.Generator) -> Table:
    """Draw coefficients and final uses around the assumed structure and balance the table."""
    sectors = load_sectors()
    coefficients = np.stack([_column(sector, sectors, rng) for sector in sectors], axis=1)
    shares = _import_shares(sectors, rng)
    imported_coefficients = coefficients * shares // MILLION
    domestic_coefficients = coefficients - imported_coefficients
    final = _final_uses(sectors, rng)
    imported_final = _imported_final(final, shares)
    domestic_final = final - imported_final
    output = _output(domestic_coefficients, domestic_final.sum(axis=1))
    domestic = domestic_coefficients * output // MILLION
    imported = imported_coefficients * output // MILLION
    remainder = output - domestic.sum(axis=0) - imported.sum(axis=0)
    value_added = _value_added(sectors, remainder, rng)
    shares_of = _consumer_shares(sectors, rng)
    return Table(domestic, imported, domestic_final, imported_final, *shares_of, value_added)


def table_rows(table: Table) -> list[list[str]]:
    """Lay the table out: header, 42 domestic rows, 42 import rows, totals of the columns."""
    sectors = load_sectors()
    codes = [sector.code for sector in sectors]
    header = ["Code", "Description", "DescriptionInChinese", "Origin", *codes]
    rows = [[*header, "TIU", *CONSUMPTION, *FINAL_USES, "TFU", "GO"]]
    blocks = (
        ("Domestic", table.domestic, table.domestic_final),
        ("Imports", table.imported, table.imported_final),
    )
    flows_in_all = np.zeros(len(codes), dtype=np.int64)
    final_in_all = np.zeros(len(CONSUMPTION) + len(FINAL_USES), dtype=np.int64)
    for origin, flows, final in blocks:
        uses = np.hstack([_consumers(table, final[:, 0]), final])
        rows += [
            [sector.code, sector.name, sector.chinese, origin, *_uses(flows[i], uses[i])]
            for i, sector in enumerate(sectors)
        ]
        flows_in_all += flows.sum(axis=0)
        final_in_all += uses.sum(axis=0)
    total_row = _uses(flows_in_all, final_in_all)
    rows.append(["TII", "Total intermediate input", "中间投入合计", "TOT", *total_row])
    total = table.value_added.sum(axis=0)
    components = (
        ("VA001", "Compensation of employees", "劳动者报酬", table.value_added[0]),
        ("VA002", "Net taxes on production", "生产税净额", table.value_added[1]),
        ("VA003", "Depreciation of fixed assets", "固定资产折旧", table.value_added[2]),
        ("VA004", "Operating surplus", "营业盈余", table.value_added[3]),
        ("TVA", "Total value-added", "增加值合计", total),
        ("TI", "Total inputs", "总投入", flows_in_all + total),
    )
    for code, name, chinese, values in components:
        numbers = [*map(str, values), str(values.sum())]
        blank = [""] * (len(CONSUMPTION) + len(FINAL_USES) + 2)
        rows.append([code, name, chinese, "TOT", *numbers, *blank])
    return rows


def _column(
    sector: Sector, sectors: tuple[Sector, ...], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return one sector's input coefficients, parts per million of its output."""
    shares = np.zeros(len(sectors))
    position = {supplier.code: i for i, supplier in enumerate(sectors)}
    for code, percent in sector.inputs.items():
        shares[position[code]] = percent / 100 * (0.9 + 0.2 * rng.random())
    intermediate = sector.intermediate / 100 * (0.97 + 0.06 * rng.random())
    left = intermediate - shares.sum()
    overheads = load_overheads()
    weights = np.zeros(len(sectors))
    for code, weight in overheads.items():
        # A draw decides whether a product is bought at all; everybody buys power.
        bought = rng.random() < 0.85 or code == POWER
        weights[position[code]] = weight * (0.6 + 0.8 * rng.random()) * bought
    shares += left * weights / weights.sum()
    parts: NDArray[np.int64] = np.rint(MILLION * shares).astype(np.int64)
    return parts


def _import_shares(sectors: tuple[Sector, ...], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return imports in each user's purchases, (product, user), parts per million."""
    percent = np.array([sector.imported for sector in sectors])[:, None]
    variation = 0.7 + 0.6 * rng.random((len(sectors), len(sectors)))
    return np.rint(MILLION / 100 * percent * variation).astype(np.int64)


def _final_uses(sectors: tuple[Sector, ...], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return TC, FU201, FU202 and EX of all products; goods can be drawn from stock."""
    billions = np.array([(s.consumption, s.investment, 0, s.exports) for s in sectors])
    uses = billions * (0.92 + 0.16 * rng.random(billions.shape))
    for i, sector in enumerate(sectors):
        if int(sector.code) <= LAST_GOOD:
            turnover = 300 + sector.consumption + sector.investment + sector.exports
            uses[i, 2] = turnover * (0.03 * rng.random() - 0.008)
    return np.rint(UNITS_PER_BILLION * uses).astype(np.int64)


def _consumer_shares(
    sectors: tuple[Sector, ...], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the shares of rural households and of the government, parts per million."""
    rural = np.array([RURAL.get(sector.code, RURAL_ELSE) for sector in sectors])
    government = np.array([GOVERNMENT.get(sector.code, 0) for sector in sectors])
    variation = 0.9 + 0.2 * rng.random(len(sectors))
    parts: NDArray[np.int64] = np.rint(MILLION / 100 * rural * variation).astype(np.int64)
    return parts, MILLION // 100 * government


def _consumers(table: Table, consumption: NDArray[np.int64]) -> NDArray[np.int64]:
    """Split TC into FU101 (rural), FU102 (urban), their sum THC, and FU103 (government)."""
    government = consumption * table.government_share // MILLION
    households = consumption - government
    rural = households * table.rural_share // MILLION
    return np.stack([rural, households - rural, households, government], axis=1)


def _imported_final(final: NDArray[np.int64], shares: NDArray[np.int64]) -> NDArray[np.int64]:
    """Take imports out of final uses; stocks are domestic, exports carry few imports."""
    share = shares.min(axis=1)[:, None]
    weight = np.array([100, 100, 0, 10])
    imported: NDArray[np.int64] = final * share // MILLION * weight // 100
    return imported


def _output(coefficients: NDArray[np.int64], final: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the smallest integer output that meets final and intermediate use."""
    output = final
    while True:
        needed = final + (coefficients * output // MILLION).sum(axis=1)
        if (needed == output).all():
            return output
        output = needed


def _value_added(
    sectors: tuple[Sector, ...], total: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Split value added; the operating surplus takes what the rounded parts leave."""
    percent = np.array([VALUE_ADDED[sector.value_added] for sector in sectors]).T
    variation = 0.96 + 0.08 * rng.random(percent.shape)
    parts = np.rint(total * percent * variation / 100).astype(np.int64)
    return np.vstack([parts, total - parts.sum(axis=0)])


def _uses(flows: NDArray[np.int64], final: NDArray[np.int64]) -> list[str]:
    """Return flows, TIU, the final uses as given, TFU and GO; TFU is TC and what follows."""
    intermediate, last = int(flows.sum()), int(final[len(CONSUMPTION) :].sum())
    return [str(v) for v in (*flows, intermediate, *final, last, intermediate + last)]
