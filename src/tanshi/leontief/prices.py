"""Solve the price model: cost increases in, price changes out.

Eq. 13-15 of Zhang & Chang (2025): p = A_D' p + A_M' p_M + v, so that a change of primary
cost dv changes prices by dp = (I - A_D')^-1 dv while import prices stay. The matrix is
factorised once; each further set of costs is a pair of triangular solves.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.lapack import dgetrf, dgetrs

from tanshi.core import Fault, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tanshi.leontief.inputs import PriceModelInputs

    Array = NDArray[np.float64]


class PriceModel:
    """A factorised price model.

    Parameters
    ----------
    inputs : PriceModelInputs

    Raises
    ------
    InputError
        The spectral radius of the coefficients is 1 or more: the economy would use up
        more than it makes, and no prices cover costs.
    """

    def __init__(self, inputs: PriceModelInputs) -> None:
        self.inputs = inputs
        # Marked read-only in place: copies of large tables cost as much as building them.
        self.domestic_coefficients = inputs.by_output(inputs.domestic_flows)
        self.domestic_coefficients.flags.writeable = False
        # I - A_D' in the column order LAPACK works in is I - A_D in row order.
        system = np.negative(self.domestic_coefficients)
        np.fill_diagonal(system, system.diagonal() + 1.0)
        self._factors, self._pivots, singular = dgetrf(system.T, overwrite_a=True)
        self._check_productive(singular=singular > 0)

    @cached_property
    def imported_coefficients(self) -> Array:
        """A_M of Eq. 13, (n, n), read-only."""
        coefficients = self.inputs.by_output(self.inputs.imported_flows)
        coefficients.flags.writeable = False
        return coefficients

    def price_change(self, cost_increase: Array) -> Array:
        """Return dp of Eq. 15.

        Parameters
        ----------
        cost_increase : (n,) or (n, S) array
            Increase of primary cost by unit of output; one column a scenario.

        Returns
        -------
        array, same shape
            Relative price change of every sector.
        """
        change, _ = dgetrs(self._factors, self._pivots, cost_increase)
        return np.asarray(change)

    def unit_prices(self) -> Array:
        """Return the prices that the table itself implies: 1 where there is output.

        The identity p = A_D' p + A_M' 1 + v with the table's own value added, which a
        correct table satisfies; a check of data and model.
        """
        imported = self.inputs.imported_flows.sum(axis=0)
        return self.price_change(self.inputs.by_output(imported + self.inputs.value_added))

    def _check_productive(self, *, singular: bool) -> None:
        """Refuse a spectral radius of 1 or more.

        Column sums below 1 prove that it is less. So do positive prices: coefficients are
        not negative, so p > 0 with p - A_D' p = 1 means A_D' p < p, and the radius is below
        1 (Collatz-Wielandt); where it is below 1, p = 1 + A_D' 1 + … is positive.
        """
        sums = self.domestic_coefficients.sum(axis=0)
        if sums.max(initial=0.0) < 1.0:
            return
        if not singular and self.price_change(np.ones(len(sums))).min() > 0.0:
            return
        radius = float(np.abs(np.linalg.eigvals(self.domestic_coefficients)).max())
        heaviest = int(sums.argmax())
        raise InputError(
            [
                Fault(
                    "the table is not productive",
                    f"spectral radius {radius:.6g}; the largest column sum of domestic inputs "
                    f"is {sums[heaviest]:.4g} in {self.inputs.label(heaviest)}",
                    "a spectral radius below 1",
                    "look for a sector whose inputs exceed its output",
                )
            ]
        )
