"""Sentences about who pays: groups of households, and how sure the indices are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.report.numbers import money, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.leontief.results import CostPushIntervals, HouseholdBurden
    from tanshi.study import StudyResult

    Translate = Callable[[str], str]

VERDICTS = {"regressive": "Regressive", "progressive": "Progressive"}  # at a sentence's beginning


def household_texts(result: StudyResult, _: Translate, words: Translate) -> dict[str, Any]:
    """Return the texts on households and on intervals of price effects.

    Parameters
    ----------
    result : StudyResult
    _ : callable
        Translation.
    words : callable
        Translation of names, which may have none.
    """
    effects = result.price_effects
    found: dict[str, Any] = {
        "has_households": False,
        "indices_text": "",
        "households_verdict": "",
        "households_text": "",
    }
    if effects is None:
        return found
    if effects.intervals is not None:
        found["indices_text"] = _indices_text(result, effects.intervals, _)
    if effects.households is not None:
        found["has_households"] = True
        found["households_verdict"] = household_verdict(effects.households.burden, _, words)
        found["households_text"] = _amounts(effects.households.burden, _, words)
    return found


def household_verdict(burden: HouseholdBurden, _: Translate, words: Translate) -> str:
    """Return whether a price on carbon is regressive, by spending and by income.

    Parameters
    ----------
    burden : HouseholdBurden
    _, words : callable
        Translation, and that of names.
    """
    low, high = words(burden.groups[0]), words(burden.groups[-1])
    if burden.verdict == "neutral":
        text = _(
            "Neutral by spending: {low} and {high} households bear the same share within "
            "{tolerance}."
        ).format(low=low, high=high, tolerance=percent(burden.tolerance))
    else:
        text = _(
            "{verdict} by spending: {low} households, with the lower incomes, bear {ratio} times "
            "the share of {high} ones."
        ).format(verdict=_(VERDICTS[burden.verdict]), low=low, high=high, ratio=money(burden.ratio))
    return f"{text} {_by_income(burden, low, high, _)}".strip()


def _by_income(burden: HouseholdBurden, low: str, high: str, _: Translate) -> str:
    if burden.income_ratio is None or burden.income_verdict is None:
        return ""
    spent = [
        None if of is None or income is None else of / income
        for of, income in zip(
            burden.consumption_cny_per_head, burden.income_cny_per_head, strict=True
        )
    ]
    return _(
        "By income it is {verdict}: {ratio} times, as {low} households spend {low_spent} of their "
        "incomes and {high} ones {high_spent}."
    ).format(
        verdict=_(burden.income_verdict),
        ratio=money(burden.income_ratio),
        low=low,
        high=high,
        low_spent=percent(spent[0] or 0.0),
        high_spent=percent(spent[-1] or 0.0),
    )


def _amounts(burden: HouseholdBurden, _: Translate, words: Translate) -> str:
    largest = int(np.argmax(burden.paid_shares))
    each = []
    for group, dearer, spent in zip(
        burden.groups, burden.burden_percent[largest], burden.consumption_cny_per_head, strict=True
    ):
        text = (
            _("{group} households {percent} %")
            if spent is None
            else _("{group} households {percent} % ({amount} CNY by head and year)")
        )
        amount = money(dearer / 100.0 * (spent or 0.0))
        each.append(text.format(group=words(group), percent=f"{dearer:.4f}", amount=amount))
    return _(
        "If {share} of the covered emissions are paid for, the same purchases are dearer by: "
        "{each}."
    ).format(
        share=percent(burden.paid_shares[largest]),
        each=words("; ").join(each),
    )


def _indices_text(result: StudyResult, intervals: CostPushIntervals, _: Translate) -> str:
    consumer = intervals.consumer_index_percent
    price, intensity = (
        float(shares[0])
        for shares in (consumer.from_price_percent, consumer.from_intensity_percent)
    )
    text = _(
        "{level} intervals of {draws} draws. Of the variance of CI {price} % comes from the "
        "price and {intensity} % from the intensities."
    ).format(
        level=percent(intervals.level),
        draws=f"{intervals.draws:,}",
        price=f"{price:.0f}",
        intensity=f"{intensity:.0f}",
    )
    return f"{text} {_what_varies(result, intervals, _)}"


def _what_varies(result: StudyResult, intervals: CostPushIntervals, _: Translate) -> str:
    drawn = result.bootstrap is not None and result.scenario.leontief.price_cny_per_tco2 is None
    price = (
        _(
            "The price varies as the floor does from replicate to replicate, which says too "
            "little of the true floor;"
        )
        if drawn
        else _("The price is taken as exact;")
    )
    spread = {code: cv for code, cv in intervals.intensity_cv.items() if cv > 0}
    if not spread:
        return f"{price} {_('intensities are taken as exact.')}"
    sectors = ", ".join(f"{code} {percent(cv)}" for code, cv in spread.items())
    text = _("relative standard deviation of the intensities, by sector: {sectors}.")
    return f"{price} {text.format(sectors=sectors)}"
