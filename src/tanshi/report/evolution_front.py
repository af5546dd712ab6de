"""What a study's search for benchmark coefficients found: sentences, chart and table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.benchmark_front_figure import AXES, panels_of
from tanshi.report.evolution_numbers import digits_of, with_ends, with_sign

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.benchmark_run import MarketRun

    Translate = Callable[[str], str]

EVOLVED = "evolved"
UNIFORM = 0  # number of the uniform rule


def front_texts(run: MarketRun, _: Translate, words: Translate) -> dict[str, Any]:
    """Return what is said of the search; nothing where there was none."""
    if run.search is None:
        return {"has_front": False}
    found = run.search.recommendation()
    told = found["search"]
    return {
        "has_front": True,
        "front_text": _(
            "{tried} markets were tried for {objectives} ({method}), all with the same deficit in "
            "the first year and the uniform rule's emissions in every year. What nothing dominates "
            "there was judged anew on {fresh} replicates that the search had not seen: of "
            "{judged} points {front} are not dominated, {eligible} of them not shown to cost more "
            "than the uniform rule, and {cheaper} of all cost less than it (95 % interval)."
        ).format(
            tried=told["evaluations"],
            objectives=words(", ").join(
                words(name).replace("_", " ") for name in told["objectives"]
            ),
            method=words(told["method"]),
            fresh=len(told["fresh_replicates"]),
            judged=told["judged_anew"],
            front=found["points_on_front"],
            eligible=len(found["eligible_points"]),
            cheaper=len(found["points_that_beat_uniform_on_cost"]),
        ),
        "front_choice": _choice(found, _, words),
    }


def _choice(found: dict[str, Any], _: Translate, words: Translate) -> str:
    if found["point"] == UNIFORM:
        return _(
            "The uniform rule itself is recommended: no point that is not shown to cost more lies "
            "nearer to the best of every objective."
        )
    changes = words("; ").join(
        _("{name}: {text}").format(
            name=_(AXES[name][1]), text=with_ends(found["figures"], AXES[name][0], with_sign)
        )
        for name in dict.fromkeys(("cost", *found["search"]["objectives"]))
    )
    return _(
        "Recommended is point {point} ({rule}): of those not shown to cost more than the uniform "
        "rule the nearest to the best of every objective, each measured by its span over the "
        "front. Against the uniform rule: {changes}. `tanshi benchmark search` writes it as a "
        "scenario that can be run."
    ).format(point=found["point"], rule=words(found["rule"]), changes=changes)


def front_data(run: MarketRun, _: Translate, words: Translate) -> dict[str, Any] | None:
    """Return the points that were judged anew, a panel a pair of objectives, for the browser."""
    if run.search is None:
        return None
    rows = run.search.front_table().to_dicts()
    return {
        "panels": [
            {"labels": [_(AXES[name][1]) for name in pair], "points": _points(rows, pair, words)}
            for pair in panels_of(run.search.settings.objectives)
        ],
        "kinds": [
            _("named rule"),
            _("found, not dominated"),
            _("found, dominated"),
            _("recommended"),
        ],
        "point": _("point"),
    }


def _points(
    rows: list[dict[str, Any]], pair: tuple[str, str], words: Translate
) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        kind = 0 if row["rule"] != EVOLVED else 1 if row["on_front"] else 2
        ends = [[row[f"{AXES[name][0]}{end}"] for end in ("", "_low", "_high")] for name in pair]
        named = words(row["rule"]) if kind == 0 else ""
        point = {"number": row["point"], "name": named, "kind": kind, "ends": ends}
        found.append(point | {"recommended": row["recommended"]})
    return found


def rules_table(run: MarketRun, words: Translate) -> pl.DataFrame | None:
    """Return the rules beside each other, as changes against the uniform one."""
    if run.search is None:
        return None
    objectives = list(dict.fromkeys(("cost", *run.search.settings.objectives)))
    rows = []
    for row in run.search.rules_table().iter_rows(named=True):
        changes = {
            f"{name}_interval": with_ends(
                row, AXES[name][0], with_sign, digits_of(row[AXES[name][0]])
            )
            for name in objectives
        }
        rows.append(
            {
                "rule": words(row["rule"]),
                "mean_preserving": row["mean_preserving"],
                "equal_emissions": row["equal_emissions"],
                "scale_interval": f"{row['common_scale']:.4f}",
                **changes,
                "in_use": row["rule"] == "recommended",
            }
        )
    return pl.DataFrame(rows)


def recommended_table(run: MarketRun) -> pl.DataFrame | None:
    """Return the recommended benchmarks by industry, process, tier and scale."""
    return None if run.search is None else run.search.benchmarks()
