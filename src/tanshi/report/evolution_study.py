"""Sentences about what a market takes from its study: floor, costs of regions; and its regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.report.numbers import money

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.benchmark_run import MarketRun

    Translate = Callable[[str], str]


def floor_text(run: MarketRun, _: Translate) -> str:
    """Return which floor of the study bounds the market; empty where none does."""
    taken = run.taken_floor
    if taken is None:
        return ""
    return _(
        "The floor is the one that this study sets: {price} CNY, that of {year}, the last year of "
        "its path, in place of the scenario's {other}. It is the same in all years of the market, "
        "and the reserve price of its primary auction."
    ).format(
        price=money(taken.price_cny_per_tco2),
        year=taken.year,
        other=money(taken.instead_of_cny_per_tco2),
    )


def regions_text(run: MarketRun, _: Translate, words: Translate) -> str:
    """Return which regions the scenario names that no firm is in."""
    if not run.empty_regions:
        return ""
    return _(
        "No firm of the register stands in {regions}, which the scenario names with none."
    ).format(regions=words(", ").join(words(name) for name in run.empty_regions))


def costs_text(run: MarketRun, _: Translate, words: Translate) -> str:
    """Return which costs of the study the firms of regions have; empty without any."""
    taken = run.taken_costs
    if taken is None:
        return ""
    order = sorted(taken.level, key=lambda name: taken.level[name])
    levels = words(", ").join(f"{words(name)} {taken.level[name]:.2f}" for name in order)
    text = _(
        "What abatement costs in a region follows from this study: its marginal costs of {year}, "
        "over their geometric mean, multiply the slopes of the firms there ({levels})."
    ).format(year=taken.year, levels=levels)
    if not taken.without:
        return text
    more = _("Of {regions} the study has no cost: there it is the mean.").format(
        regions=words(", ").join(words(name) for name in taken.without)
    )
    return f"{text} {more}"
