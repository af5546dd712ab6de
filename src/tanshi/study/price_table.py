"""An input-output table as a price model, whether or not it keeps imports apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.leontief import PriceModel, PriceModelInputs, split_imports

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.data.input_output import InputOutputTable

    Array = NDArray[np.float64]

DEFAULT_MONEY_SCALE = 1e4  # CNY in one unit of a table that does not say
CONSUMPTION = "TC"
EXPORTS = "EX"


def build_price_model(table: InputOutputTable) -> PriceModel:
    """Return the price model of a table; a competitive one is split by import shares.

    Raises
    ------
    InputError
        The table has no total consumption, does not balance, or is not productive.
    """
    consumption, imported_consumption = split_use(table, CONSUMPTION, what="consumption")
    domestic, imported = _split_flows(table)
    return PriceModel(
        PriceModelInputs(
            codes=table.codes,
            names=table.names,
            domestic_flows=domestic,
            imported_flows=imported,
            value_added=np.sum(list(table.value_added.values()), axis=0),
            gross_output=table.gross_output,
            domestic_consumption=consumption,
            imported_consumption=imported_consumption,
            money_scale_cny=table.scale_cny or DEFAULT_MONEY_SCALE,
        )
    )


def _split_flows(table: InputOutputTable) -> tuple[Array, Array]:
    """Return domestic and imported flows, (n, n); of a competitive table by import shares.

    Raises
    ------
    InputError
        Imports above home use.
    """
    if table.imported is not None:
        return table.domestic, table.imported
    domestic, imported, _ = _split(table)
    return domestic, imported


def split_use(table: InputOutputTable, column: str, *, what: str) -> tuple[Array, Array]:
    """Return what a final use takes of domestic and of imported products, (n,).

    Parameters
    ----------
    table : InputOutputTable
    column : str
        Mark of the final use, such as ``"TC"``.
    what : str
        What it is, for messages.

    Raises
    ------
    InputError
        The table has no such column, or imports above home use.
    """
    uses = table.final_use_domestic
    if column not in uses:
        remedy = f"add {what}, or name another column"
        known = ", ".join(uses)
        fault = Fault(f"no column of {what}", column, known, remedy, table.source, column=column)
        raise InputError([fault])
    if table.final_use_imported is not None:
        return uses[column], table.final_use_imported[column]
    _, _, share = _split(table)
    imported = uses[column] * share
    return uses[column] - imported, imported


def _split(table: InputOutputTable) -> tuple[Array, Array, Array]:
    total_use = table.gross_output + table.imports
    exports = table.final_use_domestic.get(EXPORTS, np.zeros_like(total_use))
    return split_imports(table.domestic, total_use - exports, table.imports)
