"""The quantile frontier against the straightforward programme, at two sizes."""

from __future__ import annotations

import csv
import os
from functools import partial
from pathlib import Path

from performance.printed_lp import solve_printed_lp
from performance.timing import Comparison, Contender, Requirement, rows_of, say, side_by_side
from tanshi.frontier import PAPER_TAUS, FrontierInputs, estimate_quantile_frontier
from tanshi.frontier.simulation import simulate_technology

PROJECT = Path(__file__).resolve().parents[1]
OURS, DENSE, SPARSE = "Tanshi", "printed LP", "printed LP, sparse"
SAME_OBJECTIVE = 1e-9

_TEXT = """\
Ten quantiles (the paper's grid 0.05 … 0.95) of a panel with two inputs, null-jointness on;
where a task is several panels, times are of all of them together. *Tanshi* is
`estimate_quantile_frontier` as a user calls it, with certificates, the check for uniqueness,
and the distances and slopes at all observations. *printed LP* is Eq. 3 as printed (every
parameter, every constraint at every observation, two deviations per observation, the paper's
identities as equality rows), solved quantile by quantile with
`scipy.optimize.linprog(method="highs")` from dense arrays. *printed LP, sparse* hands the
same rows over as sparse matrices, as a practised user of scipy would: the fairer peer. All
three end in the same solver, HiGHS, on one thread."""


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
        times = side_by_side(
            {
                OURS: Contender(partial(_ours, panels), a_turn),
                DENSE: Contender(partial(_printed, panels)),
                SPARSE: Contender(partial(_printed, panels, sparse=True)),
            },
            turns=turns,
        )
        measured = rows_of(task, times, ours=OURS)
        rows += measured
        ratio = next(row.times_ours for row in measured if row.contender == DENSE)
        text = f"{task}: printed LP over Tanshi at least {required:g}"
        requirements.append(Requirement(text, required, ratio, ratio >= required))
        requirements.append(_same_objective(task, panels))
        notes.append(_size_note(panels[0]))
    return Comparison(title, _TEXT, rows, requirements, sorted(set(notes)))


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


def _same_objective(task: str, panels: list[FrontierInputs]) -> Requirement:
    pairs = zip(_ours(panels), _printed(panels, sparse=True), strict=True)
    apart = max(abs(ours / theirs - 1.0) for ours, theirs in pairs)
    text = f"{task}: largest relative difference of objectives at most {SAME_OBJECTIVE:g}"
    return Requirement(text, SAME_OBJECTIVE, apart, apart <= SAME_OBJECTIVE)


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
