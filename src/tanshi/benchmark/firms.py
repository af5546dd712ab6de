"""The firms of a market: who emits what, with which technology, where.

A register is data; `draw_register` (in `register_draw`) makes a synthetic one that matches
Table 1 of Liu exactly, and users bring their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tanshi.benchmark.industries import TIERS, Industry
from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

CURVES = ("linear", "power", "log", "stepped")


@dataclass(frozen=True, eq=False, kw_only=True)
class FirmRegister:
    """Firms, one entry each.

    Parameters
    ----------
    industries : tuple of Industry
    firm : tuple of str, length n
        Distinct names.
    industry : (n,) array_like of int
        Place in `industries`.
    process : (n,) array_like of int
        Place in the industry's processes.
    region : tuple of str, length n
    output : (n,) array_like, > 0
        Units of product a year.
    intensity_tco2_per_unit : (n,) array_like, > 0
    tier : (n,) array_like of int
        0 advanced, 1 medium, 2 lagging, see `TIERS`.
    large : (n,) array_like of bool
        Whether the scale is large.
    mac_slope : (n,) array_like, > 0
        kappa: slope of the marginal abatement cost, CNY per tCO2 per tCO2-per-unit, of the
        linear curve through the cap point; other curves pass through the same reference.
    mac_cap_tco2_per_unit : (n,) array_like, >= 0
        Most that can be cut per unit of product.
    mac_curve : (n,) array_like of int
        Place in `CURVES`.

    Raises
    ------
    InputError
        Every wrong value, with the firm.
    """

    industries: tuple[Industry, ...]
    firm: tuple[str, ...]
    industry: ArrayLike
    process: ArrayLike
    region: tuple[str, ...]
    output: ArrayLike
    intensity_tco2_per_unit: ArrayLike
    tier: ArrayLike
    large: ArrayLike
    mac_slope: ArrayLike
    mac_cap_tco2_per_unit: ArrayLike
    mac_curve: ArrayLike

    def __post_init__(self) -> None:
        n = len(self.firm)
        faults: list[Fault] = []
        for name, kind in _COLUMNS.items():
            column = np.asarray(getattr(self, name))
            if column.shape != (n,):
                what, allowed = f"wrong length of {name}", f"({n},), one entry a firm"
                faults.append(Fault(what, str(column.shape), allowed, "give one entry a firm"))
                continue
            object.__setattr__(self, name, frozen(column, kind))
        if len(self.region) != n:
            what, allowed = "wrong length of region", f"{n}, one entry a firm"
            faults.append(Fault(what, str(len(self.region)), allowed, "give one entry a firm"))
        if not n:
            faults.append(Fault("no firm", "an empty register", "at least one", "add firms"))
        if not faults:
            faults = self._value_faults()
        if faults:
            raise InputError(faults)

    def _value_faults(self) -> list[Fault]:
        faults = []
        for name in ("output", "intensity_tco2_per_unit", "mac_slope", "mac_cap_tco2_per_unit"):
            values = np.asarray(getattr(self, name))
            least = 0.0 if name == "mac_cap_tco2_per_unit" else np.nextafter(0.0, 1.0)
            wrong = np.flatnonzero(~(np.isfinite(values) & (values >= least)))
            allowed = "finite, 0 or more" if least == 0.0 else "finite and above 0"
            faults += [self._fault(i, name, values[i], allowed) for i in wrong]
        above = np.asarray(self.mac_cap_tco2_per_unit) >= np.asarray(self.intensity_tco2_per_unit)
        faults += [
            self._fault(
                i,
                "mac_cap_tco2_per_unit",
                np.asarray(self.mac_cap_tco2_per_unit)[i],
                f"below the intensity {np.asarray(self.intensity_tco2_per_unit)[i]:g}",
            )
            for i in np.flatnonzero(above)
        ]
        industry = np.asarray(self.industry)
        known = (industry >= 0) & (industry < len(self.industries))
        counts = np.array([len(one.processes) for one in self.industries])
        limits = {
            "industry": (industry, len(self.industries)),
            "process": (np.asarray(self.process), counts[np.where(known, industry, 0)]),
            "tier": (np.asarray(self.tier), len(TIERS)),
            "mac_curve": (np.asarray(self.mac_curve), len(CURVES)),
        }
        for name, (codes, limit) in limits.items():
            wrong = np.flatnonzero((codes < 0) | (codes >= limit))
            allowed = "a code of the table it points to"
            faults += [self._fault(i, name, codes[i], allowed) for i in wrong]
        seen: set[str] = set()
        for i, name in enumerate(self.firm):
            if name in seen:
                faults.append(self._fault(i, "firm", name, "a name of its own"))
            seen.add(name)
        return faults

    def _fault(self, i: int | np.integer[Any], column: str, found: object, allowed: str) -> Fault:
        remedy = "correct or drop the firm"
        what, place = f"impossible {column}", f"{found} ({self.firm[i]})"
        # As a spreadsheet counts: the first firm stands below the header, in row 2.
        return Fault(what, place, allowed, remedy, row=int(i) + 2, column=column)

    @property
    def n_firms(self) -> int:
        """Number of firms, n."""
        return len(self.firm)

    @property
    def emissions_tco2(self) -> Array:
        """Emissions before abatement, (n,), tCO2 a year."""
        total: Array = np.asarray(self.output) * np.asarray(self.intensity_tco2_per_unit)
        return total

    @property
    def benchmark_tco2_per_unit(self) -> Array:
        """Initial benchmark of each firm's process, (n,), tCO2 per unit of product."""
        initial = [
            [one.benchmark_tco2_per_unit * process.relative_benchmark for process in one.processes]
            for one in self.industries
        ]
        places = zip(np.asarray(self.industry), np.asarray(self.process), strict=True)
        return np.array([initial[s][k] for s, k in places])


_COLUMNS: dict[str, type] = {
    "industry": np.int64,
    "process": np.int64,
    "output": np.float64,
    "intensity_tco2_per_unit": np.float64,
    "tier": np.int64,
    "large": np.bool_,
    "mac_slope": np.float64,
    "mac_cap_tco2_per_unit": np.float64,
    "mac_curve": np.int64,
}
