"""Run a bootstrap piece by piece, with a record that survives an interruption."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError
from tanshi.frontier.bootstrap import BootstrapPlan, bootstrap_costs
from tanshi.frontier.influence import costs_without, unit_influence, units_to_leave_out
from tanshi.frontier.results.inference import BootstrapDraws
from tanshi.study.engine import reported

if TYPE_CHECKING:
    from pathlib import Path

    from tanshi.frontier import FrontierInputs
    from tanshi.frontier.bootstrap import CostRules
    from tanshi.frontier.results.inference import UnitInfluence
    from tanshi.study.engine import Engine
    from tanshi.study.run import Progress

CHUNK = 20  # replicates between two entries of the record


def run_bootstrap(
    inputs: FrontierInputs,
    plan: BootstrapPlan,
    replicates: int,
    *,
    engine: Engine,
    record: Path,
    progress: Progress | None = None,
) -> BootstrapDraws:
    """Return the draws of all replicates.

    Parameters
    ----------
    inputs : FrontierInputs
    plan : BootstrapPlan
    replicates : int, >= 2
    engine : Engine
        Entered; the result does not depend on it.
    record : path
        Folder for what is done so far. A later call with the same data and plan, on any
        engine, goes on from it; it is removed at the end.
    progress : Progress, optional
        Told of each finished chunk.

    Returns
    -------
    BootstrapDraws

    Raises
    ------
    InputError
        Fewer than 2 replicates, or more units drawn than there are.
    NotIdentifiedError
        A hundred draws in a row did not identify the parameters.
    """
    if replicates < 2:
        remedy = "ask for 1000 for a 95 % interval"
        raise InputError([Fault("too few replicates", str(replicates), "2 or more", remedy)])
    folder = record / _key(inputs, plan)
    folder.mkdir(parents=True, exist_ok=True)
    chunks = [range(start, min(start + CHUNK, replicates)) for start in range(0, replicates, CHUNK)]
    missing = [chunk for chunk in chunks if not _entry(folder, chunk).exists()]
    done = len(chunks) - len(missing)
    computed = engine.results(bootstrap_costs, (inputs, plan), missing)
    found = reported(computed, progress, total=len(chunks), done=done)
    for chunk, draws in zip(missing, found, strict=True):
        _keep(_entry(folder, chunk), draws)
    whole = BootstrapDraws.joined([_kept(_entry(folder, chunk)) for chunk in chunks])
    shutil.rmtree(record)
    return whole


def run_leave_one_out(
    inputs: FrontierInputs,
    rules: CostRules,
    *,
    engine: Engine,
    progress: Progress | None = None,
    observed_period: int | None = None,
) -> UnitInfluence:
    """Return what every unit does to the floor, the units shared out over an engine.

    Parameters
    ----------
    inputs : FrontierInputs
    rules : CostRules
        A `BootstrapPlan` holds them too.
    engine : Engine
        Entered; the result does not depend on it.
    progress : Progress, optional
        Told of each unit.
    observed_period : int, optional
        The floor's; by default the last.

    Returns
    -------
    UnitInfluence

    Raises
    ------
    InputError, NotIdentifiedError
        As in `leave_one_out`.
    """
    units = units_to_leave_out(inputs)
    computed = engine.results(costs_without, (inputs, rules), units)
    without = np.stack(list(reported(computed, progress, total=len(units))))
    costs = rules.costs(rules.estimate(inputs))
    return unit_influence(costs, without, observed_period=observed_period)


def _entry(folder: Path, chunk: range) -> Path:
    return folder / f"{chunk.start}-{chunk.stop}.npz"


def _keep(entry: Path, draws: BootstrapDraws) -> None:
    """Write an entry whole or not at all."""
    draft = entry.with_suffix(".part")
    with draft.open("wb") as stream:
        np.savez(stream, costs=draws.costs, parameters=draws.parameters, shrink=draws.shrink)
    draft.replace(entry)


def _kept(entry: Path) -> BootstrapDraws:
    with np.load(entry) as held:
        return BootstrapDraws(held["costs"], held["parameters"], float(held["shrink"]))


def _key(inputs: FrontierInputs, plan: BootstrapPlan) -> str:
    """Return a hash of everything the draws depend on."""
    digest = hashlib.sha256(json.dumps(asdict(plan), sort_keys=True).encode())
    digest.update(version("tanshi").encode())
    # Normalised, since the direction and the panel's means are in them.
    for values in (
        inputs.normalised_inputs,
        inputs.normalised_output,
        inputs.normalised_emissions,
    ):
        digest.update(np.ascontiguousarray(values).tobytes())
    digest.update("\n".join(inputs.unit).encode())
    digest.update(repr(inputs.price_scale_cny_per_tco2).encode())
    return digest.hexdigest()[:24]
