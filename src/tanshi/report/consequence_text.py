"""Sentences about the floor's consequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.numbers import percent
from tanshi.report.provinces import unit_name
from tanshi.report.text import cell_translator
from tanshi.study.households import MEASURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study import StudyResult

    Translate = Callable[[str], str]

ABOUT_HOUSEHOLDS = "households: "  # how notes on households begin
RULES = {
    "cpi": "carried on by the consumer price index of the year before",
    "cpi_plus": "carried on by the consumer price index plus fixed points",
    "fixed": "raised by a fixed rate a year",
    "rggi": "raised by 2.5 % a year as in RGGI",
}


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
            "The floor of {first} is {start} CNY; {rule} it is {end} CNY in {last}."
        ).format(
            first=path.years[0],
            start=f"{path.price_cny_per_tco2[0]:,.2f}",
            rule=_(RULES[path.rule]),
            end=f"{path.price_cny_per_tco2[-1]:,.2f}",
            last=path.years[-1],
        ),
        "below_text": _below_text(result, _),
        "consequences_lead": _lead(result, _),
        "market_source": _market_source(result, _),
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
        "At the floor itself {unit} is indifferent; the next to act is {next}. A unit whose cost "
        "lies below a price would rather abate than buy: at 60 CNY, about the published floor, "
        "such units hold {at_60} % of emissions, at 100 CNY, about the market of 2024, {at_100} "
        "%, at 200 CNY {at_200} %."
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
        return {"prices_text": "", "prices_notes": (), "households_notes": ()}
    push = effects.cost_push
    table = effects.table
    chinese = language == "zh" and all(table.names_zh)
    names = dict(zip(table.codes, table.names_zh if chinese else table.names, strict=True))
    words = cell_translator(language)
    whole = _("{sector} ({intensity} tCO₂/1e4 CNY)")
    part = _("{sector} ({intensity} tCO₂/1e4 CNY, {share} of it)")
    covered = words(", ").join(
        (whole if one.covered_share == 1 else part).format(
            sector=f"{one.code} {names[one.code]}",
            intensity=f"{one.intensity_tco2_per_1e4_cny:.2f}",
            share=percent(one.covered_share),
        )
        for one in effects.covered
    )
    worst = words(", ").join(f"{code} {names[code]}" for code in push.most_affected(5))
    return {
        "prices_text": _(
            "{covered} pay {price} CNY per tonne ({origin}). If {share} of their emissions must be "
            "paid for, the consumer index (CI, weighted by consumption) rises by {ci} % and the "
            "producer index (PI, weighted by output) by {pi} %; public revenue is {revenue} "
            "billion CNY a year. Of the sectors that do not pay, these feel it most: {worst}."
        ).format(
            price=f"{push.price_cny_per_tco2:,.2f}",
            covered=covered,
            share=percent(push.paid_shares[-1]),
            ci=f"{push.consumer_index_percent[-1]:.4f}",
            pi=f"{push.producer_index_percent[-1]:.4f}",
            revenue=f"{push.revenue_cny[-1] / 1e9:,.1f}",
            revenue_1e8=f"{push.revenue_cny[-1] / 1e8:,.1f}",  # Chinese counts in these
            origin=_origin(result, _),
            worst=worst,
        ),
        "prices_notes": _notes(effects.notes, language, _, about_households=False),
        "households_notes": _notes(effects.notes, language, _, about_households=True),
    }


def _notes(
    notes: tuple[str, ...], language: str, _: Translate, *, about_households: bool
) -> list[str]:
    """Return the notes on households, or all others, as sentences.

    What the measure leaves out stands in the section itself.
    """
    said = cell_translator(language)
    chosen = [
        said(note).removeprefix(ABOUT_HOUSEHOLDS)
        for note in notes
        if note != MEASURE and note.startswith(ABOUT_HOUSEHOLDS) == about_households
    ]
    return [_("{note}.").format(note=note[0].upper() + note[1:]) for note in chosen]


def _origin(result: StudyResult, _: Translate) -> str:
    section = result.scenario.leontief
    if section.price_cny_per_tco2 is not None:
        return _("price given in the scenario")
    return _("the floor of {year}").format(year=section.price_year)


def _below_text(result: StudyResult, _: Translate) -> str:
    """Say how often the market stood below the floor."""
    rows = [row for row in result.chain.market if row.floor_cny_per_tco2 is not None]
    under = [row for row in rows if row.low_cny_per_t < (row.floor_cny_per_tco2 or 0.0)]
    if not under:
        return _("No price of these years lies below the floor of its year.")
    places = ", ".join(f"{row.year} {_(row.board)}" for row in under)
    return _("The lowest price lies below the floor of its year in: {places}.").format(
        places=places
    )


def _market_source(result: StudyResult, _: Translate) -> str:
    text = _("Market prices: {source}.").format(source=result.chain.market_source)
    if not result.data.pack.synthetic:
        return text
    warning = _("The floor comes from synthetic data, the market prices do not: no finding.")
    return f"{text} {warning}"


def _lead(result: StudyResult, _: Translate) -> str:
    path, effects = result.chain.path, result.price_effects
    text = _("Carried on to {last} it is {end} CNY.").format(
        last=path.years[-1], end=f"{path.price_cny_per_tco2[-1]:,.2f}"
    )
    if effects is None:
        return text
    push = effects.cost_push
    more = _(
        "If the covered sectors pay {price} CNY for {share} of their emissions, consumer prices "
        "rise by {ci} % and producer prices by {pi} %."
    ).format(
        price=f"{push.price_cny_per_tco2:,.2f}",
        share=percent(push.paid_shares[-1]),
        ci=f"{push.consumer_index_percent[-1]:.4f}",
        pi=f"{push.producer_index_percent[-1]:.4f}",
    )
    return f"{text} {more}"
