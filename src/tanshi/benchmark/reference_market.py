"""The smallest market that still evolves: what simulators are compared on.

Allocation by benchmark, linear marginal abatement cost with a cap, clearing by Newton's
method on the piecewise linear excess demand, and imitation. No shocks, banking, services or
verification: those are `tanshi.benchmark.evolution`. With all firms abating and no cap in
the way the price is the closed form sum (eps - B) Q / sum (Q / kappa).

Imitation is proportional: every firm meets one peer, at the same random distance along the
register, and takes over its strategy (abate or not) with a probability proportional to what
the peer gained more per tonne (Schlag 1998, Journal of Economic Theory 78, 130-156).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tanshi.benchmark._reference_kernels import run_steps
from tanshi.core import Fault, InputError, frozen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class ReferenceMarket:
    """Firms of the reference market.

    Parameters
    ----------
    output : (n,) array_like, > 0
        Units of product a year.
    intensity_tco2_per_unit : (n,) array_like, > 0
    benchmark_tco2_per_unit : (n,) array_like, > 0
    mac_slope : (n,) array_like, > 0
        CNY per tCO2 per (tCO2 per unit).
    mac_cap_tco2_per_unit : (n,) array_like, > 0
    fixed_cost_cny : float, >= 0
        Of abating at all, a year.
    imitation : float, > 0
        Probability of taking over, per CNY per tonne gained more; at most 1 counts.
    mutation : float in [0, 1]
        Share of firms that turn round in a step whatever they gain.
    ceiling : float, > 0
        Price where even all abatement does not meet the deficit, CNY per tCO2.

    Raises
    ------
    InputError
        Wrong lengths, or values that are not finite and positive.
    """

    output: ArrayLike
    intensity_tco2_per_unit: ArrayLike
    benchmark_tco2_per_unit: ArrayLike
    mac_slope: ArrayLike
    mac_cap_tco2_per_unit: ArrayLike
    fixed_cost_cny: float = 0.0
    imitation: float = 0.05
    mutation: float = 0.005
    ceiling: float = 1000.0

    def __post_init__(self) -> None:
        faults = []
        n = np.shape(self.output)
        for name in _COLUMNS:
            values = np.asarray(getattr(self, name), dtype=np.float64)
            if values.shape != n or values.ndim != 1 or not len(values):
                allowed, remedy = f"{n}, one entry a firm", "give one entry a firm"
                faults.append(Fault(f"wrong shape of {name}", str(values.shape), allowed, remedy))
            elif not (np.isfinite(values) & (values > 0)).all():
                wrong = int((~(np.isfinite(values) & (values > 0))).argmax())
                found = f"{values[wrong]} (firm {wrong + 1})"
                what, remedy = f"impossible {name}", "correct the firm"
                faults.append(Fault(what, found, "finite and above 0", remedy, column=name))
            object.__setattr__(self, name, frozen(values))
        numbers = {"fixed_cost_cny": 0.0, "imitation": None, "ceiling": None}
        for name, least in numbers.items():
            value = getattr(self, name)
            if not np.isfinite(value) or value < 0 or (least is None and value == 0):
                allowed = "finite, 0 or more" if least is not None else "finite and above 0"
                fault = Fault(f"impossible {name}", str(value), allowed, "correct it", column=name)
                faults.append(fault)
        if not 0.0 <= self.mutation <= 1.0:
            found, allowed = str(self.mutation), "from 0 to 1"
            faults.append(Fault("not a share", found, allowed, "correct it", column="mutation"))
        if faults:
            raise InputError(faults)


@dataclass(frozen=True, eq=False)
class ReferenceRun:
    """Prices and shares of abating firms, step by step.

    Parameters
    ----------
    price_cny_per_tco2 : (T,) array
    abating_share : (T,) array
        Of firms, when the step's market cleared.
    abates : (n,) array of bool
        After the last step.
    """

    price_cny_per_tco2: Array
    abating_share: Array
    abates: NDArray[np.bool_]


def run_reference_market(
    market: ReferenceMarket, steps: int, *, seed: int, first_share: float = 0.5
) -> ReferenceRun:
    """Run some steps of the reference market.

    Parameters
    ----------
    market : ReferenceMarket
    steps : int, >= 1
    seed : int
    first_share : float in [0, 1], default 0.5
        Share of firms that abate in the first step, drawn.

    Returns
    -------
    ReferenceRun

    Raises
    ------
    InputError
        No step, or a share outside [0, 1].
    """
    faults = []
    if steps < 1:
        faults.append(Fault("no step", str(steps), "1 or more", "ask for 100", column="steps"))
    if not 0.0 <= first_share <= 1.0:
        fault = Fault("not a share", str(first_share), "from 0 to 1", "give a share")
        faults.append(fault)
    if faults:
        raise InputError(faults)
    rng = np.random.default_rng(seed)
    output = np.asarray(market.output)
    abates = rng.random(len(output)) < first_share
    distance = rng.integers(1, max(len(output), 2), size=steps)
    price, share = np.empty(steps), np.empty(steps)
    slope = np.asarray(market.mac_slope)
    cap = np.asarray(market.mac_cap_tco2_per_unit)
    emissions = np.asarray(market.intensity_tco2_per_unit) * output
    allocation = np.asarray(market.benchmark_tco2_per_unit) * output
    last = run_steps(
        float((emissions - allocation).sum()),
        (output / slope, slope * cap, 1.0 / emissions),
        (abates, np.empty_like(abates)),
        (
            market.imitation,
            market.fixed_cost_cny,
            market.ceiling,
            int(market.mutation * len(output)),
        ),
        (distance, price, share, rng),
    )
    return ReferenceRun(frozen(price), frozen(share), frozen(last, np.bool_))


_COLUMNS = (
    "output",
    "intensity_tco2_per_unit",
    "benchmark_tco2_per_unit",
    "mac_slope",
    "mac_cap_tco2_per_unit",
)
