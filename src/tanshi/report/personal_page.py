"""The sections of a study's page on its personal market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.inline_figure import inline_figure
from tanshi.report.personal_figures import personal_pictures
from tanshi.report.personal_tables import personal_tables
from tanshi.report.personal_text import personal_texts

if TYPE_CHECKING:
    from collections.abc import Callable

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
    return texts | personal_tables(run, _, words) | {"personal_figures": figures}


def personal_contents(_: Translate) -> list[tuple[str, str]]:
    """Return anchor and name of the sections on a personal market."""
    return [
        ("personal", _("The personal quota market")),
        ("personal-two-sided", _("Two sides: participation, fees, blockchain")),
        ("personal-claims", _("What the paper claims of its signs")),
    ]
