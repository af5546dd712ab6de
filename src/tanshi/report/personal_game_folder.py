"""Write what `tanshi personal game` finds, the folder whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.study import Provenance
    from tanshi.study.personal_game import GameStudy


def write_game(folder: Path | str, *, study: GameStudy, provenance: Provenance) -> dict[str, Any]:
    """Write equilibria, ess, basins, finite, and portraits, trajectories, claim, levers drawn.

    Returns
    -------
    dict
        The summary, as in summary.json.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    from tanshi.report.personal_game_figures import write_game_figure

    drawn = {
        "portraits": study.portraits,
        "trajectories": study.trajectories,
        "claim": study.claim,
        "levers": study.levers,
    }
    with whole_folder(folder) as draft:
        if study.rest_points:
            points = pl.concat([one.table() for one in study.rest_points])
            write_csv(points, draft / "equilibria.csv")
            write_csv(pl.concat([one.table() for one in study.basins]), draft / "basins.csv")
        write_csv(study.conditions, draft / "ess.csv")
        if len(study.finite):
            write_csv(study.finite, draft / "finite.csv")
        for name, table in drawn.items():
            write_game_figure(name, table, draft)
        write_json(draft / "summary.json", study.summary)
        write_json(draft / "provenance.json", provenance.as_dict())
    return study.summary


def game_summary(content: dict[str, Any]) -> str:
    """Return what `write_game` returns in a few lines for a terminal."""
    lines = []
    for found, basins in zip(content["rest_points"], content["basins"], strict=True):
        proof = "complete" if found["complete"] else "not proved complete"
        told = f"{found['dynamics']}: {found['points']} rest points ({proof})"
        ends = [
            f"({', '.join(f'{share:.3g}' for share in sink)}) {100 * basin:.1f} %"
            for sink, basin in zip(found["sinks"], basins["share_of_starts"], strict=True)
        ]
        lines.append(f"{told}, sinks with their basins: {', '.join(ends) or 'none'}")
    lock_in = content["lock_in"]
    mass = lock_in["critical_mass_from_start"]
    lines.append(
        f"users at lock-in: eigenvalues {lock_in['eigenvalue_sell']:g} and "
        f"{lock_in['eigenvalue_buy']:g}, critical mass {'none' if mass is None else f'{mass:.3g}'}"
    )
    claim = content["claim"]
    lines.append(
        f"trade without reward escapes lock-in at {claim['escapes_without_reward']} of "
        f"{claim['without_reward']} points"
    )
    return "\n".join(lines)
