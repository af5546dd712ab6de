"""The numbers behind the charts of a market under benchmarks, for the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.evolution_data import (
    AGAINST,
    COMPARED,
    DRAWN,
    MOVES,
    PUBLISHED,
    STATES,
    STRATEGIES,
    TIERS,
    UNSURE,
    WHOLE,
    ablation_data,
    aimed_of,
    balance_data,
    before_after_data,
    clauses_of,
    fairness_data,
    price_axis,
    price_data,
    strategy_data,
    tier_data,
)
from tanshi.report.evolution_front import front_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.benchmark_run import MarketRun

    Translate = Callable[[str], str]

ENDS = ("value_percent", "low_percent", "high_percent")
COSTS = ("cost_change_percent", "cost_change_percent_low", "cost_change_percent_high")
FIGURES = {
    "cost_change_percent": "cost of abatement, change, %",
    "balance_need_percent": "balance with need before abatement, %",
    "balance_verified_percent": "balance with verified emissions, %",
    "noncompliant_firms_percent": "firms that do not comply, %",
}


def evolution_data(run: MarketRun, translate: Translate, words: Translate) -> dict[str, Any]:
    """Return everything the page's script draws of a market.

    Parameters
    ----------
    run : MarketRun
    translate, words : callable
        Translation, and that of names, which may have none.

    Returns
    -------
    dict
        JSON-ready; what is missing is None.
    """
    groups = [*run.evolution.industries, WHOLE]
    named = {group: words(group) for group in groups} | {WHOLE: translate("whole market")}
    return {
        "price": _price(run),
        "industries": [named[group] for group in groups],
        "balance": _balance(run, groups),
        "aimed": aimed_of(run),
        "strategies": _strategies(run, groups),
        "tiers": _tiers(run, words),
        "before_after": _before_after(run, groups),
        "fairness": _fairness(run, translate, words),
        "ablation": _ablation(run, words),
        "front": front_data(run, translate, words),
        "words": _words(translate),
    }


def _price(run: MarketRun) -> dict[str, Any]:
    table = price_data(run)
    least, most = price_axis(table)
    columns = {
        name.removesuffix("_cny_per_tco2"): table[name].to_list() for name in table.columns[1:]
    }
    return columns | {"years": table["year"].to_list(), "least": least, "most": most}


def _balance(run: MarketRun, groups: list[str]) -> dict[str, Any]:
    table = balance_data(run)
    names = ("allocation_percent", "lowest_percent", "highest_percent")
    return {
        against: [
            [table.filter(industry=group, against=against)[name].to_list() for name in names]
            for group in groups
        ]
        for against in AGAINST
    }


def _strategies(run: MarketRun, groups: list[str]) -> list[list[list[float | None]]]:
    table = strategy_data(run)
    return [
        [table.filter(industry=group)[f"{name}_percent"].to_list() for name in STRATEGIES]
        for group in groups
    ]


def _tiers(run: MarketRun, words: Translate) -> list[dict[str, Any]]:
    table = tier_data(run)
    names = ("benchmark_tco2_per_unit", "lowest_tco2_per_unit", "highest_tco2_per_unit")
    return [
        {
            "name": words(industry),
            "unit": unit,
            "initial": run.initial[industry],
            "levels": [
                [table.filter(industry=industry, tier=tier)[name].to_list() for name in names]
                for tier in TIERS
            ],
        }
        for industry, unit in table.select("industry", "unit").unique(maintain_order=True).rows()
    ]


def _states(table: pl.DataFrame, rows: list[Any], key: str) -> dict[str, Any]:
    """Return by state the rows with value, low and high; None where there is none."""
    found = {}
    for state in (*STATES, PUBLISHED):
        part = {row[key]: row for row in table.filter(state=state).iter_rows(named=True)}
        found[state] = [[part[row][end] for end in ENDS] if row in part else None for row in rows]
    return found


def _before_after(run: MarketRun, groups: list[str]) -> list[dict[str, Any]]:
    table = before_after_data(run)
    return [_states(table.filter(figure=figure), groups, "industry") for figure in COMPARED]


def _fairness(run: MarketRun, translate: Translate, words: Translate) -> dict[str, Any]:
    table = fairness_data(run).with_columns(
        key=pl.concat_str("by", "group", separator="\n", ignore_nulls=False)
    )
    keys = table["key"].unique(maintain_order=True).to_list()
    sizes = {"large": translate("large firms"), "small": translate("small firms")}
    pairs = [key.split("\n") for key in keys]
    names = [sizes[group] if by == "size" else words(group) for by, group in pairs]
    return {"names": names} | _states(table, keys, "key")


def _ablation(run: MarketRun, words: Translate) -> list[dict[str, Any]] | None:
    if run.ablation is None:
        return None
    return [
        {
            "clause": words(row["clause"]),
            "name": f"{words(row['mechanism'])} {words(row['switched'])}",
            "cost": [row[name] for name in COSTS],
            "verdict": words(row["verdict"]),
            "moves": row["verdict"] == MOVES,
            "drawn": row["verdict"] in DRAWN,
        }
        for row in ablation_data(run.ablation, clauses_of(run)).iter_rows(named=True)
    ]


def _words(translate: Translate) -> dict[str, Any]:
    return {
        "cny": translate("CNY/tCO₂"),
        "price": translate("price, mean of replicates"),
        "range": translate("lowest to highest replicate"),
        "expected": translate("expected price"),
        "baseline": translate("baseline, same emissions"),
        "floor": translate("floor"),
        "ceiling": translate("ceiling"),
        "above": translate("above"),
        "year": translate("year of the market"),
        "need": translate("of need before abatement"),
        "verified": translate("of verified emissions"),
        "allocation": translate("allocation, %"),
        "aimed": translate("aimed at"),
        "strategies": [
            translate("abate themselves"),
            translate("abate by contract"),
            translate("only trade"),
            translate("conceal emissions"),
        ],
        "firms": translate("firms, %"),
        "tiers": [translate(tier) for tier in TIERS],
        "initial": translate("initial, as in the scenario"),
        "market": translate("this market"),
        "published": translate("Liu, Table 2"),
        "figures": [translate(FIGURES[figure]) for figure in COMPARED],
        "burden": translate("burden, % of revenue"),
        "cost": translate("cost of the same emissions, change, %"),
        "moves": translate(MOVES),
        "unsure": translate(UNSURE),
    }
