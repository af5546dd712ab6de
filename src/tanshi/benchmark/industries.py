"""Industries, their processes, and what is assumed of each: rows, not code.

Source: Liu, Optimization of Quota Benchmark Coefficient and Mechanism Design Based on
Multi-Agent Evolution under the Background of Carbon Market Expansion, Table 1 (with the
units corrected: emissions in 1e8 t, the power benchmark per MWh). What the paper does not
give (dispersion, costs, elasticities) is an assumption, named as such in the scenario.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanshi.core import Fault, InputError

TIERS = ("advanced", "medium", "lagging")
SCALES = ("large", "small")
# Liu, section 4.1, fifth principle: who is supported.
REGION_KINDS = ("renewable_rich", "old_industrial", "energy_security")


@dataclass(frozen=True, kw_only=True)
class Process:
    """A way to make an industry's product, with a benchmark of its own.

    Parameters
    ----------
    name : str
    share : float in (0, 1]
        Of the industry's firms.
    relative_intensity : float, > 0
        Mean intensity over the industry's.
    relative_benchmark : float, > 0
        Benchmark over the industry's; 1 where all processes share one benchmark.
    """

    name: str
    share: float = 1.0
    relative_intensity: float = 1.0
    relative_benchmark: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Industry:
    """One row of Table 1 and what is assumed beside it.

    Parameters
    ----------
    name : str
    entities : int, >= 1
        Firms covered.
    emissions_tco2 : float, > 0
        Of all of them, a year.
    benchmark_tco2_per_unit : float, > 0
        Initial benchmark B0.
    reduction_potential : float in (0, 1)
        Share of intensity that can be cut at the cap cost.
    unit : str
        Of the product.
    intensity_deviation : float, >= 0
        Standard deviation of the logarithm of intensity across firms.
    cap_cost_cny_per_tco2 : float, > 0
        Marginal cost at which the whole potential is used.
    product_price_cny : float, > 0
        Of one unit.
    demand_elasticity, supply_elasticity : float, >= 0
        Of the product.
    autonomous_improvement : float
        Yearly fall of intensity without any policy, share.
    first_year : int, >= 1
        Year of the simulation in which the industry enters the market.
    covered_before : bool
        In the market before it expands, as Table 1 has it; else newly joined.
    processes : tuple of Process
        Shares add to 1.

    Raises
    ------
    InputError
        Values out of range, all at once.
    """

    name: str
    entities: int
    emissions_tco2: float
    benchmark_tco2_per_unit: float
    reduction_potential: float
    unit: str = "unit"
    intensity_deviation: float = 0.06
    cap_cost_cny_per_tco2: float = 300.0
    product_price_cny: float = 1000.0
    demand_elasticity: float = 0.3
    supply_elasticity: float = 1.0
    autonomous_improvement: float = 0.004
    first_year: int = 1
    covered_before: bool = False
    processes: tuple[Process, ...] = (Process(name="all"),)

    def __post_init__(self) -> None:
        positive = (
            "entities",
            "emissions_tco2",
            "benchmark_tco2_per_unit",
            "cap_cost_cny_per_tco2",
            "product_price_cny",
            "first_year",
        )
        faults = [
            self._fault(name, "not a positive number", "finite and above 0")
            for name in positive
            if not (np.isfinite(getattr(self, name)) and getattr(self, name) > 0)
        ]
        faults += [
            self._fault(name, "negative or not finite", "finite, 0 or more")
            for name in ("intensity_deviation", "demand_elasticity", "supply_elasticity")
            if not (np.isfinite(getattr(self, name)) and getattr(self, name) >= 0)
        ]
        if not 0 < self.reduction_potential < 1:
            faults.append(self._fault("reduction_potential", "not a share", "between 0 and 1"))
        if not -0.5 < self.autonomous_improvement < 0.5:
            allowed = "a yearly share between -0.5 and 0.5"
            faults.append(self._fault("autonomous_improvement", "not a yearly share", allowed))
        shares = sum(process.share for process in self.processes)
        if not np.isclose(shares, 1.0, rtol=0, atol=1e-9):
            what, remedy = "shares of processes do not add to 1", "let them add to 1"
            column = f"{self.name}.processes"
            faults.append(Fault(what, f"{shares:g}", "1", remedy, column=column))
        for process in self.processes:
            numbers = (process.share, process.relative_intensity, process.relative_benchmark)
            if not all(np.isfinite(value) and value > 0 for value in numbers):
                what, column = "not a positive number", f"{self.name}.processes.{process.name}"
                remedy = "correct the process"
                faults.append(Fault(what, str(numbers), "above 0", remedy, column=column))
        if faults:
            raise InputError(faults)

    def _fault(self, name: str, what: str, allowed: str) -> Fault:
        found, remedy = str(getattr(self, name)), "correct the industry's row"
        return Fault(what, found, allowed, remedy, column=f"{self.name}.{name}")
