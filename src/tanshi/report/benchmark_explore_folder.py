"""Write what `tanshi benchmark sweep`, `sensitivity` and `describe` find, each folder whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from tanshi.study import Provenance
    from tanshi.study.benchmark_sweep import Sweep

ROWS_A_GROUP = 20_000  # of the Parquet file: what writing it holds in memory
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
