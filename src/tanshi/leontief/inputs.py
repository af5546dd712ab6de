"""What the price model needs: who buys how much from whom, and what it yields.

The problem: when one industry must pay for emissions, by how much do all prices rise?
Source: Zhang & Chang (2025), Eq. 12-17; Leontief (1986); Miller & Blair (2022), ch. 2.
Assumptions: fixed quantities, full pass-through, import prices that do not react, one
price a sector. The result is an upper bound of the short-run effect.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BALANCE_TOLERANCE = 1e-6  # of a sector's output


@dataclass(frozen=True, eq=False, kw_only=True)
class PriceModelInputs:
    """A non-competitive input-output table: domestic and imported products apart.

    Parameters
    ----------
    codes, names : tuple of str, length n
        Sectors.
    domestic_flows : (n, n) array_like, >= 0
        Entry [i, j]: domestic product i used by sector j, in `money_scale_cny` CNY.
    imported_flows : (n, n) array_like, >= 0
        The same for imported products.
    value_added : (n,) array_like
        Total by sector; may be negative.
    gross_output : (n,) array_like, >= 0
        Total input, which equals the column sum of flows and value added. A sector
        without output must have an empty row and column.
    domestic_consumption, imported_consumption : (n,) array_like
        Final consumption of households and government, the weights of CI.
    money_scale_cny : float, default 1e4
        CNY in one unit of the table.

    Raises
    ------
    InputError
        Every fault at once, with the sector's code and name.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    domestic_flows: Array
    imported_flows: Array
    value_added: Array
    gross_output: Array
    domestic_consumption: Array
    imported_consumption: Array
    money_scale_cny: float = 1e4

    def __post_init__(self) -> None:
        n = len(self.codes)
        wanted = {
            "domestic_flows": (n, n),
            "imported_flows": (n, n),
            "value_added": (n,),
            "gross_output": (n,),
            "domestic_consumption": (n,),
            "imported_consumption": (n,),
        }
        faults = []
        for name, shape in wanted.items():
            values = np.asarray(getattr(self, name), dtype=np.float64)
            if values.shape != shape:
                remedy = "give one number a sector (and buyer)"
                faults.append(Fault(f"{name} is unfit", str(values.shape), str(shape), remedy))
            elif not np.isfinite(values).all():
                found = f"{np.count_nonzero(~np.isfinite(values))} that are not finite"
                faults.append(Fault(f"{name} is unfit", found, "finite numbers", "correct them"))
            else:
                object.__setattr__(self, name, frozen(values))
        if len(self.names) != n:
            faults.append(Fault("names do not fit", str(len(self.names)), str(n), "one a sector"))
        if n == 0:
            faults.append(Fault("no sector", "nothing", "one or more", "give a table"))
        doubled = [code for code, times in Counter(self.codes).items() if times > 1]
        for code in doubled:
            what, remedy = "a sector's code is there twice", "give every sector its own"
            faults.append(Fault(what, code, "once", remedy))
        faults = faults or [*self._sign_faults(), *self._balance_faults()]
        if faults:
            raise InputError(faults)

    @property
    def n_sectors(self) -> int:
        """Number of sectors, n."""
        return len(self.codes)

    def technical_coefficients(self) -> tuple[Array, Array]:
        """Return A_D and A_M of Eq. 13, (n, n): flows by unit of the buyer's output.

        The column of a sector without output is 0.
        """
        return self.by_output(self.domestic_flows), self.by_output(self.imported_flows)

    def by_output(self, flows: Array) -> Array:
        """Return flows by unit of the buyer's output, same shape; 0 without output.

        Parameters
        ----------
        flows : (..., n) array
            Last axis: buyer.
        """
        output = self.gross_output
        return flows * np.divide(1.0, output, out=np.zeros_like(output), where=output > 0)

    def place(self, code: str) -> int:
        """Return the row of a sector.

        Raises
        ------
        InputError
            No sector has this code.
        """
        for candidate in (code, code.zfill(len(self.codes[0]))):
            if candidate in self.codes:
                return self.codes.index(candidate)
        known = f"{self.codes[0]} to {self.codes[-1]}"
        fault = Fault("no such sector", code, known, "use a code of the table", column="sector")
        raise InputError([fault])

    def label(self, row: int) -> str:
        """Return code and name of a sector."""
        return f"{self.codes[row]} {self.names[row]}"

    def _sign_faults(self) -> list[Fault]:
        faults = []
        for name in ("domestic_flows", "imported_flows"):
            for i, j in np.argwhere(getattr(self, name) < 0).tolist():
                what = f"negative {name.replace('_', ' ')}"
                found = f"{getattr(self, name)[i, j]:g} from {self.label(i)} to {self.label(j)}"
                faults.append(Fault(what, found, "0 or more", "book it as a final use"))
        output = self.gross_output
        for j in np.flatnonzero(output < 0).tolist():
            found = f"{output[j]:g} in {self.label(j)}"
            faults.append(Fault("negative gross output", found, "0 or more", "correct the total"))
        flows = self.domestic_flows + self.imported_flows
        for j in np.flatnonzero(output == 0).tolist():
            traded = flows[:, j].sum() + self.domestic_flows[j].sum()
            if traded > 0:
                what = "a sector without output buys or sells"
                found = f"{traded:g} in {self.label(j)}"
                remedy = "correct its output, or empty its row and column"
                faults.append(Fault(what, found, "no flows where output is 0", remedy))
        return faults

    def _balance_faults(self) -> list[Fault]:
        flows = self.domestic_flows + self.imported_flows
        total = flows.sum(axis=0) + self.value_added
        output = self.gross_output
        gap = total - output
        wrong = np.abs(gap) > BALANCE_TOLERANCE * np.maximum(np.abs(output), 1.0)
        return [
            Fault(
                f"the column of {self.label(j)} does not balance",
                f"inputs and value added {total[j]:.10g}, output {output[j]:.10g}",
                "equal within 1e-6 of output",
                "check the sector's column, value added and total",
            )
            for j in np.flatnonzero(wrong).tolist()
        ]


def split_imports(flows: Array, uses_at_home: Array, imports: Array) -> tuple[Array, Array, Array]:
    """Split a competitive table's flows by the share of imports in home use.

    Every buyer of a product is taken to import the same share of it; exports are taken
    to be domestic. A non-competitive table, where there is one, is better.

    Parameters
    ----------
    flows : (n, n) array
        Total flows, imports inside.
    uses_at_home : (n,) array
        Intermediate and final use without exports.
    imports : (n,) array, >= 0
        Total imports of each product.

    Returns
    -------
    domestic, imported : (n, n) arrays
    share : (n,) array
        Of imports in home use, between 0 and 1.

    Raises
    ------
    InputError
        Imports above home use, or negative.

    Examples
    --------
    >>> domestic, imported, share = split_imports(np.array([[10.0]]), np.array([20.0]),
    ...                                           np.array([5.0]))
    >>> domestic.item(), imported.item(), share.item()
    (7.5, 2.5, 0.25)
    """
    used = np.where(uses_at_home > 0, uses_at_home, 1.0)
    share = imports / used
    wrong = np.flatnonzero((imports < 0) | (share > 1.0 + BALANCE_TOLERANCE))
    if len(wrong):
        raise InputError(
            [
                Fault(
                    "imports do not fit home use",
                    f"imports {imports[i]:g}, home use {uses_at_home[i]:g} in sector row {i + 1}",
                    "between 0 and home use",
                    "check the import column and re-exports",
                )
                for i in wrong
            ]
        )
    share = np.clip(share, 0.0, 1.0)
    imported = flows * share[:, None]
    return flows - imported, imported, share
