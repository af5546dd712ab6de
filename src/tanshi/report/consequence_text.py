"""Sentences about the floor's consequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.provinces import unit_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study import StudyResult

    Translate = Callable[[str], str]


def consequence_texts(result: StudyResult, language: str, _: Translate) -> dict[str, Any]:
    """Return the texts of the sections on market, supply and prices.

    Parameters
    ----------
    result : StudyResult
    language : {"en", "zh"}
    _ : callable
        Translation.
    """
    path = result.chain.path
    return {
        "path_text": _(
            "The floor of {first} is {start} CNY; by the rule '{rule}' it is {end} CNY in {last}."
        ).format(
            first=path.years[0],
            start=f"{path.price_cny_per_tco2[0]:,.2f}",
            rule=path.rule,
            end=f"{path.price_cny_per_tco2[-1]:,.2f}",
            last=path.years[-1],
        ),
        "market_source": _("Market prices: {source}.").format(source=result.chain.market_source),
        "supply_text": _supply_text(result, language, _),
        "has_prices": result.price_effects is not None,
        **_price_texts(result, language, _),
    }


def _supply_text(result: StudyResult, language: str, _: Translate) -> str:
    supply, floor = result.chain.supply, result.floor.price_cny_per_tco2
    next_unit = next(
        (u for u, mac in zip(supply.unit, supply.mac_cny_per_tco2, strict=True) if mac > floor),
        supply.unit[-1],
    )
    return _(
        "At the floor itself {unit} is indifferent. Every unit below a price would rather abate "
        "than buy: at 60 CNY these units hold {at_60} % of emissions, at 100 CNY {at_100} %, at "
        "200 CNY {at_200} %. The next unit above the floor is {next}."
    ).format(
        unit=unit_name(result.floor.set_by, language),
        at_60=f"{supply.share_below(60.0):.1f}",
        at_100=f"{supply.share_below(100.0):.1f}",
        at_200=f"{supply.share_below(200.0):.1f}",
        next=unit_name(next_unit, language),
    )


def _price_texts(result: StudyResult, language: str, _: Translate) -> dict[str, Any]:
    effects = result.price_effects
    if effects is None:
        return {"prices_text": "", "prices_notes": ()}
    push = effects.cost_push
    table = effects.table
    chinese = language == "zh" and all(table.names_zh)
    names = dict(zip(table.codes, table.names_zh if chinese else table.names, strict=True))
    covered = ", ".join(
        f"{one.code} {names[one.code]} ({one.intensity_tco2_per_1e4_cny:.2f} tCO₂/1e4 CNY)"
        for one in effects.covered
    )
    worst = ", ".join(f"{code} {names[code]}" for code in push.most_affected(5))
    return {
        "prices_text": _(
            "A price of {price} CNY per tonne is paid by {covered}. If all of it is paid for "
            "({share} of emissions), consumer prices rise by {ci} % and producer prices by {pi} %; "
            "the public revenue is {revenue} 1e8 CNY. Of the sectors that do not pay, these feel "
            "it most: {worst}."
        ).format(
            price=f"{push.price_cny_per_tco2:,.2f}",
            covered=covered,
            share=f"{push.paid_shares[-1]:.0%}",
            ci=f"{push.consumer_index_percent[-1]:.4f}",
            pi=f"{push.producer_index_percent[-1]:.4f}",
            revenue=f"{push.revenue_cny[-1] / 1e8:,.1f}",
            worst=worst,
        ),
        "prices_notes": effects.notes,
    }
