"""Write what `tanshi benchmark search` finds, the folder whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.benchmark_front_figure import write_front_figure
from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.tables import write_csv
from tanshi.report.tomlfile import to_toml

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study import Provenance
    from tanshi.study.benchmark_search import SearchRun

ABOUT = (
    "The market under the rule that `tanshi benchmark search` recommends: point {point} ({rule}).",
    "",
    "    tanshi benchmark evolve evolved.toml --out out/evolved",
    "",
    "Relative benchmarks by industry, process, tier and scale, and the common scale at which the",
    "first year is short by the deficit of the search. Give the same --firms as there, if any.",
)


def write_search(folder: Path | str, *, run: SearchRun, provenance: Provenance) -> dict[str, Any]:
    """Write front, rules, points and history as CSV, front.svg, the recommended rule, provenance.

    Returns
    -------
    dict
        The recommended point and the table of rules, for machines.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    tables = {
        "rules": run.rules,
        "points": run.points,
        "history": run.history,
    }
    point, rule = run.recommended["point"], run.recommended["rule"]
    about = tuple(line.format(point=point, rule=rule) for line in ABOUT)
    with whole_folder(folder) as draft:
        for name, table in tables.items():
            write_csv(table, draft / f"{name}.csv")
        write_front_figure(run.front, run.objectives, draft)
        write_json(draft / "recommended.json", run.recommended)
        text = to_toml(run.evolved, about)
        (draft / "evolved.toml").write_text(text + "\n", encoding="utf-8")
        write_json(draft / "provenance.json", provenance.as_dict())
    return {"recommended": run.recommended, "rules": run.rules.to_dicts()}
