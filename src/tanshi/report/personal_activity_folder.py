"""Write what `tanshi personal activity` finds, the folder whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.tables import write_csv, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from tanshi.activity.results import Assessment
    from tanshi.study import Provenance


def write_activity(
    folder: Path | str,
    *,
    assessment: Assessment,
    shares: pl.DataFrame | None,
    rules_text: str,
    notes: Sequence[str],
    provenance: Provenance,
) -> dict[str, Any]:
    """Write credits, accounts, emissions, the rules, summary and provenance; return the summary.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    summary = {
        "rules": assessment.rules,
        "rules_version": assessment.rules_version,
        **assessment.totals(),
        "notes": list(notes),
    }
    with whole_folder(folder) as draft:
        write_csv(assessment.credits, draft / "credits.csv")
        write_csv(assessment.accounts(), draft / "accounts.csv")
        write_csv(assessment.emissions(), draft / "emissions.csv")
        if shares is not None:
            write_csv(shares, draft / "members.csv")
        write_text(rules_text, draft / "rules.toml")
        write_json(draft / "summary.json", summary)
        write_json(draft / "provenance.json", provenance.as_dict())
    return summary
