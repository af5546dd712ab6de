"""Identities that every market must meet, recomputed from its records.

A result is handed out only with them: allowances, trades, duties, money, contracts, tonnes
and firms are conserved in every year of every replicate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import CertificateError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.results import EvolutionResult

    Array = NDArray[np.float64]

CONSERVED = 1e-9  # relative


def check_conserved(result: EvolutionResult) -> None:
    """Refuse a result in which something came from nowhere or vanished.

    Parameters
    ----------
    result : EvolutionResult

    Raises
    ------
    CertificateError
        Which identity fails, where and by how much: a fault of the simulation.
    """
    for name, gap in conserved_gaps(result).items():
        if gap.max() > CONSERVED:
            replicate, year = np.unravel_index(int(gap.argmax()), gap.shape)
            message = (
                f"{name} not conserved: relative gap {gap.max():.1e} in year {year + 1} of "
                f"replicate {result.replicates[replicate]}. This is a fault of the simulation; "
                f"please report it."
            )
            raise CertificateError(message)


def conserved_gaps(result: EvolutionResult) -> dict[str, Array]:
    """Return by how much every identity fails, relative to its larger side, (R, T) each."""
    found = {}
    for name, (left, right) in conserved_sides(result).items():
        scale = np.maximum(np.maximum(np.abs(left), np.abs(right)), 1.0)
        found[name] = np.nan_to_num(np.abs(left - right) / scale, nan=np.inf)
    return found


def conserved_sides(result: EvolutionResult) -> dict[str, tuple[Array, Array]]:
    """Return both sides of every identity, (R, T) each."""
    years, rows = result.years, result.by_industry

    def total(*names: str) -> Array:
        return np.asarray(sum(rows[name].sum(axis=2) for name in names))

    bank, debt = years["banked_tco2"], years["owed_tco2"]
    bank_before, debt_before = (np.pad(one, ((0, 0), (1, 0)))[:, :-1] for one in (bank, debt))
    credits_, reserve = years["sink_credits_tco2"], years["reserve_sold_tco2"]
    outside = credits_ + reserve
    paid = total(
        "abatement_cost_cny",
        "service_margin_cny",
        "fixed_cost_cny",
        "research_cost_cny",
        "fees_cny",
        "fines_cny",
    )
    paid = paid + years["sink_price_cny_per_tco2"] * credits_
    sales = years["price_cny_per_tco2"] * reserve
    sales = sales + years["primary_price_cny_per_tco2"] * years["primary_sold_tco2"]
    paid = paid + sales
    # What firms pay each other cancels, and so does what the government spends; with both on
    # both sides rounding is judged by their size.
    spent = total("support_cny") + years["supervision_cny"]
    turnover = years["price_cny_per_tco2"] * years["traded_tco2"]
    return {
        "allowances are": (
            years["issued_tco2"]
            + outside
            + bank_before
            + years["unpaid_tco2"]
            # What is owed anew was surrendered on credit, except for hidden emissions found.
            + debt
            - years["found_tco2"],
            years["surrendered_tco2"] + years["cancelled_tco2"] + bank + debt_before,
        ),
        "trades are": (total("bought_tco2"), total("sold_tco2") + outside),
        "duties are": (
            total("verified_tco2"),
            years["surrendered_tco2"] + years["forgiven_tco2"],
        ),
        "money is": (result.burden_cny.sum(axis=2) + turnover, paid + turnover),
        "public money is": (
            years["public_balance_cny"] + 2.0 * spent,
            sales + total("fines_cny") + spent,
        ),
        "contracts are": (
            total("service_margin_cny"),
            years["service_margin_cny_per_tco2"] * years["contracted_tco2"],
        ),
        "tonnes are": (
            total("emissions_tco2", "cut_tco2"),
            total("unabated_need_tco2"),
        ),
        "firms are": (
            total("own_firms", "contract_firms", "trade_firms", "conceal_firms"),
            total("firms"),
        ),
        "tiers are": (total("advanced_firms", "medium_firms", "lagging_firms"), total("firms")),
    }
