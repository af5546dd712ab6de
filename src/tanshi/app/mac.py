"""`tanshi mac`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import typer

from tanshi.app.console import command_line, progress, refusals, request_sha256
from tanshi.core import Fault, InputError
from tanshi.data import Panel, load_panel
from tanshi.floor import set_price_floor
from tanshi.frontier import (
    AbatementCosts,
    FrontierInputs,
    estimate_abatement_costs,
    estimate_deterministic_frontier,
    estimate_quantile_frontier,
)
from tanshi.frontier.bootstrap import BootstrapPlan, cost_intervals
from tanshi.report.jsonfile import to_json
from tanshi.report.mac_folder import write_mac
from tanshi.study.provenance import Provenance

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.frontier.results import CostIntervals

DEFAULT_INPUTS = ("labour", "capital")
DEFAULT_SCALE = {"output": 1e8, "emissions": 1e4}


@dataclass(frozen=True, kw_only=True)
class MacRequest:
    """The options of `tanshi mac`, as given."""

    panel: Path
    columns: dict[str, str | None]
    inputs: tuple[str, ...]
    output_scale: float | None
    emissions_scale: float | None
    taus: str
    payment_rule: str
    payment_share: float
    position: str
    null_jointness: bool
    bootstrap: int
    seed: int
    draw_units: int | None
    workers: int | None
    balanced: bool
    max_jump: float
    sheet: str | None


def run(request: MacRequest, *, out: Path, as_json: bool) -> None:
    """Estimate and write the folder."""
    if request.inputs and (request.columns["labour"] or request.columns["capital"]):
        message = "--input replaces --labour and --capital: give the one or the others"
        raise typer.BadParameter(message)
    with refusals(as_json=as_json):
        taus = _parsed_taus(request.taus)
        panel = _load(request)
        inputs = _frontier_inputs(request, panel)
        with progress("quantiles") as bar:
            bar.start(len(taus) + 1)
            quantiles = estimate_quantile_frontier(
                inputs, taus=taus, null_jointness=request.null_jointness, progress=bar.step
            )
            frontier = estimate_deterministic_frontier(
                inputs, null_jointness=request.null_jointness
            )
            bar.step()
        costs = estimate_abatement_costs(
            quantiles,
            payment_rule=request.payment_rule,
            payment_share=request.payment_share,
            position=request.position,
        )
        floor = set_price_floor(costs.unit, costs.period, costs.mac_cny_per_tco2)
        intervals = _intervals(request, inputs, costs, out) if request.bootstrap else None
        summary = write_mac(
            out,
            quantiles=quantiles,
            frontier=frontier,
            costs=costs,
            floor=floor,
            intervals=intervals,
            notes=[_said(note.column, note.text) for note in panel.notes],
            provenance=Provenance(
                command=command_line(),
                scenario_sha256=request_sha256(asdict(request)),
                data_sha256={panel.source: panel.sha256},
                seed=request.seed if request.bootstrap else None,
            ),
        )
        if as_json:
            typer.echo(to_json(summary))
            return
        lines = [quantiles.summary(), costs.summary(), floor.summary()]
        if intervals is not None:
            lines.append(intervals.summary())
        lines += [f"note: {note}" for note in summary["notes"]]
        typer.echo("\n".join([*lines, f"written: {out}"]))


def _intervals(
    request: MacRequest, inputs: FrontierInputs, costs: AbatementCosts, out: Path
) -> CostIntervals:
    """Run the bootstrap; what is done of it lies beside the output until it is complete."""
    plan = BootstrapPlan(
        seed=request.seed,
        units_drawn=request.draw_units,
        taus=_parsed_taus(request.taus),
        null_jointness=request.null_jointness,
        payment_rule=request.payment_rule,
        payment_share=request.payment_share,
        position=request.position,
    )
    # joblib is imported here: most calls do without a bootstrap.
    from tanshi.study.inference import run_bootstrap

    with progress("bootstrap") as bar:
        draws = run_bootstrap(
            inputs,
            plan,
            request.bootstrap,
            workers=request.workers,
            record=out.with_name(f".{out.name}-bootstrap"),
            progress=bar,
        )
    return cost_intervals(draws, costs, plan)


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


def _frontier_inputs(request: MacRequest, panel: Panel) -> FrontierInputs:
    return FrontierInputs(
        inputs=np.column_stack([panel.values[role] for role in _input_roles(request)]),
        desirable_output=panel.values["output"],
        undesirable_output=panel.values["emissions"],
        unit=panel.unit,
        period=panel.time,
        input_names=request.inputs or DEFAULT_INPUTS,
        output_scale_cny=_scale("output", request.output_scale, panel),
        emissions_scale_t=_scale("emissions", request.emissions_scale, panel),
    )


def _scale(role: str, given: float | None, panel: Panel) -> float:
    """Return the scale given, else the one the pack's manifest states, else the default."""
    if given is not None:
        return given
    described = panel.columns.get(role)
    if described is not None and described.scale is not None:
        return described.scale
    return DEFAULT_SCALE[role]


def _parsed_taus(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        fault = Fault(
            "not a list of quantiles",
            text,
            "numbers separated by commas",
            "for example 0.05,0.15,0.25",
            column="--taus",
        )
        raise InputError([fault]) from None


def _said(column: str, text: str) -> str:
    return f"{column}: {text}" if column else text
