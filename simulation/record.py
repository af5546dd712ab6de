"""The Monte Carlo record, read by cell and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.cells import all_cells
from simulation.place import PROJECT, Place

if TYPE_CHECKING:
    from pathlib import Path

    from simulation.cells import Cell, Effort

ORDER = tuple(cell.key for cell in all_cells())

RECORDED = Place(
    PROJECT / "simulation" / "results.json", PROJECT / "docs" / "monte_carlo.md", ORDER
)


def place_in(folder: Path) -> Place:
    """Return a place of its own, for runs that are not to be recorded."""
    return Place(folder / "results.json", folder / "monte_carlo.md", ORDER)


def is_done(results: dict[str, Any], cell: Cell, effort: Effort) -> bool:
    """Return whether a cell was simulated under the same settings."""
    return cell.key in results and results[cell.key]["settings"] == cell.settings(effort)


@dataclass(frozen=True)
class Number:
    """A mean over simulated panels.

    Parameters
    ----------
    mean, standard_error : float
        The second is the Monte Carlo error of the first.
    root_mean_square : float
    low, high : float
        The first and the last tenth of panels end here.
    """

    mean: float
    standard_error: float
    root_mean_square: float
    low: float
    high: float

    def is_below(self, wanted: float) -> bool:
        """Return whether the mean is below by more than two standard errors."""
        return self.mean < wanted - 2.0 * self.standard_error

    def is_above(self, wanted: float) -> bool:
        """Return whether the mean is above by more than two standard errors."""
        return self.mean > wanted + 2.0 * self.standard_error


class Findings:
    """The record, read by cell and name."""

    def __init__(self, results: dict[str, Any]) -> None:
        self._results = results

    def has(self, *cells: Cell) -> bool:
        """Return whether all of these cells were simulated."""
        return all(cell.key in self._results for cell in cells)

    def known(self, study: str) -> list[Cell]:
        """Return the cells of a study that were simulated, in the order of the page."""
        return [cell for cell in all_cells() if cell.study == study and self.has(cell)]

    def number(self, cell: Cell, name: str) -> Number:
        """Return one number of a cell."""
        return Number(**self._results[cell.key]["values"][name])

    def settings(self, cell: Cell) -> dict[str, Any]:
        """Return what the numbers of a cell depend on."""
        return self._results[cell.key]["settings"]
