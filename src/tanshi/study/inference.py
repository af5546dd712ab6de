"""Run a bootstrap on several processes, with a record that survives an interruption."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed, parallel_config

from tanshi.core import Fault, InputError, frozen
from tanshi.frontier.bootstrap import BootstrapPlan, bootstrap_costs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from tanshi.frontier import FrontierInputs
    from tanshi.study.run import Progress

    Array = NDArray[np.float64]

CHUNK = 20  # replicates between two entries of the record


def run_bootstrap(
    inputs: FrontierInputs,
    plan: BootstrapPlan,
    replicates: int,
    *,
    workers: int | None = None,
    record: Path,
    progress: Progress,
) -> Array:
    """Return the costs of all replicates.

    Parameters
    ----------
    inputs : FrontierInputs
    plan : BootstrapPlan
    replicates : int, >= 2
    workers : int, optional
        Processes; by default one a processor. The result does not depend on it.
    record : path
        Folder for what is done so far. A later call with the same data and plan goes on
        from it; it is removed at the end.
    progress : Progress
        Told of each finished chunk.

    Returns
    -------
    (replicates, n) array

    Raises
    ------
    InputError
        Fewer than 2 replicates, or no worker.
    """
    faults = []
    if replicates < 2:
        remedy = "ask for 1000 for a 95 % interval"
        faults.append(Fault("too few replicates", str(replicates), "2 or more", remedy))
    if workers is not None and workers < 1:
        faults.append(Fault("no worker", str(workers), "1 or more", "leave it out"))
    if faults:
        raise InputError(faults)
    folder = record / _key(inputs, plan)
    folder.mkdir(parents=True, exist_ok=True)
    chunks = [range(start, min(start + CHUNK, replicates)) for start in range(0, replicates, CHUNK)]
    missing = [chunk for chunk in chunks if not _entry(folder, chunk).exists()]
    progress.start(len(chunks))
    for _ in range(len(chunks) - len(missing)):
        progress.step()
    for chunk, draws in zip(missing, _computed(inputs, plan, missing, workers), strict=True):
        _keep(_entry(folder, chunk), draws)
        progress.step()
    whole = np.vstack([np.load(_entry(folder, chunk)) for chunk in chunks])
    shutil.rmtree(record)
    return frozen(whole)


def _computed(
    inputs: FrontierInputs, plan: BootstrapPlan, chunks: list[range], workers: int | None
) -> Iterator[Array]:
    count = min(workers or os.cpu_count() or 1, max(len(chunks), 1))
    if count == 1:
        yield from (bootstrap_costs(inputs, plan, chunk) for chunk in chunks)
        return
    # One thread of linear algebra a process: more would fight over the processors.
    with parallel_config(backend="loky", inner_max_num_threads=1):
        jobs = (delayed(bootstrap_costs)(inputs, plan, chunk) for chunk in chunks)
        yield from Parallel(n_jobs=count, return_as="generator")(jobs)


def _entry(folder: Path, chunk: range) -> Path:
    return folder / f"{chunk.start}-{chunk.stop}.npy"


def _keep(entry: Path, draws: Array) -> None:
    """Write an entry whole or not at all."""
    draft = entry.with_suffix(".part")
    with draft.open("wb") as stream:
        np.save(stream, draws)
    draft.replace(entry)


def _key(inputs: FrontierInputs, plan: BootstrapPlan) -> str:
    """Return a hash of everything the draws depend on."""
    digest = hashlib.sha256(json.dumps(asdict(plan), sort_keys=True).encode())
    for values in (inputs.inputs, inputs.desirable_output, inputs.undesirable_output):
        digest.update(np.ascontiguousarray(values).tobytes())
    digest.update("\n".join(inputs.unit).encode())
    digest.update(repr(inputs.price_scale_cny_per_tco2).encode())
    return digest.hexdigest()[:24]
