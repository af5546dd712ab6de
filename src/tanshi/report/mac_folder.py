"""Write the result of `tanshi mac`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanshi.frontier.results.summary import estimation_summary
from tanshi.report.folder import whole_folder
from tanshi.report.jsonfile import write_json
from tanshi.report.mac_distances import chosen_form, write_distances
from tanshi.report.tables import write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tanshi.floor.results import PriceFloor
    from tanshi.frontier.results import AbatementCosts, CostIntervals, FrontierEstimate
    from tanshi.study import Provenance


def write_mac(
    folder: Path | str,
    *,
    quantiles: FrontierEstimate,
    frontier: FrontierEstimate,
    costs: AbatementCosts,
    floor: PriceFloor,
    intervals: CostIntervals | None,
    coefficients: pl.DataFrame | None,
    reports: Mapping[str, pl.DataFrame],
    notes: list[str],
    provenance: Provenance,
    distances: str = "auto",
    parquet: bool = False,
) -> dict[str, Any]:
    """Write mac.csv, parameters.csv, distances, reports, summary.json, summary.txt, provenance.

    Parameters
    ----------
    folder : path
    quantiles, frontier : FrontierEstimate
    costs : AbatementCosts
    floor : PriceFloor
        Of the last period.
    intervals : CostIntervals or None
        From a bootstrap: columns ``lower`` and ``upper`` of mac.csv, CNY per tonne.
    coefficients : polars.DataFrame or None
        From a bootstrap: coefficients.csv.
    reports : mapping of str to polars.DataFrame
        Further tables, by file name without its suffix.
    notes : list of str
        What the data pack says about the columns used.
    provenance : Provenance
    distances : {"auto", "csv", "parquet", "none"}
        See `tanshi.report.mac_distances.chosen_form`.
    parquet : bool, default False
        Whether to write mac.parquet beside mac.csv.

    Returns
    -------
    dict
        The content of summary.json.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    summary = mac_summary(quantiles, frontier, costs, floor, notes)
    form = chosen_form(distances, quantiles)
    table = costs.table()
    if intervals is not None:
        summary["bootstrap"] = _bootstrap(intervals)
        table = intervals.beside(table)
    with whole_folder(folder) as draft:
        write_csv(table, draft / "mac.csv")
        if parquet:
            table.write_parquet(draft / "mac.parquet")
        both = [quantiles.parameters(), frontier.parameters()]
        write_csv(pl.concat(both), draft / "parameters.csv")
        if form != "none":
            write_distances(quantiles, draft / f"distances.{form}")
        if coefficients is not None:
            write_csv(coefficients, draft / "coefficients.csv")
        for name, report in reports.items():
            write_csv(report, draft / f"{name}.csv")
        text = estimation_summary(quantiles, coefficients, costs, intervals)
        (draft / "summary.txt").write_text(f"{text}\n", encoding="utf-8")
        write_json(draft / "summary.json", summary)
        write_json(draft / "provenance.json", provenance.as_dict())
    return summary


def mac_summary(
    quantiles: FrontierEstimate,
    frontier: FrontierEstimate,
    costs: AbatementCosts,
    floor: PriceFloor,
    notes: list[str],
) -> dict[str, Any]:
    """Return the content of summary.json."""
    return {
        "n": len(costs.unit),
        "inputs": list(quantiles.inputs.input_names),
        "taus": list(quantiles.taus),
        "by_tau": [_by_tau(quantiles, t, tau) for t, tau in enumerate(quantiles.taus)],
        "frontier": _by_tau(frontier, 0, "frontier"),
        "method": quantiles.method,
        "direction": list(quantiles.inputs.direction),
        "null_jointness": quantiles.null_jointness,
        "payment_rule": costs.payment_rule,
        "payment_share": costs.payment_share,
        "position": costs.position_rule,
        "crossings": quantiles.crossings,
        "exact_hits": quantiles.exact_hits,
        "floor_price_cny_per_tco2": floor.price_cny_per_tco2,
        "floor_set_by": floor.set_by,
        "floor_observed_period": floor.observed_period,
        "notes": notes,
    }


def _bootstrap(intervals: CostIntervals) -> dict[str, Any]:
    return {
        "replicates": intervals.replicates,
        "seed": intervals.seed,
        "units_drawn": intervals.units_drawn,
        "level": intervals.level,
        "envelope_lower_cny_per_tco2": intervals.envelope_lower_cny_per_tco2,
        "envelope_upper_cny_per_tco2": intervals.envelope_upper_cny_per_tco2,
        "floor_lower_cny_per_tco2": intervals.floor_lower_cny_per_tco2,
        "floor_upper_cny_per_tco2": intervals.floor_upper_cny_per_tco2,
    }


def _by_tau(estimate: FrontierEstimate, t: int, tau: float | str) -> dict[str, Any]:
    certificate = estimate.certificates[t]
    return {
        "tau": tau,
        "objective": certificate.objective,
        "share_above": float(estimate.share_above[t]),
        "coverage": float(estimate.coverage[t]),
        "active_constraints": estimate.active_constraints[t],
        "unique": estimate.unique[t],
        "primal_infeasibility": certificate.primal_infeasibility,
        "dual_infeasibility": certificate.dual_infeasibility,
        "gap": certificate.gap,
        "status": "optimal",
    }
