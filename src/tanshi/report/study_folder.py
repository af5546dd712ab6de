"""Write a study: page, tables, figures, figures of merit, provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanshi.report.figures import write_figures
from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.page import render_page
from tanshi.report.paper_workbook import write_paper_workbook
from tanshi.report.printed import study_tables, write_paper_table
from tanshi.report.tables import write_csv, write_text, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study import StudyResult

# The tables that are printed: in LaTeX, in HTML, and in a workbook of their own.
LATEX_CAPTIONS = {
    "mac": "Equivalent marginal abatement cost by unit and year, CNY per tonne of CO2",
    "mac_averages": "Equivalent marginal abatement cost, average by unit, CNY per tonne of CO2",
    "moments": "Descriptive statistics of the columns in use",
    "parameters": "Parameters of the directional output distance function by quantile",
    "diagnostics": "Objective, coverage and certificate by quantile",
    "sensitivity": "The price floor under alternative choices, CNY per tonne of CO2",
    "replication": "Published figures and ours",
    "floor": "The price floor by year, CNY per tonne of CO2",
    "market": "Allowance market by year and board, beside the floor",
    "coefficients": "Parameters by quantile, with p-values and intervals",
    "slope_equality": "Wald tests that quantiles have the same slopes",
    "leave_one_out": "The price floor without one unit, CNY per tonne of CO2",
    "directions": "The price floor along other directions, CNY per tonne of CO2",
    "coverage": "Share of observations that each quantile covers",
    "alternatives": "The price floor by other estimators",
    "indices": "Consumer and producer index by paid share",
    "intervals": "How sure the consumer and the producer index are, percent",
    "households": "What the carbon price costs groups of households, percent of their spending",
    "paths": "Largest supply-chain paths of the price rise",
    "benchmark_before_after": (
        "The market under benchmarks and its baseline at the same emissions, percent"
    ),
    "benchmark_ablation": (
        "Cost of the same emissions with each mechanism of the market switched, percent"
    ),
    "personal_gains": "Who gains from the personal quota market, against no trade",
    "personal_objectives": (
        "The two-sided platform under profit, break-even and welfare, in value ranges of a user"
    ),
    "personal_claims": "Signs that the paper claims, and what they come to in this market",
}


def write_study(
    result: StudyResult, folder: Path | str, *, language: str = "en", pdf: bool = False
) -> None:
    """Write everything a study found into one folder, whole or not at all.

    Parameters
    ----------
    result : StudyResult
    folder : path
    language : {"en", "zh"}
        Of the page; tables and figures are in English.
    pdf : bool, default False
        Also write ``report.pdf``.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    with whole_folder(folder) as draft:
        (draft / "report.html").write_text(render_page(result, language), encoding="utf-8")
        write_json(draft / "results.json", result.headline() | {"warnings": result.warnings})
        write_json(draft / "provenance.json", result.provenance.as_dict())
        if result.benchmark is not None:
            write_text(result.benchmark.description, draft / "odd.md")
        (draft / "tables").mkdir()
        tables = result.tables()
        for name, table in tables.items():
            write_csv(table, draft / "tables" / f"{name}.csv")
        mark = " (synthetic data)" if result.data.pack.synthetic else ""
        captions = {name: caption + mark for name, caption in LATEX_CAPTIONS.items()}
        level = None if result.bootstrap is None else result.bootstrap.intervals.level
        printed = study_tables(tables, captions, level=level)
        for paper in printed:
            write_paper_table(paper, draft / "tables", ("tex", "html"))
        write_paper_workbook(printed, draft / "tables" / "printed.xlsx")
        about = [f"Tanshi {result.provenance.tanshi_version}", result.data.pack.title]
        write_workbook(tables, draft / "tables" / "tables.xlsx", [*about, *result.warnings])
        (draft / "figures").mkdir()
        write_figures(result, draft / "figures")
        if pdf:
            from tanshi.report.document import write_pdf

            write_pdf(result, draft, language)
