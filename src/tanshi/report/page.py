"""The report: one HTML file that opens offline."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import polars as pl
from jinja2 import Environment, FunctionLoader, StrictUndefined

from tanshi.report.alternatives_text import alternatives_texts
from tanshi.report.charts import chart_data
from tanshi.report.consequence_text import consequence_texts
from tanshi.report.household_text import household_texts
from tanshi.report.numbers import percent
from tanshi.report.page_tables import page_tables
from tanshi.report.provinces import are_provinces, unit_name
from tanshi.report.sureness_text import interval_sentence, sureness_texts
from tanshi.report.text import cell_translator, translator
from tanshi.study.published import LIU_TABLE_2

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study import StudyResult

    Translate = Callable[[str], str]

FILES = resources.files("tanshi.report")
ROW_PIXELS = 22  # height of a row of the heat maps
# One after the other: what all charts share, those of every study, the views of the data.
SCRIPTS = ("common.js", "report.js", "sureness.js", "data_view.js")
MARKET_SCRIPT, MARKET_STYLE = "benchmark.js", "benchmark.css"  # only where there is a market
PERSONAL_STYLE = "personal.css"


def render_page(result: StudyResult, language: str) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    result : StudyResult
    language : {"en", "zh"}
    """
    _ = translator(language)
    page = page_environment(_).get_template("report.html.j2")
    words = cell_translator(language)
    text = _texts(result, language, _) | page_tables(result, language, _)
    text |= consequence_texts(result, language, _) | sureness_texts(result, language, _)
    text |= household_texts(result, _, words) | alternatives_texts(result, _, words)
    text |= _market(result, _, words) | _personal(result, _, words)
    scripts = (*SCRIPTS[:-1], *([MARKET_SCRIPT] if result.benchmark else []), SCRIPTS[-1])
    html = page.render(
        language=language,
        css=read_parts("report.css", *_styles(result)),
        script=read_parts(*scripts),
        echarts=read_part("vendor", "echarts.min.js"),
        chart_json=inline_json(chart_data(result, language, _)),
        contents=_contents(result, _),
        **text,
    )
    return together(html)


def _styles(result: StudyResult) -> list[str]:
    """Return the styles of parts that not every study has."""
    there = {MARKET_STYLE: result.benchmark, PERSONAL_STYLE: result.personal}
    return [style for style, part in there.items() if part is not None]


def page_environment(_: Translate) -> Environment:
    """Return where the pages' templates are found, with their translation."""
    environment = Environment(
        loader=FunctionLoader(lambda name: read_part("templates", name)),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _
    return environment


def together(html: str) -> str:
    """Return a page whose Chinese sentences follow each other without a space."""
    return html.replace("。 ", "。").replace("； ", "；")


def read_part(folder: str, name: str) -> str:
    """Return a file that pages are made of."""
    return (FILES / folder / name).read_text(encoding="utf-8")


def read_parts(*names: str) -> str:
    """Return styles or scripts one after the other."""
    return "".join(read_part("templates", name) for name in names)


def inline_json(data: dict[str, Any]) -> str:
    """Return JSON that cannot close the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c")


def _market(result: StudyResult, _: Translate, words: Translate) -> dict[str, Any]:
    """Return what the sections on the market say, where the study has one."""
    if result.benchmark is None:
        return {"has_market": False}
    from tanshi.report.evolution_page import market_section

    synthetic = result.data.pack.synthetic
    said = market_section(result.benchmark, _, words, synthetic=synthetic)
    heading = _("The market under benchmarks")
    return said | {"has_market": True, "market_inside": True, "market_heading": heading}


def _personal(result: StudyResult, _: Translate, words: Translate) -> dict[str, Any]:
    """Return what the sections on the personal market say, where the study has one."""
    if result.personal is None:
        return {"has_personal": False}
    from tanshi.report.personal_page import personal_section

    synthetic = result.data.pack.synthetic
    said = personal_section(result.personal, _, words, synthetic=synthetic)
    return said | {"has_personal": True}


def _contents(result: StudyResult, _: Translate) -> list[tuple[str, str]]:
    entries = [("result", _("Result")), ("mac", _("Marginal abatement cost by unit and year"))]
    if are_provinces(set(result.costs.unit)):
        entries.append(("map", _("Map")))
    entries += [("tau", _("Quantile positions")), ("parameters", _("Parameters by quantile"))]
    entries.append(("sure", _("How sure is the floor")))
    if result.sensitivity is not None:
        entries.append(("sensitivity", _("How far the floor depends on choices")))
    if result.alternatives is not None:
        entries.append(("alternatives", _("Other estimators")))
    entries += [("market", _("The floor and the market")), ("supply", _("Who acts at this floor"))]
    if result.price_effects is not None:
        entries.append(("prices", _("What it does to prices")))
        if result.price_effects.households is not None:
            entries.append(("households", _("Who pays: households")))
    if result.benchmark is not None:
        entries += [
            ("benchmark", _("The market under benchmarks")),
            ("benchmark-before", _("Before and after, beside the paper")),
            ("benchmark-mechanisms", _("What each mechanism buys")),
        ]
        if result.benchmark.search is not None:
            entries.append(("benchmark-front", _("The search for coefficients")))
    if result.personal is not None:
        from tanshi.report.personal_page import personal_contents

        entries += personal_contents(result.personal, _)
    entries += [
        ("replication", _("How far this reproduces the paper")),
        ("data", _("Data")),
        ("method", _("Method and checks")),
        ("provenance", _("Provenance")),
    ]
    return entries


def _texts(result: StudyResult, language: str, _: Translate) -> dict[str, Any]:
    costs, floor, data = result.costs, result.floor, result.data
    units = len(set(costs.unit))
    averages = costs.averages()
    lowest, highest = averages.row(0), averages.row(-1)
    years = ", ".join(f"{year}*" for year in result.extrapolated_years)
    estimate = result.quantiles
    rules = result.scenario.frontier
    said = cell_translator(language)
    return {
        "title": result.scenario.report.title or _("What abatement costs, and a price floor"),
        "pack_title": data.pack.title,
        "synthetic": data.pack.synthetic,
        "n": len(costs.unit),
        "units": units,
        "first_year": int(costs.period.min()),
        "last_year": int(costs.period.max()),
        "warnings": [said(warning) for warning in result.warnings],
        "has_bootstrap": result.bootstrap is not None,
        "floor": floor,
        "floor_text": f"{floor.price_cny_per_tco2:,.2f}",
        "lead": lead_sentence(result, language),
        "payment_cards": _payment_cards(result, _),
        "sensitivity_range": _sensitivity_range(result),
        "extremes": _(
            "On average over the years {low} has the lowest MAC, {low_value} CNY, and {high} the "
            "highest, {high_value} CNY."
        ).format(
            low=unit_name(lowest[0], language),
            low_value=f"{lowest[1]:,.1f}",
            high=unit_name(highest[0], language),
            high_value=f"{highest[1]:,.1f}",
        ),
        "starred": _(
            "{years}: a column in use is extrapolated in this year, not observed; see the notes "
            "under Data."
        ).format(years=years)
        if years
        else "",
        "heat_height": 100 + ROW_PIXELS * units,
        "has_map": are_provinces(set(costs.unit)),
        "positions_text": _(
            "Quantiles are estimated one by one and cross: {crossings} adjacent pairs are in the "
            "wrong order, and {hits} of {n} observations lie exactly on a quantile."
        ).format(crossings=estimate.crossings, hits=estimate.exact_hits, n=len(costs.unit)),
        "inputs_text": _("Inputs: {names}.").format(
            names=said(", ").join(
                f"{k} = {said(name)}" for k, name in enumerate(estimate.inputs.input_names, start=1)
            )
        ),
        "sensitivity_lead": _(
            "One choice at a time is made otherwise, under every definition of output that the "
            "data pack offers. Rows in green are the choices of this study."
        ),
        "replication_lead": _replication_lead(result, _),
        "method_text": _(
            "Payment rule {payment} with share {share}; position rule {position}; null-jointness "
            "{joint}. Every optimum is certified; {unique} of {count} are unique."
        ).format(
            payment=_(rules.payment_rule),
            share=f"{rules.payment_share:g}",
            position=_(rules.position),
            joint=_("imposed") if rules.null_jointness else _("not imposed"),
            unique=sum(estimate.unique),
            count=len(estimate.unique),
        ),
        "notes": result.notes,
        "accounts_notes": [said(note) for note in result.accounts.notes],
        "sources": data.pack.files,
        "provenance": result.provenance,
    }


def lead_sentence(result: StudyResult, language: str) -> str:
    """Return the study's finding in one sentence, and its interval in another."""
    floor, _ = result.floor, translator(language)
    text = _(
        "A price floor of {price} CNY per tonne for {year} is the least abatement cost of "
        "{observed}, that of {unit}."
    ).format(
        price=f"{floor.price_cny_per_tco2:,.2f}",
        year=floor.applies_to,
        observed=_starred(floor.observed_period, result),
        unit=unit_name(floor.set_by, language),
    )
    return f"{text} {interval_sentence(result, _)}".strip()


def _starred(year: int, result: StudyResult) -> str:
    return f"{year}*" if year in result.extrapolated_years else str(year)


def _payment_cards(result: StudyResult, _: Translate) -> list[tuple[str, str, str]]:
    share = percent(result.scenario.frontier.payment_share)
    notes = {
        "published": _("if the shadow price counts for the paid share of {share} (as printed)"),
        "full": _("if every tonne is paid for"),
        "cost_cap": _("if only {share} of emissions are ever paid for (as derived from Eq. 9)"),
    }
    return [
        (rule, f"{floor.price_cny_per_tco2:,.2f}", notes[rule].format(share=share))
        for rule, floor in result.floors_by_payment_rule.items()
        if rule != result.scenario.frontier.payment_rule
    ]


def _sensitivity_range(result: StudyResult) -> str:
    if result.sensitivity is None:
        return ""
    same_rule = result.sensitivity.filter(pl.col("dimension") != "payment rule")
    floors = same_rule["floor_cny_per_tco2"]
    least, greatest = float(floors.to_numpy().min()), float(floors.to_numpy().max())
    return f"{least:,.2f} – {greatest:,.2f}"


def _replication_lead(result: StudyResult, _: Translate) -> str:
    if result.replication is None:
        return ""
    of_liu = pl.col("item") == LIU_TABLE_2
    said = {
        _(
            "{same} of {all} published figures come out the same: to one decimal, in words, or, "
            "for price effects, within 3 %. Each of the others has its reason. Nothing is tuned "
            "to the print."
        ): result.replication.filter(~of_liu),
        _(
            "Of Liu's Table 2 {same} of {all} figures come out: outcomes to one decimal, "
            "coefficients where the paper's own formula can give them."
        ): result.replication.filter(of_liu),
    }
    return " ".join(
        text.format(same=int(table["reproduced"].sum()), all=len(table))
        for text, table in said.items()
        if len(table)
    )
