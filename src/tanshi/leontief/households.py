"""Who bears a cost push: the rise of what each group of households buys.

The problem: prices rise by different percentages, and groups of households buy different
things; does the group with the lower income bear the larger share of its spending?
Source: Zhang & Chang (2025), Eq. 16, with the weights of one group in place of everybody's:
burden_g = sum_i c^D_gi dp_i / sum_i (c^D_gi + c^M_gi). Prices of imports do not move, but
imports are part of what is bought.
Assumptions: those of the price model, and purchases that stay as they are. Shares of spending
are the measure: income, savings, what government buys for households and what becomes of the
revenue are left out. Spending is nearer to lifetime income than a year's income is (Poterba
1991), and as a share of yearly income a burden looks more regressive, since savings rise with
income.

References
----------
Poterba, J. M. (1991). Is the gasoline tax regressive? Tax Policy and the Economy 5, 145-164.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen
from tanshi.leontief.results import HouseholdBurden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tanshi.leontief.results import CostPush

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class HouseholdGroup:
    """What one group of households buys.

    Parameters
    ----------
    name : str
    domestic_consumption, imported_consumption : (n,) array_like, >= 0
        By product, in the table's unit.
    consumption_cny_per_head, income_cny_per_head : float > 0, optional
        Of household statistics; they turn shares of spending into CNY by head and into
        shares of income.
    """

    name: str
    domestic_consumption: Array
    imported_consumption: Array
    consumption_cny_per_head: float | None = None
    income_cny_per_head: float | None = None

    def weights(self) -> Array:
        """Return domestic purchases over all purchases, (n,): the weights of a burden."""
        domestic = np.asarray(self.domestic_consumption, dtype=np.float64)
        return np.asarray(domestic / (domestic.sum() + np.sum(self.imported_consumption)))


def estimate_household_burden(
    push: CostPush,
    groups: Sequence[HouseholdGroup],
    *,
    products: Sequence[str] | None = None,
    money_scale_cny: float = 1e4,
    tolerance: float = 0.01,
) -> HouseholdBurden:
    """Return the burden of each group, what it consists of, and the verdict.

    Parameters
    ----------
    push : CostPush
    groups : sequence of HouseholdGroup
        Two or more, from the lowest to the highest income: the verdict compares the first
        with the last.
    products : sequence of str, length n, optional
        Group of each product, for the breakdown; by default every product by itself.
    money_scale_cny : float, default 1e4
        CNY in one unit of consumption.
    tolerance : float, >= 0, default 0.01
        A ratio of burdens below 1 + tolerance, and above its inverse, is called neutral.

    Returns
    -------
    HouseholdBurden

    Raises
    ------
    InputError
        Fewer than two groups, a name twice, consumption that does not fit the sectors or is
        negative or nil, a number by head that is not above 0, a negative tolerance.

    Examples
    --------
    Electricity is a fifth of what the first group buys and a tenth of what the second does:

    >>> from tanshi.leontief import CoveredSector, PriceModel, PriceModelInputs
    >>> from tanshi.leontief import estimate_cost_push
    >>> nothing = np.zeros((2, 2))
    >>> model = PriceModel(PriceModelInputs(
    ...     codes=("01", "02"), names=("electricity", "food"), domestic_flows=nothing,
    ...     imported_flows=nothing, value_added=[30.0, 170.0], gross_output=[30.0, 170.0],
    ...     domestic_consumption=[30.0, 170.0], imported_consumption=[0.0, 0.0]))
    >>> power = CoveredSector(code="01", intensity_tco2_per_1e4_cny=5.0)
    >>> push = estimate_cost_push(model, [power], price_cny_per_tco2=100.0, paid_shares=[1.0])
    >>> groups = [HouseholdGroup(name="rural", domestic_consumption=[20.0, 80.0],
    ...                          imported_consumption=[0.0, 0.0]),
    ...           HouseholdGroup(name="urban", domestic_consumption=[10.0, 90.0],
    ...                          imported_consumption=[0.0, 0.0])]
    >>> print(estimate_household_burden(push, groups).summary())
    paid share 1: rural 1.0000 %, urban 0.5000 % of spending
    Regressive: the burden of rural households is 2.00 times that of urban ones
    """
    labels = tuple(push.names if products is None else products)
    faults = [*group_faults(groups, len(push.codes)), *_other_faults(push, labels, tolerance)]
    if faults:
        raise InputError(faults)
    names = tuple(dict.fromkeys(labels))
    member = np.array([[label == name for name in names] for label in labels], dtype=np.float64)
    domestic = np.array([group.domestic_consumption for group in groups], dtype=np.float64)
    imported = np.array([group.imported_consumption for group in groups], dtype=np.float64)
    bought = domestic + imported
    spending = bought.sum(axis=1, keepdims=True)
    # Eq. (16) with the weights of a group, product by product: (S, G, n).
    parts = push.total_percent[:, None, :] * (domestic / spending)
    return HouseholdBurden(
        groups=tuple(group.name for group in groups),
        products=names,
        paid_shares=push.paid_shares,
        spending_cny=frozen(spending[:, 0] * money_scale_cny),
        spending_share_percent=frozen(100.0 * (bought / spending) @ member),
        contribution_percent=frozen(parts @ member),
        tolerance=tolerance,
        consumption_cny_per_head=tuple(group.consumption_cny_per_head for group in groups),
        income_cny_per_head=tuple(group.income_cny_per_head for group in groups),
    )


def group_faults(groups: Sequence[HouseholdGroup], n_sectors: int) -> list[Fault]:
    """List what is wrong with groups of households, all of it.

    Parameters
    ----------
    groups : sequence of HouseholdGroup
    n_sectors : int
        Of the table.
    """
    faults = []
    names = ", ".join(group.name for group in groups)
    if len(groups) < 2:
        what, remedy = "too few groups of households", "name two, the lower income first"
        faults.append(Fault(what, names or "nothing", "two or more", remedy))
    if len({group.name for group in groups}) < len(groups):
        what, remedy = "a group of households is there twice", "give each a name of its own"
        faults.append(Fault(what, names, "different names", remedy))
    for group in groups:
        faults += _purchase_faults(group, n_sectors)
    return faults


def _other_faults(push: CostPush, labels: Sequence[str], tolerance: float) -> list[Fault]:
    faults = []
    n = len(push.codes)
    if len(labels) != n:
        remedy = "name the group of every product"
        faults.append(Fault("groups of products do not fit", str(len(labels)), str(n), remedy))
    if not (np.isfinite(tolerance) and tolerance >= 0):
        remedy = "give 0.01 for ratios between 0.99 and 1.01"
        faults.append(Fault("not a tolerance", str(tolerance), "0 or more", remedy))
    return faults


def _purchase_faults(group: HouseholdGroup, n: int) -> list[Fault]:
    faults = []
    total = 0.0
    for name in ("domestic_consumption", "imported_consumption"):
        values = np.asarray(getattr(group, name), dtype=np.float64)
        fits = values.shape == (n,) and np.isfinite(values).all() and (values >= 0).all()
        total += float(values.sum()) if fits else np.nan
        if not fits:
            what = f"{name.replace('_', ' ')} of {group.name} households is unfit"
            found = f"shape {values.shape}, least {values.min(initial=np.inf):g}"
            remedy = "give what the group buys of every product"
            faults.append(Fault(what, found, f"{n} finite numbers of 0 or more", remedy))
    if total == 0:
        what, remedy = f"{group.name} households buy nothing", "choose another column"
        faults.append(Fault(what, "0 in all", "above 0", remedy))
    for name in ("consumption_cny_per_head", "income_cny_per_head"):
        value = getattr(group, name)
        if value is not None and not (np.isfinite(value) and value > 0):
            what = f"{name} of {group.name} households is unfit"
            faults.append(Fault(what, str(value), "above 0", "correct it, or leave it out"))
    return faults
