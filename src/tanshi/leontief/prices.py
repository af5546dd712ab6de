"""Solve the price model: cost increases in, price changes out.

Eq. 13-15 of Zhang & Chang (2025): p = A_D' p + A_M' p_M + v, so that a change of primary
cost dv changes prices by dp = (I - A_D')^-1 dv while import prices stay. The matrix is
factorised once; each further set of costs is a pair of triangular solves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from tanshi.core import Fault, InputError, frozen

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
        domestic, imported = inputs.technical_coefficients()
        _check_productive(domestic, inputs)
        self.domestic_coefficients = frozen(domestic)
        self.imported_coefficients = frozen(imported)
        self._factors = lu_factor(np.eye(len(domestic)) - domestic.T, check_finite=False)

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
        return np.asarray(lu_solve(self._factors, cost_increase, check_finite=False))

    def unit_prices(self) -> Array:
        """Return the prices that the table itself implies: 1 where there is output.

        The identity p = A_D' p + A_M' 1 + v with the table's own value added, which a
        correct table satisfies; a check of data and model.
        """
        output = self.inputs.gross_output
        per_unit = np.divide(1.0, output, out=np.zeros_like(output), where=output > 0)
        own = self.inputs.value_added * per_unit
        return self.price_change(own + self.imported_coefficients.sum(axis=0))


def _check_productive(coefficients: Array, inputs: PriceModelInputs) -> None:
    """Refuse a spectral radius of 1 or more; column sums below 1 prove it is less."""
    sums = coefficients.sum(axis=0)
    if sums.max(initial=0.0) < 1.0:
        return
    radius = float(np.abs(np.linalg.eigvals(coefficients)).max())
    if radius < 1.0:
        return
    heaviest = int(sums.argmax())
    raise InputError(
        [
            Fault(
                "the table is not productive",
                f"spectral radius {radius:.6g}; the largest column sum of domestic inputs is "
                f"{sums[heaviest]:.4g} in {inputs.label(heaviest)}",
                "a spectral radius below 1",
                "look for a sector whose inputs exceed its output",
            )
        ]
    )
