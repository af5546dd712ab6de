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


def write_market(folder: Path | str, *, run: MarketRun, provenance: Provenance) -> dict[str, Any]:
    """Write years, regions, outcome and fairness as CSV, convergence, odd.md and provenance.

    Returns
    -------
    dict
        The outcome, the convergence and the fairness, for machines.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    with whole_folder(folder) as draft:
        write_csv(run.years, draft / "years.csv")
        write_csv(run.regions, draft / "regions.csv")
        write_csv(run.outcome, draft / "outcome.csv")
        write_csv(run.fairness, draft / "fairness.csv")
        write_json(draft / "convergence.json", run.convergence)
        write_text(run.description, draft / "odd.md")
        write_json(draft / "provenance.json", provenance.as_dict())
    return {
        "outcome": run.outcome.to_dicts(),
        "convergence": run.convergence,
        "fairness": run.fairness.to_dicts(),
    }


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
