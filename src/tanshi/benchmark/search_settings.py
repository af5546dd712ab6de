"""What a search for benchmark coefficients is asked for, and how much it may try."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from tanshi.core import Fault, InputError

# By name: the figure that is made small, of `tanshi.benchmark.search_comparison.FIGURES`.
OBJECTIVES = {
    "cost": "cost_change_percent",
    "deviation": "deviation_basis_points",
    "gini": "gini",
    "region_deviation": "region_deviation_basis_points",
    "size_deviation": "size_deviation_basis_points",
    "noncompliant_firms": "noncompliant_firms_percent",
    "noncompliant_tonnes": "noncompliant_tonnes_percent",
    "price": "price_cny_per_tco2",
}
METHODS = ("auto", "cma", "nsga3")
MOST_BY_WEIGHTS = 3  # objectives; a lattice of weights over more has too many of them


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """Objectives, method, effort and limits of a search.

    Parameters
    ----------
    objectives : tuple of str
        Keys of `OBJECTIVES`, each to be made small.
    method : {"auto", "cma", "nsga3"}
        CMA-ES over weights, or NSGA-III; ``auto`` takes the first for up to three objectives.
    divisions : int, >= 1
        Steps of a weight from 0 to 1; with k objectives there are C(divisions + k - 1, k - 1)
        weights (or reference points).
    evaluations : int, >= 1
        Markets tried in the search.
    replicates, fresh_replicates : int, >= 1 and >= 2
        Random streams that candidates are compared on, and others that the front is judged on.
    years : int, >= 1, optional
        Of each market; by default as many as it is watched.
    bound : float in (0, 1]
        Largest logarithm of a relative benchmark, before the mean is restored.
    initial_step : float, > 0
        Standard deviation of the first steps, in logarithms.
    deficit : float in [0, 0.5), optional
        Of allocation over need in the first year; by default the one that the adjustment of
        benchmarks aims at.
    front_points : int, >= 2
        Most points that are judged anew.
    seed : int, >= 0, optional
        By default that of the market.

    Raises
    ------
    InputError
        Every value out of range.
    """

    objectives: tuple[str, ...] = ("cost", "deviation", "gini")
    method: str = "auto"
    divisions: int = 4
    evaluations: int = 2400
    replicates: int = 3
    fresh_replicates: int = 16
    years: int | None = None
    bound: float = 0.15
    initial_step: float = 0.015
    deficit: float | None = None
    front_points: int = 40
    seed: int | None = None

    def __post_init__(self) -> None:
        faults = self._word_faults()
        for one in fields(self):
            if one.name in _RANGES and getattr(self, one.name) is not None:
                faults += self._range_faults(one.name)
        if faults:
            raise InputError(faults)

    @property
    def method_used(self) -> str:
        """The method that ``auto`` stands for here.

        Examples
        --------
        >>> SearchSettings().method_used
        'cma'
        """
        if self.method != "auto":
            return self.method
        return "cma" if len(self.objectives) <= MOST_BY_WEIGHTS else "nsga3"

    def _word_faults(self) -> list[Fault]:
        faults = []
        known = ", ".join(OBJECTIVES)
        if not self.objectives:
            faults.append(_fault("objectives", "nothing to search for", "none", known))
        for name in dict.fromkeys(self.objectives):
            if name not in OBJECTIVES:
                faults.append(_fault("objectives", "unknown objective", name, known))
            elif self.objectives.count(name) > 1:
                faults.append(_fault("objectives", "named twice", name, "each once"))
        if self.method not in METHODS:
            faults.append(_fault("method", "unknown method", self.method, ", ".join(METHODS)))
        return faults

    def _range_faults(self, name: str) -> list[Fault]:
        least, most, above = _RANGES[name]
        value = getattr(self, name)
        inside = np.isfinite(value) and least <= value <= most and not (above and value == least)
        if inside:
            return []
        allowed = f"above {least:g}" if above else f"{least:g} or more"
        if np.isfinite(most):
            allowed += f", at most {most:g}"
        return [_fault(name, "out of range", str(value), allowed)]


# Least, most, and whether the least itself is excluded.
_RANGES: dict[str, tuple[float, float, bool]] = {
    "divisions": (1, np.inf, False),
    "evaluations": (1, np.inf, False),
    "replicates": (1, np.inf, False),
    "fresh_replicates": (2, np.inf, False),  # an interval needs two
    "years": (1, np.inf, False),
    "bound": (0, 1, True),
    "initial_step": (0, 1, True),
    "deficit": (0, 0.5, False),
    "front_points": (2, np.inf, False),
    "seed": (0, np.inf, False),
}


def _fault(name: str, what: str, found: str, allowed: str) -> Fault:
    return Fault(what, found, allowed, "correct the value", column=f"search.{name}")
