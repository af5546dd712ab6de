"""Play the game of a scenario: rest points, paths, basins, the claim, finite populations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanshi.personal.game import POPULATIONS
from tanshi.personal.game_claim import (
    critical_mass,
    find_lever,
    lock_in_eigenvalues,
    map_claim,
    offset_threshold,
)
from tanshi.personal.game_finite import simulate_finite, summarise_finite
from tanshi.personal.game_paths import estimate_basins, follow_game
from tanshi.personal.game_rest_points import find_rest_points, velocity
from tanshi.personal.game_strict import corner_conditions
from tanshi.personal.results.game import table_of
from tanshi.study.engine import reported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanshi.personal.game import GameParameters
    from tanshi.personal.results.game import Basins, RestPoints
    from tanshi.study.engine import Engine
    from tanshi.study.personal_game_section import FiniteSection, GameSection, Plane
    from tanshi.study.run import Progress

RECORDS = 1_000  # rows kept of a finite run
ARROWS = 25  # on a side of a phase portrait
CHUNK = 16  # points of the claim that one task follows


@dataclass(frozen=True, eq=False)
class GameStudy:
    """What the game of a scenario does.

    Parameters
    ----------
    parameters : GameParameters
    rest_points : tuple of RestPoints
        One for each dynamics.
    basins : tuple of Basins
        The same.
    conditions, trajectories, portraits, claim, levers, finite : polars.DataFrame
        As written; `docs/commands.md` has their columns.
    summary : dict
        The answers in short.
    """

    parameters: GameParameters
    rest_points: tuple[RestPoints, ...]
    basins: tuple[Basins, ...]
    conditions: pl.DataFrame
    trajectories: pl.DataFrame
    portraits: pl.DataFrame
    claim: pl.DataFrame
    levers: pl.DataFrame
    finite: pl.DataFrame
    summary: dict[str, Any]


def play_game(
    section: GameSection, *, engine: Engine, progress: Progress | None = None
) -> GameStudy:
    """Play the game of a scenario.

    Parameters
    ----------
    section : GameSection
    engine : Engine
        Entered.
    progress : Progress, optional

    Returns
    -------
    GameStudy
        The same for any engine and number of workers.
    """
    game = section.parameters
    rest_points, basins = [], []
    for name in section.dynamics:
        noise = section.noise_of(name)
        points = find_rest_points(game, dynamics=name, noise=noise, seed=section.seed)
        rest_points.append(points)
        box = dict(section.basins)
        found = estimate_basins(
            game, **box, dynamics=name, noise=noise, seed=section.seed, points=points
        )
        basins.append(found)
    tasks = _tasks(section)
    answers = list(reported(engine.results(_answer, (section,), tasks), progress, total=len(tasks)))
    by_kind: dict[str, list[Any]] = {"claim": [], "lever": [], "finite": []}
    for (kind, _), answer in zip(tasks, answers, strict=True):
        by_kind[kind].append(answer)
    claim = table_of([row for rows in by_kind["claim"] for row in rows])
    levers, finite = table_of(by_kind["lever"]), _finite_table(section, by_kind["finite"])
    return GameStudy(
        parameters=game,
        rest_points=tuple(rest_points),
        basins=tuple(basins),
        conditions=table_of(corner_conditions(game)),
        trajectories=_trajectories(section),
        portraits=_portraits(section, rest_points),
        claim=claim,
        levers=levers,
        finite=finite,
        summary=_summary(section, rest_points, basins, claim, levers),
    )


def _tasks(section: GameSection) -> list[tuple[str, Any]]:
    """Return what can be computed apart: points of the claim, levers, finite runs."""
    points = section.claim.points
    tasks: list[tuple[str, Any]] = [
        ("claim", points[place : place + CHUNK]) for place in range(0, len(points), CHUNK)
    ]
    for thinness in section.claim.lever_thinness:
        tasks += [("lever", (thinness, *lever)) for lever in section.claim.levers.items()]
    for number, case in enumerate(section.finite):
        tasks += [("finite", (number, run)) for run in range(case.runs)]
    return tasks


def _answer(section: GameSection, task: tuple[str, Any]) -> Any:
    kind, what = task
    game, claim = section.parameters, section.claim
    if kind == "claim":
        return map_claim(game, what, start=claim.start)
    if kind == "lever":
        thinness, lever, limit = what
        made = replace(game, thinness=thinness)
        if lever == "thinness" and np.isinf(thinness):
            # Nothing is halfway from infinity; 1000 meets the same to a thousandth.
            made = replace(game, thinness=1_000.0)
        return {"thinness": thinness} | find_lever(made, lever, limit, start=claim.start)
    number, run = what
    case = section.finite[number]
    seed = np.random.SeedSequence([section.seed, number, run]).generate_state(1)[0]
    return simulate_finite(
        _game_of(section, case),
        sizes=(case.size,) * 4,
        selection=case.selection,
        mutation=case.mutation,
        updates=case.updates,
        every=_every(case),
        seed=int(seed),
    )


def _game_of(section: GameSection, case: FiniteSection) -> GameParameters:
    if case.thinness is None:
        return section.parameters
    return replace(section.parameters, thinness=case.thinness)


def _every(case: FiniteSection) -> int:
    return max(case.updates // RECORDS, 1)


def _finite_table(section: GameSection, records: Sequence[Any]) -> pl.DataFrame:
    rows, place = [], 0
    for case in section.finite:
        game = _game_of(section, case)
        settings = {
            "size": case.size,
            "selection_t_per_cny": case.selection,
            "mutation": case.mutation,
            "thinness": game.thinness,
        }
        own = records[place : place + case.runs]
        place += case.runs
        sizes = (case.size,) * 4
        found = summarise_finite(game, own, sizes=sizes, every=_every(case), settings=settings)
        rows.append(found.row())
    return table_of(rows)


def _trajectories(section: GameSection) -> pl.DataFrame:
    """Return the shares over time, of every dynamics from every start."""
    times = np.linspace(0.0, section.time, section.steps + 1)
    starts = np.array(section.starts)
    frames = []
    for name in section.dynamics:
        noise = section.noise_of(name)
        paths = follow_game(section.parameters, starts, times, dynamics=name, noise=noise)
        for number, path in enumerate(paths, 1):
            columns = dict(zip(POPULATIONS, path.T, strict=True))
            kept = {"dynamics": [name] * len(times), "start": [number] * len(times)}
            frames.append(pl.DataFrame(kept | {"time": times} | columns))
    return pl.concat(frames) if frames else pl.DataFrame()


def _portraits(section: GameSection, rest_points: Sequence[RestPoints]) -> pl.DataFrame:
    """Return the replicator's arrows on each plane, and the rest points on it with their class."""
    points = [one for found in rest_points if found.dynamics == "replicator" for one in found]
    if not points:
        points = list(find_rest_points(section.parameters, seed=section.seed))
    rows: list[dict[str, Any]] = []
    for number, plane in enumerate(section.planes, 1):
        across, up = POPULATIONS.index(plane.across), POPULATIONS.index(plane.up)
        head = {"plane": number, "across": plane.across, "up": plane.up} | _held(plane)
        states = np.empty((ARROWS, ARROWS, 4))
        for name, value in plane.held.items():
            states[..., POPULATIONS.index(name)] = value
        states[..., across], states[..., up] = np.meshgrid(*[np.linspace(0, 1, ARROWS)] * 2)
        moves = velocity(section.parameters, states, "replicator")
        for state, move in zip(states.reshape(-1, 4), moves.reshape(-1, 4), strict=True):
            place = {"share_across": state[across], "share_up": state[up]}
            flow = {"flow_across": move[across], "flow_up": move[up]}
            rows.append(head | {"kind": "flow"} | place | flow | {"class": None})
        fixed = {POPULATIONS.index(name): value for name, value in plane.held.items()}
        for point in points:
            if all(point.shares[one] == value for one, value in fixed.items()):
                place = {"share_across": point.shares[across], "share_up": point.shares[up]}
                flow = {"flow_across": 0.0, "flow_up": 0.0}
                rows.append(head | {"kind": "rest"} | place | flow | {"class": point.kind})
    return table_of(rows)


def _held(plane: Plane) -> dict[str, str]:
    return {"held": ", ".join(f"{name} = {value}" for name, value in plane.held.items())}


def _summary(
    section: GameSection,
    rest_points: Sequence[RestPoints],
    basins: Sequence[Basins],
    claim: pl.DataFrame,
    levers: pl.DataFrame,
) -> dict[str, Any]:
    game = section.parameters
    lock_in = lock_in_eigenvalues(game)
    outcomes = Counter(sorted(claim["outcome"])) if len(claim) else Counter()
    free = claim.filter(~claim["joining_is_rewarded"]) if len(claim) else claim
    return {
        "rest_points": [
            {
                "dynamics": one.dynamics,
                "noise": one.noise,
                "points": len(one.points),
                "complete": one.complete,
                "open_faces": list(one.open_faces),
                "sinks": [point.shares.tolist() for point in one.sinks],
            }
            for one in rest_points
        ],
        "basins": [
            {
                "dynamics": one.dynamics,
                "share_of_starts": one.share.tolist(),
                "unsettled": one.unsettled,
            }
            for one in basins
        ],
        "lock_in": {
            "eigenvalue_sell": float(lock_in[2]),
            "eigenvalue_buy": float(lock_in[3]),
            "critical_mass_without_supervision_with_chain": critical_mass(game),
            "critical_mass_from_start": critical_mass(
                game, supervise=section.claim.start, adopt=section.claim.start
            ),
            "offset_price_that_opens_it_cny_per_tco2": offset_threshold(game),
        },
        "claim": {
            "points": len(claim),
            "outcomes": dict(outcomes),
            "without_reward": len(free),
            "escapes_without_reward": len(free.filter(free["outcome"] == "trade"))
            if len(free)
            else 0,
        },
        "levers": _levers(levers),
    }


def _levers(levers: pl.DataFrame) -> dict[str, Any]:
    """Return, by lever and h, what it does and from which value on trade grows from the start."""
    found: dict[str, Any] = {}
    for row in levers.iter_rows(named=True):
        told = {name: row[name] for name in ("effect", "threshold", "trades_at_base")}
        found.setdefault(row["lever"], {})[f"thinness {row['thinness']:g}"] = told
    return found
