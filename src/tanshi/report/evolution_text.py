"""Sentences about a market under benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.report.evolution_data import (
    IDLE,
    MOVES,
    UNSURE,
    WHOLE,
    ablation_data,
    aimed_of,
    clauses_of,
    strategy_data,
)
from tanshi.report.evolution_numbers import ends, or_dash, signed, three, two
from tanshi.report.evolution_study import costs_text, floor_text, regions_text
from tanshi.report.evolution_warnings import market_warnings
from tanshi.report.evolution_words import ACTS_WHERE, ELSEWHERE_IDLE
from tanshi.report.numbers import money, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.benchmark_run import MarketRun

    Translate = Callable[[str], str]


def evolution_texts(
    run: MarketRun, _: Translate, words: Translate, *, synthetic: bool = False
) -> dict[str, Any]:
    """Return the texts of the sections on a market.

    Parameters
    ----------
    run : MarketRun
    _, words : callable
        Translation, and that of names, which may have none.
    synthetic : bool, default False
        Whether a floor that is taken from a study rests on synthetic data.
    """
    return {
        "market_lead": _lead(run, _),
        "market_settled": _settled(run, _, words),
        "market_cost": _cost(run, _, words),
        "market_cards": _cards(run, _),
        "market_warnings": market_warnings(run, _, synthetic=synthetic),
        "market_floor": floor_text(run, _),
        "market_regions": regions_text(run, _, words),
        "market_costs": costs_text(run, _, words),
        "market_price_text": _price(run, _),
        "market_balance_text": _balance(run, _),
        "market_strategy_text": _strategies(run, _, words),
        "market_tiers_text": _tiers(run, _, words),
        "market_before_text": _before(run, _, words),
        "market_fairness_text": _fairness(run, _),
        "ablation_text": _ablation(run, _, words),
        "ablation_notes": _idle(run, _, words),
        "has_ablation": run.ablation is not None,
    }


def figure_of(run: MarketRun, figure: str, *, by: str = "industry", group: str = WHOLE) -> Any:
    """Return a row of the table before and after, as a dict."""
    return run.before_after.filter(by=by, group=group, figure=figure).row(0, named=True)


def window_of(run: MarketRun) -> int:
    """Return over how many of the last years figures are means."""
    return min(int(run.convergence["criteria"]["window_years"]), years_of(run))


def years_of(run: MarketRun) -> int:
    """Return how many years the market was watched: fewer than its limit where it stopped."""
    return int(run.evolution.years.shape[1])


def _lead(run: MarketRun, _: Translate) -> str:
    row = figure_of(run, "price_cny_per_tco2", by="market")
    floor, ceiling = run.band[-1]
    text = _(
        "In the last {window} of {years} years an allowance costs {price} CNY per tonne on "
        "average, between a floor of {floor} and a ceiling of {ceiling} CNY."
    ).format(
        window=window_of(run),
        years=years_of(run),
        price=money(row["after"]),
        floor=money(floor),
        ceiling=money(ceiling),
    )
    interval = ends(row, "after", money)
    if not interval:
        return text
    more = _("The mean over {count} replicates lies within {interval} at 95 %.").format(
        count=len(run.evolution.replicates), interval=interval
    )
    return f"{text} {more}"


def _settled(run: MarketRun, _: Translate, words: Translate) -> str:
    found, count = run.convergence, len(run.evolution.replicates)
    limits = found["criteria"]
    if found["converged"]:
        text = _(
            "The market settled in all {count} replicates: over {window} years its price moved by "
            "less than {move} a year and stood at no bound, need stayed within {gap} of the "
            "deficit aimed at, no strategy changed its share by {share} or more, and emissions "
            "were on target."
        ).format(
            count=count,
            window=limits["window_years"],
            move=percent(limits["price_move"]),
            gap=percent(limits["need_gap"]),
            share=percent(limits["share_move"]),
        )
        if years_of(run) == run.section.years:
            return text
        more = _(
            "It was stopped after {years} of at most {limit} years, the first in which all had "
            "settled."
        ).format(years=years_of(run), limit=run.section.years)
        return f"{text} {more}"
    reasons = words(", ").join(
        f"{words(reason)} ({number})" for reason, number in found["reasons"].items()
    )
    return _(
        "The market did not settle in {missed} of {count} replicates within {years} years; why, "
        "with the number of replicates: {reasons}."
    ).format(
        missed=count - found["converged_replicates"],
        count=count,
        years=run.section.years,
        reasons=reasons,
    )


def _cost(run: MarketRun, _: Translate, words: Translate) -> str:
    cost, firms = (
        figure_of(run, name) for name in ("cost_change_percent", "noncompliant_firms_percent")
    )
    interval = ends(cost, "after", signed)
    told = _(
        "Against the baseline ({baseline}), at the same emissions in every year, the cost of "
        "abatement changes by {change} %{interval}."
    ).format(
        baseline=words(run.assessment.baseline_name),
        change=signed(cost["after"]),
        interval=_(" (95 %: {interval})").format(interval=interval) if interval else "",
    )
    more = _("{after} % of firms do not comply, {before} % in the baseline.").format(
        after=or_dash(firms["after"], two),
        before=or_dash(firms["before"], two),
    )
    return f"{told} {more}"


def _cards(run: MarketRun, _: Translate) -> list[tuple[str, str, str]]:
    """Return number, interval and what it is; the first is the main one."""
    price = figure_of(run, "price_cny_per_tco2", by="market")
    cost, need, firms = (
        figure_of(run, name)
        for name in ("cost_change_percent", "balance_need_percent", "noncompliant_firms_percent")
    )

    found, count = run.convergence, len(run.evolution.replicates)
    window = window_of(run)
    return [
        (
            money(price["after"]),
            ends(price, "after", money),
            _("CNY per tonne: mean price of the last {window} years").format(window=window),
        ),
        (
            f"{signed(cost['after'])} %",
            ends(cost, "after", signed),
            _("cost of abatement against the baseline, at the same emissions"),
        ),
        (
            f"{or_dash(need['after'], two)} %",
            ends(need, "after", two),
            _("balance with need before abatement; {aimed} % is aimed at").format(
                aimed=f"{aimed_of(run):g}"
            ),
        ),
        (
            f"{or_dash(firms['after'], two)} %",
            ends(firms, "after", two),
            _("of firms do not comply; {before} % in the baseline").format(
                before=or_dash(firms["before"], two)
            ),
        ),
        (
            _("{settled} of {count}").format(settled=found["converged_replicates"], count=count),
            "",
            _("replicates in which the market settled within {years} years").format(
                years=run.section.years
            ),
        ),
    ]


def _price(run: MarketRun, _: Translate) -> str:
    text = _(
        "The line is the mean of {count} replicates, the band reaches from the lowest to the "
        "highest of them. Replicates differ by chance alone (demand, verification, audits, "
        "revisions): the band does not hold what is uncertain about the scenario's assumptions."
    ).format(count=len(run.evolution.replicates))
    if not run.section.policy_changes:
        return text
    years = ", ".join(str(year) for year in sorted(run.section.policy_changes))
    return f"{text} {_('Rules change in these years: {years}.').format(years=years)}"


def _balance(run: MarketRun, _: Translate) -> str:
    return _(
        "Allocation over need, which is what firms would emit without abatement, and over "
        "verified emissions, which are after it. Both are before trade: a market that has cleared "
        "is always in balance. The balance of the tables is 100 % less the distance from 100 %. "
        "The yearly feedback aims at a deficit of {deficit} of need."
    ).format(deficit=percent(float(run.evolution.deficit[-1])))


def _strategies(run: MarketRun, _: Translate, words: Translate) -> str:
    last = strategy_data(run).filter(industry=WHOLE).row(-1, named=True)
    own, contract, trade, conceal = (
        f"{last[f'{name}_percent']:.1f}" for name in ("own", "contract", "trade", "conceal")
    )
    rules = run.section.revision
    return _(
        "Each year {share} of firms look at their four options again, at the cost each would have "
        "had for them (protocol {protocol}), and {mutation} of those try anything. In the last "
        "year {own} % abate themselves, {contract} % have a reduction enterprise abate for them, "
        "{trade} % only trade, and {conceal} % conceal emissions."
    ).format(
        share=percent(rules.share),
        protocol=words(rules.protocol),
        mutation=percent(rules.mutation),
        own=own,
        contract=contract,
        trade=trade,
        conceal=conceal,
    )


def _tiers(run: MarketRun, _: Translate, words: Translate) -> str:
    text = _(
        "Mean benchmarks of advanced, medium and lagging firms, weighted by output; rule {rule}. "
        "They fall by the yearly adjustment."
    ).format(rule=words(run.section.rule))
    falls = []
    for s, industry in enumerate(run.evolution.industries):
        level = run.evolution.by_industry["benchmark_tco2_per_unit"][:, :, s].mean(axis=0)
        there = level[level > 0.0]
        if len(there) > 1:
            fall = 1.0 - float((there[-1] / there[0]) ** (1.0 / (len(there) - 1)))
            falls.append(f"{words(industry)} {100.0 * fall:.2f} %")
    if not falls:
        return text
    more = _("Mean fall a year: {falls}.").format(falls=words(", ").join(falls))
    return f"{text} {more}"


def _before(run: MarketRun, _: Translate, words: Translate) -> str:
    return _(
        "Before is the baseline: {baseline}, and nothing of the mechanism of section 4. After is "
        "this market. Both have the same random numbers and, by scaling the baseline's "
        "benchmarks, the same total emissions in every year; industries may share the cuts "
        "otherwise. Cost is that of all years: abatement, research, fixed costs, margins of "
        "providers, support, and output lost; the rest is of the last {window} years. Intervals "
        "(95 %) are over replicates, those of a change over its values replicate by replicate. "
        "Violations in newly joined industries are given to the baseline, not found there."
    ).format(baseline=words(run.assessment.baseline_name), window=window_of(run))


def _fairness(run: MarketRun, _: Translate) -> str:
    firms, gini = (figure_of(run, name, by="firms") for name in ("deviation", "gini"))
    sizes, regions = (figure_of(run, "relative_difference", by=by) for by in ("size", "region"))
    return _(
        "Burden is what a firm pays on balance over its revenue: abatement, research, margins, "
        "fixed costs, fees, fines and allowances bought, less allowances sold; who sells enough "
        "has a negative one. From the baseline to this market its standard deviation over firms "
        "goes from {before} to {after} % of revenue and its Gini coefficient from {gini_before} "
        "to {gini_after}; the mean difference over the mean burden goes from {size_before} to "
        "{size_after} between sizes and from {region_before} to {region_after} between regions."
    ).format(
        before=or_dash(firms["before"], lambda value: three(100.0 * value)),
        after=or_dash(firms["after"], lambda value: three(100.0 * value)),
        gini_before=or_dash(gini["before"], three),
        gini_after=or_dash(gini["after"], three),
        size_before=or_dash(sizes["before"], two),
        size_after=or_dash(sizes["after"], two),
        region_before=or_dash(regions["before"], two),
        region_after=or_dash(regions["after"], two),
    )


def _ablation(run: MarketRun, _: Translate, words: Translate) -> str:
    if run.ablation is None:
        return _(
            "What each mechanism buys was not asked for: add `--ablation` to `tanshi benchmark "
            "evolve`, or `ablation = true` to the section [benchmark] of the scenario."
        )
    table = ablation_data(run.ablation, clauses_of(run))
    verdicts = table["verdict"].to_list()
    most = table.filter(verdict=MOVES)
    text = _(
        "Each row is the market without one mechanism (off), or with one that the scenario leaves "
        "off (on), held to the same emissions in every year as the full market. To the right the "
        "same emissions cost more. Of {all} mechanisms {moves} move cost, {unsure} cannot be told "
        "apart from 0 with {count} replicates, and {idle} move nothing."
    ).format(
        all=len(verdicts),
        moves=verdicts.count(MOVES),
        unsure=verdicts.count(UNSURE),
        idle=verdicts.count(IDLE),
        count=len(run.evolution.replicates),
    )
    if most.is_empty():
        return text
    largest = np.abs(most["cost_change_percent"].to_numpy()).argsort()[::-1][:3]
    named = words(", ").join(
        f"{words(most['mechanism'][k])} {words(most['switched'][k])} "
        f"{signed(most['cost_change_percent'][k])} %"
        for k in largest.tolist()
    )
    more = _("The largest effects: {named}.").format(named=named)
    return f"{text} {more}"


def _idle(run: MarketRun, _: Translate, words: Translate) -> list[str]:
    """Return of each mechanism that moves nothing where it would act."""
    if run.ablation is None:
        return []
    table = ablation_data(run.ablation, clauses_of(run)).filter(verdict=IDLE)
    return [
        _("{name}: {text}").format(
            name=words(mechanism), text=words(ACTS_WHERE.get(mechanism, ELSEWHERE_IDLE))
        )
        for mechanism in table["mechanism"]
    ]
