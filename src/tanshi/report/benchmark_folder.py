"""Write the results of `tanshi benchmark`, each folder whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.tables import write_csv, write_text

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study import Provenance
    from tanshi.study.benchmark_coefficients import CoefficientRun
    from tanshi.study.benchmark_run import MarketRun
    from tanshi.study.benchmark_update import Update


def write_coefficients(
    folder: Path | str, *, run: CoefficientRun, provenance: Provenance
) -> dict[str, Any]:
    """Write coefficients.csv, reachable.csv with its figure, and provenance.json.

    Returns
    -------
    dict
        The rule, the coefficients and what is reached, for machines.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    from tanshi.report.benchmark_figure import write_reachable_figure

    with whole_folder(folder) as draft:
        write_csv(run.coefficients, draft / "coefficients.csv")
        if len(run.reachable):
            write_csv(run.reachable, draft / "reachable.csv")
            write_reachable_figure(run.reachable, run.initial, draft)
        write_json(draft / "provenance.json", provenance.as_dict())
    return {
        "rule": run.rule,
        "unit": {name: f"tCO2/{unit}" for name, unit in run.unit.items()},
        "coefficients": run.coefficients.to_dicts(),
        "reachable": run.reachable.to_dicts(),
        "notes": list(run.notes),
    }


def write_market(
    folder: Path | str,
    *,
    run: MarketRun,
    provenance: Provenance,
    language: str = "en",
    title: str | None = None,
) -> dict[str, Any]:
    """Write the report, its figures, every table as CSV, odd.md, convergence, provenance.

    Parameters
    ----------
    folder : path
    run : MarketRun
    provenance : Provenance
    language : {"en", "zh"}
        Of the page; tables and figures are in English.
    title : str, optional
        Heading of the page.

    Returns
    -------
    dict
        The outcome, the convergence, the fairness and what changes, for machines.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    from tanshi.report.evolution_page import render_market_page
    from tanshi.study.benchmark_replication import liu_table

    with whole_folder(folder) as draft:
        page = render_market_page(run, provenance, language, title=title)
        (draft / "report.html").write_text(page, encoding="utf-8")
        for name, table in run.tables().items():
            write_csv(table, draft / f"{name}.csv")
        if run.is_paper:
            write_csv(liu_table(run), draft / "replication.csv")
        write_market_figures(run, draft / "figures")
        write_json(draft / "convergence.json", run.convergence)
        write_text(run.description, draft / "odd.md")
        write_json(draft / "provenance.json", provenance.as_dict())
    found = {
        "outcome": run.outcome.to_dicts(),
        "convergence": run.convergence,
        "fairness": run.fairness.to_dicts(),
        "before_after": run.before_after.to_dicts(),
    }
    return found if run.ablation is None else found | {"ablation": run.ablation.to_dicts()}


def write_market_figures(run: MarketRun, folder: Path) -> None:
    """Write every figure of a market as SVG, each with its numbers as CSV.

    Parameters
    ----------
    run : MarketRun
    folder : path
        Made here.
    """
    from tanshi.report.evolution_figures import evolution_pictures
    from tanshi.report.figures import save_figure

    folder.mkdir()
    for name, picture in evolution_pictures(run).items():
        save_figure(picture, folder / f"{name}.svg")


def write_update(folder: Path | str, *, update: Update, provenance: Provenance) -> dict[str, Any]:
    """Write the tables of next year's benchmarks, and provenance.json.

    Returns
    -------
    dict
        Benchmarks, regions, principles and notes, for machines.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    with whole_folder(folder) as draft:
        for name, table in update.tables().items():
            write_csv(table, draft / f"{name}.csv")
        write_json(draft / "provenance.json", provenance.as_dict())
    told = {
        name: update.tables()[name].to_dicts() for name in ("benchmarks", "regions", "principles")
    }
    return told | {"notes": list(update.notes)}
