"""The report of `tanshi benchmark evolve`: one HTML file that opens offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.evolution_charts import evolution_data
from tanshi.report.evolution_figures import evolution_pictures
from tanshi.report.evolution_front import front_texts
from tanshi.report.evolution_tables import evolution_tables
from tanshi.report.evolution_text import evolution_texts
from tanshi.report.page import (
    MARKET_SCRIPT,
    MARKET_STYLE,
    inline_json,
    page_environment,
    read_part,
    read_parts,
    together,
)
from tanshi.report.text import cell_translator, translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.benchmark_run import MarketRun
    from tanshi.study.provenance import Provenance

    Translate = Callable[[str], str]


def render_market_page(
    run: MarketRun, provenance: Provenance, language: str, *, title: str | None = None
) -> str:
    """Return the report of a market as HTML.

    Parameters
    ----------
    run : MarketRun
    provenance : Provenance
    language : {"en", "zh"}
    title : str, optional
        Heading of the page.
    """
    _ = translator(language)
    words = cell_translator(language)
    page = page_environment(_).get_template("market.html.j2")
    charts = {
        "words": {"no_value": _("no finite value")},
        "benchmark": evolution_data(run, _, words),
        "tables": {name: one.data.write_csv() for name, one in evolution_pictures(run).items()},
    }
    html = page.render(
        language=language,
        css=read_parts("report.css", MARKET_STYLE),
        script=read_parts("common.js", MARKET_SCRIPT, "data_view.js"),
        echarts=read_part("vendor", "echarts.min.js"),
        chart_json=inline_json(charts),
        title=title or _("A market under benchmarks"),
        scope=_scope(run, _),
        drawn=not run.own_firms,
        contents=[*market_contents(_), ("provenance", _("Provenance"))],
        provenance=provenance,
        **market_section(run, _, words),
        market_inside=False,
        market_heading=_("Result"),
    )
    return together(html)


def market_section(
    run: MarketRun, _: Translate, words: Translate, *, synthetic: bool = False
) -> dict[str, Any]:
    """Return texts and tables of the sections on a market, for the page's template."""
    texts = evolution_texts(run, _, words, synthetic=synthetic) | front_texts(run, _, words)
    return texts | evolution_tables(run, _, words)


def market_contents(_: Translate) -> list[tuple[str, str]]:
    """Return anchor and name of the sections on a market."""
    return [
        ("benchmark", _("Result")),
        ("benchmark-price", _("Price and balance")),
        ("benchmark-strategies", _("Strategies of firms")),
        ("benchmark-tiers", _("Benchmarks by tier")),
        ("benchmark-before", _("Before and after, beside the paper")),
        ("benchmark-mechanisms", _("What each mechanism buys")),
    ]


def _scope(run: MarketRun, _: Translate) -> str:
    return _("{firms} firms · {industries} industries · {years} years · {count} replicates").format(
        firms=f"{run.n_firms:,}",
        industries=len(run.evolution.industries),
        years=run.evolution.years.shape[1],
        count=len(run.evolution.replicates),
    )
