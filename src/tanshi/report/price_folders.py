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
    """Write prices.csv, indices.csv, paths.csv, summary.json, provenance.json.

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
        "notes": list(effects.notes),
    }
    with whole_folder(folder) as draft:
        write_csv(push.prices(), draft / "prices.csv")
        write_csv(push.indices(), draft / "indices.csv")
        write_csv(effects.paths_table(), draft / "paths.csv")
        write_json(draft / "summary.json", summary)
        write_json(draft / "provenance.json", provenance.as_dict())
    return summary
