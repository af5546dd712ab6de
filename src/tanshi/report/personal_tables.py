"""The tables of a personal market, as its page sets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.page_tables import table_view
from tanshi.report.personal_figures import OBJECTIVES
from tanshi.report.personal_words import BOUNDS, CLAIMED, PARAMETERS, QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.personal_joined import PersonalRun

    Translate = Callable[[str], str]


def personal_tables(run: PersonalRun, _: Translate, words: Translate) -> dict[str, Any]:
    """Return the page's tables of a personal market, ready to set.

    Parameters
    ----------
    run : PersonalRun
    _, words : callable
        Translation, and that of names, which may have none.
    """
    tables = {
        "personal_gains_table": run.gains.rename({"group": "gainer"}),
        "personal_emissions_table": run.emissions,
        "personal_objectives_table": objectives_shown(run.objectives, _, words),
        "personal_claims_table": claims_shown(run.claims, _),
        "personal_further_table": run.further_claims.select(
            "place", "claim", "verdict", pl.col("region").alias("holds_where"), "here"
        ),
    }
    return {name: table_view(table, _, words) for name, table in tables.items()}


def objectives_shown(objectives: pl.DataFrame, _: Translate, words: Translate) -> pl.DataFrame:
    """Return participation, fees and gains by goal, with the bounds that bind in words."""
    bounds = [
        words(", ").join(_(BOUNDS[one]) for one in status.split("+"))
        for status in objectives["status"]
    ]
    names = [_(OBJECTIVES[name][1]) for name in objectives["objective"]]
    return objectives.select(
        pl.Series("goal", names),
        "buyers_percent",
        "sellers_percent",
        "fee_buyers",
        "fee_sellers",
        pl.col("profit").alias("platform_profit"),
        "surplus_buyers",
        "surplus_sellers",
        pl.col("welfare").alias("all_together"),
        pl.Series("bounds", bounds),
    )


def claims_shown(claims: pl.DataFrame, _: Translate) -> pl.DataFrame:
    """Return place, claim in words, verdict, where it holds, and what it comes to here."""
    said = [
        _(CLAIMED[row["claimed"]]).format(
            quantity=_(QUANTITIES[row["quantity"]][row["objective"]]),
            parameter=_(PARAMETERS[row["parameter"]]),
        )
        for row in claims.iter_rows(named=True)
    ]
    return claims.select(
        "place",
        pl.Series("claim", said),
        "verdict",
        pl.col("region").alias("holds_where"),
        "derivative_here",
        "here",
    )
