"""Results of the single and the two-sided platform, as columns with one number a row."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = tuple[str, ...]


# Units of the columns beyond the contract, whose own columns have the reference vectors' names.
UNITS = {
    "net_purchase_price": "cny_per_tco2",
    "sale_price_without_blockchain": "cny_per_tco2",
    "volume": "tco2",
    "unserved_demand": "tco2",
    "fee_revenue": "cny",
    "enterprise_benefit": "cny",
    "buyer_surplus": "cny",
    "closed_total_welfare": "cny",
    "platform_profit_without_blockchain": "cny",
    "total_welfare_without_blockchain": "cny",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class SinglePlatform:
    """Markets with one platform, solved; every field but `inputs` has shape (n_rows,).

    Parameters
    ----------
    inputs : mapping of name to (n_rows,) array
    purchase_price, sale_price, net_purchase_price : CNY per tCO2
        P_ph with commission and fee in it, P_c, and P_ph without them.
    participation : share of the population that sells
    platform_profit, user_surplus, welfare, total_welfare : CNY
        Eq. 5, 8, 9 and 11 of the case that holds.
    optimal_offset_ratio, optimum, optimum_reason
        δ* of Proposition 2, ``interior`` or ``corner``, and why.
    status, status_reason
        ``interior``, ``capped`` or ``rationed``, and why.
    volume, unserved_demand : tCO2
    fee_revenue, enterprise_benefit, buyer_surplus, closed_total_welfare : CNY
    exact_optimal_offset_ratio, exact_optimum, exact_optimum_reason
        δ* with rationing in total welfare; ``interior``, ``corner``, ``kink`` or ``rationed``.
    sale_price_without_blockchain, platform_profit_without_blockchain, \
total_welfare_without_blockchain, status_without_blockchain, \
exact_optimal_offset_ratio_without_blockchain
        The same with c_b = 0.
    k_below_2n_over_p, k_below_2dw_over_3e, k_below_printed_2dw_over_3ek, n_below_dwp_over_3e
        Conditions of Proposition 2.
    second_order_condition : bool
        Whether Eq. 11 is concave.
    """

    inputs: Mapping[str, FloatArray]
    purchase_price: FloatArray
    sale_price: FloatArray
    participation: FloatArray
    platform_profit: FloatArray
    user_surplus: FloatArray
    welfare: FloatArray
    total_welfare: FloatArray
    optimal_offset_ratio: FloatArray
    optimum: Texts
    status: Texts
    status_reason: Texts
    optimum_reason: Texts
    second_order_condition: BoolArray
    k_below_2n_over_p: BoolArray
    k_below_2dw_over_3e: BoolArray
    k_below_printed_2dw_over_3ek: BoolArray
    n_below_dwp_over_3e: BoolArray
    exact_optimal_offset_ratio: FloatArray
    exact_optimum: Texts
    exact_optimum_reason: Texts
    net_purchase_price: FloatArray
    volume: FloatArray
    unserved_demand: FloatArray
    fee_revenue: FloatArray
    enterprise_benefit: FloatArray
    buyer_surplus: FloatArray
    closed_total_welfare: FloatArray
    sale_price_without_blockchain: FloatArray
    platform_profit_without_blockchain: FloatArray
    total_welfare_without_blockchain: FloatArray
    status_without_blockchain: Texts
    exact_optimal_offset_ratio_without_blockchain: FloatArray

    def table(self) -> pl.DataFrame:
        """Return one row a market: first the columns of the contract, then all others."""
        given = list(self.inputs.items())
        solved = [
            (f"{one.name}_{UNITS[one.name]}" if one.name in UNITS else one.name, column)
            for one, column in ((one, getattr(self, one.name)) for one in fields(self)[1:])
        ]
        return pl.DataFrame(dict([*given[:8], *solved, *given[8:]]))

    def summary(self) -> str:
        """Return one line for a terminal."""
        return counted(self.status, "market", "markets")


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimum:
    """The best participation for one objective; every field (n_rows,).

    Parameters
    ----------
    n_d, n_s : share of buyers and of sellers that join
    fee_d, fee_s : registration fees that bring it about
    value : profit, or welfare
    status : ``interior``, or the bounds that bind: ``demand_full+supply_empty``
    second_order_condition : abs(m(g - c_b)) < 2 for profit, < 1 for welfare
    optima : number of participations with this value
    interior_n_d, interior_n_s, interior_value
        The formula that knows no bounds, beside; NaN where it divides by zero.
    volume : trades, m N_d N_s
    platform_profit, surplus_d, surplus_s
    financial_utility_d, financial_utility_s
        U_m: what members of a side receive in money less what they pay.
    carbon_utility_d, carbon_utility_s
        U_e: what trades are worth to them apart from money, α_d V and α_s V.
    total_carbon_benefit
        E, the sum of both.
    unpaid_payments
        What buyers pay and nobody receives; 0 where payments are closed.
    equilibria : every participation that these fees allow, ``N_d N_s; …``
    stable : whether the wanted one is ``stable``, ``one-sided``, ``unstable``, ``continuum``
    """

    n_d: FloatArray
    n_s: FloatArray
    fee_d: FloatArray
    fee_s: FloatArray
    value: FloatArray
    status: Texts
    second_order_condition: BoolArray
    optima: NDArray[np.int64]
    interior_n_d: FloatArray
    interior_n_s: FloatArray
    interior_value: FloatArray
    volume: FloatArray
    platform_profit: FloatArray
    surplus_d: FloatArray
    surplus_s: FloatArray
    financial_utility_d: FloatArray
    financial_utility_s: FloatArray
    carbon_utility_d: FloatArray
    carbon_utility_s: FloatArray
    total_carbon_benefit: FloatArray
    unpaid_payments: FloatArray
    equilibria: Texts
    stable: Texts


@dataclass(frozen=True, kw_only=True, eq=False)
class Ramsey:
    """The greatest welfare without a loss; every field (n_rows,), NaN where ``infeasible``.

    Parameters
    ----------
    n_d, n_s, fee_d, fee_s, welfare, profit
    h : curvature, 1 where the welfare maximum makes no loss; NaN where bounds decide
    status : as of `Optimum`, or ``infeasible``
    """

    n_d: FloatArray
    n_s: FloatArray
    fee_d: FloatArray
    fee_s: FloatArray
    welfare: FloatArray
    profit: FloatArray
    h: FloatArray
    status: Texts


@dataclass(frozen=True, kw_only=True, eq=False)
class Adoption:
    """Whether the blockchain pays; every field (n_rows,).

    Parameters
    ----------
    platform_margin, society_margin
        Greatest profit and welfare at q with c_b, less those at q = 0 without it.
    platform_adopts, society_adopts : whether that is above 0
    published_interval : whether c − α_d lies in an interval of Result 2(1)
    published_interval_is_right : whether the interval says what society's margin says
    """

    platform_margin: FloatArray
    society_margin: FloatArray
    platform_adopts: BoolArray
    society_adopts: BoolArray
    published_interval: BoolArray
    published_interval_is_right: BoolArray


FIRST = ("n_d", "n_s", "fee_d", "fee_s", "value", "status")


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoSided:
    """Two-sided markets, solved; fields of shape (n_rows,) but for the named parts.

    Parameters
    ----------
    inputs : mapping of name to (n_rows,) array
    payments : ``published`` or ``closed``
    cross_effect : m(g − c_b), what a pair adds to the objective
    profit, welfare : Optimum
    ramsey : Ramsey
    profit_max_service_level, welfare_max_service_level
        Global maximisers over q, bounds included.
    profit_concave_in_service_level : the audit's threshold on k, for interior participation
    adoption : Adoption
    """

    inputs: Mapping[str, FloatArray]
    payments: str
    cross_effect: FloatArray
    profit: Optimum
    welfare: Optimum
    ramsey: Ramsey
    profit_max_service_level: FloatArray
    welfare_max_service_level: FloatArray
    profit_concave_in_service_level: BoolArray
    adoption: Adoption

    def table(self) -> pl.DataFrame:
        """Return one row a market: first the columns of the contract, then all others.

        What does not exist, such as the Ramsey platform where every platform makes a loss, is
        blank.
        """
        given = list(self.inputs.items())
        profit, welfare = _columns(self.profit, "profit"), _columns(self.welfare, "welfare")
        n = len(FIRST)
        columns: dict[str, object] = dict([*given[:7], *profit[:n], *welfare[:n]])
        columns |= {
            "profit_max_service_level": self.profit_max_service_level,
            "welfare_max_service_level": self.welfare_max_service_level,
            "profit_concave_in_service_level": self.profit_concave_in_service_level,
        }
        columns |= dict([*profit[n:], *welfare[n:], *_columns(self.ramsey, "ramsey")])
        columns |= dict(_columns(self.adoption, "adoption"))
        columns |= {
            "cross_effect": self.cross_effect,
            "payments": [self.payments] * len(self.cross_effect),
        }
        columns |= dict(given[7:])
        table = pl.DataFrame(columns)
        return table.with_columns(pl.selectors.float().fill_nan(None) + 0.0)  # no minus zero

    def summary(self) -> str:
        """Return lines for a terminal."""
        adopting = int(self.adoption.society_adopts.sum())
        profitable = int(self.adoption.platform_adopts.sum())
        return "\n".join(
            [
                "profit maximum: " + counted(self.profit.status, "market", "markets"),
                "welfare maximum: " + counted(self.welfare.status, "market", "markets"),
                "without loss: " + counted(self.ramsey.status, "market", "markets"),
                f"the blockchain pays for the platform in {profitable}, for society in {adopting}",
            ]
        )


def _columns(part: Optimum | Ramsey | Adoption, name: str) -> list[tuple[str, object]]:
    """Return the fields as columns named after the part; its value bears the part's name."""
    return [
        (name if one.name == "value" else f"{name}_{one.name}", getattr(part, one.name))
        for one in fields(part)
    ]


def counted(status: Texts, noun: str, nouns: str) -> str:
    """Count rows by status.

    Examples
    --------
    >>> counted(("interior", "capped", "interior"), "market", "markets")
    '3 markets: 2 interior, 1 capped'
    """
    counts = {name: status.count(name) for name in dict.fromkeys(status)}
    parts = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f"{len(status)} {noun if len(status) == 1 else nouns}: {parts}"
