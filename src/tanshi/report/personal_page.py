"""The sections of a study's page on its personal market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.inline_figure import inline_figure
from tanshi.report.page_tables import table_view
from tanshi.report.personal_figures import personal_pictures
from tanshi.report.personal_game_text import game_tables, game_texts
from tanshi.report.personal_population_text import population_tables, population_texts
from tanshi.report.personal_tables import personal_tables
from tanshi.report.personal_text import personal_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from tanshi.study.personal_joined import PersonalRun

    Translate = Callable[[str], str]


def personal_section(
    run: PersonalRun, _: Translate, words: Translate, *, synthetic: bool = False
) -> dict[str, Any]:
    """Return texts, tables and figures of the sections on a personal market.

    Parameters
    ----------
    run : PersonalRun
    _, words : callable
        Translation, and that of names, which may have none.
    synthetic : bool, default False
        Whether the study's data are synthetic.
    """
    taken = synthetic and run.price.source != "scenario"
    figures = {
        name: inline_figure(picture, words, synthetic=taken)
        for name, picture in personal_pictures(run).items()
    }
    texts = personal_texts(run, _, words, synthetic=synthetic)
    said = texts | personal_tables(run, _, words) | {"personal_figures": figures}
    return said | _game(run, _, words) | _population(run, _, words)


def _game(run: PersonalRun, _: Translate, words: Translate) -> dict[str, Any]:
    """Return what the section on the game says, where the study plays it."""
    if run.game is None:
        return {"has_game": False}
    tables = game_tables(run.game, _, words)
    return {"has_game": True} | game_texts(run.game, _) | _views(tables, _, words)


def _population(run: PersonalRun, _: Translate, words: Translate) -> dict[str, Any]:
    """Return what the section on counted people says, where the study counts them."""
    if run.population is None:
        return {"has_people": False}
    tables = population_tables(run.population, _, words)
    return {"has_people": True} | population_texts(run.population, _) | _views(tables, _, words)


def _views(tables: dict[str, pl.DataFrame], _: Translate, words: Translate) -> dict[str, Any]:
    return {
        name: None if table.is_empty() else table_view(table, _, words)
        for name, table in tables.items()
    }


def personal_contents(run: PersonalRun, _: Translate) -> list[tuple[str, str]]:
    """Return anchor and name of the sections on a personal market."""
    entries = [
        ("personal", _("The personal quota market")),
        ("personal-two-sided", _("Two sides: participation, fees, blockchain")),
        ("personal-claims", _("What the paper claims of its signs")),
    ]
    if run.game is not None:
        entries.append(("personal-game", _("Does trade escape lock-in: the game")))
    if run.population is not None:
        entries.append(("personal-people", _("People who differ")))
    return entries
