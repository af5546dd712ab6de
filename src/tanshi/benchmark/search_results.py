"""What a search hands out: the front, the rules beside it, the recommended point, the trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.benchmark.intervals import interval_of
from tanshi.benchmark.search_choice import RULE, Choice, Entry
from tanshi.benchmark.search_comparison import CHANGES, FIGURES
from tanshi.benchmark.search_settings import OBJECTIVES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tanshi.benchmark.results import Interval
    from tanshi.benchmark.search_archive import Archive
    from tanshi.benchmark.search_cells import CandidateSpace
    from tanshi.benchmark.search_comparison import Comparison, Judged
    from tanshi.benchmark.search_settings import SearchSettings

    Array = NDArray[np.float64]

EVOLVED = "evolved"
_UNITS = ("_basis_points", "_percent", "_cny_per_tco2")


@dataclass(frozen=True, eq=False, kw_only=True)
class RuleRow:
    """A rule that is no candidate, on the fresh streams.

    Parameters
    ----------
    rule : str
    equal_emissions : bool
        Whether it was held to the uniform rule's; else it stood alone.
    judged : Judged
    """

    rule: str
    equal_emissions: bool
    judged: Judged


@dataclass(frozen=True, eq=False, kw_only=True)
class SearchResult:
    """Everything that was tried, what stands on fresh streams, and what is recommended.

    Parameters
    ----------
    settings : SearchSettings
    space : CandidateSpace
    seed, years : int
    deficit : float
        Of the first year, share of need.
    start : (S,) array
        First benchmark of each industry, tCO2 per unit, before the common scale.
    archive : Archive
        The trials of the search.
    comparison : Comparison
        On the fresh streams.
    entries : tuple of Entry
        The named rules and what was found, judged on them; uniform first.
    others : tuple of RuleRow
        Rules that do not keep the mean.
    choice : Choice
    """

    settings: SearchSettings
    space: CandidateSpace
    seed: int
    years: int
    deficit: float
    start: Array
    archive: Archive
    comparison: Comparison
    entries: tuple[Entry, ...]
    others: tuple[RuleRow, ...]
    choice: Choice

    @property
    def recommended(self) -> Entry:
        """The point that is recommended."""
        return self.entries[self.choice.number]

    def front_table(self) -> pl.DataFrame:
        """Return every point judged anew: its figures, and those of the objectives before.

        Returns
        -------
        polars.DataFrame
            point, rule, on_front, recommended, common_scale, each figure with low and high and
            its paired change against the uniform rule; ``search_…``: objectives on the
            streams of the search.
        """
        rows = []
        for one in self.entries:
            row: dict[str, object] = {
                "point": one.number,
                "rule": one.rule,
                "on_front": one.number in self.choice.front,
                "recommended": one.number == self.choice.number,
                "common_scale": one.judged.scale,
            }
            row |= self._figures(one.judged)
            names = (f"search_{OBJECTIVES[name]}" for name in self.settings.objectives)
            rows.append(row | dict(zip(names, one.trial.objectives.tolist(), strict=True)))
        return pl.DataFrame(rows, infer_schema_length=None)

    def rules_table(self) -> pl.DataFrame:
        """Return the named rules, what evolved for each objective, and what is recommended.

        What evolved for an objective is the point with the least of it on the streams of the
        search, so that its figures here are free of that choice.

        Returns
        -------
        polars.DataFrame
            rule, point, mean_preserving, equal_emissions, common_scale,
            first_year_balance_percent, and figures as in `front_table`.
        """
        named = [(one.rule, one) for one in self.entries if one.rule != EVOLVED]
        found = [one for one in self.entries if one.rule == EVOLVED]
        if found:
            for place, name in enumerate(self.settings.objectives):
                values = [float(one.trial.objectives[place]) for one in found]
                best = found[values.index(min(values))]
                named.append((f"{EVOLVED} for {name}", best))
        named.append(("recommended", self.recommended))
        rows = [
            self._rule_row(rule, one.judged, point=one.number, equal=True) for rule, one in named
        ]
        raw = [
            self._rule_row(one.rule, one.judged, point=None, equal=one.equal_emissions)
            for one in self.others
        ]
        there = sum(one.rule != EVOLVED for one in self.entries)
        rows = [*rows[:there], *raw, *rows[there:]]
        return pl.DataFrame(rows, infer_schema_length=None)

    def points_table(self) -> pl.DataFrame:
        """Return the benchmarks of every point of `front_table`: see `CandidateSpace.table`."""
        return pl.concat(
            self.space.table(one.trial.point, self.start * one.judged.scale).select(
                pl.lit(one.number).alias("point"), pl.all()
            )
            for one in self.entries
        )

    def benchmarks(self) -> pl.DataFrame:
        """Return the benchmarks of the recommended point."""
        return self.points_table().filter(point=self.choice.number).drop("point")

    def history_table(self) -> pl.DataFrame:
        """Return all trials of the search in their order.

        Returns
        -------
        polars.DataFrame
            evaluation, run (the weights, the generation or the named rule), on_front,
            common_scale, missed_percent (of emissions or deficit), and the objectives.
        """
        trials, front = self.archive.trials, set(self.archive.front())
        table: dict[str, Any] = {
            "evaluation": list(range(len(trials))),
            "run": self.archive.runs,
            "on_front": [place in front for place in range(len(trials))],
            "common_scale": [one.scale for one in trials],
            "missed_percent": [100.0 * one.missed for one in trials],
        }
        for place, name in enumerate(self.settings.objectives):
            table[OBJECTIVES[name]] = [float(one.objectives[place]) for one in trials]
        return pl.DataFrame(table)

    def recommendation(self) -> dict[str, Any]:
        """Return the recommended point, how it was chosen and why, for machines."""
        one, choice = self.recommended, self.choice
        settings = self.settings
        return {
            "point": one.number,
            "rule": one.rule,
            "reason": choice.reason,
            "rule_of_choice": RULE,
            "distance": choice.distance,
            "points_on_front": len(choice.front),
            "eligible_points": list(choice.eligible),
            "points_that_beat_uniform_on_cost": list(choice.cheaper),
            "common_scale": one.judged.scale,
            "figures": self._figures(one.judged),
            "benchmarks": self.benchmarks().to_dicts(),
            "search": {
                "objectives": list(settings.objectives),
                "method": settings.method_used,
                "deficit": self.deficit,
                "years": self.years,
                "seed": self.seed,
                "evaluations": len(self.archive.trials),
                "not_dominated_in_search": len(self.archive.front()),
                "judged_anew": len(self.entries),
                "replicates": list(range(settings.replicates)),
                "fresh_replicates": list(self.comparison.replicates),
            },
        }

    def summary(self) -> str:
        """Return a few lines for a terminal."""
        names = ", ".join(self.settings.objectives)
        lines = [
            f"{len(self.archive.trials)} markets tried for {names} ({self.settings.method_used})",
            self.choice.reason,
        ]
        return "\n".join(lines)

    def _rule_row(
        self, rule: str, judged: Judged, *, point: int | None, equal: bool
    ) -> dict[str, object]:
        row: dict[str, object] = {
            "rule": rule,
            "point": point,
            "mean_preserving": point is not None,
            "equal_emissions": equal,
            "common_scale": judged.scale,
            "first_year_balance_percent": 100.0 * judged.balance,
        }
        return row | self._figures(judged)

    def _figures(self, judged: Judged) -> dict[str, float | None]:
        """Return each figure, and its change against the uniform rule, with low and high."""
        row: dict[str, float | None] = {}
        for name, limits in FIGURES.items():
            row |= _triple(name, interval_of(judged.figures[name], limits))
            if name not in CHANGES:
                row |= _triple(change_name(name), self.comparison.change(judged, name))
        return row


def change_name(figure: str) -> str:
    """Return the name of a figure's change; the unit stays last.

    Examples
    --------
    >>> change_name("deviation_basis_points"), change_name("gini")
    ('deviation_change_basis_points', 'gini_change')
    """
    for unit in _UNITS:
        if figure.endswith(unit):
            return f"{figure.removesuffix(unit)}_change{unit}"
    return f"{figure}_change"


def _triple(name: str, found: Interval) -> dict[str, float | None]:
    return {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}
