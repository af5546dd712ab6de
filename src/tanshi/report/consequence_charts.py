"""The numbers behind the charts of the floor's consequences, for the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.report.numbers import percent
from tanshi.report.provinces import unit_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study import StudyResult

    Translate = Callable[[str], str]


def consequence_data(result: StudyResult, language: str, translate: Translate) -> dict[str, Any]:
    """Return the floor path with its market, the supply curve, and the price rises.

    Parameters
    ----------
    result : StudyResult
    language : {"en", "zh"}
    translate : callable
    """
    return {
        "path": _path(result),
        "supply": _supply(result, language),
        "prices": _prices(result, language),
        "words": {
            "tanshi_floor": translate("floor"),
            "published_floor": translate("floor as published"),
            "listing": translate("listing"),
            "block": translate("block"),
            "green": translate("green power premium"),
            "share": translate("share of emissions whose MAC lies below, %"),
            "rise": translate("price rise, %"),
            "paid": translate("paid share"),
            "price": translate("CNY/tCO₂"),
        },
    }


def _path(result: StudyResult) -> dict[str, Any]:
    chain = result.chain
    years = sorted(
        {*chain.path.years, *(row.year for row in chain.market), *result.published_floor}
    )
    floor = chain.path.as_mapping()
    boards: dict[str, list[list[float] | None]] = {}
    for board in ("listing", "block"):
        rows = {row.year: row for row in chain.market if row.board == board}
        boards[board] = [
            [rows[y].mean_cny_per_t, rows[y].low_cny_per_t, rows[y].high_cny_per_t]
            if y in rows
            else None
            for y in years
        ]
    return {
        "years": [str(year) for year in years],
        "floor": [floor.get(year) for year in years],
        "published": [result.published_floor.get(year) for year in years],
        "boards": boards,
        "green": chain.green_premium_cny_per_tco2,
    }


def _supply(result: StudyResult, language: str) -> dict[str, Any]:
    supply = result.chain.supply
    return {
        "units": [unit_name(unit, language) for unit in supply.unit],
        "mac": [float(v) if np.isfinite(v) else None for v in supply.mac_cny_per_tco2],
        "share": supply.share_reached_percent.tolist(),
        "floor": result.floor.price_cny_per_tco2,
    }


def _prices(result: StudyResult, language: str) -> dict[str, Any] | None:
    if result.price_effects is None:
        return None
    push = result.price_effects.cost_push
    chinese = result.price_effects.table.names_zh
    names = chinese if language == "zh" and all(chinese) else push.names
    return {
        "sectors": [f"{code} {name}" for code, name in zip(push.codes, names, strict=True)],
        "covered": [code in push.covered_codes for code in push.codes],
        "shares": [percent(share) for share in push.paid_shares],
        "rises": push.total_percent.tolist(),
    }
