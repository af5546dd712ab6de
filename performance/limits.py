"""How far from the machine's own limit: bytes over bandwidth, operations over their rate.

The passes are counted from the code, as it reads for more than 20,000 observations: each
NumPy operation reads its operands and writes its result once; what has fewer numbers than
observations (the sample, the band, the hull) and Boolean arrays are left out. How many
rounds of the exact programme a quantile needs is counted in the run itself.
"""

from __future__ import annotations

import cProfile
import pstats
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from performance.comparison import Comparison, Table
from performance.machine import BEYOND_CACHE, Machine, measure
from performance.million import MILLION, grid, warm_up
from performance.price_model import MANY, random_table
from performance.record import figure
from performance.timing import Contender, say, side_by_side
from tanshi.frontier import estimate_quantile_frontier
from tanshi.frontier.quantile import MULTIPLIERS_HELD
from tanshi.frontier.simulation import simulate_technology
from tanshi.leontief import PriceModel

if TYPE_CHECKING:
    from collections.abc import Callable

PARAMETERS = 10  # of two inputs
SECTORS = 5_000

_TEXT = """\
The least time in which this machine could move the bytes and do the operations, next to the
time taken, in one run. *bytes* are passes over arrays times their size, against the best of the
measured bandwidths: on arrays beyond every cache, so that a machine whose cache holds a part of
the data can be a little quicker than this limit. *operations* are multiplications and
additions, against the rate of a dense matrix product, which nothing beats. The limit of a row
is the greater of the two times. *our passes* are those that the estimator makes, counted from
its code; *any method* reads every observation's features once and does the two products that a
certificate consists of, for all quantiles together: what would be left if the optimal surfaces
were known beforehand."""

_COUNTED = (
    "{task}: {rounds:.2f} rounds of the exact programme a quantile. Features are whole matrices, "
    "vectors have the length n, and a group is the quantiles that are proven together."
)
_REST = (
    "The longest parts of our time are {} and {}. The simplex method works on a band of a few "
    "thousand columns that stays in the cache: it waits for operations one after the other, not "
    "for memory, and the limit says nothing of it. Passes that select, sort or compare do several "
    "operations a number where the limit counts none, and some of them run on one thread."
)
_PIVOTS = (
    "A factorisation is bound by its operations; pivoting and the triangular panels run below "
    "the rate of a product of square matrices."
)


@dataclass(frozen=True)
class Pass:
    """What one step reads and writes: whole feature matrices, and vectors of length n."""

    step: str
    features: int
    vectors: int

    def gb(self, n: int, times: float) -> float:
        """Return bytes / 1e9 when the step is made so many times."""
        return 8 * n * (PARAMETERS * self.features + self.vectors) * times / 1e9

    def cells(self, each: str, times: float, gb: float) -> list[str]:
        """Return the line of the table."""
        return [self.step, each, figure(times), str(self.features), str(self.vectors), figure(gb)]


def passes(group: int) -> dict[str, list[Pass]]:
    """Return the steps by how often they are made; `group` quantiles are proven together."""
    g = group
    return {
        "a quantile": [
            Pass("two Newton steps on all observations", 2, 2),
            Pass("distances, and the band nearest to the surface", 1, 10),
            Pass("multipliers kept, and the count of tight ones", 0, 4),
        ],
        "a round": [
            Pass("right-hand side of what is fixed", 1, 1),
            Pass("who is on the wrong side", 1, 10),
            Pass("null-jointness everywhere", 1, 4),
        ],
        "a group": [
            Pass("full-precision multipliers of the group", 3, 2 + 9 * g),
            Pass("signs and null-jointness, largest violation", 1, 9 + 15 * g),
            Pass("certificate: both objectives and the residual", 3, 2 + 15 * g),
        ],
    }


def limits(*, quick: bool) -> Comparison:
    """Measure the machine, the million by 99, and the factorisation of 5,000 sectors."""
    say("limits: bandwidth and rate of operations")
    machine = measure(BEYOND_CACHE // 10 if quick else BEYOND_CACHE)
    n, count = (100_000, 10) if quick else (MILLION, 99)
    say(f"limits: {n:,} observations, {count} quantiles, profiled")
    warm_up()
    inputs = simulate_technology(n // 2, 2, seed=1).inputs
    profile = profiled(partial(estimate_quantile_frontier, inputs, taus=grid(count)))
    rounds = profile.calls("quantile._add_cuts") / count
    group = min(count, max(1, MULTIPLIERS_HELD // n))
    times = {"a quantile": count, "a round": count * rounds, "a group": -(-count // group)}
    counted = [
        (each, one, one.gb(n, times[each])) for each, made in passes(group).items() for one in made
    ]
    task = f"{n:,} observations, {count} quantiles"
    ours = profile.seconds
    work = [
        _Work(f"{task}: our passes", sum(gb for _, _, gb in counted), 0.0, ours),
        _Work(
            f"{task}: any method", 8 * n * PARAMETERS / 1e9, 4 * n * PARAMETERS * count / 1e9, ours
        ),
        *_price_model(500 if quick else SECTORS, turns=1 if quick else 3),
    ]
    tables = [
        _machine_table(machine),
        Table(
            ["Work", "GB", "Gflop", "At the limit s", "Ours s", "Ours over limit"],
            [one.cells(machine) for one in work],
        ),
        Table(
            ["Pass of our method", "Each", "Times", "Features", "Vectors", "GB"],
            [one.cells(each, times[each], gb) for each, one, gb in counted],
        ),
        Table(
            ["Where the time goes", "Seconds", "Share"],
            [[name, figure(s), f"{s / ours:.0%}"] for name, s in profile.parts().items()],
        ),
    ]
    return Comparison("The physical limit", _TEXT, [], [], _notes(task, profile, rounds), tables)


@dataclass(frozen=True)
class _Work:
    """Bytes and operations of a task, and the time that ours took."""

    name: str
    gb: float
    gflop: float
    seconds: float

    def cells(self, machine: Machine) -> list[str]:
        least = max(self.gb / machine.best_gb_per_s, self.gflop / machine.gflop_per_s)
        gflop = figure(self.gflop) if self.gflop else "next to none"
        ratio = f"{figure(self.seconds / least)} x"
        return [self.name, figure(self.gb), gflop, figure(least), figure(self.seconds), ratio]


def _price_model(n: int, *, turns: int) -> list[_Work]:
    """Return the work of one factorisation and of many scenarios on it."""
    say(f"limits: {n:,} sectors")
    inputs = random_table(n)
    model = PriceModel(inputs)
    costs = np.random.default_rng(2).uniform(0.0, 0.1, (n, MANY))
    times = side_by_side(
        {
            "first": Contender(partial(PriceModel, inputs)),
            "more": Contender(partial(model.price_change, costs)),
        },
        turns=turns,
    )
    table, scenarios = 8 * n * n / 1e9, 8 * n * MANY / 1e9
    return [
        # Coefficients and I - A: read and written; factors: at least once; column sums.
        _Work(
            f"{n:,} sectors: one factorisation",
            7 * table,
            2 / 3 * n**3 / 1e9,
            median(times["first"]),
        ),
        _Work(
            f"{n:,} sectors: {MANY:,} scenarios on it",
            table + 2 * scenarios,
            2 * n * n * MANY / 1e9,
            median(times["more"]),
        ),
    ]


def _machine_table(machine: Machine) -> Table:
    rows = [
        [f"{name}, {threads} thread{'s' * (threads > 1)}, GB/s", figure(rate)]
        for name, rates in (("triad", machine.triad_gb_per_s), ("reading", machine.read_gb_per_s))
        for threads, rate in rates.items()
    ]
    rows.append(["matrix product, all threads, Gflop/s", figure(machine.gflop_per_s)])
    return Table(["This machine", "Rate"], rows)


class Profile:
    """The time of one run by function."""

    def __init__(self, seconds: float, found: dict[str, tuple[int, float]]) -> None:
        self.seconds = seconds
        self._found = found

    def calls(self, name: str) -> int:
        """Return how often a function, ``module.name``, was called."""
        return self._of(name)[0]

    def inside(self, name: str) -> float:
        """Return the seconds in a function and in all that it calls."""
        return self._of(name)[1]

    def _of(self, name: str) -> tuple[int, float]:
        if name not in self._found:
            message = f"'{name}' was never called: the estimator no longer works as counted here"
            raise RuntimeError(message)
        return self._found[name]

    def parts(self) -> dict[str, float]:
        """Return the seconds of the parts of an estimate, which add up to all of it."""
        foreseen, newton = self.inside("_dual_lp._foreseen"), self.inside("prediction.newton_steps")
        near, cuts = self.inside("_dual_lp._hold_near"), self.inside("quantile._add_cuts")
        wrong, proof = self.inside("_dual_lp._bring_in_wrong"), self.inside("quantile.proven")
        signs = self.inside("shape.violation")
        parts = {
            "Newton steps on all observations": newton,
            "exact programme of the sample": foreseen - newton,
            "choosing and loading the band": near - foreseen,
            "simplex method on the band": self.inside("_dual_lp.solve") - near - cuts - wrong,
            "looking for the wrong side": wrong,
            "looking for null-jointness": cuts,
            "signs and null-jointness, largest violation": signs,
            "certificates, refinement and uniqueness": proof - signs,
        }
        return parts | {"features, hull and the rest": self.seconds - sum(parts.values())}


def profiled(run: Callable[[], object]) -> Profile:
    """Run once and return where the time went."""
    profiler = cProfile.Profile()
    started = time.perf_counter()
    profiler.runcall(run)
    seconds = time.perf_counter() - started
    found = {
        f"{Path(path).stem}.{name}": (calls, inside)
        for (path, _, name), (calls, _, _, inside, _) in pstats.Stats(profiler).stats.items()
    }
    return Profile(seconds, found)


def _notes(task: str, profile: Profile, rounds: float) -> list[str]:
    parts = sorted(profile.parts().items(), key=lambda part: -part[1])
    first, second = (f"{name} ({s / profile.seconds:.0%})" for name, s in parts[:2])
    return [_COUNTED.format(task=task, rounds=rounds), _REST.format(first, second), _PIVOTS]
