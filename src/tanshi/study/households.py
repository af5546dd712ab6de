"""Who bears a carbon price: groups of households in an input-output table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.core import InputError
from tanshi.data.input_output_marks import mark_of
from tanshi.leontief.classification import product_groups
from tanshi.leontief.households import (
    HouseholdGroup,
    estimate_household_burden,
    group_faults,
)
from tanshi.study.faults import gathering
from tanshi.study.price_table import split_use
from tanshi.study.scenario import LeontiefSection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanshi.core import Fault
    from tanshi.data.input_output import InputOutputTable
    from tanshi.leontief.results import CostPushIntervals, HouseholdBurden
    from tanshi.study.cost_push import Pushed
    from tanshi.study.scenario import Household

RURAL_AND_URBAN = LeontiefSection().households
MEASURE = (
    "households: the burden is a share of spending; income, savings, changed purchases, what "
    "government buys for them and what becomes of the revenue are not in it"
)


@dataclass(frozen=True, eq=False, kw_only=True)
class HouseholdRequest:
    """Whose burden is asked for, and from which table.

    Parameters
    ----------
    table : InputOutputTable
        With a column for each group.
    groups : tuple of Household
        From the lowest to the highest income.
    neutral_tolerance : float, default 0.01
    """

    table: InputOutputTable
    groups: tuple[Household, ...] = RURAL_AND_URBAN
    neutral_tolerance: float = 0.01

    def purchases(self) -> list[HouseholdGroup]:
        """Return what every group buys, imports apart.

        Raises
        ------
        InputError
            Every column that the table does not have; groups that cannot be compared.
        """
        faults: list[Fault] = []
        bought = []
        for one in self.groups:
            with gathering(faults):
                what = f"what {one.name} households buy"
                domestic, imported = split_use(self.table, _mark(one.column), what=what)
                bought.append(
                    HouseholdGroup(
                        name=one.name,
                        domestic_consumption=domestic,
                        imported_consumption=imported,
                        consumption_cny_per_head=one.consumption_cny_per_head,
                        income_cny_per_head=one.income_cny_per_head,
                    )
                )
        faults = faults or group_faults(bought, len(self.table.codes))
        if faults:
            raise InputError(faults)
        return bought


@dataclass(frozen=True, eq=False, kw_only=True)
class HouseholdEffects:
    """What a cost push does to groups of households, and by which table.

    Parameters
    ----------
    source : str
        The table's file.
    burden : HouseholdBurden
    intervals : CostPushIntervals or None
        Of that table, with each group's spending among the baskets; None where nothing is
        uncertain.
    notes : tuple of str
    """

    source: str
    burden: HouseholdBurden
    intervals: CostPushIntervals | None
    notes: tuple[str, ...]

    def table(self) -> pl.DataFrame:
        """Return the burdens, with both ends of their intervals where there are intervals."""
        table = self.burden.table()
        if self.intervals is None:
            return table
        spreads = [self.intervals.baskets_percent[name] for name in self.burden.groups]
        lower = np.hstack([spread.lower for spread in spreads]).ravel()
        upper = np.hstack([spread.upper for spread in spreads]).ravel()
        place = table.get_column_index("burden_percent") + 1
        table.insert_column(place, pl.Series("burden_lower_percent", lower))
        return table.insert_column(place + 1, pl.Series("burden_upper_percent", upper))


def has_columns(headers: Sequence[str], households: Sequence[Household]) -> bool:
    """Return whether a table with these headers has a column for every group."""
    return {_mark(one.column) for one in households} <= {_mark(header) for header in headers}


def estimate_household_effects(
    request: HouseholdRequest,
    pushed: Pushed,
    groups: Sequence[HouseholdGroup],
    *,
    money_scale_cny: float,
) -> HouseholdEffects:
    """Return burden, verdict, breakdown and intervals.

    Parameters
    ----------
    request : HouseholdRequest
    pushed : Pushed
        On the request's table, with the groups.
    groups : sequence of HouseholdGroup
        The request's purchases.
    money_scale_cny : float
        CNY in one unit of the table.

    Raises
    ------
    InputError
        A tolerance below 0.
    """
    table = request.table
    burden = estimate_household_burden(
        pushed.push,
        groups,
        products=product_groups(table.codes),
        money_scale_cny=money_scale_cny,
        tolerance=request.neutral_tolerance,
    )
    return HouseholdEffects(
        source=table.source, burden=burden, intervals=pushed.intervals, notes=(MEASURE,)
    )


def _mark(column: str) -> str:
    """Return the mark that a header stands for, and what is none as it is."""
    return mark_of(column) or column
