"""The quantile frontier against the straightforward programme, at two sizes."""

from __future__ import annotations

import csv
import os
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from performance.comparison import Comparison, Requirement, rows_of
from performance.peers import started
from performance.printed_lp import solve_printed_lp
from performance.timing import Contender, say, side_by_side
from tanshi.frontier import PAPER_TAUS, FrontierInputs, estimate_quantile_frontier
from tanshi.frontier.simulation import simulate_technology

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from performance.peers import Peer

PROJECT = Path(__file__).resolve().parents[1]
PEER = Path(__file__).with_name("pyomo_peer.py")
OURS, DENSE, SPARSE = "Tanshi", "printed LP", "printed LP, sparse"
PYOMO, ONE_MODEL = "Pyomo", "Pyomo, one model"
REQUESTS = {PYOMO: "anew", ONE_MODEL: "one model"}
SAME_OBJECTIVE = 1e-9

_TEXT = """\
Ten quantiles (the paper's grid 0.05 … 0.95) of a panel with two inputs, null-jointness on;
where a task is several panels, times are of all of them together. *Tanshi* is
`estimate_quantile_frontier` as a user calls it, with certificates, the check for uniqueness,
and the distances and slopes at all observations. *printed LP* is Eq. 3 as printed (every
parameter, every constraint at every observation, two deviations per observation, the paper's
identities as equality rows), solved quantile by quantile with
`scipy.optimize.linprog(method="highs")` from dense arrays. *printed LP, sparse* hands the
same rows over as sparse matrices, as a practised user of scipy would: the fairer peer.
*Pyomo* is Eq. 3 as an economist writes it there, variables, a constraint at every
observation and an objective, built anew for each quantile; *Pyomo, one model* builds it once
a panel with τ as a parameter, and the solver goes on from its last basis: the fairest peer.
Pyomo runs in an interpreter of its own and times itself, building and solving. All end in
the same solver, HiGHS, whose simplex method uses one thread."""


def frontier_180(*, quick: bool) -> Comparison:
    """Time panels of 180 rows; at least 30 times the printed programme is required."""
    # Five, because how many steps the simplex method takes differs from panel to panel.
    simulated = [simulate_technology(30, 6, seed=seed).inputs for seed in range(1, 6)]
    tasks = {"5 simulated panels, 30 x 6": simulated}
    china = _china_panel()
    if china is not None:
        tasks["China pack, 30 x 6"] = [china]
    return _compare(
        "Quantile frontier, n = 180", tasks, turns=3 if quick else 9, a_turn=5, required=30.0
    )


def frontier_2000(*, quick: bool) -> Comparison:
    """Time a panel of 2,000 rows; at least 300 times the printed programme is required."""
    tasks = {"1 simulated panel, 2,000 x 1": [simulate_technology(2000, 1, seed=1).inputs]}
    return _compare(
        "Quantile frontier, n = 2,000", tasks, turns=1 if quick else 3, a_turn=9, required=300.0
    )


def _compare(
    title: str, tasks: dict[str, list[FrontierInputs]], *, turns: int, a_turn: int, required: float
) -> Comparison:
    rows, requirements, notes = [], [], []
    for task, panels in tasks.items():
        say(f"{title}: {task}")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            save_panels(folder, panels, taus=PAPER_TAUS)
            with started("pyomo", PEER, folder) as peer:
                contenders = {
                    OURS: Contender(partial(_ours, panels), a_turn),
                    DENSE: Contender(partial(_printed, panels)),
                    SPARSE: Contender(partial(_printed, panels, sparse=True)),
                }
                contenders |= {
                    label: Contender(partial(peer.seconds, request), times_itself=True)
                    for label, request in REQUESTS.items()
                }
                times = side_by_side(contenders, turns=turns)
            theirs = {
                label: np.load(folder / f"{request}.npy") for label, request in REQUESTS.items()
            }
        measured = rows_of(task, times, ours=OURS)
        rows += measured
        ratio = next(row.times_ours for row in measured if row.contender == DENSE)
        text = f"{task}: printed LP over Tanshi at least {required:g}"
        requirements.append(Requirement.at_least(text, required, ratio))
        theirs[SPARSE] = _printed(panels, sparse=True)
        requirements.append(_same_objective(task, _ours(panels), theirs.values()))
        notes += [f"{task}: {_parts_note(peer)}", _size_note(panels[0]), peer.versions]
    return Comparison(title, _TEXT, rows, requirements, list(dict.fromkeys(notes)))


def save_panels(
    folder: Path, panels: Sequence[FrontierInputs], *, taus: Sequence[float] = ()
) -> None:
    """Leave mean-normalised panels where a peer reads them."""
    arrays = {"count": np.array(len(panels)), "taus": np.array(taus)}
    for i, panel in enumerate(panels):
        arrays[f"inputs_{i}"] = panel.normalised_inputs
        arrays[f"output_{i}"] = panel.normalised_output
        arrays[f"emissions_{i}"] = panel.normalised_emissions
    np.savez(folder / "panels.npz", **arrays)


def _ours(panels: list[FrontierInputs]) -> list[float]:
    """Estimate every panel; return the objectives of all quantiles."""
    objectives = []
    for inputs in panels:
        estimate = estimate_quantile_frontier(inputs)
        # Computed when asked for; the peers hand out distances and slopes as well.
        estimate.values()
        objectives += [one.objective for one in estimate.certificates]
    return objectives


def _printed(panels: list[FrontierInputs], *, sparse: bool = False) -> list[float]:
    """Solve every quantile of every panel on its own; return the objectives."""
    return [
        solve_printed_lp(
            inputs.normalised_inputs,
            inputs.normalised_output,
            inputs.normalised_emissions,
            tau,
            sparse=sparse,
        ).objective
        for inputs in panels
        for tau in PAPER_TAUS
    ]


def _same_objective(
    task: str, ours: Sequence[float], theirs: Iterable[Sequence[float]]
) -> Requirement:
    apart = max(float(np.abs(np.divide(ours, one) - 1.0).max()) for one in theirs)
    text = f"{task}: largest relative difference of objectives at most {SAME_OBJECTIVE:g}"
    return Requirement.at_most(text, SAME_OBJECTIVE, apart)


def _parts_note(peer: Peer) -> str:
    """Say what share of Pyomo's time is building and what is solving."""
    said = []
    for label, request in REQUESTS.items():
        built, solved = (
            median(answer[part] for answer in peer.given[request])
            for part in ("build_s", "solve_s")
        )
        said.append(f"{label} builds for {built:.3g} s and solves for {solved:.3g} s")
    return "; ".join(said) + " (medians)."


def _size_note(inputs: FrontierInputs) -> str:
    n, k = inputs.n_observations, inputs.n_inputs
    rows, columns = (k + 4) * n, 2 * n + 6 + 3 * k + k * k
    return (
        f"The dense arrays of the printed LP hold {rows:,} x {columns:,} numbers, "
        f"{rows * columns * 8 / 1e6:,.0f} MB; nothing of its times is extrapolated."
    )


def china_pack() -> Path | None:
    """Return the folder of the China pack where it is on this machine."""
    named = os.environ.get("TANSHI_CHINA_PACK")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data" / "china"
    return folder if (folder / "manifest.toml").is_file() else None


def _china_panel() -> FrontierInputs | None:
    folder = china_pack()
    if folder is None:
        return None
    with (folder / "province_panel_2013_2018.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return FrontierInputs(
        inputs=[[float(row["emp_private_self"]), float(row["K_pim6"])] for row in rows],
        desirable_output=[float(row["gdp_2013p"]) for row in rows],
        undesirable_output=[float(row["co2_ipcc_8fuel_1e4t"]) for row in rows],
        unit=tuple(row["province"] for row in rows),
        period=[int(row["year"]) for row in rows],
        input_names=("labour", "capital"),
    )
