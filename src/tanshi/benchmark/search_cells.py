"""Candidates of the search: relative benchmarks by industry, tier and scale.

A candidate is a point of logarithms, one for every tier and scale of an industry that has
firms. Within each process of an industry the relative benchmarks are scaled so that
allocation at full output stays what one benchmark for all would give,

    sum over firms of B_i Q_i = B sum over firms of Q_i,

so a candidate moves allowances between the firms of a process and leaves their sum as it is.
Adding the same to all logarithms of an industry therefore changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanshi.benchmark.industries import SCALES, TIERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.benchmark.firms import FirmRegister

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True)
class CandidateSpace:
    """The relative benchmarks that can be set in a market, and whom each is for.

    Parameters
    ----------
    register : FirmRegister
    variables : (V, 3) array of int
        Industry, tier and scale (0 large, 1 small) of each number that is searched.
    cells : (C, 4) array of int
        Industry, process, tier and scale of every group of firms with one benchmark.
    variable_of_cell : (C,) array of int
    cell_of_firm : (n,) array of int
    """

    register: FirmRegister
    variables: Places
    cells: Places
    variable_of_cell: Places
    cell_of_firm: Places

    @classmethod
    def of(cls, register: FirmRegister) -> CandidateSpace:
        """Return what can be set for the firms of a register."""
        small = (~np.asarray(register.large)).astype(np.int64)
        columns = (register.industry, register.process, register.tier, small)
        of_firm = np.column_stack([np.asarray(one, np.int64) for one in columns])
        cells, cell_of_firm = np.unique(of_firm, axis=0, return_inverse=True)
        variables, variable_of_cell = np.unique(cells[:, [0, 2, 3]], axis=0, return_inverse=True)
        return cls(
            register=register,
            variables=variables,
            cells=cells,
            variable_of_cell=variable_of_cell.ravel(),
            cell_of_firm=cell_of_firm.ravel(),
        )

    @property
    def size(self) -> int:
        """How many numbers a candidate has, V."""
        return len(self.variables)

    def cell_relative(self, point: Array) -> Array:
        """Return each cell's benchmark over that of its process, (C,).

        Parameters
        ----------
        point : (V,) array
            Logarithms.
        """
        factor = np.exp(np.asarray(point, np.float64))[self.variable_of_cell]
        output = np.bincount(self.cell_of_firm, np.asarray(self.register.output), len(self.cells))
        _, process = np.unique(self.cells[:, :2], axis=0, return_inverse=True)
        process = process.ravel()
        whole = np.bincount(process, output)
        shared = np.bincount(process, output * factor)
        return np.asarray(factor * (whole / shared)[process])

    def relative(self, point: Array) -> Array:
        """Return each firm's benchmark over that of its process, (n,)."""
        return np.asarray(self.cell_relative(point)[self.cell_of_firm])

    def point_of(self, factors: Array) -> Array:
        """Return the point with given factors, (V,), with logarithms around 0 in each industry.

        Parameters
        ----------
        factors : (S, 3, 2) array, > 0
            By industry, tier and scale (large, small), at any level.
        """
        point = np.log(np.asarray(factors, np.float64)[tuple(self.variables.T)])
        industry = self.variables[:, 0]
        count = np.bincount(industry)
        return np.asarray(point - (np.bincount(industry, point) / np.maximum(count, 1))[industry])

    def table(self, point: Array, start: Array) -> pl.DataFrame:
        """Return the benchmarks of a candidate.

        Parameters
        ----------
        point : (V,) array
        start : (S,) array
            First benchmark of each industry, tCO2 per unit, at the common scale.

        Returns
        -------
        polars.DataFrame
            industry, process, tier, scale, firms, relative_benchmark (over that of the
            process), benchmark_tco2_per_unit; one row a cell.
        """
        industries = self.register.industries
        relative = self.cell_relative(point)
        process = [industries[s].processes[k] for s, k in self.cells[:, :2]]
        level = np.array([one.relative_benchmark for one in process])
        return pl.DataFrame(
            {
                "industry": [industries[s].name for s in self.cells[:, 0]],
                "process": [one.name for one in process],
                "tier": [TIERS[tier] for tier in self.cells[:, 2]],
                "scale": [SCALES[scale] for scale in self.cells[:, 3]],
                "firms": np.bincount(self.cell_of_firm, minlength=len(self.cells)),
                "relative_benchmark": relative,
                "benchmark_tco2_per_unit": start[self.cells[:, 0]] * level * relative,
            }
        )
