"""Write the results of `tanshi floor` and `tanshi cost-push`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.floor.results import market_table
from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tanshi.floor.results import FloorPath, MarketYear
    from tanshi.leontief.results import CostPushIntervals, HouseholdBurden
    from tanshi.study import Provenance
    from tanshi.study.price_effects import PriceEffects


def write_floor(
    folder: Path | str,
    *,
    path: FloorPath,
    market: Sequence[MarketYear],
    market_source: str,
    provenance: Provenance,
) -> dict[str, Any]:
    """Write floor.csv, market.csv, summary.json, provenance.json; return the summary.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    summary = {
        "floor_price_cny_per_tco2": path.as_mapping(),
        "set_by": path.set_by,
        "observed_period": path.observed_period,
        "rule": path.rule,
        "escalator_percent": path.escalator_percent,
        "price_base": path.price_base,
        "market_source": market_source,
    }
    with whole_folder(folder) as draft:
        write_csv(path.table(), draft / "floor.csv")
        write_csv(market_table(market), draft / "market.csv")
        write_json(draft / "summary.json", summary)
        write_json(draft / "provenance.json", provenance.as_dict())
    return summary


def write_cost_push(
    folder: Path | str, *, effects: PriceEffects, provenance: Provenance
) -> dict[str, Any]:
    """Write every table of the effects, summary.json, provenance.json, and who bears them.

    Returns
    -------
    dict
        The content of summary.json.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    push = effects.cost_push
    summary = {
        "price_cny_per_tco2": push.price_cny_per_tco2,
        "covered": [
            {
                "sector": one.code,
                "intensity_tco2_per_1e4_cny": one.intensity_tco2_per_1e4_cny,
                "covered_share": one.covered_share,
            }
            for one in effects.covered
        ],
        "inventory_year": effects.inventory_year,
        "covered_emissions_tco2": push.covered_emissions_tco2,
        "paid_shares": list(push.paid_shares),
        "consumer_index_percent": push.consumer_index_percent.tolist(),
        "producer_index_percent": push.producer_index_percent.tolist(),
        "revenue_cny": push.revenue_cny.tolist(),
        "most_affected_uncovered": push.most_affected(7),
        "intervals": None if effects.intervals is None else _intervals(effects.intervals),
        "households": None if effects.households is None else _burden(effects.households.burden),
        "notes": list(effects.notes),
    }
    with whole_folder(folder) as draft:
        for name, table in effects.tables().items():
            write_csv(table, draft / f"{name}.csv")
        if effects.households is not None:
            from tanshi.report.household_figure import write_household_figure

            write_household_figure(effects.households.burden, draft)
        write_json(draft / "summary.json", summary)
        write_json(draft / "provenance.json", provenance.as_dict())
    return summary


def _intervals(intervals: CostPushIntervals) -> dict[str, Any]:
    indices = {
        "consumer_index_percent": intervals.consumer_index_percent,
        "producer_index_percent": intervals.producer_index_percent,
        "revenue_cny": intervals.revenue_cny,
    }
    ends = {
        name: {"lower": spread.lower[:, 0].tolist(), "upper": spread.upper[:, 0].tolist()}
        for name, spread in indices.items()
    }
    how = {"draws": intervals.draws, "seed": intervals.seed, "level": intervals.level}
    return how | {"assumptions": list(intervals.assumptions())} | ends


def _burden(burden: HouseholdBurden) -> dict[str, Any]:
    by_group = dict(zip(burden.groups, burden.burden_percent.T.tolist(), strict=True))
    return {
        "burden_percent": by_group,
        "ratio": burden.ratio,
        "verdict": burden.verdict,
        "tolerance": burden.tolerance,
    }
