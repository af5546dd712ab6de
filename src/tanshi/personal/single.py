"""One platform that buys surplus quota from people and sells it to enterprises.

Wang, Zhao, Chen & Tang (2024), Eq. 1–11. A person with perception θ ~ U(0, 1) sells where
what the sale brings, P_ph, covers θe, so the supply is DW P_ph / e (Eq. 2–4). Enterprises may
offset a share δ of their emissions N, so they demand Nδ, whatever the price up to P, the price
of an ordinary allowance. The platform takes the sale price P_c as given and chooses P_ph to
maximise (P_c − P_ph − c − c_b) DW P_ph / e (Eq. 1, 5, 6); P_c then clears the market (Eq. 7).

Two things end that closed form. Supply is full at DW, and no enterprise pays more than P:

* *interior*: Nδ ≤ DW and 2Nδe/(DW) + c + c_b ≤ P. P_ph = Nδe/(DW), P_c = 2P_ph + c + c_b.
* *capped*: Nδ > DW and P ≥ c + c_b + 2e. All sell at P_ph = e, and short supply lifts P_c to P.
* *rationed*: otherwise. P_c = P, P_ph = (P − c − c_b)/2, some demand stays unserved; no trade
  where P ≤ c + c_b. With Nδ > DW and P < c + c_b + 2e too the platform earns more this way than
  with full supply, since x²/(4e) ≥ x − e for every x = P − c − c_b.

Two numbers within 1e-12 of each other, relatively, count as equal: which case holds where decimals
tie is not left to rounding.

Matching. Not every offer finds a buyer: with probability m it does. A credit that is not matched
stays with its owner, who is paid nothing, pays no fee and gives nothing up. So θ* = P_ph/e as
before, of DWθ* offered a share m is traded, and mDW stands wherever DW does.

Commission and transaction fee (Table 1's p; Eq. 2 has neither): a seller gets
(1 − commission) P_ph − p, hence θ* = ((1 − commission) P_ph − p)/e, and the platform takes in
what the seller pays. In terms of the net price nothing has changed: the purchase price rises by
exactly the fee, and participation, sale price, profit and welfare stay. What buyers pay is what
sellers keep, the costs and the profit: P_c V = (net price + c + c_b) V + π.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.personal._conditions import (
    Condition,
    FloatArray,
    checked_columns,
    exceeds,
    refuse_overflow,
)
from tanshi.personal._offset_ratio import exact_offset_ratio, published_offset_ratio
from tanshi.personal.results.platform import SinglePlatform

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_TRADE = (
    "no trade: the allowance price does not cover the unit cost; the sale price is the most a "
    "buyer would give, the purchase price what leaves a seller nothing"
)
_PRICE = "give a price in CNY per tonne"
SINGLE_CONDITIONS = {
    "total_emissions": Condition("total_emissions N > 0", "give tonnes", 0.0, above=True),
    "offset_ratio": Condition("0 <= offset_ratio δ <= 1", "write 12 % as 0.12", 0.0, 1.0),
    "credit_cost": Condition("credit_cost e > 0", "give CNY per tonne", 0.0, above=True),
    "mean_reduction": Condition("mean_reduction D > 0", "give tonnes a head", 0.0, above=True),
    "population": Condition("population W > 0", "give a number of people", 0.0, above=True),
    "operating_cost": Condition("operating_cost c >= 0", "give CNY per tonne", 0.0),
    "allowance_price": Condition("allowance_price P >= 0", _PRICE, 0.0),
    "abatement_ease": Condition("abatement_ease k > 0", "give t² per CNY", 0.0, above=True),
    "blockchain_unit_cost": Condition("blockchain_unit_cost c_b >= 0", "give CNY per tonne", 0.0),
    "fee": Condition("fee p >= 0", "give CNY per tonne", 0.0),
    "commission": Condition("0 <= commission < 1", "write 5 % as 0.05", 0.0, 1.0, below=True),
    "matching": Condition("0 < matching <= 1", "write 90 % as 0.9", 0.0, 1.0, above=True),
}


@dataclass(frozen=True, eq=False)
class SinglePlatformInputs:
    """Markets with one platform, one a row; a single number stands for all rows.

    Parameters
    ----------
    total_emissions : array_like, (n_rows,), tCO2
        N, of the enterprises.
    offset_ratio : array_like, (n_rows,)
        δ, the share of emissions that may be offset, 0 to 1.
    credit_cost : array_like, (n_rows,), CNY per tCO2
        e, what a credit costs a person whose perception is one.
    mean_reduction : array_like, (n_rows,), tCO2 per person
        D.
    population : array_like, (n_rows,), persons
        W.
    operating_cost : array_like, (n_rows,), CNY per tCO2
        c.
    allowance_price : array_like, (n_rows,), CNY per tCO2
        P, above which no enterprise buys a credit.
    abatement_ease : array_like, (n_rows,), tCO2² per CNY
        k; the enterprises' unit abatement cost is N(1 − δ)/k.
    blockchain_unit_cost : array_like, (n_rows,), CNY per tCO2, default 0
        c_b.
    fee : array_like, (n_rows,), CNY per tCO2, default 0
        p, paid by the seller to the platform.
    commission : array_like, (n_rows,), default 0
        Share of the purchase price that the seller pays to the platform.
    matching : array_like, (n_rows,), default 1
        m, the probability that an offer is matched, above 0 and at most 1.

    Raises
    ------
    InputError
        Every number that breaks its condition (`SINGLE_CONDITIONS`), by row and column.
    """

    total_emissions: FloatArray
    offset_ratio: FloatArray
    credit_cost: FloatArray
    mean_reduction: FloatArray
    population: FloatArray
    operating_cost: FloatArray
    allowance_price: FloatArray
    abatement_ease: FloatArray
    blockchain_unit_cost: FloatArray | float = 0.0
    fee: FloatArray | float = 0.0
    commission: FloatArray | float = 0.0
    matching: FloatArray | float = 1.0

    def __post_init__(self) -> None:
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        for name, column in checked_columns(given, SINGLE_CONDITIONS).items():
            object.__setattr__(self, name, column)

    @property
    def supply(self) -> FloatArray:
        """What is traded where all people offer, mDW in tonnes, (n_rows,)."""
        return np.asarray(self.mean_reduction * self.population * self.matching)


def solve_single_platform(inputs: SinglePlatformInputs) -> SinglePlatform:
    """Solve every row: prices, participation, profit, surplus, welfare and best offset ratio.

    Parameters
    ----------
    inputs : SinglePlatformInputs

    Returns
    -------
    SinglePlatform
        Columns of shape (n_rows,), in the order of the inputs.

    Raises
    ------
    InputError
        Rows with numbers too large or too small to calculate with.

    Notes
    -----
    Welfare is Eq. 9, π + U, and total welfare Eq. 11, π + U + (P − N(1 − δ)/k) N(1 − δ), with
    the profit π and users' surplus U of the case that holds. Eq. 9 leaves out what buyers pay and
    what they save: `buyer_surplus` is (P − P_c)V, and `closed_total_welfare` has it added.
    Offsets that rationed buyers do not get are replaced by allowances at P, the price they
    would have paid, which neither adds nor takes anything.

    Examples
    --------
    >>> market = solve_single_platform(SinglePlatformInputs(400, 0.25, 60, 0.5, 4000, 4, 100, 8))
    >>> market.purchase_price.tolist(), market.sale_price.tolist(), market.status
    ([3.0], [10.0], ('interior',))

    References
    ----------
    Wang, Zhao, Chen, Tang (2024), Sustainability 16, 5810, Eq. 1–11, Propositions 1 and 2.
    """
    with np.errstate(all="ignore"):  # rows without finite results are refused below
        without = _solve_case(replace(inputs, blockchain_unit_cost=0.0))
        columns, status, reason = _solve_case(inputs)
        published = published_offset_ratio(inputs)
        exact = exact_offset_ratio(inputs)
        bare = exact_offset_ratio(replace(inputs, blockchain_unit_cost=0.0))
        columns |= {
            "optimal_offset_ratio": published.ratio,
            "exact_optimal_offset_ratio": exact.ratio,
            "sale_price_without_blockchain": without[0]["sale_price"],
            "platform_profit_without_blockchain": without[0]["platform_profit"],
            "total_welfare_without_blockchain": without[0]["total_welfare"],
            "exact_optimal_offset_ratio_without_blockchain": bare.ratio,
        }
        solved: dict[str, Any] = columns | _conditions_of_proposition_2(inputs)
    refuse_overflow(columns)
    return SinglePlatform(
        inputs={name: np.asarray(column) for name, column in asdict(inputs).items()},
        **solved,
        optimum=published.kind,
        optimum_reason=published.reason,
        exact_optimum=exact.kind,
        exact_optimum_reason=exact.reason,
        status=status,
        status_reason=reason,
        status_without_blockchain=without[1],
    )


def _solve_case(
    one: SinglePlatformInputs,
) -> tuple[dict[str, FloatArray], tuple[str, ...], tuple[str, ...]]:
    """Solve the market at the given offset ratio."""
    demand, e, supply = one.total_emissions * one.offset_ratio, one.credit_cost, one.supply
    cost = one.operating_cost + one.blockchain_unit_cost
    ceiling = one.allowance_price
    clearing = demand * e / supply  # Eq. (7): net price that calls forth Nδ
    sale = 2.0 * clearing + cost
    margin = np.where(exceeds(ceiling, cost), ceiling - cost, 0.0)
    short = exceeds(demand, supply)
    capped = short & ~exceeds(cost + 2.0 * e, ceiling)
    rationed = ~capped & (short | exceeds(sale, ceiling))
    net = np.where(capped, e, np.where(rationed, margin / 2.0, clearing))
    volume = np.where(capped, supply, np.where(rationed, supply * net / e, demand))
    sale = np.where(capped | rationed, ceiling, np.minimum(sale, ceiling))
    # P_c − c − c_b − P_ph is P_ph itself inside: no difference of large prices is taken there.
    profit = np.where(capped | rationed, margin - net, net) * volume
    surplus = net * volume / 2.0  # Eq. (8)
    kept = one.total_emissions * (1.0 - one.offset_ratio)
    enterprises = (ceiling - kept / one.abatement_ease) * kept  # Eq. (10)
    buyers = (ceiling - sale) * volume
    gross = (net + one.fee) / (1.0 - np.asarray(one.commission))
    columns = {
        "purchase_price": gross,
        "sale_price": sale,
        "participation": np.minimum(net / e, 1.0),
        "platform_profit": profit,
        "user_surplus": surplus,
        "welfare": profit + surplus,
        "total_welfare": enterprises + profit + surplus,
        "net_purchase_price": net,
        "volume": volume,
        "unserved_demand": np.maximum(demand - volume, 0.0),
        "fee_revenue": (gross - net) * volume,
        "enterprise_benefit": enterprises,
        "buyer_surplus": buyers,
        "closed_total_welfare": enterprises + profit + surplus + buyers,
    }
    columns = {name: column + 0.0 for name, column in columns.items()}  # no minus zero
    return columns, _status(capped, rationed), _status_reason(capped, rationed, short, margin)


def _status(capped: NDArray[np.bool_], rationed: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(np.where(capped, "capped", np.where(rationed, "rationed", "interior")).tolist())


def _status_reason(
    capped: NDArray[np.bool_],
    rationed: NDArray[np.bool_],
    short: NDArray[np.bool_],
    margin: FloatArray,
) -> tuple[str, ...]:
    """Say why a row has its status."""
    reasons = np.select(
        [capped, rationed & (margin <= 0.0), rationed & short, rationed],
        [
            "demand exceeds what all people together can sell",
            NO_TRADE,
            "demand exceeds supply, and full supply would cost the platform more than it brings",
            "the clearing price would exceed the allowance price",
        ],
        "demand is met at a price below the allowance price",
    )
    return tuple(reasons.tolist())


def _conditions_of_proposition_2(one: SinglePlatformInputs) -> dict[str, Any]:
    """Return which conditions of Proposition 2 hold, in the form that follows and as printed."""
    # Proposition 2
    emissions, k, e = one.total_emissions, one.abatement_ease, one.credit_cost
    price, supply = one.allowance_price, one.supply
    return {
        "k_below_2n_over_p": exceeds(2.0 * emissions, k * price),
        "k_below_2dw_over_3e": exceeds(2.0 * supply, 3.0 * e * k),
        "k_below_printed_2dw_over_3ek": exceeds(2.0 * supply, 3.0 * e * k**2),
        "n_below_dwp_over_3e": exceeds(supply * price, 3.0 * e * emissions),
        "second_order_condition": exceeds(2.0 * supply, 3.0 * e * k),
    }
