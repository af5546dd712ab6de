"""Convex quantile regression with a direction, against pystoned."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from performance.comparison import Comparison, Requirement, Row, rows_of
from performance.frontier import save_panels
from performance.peers import started
from performance.timing import Contender, say, side_by_side
from tanshi.frontier.certificate import pinball_loss
from tanshi.frontier.convex import estimate_convex_frontier
from tanshi.frontier.simulation import simulate_technology

if TYPE_CHECKING:
    from collections.abc import Sequence

    from performance.peers import Peer
    from tanshi.frontier import FrontierInputs

PEER = Path(__file__).with_name("pystoned_peer.py")
OURS, THEIRS = "Tanshi", "pystoned"
TAUS = (0.1, 0.5, 0.9)
SAME_OBJECTIVE, SAME_DISTANCE = 1e-7, 1e-6  # its solver's own tolerances are 1e-7

_TEXT = """\
Convex quantile regression of the directional distance function along (1, -1), null-jointness
and functional form not imposed, of panels with two inputs. *Tanshi* is
`estimate_convex_frontier(inputs, taus=…, loss="quantile")`, certificates included; it adds
the inequalities that a solution violates until none is. *pystoned* is
`CQERDDF.CQRDDF(gy=[1], gx=[0, 0], gb=[1], fun=FUN_PROD, tau=…)` and
`optimize(OPT_LOCAL, solver="appsi_highs")`, a model a quantile with all n(n - 1) inequalities,
in an interpreter of its own, where it times itself. Both end in HiGHS; its objective is
recomputed here from its distances."""


def convex(*, quick: bool) -> Comparison:
    """Time panels of 50 to 300 rows and compare objectives and distances."""
    sizes = {"50 x 1": (50, 1), "100 x 1": (100, 1), "30 x 6": (30, 6)}
    grids = dict.fromkeys(sizes, TAUS)
    if quick:
        sizes.pop("30 x 6")
    else:
        sizes["300 x 1"], grids["300 x 1"] = (300, 1), (0.5,)
    panels = [simulate_technology(*size, seed=1).inputs for size in sizes.values()]
    rows: list[Row] = []
    requirements, notes = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_panels(folder, panels)
        with started("pystoned", PEER, folder) as peer:
            for i, (size, inputs) in enumerate(zip(sizes, panels, strict=True)):
                taus = grids[size]
                task = f"simulated panel, {size}, {len(taus)} quantile{'s' * (len(taus) > 1)}"
                say(f"convex regression: {task}")
                turns = 1 if quick or len(taus) == 1 else 3
                times = side_by_side(
                    {
                        OURS: Contender(partial(_ours, inputs, taus), 5),
                        THEIRS: Contender(partial(_theirs, peer, i, taus), times_itself=True),
                    },
                    turns=turns,
                )
                rows += rows_of(task, times, ours=OURS)
                requirements += _agreement(task, inputs, taus, folder, i)
                notes.append(f"{task}: {_parts_note(peer, i, taus)}")
            notes.append(peer.versions)
    return Comparison("Convex quantile regression", _TEXT, rows, requirements, notes)


def _ours(inputs: FrontierInputs, taus: Sequence[float]) -> np.ndarray:
    return estimate_convex_frontier(inputs, taus=taus, loss="quantile").distance


def _theirs(peer: Peer, panel: int, taus: Sequence[float]) -> float:
    return sum(peer.seconds(f"{panel} {tau}") for tau in taus)


def _agreement(
    task: str, inputs: FrontierInputs, taus: Sequence[float], folder: Path, panel: int
) -> list[Requirement]:
    theirs = np.stack([np.load(folder / f"distance_{panel}_{tau}.npy") for tau in taus])
    ours = _ours(inputs, taus).T
    losses = [pinball_loss(distance, np.asarray(taus)) for distance in (ours, theirs)]
    apart = float(np.abs(losses[0] / losses[1] - 1.0).max())
    text = f"{task}: largest relative difference of objectives at most {SAME_OBJECTIVE:g}"
    same = Requirement.at_most(text, SAME_OBJECTIVE, apart)
    text = f"{task}: largest difference of distances at most {SAME_DISTANCE:g}"
    return [same, Requirement.at_most(text, SAME_DISTANCE, float(np.abs(ours - theirs).max()))]


def _parts_note(peer: Peer, panel: int, taus: Sequence[float]) -> str:
    built, solved = (
        sum(median(one[part] for one in peer.given[f"{panel} {tau}"]) for tau in taus)
        for part in ("build_s", "solve_s")
    )
    return f"pystoned builds for {built:.3g} s and solves for {solved:.3g} s (medians)."
