"""The evolutionary game: trajectories beside solve_ivp, pairwise comparison beside egttools."""

from __future__ import annotations

import json
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

import numba
import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import expit, logit
from scipy.stats import qmc

from performance.comparison import Comparison, Requirement, Table, rows_of
from performance.peers import started
from performance.record import figure
from performance.timing import say
from tanshi.personal import _game_kernels as kernels
from tanshi.personal.game import GameParameters, advantages
from tanshi.personal.game_finite import simulate_finite
from tanshi.personal.game_paths import follow_game

PEER = Path(__file__).with_name("egttools_peer.py")
GAME = GameParameters(heterogeneous=True, thinness=1.0)
END, OUTPUTS, ACCURACY = 20.0, 41, 1e-6
BATCH, ONE_BY_ONE = 1024, 32
LADDER = tuple(digit * 10.0**-power for power in range(4, 12) for digit in (1.0, 0.3))
OVER_SCIPY, OVER_EGTTOOLS = 30.0, 50.0
SIZE, SELECTION, MUTATION = 200, 0.5, 0.02
THICK = GameParameters(heterogeneous=True, thinness=0.2)

_TEXT = """\
*A trajectory*: the replicator of four populations in log-odds over 20 units of time with 41
outputs, from quasi-random starts, 1,024 in a batch. Each contender has the loosest tolerance of a
ladder (relative and absolute alike) with which no output of the same 32 trajectories is off by more
than 1e-6 in a share; the reference is ours at 1e-12, which scipy's DOP853 at 1e-13 confirms.
*solve_ivp* is scipy's, one call a trajectory, with payoffs in numpy (*plain*) and with ours,
compiled by numba (*compiled*); *one system* is a single call for the batch of 1,024, payoffs
vectorised by numpy, with one step size for all.

*An update*: pairwise comparison with mutation on exact counts. *Tanshi* plays the game with four
populations of 200, payoffs worked out anew whenever they are needed; *egttools* its compiled
single population of 200 in a matrix game with two strategies and a cache of fitness, less work by
far: it has no game of four populations. *No selection* lets all shares wander about one half, where
half of all comparisons are between unlike strategies: our slowest case."""


@numba.njit
def _compiled(_time, odds, constants):
    shares, out = np.empty(4), np.empty(4)
    for i in range(4):
        shares[i] = 1 / (1 + np.exp(-odds[i]))
    kernels.payoffs(constants, shares, out)
    return out


def personal_game(*, quick: bool) -> Comparison:
    """Time trajectories at equal accuracy, and updates of finite populations."""
    turns = 1 if quick else 5
    say("personal game: trajectories at equal accuracy")
    times, errors, tolerances, check = _trajectories(turns)
    rows = rows_of("a trajectory", times, ours="Tanshi")
    say("personal game: pairwise comparison beside egttools")
    updates, idle, versions, variance = _updates(turns, 200_000 if quick else 1_000_000)
    rows += rows_of("an update", updates, ours="Tanshi")
    rows += rows_of("an update, no selection", idle, ours="Tanshi")
    over = {row.contender: row.times_ours or 0.0 for row in rows if row.task == "a trajectory"}
    egt = [row.times_ours or 0.0 for row in rows if row.contender == "egttools"]
    table = Table(
        ["A trajectory", "Tolerance", "Greatest error"],
        [[name, f"{tolerances[name]:.0e}", f"{errors[name]:.1e}"] for name in errors],
    )
    rate = 1e-6 / median(updates["Tanshi"])
    shared = figure(over["one system, RK45 vectorised"])
    alone = (
        f"DOP853 at 1e-13 and the reference differ by {check:.1e} at most. *One system* pays "
        "Python once a step for all trajectories together: ours is "
        f"{shared} x as fast."
    )
    generation = (
        f"{versions} A generation of egttools is one update: 100 of them in a fair game have a "
        f"variance of {variance:.1f}, 25 expected. Ours makes {figure(rate)} million a second."
    )
    asked = [
        Requirement.at_least(
            "a trajectory by solve_ivp (RK45, plain), over Tanshi", OVER_SCIPY, over["RK45, plain"]
        ),
        Requirement.at_least("the same with compiled payoffs", OVER_SCIPY, over["RK45, compiled"]),
        Requirement.at_least("the same by LSODA", OVER_SCIPY, over["LSODA, compiled"]),
        Requirement.at_least("an update by egttools, over Tanshi", OVER_EGTTOOLS, egt[0]),
    ]
    title = "The evolutionary game, trajectories and finite populations"
    return Comparison(title, _TEXT, rows, asked, [alone, generation], [table])


def _contenders(starts, times):
    """Return what follows the trajectories at a tolerance, by name."""
    few, span = starts[:ONE_BY_ONE], (times[0], times[-1])
    constants = kernels.derive(GAME.as_array())

    def ours(tolerance, workers=None):
        return follow_game(GAME, starts, times, rtol=tolerance, atol=tolerance, workers=workers)

    def plain(_time, odds):
        return advantages(GAME, expit(odds))

    def whole(_time, odds):
        return advantages(GAME, expit(odds.reshape(-1, 4))).ravel()

    def one_by_one(method, function, *arguments):
        def run(tolerance):
            options = {"rtol": tolerance, "atol": tolerance, "args": arguments, "t_eval": times}
            found = [solve_ivp(function, span, logit(s), method, **options) for s in few]
            return np.array([expit(one.y.T) for one in found])

        return run

    def one_system(tolerance):
        options = {"rtol": tolerance, "atol": tolerance, "t_eval": times}
        found = solve_ivp(whole, span, logit(starts).ravel(), "RK45", **options)
        return np.moveaxis(expit(found.y).reshape(len(starts), 4, -1), 2, 1)

    return {
        "Tanshi": ours,
        "Tanshi, one thread": partial(ours, workers=1),
        "RK45, plain": one_by_one("RK45", plain),
        "RK45, compiled": one_by_one("RK45", _compiled, constants),
        "DOP853, compiled": one_by_one("DOP853", _compiled, constants),
        "LSODA, compiled": one_by_one("LSODA", _compiled, constants),
        "one system, RK45 vectorised": one_system,
    }


def _trajectories(turns):
    """Return seconds a trajectory, errors and tolerances by contender, and the check."""
    starts = np.clip(qmc.Sobol(4, rng=0).random(BATCH), 1e-3, 1 - 1e-3)
    contenders = _contenders(starts, np.linspace(0.0, END, OUTPUTS))
    exact = contenders["Tanshi"](1e-12)[:ONE_BY_ONE]
    check = float(np.abs(contenders["DOP853, compiled"](1e-13) - exact).max())
    errors, tolerances = {}, {}
    for name, run in contenders.items():
        for tolerance in LADDER:
            error = float(np.abs(run(tolerance)[:ONE_BY_ONE] - exact).max())
            if error <= ACCURACY:
                break
        errors[name], tolerances[name] = error, tolerance
    seconds = {name: [] for name in contenders}
    for _ in range(turns):
        for name, run in contenders.items():
            begun = time.perf_counter()
            count = len(run(tolerances[name]))
            seconds[name].append((time.perf_counter() - begun) / count)
    return seconds, errors, tolerances, check


def _updates(turns, updates):
    """Return seconds an update with and without selection, versions, and a fair game's variance."""
    cases = {"game": (THICK, SELECTION, (0,) * 4), "none": (THICK, 0.0, (SIZE // 2,) * 4)}
    found = {name: {"Tanshi": [], "egttools": []} for name in cases}
    with tempfile.TemporaryDirectory() as folder, started("egttools", PEER, Path(folder)) as peer:
        for turn in range(turns + 1):
            for name, (game, selection, start) in cases.items():
                begun = time.perf_counter()
                simulate_finite(
                    game,
                    sizes=(SIZE,) * 4,
                    start=start,
                    selection=selection,
                    mutation=MUTATION,
                    updates=updates,
                    every=updates,
                    seed=turn,
                )
                own = time.perf_counter() - begun
                asked = {"updates": updates, "selection": selection, "mutation": MUTATION}
                theirs = peer.seconds(json.dumps(asked | {"runs": 0}))
                if turn:  # the first compiles
                    found[name]["Tanshi"].append(own / updates)
                    found[name]["egttools"].append(theirs / updates)
        last = json.dumps({"updates": 1, "selection": 1.0, "mutation": 0.1, "runs": 2000})
        peer.seconds(last)
        variance = peer.given[last][0]["variance"]
        versions = peer.versions
    return found["game"], found["none"], versions, variance
