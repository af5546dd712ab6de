"""Sentences about how sure the floor is: intervals, single units, directions, quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.report.numbers import money, percent
from tanshi.report.provinces import unit_name

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from tanshi.frontier.results.inference import UnitInfluence
    from tanshi.study import StudyResult
    from tanshi.study.confidence import BootstrapResult

    Translate = Callable[[str], str]

ENOUGH = 1000  # replicates for the ends of a 95 % interval
SIGNIFICANT = 0.05


def sureness_texts(result: StudyResult, language: str, _: Translate) -> dict[str, Any]:
    """Return the texts of the section on how sure the floor is; empty where there is none.

    Parameters
    ----------
    result : StudyResult
    language : {"en", "zh"}
    _ : callable
        Translation.
    """
    sure, robust = result.bootstrap, result.robustness
    return {
        "interval_card": _card(result, _),
        "interval_text": _no_interval(_) if sure is None else _interval_text(sure, _),
        "draws_text": "" if sure is None else _draws_text(sure, _),
        "interval_notes": [] if sure is None else _interval_notes(sure, _),
        "costs_note": "" if sure is None else _costs_note(sure, _),
        "leave_text": "" if robust is None else _leave_text(robust.influence, language, _),
        "directions_text": "" if robust is None else _directions_text(robust.directions, _),
        "coverage_text": ""
        if robust is None
        else f"{_crossings_text(robust.crossings, _)} {_coverage_text(robust.coverage, _)}".strip(),
        "slopes_text": "" if sure is None else _slopes_text(sure, _),
    }


def interval_sentence(result: StudyResult, _: Translate) -> str:
    """Return between what the floor lies, in one sentence; nothing without a bootstrap."""
    if result.bootstrap is None:
        return ""
    text = _("By the {level} intervals of the costs it lies between {lower} and {upper} CNY.")
    return text.format(**_envelope(result.bootstrap))


def _card(result: StudyResult, _: Translate) -> str:
    if result.bootstrap is None:
        return _("no interval asked for")
    return _("{lower} – {upper} at {level}").format(**_envelope(result.bootstrap))


def _envelope(sure: BootstrapResult) -> dict[str, str]:
    found = sure.intervals
    return {
        "level": percent(found.level),
        "lower": money(found.envelope_lower_cny_per_tco2),
        "upper": money(found.envelope_upper_cny_per_tco2),
    }


def _no_interval(_: Translate) -> str:
    return _(
        "No interval was asked for. The same command with --bootstrap 1000 puts one on the floor, "
        "on every cost, and on what follows from them."
    )


def _interval_text(sure: BootstrapResult, _: Translate) -> str:
    parts = [
        _(
            "The floor lies between {lower} and {upper} CNY: from the least lower to the least "
            "upper end of the {level} intervals of all costs of its year. There it must lie "
            "whenever every cost lies in its interval."
        ).format(**_envelope(sure))
    ]
    if sure.intervals.envelope_lower_cny_per_tco2 == 0.0:
        parts.append(_("These data do not exclude that abating costs some unit nothing."))
    return " ".join(parts)


def _draws_text(sure: BootstrapResult, _: Translate) -> str:
    found, draws = sure.intervals, sure.floor_draws_cny_per_tco2
    parts = [
        _(
            "With units drawn again from those of the panel, {replicates} times, {level} of the "
            "floors are between {lower} and {upper} CNY, and half of all at {median} or below."
        ).format(
            replicates=f"{found.replicates:,}",
            level=percent(found.level),
            lower=money(found.floor_lower_cny_per_tco2),
            upper=money(found.floor_upper_cny_per_tco2),
            median=money(float(np.quantile(draws, 0.5, method="lower"))),
        )
    ]
    if (draws == 0.0).any():
        text = _("In {share} of the replicates it is 0.")
        parts.append(text.format(share=percent(float((draws == 0.0).mean()))))
    if not np.isfinite(draws).all():
        text = _("In {share} of the replicates no unit has a finite cost.")
        parts.append(text.format(share=percent(float(np.isinf(draws).mean()))))
    parts.append(
        _(
            "Do not take this spread for an interval: the least of uncertain costs tends to be too "
            "low, the estimated floor itself and each replicate's once more, and on simulated "
            "panels the spread holds the true floor far too seldom."
        )
    )
    return " ".join(parts)


def _interval_notes(sure: BootstrapResult, _: Translate) -> list[str]:
    found = sure.intervals
    notes = []
    if found.replicates < ENOUGH:
        text = _("{replicates} replicates are few: the ends of an interval want 1,000.")
        notes.append(text.format(replicates=found.replicates))
    drawn = (
        _(
            "A replicate draws whole units with replacement, each with all its years (seed "
            "{seed}), and estimates everything anew; each takes its own least cost."
        )
        if found.units_drawn is None
        else _(
            "A replicate draws {drawn} whole units with replacement, each with all its years (seed "
            "{seed}), and estimates everything anew; deviations are shrunk to the whole panel."
        )
    )
    notes.append(drawn.format(seed=found.seed, drawn=found.units_drawn))
    notes.append(
        _(
            "Intervals are about another sample of units. They do not hold the choices of this "
            "study, nor noise that is not along the direction, which biases the costs themselves. "
            "Where constraints bind, as at costs of 0, a bootstrap can be off."
        )
    )
    return notes


def _costs_note(sure: BootstrapResult, _: Translate) -> str:
    text = _("Lower and upper end: {level} interval of {replicates} replicates.")
    found = sure.intervals
    return text.format(level=percent(found.level), replicates=f"{found.replicates:,}")


def _leave_text(influence: UnitInfluence, language: str, _: Translate) -> str:
    floors = np.asarray(influence.remaining_floor_cny_per_tco2)
    change = np.abs(floors - influence.floor_cny_per_tco2)
    most = int(change.argmax())
    others = sum(name != influence.set_by for name in influence.remaining_set_by)
    return _(
        "Without one of the {count} units, the floor of the others is between {low} and {high} "
        "CNY. It moves most without {unit}, to {value}; in {others} of {count} cases another unit "
        "sets it. The jackknife standard error is {error} CNY: it says how much single units "
        "matter, and makes no interval, because a least cost is not a smooth statistic (Efron "
        "1982)."
    ).format(
        count=len(influence.unit),
        low=money(float(floors.min())),
        high=money(float(floors.max())),
        unit=unit_name(influence.unit[most], language),
        value=money(float(floors[most])),
        others=others,
        error=money(influence.floor_standard_error_cny_per_tco2),
    )


def _directions_text(table: pl.DataFrame, _: Translate) -> str:
    floors = table["floor_cny_per_tco2"].to_numpy()
    return _(
        "Distance to a surface is measured along a direction: so many means of output gained for "
        "each mean of emissions cut. That is a choice; only the ratio matters. Along the "
        "directions below, with null-jointness (no output without emissions) and without it, the "
        "floor is between {low} and {high} CNY."
    ).format(low=money(float(floors.min())), high=money(float(floors.max())))


def _crossings_text(table: pl.DataFrame, _: Translate) -> str:
    if table.is_empty() or not table["crossings"].to_numpy().any():
        return _("No two adjacent quantiles cross.")
    worst = table.row(int(table["share"].to_numpy().argmax()), named=True)
    return _("Most crossings are between τ = {lower} and {upper}: {share} of observations.").format(
        lower=f"{worst['lower_tau']:g}",
        upper=f"{worst['upper_tau']:g}",
        share=percent(worst["share"]),
    )


def _coverage_text(table: pl.DataFrame, _: Translate) -> str:
    if "coverage_moved" not in table.columns:
        return _("Null-jointness is not imposed.")
    moved = table["coverage_moved"].to_numpy()
    most = int(np.abs(moved).argmax())
    return _(
        "Null-jointness moves the share of observations that a quantile covers by up to {points} "
        "percentage points (τ = {tau}), and puts up to {sides} observations on its other side."
    ).format(
        points=f"{100 * abs(float(moved[most])):.1f}",
        tau=f"{table['tau'][most]:g}",
        sides=int(table["sides_changed"].to_numpy().max()),
    )


def _slopes_text(sure: BootstrapResult, _: Translate) -> str:
    table = sure.slope_equality
    if table.is_empty():
        return ""
    *pairs, whole = table.iter_rows(named=True)
    differ = sum(row["p_value"] < SIGNIFICANT for row in pairs)
    parts = [
        _(
            "If units differed in their distance alone, the slopes of all quantiles would be the "
            "same. Of {pairs} pairs of adjacent quantiles {differ} differ at the 5 % level."
        ).format(pairs=len(pairs), differ=differ)
    ]
    if whole["p_value"] is None:
        text = _("For all at once, {restrictions} restrictions, there are too few replicates.")
        parts.append(text.format(restrictions=whole["restrictions"]))
    else:
        text = _("All at once: p = {p}, on {rank} of {restrictions} restrictions.")
        parts.append(
            text.format(
                p=f"{whole['p_value']:.4f}",
                rank=whole["rank"],
                restrictions=whole["restrictions"],
            )
        )
    parts.append(
        _(
            "With {replicates} replicates no p-value is below {least}. A test wants some ten "
            "replicates a restriction, and one that does not reject proves little where "
            "constraints bind."
        ).format(
            replicates=f"{sure.intervals.replicates:,}",
            least=f"{1 / (sure.intervals.replicates + 1):.4f}",
        )
    )
    return " ".join(parts)
