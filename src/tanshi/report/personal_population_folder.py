"""Write what `tanshi personal population` finds, the folder whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.figures import save_figure
from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.personal_population_figures import population_pictures
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study import Provenance
    from tanshi.study.personal_population import PopulationRun


def write_population(
    folder: Path | str, *, run: PopulationRun, provenance: Provenance
) -> dict[str, Any]:
    """Write every table as CSV, the figures with their numbers, summary.json, provenance.json.

    Returns
    -------
    dict
        The content of summary.json.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    content = run.content()
    with whole_folder(folder) as draft:
        for name, table in run.tables().items():
            write_csv(table, draft / f"{name}.csv")
        (draft / "figures").mkdir()
        for name, picture in population_pictures(run).items():
            save_figure(picture, draft / "figures" / f"{name}.svg")
        write_json(draft / "summary.json", content)
        write_json(draft / "provenance.json", provenance.as_dict())
    return content
