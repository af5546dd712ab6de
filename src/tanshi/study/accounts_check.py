"""Check whether the panel's columns follow from the accounts that lie beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.accounts import InventoryInputs, estimate_capital_stock, estimate_emissions
from tanshi.study.sources import FUELS, capital_inputs

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
        notes = inventory.warnings if inventory else ()
        difference = row["largest_relative_difference"]
        same = isinstance(difference, float) and difference <= SAME
        if same and inventory and inventory.double_counted_share_upper_bound > 0:
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
    header, carried = data.header("capital"), 1 - scenario.accounts.depreciation
    rule = f"K(t) = I(t) + {carried:g} K(t - 1)"
    known = set(accounts.time.tolist())
    common = [year for year in periods if year in known]
    panel = _panel_matrix(data, "capital")[:, [periods.index(year) for year in common]]
    if not common:
        return _row(header, rule, common, panel, panel)
    inputs, growth = capital_inputs(accounts, _units(data), scenario.accounts, first_year=common[0])
    stock = estimate_capital_stock(
        inputs, start="given", initial_stock_1e8_cny=panel[:, 0], extend=growth
    )
    ours = stock.capital_stock_1e8_cny[:, [stock.years.index(year) for year in common]]
    return _row(header, f"{rule}, from the panel's {common[0]}", common, ours, panel)


def _emissions_row(
    data: StudyData, table: Panel, periods: list[int]
) -> tuple[dict[str, object], EmissionsInventory | None]:
    units = _units(data)
    header, rule = data.header("emissions"), "eight fuels, IPCC 2006 factors (Eq. 19)"
    panel = _panel_matrix(data, "emissions")
    keep = [
        row
        for row, (unit, year) in enumerate(zip(table.unit, table.time.tolist(), strict=True))
        if unit in set(units) and year in periods
    ]
    if not keep:
        return _row(header, rule, [], panel[:, :0], panel[:, :0]), None
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
    scale = data.scale("emissions", header)
    ours = np.array([[tonnes.get((u, y), np.nan) for y in periods] for u in units]) / scale
    return _row(header, rule, periods, ours, panel), inventory
