"""`tanshi mac`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import typer

from tanshi.app.console import bootstrap_record, command_line, progress, refusals, request_sha256
from tanshi.core import Fault, InputError
from tanshi.data import Panel, load_panel
from tanshi.floor import set_price_floor
from tanshi.frontier import (
    AbatementCosts,
    FrontierEstimate,
    FrontierInputs,
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.abatement_cost import payment_factor
from tanshi.frontier.bootstrap import BootstrapPlan, cost_intervals
from tanshi.frontier.convex import estimate_convex_frontier
from tanshi.frontier.diagnostics import coverage_table, crossing_table
from tanshi.frontier.expectile import estimate_expectile_frontier
from tanshi.frontier.inputs import direction_faults
from tanshi.frontier.quantile import checked_taus
from tanshi.frontier.slope_tests import coefficient_table
from tanshi.report.jsonfile import to_json
from tanshi.report.mac_distances import chosen_form, count_rows
from tanshi.report.mac_folder import write_mac
from tanshi.study.faults import gathering
from tanshi.study.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from tanshi.frontier.results import CostIntervals
    from tanshi.study.engine import Engine

DEFAULT_INPUTS = ("labour", "capital")
DEFAULT_SCALE = {"output": 1e8, "emissions": 1e4}
QUADRATIC = ("quantile", "expectile")  # on which null-jointness can be imposed
ESTIMATORS: dict[str, Callable[..., FrontierEstimate]] = {
    "quantile": estimate_quantile_frontier,
    "expectile": estimate_expectile_frontier,
    "convex": estimate_convex_frontier,
    "convex-expectile": partial(estimate_convex_frontier, loss="expectile"),
}


@dataclass(frozen=True, kw_only=True)
class MacRequest:
    """The options of `tanshi mac`, as given."""

    panel: Path
    columns: dict[str, str | None]
    inputs: tuple[str, ...]
    output_scale: float | None
    emissions_scale: float | None
    method: str
    direction: str
    taus: str
    payment_rule: str
    payment_share: float
    position: str
    null_jointness: bool
    bootstrap: int
    seed: int
    draw_units: int | None
    engine: str
    workers: int | None
    distances: str
    balanced: bool
    max_jump: float
    sheet: str | None


def run(request: MacRequest, *, out: Path, as_json: bool) -> None:
    """Estimate and write the folder."""
    _check_use(request)
    with refusals(as_json=as_json, out=out):
        taus, inputs, panel = _read(request)
        quantiles, frontier = _surfaces(request, inputs, taus)
        costs = estimate_abatement_costs(
            quantiles,
            payment_rule=request.payment_rule,
            payment_share=request.payment_share,
            position=request.position,
        )
        floor = set_price_floor(costs.unit, costs.period, costs.mac_cny_per_tco2)
        uncertainty = _uncertainty(request, quantiles, costs, out) if request.bootstrap else None
        intervals, coefficients = uncertainty or (None, None)
        summary = write_mac(
            out,
            quantiles=quantiles,
            frontier=frontier,
            costs=costs,
            floor=floor,
            intervals=intervals,
            coefficients=coefficients,
            reports={"crossings": crossing_table(quantiles), "coverage": coverage_table(quantiles)},
            notes=[_said(note.column, note.text) for note in panel.notes],
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=request_sha256(asdict(request)),
                data_sha256={panel.source: panel.sha256},
                seed=request.seed if request.bootstrap else None,
            ),
            distances=request.distances,
            parquet=request.panel.suffix.lower() == ".parquet",
        )
        if as_json:
            typer.echo(to_json(summary))
            return
        lines = [quantiles.headline(), costs.summary(), floor.summary()]
        if intervals is not None:
            lines.append(intervals.summary())
        lines += [f"note: {note}" for note in (*summary["notes"], *_left_out(request, quantiles))]
        typer.echo("\n".join([*lines, f"written: {out}"]))


def _check_use(request: MacRequest) -> None:
    """Refuse options that exclude each other."""
    if request.inputs and (request.columns["labour"] or request.columns["capital"]):
        message = "--input replaces --labour and --capital: give the one or the others"
        raise typer.BadParameter(message)
    if request.bootstrap and request.method != "quantile":
        message = (
            f"--bootstrap goes with --method quantile only, not with {request.method}: leave the "
            "one or the other out"
        )
        raise typer.BadParameter(message)


def _read(request: MacRequest) -> tuple[tuple[float, ...], FrontierInputs, Panel]:
    """Read options and panel; all their faults come out together."""
    faults: list[Fault] = []
    taus: tuple[float, ...] = ()
    direction: tuple[float, ...] = ()
    panel: Panel | None = None
    with gathering(faults):
        taus = _numbers(request.taus, "--taus", "not a list of quantiles", "0.05,0.15,0.25")
        checked_taus(taus)
    with gathering(faults):
        direction = _numbers(request.direction, "--direction", "not a direction", "1,0.5")
        faults += direction_faults(direction, column="--direction")
    with gathering(faults):
        payment_factor(request.payment_rule, request.payment_share)
    if request.bootstrap:
        with gathering(faults):
            _engine(request)
    with gathering(faults):
        panel = _load(request)
    if faults or panel is None:
        raise InputError(faults)
    good, bad = direction
    return taus, _frontier_inputs(request, panel, (good, bad)), panel


def _surfaces(
    request: MacRequest, inputs: FrontierInputs, taus: tuple[float, ...]
) -> tuple[FrontierEstimate, FrontierEstimate]:
    """Return the surfaces by quantile, and the deterministic frontier beside them."""
    estimate = partial(ESTIMATORS[request.method], inputs, taus=taus)
    if request.method in QUADRATIC:
        estimate = partial(estimate, null_jointness=request.null_jointness)
    with progress("quantiles") as bar:
        bar.start(len(taus) + 1)
        quantiles = estimate(progress=bar.step)
        frontier = estimate_deterministic_frontier(inputs, null_jointness=request.null_jointness)
        bar.step()
    return quantiles, frontier


def _engine(request: MacRequest) -> Engine:
    # joblib is imported here: most calls do without a bootstrap.
    from tanshi.study.engine import engine_named

    return engine_named(request.engine, workers=request.workers)


def _uncertainty(
    request: MacRequest, quantiles: FrontierEstimate, costs: AbatementCosts, out: Path
) -> tuple[CostIntervals, pl.DataFrame]:
    """Run the bootstrap; what is done of it lies beside the output until it is complete."""
    from tanshi.study.inference import run_bootstrap

    plan = BootstrapPlan(
        seed=request.seed,
        units_drawn=request.draw_units,
        taus=quantiles.taus,
        null_jointness=request.null_jointness,
        payment_rule=request.payment_rule,
        payment_share=request.payment_share,
        position=request.position,
    )
    with _engine(request) as engine, progress("bootstrap") as bar:
        draws = run_bootstrap(
            quantiles.inputs,
            plan,
            request.bootstrap,
            engine=engine,
            record=bootstrap_record(out),
            progress=bar,
        )
    return cost_intervals(draws, costs, plan), coefficient_table(quantiles, draws)


def _load(request: MacRequest) -> Panel:
    roles = dict(request.columns)
    if request.inputs:
        for role in DEFAULT_INPUTS:
            del roles[role]
        roles |= dict(zip(_input_roles(request), request.inputs, strict=True))
    return load_panel(
        request.panel,
        roles=roles,
        balanced=request.balanced,
        max_jump=request.max_jump,
        sheet=request.sheet,
    )


def _input_roles(request: MacRequest) -> tuple[str, ...]:
    # A role of its own for every input named: its header may be called "output" or "unit".
    return tuple(f"input {name}" for name in request.inputs) or DEFAULT_INPUTS


def _frontier_inputs(
    request: MacRequest, panel: Panel, direction: tuple[float, float]
) -> FrontierInputs:
    columns = np.column_stack([panel.values[role] for role in _input_roles(request)])
    columns.flags.writeable = False  # and so is held as it is
    return FrontierInputs(
        inputs=columns,
        desirable_output=panel.values["output"],
        undesirable_output=panel.values["emissions"],
        unit=panel.unit,
        period=panel.time,
        input_names=request.inputs or DEFAULT_INPUTS,
        output_scale_cny=_scale("output", request.output_scale, panel),
        emissions_scale_t=_scale("emissions", request.emissions_scale, panel),
        direction=direction,
    )


def _scale(role: str, given: float | None, panel: Panel) -> float:
    """Return the scale given, else the one the pack's manifest states, else the default."""
    if given is not None:
        return given
    described = panel.columns.get(role)
    if described is not None and described.scale is not None:
        return described.scale
    return DEFAULT_SCALE[role]


def _numbers(text: str, option: str, what: str, example: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        allowed, remedy = "numbers separated by commas", f"for example {example}"
        raise InputError([Fault(what, text, allowed, remedy, column=option)]) from None


def _left_out(request: MacRequest, quantiles: FrontierEstimate) -> list[str]:
    """Say that a table too long to be wanted by everyone was not written."""
    if request.distances != "auto" or chosen_form("auto", quantiles) != "none":
        return []
    rows = f"{count_rows(quantiles):,} rows"
    return [f"distances left out, {rows}: --distances parquet (or csv) writes them"]


def _said(column: str, text: str) -> str:
    return f"{column}: {text}" if column else text
