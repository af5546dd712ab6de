"""A platform with two sides: buyers and sellers of surplus quota who gain from each other.

Wang, Zhao, Chen & Tang (2024), Eq. 12–18 and section 3.2.2, as one model:

    N_d = 1 + qβ_d − f_d + m(α_d − c)N_s,        N_s = 1 + qβ_s − f_s + m(α_s − p)N_d,

with fixed utility v ~ U[0, 1], service level q at a cost kq²/2, registration fees f_d and f_s,
the sellers' price c, and two things the paper names but leaves out: a probability of being
matched m (one in the paper), so that N_dN_s pairs make mN_dN_s trades and every cross effect
scales with m; and a fixed transaction fee p, which the seller pays for every trade (the paper
has suppliers pay the commission). With A = 1 + qβ_d, B = 1 + qβ_s, δ = c − α_d and g = α_s − δ
the platform that chooses participation, and then the fees that bring it about, maximises

    A N_d + B N_s − (h/2)(N_d² + N_s²) + m(g − c_b) N_d N_s − kq²/2

on the unit square, h = 2 for profit and h = 1 for welfare (profit and users' surplus; a side's
surplus is N²/2). The blockchain costs c_b a trade. The transaction fee has dropped out: what it
brings per trade, the registration fee f_s = B + m(α_s − p)N_d − N_s gives back.

Payments. In print the price cN_s leaves buyers and reaches nobody (``"published"``). Credited to
sellers (``"closed"``), α_s becomes α_s + c wherever it stands, and c drops out of g.

The maximum is exact whatever the size of g (`_candidates`). At full participation the fees
are the highest that fill a side, at zero the lowest that empty it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.personal._candidates import Square, maximise
from tanshi.personal._conditions import (
    TIE,
    Condition,
    FloatArray,
    checked_columns,
    refuse_overflow,
)
from tanshi.personal._market import Market, market_of
from tanshi.personal._ramsey import BreakEven, solve_ramsey
from tanshi.personal.participation import Fees, listed, participation_equilibria
from tanshi.personal.results.platform import Adoption, Optimum, Ramsey, TwoSided
from tanshi.personal.service_level import best_service_level, decide_adoption

if TYPE_CHECKING:
    from tanshi.personal.results.platform import Texts

Payments: TypeAlias = Literal["published", "closed"]
PAYMENTS: tuple[Payments, ...] = ("published", "closed")

TWO_SIDED_CONDITIONS = {
    "beta_d": Condition("beta_d β_d >= 0", "give a sensitivity to service of 0 or more", 0.0),
    "beta_s": Condition("beta_s β_s >= 0", "give a sensitivity to service of 0 or more", 0.0),
    "service_level": Condition("service_level q >= 0", "write 0 for no blockchain", 0.0),
    "service_cost": Condition(
        "service_cost k > 0", "at 0 no service level would be the best", 0.0, above=True
    ),
    "allowance_price": Condition("allowance_price c >= 0", "give the sellers' price", 0.0),
    "alpha_d": Condition("alpha_d α_d finite", "give a plain number"),
    "alpha_s": Condition("alpha_s α_s finite", "give a plain number"),
    "blockchain_unit_cost": Condition("blockchain_unit_cost c_b >= 0", "give a cost", 0.0),
    "fee": Condition("fee p >= 0", "give a fee a trade", 0.0),
    "matching": Condition("0 < matching <= 1", "write 90 % as 0.9", 0.0, 1.0, above=True),
}


@dataclass(frozen=True, eq=False)
class TwoSidedInputs:
    """Markets with two sides, one a row; a single number stands for all rows.

    Money is in units of the spread of fixed utility, participation a share of each side.

    Parameters
    ----------
    beta_d, beta_s : array_like, (n_rows,)
        Sensitivity of buyers and sellers to the service level, 0 or more.
    service_level : array_like, (n_rows,)
        q, 0 or more.
    service_cost : array_like, (n_rows,)
        k of the cost kq²/2, above 0.
    allowance_price : array_like, (n_rows,)
        c, what a buyer pays a seller for a trade.
    alpha_d, alpha_s : array_like, (n_rows,)
        What a trade is worth to the buyer and to the seller apart from the price.
    blockchain_unit_cost : array_like, (n_rows,), default 0
        c_b, the platform's cost of a trade.
    fee : array_like, (n_rows,), default 0
        p, what the seller pays the platform for a trade.
    matching : array_like, (n_rows,), default 1
        m, the probability that a pair trades, above 0 and at most 1.

    Raises
    ------
    InputError
        Every number that breaks its condition (`TWO_SIDED_CONDITIONS`), by row and column.
    """

    beta_d: FloatArray
    beta_s: FloatArray
    service_level: FloatArray
    service_cost: FloatArray
    allowance_price: FloatArray
    alpha_d: FloatArray
    alpha_s: FloatArray
    blockchain_unit_cost: FloatArray | float = 0.0
    fee: FloatArray | float = 0.0
    matching: FloatArray | float = 1.0

    def __post_init__(self) -> None:
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        for name, column in checked_columns(given, TWO_SIDED_CONDITIONS).items():
            object.__setattr__(self, name, column)


def solve_two_sided(inputs: TwoSidedInputs, *, payments: Payments = "published") -> TwoSided:
    """Solve every row for the profit, the welfare and the break-even (Ramsey) platform.

    Parameters
    ----------
    inputs : TwoSidedInputs
    payments : {"published", "closed"}
        Whether the price a buyer pays reaches nobody, as printed, or the seller.

    Returns
    -------
    TwoSided
        Columns of shape (n_rows,), in the order of the inputs.

    Raises
    ------
    InputError
        Unknown `payments`; rows with numbers too large or too small to calculate with.

    Examples
    --------
    >>> market = solve_two_sided(TwoSidedInputs(0.3, 0.4, 0.5, 1.5, 0.9, 0.2, 0.3))
    >>> market.profit.n_d.round(6).tolist(), market.profit.status
    ([0.473958], ('interior',))

    References
    ----------
    Wang, Zhao, Chen, Tang (2024), Sustainability 16, 5810, Eq. 12–18, section 3.2.2.
    """
    if payments not in PAYMENTS:
        allowed = ", ".join(f"'{one}'" for one in PAYMENTS)
        fault = Fault("unknown option", repr(payments), allowed, "choose one", column="payments")
        raise InputError([fault])
    with np.errstate(all="ignore"):  # rows without finite results are refused below
        market = market_of(inputs, closed=payments == "closed")
        refuse_overflow({"break-even": _size_of_break_even(market)})
        profit, welfare = (_optimum(market, h) for h in (2.0, 1.0))
        for one in (profit, welfare):
            refuse_overflow({"value": one.value, "fee_d": one.fee_d, "fee_s": one.fee_s})
        service = {h: best_service_level(market, h) for h in (2.0, 1.0)}
        refuse_overflow({"service level": service[2.0] + service[1.0]})
        adoption = decide_adoption(market)
        refuse_overflow({name: adoption[f"{name}_margin"] for name in ("platform", "society")})
        return TwoSided(
            inputs={name: np.asarray(column) for name, column in asdict(inputs).items()},
            payments=payments,
            cross_effect=market.cross,
            profit=profit,
            welfare=welfare,
            ramsey=_ramsey(market),
            profit_max_service_level=service[2.0],
            welfare_max_service_level=service[1.0],
            profit_concave_in_service_level=_concave_in_service_level(market),
            adoption=Adoption(**adoption),
        )


def _optimum(market: Market, h: float) -> Optimum:
    """Maximise profit (h = 2) or welfare (h = 1) and say what that brings everyone."""
    curvature = np.full_like(market.a, h)
    square = Square(market.a, market.b, curvature, curvature, market.cross)
    best = maximise(square)
    x, y, exists = square.stationary()
    outside = [np.where(exists, one, np.nan) for one in (x, y, square.value(x, y) - market.cost)]
    fees = market.fees(best.x, best.y)
    equilibria, stable = _equilibria(market, fees, best.x, best.y)
    return Optimum(
        n_d=best.x,
        n_s=best.y,
        fee_d=fees[0],
        fee_s=fees[1],
        value=best.value - market.cost,
        status=_status(best.x, best.y),
        second_order_condition=np.abs(market.cross) < h,
        optima=best.optima,
        interior_n_d=outside[0],
        interior_n_s=outside[1],
        interior_value=outside[2],
        equilibria=equilibria,
        stable=stable,
        **market.shares(best.x, best.y),
    )


def _status(x: FloatArray, y: FloatArray) -> Texts:
    """Name the bounds at which participation lies."""
    names = []
    for side in zip(x.tolist(), y.tolist(), strict=True):
        bounds = [
            f"{name}_{'full' if share == 1.0 else 'empty'}"
            for name, share in zip(("demand", "supply"), side, strict=True)
            if share in {0.0, 1.0}
        ]
        names.append("+".join(bounds) or "interior")
    return tuple(names)


def _equilibria(
    market: Market, fees: tuple[FloatArray, FloatArray], x: FloatArray, y: FloatArray
) -> tuple[Texts, Texts]:
    """List every participation that the optimal fees allow, and say if the wanted one is stable."""
    listing = [f"{n_d:.12g} {n_s:.12g}" for n_d, n_s in zip(x.tolist(), y.tolist(), strict=True)]
    stable: list[str] = ["stable"] * len(listing)
    # Where the map of N_d to itself is nowhere as steep as one it has one fixed point, stable.
    several = np.flatnonzero(-market.d * market.s >= 1.0 - TIE).tolist()
    columns = (market.a - fees[0], market.b - fees[1], market.d, market.s, x, y)
    chosen = zip(*(column[several].tolist() for column in columns), strict=True)
    for row, (net_d, net_s, d, s, n_d, n_s) in zip(several, chosen, strict=True):
        found = participation_equilibria(Fees(net_d, net_s, d, s), (n_d, n_s))
        listing[row] = listed(found)
        stable[row] = next(one.stability for one in found if (one.n_d, one.n_s) == (n_d, n_s))
    return tuple(listing), tuple(stable)


def _ramsey(market: Market) -> Ramsey:
    """Maximise welfare under break-even."""
    found = solve_ramsey(BreakEven(market.a, market.b, market.cross, market.cost))
    x, y, h = found.x, found.y, found.h
    fees = market.fees(x, y)
    profit = market.value(x, y, 2.0)
    return Ramsey(
        n_d=x,
        n_s=y,
        fee_d=fees[0],
        fee_s=fees[1],
        welfare=market.value(x, y, 1.0),
        profit=profit,
        h=h,
        status=tuple(
            "infeasible" if missing else name
            for missing, name in zip(np.isnan(x).tolist(), _status(x, y), strict=True)
        ),
    )


def _size_of_break_even(market: Market) -> FloatArray:
    """Return a bound on the coefficients of the quartic, finite where it can be solved."""
    g = 1.0 + np.abs(market.cross)
    return (market.a + market.b) ** 2 * g**3 * 4.0 + market.cost * g**4 * 4.0


def _concave_in_service_level(market: Market) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return whether profit with interior participation is concave in the service level."""
    d, s, g = market.beta_d, market.beta_s, market.cross
    # k > 2(β_d² + β_s² + gβ_dβ_s)/(4 − g²), where that second-order condition holds at all
    slope = 2.0 * (d**2 + s**2 + g * d * s)
    return np.asarray((np.abs(g) < 2.0) & (market.service_cost * (4.0 - g**2) > slope))
