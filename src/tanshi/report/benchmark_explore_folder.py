"""Write what `tanshi benchmark sweep`, `sensitivity` and `describe` find, each folder whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.tables import write_csv, write_text

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from tanshi.study import Provenance
    from tanshi.study.benchmark_sensitivity import Screening, SensitivityStudy, Stage
    from tanshi.study.benchmark_sweep import Sweep

ROWS_A_GROUP = 20_000  # of the Parquet file: what writing it holds in memory
MOST_TOLD = 3  # factors of an output, in a summary
TOLD = (
    "price_cny_per_tco2",
    "balance_need_percent",
    "cost_change_percent",
    "noncompliant_firms_percent",
    "settled_share",
)


def write_sweep(folder: Path | str, *, sweep: Sweep, provenance: Provenance) -> dict[str, Any]:
    """Write sweep.parquet, points.csv, outcomes.csv and provenance.json; the record is removed.

    Nothing of the grid is held in memory but the lowest and highest figures: the years of all
    points flow from the record to one file, and the tables are written point by point.

    Returns
    -------
    dict
        How many points and replicates, and the range of some figures over the points.

    Raises
    ------
    OutputError
        The folder cannot be written; the record stays.
    """
    extremes: dict[str, dict[str, Any]] = {}
    with whole_folder(folder) as draft:
        pl.scan_parquet(sweep.years_parts()).sink_parquet(
            draft / "sweep.parquet", row_group_size=ROWS_A_GROUP
        )
        with (draft / "points.csv").open("wb") as points, (draft / "outcomes.csv").open("wb") as of:
            for number, (whole, by_industry) in enumerate(sweep.point_tables()):
                _append(whole, points, header=number == 0)
                _append(by_industry, of, header=number == 0)
                _stretch(extremes, whole.row(0, named=True))
        write_json(draft / "provenance.json", provenance.as_dict())
    sweep.record.remove()
    return {
        "points": sweep.grid.points,
        "replicates": sweep.grid.replicates,
        "varied": {axis.name: list(axis.values) for axis in sweep.grid.axes},
        "ranges": extremes,
    }


def write_sensitivity(
    folder: Path | str,
    *,
    study: SensitivityStudy,
    screening: Screening,
    apportioned: tuple[Stage, pl.DataFrame] | None,
    provenance: Provenance,
) -> dict[str, Any]:
    """Write factors, Morris and Sobol tables with figures, outputs, samples and provenance.

    The record is removed. Factors stand in the order of their importance.

    Returns
    -------
    dict
        The tables of factors, of both methods and of outputs, and the outputs whose indices of
        Sobol say little, for machines.

    Raises
    ------
    OutputError
        The folder cannot be written; the record stays.
    """
    from tanshi.report.benchmark_sensitivity_figure import write_figure
    from tanshi.study.screening import unsure_outputs

    factors = screening.factors_table()
    order = {name: place for place, name in enumerate(factors["factor"])}
    stages, tables = [screening.stage], {"morris": _ordered(screening.table, order)}
    if apportioned is not None:
        stages.append(apportioned[0])
        tables["sobol"] = _ordered(apportioned[1], order)
    outputs = pl.concat([stage.outputs_table() for stage in stages])
    samples = pl.concat([stage.samples_table(screening.factors) for stage in stages])
    with whole_folder(folder) as draft:
        write_csv(factors, draft / "factors.csv")
        for name, table in tables.items():
            write_csv(table, draft / f"{name}.csv")
            write_figure(name, table, draft)
        write_csv(outputs, draft / "outputs.csv")
        samples.write_parquet(draft / "samples.parquet")
        write_json(draft / "provenance.json", provenance.as_dict())
    study.record.remove()
    told = {name: table.to_dicts() for name, table in tables.items()}
    unsure = [] if apportioned is None else unsure_outputs(tables["sobol"])
    return {
        "factors": factors.to_dicts(),
        **told,
        "outputs": outputs.to_dicts(),
        "unsure_outputs": unsure,
    }


def sensitivity_summary(content: dict[str, Any]) -> str:
    """Return what `write_sensitivity` returns in a few lines for a terminal."""
    runs = {row["stage"]: row["points"] for row in content["outputs"]}
    told = ", ".join(f"{points} points of {stage}" for stage, points in runs.items())
    kept = [row["factor"] for row in content["factors"] if row["kept"]]
    lines = [f"{len(content['factors'])} factors, {told}", f"kept: {', '.join(kept) or 'none'}"]
    method, column = ("sobol", "ST") if "sobol" in content else ("morris", "mu_star")
    by_output: dict[str, list[dict[str, Any]]] = {}
    for row in content[method]:
        if row[column] is not None:
            by_output.setdefault(row["output"], []).append(row)
    for output, rows in by_output.items():
        first = sorted(rows, key=lambda row: -row[column])[:MOST_TOLD]
        lines.append(
            f"{output}: "
            + ", ".join(f"{row['factor']} ({column} {_with_half(row, column)})" for row in first)
        )
    if content["unsure_outputs"]:
        lines.append(
            f"warning: indices of {', '.join(content['unsure_outputs'])} are not to be relied on: "
            "below 0, above 1, or with half-widths above 0.5; take more base_samples"
        )
    return "\n".join(lines)


def _with_half(row: dict[str, Any], column: str) -> str:
    half = row.get(f"{column}_conf")
    return f"{row[column]:.2g}" if half is None else f"{row[column]:.2g} ± {half:.2g}"


def _ordered(table: pl.DataFrame, order: dict[str, int]) -> pl.DataFrame:
    """Return a table with the factors of every output in an order."""
    outputs = {
        name: place for place, name in enumerate(table["output"].unique(maintain_order=True))
    }
    return table.sort(
        pl.col("output").replace_strict(outputs), pl.col("factor").replace_strict(order)
    )


def write_description(
    folder: Path | str, *, description: str, provenance: Provenance
) -> dict[str, Any]:
    """Write odd.md and provenance.json.

    Returns
    -------
    dict
        The description, for machines.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    with whole_folder(folder) as draft:
        write_text(description, draft / "odd.md")
        write_json(draft / "provenance.json", provenance.as_dict())
    return {"description": description}


def sweep_summary(content: dict[str, Any]) -> str:
    """Return what `write_sweep` returns in a few lines for a terminal."""
    names = list(content["varied"])
    lines = [f"{content['points']} points, {content['replicates']} replicates each"]
    for figure, ends in content["ranges"].items():
        told = []
        for end in ("least", "greatest"):
            row = ends[end]
            at = ", ".join(f"{name}={row[name]}" for name in names)
            told.append(f"{row[figure]:.4g} at {at}")
        lines.append(f"{figure}: {told[0]}; {told[1]}")
    return "\n".join(lines)


def _append(table: pl.DataFrame, stream: BinaryIO, *, header: bool) -> None:
    table.write_csv(stream, include_header=header)


def _stretch(extremes: dict[str, dict[str, Any]], row: dict[str, Any]) -> None:
    """Keep the points with the least and the greatest of each figure told."""
    for figure in TOLD:
        value = row[figure]
        if value is None:
            continue
        held = extremes.setdefault(figure, {"least": row, "greatest": row})
        if value < held["least"][figure]:
            held["least"] = row
        if value > held["greatest"][figure]:
            held["greatest"] = row
