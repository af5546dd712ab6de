"""Write what `tanshi personal single` and `two-sided` find, the folder whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.personal.results.platform import SinglePlatform, TwoSided
    from tanshi.study import Provenance


ROWS_AS_TEXT = 1000  # markets; of more the derivatives are written as Parquet, a tenth of the size


def write_single_platform(
    folder: Path | str, *, result: SinglePlatform, provenance: Provenance
) -> list[dict[str, Any]]:
    """Write single.csv and provenance.json; return the rows.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    table = result.table()
    with whole_folder(folder) as draft:
        write_csv(table, draft / "single.csv")
        write_json(draft / "provenance.json", provenance.as_dict())
    return table.to_dicts()


def write_two_sided(
    folder: Path | str,
    *,
    result: TwoSided,
    derivatives: list[dict[str, Any]],
    provenance: Provenance,
) -> list[dict[str, Any]]:
    """Write two_sided.csv, the derivatives and provenance.json; return the rows.

    Derivatives are JSON, of more than `ROWS_AS_TEXT` markets Parquet.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    table = result.table()
    with whole_folder(folder) as draft:
        write_csv(table, draft / "two_sided.csv")
        if len(table) > ROWS_AS_TEXT:
            pl.DataFrame(derivatives).write_parquet(draft / "derivatives.parquet")
        else:
            write_json(draft / "derivatives.json", {"rows": derivatives})
        write_json(draft / "provenance.json", provenance.as_dict())
    return table.to_dicts()
