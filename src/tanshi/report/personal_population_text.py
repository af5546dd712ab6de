"""What a study's page says of counted people: sentences and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanshi.report.inline_figure import by_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.personal.results.pareto import ParetoCase
    from tanshi.study.personal_population import PopulationRun

    Translate = Callable[[str], str]

PARTIES = ("government", "platform", "sellers", "buyers", "climate")


def population_texts(run: PopulationRun, _: Translate) -> dict[str, str]:
    """Return the sentences about counted people."""
    return {
        "people_lead": _lead(run, _),
        "people_drift": _drift(run, _),
        "people_emissions": _emissions(run, _),
        "people_gains": _gains(run, _),
    }


def population_tables(
    run: PopulationRun, _: Translate, words: Translate
) -> dict[str, pl.DataFrame]:
    """Return emissions case by case, and who gains by cap and pricing."""
    tables = run.tables()
    cases = tables["emissions"].select(
        "case",
        "selling_costs",
        "quota_cut_percent",
        pl.col("joint_change_tco2_per_head").alias("change_tco2_per_head"),
        "direction",
        "which_case",
        "audit_says",
    )
    return {"people_emissions_table": cases, "people_gains_table": _parties(run, _, words)}


def _lead(run: PopulationRun, _: Translate) -> str:
    paper = run.check.cases[0]
    share = paper.quantities[0]
    return _(
        "{people} people with the paper's perceptions are counted one by one: {counted} of them "
        "sell, {closed} by the closed form, a difference of {z} standard errors. The largest "
        "z-score of all {cases} populations and quantities is {largest}."
    ).format(
        people=f"{run.people:,}",
        counted=f"{100.0 * share.counted:.2f} %",
        closed=f"{100.0 * share.closed_form:.2f} %",
        z="0" if share.z is None else f"{abs(share.z):.1f}",
        cases=len(run.check.cases),
        largest=f"{run.check.largest_z:.1f}",
    )


def _drift(run: PopulationRun, _: Translate) -> str:
    table = run.check.distributions()[1:].drop_nulls("supply_drift_percent")
    if table.is_empty():
        return ""
    drift = sorted(table["supply_drift_percent"].to_list())
    jump = [case.name for case in run.check.cases if case.status == "jump"]
    text = _(
        "The closed form needs a uniform perception, equal savings and equal costs. With other "
        "people supply at the same price changes by {low} % to {high} %."
    ).format(low=f"{drift[0]:+.0f}".replace("-", "−"), high=f"{drift[-1]:+.0f}".replace("-", "−"))
    if not jump:
        return text
    more = _(
        "In {count} of the populations no single price clears: the platform would switch between "
        "two."
    ).format(count=len(jump))
    return f"{text} {more}"


def _emissions(run: PopulationRun, _: Translate) -> str:
    found = run.content()["emissions"]
    return _(
        "Of {all} cases of caps, penalties, cancelled quota, banking and offsets, total emissions "
        "rise with trade in {rises}, stay in {stays} and fall in {falls}. What decides is named "
        "case by case."
    ).format(all=len(run.emissions.cases), **found)


def _gains(run: PopulationRun, _: Translate) -> str:
    better = [one for one in run.gains if one.is_improvement]
    return _(
        "Gains against no trade, CNY a head, under a payable penalty and a hard cap and by who "
        "prices. A Pareto improvement, with nobody losing and no more emitted, is {better} of the "
        "{all}."
    ).format(better=len(better), all=len(run.gains))


def _parties(run: PopulationRun, _: Translate, words: Translate) -> pl.DataFrame:
    rows = []
    for one in run.gains:
        gains = dict(one.parties().select("party", "gain_cny_per_head").iter_rows())
        row = {"case": by_words(one.name, words)}
        row |= {f"{name}_cny": gains[name] for name in PARTIES}
        rows.append(row | {"verdict": _verdict(one, _, words)})
    return pl.DataFrame(rows)


def _verdict(one: ParetoCase, _: Translate, words: Translate) -> str:
    if one.is_improvement:
        return _("nobody loses money")
    if not one.losers:
        return _("nobody loses money, but more is emitted")
    text = (
        _("{losers} lose; the others could make up for it")
        if sum(one.gains_cny.values()) >= 0.0
        else _("{losers} lose; the others cannot make up for it")
    )
    return text.format(losers=words(", ").join(words(name) for name in one.losers))
