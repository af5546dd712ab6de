"""Sentences about the floor by other estimators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.columns import METHODS
from tanshi.report.numbers import money

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study import StudyResult

    Translate = Callable[[str], str]

SAME = 0.05  # costs within this of each other: energy changes next to nothing


def alternatives_texts(result: StudyResult, _: Translate, words: Translate) -> dict[str, Any]:
    """Return what the table of other estimators shows, in a few sentences.

    Parameters
    ----------
    result : StudyResult
    _, words : callable
        Translation, and that of names, which may have none.
    """
    if result.alternatives is None or len(result.alternatives) < 2:
        return {"alternatives_text": "", "alternatives_notes": []}
    table = with_names(result.alternatives, words)
    return {
        "alternatives_text": f"{_floors(result, table, _)} {_ranks(table, _)}".strip(),
        "alternatives_notes": _notes(table, _),
    }


def with_names(table: pl.DataFrame, words: Translate) -> pl.DataFrame:
    """Return the table with methods and inputs as a reader knows them."""
    methods = [words(METHODS[method]) for method in table["method"]]
    inputs = [
        words(", ").join(words(one) for one in names.split(", ")) for names in table["inputs"]
    ]
    return table.with_columns(method=pl.Series(methods), inputs=pl.Series(inputs))


def _floors(result: StudyResult, table: pl.DataFrame, _: Translate) -> str:
    others = table[1:]
    same_year = others.filter(pl.col("observed_period") == table["observed_period"][0])
    floors = same_year["floor_cny_per_tco2"].to_numpy()
    text = _(
        "By {count} other methods the floor of the same year is between {low} and {high} CNY; here "
        "it is {ours}."
    ).format(
        count=len(same_year),
        low=money(float(floors.min())),
        high=money(float(floors.max())),
        ours=money(table["floor_cny_per_tco2"][0]),
    )
    for row in others.filter(pl.col("observed_period") != table["observed_period"][0]).iter_rows(
        named=True
    ):
        later = _(
            "With the inputs {inputs} the data end in {year}: a floor of {floor} CNY, where this "
            "study's own costs of that year give {own}."
        )
        said = later.format(
            inputs=row["inputs"],
            year=row["observed_period"],
            floor=money(row["floor_cny_per_tco2"]),
            own=_least_cost(result, row["observed_period"]),
        )
        text = f"{text} {said}"
    return text


def _least_cost(result: StudyResult, year: int) -> str:
    table = result.costs.table().filter(pl.col("time") == year)
    return money(float(table["mac_cny_per_tco2"].to_numpy().min()))


def _ranks(table: pl.DataFrame, _: Translate) -> str:
    column = "rank_correlation_with_default"
    other = (pl.col("method") != table["method"][0]) & pl.col(column).is_not_null()
    known = table.filter(other).sort(column)
    if known.is_empty():
        return ""
    least, most = known.row(0, named=True), known.row(-1, named=True)
    return _(
        "By the rank of costs the nearest method is {most} (rank correlation {most_value}), the "
        "farthest {least} ({least_value})."
    ).format(
        most=most["method"],
        most_value=f"{most[column]:.2f}",
        least=least["method"],
        least_value=f"{least[column]:.2f}",
    )


def _notes(table: pl.DataFrame, _: Translate) -> list[str]:
    notes = [
        _(
            "The deterministic frontier takes the best observations as free of noise; the convex "
            "surfaces have no functional form and no null-jointness. None of them is the truth: "
            "where they agree the floor does not hang on the method, where they part it does. A "
            "floor of 0 says that by this method some unit emits for free at the margin."
        )
    ]
    energy = table.filter(pl.col("energy_emissions_correlation").is_not_null())
    for row in energy.iter_rows(named=True):
        text = _("Energy as a third input has a correlation of {correlation} with emissions.")
        said = text.format(correlation=f"{row['energy_emissions_correlation']:.3f}")
        ratio = row["median_ratio_to_two_inputs"]
        if ratio is not None:
            text = (
                _(
                    "In the median costs are {ratio} times those of two inputs on the same "
                    "observations: it adds next to nothing."
                )
                if abs(ratio - 1.0) < SAME
                else _(
                    "In the median costs are {ratio} times those of two inputs on the same "
                    "observations: the bias of which Zhang & Chang (2025), Eq. 1-2, warn."
                )
            )
            said += " " + text.format(ratio=f"{ratio:.2f}")
        notes.append(said)
    return notes
