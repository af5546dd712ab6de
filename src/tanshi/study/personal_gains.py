"""Who gains from a personal market, and what it does to emissions.

Against no trade: sellers gain their surplus U, the platform its profit π, and enterprises what
they save on allowances, (P − P_c)V. Nobody who trades can lose, since each could stay away; the
platform of two sides can, since it pays for its service level first.

Emissions. Each of the V tonnes that enterprises offset stands in for an allowance, which someone
else then uses: under a cap that binds, covered emissions rise by V. People emit less by the share
a of V that was saved because of the market, and by nothing where what they sell would have stayed
unused anyway. The total changes by (1 − a)V: it never falls one for one, and stays only where
every tonne is additional. To lower it, allowances have to be cancelled for the offsets: more than
(1 − a)V of them. (Audit, "Emissions": one-for-one offsets.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tanshi.personal.results.platform import SinglePlatform, TwoSided

MILLION = 1e6
ADDITIONAL = (0.0, 0.5, 1.0)


def single_gains(solved: SinglePlatform) -> pl.DataFrame:
    """Return gain against no trade by group, in 1e6 CNY a year and CNY per tonne traded.

    Parameters
    ----------
    solved : SinglePlatform
        One row.
    """
    volume = float(solved.volume[0])
    gains = {
        "sellers": float(solved.user_surplus[0]),
        "platform": float(solved.platform_profit[0]),
        "enterprises": float(solved.buyer_surplus[0]),
    }
    gains["all together"] = sum(gains.values())
    return pl.DataFrame(
        {
            "group": list(gains),
            "gain_1e6_cny": [gain / MILLION for gain in gains.values()],
            "gain_cny_per_tco2": [gain / volume if volume else 0.0 for gain in gains.values()],
        }
    )


def emission_cases(solved: SinglePlatform) -> pl.DataFrame:
    """Return what trade does to emissions by the share of sold tonnes that is additional.

    Returns
    -------
    polars.DataFrame
        ``additional_share_percent``, ``enterprises_1e6_tco2``, ``people_1e6_tco2``,
        ``total_1e6_tco2``, and ``cancel_1e6_tco2``, the allowances whose cancelling keeps the
        total as it was.
    """
    volume = float(solved.volume[0]) / MILLION
    return pl.DataFrame(
        {
            "additional_share_percent": [100.0 * share for share in ADDITIONAL],
            "enterprises_1e6_tco2": [volume for _ in ADDITIONAL],
            "people_1e6_tco2": [0.0 - share * volume for share in ADDITIONAL],
            "total_1e6_tco2": [(1.0 - share) * volume for share in ADDITIONAL],
            "cancel_1e6_tco2": [(1.0 - share) * volume for share in ADDITIONAL],
        }
    )


def objectives_table(solved: TwoSided) -> pl.DataFrame:
    """Return participation, fees and what everyone has under profit, break-even and welfare.

    Parameters
    ----------
    solved : TwoSided
        One row. The break-even platform (Ramsey) is left out where none breaks even.
    """
    rows = []
    for name, one in (("profit", solved.profit), ("welfare", solved.welfare)):
        rows.append(
            {
                "objective": name,
                "buyers_percent": 100.0 * float(one.n_d[0]),
                "sellers_percent": 100.0 * float(one.n_s[0]),
                "fee_buyers": float(one.fee_d[0]),
                "fee_sellers": float(one.fee_s[0]),
                "profit": float(one.platform_profit[0]),
                "surplus_buyers": float(one.surplus_d[0]),
                "surplus_sellers": float(one.surplus_s[0]),
                "status": one.status[0],
            }
        )
    ramsey = solved.ramsey
    if ramsey.status[0] != "infeasible":
        n_d, n_s = float(ramsey.n_d[0]), float(ramsey.n_s[0])
        between = {
            "objective": "break-even",
            "buyers_percent": 100.0 * n_d,
            "sellers_percent": 100.0 * n_s,
            "fee_buyers": float(ramsey.fee_d[0]),
            "fee_sellers": float(ramsey.fee_s[0]),
            "profit": float(ramsey.profit[0]),
            "surplus_buyers": n_d**2 / 2.0,
            "surplus_sellers": n_s**2 / 2.0,
            "status": ramsey.status[0],
        }
        rows.insert(1, between)
    return pl.DataFrame(rows).with_columns(
        welfare=pl.col("profit") + pl.col("surplus_buyers") + pl.col("surplus_sellers")
    )
