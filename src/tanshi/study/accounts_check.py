"""Check whether the panel's columns follow from the accounts that lie beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.accounts import (
    CapitalInputs,
    InventoryInputs,
    estimate_capital_stock,
    estimate_emissions,
)
from tanshi.study.sources import FUELS, by_unit_and_year

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.accounts import EmissionsInventory
    from tanshi.data import Panel
    from tanshi.study.scenario import Scenario
    from tanshi.study.sources import StudyData

    Array = NDArray[np.float64]

SAME = 1e-6  # relative: the panel's column is the rebuilt one, apart from rounding
SCHEMA = {
    "column": pl.String,
    "rebuilt_by": pl.String,
    "first_year": pl.Int64,
    "last_year": pl.Int64,
    "largest_relative_difference": pl.Float64,
}


@dataclass(frozen=True, eq=False)
class AccountsCheck:
    """What the accounts beside a panel say about it.

    Parameters
    ----------
    table : polars.DataFrame
        column, rebuilt_by, first_year, last_year, largest_relative_difference; empty
        where the pack has no accounts.
    notes : tuple of str
        What a reader of the rebuilt columns must know.
    warnings : tuple of str
        The same, where the panel's emissions *are* the rebuilt ones, so that it concerns
        the result.
    """

    table: pl.DataFrame
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def check_accounts(data: StudyData, scenario: Scenario) -> AccountsCheck:
    """Compare capital and emissions of the panel with what the accounts room makes.

    Capital is compared through its recursion, from the panel's own first stock, because
    the starting stock is a choice; emissions through Eq. 19.
    """
    rows: list[dict[str, object]] = []
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    periods = sorted(set(data.panel.time.tolist()))
    if data.accounts is not None:
        rows.append(_capital_row(data, data.accounts, scenario, periods))
    if data.energy is not None:
        row, inventory = _emissions_row(data, data.energy, periods)
        rows.append(row)
        notes = inventory.warnings
        difference = row["largest_relative_difference"]
        same = isinstance(difference, float) and difference <= SAME
        if same and inventory.double_counted_share_upper_bound > 0:
            # The first warning of an inventory with double counting is the one about it.
            warnings, notes = notes[:1], notes[1:]
    return AccountsCheck(pl.DataFrame(rows, schema=SCHEMA), notes, warnings)


def _units(data: StudyData) -> list[str]:
    return list(dict.fromkeys(data.panel.unit))


def _panel_matrix(data: StudyData, role: str) -> Array:
    # The panel is balanced and sorted by unit, then year.
    return data.panel.values[role].reshape(len(_units(data)), -1)


def _row(
    column: str, rebuilt_by: str, years: list[int], ours: Array, theirs: Array
) -> dict[str, object]:
    known = np.asarray(np.isfinite(ours).all(axis=0))
    covered = [year for year, whole in zip(years, known, strict=True) if whole]
    difference = np.abs(ours[:, known] / theirs[:, known] - 1.0)
    return {
        "column": column,
        "rebuilt_by": rebuilt_by,
        "first_year": covered[0] if covered else None,
        "last_year": covered[-1] if covered else None,
        "largest_relative_difference": float(difference.max()) if covered else None,
    }


def _capital_row(
    data: StudyData, accounts: Panel, scenario: Scenario, periods: list[int]
) -> dict[str, object]:
    units = _units(data)
    investment, years = by_unit_and_year(accounts, "investment", units)
    prices, _ = by_unit_and_year(accounts, "investment_price", units)
    base = periods[0]
    from_base = [year for year in years if year >= base]
    skip = years.index(base)
    panel = _panel_matrix(data, "capital")
    stock = estimate_capital_stock(
        CapitalInputs(
            tuple(units),
            tuple(from_base),
            scenario.accounts.base_year,
            investment_current_1e8_cny=investment[:, skip:],
            investment_price_index=prices[:, skip:],
            depreciation=scenario.accounts.depreciation,
        ),
        start="given",
        initial_stock_1e8_cny=panel[:, 0],
        extend={
            year: percent / 100.0
            for year, percent in scenario.accounts.investment_growth_percent.items()
            if year in from_base
        },
    )
    ours = stock.capital_stock_1e8_cny[:, [from_base.index(year) for year in periods]]
    rule = f"K(t) = I(t) + {1 - scenario.accounts.depreciation:g} K(t - 1), from the panel's {base}"
    return _row(data.header("capital"), rule, periods, ours, panel)


def _emissions_row(
    data: StudyData, table: Panel, periods: list[int]
) -> tuple[dict[str, object], EmissionsInventory]:
    units = _units(data)
    keep = [
        row
        for row, (unit, year) in enumerate(zip(table.unit, table.time.tolist(), strict=True))
        if unit in set(units) and year in periods
    ]
    inventory = estimate_emissions(
        InventoryInputs(
            tuple(table.unit[row] for row in keep),
            tuple(int(table.time[row]) for row in keep),
            {fuel: table.values[fuel][keep] for fuel in FUELS},
        )
    )
    tonnes = dict(
        zip(
            zip(inventory.units, inventory.years, strict=True),
            inventory.emissions_tco2,
            strict=True,
        )
    )
    header = data.header("emissions")
    scale = data.scale("emissions", header)
    ours = np.array([[tonnes.get((u, y), np.nan) for y in periods] for u in units]) / scale
    panel = _panel_matrix(data, "emissions")
    row = _row(header, "eight fuels, IPCC 2006 factors (Eq. 19)", periods, ours, panel)
    return row, inventory
