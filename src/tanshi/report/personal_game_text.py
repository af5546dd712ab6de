"""What a study's page says of the evolutionary game: sentences and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.report.numbers import percent
from tanshi.report.personal_game_figures import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.personal_game import GameStudy

    Translate = Callable[[str], str]

SHARES = ("supervise", "adopt", "sell", "buy")
CORNERS = {
    (0, 0, 0, 0): "lock-in: nobody trades",
    (1, 0, 0, 0): "lock-in under supervision",
    (0, 1, 1, 1): "trade with the blockchain",
    (0, 0, 1, 1): "trade without the blockchain",
    (1, 0, 1, 1): "trade under supervision",
    (1, 1, 1, 1): "trade with both",
}
MIXED = {True: "trade, of which not all are part", False: "no trade, others mixed"}
NEAR = 0.02  # of a share: noise keeps states that much away from a corner


def game_texts(game: GameStudy, _: Translate) -> dict[str, str]:
    """Return the sentences about a game."""
    return {
        "game_lead": _lead(game, _),
        "game_lock_in": _lock_in(game, _),
        "game_claim": _claim(game, _),
    }


def game_tables(game: GameStudy, _: Translate, words: Translate) -> dict[str, pl.DataFrame]:
    """Return where trajectories end by dynamics, and what each lever does by matching."""
    return {"game_ends_table": _ends(game, _, words), "game_levers_table": _levers(game, _, words)}


def plain_name(name: str) -> str:
    """Return what a parameter is called in figures and tables."""
    return WORDS.get(name, name.replace("_", " "))


def _lead(game: GameStudy, _: Translate) -> str:
    first = game.summary["rest_points"][0]
    proof = (
        _("It is proved that there are no others.")
        if first["complete"]
        else _("That there are no others is not proved.")
    )
    text = _(
        "Governments supervise or not, platforms adopt the blockchain or not, low-carbon users "
        "sell or not and high-carbon users buy or not. Under the first dynamics this game has "
        "{points} rest points, {sinks} of which attract what starts nearby."
    ).format(points=first["points"], sinks=len(first["sinks"]))
    return f"{text} {proof}"


def _lock_in(game: GameStudy, _: Translate) -> str:
    found = game.summary["lock_in"]
    text = _(
        "Where nobody trades, the eigenvalues of users are {sell} and {buy}: what joining costs "
        "them. No price, penalty, service level or cost of the chain is in them; such levers move "
        "only the border between the basins."
    ).format(
        sell=f"{found['eigenvalue_sell']:g}".replace("-", "−"),
        buy=f"{found['eigenvalue_buy']:g}".replace("-", "−"),
    )
    mass, price = (
        found["critical_mass_from_start"],
        found["offset_price_that_opens_it_cny_per_tco2"],
    )
    more = (
        _("No number of users starts trade.")
        if mass is None
        else _("Trade starts by itself once {mass} of users take part.").format(mass=percent(mass))
    )
    if price is None:
        return f"{text} {more}"
    opened = _(
        "A price for unsold quota as an offset opens the lock-in from {price} CNY per tonne."
    )
    return f"{text} {more} {opened.format(price=f'{price:.2f}')}"


def _claim(game: GameStudy, _: Translate) -> str:
    found = game.summary["claim"]
    if not found["points"]:
        return ""
    share = found["escapes_without_reward"] / max(found["without_reward"], 1)
    return _(
        "The paper claims that trading without a subsidy escapes the carbon lock-in. From a small "
        "start it does so at {escapes} of {points} points of the map, {share}; elsewhere it does "
        "not."
    ).format(
        escapes=found["escapes_without_reward"],
        points=found["without_reward"],
        share=percent(share),
    )


def _ends(game: GameStudy, _: Translate, words: Translate) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for basins in game.basins:
        for row in basins.table().iter_rows(named=True):
            if row["end"] == "unsettled" and row["share_of_starts"] == 0.0:
                continue
            rows.append(
                {
                    "dynamics": words(basins.dynamics),
                    "ends_in": _named(row, _),
                    **{name: None if row[name] is None else round(row[name], 4) for name in SHARES},
                    "starts_percent": 100.0 * row["share_of_starts"],
                    "starts_error_percent": 100.0 * row["standard_error"],
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def _named(row: dict[str, Any], _: Translate) -> str:
    if row["end"] == "unsettled":
        return _("not settled")
    shares = [row[name] for name in SHARES]
    corner = tuple(round(share) for share in shares)
    near = all(abs(share - end) <= NEAR for share, end in zip(shares, corner, strict=True))
    if near and corner in CORNERS:
        return _(CORNERS[corner])
    return _(MIXED[min(shares[2:]) > NEAR])


def _levers(game: GameStudy, _: Translate, words: Translate) -> pl.DataFrame:
    """Return what each lever does, a column an h; a threshold where trade grows from the start."""
    rows: dict[str, dict[str, str]] = {}
    for row in game.levers.iter_rows(named=True):
        cell = words(row["effect"])
        if row["trades_at_base"]:
            cell = _("trade grows without it")
        elif row["threshold"] is not None:
            cell = _("{effect}, from {value}").format(
                effect=cell, value=f"{row['threshold']:.4g}".replace("-", "−")
            )
        lever = rows.setdefault(row["lever"], {"lever": words(plain_name(row["lever"]))})
        lever[f"h = {row['thinness']:g}".replace("inf", "∞")] = cell
    return pl.DataFrame(list(rows.values()))
