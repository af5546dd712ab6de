"""The report as PDF, set by typst from the same figures and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import typst

from tanshi.report.alternatives_text import alternatives_texts, with_names
from tanshi.report.columns import LABELS, SPANNING, cell_heights, format_cell
from tanshi.report.evolution_text import evolution_texts
from tanshi.report.household_text import household_texts
from tanshi.report.page import lead_sentence
from tanshi.report.personal_game_text import game_texts
from tanshi.report.personal_population_text import population_texts
from tanshi.report.personal_text import personal_texts
from tanshi.report.provinces import unit_name
from tanshi.report.sureness_text import sureness_texts
from tanshi.report.text import cell_translator, translator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tanshi.study import StudyResult

    Translate = Callable[[str], str]

ALTERNATIVES = (
    "method",
    "inputs",
    "null_jointness",
    "floor_cny_per_tco2",
    "set_by",
    "observed_period",
    "median_mac_cny_per_tco2",
)
FIGURES = {
    "mac_by_unit_and_year": ("Marginal abatement cost by unit and year", "height: 165mm"),
    "mac_map": ("Map", "width: 82%"),
    "mac_distribution": ("Distribution", "width: 80%"),
    "tau_positions": ("Quantile positions", "height: 165mm"),
    "parameters_by_tau": ("Parameters by quantile", "width: 100%"),
    "floor_bootstrap": ("How sure is the floor", "width: 80%"),
    "leave_one_out": ("One unit less", "height: 150mm"),
    "directions": ("Another direction", "width: 75%"),
    "sensitivity": ("How far the floor depends on choices", "width: 100%"),
    "floor_path": ("The floor and the market", "width: 80%"),
    "abatement_supply": ("Who acts at this floor", "width: 80%"),
    "price_rises_all": ("What it does to prices", "height: 165mm"),
    "price_rises_uncovered": ("only sectors that do not pay", "height: 165mm"),
    "price_indices": ("Indices by paid share", "width: 60%"),
    "household_burden": ("Who pays: households", "width: 90%"),
    "benchmark_price": ("The market under benchmarks", "width: 80%"),
    "benchmark_balance": ("Balance before trade", "width: 85%"),
    "benchmark_strategies": ("Strategies of firms", "width: 85%"),
    "benchmark_tiers": ("Benchmarks by tier", "width: 85%"),
    "benchmark_before_after": ("Before and after, beside the paper", "width: 100%"),
    "benchmark_fairness": ("Fairness between sizes and regions", "width: 80%"),
    "benchmark_ablation": ("What each mechanism buys", "height: 165mm"),
    "benchmark_front": ("The search for coefficients", "width: 95%"),
    "personal_price": ("What the allowance price does", "width: 90%"),
    "personal_offset": ("What the offset ratio does", "width: 90%"),
    "personal_objectives": ("Participation, fees and gains under three objectives", "width: 90%"),
    "personal_service": ("What the service level does", "width: 90%"),
    "personal_adoption": ("Where the blockchain pays", "width: 75%"),
    "personal_game_portraits": ("Phase portraits", "width: 100%"),
    "personal_game_claim": ("Where the claim holds", "width: 85%"),
    "personal_game_levers": ("Which lever moves it", "width: 100%"),
    "personal_population_supply": ("Supply of other populations", "width: 90%"),
    "personal_population_emissions": ("Does trading cut emissions: case by case", "width: 85%"),
    "personal_population_gains": ("Who gains and who loses", "width: 90%"),
    "personal_population_income": ("By income", "width: 100%"),
}
PREAMBLE = """
#set page(paper: "a4", margin: 22mm, numbering: "1")
#set text(size: 10pt, font: (
  "Libertinus Serif", "Noto Serif CJK SC", "Noto Sans CJK SC", "Songti SC", "SimSun",
))
#set par(justify: true)
#set table(stroke: none, inset: (x: 3pt, y: 2.5pt))
#show heading.where(level: 1): set text(size: 17pt)
#show table: set text(size: 7.5pt)
#show table: set par(justify: false)
#show figure: set block(breakable: false, below: 16pt)
"""


def write_pdf(result: StudyResult, folder: Path, language: str) -> None:
    """Write ``report.pdf`` into a folder that already holds ``figures/``.

    Parameters
    ----------
    result : StudyResult
    folder : path
    language : {"en", "zh"}
        Chinese needs a Chinese font on the machine (such as Noto CJK).
    """
    _ = translator(language)
    title = result.scenario.report.title or _("What abatement costs, and a price floor")
    parts = [PREAMBLE, f"= {_plain(title)}", _plain(result.data.pack.title)]
    if result.data.pack.synthetic:
        text = _("SYNTHETIC DATA: no figure on this page is a statistic")
        parts.append(f"#text(fill: rgb(179, 38, 30))[*{_plain(text)}*]")
    parts.append(_plain(lead_sentence(result, language)))
    words = cell_translator(language)
    parts += [f"- {_plain(words(warning))}" for warning in result.warnings]
    parts += _sureness(result, language, _)
    for name, (caption, size) in FIGURES.items():
        if (folder / "figures" / f"{name}.svg").exists():
            picture = f'image("figures/{name}.svg", {size})'
            parts.append(f"#figure({picture}, caption: [{_plain(_(caption))}])")
    parts += _further(result, _, words)
    averages = result.costs.averages()
    names = [unit_name(unit, language) for unit in averages["unit"]]
    parts += [
        f"== {_plain(_('Marginal abatement cost by unit and year'))}",
        _table(averages.with_columns(unit=pl.Series(names)), _, words),
    ]
    if result.replication is not None:
        parts += [
            f"== {_plain(_('How far this reproduces the paper'))}",
            _table(result.replication.drop("difference_percent"), _, words),
        ]
    source = folder / "report.typ"
    source.write_text("\n\n".join(parts), encoding="utf-8")
    typst.compile(str(source), output=str(folder / "report.pdf"), root=str(folder))
    source.unlink()


def _sureness(result: StudyResult, language: str, _: Translate) -> list[str]:
    """Return what is said of how sure the floor is."""
    text = sureness_texts(result, language, _)
    said = [text[name] for name in ("interval_text", "draws_text", "leave_text")]
    heading = f"== {_plain(_('How sure is the floor'))}"
    return [heading, *(_plain(one) for one in (*said, *text["interval_notes"]) if one)]


def _further(result: StudyResult, _: Translate, words: Translate) -> list[str]:
    """Return other estimators and who pays, where the study has them."""
    parts = []
    if result.alternatives is not None:
        text = alternatives_texts(result, _, words)
        table = with_names(result.alternatives, words).select(ALTERNATIVES)
        parts += [
            f"== {_plain(_('Other estimators'))}",
            _plain(text["alternatives_text"]),
            _table(table, _, words),
            *(_plain(note) for note in text["alternatives_notes"]),
        ]
    text = household_texts(result, _, words)
    if text["has_households"]:
        parts.append(f"== {_plain(_('Who pays: households'))}")
        parts += [_plain(text["households_verdict"]), _plain(text["households_text"])]
    return parts + _market(result, _, words) + _personal(result, _, words)


def _market(result: StudyResult, _: Translate, words: Translate) -> list[str]:
    """Return what the market under benchmarks came to, where the study has one."""
    if result.benchmark is None:
        return []
    synthetic = result.data.pack.synthetic
    text = evolution_texts(result.benchmark, _, words, synthetic=synthetic)
    names = (
        "market_lead",
        "market_settled",
        "market_cost",
        "market_floor",
        "market_regions",
        "market_costs",
    )
    said = [*(text[name] for name in names), *text["market_warnings"]]
    heading = f"== {_plain(_('The market under benchmarks'))}"
    return [heading, *(_plain(one.replace("`", "")) for one in said if one)]


def _personal(result: StudyResult, _: Translate, words: Translate) -> list[str]:
    """Return what the personal market came to, where the study has one."""
    if result.personal is None:
        return []
    synthetic = result.data.pack.synthetic
    text = personal_texts(result.personal, _, words, synthetic=synthetic)
    names = ("lead", "price_text", "offset_text", "emissions_text", "two_text", "claims_text")
    said = [*(text[f"personal_{name}"] for name in names), *text["personal_warnings"]]
    if result.personal.game is not None:
        told = game_texts(result.personal.game, _)
        said += [told[name] for name in ("game_lead", "game_lock_in", "game_claim") if told[name]]
    if result.personal.population is not None:
        said += [one for one in population_texts(result.personal.population, _).values() if one]
    heading = f"== {_plain(_('The personal quota market'))}"
    return [heading, *(_plain(one.replace("`", "")) for one in said)]


def _plain(text: str) -> str:
    """Return text that typst sets as it stands: a quoted string in code mode."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'#"{quoted}"'


def _table(table: pl.DataFrame, _: Translate, words: Translate) -> str:
    names = [_(LABELS[name]) if name in LABELS else name for name in table.columns]
    head = ", ".join(f"[*{_plain(name)}*]" for name in names)
    texts = {
        name: [words(format_cell(value, name)) for value in table[name]] for name in table.columns
    }
    heights = {name: cell_heights(name, texts[name]) for name in table.columns}
    cells = [
        f"table.cell(rowspan: {heights[name][row]})[{_plain(texts[name][row])}]"
        for row in range(len(table))
        for name in table.columns
        if heights[name][row]
    ]
    # Shares of the page, or one long word would leave the reason a single letter wide.
    share = {
        SPANNING: "3fr",
        "quantity": "2fr",
        "output_column": "2fr",
        "unit": "2fr",
        "method": "2fr",
    }
    widths = ", ".join(share.get(name, "1fr") for name in table.columns)
    rows = ",\n  ".join(cells)
    return (
        f"#table(columns: ({widths},),\n  table.header({head}), table.hline(stroke: 0.6pt),\n"
        f"  {rows},\n  table.hline(stroke: 0.6pt))"
    )
