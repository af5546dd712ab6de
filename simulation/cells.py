"""All that is simulated, cell by cell, and a cell's numbers."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed, parallel_config

from simulation.designs import DESIGNS, seeds_of
from simulation.measures import PERIODS, bias, calibration, coverage

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALL, LARGE = 30, 100
SIZES = (SMALL, LARGE)
NOISES = (0.02, 0.05, 0.1)
NOISE = 0.05  # where one size of noise is enough
DRAWN = {SMALL: (None, 20, 12), LARGE: (None, 50, 25)}  # units drawn; None for all
ELSEWHERE = ("along", "output", "emissions", "both")


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Parameters
    ----------
    panels : int
        S of a cell with a bootstrap; the others, which are far cheaper, get `cheap_panels`.
    replicates : int
        R of a bootstrap.
    cheap_panels : int
    seed : int
    """

    panels: int
    replicates: int
    cheap_panels: int
    seed: int = 2025


@dataclass(frozen=True)
class Cell:
    """One design at one size.

    Parameters
    ----------
    study : {"bias", "calibration", "coverage"}
    design : str
    units : int
    noise : float
    units_drawn : int or None
        m of m out of n, in a study of coverage.
    singly : bool
        Whether observations are drawn one by one instead of units.
    """

    study: str
    design: str
    units: int
    noise: float = NOISE
    units_drawn: int | None = None
    singly: bool = False

    @property
    def key(self) -> str:
        """Return the name under which results are kept."""
        drawn = "" if self.units_drawn is None else f", {self.units_drawn} units drawn"
        singly = ", observations drawn" if self.singly else ""
        size = f"{self.units} x {PERIODS}"
        return f"{self.study}: {self.design}, {size}, noise {self.noise:g}{drawn}{singly}"

    def measure(self, study_seed: int, number: int, replicates: int) -> dict[str, float]:
        """Return the numbers of one simulated panel."""
        design, seeds = DESIGNS[self.design], seeds_of(study_seed, number)
        if self.study == "bias":
            return bias(design, self.units, self.noise, seeds)
        if self.study == "calibration":
            return calibration(design, self.units, self.noise, seeds)
        return coverage(
            design,
            self.units,
            self.noise,
            seeds,
            units_drawn=self.units_drawn,
            singly=self.singly,
            replicates=replicates,
        )

    def settings(self, effort: Effort) -> dict[str, Any]:
        """Return all that the cell's numbers depend on."""
        drawn = self.study == "coverage"
        design = asdict(DESIGNS[self.design])
        del design["text"]
        return {
            **asdict(self),
            "periods": PERIODS,
            "panels": effort.panels if drawn else effort.cheap_panels,
            "replicates": effort.replicates if drawn else 0,
            "seed": effort.seed,
            "parameters": {**design, "directions": [[*one] for one in design["directions"]]},
            "version": version("tanshi"),
        }


def all_cells() -> list[Cell]:
    """Return the cells of the full study, in the order of the page."""
    biases = [Cell("bias", d, u, n) for d in ELSEWHERE for u in SIZES for n in NOISES]
    shares = [Cell("calibration", d, u) for d in ("along", "spread") for u in SIZES]
    covers = [Cell("coverage", design, SMALL) for design in DESIGNS]
    covers.append(Cell("coverage", "along", SMALL, singly=True))
    covers.append(Cell("coverage", "output", LARGE))
    fewer = [Cell("coverage", "along", u, units_drawn=m) for u in SIZES for m in DRAWN[u]]
    return [*biases, *shares, *covers, *(cell for cell in fewer if cell not in covers)]


def quick_cells() -> list[Cell]:
    """Return a few cells that show every part of the page."""
    names = [Cell("bias", design, SMALL) for design in ELSEWHERE]
    drawn = [Cell("coverage", "along", SMALL, units_drawn=m) for m in (None, 12)]
    return [*names, Cell("calibration", "along", SMALL), *drawn]


def simulate(cell: Cell, effort: Effort, *, workers: int) -> dict[str, Any]:
    """Return a cell's settings and summaries; they do not depend on the number of workers."""
    settings = cell.settings(effort)
    replicates = settings["replicates"]
    # One thread of linear algebra a process: more would fight over the processors.
    with parallel_config(backend="loky", inner_max_num_threads=1):
        jobs = (
            delayed(cell.measure)(effort.seed, number, replicates)
            for number in range(settings["panels"])
        )
        rows = Parallel(n_jobs=workers)(jobs)
    return {"settings": settings, "values": summaries(rows)}


def summaries(rows: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return each number's mean over panels with its Monte Carlo error, and its spread.

    Examples
    --------
    >>> found = summaries([{"covered": 1.0}, {"covered": 0.0}, {"covered": 1.0}, {"covered": 1.0}])
    >>> found["covered"]["mean"], found["covered"]["standard_error"]
    (0.75, 0.25)
    """
    found = {}
    for name in rows[0]:
        values = np.array([row[name] for row in rows])
        low, high = np.quantile(values, [0.1, 0.9])
        found[name] = {
            "mean": float(values.mean()),
            "standard_error": float(values.std(ddof=1)) / math.sqrt(len(values)),
            "root_mean_square": float(np.sqrt(np.mean(values**2))),
            "low": float(low),
            "high": float(high),
        }
    return found
