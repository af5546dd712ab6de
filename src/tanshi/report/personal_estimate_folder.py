"""Write what `tanshi personal estimate` finds, the folder whole or not at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.personal_estimate_figure import write_estimates_figure
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study import Provenance
    from tanshi.study.personal_estimate import EstimatedFile

WHOSE = {"": None, "d": "buyers", "s": "sellers", "ds": "buyers and sellers"}


def write_estimate(
    folder: Path | str, *, estimated: EstimatedFile, provenance: Provenance
) -> dict[str, Any]:
    """Write estimates, diagnostics, what they imply, figure and provenance; return the summary.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    found, implied = estimated.estimate, estimated.implied
    table = found.table()
    observations = pl.DataFrame(
        {
            "row": estimated.row_numbers,
            "left_out_of_equation_of": pl.Series(
                [WHOSE[one] for one in found.left_out], dtype=pl.String
            ),
        }
    )
    summary = found.as_dict() | {
        "implied": implied.table.to_dicts(),
        "allowance_price": implied.allowance_price,
        "service_cost": None if math.isnan(implied.service_cost) else implied.service_cost,
        "blockchain_unit_cost": implied.blockchain_unit_cost,
        "draws": implied.draws,
        "draws_with_negative_beta_share": implied.draws_with_negative_beta_share,
        "notes": list(estimated.notes),
    }
    with whole_folder(folder) as draft:
        write_csv(table, draft / "estimates.csv")
        write_csv(found.diagnostics(), draft / "diagnostics.csv")
        write_csv(implied.table, draft / "implied.csv")
        write_csv(observations, draft / "observations.csv")
        write_estimates_figure(table, draft)
        write_json(draft / "summary.json", summary)
        write_json(draft / "provenance.json", provenance.as_dict())
    return summary
