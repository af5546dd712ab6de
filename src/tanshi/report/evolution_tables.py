"""The tables of a market under benchmarks, as its page sets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.evolution_data import (
    DRAWN,
    NO_CLAUSE,
    WHOLE,
    ablation_data,
    clauses_of,
    verdict_of,
)
from tanshi.report.evolution_front import recommended_table, rules_table
from tanshi.report.evolution_numbers import digits_of, number, with_ends, with_sign
from tanshi.report.evolution_words import DOES, FAIRNESS, FIGURES, PLACES
from tanshi.report.page_tables import table_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.benchmark_run import MarketRun

    Translate = Callable[[str], str]

CHANGED = "cost_change_percent"  # its state before is 0 by definition


def evolution_tables(run: MarketRun, _: Translate, words: Translate) -> dict[str, Any]:
    """Return the page's tables of a market, ready to set; None for one that has no rows.

    Parameters
    ----------
    run : MarketRun
    _, words : callable
        Translation, and that of names, which may have none.
    """
    tables: dict[str, pl.DataFrame | None] = {
        "market_before_table": before_after_table(run, _, words),
        "market_fairness_table": fairness_table(run, _, words),
        "market_published_table": published_table(run, _, words),
        "market_tiers_table": tiers_table(run, words),
        "market_principles_table": groups_table(run, "principle", _, words),
        "market_clauses_table": groups_table(run, "clause", _, words),
        "market_ablation_table": ablation_table(run, words),
        "market_rules_table": rules_table(run, words),
        "market_recommended_table": recommended_table(run),
    }
    return {
        name: None if table is None or table.is_empty() else table_view(table, _, words)
        for name, table in tables.items()
    }


def before_after_table(run: MarketRun, _: Translate, words: Translate) -> pl.DataFrame:
    """Return figure, industry, baseline, this market, change, each with its interval."""
    rows = []
    table = run.before_after.filter(pl.col("by").is_in(["market", "industry"]))
    for row in table.iter_rows(named=True):
        change = row["figure"] == CHANGED
        digits = 2 if change else digits_of(row["before"], row["after"])
        rows.append(
            {
                "figure": _(FIGURES[row["figure"]]),
                "industry": _industry(row["group"], _, words),
                "before_interval": "" if change else with_ends(row, "before", number, digits),
                "after_interval": "" if change else with_ends(row, "after", number, digits),
                "change_interval": with_ends(row, "change", with_sign, digits),
            }
        )
    return pl.DataFrame(rows)


def fairness_table(run: MarketRun, _: Translate, words: Translate) -> pl.DataFrame:
    """Return figures of burden over revenue before and after, by firms, sizes and regions."""
    rows = []
    table = run.before_after.filter(pl.col("by").is_in(["firms", "size", "region"]))
    for row in table.iter_rows(named=True):
        group = "" if row["group"] == WHOLE else words(row["group"])
        digits = digits_of(row["before"], row["after"])
        rows.append(
            {
                "figure": _(FAIRNESS[row["by"], row["figure"]]),
                "of": group,
                "before_interval": with_ends(row, "before", number, digits),
                "after_interval": with_ends(row, "after", number, digits),
                "change_interval": with_ends(row, "change", with_sign, digits),
            }
        )
    return pl.DataFrame(rows)


def published_table(run: MarketRun, _: Translate, words: Translate) -> pl.DataFrame:
    """Return the figures of Table 2 beside ours, figure by figure, with what differs and why."""
    rows = []
    for figure in run.published["figure"].unique(maintain_order=True):
        for row in run.published.filter(figure=figure).iter_rows(named=True):
            ours = {"ours": row["ours"], "ours_low": row["low"], "ours_high": row["high"]}
            digits = 2 if figure.endswith("_percent") else 3
            rows.append(
                {
                    "figure": _(FIGURES[figure]),
                    "industry": words(row["industry"]),
                    "printed_interval": number(row["published"], digits),
                    "ours_interval": with_ends(ours, "ours", number, digits),
                    "reason": row["why"],
                }
            )
    return pl.DataFrame(rows)


def tiers_table(run: MarketRun, words: Translate) -> pl.DataFrame:
    """Return the benchmarks of the last years by industry and tier, with their intervals."""
    rows = []
    for row in run.outcome.iter_rows(named=True):
        tiers = {
            f"{tier}_interval": with_ends(row, f"{tier}_benchmark_tco2_per_unit", number, 3)
            for tier in ("advanced", "medium", "lagging")
        }
        rows.append(
            {
                "industry": words(row["industry"]),
                "unit": f"tCO2/{run.units[row['industry']]}",
                "initial_interval": number(run.initial[row["industry"]], 3),
                **tiers,
            }
        )
    return pl.DataFrame(rows)


def groups_table(run: MarketRun, kind: str, _: Translate, words: Translate) -> pl.DataFrame:
    """Return principles or clauses, their mechanisms, and what each does and buys."""
    costs = _costs(run, words)
    rows = []
    for row in run.mechanisms.filter(kind=kind).iter_rows(named=True):
        mechanism = row["mechanism"]
        place = PLACES.get(row["group"], "")
        rows.append(
            {
                kind: _("{name}: {text}").format(name=words(place), text=words(row["group"]))
                if place
                else words(row["group"]),
                "mechanism": mechanism,
                "switched_on": row["switched_on"],
                "does": DOES.get(mechanism, ""),
                "without_interval": costs.get(mechanism, ""),
            }
        )
    return pl.DataFrame(rows)


def ablation_table(run: MarketRun, words: Translate) -> pl.DataFrame | None:
    """Return every mechanism with what it does to cost, emissions, fees and compliance."""
    if run.ablation is None:
        return None
    full = run.ablation.row(0, named=True)
    rows = {row["mechanism"]: row for row in run.ablation.iter_rows(named=True)}
    order = ablation_data(run.ablation, clauses_of(run))["mechanism"]
    return pl.DataFrame(
        [
            {
                "clause": row["clause"] or NO_CLAUSE,
                "mechanism": row["mechanism"],
                "switched": row["switched"],
                "cost_interval": with_ends(row, "cost_change_percent", with_sign),
                "emissions_interval": with_ends(row, "emissions_change_percent", with_sign),
                "fees_interval": with_ends(row, "fees_change_percent", with_sign),
                "firms_interval": with_ends(row, "noncompliant_firms_percent", number),
                "verdict": words(verdict_of(row, full)),
            }
            for row in (rows[name] for name in order)
        ]
    )


def _costs(run: MarketRun, words: Translate) -> dict[str, str]:
    """Return by mechanism what the same emissions cost with it switched, or why there is none."""
    if run.ablation is None:
        return {}
    full = run.ablation.row(0, named=True)
    found = {}
    for row in run.ablation.iter_rows(named=True):
        verdict = verdict_of(row, full)
        drawn = verdict in DRAWN
        change = with_ends(row, "cost_change_percent", with_sign) if drawn else words(verdict)
        found[row["mechanism"]] = change
    return found


def _industry(group: str, _: Translate, words: Translate) -> str:
    return _("whole market") if group == WHOLE else words(group)
